import GRDB

/// Where a connection stands: in which plan's world, as of which journal row, in which survey layer.
///
/// The documented views read it, so that one SQL text answers for the base, a draft and the past. They are temporary
/// views, because a view of the file cannot read a table of the connection.
package struct Here: Hashable, Sendable {
    /// The open plan; 0 is the base.
    package var plan: Int64 = 0
    /// The survey layer that `parcel` shows.
    package var layer: Int64 = 0
    /// The newest journal row that counts; nil is the present.
    package var asOf: Int64?
    package var year: Int?

    package init(plan: Int64 = 0, layer: Int64 = 0, asOf: Int64? = nil, year: Int? = nil) {
        self.plan = plan
        self.layer = layer
        self.asOf = asOf
        self.year = year
    }

    static func install(in db: Database) throws {
        try db.execute(
            sql: """
                CREATE TEMP TABLE here(plan INTEGER NOT NULL, as_of INTEGER, year INTEGER, layer INTEGER NOT NULL);
                INSERT INTO here VALUES (0, NULL, NULL, 0);
                CREATE TEMP TABLE marked(uid INTEGER PRIMARY KEY);
                """ + views + StatisticSchema.view + ReachSchema.tables + parcelView(past: false)
                    + landView(past: false))
    }

    /// The present is asked for by an equality, which the indexes of lists begin with.
    private static let present = "f.valid_to IS NULL"
    /// Of the past two parts: what is in force still and was then, in the order of the same indexes, and the few that
    /// were superseded since, by an index of their own.
    private static let still = "f.valid_to IS NULL AND coalesce(f.valid_from, 0) <= (SELECT as_of FROM here)"
    private static let since = """
        f.valid_to > (SELECT as_of FROM here) AND coalesce(f.valid_from, 0) <= (SELECT as_of FROM here)
        """

    /// The names of class and unit, of `c` and `u`.
    static let columns = """
        c.system AS class_system, c.code AS class_code, c.name_en AS class_name_en, c.name_zh AS class_name_zh,
        c.category AS category, u.code AS unit_code, u.name AS unit_name
        """

    /// The view `parcel`: features of the connection's layer, as they are in its plan, or were at its time.
    static func parcelView(past isPast: Bool) -> String {
        func base(_ counts: String) -> String {
            """
            SELECT f.uid AS uid, f.layer AS layer, f.fid AS fid, f.number AS number, f.name AS name,
                f.class AS class, f.class AS base_class, f.unit AS unit, f.area AS area, f.net AS net,
                f.area / 100.0 AS area_m2, f.net / 100.0 AS net_m2, 0 AS edited, \(columns)
            FROM feature AS f JOIN land_class AS c ON c.id = f.class JOIN unit AS u ON u.id = f.unit
            WHERE f.layer = (SELECT layer FROM here) AND \(counts) AND NOT EXISTS (
                SELECT 1 FROM plan_edit AS e WHERE e.plan = (SELECT plan FROM here) AND e.uid = f.uid)
            UNION ALL
            """
        }
        return """

                CREATE TEMP VIEW parcel AS
                \(isPast ? base(still) + "\n" + base(since) : base(present))
                -- CAST gives the columns back the affinity of those above: without it SQLite sorts the whole of both parts for
                -- one page of a list.
                SELECT e.uid, e.layer, f.fid, CAST(coalesce(f.number, e.number) AS TEXT),
                    CAST(coalesce(f.name, e.name) AS TEXT),
                    e.class, f.class, e.unit, e.area, e.net,
                    e.area / 100.0, e.net / 100.0, 1, \(columns)
                FROM plan_edit AS e LEFT JOIN feature AS f ON f.uid = e.uid
                    JOIN land_class AS c ON c.id = e.class JOIN unit AS u ON u.id = e.unit
                WHERE e.plan = (SELECT plan FROM here) AND e.layer = (SELECT layer FROM here) AND e.op <> 'remove';
            """
    }

    /// Rows of what a plan makes of the land, as the view `change` has them: edit, uid, base, layer, unit, was, is_now, area,
    /// net.
    ///
    /// - Parameters:
    ///   - plan: its number, as SQL.
    ///   - edits: a further condition on `e`, the rows of `plan_edit`; begins with `AND`.
    static func landChanges(plan: String, edits: String = "") -> String {
        """
        SELECT e.id AS edit, e.uid, f.uid AS base, e.layer, e.unit, f.class AS was,
            CASE e.op WHEN 'remove' THEN 0 ELSE e.class END AS is_now, f.area, f.net
        FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid
        WHERE e.plan = \(plan) \(edits) AND NOT EXISTS (
            SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid)
            AND NOT (e.op = 'remove' AND EXISTS (
                SELECT 1 FROM lineage AS l WHERE l.parent = e.uid AND l.plan = e.plan))
        UNION ALL
        SELECT e.id, e.uid, o.base, e.layer, e.unit, coalesce(f.class, 0), e.class, o.area, o.net
        FROM plan_edit AS e JOIN plan_origin AS o ON o.plan = e.plan AND o.uid = e.uid
            LEFT JOIN feature AS f ON f.uid = o.base
        WHERE e.plan = \(plan) \(edits) AND e.op <> 'remove'
        UNION ALL
        SELECT e.id, e.uid, NULL, e.layer, e.unit, 0, e.class, e.area, e.net
        FROM plan_edit AS e
        WHERE e.plan = \(plan) \(edits) AND e.op = 'add' AND NOT EXISTS (
            SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid)
        """
    }

    /// The view `land`: sums at present, or for the past the same without what came since and with what went.
    static func landView(past isPast: Bool) -> String {
        """

        CREATE TEMP VIEW land AS
            SELECT s.layer AS layer, s.unit AS unit, s.class AS class, sum(s.count) AS count, sum(s.area) AS area,
                sum(s.net) AS net, sum(s.area) / 100.0 AS area_m2, sum(s.net) / 100.0 AS net_m2, \(columns)
            FROM (
                SELECT layer, unit, class, count, area, net FROM summary
                UNION ALL
                SELECT layer, unit, class, count, area, net FROM plan_summary WHERE plan = (SELECT plan FROM here)
                \(isPast ? "UNION ALL SELECT layer, unit, class, count, area, net FROM (\(correction("(SELECT as_of FROM here)")))" : "")
            ) AS s JOIN land_class AS c ON c.id = s.class JOIN unit AS u ON u.id = s.unit
            GROUP BY s.layer, s.unit, s.class HAVING sum(s.count) <> 0 OR sum(s.area) <> 0;
        """
    }

    /// What makes of the sums of the present those of a time before.
    ///
    /// - Parameter columns: what else of each feature.
    static func correction(_ time: String, _ columns: String = "class") -> String {
        """
        SELECT layer, unit, -1 AS count, -area AS area, -net AS net, \(columns) FROM feature
            WHERE valid_from > \(time) AND valid_to IS NULL
        UNION ALL
        SELECT layer, unit, 1, area, net, \(columns) FROM feature
            WHERE valid_to > \(time) AND coalesce(valid_from, 0) <= \(time)
        """
    }

    /// The other documented views: what an indicator or a rule may read.
    private static let views: String = """

        -- What the plan makes of the land: a row for each drafted feature and base feature that it has land of. Where the
        -- base had nothing, or the plan leaves nothing, the class is 0.
        CREATE TEMP VIEW change AS
            SELECT d.uid AS uid, d.base AS base_uid, d.layer AS layer, d.unit AS unit, d.edit AS edit,
                b.id AS from_class, b.system AS from_system, b.code AS from_code, b.category AS from_category,
                a.id AS to_class, a.system AS to_system, a.code AS to_code, a.category AS to_category,
                d.area AS area, d.net AS net, d.area / 100.0 AS area_m2, d.net / 100.0 AS net_m2
            FROM (
                \(landChanges(plan: "(SELECT plan FROM here)"))
            ) AS d JOIN land_class AS b ON b.id = d.was JOIN land_class AS a ON a.id = d.is_now;

        CREATE TEMP VIEW layer AS
            SELECT id, table_name, standard, title, role, year, version, geometry FROM layer_registry;
        """
}

extension Project {
    /// Moves the connection to another plan, time or layer.
    package func stand(_ here: Here) throws {
        try connection.inDatabase { db in try Self.stand(here, in: db) }
    }

    static func stand(_ here: Here, in db: Database) throws {
        var here = here
        // A published plan is seen over what it was published into, not over what it has become itself.
        if here.asOf == nil { here.asOf = try publication(of: here.plan, in: db).map { $0 - 1 } }
        let wasPast = try Bool.fetchOne(db, sql: "SELECT as_of IS NOT NULL FROM temp.here") ?? false
        let isPast = here.asOf != nil
        if wasPast != isPast {
            try db.execute(
                sql: "DROP VIEW temp.parcel; DROP VIEW temp.land;" + Here.parcelView(past: isPast)
                    + Here.landView(past: isPast))
        }
        try db.execute(
            sql: "UPDATE temp.here SET plan = ?, as_of = ?, year = ?, layer = ?",
            arguments: [here.plan, here.asOf, here.year, here.layer])
    }

    /// Reads the documented views in the world of a plan, and stands where the connection stood before.
    static func standing<T>(in plan: Int64, _ db: Database, _ body: () throws -> T) throws -> T {
        let row = try Row.fetchOne(db, sql: "SELECT plan, layer, as_of, year FROM temp.here")
        let before =
            row.map { Here(plan: $0["plan"], layer: $0["layer"], asOf: $0["as_of"], year: $0["year"]) } ?? Here()
        var there = before
        there.plan = plan
        if plan != before.plan { there.asOf = nil }
        try stand(there, in: db)
        defer {
            // The row is there, and the table is the connection's own; a failure here would be the file's end anyway.
            try? stand(before, in: db)
        }
        return try body()
    }

    /// Where the connection stands.
    package func here() throws -> Here {
        try connection.inDatabase { db in
            let row = try Row.fetchOne(db, sql: "SELECT plan, layer, as_of, year FROM temp.here")
            return row.map { Here(plan: $0["plan"], layer: $0["layer"], asOf: $0["as_of"], year: $0["year"]) } ?? Here()
        }
    }
}
