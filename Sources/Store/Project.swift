import CSQLiteSession
import Foundation
import GRDB
import Phrases
import Planning
import Synchronization

/// A county in one file: a GeoPackage with tuban's own tables beside the layers.
///
/// One connection, in write-ahead mode while anybody has the file open. A job opens a project of its own on the same
/// path. Each change is one transaction with its journal row; who is killed loses nothing that was acknowledged.
package final class Project: Sendable {
    package let path: String
    /// The operating system's user: the one who acts.
    package let who: String
    package let isReadOnly: Bool
    let connection: DatabaseQueue
    /// The time that the journal tells instead of the real one; only for what is invented as a whole.
    let clock: String?
    /// Where users' SQL runs (`UserQueries`); nil until there is some.
    let users = Mutex<DatabaseQueue?>(nil)
    /// Where indicators are reckoned; nil until there are some.
    let indicatorDesk = Mutex<IndicatorDesk?>(nil)

    private init(path: String, who: String, isReadOnly: Bool, connection: DatabaseQueue, clock: String? = nil) {
        self.path = path
        self.who = who
        self.isReadOnly = isReadOnly
        self.connection = connection
        self.clock = clock
    }

    // MARK: Opening

    /// Makes an empty project.
    ///
    /// - Parameter clock: the time (ISO 8601, UTC) at which everything in it shall seem to happen until it is closed, so
    ///   that an invented project is the same whenever it is made.
    /// - Throws: `Refusal` when something is already there, or nothing can be written there.
    package static func create(
        at path: String, title: String, line: String = "init", who: String = currentUser, clock: String? = nil
    ) throws -> Project {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Refusal(
                .cannotCreate, "\(path) is already there; choose another name.", "\(path) 已存在，请另取文件名。")
        }
        let folder = URL(filePath: path).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw Refusal(
                .cannotCreate, "\(path) cannot be made: there is no folder \(folder).", "无法建立 \(path)：没有文件夹 \(folder)。")
        }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: false))
            let project = Project(path: path, who: who, isReadOnly: false, connection: queue, clock: clock)
            try queue.writeWithoutTransaction { db in
                try db.execute(
                    sql: """
                        PRAGMA application_id = \(GeoPackageSchema.applicationID);
                        PRAGMA user_version = \(GeoPackageSchema.userVersion);
                        """)
                try db.inTransaction(.immediate) {
                    try db.execute(sql: GeoPackageSchema.tables)
                    try db.execute(sql: GeoPackageSchema.requiredReferenceSystems)
                    try db.execute(sql: Schema.whole)
                    try register(db)
                    try ClassRegistry.store(ClassTable.standard.classes, in: db)
                    try set("schema_version", to: Schema.migrations.count, in: db)
                    try set("title", to: title, in: db)
                    // Copies that field offices take get numbers of their own, so that uids never meet (`nextUID`).
                    try set("replica", to: 0, in: db)
                    try set("next_uid", to: 1, in: db)
                    // An invented county is the same whoever makes it; its first user is found later.
                    try set("id", to: clock == nil ? randomIdentity() : Digest.of("\(title) \(line)"), in: db)
                    let (_, founding) = try Changeset.recording(ReviewSchema.appended, in: db) {
                        if clock == nil { try project.found(in: db) }
                    }
                    try project.record(.set, line: line, in: db, detail: title, changeset: founding)
                    return .commit
                }
            }
            try project.prepare()
            return project
        } catch let error as DatabaseError {
            try? FileManager.default.removeItem(atPath: path)
            throw Refusal(
                .cannotCreate, "\(path) cannot be created: \(error.message ?? error.description).",
                "无法创建 \(path)：\(error.message ?? error.description)。")
        }
    }

    /// Opens a project. One of an older program is brought up to date in one transaction, with a copy kept beside it;
    /// rows that another program changed since are looked at and journalled.
    ///
    /// - Parameter isGlance: only the project's own tables are asked, and the views over its layers are not made.
    /// - Throws: `Refusal` when there is nothing, or it is not a project, or it is of a newer program.
    package static func open(
        at path: String, readOnly: Bool = false, who: String = currentUser, isGlance: Bool = false
    ) throws -> Project {
        guard FileManager.default.fileExists(atPath: path) else {
            if access(path, F_OK) != 0, errno == EACCES {
                throw Refusal(
                    .notAllowed,
                    "\(path) cannot be reached: \(who) may not enter its folder; ask its owner to take you into the group.",
                    "无法访问 \(path)：\(who) 无权进入其文件夹，请联系所有者将您加入用户组。")
            }
            throw Refusal(
                .noInput, "There is no file \(path); 'tuban init \(path)' makes a project.",
                "没有文件 \(path)；可用 tuban init \(path) 新建项目。")
        }
        let readOnly = readOnly || !FileManager.default.isWritableFile(atPath: path)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: readOnly))
            let project = Project(path: path, who: who, isReadOnly: readOnly, connection: queue)
            try project.checkVersion()
            if !isGlance { try project.prepare() }
            if !readOnly { try project.noticeOutsideChanges() }
            return project
        } catch let error as DatabaseError {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            if error.resultCode == .SQLITE_CANTOPEN || error.resultCode == .SQLITE_READONLY,
                !readOnly, !FileManager.default.isWritableFile(atPath: folder)
            {
                throw Refusal(
                    .notAllowed,
                    "\(path) cannot be opened: \(who) may not write in its folder, where the log of changes must lie; 'init --group' makes a folder that several logins share.",
                    "无法打开 \(path)：\(who) 不能在其文件夹中写入（变更日志须存放于此）；init --group 可建立多人共用的文件夹。")
            }
            throw refusal(error, path)
        }
    }

    /// Leaves the file. The last one out folds the write-ahead log in, so that one clean file remains.
    package func close() throws {
        try users.withLock { users in
            try users?.close()
            users = nil
        }
        try indicatorDesk.withLock { desk in
            try desk?.queue.close()
            try desk?.formulas.close()
            desk = nil
        }
        if !isReadOnly {
            connection.inDatabase { db in
                // Fails while others have the file open: then it is theirs to do.
                _ = try? db.execute(sql: "PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE")
            }
        }
        try connection.close()
    }

    // MARK: Reading and changing

    /// Reads in one consistent state.
    package func read<T>(_ body: (Database) throws -> T) throws -> T {
        do {
            return try connection.inDatabase { db in
                var result: T?
                try db.inTransaction(.deferred) {
                    result = try body(db)
                    return .commit
                }
                // `inTransaction` either ran the body to its end or threw.
                return result!
            }
        } catch let error as DatabaseError { throw Self.refusal(error, path) }
    }

    /// One change of the project: a transaction that is kept whole or not at all.
    func change<T>(_ body: (Database) throws -> T) throws -> T {
        guard !isReadOnly else {
            throw Refusal(
                .notAllowed, "Nothing can be changed: \(path) is open for reading only.",
                "不能修改：\(path) 以只读方式打开。")
        }
        do {
            let result = try connection.writeWithoutTransaction { db in
                var result: T?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                // `inTransaction` either ran the body to its end or threw.
                return result!
            }
            writeHead()
            return result
        } catch let error as DatabaseError { throw Self.refusal(error, path) }
    }

    /// A number that changes when another connection has changed the file.
    package func foreignRevision() throws -> Int64 {
        try connection.inDatabase { db in try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0 }
    }

    /// Stops the statement that is running, from any thread.
    package func interrupt() {
        connection.interrupt()
        users.withLock { $0?.interrupt() }
        indicatorDesk.withLock { $0?.queue.interrupt() }
    }

    // MARK: Settings

    package func setting(_ key: String) throws -> String? {
        try read { db in try Self.setting(key, in: db) }
    }

    static func setting(_ key: String, in db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT value FROM project WHERE key = ?", arguments: [key])
    }

    static func set(_ key: String, to value: (any DatabaseValueConvertible)?, in db: Database) throws {
        try db.execute(sql: "INSERT OR REPLACE INTO project(key, value) VALUES (?, ?)", arguments: [key, value])
    }

    /// Reserves `count` uids that no feature ever had, here or in another copy of the project: a copy numbers from
    /// its own replica number shifted left by 40 bits.
    static func reserveUIDs(_ count: Int, in db: Database) throws -> Int64 {
        let next = try Int64.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'next_uid'") ?? 1
        try set("next_uid", to: next + Int64(count), in: db)
        return next
    }

    private static func randomIdentity() -> String {
        Digest.of((0..<4).map { _ in String(UInt64.random(in: .min ... .max)) }.joined(separator: " "))
    }

    /// The user who runs the program, as the operating system knows them.
    package static var currentUser: String {
        guard let entry = getpwuid(getuid()) else { return String(getuid()) }
        return String(cString: entry.pointee.pw_name)
    }

    // MARK: Details of opening

    /// Two threads that read at once would wait for each other at every allocation.
    private static let countsNoMemory = tuban_count_no_memory() == SQLITE_OK

    static func configuration(readOnly: Bool) -> Configuration {
        _ = countsNoMemory
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(10)
        configuration.foreignKeysEnabled = true
        configuration.prepareDatabase { db in
            // Four MiB: a screen must stay small, and an import raises it for itself.
            try db.execute(sql: "PRAGMA cache_size = -4096; PRAGMA temp_store = FILE")
            if !readOnly { try db.execute(sql: "PRAGMA synchronous = FULL") }
            for function in SpatialFunctions.all { db.add(function: function) }
        }
        return configuration
    }

    private func checkVersion() throws {
        let version = try connection.inDatabase { db -> Int? in
            let id = try Int32.fetchOne(db, sql: "PRAGMA application_id")
            // Asked of SQLite, not of GRDB, which would list the whole schema for it.
            let tables = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('project', 'journal')")
            guard id == GeoPackageSchema.applicationID, tables == 2 else { return nil }
            return try Int.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'schema_version'")
        }
        guard let version else {
            throw Refusal(
                .badData,
                "\(path) is not a tuban project. 'tuban init NEW.gpkg' makes one, 'tuban import \(path) -f NEW.gpkg' reads this file into it.",
                "\(path) 不是 tuban 项目。可先用 tuban init 新建项目，再用 tuban import \(path) 导入。")
        }
        if version > Schema.migrations.count {
            throw Refusal(
                .badData,
                "\(path) was made by a newer tuban (schema \(version), this program knows \(Schema.migrations.count)); update tuban to open it.",
                "\(path) 由更新版本的 tuban 建立（结构版本 \(version)，本程序为 \(Schema.migrations.count)），请升级后再打开。")
        }
        if version < Schema.migrations.count {
            try migrate(from: version, by: Schema.migrations)
        }
    }

    /// Brings an older project up to date, in one transaction, with a copy of it as it was kept beside it.
    func migrate(from version: Int, by migrations: [@Sendable () -> String]) throws {
        guard !isReadOnly else {
            throw Refusal(
                .notAllowed,
                "\(path) is of an older tuban and must be opened once for writing to be brought up to date.",
                "\(path) 由旧版本建立，须先以可写方式打开一次完成升级。")
        }
        let copy = "\(path).schema\(version).backup"
        try? FileManager.default.removeItem(atPath: copy)
        try connection.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
            try db.inTransaction(.immediate) {
                for migration in migrations[version...] { try db.execute(sql: migration()) }
                try ListBlocks.buildMissing(in: db)
                try Self.set("schema_version", to: migrations.count, in: db)
                try record(.set, line: "migrate", in: db, detail: "schema \(version) to \(migrations.count)")
                return .commit
            }
        }
    }

    /// Switches to write-ahead mode and makes what a connection needs for itself.
    private func prepare() throws {
        try connection.inDatabase { db in
            if !isReadOnly, !NetworkFileSystem.holds(path) { try Self.writeAhead(db) }
            try Here.install(in: db)
        }
    }

    /// Write-ahead mode, where nobody is writing just now. Who is, another program as it may be, is not waited for: reading
    /// goes without, and whoever opens the file next tries again.
    private static func writeAhead(_ db: Database) throws {
        try db.execute(sql: "PRAGMA busy_timeout = 200")
        defer { _ = try? db.execute(sql: "PRAGMA busy_timeout = 10000") }
        do {
            try db.execute(sql: "PRAGMA journal_mode = WAL")
        } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
    }

    /// Registers our tables as the GeoPackage standard asks of extensions.
    private static func register(_ db: Database) throws {
        for (table, description) in Schema.attributeTables {
            try db.execute(
                sql: """
                    INSERT INTO gpkg_contents(table_name, data_type, identifier, description)
                    VALUES (?, 'attributes', ?, ?)
                    """, arguments: [table, table, description])
        }
        // Anybody may read our tables as they stand; to write them a program must know what hangs on them. What stands in
        // gpkg_contents is an attributes table of the standard's own: a row here besides would have GDAL, and so QGIS, warn
        // of each of them whenever the file is opened for writing.
        let listed = Schema.attributeTables.map(\.0)
        for table in Schema.tables where !listed.contains(table) {
            try db.execute(
                sql: "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'write-only')",
                arguments: [
                    table, GeoPackageSchema.extensionName,
                    "Tables of the tuban planning workbench; documented in its source, Store/Schema.swift",
                ])
        }
    }

    private static func busy(_ path: String) -> Refusal {
        let writer = WritingProcess(of: path)?.name ?? Phrase("somebody else", "他人")
        return Refusal(
            .busy, "\(path) is being changed by \(writer.english); try again in a moment.",
            "\(path) 正被\(writer.chinese)修改，请稍后再试。")
    }

    static func refusal(_ error: DatabaseError, _ path: String) -> any Error {
        if error.extendedResultCode == .SQLITE_IOERR_LOCK || error.extendedResultCode == .SQLITE_IOERR_SHMLOCK {
            return refusal(DatabaseError(resultCode: .SQLITE_PROTOCOL), path)
        }
        // On a full disk even a reader cannot open the log's index, and SQLite has no word for that.
        if error.resultCode == .SQLITE_IOERR, isDiskFull(at: path) {
            return refusal(DatabaseError(resultCode: .SQLITE_FULL), path)
        }
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: busy(path)
        case .SQLITE_FULL:
            Refusal(
                .inputOutput, "The disk that holds \(path) is full; nothing was changed. Make room and try again.",
                "\(path) 所在磁盘已满，未作任何修改；请清理空间后再试。")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            Refusal(
                .badData, "\(path) is damaged or not a GeoPackage (\(error.message ?? "SQLite cannot read it")).",
                "\(path) 已损坏或不是 GeoPackage（\(error.message ?? "SQLite 无法读取")）。")
        case .SQLITE_PROTOCOL, .SQLITE_NOLFS:
            Refusal(
                .inputOutput,
                "The file system that holds \(path) does not lock files as several users need; move the project to a local disk.",
                "\(path) 所在文件系统不支持多人使用所需的文件锁；请将项目移至本地磁盘。")
        case .SQLITE_IOERR, .SQLITE_CANTOPEN:
            Refusal(
                .inputOutput, "\(path) cannot be read or written: \(error.message ?? "input or output failed").",
                "无法读写 \(path)：\(error.message ?? "输入输出错误")。")
        case .SQLITE_READONLY:
            Refusal(.notAllowed, "\(path) cannot be written to.", "\(path) 不可写。")
        case .SQLITE_INTERRUPT:
            CancellationError()
        default:
            error
        }
    }
    /// Whether the disk that holds a file has no room for the index of a write-ahead log, which is 32 KiB at the least.
    private static func isDiskFull(at path: String) -> Bool {
        var room = statvfs()
        return statvfs(path, &room) == 0 && UInt64(room.f_bavail) * UInt64(room.f_frsize) < 32_768
    }
}
