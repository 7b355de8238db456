import CSQLiteSession
import Foundation
import GRDB
import Planning

/// What the changesets of the journal make, one after another, in a database of its own: the tables of drafts and of
/// review without triggers and constraints, so that nothing comes about but what the changesets say. The functions that
/// tell a project's state read it like a project.
final class JournalReplay {
    /// What is replayed. `land_class` and `unit` also grow by imports, which no changeset tells.
    static let tables =
        ["plan", "plan_edit", "plan_origin", "lineage", "attachment", "rule", "rule_limit", "rule_answer"]
        + ReviewSchema.appended

    /// A table, and how its rows are changed.
    final class Table {
        let name: String
        let columns: [String]
        /// The places of the primary key's columns.
        let key: [Int]
        /// The column that tells a row's plan, if it has one.
        let plan: Int?
        fileprivate let isSigned: Bool
        fileprivate var statements: [Change: Statement] = [:]

        fileprivate init(name: String, columns: [String], key: [Int]) {
            (self.name, self.columns, self.key) = (name, columns, key)
            plan = name == "plan" ? 0 : columns.firstIndex(of: "plan")
            isSigned = columns.contains("signature")
        }
    }

    /// A statement is the same where the operation and the columns are.
    fileprivate struct Change: Hashable {
        var operation: Int32
        var columns: UInt64
    }

    /// A row that a changeset changed.
    struct Changed {
        var table: Table
        var operation: Changeset.Row.Operation
        /// The first column of its key.
        var id: Int64
        /// Which columns an update changed.
        var columns: UInt64

        func changes(only names: [String]) -> Bool {
            let allowed = names.reduce(UInt64(0)) { bits, name in
                table.columns.firstIndex(of: name).map { bits | 1 << $0 } ?? bits
            }
            return columns & ~allowed == 0
        }
    }

    /// Where the replay lies: in memory, and what is too much for that in a temporary file of SQLite's own.
    struct Scratch {
        private let queue: DatabaseQueue

        init() throws {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            queue = try DatabaseQueue(path: "", configuration: configuration)
        }

        /// - Parameter file: the project: names of classes, units and layers come from there.
        func open<T>(beside file: Database, _ body: (JournalReplay) throws -> T) throws -> T {
            let result = try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
                let replay = try JournalReplay(db, beside: file)
                defer { try? db.execute(sql: "COMMIT") }
                return try body(replay)
            }
            try queue.close()
            return result
        }
    }

    let db: Database
    private(set) var byName: [String: Table] = [:]
    private let remember: Statement

    private init(_ db: Database, beside file: Database) throws {
        self.db = db
        let blank = try Blank.shared.get()
        try blank.copy(into: db)
        for (name, columns) in blank.tables {
            let key = columns.filter { $0.key > 0 }.sorted { $0.key < $1.key }
            byName[name] = Table(
                name: name, columns: columns.map(\.name),
                key: key.compactMap { part in columns.firstIndex { $0.name == part.name } })
        }
        try db.execute(sql: "BEGIN")
        remember = try db.makeStatement(sql: "INSERT INTO journal(id, who, kind, plan, hash) VALUES (?, ?, ?, ?, ?)")
        for (table, columns) in [
            ("layer_registry", ["id", "table_name"]), ("land_class", ["id", "system", "code"]),
            ("unit", ["id", "code"]),
        ] {
            try take(table, columns, from: file)
        }
    }

    /// Copies columns of a table of the project, as they stand there.
    private func take(_ table: String, _ columns: [String], from file: Database) throws {
        let list = columns.joined(separator: ", ")
        let rows = try file.makeStatement(sql: "SELECT \(list) FROM \(table)")
        let add = try db.makeStatement(
            sql: "INSERT INTO \(table)(\(list)) VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))")
        let (source, target) = (rows.sqliteStatement, add.sqliteStatement)
        while try Self.step(source) {
            for column in columns.indices {
                sqlite3_bind_value(target, Int32(column) + 1, sqlite3_column_value(source, Int32(column)))
            }
            _ = try Self.step(target)
            sqlite3_reset(target)
        }
    }

    /// - Returns: whether there is a row.
    static func step(_ statement: OpaquePointer?) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
    }

    /// Keeps of a journal row what later ones are judged by.
    func remember(_ row: JournalRow, kind: JournalEntry.Kind) throws {
        try remember.execute(arguments: [row.id, row.who, kind.rawValue, row.plan, row.hash])
    }

    // MARK: Applying changesets

    /// Makes the changes of a journal row. Each must fit what is there, value by value.
    ///
    /// - Returns: the rows that were changed, but for those of tables that are not replayed.
    func apply(_ row: JournalRow) throws -> [Changed] {
        guard !row.changeset.isEmpty else { return [] }
        var changed: [Changed] = []
        var iterator: OpaquePointer?
        let unreadable = Self.unreadable(row)
        let status = sqlite3changeset_start(
            &iterator, Int32(row.changeset.count), UnsafeMutableRawPointer(mutating: row.changeset.baseAddress))
        guard status == SQLITE_OK else { throw unreadable }
        var isOpen = true
        defer { if isOpen { sqlite3changeset_finalize(iterator) } }
        while sqlite3changeset_next(iterator) == SQLITE_ROW {
            if let one = try apply(iterator, row) { changed.append(one) }
        }
        isOpen = false
        guard sqlite3changeset_finalize(iterator) == SQLITE_OK else { throw unreadable }
        return changed
    }

    private static func unreadable(_ row: JournalRow) -> JournalFault {
        JournalFault(row.id, "its changeset cannot be read", "变更集无法读取")
    }

    private func apply(_ iterator: OpaquePointer?, _ row: JournalRow) throws -> Changed? {
        let unreadable = Self.unreadable(row)
        var pointer: UnsafePointer<CChar>?
        var (count, operation): (Int32, Int32) = (0, 0)
        sqlite3changeset_op(iterator, &pointer, &count, &operation, nil)
        let name = pointer.map { String(cString: $0) } ?? ""
        guard let table = byName[name] else {
            if Schema.recordedTables.contains(name) || Schema.adjustedTables.contains(name) { return nil }
            throw JournalFault(row.id, "it changes table \(name), which no command does", "改动了表 \(name)，任何命令都不会这样做")
        }
        guard count == table.columns.count else {
            throw JournalFault(row.id, "its changeset is of another \(name)", "变更集与表 \(name) 的结构不符")
        }
        var change = Change(operation: operation, columns: 0)
        var (old, new): ([OpaquePointer?], [OpaquePointer?]) = ([], [])
        for column in 0..<count {
            var (before, after): (OpaquePointer?, OpaquePointer?)
            if operation != SQLITE_INSERT { sqlite3changeset_old(iterator, column, &before) }
            if operation != SQLITE_DELETE { sqlite3changeset_new(iterator, column, &after) }
            if operation == SQLITE_UPDATE, after != nil { change.columns |= 1 << UInt64(column) }
            if table.isSigned, let after, Self.hidesBytes(after) {
                throw JournalFault(row.id, "a text of it hides a zero byte", "文本中藏有零字节")
            }
            old.append(before)
            new.append(after)
        }
        let statement = try table.statements[change] ?? prepare(change, table)
        table.statements[change] = statement
        let handle = statement.sqliteStatement
        sqlite3_reset(handle)
        var place: Int32 = 0
        func bind(_ value: OpaquePointer?) throws {
            // A changeset that was tampered with may leave out what its kind of change must tell.
            guard let value else { throw unreadable }
            place += 1
            sqlite3_bind_value(handle, place, value)
        }
        if operation != SQLITE_DELETE {
            for value in new where operation == SQLITE_INSERT || value != nil { try bind(value) }
        }
        if operation == SQLITE_DELETE { for value in old { try bind(value) } }
        if operation == SQLITE_UPDATE {
            for column in old.indices where table.key.contains(column) || new[column] != nil { try bind(old[column]) }
        }
        let identity = (operation == SQLITE_INSERT ? new : old)[table.key[0]]
        let id = identity.map { sqlite3_value_int64($0) } ?? 0
        if let plan = table.plan {
            // A row tells of its own plan only.
            if operation == SQLITE_INSERT {
                guard let own = new[plan], row.plan == sqlite3_value_int64(own) else {
                    throw JournalFault(
                        row.id, "it changes \(name) \(id), which belongs to another plan", "改动了属于其他规划的 \(name) \(id)")
                }
            } else {
                place += 1
                if let plan = row.plan {
                    sqlite3_bind_int64(handle, place, plan)
                } else {
                    sqlite3_bind_null(handle, place)
                }
            }
        }
        // Without what an extended code adds.
        let status = sqlite3_step(handle) & 0xFF
        sqlite3_reset(handle)
        guard status == SQLITE_DONE, sqlite3_changes(db.sqliteConnection) == 1 else {
            // A changeset that was tampered with may give a row a text for its number.
            guard [SQLITE_DONE, SQLITE_CONSTRAINT, SQLITE_MISMATCH].contains(status) else {
                throw DatabaseError(resultCode: ResultCode(rawValue: status))
            }
            throw JournalFault(
                row.id, "its changeset does not fit what was there before it (\(name) \(id))",
                "变更集与此前的数据不符（\(name) \(id)）")
        }
        return Changed(
            table: table,
            operation: operation == SQLITE_INSERT ? .insert : operation == SQLITE_DELETE ? .delete : .update, id: id,
            columns: change.columns)
    }

    /// A text ends at a zero byte for whoever reads it as C does; what follows would be signed by nobody.
    private static func hidesBytes(_ value: OpaquePointer) -> Bool {
        guard sqlite3_value_type(value) == SQLITE_TEXT, let text = sqlite3_value_text(value) else { return false }
        return memchr(text, 0, Int(sqlite3_value_bytes(value))) != nil
    }

    private func prepare(_ change: Change, _ table: Table) throws -> Statement {
        let changed = table.columns.indices.filter { change.columns & (1 << UInt64($0)) != 0 }
        let own = table.plan.map { " AND \(table.columns[$0].quoted) IS ?" } ?? ""
        switch change.operation {
        case SQLITE_INSERT:
            let places = table.columns.map { _ in "?" }.joined(separator: ", ")
            return try db.makeStatement(sql: "INSERT INTO \(table.name) VALUES (\(places))")
        case SQLITE_DELETE:
            let rows = table.columns.map { "\($0.quoted) IS ?" }.joined(separator: " AND ")
            return try db.makeStatement(sql: "DELETE FROM \(table.name) WHERE \(rows)\(own)")
        default:
            let values = changed.map { "\(table.columns[$0].quoted) = ?" }.joined(separator: ", ")
            let before = table.columns.indices.filter { table.key.contains($0) || changed.contains($0) }
            let rows = before.map { "\(table.columns[$0].quoted) IS ?" }.joined(separator: " AND ")
            return try db.makeStatement(sql: "UPDATE \(table.name) SET \(values) WHERE \(rows)\(own)")
        }
    }
}
