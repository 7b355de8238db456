import Canvas
import Commands
import GeoBridge
import Geometry
import Phrases
import Store

/// The map: which ground it shows, and the cell its cursor is on.
package struct MapPane: Sendable {
    package private(set) var viewport: Viewport?
    /// The cell under the cursor, from the map's upper left corner.
    package private(set) var cursor = Place(row: 0, column: 0)
    /// The point that the cursor was sent to, until it is moved: a narrow parcel may miss the middle of its cell.
    private var exact: Point?
    /// The picture that was drawn last, kept while nothing that it shows has changed.
    private var kept: (key: Key, picture: MapPicture)?
    /// The picture of the other world, so that flipping to it and back reads nothing.
    private var other: (key: Key, picture: MapPicture)?
    /// Where the cursor shall be once the size is known.
    private var wanted: Point?
    /// Grows with each reload, so that a kept picture is drawn again.
    private var revision = 0

    private struct Key: Equatable {
        var viewport: Viewport
        var glyphs: Glyphs
        var revision: Int
        var world: World
    }

    /// In which world the map shows the county.
    package enum World: Hashable, Sendable {
        case plan(Int64)
        /// As a plan was right after a step, or right before it.
        case step(Int64, of: Int64, before: Bool)
    }

    /// What lies on the map besides the county: lines, signs and numbers of what is being drawn or looked at.
    package struct Overlay: Sendable {
        package var lines: [(shape: Shape, role: String)] = []
        package var marks: [(point: Point, sign: Unicode.Scalar, role: String)] = []
        package var labels: [(point: Point, text: String)] = []
        /// What the row of the scale says at its end.
        package var note = ""

        package init() {}
    }

    package init() {}

    package mutating func reload() { revision += 1 }

    /// The viewport for a size, made whole-county the first time.
    package mutating func fit(_ size: Size, _ session: Session) throws {
        guard size.columns > 3, size.rows > 1 else { return }
        if viewport == nil { try showWhole(session, size: size) }
        if viewport?.size != size { resize(to: size) }
        if let wanted {
            self.wanted = nil
            reveal(wanted)
        }
        clampCursor(size)
    }

    /// The cursor keeps its ground, and the map follows where that would be out of sight.
    private mutating func resize(to size: Size) {
        let ground = point
        viewport?.resize(to: size)
        guard let ground, let place = viewport?.place(of: ground) else { return }
        let nearest = Place(
            row: min(max(place.row, 0), size.rows - 1), column: min(max(place.column, 0), size.columns - 1))
        viewport?.pan(columns: place.column - nearest.column, rows: place.row - nearest.row)
        cursor = nearest
    }

    private mutating func clampCursor(_ size: Size) {
        cursor.row = min(max(cursor.row, 0), size.rows - 1)
        cursor.column = min(max(cursor.column, 0), size.columns - 1)
    }

    package mutating func showWhole(_ session: Session, size: Size? = nil) throws {
        guard let size = size ?? viewport?.size else { return }
        let scene = session.scene
        let units = MapScene.unitsPerMetre(try session.project.coordinateSystem(), scene.box)
        viewport = Viewport(fitting: scene.box, size: size, unitsPerMetre: units)
        cursor = Place(row: size.rows / 2, column: size.columns / 2)
        exact = nil
    }

    /// Shows the ground again that `place` told.
    ///
    /// - Parameter cursor: where the cursor was.
    package mutating func restore(_ text: String, cursor: Point? = nil, _ session: Session) throws {
        wanted = cursor
        let parts = text.split(separator: " ").compactMap { Double($0) }
        guard parts.count == 5, let columns = Int(exactly: parts[3]), let rows = Int(exactly: parts[4]) else { return }
        // In the size it had: in another its middle would lie half a cell off.
        try showWhole(session, size: Size(columns: min(max(4, columns), 1_000), rows: min(max(2, rows), 1_000)))
        viewport?.zoom(to: parts[2])
        viewport?.center(on: Point(x: parts[0], y: parts[1]))
    }

    package var place: String {
        guard let viewport else { return "" }
        return
            "\(viewport.center.x) \(viewport.center.y) \(viewport.metresPerColumn) \(viewport.size.columns) \(viewport.size.rows)"
    }

    /// The ground under the cursor: the very point it was sent to, else the middle of its cell.
    package var point: Point? { exact ?? viewport?.point(row: cursor.row, column: cursor.column) }

    // MARK: Moving

    /// Moves the cursor; at the edge the map follows, by rows vertically and by half a width horizontally, because a
    /// row costs a terminal little and a column costs it the whole map.
    package mutating func move(columns: Int, rows: Int) {
        guard let size = viewport?.size else { return }
        exact = nil
        cursor.row += rows
        cursor.column += columns
        if cursor.row < 0 { pan(columns: 0, rows: cursor.row) }
        if cursor.row >= size.rows { pan(columns: 0, rows: cursor.row - size.rows + 1) }
        if cursor.column < 0 { pan(columns: -max(size.columns / 2, -cursor.column), rows: 0) }
        if cursor.column >= size.columns {
            pan(columns: max(size.columns / 2, cursor.column - size.columns + 1), rows: 0)
        }
        clampCursor(size)
    }

    private mutating func pan(columns: Int, rows: Int) {
        viewport?.pan(columns: columns, rows: rows)
        cursor.column -= columns
        cursor.row -= rows
    }

    /// Moves the ground under the cursor by whole cells.
    package mutating func scroll(rows: Int) {
        exact = nil
        viewport?.pan(columns: 0, rows: rows)
    }

    package mutating func zoom(by steps: Int) {
        guard let point else { return }
        viewport?.zoom(by: steps, at: point)
    }

    /// Brings a point into sight; moves nothing when it is there.
    package mutating func reveal(_ point: Point, center: Bool = false) {
        guard let viewport, let place = viewport.place(of: point) else { return }
        if center || !viewport.contains(place) { self.viewport?.center(on: point) }
        if let place = self.viewport?.place(of: point) { (cursor, exact) = (place, point) }
    }

    /// Shows a whole shape, near enough to see it.
    ///
    /// - Parameter margin: how much ground around it, as a part of its size.
    package mutating func frame(_ shape: Shape, margin: Double = 1) {
        guard let now = viewport else { return }
        let around = shape.box.padded(by: max(margin * shape.box.width, margin * shape.box.height, 1e-4))
        viewport = Viewport(fitting: around, size: now.size, unitsPerMetre: now.unitsPerMetre)
        reveal(shape.labelPoint ?? shape.box.center)
    }

    // MARK: Drawing

    /// Draws the map's rows, the last of which is the scale.
    ///
    /// - Parameter selected: the place of the parcel under the list's cursor.
    package mutating func draw(
        into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, isFocused: Bool, selected: Point?,
        world: World? = nil, overlay: Overlay = Overlay(), _ session: Session
    ) throws {
        try fit(Size(columns: columns.count, rows: rows.count - 1), session)
        guard let viewport else { return }
        let world = world ?? .plan(session.planID)
        let key = Key(viewport: viewport, glyphs: session.glyphs, revision: revision, world: world)
        let scene = session.scene(world)
        if kept?.key != key {
            swap(&kept, &other)
            if kept?.key != key {
                var picture = MapPicture(viewport: viewport, glyphs: session.glyphs)
                try session.paint(&picture, world)
                kept = (key, picture)
            }
        }
        guard var picture = kept?.picture else { return }
        for line in overlay.lines { picture.outline(line.shape, role: line.role) }
        if let selected { picture.mark(selected, "@", role: "map.selected") }
        for mark in overlay.marks { picture.mark(mark.point, mark.sign, role: mark.role) }
        for label in overlay.labels { picture.label(label.text, at: label.point) }
        picture.draw(
            into: &frame, at: Place(row: rows.lowerBound, column: columns.lowerBound), theme: session.theme,
            look: scene.look(session.theme))
        let dot = Viewport.short(viewport.metresPerDot(session.glyphs))
        let scale =
            viewport.scaleBar(columns: min(30, columns.count / 2)) + "  " + say("1 dot = \(dot) m", "1 点 = \(dot) 米")
            + (overlay.note.isEmpty ? "" : "  " + overlay.note)
        frame.put(
            scale, row: rows.upperBound - 1, column: columns.lowerBound, width: columns.count,
            style: session.role("detail"))
        if isFocused {
            frame.cursor = Place(row: rows.lowerBound + cursor.row, column: columns.lowerBound + cursor.column)
        }
    }

    /// The classes in sight with their shares, most first.
    package var counts: [(cell: UInt16, count: Int)] {
        (kept?.picture.counts ?? [:]).map { ($0.key, $0.value) }.sorted { ($0.1, $1.0) > ($1.1, $0.0) }
    }
}

extension Session {
    /// What maps draw where people stand.
    package var scene: MapScene { scene(.plan(planID)) }

    /// What maps draw in some world.
    func scene(_ world: MapPane.World) -> MapScene {
        switch world {
        case .plan(let id), .step(_, let id, _):
            MapScene(project: project, layers: layers, plan: id, classes: classOfCell, ground: ground)
        }
    }

    /// Paints the map of a world.
    func paint(_ picture: inout MapPicture, _ world: MapPane.World) throws {
        let scene = scene(world)
        guard case .step(let step, let plan, let before) = world else { return try scene.paint(&picture) }
        // A closure may not change what was handed in.
        var painted = picture
        try project.seeing(step: step, of: plan, before: before) { try scene.paint(&painted) }
        picture = painted
    }
}
