import Canvas
import Commands
import Phrases
import Planning
import Store

/// The queue: what waits for me, by due date and by how grave its findings are; Enter opens a plan.
package struct ReviewQueueView: View {
    private var table = Table([])
    private var queue = ReviewQueue.empty
    /// The rows of the queue that pass the filter, by their place in it.
    private var shown: [Int] = []
    private var showsAll = false
    private var filter = ""
    private var decision: Decision?
    /// The plan that the next load goes to.
    private var wanted: Int64?

    package init(at plan: Int64? = nil, all: Bool = false) {
        wanted = plan
        showsAll = all
    }

    package var title: String {
        var parts = [say("\(queue.waiting) for you", "待办 \(queue.waiting)")]
        if queue.overdue > 0 { parts.append(say("\(queue.overdue) overdue", "逾期 \(queue.overdue)")) }
        let filtered = queue.plans.count - shown.count
        if !filter.isEmpty { parts.append(say("\\\(filter) hides \(filtered)", "\\\(filter) 隐藏 \(filtered)")) }
        let others = queue.total - queue.plans.count
        if others > 0 { parts.append(say("\(others) hidden (a all)", "隐藏 \(others)（a 全部）")) }
        return parts.joined(separator: say(", ", "，"))
    }

    package var offers: [Action] {
        [.open, .decide, .assign, .showAll, .filter] + Table.offers
    }

    // MARK: Reading

    package mutating func load(_ session: Session) throws -> [Effect] {
        let before = wanted ?? current?.plan.id
        wanted = nil
        queue = try session.project.reviewQueue(all: showsAll, told: 0)
        pass()
        // The same plan, wherever it stands now; where it has left, the one that took its place.
        if let before, let place = shown.firstIndex(where: { queue.plans[$0].plan.id == before }) {
            table.go(to: place)
        }
        return []
    }

    /// Keeps the rows that pass the filter; what is given to me always does.
    private mutating func pass() {
        let words = filter.lowercased().split(separator: " ")
        shown = queue.plans.indices.filter { index in
            let row = queue.plans[index]
            guard row.assigned == nil || !row.isMine else { return true }
            let text =
                "\(row.plan.id) \(row.plan.title) \(row.plan.owner) \(row.stage.name) \(row.plan.kind.name) \(row.assigned ?? "")"
                .lowercased()
            return words.allSatisfy { text.contains($0) }
        }
        table.rows = shown.map { _ in .init([]) }
    }

    private var current: QueuedPlan? {
        shown.indices.contains(table.cursor) ? queue.plans[shown[table.cursor]] : nil
    }

    // MARK: Keys

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .open:
            guard let plan = current?.plan else { return [.say(nothing)] }
            try session.open(plan: plan.id)
            return [.push(ReviewView(plan.id))]
        case .decide:
            guard let plan = current?.plan else { return [.say(nothing)] }
            var started = try Decision(on: plan.id, session)
            let effects = started.begin()
            decision = started
            return effects
        case .assign:
            guard let plan = current?.plan else { return [.say(nothing)] }
            return [try session.assigning(plan.id)]
        case .showAll:
            showsAll.toggle()
            return try load(session)
        case .filter: return [.ask(.filter, initial: filter)]
        case .back where !filter.isEmpty:
            filter = ""
            pass()
            return []
        case .find:
            // What is looked for may stand in rows that were never in sight.
            for index in shown.indices { try write(index, session) }
            return table.handle(action, count: count)
        case .copy: return current.map { [.copy(String($0.plan.id))] } ?? []
        default: return table.handle(action, count: count)
        }
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        switch kind {
        case .find: return table.find(text)
        case .filter:
            let before = current?.plan.id
            filter = text
            pass()
            if let before, let place = shown.firstIndex(where: { queue.plans[$0].plan.id == before }) {
                table.go(to: place)
            }
            return []
        default:
            return session.assigned(kind, text) ?? decision?.answer(kind, text) ?? []
        }
    }

    private var nothing: String {
        queue.total == 0 || showsAll
            ? say("No plan is on its way.", "没有在办规划。")
            : say("Nothing waits for you; a shows what waits for others.", "没有待办规划；按 a 查看他人待办。")
    }

    // MARK: Drawing

    /// Narrow windows keep what one chooses by.
    private static func columns(width: Int) -> [Table.Column] {
        let isWide = width >= 76
        return [
            .init("", "", 2), .init("plan", "编号", 5, number: true), .init("due", "期限", 10),
            .init("rules", "问题", 5), .init("seen", "已看", isWide ? 9 : 7, number: true),
            .init("obj.", "异议", 4, number: true), .init("stage", "阶段", isWide ? 14 : 8),
            .init("title", "名称", 10),
        ]
    }

    /// Writes a row that comes into sight.
    private mutating func write(_ index: Int, _ session: Session) throws {
        guard table.rows[index].cells.isEmpty else { return }
        let place = shown[index]
        try session.project.tell(&queue.plans[place])
        let row = queue.plans[place]
        let state = row.isOverdue ? say("O", "逾") : row.assigned != nil && row.isMine ? "@" : ""
        table.rows[index] = .init(
            [
                state, String(row.plan.id), row.due.map(WorkCalendar.text) ?? "",
                row.severity.map(ReviewCase.letter) ?? "", "\(row.seen)/\(row.changes)",
                row.objections == 0 ? "" : String(row.objections), row.stage.name.description, row.plan.title,
            ], role: row.isOverdue && row.isMine ? "warning" : row.isMine ? "row" : "disabled")
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        table.columns = Self.columns(width: width)
        let list = rows.lowerBound..<rows.upperBound - 2
        for index in table.visible(in: list) { try write(index, session) }
        table.draw(into: &frame, rows: list, session)
        if shown.isEmpty {
            frame.put(
                nothing, row: list.lowerBound + 2, column: 2, width: width - 2, style: session.role("detail"))
        }
        if let row = current {
            frame.put(
                detail(row), row: rows.upperBound - 2, column: 0, width: width, style: session.role("detail"))
        }
        let hint =
            width < 76
            ? say("Enter steps through it  F decides  @ assigns  ? keys", "回车逐项审查  F 作决定  @ 指派  ? 按键")
            : say(
                "Enter steps through it  F decides  @ assigns  a all or mine  \\ filters  ? keys",
                "回车逐项审查  F 作决定  @ 指派  a 全部/本人  \\ 筛选  ? 按键")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: width, style: session.role("detail"))
    }

    /// What the list has no room for.
    private func detail(_ row: QueuedPlan) -> String {
        var parts = [row.plan.title, row.plan.kind.name.description, row.plan.owner]
        if let left = row.left {
            parts.append(
                left < 0
                    ? say("\(counted(-left, "working day")) overdue", "逾期 \(-left) 个工作日")
                    : say("\(counted(left, "working day")) left", "剩余 \(left) 个工作日"))
        }
        if let assigned = row.assigned { parts.append(say("for \(assigned)", "经办 \(assigned)")) }
        if let severity = row.severity { parts.append(severity.name.description) }
        return parts.joined(separator: "  ")
    }

    package func subject(_ session: Session) -> [Int64] { [] }

    package var place: [String: String] {
        ["view": "queue", "review": current.map { String($0.plan.id) } ?? "", "all": showsAll ? "1" : ""]
    }
}
