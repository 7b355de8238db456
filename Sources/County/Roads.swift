/// The rural roads: from every hamlet, and from a part of the other blocks, a way along the lattice to the nearest
/// highway. Ways that meet go on together, so all roads hang together with the highways.
struct Roads: Sendable {
    let layout: Layout
    let terrain: Terrain
    let ground: Ground

    /// The strips of the blocks of a village that are rural roads.
    struct Strips {
        let columns: Range<Int>
        let rows: Range<Int>
        private var left: [Bool]
        private var lower: [Bool]

        init(columns: Range<Int>, rows: Range<Int>) {
            self.columns = columns
            self.rows = rows
            left = Array(repeating: false, count: columns.count * rows.count)
            lower = left
        }

        /// Whether the left strip (`alongColumn`) or the lower strip of a block is a road; no for blocks outside.
        func hasRoad(_ column: Int, _ row: Int, alongColumn: Bool) -> Bool {
            guard columns.contains(column), rows.contains(row) else { return false }
            let place = (row - rows.lowerBound) * columns.count + column - columns.lowerBound
            return alongColumn ? left[place] : lower[place]
        }

        mutating func mark(_ column: Int, _ row: Int, alongColumn: Bool) {
            guard columns.contains(column), rows.contains(row) else { return }
            let place = (row - rows.lowerBound) * columns.count + column - columns.lowerBound
            if alongColumn { left[place] = true } else { lower[place] = true }
        }
    }

    /// How far from a highway a road can begin, in blocks along one axis: half the widest space between highways.
    private static let reach = 6

    /// The rural roads in a rectangle of blocks.
    func strips(columns: Range<Int>, rows: Range<Int>, age: Double) -> Strips {
        var strips = Strips(columns: columns, rows: rows)
        let aroundColumns =
            max(0, columns.lowerBound - Self.reach)..<min(layout.columns, columns.upperBound + Self.reach)
        let aroundRows = max(0, rows.lowerBound - Self.reach)..<min(layout.rows, rows.upperBound + Self.reach)
        // A way goes straight to the highway that is nearest at its start, so it stays between the two.
        func near(_ start: Int, _ highway: Int?, _ wanted: Range<Int>) -> Bool {
            guard let highway else { return false }
            return min(start, highway) < wanted.upperBound && max(start, highway) >= wanted.lowerBound
        }
        let nearColumns = aroundColumns.filter { near($0, terrain.highwayColumn(near: $0), columns) }
        for row in aroundRows where near(row, terrain.highwayRow(near: row), rows) {
            for column in nearColumns where begins(column, row, age: age) { walk(column, row, &strips) }
        }
        return strips
    }

    private func begins(_ column: Int, _ row: Int, age: Double) -> Bool {
        guard let village = layout.village(column: column, row: row) else { return false }
        let x = Double(column), y = Double(row)
        if ground.urbanity(x, y, town: village.town) > 0.15 { return true }
        guard terrain.rowLines[row] == .plain, terrain.columnLines[column] == .plain else { return false }
        if ground.hasHamlet(column, row) { return true }
        let height = terrain.height(x + 0.5, y + 0.5)
        let share = height < 0.36 ? 0.24 : height < 0.56 ? 0.12 : 0.05
        return layout.dice.unit(.roadStart, column, row) < share + 0.012 * age
    }

    /// Goes to the nearest highway. A way that would leave the county, or that ends where the highway does, is not built:
    /// it would hang together with nothing.
    private func walk(_ startColumn: Int, _ startRow: Int, _ strips: inout Strips) {
        var column = startColumn, row = startRow
        var way: [(column: Int, row: Int, alongColumn: Bool)] = []
        for _ in 0..<4 * Self.reach {
            guard let toColumn = terrain.highwayColumn(near: column), let toRow = terrain.highwayRow(near: row) else {
                return
            }
            if column == toColumn || row == toRow {
                guard
                    column == toColumn && isHighway(column, row, alongColumn: true)
                        || row == toRow && isHighway(column, row, alongColumn: false)
                else { return }
                for step in way { strips.mark(step.column, step.row, alongColumn: step.alongColumn) }
                return
            }
            // A road does not run inside a river, only across.
            let alongColumn =
                terrain.rowLines[row] == .river
                || (terrain.columnLines[column] != .creek && layout.dice.unit(.roadStep, column, row) < 0.5)
            let next = alongColumn ? row + (toRow > row ? 1 : -1) : column + (toColumn > column ? 1 : -1)
            let step =
                alongColumn ? (column, min(row, next), true) : (min(column, next), row, false)
            guard layout.contains(column: step.0, row: step.1) else { return }
            way.append(step)
            if alongColumn { row = next } else { column = next }
        }
    }

    /// Whether a highway touches a crossing.
    private func isHighway(_ column: Int, _ row: Int, alongColumn: Bool) -> Bool {
        alongColumn
            ? terrain.hasHighway(column, row, alongColumn: true)
                || terrain.hasHighway(column, row - 1, alongColumn: true)
            : terrain.hasHighway(column, row, alongColumn: false)
                || terrain.hasHighway(column - 1, row, alongColumn: false)
    }
}
