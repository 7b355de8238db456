/// Land by class as the survey's statistics count it: net areas, with all deducted ridges as a class of their own, so
/// that the total is that of the gross areas (domain reference f2).
package struct LandStatistics: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var code: String
        /// Parcels of this class; ridges are none.
        package var count: Int64
        /// In hundredths of a square metre.
        package var area: Int64
    }

    /// In the order of codes.
    package let rows: [Row]
    /// What was deducted of cultivated parcels, and stands in 1203 now.
    package let ridges: Int64

    /// - Parameter sums: parcels by class, with gross and net areas; no class twice.
    package init(_ sums: [(code: String, count: Int64, area: Int64, net: Int64)]) {
        ridges = sums.reduce(0) { $0 + $1.area - $1.net }
        var rows = sums.map { Row(code: $0.code, count: $0.count, area: $0.net) }
        if let drawn = rows.firstIndex(where: { $0.code == FieldRidges.code }) {
            rows[drawn].area += ridges
        } else if ridges != 0 {
            rows.append(Row(code: FieldRidges.code, count: 0, area: ridges))
        }
        self.rows = rows.sorted { $0.code < $1.code }
    }

    /// Each row in a unit, adding up to the total.
    package func balanced(in unit: AreaUnit, decimals: Int? = nil) -> Balanced {
        Balanced(rows.map(\.area), in: unit, decimals: decimals)
    }
}
