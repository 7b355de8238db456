import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

extension Project {
    /// Looks at what other programs changed since tuban last had the file: rows that our triggers noted, layers that
    /// lost their table, layers that were written anew and so lost our triggers. Facts, summaries and overviews are
    /// computed again, and the journal says what was changed outside.
    func noticeOutsideChanges() throws {
        guard try hasOutsideChanges() else { return }
        try change { db in
            var told: [String] = []
            for layer in try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry") {
                if try !db.tableExists(layer.table) {
                    try Self.forget(layer, in: db)
                    told.append("\(layer.table): dropped")
                } else if try !Self.hasTriggers(layer, in: db) {
                    try layer.isGrid ? Self.noteGrid(layer, in: db) : Self.noteAll(of: layer, in: db)
                }
                let fids = try Int64.fetchAll(db, sql: "SELECT fid FROM touched WHERE layer = ?", arguments: [layer.id])
                guard !fids.isEmpty else { continue }
                if layer.isGrid {
                    try Self.mendGrid(layer.table, in: db)
                    told.append("\(layer.table): tiles changed: \(fids.count)")
                } else {
                    told.append(try Self.recompute(fids, of: layer, in: db))
                }
            }
            try db.execute(sql: "DELETE FROM touched")
            try record(.outside, line: "", in: db, detail: told.joined(separator: "; "))
        }
    }

    /// Quick whatever the layers' size: it asks the schema and an empty table.
    private func hasOutsideChanges() throws -> Bool {
        try read { db in
            if try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM touched)") == true { return true }
            return try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM layer_registry WHERE NOT EXISTS (
                        SELECT 1 FROM sqlite_master
                        WHERE type = 'trigger' AND name = 'tuban_touched_update_' || table_name))
                    """) == true
        }
    }

    private static func hasTriggers(_ layer: Layer, in db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = ?)",
            arguments: ["tuban_touched_update_\(layer.table)"]) == true
    }

    /// A layer whose table is gone: its facts go, its registry row too, unless a plan stands on it.
    private static func forget(_ layer: Layer, in db: Database) throws {
        try PastTable.drop(of: layer.table, in: db)
        for derived in ["list_block", "overview", "overview_past", "overview_moved", "touched", "feature", "summary"] {
            try db.execute(sql: "DELETE FROM \(derived) WHERE layer = ?", arguments: [layer.id])
        }
        let isBase = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM plan WHERE base = :id) OR EXISTS (SELECT 1 FROM plan_edit WHERE layer = :id)
                """, arguments: ["id": layer.id])
        if isBase == true {
            try db.execute(
                sql: "UPDATE layer_registry SET geometry = 'none', notes = notes || ? WHERE id = ?",
                arguments: ["\nThe table was dropped by another program.", layer.id])
            try createEmptyTable(layer, in: db)
            try ListBlocks.build(layer.id, in: db)
        } else {
            if layer.isGrid { try GridTables.forget(layer.table, in: db) }
            try db.execute(sql: "DELETE FROM layer_registry WHERE id = ?", arguments: [layer.id])
        }
    }

    /// A grid that was written anew: all its tiles are to be looked at.
    private static func noteGrid(_ layer: Layer, in db: Database) throws {
        try db.execute(sql: LayerTriggers.touched(layer.table, layer: layer.id, key: "id"))
        try db.execute(sql: "INSERT OR IGNORE INTO touched SELECT \(layer.id), id FROM \(layer.table.quoted)")
    }

    /// Keeps a dropped layer that plans stand on from being noticed again and again.
    private static func createEmptyTable(_ layer: Layer, in db: Database) throws {
        try db.execute(sql: "CREATE TABLE \(layer.table.quoted)(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL)")
        try db.execute(sql: LayerTriggers.touched(layer.table, layer: layer.id))
    }

    /// A layer that was written anew: all rows it has and all that it had are to be looked at.
    private static func noteAll(of layer: Layer, in db: Database) throws {
        try takeShape(layer, in: db)
        try db.execute(sql: LayerTriggers.touched(layer.table, layer: layer.id))
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO touched SELECT \(layer.id), fid FROM \(layer.table.quoted);
                INSERT OR IGNORE INTO touched SELECT layer, fid FROM feature
                    WHERE layer = \(layer.id) AND valid_to IS NULL;
                """)
    }

    /// Computes the facts of rows again.
    ///
    /// - Returns: what happened, for the journal.
    private static func recompute(_ fids: [Int64], of layer: Layer, in db: Database) throws -> String {
        let official = try coordinateSystem(in: db).map { try OfficialArea(crs: $0) }
        let classes = try layer.classSystem.map { try ClassRegistry(system: $0, crosswalk: layer.crosswalk, in: db) }
        let units = try UnitRegistry(in: db)
        var (added, changed, removed) = (0, 0, 0)
        var shape = Shape(kind: .polygon)
        for fid in fids {
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM \(layer.table.quoted) WHERE fid = ?", arguments: [fid])
            let uid = try Int64.fetchOne(
                db, sql: "SELECT uid FROM feature WHERE layer = ? AND fid = ? AND valid_to IS NULL",
                arguments: [layer.id, fid])
            guard let row else {
                if let uid {
                    try db.execute(sql: "DELETE FROM feature WHERE uid = ?", arguments: [uid])
                    removed += 1
                }
                continue
            }
            func text(_ field: String?) -> String {
                field.flatMap { name in (row[name] as DatabaseValue?).flatMap { Self.text($0) } }?.trimmed ?? ""
            }
            let blob: Data? = layer.geometry == nil ? nil : row["geom"]
            let isRead = blob?.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ?? false
            var area: Int64 = 0
            if isRead, layer.geometry == .polygon, let official {
                area = Area(squareMetres: try official.area(of: shape)).map { Int64($0.hundredths) } ?? 0
            }
            if let uid { area += try keptAdjustment(of: uid, raw: area, in: db) }
            let factor = Double(text(layer.factorField)) ?? 0
            let code = text(layer.classField)
            let unitCode = text(layer.unitField)
            let facts: StatementArguments = [
                text(layer.numberField), text(layer.nameField),
                code.isEmpty ? 0 : try classes?.id(of: code) ?? 0,
                unitCode.isEmpty ? 0 : try units.id(of: unitCode, name: text(layer.unitNameField)), area,
                area - FieldRidges.deduction(from: area, factor: factor, code: code),
            ]
            if let uid {
                try db.execute(
                    sql: """
                        UPDATE feature SET number = ?, name = ?, class = ?, unit = ?, area = ?, net = ?,
                            revision = revision + 1 WHERE uid = ?
                        """, arguments: facts + [uid])
                changed += 1
            } else {
                let uid = try reserveUIDs(1, in: db)
                try db.execute(
                    sql: """
                        INSERT INTO feature(number, name, class, unit, area, net, uid, layer, fid)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """, arguments: facts + [uid, layer.id, fid])
                added += 1
            }
        }
        try summarisePlans(on: layer, in: db)
        try refreshPicture(of: layer, in: db)
        return "\(layer.table): \(changed) changed, \(added) added, \(removed) removed"
    }

    /// What plans add to a layer's sums was reckoned from facts that have changed: it is reckoned again.
    static func summarisePlans(on layer: Layer, in db: Database) throws {
        try PlanChanges.reckon(layer: layer.id, in: db)
        try db.execute(sql: "DELETE FROM plan_summary WHERE layer = ?", arguments: [layer.id])
        try db.execute(
            sql: """
                INSERT INTO plan_summary
                SELECT plan, layer, unit, class, sum(count), sum(area), sum(net) FROM (
                    SELECT e.plan, f.layer, f.unit, f.class, -1 AS count, -f.area AS area, -f.net AS net
                    FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid WHERE e.layer = :layer AND e.op <> 'add'
                        AND (f.valid_to IS NULL OR EXISTS (SELECT 1 FROM publication AS p WHERE p.plan = e.plan))
                    UNION ALL
                    SELECT plan, layer, unit, class, 1, area, net FROM plan_edit WHERE layer = :layer AND op <> 'remove')
                GROUP BY plan, unit, class
                """, arguments: ["layer": layer.id])
    }

    /// Box and overview of a layer, from the table as it is now.
    private static func refreshPicture(of layer: Layer, in db: Database) throws {
        guard layer.geometry != nil else { return }
        let tree = "rtree_\(layer.table)_geom".quoted
        guard try db.tableExists("rtree_\(layer.table)_geom") else { return }
        let box = try Box.fetch(
            db,
            """
            SELECT min(minx), max(maxx), min(miny), max(maxy) FROM \(tree) HAVING count(*) > 0
            """, [])
        let count =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM feature WHERE layer = ? AND valid_to IS NULL", arguments: [layer.id])
            ?? 0
        guard let place = OverviewPlace(box: box, count: count) else { return }
        if place != layer.overview, try PastTable.exists(for: layer.table, in: db) {
            let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal") ?? 0
            try OverviewRevision.archive(layer, until: last + 1, in: db)
        }
        try db.execute(
            sql: """
                UPDATE layer_registry SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, grid_x = ?, grid_y = ?,
                    grid_cell = ?, grid_columns = ?, grid_rows = ?, revision = revision + 1 WHERE id = ?
                """,
            arguments: [
                box.minX, box.minY, box.maxX, box.maxY, place.origin.x, place.origin.y, place.cell, place.columns,
                place.rows, layer.id,
            ])
        try store(rasterise(layer.table, layer.id, place, in: db), layer: layer.id, in: db)
        // Plans' overviews lie on the same grid: make those of plans that edit this layer again.
        try db.execute(sql: "DELETE FROM overview WHERE layer = ? AND plan <> 0", arguments: [layer.id])
        for plan in try Int64.fetchAll(
            db, sql: "SELECT DISTINCT plan FROM plan_edit WHERE layer = ?", arguments: [layer.id])
        {
            try mendOverview(OverviewStretch(plan: plan, layer: layer.id), box, in: db)
        }
    }
}
