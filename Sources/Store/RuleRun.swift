import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// A run of the rules, as it is kept.
package struct RuleRun: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var who: String
    /// 0 is the county.
    package var plan: Int64
    package var scope: RuleScope
    /// The last journal row that it knew of.
    package var journal: Int64
    package var dataDate: String
    /// How many rules it asked.
    package var rules: Int

    package init(row: Row) {
        (id, time, who) = (row["id"], row["time"], row["who"])
        (plan, journal, rules) = (row["plan"], row["journal"], row["rules"])
        scope = RuleScope(rawValue: row["scope"]) ?? .county
        dataDate = row["data_date"]
    }
}

extension Project {
    package func ruleRun(_ id: Int64) throws -> RuleRun {
        let found = try read { db in
            try RuleRun.fetchOne(db, sql: "SELECT * FROM rule_run WHERE id = ?", arguments: [id])
        }
        guard let found else {
            throw Refusal(.noInput, "There is no run \(id) of the rules.", "没有第 \(id) 次检查。")
        }
        return found
    }

    /// The last run about a plan; of the county for 0.
    package func lastRun(of plan: Int64, scope: RuleScope? = nil) throws -> RuleRun? {
        try read { db in
            try RuleRun.fetchOne(
                db, sql: "SELECT * FROM rule_run WHERE plan = ? AND scope IN (?, ?) ORDER BY id DESC LIMIT 1",
                arguments: [plan, scope?.rawValue ?? "draft", scope?.rawValue ?? (plan == 0 ? "county" : "all")])
        }
    }

    /// The findings of a run: the gravest first, then by rule.
    package func findings(of run: RuleRun) throws -> [RuleFinding] {
        try read { db in
            let rules = try Self.allRules(in: db)
            let answers = try Self.answers(of: run.plan, in: db)
            let rows = try Row.fetchCursor(
                db, sql: "SELECT * FROM rule_finding WHERE run = ? ORDER BY id", arguments: [run.id])
            var found: [RuleFinding] = []
            while let row = try rows.next() {
                guard let rule = rules["\(row["rule"] as String) \(row["version"] as Int)"] else { continue }
                let x: Double? = row["x"], y: Double? = row["y"]
                var finding = RuleFinding(
                    id: row["id"], rule: rule, verdict: RuleFinding.Verdict(rawValue: row["verdict"]) ?? .broken,
                    uid: row["uid"], number: row["number"], layer: row["layer"], object: row["object"],
                    objectNumber: row["object_number"], objectLayer: row["object_layer"], area: row["area_m2"],
                    measured: row["measured"], threshold: row["threshold"], ignored: row["ignored_m2"],
                    reason: row["reason"], place: x.flatMap { x in y.map { Point(x: x, y: $0) } })
                finding.answer = answers[finding.key]
                found.append(finding)
            }
            return Self.inOrder(found)
        }
    }

    /// The gravest first, then by rule, by feature and by what it is held against.
    static func inOrder(_ findings: [RuleFinding]) -> [RuleFinding] {
        // By the rules themselves: thousands of findings hold few.
        var rules: [ObjectIdentifier: Rule] = [:]
        for finding in findings { rules[ObjectIdentifier(finding.rule)] = finding.rule }
        let ids = Dictionary(uniqueKeysWithValues: Set(rules.values.map(\.id)).sorted().enumerated().map { ($1, $0) })
        let ranks = rules.mapValues { (severity: $0.severity.rank, id: ids[$0.id] ?? 0) }
        let keyed = findings.enumerated().map { index, finding in
            let rank = ranks[ObjectIdentifier(finding.rule)] ?? (0, 0)
            return (
                finding.verdict == .broken ? 0 : 1, rank.severity, rank.id, finding.uid ?? 0, finding.object ?? 0, index
            )
        }
        return keyed.sorted { $0 < $1 }.map { findings[$0.5] }
    }

    /// Whether the finding `f` is answered by an exception, as SQL.
    ///
    /// - Parameter plan: the plan's number, as SQL.
    static func isExcepted(plan: String) -> String {
        """
        (coalesce((SELECT answer FROM rule_answer AS a WHERE a.plan = \(plan) AND a.rule = f.rule
            AND a.uid IS f.uid AND a.object IS f.object AND \(isOfUse) ORDER BY a.id DESC LIMIT 1), '') = 'exception')
        """
    }

    /// Whether the answer `a` is about what the plan makes of the feature now, as SQL.
    private static let isOfUse =
        "a.class IS (SELECT e.class FROM plan_edit AS e WHERE e.plan = a.plan AND e.uid = a.uid)"

    /// The newest answer to each finding of a plan.
    static func answers(of plan: Int64, in db: Database) throws -> [RuleFinding.Key: GivenAnswer] {
        var answers: [RuleFinding.Key: GivenAnswer] = [:]
        for row in try Row.fetchAll(
            db, sql: "SELECT * FROM rule_answer AS a WHERE plan = ? AND \(isOfUse) ORDER BY id", arguments: [plan])
        {
            let given = GivenAnswer(row: row)
            answers[RuleFinding.Key(rule: row["rule"], uid: row["uid"], object: row["object"])] =
                given.answer == "withdrawn" ? nil : given
        }
        return answers
    }

    /// One finding by its number.
    package func finding(_ id: Int64) throws -> (finding: RuleFinding, run: RuleRun) {
        let run = try read { db in
            try Int64.fetchOne(db, sql: "SELECT run FROM rule_finding WHERE id = ?", arguments: [id])
        }
        if let run {
            let kept = try ruleRun(run)
            if let finding = try findings(of: kept).first(where: { $0.id == id }) { return (finding, kept) }
        }
        throw Refusal(
            .noInput, "There is no finding \(id); 'plan findings' lists them.", "没有第 \(id) 条检查结果；可用 plan findings 列出。")
    }
}
