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
}
