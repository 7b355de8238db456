import Canvas
import Commands
import Geometry
import Phrases
import Planning
import Store

/// A plan as a reviewer goes through it: the list of its changes, what is known of the one under the cursor, and its map
/// before and after.
package struct ReviewView: View {
    enum Pane: CaseIterable { case list, text, map }

    let plan: Int64
    var review: ReviewCase?
    /// Row 0 is the plan as a whole, the changes follow.
    var table = Table(Self.columns)
    var map = MapPane()
    var outline: Shape?
    var showsBefore = false
    /// On a slow line the map is drawn when it is asked for.
    var isMapAsked = false
    /// Whether the map has yet to be sent to the change.
    var isNew = true
    /// Whether the map has been sent to any change.
    var hasArrived = false
    var focus = Pane.list
    /// What is known of the change under the cursor.
    var lines: [ReviewCase.Line] = []
    var top = 0
    /// The thread that replies and ends are about.
    var thread: Int64?
    /// The row that the last frame showed: keys are about what was on the screen when they were pressed.
    var shown: Int?
    private var decision: Decision?
    /// The change that the first load goes to; 0 is the plan.
    private var wanted: Int64?
    private var isFresh = true

    static let columns: [Table.Column] = [
        .init("you", "您", 8), .init("parcel", "图斑", 8, number: true), .init("rules", "问题", 5),
        .init("said", "评论", 4, number: true), .init("from", "现状", 13), .init("to", "规划", 13),
        .init("area m2", "面积 m²", 12, number: true), .init("what", "内容", 9),
    ]

    package init(_ plan: Int64, at uid: Int64? = nil) {
        self.plan = plan
        wanted = uid
    }

    package var title: String {
        guard let review else { return say("review", "审查") }
        let mode = review.standing.mayAct ? "" : say("look only, ", "仅查看，")
        return mode + review.progress.description
    }

    package var offers: [Action] {
        [
            .findNext, .findPrevious, .moveDown, .moveUp, .pageDown, .pageUp, .first, .last, .find, .mark, .accept,
            .object, .comment, .nextThread, .reply, .resolve, .acceptClean, .decide, .assign, .flip, .nextPane,
            .previousPane,
            .zoomIn, .zoomOut, .zoomWhole, .center, .glyphs, .open, .copy,
        ]
    }

    // MARK: Reading

    package mutating func load(_ session: Session) throws -> [Effect] {
        let isFirst = review == nil
        let kept = isFirst ? wanted : item?.touched.uid ?? 0
        var read = try ReviewCase(of: plan, in: session.project)
        if let before = review, !isFresh { read.items = Self.kept(read.items, as: before.items) }
        review = read
        table.rows = [.init(overviewCells)] + read.items.map(row)
        map.reload()
        if let kept, let place = read.items.firstIndex(where: { $0.touched.uid == kept }) {
            table.go(to: place + 1)
        } else if isFirst, kept == nil {
            table.go(to: (read.items.firstIndex(where: \.isOpen) ?? -1) + 1)
        }
        defer { isFresh = false }
        try arrive(session, moves: isFirst)
        guard isFirst, let obstacle = read.standing.obstacle else { return [] }
        return [.say(say("You may look: \(obstacle).", "仅可查看：\(obstacle)。"))]
    }

    /// Rows stay where they were while somebody reads; what is new comes first.
    private static func kept(_ items: [ReviewItem], as before: [ReviewItem]) -> [ReviewItem] {
        let places = Dictionary(
            before.enumerated().map { ($0.element.touched.uid, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return items.enumerated().sorted {
            (places[$0.element.touched.uid] ?? -1, $0.offset) < (places[$1.element.touched.uid] ?? -1, $1.offset)
        }.map(\.element)
    }

    private var overviewCells: [String] {
        guard let review else { return [] }
        let threads = review.threads[nil, default: []].count
        return [
            "", say("plan", "规划"), ReviewCase.sign(review.findings[nil, default: []]),
            threads == 0 ? "" : String(threads), say("as a whole", "总体"), "", "", "",
        ]
    }

    private func row(_ item: ReviewItem) -> Table.Row {
        .init(review?.cells(item) ?? [], role: item.isChanged || item.cameBack ? "warning" : "row")
    }

    /// The change under the cursor; nil for the plan as a whole.
    var item: ReviewItem? {
        guard let items = review?.items, table.cursor > 0, items.indices.contains(table.cursor - 1) else { return nil }
        return items[table.cursor - 1]
    }

    /// Reads what is known of the row under the cursor.
    mutating func arrive(_ session: Session, moves: Bool = true) throws {
        guard let review else { return }
        lines = try item.map { try review.text(of: $0, in: session.project, isListed: true) } ?? review.overview
        outline = try item.flatMap { try session.project.shape(of: $0.touched.uid, plan: plan) }
        let threads = lines.compactMap(\.thread)
        if !moves, let thread, threads.contains(thread) { return }
        thread = threads.first
        guard moves else { return }
        (top, showsBefore, isMapAsked, isNew) = (0, false, false, true)
    }

    // MARK: Keys

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .findNext: return try go(to: table.cursor + (count ?? 1), session)
        case .findPrevious: return try go(to: table.cursor - (count ?? 1), session)
        case .mark: return try look(.seen, session)
        case .accept: return try look(.accepted, session)
        case .object: return ask("object", say("objection", "异议"))
        case .comment: return ask("comment", say("comment", "评论"))
        case .reply:
            guard let thread else { return [.say(noThread)] }
            return [.ask(.words(name: "reply \(thread)", title: say("reply to \(thread): ", "回复 \(thread)：")))]
        case .resolve: return resolve()
        case .nextThread: return pickThread()
        case .acceptClean: return [.push(CleanChangesView(plan))]
        case .decide:
            var started = try Decision(on: plan, session)
            let effects = started.begin()
            decision = started
            return effects
        case .assign: return [try session.assigning(plan)]
        case .reread:
            isFresh = true
            return nil
        case .open: return item.map { [.push(CardView(uid: $0.touched.uid))] } ?? []
        case .copy: return [.copy(item.map { String($0.touched.uid) } ?? String(plan))]
        default: return try move(action, count: count, session)
        }
    }

    /// To another row of the list.
    private mutating func go(to row: Int, _ session: Session) throws -> [Effect] {
        guard table.rows.indices.contains(row) else {
            return [
                .say(row < 0 ? say("This is the first.", "已是第一项。") : say("This is the last change.", "已是最后一处改动。"))
            ]
        }
        table.go(to: row)
        try arrive(session)
        return []
    }

    private mutating func move(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .nextPane, .previousPane:
            let panes = Pane.allCases
            let step = action == .nextPane ? 1 : panes.count - 1
            // The case is one of its own list.
            focus = panes[((panes.firstIndex(of: focus) ?? 0) + step) % panes.count]
            if focus == .map { isMapAsked = true }
            return []
        case .flip:
            guard item != nil else { return [.say(say("Pick a change first; n goes to the next.", "请先选择改动；n 到下一处。"))] }
            showsBefore = isMapAsked || !session.isSlow ? !showsBefore : true
            isMapAsked = true
            return []
        case .zoomIn, .zoomOut, .zoomWhole, .center, .glyphs:
            isMapAsked = true
            return try moveMap(action, count: count, session)
        default: break
        }
        switch focus {
        case .map: return try moveMap(action, count: count, session)
        case .text: return scroll(action, count: count)
        case .list:
            let before = table.cursor
            let effects = table.handle(action, count: count)
            if table.cursor != before { try arrive(session) }
            return effects
        }
    }

    private mutating func scroll(_ action: Action, count: Int?) -> [Effect]? {
        switch action {
        case .moveDown: top += count ?? 1
        case .moveUp: top -= count ?? 1
        case .pageDown, .halfDown: top += 4
        case .pageUp, .halfUp: top -= 4
        case .first: top = 0
        case .last: top = lines.count
        default: return nil
        }
        top = max(0, top)
        return []
    }

    private mutating func moveMap(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        let height = map.viewport?.size.rows ?? 10
        switch action {
        case .moveDown: map.move(columns: 0, rows: count ?? 1)
        case .moveUp: map.move(columns: 0, rows: -(count ?? 1))
        case .moveLeft: map.move(columns: -(count ?? 1), rows: 0)
        case .moveRight: map.move(columns: count ?? 1, rows: 0)
        case .pageDown: map.scroll(rows: height - 1)
        case .pageUp: map.scroll(rows: 1 - height)
        case .zoomIn: map.zoom(by: count ?? 1)
        case .zoomOut: map.zoom(by: -(count ?? 1))
        case .zoomWhole: try map.showWhole(session)
        case .center: if let outline { map.frame(outline) }
        case .glyphs:
            let all = Glyphs.allCases
            session.choose(all[((all.firstIndex(of: session.glyphs) ?? 0) + 1) % all.count])
        default: return nil
        }
        return []
    }

    // MARK: What I say to a change

    private mutating func look(_ verdict: ReviewItem.Look, _ session: Session) throws -> [Effect] {
        // What no frame has shown was not looked at.
        guard shown == table.cursor else { return [] }
        guard let uid = item?.touched.uid else {
            return [.say(say("Pick a change first; n goes to the next.", "请先选择改动；n 到下一处。"))]
        }
        try session.look(at: uid, in: plan, verdict)
        guard var read = review else { return [] }
        let place = table.cursor - 1
        let keeps = verdict == .seen && !read.items[place].isChanged
        read.items[place].look = keeps ? read.items[place].look ?? .seen : verdict
        (read.items[place].isChanged, read.items[place].cameBack) = (false, false)
        review = read
        table.rows[table.cursor] = row(read.items[place])
        let open = read.items.indices.filter { read.items[$0].isOpen }
        guard let next = open.first(where: { $0 > place }) ?? open.first else {
            return try go(to: min(table.cursor + 1, table.rows.count - 1), session).filter { _ in false } + [
                .say(say("Every change is seen; F decides.", "全部改动已看；按 F 作决定。"))
            ]
        }
        return try go(to: next + 1, session)
    }

    private func ask(_ name: String, _ title: String) -> [Effect] {
        let uid = item?.touched.uid
        let on = uid.map { say(" on \($0): ", "（图斑 \($0)）：") } ?? say(" on the plan: ", "（规划总体）：")
        return [.ask(.words(name: uid.map { "\(name) \($0)" } ?? name, title: title + on))]
    }

    private var noThread: String { say("Nobody has said anything here; C comments.", "此处尚无评论；按 C 评论。") }

    private mutating func pickThread() -> [Effect] {
        var threads: [Int64] = []
        for line in lines { if let one = line.thread, threads.last != one { threads.append(one) } }
        guard !threads.isEmpty else { return [.say(noThread)] }
        let place = thread.flatMap { threads.firstIndex(of: $0) }.map { ($0 + 1) % threads.count } ?? 0
        thread = threads[place]
        return []
    }

    private func resolve() -> [Effect] {
        guard let thread, let review,
            let head = review.threads.values.joined().first(where: { $0.first?.id == thread })?.first
        else { return [.say(noThread)] }
        return [.perform("review resolve \(thread)\(head.isEnded ? " --reopen" : "")")]
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        if kind == .find {
            let effects = table.find(text)
            try arrive(session)
            return effects
        }
        if let effects = session.assigned(kind, text) ?? decision?.answer(kind, text) { return effects }
        guard case .words(let name, _) = kind else { return [] }
        guard !text.allSatisfy(\.isWhitespace) else { return [.say(say("Nothing was said.", "未填写内容。"))] }
        let words = name.split(separator: " ").map(String.init)
        var line = ["review", "comment", String(plan)]
        switch words.first {
        case "object": line.append("--object")
        case "reply": line += ["--reply", words[words.count - 1]]
        default: break
        }
        if words.count > 1, words[0] != "reply" { line += ["--parcel", words[1]] }
        // Behind two dashes: what people write may begin with one.
        return [.perform(Words.join(line + ["--", text]))]
    }

    package func subject(_ session: Session) -> [Int64] { item.map { [$0.touched.uid] } ?? [] }

    package var place: [String: String] {
        ["view": "review", "review": String(plan), "change": item.map { String($0.touched.uid) } ?? "0"]
    }
}
