import GRDB

/// A feature that a plan changes, and from which class to which.
package struct ChangedFeature: Sendable, Hashable, FetchableRecord {
    package var uid: Int64
    package var layer: Int64
    package var number: String
    /// 0 where there was no land, or none is left.
    package var from: Int64
    package var to: Int64
    /// Whole hundredths of a square metre.
    package var area: Int64

    package init(row: Row) {
        uid = row["uid"]
        layer = row["layer"]
        number = row["number"]
        from = row["from_class"]
        to = row["to_class"]
        area = row["area"]
    }
}

extension Project {
    /// What a plan changes, feature by feature: one row for each class that its land comes from. At most `limit`.
    package func changedFeatures(in plan: Int64, limit: Int) throws -> [ChangedFeature] {
        try read { db in
            try Self.standing(in: plan, db) {
                try ChangedFeature.fetchAll(
                    db,
                    sql: """
                        SELECT c.uid, c.layer, coalesce(f.number, e.number, '') AS number, c.from_class, c.to_class,
                            sum(c.area) AS area
                        FROM change AS c JOIN plan_edit AS e ON e.id = c.edit LEFT JOIN feature AS f ON f.uid = c.uid
                        GROUP BY c.uid, c.from_class, c.to_class ORDER BY c.uid, area DESC LIMIT ?
                        """, arguments: [limit])
            }
        }
    }

    /// The other plans that change a feature: number, title, owner and the class there; 0 where they remove it.
    package func otherPlans(changing uid: Int64, besides plan: Int64) throws -> [(plan: Plan, class: Int64)] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT p.*, CASE e.op WHEN 'remove' THEN 0 ELSE e.class END AS there
                    FROM plan_edit AS e JOIN plan AS p ON p.id = e.plan WHERE e.uid = ? AND e.plan <> ? ORDER BY p.id
                    """, arguments: [uid, plan])
            return rows.map { (Plan(row: $0), $0["there"]) }
        }
    }
}
