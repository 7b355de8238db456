/// What is within reach of facilities, kept until what it was computed from changes.
enum ReachSchema {
    static let migration: String = """

        -- Of what each world's rows were computed: the plan (0 is the base) and the survey layer.
        CREATE TABLE reach_stamp(
            plan INTEGER NOT NULL,
            layer INTEGER NOT NULL,
            stamp TEXT NOT NULL,
            PRIMARY KEY (plan, layer)
        ) WITHOUT ROWID;

        -- Land within reach of a kind of facility, by unit; areas are whole hundredths of a square metre.
        CREATE TABLE reach_value(
            plan INTEGER NOT NULL,
            layer INTEGER NOT NULL,
            kind TEXT NOT NULL,
            way TEXT NOT NULL,
            minutes INTEGER NOT NULL,
            unit INTEGER NOT NULL,
            covered INTEGER NOT NULL,
            total INTEGER NOT NULL,
            covered_count INTEGER NOT NULL,
            total_count INTEGER NOT NULL,
            is_approximate INTEGER NOT NULL,
            PRIMARY KEY (plan, layer, kind, way, minutes, unit)
        ) WITHOUT ROWID;
        """
        + ["reach_stamp", "reach_value"].map { table in
            """

            INSERT INTO gpkg_extensions VALUES ('\(table)', NULL, '\(GeoPackageSchema.extensionName)',
                'Tables of the tuban planning workbench; documented in its source, Store/ReachSchema.swift', 'write-only');
            """
        }.joined()

    /// The connection's own tables that formulas read, empty until `Project.fillReach` and `Project.fill` fill them for
    /// where the connection stands.
    static let tables: String = """

        -- Land of a unit that a kind of facility is within reach of, and all of the land that counts. Of villages
        -- (demand) the counts tell.
        CREATE TEMP TABLE reach(
            kind TEXT, way TEXT, minutes INTEGER, unit INTEGER, covered_m2 REAL, total_m2 REAL, covered_count INTEGER,
            total_count INTEGER, is_approximate INTEGER);
        -- The same with a sign: rows of the base that a draft takes away count against it.
        CREATE TEMP TABLE reach_row(
            sign INTEGER, kind TEXT, way TEXT, minutes INTEGER, unit INTEGER, covered_m2 REAL, total_m2 REAL,
            covered_count INTEGER, total_count INTEGER, is_approximate INTEGER);
        -- A stretch of road between two crossings; `urban_m` is how much of it lies in the urban area (CQFW).
        CREATE TEMP TABLE network(
            edge INTEGER PRIMARY KEY, layer INTEGER, uid INTEGER, unit INTEGER, class TEXT, length_m REAL, urban_m REAL);
        -- Points of the layers of facilities, and land of their classes; x and y in the project's coordinates.
        CREATE TEMP TABLE facility(
            uid INTEGER, kind TEXT, unit INTEGER, x REAL, y REAL, area_m2 REAL, source TEXT);
        """
}
