/// Finds the cells of a grid whose centres lie in a polygon, by the even-odd rule, or that a line runs through.
///
/// Kept between shapes, so that its buffer is made once. Coordinates that are not finite cover nothing.
package struct Scanline {
    /// The lower left corner of the cell in row 0, column 0, and the sides of a cell, in map units.
    package let origin: Point
    package let cellWidth: Double
    package let cellHeight: Double
    package let columns: Int
    package let rows: Int
    private var crossings: [Crossing] = []

    private struct Crossing: Comparable {
        var row: Int32
        /// In cells from the origin.
        var x: Double

        static func < (a: Crossing, b: Crossing) -> Bool {
            a.row != b.row ? a.row < b.row : a.x < b.x
        }
    }

    package init(origin: Point, cellWidth: Double, cellHeight: Double, columns: Int, rows: Int) {
        self.origin = origin
        self.cellWidth = cellWidth
        self.cellHeight = cellHeight
        self.columns = columns
        self.rows = rows
    }

    package init(over grid: ClassGrid) {
        self.init(
            origin: grid.origin, cellWidth: grid.cellWidth, cellHeight: grid.cellHeight, columns: grid.columns,
            rows: grid.rows)
    }

    /// Calls `body` with each run of covered cells of a polygon: its row and columns, rows upward.
    package mutating func cover(_ shape: Shape, _ body: (_ row: Int, _ columns: Range<Int>) -> Void) {
        crossings.removeAll(keepingCapacity: true)
        shape.points.withUnsafeBufferPointer { points in
            for ring in shape.ringEnds.indices {
                let range = shape.ring(ring)
                guard range.count > 2 else { continue }
                for index in range.lowerBound..<range.upperBound - 1 { cross(points[index], points[index + 1]) }
            }
        }
        crossings.sort()
        var index = 0
        while index + 1 < crossings.count {
            let (left, right) = (crossings[index], crossings[index + 1])
            guard left.row == right.row else {
                index += 1
                continue
            }
            // A centre on the left edge belongs to the polygon, one on the right edge to its neighbour.
            let first = Int(min(max((left.x - 0.5).rounded(.up), 0), Double(columns)))
            let last = Int(min(max((right.x - 0.5).rounded(.up), 0), Double(columns)))
            if first < last { body(Int(left.row), first..<last) }
            index += 2
        }
    }

    /// Adds the rows whose centre line an edge crosses. Half open in y, so that a vertex on a centre line counts once.
    private mutating func cross(_ a: Point, _ b: Point) {
        let (ay, by) = ((a.y - origin.y) / cellHeight - 0.5, (b.y - origin.y) / cellHeight - 0.5)
        guard ay != by, (ay - by).isFinite else { return }
        let (low, high) = ay < by ? (ay, by) : (by, ay)
        let first = max(low.rounded(.up), 0)
        let end = min(high.rounded(.up), Double(rows))
        guard first < end else { return }
        let (ax, bx) = ((a.x - origin.x) / cellWidth, (b.x - origin.x) / cellWidth)
        guard (ax - bx).isFinite else { return }
        let slope = (bx - ax) / (by - ay)
        for row in Int32(first)..<Int32(end) {
            crossings.append(Crossing(row: row, x: ax + (Double(row) - ay) * slope))
        }
    }

    /// Calls `body` with each cell that a line or the points of a shape touch, a step of at most one cell apart.
    package func trace(_ shape: Shape, _ body: (_ row: Int, _ column: Int) -> Void) {
        func visit(_ x: Double, _ y: Double) {
            guard x >= 0, y >= 0, x < Double(columns), y < Double(rows) else { return }
            body(Int(y), Int(x))
        }
        for ring in shape.ringEnds.indices {
            let points = shape.points[shape.ring(ring)].map {
                ((($0.x - origin.x) / cellWidth), (($0.y - origin.y) / cellHeight))
            }
            if points.count == 1 { visit(points[0].0, points[0].1) }
            for ((ax, ay), (bx, by)) in zip(points, points.dropFirst()) {
                guard let (start, end) = clip(ax, ay, bx, by) else { continue }
                let length = max(abs(bx - ax), abs(by - ay)) * (end - start)
                let steps = max(1, length.rounded(.up))
                for step in 0...Int(steps) {
                    let t = start + (end - start) * Double(step) / steps
                    visit(ax + (bx - ax) * t, ay + (by - ay) * t)
                }
            }
        }
    }

    /// The part of a segment inside the grid, as parameters from 0 to 1 (Liang–Barsky); nil when there is none.
    private func clip(_ ax: Double, _ ay: Double, _ bx: Double, _ by: Double) -> (Double, Double)? {
        var (start, end) = (0.0, 1.0)
        let (dx, dy) = (bx - ax, by - ay)
        guard dx.isFinite, dy.isFinite else { return nil }
        for (p, q) in [(-dx, ax), (dx, Double(columns) - ax), (-dy, ay), (dy, Double(rows) - ay)] {
            if p == 0 {
                if q < 0 { return nil }
            } else if p < 0 {
                start = max(start, q / p)
            } else {
                end = min(end, q / p)
            }
        }
        return start <= end ? (start, end) : nil
    }
}
