/// A trend as a line so small that it stands in a row of text.
///
/// Its height is the whole range of the values, whatever they are: it tells which way they go, not how far.
package struct Sparkline: Sendable {
    /// In any order; one that is not finite is left out.
    package var points: [(x: Double, y: Double)]

    package init(_ points: [(x: Double, y: Double)]) {
        self.points = points.filter { $0.x.isFinite && $0.y.isFinite }.sorted { $0.x < $1.x }
    }

    /// What stands for the quarters of the range in ASCII, the lowest first.
    package static let steps: [Unicode.Scalar] = ["_", ".", "-", "^"]

    /// The line as a row of characters of one cell each; blanks where there is nothing to show.
    ///
    /// A lone value is a dot at the right end, in the middle; so are values that are all the same.
    package func scalars(width: Int, glyphs: Glyphs) -> [Unicode.Scalar] {
        guard width > 0 else { return [] }
        guard let first = points.first, let last = points.last else { return Array(repeating: " ", count: width) }
        let low = points.map(\.y).min() ?? 0, high = points.map(\.y).max() ?? 0
        func share(_ y: Double) -> Double { high > low ? (y - low) / (high - low) : 0.5 }
        func column(_ x: Double, of count: Int) -> Int {
            last.x > first.x ? Int(((x - first.x) / (last.x - first.x) * Double(count - 1)).rounded()) : count - 1
        }
        guard glyphs != .ascii else {
            var row = Array(repeating: Unicode.Scalar(" "), count: width)
            for place in 0..<width {
                guard let y = height(at: place, of: width, column) else { continue }
                row[place] = Self.steps[min(Self.steps.count - 1, Int(share(y) * Double(Self.steps.count)))]
            }
            return row
        }
        var grid = DotGrid(size: Size(columns: width, rows: 1), glyphs: glyphs)
        let places = points.map { point in
            (
                column: column(point.x, of: grid.columns),
                row: Int(((1 - share(point.y)) * Double(grid.rows - 1)).rounded())
            )
        }
        for (a, b) in zip(places, places.dropFirst()) { grid.line(from: a, to: b) }
        if places.count == 1 { grid.set(column: places[0].column, row: places[0].row) }
        return (0..<width).map { grid.scalar(row: 0, column: $0) }
    }

    /// The height of the line at a column, between the points on either side; nil before the first.
    private func height(at place: Int, of width: Int, _ column: (Double, Int) -> Int) -> Double? {
        guard let before = points.last(where: { column($0.x, width) <= place }) else { return nil }
        guard let after = points.first(where: { column($0.x, width) >= place }) else { return nil }
        let (a, b) = (column(before.x, width), column(after.x, width))
        return b > a ? before.y + (after.y - before.y) * Double(place - a) / Double(b - a) : before.y
    }
}
