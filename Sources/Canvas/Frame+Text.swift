extension Frame {
    /// Draws text from a cell on; the only way text gets into a frame.
    ///
    /// It is cleaned (`Clean`), and cut at a cell boundary where it does not fit, with `~` in its last cell.
    ///
    /// - Parameter width: the cells it may take; nil up to the frame's edge.
    /// - Returns: the cells it took.
    @discardableResult
    package mutating func put(_ text: String, row: Int, column: Int, width: Int? = nil, style: Style = .plain) -> Int {
        let room = min(width ?? .max, size.columns - column)
        guard row >= 0, row < size.rows, column >= 0, room > 0 else { return 0 }
        let scalars = Clean.scalars(of: text)
        let whole = scalars.reduce(0) { $0 + Width.of($1) }
        let limit = whole > room ? room - 1 : room
        var used = 0
        for scalar in scalars {
            let cells = Width.of(scalar)
            guard used + cells <= limit else { break }
            put(scalar, row: row, column: column + used, style: style, wide: cells == 2)
            used += cells
        }
        if whole > room {
            put("~", row: row, column: column + used, style: style)
            used += 1
        }
        return used
    }

    /// The text of a row, without blanks at its end.
    package func text(row: Int) -> String {
        var scalars = String.UnicodeScalarView()
        for column in 0..<size.columns where !self[row, column].isTail { scalars.append(self[row, column].scalar) }
        return String(scalars).withoutTrailingSpaces
    }

    /// All rows, as text.
    package var text: String { (0..<size.rows).map { text(row: $0) }.joined(separator: "\n") }
}
