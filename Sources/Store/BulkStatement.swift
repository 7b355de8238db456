import CSQLiteSession
import Foundation
import GRDB
import GRDBSQLite

/// A statement that is run once a row of a bulk import, bound straight from the bytes of the source.
///
/// GRDB's statements make a value for each column; at a million rows of thirty columns that is most of the time.
final class BulkStatement {
    private let connection: OpaquePointer?
    private let statement: OpaquePointer?

    init(_ sql: String, in db: Database) throws {
        connection = db.sqliteConnection
        var prepared: OpaquePointer?
        let status = sqlite3_prepare_v3(
            connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        statement = prepared
        guard status == SQLITE_OK else { throw Self.error(status, connection) }
    }

    deinit { sqlite3_finalize(statement) }

    /// Binds, steps to the end, and clears. What `bind` is given must live as long as the call.
    func run(_ bind: (borrowing BulkStatement) throws -> Void) throws {
        try bind(self)
        let status = sqlite3_step(statement)
        sqlite3_reset(statement)
        guard status == SQLITE_DONE else { throw Self.error(status, connection) }
    }

    /// Binds and hands the first row, if there is one, to `row`; what its columns hold lives as long as the call.
    func fetch(
        _ bind: (borrowing BulkStatement) throws -> Void, row: (borrowing BulkStatement) throws -> Void
    ) throws {
        try bind(self)
        defer { sqlite3_reset(statement) }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: try row(self)
        case SQLITE_DONE: break
        case let status: throw Self.error(status, connection)
        }
    }

    /// Binds and hands every row to `row`; what its columns hold lives as long as the call.
    func forEach(
        _ bind: (borrowing BulkStatement) throws -> Void, row: (borrowing BulkStatement) throws -> Void
    ) throws {
        try bind(self)
        defer { sqlite3_reset(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try row(self)
            case SQLITE_DONE: return
            case let status: throw Self.error(status, connection)
            }
        }
    }

    func column(_ index: Int32) -> SourceValue {
        switch sqlite3_column_type(statement, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, index))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
        case SQLITE_TEXT:
            let text = sqlite3_column_text(statement, index)
            return .text(UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, index))))
        case SQLITE_BLOB:
            let bytes = sqlite3_column_blob(statement, index)
            return .blob(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, index))))
        default: return .null
        }
    }

    func bind(_ index: Int32, _ value: SourceValue) {
        switch value {
        case .null: bindNull(index)
        case .integer(let number): bind(index, number)
        case .real(let number): bind(index, number)
        case .text(let bytes): bind(index, text: bytes)
        case .blob(let bytes): bind(index, blob: bytes)
        }
    }

    func bind(_ index: Int32, _ value: Int64) { sqlite3_bind_int64(statement, index, value) }
    func bind(_ index: Int32, _ value: Double) { sqlite3_bind_double(statement, index, value) }
    func bindNull(_ index: Int32) { sqlite3_bind_null(statement, index) }

    func bind(_ index: Int32, _ value: Int64?) { if let value { bind(index, value) } else { bindNull(index) } }
    func bind(_ index: Int32, _ value: Double?) { if let value { bind(index, value) } else { bindNull(index) } }

    /// Copies the text.
    func bind(_ index: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bytes in
            // -1 is SQLITE_TRANSIENT, a C cast that Swift does not import.
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            guard let start = bytes.baseAddress else {
                sqlite3_bind_text(statement, index, "", 0, nil)
                return
            }
            start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                _ = sqlite3_bind_text(statement, index, characters, Int32(bytes.count), transient)
            }
        }
    }

    /// The text's bytes are read while the statement runs: they must outlive it.
    func bind(_ index: Int32, text: UnsafeRawBufferPointer) {
        // An empty buffer may have no address, which SQLite would take for null.
        let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        if let start {
            sqlite3_bind_text(statement, index, start, Int32(text.count), nil)
        } else {
            sqlite3_bind_text(statement, index, "", 0, nil)
        }
    }

    func bind(_ index: Int32, copying text: UnsafeRawBufferPointer) {
        // -1 is SQLITE_TRANSIENT, a C cast that Swift does not import.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        let start = text.baseAddress?.assumingMemoryBound(to: CChar.self)
        if let start {
            sqlite3_bind_text(statement, index, start, Int32(text.count), transient)
        } else {
            sqlite3_bind_text(statement, index, "", 0, nil)
        }
    }

    func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
        sqlite3_bind_blob(statement, index, blob.baseAddress, Int32(blob.count), nil)
    }

    /// Copies the bytes.
    func bind(_ index: Int32, blob: [UInt8]) {
        blob.withUnsafeBytes { bytes in
            // -1 is SQLITE_TRANSIENT, a C cast that Swift does not import.
            let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), transient)
        }
    }

    private static func error(_ status: Int32, _ connection: OpaquePointer?) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: status), message: String(cString: sqlite3_errmsg(connection)))
    }
}

extension BulkStatement {
    /// Copies the text.
    func bind(_ index: Int32, string: String) {
        var string = string
        string.withUTF8 { bind(index, copying: UnsafeRawBufferPointer($0)) }
    }

    func bind(_ index: Int32, _ value: PlannedFeature.Value) {
        switch value {
        case .null: bindNull(index)
        case .integer(let number): bind(index, number)
        case .real(let number): bind(index, number)
        case .text(let text): bind(index, string: text)
        case .binary(let data): bind(index, blob: Array(data))
        }
    }
}

extension Database {
    /// Runs `body` with the triggers of this connection off.
    func withoutTriggers<T>(_ body: () throws -> T) throws -> T {
        tuban_enable_triggers(sqliteConnection, 0)
        defer { tuban_enable_triggers(sqliteConnection, 1) }
        return try body()
    }
}
