/// Rows of a table, rounded so that they add up to the rounded total (汇总表面积平衡).
///
/// Each row by itself is rounded half up, and so is the total of the exact areas. What the rows are together too much
/// or too little is moved from the last code upwards, one step of the last decimal a row, and where there are rows of
/// a hectare or more, in those only (domain reference f3): a small class keeps its own figure.
package struct Balanced: Sendable, Hashable {
    /// In whole steps of the last decimal, in the order of the rows.
    package var rows: [Int64]
    /// The rounded total, and the sum of `rows`.
    package var total: Int64
    /// How many steps each row was moved; the sum of its rounded figure and this is in `rows`.
    package var moved: [Int64]

    /// The smallest row that is moved while there is one, in hundredths of a square metre.
    package static let least: Int64 = 1_000_000

    /// - Parameters:
    ///   - areas: in whole hundredths of a square metre, in the order of codes; together no more than 9·10¹⁶ m².
    ///   - decimals: nil for those that tables of this unit have.
    package init(_ areas: [Int64], in unit: AreaUnit, decimals: Int? = nil) {
        total = unit.steps(of: areas.reduce(0, +), decimals: decimals)
        rows = areas.map { unit.steps(of: $0, decimals: decimals) }
        moved = areas.map { _ in 0 }
        var rest = total - rows.reduce(0, +)
        let step = rest.signum()
        let large = areas.indices.filter { areas[$0].magnitude >= Self.least.magnitude }
        // Rounding is off by half a step a row, so that one turn is enough unless most rows are small.
        let candidates = Array((large.isEmpty ? areas.indices.filter { rows[$0] != 0 } : large).reversed())
        while rest != 0, !candidates.isEmpty {
            for row in candidates where rest != 0 {
                rows[row] += step
                moved[row] += step
                rest -= step
            }
        }
        // Areas too small to show one by one, but not together: the last row tells of them.
        if rest != 0, let last = areas.indices.last {
            rows[last] += rest
            moved[last] += rest
        }
    }
}
