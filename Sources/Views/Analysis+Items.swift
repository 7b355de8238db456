import Commands
import Geometry
import Phrases
import Planning
import Store

/// What the screen of an analysis lists, section by section.
struct AnalysisSection: Sendable {
    enum Kind: CaseIterable, Sendable {
        case findings, lines, comparison, sums, planned, others, parcels, slivers, adjustment, notes
    }

    let kind: Kind
    let title: Phrase
    /// What it comes to, beside its title.
    var tally = ""
    let columns: [Table.Column]
    var items: [AnalysisItem] = []
    /// The same in a few characters.
    var shortTally: String { tally.count <= 32 ? tally : String(items.count) }
    /// Whether its items are shown.
    var isOpen = false
}

/// A row of a section, and what it stands for.
struct AnalysisItem: Sendable {
    /// In the columns of its section.
    var cells: [String]
    var role = "row"
    /// What one reads of it below.
    var text: [String] = []
    var subject = Subject.nothing

    /// What it is about, as the map shows it.
    enum Subject: Sendable, Hashable {
        case nothing
        /// A parcel that is taken, by its place among them.
        case parcel(Int)
        case finding(Int)
        /// A feature of another layer: which layer, which of its meetings.
        case meeting(Int, Int)
        /// A parcel that is only touched.
        case touched(Int)
        case doubled(Int)
        case unsurveyed
    }
}

/// An analysis as rows.
struct AnalysisRows {
    let analysis: BoundaryAnalysis

    /// Sections that have something to say, in the order in which people ask.
    func sections() -> [AnalysisSection] {
        AnalysisSection.Kind.allCases.compactMap(section).filter { !$0.items.isEmpty }
    }

    private func section(_ kind: AnalysisSection.Kind) -> AnalysisSection? {
        switch kind {
        case .findings: findings
        case .lines:
            layers(.lines, Phrase("Control lines", "控制线"), analysis.layers.indices.filter { isLine($0) })
        case .others:
            layers(
                .others, Phrase("Resources, projects, reference", "资源、项目、参考"),
                analysis.layers.indices.filter { !isLine($0) && analysis.layers[$0].layer.role != .plannedUse })
        case .sums: sums
        case .planned: planned
        case .parcels: parcels
        case .slivers: slivers
        case .adjustment: adjustment
        case .comparison: comparison
        case .notes: notes
        }
    }

    private func isLine(_ index: Int) -> Bool { analysis.layers[index].layer.role == .controlLine }

    // MARK: Rules

    private var findings: AnalysisSection {
        var section = AnalysisSection(
            kind: .findings, title: Phrase("Rules", "规则"),
            tally: say(
                "\(analysis.broken.count) broken, \(analysis.uncheckable.count) not checkable, \(analysis.held.count) hold",
                "违反 \(analysis.broken.count)，未能检查 \(analysis.uncheckable.count)，符合 \(analysis.held.count)"),
            columns: [
                .init("rule", "规则", 5), .init("answer", "结论", 14), .init("parcel", "图斑", 10),
                .init("area m2", "面积 m2", 14, number: true), .init("what", "内容", 30),
            ])
        section.items = analysis.findings.enumerated().map { index, finding in
            let rule = finding.rule
            let isBroken = finding.verdict == .broken
            let basis = rule.basis + (rule.basisVersion.isEmpty ? "" : "（\(rule.basisVersion)）")
            var text = [finding.sentence]
            if !basis.isEmpty { text.append(say("Basis: \(basis)", "依据：\(basis)")) }
            if !rule.remedy.description.isEmpty { text.append(say("Remedy: \(rule.remedy)", "处理：\(rule.remedy)")) }
            return AnalysisItem(
                cells: [
                    rule.id, isBroken ? finding.severity.name.description : say("? not checked", "? 未检"),
                    finding.uid.map(String.init) ?? "", finding.area.map { Decimals.text($0, decimals: 2) } ?? "",
                    rule.message.description,
                ], role: !isBroken ? "disabled" : finding.severity == .block ? "error" : "warning", text: text,
                subject: .finding(index))
        }
        return section
    }

    // MARK: Other layers

    private func layers(_ kind: AnalysisSection.Kind, _ title: Phrase, _ which: [Int]) -> AnalysisSection {
        var section = AnalysisSection(
            kind: kind, title: title,
            columns: [
                .init("layer", "图层", 10), .init("verdict", "关系", 14), .init("number", "编号", 18),
                .init("ha or m", "公顷或米", 14, number: true), .init("name", "名称", 16),
            ])
        for index in which {
            section.items += analysis.layers[index].meetings.indices.compactMap { place in
                let meeting = analysis.layers[index].meetings[place]
                // What is less than an overlap has a section of its own.
                return meeting.verdict == .overlap || meeting.verdict == .unknown
                    ? item(meeting, .meeting(index, place), analysis.layers[index].layer) : nil
            }
        }
        let met = which.map { analysis.layers[$0] }.filter { $0.verdict == .overlap }
        section.tally =
            kind == .lines
            ? met.isEmpty
                ? say("none crossed", "未压占")
                : met.map { "\($0.layer.standard) \(size($0.covered, $0.length))" }.joined(separator: ", ")
            : told(section.items.count, "feature", "个要素")
        return section
    }

    func size(_ area: Int64, _ length: Double) -> String {
        area > 0
            ? AreaUnit.hectares.text(area, decimals: 4) + " ha"
            : length > 0 ? Decimals.text(length, decimals: 2) + " m" : ""
    }

    private func item(
        _ meeting: BoundaryAnalysis.Meeting, _ subject: AnalysisItem.Subject, _ layer: AnalysedLayer
    ) -> AnalysisItem {
        let number = meeting.number.isEmpty ? String(meeting.id) : meeting.number
        let size = size(meeting.area, meeting.length)
        var facts = ["\(layer.title.isEmpty ? layer.table : layer.title)  \(number)  \(meeting.name)"]
        if let name = meeting.className { facts[0] += "  \(meeting.code?.description ?? "") \(name)" }
        var text = "\(meeting.verdict.name)  \(size)"
        if meeting.area > 0 {
            text += say(
                "  (\(Decimals.hundredths(meeting.area)) m2, plane \(Decimals.hundredths(meeting.plane)) m2)",
                "（\(Decimals.hundredths(meeting.area)) m2，平面 \(Decimals.hundredths(meeting.plane)) m2）")
        }
        if meeting.isWhole {
            text += say("  all of it", "  全部在内")
        } else if meeting.whole > 0, meeting.area > 0 {
            text += say("  of ", "  占其 ") + percent(Double(meeting.area) / Double(meeting.whole), of: meeting.whole)
        }
        if meeting.coversAll { text += say("  covers the boundary", "  覆盖整个边界") }
        facts.append(text)
        if let reason = meeting.reason { facts.append(reason.description) }
        let isGrave = layer.role == .controlLine && meeting.verdict == .overlap
        return AnalysisItem(
            cells: [
                layer.standard.isEmpty ? layer.table : layer.standard, meeting.verdict.name.description, number, size,
                meeting.name,
            ],
            role: isGrave ? "warning" : meeting.verdict == .overlap ? "row" : "disabled", text: facts, subject: subject)
    }

    private func percent(_ share: Double, of whole: Int64) -> String {
        let text = Decimals.text(share * 100, decimals: 2) + "%"
        return say(
            "\(AreaUnit.hectares.text(whole, decimals: 4)) ha: \(text)",
            "\(AreaUnit.hectares.text(whole, decimals: 4)) 公顷：\(text)")
    }

    private var slivers: AnalysisSection {
        let limit = Decimals.hundredths(analysis.sliverLimit)
        var section = AnalysisSection(
            kind: .slivers, title: Phrase("Slivers (to \(limit) m2) and touching", "碎屑（不大于 \(limit) m2）与相接"),
            columns: [
                .init("layer", "图层", 10), .init("verdict", "关系", 14), .init("number", "编号", 18),
                .init("ha or m", "公顷或米", 14, number: true), .init("name", "名称", 16),
            ])
        for (index, layer) in analysis.layers.enumerated() {
            section.items += layer.meetings.indices.compactMap { place in
                let meeting = layer.meetings[place]
                return meeting.verdict == .sliver || meeting.verdict == .touch
                    ? item(meeting, .meeting(index, place), layer.layer) : nil
            }
        }
        if let survey = analysis.survey {
            section.items += analysis.parcels.indices.filter { analysis.parcels[$0].isSliver }.map { index in
                var row = item(analysis.parcels[index], index)
                row.cells = [
                    survey.standard, MeetingVerdict.sliver.name.description, analysis.parcels[index].number,
                    size(analysis.parcels[index].area, 0), analysis.parcels[index].className.description,
                ]
                return row
            }
            section.items += analysis.touched.indices.map { item(analysis.touched[$0], .touched($0), survey) }
        }
        section.tally = String(section.items.count)
        return section
    }

    // MARK: Land

    private static let landColumns: [Table.Column] = [
        .init("class", "地类", 20), .init("area m2", "面积 m2", 14, number: true),
        .init("net m2", "净面积 m2", 14, number: true), .init("unit", "单位", 12), .init("owner", "权属", 13),
    ]

    private var sums: AnalysisSection {
        var section = AnalysisSection(
            kind: .sums, title: Phrase("Class, unit, ownership", "地类 × 单位 × 权属"),
            tally: say(
                "net \(AreaUnit.hectares.text(analysis.net, decimals: 4)) ha",
                "净 \(AreaUnit.hectares.text(analysis.net, decimals: 4)) 公顷"), columns: Self.landColumns)
        section.items = analysis.sums.map { sum in
            AnalysisItem(
                cells: [
                    "\(sum.key.code.code) \(sum.className)", Decimals.hundredths(sum.area),
                    Decimals.hundredths(sum.net),
                    sum.key.unit.name, sum.key.ownership.name.description,
                ],
                text: [
                    "\(sum.key.code) \(sum.className)  \(sum.key.unit.code) \(sum.key.unit.name)  \(sum.key.ownership.name)",
                    say(
                        "\(counted(sum.parcels, "parcel"))  \(AreaUnit.hectares.text(sum.area, decimals: 4)) ha  plane \(Decimals.hundredths(sum.plane)) m2  ridges \(Decimals.hundredths(sum.ridges)) m2",
                        "\(sum.parcels) 个图斑  \(AreaUnit.hectares.text(sum.area, decimals: 4)) 公顷  平面 \(Decimals.hundredths(sum.plane)) m2  田坎 \(Decimals.hundredths(sum.ridges)) m2"
                    ),
                ])
        }
        if let rest = analysis.unsurveyed {
            section.items.append(
                AnalysisItem(
                    cells: [
                        say("not surveyed", "未调查"), Decimals.hundredths(rest.area), Decimals.hundredths(rest.area), "",
                        "",
                    ], role: "warning",
                    text: [
                        say(
                            "No parcel of the survey lies here: \(Decimals.hundredths(rest.area)) m2, plane \(Decimals.hundredths(rest.plane)) m2.",
                            "此处没有现状图斑：\(Decimals.hundredths(rest.area)) m2，平面 \(Decimals.hundredths(rest.plane)) m2。")
                    ], subject: .unsurveyed))
        }
        return section
    }

    private var parcels: AnalysisSection {
        var section = AnalysisSection(
            kind: .parcels, title: Phrase("Parcels", "图斑"),
            tally: say(
                "\(analysis.parcels.count), \(analysis.parcels.count(where: \.isWhole)) of them whole",
                "\(analysis.parcels.count) 个，其中 \(analysis.parcels.count(where: \.isWhole)) 个全部在内"),
            columns: [
                .init("class", "地类", 17), .init("area m2", "面积 m2", 14, number: true),
                .init("share", "占图斑", 7, number: true), .init("parcel", "图斑", 7, number: true),
                .init("number", "标识码", 18), .init("unit", "单位", 9),
            ])
        section.items = analysis.parcels.indices.map { item(analysis.parcels[$0], $0) }
        return section
    }

    private func item(_ parcel: BoundaryAnalysis.Parcel, _ index: Int) -> AnalysisItem {
        let share = parcel.isWhole ? say("all", "全部") : Decimals.text(parcel.share * 100, decimals: 2) + "%"
        return AnalysisItem(
            cells: [
                "\(parcel.code.code) \(parcel.className)", Decimals.hundredths(parcel.area), share, String(parcel.id),
                parcel.number,
                parcel.unit.name,
            ], role: parcel.isSliver ? "disabled" : "row",
            text: [
                "\(parcel.id)  \(parcel.number)  \(parcel.code) \(parcel.className)  \(parcel.unit.name)  \(parcel.ownership.name)",
                say(
                    "area \(Decimals.hundredths(parcel.area)) m2 (moved \(Decimals.hundredths(parcel.moved)))  net \(Decimals.hundredths(parcel.net))  plane \(Decimals.hundredths(parcel.plane))  of \(Decimals.hundredths(parcel.whole))",
                    "面积 \(Decimals.hundredths(parcel.area)) m2（调整 \(Decimals.hundredths(parcel.moved))）  净 \(Decimals.hundredths(parcel.net))  平面 \(Decimals.hundredths(parcel.plane))  图斑 \(Decimals.hundredths(parcel.whole))"
                ),
            ], subject: .parcel(index))
    }

    private var planned: AnalysisSection {
        var section = AnalysisSection(
            kind: .planned, title: Phrase("Planned use", "规划用途"),
            columns: [
                .init("class", "用途", 14), .init("area m2", "面积 m2", 15, number: true),
                .init("features", "要素", 8, number: true), .init("name", "名称", 30),
            ])
        section.items = analysis.planned.map { sum in
            AnalysisItem(
                cells: [
                    sum.code?.description ?? "-", Decimals.hundredths(sum.area), String(sum.features),
                    sum.className.description,
                ], role: sum.code == nil ? "disabled" : "row",
                text: [
                    "\(sum.code?.description ?? "") \(sum.className)",
                    say(
                        "\(AreaUnit.hectares.text(sum.area, decimals: 4)) ha  plane \(Decimals.hundredths(sum.plane)) m2",
                        "\(AreaUnit.hectares.text(sum.area, decimals: 4)) 公顷  平面 \(Decimals.hundredths(sum.plane)) m2"),
                ])
        }
        section.tally =
            analysis.planned.first.map {
                "\($0.className) \(AreaUnit.hectares.text($0.area, decimals: 4)) ha"
            } ?? ""
        return section
    }

    func told(_ count: Int, _ english: String, _ chinese: String) -> String {
        say(counted(count, english), "\(count) \(chinese)")
    }
}
