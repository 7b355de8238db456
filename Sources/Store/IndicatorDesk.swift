import Foundation
import GRDB
import Phrases
import Planning
import Synchronization

/// The connection that indicators are reckoned on: reading only, with the documented views and a table of the classes by
/// group; formulas run on it under the guard of users' SQL. It is kept for as long as the project is open.
final class IndicatorDesk: Sendable {
    let queue: DatabaseQueue
    /// Where formulas are worked out: a connection without a table, whose guard stays up. Under a guard that comes and goes
    /// SQLite would prepare every formula anew each time.
    let formulas: DatabaseQueue
    /// What drafts make of patches, as far as it was reckoned.
    let patchChanges = Mutex<[String: PatchChange]>([:])
    private let knownUnits = Mutex<(stamp: Int64, units: IndicatorUnits)?>(nil)
    /// What the library comes to in the base, by unit and year, and what it hangs on.
    let baseValues = Mutex<[[Int64]: (stamp: String, values: [IndicatorValue])]>([:])
    /// What sums are kept under, as far as somebody asked.
    let names = Mutex<[IndicatorInput.Definition: String]>([:])
    /// The base's land by unit and class, by layer, and what it was added up from.
    let landTotals = Mutex<[Int64: (stamp: String, totals: LandTotals)]>([:])
    /// The library as it was read last, and what tells whether it is the same still.
    private let library = Mutex<(stamp: [Int64], indicators: [Indicator])?>(nil)

    init(path: String) throws {
        queue = try DatabaseQueue(path: path, configuration: Project.configuration(readOnly: true))
        formulas = try DatabaseQueue()
        formulas.inDatabase(UserQueries.seal)
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
                    """ + IndicatorRun.landByUnit + IndicatorRun.zoneTables)
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

    /// The project's indicators; read again only where somebody has added some.
    func indicators(in db: Database) throws -> [Indicator] {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT count(*), total(version), max(rowid) FROM main.indicator"))
        let stamp: [Int64] = row.map { [$0[0], Int64($0[1] as Double), $0[2] ?? 0] } ?? []
        if let known = library.withLock({ $0 }), known.stamp == stamp { return known.indicators }
        let read = try Project.indicators(in: db)
        library.withLock { $0 = (stamp, read) }
        return read
    }

    /// The project's units; read again only where one has changed.
    func units(in db: Database) throws -> IndicatorUnits {
        let stamp = try Self.count(in: db)
        if let known = knownUnits.withLock({ $0 }), known.stamp == stamp { return known.units }
        let read = try IndicatorUnits(db)
        knownUnits.withLock { $0 = (stamp, read) }
        return read
    }

    /// How often classes and units have changed.
    private static func count(in db: Database) throws -> Int64 {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT count FROM main.indicator_count WHERE plan = 0 AND layer = 0")) ?? 0
    }

    /// Brings the table of classes up to date with the file's.
    static func fillClasses(in db: Database) throws {
        let count = try count(in: db)
        let made = try Int64.fetchOne(db.cachedStatement(sql: "SELECT count FROM temp.class_group_made"))
        guard made != count else { return }
        try db.execute(
            sql: """
                DELETE FROM temp.class_group; INSERT INTO temp.class_group SELECT * FROM temp.class_group_now;
                DELETE FROM temp.class_group_made;
                """)
        try db.execute(sql: "INSERT INTO temp.class_group_made VALUES (?)", arguments: [count])
    }

    /// Runs users' SQL on the connection: it may read `views`, which may read our tables.
    static func guarded<T>(
        _ views: Set<String>, _ tables: Set<String>, in db: Database, _ body: () throws -> T
    ) throws -> T {
        let tables = tables.union([
            "class_group", "shared", "reach_row", "made_pair", "land_sum", "survey_change", "indicator_pair",
            "plan_summary", "zone_layer", "overlap_change", "inside",
            "statistic_value",
            "statistic_series",
        ])
        return try UserQueries(views: views, tables: tables, seconds: 600).run(in: db, body)
    }
}

extension Project {
    /// Runs `body` where indicators are reckoned, in one consistent state of the file.
    func reckon<T>(_ body: (Database) throws -> T) throws -> T {
        let desk = try openDesk()
        do {
            return try desk.read(body)
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_INTERRUPT { throw CancellationError() }
            throw Self.refusal(error, path)
        }
    }

    func openDesk() throws -> IndicatorDesk {
        try indicatorDesk.withLock { desk in
            if let desk { return desk }
            let made = try IndicatorDesk(path: path)
            desk = made
            return made
        }
    }

    /// The indicators as they count now: of each the newest version, in the order of their ids.
    package func indicatorLibrary() throws -> [Indicator] {
        let desk = try openDesk()
        return try reckon { db in try desk.indicators(in: db) }
    }
}

extension DatabaseError {
    /// Whether a text is wrong by itself, and stays so until it or what it is asked of changes; else the file, memory or
    /// another program stood in the way.
    var isOfTheText: Bool { [.SQLITE_ERROR, .SQLITE_AUTH, .SQLITE_MISMATCH, .SQLITE_RANGE].contains(resultCode) }
}
