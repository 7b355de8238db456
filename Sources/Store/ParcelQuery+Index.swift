import GRDB

/// Row numbers of a whole list, found by blocks instead of counted on the view: what the base says, corrected by the few
/// rows that the open plan changed.
extension Project {
    /// More edits than this would make the correction as slow as the view.
    private static let mostEdits = 10_000

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
            let here = try Row.fetchOne(db, sql: "SELECT plan, layer, as_of FROM temp.here")
            guard let here, let total = try ListBlocks.total(of: here["layer"], query.sort, in: db) else { return nil }
            let number = query.descending ? total - 1 - offset : offset
            guard let key = try ListBlocks.key(at: number, of: here["layer"], query.sort, in: db) else { return nil }
            // Without a plan the base's order is the list's.
            guard here["plan"] as Int64 != 0 || here["as_of"] != nil else { return (key, offset) }
            return try rank(key, query, db).map { (key, $0) }
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
                SELECT (SELECT count(*) FROM (
                        SELECT 1 FROM plan_edit WHERE plan = here.plan
                        UNION ALL SELECT 1 FROM feature WHERE valid_from > here.as_of
                        UNION ALL SELECT 1 FROM feature WHERE valid_to > here.as_of LIMIT \(Self.mostEdits + 1))
                    ) <= \(Self.mostEdits) FROM temp.here
                """) ?? false
    }

    private func rank(_ key: ParcelQuery.Key, _ query: ParcelQuery, _ db: Database) throws -> Int? {
        guard let here = try Row.fetchOne(db, sql: "SELECT plan, layer, as_of FROM temp.here"),
            var base = try baseRank(key, query, of: here["layer"], db)
        else { return nil }
        let column = query.sort.rawValue
        let comparison = query.descending ? ">" : "<"
        if let time = here["as_of"] as Int64? {
            let changes = Here.correction(String(time), "\(column) AS key, uid")
            base +=
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT total(count) FROM (\(changes))
                        WHERE layer = (SELECT layer FROM temp.here) AND (key, uid) \(comparison) (?, ?)
                        """,
                    arguments: [key.value, key.uid]) ?? 0
        }
        guard here["plan"] as Int64 != 0 else { return base }
        // A row that the plan changed leaves its place in the base and takes its place in the plan.
        let gone =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid
                        AND (f.valid_to IS NULL OR f.valid_to > (SELECT as_of FROM temp.here))
                    WHERE e.plan = (SELECT plan FROM temp.here) AND f.layer = (SELECT layer FROM temp.here)
                        AND (f.\(column), f.uid) \(comparison) (?, ?)
                    """, arguments: [key.value, key.uid]) ?? 0
        let come =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM parcel WHERE edited AND (\(column), uid) \(comparison) (?, ?)",
                arguments: [key.value, key.uid]) ?? 0
        return base - gone + come
    }

    /// How many rows of the base come before a key.
    private func baseRank(_ key: ParcelQuery.Key, _ query: ParcelQuery, of layer: Int64, _ db: Database) throws -> Int?
    {
        guard query.descending else { return try ListBlocks.count(before: key, of: layer, query.sort, in: db) }
        // What does not come after the key in rising order: no row lies between a key and the next uid's.
        let behind = ParcelQuery.Key(value: key.value, uid: key.uid + 1)
        guard let total = try ListBlocks.total(of: layer, query.sort, in: db),
            let count = try ListBlocks.count(before: behind, of: layer, query.sort, in: db)
        else { return nil }
        return total - count
    }
}
