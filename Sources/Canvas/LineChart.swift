/// Values over the years, with what is wanted of them and from where on they warn.
///
///     8.0 G          ..o
///         G       ...
///     7.0 G- -o... - - -
///         Y
///     6.0 R
///          2020      2025
///
/// At the left stand values and, for each row, the letter of the warning that a value there would have; a broken line is
/// what is wanted.
package struct LineChart: Sendable {
    package struct Band: Sendable, Hashable {
        package var sign: Unicode.Scalar
        package var role: String
        package init(_ sign: Unicode.Scalar, role: String) { (self.sign, self.role) = (sign, role) }
    }

    /// The values by year, the earliest first.
    package var points: [(x: Int, y: Double)]
    /// What is wanted: one bound, or two.
    package var bounds: [Double]
    /// The warning of a value.
    package var band: @Sendable (Double) -> Band?
    /// A value as it is written at the axis.
    package var label: @Sendable (Double) -> String

    package init(
        points: [(x: Int, y: Double)], bounds: [Double] = [],
        band: @escaping @Sendable (Double) -> Band? = { _ in nil },
        label: @escaping @Sendable (Double) -> String
    ) {
        self.points = points.filter { $0.y.isFinite }.sorted { $0.x < $1.x }
        self.bounds = bounds.filter(\.isFinite)
        self.band = band
        self.label = label
    }

    /// The values at the bottom and the top: all points and bounds, with a twentieth of room on either side.
    private var range: (low: Double, high: Double) {
        let all = points.map(\.y) + bounds
        let (low, high) = (all.min() ?? 0, all.max() ?? 1)
        let room = high > low ? (high - low) / 20 : max(abs(high) / 20, 1e-9)
        return (low - room, high + room)
    }

    /// Draws the chart into a part of a frame; one that is too small for it stays as it is.
    package func draw(into frame: inout Frame, at place: Place, size: Size, glyphs: Glyphs, theme: Theme) {
        let height = size.rows - 1
        guard let first = points.first, let last = points.last, height >= 2 else { return }
        let (low, high) = range
        /// The value at the middle of a row, from the top.
        func value(_ row: Int) -> Double { high - (high - low) * (Double(row) + 0.5) / Double(height) }
        let marked = Set([0, height - 1, height > 5 ? (height - 1) / 2 : 0])
        let labels = marked.reduce(into: [:]) { $0[$1] = label(value($1)) }
        let margin = labels.values.map { displayWidth(of: $0) }.max() ?? 0
        let width = size.columns - margin - 2
        guard width >= 4 else { return }
        let left = place.column + margin + 2
        for row in 0..<height {
            if let text = labels[row] {
                frame.put(
                    text, row: place.row + row, column: place.column + margin - displayWidth(of: text),
                    style: theme.role("detail"))
            }
            if let band = band(value(row)) {
                frame.put(band.sign, row: place.row + row, column: left - 1, style: theme.role(band.role))
            } else {
                frame.put("|", row: place.row + row, column: left - 1, style: theme.role("rule"))
            }
        }
        func row(_ y: Double, of rows: Int) -> Int {
            min(rows - 1, max(0, Int((high - y) / (high - low) * Double(rows))))
        }
        for bound in bounds {
            for column in stride(from: 0, to: width, by: 2) {
                frame.put(
                    "-", row: place.row + row(bound, of: height), column: left + column,
                    style: theme.role("chart.target"))
            }
        }
        var grid = DotGrid(size: Size(columns: width, rows: height), glyphs: glyphs)
        func column(_ x: Int, of columns: Int) -> Int {
            last.x > first.x ? (x - first.x) * (columns - 1) / (last.x - first.x) : columns / 2
        }
        let dots = points.map { (column: column($0.x, of: grid.columns), row: row($0.y, of: grid.rows)) }
        for (a, b) in zip(dots, dots.dropFirst()) { grid.line(from: a, to: b) }
        for row in 0..<height {
            for column in 0..<width where grid.dots(row: row, column: column) != 0 {
                let scalar = glyphs == .ascii ? "." : grid.scalar(row: row, column: column)
                frame.put(scalar, row: place.row + row, column: left + column, style: theme.role("chart.line"))
            }
        }
        for dot in dots {
            frame.put(
                "o", row: place.row + dot.row / glyphs.rows, column: left + dot.column / glyphs.columns,
                style: theme.role("chart.line"))
        }
        drawYears(into: &frame, row: place.row + height, left: left, width: width, theme) { column($0, of: width) }
    }

    /// The years under their points: the last and the first, then as many of the others as do not touch.
    private func drawYears(
        into frame: inout Frame, row: Int, left: Int, width: Int, _ theme: Theme, _ column: (Int) -> Int
    ) {
        var taken: [Range<Int>] = []
        for point in [points.last, points.first].compactMap({ $0 }) + points.dropFirst().dropLast().reversed() {
            let text = String(point.x)
            let start = min(max(0, column(point.x) - text.count / 2), max(0, width - text.count))
            let cells = start..<start + text.count
            guard
                !taken.contains(where: { $0.lowerBound - 1 < cells.upperBound && cells.lowerBound < $0.upperBound + 1 })
            else { continue }
            taken.append(cells)
            frame.put(text, row: row, column: left + start, width: width - start, style: theme.role("detail"))
        }
    }
}
