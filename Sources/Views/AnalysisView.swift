import Canvas
import Commands
import Geometry
import Phrases
import Planning
import Store

/// What a boundary touches: the verdict, then section by section; each row has its place on the map.
package struct AnalysisView: View {
    enum Pane: CaseIterable { case list, map, report }

    /// A row of the list.
    enum Row: Hashable {
        case section(Int)
        case item(Int, Int)
    }

    let analysis: BoundaryAnalysis
    /// The line that asked for it.
    let line: String
    private let report: Report
    var sections: [AnalysisSection]
    private(set) var rows: [Row] = []
    private(set) var cursor = 0
    var top = 0
    var height = 10
    var focus = Pane.list
    private var match = ""

    var map = MapPane()
    /// On a slow line the map is drawn when it is asked for.
    var isMapAsked = false
    /// Whether the map has yet to be sent to what the row is about.
    var isNew = true
    private var hasArrived = false
    /// What the row is about: its outline, and its place.
    var outline: Shape?
    var point: Point?
    /// The boundary as a line.
    let ring: Shape

    var pager = Pager([])
    private var pagerWidth = 0

    init(_ analysis: BoundaryAnalysis, line: String, report: Report, isSlow: Bool) {
        (self.analysis, self.line, self.report) = (analysis, line, report)
        sections = AnalysisRows(analysis: analysis).sections()
        ring = analysis.boundary.shape.asLines
        // On a slow line each row that is not asked for is half a second.
        for index in sections.indices where !isSlow { sections[index].isOpen = opens(sections[index]) }
        fold()
    }

    /// What is open from the beginning: what one came for, where it is no long list.
    private func opens(_ section: AnalysisSection) -> Bool {
        if section.kind == .comparison, analysis.comparison?.isEmpty == true { return false }
        return [.findings, .lines, .sums, .comparison].contains(section.kind) && section.items.count <= 8
    }

    package var title: String {
        let name = analysis.boundary.name.isEmpty ? analysis.boundary.source : analysis.boundary.name
        let place =
            focus == .report
            ? pager.position
            : finding.map {
                say("rule \($0 + 1)/\(analysis.findings.count)", "规则 \($0 + 1)/\(analysis.findings.count)")
            } ?? "\(cursor + 1)/\(rows.count)"
        // One that was typed or pasted is called so already.
        let what = name.contains(say("boundary", "范围")) ? name : say("boundary \(name)", "边界 \(name)")
        return "\(what)  \(place)"
    }

    package var offers: [Action] {
        [
            .open, .findNext, .findPrevious, .nextPane, .previousPane, .first, .last, .find, .center, .mark, .markAll,
            .copy, .reread,
        ] + MapPane.offers
    }

    // MARK: Rows

    private mutating func fold() {
        rows = sections.indices.flatMap { index in
            [.section(index)] + (sections[index].isOpen ? sections[index].items.indices.map { .item(index, $0) } : [])
        }
        cursor = min(cursor, max(0, rows.count - 1))
    }

    var item: AnalysisItem? {
        guard rows.indices.contains(cursor), case .item(let section, let place) = rows[cursor] else { return nil }
        return sections[section].items[place]
    }

    /// The finding under the cursor.
    private var finding: Int? {
        if case .finding(let index) = item?.subject { index } else { nil }
    }

    /// Goes to an item, opening its section.
    private mutating func go(to section: Int, _ place: Int, _ session: Session) throws {
        if !sections[section].isOpen {
            sections[section].isOpen = true
            fold()
        }
        guard let row = rows.firstIndex(of: .item(section, place)) else { return }
        try go(to: row, session)
    }

    private mutating func go(to row: Int, _ session: Session) throws {
        let before = cursor
        cursor = min(max(row, 0), max(0, rows.count - 1))
        if cursor != before || outline == nil { try arrive(session) }
    }

    /// Finds what the row is about.
    private mutating func arrive(_ session: Session) throws {
        (outline, point) = try place(of: item?.subject ?? .nothing, session)
        isNew = true
    }

    package mutating func load(_ session: Session) throws -> [Effect] {
        map.reload()
        return []
    }

    // MARK: Keys

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .nextPane: return show(focus == .list ? .map : focus == .map ? .report : .list)
        case .previousPane: return show(focus == .list ? .report : focus == .report ? .map : .list)
        case .reread: return again(session)
        case .back where focus != .list: return show(.list)
        default: break
        }
        if focus == .report { return pager.handle(action, count: count) }
        switch action {
        case .findNext: return try walk(count ?? 1, session)
        case .findPrevious: return try walk(-(count ?? 1), session)
        case .copy: return [.copy(item?.cells.first ?? analysis.verdict.description)]
        case .mark:
            guard let uid else { return [.say(say("No parcel is in this row.", "本行没有图斑。"))] }
            try session.mark([uid], !session.marks.contains(uid))
            return [
                .say(
                    session.marks.contains(uid)
                        ? say("Marked \(uid).", "已标记 \(uid)。") : say("\(uid) is marked no more.", "已取消标记 \(uid)。"))
            ]
        case .markAll: return try markAll(session)
        case .center:
            isMapAsked = true
            return show(.map)
        case .zoomIn, .zoomOut, .zoomWhole, .glyphs:
            isMapAsked = true
        default: break
        }
        return try focus == .map ? onMap(action, count, session) : onList(action, count, session)
    }

    private mutating func show(_ pane: Pane) -> [Effect] {
        focus = pane
        if pane == .map { (isMapAsked, isNew) = (true, true) }
        return []
    }

    private mutating func onMap(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .first: try go(to: (count ?? 1) - 1, session)
        case .last: try go(to: (count ?? rows.count) - 1, session)
        case .open:
            guard let point = map.point, let survey = session.survey,
                let uid = try session.project.feature(of: survey, plan: session.planID, at: point)
            else { return [.say(say("No parcel lies under the cursor.", "光标处没有图斑。"))] }
            return [.push(CardView(uid: uid))]
        default: return try map.handle(action, count: count, session) ? [] : nil
        }
        return []
    }

    private mutating func onList(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .moveDown: try go(to: cursor + (count ?? 1), session)
        case .moveUp: try go(to: cursor - (count ?? 1), session)
        case .pageDown: try go(to: cursor + height, session)
        case .pageUp: try go(to: cursor - height, session)
        case .halfDown: try go(to: cursor + height / 2, session)
        case .halfUp: try go(to: cursor - height / 2, session)
        case .first: try go(to: (count ?? 1) - 1, session)
        case .last: try go(to: (count ?? rows.count) - 1, session)
        case .moveRight, .moveLeft: try go(toSection: action == .moveRight, session)
        case .find: return [.ask(.find)]
        case .open: return try open(session)
        case .zoomIn, .zoomOut, .zoomWhole, .glyphs: return try map.handle(action, count: count, session) ? [] : nil
        default: return nil
        }
        return []
    }

    /// Opens or closes a section; of an item, shows its place on the map.
    private mutating func open(_ session: Session) throws -> [Effect] {
        guard rows.indices.contains(cursor) else { return [] }
        switch rows[cursor] {
        case .section(let index):
            sections[index].isOpen.toggle()
            fold()
        case .item:
            guard outline != nil || point != nil else {
                return [.say(say("This row has no place of its own; Tab shows the map.", "本行没有对应位置；Tab 看地图。"))]
            }
            return show(.map)
        }
        return []
    }

    private mutating func go(toSection isNext: Bool, _ session: Session) throws {
        let heads = rows.indices.filter { if case .section = rows[$0] { true } else { false } }
        let wanted = isNext ? heads.first { $0 > cursor } : heads.last { $0 < cursor }
        if let wanted { try go(to: wanted, session) }
    }

    /// From finding to finding, or from match to match once words were sought.
    private mutating func walk(_ steps: Int, _ session: Session) throws -> [Effect] {
        guard match.isEmpty else { return try seek(steps > 0 ? 1 : -1, session) }
        guard let section = sections.firstIndex(where: { $0.kind == .findings }) else {
            return [.say(say("No rule is broken, and none is left unchecked.", "未违反规则，也没有未检的规则。"))]
        }
        let wanted = finding.map { $0 + steps } ?? (steps > 0 ? steps - 1 : analysis.findings.count + steps)
        guard analysis.findings.indices.contains(wanted) else {
            return [
                .say(
                    wanted < 0
                        ? say("This is the first finding.", "已是第一条检查意见。")
                        : say("This is the last finding.", "已是最后一条检查意见。"))
            ]
        }
        try go(to: section, wanted, session)
        return []
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        guard kind == .find else { return [] }
        if focus == .report { return pager.find(text) }
        match = text
        return text.isEmpty ? [] : try seek(1, session)
    }

    /// The next item that has the words, in any section, open or not.
    private mutating func seek(_ direction: Int, _ session: Session) throws -> [Effect] {
        let wanted = match.lowercased()
        var all: [(section: Int, place: Int)] = []
        for index in sections.indices {
            all += sections[index].items.indices.map { (index, $0) }
        }
        let here: Int
        switch rows.indices.contains(cursor) ? rows[cursor] : .section(0) {
        case .item(let section, let place): here = all.firstIndex { $0 == (section, place) } ?? 0
        case .section(let section):
            let start = all.firstIndex { $0.section == section } ?? 0
            here = direction > 0 ? start - 1 : start
        }
        for step in 1...max(1, all.count) where !all.isEmpty {
            let (section, place) = all[((here + step * direction) % all.count + all.count) % all.count]
            let item = sections[section].items[place]
            guard (item.cells + item.text).contains(where: { $0.lowercased().contains(wanted) }) else { continue }
            try go(to: section, place, session)
            return []
        }
        return [.say(say("Nothing has \(match).", "没有“\(match)”。"))]
    }

    /// The same boundary again, against the data as they are now.
    private func again(_ session: Session) -> [Effect] {
        if analysis.isReadBack, let number = analysis.number { return [.perform("analyse --again \(number)")] }
        if let fed = session.fed, fed.line == line { return [.feed(fed.text, to: line)] }
        return [.perform(line)]
    }

    // MARK: Parcels

    /// The parcel in the row under the cursor.
    private var uid: Int64? { rows.indices.contains(cursor) ? uid(of: rows[cursor]) : nil }

    func uid(of row: Row) -> Int64? {
        guard case .item(let section, let place) = row else { return nil }
        return switch sections[section].items[place].subject {
        case .parcel(let index): analysis.parcels[index].id
        case .finding(let index): analysis.findings[index].uid
        case .touched(let index): analysis.touched[index].id
        case .doubled(let index): analysis.doubled[index].a
        default: nil
        }
    }

    private func markAll(_ session: Session) throws -> [Effect] {
        guard session.marks.isEmpty else {
            try session.clearMarks()
            return [.say(say("Marks are cleared.", "已清除标记。"))]
        }
        let uids = analysis.parcels.filter { !$0.isSliver }.map(\.id)
        try session.mark(uids, true)
        return [.say(say("Marked \(counted(uids.count, "parcel")).", "已标记 \(uids.count) 个图斑。"))]
    }

    package func subject(_ session: Session) -> [Int64] { uid.map { [$0] } ?? [] }

    /// A pasted boundary is nowhere but in this session.
    package var place: [String: String] {
        analysis.boundary.source == "-" ? [:] : ["view": "analysis", "analysis": line]
    }

    // MARK: The report

    mutating func layOut(width: Int) {
        // The report is made for 80 columns; wider lines are harder to read.
        let width = min(width, 80)
        guard width != pagerWidth else { return }
        pagerWidth = width
        pager.lines = ReportView.lines(of: report, width: width)
    }

    /// Sends the map to what the row is about; where that is in sight already, and not too small, the map stays: another
    /// would cost a slow line a second.
    mutating func frameSubject() {
        isNew = false
        guard let viewport = map.viewport else { return }
        let target = outline ?? (point == nil || !hasArrived ? analysis.boundary.shape : nil)
        defer { hasArrived = true }
        if let target, !target.isEmpty, !hasArrived || !viewport.shows(target.box) { map.frame(target, margin: 0.3) }
        if let point { map.reveal(point) } else if let target { map.reveal(target.labelPoint ?? target.box.center) }
    }
}

extension Viewport {
    /// Whether a box is in sight as a whole, and large enough to be seen.
    func shows(_ box: Box) -> Bool {
        guard let first = place(of: Point(x: box.minX, y: box.maxY)),
            let last = place(of: Point(x: box.maxX, y: box.minY))
        else { return false }
        return contains(first) && contains(last) && (last.row - first.row >= 1 || last.column - first.column >= 4)
    }
}

extension Shape {
    /// The rings of polygons as lines.
    var asLines: Shape { Shape(kind: .line, points: points, ringEnds: ringEnds, partEnds: partEnds) }
}
