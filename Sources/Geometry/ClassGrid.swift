/// A grid of classes: what an overview of a layer holds, and what a map far out is drawn from.
package struct ClassGrid: Hashable, Sendable {
    /// The lower left corner of the cell in row 0, column 0, in map units.
    package var origin: Point
    /// The sides of a cell in map units.
    package var cellWidth: Double
    package var cellHeight: Double
    package var columns: Int
    package var rows: Int
    /// Row by row from the south, `columns` each; 0 is nothing.
    package var values: [UInt16]

    package init(
        origin: Point, cellWidth: Double, cellHeight: Double, columns: Int, rows: Int, values: [UInt16]? = nil
    ) {
        self.origin = origin
        self.cellWidth = cellWidth
        self.cellHeight = cellHeight
        self.columns = columns
        self.rows = rows
        self.values = values ?? Array(repeating: 0, count: columns * rows)
    }

    package var box: Box {
        Box(
            minX: origin.x, minY: origin.y, maxX: origin.x + Double(columns) * cellWidth,
            maxY: origin.y + Double(rows) * cellHeight)
    }

    /// The class at a place; 0 outside.
    package func value(at point: Point) -> UInt16 {
        let column = Int(((point.x - origin.x) / cellWidth).rounded(.down))
        let row = Int(((point.y - origin.y) / cellHeight).rounded(.down))
        guard column >= 0, column < columns, row >= 0, row < rows else { return 0 }
        return values[row * columns + column]
    }
}
