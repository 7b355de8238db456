import Canvas
import Commands
import Geometry
import Phrases
import Store

/// Drawing on the map: points by the cursor, by typed places, by snapping; then one command line.
extension CountyView {
    static let draftingOffers: [Action] = [
        .sketchBoundary, .sketchSplit, .sketchZone, .sketchClass, .sketchClip, .vertices, .typePlace, .snap, .takeBack,
        .addVertex,
        .remove, .flip,
    ]

    /// Answers what drafting adds to the county's keys; nil leaves a key to the others.
    mutating func draft(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
        if action == .flip { return flip(session) }
        if let purpose = Sketch.Purpose(action) { return try draw(purpose, session) }
        if action == .vertices { return try toggleVertices(session) }
        if let effects = try isSketching ? sketchKey(action, session) : vertexKey(action, count, session) {
            return effects
        }
        switch action {
        case .snap, .typePlace, .takeBack:
            return [
                .say(
                    say(
                        "This belongs to a sketch: S splits, Z draws a zone, P a ring, V moves vertices.",
                        "该键用于绘制：S 分割，Z 画分区，P 范围内规划，V 移动顶点。"), isTrouble: true)
            ]
        case .addVertex:
            return [.say(say("V shows the vertices first.", "请先按 V 显示顶点。"), isTrouble: true)]
        case .remove:
            let uids = session.marks.isEmpty ? subject(session) : session.marks.sorted()
            return [
                .confirm(
                    say(
                        "Remove \(counted(uids.count, "feature")) from the plan's world? y removes",
                        "从规划中删除 \(uids.count) 个要素？按 y 删除"), line: "plan remove %marked --plan %plan")
            ]
        default: return nil
        }
    }

    /// Shows the base instead of the draft, and back.
    private mutating func flip(_ session: Session) -> [Effect] {
        guard let plan = session.plan else {
            return [.say(say("The map shows the base; F5 opens a plan.", "地图显示的就是现状；按 F5 打开规划。"), isTrouble: true)]
        }
        showsBase.toggle()
        isMapAsked = true
        return [
            .say(
                showsBase
                    ? say("Before: the base. b shows plan \(plan.id) again.", "改动前：现状。按 b 返回规划 \(plan.id)。")
                    : say("After: plan \(plan.id) \(plan.title).", "改动后：规划 \(plan.id) \(plan.title)。"))
        ]
    }

    // MARK: Beginning, performing

    /// Begins a sketch, goes back to one that was left, or performs the one that is drawn.
    private mutating func draw(_ purpose: Sketch.Purpose, _ session: Session) throws -> [Effect] {
        if purpose.needsPlan { _ = try session.draft() }
        if isSketching, let sketch {
            guard sketch.purpose == purpose else {
                return [
                    .say(
                        say(
                            "A sketch is being drawn (\(sketch.title)); Esc leaves it.",
                            "正在绘制（\(sketch.title)）；按 Esc 离开。"), isTrouble: true)
                ]
            }
            return perform(sketch, session)
        }
        let subject = list.current?.uid
        guard subject != nil || !purpose.needsSubject else {
            return [.say(say("There is no parcel here.", "此处没有图斑。"), isTrouble: true)]
        }
        vertices = nil
        let kept = sketch?.points ?? []
        sketch = Sketch(purpose, subject: purpose.needsSubject ? subject : nil, points: kept)
        (isSketching, isMapAsked, isPerforming) = (true, true, false)
        if !showsMapOnly { focus = .map }
        let key = session.keymap.keys(for: sketch?.action ?? .sketchSplit).first ?? ""
        guard kept.isEmpty else {
            return [
                .say(
                    say(
                        "Goes on from \(counted(kept.count, "point")) drawn before; BS takes points back.",
                        "此前已绘的 \(kept.count) 个点仍在；退格逐个撤回。"))
            ]
        }
        return [
            .say(
                say(
                    "Enter adds the cursor's place, p types one, . snaps, BS takes back, \(key) does it.",
                    "回车加入光标点，p 键入坐标，. 吸附顶点，退格撤点，\(key) 执行，Esc 离开。"))
        ]
    }

    private mutating func perform(_ sketch: Sketch, _ session: Session) -> [Effect] {
        guard sketch.isComplete else {
            return [
                .say(
                    sketch.isRing
                        ? say("A ring needs three points.", "范围至少需要三个点。")
                        : say("A line needs two points.", "分割线至少需要两个点。"), isTrouble: true)
            ]
        }
        // A boundary that was analysed stays, to be drawn better and analysed again.
        isPerforming = sketch.purpose != .boundary
        return [.run(sketch.line)]
    }

    /// After a change: a sketch that was performed has become what it was drawn for.
    mutating func settleSketch(_ session: Session) throws {
        if isPerforming { (sketch, isSketching, isPerforming) = (nil, false, false) }
        if session.plan == nil { showsBase = false }
        try refreshVertices(session)
    }

    // MARK: Keys of the sketch

    private mutating func sketchKey(_ action: Action, _ session: Session) throws -> [Effect]? {
        guard var drawn = sketch else { return nil }
        isPerforming = false
        switch action {
        case .open:
            guard let point = map.point else { return [] }
            return add(point)
        case .typePlace: return [.ask(.place)]
        case .snap: return try snap(session)
        case .takeBack:
            guard let last = drawn.points.popLast() else {
                return [.say(say("The sketch is empty; Esc leaves it.", "尚无点；按 Esc 离开。"))]
            }
            sketch = drawn
            map.reveal(drawn.points.last ?? last)
            return []
        case .back:
            isSketching = false
            if drawn.points.isEmpty { sketch = nil }
            let key = session.keymap.keys(for: drawn.action).first ?? ""
            return drawn.points.isEmpty
                ? [] : [.say(say("The sketch is kept; \(key) goes on with it.", "草图已保留；按 \(key) 继续。"))]
        case .nextPane, .previousPane:
            return [.say(say("The sketch is on the map; Esc leaves it.", "正在地图上绘制；按 Esc 离开。"))]
        default: return nil
        }
    }

    private mutating func add(_ point: Point) -> [Effect] {
        guard sketch?.points.last != point else {
            return [.say(say("The last point is here already.", "上一点就在此处。"), isTrouble: true)]
        }
        sketch?.points.append(point)
        return []
    }

    /// Takes a typed place: for the sketch, for the vertex that is picked, or to go there.
    mutating func take(place text: String, _ session: Session) throws -> [Effect] {
        let before = sketch?.points ?? []
        if let vertices, !isSketching {
            // Read here already: what is no place is mended in the prompt, not refused by the command.
            if vertices.picked != nil { _ = try session.places(text, after: vertices.point.map { [$0] } ?? []) }
            return vertices.moved(to: text, session)
        }
        let found = try session.places(text, after: before)
        for place in found {
            map.reveal(place.point)
            let effects = add(place.point)
            guard effects.isEmpty else { return effects }
        }
        // How it was read, where it could have been read otherwise.
        let notes = found.flatMap(\.notes).map(\.description)
        return notes.isEmpty ? [] : [.say(notes.joined(separator: "  "))]
    }

    /// Puts the cursor on the nearest vertex of what the map shows.
    mutating func snap(_ session: Session) throws -> [Effect] {
        guard let point = map.point, let view = map.viewport else { return [] }
        let layers = session.layers.filter { $0.isShown && !$0.isGrid && $0.role != .units }
        guard let found = try session.nearestVertex(to: point, layers, within: 8 * view.cellHeight) else {
            return [.say(say("No vertex is near; + shows the map nearer.", "附近没有顶点；按 + 放大地图。"), isTrouble: true)]
        }
        map.reveal(found.point)
        let metres = Decimals.text(found.distance, decimals: 2)
        return [
            .say(
                say(
                    "Vertex \(found.number) of \(found.uid), \(metres) m away.",
                    "\(found.uid) 的第 \(found.number) 号顶点，距 \(metres) 米。"))
        ]
    }

    // MARK: Place and picture

    var sketchPlace: [String: String] {
        var place: [String: String] = [:]
        if let sketch {
            place["sketch"] = sketch.text
            place["sketching"] = isSketching ? "1" : "0"
        }
        if let vertices { place["vertices"] = "\(vertices.uid) \(vertices.picked.map { String($0) } ?? "-")" }
        if isOnMap, let point = map.point { place["at"] = "\(point.x) \(point.y)" }
        return place
    }

    mutating func restoreSketch(_ place: [String: String], _ session: Session) throws {
        sketch = place["sketch"].flatMap(Sketch.init)
        if session.plan == nil, sketch?.purpose.needsPlan == true { sketch = nil }
        isSketching = sketch != nil && place["sketching"] == "1"
        if session.plan != nil, let words = place["vertices"]?.split(separator: " "),
            let uid = words.first.flatMap({ Int64($0) })
        {
            vertices = VertexPick(uid: uid, picked: words.last.flatMap { Int($0) })
            try refreshVertices(session)
        }
        isMapAsked = isMapAsked || isSketching || vertices != nil
    }

    /// What lies on the map: the sketch while it is drawn, or the vertices with their numbers.
    func overlay(_ session: Session) -> MapPane.Overlay {
        var overlay = MapPane.Overlay()
        if isSketching, let sketch {
            if let shape = sketch.shape { overlay.lines = [(shape, "map.sketch")] }
            overlay.marks = sketch.points.map { ($0, "o", "map.sketch") }
        } else if let vertices {
            overlay.marks = vertices.points.map { ($0, "+", "map.vertex") }
            // The picked one first: of numbers that would lie on one another the first is written.
            let first = vertices.point.map { [($0, String(vertices.picked ?? 0))] } ?? []
            overlay.labels = first + vertices.points.enumerated().map { ($1, String($0 + 1)) }
        }
        if showsBase { overlay.note = say("| BEFORE: the base", "| 改动前：现状") }
        return overlay
    }

    /// What the row above the message says while something is drawn: how far it has come.
    func draftState(_ session: Session) -> String? {
        if let vertices, !isSketching { return vertices.state(session, cursor: map.point) }
        guard isSketching, let sketch else { return nil }
        var parts = [
            say("\(sketch.title): \(counted(sketch.points.count, "point"))", "\(sketch.title)：\(sketch.points.count) 点")
        ]
        if let shape = sketch.shape { parts.append(session.metres(session.length(of: shape))) }
        if let ring = sketch.ring, let area = session.area(of: ring) {
            parts.append(
                "\(Decimals.text(area, decimals: 2)) m2  \(Decimals.text(area * 3 / 2000, decimals: 2)) "
                    + say("mu", "亩"))
        }
        if let last = sketch.points.last, let cursor = map.point, cursor != last {
            let leg = session.leg(from: last, to: cursor)
            parts.append("> \(Decimals.text(leg.bearing, decimals: 1))d \(session.metres(leg.metres))")
        }
        return parts.joined(separator: "  ")
    }
}
