import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// Two worlds of the same county held against each other.
package struct PlanDiff: Sendable {
    package enum Side: Sendable, Hashable {
        case base
        case plan(Int64)
        /// As the plan was right after a step, or right before it.
        case step(Int64, of: Int64, before: Bool)

        package var plan: Int64? {
            switch self {
            case .base: nil
            case .plan(let plan), .step(_, let plan, _): plan
            }
        }
    }

    /// A feature that is not the same in both.
    package struct Parcel: Sendable, Hashable {
        package var uid: Int64
        package var number: String
        package var layer: Int64
        /// Nil where it is not there. Areas are in whole hundredths of a square metre.
        package var from: Int64?
        package var to: Int64?
        package var before: Int64?
        package var after: Int64?
        /// Fields that have another value, where it is there on both sides.
        package var fields: [FieldChange] = []
    }

    /// In the order of uids; those left out of which only a neighbour's corners were taken in.
    package let parcels: [Parcel]
    /// What goes from class to class, each place counted once, largest area first; land that stays in its class is left
    /// out. Class -1 is no land. Only of the survey layer.
    package let ledger: [LandChange]
}

extension LandChange {
    init(from: Int64, to: Int64) { (self.from, self.to, count, area, net) = (from, to, 0, 0, 0) }
}

extension Project {
    /// What differs between two worlds. Costs in proportion to what they draft, not to the county.
    ///
    /// Where both divide the same land differently, the ledger is measured by overlaying the outlines (GEOS) and closed
    /// to the recorded areas.
    package func difference(from a: PlanDiff.Side, to b: PlanDiff.Side) throws -> PlanDiff {
        let base = try [a, b].compactMap(\.plan).map { try plan($0).base }.first ?? nil
        return try read { db in
            let (old, new) = (try Self.world(a, db), try Self.world(b, db))
            var facts = FeatureFacts(db: db)
            let uids = Set(old.edits.keys).union(new.edits.keys)
            let parcels = try uids.sorted().compactMap { uid -> PlanDiff.Parcel? in
                guard old.edits[uid] != new.edits[uid] else { return nil }
                guard var parcel = try Self.difference(of: uid, old, new, &facts) else { return nil }
                if parcel.before != nil, parcel.after != nil {
                    parcel.fields = try Self.fieldChanges(
                        from: old.edits[uid]?.attributes, to: new.edits[uid]?.attributes, of: uid, in: parcel.layer, db)
                }
                return parcel
            }
            var ledger: [[Int64]: LandChange] = [:]
            let overlay = Overlay(old: old, new: new, db: db)
            for place in old.places.union(new.places).sorted() {
                let fact = try facts[place]
                guard
                    base == nil || (fact?.layer ?? old.edits[abs(place)]?.layer ?? new.edits[abs(place)]?.layer) == base
                else {
                    continue
                }
                let land = fact.map { (class: $0.class, area: $0.area) }
                let (was, shall) = (old.land(of: place, base: land), new.land(of: place, base: land))
                guard was != shall else { continue }
                for share in try overlay.shares(of: place, was, shall)
                where share.from != share.to && share.area != 0 {
                    let key = [share.from, share.to]
                    ledger[key, default: LandChange(from: share.from, to: share.to)].count += 1
                    ledger[key]?.area += share.area
                }
            }
            return PlanDiff(
                parcels: parcels,
                ledger: ledger.values.sorted { ($1.area, $0.from, $0.to) < ($0.area, $1.from, $1.to) })
        }
    }

    private static func world(_ side: PlanDiff.Side, _ db: Database) throws -> DraftWorld {
        switch side {
        case .base: return DraftWorld()
        case .plan(let plan): return try DraftWorld(of: plan, db)
        case .step(let step, let plan, let isBefore):
            let journal = try entry(of: step, in: plan, db).id
            let past = try PastWorld(of: plan, at: isBefore ? journal - 1 : journal, db)
            return try past.memory.inDatabase { try DraftWorld(of: plan, $0) }
        }
    }

    private static func difference(of uid: Int64, _ old: DraftWorld, _ new: DraftWorld, _ facts: inout FeatureFacts)
        throws -> PlanDiff.Parcel?
    {
        let fact = try facts[uid]
        func state(_ world: DraftWorld) -> (class: Int64, area: Int64)? {
            guard let edit = world.edits[uid] else { return fact.map { ($0.class, $0.area) } }
            return edit.op == "remove" ? nil : (edit.class, edit.area)
        }
        let (was, shall) = (state(old), state(new))
        let (a, b) = (old.edits[uid], new.edits[uid])
        let isSame =
            was?.class == shall?.class && was?.area == shall?.area && a?.attributes == b?.attributes
            && (a?.number ?? "") == (b?.number ?? "") && (a?.name ?? "") == (b?.name ?? "")
            && (old.origins[uid] ?? [uid]) == (new.origins[uid] ?? [uid])
        if isSame { return nil }
        return PlanDiff.Parcel(
            uid: uid, number: fact?.number ?? b?.number ?? a?.number ?? "",
            layer: fact?.layer ?? b?.layer ?? a?.layer ?? 0, from: was?.class, to: shall?.class, before: was?.area,
            after: shall?.area)
    }
}

/// Facts of base features, read when they are asked for.
private struct FeatureFacts {
    struct Fact {
        var layer: Int64
        var number: String
        var `class`: Int64
        var area: Int64
    }

    let db: Database
    private var known: [Int64: Fact?] = [:]

    init(db: Database) { self.db = db }

    subscript(uid: Int64) -> Fact? {
        mutating get throws {
            if let fact = known[uid] { return fact }
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT layer, number, class, area FROM feature WHERE uid = ?"),
                arguments: [uid])
            let fact = row.map { Fact(layer: $0["layer"], number: $0["number"], class: $0["class"], area: $0["area"]) }
            known[uid] = .some(fact)
            return fact
        }
    }
}

/// Measures how two divisions of the same land lie on each other.
private struct Overlay {
    let old: DraftWorld
    let new: DraftWorld
    let db: Database
    private let geos = GEOS()

    init(old: DraftWorld, new: DraftWorld, db: Database) {
        (self.old, self.new, self.db) = (old, new, db)
    }

    func shares(of place: Int64, _ was: [DraftWorld.Piece], _ shall: [DraftWorld.Piece]) throws
        -> [(from: Int64, to: Int64, area: Int64)]
    {
        var (was, shall) = (was, shall)
        let missing = was.reduce(0) { $0 + $1.area } - shall.reduce(0) { $0 + $1.area }
        if missing > 0 { shall.append(.init(uid: 0, class: -1, area: missing)) }
        if missing < 0 { was.append(.init(uid: 0, class: -1, area: -missing)) }
        if Set(was.map(\.class)).count == 1 { return shall.map { (was[0].class, $0.class, $0.area) } }
        if Set(shall.map(\.class)).count == 1 { return was.map { ($0.class, shall[0].class, $0.area) } }
        let base = try shape(Project.baseBlob(of: place, in: db))
        let (from, to) = (try was.map { try outline($0, old, base) }, try shall.map { try outline($0, new, base) })
        let weights = try from.map { a -> [Double] in
            try to.map { b -> Double in
                guard let a, let b, a.box.intersects(b.box) else { return 0 }
                return try geos.area(of: geos.intersection(a, b))
            }
        }
        let table = Apportionment.table(rows: was.map(\.area), columns: shall.map(\.area), weights: weights)
        return was.indices.flatMap { row in
            shall.indices.map { (was[row].class, shall[$0].class, table[row][$0]) }
        }
    }

    /// The outline of a piece; of a feature that has land of several others, what lies in this one.
    private func outline(_ piece: DraftWorld.Piece, _ world: DraftWorld, _ base: Shape?) throws -> Shape? {
        let blob = try world.edits[piece.uid]?.geom ?? Project.baseBlob(of: piece.uid, in: db)
        guard let found = shape(blob) else { return nil }
        guard let base, world.origins[piece.uid]?.count ?? 0 > 1 else { return found }
        return try geos.intersection(found, base)
    }

    private func shape(_ blob: Data?) -> Shape? {
        var shape = Shape(kind: .polygon)
        guard let blob, blob.withUnsafeBytes({ GeoPackageBlob.read($0, into: &shape) }) else { return nil }
        return shape
    }
}
