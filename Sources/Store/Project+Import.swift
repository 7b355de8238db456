import Foundation
import GRDB
import Geometry
import Phrases
import Planning

extension Project {
    /// Writes a new layer with its facts, summaries, index and overview, in one transaction.
    ///
    /// The transaction is not recorded as a changeset: the journal row names the source and its hash instead.
    ///
    /// - Parameters:
    ///   - fill: adds the features; what it throws leaves the project as it was.
    ///   - detail: told to the journal when all are written.
    package func addLayer(
        _ new: NewLayer, line: String, fill: (LayerWriter) throws -> Void, detail: (LayerWriter) -> String
    ) throws -> Layer {
        try bulk { db in
            try guardName(new.table, in: db)
            if let system = new.adopted { try Self.store(system, in: db) }
            let srs = try Int32.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'srs_id'") ?? -1
            try Self.createTable(new, srs: srs, in: db)
            let layer = try Self.enroll(new, in: db)

            let first = try Int64.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'next_uid'") ?? 1
            let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM (SELECT 1 FROM feature LIMIT 10000)") ?? 0
            // Where this layer will be the larger part, indexes are made faster afterwards than kept on the way.
            let indexes = (new.expected?.count ?? .max) > before ? try Self.dropIndexes(in: db) : []
            for trigger in Schema.summaryTriggerNames + ListBlocks.triggerNames {
                try db.execute(sql: "DROP TRIGGER \(trigger)")
            }

            let writer = try LayerWriter(new, layer: layer, srs: srs, firstUID: first, in: db)
            try fill(writer)
            // Made while SQLite makes its indexes.
            let picture = picture(for: new, writer)
            let packed = Later("tree") { [tree = writer.tree] _ in tree.packed() }

            try Self.set("next_uid", to: first + writer.count, in: db)
            for index in indexes { try db.execute(sql: index) }
            try db.execute(sql: Schema.summaryTriggers + ListBlocks.triggers)
            try Self.summarise(layer, in: db)
            try ListBlocks.build(layer, in: db)
            try Self.index(new, writer, packed, in: db)
            let box = writer.tree.box
            try finish(new, layer, box, writer, picture, in: db)
            let hash = try new.sourceHash?.value()
            try db.execute(sql: "UPDATE layer_registry SET source_hash = ? WHERE id = ?", arguments: [hash, layer])
            try record(.import, line: line, in: db, detail: detail(writer), sourceHash: hash)
            return try Layer.fetchOne(db, sql: "SELECT * FROM layer_registry WHERE id = ?", arguments: [layer])
                ?? { throw Refusal(.inputOutput, "The layer was not kept.", "图层未能保存。") }()
        }
    }

    /// A change of many rows: without the checks that the importer has made itself, with a larger cache, and, when
    /// nobody else has the file open, without the detour of new pages through the write-ahead log.
    func bulk<T>(_ body: (Database) throws -> T) throws -> T {
        guard !isReadOnly else {
            throw Refusal(.notAllowed, "\(path) is open for reading only.", "\(path) 以只读方式打开，不能修改。")
        }
        do {
            let result = try connection.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA cache_size = -131072; PRAGMA busy_timeout = 0")
                let journalMode = try? String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
                try db.execute(sql: "PRAGMA busy_timeout = 10000")
                defer {
                    if journalMode == "delete", !NetworkFileSystem.holds(path) {
                        _ = try? db.execute(sql: "PRAGMA journal_mode = WAL")
                    }
                    _ = try? db.execute(
                        sql: "PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096; PRAGMA shrink_memory")
                }
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

    func guardName(_ table: String, in db: Database) throws {
        let reserved =
            table.lowercased().hasPrefix("gpkg_") || table.lowercased().hasPrefix("sqlite_")
            || table.lowercased().hasPrefix("rtree_")
        if try reserved || db.tableExists(table) || db.viewExists(table) {
            throw Refusal(
                .cannotCreate,
                "The project already has a table \(table); give the layer another name with --as, or drop it first.",
                "项目中已有表 \(table)；请用 --as 另取图层名，或先删除原图层。")
        }
    }

    private static func createTable(_ new: NewLayer, srs: Int32, in db: Database) throws {
        let names = LayerWriter.columnNames(new)
        let columns = zip(names, new.fields).map { ", \($0.quoted) \($1.kind.rawValue)" }.joined()
        let geometry = new.geometry.map { ", geom \($0.geoPackageType)" } ?? ""
        try db.execute(
            sql: """
                CREATE TABLE \(new.table.quoted)(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL\(geometry)\(columns))
                """)
        try db.execute(
            sql: "INSERT INTO gpkg_contents(table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)",
            arguments: [
                new.table, new.geometry == nil ? "attributes" : "features", new.table, new.geometry == nil ? nil : srs,
            ])
        guard let kind = new.geometry else { return }
        try db.execute(
            sql: "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, ?, 0)",
            arguments: [new.table, kind.geoPackageType, srs, new.hasZ ? 2 : 0])
    }

    static func enroll(_ new: NewLayer, in db: Database) throws -> Int64 {
        let names = LayerWriter.columnNames(new)
        func name(_ field: Int?) -> String? { field.map { names[$0] } }
        try db.execute(
            sql: """
                INSERT INTO layer_registry(table_name, standard, title, role, year, geometry, class_system, class_field,
                    unit_field, unit_name_field, number_field, name_field, factor_field, source, source_hash,
                    source_crs, encoding, notes, crosswalk, datum, joined, shown)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                new.table, new.standard, new.title, new.role.rawValue, new.year, new.geometry?.name ?? "none",
                new.classSystem, name(new.classField), name(new.unitField), name(new.unitNameField),
                name(new.numberField), name(new.nameField), name(new.factorField), new.source, nil,
                new.sourceCRS, new.encoding, new.notes, json(new.crosswalk), json(new.datumRecord), json(new.joined),
                new.isShown,
            ])
        return db.lastInsertedRowID
    }

    private static func json(_ value: (some Encodable)?) throws -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try value.map { String(decoding: try encoder.encode($0), as: UTF8.self) }
    }

    private static func dropIndexes(in db: Database) throws -> [String] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'feature' AND sql IS NOT NULL"
        )
        for row in rows { try db.execute(sql: "DROP INDEX \(row["name"] as String)") }
        return rows.map { $0["sql"] }
    }

    static func summarise(_ layer: Int64, in db: Database) throws {
        try db.execute(sql: "DELETE FROM summary WHERE layer = ?", arguments: [layer])
        try db.execute(
            sql: """
                INSERT INTO summary SELECT layer, unit, class, count(*), sum(area), sum(net) FROM feature
                WHERE layer = ? AND valid_to IS NULL GROUP BY unit, class
                """, arguments: [layer])
    }

    /// Makes the spatial index, the count that GDAL keeps, and the triggers that keep all three when any program edits.
    private static func index(
        _ new: NewLayer, _ writer: LayerWriter, _ packed: Later<PackedTree.Packed>, in db: Database
    ) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO gpkg_ogr_contents VALUES (?, ?)", arguments: [new.table, writer.count])
        try db.execute(sql: LayerTriggers.counts(new.table))
        try db.execute(sql: LayerTriggers.touched(new.table, layer: writer.layerID))
        guard new.geometry != nil else { return }
        let name = "rtree_\(new.table)_geom"
        try db.execute(sql: "CREATE VIRTUAL TABLE \(name.quoted) USING rtree(id, minx, maxx, miny, maxy)")
        try packed.value().write(to: name, in: db)
        try db.execute(sql: LayerTriggers.spatial(new.table))
        try db.execute(
            sql: "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
            arguments: [new.table, "http://www.geopackage.org/spec120/#extension_rtree"])
    }

    /// The overview that was painted on the way, where it is a fair one.
    private func picture(for new: NewLayer, _ writer: LayerWriter) -> (
        place: OverviewPlace, tiles: Later<[OverviewTile]>
    )? {
        let box = writer.tree.box
        // A source that announces far more ground than it covers would make a coarse picture.
        guard let grid = writer.grid, let expected = new.expected,
            expected.box.width * expected.box.height <= 1.5 * max(box.width * box.height, 1e-9),
            let place = OverviewPlace(box: expected.box, count: expected.count)
        else { return nil }
        return (place, Later("overview") { _ in Self.pyramid(on: grid) })
    }

    private func finish(
        _ new: NewLayer, _ layer: Int64, _ box: Box, _ writer: LayerWriter,
        _ picture: (place: OverviewPlace, tiles: Later<[OverviewTile]>)?, in db: Database
    ) throws {
        guard new.geometry != nil, !box.isEmpty else { return }
        try db.execute(
            sql: "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            arguments: [box.minX, box.minY, box.maxX, box.maxY, new.table])
        guard let place = picture?.place ?? OverviewPlace(box: box, count: Int(writer.count)) else { return }
        try db.execute(
            sql: """
                UPDATE layer_registry SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, grid_x = ?, grid_y = ?,
                    grid_cell = ?, grid_columns = ?, grid_rows = ? WHERE id = ?
                """,
            arguments: [
                box.minX, box.minY, box.maxX, box.maxY, place.origin.x, place.origin.y, place.cell, place.columns,
                place.rows, layer,
            ])
        let tiles = try picture?.tiles.value() ?? Self.pyramid(on: Self.rasterise(new.table, layer, place, in: db))
        try Self.store(tiles, layer: layer, in: db)
    }
}
