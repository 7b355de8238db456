import GRDB
import GRDBSQLite

/// Keeping what was reckoned: derived rows, of which the journal knows nothing.
extension Project {
    /// Keeps sums and overlays for whoever asks next. Where somebody else is writing, or the file may only be read, they
    /// are not kept and are reckoned again.
    func keep(_ fresh: [IndicatorRun.Key: IndicatorSums], _ overlays: [String: IndicatorOverlay]) throws {
        let sums = fresh.filter { !$0.value.isFleeting }
        guard !isReadOnly, !sums.isEmpty || !overlays.isEmpty else { return }
        do {
            try connection.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA busy_timeout = 0")
                defer { _ = try? db.execute(sql: "PRAGMA busy_timeout = 10000") }
                try db.inTransaction(.immediate) {
                    for (key, sums) in sums { try Self.keep(sums, key, in: db) }
                    for overlay in overlays.values { try Self.keep(overlay, in: db) }
                    return .commit
                }
            }
        } catch let error as DatabaseError where [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) {
            return
        } catch let error as DatabaseError { throw Self.refusal(error, path) }
    }

    private static func keep(_ sums: IndicatorSums, _ key: IndicatorRun.Key, in db: Database) throws {
        let clear = try db.cachedStatement(
            sql: "DELETE FROM indicator_sum WHERE plan = ? AND year = ? AND sum = ?")
        try clear.execute(arguments: [key.plan, key.year, key.sum])
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO indicator_kept VALUES (?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                key.plan, key.year, key.sum, sums.stamp, sums.isWhole, sums.level, sums.reason, sums.isApproximate,
            ])
        let insert = try db.cachedStatement(
            sql: "INSERT INTO indicator_sum(plan, year, sum, unit, value) VALUES (?, ?, ?, ?, ?)")
        for (unit, value) in sums.values.sorted(by: { $0.key < $1.key }) {
            try insert.execute(arguments: [key.plan, key.year, key.sum, unit, value])
        }
    }

    private static func keep(_ overlay: IndicatorOverlay, in db: Database) throws {
        for table in ["indicator_pair", "indicator_pair_fault"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE overlay = (SELECT id FROM indicator_overlay WHERE layers = ?)",
                arguments: [overlay.layers])
        }
        try db.execute(
            sql: """
                INSERT INTO indicator_overlay(layers, stamp) VALUES (?, ?)
                ON CONFLICT (layers) DO UPDATE SET stamp = excluded.stamp
                """, arguments: [overlay.layers, overlay.stamp])
        let id =
            try Int64.fetchOne(
                db, sql: "SELECT id FROM indicator_overlay WHERE layers = ?", arguments: [overlay.layers]) ?? 0
        let insert = try BulkStatement("INSERT OR REPLACE INTO indicator_pair VALUES (?, ?, ?, ?, ?)", in: db)
        for pair in overlay.pairs {
            try insert.run { row in
                row.bind(1, id)
                row.bind(2, pair.a)
                row.bind(3, pair.b)
                row.bind(4, pair.area)
                row.bind(5, pair.length)
            }
        }
        for fault in overlay.faults {
            try db.execute(
                sql: "INSERT OR REPLACE INTO indicator_pair_fault VALUES (?, ?, ?, ?)",
                arguments: [id, fault.a, fault.b, fault.reason])
        }
    }
}
