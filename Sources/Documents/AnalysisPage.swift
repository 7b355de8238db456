import Foundation
import Geometry
import Phrases
import Planning

/// The report on a boundary (用地分析报告) as a document: the answer on its first sheets of paper, with the map and the
/// sums; then what bears it out, each table in small print.
///
/// Everything comes from the analysis; nothing is reckoned here but sums of what is shown.
package struct AnalysisPage {
    let analysis: BoundaryAnalysis
    /// The map of it; nil where none is drawn.
    let map: VectorMap?
    /// A map of characters, for plain text.
    let sketch: [String]
    /// What a class looks like: `#rrggbb`.
    let colour: (LandUseCode) -> String

    /// More rows than this make a table that nobody reads; the tables of a case folder have all.
    static let most = 500

    package init(
        _ analysis: BoundaryAnalysis, map: VectorMap? = nil, sketch: [String] = [],
        colour: @escaping (LandUseCode) -> String = { _ in "#b9c4cc" }
    ) {
        (self.analysis, self.map, self.sketch, self.colour) = (analysis, map, sketch, colour)
    }

    package var page: Page {
        var sections: [Page.Section] = [.lead(analysis.verdict.description), .facts(facts)]
        sections += analysis.remarks.map { .paragraph($0.description) }
        sections += drawing
        sections += verdicts
        sections += since
        sections += lines
        sections += classes
        sections += planned
        sections += sums
        sections += rules
        sections += features
        sections += comparison
        sections += others
        sections += marginal
        sections += parcels
        if !analysis.isReadBack { sections += adjustment }
        return Page(title: title, sections: sections)
    }

    /// A name that other programs took for the file's is none for people to read twice.
    private var title: String {
        let boundary = analysis.boundary
        let name = [boundary.number, boundary.name].filter { !$0.isEmpty }.joined(separator: " ")
        return name.isEmpty
            ? say("What the boundary touches", "用地范围分析报告") : say("What \(name) touches", "\(name) 用地范围分析报告")
    }

    // MARK: What was asked

    private var facts: [(name: String, value: String)] {
        let boundary = analysis.boundary
        var facts: [(name: String, value: String)] = []
        let source = boundary.source == "-" ? say("standard input", "标准输入") : boundary.source
        facts.append((say("Boundary from", "范围来源"), source.isEmpty ? say("drawn or typed", "绘制或键入") : source))
        if !boundary.hash.isEmpty { facts.append(("SHA-256", boundary.hash)) }
        facts.append(
            (
                say("Area (ellipsoid)", "椭球面积"),
                say(
                    "\(Self.metres(analysis.area)) m² = \(Self.hectares(analysis.area)) ha = \(AreaUnit.mu.text(analysis.area)) mu",
                    "\(Self.metres(analysis.area)) 平方米 = \(Self.hectares(analysis.area)) 公顷 = \(AreaUnit.mu.text(analysis.area)) 亩"
                )
            ))
        // Degrees have no plane, which a note says.
        if analysis.plane > 0 {
            facts.append(
                (
                    say("Area (plane)", "平面面积"),
                    say("\(Self.metres(analysis.plane)) m²", "\(Self.metres(analysis.plane)) 平方米")
                ))
        }
        facts.append(
            (
                say("Net of field ridges", "扣除田坎后"),
                say("\(Self.metres(analysis.net)) m²", "\(Self.metres(analysis.net)) 平方米")
            ))
        if let declared = boundary.declared {
            let off = analysis.area - declared
            facts.append(
                (
                    say("Area in the source", "来源所载面积"),
                    say(
                        "\(Self.metres(declared)) m²; ours is \(Self.signed(off)) m² off",
                        "\(Self.metres(declared)) 平方米；本次计算相差 \(Self.signed(off)) 平方米")
                ))
        }
        facts.append(
            (
                say("Perimeter", "周长"),
                say("\(Self.number(analysis.perimeter)) m", "\(Self.number(analysis.perimeter)) 米")
            ))
        facts.append((say("Coordinates", "坐标系"), analysis.system.isEmpty ? say("not known", "未知") : analysis.system))
        facts.append((say("Survey", "调查数据"), analysis.survey.map(Self.named) ?? say("none", "无")))
        if let part = analysis.unsurveyed {
            facts.append(
                (
                    say("Not surveyed", "无调查数据"),
                    say("\(Self.metres(part.area)) m²", "\(Self.metres(part.area)) 平方米")
                ))
        }
        let target = "\(analysis.target) \(analysis.targetName)"
        facts.append(
            (
                say("Rules take the land for", "规则按此用途检查"),
                analysis.isTargetAssumed ? say("\(target) (assumed)", "\(target)（默认）") : target
            ))
        facts.append(
            (
                say("Slivers", "碎屑限值"),
                say("up to \(Self.metres(analysis.sliverLimit)) m²", "不超过 \(Self.metres(analysis.sliverLimit)) 平方米")
            ))
        facts.append((say("Day", "分析日期"), analysis.day))
        facts.append(
            (say("State of the data", "数据状态"), say("journal row \(analysis.journal)", "日志第 \(analysis.journal) 条")))
        if let number = analysis.number { facts.append((say("Kept as", "分析编号"), String(number))) }
        return facts
    }

    private var drawing: [Page.Section] {
        guard map != nil || !sketch.isEmpty else { return [] }
        return [.heading(say("Map", "图件")), .drawing(svg: map?.svg ?? "", key: map?.key ?? [], lines: sketch)]
    }

    // MARK: Words

    static func metres(_ hundredths: Int64) -> String { AreaUnit.squareMetres.text(hundredths) }

    static func hectares(_ hundredths: Int64) -> String { AreaUnit.hectares.text(hundredths, decimals: 4) }

    static func signed(_ hundredths: Int64) -> String { (hundredths > 0 ? "+" : "") + metres(hundredths) }

    /// With two decimals, halves away from zero.
    static func number(_ value: Double) -> String {
        let scaled = (value * 100).rounded(.toNearestOrAwayFromZero)
        guard abs(scaled) < 9e15 else { return String(value) }
        return AreaUnit.text(steps: Int64(scaled), decimals: 2)
    }

    /// `DLTB_2023 地类图斑`, and the year where neither tells it.
    static func named(_ layer: AnalysedLayer) -> String {
        let name = layer.title == layer.table || layer.title.isEmpty ? layer.table : "\(layer.table) \(layer.title)"
        guard let year = layer.year, !name.contains(String(year)) else { return name }
        return name + say(" (\(year))", "（\(year)）")
    }

    static func named(_ code: LandUseCode, _ name: Phrase) -> String { "\(code.code) \(name)" }

    /// A table without the columns that are empty in every row.
    static func table(
        _ titles: [String], _ isNumber: [Bool], _ rows: [[String]], wide: Set<Int> = [], isLong: Bool = true
    ) -> Page.Section {
        let kept = titles.indices.filter { column in rows.contains { !$0[column].isEmpty } }
        return .table(
            titles: kept.map { titles[$0] }, isNumber: kept.map { isNumber[$0] },
            rows: rows.map { row in kept.map { row[$0] } },
            wide: Set(kept.indices.filter { wide.contains(kept[$0]) }), isLong: isLong)
    }

    /// Says that only the first of several are shown.
    static func more(_ count: Int, of shown: Int = most) -> [Page.Section] {
        guard count > shown else { return [] }
        return [
            .paragraph(
                say(
                    "The first \(shown) of \(count) are shown; the tables written with --out hold all.",
                    "共 \(count) 项，仅列前 \(shown) 项；用 --out 导出的表格含全部内容。"))
        ]
    }
}
