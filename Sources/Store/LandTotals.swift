import GRDB

/// Land by unit and class, of each unit with all that lie in it.
struct LandTotals: Sendable {
    struct Sum: Sendable {
        var count: Int64 = 0
        /// Whole hundredths of a square metre.
        var area: Int64 = 0
        var net: Int64 = 0

        static func += (sum: inout Sum, more: Sum) {
            sum.count += more.count
            sum.area += more.area
            sum.net += more.net
        }
    }

    /// By unit, then by the number of a class.
    private(set) var units: [Int64: [Int64: Sum]] = [:]

    /// Adds what a SELECT of (unit, class, count, area, net) gives, unit by unit up to the county. Rows of nothing name no
    /// unit.
    mutating func add(_ rows: String, _ known: IndicatorUnits, in db: Database) throws {
        let cursor = try Row.fetchCursor(db, sql: rows)
        while let row = try cursor.next() {
            let sum = Sum(count: row[2], area: row[3], net: row[4])
            guard sum.count != 0 || sum.area != 0 || sum.net != 0 else { continue }
            for unit in known.chain(of: row[0]) { units[unit, default: [:]][row[1], default: Sum()] += sum }
        }
    }
}
