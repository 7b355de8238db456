import Geometry

/// A map being drawn: what lies under each dot, then cells of a frame.
///
/// Classes are painted first, from overview grids or from shapes; outlines and marks lie on top. Texture is fixed to the
/// ground: a pan by a row shows the same rows again.
package struct MapPicture {
    package let viewport: Viewport
    package let glyphs: Glyphs
    private let columns: Int
    private let rows: Int
    /// For each dot, rows downward: the class under it, 0 for nothing; whether an edge runs through it; which line.
    private var classes: [UInt16]
    private var edges: [Bool]
    private var lines: [UInt8]
    private var roles: [String] = []
    private var marks: [(place: Place, scalar: Unicode.Scalar, role: String)] = []
    private var labels: [(place: Place, text: String)] = []
    private var scanline: Scanline

    package init(viewport: Viewport, glyphs: Glyphs) {
        self.viewport = viewport
        self.glyphs = glyphs
        columns = viewport.size.columns * glyphs.columns
        rows = viewport.size.rows * glyphs.rows
        classes = Array(repeating: 0, count: columns * rows)
        edges = Array(repeating: false, count: columns * rows)
        lines = Array(repeating: 0, count: columns * rows)
        scanline = Scanline(
            origin: Point(x: viewport.box.minX, y: viewport.box.minY),
            cellWidth: viewport.cellWidth / Double(glyphs.columns),
            cellHeight: viewport.cellHeight / Double(glyphs.rows), columns: columns, rows: rows)
    }

    /// The smaller side of a dot, in map units: overviews with coarser cells would show their squares.
    package var dot: Double { min(scanline.cellWidth, scanline.cellHeight) }

    // MARK: Painting

    /// Paints the class of the grid's cell under the middle of each dot; cells of nothing are left as they were.
    package mutating func fill(_ grid: ClassGrid) {
        let xs = (0..<columns).map { column -> Int in
            let x = scanline.origin.x + (Double(column) + 0.5) * scanline.cellWidth
            return Int(((x - grid.origin.x) / grid.cellWidth).rounded(.down))
        }
        for row in 0..<rows {
            let y = scanline.origin.y + (Double(rows - 1 - row) + 0.5) * scanline.cellHeight
            let gridRow = Int(((y - grid.origin.y) / grid.cellHeight).rounded(.down))
            guard gridRow >= 0, gridRow < grid.rows else { continue }
            for column in 0..<columns where xs[column] >= 0 && xs[column] < grid.columns {
                let value = grid.values[gridRow * grid.columns + xs[column]]
                if value != 0 { classes[row * columns + column] = value }
            }
        }
    }

    /// Paints the dots whose middles lie in a polygon; its edges too when it is large enough to need them.
    package mutating func fill(_ shape: borrowing Shape, class value: UInt16, edged: Bool) {
        let (columns, rows) = (columns, rows)
        scanline.cover(copy shape) { row, range in
            let start = (rows - 1 - row) * columns
            for index in start + range.lowerBound..<start + range.upperBound { classes[index] = value }
        }
        if edged {
            scanline.trace(copy shape) { row, column in edges[(rows - 1 - row) * columns + column] = true }
        }
    }

    /// Draws lines, or the outlines of areas.
    package mutating func outline(_ shape: borrowing Shape, role: String) {
        let number = number(of: role)
        scanline.trace(copy shape) { row, column in lines[(rows - 1 - row) * columns + column] = number }
    }

    /// Draws the border between cells of a grid that hold something and cells that hold nothing.
    package mutating func outline(_ grid: ClassGrid, role: String) {
        let number = number(of: role)
        func isInside(_ row: Int, _ column: Int) -> Bool {
            let x = scanline.origin.x + (Double(column) + 0.5) * scanline.cellWidth
            let y = scanline.origin.y + (Double(rows - 1 - row) + 0.5) * scanline.cellHeight
            return grid.value(at: Point(x: x, y: y)) != 0
        }
        var above = (0...columns).map { isInside(-1, $0 - 1) }
        for row in 0..<rows {
            var left = isInside(row, -1)
            for column in 0..<columns {
                let here = isInside(row, column)
                if here != left || here != above[column + 1] { lines[row * columns + column] = number }
                left = here
                above[column + 1] = here
            }
        }
    }

    /// Puts a sign on the cell of a point.
    package mutating func mark(_ point: Point, _ scalar: Unicode.Scalar, role: String) {
        guard let place = viewport.place(of: point), viewport.contains(place) else { return }
        marks.append((place, scalar, role))
    }

    /// Writes a text around a point; a text that would cover an earlier one is left out.
    package mutating func label(_ text: String, at point: Point) {
        guard let place = viewport.place(of: point), viewport.contains(place), !text.isEmpty else { return }
        labels.append((place, text))
    }

    private mutating func number(of role: String) -> UInt8 {
        if let place = roles.firstIndex(of: role) { return UInt8(place + 1) }
        guard roles.count < 255 else { return 255 }
        roles.append(role)
        return UInt8(roles.count)
    }

    /// How many dots each class has.
    package var counts: [UInt16: Int] {
        classes.reduce(into: [:]) { counts, value in if value != 0 { counts[value, default: 0] += 1 } }
    }

    // MARK: Cells

    /// Draws the map with its upper left cell at a place of the frame.
    ///
    /// - Parameter look: how a class looks.
    package func draw(into frame: inout Frame, at place: Place, theme: Theme, look: (UInt16) -> Theme.ClassLook) {
        var looks: [UInt16: Theme.ClassLook] = [:]
        for value in Set(classes) where value != 0 { looks[value] = look(value) }
        for row in 0..<viewport.size.rows {
            for column in 0..<viewport.size.columns {
                let cell = cell(row, column, looks, theme)
                frame.put(cell.scalar, row: place.row + row, column: place.column + column, style: cell.style)
            }
        }
        for mark in marks {
            frame.put(
                mark.scalar, row: place.row + mark.place.row, column: place.column + mark.place.column,
                style: theme.role(mark.role))
        }
        drawLabels(&frame, place, theme)
    }

    private func cell(_ row: Int, _ column: Int, _ looks: [UInt16: Theme.ClassLook], _ theme: Theme) -> Cell {
        var dots: UInt8 = 0
        var dominant: UInt16 = 0
        var best = 0
        var tally: [(value: UInt16, count: Int)] = []
        var line: UInt8 = 0
        for y in 0..<glyphs.rows {
            for x in 0..<glyphs.columns {
                let index = (row * glyphs.rows + y) * columns + column * glyphs.columns + x
                let value = classes[index]
                if value != 0 {
                    if let place = tally.firstIndex(where: { $0.value == value }) {
                        tally[place].count += 1
                    } else {
                        tally.append((value, 1))
                    }
                }
                let bit = UInt8(1) << UInt8(y * glyphs.columns + x)
                if lines[index] != 0 {
                    line = lines[index]
                    dots |= bit
                } else if edges[index] || (value != 0 && isTextured(looks[value]?.pattern ?? 0, row, column, x, y)) {
                    dots |= bit
                }
            }
        }
        for entry in tally where entry.count > best || (entry.count == best && entry.value < dominant) {
            (dominant, best) = (entry.value, entry.count)
        }
        if glyphs == .ascii {
            if line != 0 { return Cell(Theme.sign(of: roles[Int(line) - 1]), theme.role(roles[Int(line) - 1])) }
            guard dominant != 0, let look = looks[dominant] else { return .blank }
            return Cell(look.letter, look.style)
        }
        if line != 0 { return Cell(glyphs.scalar(for: dots), theme.role(roles[Int(line) - 1])) }
        guard dots != 0 else { return .blank }
        return Cell(glyphs.scalar(for: dots), looks[dominant]?.style ?? theme.role("map.boundary"))
    }

    /// Whether a class's pattern, 4 by 4 dots fixed to the ground, has a dot here.
    private func isTextured(_ pattern: UInt16, _ row: Int, _ column: Int, _ x: Int, _ y: Int) -> Bool {
        let groundX = (viewport.left &+ column) &* glyphs.columns &+ x
        let groundY = (viewport.top &+ row) &* glyphs.rows &+ y
        return pattern & 1 << UInt16((groundY & 3) * 4 + (groundX & 3)) != 0
    }

    private func drawLabels(_ frame: inout Frame, _ place: Place, _ theme: Theme) {
        var taken: Set<Place> = []
        for label in labels {
            let width = min(displayWidth(of: label.text), 24)
            let start = min(max(label.place.column - width / 2, 0), max(0, viewport.size.columns - width))
            let cells = (start - 1...start + width).map { Place(row: label.place.row, column: $0) }
            guard width <= viewport.size.columns, taken.isDisjoint(with: cells) else { continue }
            taken.formUnion(cells)
            frame.put(
                label.text, row: place.row + label.place.row, column: place.column + start, width: width,
                style: theme.role("map.label"))
        }
    }
}
