import Foundation
import GRDB
import Phrases
import Planning

/// A plan on its way, as the queue shows it.
package struct QueuedPlan: Sendable, Hashable {
    package var plan: Plan
    package var stage: Workflow.Stage
    /// Days since 1970-01-01: when it came to this stage, and when it is due; nil where there is no limit.
    package var since: Int
    package var due: Int?
    /// Working days left; negative when it is overdue.
    package var left: Int?
    /// Whether I may take a step of this stage.
    package var isMine: Bool
    /// Whom it was given to; nil for whoever may.
    package var assigned: String?
    /// The gravest finding without an answer of the last run; nil for none.
    package var severity: Rule.Severity?
    package var changes: Int
    package var seen: Int
    package var objections: Int

    package init(
        plan: Plan, stage: Workflow.Stage, since: Int, due: Int?, left: Int?, isMine: Bool, assigned: String?,
        severity: Rule.Severity? = nil, changes: Int = 0, seen: Int = 0, objections: Int = 0
    ) {
        (self.plan, self.stage, self.since, self.due, self.left) = (plan, stage, since, due, left)
        (self.isMine, self.assigned, self.severity) = (isMine, assigned, severity)
        (self.changes, self.seen, self.objections) = (changes, seen, objections)
    }

    package var isOverdue: Bool { left.map { $0 < 0 } ?? false }
}

/// The plans on their way, those that wait for me first.
package struct ReviewQueue: Sendable {
    package var plans: [QueuedPlan]
    /// How many plans are on their way in all, shown or not.
    package var total: Int
    /// How many wait for me, and how many of these are overdue.
    package var waiting: Int
    package var overdue: Int
}

extension Project {
    /// The queue: what waits for me (assigned to me, or to nobody and mine to take), by due date, then by the gravest
    /// finding; others' plans after it.
    ///
    /// - Parameters:
    ///   - all: also what waits for others.
    ///   - limit: how many rows are told in full; counts are of all.
    package func reviewQueue(all: Bool = false, limit: Int = .max, offset: Int = 0) throws -> ReviewQueue {
        let calendar = try calendar()
        let day = WorkCalendar.day(today) ?? 0
        return try read { db in
            let roster = try Self.roster(in: db)
            let workflow = try Self.workflow(in: db)
            var assigned: [Int64: (stage: String, login: String)] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT plan, stage, login FROM assignment ORDER BY id") {
                assigned[row["plan"]] = (row["stage"], row["login"])
            }
            var able: [String: Bool] = [:]
            var queued: [QueuedPlan] = []
            var total = 0
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT id, kind, title, owner, stage, since, base, planned, created, note, variant_of FROM plan
                    WHERE stage <> 'draft' ORDER BY id
                    """)
            while let row = try rows.next() {
                let plan = Plan(row: row)
                guard let stage = workflow.stage(plan.stage, of: plan.kind), !stage.isEnd else { continue }
                total += 1
                let key = "\(plan.kind.rawValue) \(stage.id)"
                let can =
                    able[key]
                    ?? stage.steps.contains { step in
                        !step.needs.contains(.own)
                            && roster.actor(who, as: step.roles, level: step.level, on: today) != nil
                    }
                able[key] = can
                let given = assigned[plan.id].flatMap { $0.stage == stage.id && !$0.login.isEmpty ? $0.login : nil }
                let isMine = given == who || (given == nil && can)
                guard all || isMine else { continue }
                let since = WorkCalendar.day(plan.since) ?? day
                let due = stage.days.map { calendar.end(of: $0, after: since) }
                queued.append(
                    QueuedPlan(
                        plan: plan, stage: stage, since: since, due: due,
                        left: due.map { calendar.count(from: day, to: $0) }, isMine: isMine, assigned: given))
            }
            let waiting = queued.count { $0.isMine }, overdue = queued.count { $0.isMine && $0.isOverdue }
            try Self.setSeverities(&queued, in: db)
            queued.sort { Self.rank($0) < Self.rank($1) }
            queued = Array(queued.dropFirst(offset).prefix(limit))
            for index in queued.indices { try fill(&queued[index], in: db) }
            return ReviewQueue(plans: queued, total: total, waiting: waiting, overdue: overdue)
        }
    }

    private static func rank(_ plan: QueuedPlan) -> (Int, Int, Int, Int64) {
        (plan.isMine ? 0 : 1, plan.due ?? .max, plan.severity?.rank ?? .max, plan.plan.id)
    }

    /// The gravest open finding of each plan's last run, for those that have one.
    private static func setSeverities(_ plans: inout [QueuedPlan], in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT DISTINCT r.severity FROM rule_finding AS f JOIN rule AS r ON r.id = f.rule AND r.version = f.version
                WHERE f.run = (SELECT max(id) FROM rule_run WHERE plan = ?) AND f.verdict = 'broken'
                    AND coalesce((SELECT answer FROM rule_answer AS a WHERE a.plan = ? AND a.rule = f.rule
                        AND a.uid IS f.uid AND a.object IS f.object ORDER BY a.id DESC LIMIT 1), '') <> 'exception'
                """)
        for index in plans.indices {
            let id = plans[index].plan.id
            plans[index].severity = try String.fetchAll(statement, arguments: [id, id]).compactMap(Rule.Severity.init)
                .min { $0.rank < $1.rank }
        }
    }

    private func fill(_ plan: inout QueuedPlan, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT (SELECT count(*) FROM plan_edit WHERE plan = :plan),
                    (SELECT count(*) FROM look AS l JOIN plan_edit AS e ON e.plan = l.plan AND e.uid = l.uid
                        WHERE l.who = :who AND l.plan = :plan AND l.seen = CAST(e.step AS TEXT)),
                    (SELECT count(*) FROM remark AS r WHERE plan = :plan AND thread IS NULL AND kind = 'objection'
                        AND coalesce((SELECT ended FROM remark_end AS e WHERE e.remark = r.id ORDER BY e.id DESC LIMIT 1),
                            0) = 0)
                """)
        if let row = try Row.fetchOne(statement, arguments: ["plan": plan.plan.id, "who": who]) {
            (plan.changes, plan.seen, plan.objections) = (row[0], row[1], row[2])
        }
    }

    /// How many plans wait for me, and how many are overdue: for the message of the day.
    package func waiting() throws -> (waiting: Int, overdue: Int, next: [QueuedPlan]) {
        let queue = try reviewQueue(limit: 3)
        return (queue.waiting, queue.overdue, queue.plans)
    }
}
