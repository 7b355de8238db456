import CSQLiteSession
import GRDB

/// What one command changed, as SQLite's session extension records it: a list of rows inserted, deleted and updated,
/// with their values before and after. The one mechanism behind undo, redo, evidence and exchange.
///
/// https://www.sqlite.org/sessionintro.html
package struct Changeset: Hashable, Sendable {
    package var bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// A row that stands in the way of applying a changeset: somebody changed it since.
    package struct Conflict: Error, Equatable {
        package var table: String
    }

    /// Records what `change` does to `tables`.
    ///
    /// - Returns: the result of `change` and the changeset; its rows are those of `tables` only.
    static func recording<T>(_ tables: [String], in db: Database, _ change: () throws -> T) throws -> (T, Changeset) {
        var session: OpaquePointer?
        try check(sqlite3session_create(db.sqliteConnection, "main", &session), db)
        defer { sqlite3session_delete(session) }
        for table in tables { try check(sqlite3session_attach(session, table), db) }
        let result = try change()
        var size: Int32 = 0
        var data: UnsafeMutableRawPointer?
        try check(sqlite3session_changeset(session, &size, &data), db)
        defer { sqlite3_free(data) }
        let bytes = data.map { Array(UnsafeRawBufferPointer(start: $0, count: Int(size))) } ?? []
        return (result, Changeset(bytes: bytes))
    }

    /// The changeset that takes this one back.
    func inverse() throws -> Changeset {
        var size: Int32 = 0
        var data: UnsafeMutableRawPointer?
        let status = bytes.withUnsafeBytes { source in
            // The session API takes the input without `const` but only reads it.
            sqlite3changeset_invert(
                Int32(source.count), UnsafeMutableRawPointer(mutating: source.baseAddress), &size, &data)
        }
        defer { sqlite3_free(data) }
        guard status == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: status)) }
        return Changeset(bytes: data.map { Array(UnsafeRawBufferPointer(start: $0, count: Int(size))) } ?? [])
    }

    /// What the callbacks of an application share.
    private struct Application {
        var tables: [String]?
        var conflict = ""
    }

    /// Makes the recorded changes; triggers follow. All or nothing.
    ///
    /// - Parameter tables: the rows of these only; nil for all.
    /// - Throws: `Conflict` when a row is not as the changeset expects it.
    func apply(to tables: [String]? = nil, in db: Database) throws {
        guard !bytes.isEmpty else { return }
        var application = Application(tables: tables)
        let status = try bytes.withUnsafeBytes { source in
            try withUnsafeMutablePointer(to: &application) { pointer in
                let code = sqlite3changeset_apply(
                    db.sqliteConnection, Int32(source.count), UnsafeMutableRawPointer(mutating: source.baseAddress),
                    { context, name in
                        guard let tables = context?.assumingMemoryBound(to: Application.self).pointee.tables,
                            let name
                        else { return 1 }
                        return tables.contains(String(cString: name)) ? 1 : 0
                    },
                    { context, _, iterator in
                        var name: UnsafePointer<CChar>?
                        // SQLite writes through all but the last pointer without asking.
                        var (columns, operation): (Int32, Int32) = (0, 0)
                        sqlite3changeset_op(iterator, &name, &columns, &operation, nil)
                        if let name {
                            context?.assumingMemoryBound(to: Application.self).pointee.conflict = String(cString: name)
                        }
                        return SQLITE_CHANGESET_ABORT
                    }, pointer)
                if code != SQLITE_OK, code != SQLITE_ABORT { try Self.check(code, db) }
                return code
            }
        }
        if status == SQLITE_ABORT { throw Conflict(table: application.conflict) }
    }

    /// How many rows of each table it changes.
    func rowsByTable() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        try walk { iterator in
            var name: UnsafePointer<CChar>?
            var (columns, operation): (Int32, Int32) = (0, 0)
            sqlite3changeset_op(iterator, &name, &columns, &operation, nil)
            if let name { counts[String(cString: name), default: 0] += 1 }
        }
        return counts
    }

    /// Calls `body` at each row.
    private func walk(_ body: (OpaquePointer?) throws -> Void) throws {
        try bytes.withUnsafeBytes { source in
            guard !source.isEmpty else { return }
            var iterator: OpaquePointer?
            let status = sqlite3changeset_start(
                &iterator, Int32(source.count), UnsafeMutableRawPointer(mutating: source.baseAddress))
            guard status == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: status)) }
            defer { sqlite3changeset_finalize(iterator) }
            while sqlite3changeset_next(iterator) == SQLITE_ROW { try body(iterator) }
        }
    }

    /// One changed row.
    struct Row {
        enum Operation { case insert, delete, update }
        var table: String
        var operation: Operation
        /// For each column its integer value, the new one where there is a new one; nil for anything else.
        var integers: [Int64?]
    }

    /// The rows, in the order of the changeset.
    func rows() throws -> [Row] {
        var rows: [Row] = []
        try walk { iterator in
            var name: UnsafePointer<CChar>?
            var columns: Int32 = 0
            var code: Int32 = 0
            sqlite3changeset_op(iterator, &name, &columns, &code, nil)
            let operation: Row.Operation =
                code == SQLITE_INSERT ? .insert : code == SQLITE_DELETE ? .delete : .update
            let integers = (0..<columns).map { column -> Int64? in
                var value: OpaquePointer?
                if operation != .delete { sqlite3changeset_new(iterator, column, &value) }
                if value == nil, operation != .insert { sqlite3changeset_old(iterator, column, &value) }
                guard let value, sqlite3_value_type(value) == SQLITE_INTEGER else { return nil }
                return sqlite3_value_int64(value)
            }
            rows.append(Row(table: name.map { String(cString: $0) } ?? "", operation: operation, integers: integers))
        }
        return rows
    }

    private static func check(_ status: Int32, _ db: Database) throws {
        guard status == SQLITE_OK else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: status), message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
        }
    }
}
