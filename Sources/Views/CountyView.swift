import Canvas
import Commands
import Geometry
import Phrases
import Store

/// The county: the list of parcels over the map, or beside it where the window is wide; one selection for both.
package struct CountyView: View {
    enum Pane { case list, map }

    var list = ListPane()
    var map = MapPane()
    var focus = Pane.list
    package var showsMapOnly = false {
        didSet { isArriving = true }
    }
    /// Whether people come from elsewhere: then the map goes to the parcel; on work in it the map stays where it is.
    private var isArriving = true
    var selected: Point?
    var match = ""
    var labels: [Int64: String] = [:]
    var labelStart = ""
    private var restoring: [String: String]
    /// On a slow line the map is drawn once somebody asked for it.
    var isMapAsked = false
    /// What is being drawn, also while it is left alone.
    var sketch: Sketch?
    /// Whether keys go to the sketch.
    var isSketching = false
    /// The outline whose vertices are being moved.
    var vertices: VertexPick?
    /// Whether the sketch's command has been asked for: a change that follows is its own.
    var isPerforming = false
    /// Whether the map shows the base instead of the draft.
    var showsBase = false

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
        ] + Self.draftingOffers
    }

    package func subject(_ session: Session) -> [Int64] { list.current.map { [$0.uid] } ?? [] }

    package var place: [String: String] {
        var place = ["map": map.place, "filter": list.filterText, "sort": list.query.sort.rawValue]
        if let uid = list.current?.uid { place["cursor"] = String(uid) }
        if showsMapOnly { place["only"] = "map" }
        if focus == .map { place["pane"] = "map" }
        if showsBase { place["base"] = "1" }
        place.merge(sketchPlace) { _, new in new }
        return place
    }

    package mutating func load(_ session: Session) throws -> [Effect] {
        map.reload()
        try settleSketch(session)
        guard !restoring.isEmpty else {
            try list.reload(session)
            try select(session, reveal: isArriving || !isOnMap)
            isArriving = false
            return countJob(session)
        }
        let place = restoring
        restoring = [:]
        try list.set(
            filter: place["filter"] ?? "", sort: place["sort"].flatMap { ParcelQuery.Sort(rawValue: $0) } ?? .number,
            session)
        if let uid = place["cursor"].flatMap({ Int64($0) }) { _ = try list.go(to: uid, session) }
        let at = place["at"]?.split(separator: " ").compactMap { Double($0) } ?? []
        let point = at.count == 2 ? Point(x: at[0], y: at[1]) : nil
        if let text = place["map"] { try map.restore(text, cursor: point, session) }
        showsMapOnly = place["only"] == "map"
        focus = place["pane"] == "map" ? .map : .list
        showsBase = place["base"] == "1" && session.plan != nil
        try restoreSketch(place, session)
        try select(session, reveal: point == nil)
        return countJob(session)
    }

    // MARK: Actions

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        if [.zoomIn, .zoomOut, .zoomWhole, .center, .glyphs].contains(action) { isMapAsked = true }
        if let effects = try draft(action, count, session) { return effects }
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

    var isOnMap: Bool { focus == .map || showsMapOnly }

    mutating func handleOnMap(_ action: Action, _ count: Int, _ session: Session) throws -> [Effect]? {
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
    func identify(_ session: Session) throws -> [Effect] {
        guard let uid = try picked(session) else { return [.say("")] }
        return [.say(try describe(uid, session))]
    }

    func picked(_ session: Session) throws -> Int64? {
        guard let point = map.point, let layer = session.survey else { return nil }
        return try session.project.feature(of: layer, plan: session.planID, at: point)
    }

    func describe(_ uid: Int64, _ session: Session) throws -> String {
        guard let parcel = try session.project.parcel(uid) else { return "" }
        return Self.detail(parcel, session)
    }

    mutating func handleOnList(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
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

    mutating func markAll(_ session: Session) throws -> [Effect] {
        guard session.marks.isEmpty else {
            try session.clearMarks()
            return [.say(say("Marks are cleared.", "已清除标记。"))]
        }
        let uids = try session.project.parcels(list.query, limit: Self.mostMarks).map(\.uid)
        try session.mark(uids, true)
        return [.say(say("Marked \(counted(uids.count, "parcel")).", "已标记 \(uids.count) 个图斑。"))]
    }

    /// Brings the parcel under the list's cursor into the map's sight.
    ///
    /// - Parameter reveal: false keeps the map where it is, for people who work on it.
    mutating func select(_ session: Session, reveal: Bool = true) throws {
        selected = nil
        guard let uid = list.current?.uid, let shape = try session.project.shape(of: uid, plan: session.planID) else {
            return
        }
        selected = shape.labelPoint ?? shape.points.first
        if let selected, reveal, !session.isSlow { map.reveal(selected) }
    }

    // MARK: Drawing

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        // What the plan comes to has a row of its own where there is room for one.
        let strip = rows.count >= 16 ? session.strip : nil
        let body = rows.lowerBound..<rows.upperBound - (strip == nil ? 1 : 2)
        if let strip {
            frame.put(strip, row: rows.upperBound - 2, column: 0, width: width, style: session.role("header"))
        }
        let world = showsBase ? MapPane.World.plan(0) : nil
        let overlay = overlay(session)
        if session.isSlow, !isMapAsked, !showsMapOnly {
            list.draw(into: &frame, rows: body, columns: 0..<width, isFocused: true, labels: labels, session)
        } else if showsMapOnly {
            try map.draw(
                into: &frame, rows: body, columns: 0..<width, isFocused: true, selected: selected, world: world,
                overlay: overlay,
                session)
        } else if width >= 130, !session.isSlow {
            let middle = 64
            list.draw(into: &frame, rows: body, columns: 0..<middle, isFocused: focus == .list, labels: labels, session)
            try map.draw(
                into: &frame, rows: body, columns: middle + 1..<width, isFocused: focus == .map, selected: selected,
                world: world, overlay: overlay, session)
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
                selected: selected, world: world, overlay: overlay, session)
        }
        let detail = draftState(session) ?? (isOnMap ? nil : list.current.map { Self.detail($0, session) })
        if let detail {
            frame.put(detail, row: rows.upperBound - 1, column: 0, width: width, style: session.role("detail"))
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
        if let others = try? session.others(on: parcel.uid), !others.isEmpty { parts.append(others) }
        return parts.joined(separator: "  ")
    }
}
