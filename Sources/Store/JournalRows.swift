import CSQLiteSession
import Foundation
import GRDB

/// A row of the journal as its bytes stand in the file, for as long as the walk stays at it.
struct JournalRow {
    private let statement: OpaquePointer?

    let id: Int64
    let previous: String
    let hash: String
    /// What was changed; only while the walk stays at this row.
    let changeset: UnsafeRawBufferPointer

    // The columns in the order of `JournalRows.sql`.
    private static let texts: [Int32] = [1, 2, 3, 4, 8]

    fileprivate init(_ statement: OpaquePointer?) {
        self.statement = statement
        id = sqlite3_column_int64(statement, 0)
        previous = Self.text(statement, 11)
        hash = Self.text(statement, 12)
        changeset = Self.bytes(statement, 10)
    }

    var time: String { Self.text(statement, 1) }
    var who: String { Self.text(statement, 2) }
    var kind: JournalEntry.Kind? { JournalEntry.Kind(rawValue: Self.text(statement, 4)) }
    var target: Int64? { number(5) }
    var plan: Int64? { number(6) }

    private func number(_ column: Int32) -> Int64? {
        sqlite3_column_type(statement, column) == SQLITE_NULL ? nil : sqlite3_column_int64(statement, column)
    }

    private static func text(_ statement: OpaquePointer?, _ column: Int32) -> String {
        String(decoding: bytes(statement, column), as: UTF8.self)
    }

    /// All bytes of a value, zero bytes among them.
    private static func bytes(_ statement: OpaquePointer?, _ column: Int32) -> UnsafeRawBufferPointer {
        let start = sqlite3_column_blob(statement, column)
        return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
    }

    /// Whether every value is of the kind that is written there: the same bytes as a blob would be hashed alike, and so
    /// would nothing and a dash.
    var isWellFormed: Bool {
        func type(_ column: Int32) -> Int32 { sqlite3_column_type(statement, column) }
        return Self.texts.allSatisfy { type($0) == SQLITE_TEXT } && type(11) == SQLITE_TEXT && type(12) == SQLITE_TEXT
            && (5...7).allSatisfy { [SQLITE_INTEGER, SQLITE_NULL].contains(type($0)) }
            && (type(9) == SQLITE_NULL || (type(9) == SQLITE_TEXT && !Self.bytes(statement, 9).elementsEqual("-".utf8)))
            && (type(10) == SQLITE_NULL || (type(10) == SQLITE_BLOB && !changeset.isEmpty))
    }

    /// The bytes that are hashed, as `JournalEntry.chainedHash` has them: each field led by its length.
    func write(to sink: (UnsafeRawBufferPointer) -> Void) {
        func add(_ bytes: UnsafeRawBufferPointer) {
            var length = "\(bytes.count):"
            length.withUTF8 { sink(UnsafeRawBufferPointer($0)) }
            if !bytes.isEmpty { sink(bytes) }
        }
        func add(_ text: String) {
            var text = text
            text.withUTF8 { add(UnsafeRawBufferPointer($0)) }
        }
        add(Self.bytes(statement, 11))
        add(String(id))
        for column in Int32(1)...4 { add(Self.bytes(statement, column)) }
        for column in Int32(5)...7 { add(number(column).map(String.init) ?? "-") }
        add(Self.bytes(statement, 8))
        if sqlite3_column_type(statement, 9) == SQLITE_NULL { add("-") } else { add(Self.bytes(statement, 9)) }
        add(changeset)
    }

    func chainedHash() -> String {
        let digest = Digest()
        write { digest.update($0) }
        return digest.finish()
    }
}

/// Walks through the journal from its first row, without making values of what is only hashed.
struct JournalRows {
    static let sql = """
        SELECT id, time, who, line, kind, target, plan, step, detail, source_hash, changeset, previous, hash
        FROM journal ORDER BY id
        """
    private let statement: Statement

    init(_ db: Database) throws { statement = try db.makeStatement(sql: Self.sql) }

    /// The next row; what came before is no longer there.
    func next() throws -> JournalRow? {
        switch sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return JournalRow(statement.sqliteStatement)
        case SQLITE_DONE: return nil
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
    }
}
