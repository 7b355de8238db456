import Foundation
import GRDB
import Phrases
import Planning

/// What the rules find in a draft at this moment, brought up to date step by step.
package struct LiveFindings: Sendable {
    package let plan: Int64
    /// The last journal row that it knows of.
    package let journal: Int64
    let groups: [String: RuleGroup]
    /// What brings it up to date.
    let rules: LiveRules

    /// The gravest first, then by rule, as a run has them. Put in order when they are asked for.
    package var findings: [RuleFinding] {
        groups.values.sorted { RuleGroup.order($0.rule, $1.rule) }.flatMap { $0.findings(.broken) }
            + groups.values.sorted { RuleGroup.order($0.rule, $1.rule) }.flatMap { $0.findings(.unknown) }
    }

    /// How many there are, without putting them in order.
    package var tally: RuleTally { groups.values.reduce(RuleTally()) { $0 + $1.tally } }
}

/// How many findings there are, by what they ask for.
package struct RuleTally: Sendable, Hashable {
    /// Broken rules that stand in the way, by severity.
    package var open: [Rule.Severity: Int] = [:]
    package var unknown = 0

    mutating func count(_ finding: RuleFinding, _ sign: Int = 1) {
        if finding.verdict == .unknown {
            unknown += sign
        } else if finding.isOpen {
            open[finding.severity, default: 0] += sign
        }
    }

    static func + (a: RuleTally, b: RuleTally) -> RuleTally {
        RuleTally(open: a.open.merging(b.open, uniquingKeysWith: +), unknown: a.unknown + b.unknown)
    }
}

/// The findings of one rule, kept by the feature that they are about, so that a step replaces those of a few features.
struct RuleGroup: Sendable {
    let rule: Rule
    /// What its SQL says about features of the draft.
    private(set) var bySubject: [Int64: [RuleFinding]] = [:]
    /// What is said about the rule itself, or of the draft as a whole.
    var whole: [RuleFinding] = [] { didSet { recount(oldValue, whole) } }
    /// What could not be measured.
    var notes: [RuleFinding] = [] { didSet { recount(oldValue, notes) } }
    private(set) var tally = RuleTally()

    init(_ rule: Rule) { self.rule = rule }

    subscript(uid: Int64) -> [RuleFinding] {
        get { bySubject[uid] ?? [] }
        set {
            guard !newValue.isEmpty || bySubject[uid] != nil else { return }
            recount(bySubject[uid] ?? [], newValue)
            bySubject[uid] = newValue.isEmpty ? nil : newValue
        }
    }

    private mutating func recount(_ before: [RuleFinding], _ after: [RuleFinding]) {
        for finding in before { tally.count(finding, -1) }
        for finding in after { tally.count(finding) }
    }

    func findings(_ verdict: RuleFinding.Verdict) -> [RuleFinding] {
        let all = bySubject.values.flatMap { $0.filter { $0.verdict == verdict } }
        return (all + (whole + notes).filter { $0.verdict == verdict }).sorted {
            ($0.uid ?? 0, $0.object ?? 0) < ($1.uid ?? 0, $1.object ?? 0)
        }
    }

    static func order(_ a: Rule, _ b: Rule) -> Bool { (a.severity.rank, a.id) < (b.severity.rank, b.id) }

    /// Whether somebody's answers touch any of them.
    mutating func answer(_ given: [RuleFinding.Key: GivenAnswer]) {
        func answered(_ findings: [RuleFinding]) -> [RuleFinding] {
            findings.map { finding in
                var finding = finding
                finding.answer = given[finding.key]
                return finding
            }
        }
        for (uid, findings) in bySubject { self[uid] = answered(findings) }
        whole = answered(whole)
        notes = answered(notes)
    }
}

extension Project {
    /// The findings of a draft after the steps that were made since `previous`; only what those touched is looked at
    /// again. Without a previous state, the last kept run is where it starts, or else everything is looked at.
    package func liveFindings(in plan: Plan, after previous: LiveFindings? = nil) throws -> LiveFindings {
        let day = String(Self.now().prefix(10))
        if let previous, previous.plan == plan.id {
            if previous.rules.serves(plan, on: day), let next = try previous.rules.next() { return next }
            // What the step came to cannot be told from what was known before.
            return try LiveRules(path: path, plan: plan, day: day, rules: rules()).whole()
        }
        let live = try LiveRules(path: path, plan: plan, day: day, rules: rules())
        if let run = try lastRun(of: plan.id, scope: .draft), run.dataDate == day {
            try live.start(from: run, try findings(of: run))
            if let next = try live.next() { return next }
        }
        return try live.whole()
    }

    /// The findings of the last kept run about a plan, with the answers that people gave.
    package func findings(in plan: Int64) throws -> [RuleFinding] {
        try lastRun(of: plan).map { try findings(of: $0) } ?? []
    }
}
