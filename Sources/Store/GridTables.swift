import GRDB
import Geometry

/// The tables of a raster grid: a tile pyramid (OGC 12-128r18, 2.2) of tiles of floats (OGC 17-066r1, GeoPackage Extension
/// for Tiled Gridded Coverage Data), which GDAL and QGIS read as heights.
enum GridTables {
    /// Cells in the side of a tile.
    static let side = 256
    private static let extensionName = "gpkg_2d_gridded_coverage"
    private static let definition = "http://docs.opengeospatial.org/is/17-066r1/17-066r1.html"

    /// The standards' tables, made with the first grid.
    private static let tables = """
        CREATE TABLE IF NOT EXISTS gpkg_tile_matrix_set(
            table_name TEXT NOT NULL PRIMARY KEY,
            srs_id INTEGER NOT NULL,
            min_x DOUBLE NOT NULL,
            min_y DOUBLE NOT NULL,
            max_x DOUBLE NOT NULL,
            max_y DOUBLE NOT NULL,
            CONSTRAINT fk_gtms_table_name FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
            CONSTRAINT fk_gtms_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
        );
        CREATE TABLE IF NOT EXISTS gpkg_tile_matrix(
            table_name TEXT NOT NULL,
            zoom_level INTEGER NOT NULL,
            matrix_width INTEGER NOT NULL,
            matrix_height INTEGER NOT NULL,
            tile_width INTEGER NOT NULL,
            tile_height INTEGER NOT NULL,
            pixel_x_size DOUBLE NOT NULL,
            pixel_y_size DOUBLE NOT NULL,
            CONSTRAINT pk_ttm PRIMARY KEY (table_name, zoom_level),
            CONSTRAINT fk_tmm_table_name FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name)
        );
        CREATE TABLE IF NOT EXISTS gpkg_2d_gridded_coverage_ancillary(
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            tile_matrix_set_name TEXT NOT NULL UNIQUE,
            datatype TEXT NOT NULL DEFAULT 'integer',
            scale REAL NOT NULL DEFAULT 1.0,
            offset REAL NOT NULL DEFAULT 0.0,
            precision REAL DEFAULT 1.0,
            data_null REAL,
            grid_cell_encoding TEXT DEFAULT 'grid-value-is-center',
            uom TEXT,
            field_name TEXT DEFAULT 'Height',
            quantity_definition TEXT DEFAULT 'Height',
            CONSTRAINT fk_g2dgtct_name FOREIGN KEY (tile_matrix_set_name)
                REFERENCES gpkg_tile_matrix_set(table_name),
            CHECK (datatype IN ('integer', 'float'))
        );
        CREATE TABLE IF NOT EXISTS gpkg_2d_gridded_tile_ancillary(
            id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
            tpudt_name TEXT NOT NULL,
            tpudt_id INTEGER NOT NULL,
            scale REAL NOT NULL DEFAULT 1.0,
            offset REAL NOT NULL DEFAULT 0.0,
            min REAL DEFAULT NULL,
            max REAL DEFAULT NULL,
            mean REAL DEFAULT NULL,
            std_dev REAL DEFAULT NULL,
            CONSTRAINT fk_g2dgtat_name FOREIGN KEY (tpudt_name) REFERENCES gpkg_contents(table_name),
            UNIQUE (tpudt_name, tpudt_id)
        );
        """

    /// The deepest zoom level, at which a tile's cells are the grid's own; level 0 is one tile.
    static func zoom(of place: GridPlace) -> Int {
        let tiles = max((place.columns + side - 1) / side, (place.rows + side - 1) / side)
        return tiles <= 1 ? 0 : Int.bitWidth - (tiles - 1).leadingZeroBitCount
    }

    static func create(_ new: NewGrid, srs: Int32, in db: Database) throws {
        try db.execute(sql: tables)
        // The extension asks for the system of heights above the ellipsoid, whichever one is used.
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO gpkg_spatial_ref_sys(
                    srs_name, srs_id, organization, organization_coordsys_id, definition, description)
                VALUES ('WGS 84 3D', 4979, 'EPSG', 4979, 'undefined', 'longitude, latitude and height on WGS 84')
                """)
        try db.execute(
            sql: """
                CREATE TABLE \(new.table.quoted)(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    zoom_level INTEGER NOT NULL,
                    tile_column INTEGER NOT NULL,
                    tile_row INTEGER NOT NULL,
                    tile_data BLOB NOT NULL,
                    UNIQUE (zoom_level, tile_column, tile_row)
                )
                """)
        let place = new.place, box = place.box, zoom = zoom(of: place)
        try db.execute(
            sql: """
                INSERT INTO gpkg_contents(table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id)
                VALUES (?, '2d-gridded-coverage', ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [new.table, new.table, new.title, box.minX, box.minY, box.maxX, box.maxY, srs])
        // The set is as large as whole tiles of level 0 are, so that every level divides it.
        let whole = Double(side << zoom)
        try db.execute(
            sql: "INSERT INTO gpkg_tile_matrix_set VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                new.table, srs, box.minX, box.maxY - whole * place.cellHeight, box.minX + whole * place.cellWidth,
                box.maxY,
            ])
        for level in 0...zoom {
            let cells = place.coarser(by: zoom - level)
            try db.execute(
                sql: "INSERT INTO gpkg_tile_matrix VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [new.table, level, 1 << level, 1 << level, side, side, cells.cellWidth, cells.cellHeight])
        }
        try db.execute(
            sql: """
                INSERT INTO gpkg_2d_gridded_coverage_ancillary(tile_matrix_set_name, datatype, precision, data_null, uom,
                    field_name, quantity_definition) VALUES (?, 'float', NULL, ?, ?, ?, ?)
                """,
            arguments: [
                new.table, Double(new.missing), new.unit.isEmpty ? nil : new.unit, new.quantity, new.quantity,
            ])
        for table in ["gpkg_2d_gridded_coverage_ancillary", "gpkg_2d_gridded_tile_ancillary"] {
            // A null column is not held unique by the table.
            try db.execute(
                sql: """
                    INSERT INTO gpkg_extensions SELECT :table, NULL, :name, :definition, 'read-write'
                    WHERE NOT EXISTS (
                        SELECT 1 FROM gpkg_extensions WHERE table_name = :table AND extension_name = :name)
                    """, arguments: ["table": table, "name": extensionName, "definition": definition])
        }
        try db.execute(
            sql: "INSERT INTO gpkg_extensions VALUES (?, 'tile_data', ?, ?, 'read-write')",
            arguments: [new.table, extensionName, definition])
    }

    /// Takes a grid's rows out of the standards' tables, all but the one in `gpkg_contents`.
    static func forget(_ table: String, in db: Database) throws {
        for (registry, column) in [
            ("gpkg_2d_gridded_tile_ancillary", "tpudt_name"),
            ("gpkg_2d_gridded_coverage_ancillary", "tile_matrix_set_name"), ("gpkg_tile_matrix", "table_name"),
            ("gpkg_tile_matrix_set", "table_name"),
        ] where try db.tableExists(registry) {
            try db.execute(sql: "DELETE FROM \(registry) WHERE \(column) = ?", arguments: [table])
        }
    }
}
