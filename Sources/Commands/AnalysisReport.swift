import Phrases
import Planning
import Store

/// Reports on analyses: of one boundary all that it touches, of several a row each.
enum AnalysisReport {
    static func report(_ outcomes: [AnalysisBatch.Outcome]) -> Report {
        let analyses = outcomes.compactMap { try? $0.result.get() }
        var report = outcomes.count == 1 && analyses.count == 1 ? single(analyses[0]) : batch(outcomes)
        report.analyses = analyses
        report.status = analyses.count < outcomes.count ? 65 : analyses.contains(where: \.isBlocked) ? 1 : 0
        return report
    }

    // MARK: Several

    private static func batch(_ outcomes: [AnalysisBatch.Outcome]) -> Report {
        let done = outcomes.compactMap { try? $0.result.get() }
        let (blocked, failed) = (done.count { $0.isBlocked }, outcomes.count - done.count)
        let area = AreaUnit.hectares.text(done.reduce(0) { $0 + $1.area }, decimals: 4)
        return Report(
            title: say(
                "\(counted(outcomes.count, "boundary", "boundaries")), \(area) ha: \(blocked) forbidden by a rule, \(failed) could not be analysed.",
                "\(outcomes.count) 个范围，共 \(area) 公顷：违反禁止性规则 \(blocked) 个，无法分析 \(failed) 个。"),
            columns: [
                .init("boundary", "Boundary", "范围"), .init("number", "Number", "编号"), .init("source", "Source", "来源"),
                .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("net_m2", "Net m²", "净面积 m²", number: true),
                .init("plane_m2", "Plane m²", "平面面积 m²", number: true),
                .init("parcels", "Parcels", "图斑", number: true),
                .init("not_surveyed_m2", "Not surveyed m²", "未调查 m²", number: true),
                .init("control_lines", "Control lines crossed", "压占控制线"),
                .init("broken", "Rules broken", "违反规则"),
                .init("not_checkable", "Not checkable", "无法检查", number: true),
                .init("forbidden", "Forbidden", "禁止"), .init("analysis", "Analysis", "分析编号", number: true),
                .init("since", "Since the analysis before", "与前次分析相比"), .init("message", "Message", "说明"),
            ],
            rows: outcomes.map(row))
    }

    private static func row(_ outcome: AnalysisBatch.Outcome) -> [Report.Value] {
        switch outcome.result {
        case .failure(let refusal):
            return [.text(outcome.name), .null, .text(outcome.source)] + Array(repeating: .null, count: 11)
                + [.text(refusal.description)]
        case .success(let analysis):
            let crossed = analysis.crossed.map { "\($0.layer.standard) \(Decimals.hundredths($0.covered))" }
            return [
                .text(outcome.name), .text(analysis.boundary.number), .text(outcome.source), .area(analysis.area),
                .area(analysis.net), .area(analysis.plane), .integer(Int64(analysis.parcels.count)),
                .area(analysis.unsurveyed?.area ?? 0), .text(crossed.joined(separator: "; ")),
                .text(analysis.broken.map(\.id).joined(separator: " ")), .integer(Int64(analysis.uncheckable.count)),
                .flag(analysis.isBlocked), analysis.number.map { .integer($0) } ?? .null,
                analysis.comparison.map { .text(since($0)) } ?? .null, .text(analysis.verdict.description),
            ]
        }
    }

    static func since(_ comparison: AnalysisComparison) -> String {
        comparison.isEmpty
            ? say("the same as analysis \(comparison.number)", "与第 \(comparison.number) 次分析相同")
            : say(
                "since analysis \(comparison.number): \(counted(comparison.sums.count, "sum")) and \(counted(comparison.meetings.count, "feature")) differ; findings: mended \(comparison.mended.count), new \(comparison.new.count), still \(comparison.still)",
                "与第 \(comparison.number) 次分析相比：面积变化 \(comparison.sums.count) 项，压占变化 \(comparison.meetings.count) 处；检查结果：已改正 \(comparison.mended.count)，新增 \(comparison.new.count)，仍存在 \(comparison.still)"
            )
    }

    // MARK: One

    /// What a row of the report on one boundary is about; the raw value is what programs read.
    private enum Section: String {
        case boundary, sum, unsurveyed, parcel, overlap, sliver, touch, unknown, planned, finding, move

        var name: Phrase {
            switch self {
            case .boundary: Phrase("boundary", "范围")
            case .sum: Phrase("sum", "汇总")
            case .unsurveyed: Phrase("not surveyed", "未调查")
            case .parcel: Phrase("parcel", "图斑")
            case .overlap, .sliver, .touch, .unknown: (MeetingVerdict(rawValue: rawValue) ?? .unknown).name
            case .planned: Phrase("planned use", "规划用途")
            case .finding: Phrase("finding", "检查结果")
            case .move: Phrase("moved", "调平")
            }
        }
    }

    static func single(_ analysis: BoundaryAnalysis) -> Report {
        var report = Report(
            title: "\(analysis.boundary.name): \(analysis.verdict)",
            columns: [
                .init("section", "Section", "项目"), .init("layer", "Layer", "图层"), .init("number", "Number", "编号"),
                .init("name", "Name", "名称"), .init("class", "Class", "地类"), .init("unit", "Unit", "单元"),
                .init("ownership", "Ownership", "权属"), .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("net_m2", "Net m²", "净面积 m²", number: true),
                .init("plane_m2", "Plane m²", "平面面积 m²", number: true),
                .init("moved_m2", "Moved m²", "调平 m²", number: true),
                .init("length_m", "Length m", "长度 m", number: true),
                .init("x", "X", "X", number: true), .init("y", "Y", "Y", number: true), .init("text", "Remark", "说明"),
            ])
        report.rows = rows(analysis)
        report.notes = notes(analysis)
        return report
    }

    private static func line(
        _ section: Section, layer: String = "", number: String = "", name: String = "", code: LandUseCode? = nil,
        unit: BoundaryAnalysis.Unit? = nil, ownership: Ownership? = nil, area: Int64? = nil, net: Int64? = nil,
        plane: Int64? = nil, moved: Int64? = nil, length: Double? = nil, x: Double? = nil, y: Double? = nil,
        text: String = ""
    ) -> [Report.Value] {
        func word(_ text: String?) -> Report.Value { text.map { $0.isEmpty ? .null : .text($0) } ?? .null }
        func number_(_ value: Double?) -> Report.Value { value.map { .real($0, decimals: 2) } ?? .null }
        return [
            .text(section.name.description), word(layer), word(number), word(name), word(code?.description),
            word(unit.map { $0.name.isEmpty ? $0.code : "\($0.code) \($0.name)" }),
            word(ownership.map { "\($0.code) \($0.name)" }), area.map { .area($0) } ?? .null,
            net.map { .area($0) } ?? .null, plane.map { .area($0) } ?? .null, moved.map { .area($0) } ?? .null,
            number_(length), number_(x), number_(y), word(text),
        ]
    }

    private static func rows(_ analysis: BoundaryAnalysis) -> [[Report.Value]] {
        let boundary = analysis.boundary
        var rows = [
            line(
                .boundary, number: boundary.number, name: boundary.name, area: analysis.area, net: analysis.net,
                plane: analysis.plane, length: analysis.perimeter, text: analysis.system)
        ]
        rows += analysis.sums.map {
            line(
                .sum, name: $0.className.description, code: $0.key.code, unit: $0.key.unit, ownership: $0.key.ownership,
                area: $0.area, net: $0.net, plane: $0.plane,
                text: say("\(counted($0.parcels, "parcel"))", "\($0.parcels) 个图斑"))
        }
        if let gap = analysis.unsurveyed {
            rows.append(line(.unsurveyed, area: gap.area, net: gap.area, plane: gap.plane, moved: gap.moved))
        }
        for layer in analysis.layers where layer.layer.role != .plannedUse {
            rows += layer.meetings.map { meeting($0, layer.layer.table) }
        }
        rows += analysis.planned.map {
            line(
                .planned, name: $0.className.description, code: $0.code, area: $0.area, plane: $0.plane,
                text: say("\(counted($0.features, "feature"))", "\($0.features) 个要素"))
        }
        rows += analysis.findings.map { finding in
            line(
                .finding, layer: finding.objectLayer.isEmpty ? finding.layer : finding.objectLayer,
                number: finding.rule.id, name: finding.severity.name.description,
                area: finding.area.map { Int64(($0 * 100).rounded()) }, x: finding.place?.x, y: finding.place?.y,
                text: [finding.sentence, finding.rule.basis, finding.rule.remedy.description]
                    .filter { !$0.isEmpty }.joined(separator: " "))
        }
        rows += analysis.parcels.map { parcel in
            line(
                .parcel, layer: analysis.survey?.table ?? "", number: parcel.number,
                name: parcel.className.description, code: parcel.code, unit: parcel.unit, ownership: parcel.ownership,
                area: parcel.area, net: parcel.net, plane: parcel.plane, moved: parcel.moved,
                text: parcel.isWhole ? say("whole", "全部") : parcel.isSliver ? say("sliver", "碎屑") : "")
        }
        rows += analysis.touched.map { meeting($0, analysis.survey?.table ?? "") }
        return rows
    }

    private static func meeting(_ meeting: BoundaryAnalysis.Meeting, _ layer: String) -> [Report.Value] {
        line(
            Section(rawValue: meeting.verdict.rawValue) ?? .unknown, layer: layer, number: meeting.number,
            name: meeting.name, code: meeting.code, area: meeting.area, plane: meeting.plane,
            length: meeting.length > 0 ? meeting.length : nil, x: meeting.place?.x, y: meeting.place?.y,
            text: meeting.reason?.description
                ?? (meeting.coversAll ? say("covers it wholly", "全部覆盖") : meeting.isWhole ? say("whole", "全部") : ""))
    }

    private static func notes(_ analysis: BoundaryAnalysis) -> [String] {
        var notes = analysis.notes.map(\.description)
        let adjustment = analysis.adjustment
        if let obstacle = adjustment.obstacle {
            notes.append(obstacle.description)
        } else {
            notes.append(
                say(
                    "Adjusted \(Decimals.hundredths(adjustment.difference)) m² over \(counted(adjustment.moves.count, "part")). ",
                    "调平 \(Decimals.hundredths(adjustment.difference)) 平方米，分摊于 \(adjustment.moves.count) 个部分。")
                    + BoundaryAdjustment.rule.description)
        }
        if !analysis.held.isEmpty {
            notes.append(
                say("Rules that hold: ", "符合的规则：") + analysis.held.joined(separator: " ") + say(".", "。"))
        }
        if let number = analysis.number {
            notes.append(say("Kept as analysis \(number).", "已保存为第 \(number) 次分析。"))
        }
        if let comparison = analysis.comparison { notes.append(since(comparison)) }
        return notes
    }
}

extension Report {
    /// The report on one boundary of several, as `analyse` gives it for that boundary alone.
    package init(of analysis: BoundaryAnalysis, in project: Project) throws {
        self = AnalysisReport.single(analysis)
        analyses = [analysis]
        document = try AnalysisDocuments(project).page(analysis, isDrawn: false)
    }
}
