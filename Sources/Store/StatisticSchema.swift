import Planning

/// The tables of statistics: the series there are, the tables that values came from, and every value that any of them gave.
///
/// Nothing in them ever changes: a later value of the same series, unit and year is a further revision, and the newest
/// counts. A bureau's own series stand beside those that indicators ask for.
enum StatisticSchema {
    static let tableNames = ["statistic_series", "statistic_source", "statistic_value"]

    static let migration: String =
        """

        CREATE TABLE statistic_series(
            id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
            name_en TEXT NOT NULL,
            name_zh TEXT NOT NULL,
            -- What values are kept in.
            measure TEXT NOT NULL,
            -- Other names that tables have for it, between bars.
            other_names TEXT NOT NULL DEFAULT '',
            -- What values cannot well be below or above.
            low REAL,
            high REAL,
            -- The indicators that ask for it, between bars.
            indicators TEXT NOT NULL DEFAULT '',
            source TEXT NOT NULL DEFAULT '',
            -- Whether the bureau made it.
            own INTEGER NOT NULL DEFAULT 0 CHECK (own IN (0, 1))
        ) WITHOUT ROWID;

        -- One row an import: the file, its SHA-256, and the journal's row.
        CREATE TABLE statistic_source(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            file TEXT NOT NULL,
            hash TEXT NOT NULL,
            journal INTEGER NOT NULL
        );

        CREATE TABLE statistic_value(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            series TEXT NOT NULL REFERENCES statistic_series(id),
            -- The code of the unit; one that the project does not know stands as the table had it.
            unit TEXT NOT NULL,
            year INTEGER NOT NULL CHECK (year BETWEEN 1900 AND 2100),
            -- 1 for the first value; the greatest counts.
            revision INTEGER NOT NULL CHECK (revision > 0),
            value REAL NOT NULL,
            source INTEGER NOT NULL REFERENCES statistic_source(id),
            -- The line of the file that it stood on.
            line INTEGER NOT NULL,
            UNIQUE (series, unit, year, revision)
        );
        CREATE INDEX statistic_value_source ON statistic_value(source);
        INSERT INTO gpkg_contents(table_name, data_type, identifier, description) VALUES
            ('statistic_source', 'attributes', 'statistic_source', 'tuban: the tables that statistics came from'),
            ('statistic_value', 'attributes', 'statistic_value', 'tuban: statistics by unit and year');
        INSERT INTO gpkg_extensions VALUES ('statistic_series', NULL, '\(GeoPackageSchema.extensionName)',
            'Tables of the tuban planning workbench; documented in its source, Store/StatisticSchema.swift', 'write-only');
        """
        + ["statistic_source", "statistic_value"].map { table in
            """

            CREATE TRIGGER \(table)_is_final BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'a statistic cannot be changed, only followed by a newer one'); END;
            CREATE TRIGGER \(table)_is_kept BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'a statistic cannot be deleted, only followed by a newer one'); END;
            -- INSERT OR REPLACE takes rows away without asking the trigger above.
            CREATE TRIGGER \(table)_is_appended BEFORE INSERT ON \(table)
                WHEN EXISTS (SELECT 1 FROM \(table) WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'a statistic is followed by another, never replaced'); END;
            """
        }.joined()
            + """

            CREATE TRIGGER statistic_value_is_next BEFORE INSERT ON statistic_value
                WHEN NEW.revision <> 1 + (SELECT coalesce(max(revision), 0) FROM statistic_value
                    WHERE series = NEW.series AND unit = NEW.unit AND year = NEW.year)
                BEGIN SELECT RAISE(ABORT, 'a revision follows the one before it'); END;

            """ + StatisticSeries.standard.map { insertion($0, own: false) }.joined(separator: "\n")

    /// The row of a series as SQL.
    static func insertion(_ series: StatisticSeries, own: Bool) -> String {
        func bar(_ list: [String]) -> String { list.joined(separator: "|").literal }
        func number(_ bound: Double?) -> String { bound.map { "\($0)" } ?? "NULL" }
        return """
            INSERT INTO statistic_series VALUES (\(series.id.literal), \(series.name.english.literal),
                \(series.name.chinese.literal), \(series.measure.literal), \(bar(series.otherNames)),
                \(number(series.low)), \(number(series.high)), \(bar(series.indicators)), \(series.source.literal),
                \(own ? 1 : 0));
            """
    }

    /// The documented view `statistic`: of each series, unit and year the value that counts where the connection stands.
    ///
    /// `unit` is the number of a unit of the project, as in `land`, and null for others; `revised` is how many values came
    /// before.
    static let view = """

        CREATE TEMP VIEW statistic AS
            \(values(knownAt: "(SELECT coalesce(as_of, 9223372036854775807) FROM here)"));
        """

    /// A SELECT of the values that counted when a row of the journal was the last; nil for the present.
    static func values(knownAt journal: String?) -> String {
        func isKnown(_ source: String) -> String { journal.map { "\(source).journal <= \($0)" } ?? "true" }
        return """
            SELECT v.series AS series, u.id AS unit, v.unit AS unit_code, v.year AS year, v.value AS value,
                s.measure AS measure, o.file AS source, o.time AS time, v.revision - 1 AS revised
            FROM main.statistic_value AS v JOIN main.statistic_source AS o ON o.id = v.source
                JOIN main.statistic_series AS s ON s.id = v.series LEFT JOIN main.unit AS u ON u.code = v.unit
            WHERE \(isKnown("o")) AND NOT EXISTS (
                SELECT 1 FROM main.statistic_value AS n JOIN main.statistic_source AS p ON p.id = n.source
                WHERE n.series = v.series AND n.unit = v.unit AND n.year = v.year AND n.revision > v.revision
                    AND \(isKnown("p")))
            """
    }
}
