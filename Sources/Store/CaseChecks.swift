import GRDB
import Phrases
import Planning

/// What the rules have to say before a step that needs `checks` is taken.
extension Project {
    /// Why nothing is known of what the rules say to a plan as it is now; nil where they were asked.
    package func notChecked(_ plan: Int64) throws -> Phrase? {
        try read { db in try Self.lastCheck(of: plan, in: db) == nil ? Self.notChecked(plan) : nil }
    }

    private static func notChecked(_ plan: Int64) -> Phrase {
        Phrase("the rules were not asked since the last change: 'plan check \(plan)'", "最近修改后尚未检查：plan check \(plan)")
    }

    /// The newest run of the rules over a plan as it is now.
    private static func lastCheck(of plan: Int64, in db: Database) throws -> Int64? {
        let run = try Row.fetchOne(
            db,
            sql: """
                SELECT id, journal FROM rule_run WHERE plan = ? AND scope IN ('draft', 'all') ORDER BY id DESC LIMIT 1
                """, arguments: [plan])
        let last = try Int64.fetchOne(
            db, sql: "SELECT max(id) FROM journal WHERE plan = ? AND kind IN ('do', 'undo', 'redo')", arguments: [plan])
        guard let run, run["journal"] as Int64 >= last ?? 0 else { return nil }
        return run["id"]
    }

    /// What of the rules stands in the way; nil where nothing does.
    static func checkObstacle(_ plan: Int64, on day: String, in db: Database) throws -> Phrase? {
        guard let run = try lastCheck(of: plan, in: db) else { return notChecked(plan) }
        let answers = try answers(of: plan, in: db)
        let blocking = try Row.fetchAll(
            db,
            sql: """
                SELECT f.rule, f.uid, f.object FROM rule_finding AS f
                    JOIN rule AS r ON r.id = f.rule AND r.version = f.version
                WHERE f.run = ? AND f.verdict = 'broken' AND r.severity = 'block'
                    AND r.decided_by IN ('geometry', 'tables')
                """, arguments: [run]
        ).count { row in
            let key = RuleFinding.Key(rule: row["rule"], uid: row["uid"], object: row["object"])
            return answers[key]?.answer != "exception"
        }
        if blocking > 0 {
            return Phrase(
                "no answer yet to \(counted(blocking, "blocking finding")): 'plan findings \(plan)'",
                "尚有 \(blocking) 条禁止类问题未答复：plan findings \(plan)")
        }
        // What people answer counts from the moment they do, not from the next run on.
        let denied = try forbiddingQuestions(on: day, in: db).first {
            answers[RuleFinding.Key(rule: $0.id)]?.answer == "no"
        }
        return denied.map { rule in
            Phrase(
                "\(rule.id) is answered by no: \(rule.question.english)", "\(rule.id) 的回答为“否”：\(rule.question.chinese)")
        }
    }

    /// The questions of forbidding rules that nobody has answered about a plan, by the ids of the rules.
    static func openQuestions(of plan: Int64, on day: String, in db: Database) throws -> [String] {
        let answers = try answers(of: plan, in: db)
        return try forbiddingQuestions(on: day, in: db).map(\.id).filter { answers[RuleFinding.Key(rule: $0)] == nil }
    }

    /// Rules in force that forbid, and that no data decides.
    private static func forbiddingQuestions(on day: String, in db: Database) throws -> [Rule] {
        try rules(in: db).filter { !$0.decision.isComputed && $0.severity == .block && $0.isInForce(on: day) }
    }
}
