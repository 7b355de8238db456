import Foundation
import GRDB
import Geometry
import Phrases
import Planning
import Synchronization

/// The rules of a draft, kept ready between its steps: two connections whose views are made and whose statements are
/// prepared, and what was found so far.
///
/// A rule whose answers about a feature follow from that feature's own changes and overlaps is asked about the features
/// alone that a step touched, in a workspace that holds nothing else. Rules that sum are asked in another that holds
/// the changes of the whole draft, and is kept up to date with each step.
final class LiveRules: Sendable {
    private let plan: Plan
    let day: String
    /// All that are in force.
    let rules: [Rule]
    let step: RuleWorkspace
    let draft: RuleWorkspace
    /// Of the file, when the views were made.
    private let schema: Int64
    let state = Mutex(State())

    /// What is known as of a journal row.
    struct State: Sendable {
        var journal: Int64 = 0
        var groups: [String: RuleGroup] = [:]
        /// Pairs that could not be measured; nil where only a kept run tells of them.
        var faults: [RuleFault]?
        /// Rules that something in the draft concerns, by id.
        var concerned: Set<String> = []
        var answers: [RuleFinding.Key: GivenAnswer] = [:]
        /// Where edits of layers lie that features are held against, with where they lay before the draft.
        var places: [Int64: Box] = [:]
        /// Whether it can be carried on from.
        var isSound = false
    }

    init(path: String, plan: Plan, day: String, rules: [Rule]) throws {
        self.plan = plan
        self.day = day
        self.rules = rules.filter { $0.isInForce(on: day) }
        let local = self.rules.filter(\.isLocal), other = self.rules.filter { !$0.isLocal }
        step = try RuleWorkspace(path: path, plan: plan, scope: .draft, rules: local, staysOpen: true)
        draft = try RuleWorkspace(path: path, plan: plan, scope: .draft, rules: other, staysOpen: true)
        schema = try step.queue.inDatabase(Self.schema)
    }

    deinit {
        try? step.queue.close()
        try? draft.queue.close()
    }

    var planID: Int64 { plan.id }

    /// Whether it is about this plan as it stands, and the rules in force on a day.
    func serves(_ plan: Plan, on day: String) -> Bool { self.plan == plan && self.day == day }

    private static func schema(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA main.schema_version")) ?? 0
    }

    // MARK: Starting

    /// Looks at the whole draft.
    func whole() throws -> LiveFindings {
        try state.withLock { state in
            state = State()
            try reading { db, other, journal in
                state.journal = journal
                try step.clear(in: db)
                try draft.clear(in: other)
                let runner = try RuleRunner(step, db, date: day)
                try runner.measureAll()
                for rule in runner.running { try runner.ask(rule) }
                let sums = try RuleRunner(draft, other, date: day)
                try sums.measureAll()
                for rule in sums.running { try sums.ask(rule) }
                state.faults = runner.faults + sums.faults
                try readAnswers(&state, db)
                try remember(&state, db)
                for rule in rules { state.groups[rule.id] = RuleGroup(rule) }
                try keep(runner, &state, db)
                try keep(sums, &state, db)
                state.concerned = try concerned(db, other)
                try note(&state, runner, sums, of: state.concerned)
                try answerRules(&state, db)
                try step.clear(in: db)
            }
            state.isSound = true
            return LiveFindings(plan: plan.id, journal: state.journal, groups: state.groups, rules: self)
        }
    }

    /// Starts from what a kept run found.
    func start(from run: RuleRun, _ findings: [RuleFinding]) throws {
        try state.withLock { state in
            state = State()
            state.journal = run.journal
            for rule in rules { state.groups[rule.id] = RuleGroup(rule) }
            let local = Set(step.rules.map(\.id))
            for (id, these) in Dictionary(grouping: findings, by: \.rule.id) {
                guard var group = state.groups[id] else { continue }
                var bySubject: [Int64: [RuleFinding]] = [:]
                for var finding in these {
                    finding.id = 0
                    if finding.isNote {
                        group.notes.append(finding)
                    } else if local.contains(id), let uid = finding.uid {
                        bySubject[uid, default: []].append(finding)
                    } else {
                        group.whole.append(finding)
                    }
                }
                for (uid, findings) in bySubject { group[uid] = findings }
                state.groups[id] = group
            }
            try reading { db, other, _ in
                try draft.clear(in: other)
                let sums = try RuleRunner(draft, other, date: day)
                try sums.measureAll()
                try readAnswers(&state, db)
                try remember(&state, db)
                state.concerned = try concerned(db, other)
            }
            state.isSound = true
        }
    }

    /// Reads both connections in one state of the file.
    ///
    /// - Parameter body: told the last row of the journal.
    func reading(_ body: (Database, Database, _ journal: Int64) throws -> Void) throws {
        func last(_ db: Database) throws -> Int64 {
            try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM journal")) ?? 0
        }
        var isDone = false
        while !isDone {
            try step.queue.inDatabase { db in
                try db.inTransaction(.deferred) {
                    let journal = try last(db)
                    try draft.queue.inDatabase { other in
                        try other.inTransaction(.deferred) {
                            // Somebody may have made a step between the two.
                            if try last(other) == journal {
                                isDone = true
                                try body(db, other, journal)
                            }
                            return .commit
                        }
                    }
                    return .commit
                }
            }
        }
    }

    /// Whether the file's tables are as they were when the views were made.
    func isSameSchema(_ db: Database) throws -> Bool { try Self.schema(db) == schema }

    // MARK: What hangs on the draft as a whole

    func readAnswers(_ state: inout State, _ db: Database) throws {
        // Not only a new answer changes them: what is planned otherwise loses the exception that it had.
        let answers = try Project.answers(of: plan.id, in: db)
        guard answers != state.answers else { return }
        state.answers = answers
        for id in state.groups.keys { state.groups[id]?.answer(state.answers) }
    }

    /// Rules that something in the draft concerns.
    func concerned(_ db: Database, _ other: Database) throws -> Set<String> {
        func holds(_ db: Database, _ sql: String, _ arguments: StatementArguments = []) throws -> Bool {
            try Bool.fetchOne(db.cachedStatement(sql: "SELECT EXISTS (\(sql))"), arguments: arguments) == true
        }
        var known: [String: Bool] = [
            "change": try holds(other, "SELECT 1 FROM temp.piece"),
            "site": try holds(other, "SELECT 1 FROM temp.piece WHERE to_construction"),
        ]
        return try Set(
            (step.rules + draft.rules).filter { rule in
                try rule.pairs(isDraft: true).contains { pair in
                    if let known = known[pair.subject] { return known }
                    // Of a layer that is not there nobody knows: the rule says what it lacks.
                    let isEdited =
                        try step.layers[pair.subject].map { layer in
                            try holds(
                                db, "SELECT 1 FROM plan_edit WHERE plan = ? AND layer = ? AND op <> 'remove'",
                                [plan.id, layer.id])
                        }
                    guard let isEdited else {
                        return rule.inputs(isDraft: true).contains { $0.name == pair.subject && !$0.isOptional }
                    }
                    known[pair.subject] = isEdited
                    return isEdited
                }
            }.map(\.id))
    }

    /// What is said about rules themselves: that they cannot be checked, and what people are asked.
    func answerRules(_ state: inout State, _ db: Database) throws {
        for work in [step, draft] {
            for rule in work.rules {
                guard let reason = work.obstacles[rule.id] else { continue }
                let isConcerned = state.concerned.contains(rule.id)
                let answer = RuleAnswer(rule: rule.id, version: rule.version, isUnknown: true, reason: reason)
                let said = isConcerned ? [try dress(answer, rule, 0, state, db)] : []
                state.groups[rule.id]?.whole = said
            }
        }
        for answer in Project.questions(rules, state.answers) {
            guard let rule = state.groups[answer.rule]?.rule else { continue }
            let asked = try dress(answer, rule, 0, state, db)
            state.groups[rule.id]?.whole = [asked]
        }
        for rule in rules where state.answers[RuleFinding.Key(rule: rule.id)]?.answer == "yes" {
            if !rule.decision.isComputed { state.groups[rule.id]?.whole = [] }
        }
    }

    /// An answer as a finding, with numbers, layers and what people said to it.
    func dress(_ answer: RuleAnswer, _ rule: Rule, _ ignored: Double, _ state: State, _ db: Database) throws
        -> RuleFinding
    {
        var finding = try answer.finding(of: rule, ignored: ignored, FeatureNames(db, plan: plan.id))
        finding.answer = state.answers[finding.key]
        return finding
    }
}
