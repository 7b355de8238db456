/// Segments by the square cells of a grid that they pass, so that those near a place are found without looking at all.
struct SegmentGrid {
    private let grid: Cells
    /// Where in `items` the segments of each cell begin; one more than there are cells.
    private let starts: [Int32]
    private let items: [Int32]

    /// - Parameter segments: whose numbers the cells hold.
    init(_ segments: [(a: Point, b: Point)]) {
        let grid = Cells(of: segments)
        // Counted and filled in arrays of their own: those of a value that is in use are copied at each write.
        var starts = [Int32](repeating: 0, count: grid.count + 1)
        for segment in segments { grid.forEach(segment.a, segment.b) { starts[$0 + 1] += 1 } }
        for cell in 0..<grid.count { starts[cell + 1] += starts[cell] }
        var next = starts
        var items = [Int32](repeating: 0, count: Int(starts[grid.count]))
        for (number, segment) in segments.enumerated() {
            grid.forEach(segment.a, segment.b) { cell in
                items[Int(next[cell])] = Int32(number)
                next[cell] += 1
            }
        }
        (self.grid, self.starts, self.items) = (grid, starts, items)
    }

    var cells: Range<Int> { 0..<grid.count }

    func segments(in cell: Int) -> ArraySlice<Int32> { items[Int(starts[cell])..<Int(starts[cell + 1])] }

    /// The cells themselves: how large they are, and which a place lies in.
    private struct Cells {
        let box: Box
        let side: Double
        let columns: Int
        let rows: Int

        /// Some cells for each segment, as those of roads lie in rows; none smaller than twice their mean length.
        init(of segments: [(a: Point, b: Point)]) {
            var box = Box.empty
            var length = 0.0
            for segment in segments {
                box.extend(to: segment.a)
                box.extend(to: segment.b)
                length += segment.a.distance(to: segment.b)
            }
            if box.isEmpty { box = Box(minX: 0, minY: 0, maxX: 0, maxY: 0) }
            let count = Double(max(segments.count, 1))
            side = max(
                length / count * 2, (box.width * box.height / count).squareRoot() / 3,
                max(box.width, box.height) / (4 * count), 1e-6)
            self.box = box
            columns = Int(box.width / side) + 1
            rows = Int(box.height / side) + 1
        }

        var count: Int { columns * rows }

        func column(_ x: Double) -> Int { min(columns - 1, max(0, Int((x - box.minX) / side))) }
        func row(_ y: Double) -> Int { min(rows - 1, max(0, Int((y - box.minY) / side))) }

        /// The cells of the box of a segment; those of a long slanting one that it does not pass are left out by row.
        func forEach(_ a: Point, _ b: Point, _ body: (Int) -> Void) {
            let (low, high) = a.y <= b.y ? (a, b) : (b, a)
            let first = row(low.y), last = row(high.y)
            for row in first...last {
                // Where the segment is while it passes this row, a little beyond, for what rounding may take.
                func x(_ y: Double) -> Double {
                    guard high.y > low.y else { return low.x }
                    return low.x + (high.x - low.x) * min(1, max(0, (y - low.y) / (high.y - low.y)))
                }
                let bottom = row == first ? low.x : x(box.minY + Double(row) * side)
                let top = row == last ? high.x : x(box.minY + Double(row + 1) * side)
                let margin = side * 1e-6
                let from = column(min(bottom, top) - margin), to = column(max(bottom, top) + margin)
                for column in from...to { body(row * columns + column) }
            }
        }
    }

    /// Looks at segments from the near to the far, ring after ring of cells around a point.
    ///
    /// - Parameters:
    ///   - limit: how far to look.
    ///   - distance: of a segment.
    /// - Returns: the nearest segment; the one with the lower number of two that are equally near.
    func nearest(to point: Point, within limit: Double, _ distance: (Int32) -> Double) -> (
        segment: Int32, distance: Double
    )? {
        guard !items.isEmpty else { return nil }
        let (box, side, columns, rows) = (grid.box, grid.side, grid.columns, grid.rows)
        let centre = (column: grid.column(point.x), row: grid.row(point.y))
        // How far the point lies outside of the grid.
        let outside = max(
            max(box.minX - point.x, point.x - box.maxX, 0), max(box.minY - point.y, point.y - box.maxY, 0))
        guard outside <= limit else { return nil }
        var best: (segment: Int32, distance: Double)?
        var ring = 0
        while ring <= max(columns, rows) {
            // Whatever lies in this ring or beyond is farther than this.
            let least = max(Double(ring - 1) * side, 0)
            if least > min(limit, best?.distance ?? .infinity) { break }
            for row in centre.row - ring...centre.row + ring where row >= 0 && row < rows {
                let isEdge = abs(row - centre.row) == ring
                for column in stride(
                    from: centre.column - ring, through: centre.column + ring, by: isEdge || ring == 0 ? 1 : 2 * ring)
                where column >= 0 && column < columns {
                    for segment in segments(in: row * columns + column) {
                        let away = distance(segment)
                        guard away <= limit else { continue }
                        if best.map({ away < $0.distance || away == $0.distance && segment < $0.segment }) ?? true {
                            best = (segment, away)
                        }
                    }
                }
            }
            ring += 1
        }
        return best
    }
}
