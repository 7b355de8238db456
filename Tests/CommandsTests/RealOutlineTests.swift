import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Testing

/// Splits and merges of parcels that nobody made for a test, against what GEOS makes of the same outlines.
@Suite struct RealOutlineTests {
    private func imported(_ source: String, _ words: String...) throws -> (desk: Desk, project: Project, layer: Layer)?
    {
        guard let path = testData(source) else { return nil }
        let desk = try Desk()
        try desk.done("init", "real.gpkg")
        let ending = try desk.tuban(["import", path, "--as", "land", "--role", "parcels", "-f", "real.gpkg"] + words)
        try #require(ending.status == 0, "\(ending)")
        let project = try Project.open(at: desk.path("real.gpkg"))
        return (desk, project, try project.layer(named: "land"))
    }

    private func area(_ uid: Int64, _ plan: Int64, _ project: Project) throws -> Int64 {
        try project.read { db throws in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT coalesce((SELECT area FROM plan_edit WHERE plan = ? AND uid = ?),
                        (SELECT area FROM feature WHERE uid = ?))
                    """, arguments: [plan, uid, uid]) ?? 0
        }
    }

    /// What lies left of a line, far and wide.
    private func halfPlane(from a: Point, to b: Point, isLeft: Bool) -> Shape {
        let bearing = a.bearing(to: b)
        let reach = 100_000.0
        let (start, end) = (a.moved(bearing: bearing, by: -reach), a.moved(bearing: bearing, by: reach))
        let side = bearing + (isLeft ? -90 : 90)
        return Shape(polygon: [
            [start, end, end.moved(bearing: side, by: reach), start.moved(bearing: side, by: reach), start]
        ])
    }

    /// Splits parcels along random lines through their middles, and merges the pieces again.
    ///
    /// - Returns: how many were split.
    private func splitAndMerge(_ project: Project, _ layer: Layer, count: Int, seed: UInt64) throws -> Int {
        let plan = try project.newPlan("real", kind: .town, base: layer, line: "").id
        let geos = GEOS()
        var dice = Dice(state: seed)
        let uids = try project.read { db throws in
            try Int64.fetchAll(db, sql: "SELECT uid FROM feature WHERE layer = \(layer.id) ORDER BY uid")
        }
        var split = 0
        for _ in 0..<count {
            let uid = uids[Int(dice.next() % UInt64(uids.count))]
            guard let before = try project.shape(of: uid, plan: plan), let middle = before.labelPoint,
                before.planeArea > 10
            else { continue }
            let bearing = Double(dice.next() % 3600) / 10
            let length = before.box.width + before.box.height + 10
            let (from, to) = (middle.moved(bearing: bearing, by: -length), middle.moved(bearing: bearing, by: length))
            let recorded = try area(uid, plan, project)
            let neighbours = try outlines(near: before.box, but: uid, project, layer, plan)
            let what = "seed \(seed), parcel \(uid), bearing \(bearing)"

            let made: DraftOutcome
            do {
                made = try project.split(uid, .along(Shape(line: [from, to])), in: plan, line: "split")
            } catch let refusal as Refusal {
                // A sliver may come off, and an outline may be broken; a split that GEOS can make is not refused otherwise.
                #expect(
                    refusal.phrase.english.contains("a piece of") || refusal.phrase.english.contains("broken"),
                    "\(what): \(refusal)")
                continue
            }
            split += 1
            #expect(made.features.reduce(0) { $0 + $1.area } == recorded, "\(what)")
            let pieces = try made.features.map { try #require(try project.shape(of: $0.uid, plan: plan)) }
            for isLeft in [true, false] {
                let half = halfPlane(from: from, to: to, isLeft: isLeft)
                let expected = try geos.intersection(before, half)
                let side = try pieces.filter { piece in
                    try geos.area(of: geos.intersection(piece, half)) > 0.5 * geos.area(of: piece)
                }
                let union = try side.isEmpty ? Shape(kind: .polygon) : geos.union(side)
                let apart =
                    try geos.area(of: geos.difference(expected, union))
                    + (side.isEmpty ? 0 : geos.area(of: geos.difference(union, expected)))
                // A corner nearer to the line than a millimetre is on it.
                #expect(apart < 0.001 * length + 1e-4, "\(what): \(apart)")
            }
            let whole = try geos.union(pieces)
            #expect(try geos.area(of: geos.difference(whole, before)) < 1e-4, "\(what)")
            #expect(try geos.area(of: geos.difference(before, whole)) < 1e-4, "\(what)")
            for (other, shape) in try outlines(near: before.box, but: uid, project, layer, plan) {
                guard let old = neighbours[other], old.points.count != shape.points.count else { continue }
                #expect(abs(old.planeArea - shape.planeArea) < 1e-4, "\(what): neighbour \(other)")
            }
            guard let merged = try? project.merge(made.features.map(\.uid), to: nil, in: plan, line: "merge") else {
                // Pieces that hang together in a corner only are no one parcel.
                continue
            }
            #expect(merged.features[0].area == recorded, "\(what)")
            let again = try #require(try project.shape(of: merged.features[0].uid, plan: plan))
            #expect(try geos.area(of: geos.difference(again, before)) < 1e-4, "\(what)")
            #expect(try geos.area(of: geos.difference(before, again)) < 1e-4, "\(what)")
        }
        try project.read { db throws in
            let open = try Row.fetchAll(
                db,
                sql: """
                    SELECT o.base FROM plan_origin AS o JOIN feature AS f ON f.uid = o.base WHERE o.plan = \(plan)
                    GROUP BY o.base HAVING sum(o.area) <> f.area OR sum(o.net) <> f.net
                    """)
            #expect(open.isEmpty, "seed \(seed)")
        }
        return split
    }

    private func outlines(near box: Box, but left: Int64, _ project: Project, _ layer: Layer, _ plan: Int64) throws
        -> [Int64: Shape]
    {
        var found: [Int64: Shape] = [:]
        try project.outlines(of: layer, plan: plan, in: box) { if $0.uid != left { found[$0.uid] = $0.shape } }
        return found
    }

    @Test("Splits and merges of a town's parcels agree with GEOS")
    func easthampton() throws {
        guard let (desk, project, layer) = try imported("easthampton_ma_parcels/easthampton_parcels.gpkg.gz") else {
            return
        }
        #expect(try splitAndMerge(project, layer, count: 60, seed: 4) > 40)
        try project.close()
        #expect(try desk.tuban("doctor", "--deep", "-f", "real.gpkg").status == 0)
    }

    @Test("Splits and merges of a cadastre's parcels agree with GEOS")
    func edigeo() throws {
        guard let (_, project, layer) = try imported("fr_edigeo/parcelles.gpkg") else { return }
        #expect(try splitAndMerge(project, layer, count: 60, seed: 5) > 40)
        try project.close()
    }

    @Test("Broken outlines are split, or refused in a sentence with the project as it was")
    func nasty() throws {
        var (made, refused) = (0, 0)
        for name in NastyTests.files where !name.hasSuffix(".zip") {
            guard let path = testData("nasty/" + name) else { return }
            let desk = try Desk()
            try desk.done("init", "real.gpkg")
            guard try desk.tuban("import", path, "--role", "parcels", "-f", "real.gpkg").status == 0 else { continue }
            let project = try Project.open(at: desk.path("real.gpkg"))
            for layer in try project.layers() where layer.geometry == .polygon {
                let plan = try project.newPlan("x", kind: .town, base: layer, line: "").id
                let uids = try project.read { db throws in
                    try Int64.fetchAll(
                        db, sql: "SELECT uid FROM feature WHERE layer = \(layer.id) ORDER BY uid LIMIT 4")
                }
                for uid in uids {
                    guard let shape = try project.shape(of: uid), let middle = shape.labelPoint else { continue }
                    let box = shape.box.padded(by: shape.box.width + 1)
                    let line = Shape(line: [Point(x: box.minX, y: middle.y), Point(x: box.maxX, y: middle.y)])
                    let before = try rows(project)
                    do {
                        let outcome = try project.split(uid, .along(line), in: plan, line: "split")
                        #expect(
                            try outcome.features.reduce(0) { $0 + $1.area } == area(uid, 0, project), "\(name) \(uid)")
                        made += 1
                    } catch let refusal as Refusal {
                        #expect(try rows(project) == before, "\(name) \(uid)")
                        #expect(refusal.phrase.english.contains("\(uid)"), "\(name): \(refusal)")
                        refused += 1
                    }
                }
            }
            try project.close()
        }
        print("nasty outlines: \(made) split, \(refused) refused")
    }

    private func rows(_ project: Project) throws -> Int {
        try project.read { db throws in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM plan_edit) + (SELECT count(*) FROM plan_origin)
                        + (SELECT count(*) FROM lineage) + (SELECT count(*) FROM journal)
                    """) ?? 0
        }
    }
}

/// splitmix64.
private struct Dice {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
