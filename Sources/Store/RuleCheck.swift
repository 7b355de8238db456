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
        var ignored: [RuleFinding.Subject: Double] = [:]
        var ran: Set<String> = []
        var unconcerned: Set<String> = []
        var pairs = 0
        if scope != .draft { try compareSurveys(tell) }
        for part in scope == .all ? [RuleScope.draft, .county] : [scope] {
            let result = try self.answers(of: rules, plan, part, day, tell)
            answers += result.answers
            ignored.merge(result.ignored) { $0 + $1 }
            ran.formUnion(result.ran)
            unconcerned.formUnion(result.unconcerned)
            pairs += result.pairs
        }
        if let plan { answers += Self.questions(rules, try read { db in try Self.answers(of: plan.id, in: db) }) }
        let (run, findings) = try keep(answers, ignored, rules, plan: plan?.id ?? 0, scope, day, journal)
        let touched = Set(answers.map(\.rule))
        return RuleCheck(
            run: run, findings: findings, held: ran.subtracting(touched).sorted(),
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
        var ignored: [RuleFinding.Subject: Double] = [:]
        var ran: Set<String> = []
        var unconcerned: Set<String> = []
        var pairs = 0
    }

    /// What the computed rules answer, in one consistent state of the file.
    func answers(
        of rules: [Rule], _ plan: Plan?, _ scope: RuleScope, _ day: String,
        _ tell: @escaping (String) throws -> Void
    ) throws -> Answered {
        let work = try RuleWorkspace(path: path, plan: plan, scope: scope, rules: rules)
        defer { try? work.queue.close() }
        return try work.queue.inDatabase { db in
            var result = Answered()
            try db.inTransaction(.deferred) {
                let runner = try RuleRunner(work, db, date: day, tell: tell)
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
    static func questions(_ rules: [Rule], _ given: [RuleFinding.Key: GivenAnswer]) -> [RuleAnswer] {
        rules.filter { !$0.decision.isComputed }.compactMap { rule in
            let answer = given[RuleFinding.Key(rule: rule.id)]?.answer
            if answer == "yes" { return nil }
            return RuleAnswer(
                rule: rule.id, version: rule.version, isUnknown: answer != "no",
                reason: answer == "no" ? "" : "question")
        }
    }

    private func keep(
        _ answers: [RuleAnswer], _ ignored: [RuleFinding.Subject: Double], _ rules: [Rule], plan: Int64,
        _ scope: RuleScope, _ day: String, _ journal: Int64
    ) throws -> (RuleRun, [RuleFinding]) {
        try change { db in
            let id = try Self.nextNumber("rule_run", in: db)
            try db.execute(
                sql: """
                    INSERT INTO rule_run(id, time, who, plan, scope, journal, data_date, rules)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: [id, clock ?? Self.now(), who, plan, scope.rawValue, journal, day, rules.count])
            let byID = Dictionary(rules.map { ($0.id, $0) }) { $1 }
            let given = try Self.answers(of: plan, in: db)
            let names = FeatureNames(db, plan: plan)
            try names.learn(answers)
            var findings: [RuleFinding] = []
            findings.reserveCapacity(answers.count)
            var next = try Self.nextNumber("rule_finding", in: db)
            for answer in answers {
                guard let rule = byID[answer.rule] else { continue }
                var finding = try answer.finding(of: rule, ignored: ignored[answer.subject] ?? 0, names)
                finding.id = next
                finding.answer = given.isEmpty ? nil : given[finding.key]
                findings.append(finding)
                next += 1
            }
            try Self.insert(findings, of: id, in: db)
            let run =
                try RuleRun.fetchOne(db, sql: "SELECT * FROM rule_run WHERE id = ?", arguments: [id])
                ?? { throw Refusal(.inputOutput, "The run was not kept.", "检查结果未能保存。") }()
            return (run, Self.inOrder(findings))
        }
    }
}

extension Project {
    private static func insert(_ findings: [RuleFinding], of run: Int64, in db: Database) throws {
        let rows = try BulkRows(
            into: "rule_finding",
            columns: [
                "id", "run", "rule", "version", "verdict", "uid", "object", "number", "layer", "object_number",
                "object_layer", "area_m2", "measured", "threshold", "ignored_m2", "reason", "x", "y",
            ], in: db)
        for finding in findings {
            try rows.add { row in
                row.append(finding.id)
                row.append(run)
                row.append(finding.rule.id)
                row.append(Int64(finding.rule.version))
                row.append(finding.verdict.rawValue)
                row.append(finding.uid)
                row.append(finding.object)
                row.append(finding.number)
                row.append(finding.layer)
                row.append(finding.objectNumber)
                row.append(finding.objectLayer)
                row.append(finding.area)
                row.append(finding.measured)
                row.append(finding.threshold)
                row.append(finding.ignored)
                row.append(finding.reason)
                row.append(finding.place?.x)
                row.append(finding.place?.y)
            }
        }
        try rows.finish()
    }
}

/// The users' own numbers of features, and the layers they are in, each looked up once.
final class FeatureNames {
    private let db: Database
    private let plan: Int64
    private var tables: [Int64: String] = [:]
    private var known: [Int64: (number: String, layer: String)] = [:]

    /// - Parameter plan: whose drafted features are known too.
    init(_ db: Database, plan: Int64) {
        self.db = db
        self.plan = plan
    }

    /// Looks up whom many answers are about, in the order in which the base keeps them.
    func learn(_ answers: [RuleAnswer]) throws {
        var uids: [Int64] = []
        uids.reserveCapacity(answers.count * 2)
        for answer in answers {
            if let uid = answer.uid { uids.append(uid) }
            if let object = answer.object { uids.append(object) }
        }
        uids.sort()
        known.reserveCapacity(uids.count / 2)
        let base = try BulkStatement("SELECT number, layer FROM feature WHERE uid = ?", in: db)
        var last: Int64?
        for uid in uids where uid != last {
            last = uid
            try base.fetch {
                $0.bind(1, uid)
            } row: { row in
                guard case .integer(let layer) = row.column(1), case .text(let number) = row.column(0) else { return }
                known[uid] = (String(decoding: number, as: UTF8.self), try table(of: layer))
            }
        }
    }

    func name(of uid: Int64?) throws -> (number: String, layer: String) {
        guard let uid else { return ("", "") }
        if let name = known[uid] { return name }
        let base = try db.cachedStatement(sql: "SELECT number, layer FROM feature WHERE uid = ?")
        let drafted = try db.cachedStatement(sql: "SELECT number, layer FROM plan_edit WHERE uid = ? AND plan = ?")
        var name = ("", "")
        if let row = try Row.fetchOne(base, arguments: [uid]) ?? Row.fetchOne(drafted, arguments: [uid, plan]) {
            name = (row[0], try table(of: row[1]))
        }
        known[uid] = name
        return name
    }

    private func table(of layer: Int64) throws -> String {
        if let table = tables[layer] { return table }
        let statement = try db.cachedStatement(sql: "SELECT table_name FROM layer_registry WHERE id = ?")
        let table = try String.fetchOne(statement, arguments: [layer]) ?? ""
        tables[layer] = table
        return table
    }
}

extension RuleAnswer {
    /// The answer as a finding that is not kept.
    func finding(of rule: Rule, ignored: Double, _ names: FeatureNames) throws -> RuleFinding {
        let subject = try names.name(of: uid), other = try names.name(of: object)
        return RuleFinding(
            id: 0, rule: rule, verdict: isUnknown ? .unknown : .broken, uid: uid, number: subject.number,
            layer: subject.layer, object: object, objectNumber: other.number, objectLayer: other.layer, area: area,
            measured: measured, threshold: threshold, ignored: ignored, reason: reason, place: place)
    }
}
