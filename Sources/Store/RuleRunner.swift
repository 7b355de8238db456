import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// An answer of a rule about one subject, before it is kept: broken, or not checkable and why.
struct RuleAnswer: Sendable, Hashable {
    var rule: String
    var version: Int
    var isUnknown: Bool
    var uid: Int64?
    var object: Int64?
    var area: Double?
    var measured: Double?
    var threshold: Double?
    /// The part of it that was too small to count, m².
    var ignored = 0.0
    var reason = ""
    var place: Point?
}

/// A piece of land that changes, as rules see it.
struct ChangedPiece {
    var subject: Int64
    var uid: Int64
    var base: Int64?
    var from: Int64
    var to: Int64
    var unit: Int64
    /// m², of all and without field ridges.
    var area: Double
    var net: Double
    /// nil where it is the whole outline of the feature.
    var shape: Shape?
}

/// One run of the rules over a workspace, inside one reading transaction.
final class RuleRunner {
    let work: RuleWorkspace
    let db: Database
    let rules: [Rule]
    let date: String
    /// The features whose changes are looked at; nil is all.
    let only: Set<Int64>?
    let tell: (String) throws -> Void
    let outlines: OutlineReader

    var answers: [RuleAnswer] = []
    var pieces: [ChangedPiece] = []
    /// Pieces that are to be built on, by number.
    var sites: Set<Int64> = []
    /// Rules that run in the end, of those that were asked for.
    var running: [Rule] = []
    /// Rules that nothing in the draft concerns.
    var unconcerned: Set<String> = []
    /// Pairs of which nothing can be said, by subject kind and object layer.
    var faults: [(kind: String, layer: String, part: SharedPart)] = []
    /// Parcels of the newer survey that could not be laid over the older one.
    var surveyFaults: [Int64] = []
    /// Overlaps that were too small to count, by rule, m².
    var ignored: [String: Double] = [:]
    /// How many pairs were measured.
    var pairCount = 0

    init(
        _ work: RuleWorkspace, _ db: Database, rules: [Rule], date: String, only: Set<Int64>?,
        tell: @escaping (String) throws -> Void
    ) throws {
        (self.work, self.db, self.date, self.only, self.tell) = (work, db, date, only, tell)
        self.rules = rules.filter { $0.decision.isComputed && !$0.sql(isDraft: work.isDraft).isEmpty }
        outlines = try OutlineReader(db, plan: work.planID)
    }

    private var scopeWord: String { work.isDraft ? "draft" : "county" }

    func inputs(of rule: Rule) -> [RuleInput] {
        rule.inputs.filter { $0.scope.isEmpty || $0.scope == scopeWord }
    }

    func pairs(of rule: Rule) -> [RulePair] {
        rule.pairs.filter { $0.scope.isEmpty || $0.scope == scopeWord }
    }

    /// Does it all; what is found stands in `answers` afterwards.
    func run() throws {
        try measureAll()
        for rule in running {
            try tell(rule.id)
            try ask(rule)
        }
    }

    /// Everything that the rules will ask about.
    func measureAll() throws {
        pieces = try work.isDraft ? draftedPieces() : surveyedPieces()
        try keepPieces()
        try choose()
        try makeViews()
        try examine()
        try overlap()
    }

    func keepPieces() throws {
        try db.execute(sql: RuleWorkspace.changeView)
        var totals: [Int64: Double] = [:]
        for piece in pieces { totals[piece.uid, default: 0] += piece.area }
        let statement = try db.makeStatement(
            sql: "INSERT INTO temp.piece VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        let source = work.isDraft ? "plan" : "survey"
        for piece in pieces {
            try statement.execute(arguments: [
                piece.subject, source, piece.uid, piece.base, piece.from, piece.to, piece.unit, piece.area, piece.net,
                totals[piece.uid],
            ])
        }
        sites = try Set(Int64.fetchCursor(db, sql: "SELECT subject FROM change WHERE to_construction"))
    }

    // MARK: Which rules can run

    /// Tells the rules whose inputs are there from those that cannot be checked and those that the draft does not touch.
    private func choose() throws {
        for rule in rules {
            if work.isDraft, try !concernsDraft(rule) {
                unconcerned.insert(rule.id)
            } else if let reason = try obstacle(to: rule) {
                answers.append(RuleAnswer(rule: rule.id, version: rule.version, isUnknown: true, reason: reason))
            } else {
                running.append(rule)
            }
        }
    }

    private func concernsDraft(_ rule: Rule) throws -> Bool {
        try pairs(of: rule).contains { pair in
            switch pair.subject {
            case "change": return !pieces.isEmpty
            case "site": return !sites.isEmpty
            default:
                // Of a layer that is not there nobody knows whether the draft concerns it: the rule says what it lacks.
                guard let layer = work.layers[pair.subject] else {
                    return inputs(of: rule).contains { $0.name == pair.subject && !$0.isOptional }
                }
                return try !editedFeatures(of: layer).isEmpty
            }
        }
    }

    /// What is missing for a rule; nil when all is there.
    private func obstacle(to rule: Rule) throws -> String? {
        for input in inputs(of: rule) {
            var name = input.name
            switch name {
            case "change":
                if !work.isDraft, work.layers["DLTB_BEFORE"] == nil { return "years" }
                continue
            case "limits":
                let count = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM rule_limit WHERE rule = ?", arguments: [rule.id])
                if count == 0 { return "limits" }
                continue
            case "site":
                if work.isDraft { continue }
                name = "XS_XMKJFW"
            default: break
            }
            guard let layer = work.layers[name] else {
                if input.isOptional { continue }
                return "layer \(name)"
            }
            guard !input.isOptional else { continue }
            let known = Set(try work.columns(of: layer, in: db))
            if let missing = input.fields.first(where: { !known.contains($0) }) { return "field \(name).\(missing)" }
        }
        return nil
    }

    /// The views of every layer that a running rule reads.
    func makeViews() throws {
        var fields: [String: Set<String>] = [:]
        for rule in rules {
            for input in rule.inputs { fields[input.name, default: []].formUnion(input.fields) }
        }
        if !work.isDraft { fields["XS_XMKJFW", default: []] = fields["XS_XMKJFW"] ?? [] }
        for (name, wanted) in fields where !RuleInput.built.contains(name) {
            if let layer = work.layers[name], wanted.isSubset(of: try work.columns(of: layer, in: db)) {
                try work.makeView(name, layer, in: db)
            } else {
                try work.makeEmpty(name, fields: wanted, in: db)
            }
        }
        try work.makeSites(in: db)
    }

    /// The features that a draft adds to a layer or changes there.
    func editedFeatures(of layer: Layer) throws -> [Int64] {
        let all = try Int64.fetchAll(
            db, sql: "SELECT uid FROM plan_edit WHERE plan = ? AND layer = ? AND op <> 'remove'",
            arguments: [work.planID, layer.id])
        return only.map { only in all.filter(only.contains) } ?? all
    }

    /// The layer that stands for a kind of subject; nil for pieces.
    func subjectLayer(_ kind: String) -> Layer? {
        switch kind {
        case "change": nil
        case "site": work.isDraft ? nil : work.layers["XS_XMKJFW"]
        default: work.layers[kind]
        }
    }

    /// Notes whom the rules look at.
    private func examine() throws {
        for kind in Set(running.flatMap { pairs(of: $0).map(\.subject) }) {
            guard let layer = subjectLayer(kind) else { continue }
            let name = kind == "site" ? "XS_XMKJFW" : kind
            if work.isDraft {
                let statement = try db.makeStatement(sql: "INSERT OR IGNORE INTO temp.examined VALUES (?, ?, ?)")
                for uid in try editedFeatures(of: layer) { try statement.execute(arguments: [uid, uid, name]) }
            } else {
                try db.execute(
                    sql: """
                        INSERT OR IGNORE INTO temp.examined SELECT uid, uid, ? FROM feature
                        WHERE layer = ? AND valid_to IS NULL
                        """, arguments: [name, layer.id])
            }
        }
    }
}
