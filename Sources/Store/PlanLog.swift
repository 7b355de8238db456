import GRDB
import Phrases

/// A step of a plan, as its log tells it.
package struct LoggedStep: Sendable, Hashable {
    package var step: Int64
    /// The journal row of when it was first done.
    package var journal: Int64
    package var time: String
    package var who: String
    package var line: String
    /// How many drafted features it wrote, notes and documents that it hung on apart.
    package var parcels: Int
    package var attachments: Int
    /// Whether it was taken back, and not made again since.
    package var isUndone: Bool
}

extension Project {
    /// The steps of a plan, newest first.
    ///
    /// - Parameter before: only steps with smaller numbers, so that a long log comes page by page.
    package func steps(of plan: Int64, limit: Int = 100, before: Int64? = nil) throws -> [LoggedStep] {
        try read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT j.*, coalesce((SELECT kind FROM journal WHERE target = j.id ORDER BY id DESC LIMIT 1), '')
                        = 'undo' AS undone
                    FROM journal AS j WHERE plan = :plan AND kind = 'do' AND (:before IS NULL OR step < :before)
                    ORDER BY id DESC LIMIT :limit
                    """, arguments: ["plan": plan, "before": before, "limit": limit])
            var steps: [LoggedStep] = []
            while let row = try rows.next() {
                let entry = JournalEntry(row: row)
                let counts = try entry.changeset.rowsByTable()
                steps.append(
                    LoggedStep(
                        step: entry.step ?? 0, journal: entry.id, time: entry.time, who: entry.who, line: entry.line,
                        parcels: counts["plan_edit"] ?? 0, attachments: counts["attachment"] ?? 0,
                        isUndone: row["undone"]))
            }
            return steps
        }
    }

    /// The journal row in which a step was first done.
    ///
    /// - Throws: `Refusal` that says which steps there are.
    static func entry(of step: Int64, in plan: Int64, _ db: Database) throws -> JournalEntry {
        let found = try JournalEntry.fetchOne(
            db, sql: "SELECT * FROM journal WHERE plan = ? AND kind = 'do' AND step = ?", arguments: [plan, step])
        if let found { return found }
        let last = try Int64.fetchOne(
            db, sql: "SELECT max(step) FROM journal WHERE plan = ? AND kind = 'do'", arguments: [plan])
        throw Refusal(
            .noInput,
            last.map { "Plan \(plan) has no step \(step); its steps are 1 to \($0): 'plan log \(plan)' lists them." }
                ?? "Plan \(plan) has no step \(step): nothing was drafted in it yet.",
            last.map { "规划 \(plan) 没有第 \(step) 步；现有第 1 至 \($0) 步，可用 plan log \(plan) 列出。" }
                ?? "规划 \(plan) 没有第 \(step) 步：尚未作任何修改。")
    }

    /// The features that a step drafted, those that it took away or into others among them.
    package func uids(of step: Int64, in plan: Int64) throws -> Set<Int64> {
        try read { db in
            let entry = try Self.entry(of: step, in: plan, db)
            var uids: Set<Int64> = []
            var updated: Set<Int64> = []
            // The columns of plan_edit: id, plan, step, layer, uid. An update tells only the columns it changes.
            for row in try entry.changeset.rows() where row.table == "plan_edit" {
                if let uid = row.integers[4] {
                    uids.insert(uid)
                } else if let id = row.integers[0] {
                    updated.insert(id)
                }
            }
            guard !updated.isEmpty else { return uids }
            let past = try PastWorld(of: plan, at: entry.id, db)
            let rows = try past.memory.inDatabase { try Row.fetchAll($0, sql: "SELECT id, uid FROM plan_edit") }
            return uids.union(rows.filter { updated.contains($0["id"]) }.map { $0["uid"] })
        }
    }
}
