import Canvas
import Commands
import Geometry
import Phrases
import Store

/// The county: the list of parcels over the map, or beside it where the window is wide; one selection for both.
package struct CountyView: View {
    private enum Pane { case list, map }

    private var list = ListPane()
    private var map = MapPane()
    private var focus = Pane.list
    package var showsMapOnly = false
    private var selected: Point?
    private var match = ""
    private var labels: [Int64: String] = [:]
    private var labelStart = ""
    private var restoring: [String: String]
    /// On a slow line the map is drawn once somebody asked for it.
    private var isMapAsked = false

    package init(place: [String: String] = [:]) {
        restoring = place
    }

    package var title: String {
        let filter = list.filterText.isEmpty ? "" : "  \\\(list.filterText)"
        return list.position + filter
    }

    package var offers: [Action] {
        [
            .moveDown, .moveUp, .moveLeft, .moveRight, .pageDown, .pageUp, .halfDown, .halfUp, .first, .last, .open,
            .find,
            .findNext, .findPrevious, .filter, .mark, .markRange, .markAll, .label, .sort, .nextPane, .previousPane,
            .goTo,
            .zoomIn, .zoomOut, .zoomWhole, .center, .legend, .glyphs, .copy,
        ]
    }

    package func subject(_ session: Session) -> [Int64] { list.current.map { [$0.uid] } ?? [] }

    package var place: [String: String] {
        var place = ["map": map.place, "filter": list.filterText, "sort": list.query.sort.rawValue]
        if let uid = list.current?.uid { place["cursor"] = String(uid) }
        if showsMapOnly { place["only"] = "map" }
        return place
    }

    package mutating func load(_ session: Session) throws -> [Effect] {
        map.reload()
        guard !restoring.isEmpty else {
            try list.reload(session)
            try select(session)
            return countJob(session)
        }
        let place = restoring
        restoring = [:]
        try list.set(
            filter: place["filter"] ?? "", sort: place["sort"].flatMap { ParcelQuery.Sort(rawValue: $0) } ?? .number,
            session)
        if let uid = place["cursor"].flatMap({ Int64($0) }) { _ = try list.go(to: uid, session) }
        if let text = place["map"] { try map.restore(text, session) }
        showsMapOnly = place["only"] == "map"
        try select(session)
        return countJob(session)
    }

    // MARK: Actions

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        if [.zoomIn, .zoomOut, .zoomWhole, .center, .glyphs].contains(action) { isMapAsked = true }
        switch action {
        case .nextPane, .previousPane:
            if !showsMapOnly { focus = focus == .list ? .map : .list }
            isMapAsked = true
            return []
        case .zoomIn: map.zoom(by: count ?? 1)
        case .zoomOut: map.zoom(by: -(count ?? 1))
        case .zoomWhole: try map.showWhole(session)
        case .center:
            guard let uid = list.current?.uid, let shape = try session.project.shape(of: uid, plan: session.planID)
            else {
                return [.say(say("This parcel has no outline.", "该图斑没有图形。"), isTrouble: true)]
            }
            map.frame(shape)
        case .glyphs:
            let all = Glyphs.allCases
            session.choose(all[((all.firstIndex(of: session.glyphs) ?? 0) + 1) % all.count])
            return [.say(say("Map glyphs: \(session.glyphs.rawValue)", "地图字符：\(session.glyphs.rawValue)"))]
        case .filter: return [.ask(.filter, initial: list.filterText)]
        case .find: return [.ask(.find)]
        case .findNext: return try find(next: true, session)
        case .findPrevious: return try find(next: false, session)
        case .goTo: return [.ask(.goTo)]
        case .copy: return list.current.map { [.copy($0.number.isEmpty ? String($0.uid) : $0.number)] } ?? []
        case .back:
            if !list.filterText.isEmpty { return try filter("", session) }
            if !session.marks.isEmpty {
                try session.clearMarks()
                return [.say(say("Marks are cleared.", "已清除标记。"))]
            }
            return nil
        default:
            return isOnMap ? try handleOnMap(action, count ?? 1, session) : try handleOnList(action, count, session)
        }
        return []
    }

    private var isOnMap: Bool { focus == .map || showsMapOnly }

    private mutating func handleOnMap(_ action: Action, _ count: Int, _ session: Session) throws -> [Effect]? {
        let height = map.viewport?.size.rows ?? 10
        switch action {
        case .moveDown: map.move(columns: 0, rows: count)
        case .moveUp: map.move(columns: 0, rows: -count)
        case .moveLeft: map.move(columns: -count, rows: 0)
        case .moveRight: map.move(columns: count, rows: 0)
        case .pageDown: map.scroll(rows: height - 1)
        case .pageUp: map.scroll(rows: 1 - height)
        case .halfDown: map.scroll(rows: height / 2)
        case .halfUp: map.scroll(rows: -height / 2)
        case .open:
            guard let uid = try picked(session) else {
                return [.say(say("No parcel lies under the cursor.", "光标处没有图斑。"))]
            }
            if list.current?.uid == uid { return [.push(CardView(uid: uid))] }
            if try list.go(to: uid, session) {
                try select(session)
                return [.say(try describe(uid, session))]
            }
            return [.push(CardView(uid: uid))]
        case .mark:
            guard let uid = try picked(session) else { return [] }
            try session.mark([uid], !session.marks.contains(uid))
        default: return nil
        }
        return try identify(session)
    }

    /// Tells what lies under the map's cursor.
    private func identify(_ session: Session) throws -> [Effect] {
        guard let uid = try picked(session) else { return [.say("")] }
        return [.say(try describe(uid, session))]
    }

    private func picked(_ session: Session) throws -> Int64? {
        guard let point = map.point, let layer = session.survey else { return nil }
        return try session.project.feature(of: layer, plan: session.planID, at: point)
    }

    private func describe(_ uid: Int64, _ session: Session) throws -> String {
        guard let parcel = try session.project.parcel(uid) else { return "" }
        return Self.detail(parcel, session)
    }

    private mutating func handleOnList(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
        let page = max(1, list.visible.count - 1)
        switch action {
        case .moveDown: try list.move(by: count ?? 1, session)
        case .moveUp: try list.move(by: -(count ?? 1), session)
        case .pageDown: try list.move(by: page * (count ?? 1), session)
        case .pageUp: try list.move(by: -page * (count ?? 1), session)
        case .halfDown: try list.move(by: page / 2, session)
        case .halfUp: try list.move(by: -page / 2, session)
        case .first: try list.jump(to: count, last: false, session)
        case .last: try list.jump(to: count, last: true, session)
        case .open:
            guard let uid = list.current?.uid else { return [.say(say("There is no parcel here.", "此处没有图斑。"))] }
            return [.push(CardView(uid: uid))]
        case .mark:
            guard let uid = list.current?.uid else { return [] }
            list.startRange()
            try session.mark([uid], !session.marks.contains(uid))
            try list.move(by: 1, session)
        case .markRange: try session.mark(list.range(), true)
        case .markAll: return try markAll(session)
        case .sort:
            let next = list.nextSort
            try list.set(sort: next, descending: next == .area, session)
        case .label: startLabels()
        default: return nil
        }
        try select(session)
        return []
    }

    private static let mostMarks = 100_000

    private mutating func markAll(_ session: Session) throws -> [Effect] {
        guard session.marks.isEmpty else {
            try session.clearMarks()
            return [.say(say("Marks are cleared.", "已清除标记。"))]
        }
        let uids = try session.project.parcels(list.query, limit: Self.mostMarks).map(\.uid)
        try session.mark(uids, true)
        return [.say(say("Marked \(counted(uids.count, "parcel")).", "已标记 \(uids.count) 个图斑。"))]
    }

    /// Brings the parcel under the list's cursor into the map's sight.
    private mutating func select(_ session: Session) throws {
        selected = nil
        guard let uid = list.current?.uid, let shape = try session.project.shape(of: uid, plan: session.planID) else {
            return
        }
        selected = shape.labelPoint ?? shape.points.first
        if let selected, !session.isSlow { map.reveal(selected) }
    }

    // MARK: Text that was asked for

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        switch kind {
        case .filter: return try filter(text, session)
        case .find:
            match = text
            return try find(next: true, session)
        case .goTo: return try go(to: text, session)
        default: return []
        }
    }

    private mutating func filter(_ text: String, _ session: Session) throws -> [Effect] {
        let before = (list.filterText, list.query)
        do {
            try list.set(filter: text, session)
        } catch {
            try list.set(filter: before.0, sort: before.1.sort, session)
            throw error
        }
        try select(session)
        if list.query.filter != .all, let count = list.total { return [passed(count, session)] }
        return countJob(session)
    }

    /// How many parcels a filter lets pass, and how many it hides.
    private func passed(_ count: Int, _ session: Session) -> Effect {
        let all = session.counts[session.survey?.id ?? 0] ?? 0
        return .say(
            say(
                "\(count) of \(all) pass the filter, \(max(0, all - count)) are hidden.",
                "共 \(all) 个，符合 \(count) 个，隐藏 \(max(0, all - count)) 个。"))
    }

    /// Counts the rows of a filter beside the screen.
    private func countJob(_ session: Session) -> [Effect] {
        guard list.query.filter != .all, list.total == nil else { return [] }
        let query = list.query
        return [.job(Job(name: "count", what: Phrase("counting", "正在计数")) { project, _ in try project.count(query) })]
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        if job == "count", case .success(let value) = result, let count = value as? Int {
            list.set(total: count)
            return [passed(count, session)]
        }
        if job == "find", case .success(let value) = result {
            guard let uid = value as? Int64, try list.go(to: uid, session) else {
                return [.say(say("No parcel has \(match).", "没有图斑含“\(match)”。"))]
            }
            try select(session)
            return [.say("")]
        }
        if case .failure(let error) = result { throw error }
        return []
    }

    /// The next or previous row that has the words; looked for beside the screen, since it may be far.
    private func find(next: Bool, _ session: Session) throws -> [Effect] {
        guard !match.isEmpty else { return [.ask(.find)] }
        var query = list.query
        guard query.filter == .all else {
            return [
                .say(say("Find works on the whole list; Esc clears the filter.", "请先按 Esc 清除筛选，再查找。"), isTrouble: true)
            ]
        }
        query.filter = .words(match)
        let start = list.current.map(query.key)
        return [
            .job(
                Job(name: "find", what: Phrase("looking for \(match)", "正在查找“\(match)”")) { [query] project, _ in
                    let found = try project.parcels(query, after: start, backward: !next, limit: 1)
                    if let uid = found.last?.uid { return uid }
                    return try project.parcels(query, backward: !next, limit: 1).last?.uid ?? Int64(-1)
                })
        ]
    }

    /// Goes to a parcel, a number (BSM), or a coordinate.
    private mutating func go(to text: String, _ session: Session) throws -> [Effect] {
        let numbers = text.split { $0 == "," || $0.isWhitespace || $0 == "，" }.compactMap { Double($0) }
        if numbers.count == 2, text.split(whereSeparator: { $0 == "," || $0.isWhitespace || $0 == "，" }).count == 2 {
            map.reveal(Point(x: numbers[0], y: numbers[1]), center: true)
            if !showsMapOnly { focus = .map }
            return try identify(session)
        }
        let uid = try session.project.uids([text], layer: session.survey?.id)[0]
        guard try list.go(to: uid, session) else {
            return [.push(CardView(uid: uid))]
        }
        try select(session)
        return []
    }

    // MARK: Labels

    private mutating func startLabels() {
        let letters = Array("asdfghjklqwertyuiopzxcvbnm")
        labelStart = ""
        for (index, parcel) in list.visible.enumerated() {
            labels[parcel.uid] = "\(letters[index / letters.count % letters.count])\(letters[index % letters.count])"
        }
    }

    package mutating func take(key: String, _ session: Session) throws -> [Effect]? {
        guard !labels.isEmpty else { return nil }
        labelStart += key
        if let uid = labels.first(where: { $0.value == labelStart })?.key {
            labels = [:]
            _ = try list.go(to: uid, session)
            try select(session)
        } else if !labels.values.contains(where: { $0.hasPrefix(labelStart) }) {
            labels = [:]
        }
        return []
    }

    // MARK: Drawing

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let body = rows.lowerBound..<rows.upperBound - 1
        if session.isSlow, !isMapAsked, !showsMapOnly {
            list.draw(into: &frame, rows: body, columns: 0..<width, isFocused: true, labels: labels, session)
        } else if showsMapOnly {
            try map.draw(into: &frame, rows: body, columns: 0..<width, isFocused: true, selected: selected, session)
        } else if width >= 130, !session.isSlow {
            let middle = 64
            list.draw(into: &frame, rows: body, columns: 0..<middle, isFocused: focus == .list, labels: labels, session)
            try map.draw(
                into: &frame, rows: body, columns: middle + 1..<width, isFocused: focus == .map, selected: selected,
                session)
        } else {
            // The pane that is worked in has the larger part.
            let share = focus == .list ? 11 : 6
            let height = max(3, body.count * share / 21)
            let middle = body.lowerBound + height
            list.draw(
                into: &frame, rows: body.lowerBound..<middle, columns: 0..<width, isFocused: focus == .list,
                labels: labels, session)
            try map.draw(
                into: &frame, rows: middle..<body.upperBound, columns: 0..<width, isFocused: focus == .map,
                selected: selected, session)
        }
        if let parcel = list.current, !isOnMap {
            frame.put(
                Self.detail(parcel, session), row: rows.upperBound - 1, column: 0, width: width,
                style: session.role("detail"))
        }
    }

    /// One line about a parcel: what a list has no room for.
    private static func detail(_ parcel: Parcel, _ session: Session) -> String {
        var parts = [
            "\(parcel.uid)",
            "\(session.code(of: parcel.class)) \(session.classes[parcel.class]?.name.description ?? "")",
        ]
        if parcel.class != parcel.baseClass {
            parts.append(say("was \(session.code(of: parcel.baseClass))", "原 \(session.code(of: parcel.baseClass))"))
        }
        parts.append("\(Decimals.hundredths(parcel.area)) m2")
        if let unit = session.units[parcel.unit], !unit.name.isEmpty { parts.append(unit.name) }
        return parts.joined(separator: "  ")
    }
}
