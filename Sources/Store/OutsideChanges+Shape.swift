import Foundation
import GRDB

extension Project {
    /// Gives a table that another program made anew the shape that tuban's layers have: the key is `fid`, the geometry
    /// `geom`, and there is a spatial index on it. GDAL leaves all three to the choice of who writes.
    static func takeShape(_ layer: Layer, in db: Database) throws {
        let table = layer.table
        let key = try String.fetchOne(db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk = 1", arguments: [table])
        if let key, key != "fid" {
            try db.execute(sql: "ALTER TABLE \(table.quoted) RENAME COLUMN \(key.quoted) TO fid")
        }
        guard layer.geometry != nil,
            let column = try String.fetchOne(
                db, sql: "SELECT column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)",
                arguments: [table])
        else { return }
        if column != "geom" {
            try dropSpatialIndex(table, column, in: db)
            try db.execute(sql: "ALTER TABLE \(table.quoted) RENAME COLUMN \(column.quoted) TO geom")
            try db.execute(
                sql: "UPDATE gpkg_geometry_columns SET column_name = 'geom' WHERE lower(table_name) = lower(?)",
                arguments: [table])
        }
        if try !db.tableExists("rtree_\(table)_geom") { try makeSpatialIndex(table, in: db) }
    }

    private static func dropSpatialIndex(_ table: String, _ column: String, in db: Database) throws {
        let tree = "rtree_\(table)_\(column)"
        let triggers = try String.fetchAll(
            db,
            sql: """
                SELECT name FROM sqlite_master
                WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE AND substr(name, 1, length(?)) = ? COLLATE NOCASE
                """, arguments: [table, tree, tree])
        for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger.quoted)") }
        try db.execute(sql: "DROP TABLE IF EXISTS \(tree.quoted)")
        try db.execute(
            sql: """
                DELETE FROM gpkg_extensions WHERE lower(table_name) = lower(?) AND extension_name = 'gpkg_rtree_index'
                """, arguments: [table])
    }

    private static func makeSpatialIndex(_ table: String, in db: Database) throws {
        let tree = "rtree_\(table)_geom".quoted
        try db.execute(
            sql: """
                CREATE VIRTUAL TABLE \(tree) USING rtree(id, minx, maxx, miny, maxy);
                INSERT INTO \(tree) SELECT fid, ST_MinX(geom), ST_MaxX(geom), ST_MinY(geom), ST_MaxY(geom)
                    FROM \(table.quoted) WHERE geom NOT NULL AND NOT ST_IsEmpty(geom);
                """)
        try db.execute(sql: LayerTriggers.spatial(table))
        try db.execute(
            sql: "INSERT OR REPLACE INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
            arguments: [table, "http://www.geopackage.org/spec120/#extension_rtree"])
    }
}
