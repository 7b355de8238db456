import Geometry

/// The dots of a window, and what of lines and areas falls on them.
///
/// It counts in *ground dots*: dots of a grid that lies on the ground, eastward and southward from the origin of the map's
/// coordinates. What a dot shows follows from the ground alone, never from where the window is: a panned map repeats itself
/// to the dot, and neighbours compute their common edge with the same numbers. (`Scanline` counts from the corner of its
/// grid, where a pan would round otherwise.)
struct Raster: Sendable {
    /// The sides of a dot in map units.
    let dotWidth: Double
    let dotHeight: Double
    /// The window, in ground dots.
    let left: Int
    let top: Int
    let columns: Int
    let rows: Int
    /// Where each row of a polygon's dots changes between outside and inside: pairs of row and column, sorted.
    private var crossings: [Crossing] = []

    private struct Crossing: Comparable {
        var row: Int32
        var column: Int32

        static func < (a: Crossing, b: Crossing) -> Bool {
            a.row != b.row ? a.row < b.row : a.column < b.column
        }
    }

    init(_ viewport: Viewport, _ glyphs: Glyphs) {
        dotWidth = viewport.cellWidth / Double(glyphs.columns)
        dotHeight = viewport.cellHeight / Double(glyphs.rows)
        left = viewport.left * glyphs.columns
        top = viewport.top * glyphs.rows
        columns = max(0, viewport.size.columns) * glyphs.columns
        rows = max(0, viewport.size.rows) * glyphs.rows
    }

    /// The ground at the middle of a dot of the window.
    func point(row: Int, column: Int) -> Point {
        Point(x: (Double(left + column) + 0.5) * dotWidth, y: -(Double(top + row) + 0.5) * dotHeight)
    }

    /// Calls `body` with each run of dots whose middles lie in a polygon, by the even-odd rule. Points that are not finite
    /// are passed over. A middle on an edge belongs to the area at its right or below it.
    mutating func cover(_ shape: Shape, _ body: (_ row: Int, _ columns: Range<Int>) -> Void) {
        var crossings = self.crossings
        self.crossings = []  // so that the buffer has one owner
        crossings.removeAll(keepingCapacity: true)
        forEachEdge(of: shape) { cross($0, &crossings) }
        crossings.sort()
        var index = 0
        while index + 1 < crossings.count {
            let (first, second) = (crossings[index], crossings[index + 1])
            // Rings are closed, so each row has an even number.
            assert(first.row == second.row)
            if first.column < second.column { body(Int(first.row), Int(first.column)..<Int(second.column)) }
            index += 2
        }
        self.crossings = crossings
    }

    /// Calls `body` with each dot that a line, an outline or a point sets: for each row, or each column where it runs
    /// flatter, the dot that it passes in that row's middle. Whatever is in the window sets at least one.
    func trace(_ shape: Shape, _ body: (_ row: Int, _ column: Int) -> Void) {
        func visit(_ x: Double, _ y: Double) {
            let (column, row) = (Int(x.rounded(.down)) - left, Int(y.rounded(.down)) - top)
            if column >= 0, column < columns, row >= 0, row < rows { body(row, column) }
        }
        forEachEdge(of: shape) { edge in
            let (a, b) = (edge.upper, edge.lower)
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            if abs(dx) > dy {
                let (west, east) = dx > 0 ? (a, b) : (b, a)
                let slope = (east.y - west.y) / (east.x - west.x)
                let first = max(Int(west.x.rounded(.down)), left)
                let last = min(Int(east.x.rounded(.down)), left + columns - 1)
                for column in stride(from: first, through: last, by: 1) {
                    let x = min(max(Double(column) + 0.5, west.x), east.x)
                    visit(Double(column), west.y + (x - west.x) * slope)
                }
            } else {
                let slope = dy > 0 ? dx / dy : 0
                let first = max(Int(a.y.rounded(.down)), top)
                let last = min(Int(b.y.rounded(.down)), top + rows - 1)
                for row in stride(from: first, through: last, by: 1) {
                    let y = min(max(Double(row) + 0.5, a.y), b.y)
                    visit(a.x + (y - a.y) * slope, Double(row))
                }
            }
        }
    }

    // MARK: Edges

    private struct Dot: Equatable {
        var x: Double
        var y: Double
    }

    /// A straight line, its upper end first (of two as high, the left one), whichever way its ring turns.
    private struct Edge {
        let upper: Dot
        let lower: Dot

        init(_ a: Dot, _ b: Dot) {
            (upper, lower) = a.y < b.y || (a.y == b.y && a.x <= b.x) ? (a, b) : (b, a)
        }
    }

    /// Calls `body` with the edges of all rings; the ring of a polygon is closed if it is not, and a lone point is an edge
    /// from itself to itself.
    private func forEachEdge(of shape: Shape, _ body: (Edge) -> Void) {
        for ring in shape.ringEnds.indices {
            var first: Dot?
            var last: Dot?
            var isLone = true
            for point in shape.points[shape.ring(ring)] {
                guard let dot = dot(point) else { continue }
                if let last {
                    body(Edge(last, dot))
                    isLone = false
                }
                if first == nil { first = dot }
                last = dot
            }
            guard let first, let last else { continue }
            if isLone || (shape.kind == .polygon && first != last) { body(Edge(last, first)) }
        }
    }

    /// A point in ground dots, or nil when it is not finite. One that is far outside any map is brought nearer, so that
    /// what follows can count in whole numbers.
    private func dot(_ point: Point) -> Dot? {
        let (x, y) = (point.x / dotWidth, -point.y / dotHeight)
        guard x.isFinite, y.isFinite else { return nil }
        return Dot(x: min(max(x, -1e13), 1e13), y: min(max(y, -1e13), 1e13))
    }

    private func cross(_ edge: Edge, _ crossings: inout [Crossing]) {
        // Half open, so that a corner on a row's middle counts once.
        let first = max(Int((edge.upper.y - 0.5).rounded(.up)) - top, 0)
        let end = min(Int((edge.lower.y - 0.5).rounded(.up)) - top, rows)
        guard first < end else { return }
        let slope = (edge.lower.x - edge.upper.x) / (edge.lower.y - edge.upper.y)
        for row in first..<end {
            let x = edge.upper.x + (Double(top + row) + 0.5 - edge.upper.y) * slope
            let column = min(max(Int((x - 0.5).rounded(.up)) - left, 0), columns)
            crossings.append(Crossing(row: Int32(row), column: Int32(column)))
        }
    }
}
