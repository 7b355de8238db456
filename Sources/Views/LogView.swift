import Canvas
import Commands
import Phrases
import Store

/// The steps of the open plan, newest first; Enter walks what a step changed, before and after it.
package struct LogView: View {
    private static let most = 1_000
    private var table = Table([
        .init("step", "步", 5, number: true), .init("state", "状态", 6), .init("who", "操作人", 10),
        .init("parcels", "图斑", 7, number: true), .init("line", "命令", 46),
    ])
    private var steps: [LoggedStep] = []
    private var start: Int

    package init(at start: Int = 0) {
        self.start = start
    }

    package var title: String { say("steps  \(table.position)", "步骤  \(table.position)") }
    package var offers: [Action] { Table.offers + [.open, .copy] }

    package mutating func load(_ session: Session) throws -> [Effect] {
        guard let plan = session.plan else { return [.back] }
        steps = try session.project.steps(of: plan.id, limit: Self.most)
        table.rows = steps.map { step in
            .init(
                [
                    String(step.step), step.isUndone ? say("undone", "已撤销") : say("done", "有效"), step.who,
                    String(step.parcels), step.line,
                ], role: step.isUndone ? "disabled" : "row")
        }
        if start > 0 { table.go(to: start) }
        start = 0
        return steps.isEmpty ? [.say(say("No steps yet.", "尚无操作。"))] : []
    }

    private var current: LoggedStep? { steps.indices.contains(table.cursor) ? steps[table.cursor] : nil }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        switch action {
        case .open: current.map { [.push(WalkView(.step($0.step), at: 0))] } ?? []
        case .copy: current.map { [.copy($0.line)] } ?? []
        default: table.handle(action, count: count)
        }
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        table.draw(into: &frame, rows: rows.lowerBound..<rows.upperBound - 3, session)
        let width = frame.size.columns
        if let step = current {
            // The line is what one repeats: it is shown whole, as far as two rows hold it.
            let text = wrapped("\(step.time)  \(step.line)", width: width)
            for (line, row) in zip(text, rows.upperBound - 3..<rows.upperBound - 1) {
                frame.put(line, row: row, column: 0, width: width, style: session.role("detail"))
            }
        }
        let hint = say("Enter shows the step on the map; there b flips before and after.", "回车在地图上查看该步，b 切换前后。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: width, style: session.role("detail"))
    }

    package var place: [String: String] { ["view": "steps", "row": String(table.cursor)] }
}
