import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// Adds new layers within one transaction.
///
/// The indexes of `feature` are made once, after the last layer, where the layers are many features: that is faster than
/// keeping them on the way. A layer's tree and overview are computed while the next layer is written, or while SQLite
/// makes its indexes.
package final class LayerAdder {
    private let project: Project
    private let db: Database
    private let indexes: [String]
    /// The layer whose tree and overview are on their way.
    private var last: Unsettled?
    private var added: [Int64] = []
    /// Layers whose overview has to be painted from what was written, for which the indexes are needed.
    private var unpainted: [(table: String, layer: Int64, box: Box, count: Int)] = []

    private struct Unsettled {
        let new: NewLayer
        let writer: LayerWriter
        let tree: Later<PackedTree.Packed>
        let picture: (place: OverviewPlace, tiles: Later<OverviewStack>)?
        let line: String
        let detail: String
    }

    /// - Parameter count: how many features are expected; nil when nobody knows.
    init(to project: Project, expecting count: Int?, in db: Database) throws {
        self.project = project
        self.db = db
        let before = try Int.fetchOne(db, sql: "SELECT count(*) FROM (SELECT 1 FROM feature LIMIT 10000)") ?? 0
        // Where the new layers will be the larger part, indexes are made faster afterwards than kept on the way.
        indexes = (count ?? .max) > before ? try Self.dropIndexes(in: db) : []
        for trigger in Schema.summaryTriggerNames + ListBlocks.triggerNames + IndicatorSchema.bulkTriggerNames {
            try db.execute(sql: "DROP TRIGGER \(trigger)")
        }
    }

    /// Writes a layer with its facts.
    ///
    /// - Parameters:
    ///   - fill: adds the features; what it throws leaves the project as it was.
    ///   - detail: told to the journal when all are written.
    package func add(
        _ new: NewLayer, line: String, fill: (LayerWriter) throws -> Void, detail: (LayerWriter) -> String
    ) throws {
        try Self.guardName(new.table, in: db)
        if let system = new.adopted { try Project.store(system, in: db) }
        let srs = try Int32.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'srs_id'") ?? -1
        try Self.createTable(new, srs: srs, in: db)
        let layer = try Self.enroll(new, in: db)

        let first = try Int64.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'next_uid'") ?? 1
        let writer = try LayerWriter(new, layer: layer, srs: srs, firstUID: first, in: db)
        try fill(writer)
        try writer.finish()
        added.append(layer)
        try Project.set("next_uid", to: first + writer.count, in: db)
        try settle()
        last = Unsettled(
            new: new, writer: writer, tree: Later("tree") { [tree = writer.tree] _ in try tree.packed() },
            picture: Self.picture(for: new, writer), line: line, detail: detail(writer))
    }

    /// Makes what waits for the last layer.
    func finish() throws {
        // What SQLite sorts at once is as large as its cache. Small parts take the same memory for any layer, and a
        // thread of SQLite's own sorts one while the next is gathered.
        try db.execute(sql: "PRAGMA cache_size = -2048; PRAGMA threads = 1")
        for index in indexes { try db.execute(sql: index) }
        try db.execute(sql: "PRAGMA threads = 0; \(Project.bulkCache)")
        try db.execute(sql: Schema.summaryTriggers + ListBlocks.triggers + IndicatorSchema.bulkTriggers)
        for layer in added { try ListBlocks.build(layer, in: db) }
        try settle()
        for (table, layer, box, count) in unpainted {
            guard let place = OverviewPlace(box: box, count: count) else { continue }
            try keep(try Project.rasterise(table, layer, place, in: db), at: place, box, layer)
        }
    }

    /// Writes the tree and the overview of the last layer, and its journal row.
    private func settle() throws {
        guard let layer = last else { return }
        last = nil
        try index(layer)
        let (box, id) = (layer.writer.tree.box, layer.writer.layerID)
        if layer.new.geometry != nil, !box.isEmpty {
            try db.execute(
                sql: "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
                arguments: [box.minX, box.minY, box.maxX, box.maxY, layer.new.table])
            if let picture = layer.picture {
                try keep(try picture.tiles.handedOver(), at: picture.place, box, id)
            } else {
                unpainted.append((layer.new.table, id, box, Int(layer.writer.count)))
            }
        }
        let hash = try layer.new.sourceHash?.value()
        try db.execute(sql: "UPDATE layer_registry SET source_hash = ? WHERE id = ?", arguments: [hash, id])
        _ = try project.record(.import, line: layer.line, in: db, detail: layer.detail, sourceHash: hash)
    }

    /// Makes the spatial index, the count that GDAL keeps, and the triggers that keep all three when any program edits.
    private func index(_ layer: Unsettled) throws {
        let (new, writer) = (layer.new, layer.writer)
        try db.execute(
            sql: "INSERT OR REPLACE INTO gpkg_ogr_contents VALUES (?, ?)", arguments: [new.table, writer.count])
        try db.execute(sql: LayerTriggers.counts(new.table))
        try db.execute(sql: LayerTriggers.touched(new.table, layer: writer.layerID))
        guard new.geometry != nil else { return }
        let name = "rtree_\(new.table)_geom"
        try db.execute(sql: "CREATE VIRTUAL TABLE \(name.quoted) USING rtree(id, minx, maxx, miny, maxy)")
        try layer.tree.value().write(to: name, in: db)
        try db.execute(sql: LayerTriggers.spatial(new.table))
        try db.execute(
            sql: "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
            arguments: [new.table, "http://www.geopackage.org/spec120/#extension_rtree"])
    }

    /// The overview that was painted on the way, where it is a fair one.
    private static func picture(for new: NewLayer, _ writer: LayerWriter) -> (
        place: OverviewPlace, tiles: Later<OverviewStack>
    )? {
        let box = writer.tree.box
        // A source that announces far more ground than it covers would make a coarse picture.
        guard let painting = writer.painting, let expected = new.expected,
            expected.box.width * expected.box.height <= 1.5 * max(box.width * box.height, 1e-9),
            let place = OverviewPlace(box: expected.box, count: expected.count)
        else { return nil }
        let canvas = painting.finish()
        return (place, Later("overview") { _ in try canvas.handedOver().tiles() })
    }

    private func keep(_ tiles: OverviewStack, at place: OverviewPlace, _ box: Box, _ layer: Int64) throws {
        try db.execute(
            sql: """
                UPDATE layer_registry SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, grid_x = ?, grid_y = ?,
                    grid_cell = ?, grid_columns = ?, grid_rows = ? WHERE id = ?
                """,
            arguments: [
                box.minX, box.minY, box.maxX, box.maxY, place.origin.x, place.origin.y, place.cell, place.columns,
                place.rows, layer,
            ])
        try Project.store(tiles, layer: layer, in: db)
    }

    // MARK: The table and its row

    static func guardName(_ table: String, in db: Database) throws {
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
}
