/// The lie of the land: rivers, hills, and where the highways run. Distances are in blocks.
struct Terrain: Sendable {
    /// What fills the narrow strip along a line of the lattice, from end to end.
    enum Line: Sendable, Equatable {
        case plain, highway, river, creek
    }

    let dice: Dice
    let columnLines: [Line]
    let rowLines: [Line]
    private let rivers: [Int]
    private let highwayRows: [Int]
    private let highwayColumns: [Int]
    private let nearestRiver: [Int]
    private let ridge: Double
    /// For each highway column, the rows along which it runs.
    private let highwayRuns: [Int: [Range<Int>]]
    private let crossedRows: [Bool]
    private let layout: Layout

    init(layout: Layout) {
        let dice = layout.dice
        self.dice = dice
        self.layout = layout
        let rows = layout.rows + 1, columns = layout.columns + 1
        let count = max(1, rows / 44)
        let ridge = Double(rows) / Double(2 * count)
        self.ridge = ridge
        var rowLines = Array(repeating: Line.plain, count: rows)
        var columnLines = Array(repeating: Line.plain, count: columns)
        let rivers = (0..<count).map { river in
            let shift = Int(((dice.unit(.river, river) - 0.5) * ridge * 0.4).rounded())
            return min(rows - 2, max(1, (2 * river + 1) * rows / (2 * count) + shift))
        }
        self.rivers = rivers
        for river in rivers { rowLines[river] = .river }
        var row = 1 + dice.pick(3, .highwayRow, -1)
        while row < rows {
            if rowLines[row] != .plain { row += 1 }
            if row < rows { rowLines[row] = .highway }
            row += 6 + dice.pick(4, .highwayRow, row)
        }
        var column = 2 + dice.pick(3, .highwayColumn, -1)
        while column < columns {
            columnLines[column] = .highway
            let step = 6 + dice.pick(4, .highwayColumn, column)
            let creek = column + 2 + dice.pick(step - 3, .creek, column)
            if creek < columns { columnLines[creek] = .creek }
            column += step
        }
        func highways(_ lines: [Line]) -> [Int] { lines.indices.filter { lines[$0] == .highway } }
        let isCrossed = highways(columnLines).contains { !Self.runs($0, layout, highways(rowLines)).isEmpty }
        if !isCrossed, let crossing = Self.middle(of: layout, rowLines) {
            rowLines[crossing.row] = .highway
            columnLines[crossing.column] = .highway
        }
        self.rowLines = rowLines
        self.columnLines = columnLines
        highwayRows = highways(rowLines)
        highwayColumns = highways(columnLines)
        nearestRiver = (0..<rows).map { row in rivers.min { abs($0 - row) < abs($1 - row) } ?? 0 }
        var runs: [Int: [Range<Int>]] = [:]
        for column in highwayColumns { runs[column] = Self.runs(column, layout, highwayRows) }
        highwayRuns = runs
        crossedRows = (0..<rows).map { row in runs.values.contains { $0.contains { $0.contains(row) } } }
    }

    /// A crossing in the middle of the county, for a small one whose highways would all miss one another.
    private static func middle(of layout: Layout, _ rowLines: [Line]) -> (column: Int, row: Int)? {
        let row = (1..<layout.rows).filter { rowLines[$0] != .river }.min {
            (2 * $0 - layout.rows).magnitude < (2 * $1 - layout.rows).magnitude
        }
        return row.flatMap { row in
            let inside = (0..<layout.columns).filter { layout.contains(column: $0, row: row) }
            return inside.isEmpty ? nil : (inside[inside.count / 2], row)
        }
    }

    /// The stretches of a highway column inside the county. One that no highway row crosses leads nowhere and is left out.
    private static func runs(_ column: Int, _ layout: Layout, _ highwayRows: [Int]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var row = 0
        while row < layout.rows {
            guard layout.contains(column: column, row: row) else {
                row += 1
                continue
            }
            let start = row
            while row < layout.rows, layout.contains(column: column, row: row) { row += 1 }
            if highwayRows.contains(where: { (start..<row).contains($0) }) { runs.append(start..<row) }
        }
        return runs
    }

    /// Whether a highway runs along the left (`alongColumn`) or the lower strip of a block.
    func hasHighway(_ column: Int, _ row: Int, alongColumn: Bool) -> Bool {
        guard layout.contains(column: column, row: row) else { return false }
        if alongColumn { return highwayRuns[column]?.contains { $0.contains(row) } ?? false }
        // A row is one stretch; it counts when some highway column crosses it.
        return rowLines[row] == .highway && crossedRows[row]
    }

    /// The river row nearest to a row.
    func river(near row: Int) -> Int {
        nearestRiver[min(max(row, 0), nearestRiver.count - 1)]
    }

    /// How far a place is from its river.
    func riverDistance(_ y: Double) -> Double {
        let row = Int(y.rounded(.down))
        return min((y - Double(river(near: row))).magnitude, (y - Double(river(near: row + 1))).magnitude)
    }

    /// Height from 0, the river's flood plain, to about 1, the ridges.
    func height(_ x: Double, _ y: Double) -> Double {
        let distance = riverDistance(y)
        let rise = min(1.2, distance / ridge)
        let rough = 0.62 * dice.noise(.height, x / 6.5, y / 5.5) + 0.38 * dice.noise(.height, x / 2.6 + 91, y / 2.6)
        return max(0, 0.10 + 0.66 * rise + 0.42 * rough * min(1, distance / 2.5))
    }

    /// What grows where it can choose, from 0 to 1; woods and orchards keep together by it.
    func moisture(_ x: Double, _ y: Double) -> Double {
        0.5 + 0.5 * (0.6 * dice.noise(.moisture, x / 3.7, y / 3.7) + 0.4 * dice.noise(.moisture, x / 1.3 + 57, y / 1.3))
    }

    /// The line of highway nearest to a column or a row; nil where the county is too small to have one.
    func highwayColumn(near column: Int) -> Int? { Self.nearest(highwayColumns, column) }
    func highwayRow(near row: Int) -> Int? { Self.nearest(highwayRows, row) }

    private static func nearest(_ lines: [Int], _ value: Int) -> Int? {
        guard !lines.isEmpty else { return nil }
        var low = 0, high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle] < value { low = middle + 1 } else { high = middle }
        }
        let after = min(low, lines.count - 1), before = max(0, low - 1)
        return value - lines[before] <= (lines[after] - value).magnitude ? lines[before] : lines[after]
    }
}
