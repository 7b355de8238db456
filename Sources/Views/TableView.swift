import Canvas
import Commands
import Phrases

/// Rows to choose from: plans, layers, journal entries. Small lists that are read whole.
package struct Table: Sendable {
    package struct Row: Sendable {
        package var cells: [String]
        package var role: String
        package init(_ cells: [String], role: String = "row") {
            self.cells = cells
            self.role = role
        }
    }

    package struct Column: Sendable {
        package var title: Phrase
        package var width: Int
        package var isNumber: Bool
        package init(_ english: String, _ chinese: String, _ width: Int, number: Bool = false) {
            title = Phrase(english, chinese)
            self.width = width
            isNumber = number
        }
    }

    package var columns: [Column]
    package var rows: [Row] = [] {
        didSet { cursor = min(cursor, max(0, rows.count - 1)) }
    }
    package private(set) var cursor = 0
    private var top = 0
    private var height = 10
    private var match = ""

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    package static let offers: [Action] = [
        .moveDown, .moveUp, .pageDown, .pageUp, .first, .last, .find, .findNext, .findPrevious,
    ]

    package var position: String { rows.isEmpty ? "0/0" : "\(cursor + 1)/\(rows.count)" }

    package mutating func handle(_ action: Action, count: Int?) -> [Effect]? {
        switch action {
        case .moveDown: cursor += count ?? 1
        case .moveUp: cursor -= count ?? 1
        case .pageDown: cursor += height
        case .pageUp: cursor -= height
        case .halfDown: cursor += height / 2
        case .halfUp: cursor -= height / 2
        case .first: cursor = (count ?? 1) - 1
        case .last: cursor = (count ?? rows.count) - 1
        case .find: return [.ask(.find)]
        case .findNext: return search(by: 1)
        case .findPrevious: return search(by: -1)
        default: return nil
        }
        keepInSight()
        return []
    }

    package mutating func go(to row: Int) {
        cursor = row
        keepInSight()
    }

    package mutating func find(_ text: String) -> [Effect] {
        match = text
        return search(by: 1)
    }

    private mutating func search(by direction: Int) -> [Effect] {
        guard !match.isEmpty, !rows.isEmpty else { return [.ask(.find)] }
        let wanted = match.lowercased()
        for step in 1...rows.count {
            let place = ((cursor + step * direction) % rows.count + rows.count) % rows.count
            if rows[place].cells.contains(where: { $0.lowercased().contains(wanted) }) {
                cursor = place
                keepInSight()
                return []
            }
        }
        return [.say(say("Nothing has \(match).", "没有“\(match)”。"))]
    }

    private mutating func keepInSight() {
        cursor = min(max(cursor, 0), max(0, rows.count - 1))
        if cursor < top { top = cursor }
        if cursor >= top + height { top = cursor - height + 1 }
    }

    /// The rows that `draw` will show in so many rows of the frame.
    package mutating func visible(in span: Range<Int>) -> Range<Int> {
        height = max(1, span.count - 1)
        keepInSight()
        return min(top, rows.count)..<min(top + height, rows.count)
    }

    /// - Parameter width: how many columns of the frame it has; nil for all. What does not fit is left out.
    package mutating func draw(
        into frame: inout Frame, rows span: Range<Int>, width: Int? = nil, _ session: Session
    ) {
        height = max(1, span.count - 1)
        keepInSight()
        let right = width ?? frame.size.columns
        var start = 2
        var places: [Int] = []
        for column in columns where width == nil || start + column.width <= right {
            places.append(start)
            start += column.width + 1
        }
        for (column, place) in zip(columns, places) {
            let title = column.title.description
            let shift = column.isNumber ? max(0, column.width - displayWidth(of: title)) : 0
            frame.put(
                title, row: span.lowerBound, column: place + shift, width: column.width - shift,
                style: session.role("header"))
        }
        for (index, row) in rows.enumerated().dropFirst(top).prefix(height) {
            let line = span.lowerBound + 1 + index - top
            if index == cursor {
                frame.put(">", row: line, column: 0, style: session.role("row.selected"))
                frame.cursor = Place(row: line, column: 0)
            }
            for ((column, place), text) in zip(zip(columns, places), row.cells) {
                // The last column takes what is left of the line.
                let width = place == places.last ? right - place : column.width
                let shift = column.isNumber ? max(0, column.width - displayWidth(of: text)) : 0
                frame.put(text, row: line, column: place + shift, width: width - shift, style: session.role(row.role))
            }
        }
    }
}

/// The plans: Enter opens one, so that lists and map show the county as it would be.
package struct PlansView: View {
    private var table = Table([
        .init("plan", "编号", 5, number: true), .init("stage", "阶段", 8), .init("kind", "类别", 22),
        .init("edited", "改动", 7, number: true), .init("owner", "编制人", 10), .init("title", "名称", 24),
    ])
    private var plans: [Int64] = []

    package init() {}

    package var title: String { say("plans  \(table.position)", "规划  \(table.position)") }
    package var offers: [Action] { Table.offers + [.open] }

    package mutating func load(_ session: Session) throws -> [Effect] {
        let (all, workflow) = (try session.project.plans(), try session.project.workflow())
        plans = [0] + all.map(\.id)
        let base = Table.Row(["0", "", "", "", "", say("the base, without any plan", "现状（不打开规划）")])
        table.rows = [base]
        for plan in all {
            let edits = try session.project.editCount(in: plan.id)
            let role = plan.id == session.planID ? "changed" : "row"
            table.rows.append(
                .init(
                    [
                        String(plan.id), workflow.stageName(of: plan), plan.kind.name.description, String(edits),
                        plan.owner,
                        plan.title,
                    ],
                    role: role))
        }
        return []
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        if action == .open, plans.indices.contains(table.cursor) {
            return [.run("plan open \(plans[table.cursor])"), .back]
        }
        return table.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        table.draw(into: &frame, rows: rows.lowerBound..<rows.upperBound - 1, session)
        let hint = say("Enter opens a plan.  :plan new TITLE starts one.", "回车打开规划；:plan new 标题 新建规划。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: frame.size.columns, style: session.role("detail"))
    }

    package var place: [String: String] { ["view": "plans"] }
}

/// Who did what: the newest first.
package struct JournalView: View {
    private static let most = 500
    private var table = Table([
        .init("entry", "序号", 6, number: true), .init("time", "时间", 20), .init("who", "操作人", 10),
        .init("kind", "类型", 7), .init("plan", "规划", 4, number: true), .init("line", "命令", 30),
    ])

    package init() {}

    package var title: String { say("journal  \(table.position)", "日志  \(table.position)") }
    package var offers: [Action] { Table.offers }

    package mutating func load(_ session: Session) throws -> [Effect] {
        table.rows = try session.project.journal(limit: Self.most).map { entry in
            let line = entry.line.isEmpty ? entry.detail : entry.line
            return .init([
                String(entry.id), entry.time, entry.who, entry.kind.rawValue, entry.plan.map(String.init) ?? "", line,
            ])
        }
        return []
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        table.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        table.draw(into: &frame, rows: rows, session)
    }

    package var place: [String: String] { ["view": "journal"] }
}
