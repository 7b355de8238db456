import Foundation
import GRDB
import GeoBridge
import Geometry
import Planning

/// Measures what the features of layers share, in the base or in a plan's world.
final class PairMeter {
    private let db: Database
    private let plan: Int64
    private let system: CoordinateSystemBox
    private let outlines: OutlineReader
    private var validity = KnownValidity()
    private let tell: (String) throws -> Void
    private var subjects: [Int64: RuleSubject] = [:]
    /// The boxes of the subjects at work: objects are sought near them.
    private var boxes: [Box] = []
    /// A pair of which nothing can be said.
    typealias Fault = (a: Int64, b: Int64, reason: String)
    private(set) var faults: [Fault] = []

    init(_ db: Database, plan: Int64, system: CoordinateSystemBox, tell: @escaping (String) throws -> Void) throws {
        (self.db, self.plan, self.system, self.tell) = (db, plan, system, tell)
        outlines = try OutlineReader(db, plan: plan)
    }

    // MARK: Who is there

    private static func tree(_ layer: Layer) -> String { "main.\("rtree_\(layer.table)_geom".quoted)" }

    /// All features of a layer of the base, from left to right.
    ///
    /// - Parameter inForce: the condition on `f` that tells which count.
    func features(of layer: Layer, inForce: String = "f.valid_to IS NULL") throws -> [Located] {
        guard layer.geometry != nil else { return [] }
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT f.uid, f.fid, r.minx, r.maxx, r.miny, r.maxy FROM \(Self.tree(layer)) AS r
                    CROSS JOIN main.feature AS f ON f.layer = \(layer.id) AND f.fid = r.id WHERE \(inForce)
                """)
        var found: [Located] = []
        while let row = try rows.next() { found.append(Self.located(row)) }
        return found.sorted { $0.box.minX < $1.box.minX }
    }

    private static func located(_ row: Row) -> Located {
        Located(id: row[0], fid: row[1], box: Box(minX: row[2], minY: row[4], maxX: row[3], maxY: row[5]))
    }

    /// Features by number, as the plan has drawn them.
    func features(_ uids: Set<Int64>, of layer: Layer) throws -> [Located] {
        try uids.sorted().compactMap { uid in
            try outlines.shape(of: uid).map { Located(id: uid, fid: nil, box: $0.box) }
        }.sorted { $0.box.minX < $1.box.minX }
    }

    /// The features of a layer near the subjects at work.
    func objects(of layer: Layer) throws -> [Located] { try objects(of: layer, inside: boxes) }

    func objects(of layer: Layer, near others: [Located]) throws -> [Located] {
        try objects(of: layer, inside: others.map(\.box))
    }

    /// The features of a layer near what the plan draws, changes or takes away in others.
    func features(of layer: Layer, nearEditsOf others: [Layer]) throws -> [Located] {
        var boxes: [Box] = []
        for other in others {
            let rows = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT r.min_x, r.max_x, r.min_y, r.max_y FROM main.plan_edit AS e
                            CROSS JOIN main.plan_edit_place AS r ON r.id = e.id WHERE e.plan = ? AND e.layer = ?
                        """), arguments: [plan, other.id])
            while let row = try rows.next() {
                boxes.append(Box(minX: row[0], minY: row[2], maxX: row[1], maxY: row[3]))
            }
        }
        return try objects(of: layer, inside: boxes)
    }

    /// The features of a layer, as they are in the plan's world, whose boxes meet one of `boxes`; from left to right.
    private func objects(of layer: Layer, inside boxes: [Box]) throws -> [Located] {
        guard layer.geometry != nil, !boxes.isEmpty else { return [] }
        var gone: Set<Int64> = []
        var found: [Int64: Located] = [:]
        if plan != 0 {
            let edits = try Row.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT uid, op FROM main.plan_edit WHERE plan = ? AND layer = ? AND (op = 'remove' OR geom IS NOT NULL)
                        """), arguments: [plan, layer.id])
            while let row = try edits.next() { gone.insert(row[0]) }
            let drawn = try db.cachedStatement(
                sql: """
                    SELECT e.uid, NULL, r.min_x, r.max_x, r.min_y, r.max_y FROM main.plan_edit_place AS r
                        CROSS JOIN main.plan_edit AS e ON e.id = r.id
                    WHERE r.max_x >= ? AND r.min_x <= ? AND r.max_y >= ? AND r.min_y <= ? AND e.plan = ? AND e.layer = ?
                        AND e.op <> 'remove' AND e.geom IS NOT NULL
                    """)
            for box in boxes {
                let rows = try Row.fetchCursor(
                    drawn, arguments: [box.minX, box.maxX, box.minY, box.maxY, plan, layer.id])
                while let row = try rows.next() {
                    // The place covers the base outline too; the drafted one may be smaller.
                    guard let shape = try outlines.shape(of: row[0]) else { continue }
                    found[row[0]] = Located(id: row[0], fid: nil, box: shape.box)
                }
            }
        }
        let base = try db.cachedStatement(
            sql: """
                SELECT f.uid, f.fid, r.minx, r.maxx, r.miny, r.maxy FROM \(Self.tree(layer)) AS r
                    CROSS JOIN main.feature AS f ON f.layer = \(layer.id) AND f.fid = r.id
                WHERE r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ? AND f.valid_to IS NULL
                """)
        for box in boxes {
            let rows = try Row.fetchCursor(base, arguments: [box.minX, box.maxX, box.minY, box.maxY])
            while let row = try rows.next() {
                let feature = Self.located(row)
                if !gone.contains(feature.id) { found[feature.id] = feature }
            }
        }
        return found.values.sorted { $0.box.minX < $1.box.minX }
    }

    func outline(of feature: Located, in layer: Layer) throws -> Shape? { try outlines.shape(of: feature, in: layer) }

    // MARK: What they share

    /// How many features are at work at once; a county's are more than memory should hold.
    private static let most = 20_000

    /// What the features of a layer share with those of several others, or of several sets of others.
    ///
    /// - Parameter receive: takes what was found, some thousand features at a time, by the number of the set.
    func measure(
        _ layer: Layer, over sets: [[Layer]],
        _ receive: (_ set: Int, [IndicatorPair], [Fault]) throws -> Void
    ) throws {
        let all = try features(of: layer)
        var objects: [Int64: [Located]] = [:]
        for other in sets.joined() where objects[other.id] == nil { objects[other.id] = try features(of: other) }
        var start = 0
        while start < all.count {
            let some = Array(all[start..<min(start + Self.most, all.count)])
            start += some.count
            let box = some.reduce(Box.empty) { $0.union($1.box) }
            for (number, over) in sets.enumerated() {
                faults = []
                let pairs = try measure(some, of: layer, over: over) { other in
                    objects[other.id, default: []].filter { $0.box.intersects(box) }
                }
                try receive(number, pairs, faults)
            }
            subjects.removeAll(keepingCapacity: true)
            validity = KnownValidity()
        }
    }

    /// What each of `features` shares with the objects of the other layers; of several layers, what any of them covers.
    ///
    /// - Parameter objects: gives those of a layer that may meet the features.
    func measure(
        _ features: [Located], of layer: Layer, over: [Layer], objects: (Layer) throws -> [Located]
    ) throws -> [IndicatorPair] {
        guard !features.isEmpty else { return [] }
        boxes = features.map(\.box)
        guard over.count > 1 else {
            guard let other = over.first else { return [] }
            return try parts(features, of: layer, objects(other), of: other, keepsShapes: false).map {
                IndicatorPair(a: $0.subject, b: $0.object, area: $0.area, length: $0.length)
            }
        }
        var bySubject: [Int64: [SharedPart]] = [:]
        for other in over {
            for part in try parts(features, of: layer, objects(other), of: other, keepsShapes: true) {
                bySubject[part.subject, default: []].append(part)
            }
        }
        return try bySubject.sorted { $0.key < $1.key }.map { uid, parts in
            IndicatorPair(a: uid, b: 0, area: try union(parts), length: 0)
        }
    }

    /// The area that parts of one feature cover together.
    private func union(_ parts: [SharedPart]) throws -> Double {
        if let whole = parts.first(where: { $0.isAll || $0.shape == nil && $0.area > 0 }) { return whole.area }
        guard parts.count > 1 else { return parts.first?.area ?? 0 }
        let sum = parts.reduce(0) { $0 + $1.area }
        guard let shape = try? GEOS().union(parts.compactMap(\.shape)) else { return sum }
        return (try? system.official?.area(of: shape)) ?? shape.planeArea
    }

    private func subject(_ feature: Located, of layer: Layer) throws -> RuleSubject? {
        if let known = subjects[feature.id] { return known }
        guard let shape = try outlines.shape(of: feature, in: layer) else { return nil }
        let made = RuleSubject(feature.id, shape, system.official)
        subjects[feature.id] = made
        return made
    }

    /// Lays features over objects.
    private func parts(
        _ features: [Located], of layer: Layer, _ objects: [Located], of other: Layer, keepsShapes: Bool
    ) throws -> [SharedPart] {
        var found: [SharedPart] = []
        _ = try RuleOverlay.measurePairs(
            features, objects, subject: { one, _ in try subject(one, of: layer) },
            outline: { try outlines.shape(of: $0, in: other) }
        ) { jobs in
            let measured = try RuleOverlay.measure(
                jobs, reach: nil, keepsShapes: keepsShapes, validity, system.system)
            for part in measured {
                if let fault = part.fault {
                    faults.append((part.subject, part.object, fault))
                } else if part.area > 0 || part.length > 0 {
                    found.append(part)
                }
            }
            try tell("")
        }
        return found
    }
}
