import GRDB
import GRDBSQLite
import Phrases

/// The record of a table that was joined to a layer.
package struct JoinRecord: Hashable, Sendable, Codable {
    package var file: String
    package var hash: String
    /// The layer's field and the table's.
    package var layerKey: String
    package var tableKey: String
    /// The columns that came in, as the layer has them.
    package var columns: [String]

    package init(file: String, hash: String, layerKey: String, tableKey: String, columns: [String]) {
        self.file = file
        self.hash = hash
        self.layerKey = layerKey
        self.tableKey = tableKey
        self.columns = columns
    }

    package var summary: Phrase {
        let list = columns.joined(separator: ", ")
        return Phrase(
            "Joined: \(file) (sha256 \(hash)) where \(layerKey) = \(tableKey): \(list).",
            "连接表：\(file)（sha256 \(hash)），\(layerKey) = \(tableKey)：\(list)。")
    }
}

/// A table of attributes while a layer is joined to it, in a temporary file of SQLite's: memory stays the same whatever
/// its size.
///
/// Keys are texts, compared as they are written but for blanks at their ends: "0101" is not 101.
package final class JoinTable {
    /// A key that stands on several rows.
    package struct Repeated: Hashable, Sendable {
        package var key: String
        /// Counted from 1 below the header.
        package var rows: [Int64]
    }

    /// Takes the rows in.
    package struct Filler {
        fileprivate let insert: BulkStatement
        fileprivate let fieldCount: Int
        package fileprivate(set) var rows: Int64 = 0
        /// Rows whose key is empty; nothing can be joined to them.
        package fileprivate(set) var withoutKey: Int64 = 0

        package mutating func add(key: String?, value: (Int) -> SourceValue) throws {
            rows += 1
            guard let key = key?.trimmed, !key.isEmpty else {
                withoutKey += 1
                return
            }
            let id = rows
            var text = key
            try text.withUTF8 { bytes in
                try insert.run { row in
                    row.bind(1, id)
                    row.bind(2, text: UnsafeRawBufferPointer(bytes))
                    for index in 0..<fieldCount { row.bind(Int32(index + 3), value(index)) }
                }
            }
        }
    }

    private let queue: DatabaseQueue
    private var select: BulkStatement?
    private var used: [Bool]
    package private(set) var rows: Int64
    package private(set) var withoutKey: Int64
    /// The features whose key is not in the table: how many, and the first few keys.
    package private(set) var missing = 0
    package private(set) var missingKeys: [String] = []
    package private(set) var matched = 0

    private static let mostTold = 5

    /// - Parameter fill: adds the rows.
    package init(fieldCount: Int, fill: (inout Filler) throws -> Void) throws {
        queue = try DatabaseQueue(path: "")
        let columns = (0..<fieldCount).map { ", c\($0)" }.joined()
        let holes = Array(repeating: ", ?", count: fieldCount).joined()
        let filler = try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384;
                    CREATE TABLE attribute(id INTEGER PRIMARY KEY, key TEXT NOT NULL\(columns));
                    BEGIN
                    """)
            var filler = Filler(
                insert: try BulkStatement("INSERT INTO attribute VALUES (?, ?\(holes))", in: db), fieldCount: fieldCount
            )
            try fill(&filler)
            try db.execute(sql: "COMMIT; CREATE INDEX attribute_key ON attribute(key)")
            return filler
        }
        rows = filler.rows
        withoutKey = filler.withoutKey
        used = Array(repeating: false, count: Int(filler.rows) + 1)
        select = try queue.writeWithoutTransaction {
            try BulkStatement("SELECT * FROM attribute WHERE key = ?", in: $0)
        }
    }

    // The statement goes before its connection.
    deinit { select = nil }

    /// Keys that stand on several rows: how many there are, and the first few.
    package func doubles() throws -> (count: Int, first: [Repeated]) {
        try queue.read { db in
            let count =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM (SELECT 1 FROM attribute GROUP BY key HAVING count(*) > 1)") ?? 0
            let keys = try String.fetchAll(
                db,
                sql:
                    "SELECT key FROM attribute GROUP BY key HAVING count(*) > 1 ORDER BY min(id) LIMIT \(Self.mostTold)"
            )
            return (
                count,
                try keys.map { key in
                    let rows = try Int64.fetchAll(
                        db, sql: "SELECT id FROM attribute WHERE key = ? ORDER BY id LIMIT 5", arguments: [key])
                    return Repeated(key: key, rows: rows)
                }
            )
        }
    }

    /// Finds the row of a key and hands its values to `body`; `SourceValue.null` for all where there is none.
    package func with<Result>(key: String?, _ body: ((Int) -> SourceValue) throws -> Result) throws -> Result {
        let key = key?.trimmed ?? ""
        var result: Result?
        if !key.isEmpty, let select {
            try queue.writeWithoutTransaction { _ in
                var text = key
                try text.withUTF8 { bytes in
                    try select.fetch {
                        $0.bind(1, text: UnsafeRawBufferPointer(bytes))
                    } row: { row in
                        if case .integer(let id) = row.column(0) { used[Int(id)] = true }
                        result = try body { row.column(Int32($0 + 2)) }
                    }
                }
            }
        }
        if let result {
            matched += 1
            return result
        }
        missing += 1
        if missingKeys.count < Self.mostTold, !missingKeys.contains(key) { missingKeys.append(key) }
        return try body { _ in .null }
    }

    /// Rows of the table that no feature asked for: how many, and the first few keys.
    package func unused() throws -> (count: Int, keys: [String]) {
        let ids = used.indices.dropFirst().filter { !used[$0] }
        let keys = try queue.read { db in
            try ids.prefix(Self.mostTold * 4).compactMap {
                try String.fetchOne(db, sql: "SELECT key FROM attribute WHERE id = ?", arguments: [$0])
            }
        }
        return (ids.count - Int(withoutKey), Array(keys.prefix(Self.mostTold)))
    }
}
