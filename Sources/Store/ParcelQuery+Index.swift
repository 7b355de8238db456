import GRDB

/// Row numbers of a whole list, counted on an index instead of on the view: what the base says, corrected by the few rows
/// that the open plan changed.
extension Project {
    /// More edits than this would make the correction as slow as the view.
    private static let mostEdits = 2_000

    /// How many rows come before a key; nil when the index cannot tell.
    func rankByIndex(_ key: ParcelQuery.Key, _ query: ParcelQuery) throws -> Int? {
        try read { db in
            guard try isCountable(db) else { return nil }
            return try rank(key, query, db)
        }
    }

    /// The page that starts at a row number; nil when the index cannot tell.
    func pageByIndex(_ query: ParcelQuery, offset: Int, limit: Int) throws -> [Parcel]? {
        let start = try read { db -> (key: ParcelQuery.Key, rank: Int)? in
            guard try isCountable(db) else { return nil }
            let column = query.sort.rawValue
            let order = query.descending ? "DESC" : "ASC"
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT \(column) AS value, uid FROM feature
                    WHERE layer = (SELECT layer FROM temp.here) AND valid_to IS NULL
                    ORDER BY \(column) \(order), uid \(order) LIMIT 1 OFFSET ?
                    """, arguments: [offset])
            guard let row else { return nil }
            let key = ParcelQuery.Key(value: row["value"], uid: row["uid"])
            return (key, try rank(key, query, db))
        }
        guard let start else { return nil }
        // The plan may have moved some rows across this one: go the difference by the list itself.
        let shift = offset - start.rank
        if shift < 0 {
            let before = try parcels(query, after: start.key, backward: true, limit: -shift)
            guard before.count == -shift else { return nil }
            let rest = try parcels(query, from: start.key, limit: limit)
            return Array((before + rest).prefix(limit))
        }
        return Array(try parcels(query, from: start.key, limit: shift + limit).dropFirst(shift))
    }

    /// A page that starts at a key, with the key's own row where there is one.
    private func parcels(_ query: ParcelQuery, from key: ParcelQuery.Key, limit: Int) throws -> [Parcel] {
        // No row lies between a key and the same value with the next smaller uid.
        let before = ParcelQuery.Key(value: key.value, uid: key.uid + (query.descending ? 1 : -1))
        return try parcels(query, after: before, limit: limit)
    }

    private func isCountable(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT as_of IS NULL AND (
                    SELECT count(*) FROM (SELECT 1 FROM plan_edit WHERE plan = here.plan LIMIT \(Self.mostEdits + 1))
                ) <= \(Self.mostEdits) FROM temp.here
                """) ?? false
    }

    private func rank(_ key: ParcelQuery.Key, _ query: ParcelQuery, _ db: Database) throws -> Int {
        let column = query.sort.rawValue
        let comparison = query.descending ? ">" : "<"
        let base = try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM feature WHERE layer = (SELECT layer FROM temp.here) AND valid_to IS NULL
                    AND (\(column), uid) \(comparison) (?, ?)
                """, arguments: [key.value, key.uid]) ?? 0
        guard try Int64.fetchOne(db, sql: "SELECT plan FROM temp.here") != 0 else { return base }
        // A row that the plan changed leaves its place in the base and takes its place in the plan.
        let gone = try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid AND f.valid_to IS NULL
                WHERE e.plan = (SELECT plan FROM temp.here) AND f.layer = (SELECT layer FROM temp.here)
                    AND (f.\(column), f.uid) \(comparison) (?, ?)
                """, arguments: [key.value, key.uid]) ?? 0
        let come = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM parcel WHERE edited AND (\(column), uid) \(comparison) (?, ?)",
            arguments: [key.value, key.uid]) ?? 0
        return base - gone + come
    }
}
