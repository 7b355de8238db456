import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// What a rule found about a parcel or a project: that it is broken there, or that it could not be checked and why.
package struct RuleFinding: Sendable, Hashable {
    package enum Verdict: String, Sendable { case broken, unknown }

    /// The row; 0 for one that was found live and is not kept.
    package var id: Int64
    package var rule: Rule
    package var verdict: Verdict
    /// Who it is about; nil for a rule that cannot be checked at all.
    package var uid: Int64?
    package var number: String
    package var layer: String
    package var object: Int64?
    package var objectNumber: String
    package var objectLayer: String
    /// What both share, or what is left uncovered, in m².
    package var area: Double?
    package var measured: Double?
    package var threshold: Double?
    /// What the same subject shares with others beside, each too little to count, together in m².
    package var ignored: Double
    /// Why it could not be checked: a word and what it is about.
    package var reason: String
    package var place: Point?
    /// The last answer that somebody gave to it; it stays visible.
    package var answer: GivenAnswer?

    package var severity: Rule.Severity { rule.severity }
    /// Whether it stands in the way: broken, and nobody has answered with a document.
    package var isOpen: Bool { verdict == .broken && answer?.answer != "exception" }

    /// What a finding is in every run: the rule, and whom it is about.
    package struct Key: Hashable, Sendable {
        package var rule: String
        package var uid: Int64?
        package var object: Int64?
    }
    /// A rule, and whom it is about.
    struct Subject: Hashable, Sendable {
        var rule: String
        var uid: Int64?
    }
    package var key: Key { Key(rule: rule.id, uid: uid, object: object) }

    // MARK: As a sentence

    /// Who it is about, by the user's own number.
    private var subject: String { number.isEmpty ? uid.map(String.init) ?? "" : number }

    /// The finding in the language of the session.
    package var sentence: String {
        var parts: [String] = []
        if uid != nil { parts.append("\(layer) \(subject)") }
        if object != nil {
            parts.append("\(objectLayer) \(objectNumber.isEmpty ? object.map(String.init) ?? "" : objectNumber)")
        }
        let who = parts.isEmpty ? "" : say(": ", "：") + parts.joined(separator: " × ")
        switch verdict {
        case .unknown:
            return say(
                "\(rule.id) not checkable (\(rule.message.english))\(who): \(reasonText).",
                "\(rule.id) 无法检查（\(rule.message.chinese)）\(who)：\(reasonText)。")
        case .broken:
            var facts: [String] = []
            if let area { facts.append("\(Self.number(area)) m²") }
            if let measured, rule.unit != "m2" || measured != area {
                let limit = threshold.map { say(", limit \(Self.number($0))", "，限值 \(Self.number($0))") } ?? ""
                facts.append(say("measured ", "实测 ") + Self.number(measured) + unitText + limit)
            } else if let threshold {
                facts.append(say("limit ", "限值 ") + Self.number(threshold) + unitText)
            }
            let tail = facts.isEmpty ? "" : say(": ", "：") + facts.joined(separator: say(", ", "，"))
            return "\(rule.id) \(rule.message)\(who)\(tail)\(say(".", "。"))"
        }
    }

    private var unitText: String {
        switch rule.unit {
        case "m2": " m²"
        case "m": " m"
        case "days": say(" days", " 天")
        default: ""
        }
    }

    private static func number(_ value: Double) -> String {
        let scaled = (abs(value) * 100).rounded()
        guard scaled < 9e15 else { return String(value) }
        let whole = Int64(scaled)
        return "\(value < 0 ? "-" : "")\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }

    /// The reason as people read it.
    package var reasonText: String {
        let words = reason.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = words.count > 1 ? words[1] : ""
        switch words.first {
        case "layer": return say("the project has no layer \(rest)", "项目中没有图层 \(rest)")
        case "field": return say("there is no field \(rest)", "没有字段 \(rest)")
        case "limits": return say("no limits are given: 'rule limit FILE.csv'", "未给出限值，可用 rule limit 文件.csv 导入")
        case "limit": return say("its limit is not given", "未给出限值")
        case "years": return say("there is only one survey year", "只有一个调查年度")
        case "value": return say("the value of \(rest) is missing", "\(rest) 缺值")
        case "class": return say("the land-use class is missing or unknown", "地类缺失或无法识别")
        case "outline":
            return rest.isEmpty
                ? say("it has no outline", "没有图形")
                : say("a record of \(rest) has no outline and no area", "\(rest) 的记录没有图形和面积")
        case "maybe":
            return say(
                "a record without outline but of the same area may cover it", "有一条面积相同但没有图形的记录，可能覆盖此处")
        case "ring": return say("invalid ring at \(rest)", "环无效，位置 \(rest)")
        case "overlay": return say("GEOS cannot lay it over the other (\(rest))", "GEOS 无法叠加（\(rest)）")
        case "survey":
            return say("its outline cannot be compared with the former survey", "其图形无法与上一年度调查叠加对比")
        case "question": return say("nobody has answered it yet", "尚无人回答")
        case "result":
            return say("its SQL answers \(rest), which is no feature's or no number", "其 SQL 结果 \(rest) 不是要素编号或数值")
        case "sql": return say("its SQL fails: \(rest)", "其 SQL 出错：\(rest)")
        default: return reason
        }
    }
}

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
        var ranks: [String: Int] = [:]
        for (rank, id) in Set(findings.map(\.rule.id)).sorted().enumerated() { ranks[id] = rank }
        let keyed = findings.enumerated().map { index, finding in
            (
                finding.verdict == .broken ? 0 : 1, finding.severity.rank, ranks[finding.rule.id] ?? 0,
                finding.uid ?? 0, finding.object ?? 0, index
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

/// Two runs against each other.
package struct RunComparison: Sendable {
    package var mended: [RuleFinding]
    package var new: [RuleFinding]
    package var still: [RuleFinding]

    package init(before: [RuleFinding], now: [RuleFinding]) {
        let then = Set(before.map(\.key)), these = Set(now.map(\.key))
        mended = before.filter { !these.contains($0.key) }
        new = now.filter { !then.contains($0.key) }
        still = now.filter { then.contains($0.key) }
    }
}
