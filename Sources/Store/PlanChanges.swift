import GRDB

/// What each plan turns from class into class, summed: `plan_change`, the view `change` by plan, layer and pair of
/// classes.
///
/// Kept by triggers, so that a draft of ten thousand parcels is reckoned as fast as one of ten. Each edit's part is
/// taken away before its rows change and added after, whatever the order in which a changeset changes the tables.
enum PlanChanges {
    static let table: String = """

        CREATE TABLE plan_change(
            plan INTEGER NOT NULL,
            layer INTEGER NOT NULL,
            -- Classes before and after; -1 where there was no land, or is none: land without a class is 0.
            source INTEGER NOT NULL,
            target INTEGER NOT NULL,
            count INTEGER NOT NULL,
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            PRIMARY KEY (plan, layer, source, target)
        ) WITHOUT ROWID;
        INSERT INTO gpkg_extensions VALUES ('plan_change', NULL, '\(GeoPackageSchema.extensionName)',
            'Tables of the tuban planning workbench; documented in its source, Store/PlanChanges.swift', 'write-only');
        CREATE INDEX plan_origin_base ON plan_origin(base);

        """ + fill("true")

    /// The part of edits whose land is their own: those without rows in `plan_origin`.
    private static func own(_ condition: String) -> String {
        """
        SELECT e.plan, e.layer, f.class AS source, CASE e.op WHEN 'remove' THEN -1 ELSE e.class END AS target,
            1 AS count, f.area, f.net
        FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid
        WHERE \(condition) AND NOT EXISTS (SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid)
            AND NOT (e.op = 'remove' AND EXISTS (SELECT 1 FROM lineage AS l WHERE l.parent = e.uid AND l.plan = e.plan))
        UNION ALL
        SELECT e.plan, e.layer, -1, e.class, 1, e.area, e.net FROM plan_edit AS e
        WHERE \(condition) AND e.op = 'add'
            AND NOT EXISTS (SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid)
        """
    }

    /// The part of edits that have land of other features.
    private static func foreign(_ condition: String) -> String {
        """
        SELECT e.plan, e.layer, coalesce(f.class, -1) AS source, e.class AS target, 1 AS count, o.area, o.net
        FROM plan_edit AS e JOIN plan_origin AS o ON o.plan = e.plan AND o.uid = e.uid
            LEFT JOIN feature AS f ON f.uid = o.base
        WHERE \(condition) AND e.op <> 'remove'
        """
    }

    private static func add(_ part: String, _ sign: String) -> String {
        """
        INSERT INTO plan_change(plan, layer, source, target, count, area, net)
            SELECT plan, layer, source, target, \(sign)count, \(sign)area, \(sign)net FROM (\(part)) WHERE true
            ON CONFLICT DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                net = net + excluded.net;
        """
    }

    /// Sums the edits for which `condition` on `e` holds; their sums must not be there yet.
    static func fill(_ condition: String) -> String {
        """
        INSERT INTO plan_change(plan, layer, source, target, count, area, net)
            SELECT plan, layer, source, target, sum(count), sum(area), sum(net)
            FROM (\(own(condition)) UNION ALL \(foreign(condition))) GROUP BY plan, layer, source, target;
        """
    }

    static let triggers: String = {
        func edit(_ row: String) -> String { "e.plan = \(row).plan AND e.uid = \(row).uid" }
        func all(_ row: String, _ sign: String) -> String {
            add(own(edit(row)) + " UNION ALL " + foreign(edit(row)), sign)
        }
        func one(_ row: String, _ sign: String) -> String {
            add(foreign(edit(row) + " AND o.base = \(row).base"), sign)
        }
        func alone(_ row: String) -> String {
            "NOT EXISTS (SELECT 1 FROM plan_origin WHERE plan = \(row).plan AND uid = \(row).uid)"
        }
        func removed(_ row: String, _ sign: String) -> String {
            add(own("e.plan = \(row).plan AND e.uid = \(row).parent AND e.op = 'remove'"), sign)
        }
        func childless(_ row: String) -> String {
            """
            \(row).plan <> 0 AND NOT EXISTS (
                SELECT 1 FROM lineage WHERE parent = \(row).parent AND plan = \(row).plan)
            """
        }
        return """

            CREATE TRIGGER plan_change_edit_insert AFTER INSERT ON plan_edit BEGIN \(all("NEW", "")) END;
            CREATE TRIGGER plan_change_edit_delete BEFORE DELETE ON plan_edit BEGIN \(all("OLD", "-")) END;
            CREATE TRIGGER plan_change_edit_old BEFORE UPDATE ON plan_edit BEGIN \(all("OLD", "-")) END;
            CREATE TRIGGER plan_change_edit_new AFTER UPDATE ON plan_edit BEGIN \(all("NEW", "")) END;
            CREATE TRIGGER plan_change_origin_first BEFORE INSERT ON plan_origin WHEN \(alone("NEW"))
                BEGIN \(add(own(edit("NEW")), "-")) END;
            CREATE TRIGGER plan_change_origin_insert AFTER INSERT ON plan_origin BEGIN \(one("NEW", "")) END;
            CREATE TRIGGER plan_change_origin_delete BEFORE DELETE ON plan_origin BEGIN \(one("OLD", "-")) END;
            CREATE TRIGGER plan_change_origin_last AFTER DELETE ON plan_origin WHEN \(alone("OLD"))
                BEGIN \(add(own(edit("OLD")), "")) END;
            CREATE TRIGGER plan_change_origin_old BEFORE UPDATE ON plan_origin BEGIN \(one("OLD", "-")) END;
            CREATE TRIGGER plan_change_origin_new AFTER UPDATE ON plan_origin BEGIN \(one("NEW", "")) END;
            CREATE TRIGGER plan_change_lineage_first BEFORE INSERT ON lineage WHEN \(childless("NEW"))
                BEGIN \(removed("NEW", "-")) END;
            CREATE TRIGGER plan_change_lineage_last AFTER DELETE ON lineage WHEN \(childless("OLD"))
                BEGIN \(removed("OLD", "")) END;
            """
    }()

    /// Sums the edits of a layer anew, after the facts of its features have changed.
    static func reckon(layer: Int64, in db: Database) throws {
        // Land may come from features of a layer to edits in it only: operations stay within a layer.
        try db.execute(sql: "DELETE FROM plan_change WHERE layer = ?", arguments: [layer])
        try db.execute(sql: fill("e.layer = \(layer)"))
    }
}
