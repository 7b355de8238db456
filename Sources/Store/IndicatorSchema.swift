import Planning

/// The tables of indicators: the project's own, their targets, and the sums that are kept of them.
enum IndicatorSchema {
    static let migration: String =
        tables + counters + bulkTriggers + "\n" + IndicatorTable.standard.map(insertion).joined(separator: "\n")

    private static let tables = """

        -- The project's own indicators; the newest version of each counts.
        CREATE TABLE indicator(
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            \(Indicator.columns.dropFirst(2).map { "\($0) TEXT NOT NULL DEFAULT ''" }.joined(separator: ",\n            ")),
            PRIMARY KEY (id, version)
        );

        -- What is wanted of a unit in a year; year 0 is any year that has no target of its own.
        CREATE TABLE indicator_target(
            indicator TEXT NOT NULL,
            unit TEXT NOT NULL,
            year INTEGER NOT NULL DEFAULT 0,
            low REAL,
            high REAL,
            CHECK (low IS NOT NULL OR high IS NOT NULL),
            PRIMARY KEY (indicator, unit, year)
        ) WITHOUT ROWID;

        -- How often the features of a layer changed (plan 0), or what a plan makes of them. Layer 0 stands for what
        -- all layers hang on: the classes and units, or where a plan's land comes from. Kept sums tell by it whether they still hold.
        CREATE TABLE indicator_count(
            plan INTEGER NOT NULL,
            layer INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (plan, layer)
        ) WITHOUT ROWID;

        -- The sums that are kept, by the SHA-256 of what they say: in which world, and what they were reckoned from. Plan 0 is
        -- the base; a plan's values, and those of the one map as of journal row N (plan -N), are added to the base's, or
        -- stand for themselves where `is_whole`.
        CREATE TABLE indicator_kept(
            plan INTEGER NOT NULL,
            year INTEGER NOT NULL,
            sum TEXT NOT NULL,
            stamp TEXT NOT NULL,
            is_whole INTEGER NOT NULL,
            -- The finest units it is known for: 1 the county, 2 towns, 3 villages.
            level INTEGER NOT NULL,
            -- Why it has no values; empty where it has.
            reason TEXT NOT NULL DEFAULT '',
            -- Whether straight lines stand for roads in it.
            is_approximate INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (plan, year, sum)
        ) WITHOUT ROWID;
        CREATE TABLE indicator_sum(
            plan INTEGER NOT NULL,
            year INTEGER NOT NULL,
            sum TEXT NOT NULL,
            unit INTEGER NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (plan, year, sum, unit)
        ) WITHOUT ROWID;
        CREATE INDEX indicator_sum_unit ON indicator_sum(plan, year, unit);

        -- What the features of two layers of the base share: areas on the ellipsoid, m²; lengths in the plane, m.
        CREATE TABLE indicator_overlay(
            id INTEGER PRIMARY KEY,
            -- The layers by number: `4*7`, or `16*23+6` for what any of several covers.
            layers TEXT NOT NULL UNIQUE,
            stamp TEXT NOT NULL
        );
        CREATE TABLE indicator_pair(
            overlay INTEGER NOT NULL,
            a INTEGER NOT NULL,
            b INTEGER NOT NULL,
            area_m2 REAL NOT NULL,
            length_m REAL NOT NULL,
            PRIMARY KEY (overlay, a, b)
        ) WITHOUT ROWID;
        CREATE INDEX indicator_pair_b ON indicator_pair(overlay, b);
        -- Pairs that could not be measured, because an outline is invalid.
        CREATE TABLE indicator_pair_fault(
            overlay INTEGER NOT NULL,
            a INTEGER NOT NULL,
            b INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (overlay, a, b)
        ) WITHOUT ROWID;
        \(tableNames.map(registration).joined(separator: "\n        "))
        """

    private static let tableNames = [
        "indicator", "indicator_target", "indicator_count", "indicator_kept", "indicator_sum", "indicator_overlay",
        "indicator_pair", "indicator_pair_fault",
    ]

    private static func registration(_ table: String) -> String {
        """
        INSERT INTO gpkg_extensions VALUES ('\(table)', NULL, '\(GeoPackageSchema.extensionName)',
            'Tables of the tuban planning workbench; documented in its source, Store/IndicatorSchema.swift', 'write-only');
        """
    }

    private static func bump(_ plan: String, _ layer: String) -> String {
        """
        INSERT INTO indicator_count(plan, layer, count) VALUES (\(plan), \(layer), 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
        """
    }

    private static func triggers(on table: String, _ name: String, _ action: (_ row: String) -> String) -> String {
        ["INSERT", "UPDATE", "DELETE"].map { event in
            """

            CREATE TRIGGER indicator_\(name)_\(event.lowercased()) AFTER \(event) ON \(table)
                BEGIN \(action(event == "DELETE" ? "OLD" : "NEW")) END;
            """
        }.joined()
    }

    private static let counters: String =
        triggers(on: "plan_edit", "edit") { bump("\($0).plan", "\($0).layer") }
        + triggers(on: "plan_origin", "origin") { bump("\($0).plan", "0") }
        + triggers(on: "lineage", "lineage") { bump("\($0).plan", "0") }
        + triggers(on: "land_class", "class") { _ in bump("0", "0") }
        + triggers(on: "unit", "unit") { _ in bump("0", "0") }
        + triggers(on: "touched", "touched") { bump("0", "\($0).layer") }

    /// The triggers on `feature`; dropped and made again around a bulk import, whose layers are new.
    static let bulkTriggers: String = triggers(on: "feature", "feature") { bump("0", "\($0).layer") }

    static let bulkTriggerNames = ["insert", "update", "delete"].map { "indicator_feature_\($0)" }

    /// The row of an indicator as SQL.
    static func insertion(_ indicator: Indicator) -> String {
        let values = Indicator.columns.map { column in
            column == "version" ? String(indicator.version) : (indicator.cells[column] ?? "").literal
        }
        return """
            INSERT INTO indicator(\(Indicator.columns.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")));
            """
    }
}
