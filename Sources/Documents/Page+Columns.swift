import Canvas

/// How many columns of a long table stand beside one another on a sheet of paper.
extension Page {
    /// A4 between its margins, and what is left between columns; millimetres.
    private static let sheet = 180.0, gap = 5.0
    /// A digit of the small print, and the space around a cell: 0.56 and 0.7 of 7 pt.
    private static let digit = 1.39, around = 1.75
    /// Fewer rows than this in a column are not worth a second title.
    private static let fewest = 10

    private static let mostColumns = 4

    static let columnRules = (2...mostColumns).map { "div.d\($0) { columns: \($0); column-gap: \(Int(gap))mm }" }
        .joined(separator: " ")

    /// By the widest number of each column of the table; of texts one in ten may be wider, and is wrapped.
    static func columns(_ titles: [String], _ isNumber: [Bool], _ rows: [[String]]) -> Int {
        guard rows.count >= 2 * fewest else { return 1 }
        let width = titles.indices.reduce(0.0) { sum, column in
            let widths = rows.map { displayWidth(of: $0[column]) }.sorted()
            let wanted = isNumber[column] ? widths[widths.count - 1] : widths[widths.count * 9 / 10]
            return sum + Double(max(wanted, displayWidth(of: titles[column]))) * digit + around
        }
        let room = Int((sheet + gap) / (width + gap))
        return max(1, min(room, mostColumns, rows.count / fewest))
    }
}
