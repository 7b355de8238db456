import Foundation
import GRDB
import Geometry
import Phrases

/// The rows of one plan as they were once: in a database in memory, for which the file need not be written.
///
/// What the plan holds now is copied there, and the changesets of its later journal rows are taken back, newest first;
/// one mechanism with undo, and exact whatever was undone and redone meanwhile.
struct PastWorld {
    /// The tables that a plan's world is made of.
    static let tables = ["plan_edit", "plan_origin", "lineage", "attachment"]

    let memory: DatabaseQueue

    /// - Parameter journal: the newest row of the journal that counts.
    init(of plan: Int64, at journal: Int64, _ db: Database) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        memory = try DatabaseQueue(configuration: configuration)
        try memory.writeWithoutTransaction { memory in
            for table in Self.tables {
                // With the key that a changeset finds its rows by, and without the triggers.
                let text = try String.fetchOne(
                    db, sql: "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", arguments: [table])
                try memory.execute(sql: text ?? "")
                try Self.copy(
                    Row.fetchCursor(db, sql: "SELECT * FROM main.\(table) WHERE plan = ?", arguments: [plan]),
                    to: table, in: memory)
            }
            let later = try Data.fetchCursor(
                db,
                sql: """
                    SELECT changeset FROM journal WHERE plan = ? AND id > ? AND changeset IS NOT NULL ORDER BY id DESC
                    """, arguments: [plan, journal])
            while let bytes = try later.next() {
                try Changeset(bytes: Array(bytes)).inverse().apply(to: Self.tables, in: memory)
            }
        }
    }

    static func copy(_ rows: RowCursor, to table: String, in db: Database) throws {
        var insert: Statement?
        while let row = try rows.next() {
            let places = Array(repeating: "?", count: row.count).joined(separator: ", ")
            let statement = try insert ?? db.makeStatement(sql: "INSERT INTO \(table) VALUES (\(places))")
            insert = statement
            try statement.execute(arguments: StatementArguments(row.databaseValues))
        }
    }
}

extension Project {
    /// Shows the world of a plan as it was right after a step, or right before it, to everything that reads by this
    /// connection within `body`. Works on a file that is open for reading only.
    ///
    /// Temporary tables of the same names stand before those of the file meanwhile; nothing may be changed. Sums
    /// (`plan_summary`, `plan_change`) stay those of the present.
    ///
    /// - Throws: `Refusal` for a step that the plan does not have.
    package func seeing<T>(step: Int64, of plan: Int64, before: Bool = false, _ body: () throws -> T) throws -> T {
        let world = try read { db in
            let journal = try Self.entry(of: step, in: plan, db).id
            return try PastWorld(of: plan, at: before ? journal - 1 : journal, db)
        }
        defer {
            // What is not there need not be dropped; the tables are the connection's own and go with it.
            try? connection.inDatabase { db in try Self.unshadow(db) }
        }
        try read { db in try Self.shadow(world, plan, db) }
        return try body()
    }

    private static let shadowed = PastWorld.tables + ["plan_edit_place", "past_overview"]

    private static func unshadow(_ db: Database) throws {
        try db.execute(sql: "DROP VIEW IF EXISTS temp.overview")
        for table in shadowed { try db.execute(sql: "DROP TABLE IF EXISTS temp.\(table)") }
    }

    private static func shadow(_ world: PastWorld, _ plan: Int64, _ db: Database) throws {
        for table in PastWorld.tables {
            let columns = try Row.fetchAll(db, sql: "SELECT name, type, pk FROM pragma_table_info('\(table)', 'main')")
            let isNumbered = columns.filter { $0["pk"] as Int > 0 }.count == 1
            let names = columns.map { column in
                let key = isNumbered && column["pk"] as Int > 0 ? " PRIMARY KEY" : ""
                return "\((column["name"] as String).quoted) \(column["type"] as String)\(key)"
            }
            // Without references: a temporary table cannot refer to the file's.
            try db.execute(sql: "CREATE TABLE temp.\(table)(\(names.joined(separator: ", ")))")
        }
        try db.execute(
            sql: """
                CREATE INDEX temp.past_edit ON plan_edit(plan, uid);
                CREATE INDEX temp.past_origin ON plan_origin(plan, uid);
                CREATE INDEX temp.past_lineage ON lineage(parent, plan);
                CREATE VIRTUAL TABLE temp.plan_edit_place USING rtree(id, min_x, max_x, min_y, max_y);
                CREATE TABLE temp.past_overview(
                    plan INTEGER, layer INTEGER, level INTEGER, tile_row INTEGER, tile_column INTEGER, cells BLOB,
                    PRIMARY KEY (plan, layer, level, tile_row, tile_column));
                INSERT INTO temp.past_overview SELECT * FROM main.overview WHERE plan = \(plan);
                CREATE TEMP VIEW overview AS
                    SELECT * FROM main.overview WHERE plan <> \(plan) UNION ALL SELECT * FROM temp.past_overview;
                CREATE TEMP TRIGGER past_overview_insert INSTEAD OF INSERT ON temp.overview BEGIN
                    INSERT OR REPLACE INTO past_overview
                    VALUES (NEW.plan, NEW.layer, NEW.level, NEW.tile_row, NEW.tile_column, NEW.cells); END;
                CREATE TEMP TRIGGER past_overview_delete INSTEAD OF DELETE ON temp.overview BEGIN
                    DELETE FROM past_overview WHERE plan = OLD.plan AND layer = OLD.layer AND level = OLD.level
                        AND tile_row = OLD.tile_row AND tile_column = OLD.tile_column; END;
                """)
        try world.memory.inDatabase { memory in
            for table in PastWorld.tables {
                try PastWorld.copy(
                    Row.fetchCursor(memory, sql: "SELECT * FROM \(table)"), to: "temp.\(table)", in: db)
            }
        }
        for (stretch, box) in try placed(plan, db) { try mendOverview(stretch, box, in: db) }
    }

    /// Gives the past's edits their places.
    ///
    /// - Returns: where the past and the present differ, by layer.
    private static func placed(_ plan: Int64, _ db: Database) throws -> [OverviewStretch: Box] {
        // The present's place serves where the outline is the same; the others are measured below.
        try db.execute(
            sql: """
                INSERT INTO temp.plan_edit_place SELECT r.id, r.min_x, r.max_x, r.min_y, r.max_y
                FROM temp.plan_edit AS e JOIN main.plan_edit_place AS r ON r.id = e.id
                """)
        var stretches: [OverviewStretch: Box] = [:]
        let differing = try Row.fetchAll(
            db,
            sql: """
                SELECT coalesce(e.id, n.id) AS id, coalesce(e.uid, n.uid) AS uid, coalesce(e.layer, n.layer) AS layer,
                    e.geom AS past, n.geom AS present, e.id IS NOT NULL AS lives
                FROM temp.plan_edit AS e FULL JOIN (SELECT * FROM main.plan_edit WHERE plan = \(plan)) AS n
                    ON n.id = e.id
                WHERE e.id IS NULL OR n.id IS NULL OR e.class <> n.class OR e.op <> n.op OR e.geom IS NOT n.geom
                """)
        for row in differing {
            let id: Int64 = row["id"]
            var box = try Box.fetch(
                db, "SELECT min_x, max_x, min_y, max_y FROM main.plan_edit_place WHERE id = ?", [id])
            box = box.union(try baseBox(of: row["uid"], in: db))
            for column in ["past", "present"] {
                let geom: Data? = row[column]
                box = box.union(geom?.withUnsafeBytes { GeoPackageBlob.box(of: $0) } ?? .empty)
            }
            guard !box.isEmpty else { continue }
            if row["lives"] {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO temp.plan_edit_place VALUES (?, ?, ?, ?, ?)",
                    arguments: [id, box.minX, box.maxX, box.minY, box.maxY])
            }
            let stretch = OverviewStretch(plan: plan, layer: row["layer"])
            stretches[stretch] = stretches[stretch, default: .empty].union(box)
        }
        return stretches
    }
}
