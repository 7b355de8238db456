import Geometry

/// The stretch of ground that a map shows: whole cells of a grid that is fixed to the ground.
///
/// A pan moves by whole cells, so that rows repeat exactly and the terminal can scroll them. A cell is twice as high as
/// wide, as in terminals. Changing the glyphs changes the dots, not the ground.
package struct Viewport: Hashable, Sendable {
    /// Metres of ground in the width of a cell; one of `Viewport.scales`.
    package private(set) var metresPerColumn: Double
    /// Map units in a metre, east and north: 1 for metres, less for degrees.
    package let unitsPerMetre: Point
    /// The cell in the upper left corner: columns eastward, rows southward, from the origin of the map's coordinates.
    package private(set) var left: Int
    package private(set) var top: Int
    package private(set) var size: Size

    package init(center: Point, metresPerColumn: Double, size: Size, unitsPerMetre: Point = Point(x: 1, y: 1)) {
        self.metresPerColumn = metresPerColumn
        self.unitsPerMetre = unitsPerMetre
        self.size = size
        left = 0
        top = 0
        self.center(on: center)
    }

    /// Shows all of a box, at the nearest scale that does; of one that is empty or not finite the origin.
    package init(fitting box: Box, size: Size, unitsPerMetre: Point = Point(x: 1, y: 1)) {
        let width = box.width / unitsPerMetre.x / Double(max(1, size.columns - 1))
        let height = box.height / unitsPerMetre.y / 2 / Double(max(1, size.rows - 1))
        let isSound = !box.isEmpty && width.isFinite && height.isFinite
        let needed = isSound ? max(width, height) : 10
        let scale = Self.scales.first { $0 >= needed } ?? Self.scales[Self.scales.count - 1]
        self.init(
            center: isSound ? box.center : Point(x: 0, y: 0), metresPerColumn: scale, size: size,
            unitsPerMetre: unitsPerMetre)
    }

    /// The scales that zooming steps through, in metres a column.
    package static let scales: [Double] = (-2...6).flatMap { power -> [Double] in
        var ten = 1.0
        for _ in 0..<abs(power) { ten = power < 0 ? ten / 10 : ten * 10 }
        return [1, 1.5, 2, 3, 5, 7].map { $0 * ten }
    }

    /// The sides of a cell in map units.
    package var cellWidth: Double { metresPerColumn * unitsPerMetre.x }
    package var cellHeight: Double { 2 * metresPerColumn * unitsPerMetre.y }

    package var box: Box {
        Box(
            minX: Double(left) * cellWidth, minY: -Double(top + size.rows) * cellHeight,
            maxX: Double(left + size.columns) * cellWidth, maxY: -Double(top) * cellHeight)
    }

    package var center: Point { box.center }

    /// The ground at the middle of a cell of the map.
    package func point(row: Int, column: Int) -> Point {
        Point(x: (Double(left + column) + 0.5) * cellWidth, y: -(Double(top + row) + 0.5) * cellHeight)
    }

    /// The cell of the map that shows a point, which may lie outside of it; nil for what no cell can show.
    package func place(of point: Point) -> Place? {
        let (column, row) = ((point.x / cellWidth).rounded(.down), (-point.y / cellHeight).rounded(.down))
        guard abs(column) < 1e15, abs(row) < 1e15 else { return nil }
        return Place(row: Int(row) - top, column: Int(column) - left)
    }

    package func contains(_ place: Place) -> Bool {
        (0..<size.rows).contains(place.row) && (0..<size.columns).contains(place.column)
    }

    /// Puts a point into the middle, to half a cell. One that no map shows changes nothing.
    package mutating func center(on point: Point) {
        let column = (point.x / cellWidth - Double(size.columns) / 2).rounded()
        let row = (-point.y / cellHeight - Double(size.rows) / 2).rounded()
        guard abs(column) < 1e12, abs(row) < 1e12 else { return }
        (left, top) = (Int(column), Int(row))
    }

    package mutating func pan(columns: Int, rows: Int) {
        left += columns
        top += rows
    }

    /// Steps through the scales, nearer for positive steps, holding a point in its cell.
    package mutating func zoom(by steps: Int, at point: Point) {
        let (point, place) =
            place(of: point).map { (point, $0) }
            ?? (center, Place(row: size.rows / 2, column: size.columns / 2))
        let now = Self.scales.firstIndex { $0 >= metresPerColumn } ?? Self.scales.count - 1
        metresPerColumn = Self.scales[min(max(now - steps, 0), Self.scales.count - 1)]
        left = Int((point.x / cellWidth).rounded(.down)) - place.column
        top = Int((-point.y / cellHeight).rounded(.down)) - place.row
    }

    package mutating func zoom(to metres: Double) {
        let center = center
        metresPerColumn = metres
        self.center(on: center)
    }

    /// Another size, with the middle of the ground kept.
    package mutating func resize(to size: Size) {
        guard size != self.size else { return }
        let center = center
        self.size = size
        self.center(on: center)
    }

    /// Metres of ground a dot of these glyphs is wide.
    package func metresPerDot(_ glyphs: Glyphs) -> Double { metresPerColumn / Double(glyphs.columns) }

    /// A scale bar at most `columns` wide: `|----| 500 m`, its ends a round number of metres apart.
    package func scaleBar(columns: Int) -> String {
        let room = Double(max(3, columns - 8)) * metresPerColumn
        guard room > 0, room < 1e9 else { return "" }
        var length = 0.01
        while length * 10 <= room { length *= 10 }
        if length * 5 <= room { length *= 5 } else if length * 2 <= room { length *= 2 }
        let cells = max(2, Int((length / metresPerColumn).rounded()))
        let text = length >= 1000 ? "\(Self.short(length / 1000)) km" : "\(Self.short(length)) m"
        return "|" + String(repeating: "-", count: cells - 1) + "| " + text
    }

    /// A number without needless decimals.
    package static func short(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        let tenths = (value * 100).rounded() / 100
        return String(tenths)
    }
}
