/// Where the cells of a raster grid lie: rows from north to south, cells along the axes, which need not be square.
package struct GridPlace: Hashable, Sendable {
    /// The upper left corner of the upper left cell, in map units.
    package var corner: Point
    /// The sides of a cell in map units.
    package var cellWidth: Double
    package var cellHeight: Double
    package var columns: Int
    package var rows: Int

    package init(corner: Point, cellWidth: Double, cellHeight: Double, columns: Int, rows: Int) {
        self.corner = corner
        self.cellWidth = cellWidth
        self.cellHeight = cellHeight
        self.columns = columns
        self.rows = rows
    }

    package var box: Box {
        Box(
            minX: corner.x, minY: corner.y - Double(rows) * cellHeight, maxX: corner.x + Double(columns) * cellWidth,
            maxY: corner.y)
    }

    /// Whether it can be a grid at all: sides above zero, corners that are numbers, sizes that a 32-bit integer holds.
    package var isSound: Bool {
        let sizes = 1...Int(Int32.max)
        guard sizes.contains(columns), sizes.contains(rows), cellWidth > 0, cellHeight > 0 else { return false }
        return [box.minX, box.minY, box.maxX, box.maxY].allSatisfy(\.isFinite) && box.width > 0 && box.height > 0
    }

    package func center(column: Int, row: Int) -> Point {
        Point(x: corner.x + (Double(column) + 0.5) * cellWidth, y: corner.y - (Double(row) + 0.5) * cellHeight)
    }

    /// The cell that holds a point; nil outside. The border belongs to the cells inside.
    package func cell(at point: Point) -> (column: Int, row: Int)? {
        let (x, y) = ((point.x - corner.x) / cellWidth, (corner.y - point.y) / cellHeight)
        guard x >= 0, y >= 0, x <= Double(columns), y <= Double(rows) else { return nil }
        return (min(Int(x), columns - 1), min(Int(y), rows - 1))
    }

    /// Some of its cells.
    package func part(columns: Range<Int>, rows: Range<Int>) -> GridPlace {
        GridPlace(
            corner: Point(
                x: corner.x + Double(columns.lowerBound) * cellWidth, y: corner.y - Double(rows.lowerBound) * cellHeight
            ),
            cellWidth: cellWidth, cellHeight: cellHeight, columns: columns.count, rows: rows.count)
    }

    /// The grid of the same corner whose cells are 2 to the power of `steps` times as long and wide.
    package func coarser(by steps: Int) -> GridPlace {
        let factor = 1 << steps
        return GridPlace(
            corner: corner, cellWidth: cellWidth * Double(factor), cellHeight: cellHeight * Double(factor),
            columns: (columns + factor - 1) / factor, rows: (rows + factor - 1) / factor)
    }

    /// The columns and rows whose cells meet a box, with `margin` more on each side where there are any; nil when none do.
    package func cells(meeting box: Box, margin: Int = 0) -> (columns: Range<Int>, rows: Range<Int>)? {
        guard box.intersects(self.box) else { return nil }
        func index(_ value: Double, _ count: Int) -> Int { Int(min(max(value.rounded(.down), 0), Double(count - 1))) }
        let left = max(0, index((box.minX - corner.x) / cellWidth, columns) - margin)
        let right = min(columns - 1, index((box.maxX - corner.x) / cellWidth, columns) + margin)
        let top = max(0, index((corner.y - box.maxY) / cellHeight, rows) - margin)
        let bottom = min(rows - 1, index((corner.y - box.minY) / cellHeight, rows) + margin)
        return (left..<right + 1, top..<bottom + 1)
    }
}
