import GRDB

extension Project {
    /// Which land a change of a plan is: from class to class, largest first; more than one where it was made of several.
    package func landChanges(of uid: Int64, in plan: Int64) throws -> [LandChange] {
        try read { db in
            try Self.standing(in: plan, db) {
                try LandChange.fetchAll(
                    db,
                    sql: """
                        SELECT CASE WHEN base_uid IS NULL THEN -1 ELSE from_class END AS source,
                            CASE WHEN to_class = 0 AND EXISTS (
                                SELECT 1 FROM plan_edit WHERE plan = :plan AND uid = :uid AND op = 'remove')
                                THEN -1 ELSE to_class END AS target,
                            1 AS count, sum(area) AS area, sum(net) AS net
                        FROM change WHERE uid = :uid GROUP BY 1, 2 ORDER BY area DESC, 1, 2
                        """, arguments: ["plan": plan, "uid": uid])
            }
        }
    }
}
