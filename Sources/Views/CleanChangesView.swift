import Canvas
import Commands
import Phrases
import Store

/// The changes of a plan that nothing was found about and nobody said anything to, before all of them are accepted.
struct CleanChangesView: View {
    private let plan: Int64
    private var table = Table(ReviewView.columns)
    private var items: [ReviewItem] = []
    private var hasAsked = false

    init(_ plan: Int64) { self.plan = plan }

    var title: String { say("without findings  \(table.position)", "无问题改动  \(table.position)") }
    var offers: [Action] { Table.offers + [.accept] }

    mutating func load(_ session: Session) throws -> [Effect] {
        if let obstacle = try session.project.notChecked(plan) {
            return [
                .back,
                .say(
                    say("Nothing can be accepted at once: \(obstacle).", "不能一次同意：\(obstacle)。"), isTrouble: true),
            ]
        }
        let review = try ReviewCase(of: plan, in: session.project)
        items = review.clean
        table.rows = items.map { .init(review.cells($0)) }
        guard items.isEmpty else { return [] }
        return hasAsked
            ? [.back]
            : [
                .back,
                .say(say("Every change has findings or comments, or is dealt with.", "其余改动均有问题、评论或已处理。")),
            ]
    }

    mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        guard action == .accept else { return table.handle(action, count: count) }
        hasAsked = true
        let count = items.count
        return [
            .ask(
                .confirm(
                    question: say(
                        "Accept these \(counted(count, "change")) of plan \(plan)? y accepts them",
                        "同意规划 \(plan) 的这 \(count) 处改动？按 y 同意"),
                    line: "review look \(UIDRanges.text(items.map(\.touched.uid).sorted())) --accept --plan \(plan)"))
        ]
    }

    mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        let width = frame.size.columns
        frame.put(
            say(
                "\(counted(items.count, "change")) without findings or comments:",
                "无检查意见、无评论的改动 \(items.count) 处："),
            row: rows.lowerBound, column: 0, width: width, style: session.role("header"))
        table.draw(into: &frame, rows: rows.lowerBound + 1..<rows.upperBound - 1, session)
        frame.put(
            say("A accepts all of these; q goes back and changes nothing.", "A 全部同意；q 返回，不作更改。"),
            row: rows.upperBound - 1,
            column: 0, width: width, style: session.role("detail"))
    }

    func subject(_ session: Session) -> [Int64] {
        items.indices.contains(table.cursor) ? [items[table.cursor].touched.uid] : []
    }
}
