import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// What the rules find in a draft at this moment, brought up to date step by step.
package struct LiveFindings: Sendable {
    package var plan: Int64
    /// The last journal row that it knows of.
    package var journal: Int64
    package var findings: [RuleFinding]
}

extension Project {
    /// The findings of a draft after the steps that were made since `previous`; only what those touched is looked at
    /// again. Without a previous state, the last kept run is where it starts, or else everything is looked at.
    package func liveFindings(in plan: Plan, after previous: LiveFindings? = nil) throws -> LiveFindings {
        let day = String(Self.now().prefix(10))
        let (rules, journal) = try read { db in
            (
                try Self.rules(in: db).filter { $0.isInForce(on: day) },
                try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal") ?? 0
            )
        }
        var base = previous
        if base == nil, let run = try lastRun(of: plan.id, scope: .draft) {
            base = LiveFindings(plan: plan.id, journal: run.journal, findings: try findings(of: run))
        }
        guard let base, base.plan == plan.id, let touched = try touched(in: plan, after: base.journal) else {
            let result = try answers(of: rules, plan, .draft, day, only: nil) { _ in }
            let answers = result.answers + (try questions(rules, plan.id))
            return LiveFindings(plan: plan.id, journal: journal, findings: try dress(answers, result.ignored, plan))
        }
        guard !touched.isEmpty else {
            return LiveFindings(plan: plan.id, journal: journal, findings: base.findings)
        }
        // What sums over the whole draft is asked of the whole draft; it needs no outlines.
        let sums = rules.filter { $0.sql(isDraft: true).contains(" HAVING ") }
        let single = rules.filter { rule in !sums.contains { $0.id == rule.id } }
        let fresh = try answers(of: single, plan, .draft, day, only: touched) { _ in }
        let whole = try answers(of: sums, plan, .draft, day, only: nil) { _ in }
        let summed = Set(sums.map(\.id)), asked = Set(rules.filter { !$0.decision.isComputed }.map(\.id))
        let kept = base.findings.filter { finding in
            guard !summed.contains(finding.rule.id), !asked.contains(finding.rule.id) else { return false }
            // Of a rule that cannot be checked at all, or of an object that is not the draft's, the fresh answer counts.
            guard let uid = finding.uid, finding.verdict == .broken || finding.object != nil else { return false }
            return !touched.contains(uid) && !(finding.object.map(touched.contains) ?? false)
        }
        let unchecked = base.findings.filter { finding in
            finding.verdict == .unknown && (finding.uid == nil || finding.object == nil)
                && !summed.contains(finding.rule.id) && !asked.contains(finding.rule.id)
                && !(finding.uid.map(touched.contains) ?? false)
        }
        let new = try dress(fresh.answers + whole.answers + (try questions(rules, plan.id)), fresh.ignored, plan)
        let keys = Set(new.map(\.key))
        let standing = try stillThere(unchecked.filter { !keys.contains($0.key) }, plan)
        return LiveFindings(
            plan: plan.id, journal: journal,
            findings: (kept + standing + new).sorted { Self.order($0) < Self.order($1) })
    }

    /// Answers that name what is missing stay while the draft changes anything at all.
    private func stillThere(_ findings: [RuleFinding], _ plan: Plan) throws -> [RuleFinding] {
        try editCount(in: plan.id) == 0 ? [] : findings
    }

    /// The findings of the last kept run about a plan, with the answers that people gave.
    package func findings(in plan: Int64) throws -> [RuleFinding] {
        try lastRun(of: plan).map { try findings(of: $0) } ?? []
    }

    /// The parcels that steps since a journal row touched; nil where other layers were touched too, whose outlines other
    /// parcels may lie under.
    private func touched(in plan: Plan, after journal: Int64) throws -> Set<Int64>? {
        try read { db in
            let layers = Set([plan.base, plan.planned].compactMap { $0 })
            var touched: Set<Int64> = []
            let entries = try JournalEntry.fetchAll(
                db, sql: "SELECT * FROM journal WHERE id > ? ORDER BY id", arguments: [journal])
            for entry in entries {
                if entry.plan == nil { return nil }
                guard entry.plan == plan.id else { continue }
                for row in try entry.changeset.rows() where row.table == "plan_edit" {
                    // The columns of plan_edit: id, plan, step, layer, uid; an update tells only those it changes.
                    var (layer, uid) = (row.integers[3], row.integers[4])
                    if let id = row.integers[0], layer == nil || uid == nil,
                        let kept = try Row.fetchOne(
                            db, sql: "SELECT layer, uid FROM plan_edit WHERE id = ?", arguments: [id])
                    {
                        (layer, uid) = (kept["layer"], kept["uid"])
                    }
                    guard let layer, let uid, layers.contains(layer) else { return nil }
                    touched.insert(uid)
                }
            }
            return touched
        }
    }

    /// Answers as findings, with numbers, layers and what people said to them.
    private func dress(_ answers: [RuleAnswer], _ ignored: [String: Double], _ plan: Plan) throws -> [RuleFinding] {
        try read { db in
            let rules = try Self.allRules(in: db)
            let given = try Self.answers(of: plan.id, in: db)
            return try answers.compactMap { answer -> RuleFinding? in
                guard let rule = rules["\(answer.rule) \(answer.version)"] else { return nil }
                let subject = try Self.name(of: answer.uid, plan: plan.id, in: db)
                let object = try Self.name(of: answer.object, plan: plan.id, in: db)
                var finding = RuleFinding(
                    id: 0, rule: rule, verdict: answer.isUnknown ? .unknown : .broken, uid: answer.uid,
                    number: subject.number, layer: subject.layer, object: answer.object, objectNumber: object.number,
                    objectLayer: object.layer, area: answer.area, measured: answer.measured,
                    threshold: answer.threshold,
                    ignored: ignored[answer.rule] ?? 0, reason: answer.reason, place: answer.place)
                finding.answer = given[finding.key]
                return finding
            }.sorted { Self.order($0) < Self.order($1) }
        }
    }
}
