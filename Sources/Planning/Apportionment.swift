/// Land that is divided in two ways, as by two drafts: how much of each part of the one lies in each part of the other.
package enum Apportionment {
    /// Fills a table whose rows and columns add up exactly, as close to `weights` as that allows.
    ///
    /// The largest weights are served first; what rounding leaves goes where room is left, a few hundredths.
    ///
    /// - Parameters:
    ///   - rows: what each row must add up to, in whole hundredths of a square metre; 0 or more.
    ///   - columns: the same for columns; their sum is that of `rows`.
    ///   - weights: measured overlaps by row and column, in any unit; missing rows count as 0.
    /// - Returns: by row and column.
    package static func table(rows: [Int64], columns: [Int64], weights: [[Double]]) -> [[Int64]] {
        var (left, open) = (rows, columns)
        var table = rows.map { _ in columns.map { _ in Int64(0) } }
        let total = weights.joined().reduce(0) { $0 + max(0, $1) }
        let scale = total > 0 ? Double(rows.reduce(0, +)) / total : 0
        func give(_ amount: Int64, _ row: Int, _ column: Int) {
            let given = max(0, min(amount, left[row], open[column]))
            table[row][column] += given
            left[row] -= given
            open[column] -= given
        }
        let cells = rows.indices.flatMap { row in
            columns.indices.compactMap { column -> (row: Int, column: Int, weight: Double)? in
                guard row < weights.count, column < weights[row].count, weights[row][column] > 0 else { return nil }
                return (row, column, weights[row][column])
            }
        }.sorted { ($1.weight, $0.row, $0.column) < ($0.weight, $1.row, $1.column) }
        for cell in cells { give(Int64((cell.weight * scale).rounded()), cell.row, cell.column) }
        // What is left over goes to overlaps first, and only then to parts that do not meet.
        for cell in cells { give(.max, cell.row, cell.column) }
        for row in rows.indices { for column in columns.indices { give(.max, row, column) } }
        return table
    }
}
