import GRDB

extension Project {
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

    /// The plans that draft a feature, or that wrote it or took it away when they were published; oldest first.
    package func plans(touching uid: Int64) throws -> [(plan: Plan, to: Int64?)] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT p.*, CASE e.op WHEN 'remove' THEN NULL ELSE e.class END AS there
                    FROM plan AS p JOIN plan_edit AS e ON e.plan = p.id AND e.uid = :uid
                    UNION
                    SELECT p.*, (SELECT class FROM feature WHERE uid = :uid) FROM plan AS p JOIN publication AS b
                        ON b.plan = p.id AND b.uid = :uid
                    WHERE NOT EXISTS (SELECT 1 FROM plan_edit AS e WHERE e.plan = p.id AND e.uid = :uid)
                    ORDER BY 1
                    """, arguments: ["uid": uid])
            return rows.map { (Plan(row: $0), $0["there"]) }
        }
    }
}
