import Geometry

/// A map being drawn: what lies under each dot, then cells of a frame.
///
/// Classes are painted first, from overview grids or from shapes; outlines and marks lie on top. Dots and texture are fixed
/// to the ground: a pan by a row shows the same rows again.
package struct MapPicture {
    package let viewport: Viewport
    package let glyphs: Glyphs
    package var columns: Int { raster.columns }
    package var rows: Int { raster.rows }
    /// For each dot, rows downward: the class under it, 0 for nothing; whether an edge runs through it; which line.
    var classes: [UInt16]
    var edges: [Bool]
    var lines: [UInt8]
    /// How dark the ground itself is, from 0 to `Relief.darkest`; seen where nothing else lies.
    var shades: [UInt8]
    var roles: [String] = []
    var marks: [(place: Place, scalar: Unicode.Scalar, role: String)] = []
    var labels: [(place: Place, text: String)] = []
    private var raster: Raster

    package init(viewport: Viewport, glyphs: Glyphs) {
        self.viewport = viewport
        self.glyphs = glyphs
        raster = Raster(viewport, glyphs)
        let count = raster.columns * raster.rows
        classes = Array(repeating: 0, count: count)
        edges = Array(repeating: false, count: count)
        lines = Array(repeating: 0, count: count)
        shades = Array(repeating: 0, count: count)
    }

    /// The smaller side of a dot, in map units: overviews with coarser cells would show their squares.
    package var dot: Double { min(raster.dotWidth, raster.dotHeight) }

    /// How many dots each class has.
    package var counts: [UInt16: Int] {
        classes.reduce(into: [:]) { counts, value in if value != 0 { counts[value, default: 0] += 1 } }
    }

    /// Paints the class of the grid's cell under the middle of each dot; cells of nothing are left as they were.
    package mutating func fill(_ grid: ClassGrid) {
        let (xs, ys) = (gridColumns(grid), gridRows(grid))
        for row in 0..<rows {
            guard let gridRow = ys[row + 1] else { continue }
            for column in 0..<columns {
                guard let gridColumn = xs[column + 1] else { continue }
                let value = grid.values[gridRow * grid.columns + gridColumn]
                if value != 0 { classes[row * columns + column] = value }
            }
        }
    }

    /// Darkens the ground where a hillshade is darker than flat land.
    package mutating func shade(_ light: Grid) {
        for row in 0..<rows {
            for column in 0..<columns {
                guard let value = light.sample(at: raster.point(row: row, column: column)) else { continue }
                shades[row * columns + column] = Relief.shade(of: value)
            }
        }
    }

    /// Paints the dots whose middles lie in a polygon; its edges too when it is large enough to need them.
    package mutating func fill(_ shape: Shape, class value: UInt16, edged: Bool) {
        let columns = columns
        raster.cover(shape) { row, range in
            for index in row * columns + range.lowerBound..<row * columns + range.upperBound { classes[index] = value }
        }
        if edged {
            raster.trace(shape) { row, column in edges[row * columns + column] = true }
        }
    }

    /// Draws lines, or the outlines of areas. Whatever of them is in view sets a dot, however small.
    package mutating func outline(_ shape: Shape, role: String) {
        let (number, columns) = (number(of: role), columns)
        raster.trace(shape) { row, column in lines[row * columns + column] = number }
    }

    /// Draws the border between cells of a grid that hold something and cells that hold nothing.
    package mutating func outline(_ grid: ClassGrid, role: String) {
        let number = number(of: role)
        let (xs, ys) = (gridColumns(grid), gridRows(grid))
        func isInside(_ row: Int, _ column: Int) -> Bool {
            guard let x = xs[column + 1], let y = ys[row + 1] else { return false }
            return grid.values[y * grid.columns + x] != 0
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

    /// The column of a grid that each column of dots falls into, or nil beside it; begins with the column before the
    /// window, because a border is known by its neighbour.
    private func gridColumns(_ grid: ClassGrid) -> [Int?] {
        (-1..<columns).map {
            step((raster.point(row: 0, column: $0).x - grid.origin.x) / grid.cellWidth, grid.columns)
        }
    }

    /// The same for rows; those of a grid are counted upward.
    private func gridRows(_ grid: ClassGrid) -> [Int?] {
        (-1..<rows).map { step((raster.point(row: $0, column: 0).y - grid.origin.y) / grid.cellHeight, grid.rows) }
    }

    private func step(_ value: Double, _ count: Int) -> Int? {
        value >= 0 && value < Double(count) ? Int(value) : nil
    }
}
