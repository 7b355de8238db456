import CSQLiteSession
import Foundation
import GRDB

extension JournalReplay {
    /// Sees whether the project's tables hold what the replay made: every row, no row more, value by value.
    ///
    /// - Throws: `JournalFault` that names the entry that made the row, or left it as it should be.
    func compare(with file: Database) throws {
        for name in Self.tables {
            guard let table = byName[name] else { continue }
            let order = table.key.map { table.columns[$0].quoted }.joined(separator: ", ")
            let columns = table.columns.map(\.quoted).joined(separator: ", ")
            // Lineage of the base (plan 0) comes with imports and publications.
            let own = name == "lineage" ? " WHERE plan <> 0" : ""
            let sql = "SELECT \(columns) FROM \(name)\(own) ORDER BY \(order)"
            let (made, kept) = (try db.makeStatement(sql: sql), try file.makeStatement(sql: sql))
            let (mine, theirs) = (made.sqliteStatement, kept.sqliteStatement)
            while true {
                let (isMade, isKept) = (try Self.step(mine), try Self.step(theirs))
                guard isMade || isKept else { break }
                let order = !isMade ? 1 : !isKept ? -1 : Self.compareKeys(mine, theirs, table)
                let key = table.key.map { Self.text(order > 0 ? theirs : mine, $0) }
                let what = "\(name) \(key.joined(separator: " "))"
                guard order == 0 else {
                    let entry = try writer(of: key, in: table, file)
                    throw order < 0
                        ? JournalFault(
                            entry, "the row that it made is missing (\(what))", "其写入的行缺失（\(what)）")
                        : JournalFault(
                            entry,
                            entry == nil
                                ? "no entry made the row \(what)" : "it took away a row that is there again (\(what))",
                            entry == nil ? "没有任何条目写入过 \(what)" : "其删除的行又出现（\(what)）")
                }
                for column in table.columns.indices where !Self.isEqual(mine, theirs, Int32(column)) {
                    throw JournalFault(
                        try writer(of: key, in: table, file),
                        "the row that it left is another now (\(what), \(table.columns[column]))",
                        "其写入的行现已不同（\(what)，\(table.columns[column])）")
                }
            }
        }
    }

    /// Which of two rows comes first; keys are whole numbers, and texts of rules.
    private static func compareKeys(_ a: OpaquePointer?, _ b: OpaquePointer?, _ table: Table) -> Int {
        for column in table.key {
            if sqlite3_column_type(a, Int32(column)) == SQLITE_TEXT {
                let (one, other) = (text(a, column), text(b, column))
                // As SQLite sorts: byte by byte.
                if one != other { return one.utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1 }
                continue
            }
            let (one, other) = (sqlite3_column_int64(a, Int32(column)), sqlite3_column_int64(b, Int32(column)))
            if one != other { return one < other ? -1 : 1 }
        }
        return 0
    }

    private static func text(_ statement: OpaquePointer?, _ column: Int) -> String {
        guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT,
            let text = sqlite3_column_text(statement, Int32(column))
        else { return String(sqlite3_column_int64(statement, Int32(column))) }
        return String(cString: text)
    }

    /// Whether two values are of one kind and the same, to the last bit.
    private static func isEqual(_ a: OpaquePointer?, _ b: OpaquePointer?, _ column: Int32) -> Bool {
        let type = sqlite3_column_type(a, column)
        guard type == sqlite3_column_type(b, column) else { return false }
        switch type {
        case SQLITE_NULL: return true
        case SQLITE_INTEGER: return sqlite3_column_int64(a, column) == sqlite3_column_int64(b, column)
        case SQLITE_FLOAT:
            return sqlite3_column_double(a, column).bitPattern == sqlite3_column_double(b, column).bitPattern
        default:
            let (one, other) = (sqlite3_column_blob(a, column), sqlite3_column_blob(b, column))
            let count = sqlite3_column_bytes(a, column)
            guard count == sqlite3_column_bytes(b, column) else { return false }
            guard count > 0, let one, let other else { return true }
            return memcmp(one, other, Int(count)) == 0
        }
    }

    /// The last entry whose changeset touched a row.
    private func writer(of key: [String], in table: Table, _ file: Database) throws -> Int64? {
        var last: Int64?
        let entries = try Row.fetchCursor(
            file, sql: "SELECT id, changeset FROM journal WHERE changeset IS NOT NULL ORDER BY id")
        while let entry = try entries.next() {
            let bytes: Data = entry["changeset"]
            for row in try Changeset(bytes: Array(bytes)).rows() where row.table == table.name {
                if table.key.map({ row.integers[$0].map(String.init) ?? "" }) == key { last = entry["id"] }
            }
        }
        return last
    }
}
