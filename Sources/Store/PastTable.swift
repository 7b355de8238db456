import Foundation
import GRDB
import Geometry
import Phrases

/// Where the rows of a layer lie that publication has superseded: the table `NAME_past`, with the columns of the layer.
///
/// A layer's own table holds what is in force and nothing else, so that QGIS, GDAL and any SQL of others see the present
/// without knowing of us, and its R-tree and counts need no condition. A spatial view of what is in force, over one table
/// of all versions, would leave that table with its superseded rows standing beside the view in every list of layers, and
/// every old row in the tree that each frame of a map asks. Both tables share the numbers of rows: `fid` is never used
/// twice, so that `feature(layer, fid)` stays the one key to either.
struct PastTable {
    let layer: Layer
    var name: String { Self.name(of: layer.table) }

    static func name(of table: String) -> String { "\(table)_past" }

    /// Whether a layer has one.
    static func exists(for table: String, in db: Database) throws -> Bool { try db.tableExists(name(of: table)) }

    /// Makes the table where there is none, and gives it the columns that the layer got since.
    ///
    /// - Throws: `Refusal` where a layer of somebody's bears the name.
    func prepare(in db: Database) throws {
        let own = try db.columns(in: layer.table)
        guard try db.tableExists(name) else { return try create(own, in: db) }
        let taken = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM layer_registry WHERE table_name = ?)", arguments: [name])
        guard taken != true else {
            throw Refusal(
                .notAllowed,
                "Nothing was published: what \(layer.table) held before goes to a table \(name), and a layer bears that name; drop it or import it under another name.",
                "未发布：\(layer.table) 的历史要素须存入表 \(name)，而已有图层占用该名；请删除该图层或以其他名称导入。")
        }
        let known = Set(try db.columns(in: name).map { $0.name.lowercased() })
        for column in own where !known.contains(column.name.lowercased()) {
            try db.execute(sql: "ALTER TABLE \(name.quoted) ADD COLUMN \(column.name.quoted) \(column.type)")
        }
    }

    private func create(_ own: [ColumnInfo], in db: Database) throws {
        let columns = own.filter { $0.name != "fid" }.map { ", \($0.name.quoted) \($0.type)" }.joined()
        try db.execute(
            sql: "CREATE TABLE \(name.quoted)(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL\(columns))")
        try db.execute(
            sql: """
                INSERT INTO gpkg_contents(table_name, data_type, identifier, description, srs_id)
                SELECT ?, data_type, ?, ?, srs_id FROM gpkg_contents WHERE table_name = ?
                """,
            arguments: [name, name, "tuban: rows of \(layer.table) that are in force no more", layer.table])
        try db.execute(
            sql: """
                INSERT INTO gpkg_geometry_columns
                SELECT ?, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns WHERE table_name = ?
                """, arguments: [name, layer.table])
        try db.execute(sql: "INSERT OR REPLACE INTO gpkg_ogr_contents VALUES (?, 0)", arguments: [name])
        try db.execute(sql: LayerTriggers.counts(name))
        if layer.geometry != nil {
            try db.execute(
                sql: "CREATE VIRTUAL TABLE \(tree) USING rtree(id, minx, maxx, miny, maxy);"
                    + LayerTriggers.spatial(name))
            try db.execute(
                sql: "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
                arguments: [name, "http://www.geopackage.org/spec120/#extension_rtree"])
        }
        for event in ["UPDATE", "DELETE"] {
            try db.execute(
                sql: """
                    CREATE TRIGGER \("tuban_past_\(event.lowercased())_\(layer.table)".quoted)
                    BEFORE \(event) ON \(name.quoted)
                    BEGIN SELECT RAISE(ABORT, 'what was in force once cannot be changed'); END
                    """)
        }
    }

    var tree: String { "rtree_\(name)_geom".quoted }

    /// Takes the table out of the file, with all that names it.
    static func drop(of table: String, in db: Database) throws {
        let name = name(of: table)
        guard try db.tableExists(name), try !isLayer(name, in: db) else { return }
        try db.execute(
            sql: "DROP TABLE IF EXISTS \("rtree_\(name)_geom".quoted); DROP TABLE \(name.quoted)")
        for registry in ["gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents", "gpkg_contents"] {
            try db.execute(sql: "DELETE FROM \(registry) WHERE table_name = ?", arguments: [name])
        }
    }

    private static func isLayer(_ name: String, in db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM layer_registry WHERE table_name = ?)", arguments: [name]) == true
    }

    /// The table that holds a row of a layer.
    static func holding(_ table: String, superseded: Bool) -> String { superseded ? name(of: table) : table }
}
