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
    /// Whether changes, seen and objections are told.
    package internal(set) var isTold = false
}

/// The plans on their way, those that wait for me first.
///
/// Which plans there are, when they are due and how grave their findings are is read for all of them; what else is told
/// of each, for those that are looked at.
package struct ReviewQueue: Sendable {
    package var plans: [QueuedPlan]
    /// How many plans are on their way in all, shown or not.
    package var total: Int
    /// How many wait for me, and how many of these are overdue.
    package var waiting: Int
    package var overdue: Int

    package static let empty = ReviewQueue(plans: [], total: 0, waiting: 0, overdue: 0)
}

extension Project {
    /// The queue: what waits for me (assigned to me, or to nobody and mine to take), by due date, then by the gravest
    /// finding; others' plans after it.
    ///
    /// - Parameters:
    ///   - all: also what waits for others.
    ///   - told: for how many rows changes, those seen and objections are read; `tell` reads them for others.
    package func reviewQueue(all: Bool = false, told: Int = .max) throws -> ReviewQueue {
        // Without a plan on its way nobody need know roster, workflow and calendar.
        guard
            try read({ try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM plan WHERE stage <> 'draft')") })
                == true
        else { return .empty }
        let calendar = try calendar()
        let day = WorkCalendar.day(today) ?? 0
        return try read { db in
            let roster = try Self.roster(in: db)
            let workflow = try Self.workflow(in: db)
            var assigned: [Int64: (stage: String, login: String)] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT plan, stage, login FROM assignment ORDER BY id") {
                assigned[row["plan"]] = (row["stage"], row["login"])
            }
            let severities = try Self.severities(in: db)
            var queued: [QueuedPlan] = []
            var total = 0
            // Plans that came to the same stage on the same day follow one another: what they have in common is found once.
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT id, kind, stage, substr(since, 1, 10) AS day, * FROM plan WHERE stage <> 'draft'
                    ORDER BY 2, 3, 4, 1
                    """)
            var place: (kind: String, stage: String, day: String) = ("", "", "")
            var waiting = Waiting(nil, since: day, day: day, calendar) { _ in false }
            while let row = try rows.next() {
                let id: Int64 = row[0]
                let here: (kind: String, stage: String, day: String) = (row[1], row[2], row[3])
                if here != place {
                    place = here
                    let stage = PlanKind(rawValue: here.kind).flatMap { workflow.stage(here.stage, of: $0) }
                    waiting = Waiting(stage, since: WorkCalendar.day(here.day) ?? day, day: day, calendar) { step in
                        roster.actor(who, as: step.roles, level: step.level, on: today) != nil
                    }
                }
                guard let stage = waiting.stage, !stage.isEnd else { continue }
                total += 1
                let given = assigned[id].flatMap { $0.stage == stage.id && !$0.login.isEmpty ? $0.login : nil }
                let isMine = given == who || (given == nil && waiting.isForMe)
                guard all || isMine else { continue }
                queued.append(
                    QueuedPlan(
                        plan: Plan(row: row), stage: stage, since: waiting.since, due: waiting.due, left: waiting.left,
                        isMine: isMine, assigned: given, severity: severities[id]))
            }
            // Ranks are sorted, not the plans: they are small.
            let ranks = queued.enumerated().map { (rank: Self.rank($1), place: $0) }.sorted { $0.rank < $1.rank }
            var queue = ReviewQueue(
                plans: ranks.map { queued[$0.place] }, total: total, waiting: queued.count { $0.isMine },
                overdue: queued.count { $0.isMine && $0.isOverdue })
            for index in queue.plans.indices.prefix(told) { try tell(&queue.plans[index], in: db) }
            return queue
        }
    }

    /// Reads changes, those seen and objections of one plan in the queue.
    package func tell(_ plan: inout QueuedPlan) throws {
        guard !plan.isTold else { return }
        try read { db in try tell(&plan, in: db) }
    }

    /// What all plans of a kind that came to a stage on one day have in common.
    private struct Waiting {
        var stage: Workflow.Stage?
        var since: Int
        var due: Int?
        var left: Int?
        var isForMe: Bool

        init(
            _ stage: Workflow.Stage?, since: Int, day: Int, _ calendar: WorkCalendar, isMine: (Workflow.Step) -> Bool
        ) {
            (self.stage, self.since) = (stage, since)
            due = stage?.days.map { calendar.end(of: $0, after: since) }
            left = due.map { calendar.count(from: day, to: $0) }
            isForMe = stage?.steps.contains { !$0.needs.contains(.own) && isMine($0) } ?? false
        }
    }

    private static func rank(_ plan: QueuedPlan) -> (Int, Int, Int, Int64) {
        (plan.isMine ? 0 : 1, plan.due ?? .max, plan.severity?.rank ?? .max, plan.plan.id)
    }

    /// The gravest open finding of the last run of each plan on its way.
    private static func severities(in db: Database) throws -> [Int64: Rule.Severity] {
        let ranks = Rule.Severity.allCases.map { "WHEN '\($0.rawValue)' THEN \($0.rank)" }.joined(separator: " ")
        var gravest: [Int64: Rule.Severity] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT run.plan, min(CASE r.severity \(ranks) END) FROM (
                    SELECT plan, (SELECT max(id) FROM rule_run WHERE plan = p.id) AS id
                    FROM (SELECT id, id AS plan FROM plan WHERE stage <> 'draft') AS p) AS run
                CROSS JOIN rule_finding AS f ON f.run = run.id
                JOIN rule AS r ON r.id = f.rule AND r.version = f.version
                WHERE f.verdict = 'broken'
                    AND NOT \(isExcepted(plan: "run.plan"))
                GROUP BY run.plan
                """)
        while let row = try rows.next() {
            guard let rank = row[1] as Int? else { continue }
            gravest[row[0]] = Rule.Severity.allCases.first { $0.rank == rank }
        }
        return gravest
    }

    private func tell(_ plan: inout QueuedPlan, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT (SELECT count(*) FROM plan_edit WHERE plan = :plan),
                    (SELECT count(*) FROM look AS l JOIN plan_edit AS e ON e.plan = l.plan AND e.uid = l.uid
                        WHERE l.who = :who AND l.plan = :plan AND l.seen = CAST(e.step AS TEXT)
                            AND NOT (\(Self.cameBack))),
                    (\(Self.openObjections))
                """)
        if let row = try Row.fetchOne(statement, arguments: ["plan": plan.plan.id, "who": who]) {
            (plan.changes, plan.seen, plan.objections) = (row[0], row[1], row[2])
        }
        plan.isTold = true
    }

    /// Whether a row `l` of `look` objected before the plan `:plan` was sent in the last time: what is as it was has
    /// failed before.
    static let cameBack = """
        l.verdict = 'objected' AND l.time < (
            SELECT max(time) FROM case_event WHERE plan = :plan AND from_stage = 'draft' AND to_stage <> 'draft')
        """

    /// How many plans wait for me, and how many are overdue: for the message of the day.
    package func waiting() throws -> (waiting: Int, overdue: Int, next: [QueuedPlan]) {
        let queue = try reviewQueue(told: 3)
        return (queue.waiting, queue.overdue, Array(queue.plans.prefix(3)))
    }
}
