import Foundation
import GRDB
import Geometry

/// What a plan makes of the base, in memory: to be held against another.
struct DraftWorld {
    struct Edit: Hashable {
        var layer: Int64
        var op: String
        var `class`: Int64
        var area: Int64
        var attributes: String?
        var number: String
        var name: String
        var geom: Data?
    }

    struct Piece: Hashable {
        var uid: Int64
        /// -1 where no land is left.
        var `class`: Int64
        var area: Int64
    }

    /// By uid.
    private(set) var edits: [Int64: Edit] = [:]
    /// Base uid to the land that drafted features have of it; what one has of new land stands under its own uid, negated.
    private(set) var pieces: [Int64: [Piece]] = [:]
    /// Drafted uid to the base features that it has land of.
    private(set) var origins: [Int64: [Int64]] = [:]
    /// Base features whose land went to others.
    private(set) var parents: Set<Int64> = []

    /// The base as it is.
    init() {}

    /// - Parameter db: the project, or what a `PastWorld` holds.
    init(of plan: Int64, _ db: Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM plan_edit WHERE plan = ?", arguments: [plan])
        while let row = try rows.next() {
            edits[row["uid"]] = Edit(
                layer: row["layer"], op: row["op"], class: row["class"], area: row["area"],
                attributes: row["attributes"], number: row["number"], name: row["name"], geom: row["geom"])
        }
        let shares = try Row.fetchCursor(
            db, sql: "SELECT uid, base, area FROM plan_origin WHERE plan = ? ORDER BY base, uid", arguments: [plan])
        while let row = try shares.next() {
            let (uid, base): (Int64, Int64) = (row["uid"], row["base"])
            guard let edit = edits[uid], edit.op != "remove" else { continue }
            pieces[base == 0 ? -uid : base, default: []].append(Piece(uid: uid, class: edit.class, area: row["area"]))
            origins[uid, default: []].append(base)
        }
        parents = try Set(Int64.fetchCursor(db, sql: "SELECT parent FROM lineage WHERE plan = ?", arguments: [plan]))
    }

    /// The base features whose land, outlines or attributes it changes, and its own features on new land.
    var places: Set<Int64> { Set(edits.keys.filter { origins[$0] == nil }).union(pieces.keys) }

    /// What it makes of a base feature, or of the place of a feature of its own that is on new land.
    ///
    /// - Parameter base: class and area of the base feature; nil where there is none.
    func land(of uid: Int64, base: (class: Int64, area: Int64)?) -> [Piece] {
        if let pieces = pieces[uid] { return pieces }
        guard let edit = edits[uid] else {
            return [base.map { Piece(uid: uid, class: $0.class, area: $0.area) } ?? Piece(uid: uid, class: -1, area: 0)]
        }
        switch edit.op {
        case "set" where origins[uid] == nil:
            return [Piece(uid: uid, class: edit.class, area: base?.area ?? edit.area)]
        case "add" where origins[uid] == nil: return [Piece(uid: uid, class: edit.class, area: edit.area)]
        case "remove" where !parents.contains(uid): return [Piece(uid: uid, class: -1, area: base?.area ?? 0)]
        default: return []
        }
    }
}
