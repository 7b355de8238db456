import Foundation
import GRDB
import Testing

@testable import Store

/// What somebody does who can write the file and knows SQL. Nobody's program: the triggers are out of the way, the
/// constraints too.
enum Forgery {
    /// Tries something in the file, and puts it back.
    static func trying<T>(in project: Project, _ body: (Database) throws -> T) throws -> T {
        try project.connection.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            defer { try? db.execute(sql: "PRAGMA foreign_keys = ON; PRAGMA ignore_check_constraints = OFF") }
            var result: T?
            try db.inTransaction(.immediate) {
                try dropTriggers(db)
                result = try body(db)
                return .rollback
            }
            return try #require(result)
        }
    }

    static func dropTriggers(_ db: Database) throws {
        for name in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
            try db.execute(sql: "DROP TRIGGER \(name.quoted)")
        }
    }

    /// Tries something within what is tried.
    static func step<T>(_ db: Database, _ body: () throws -> T) throws -> T {
        var result: T?
        try db.inSavepoint {
            result = try body()
            return .rollback
        }
        return try #require(result)
    }

    // MARK: One value

    /// One value of one row, changed a little.
    struct Change: CustomStringConvertible {
        var table: String
        var row: String
        var column: String
        var value: DatabaseValue
        /// What it was, where it is made of bytes.
        var before: Data?
        /// Of a row of which every byte is tried.
        var isFull = false
        var description: String { "\(table) \(row) \(column)" }

        func make(_ db: Database) throws {
            try db.execute(
                sql: "UPDATE \(table.quoted) SET \(column.quoted) = ? WHERE \(row)", arguments: [value])
        }
    }

    /// Every value of a table, each of its bytes (`full`) or the first, the middle and the last; numbers by one, what is
    /// empty filled.
    static func changes(_ table: String, _ db: Database, full: (Row) -> Bool) throws -> [Change] {
        let keys = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", arguments: [table])
        return try Row.fetchAll(db, sql: "SELECT * FROM \(table.quoted)").flatMap { row -> [Change] in
            let place = keys.map { "\($0.quoted) = \(row[$0] as Int64)" }.joined(separator: " AND ")
            let isFull = full(row)
            return row.flatMap { column, value -> [Change] in
                func change(_ value: DatabaseValue, _ before: Data? = nil) -> Change {
                    Change(table: table, row: place, column: column, value: value, before: before, isFull: isFull)
                }
                switch value.storage {
                case .null: return [change("x".databaseValue)]
                case .int64(let number): return [change((number + 1).databaseValue)]
                case .double(let number): return [change(number.nextUp.databaseValue)]
                case .string, .blob:
                    let bytes = value.storage.bytes ?? Data()
                    guard !bytes.isEmpty else { return [change("x".databaseValue)] }
                    let places = isFull ? Array(bytes.indices) : [0, bytes.count / 2, bytes.count - 1]
                    return Set(places).sorted().map { place in
                        var other = bytes
                        other[place] ^= 1
                        return change(
                            value.storage.isText
                                ? String(decoding: other, as: UTF8.self).databaseValue : other.databaseValue, bytes)
                    }
                }
            }
        }
    }

    // MARK: The whole journal

    static func journal(_ db: Database) throws -> [JournalEntry] {
        try JournalEntry.fetchAll(db, sql: "SELECT * FROM journal ORDER BY id")
    }

    /// Writes the journal anew, numbered and chained so that nothing shows but what somebody signed or kept elsewhere.
    static func rewrite(_ entries: [JournalEntry], _ db: Database) throws {
        try db.execute(sql: "DELETE FROM journal")
        var previous = String(repeating: "0", count: 64)
        for (index, entry) in entries.enumerated() {
            var entry = entry
            entry.id = Int64(index) + 1
            entry.previous = previous
            entry.hash = entry.chainedHash()
            previous = entry.hash
            try db.execute(
                sql: "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    entry.id, entry.time, entry.who, entry.line, entry.kind.rawValue, entry.target, entry.plan,
                    entry.step, entry.detail, entry.sourceHash,
                    entry.changeset.isEmpty ? nil : Data(entry.changeset.bytes), entry.previous, entry.hash,
                ])
        }
    }
}

extension Forgery {
    /// The rows of the journal as they stand, whatever stands there.
    static func rawJournal(_ db: Database) throws -> [Row] {
        try Row.fetchAll(db, sql: "SELECT * FROM journal ORDER BY id")
    }

    /// Chains a journal anew from a row on, each hash over the values as they stand.
    ///
    /// - Parameter rows: the whole journal as it was, numbered from 1.
    static func chain(_ rows: [Row], from id: Int64, _ db: Database) throws {
        let fetch = try db.cachedStatement(sql: "SELECT * FROM journal WHERE id = ?")
        let update = try db.cachedStatement(sql: "UPDATE journal SET previous = ?, hash = ? WHERE id = ?")
        let place = Int(id) - 1
        guard let changed = try Row.fetchOne(fetch, arguments: [id]) else { return }
        var previous = place == 0 ? String(repeating: "0", count: 64) : rows[place - 1]["hash"] as String
        for row in [changed] + rows[(place + 1)...] {
            let hash = hash(of: row, after: previous)
            try update.execute(arguments: [previous, hash, row["id"] as Int64])
            previous = hash
        }
    }

    /// SHA-256 over each field led by its length, as the documentation of the journal tells it.
    private static func hash(of row: Row, after previous: String) -> String {
        let digest = Digest()
        func add(_ bytes: Data) {
            digest.update("\(bytes.count):")
            bytes.withUnsafeBytes(digest.update)
        }
        add(Data(previous.utf8))
        for name in ["id", "time", "who", "line", "kind", "target", "plan", "step", "detail", "source_hash"] {
            let value = (row[name] as DatabaseValue).storage
            if case .int64(let number) = value {
                add(Data(String(number).utf8))
            } else {
                add(value.bytes ?? Data("-".utf8))
            }
        }
        add((row["changeset"] as DatabaseValue).storage.bytes ?? Data())
        return digest.finish()
    }
}

extension DatabaseValue.Storage {
    fileprivate var isText: Bool { if case .string = self { true } else { false } }

    fileprivate var bytes: Data? {
        switch self {
        case .string(let text): Data(text.utf8)
        case .blob(let data): data
        default: nil
        }
    }
}
