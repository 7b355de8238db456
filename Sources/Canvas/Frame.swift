/// A size in cells.
package struct Size: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A position in cells, from the upper left corner, both from 0.
package struct Place: Hashable, Sendable {
    package var row: Int
    package var column: Int

    package init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }
}

/// One cell of the terminal. A wide character fills two: its own and one that is `isTail`.
package struct Cell: Hashable, Sendable {
    package var scalar: Unicode.Scalar
    package var style: Style
    /// The second half of the wide character to the left; holds nothing of its own.
    package var isTail: Bool

    package init(_ scalar: Unicode.Scalar = " ", _ style: Style = .plain, isTail: Bool = false) {
        self.scalar = scalar
        self.style = style
        self.isTail = isTail
    }

    package static let blank = Cell()
}

/// What the terminal shall show: a grid of cells and where its cursor stands.
///
/// Views draw into frames and know nothing of terminals; `Terminal` sends what differs from the frame before.
package struct Frame: Hashable, Sendable {
    package let size: Size
    /// Row by row, `size.columns` cells each.
    package private(set) var cells: [Cell]
    /// Where the terminal's cursor shall stand: on the focused row or the caret, for input methods and screen readers.
    package var cursor: Place?

    package init(size: Size) {
        self.size = size
        cells = Array(repeating: .blank, count: max(0, size.columns * size.rows))
    }

    package subscript(row: Int, column: Int) -> Cell {
        cells[row * size.columns + column]
    }

    /// Draws one scalar of width 1 or 2. Half of a wide character that it cuts becomes blank; outside the frame, and
    /// for a wide character that would stick out at the right, nothing is drawn.
    package mutating func put(
        _ scalar: Unicode.Scalar, row: Int, column: Int, style: Style = .plain, wide: Bool = false
    ) {
        guard row >= 0, row < size.rows, column >= 0, column + (wide ? 2 : 1) <= size.columns else { return }
        let start = row * size.columns
        for index in column...(column + (wide ? 1 : 0)) { split(start, index) }
        cells[start + column] = Cell(scalar, style)
        if wide { cells[start + column + 1] = Cell(" ", style, isTail: true) }
    }

    /// Gives cells that are already drawn another style, such as a selected row's.
    package mutating func restyle(row: Int, columns: Range<Int>, _ change: (inout Style) -> Void) {
        guard row >= 0, row < size.rows else { return }
        for column in columns.clamped(to: 0..<size.columns) { change(&cells[row * size.columns + column].style) }
    }

    private mutating func split(_ start: Int, _ column: Int) {
        if cells[start + column].isTail { cells[start + column - 1] = Cell(" ", cells[start + column - 1].style) }
        if column + 1 < size.columns, cells[start + column + 1].isTail {
            cells[start + column + 1] = Cell(" ", cells[start + column + 1].style)
        }
    }
}
