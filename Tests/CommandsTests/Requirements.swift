/// Requirements of OGC 12-128r18 (GeoPackage 1.3), each as a query that finds offenders, with its number.
let requirements: [(String, Int)] = [
    // Req. 2: application id and version; 1.3.0 is 10300.
    ("SELECT 1 FROM pragma_application_id WHERE application_id <> 1196444487", 2),
    ("SELECT 1 FROM pragma_user_version WHERE user_version NOT BETWEEN 10200 AND 10499", 2),
    // Req. 6, 7: integrity and foreign keys.
    ("SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'", 6),
    ("SELECT * FROM pragma_foreign_key_check", 7),
    // Req. 10, 11: the three reference systems.
    (
        "SELECT id FROM (SELECT -1 AS id UNION SELECT 0 UNION SELECT 4326) WHERE id NOT IN (SELECT srs_id FROM gpkg_spatial_ref_sys)",
        11
    ),
    // Req. 12: every reference system in use is defined; req. 146: none without a definition.
    ("SELECT srs_id FROM gpkg_contents WHERE srs_id NOT IN (SELECT srs_id FROM gpkg_spatial_ref_sys)", 12),
    ("SELECT srs_id FROM gpkg_spatial_ref_sys WHERE coalesce(definition, '') = ''", 12),
    // Req. 13, 14, 15: what is listed exists, with a lower-case type and a time of change.
    (
        "SELECT table_name FROM gpkg_contents WHERE table_name NOT IN (SELECT name FROM sqlite_master WHERE type IN ('table', 'view'))",
        14
    ),
    (
        "SELECT table_name FROM gpkg_contents WHERE data_type NOT IN ('features', 'attributes', 'tiles', '2d-gridded-coverage')",
        17
    ),
    (
        "SELECT table_name FROM gpkg_contents WHERE last_change IS NOT strftime('%Y-%m-%dT%H:%M:%fZ', last_change)",
        15
    ),
    // Req. 22 to 28: geometry columns.
    (
        "SELECT table_name FROM gpkg_contents WHERE data_type = 'features' AND table_name NOT IN (SELECT table_name FROM gpkg_geometry_columns)",
        22
    ),
    (
        "SELECT g.table_name FROM gpkg_geometry_columns AS g JOIN gpkg_contents AS c USING (table_name) WHERE g.srs_id <> c.srs_id OR c.data_type <> 'features'",
        23
    ),
    (
        "SELECT table_name FROM gpkg_geometry_columns AS g WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(g.table_name) AS p WHERE p.name = g.column_name AND p.type = g.geometry_type_name)",
        31
    ),
    ("SELECT table_name FROM gpkg_geometry_columns WHERE z NOT IN (0, 1, 2) OR m NOT IN (0, 1, 2)", 27),
    // Req. 29, 119: an integer primary key in every listed table.
    (
        "SELECT table_name FROM gpkg_contents AS c WHERE NOT EXISTS (SELECT 1 FROM pragma_table_info(c.table_name) AS p WHERE p.pk = 1 AND p.type = 'INTEGER')",
        29
    ),
    // Req. 58 to 64: extensions.
    (
        "SELECT extension_name FROM gpkg_extensions WHERE scope NOT IN ('read-write', 'write-only') OR definition = ''",
        64
    ),
    ("SELECT table_name FROM gpkg_extensions WHERE table_name NOT IN (SELECT name FROM sqlite_master)", 60),
    (
        "SELECT extension_name FROM gpkg_extensions AS e WHERE column_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pragma_table_info(e.table_name) WHERE name = e.column_name)",
        61
    ),
    // Annex F.3: each R-tree has its row, and its triggers.
    (
        "SELECT name FROM sqlite_master WHERE name LIKE 'rtree\\_%\\_geom' ESCAPE '\\' AND type = 'table' AND name NOT IN (SELECT 'rtree_' || table_name || '_' || column_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index')",
        77
    ),
    (
        "SELECT g.table_name FROM gpkg_geometry_columns AS g WHERE (SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_' || g.table_name || '_geom_%') < 6",
        75
    ),
    // GDAL's own table of counts agrees.
    (
        "SELECT table_name FROM gpkg_ogr_contents WHERE table_name NOT IN (SELECT table_name FROM gpkg_contents)",
        0
    ),
    // Every table is the standard's, listed, registered, or part of an R-tree.
    (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'gpkg\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'rtree\\_%' ESCAPE '\\' AND name NOT LIKE 'plan_edit_place\\_%' ESCAPE '\\' AND name NOT IN (SELECT table_name FROM gpkg_contents) AND name NOT IN (SELECT table_name FROM gpkg_extensions)",
        0
    ),
]

/// What the standard asks of each row of a table of features: the blob's head (table 5 of the standard: "GP", version 0,
/// flags, reference system, envelope), and a spatial index that holds every shape. Each query counts offenders.
func requirements(ofLayer table: String) -> [(String, Int)] {
    let little = "substr(hex(substr(geom, 5, 4)), 7, 2) || substr(hex(substr(geom, 5, 4)), 5, 2)"
    let srs = "printf('%04X', (SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = '\(table)') & 65535)"
    return [
        // Req. 19: the magic number and the version.
        ("SELECT count(*) FROM \(table) WHERE hex(substr(geom, 1, 3)) <> '475000'", 19),
        // Little-endian (bit 0), an envelope of x and y (bits 1 to 3 are 1), standard and not empty.
        ("SELECT count(*) FROM \(table) WHERE hex(substr(geom, 4, 1)) <> '03'", 19),
        // Req. 33: the reference system of the blob is the column's; both halves of a small number are compared.
        (
            "SELECT count(*) FROM \(table) WHERE \(little) <> '0000' OR hex(substr(geom, 6, 1)) || hex(substr(geom, 5, 1)) <> \(srs)",
            33
        ),
        // Req. 32: the shape's type is the column's, MULTIPOLYGON, little-endian.
        ("SELECT count(*) FROM \(table) WHERE hex(substr(geom, 41, 5)) <> '0106000000'", 32),
        // Annex F.3: as many boxes as shapes, each with its row.
        ("SELECT (SELECT count(*) FROM \(table)) - (SELECT count(*) FROM \"rtree_\(table)_geom\")", 77),
        ("SELECT count(*) FROM \"rtree_\(table)_geom_rowid\" WHERE rowid NOT IN (SELECT fid FROM \(table))", 77),
        ("SELECT rtreecheck('rtree_\(table)_geom') <> 'ok'", 77),
        // GDAL's count of features.
        (
            "SELECT feature_count - (SELECT count(*) FROM \(table)) FROM gpkg_ogr_contents WHERE table_name = '\(table)'",
            0
        ),
    ]
}
