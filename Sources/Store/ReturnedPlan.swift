import GRDB

/// A draft that was sent on, and came back to whom it belongs.
package struct ReturnedPlan: Sendable, Hashable, FetchableRecord {
    package var plan: Int64
    package var title: String
    /// Who returned it.
    package var who: String

    package init(row: Row) { (plan, title, who) = (row["plan"], row["title"], row["who"]) }
}

extension Project {
    /// My drafts that somebody else returned and that were not sent on since, in the order of their numbers.
    package func returnedPlans() throws -> [ReturnedPlan] {
        try read { db in
            try ReturnedPlan.fetchAll(
                db,
                sql: """
                    SELECT p.id AS plan, p.title, e.who FROM plan AS p JOIN case_event AS e ON e.id = (
                        SELECT max(id) FROM case_event WHERE plan = p.id)
                    WHERE p.stage = 'draft' AND p.owner = :who AND e.who <> :who ORDER BY p.id
                    """, arguments: ["who": who])
        }
    }
}
