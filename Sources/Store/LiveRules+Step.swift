import Foundation
import GRDB
import Geometry
import Planning

/// What a step comes to.
extension LiveRules {
    /// Brings the findings up to date with the journal.
    ///
    /// - Returns: nil where that takes a look at the whole draft.
    func next() throws -> LiveFindings? {
        try state.withLock { state in
            guard state.isSound else { return nil }
            // Until it is through; what throws leaves it half done.
            state.isSound = false
            try reading { db, other, journal in
                guard try isSameSchema(db), let touched = try touched(after: state.journal, db) else { return }
                if try touched.isEmpty || follow(touched, &state, db, other) {
                    try readAnswers(&state, db)
                    try answerRules(&state, db)
                    state.journal = journal
                    state.isSound = true
                }
            }
            guard state.isSound else { return nil }
            return LiveFindings(plan: planID, journal: state.journal, groups: state.groups, rules: self)
        }
    }

    /// Features that steps since a journal row touched, and their layers; nil where the base was touched too.
    private func touched(after journal: Int64, _ db: Database) throws -> [Int64: Int64]? {
        var touched: [Int64: Int64] = [:]
        let entries = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT plan, changeset FROM journal WHERE id > ? ORDER BY id"),
            arguments: [journal])
        for entry in entries {
            guard let plan = entry["plan"] as Int64? else { return nil }
            guard plan == planID, let bytes = entry["changeset"] as Data? else { continue }
            for row in try Changeset(bytes: Array(bytes)).rows() {
                var uids: [Int64?] = []
                switch row.table {
                case "plan_edit":
                    // The columns of plan_edit: id, plan, step, layer, uid. An update tells only those that it changes; a
                    // row that is gone by now is told of by the change that took it away.
                    if let uid = row.integers[4] {
                        uids = [uid]
                    } else if let id = row.integers[0] {
                        uids = [
                            try Int64.fetchOne(
                                db.cachedStatement(sql: "SELECT uid FROM plan_edit WHERE id = ?"), arguments: [id])
                        ]
                    }
                    if let uid = row.integers[4], let layer = row.integers[3] { touched[uid] = layer }
                case "plan_origin": uids = [row.integers[1]]
                case "lineage": uids = [row.integers[0], row.integers[1]]
                default: break
                }
                for uid in uids.compactMap({ $0 }) where touched[uid] == nil {
                    touched[uid] = try layer(of: uid, db)
                }
            }
        }
        return touched
    }

    private func layer(of uid: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT layer FROM plan_edit WHERE plan = :plan AND uid = :uid
                    UNION ALL SELECT layer FROM feature WHERE uid = :uid LIMIT 1
                    """), arguments: ["plan": planID, "uid": uid])
    }

    /// Looks again at what was touched.
    ///
    /// - Returns: whether the findings are those of the whole draft looked at anew.
    private func follow(
        _ touched: [Int64: Int64], _ state: inout State, _ db: Database, _ other: Database
    ) throws -> Bool {
        let layers = Set(touched.values)
        let affected = try affected(by: touched, &state, db)
        try step.clear(in: db)
        let runner = try RuleRunner(step, db, date: day, only: affected)
        try runner.measureAll()
        for rule in runner.running { try runner.ask(rule) }
        // A rule that answers about others than it was asked about, or whose SQL fails on some, cannot be followed step by
        // step.
        guard runner.answers.allSatisfy({ $0.uid.map(affected.contains) == true }),
            !step.rules.contains(where: { state.groups[$0.id]?.whole.contains(where: \.isFailure) == true })
        else { return false }
        try draft.clear(affected, in: other)
        let sums = try RuleRunner(draft, other, date: day, only: affected)
        try sums.measureAll()

        let concerned = try concerned(db, other)
        let turned = concerned.symmetricDifference(state.concerned)
        state.concerned = concerned
        let names = Set(draft.layers.filter { layers.contains($0.value.id) }.keys)
        sums.running = draft.rules.filter { rule in
            concerned.contains(rule.id) && draft.obstacles[rule.id] == nil
                && (turned.contains(rule.id) || rule.reads(names, changes: layers.contains(where: isOfLand)))
        }
        for rule in sums.running { try sums.ask(rule) }

        for rule in step.rules {
            for uid in affected { state.groups[rule.id]?[uid] = [] }
        }
        for rule in draft.rules where !concerned.contains(rule.id) { state.groups[rule.id]?.whole = [] }
        try keep(runner, &state, db)
        try keep(sums, &state, db)
        return try note(touched, affected, turned, &state, runner, sums)
    }

    private func isOfLand(_ layer: Int64) -> Bool { layer == step.plan?.base || layer == step.plan?.planned }

    /// Tells anew of what cannot be measured, where that has changed.
    private func note(
        _ touched: [Int64: Int64], _ affected: Set<Int64>, _ turned: Set<String>, _ state: inout State,
        _ runner: RuleRunner, _ sums: RuleRunner
    ) throws -> Bool {
        let fresh = runner.faults + sums.faults
        func concernsAffected(_ uid: Int64?) -> Bool { uid.map(affected.contains) == true }
        guard let known = state.faults else {
            // A kept run tells of one pair only for each bad outline.
            return fresh.isEmpty && turned.isEmpty
                && !state.groups.values.contains { group in
                    group.notes.contains { concernsAffected($0.uid) || concernsAffected($0.object) }
                }
        }
        let left = known.filter { !concernsAffected($0.uid) && !concernsAffected($0.part.object) }
        state.faults = left + fresh
        let isSame = fresh.isEmpty && left.count == known.count && !touched.values.contains { !isOfLand($0) }
        try note(&state, runner, sums, of: isSame ? turned : Set((step.rules + draft.rules).map(\.id)))
        return true
    }

    /// Tells of what cannot be measured.
    func note(_ state: inout State, _ runner: RuleRunner, _ sums: RuleRunner, of rules: Set<String>) throws {
        guard !rules.isEmpty else { return }
        let faults = (state.faults ?? []).sorted {
            ($0.uid, $0.part.object, $0.layer) < ($1.uid, $1.part.object, $1.layer)
        }
        for runner in [runner, sums] {
            for rule in runner.work.rules where rules.contains(rule.id) {
                let isRunning = state.concerned.contains(rule.id) && runner.work.obstacles[rule.id] == nil
                let notes =
                    isRunning
                    ? try runner.notes(of: rule, faults).map { try dress($0, rule, 0, state, runner.db) } : []
                state.groups[rule.id]?.notes = notes
            }
        }
    }

    /// Puts what a runner found in its place.
    func keep(_ runner: RuleRunner, _ state: inout State, _ db: Database) throws {
        let isLocal = runner.work === step
        let byRule = Dictionary(grouping: runner.answers, by: \.rule)
        for rule in runner.running {
            var bySubject: [Int64: [RuleFinding]] = [:]
            var whole: [RuleFinding] = []
            for answer in byRule[rule.id] ?? [] {
                let finding = try dress(answer, rule, runner.ignored[answer.subject] ?? 0, state, db)
                if isLocal, let uid = answer.uid {
                    bySubject[uid, default: []].append(finding)
                } else {
                    whole.append(finding)
                }
            }
            for (uid, findings) in bySubject { state.groups[rule.id]?[uid] = findings }
            state.groups[rule.id]?.whole = whole
        }
    }

    // MARK: What lies near

    /// Layers of subjects by the layer that they are held against, and how far apart they may lie.
    private func subjects(heldAgainst layer: Int64) -> [Int64: Double] {
        var found: [Int64: Double] = [:]
        for rule in step.rules + draft.rules {
            for pair in rule.pairs(isDraft: true) where pair.kind != .alone {
                guard step.layers[pair.object]?.id == layer else { continue }
                let layers =
                    ["change", "site"].contains(pair.subject)
                    ? [step.plan?.base, step.plan?.planned] : [step.layers[pair.subject]?.id]
                for layer in layers.compactMap({ $0 }) { found[layer] = max(found[layer] ?? 0, pair.reach) }
            }
        }
        return found
    }

    /// The touched features, and those of the draft that rules hold against them.
    private func affected(by touched: [Int64: Int64], _ state: inout State, _ db: Database) throws -> Set<Int64> {
        var affected = Set(touched.keys)
        let near = try db.cachedStatement(
            sql: """
                SELECT e.uid FROM main.plan_edit_place AS r CROSS JOIN plan_edit AS e ON e.id = r.id
                WHERE r.max_x >= ? AND r.min_x <= ? AND r.max_y >= ? AND r.min_y <= ? AND e.plan = ? AND e.layer = ?
                """)
        var held: [Int64: [Int64: Double]] = [:]
        for (uid, layer) in touched {
            let subjects = held[layer] ?? subjects(heldAgainst: layer)
            held[layer] = subjects
            guard !subjects.isEmpty else { continue }
            let before = state.places[uid]
            state.places[uid] = try place(of: uid, db)
            for box in [before, state.places[uid]].compactMap({ $0 }) {
                for (layer, reach) in subjects {
                    let wide = box.padded(by: reach)
                    affected.formUnion(
                        try Int64.fetchAll(
                            near, arguments: [wide.minX, wide.maxX, wide.minY, wide.maxY, planID, layer]))
                }
            }
        }
        return affected
    }

    private func place(of uid: Int64, _ db: Database) throws -> Box? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.min_x, r.max_x, r.min_y, r.max_y FROM plan_edit AS e
                    CROSS JOIN main.plan_edit_place AS r ON r.id = e.id WHERE e.plan = ? AND e.uid = ?
                """)
        return try Row.fetchOne(statement, arguments: [planID, uid]).map {
            Box(minX: $0[0], minY: $0[2], maxX: $0[1], maxY: $0[3])
        }
    }

    /// Notes where edits lie that others are held against: when one is taken back, nothing else tells.
    func remember(_ state: inout State, _ db: Database) throws {
        let layers = Set(step.layers.values.map(\.id)).filter { !subjects(heldAgainst: $0).isEmpty }
        for layer in layers {
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT e.uid, r.min_x, r.max_x, r.min_y, r.max_y FROM plan_edit AS e
                            CROSS JOIN main.plan_edit_place AS r ON r.id = e.id WHERE e.plan = ? AND e.layer = ?
                        """), arguments: [planID, layer])
            while let row = try rows.next() {
                state.places[row[0]] = Box(minX: row[1], minY: row[3], maxX: row[2], maxY: row[4])
            }
        }
    }
}

extension RuleFinding {
    /// Whether it tells of an outline that is missing or cannot be measured.
    var isNote: Bool {
        verdict == .unknown && (reason == "outline" || reason.hasPrefix("ring ") || reason.hasPrefix("overlay "))
    }

    /// Whether it tells that the rule's SQL fails, or answers what it should not.
    var isFailure: Bool { verdict == .unknown && (reason.hasPrefix("sql ") || reason.hasPrefix("result ")) }
}
