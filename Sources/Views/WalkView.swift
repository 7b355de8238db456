import Canvas
import Commands
import Geometry
import Phrases
import Store

/// A walk on the map: n and N go from place to place, b flips between before and after.
package struct WalkView: View {
    private let walk: Walk
    private var index: Int
    private var stops: [Stop] = []
    private var map = MapPane()
    private var showsBefore = false
    /// The outline at the stop, after and before, as far as there is one.
    private var outline: Shape?
    /// Whether the map has yet to be sent to the stop.
    private var isNew = true

    package init(_ walk: Walk, at index: Int) {
        self.walk = walk
        self.index = index
    }

    package var title: String { "\(walk.name) \(stops.isEmpty ? 0 : index + 1)/\(stops.count)" }

    package var offers: [Action] {
        [
            .findNext, .findPrevious, .first, .last, .flip, .open, .center, .copy,
        ] + MapPane.offers + walk.ownOffers
    }

    package func name(of action: Action) -> Phrase { walk.name(of: action) }

    private var stop: Stop? { stops.indices.contains(index) ? stops[index] : nil }

    package mutating func load(_ session: Session) throws -> [Effect] {
        let before = stop
        stops = try session.stops(of: walk)
        // After a change the same stop, wherever it stands now.
        if let before, let place = stops.firstIndex(where: { $0.uid == before.uid && $0.key == before.key }) {
            index = place
        }
        index = min(index, max(0, stops.count - 1))
        map.reload()
        // Where that is settled and gone, another has taken its place: the map goes there.
        try arrive(session, moves: before == nil || before?.uid != stop?.uid || before?.key != stop?.key)
        return stops.isEmpty ? [.back, .say(walk.nothing)] : []
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        job == "findings" && walk == .findings ? try load(session) : []
    }

    private mutating func arrive(_ session: Session, moves: Bool = true) throws {
        outline = nil
        guard let stop else { return }
        if let uid = stop.uid { outline = try session.outline(of: uid, in: walk) }
        if moves {
            isNew = true
            frameStop()
        }
    }

    /// Sends the map to the stop once it has a size.
    private mutating func frameStop() {
        guard map.viewport != nil, let stop else { return }
        isNew = false
        if let outline { map.frame(outline) }
        if let point = stop.point { map.reveal(point, center: outline == nil) }
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .findNext: return try go(to: index + (count ?? 1), session)
        case .findPrevious: return try go(to: index - (count ?? 1), session)
        case .first: return try go(to: (count ?? 1) - 1, session)
        case .last: return try go(to: (count ?? stops.count) - 1, session)
        case .flip: showsBefore.toggle()
        case .center: frameStop()
        case .open:
            guard let uid = stop?.uid else { return [.say(say("No feature is here.", "此处没有要素。"))] }
            return [.push(CardView(uid: uid))]
        case .answer where walk == .findings: return stop.map { [session.answering($0)] } ?? []
        case .accept where walk == .conflicts, .object where walk == .conflicts:
            return stop.map { session.settling($0, theirs: action == .accept) } ?? []
        case .copy: return stop?.uid.map { [.copy(String($0))] } ?? []
        default: return try map.handle(action, count: count, session) ? [] : nil
        }
        return []
    }

    private mutating func go(to wanted: Int, _ session: Session) throws -> [Effect] {
        guard stops.indices.contains(wanted) else {
            return [
                .say(
                    wanted < 0
                        ? say("This is the first \(walk.name).", "已是第一个\(walk.name)。")
                        : say("This is the last \(walk.name).", "已是最后一个\(walk.name)。"))
            ]
        }
        index = wanted
        try arrive(session)
        return []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let text = (stop?.text ?? []).flatMap { wrapped($0, width: width) }
        // As many rows at every stop: a map that grew and shrank would be sent anew each time.
        let middle = rows.upperBound - min(walk.rowsOfText, rows.count / 3)
        var overlay = MapPane.Overlay()
        if let outline, !outline.isEmpty {
            overlay.lines = [
                (
                    Shape(kind: .line, points: outline.points, ringEnds: outline.ringEnds, partEnds: outline.partEnds),
                    "map.changed"
                )
            ]
        }
        overlay.note = note(session)
        if isNew {
            try map.fit(Size(columns: width, rows: middle - rows.lowerBound - 1), session)
            frameStop()
        }
        try map.draw(
            into: &frame, rows: rows.lowerBound..<middle, columns: 0..<width, isFocused: true,
            selected: stop?.point ?? outline?.labelPoint, world: world(session), overlay: overlay, session)
        let hint = walk == .conflicts ? 1 : 0
        for (line, row) in zip(text, middle..<rows.upperBound - hint) {
            frame.put(line, row: row, column: 0, width: width, style: session.role("detail"))
        }
        if hint > 0 {
            frame.put(
                Session.conflictKeys, row: rows.upperBound - 1, column: 0, width: width, style: session.role("header"))
        }
    }

    /// The world that the map shows; nil is the open plan's.
    private func world(_ session: Session) -> MapPane.World? {
        if case .step(let number) = walk { return .step(number, of: session.planID, before: showsBefore) }
        return showsBefore ? .plan(0) : nil
    }

    private func note(_ session: Session) -> String {
        guard showsBefore else { return say("| after", "| 改动后") }
        return say("| BEFORE", "| 改动前")
    }

    package func subject(_ session: Session) -> [Int64] { stop?.uid.map { [$0] } ?? [] }
    package var place: [String: String] {
        ["view": "walk", "walk": walk.text, "stop": String(index)]
    }
}
