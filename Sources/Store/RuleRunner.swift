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
    var reason = ""
    var place: Point?
    var subject: RuleFinding.Subject { RuleFinding.Subject(rule: rule, uid: uid) }
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

    /// The numbers that pieces of a feature may have: negative, so that no feature is called so, and told from the
    /// feature alone, so that a piece is called the same in every run.
    static func subjects(of uid: Int64) -> ClosedRange<Int64> { -(uid << 20 | 0xF_FFFF)...(-(uid << 20)) }

    /// The feature that a subject is, or is a piece of.
    static func uid(of subject: Int64) -> Int64 { subject < 0 ? -subject >> 20 : subject }
}

/// A pair of which nothing can be said.
struct RuleFault: Sendable {
    /// `change`, or the layer of the subject.
    var kind: String
    /// The layer of the object.
    var layer: String
    var part: SharedPart
    /// Whether the subject is a piece that is to be built on.
    var isSite: Bool
    var uid: Int64 { ChangedPiece.uid(of: part.subject) }
}

/// One run of the rules over a workspace, inside one reading transaction.
final class RuleRunner {
    let work: RuleWorkspace
    let db: Database
    let date: String
    /// The features whose changes are looked at; nil is all.
    let only: Set<Int64>?
    /// The land that changes, where it comes neither from the draft nor from the surveys.
    var given: [ChangedPiece]?
    let tell: (String) throws -> Void
    let outlines: OutlineReader

    var answers: [RuleAnswer] = []
    var pieces: [ChangedPiece] = []
    /// Pieces, and features that were read already, as they are laid over others.
    var subjects: [Int64: RuleSubject] = [:]
    let validity: KnownValidity
    let official: OfficialArea?
    struct Pair: Hashable {
        var subject: Int64
        var object: Int64
    }
    /// Features that are known to be there.
    var features: Set<Int64> = []
    /// Where pairs meet.
    var places: [Pair: Point] = [:]
    /// Pieces that are to be built on, by number.
    var sites: Set<Int64> = []
    /// Rules that run in the end, of those that were asked for.
    var running: [Rule] = []
    /// Rules that nothing in the draft concerns.
    var unconcerned: Set<String> = []
    var faults: [RuleFault] = []
    /// Parcels of the newer survey that could not be laid over the older one.
    var surveyFaults: [Int64] = []
    /// Overlaps that were too small to count, together, m².
    var ignored: [RuleFinding.Subject: Double] = [:]
    /// How many pairs were measured.
    var pairCount = 0
    /// Told each subject that is held against a layer.
    var heard: ((_ layer: String, _ subject: Int64) throws -> Void)?
    /// What the draft adds or changes by layer, once it was asked for: many rules are about the same layer.
    private var edited: [Int64: [Int64]] = [:]
    /// Features without outline by layer, once they were asked for.
    var bare: [Int64: [Int64]] = [:]

    init(
        _ work: RuleWorkspace, _ db: Database, date: String, only: Set<Int64>? = nil,
        validity: KnownValidity = KnownValidity(), tell: @escaping (String) throws -> Void = { _ in }
    ) throws {
        (self.work, self.db, self.date, self.only, self.tell) = (work, db, date, only, tell)
        self.validity = validity
        official = try work.system.map { try OfficialArea(crs: $0) }
        outlines = try OutlineReader(db, plan: work.planID)
    }

    func pairs(of rule: Rule) -> [RulePair] { rule.pairs(isDraft: work.isDraft) }

    /// Does it all; what is found stands in `answers` afterwards.
    func run() throws {
        try measureAll()
        for rule in work.rules {
            if let reason = work.obstacles[rule.id], !unconcerned.contains(rule.id) {
                answers.append(RuleAnswer(rule: rule.id, version: rule.version, isUnknown: true, reason: reason))
            }
        }
        for rule in running {
            try tell(rule.id)
            try ask(rule)
            answers += try notes(of: rule, faults)
        }
    }

    /// Everything that the rules will ask about.
    func measureAll() throws {
        if let only {
            try db.cachedStatement(sql: "DELETE FROM temp.asked").execute()
            let statement = try db.cachedStatement(sql: "INSERT INTO temp.asked VALUES (?)")
            for uid in only { try statement.execute(arguments: [uid]) }
        }
        pieces = try given ?? (work.isDraft ? draftedPieces() : surveyedPieces())
        try keepPieces()
        try choose()
        try examine()
        try overlap()
        try work.makeIndexes(in: db)
    }

    private func keepPieces() throws {
        var totals: [Int64: Double] = [:]
        for piece in pieces { totals[piece.uid, default: 0] += piece.area }
        features.formUnion(totals.keys)
        if !pieces.isEmpty {
            let statement = try BulkStatement(RuleWorkspace.pieceInsertion, in: db)
            statement.bind(2, work.isDraft ? "plan" : "survey")
            for piece in pieces {
                try statement.run { row in
                    row.bind(1, piece.subject)
                    row.bind(3, piece.uid)
                    row.bind(4, piece.base)
                    row.bind(5, piece.unit)
                    row.bind(6, piece.area)
                    row.bind(7, piece.net)
                    row.bind(8, totals[piece.uid])
                    row.bind(9, piece.from)
                    row.bind(10, piece.to)
                }
            }
        }
        sites = try Set(
            Int64.fetchCursor(db.cachedStatement(sql: "SELECT subject FROM temp.piece WHERE to_construction")))
    }

    // MARK: Which rules can run

    /// Tells the rules whose inputs are there from those that the draft does not touch.
    private func choose() throws {
        for rule in work.rules {
            if work.isDraft, try !concernsDraft(rule) {
                unconcerned.insert(rule.id)
            } else if work.obstacles[rule.id] == nil {
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
                    return rule.inputs(isDraft: work.isDraft).contains { $0.name == pair.subject && !$0.isOptional }
                }
                return try !editedFeatures(of: layer).isEmpty
            }
        }
    }

    /// The features that a draft adds to a layer or changes there.
    func editedFeatures(of layer: Layer) throws -> [Int64] {
        if let known = edited[layer.id] { return known }
        let asked = only == nil ? "" : "AND uid IN (SELECT uid FROM temp.asked)"
        let uids = try Int64.fetchAll(
            db.cachedStatement(
                sql: "SELECT uid FROM plan_edit WHERE plan = ? AND layer = ? AND op <> 'remove' \(asked) ORDER BY uid"),
            arguments: [work.planID, layer.id])
        edited[layer.id] = uids
        return uids
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
                let statement = try db.cachedStatement(sql: "INSERT OR IGNORE INTO temp.examined VALUES (?, ?, ?)")
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
