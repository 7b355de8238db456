/// What boundaries came to, kept so that the same boundary can be held against the earlier time.
enum AnalysisSchema {
    static let migration: String = """

        -- One row an analysis. It is a reading of the county and changes nothing of it: not journalled, like runs of the
        -- rules; whom it grows too many may delete rows.
        CREATE TABLE analysis(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            -- The day that terms were reckoned by, and the last journal row that it knew of.
            day TEXT NOT NULL,
            journal INTEGER NOT NULL,
            name TEXT NOT NULL,
            number TEXT NOT NULL DEFAULT '',
            -- The file that the boundary came in, and the SHA-256 of its bytes; empty for what was drawn.
            source TEXT NOT NULL DEFAULT '',
            source_hash TEXT NOT NULL DEFAULT '',
            -- SHA-256 of the outline: by it the same boundary is known again.
            shape_hash TEXT NOT NULL,
            -- The class that the land inside was taken to become, such as plan2023:0701.
            target TEXT NOT NULL,
            -- Whole hundredths of a square metre; what the source states is null where it states nothing.
            area INTEGER NOT NULL,
            declared INTEGER,
            -- The outline as a GeoPackage blob.
            outline BLOB NOT NULL,
            -- Sums, features met and findings (Planning/AnalysisRecord.swift).
            record TEXT NOT NULL CHECK (json_valid(record))
        );
        CREATE INDEX analysis_shape ON analysis(shape_hash, target, id);
        INSERT INTO gpkg_contents(table_name, data_type, identifier, description)
            VALUES ('analysis', 'attributes', 'analysis', 'tuban: analyses of boundaries');
        """
}
