import Canvas
import Commands
import Phrases
import Planning
import Store

/// Several boundaries that were analysed in one go: what each comes to, or why it could not be; Enter opens one.
package struct AnalysisBatchView: View {
    private let report: Report
    private let line: String
    private var table = Table([
        .init("boundary", "边界", 20), .init("area ha", "面积公顷", 12, number: true),
        .init("lines", "控制线", 6, number: true), .init("broken", "违反", 6, number: true),
        .init("?", "未检", 4, number: true), .init("lines crossed", "压占的控制线", 22),
    ])
    /// For each row its analysis, or the sentence that stands in for it.
    private let outcomes: [(analysis: BoundaryAnalysis?, sentence: String)]

    init(_ report: Report, line: String) {
        (self.report, self.line) = (report, line)
        // The report has a row for each boundary, also for those that were refused; these have no area.
        let area = report.columns.firstIndex { $0.key == "area_m2" } ?? 0
        let places = ["source", "number"].compactMap { key in report.columns.firstIndex { $0.key == key } }
        var rest = report.analyses[...]
        outcomes = report.rows.map { row in
            // Many boundaries bear one name: their file and number tell them apart.
            let place = places.map { row[$0].text }.filter { !$0.isEmpty }.joined(separator: " ")
            func placed(_ text: String) -> String {
                place.isEmpty || text.contains(place) ? text : "\(place): \(text)"
            }
            if case .area = row[area], let analysis = rest.popFirst() {
                return (analysis, placed(analysis.verdict.description))
            }
            return (nil, placed(row.last?.text ?? ""))
        }
        table.rows = zip(report.rows, outcomes).map { row, outcome in
            guard let analysis = outcome.analysis else {
                return .init([row.first?.text ?? "", "", "", "", "", outcome.sentence], role: "disabled")
            }
            return .init(
                [
                    analysis.boundary.name, AreaUnit.hectares.text(analysis.area, decimals: 4),
                    String(analysis.crossed.count), String(analysis.broken.count),
                    String(analysis.uncheckable.count), analysis.crossed.map(\.layer.standard).joined(separator: " "),
                ], role: analysis.isBlocked ? "error" : analysis.broken.isEmpty ? "row" : "warning")
        }
    }

    package var title: String { say("boundaries  \(table.position)", "边界  \(table.position)") }
    package var offers: [Action] { Table.offers + [.open, .copy] }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        guard outcomes.indices.contains(table.cursor) else { return table.handle(action, count: count) }
        let (analysis, sentence) = outcomes[table.cursor]
        switch action {
        case .open:
            guard let analysis else { return [.say(sentence, isTrouble: true)] }
            let report = try Report(of: analysis, in: session.project)
            return [.push(AnalysisView(analysis, line: line, report: report, isSlow: session.isSlow))]
        case .copy: return [.copy(table.rows[table.cursor].cells[0])]
        default: return table.handle(action, count: count)
        }
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        let width = frame.size.columns
        frame.put(report.title, row: rows.lowerBound, column: 0, width: width, style: session.role("header"))
        table.draw(into: &frame, rows: rows.lowerBound + 1..<rows.upperBound - 4, session)
        if outcomes.indices.contains(table.cursor) {
            let lines = wrapped(outcomes[table.cursor].sentence, width: width)
            for (line, row) in zip(lines, rows.upperBound - 4..<rows.upperBound - 1) {
                frame.put(line, row: row, column: 0, width: width, style: session.role("detail"))
            }
        }
        let hint = say("Enter opens the boundary.", "回车打开该边界。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: width, style: session.role("detail"))
    }
}

/// The analyses that the project keeps, the newest first; Enter shows what one came to.
package struct KeptAnalysesView: View {
    private static let most = 1_000
    private var table = Table([
        .init("no.", "编号", 5, number: true), .init("time", "时间", 20), .init("who", "操作人", 8),
        .init("area ha", "面积公顷", 12, number: true), .init("broken", "违反", 6, number: true),
        .init("boundary", "边界", 20),
    ])
    private var kept: [KeptAnalysisSummary] = []

    package init() {}

    package var title: String { say("analyses  \(table.position)", "边界分析  \(table.position)") }
    package var offers: [Action] { Table.offers + [.open, .copy] }

    package mutating func load(_ session: Session) throws -> [Effect] {
        kept = try session.project.analyses(limit: Self.most)
        table.rows = kept.map { one in
            .init([
                String(one.id), one.time, one.who, AreaUnit.hectares.text(one.area, decimals: 4),
                String(one.brokenRules), [one.name, one.source].filter { !$0.isEmpty }.joined(separator: "  "),
            ])
        }
        let key = session.keymap.keys(for: .analyse).first ?? ""
        return kept.isEmpty
            ? [.say(say("No boundary was analysed yet; \(key) begins.", "尚未做过边界分析；按 \(key) 开始。"))] : []
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        guard kept.indices.contains(table.cursor) else { return table.handle(action, count: count) }
        switch action {
        case .open: return [.run("analysis show \(kept[table.cursor].id)")]
        case .copy: return [.copy(String(kept[table.cursor].id))]
        default: return table.handle(action, count: count)
        }
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        table.draw(into: &frame, rows: rows.lowerBound..<rows.upperBound - 1, session)
        let hint = say("Enter opens it: verdict, findings, map.", "回车打开：结论、意见、地图。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: frame.size.columns, style: session.role("detail"))
    }

    package var place: [String: String] { ["view": "analyses"] }
}
