import Foundation
import GRDB
import Phrases
import Planning

/// The connection that indicators are reckoned on: reading only, with the documented views and a table of the classes by
/// group; formulas run on it under the guard of users' SQL. It is kept for as long as the project is open.
final class IndicatorDesk: Sendable {
    let queue: DatabaseQueue

    init(path: String) throws {
        queue = try DatabaseQueue(path: path, configuration: Project.configuration(readOnly: true))
        try queue.inDatabase { db in
            // Reading only is for the file; the connection's own temporary tables must be written.
            try db.execute(sql: "PRAGMA query_only = OFF; PRAGMA cache_size = -16384")
            try Here.install(in: db)
            try db.execute(
                sql: IndicatorViews.classTable + """
                    CREATE TEMP TABLE shared(sign INTEGER, a INTEGER, b INTEGER, area_m2 REAL, length_m REAL);
                    CREATE TEMP TABLE made_pair(
                        overlay INTEGER, a INTEGER, b INTEGER, area_m2 REAL, length_m REAL, PRIMARY KEY (overlay, a, b))
                        WITHOUT ROWID;
                    CREATE INDEX temp.made_pair_b ON made_pair(overlay, b);
                    CREATE TEMP TABLE unit_above(unit INTEGER, code TEXT);
                    CREATE INDEX temp.unit_above_unit ON unit_above(unit);
                    """)
        }
    }

    /// Runs `body` in one consistent state of the file.
    func read<T>(_ body: (Database) throws -> T) throws -> T {
        try queue.inDatabase { db in
            var result: T?
            try db.inTransaction(.deferred) {
                result = try body(db)
                return .commit
            }
            // `inTransaction` either ran the body to its end or threw.
            return result!
        }
    }

    /// Brings the table of classes up to date with the file's.
    static func fillClasses(in db: Database) throws {
        let count =
            try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT count FROM main.indicator_count WHERE plan = 0 AND layer = 0")) ?? 0
        let made = try Int64.fetchOne(db.cachedStatement(sql: "SELECT count FROM temp.class_group_made"))
        guard made != count else { return }
        try db.execute(
            sql: """
                DELETE FROM temp.class_group; INSERT INTO temp.class_group SELECT * FROM temp.class_group_now;
                DELETE FROM temp.unit_above;
                WITH RECURSIVE above(unit, id, depth) AS (
                    SELECT id, id, 0 FROM main.unit WHERE id <> 0
                    UNION ALL SELECT a.unit, u.parent, a.depth + 1 FROM above AS a JOIN main.unit AS u ON u.id = a.id
                    WHERE u.parent IS NOT NULL AND a.depth < 9)
                INSERT INTO temp.unit_above SELECT a.unit, u.code FROM above AS a JOIN main.unit AS u ON u.id = a.id;
                DELETE FROM temp.class_group_made;
                """)
        try db.execute(sql: "INSERT INTO temp.class_group_made VALUES (?)", arguments: [count])
    }

    /// Runs users' SQL on the connection: it may read `views`, which may read our tables.
    static func guarded<T>(
        _ views: Set<String>, _ tables: Set<String>, in db: Database, _ body: () throws -> T
    ) throws -> T {
        let tables = tables.union([
            "class_group", "shared", "made_pair", "unit_above", "survey_change", "indicator_pair", "plan_summary",
            "statistic_value",
            "statistic_series",
        ])
        return try UserQueries(views: views, tables: tables, seconds: 600).run(in: db, body)
    }
}

extension Project {
    /// Runs `body` where indicators are reckoned, in one consistent state of the file.
    func reckon<T>(_ body: (Database) throws -> T) throws -> T {
        let desk = try indicatorDesk.withLock { desk in
            if let desk { return desk }
            let made = try IndicatorDesk(path: path)
            desk = made
            return made
        }
        do {
            return try desk.read(body)
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_INTERRUPT { throw CancellationError() }
            throw Self.refusal(error, path)
        }
    }
}
