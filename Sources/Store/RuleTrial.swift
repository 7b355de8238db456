import GRDB
import Phrases
import Planning

/// One rule run by itself: what it read, each count on the way, and what it found.
package struct RuleTrial: Sendable {
    package var numbers: [(name: String, count: Int)]
    package var findings: [RuleFinding]
    /// What is wrong with its SQL, and where.
    package var fault: String?
}

extension Project {
    /// Tries a rule; nothing is kept.
    package func test(
        _ rule: Rule, _ plan: Plan?, date: String? = nil, tell: @escaping (String) throws -> Void
    ) throws -> RuleTrial {
        let day = date ?? String(Self.now().prefix(10))
        let scope = plan == nil ? RuleScope.county : .draft
        if plan == nil { try compareSurveys(tell) }
        let work = try RuleWorkspace(path: path, plan: plan, scope: scope)
        defer { try? work.queue.close() }
        return try work.queue.inDatabase { db in
            let runner = try RuleRunner(work, db, rules: [rule], date: day, only: nil, tell: tell)
            try runner.run()
            var numbers: [(name: String, count: Int)] = [(say("changed pieces", "变化地块"), runner.pieces.count)]
            for row in try Row.fetchAll(db, sql: "SELECT layer, count(*) AS n FROM examined GROUP BY layer") {
                numbers.append((say("examined in ", "检查对象 ") + (row["layer"] as String), row["n"]))
            }
            numbers.append((say("pairs of outlines", "叠加图形对"), runner.pairCount))
            for row in try Row.fetchAll(db, sql: "SELECT layer, count(*) AS n FROM overlap GROUP BY layer") {
                numbers.append((say("overlaps with ", "相交 ") + (row["layer"] as String), row["n"]))
            }
            numbers.append((say("answers", "结果"), runner.answers.count))
            let fault = runner.answers.first { $0.reason.hasPrefix("sql ") }.map { String($0.reason.dropFirst(4)) }
            let findings = try runner.answers.map { answer -> RuleFinding in
                let subject = try Self.name(of: answer.uid, plan: plan?.id ?? 0, in: db)
                let object = try Self.name(of: answer.object, plan: plan?.id ?? 0, in: db)
                return RuleFinding(
                    id: 0, rule: rule, verdict: answer.isUnknown ? .unknown : .broken, uid: answer.uid,
                    number: subject.number, layer: subject.layer, object: answer.object, objectNumber: object.number,
                    objectLayer: object.layer, area: answer.area, measured: answer.measured,
                    threshold: answer.threshold, ignored: runner.ignored[rule.id] ?? 0, reason: answer.reason,
                    place: answer.place)
            }
            return RuleTrial(
                numbers: numbers, findings: findings,
                fault: fault.map { reason in
                    say(
                        "The rule's SQL is not understood: \(reason)\(Self.context(of: reason, rule.sql(isDraft: plan != nil))).",
                        "规则的 SQL 无法理解：\(reason)\(Self.context(of: reason, rule.sql(isDraft: plan != nil)))。")
                })
        }
    }

    /// The words of the SQL around what SQLite names.
    private static func context(of reason: String, _ sql: String) -> String {
        let word =
            reason.firstMatch(of: /near "([^"]+)"/).map { String($0.1) }
            ?? reason.firstMatch(of: /no such [a-z]+: (\S+)/).map { String($0.1) } ?? ""
        guard !word.isEmpty, let found = sql.range(of: word) else { return "" }
        let start = sql.index(found.lowerBound, offsetBy: -30, limitedBy: sql.startIndex) ?? sql.startIndex
        let end = sql.index(found.upperBound, offsetBy: 30, limitedBy: sql.endIndex) ?? sql.endIndex
        let position = sql.distance(from: sql.startIndex, to: found.lowerBound) + 1
        return say(" at character \(position): … \(sql[start..<end]) …", "，第 \(position) 个字符：… \(sql[start..<end]) …")
    }
}
