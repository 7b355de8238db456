/// Dots in a rectangle of cells: what charts are drawn with. Column 0 is at the left, row 0 at the top.
package struct DotGrid: Sendable, Hashable {
    package let size: Size
    package let glyphs: Glyphs
    /// Of each cell, row by row: bit `row * glyphs.columns + column`, as `Glyphs.scalar` takes it.
    private var cells: [UInt8]

    package init(size: Size, glyphs: Glyphs) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        self.glyphs = glyphs
        cells = Array(repeating: 0, count: self.size.columns * self.size.rows)
    }

    /// The size in dots.
    package var columns: Int { size.columns * glyphs.columns }
    package var rows: Int { size.rows * glyphs.rows }

    /// Sets a dot; outside nothing happens.
    package mutating func set(column: Int, row: Int) {
        guard (0..<columns).contains(column), (0..<rows).contains(row) else { return }
        let cell = row / glyphs.rows * size.columns + column / glyphs.columns
        cells[cell] |= 1 << UInt8(row % glyphs.rows * glyphs.columns + column % glyphs.columns)
    }

    /// Sets the dots of a straight line, both ends included (Bresenham's, for any slope).
    package mutating func line(from a: (column: Int, row: Int), to b: (column: Int, row: Int)) {
        let (width, height) = (abs(b.column - a.column), abs(b.row - a.row))
        let (right, down) = (a.column < b.column ? 1 : -1, a.row < b.row ? 1 : -1)
        var (column, row) = a
        var error = width - height
        while true {
            set(column: column, row: row)
            if column == b.column, row == b.row { return }
            let twice = 2 * error
            if twice > -height {
                error -= height
                column += right
            }
            if twice < width {
                error += width
                row += down
            }
        }
    }

    package func dots(row: Int, column: Int) -> UInt8 { cells[row * size.columns + column] }

    package func scalar(row: Int, column: Int) -> Unicode.Scalar { glyphs.scalar(for: dots(row: row, column: column)) }
}
