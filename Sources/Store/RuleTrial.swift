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
        let work = try RuleWorkspace(path: path, plan: plan, scope: scope, rules: [rule])
        defer { try? work.queue.close() }
        return try work.queue.inDatabase { db in
            let runner = try RuleRunner(work, db, date: day, tell: tell)
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
            let names = FeatureNames(db, plan: plan?.id ?? 0)
            let findings = try runner.answers.map { answer in
                try answer.finding(of: rule, ignored: runner.ignored[answer.subject] ?? 0, names)
            }
            return RuleTrial(
                numbers: numbers, findings: findings,
                fault: fault.map { reason in
                    say(
                        "The rule's SQL is not understood: \(reason)\(Self.context(of: reason, rule.sql(isDraft: plan != nil))).",
                        "规则的 SQL 无法理解：\(reason)\(Self.context(of: reason, rule.sql(isDraft: plan != nil)))。")
                } ?? findings.first { $0.reason.hasPrefix("result ") }?.sentence)
        }
    }

    /// The words of the SQL around what SQLite names.
    static func context(of reason: String, _ sql: String) -> String {
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

/// What a drafted parcel shares with a feature of a layer that rules hold it against.
package struct DraftOverlap: Sendable, Hashable {
    package var uid: Int64
    package var object: Int64
    /// The object's layer.
    package var layer: String
    /// In the plane, m².
    package var planeArea: Double
}

extension Project {
    /// All that a draft's changes share with the layers of the rules, measured in the plane, so that another program can
    /// be held against it; and which parcels were held against which layer, by its table.
    package func draftOverlaps(in plan: Plan) throws -> (overlaps: [DraftOverlap], asked: [String: Set<Int64>]) {
        let work = try RuleWorkspace(path: path, plan: plan, scope: .draft, rules: rules(), inPlane: true)
        defer { try? work.queue.close() }
        return try work.queue.inDatabase { db in
            let runner = try RuleRunner(work, db, date: "")
            var asked: [String: Set<Int64>] = [:]
            runner.heard = { layer, subject in
                let table = work.layers[layer]?.table ?? layer
                if subject < 0 { asked[table, default: []].insert(ChangedPiece.uid(of: subject)) }
            }
            try runner.measureAll()
            let overlaps = try Row.fetchAll(
                db, sql: "SELECT p.uid, o.object, o.layer, o.area_m2 FROM overlap AS o JOIN piece AS p USING (subject)"
            ).map { DraftOverlap(uid: $0[0], object: $0[1], layer: $0[2], planeArea: $0[3]) }
            return (overlaps, asked)
        }
    }
}
