import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// What a run of the rules came to.
package struct RuleCheck: Sendable {
    package var run: RuleRun
    package var findings: [RuleFinding]
    /// The rules that hold, by id.
    package var held: [String]
    /// The rules that nothing in the draft concerns, by id.
    package var unconcerned: [String]
    /// How many pairs of outlines were laid over one another.
    package var pairs: Int
}

extension Project {
    /// Runs the rules and keeps what they find.
    ///
    /// - Parameters:
    ///   - plan: the draft; nil for the county.
    ///   - date: the day that terms are reckoned by; today unless given.
    ///   - tell: told the layer or rule that is at work; what it throws ends the run.
    package func check(
        _ plan: Plan?, scope: RuleScope, date: String? = nil, tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> RuleCheck {
        let day = date ?? String(Self.now().prefix(10))
        let (rules, journal) = try read { db in
            (
                try Self.rules(in: db).filter { $0.isInForce(on: day) },
                try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal") ?? 0
            )
        }
        var answers: [RuleAnswer] = []
        var ignored: [String: Double] = [:]
        var ran: Set<String> = []
        var unconcerned: Set<String> = []
        var pairs = 0
        if scope != .draft { try compareSurveys(tell) }
        for part in scope == .all ? [RuleScope.draft, .county] : [scope] {
            let result = try self.answers(of: rules, plan, part, day, only: nil, tell)
            answers += result.answers
            ignored.merge(result.ignored) { $0 + $1 }
            ran.formUnion(result.ran)
            unconcerned.formUnion(result.unconcerned)
            pairs += result.pairs
        }
        if let plan { answers += try questions(rules, plan.id) }
        let run = try keep(answers, ignored, plan: plan?.id ?? 0, scope, day, journal, count: rules.count)
        let touched = Set(answers.map(\.rule))
        return RuleCheck(
            run: run, findings: try findings(of: run), held: ran.subtracting(touched).sorted(),
            unconcerned: unconcerned.subtracting(ran).sorted(), pairs: pairs)
    }

    /// Brings the overlay of the two newest surveys up to date, which the changes of the county are read from.
    func compareSurveys(_ tell: @escaping (String) throws -> Void) throws {
        let surveys = try layers().filter { $0.standard == "DLTB" && $0.role == .parcels && $0.geometry == .polygon }
            .sorted { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }
        guard surveys.count > 1, !isReadOnly, try coordinateSystem() != nil else { return }
        try overlaySurveys(from: surveys[surveys.count - 2], to: surveys[surveys.count - 1]) { _, _ in try tell("DLTB")
        }
    }

    struct Answered {
        var answers: [RuleAnswer] = []
        var ignored: [String: Double] = [:]
        var ran: Set<String> = []
        var unconcerned: Set<String> = []
        var pairs = 0
    }

    /// What the computed rules answer, in one consistent state of the file.
    func answers(
        of rules: [Rule], _ plan: Plan?, _ scope: RuleScope, _ day: String, only: Set<Int64>?,
        _ tell: @escaping (String) throws -> Void
    ) throws -> Answered {
        let work = try RuleWorkspace(path: path, plan: plan, scope: scope)
        defer { try? work.queue.close() }
        return try work.queue.inDatabase { db in
            var result = Answered()
            try db.inTransaction(.deferred) {
                let runner = try RuleRunner(work, db, rules: rules, date: day, only: only, tell: tell)
                try runner.run()
                result.answers = runner.answers
                result.ignored = runner.ignored
                result.ran = Set(runner.running.map(\.id))
                result.unconcerned = runner.unconcerned
                result.pairs = runner.pairCount
                return .commit
            }
            return result
        }
    }

    /// Questions and documents of a plan: answered by yes they hold, by no they are broken, else they are open.
    func questions(_ rules: [Rule], _ plan: Int64) throws -> [RuleAnswer] {
        let given = try read { db in try Self.answers(of: plan, in: db) }
        return rules.filter { !$0.decision.isComputed }.compactMap { rule in
            let answer = given[RuleFinding.Key(rule: rule.id)]?.answer
            if answer == "yes" { return nil }
            return RuleAnswer(
                rule: rule.id, version: rule.version, isUnknown: answer != "no",
                reason: answer == "no" ? "" : "question")
        }
    }

    private func keep(
        _ answers: [RuleAnswer], _ ignored: [String: Double], plan: Int64, _ scope: RuleScope, _ day: String,
        _ journal: Int64, count: Int
    ) throws -> RuleRun {
        try change { db in
            let id = try Self.nextNumber("rule_run", in: db)
            try db.execute(
                sql: """
                    INSERT INTO rule_run(id, time, who, plan, scope, journal, data_date, rules)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: [id, clock ?? Self.now(), who, plan, scope.rawValue, journal, day, count])
            var next = try Self.nextNumber("rule_finding", in: db)
            let statement = try db.makeStatement(
                sql: """
                    INSERT INTO rule_finding(id, run, rule, version, verdict, uid, object, number, layer, object_number,
                        object_layer, area_m2, measured, threshold, ignored_m2, reason, x, y)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for answer in answers {
                let subject = try Self.name(of: answer.uid, plan: plan, in: db)
                let object = try Self.name(of: answer.object, plan: plan, in: db)
                try statement.execute(arguments: [
                    next, id, answer.rule, answer.version, answer.isUnknown ? "unknown" : "broken", answer.uid,
                    answer.object, subject.number, subject.layer, object.number, object.layer, answer.area,
                    answer.measured, answer.threshold, ignored[answer.rule] ?? 0, answer.reason, answer.place?.x,
                    answer.place?.y,
                ])
                next += 1
            }
            return try RuleRun.fetchOne(db, sql: "SELECT * FROM rule_run WHERE id = ?", arguments: [id])
                ?? { throw Refusal(.inputOutput, "The run was not kept.", "检查结果未能保存。") }()
        }
    }

    /// The user's own number of a feature, and the layer it is in.
    static func name(of uid: Int64?, plan: Int64, in db: Database) throws -> (number: String, layer: String) {
        guard let uid else { return ("", "") }
        let base = try db.cachedStatement(
            sql: """
                SELECT f.number, l.table_name FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE f.uid = ?
                """)
        if let row = try Row.fetchOne(base, arguments: [uid]) { return (row[0], row[1]) }
        let drafted = try db.cachedStatement(
            sql: """
                SELECT e.number, l.table_name FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer
                WHERE e.plan = ? AND e.uid = ?
                """)
        if let row = try Row.fetchOne(drafted, arguments: [plan, uid]) { return (row[0], row[1]) }
        return ("", "")
    }
}
