import Foundation
import GRDB
import GRDBSQLite
import Phrases

/// What users' own SQL may do: read the documented views, with a short list of functions, for ten seconds.
///
/// It runs on a read-only connection of its own: GRDB sets an authorizer to learn what statements touch, and ours would
/// blind it.
final class UserQueries {
    private let views: Set<String>
    private let tables: Set<String>
    /// What the views read.
    private static let tables: Set<String> = [
        "feature", "plan_edit", "plan_origin", "lineage", "land_class", "unit", "summary", "plan_summary",
        "layer_registry", "here", "rule_limit", "piece", "statistic_series", "statistic_source", "statistic_value",
    ]
    private static let functions: Set<String> = [
        "abs", "avg", "between", "coalesce", "count", "glob", "ifnull", "iif", "in", "instr", "length", "like", "lower",
        "ltrim", "max", "min", "nullif", "replace", "round", "rtrim", "substr", "substring", "sum", "total", "trim",
        "upper", "floor", "ceil", "sqrt", "julianday", "date", "group_concat", "json_extract", "json_type", "outside",
        "workdays", "ln", "exp",
    ]
    private let deadline: ContinuousClock.Instant
    private(set) var ranOut = false

    /// - Parameters:
    ///   - views: the documented views there are.
    ///   - tables: what they read besides what the documented views of every connection read.
    init(
        views: Set<String> = ["parcel", "land", "change", "layer", "statistic"], tables: Set<String> = [],
        seconds: Int = 10
    ) {
        self.views = Set(views.map { $0.lowercased() })
        self.tables = Self.tables.union(tables)
        deadline = .now + .seconds(seconds)
    }

    /// Runs `body` on `queue` with the authorizer and the deadline in force.
    func run<T>(on queue: DatabaseQueue, _ body: (Database) throws -> T) throws -> T {
        try queue.inDatabase { db in try run(in: db) { try body(db) } }
    }

    /// Runs `body` with the authorizer and the deadline in force on its connection.
    func run<T>(in db: Database, _ body: () throws -> T) throws -> T {
        let connection = db.sqliteConnection
        sqlite3_set_authorizer(
            connection,
            { context, action, first, second, _, view in
                guard let context else { return SQLITE_DENY }
                return Unmanaged<UserQueries>.fromOpaque(context).takeUnretainedValue().allows(
                    action, first: first.map { String(cString: $0) }, second: second.map { String(cString: $0) },
                    view: view.map { String(cString: $0) })
            }, Unmanaged.passUnretained(self).toOpaque())
        defer { sqlite3_set_authorizer(connection, nil, nil) }
        return try watch(in: db, body)
    }

    /// Runs `body` with the deadline alone in force: what it executes was prepared under `run` before.
    ///
    /// SQLite asks an authorizer when it prepares a statement, not when it executes it; and setting one has it prepare
    /// every statement of the connection anew. A statement that was allowed reads the same things for as long as the
    /// schema is the same.
    func watch<T>(in db: Database, _ body: () throws -> T) throws -> T {
        let connection = db.sqliteConnection
        sqlite3_progress_handler(
            connection, 20_000,
            { context in
                guard let context else { return 1 }
                return Unmanaged<UserQueries>.fromOpaque(context).takeUnretainedValue().isOver() ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
        defer { sqlite3_progress_handler(connection, 0, nil, nil) }
        return try body()
    }

    /// Leaves a connection with expressions alone, for as long as it lives: no table, and the same functions.
    static func seal(_ db: Database) {
        sqlite3_set_authorizer(
            db.sqliteConnection,
            { _, action, _, function, _, _ in
                switch action {
                case SQLITE_SELECT: SQLITE_OK
                case SQLITE_FUNCTION:
                    function.map { UserQueries.functions.contains(String(cString: $0).lowercased()) } == true
                        ? SQLITE_OK : SQLITE_DENY
                default: SQLITE_DENY
                }
            }, nil)
    }

    private func isOver() -> Bool {
        if ContinuousClock.now > deadline { ranOut = true }
        return ranOut
    }

    /// The answer to SQLite about one thing a statement wants.
    ///
    /// Tables are read through our views only, and only the tables that those read: SQLite names as the view whatever
    /// stands in FROM under a name, so that a `WITH parcel AS (SELECT … FROM journal)` would pass for ours. A table of
    /// which no column is read, as where the views join, comes with an empty column and no view; it tells no more than
    /// how many rows there are.
    private func allows(_ action: Int32, first: String?, second: String?, view: String?) -> Int32 {
        let isAllowed =
            switch action {
            case SQLITE_SELECT: true
            case SQLITE_READ:
                first.map {
                    // SQLite tells a view as the text writes it, in capitals or not.
                    views.contains($0.lowercased())
                        || tables.contains($0) && (second == "" || view.map { views.contains($0.lowercased()) } == true)
                } == true
            case SQLITE_FUNCTION: second.map { Self.functions.contains($0.lowercased()) } == true
            default: false
            }
        return isAllowed ? SQLITE_OK : SQLITE_DENY
    }
}

extension Project {
    /// The connection of users' SQL, made at its first use and kept.
    private func usersQueue() throws -> DatabaseQueue {
        try users.withLock { users in
            if let users { return users }
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration(readOnly: true))
            try queue.inDatabase { db in
                // Reading only is for the file; the connection's own temporary tables must be written.
                try db.execute(sql: "PRAGMA query_only = OFF")
                try Here.install(in: db)
            }
            users = queue
            return queue
        }
    }

    /// Runs users' SQL.
    ///
    /// - Throws: `Refusal` with SQLite's own words about what is wrong with the text, or when ten seconds have passed.
    func userQuery<T>(_ body: (Database) throws -> T) throws -> T {
        let here = try here()
        let queue = try usersQueue()
        try queue.inDatabase { db in try Self.stand(here, in: db) }
        let guardian = UserQueries()
        do {
            return try guardian.run(on: queue, body)
        } catch let error as DatabaseError {
            if guardian.ranOut {
                throw Refusal(
                    .usage, "The filter took longer than 10 seconds and was stopped; narrow it down.",
                    "筛选超过 10 秒，已停止；请缩小范围。")
            }
            if error.resultCode == .SQLITE_INTERRUPT { throw CancellationError() }
            var (reason, choice) = (error.message ?? error.description, Phrase("", ""))
            // GRDB's own words, which are for programmers.
            if reason.hasPrefix("Multiple statements found") { reason = "more than one statement" }
            if reason.hasPrefix("no such column: ") {
                let known = try queue.inDatabase { db in try db.columns(in: "parcel").map(\.name) }
                let asked = String(reason.split(whereSeparator: { " .".contains($0) }).last ?? "")
                let names = listed(known, resembling: asked)
                choice = Phrase("; the view parcel has \(names)", "；parcel 视图有 \(names)")
            }
            throw Refusal(
                .usage, "The filter is not understood: \(reason)\(choice.english).",
                "筛选条件无法理解：\(Self.inChinese(reason))\(choice.chinese)。")
        }
    }

    /// SQLite's words about a faulty text, for people who read Chinese; unknown ones stay as they are.
    private static func inChinese(_ reason: String) -> String {
        let known: [(start: String, words: String)] = [
            ("no such column: ", "没有字段 "), ("no such function: ", "没有函数 "),
            ("no such table: ", "没有表 "), ("unrecognized token: ", "无法识别 "),
            ("incomplete input", "条件不完整"), ("more than one statement", "只能写一条条件"), ("not authorized", "不允许使用其中的内容"),
        ]
        for (start, words) in known where reason.hasPrefix(start) { return words + reason.dropFirst(start.count) }
        if let match = reason.wholeMatch(of: /near (".*"): syntax error/) { return "\(match.1) 附近有语法错误" }
        return reason
    }
}
