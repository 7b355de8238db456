import GRDB
import GeoBridge
import Phrases
import Planning

/// What measures areas on the ellipsoid, made when it is first needed.
final class CoordinateSystemBox {
    private let db: Database
    private(set) lazy var official: OfficialArea? = {
        guard let system = try? Project.coordinateSystem(in: db) else { return nil }
        return try? OfficialArea(crs: system)
    }()
    private(set) lazy var system: CoordinateSystem? = try? Project.coordinateSystem(in: db)

    init(_ db: Database) { self.db = db }
}

/// Inputs that answer for units of every level themselves.
extension IndicatorRun {
    /// The views that a SELECT of an indicator may read.
    static let views: Set<String> = [
        "land_by_unit", "land", "change", "layer", "statistic", "network", "facility", "reach", "overlap", "parcel",
    ]

    /// An input that is a SELECT of its own.
    func prepare(_ sql: String, _ key: Key) throws {
        guard let layer = ground.survey(key.year) else { return keep(IndicatorSums(reason: "survey", isFleeting: true), key) }
        if key.plan > 0, !ground.isTouched([layer], by: key.plan) { return forget(key) }
        let isFleeting = ["statistic", "facility", "reach", "network"].contains { sql.contains($0) }
        let stamp = ground.stamp(ground.layers, plan: max(key.plan, 0))
        if !isFleeting, ground.dirty.isEmpty, isKept(key, stamp) { return }
        let views = IndicatorViews(ground: ground, year: key.year, past: past)
        var rows = views.sums(of: layer, in: .base)
        if key.plan != 0 { rows += " UNION ALL " + views.sums(of: layer, in: IndicatorWorld(plan: key.plan)) }
        try db.execute(
            sql: """
                DROP VIEW IF EXISTS temp.land_by_unit; DROP VIEW IF EXISTS temp.counted;
                CREATE TEMP VIEW counted AS \(rows);
                CREATE TEMP VIEW land_by_unit AS SELECT u.code AS unit, c.class, c.code, c.category, \(year(key)) AS year,
                    \(ClassGroup.standard.map { "c.\($0.name.quoted)" }.joined(separator: ", ")), c.count, c.area_m2, c.net_m2
                FROM counted AS c CROSS JOIN unit_above AS u ON u.unit = c.unit
                """)
        var sums = IndicatorSums(level: try level(of: layer), isWhole: true, stamp: stamp, isFleeting: isFleeting)
        do {
            try Project.stand(Here(plan: max(key.plan, 0), layer: layer.id, year: key.year), in: db)
            try IndicatorDesk.guarded(Self.views.union(["counted"]), Set(ground.layers.map(\.table)), in: db) {
                let statement = try db.makeStatement(sql: sql)
                guard statement.columnCount == 2 else {
                    sums.reason = "sql it answers \(statement.columnCount) columns instead of (unit, value)"
                    return
                }
                let rows = try Row.fetchCursor(statement)
                while let row = try rows.next() {
                    guard let code = String.fromDatabaseValue(row[0]), let unit = ground.units.byCode[code] else { continue }
                    if let value = Double.fromDatabaseValue(row[1]) { sums.values[unit] = value }
                }
            }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
            let message = error.message ?? error.description
            sums.reason = message.hasPrefix("no such table: ") ? "view \(message.dropFirst(15))" : "sql \(message)"
            sums.isFleeting = true
        }
        if !ground.dirty.isEmpty { sums.isFleeting = true }
        keep(sums, key)
    }

    private func year(_ key: Key) -> String { String(key.year) }

    /// A sum over the view `reach`, which answers for every unit by its code.
    func reach(_ sum: IndicatorSum, _ key: Key) throws -> IndicatorSums {
        guard key.year == ground.years.last else { return IndicatorSums(reason: "undated", isFleeting: true) }
        var sums = IndicatorSums(isWhole: true, isFleeting: true)
        do {
            try Project.stand(
                Here(plan: max(key.plan, 0), layer: ground.survey(key.year)?.id ?? 0, year: key.year), in: db)
            try IndicatorDesk.guarded(Self.views, [], in: db) {
                let rows = try Row.fetchCursor(
                    db, sql: "SELECT unit, sum(\(sum.measure)) FROM reach WHERE \(sum.condition) GROUP BY unit")
                while let row = try rows.next() {
                    guard let code = String.fromDatabaseValue(row[0]), let unit = ground.units.byCode[code] else { continue }
                    if let value = Double.fromDatabaseValue(row[1]) { sums.values[unit] = value }
                }
            }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
            let message = error.message ?? error.description
            sums.reason = message.hasPrefix("no such table: ") ? "view reach" : "sql \(message)"
        }
        return sums
    }

    // MARK: Statistics

    /// A series' value of a unit in a year, or since when there is none: `no data`, `since YEAR`.
    func statistic(_ series: String, unit: Int64, year: Int) throws -> (value: Double?, reason: String) {
        guard let code = ground.units.byID[unit]?.code, try hasStatistics() else { return (nil, "series \(series)") }
        let statement = try db.cachedStatement(
            sql: "SELECT year, value FROM statistic WHERE series = ? AND unit = ? AND year <= ? ORDER BY year DESC LIMIT 1")
        guard let row = try Row.fetchOne(statement, arguments: [series, code, year]) else {
            return (nil, "series \(series)")
        }
        let last: Int = row[0]
        return last == year ? (row[1], "") : (nil, "since \(last) \(series)")
    }

    func hasStatistics() throws -> Bool { try db.tableExists("statistic") || db.viewExists("statistic") }

    /// The years in which a unit has any statistics.
    func statisticYears(of unit: Int64) throws -> [Int] {
        guard let code = ground.units.byID[unit]?.code, try hasStatistics() else { return [] }
        return try Int.fetchAll(
            db.cachedStatement(sql: "SELECT DISTINCT year FROM statistic WHERE unit = ? ORDER BY year"), arguments: [code])
    }
}
