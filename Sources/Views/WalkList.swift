import Canvas
import Commands
import Phrases
import Store

/// The list of a walk; Enter goes to the map.
package struct WalkList: View {
    private let walk: Walk
    private var table: Table
    private var stops: [Stop] = []
    private var start: Int

    package init(_ walk: Walk, at start: Int = 0) {
        self.walk = walk
        table = Table(walk.columns)
        self.start = start
    }

    package var title: String { "\(walk.names)  \(table.position)" }
    package var offers: [Action] {
        Table.offers + [.open, .copy] + walk.ownOffers
    }

    package func name(of action: Action) -> Phrase { walk.name(of: action) }

    package mutating func load(_ session: Session) throws -> [Effect] {
        stops = try session.stops(of: walk)
        table.rows = stops.map { .init($0.cells, role: $0.role) }
        if start > 0 { table.go(to: start) }
        start = 0
        return stops.isEmpty ? [.say(walk.nothing)] : []
    }

    private var current: Stop? { stops.indices.contains(table.cursor) ? stops[table.cursor] : nil }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .open:
            guard current != nil else { return [.say(walk.nothing)] }
            return [.push(WalkView(walk, at: table.cursor))]
        case .answer where walk == .findings: return current.map { [session.answering($0)] } ?? [.say(walk.nothing)]
        case .accept where walk == .conflicts, .object where walk == .conflicts:
            return current.map { session.settling($0, theirs: action == .accept) } ?? [.say(walk.nothing)]
        case .copy: return current?.uid.map { [.copy(String($0))] } ?? []
        default: return table.handle(action, count: count)
        }
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        job == "findings" && walk == .findings ? try load(session) : []
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? table.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        let width = frame.size.columns
        let room = rows.upperBound - 4..<rows.upperBound - 1
        table.draw(into: &frame, rows: rows.lowerBound..<room.lowerBound, session)
        if let stop = current {
            for (line, row) in zip(stop.text.flatMap({ wrapped($0, width: width) }), room) {
                frame.put(line, row: row, column: 0, width: width, style: session.role("detail"))
            }
        }
        let hint =
            walk == .conflicts
            ? say(
                "Enter shows it on the map, b flips there.  A takes theirs, O keeps mine, u undoes.",
                "回车在地图上查看，b 切换前后。A 采用对方，O 保留本方案，u 撤销。")
            : walk == .findings
                ? say("Enter shows it on the map, there n and N walk on.  J answers it.", "回车在地图上查看，n/N 逐条。J 答复。")
                : say("Enter shows it on the map, there n and N walk on, b flips.", "回车在地图上查看，n/N 逐个，b 切换前后。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: width, style: session.role("detail"))
    }

    package func subject(_ session: Session) -> [Int64] { current?.uid.map { [$0] } ?? [] }
    package var place: [String: String] { ["view": "list", "walk": walk.text, "stop": String(table.cursor)] }
}
