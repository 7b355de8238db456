import GRDB

extension Project {
    /// Where this user was when the screen was last left or lost, as JSON.
    package func place() throws -> String? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT state FROM place WHERE who = ?", arguments: [who])
        }
    }

    /// Keeps where this user is. Not journalled: it is nobody else's business.
    package func keepPlace(_ state: String) throws {
        guard !isReadOnly else { return }
        try change { db in
            try db.execute(sql: "INSERT OR REPLACE INTO place(who, state) VALUES (?, ?)", arguments: [who, state])
        }
    }

    // MARK: Marks

    /// Marks features for commands to come; marks belong to the connection.
    package func mark(_ uids: [Int64], _ isMarked: Bool = true) throws {
        try connection.inDatabase { db in
            for uid in uids {
                try db.execute(
                    sql: isMarked
                        ? "INSERT OR IGNORE INTO temp.marked VALUES (?)" : "DELETE FROM temp.marked WHERE uid = ?",
                    arguments: [uid])
            }
        }
    }

    /// Marks every feature of a query.
    package func markAll(_ query: ParcelQuery, limit: Int) throws -> Int {
        let uids = try parcels(query, limit: limit).map(\.uid)
        try mark(uids)
        return uids.count
    }

    package func clearMarks() throws {
        try connection.inDatabase { db in try db.execute(sql: "DELETE FROM temp.marked") }
    }

    /// The marked features, in ascending order.
    package func marked() throws -> [Int64] {
        try connection.inDatabase { db in try Int64.fetchAll(db, sql: "SELECT uid FROM temp.marked ORDER BY uid") }
    }
}
