import Canvas
import Commands
import Geometry
import Phrases
import Planning
import Store

/// The features behind a value: those that an input of the indicator sums, the largest first, and the map on them.
package struct IndicatorParcelsView: View {
    enum Pane { case list, map }

    private let indicator: Indicator
    private let unit: Unit
    private let year: Int
    private let plan: Int64
    /// The inputs that sum features.
    private let inputs: [String]
    private var input = 0
    private var found: IndicatorParcels?
    private var trouble = ""
    private var table = Table([])
    private var map = MapPane()
    private var focus = Pane.list
    private var isMapAsked = false
    /// Whether the map has yet to be sent to the feature.
    private var isNew = true
    /// Whether the map has been sent to any feature.
    private var hasArrived = false
    private var outline: Shape?
    /// The outlines of the largest, as lines.
    private var outlines: [Shape] = []

    /// More outlines than this a map cannot tell apart.
    private static let mostOutlines = 300

    /// - Parameter indicator: one of which at least one input sums features.
    init(_ indicator: Indicator, unit: Unit, year: Int, plan: Int64) {
        (self.indicator, self.unit, self.year, self.plan) = (indicator, unit, year, plan)
        inputs = indicator.inputs.filter(\.sumsFeatures).map(\.name)
    }

    package var title: String {
        guard let found else { return "\(indicator.id)  \(unit.name)" }
        return "\(indicator.id) \(found.input)  \(unit.name) \(year)  \(table.position)\(found.isCut ? "+" : "")"
    }

    package var offers: [Action] {
        [
            .open, .nextPane, .previousPane, .findNext, .findPrevious, .moveLeft, .moveRight, .mark, .markAll, .zoomIn,
            .zoomOut,
            .zoomWhole, .center, .glyphs, .copy,
        ] + Table.offers
    }

    // MARK: Reading

    package mutating func load(_ session: Session) throws -> [Effect] {
        map.reload()
        guard inputs.indices.contains(input) else { return [] }
        let (indicator, name, unit, year, plan) = (indicator, inputs[input], unit.code, year, plan)
        let what = Phrase("looking for the parcels", "正在查找图斑")
        return [
            .job(
                Job(name: "indicator parcels", what: what) { project, _ in
                    try project.indicatorParcels(indicator, input: name, unit: unit, year: year, plan: plan)
                })
        ]
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        guard job == "indicator parcels" else { return [] }
        switch result {
        case .failure(let error):
            (found, trouble) = (nil, Workbench.sentence(error))
            table.rows = []
        case .success(let value):
            guard let read = value as? IndicatorParcels else { return [] }
            let before = current
            found = read
            trouble =
                read.rows.isEmpty ? say("Nothing of \(unit.name) counts here.", "\(unit.name) 没有计入的要素。") : ""
            table.rows = read.rows.map { _ in .init([]) }
            if let place = read.rows.firstIndex(where: { $0.uid == before }) { table.go(to: place) }
            outlines = try read.rows.prefix(Self.mostOutlines).compactMap {
                try session.project.shape(of: $0.uid, plan: max(0, plan)).map(Self.asLines)
            }
            try arrive(session, moves: before == nil || before != current)
        }
        return []
    }

    private static func asLines(_ shape: Shape) -> Shape {
        Shape(kind: .line, points: shape.points, ringEnds: shape.ringEnds, partEnds: shape.partEnds)
    }

    private var current: Int64? {
        guard let found, found.rows.indices.contains(table.cursor) else { return nil }
        return found.rows[table.cursor].uid
    }

    private mutating func arrive(_ session: Session, moves: Bool = true) throws {
        outline = try current.flatMap { try session.project.shape(of: $0, plan: max(0, plan)) }
        if moves { isNew = true }
    }

    // MARK: Keys

    /// Why a key does nothing; the list itself says why it is empty.
    private static var nothing: String { say("No parcel is under the cursor.", "光标处没有图斑。") }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .nextPane, .previousPane:
            focus = focus == .list ? .map : .list
            isMapAsked = true
            return []
        case .zoomIn, .zoomOut, .zoomWhole, .center, .glyphs:
            isMapAsked = true
            return try moveMap(action, count ?? 1, session)
        case .open:
            return current.map { [.push(CardView(uid: $0))] } ?? [.say(Self.nothing)]
        case .mark:
            guard let current else { return [.say(Self.nothing)] }
            try session.mark([current], !session.marks.contains(current))
            return try move(.moveDown, 1, session)
        case .markAll:
            guard session.marks.isEmpty else {
                try session.clearMarks()
                return [.say(say("Marks are cleared.", "已清除标记。"))]
            }
            let uids = (found?.rows ?? []).map(\.uid)
            try session.mark(uids, true)
            return [.say(say("Marked \(counted(uids.count, "parcel")).", "已标记 \(uids.count) 个图斑。"))]
        case .copy: return current.map { [.copy(String($0))] } ?? []
        default: break
        }
        if focus == .map { return try moveMap(action, count ?? 1, session) }
        if action == .moveLeft || action == .moveRight { return try turn(action == .moveRight ? 1 : -1, session) }
        if action == .find {
            for index in table.rows.indices { try write(index, session) }
        }
        return try move(action, count, session)
    }

    private mutating func move(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
        let before = table.cursor
        let effects = table.handle(action, count: count)
        if table.cursor != before { try arrive(session) }
        return effects
    }

    /// To another input of the formula.
    private mutating func turn(_ step: Int, _ session: Session) throws -> [Effect] {
        guard inputs.count > 1 else {
            return [.say(say("The formula has no further sum.", "公式没有其他求和输入。"))]
        }
        input = (input + step + inputs.count) % inputs.count
        (found, outline, outlines) = (nil, nil, [])
        table.rows = []
        return try load(session)
    }

    private mutating func moveMap(_ action: Action, _ count: Int, _ session: Session) throws -> [Effect]? {
        if action == .center {
            if let outline { map.frame(outline) }
            return []
        }
        return try map.handle(action, count: count, session) ? [] : nil
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        guard kind == .find else { return [] }
        let effects = table.find(text)
        try arrive(session)
        return effects
    }

    // MARK: Drawing

    /// Writes a row that comes into sight.
    private mutating func write(_ index: Int, _ session: Session) throws {
        guard let found, table.rows[index].cells.isEmpty else { return }
        let (uid, measure) = found.rows[index]
        let parcel = try session.project.parcel(uid)
        table.rows[index] = .init([
            String(uid), Decimals.text(measure, decimals: 2), parcel.map { session.code(of: $0.class) } ?? "",
            parcel?.number ?? "", parcel.flatMap { session.units[$0.unit]?.name } ?? "",
        ])
    }

    package mutating func draw(into frame: inout Frame, rows span: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let hint = span.upperBound - 1
        frame.put(
            width < 76
                ? say("Tab map  c center  * marks all  ? keys", "Tab 地图 c 居中 * 全标 ? 按键")
                : say(
                    "Enter parcel  c map to it  Tab map  h l other input  Space * mark, for E  ? keys",
                    "回车看图斑  c 地图居中  Tab 地图  h l 换输入  空格 * 标记（供 E 用）  ? 按键"), row: hint, column: 0,
            width: width, style: session.role("detail"))
        let measured = found?.measured ?? Phrase("", "")
        table.columns = [
            .init("parcel", "图斑", 8, number: true), .init(measured.english, measured.chinese, 14, number: true),
            .init("class", "地类", 14), .init("number", "标识码", 18), .init("unit", "单位", 10),
        ]
        let hasMap = !outlines.isEmpty && (!session.isSlow || isMapAsked)
        let share = focus == .list ? 10 : 6
        // A short list leaves its rows to the map.
        let height = min(max(3, (span.count - 1) * share / 21), table.rows.count + 2)
        let middle = hasMap ? span.lowerBound + height : hint
        let list = span.lowerBound..<middle
        for index in table.visible(in: list) { try write(index, session) }
        table.draw(into: &frame, rows: list, session)
        if table.rows.isEmpty {
            let text = trouble.isEmpty ? say("The parcels are being looked for.", "正在查找图斑。") : trouble
            for (row, line) in zip(list.dropFirst(), wrapped(text, width: width - 4)) {
                frame.put(line, row: row, column: 2, width: width - 2)
            }
        }
        if hasMap { try drawMap(into: &frame, rows: middle..<hint, session) }
    }

    private mutating func drawMap(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let cursor = frame.cursor
        if isNew {
            try map.fit(Size(columns: width, rows: rows.count - 1), session)
            frameFeature()
            isNew = false
        }
        var overlay = MapPane.Overlay()
        let sight = map.viewport?.box
        overlay.lines = outlines.filter { sight?.intersects($0.box) != false }.map { ($0, "map.changed") }
        if let current { overlay.note = "| @ \(current)" }
        let point = outline.flatMap { $0.labelPoint ?? $0.points.first }
        try map.draw(
            into: &frame, rows: rows, columns: 0..<width, isFocused: focus == .map, selected: nil,
            world: .plan(max(0, plan)), overlay: overlay, session)
        // On top of all, also of the names of units: it is what one came for.
        if let point, let viewport = map.viewport, let place = viewport.place(of: point), viewport.contains(place) {
            frame.put(
                "@", row: rows.lowerBound + place.row, column: place.column, style: session.role("map.selected"))
        }
        if focus != .map { frame.cursor = cursor }
    }

    /// Sends the map to the feature; where it is in sight already, and not too small, the map stays: another would cost
    /// a slow line a second.
    private mutating func frameFeature() {
        guard let outline, !outline.isEmpty, let viewport = map.viewport else { return }
        let box = outline.box
        guard hasArrived else {
            hasArrived = true
            return map.frame(outline)
        }
        if let first = viewport.place(of: Point(x: box.minX, y: box.maxY)),
            let last = viewport.place(of: Point(x: box.maxX, y: box.minY)), viewport.contains(first),
            viewport.contains(last), last.row - first.row >= 1 || last.column - first.column >= 4
        {
            map.reveal(outline.labelPoint ?? box.center)
        } else {
            map.frame(outline)
        }
    }

    package func subject(_ session: Session) -> [Int64] { current.map { [$0] } ?? [] }
}

extension IndicatorInput {
    /// Whether features stand behind it.
    var sumsFeatures: Bool {
        if case .sum(let sum) = definition { !["reach", "patches"].contains(sum.source.name) } else { false }
    }
}
