import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// Random drafting on a fabric of squares, and what must hold of it whatever was done. GEOS judges the outlines.
struct Fabric {
    let project: Project
    let layer: Layer
    /// A control line, which need not cover the land.
    let lines: Layer
    let plan: Int64
    let seed: UInt64
    var dice: SplitMix
    /// The state before each step that stands.
    var past: [[String]] = []
    var done: [String: Int] = [:]
    var refused: [String: Int] = [:]

    init(_ project: Project, seed: UInt64) throws {
        self.project = project
        self.seed = seed
        layer = try project.layer(named: "DLTB")
        lines = try project.addLayer(
            "YJJBNTTB", .controlLine, [square(x: 20, y: 20, side: 150), square(x: 300, y: 100, side: 90)])
        plan = try project.newPlan("fabric", kind: .town, base: layer, line: "").id
        dice = SplitMix(state: seed)
        // Thousands of steps: what a power cut does to the file is another test's business.
        try project.connection.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = OFF")
            // Overviews have tests of their own (`LawTests`); a small board has far more cells than parcels.
            try db.execute(sql: "UPDATE layer_registry SET grid_cell = NULL")
        }
    }

    // MARK: Looking

    /// The plan's rows that steps change, byte for byte.
    func rows() throws -> [String] {
        try project.read { db throws in
            try ["plan_edit", "plan_origin", "lineage", "attachment"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table) WHERE plan = \(plan) ORDER BY 1, 2, 3").map { row in
                    "\(table) "
                        + row.databaseValues.map { value in
                            if case .blob(let data) = value.storage {
                                return data.base64EncodedString()
                            }
                            return value.description
                        }.joined(separator: "|")
                }
            }
        }
    }

    func outlines() throws -> [Int64: Shape] {
        var found: [Int64: Shape] = [:]
        try project.outlines(of: layer, plan: plan, in: layer.box.padded(by: 1)) { found[$0.uid] = $0.shape }
        return found
    }

    /// Gaps and overlaps of all outlines together, as GEOS unites them, in square metres.
    func flaws(_ outlines: [Int64: Shape], over ground: Shape) throws -> (gap: Double, overlap: Double, stray: Double) {
        let geos = GEOS()
        let union = try geos.union(Array(outlines.values))
        let sum = try outlines.values.reduce(0) { $0 + (try geos.area(of: $1)) }
        return (
            try geos.area(of: geos.difference(ground, union)), sum - (try geos.area(of: union)),
            try geos.area(of: geos.difference(union, ground))
        )
    }

    /// Areas in whole hundredths: of the plan's world, and of the base.
    func sums() throws -> (drafted: Int64, base: Int64) {
        try project.read { db throws in
            try Project.standing(in: plan, db) {
                try db.execute(sql: "UPDATE temp.here SET layer = ?", arguments: [layer.id])
                let drafted = try Row.fetchOne(db, sql: "SELECT sum(area) FROM parcel")
                let base = try Row.fetchOne(
                    db, sql: "SELECT sum(area) FROM feature WHERE layer = ?", arguments: [layer.id])
                return (drafted?[0] ?? 0, base?[0] ?? 0)
            }
        }
    }

    /// Base features whose land, gross and net, is not wholly and once accounted for by the plan, by the view `change`;
    /// and drafted ones that have not the areas of their land: net of ridges where fields are planned, whole elsewhere.
    func unsettled() throws -> [String] {
        try project.read { db throws in
            try Project.standing(in: plan, db) {
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT f.uid, f.area, f.net, sum(c.area) AS a, sum(c.net) AS n FROM change AS c
                            LEFT JOIN feature AS f ON f.uid = c.base_uid
                        WHERE c.layer = \(layer.id) GROUP BY c.base_uid
                        HAVING a IS NOT f.area OR n IS NOT f.net
                        """
                ).map(\.description)
                    + Row.fetchAll(
                        db,
                        sql: """
                            SELECT e.uid, e.area, e.net, o.a, o.n FROM plan_edit AS e
                                JOIN land_class AS c ON c.id = e.class LEFT JOIN feature AS f ON f.uid = e.uid
                                LEFT JOIN (
                                    SELECT uid, sum(area) AS a, sum(net) AS n FROM plan_origin WHERE plan = \(plan)
                                    GROUP BY uid) AS o ON o.uid = e.uid
                            WHERE e.plan = \(plan) AND e.op <> 'remove' AND (
                                coalesce(o.a, f.area, e.area) <> e.area
                                OR CASE WHEN c.code LIKE '01%' THEN coalesce(o.n, f.net, e.net) ELSE e.area END <> e.net)
                            """
                    ).map(\.description)
            }
        }
    }

    // MARK: Doing

    private mutating func pick(_ outlines: [Int64: Shape]) -> Int64 {
        let uids = outlines.keys.sorted()
        return uids[Int.random(in: 0..<uids.count, using: &dice)]
    }

    /// One of the control line's features as the plan has them; nil when there are none.
    private mutating func pickZone() throws -> (uid: Int64, shape: Shape)? {
        var found: [(uid: Int64, shape: Shape)] = []
        try project.outlines(of: lines, plan: plan, in: layer.box.padded(by: 500)) { found.append(($0.uid, $0.shape)) }
        found.sort { $0.uid < $1.uid }
        return found.isEmpty ? nil : found[Int.random(in: 0..<found.count, using: &dice)]
    }

    private mutating func random(in box: Box) -> Point {
        Point(
            x: Double.random(in: box.minX...box.maxX, using: &dice),
            y: Double.random(in: box.minY...box.maxY, using: &dice))
    }

    /// Makes one random step; a step that is refused must leave everything as it was.
    mutating func step(_ outlines: [Int64: Shape], checking: Bool) throws {
        let uid = pick(outlines)
        guard let shape = outlines[uid] else { return }
        let kind = Int.random(in: 0..<18, using: &dice)
        let before = checking ? try rows() : []
        let name: String
        do {
            switch kind {
            case 0, 1:
                name = "split"
                _ = try project.split(uid, .along(line(across: shape)), in: plan, line: "split")
            case 2:
                name = "split by polygon"
                let center = random(in: shape.box)
                let side = Double.random(in: 1...60, using: &dice)
                _ = try project.split(
                    uid, .along(square(x: center.x, y: center.y, side: side)), in: plan, line: "split")
            case 3:
                name = "split by area"
                let parcel = try project.read { db throws in
                    try Int64.fetchOne(
                        db,
                        sql: """
                            SELECT coalesce((SELECT area FROM plan_edit WHERE plan = ? AND uid = ?),
                                (SELECT area FROM feature WHERE uid = ?))
                            """, arguments: [plan, uid, uid])
                }
                let area = Int64.random(in: 1...max(2, parcel ?? 2), using: &dice)
                let made = try project.split(
                    uid,
                    .area(
                        area, bearing: Double(Int.random(in: 0..<360, using: &dice)),
                        isLeft: Bool.random(using: &dice)), in: plan, line: "split")
                // Some of the pieces have the area together, to the hundredth.
                #expect(Self.subsetSums(made.features.map(\.area)).contains(area), "seed \(seed): \(area)")
            case 4, 5, 6:
                name = "merge"
                let others = outlines.filter { $0.key != uid && $0.value.box.intersects(shape.box) }.keys.sorted()
                guard !others.isEmpty else { return }
                let other = others[Int.random(in: 0..<others.count, using: &dice)]
                _ = try project.merge([uid, other], to: .plan2023("0701"), in: plan, line: "merge")
            case 7, 8:
                name = "move"
                let number = Int.random(in: 1...shape.vertexCount, using: &dice)
                guard let vertex = shape.vertex(number) else { return }
                let target = Point(
                    x: vertex.x + Double.random(in: -8...8, using: &dice),
                    y: vertex.y + Double.random(in: -8...8, using: &dice))
                _ = try project.changeVertex(of: uid, .move(number, to: target), in: plan, line: "move")
            case 9:
                name = "add vertex"
                let number = Int.random(in: 1...shape.vertexCount, using: &dice)
                guard let edge = shape.edge(number) else { return }
                let t = Double.random(in: 0.1...0.9, using: &dice)
                let place = Point(
                    x: edge.from.x + t * (edge.to.x - edge.from.x) + Double.random(in: -3...3, using: &dice),
                    y: edge.from.y + t * (edge.to.y - edge.from.y) + Double.random(in: -3...3, using: &dice))
                _ = try project.changeVertex(of: uid, .add(after: number, at: place), in: plan, line: "add")
            case 10:
                name = "delete vertex"
                let number = Int.random(in: 1...shape.vertexCount, using: &dice)
                _ = try project.changeVertex(of: uid, .delete(number), in: plan, line: "delete")
            case 11:
                name = "set-attribute"
                let value = ["00", "01", ""][Int.random(in: 0..<3, using: &dice)]
                _ = try project.setAttributes(of: [uid], ["MSSM=\(value)"], in: plan, line: "set-attribute")
            case 12:
                name = "attach"
                _ = try project.attach("note", content: nil, to: uid, at: nil, in: plan, line: "attach")
            case 13, 14:
                name = "zone"
                let corner = random(in: layer.box)
                let side = Double.random(in: 5...120, using: &dice)
                let zone = NewZone(shape: square(x: corner.x, y: corner.y, side: side), fields: ["DJ=1"])
                _ = try project.addZone(zone, to: lines, in: plan, line: "zone")
            case 15, 16:
                name = kind == 15 ? "clip" : "shrink"
                guard let (zone, outline) = try pickZone() else { return }
                if kind == 15 {
                    let corner = random(in: outline.box)
                    _ = try project.clip(
                        zone, to: square(x: corner.x, y: corner.y, side: Double.random(in: 2...80, using: &dice)),
                        keepingInside: Bool.random(using: &dice), in: plan, line: "clip")
                } else {
                    _ = try project.shrink(
                        zone, byMetres: Double.random(in: 0.1...12, using: &dice), in: plan, line: "shrink")
                }
            case 17 where Int.random(in: 0..<2, using: &dice) == 0:
                name = "remove"
                guard let (zone, _) = try pickZone() else { return }
                _ = try project.remove([zone], in: plan, line: "remove")
            default:
                name = "set-class"
                _ = try project.setClass(of: [uid], to: .plan2023("1001"), in: plan, line: "set-class")
            }
        } catch let refusal as Refusal {
            refused[refusal.phrase.english.split(separator: " ").prefix(4).joined(separator: " "), default: 0] += 1
            if checking { #expect(try rows() == before, "seed \(seed): \(refusal)") }
            return
        }
        done[name, default: 0] += 1
        guard checking else { return }
        let after = try rows()
        guard after != before else { return }
        _ = try project.undo(in: plan, line: "undo")
        #expect(try rows() == before, "seed \(seed): undo of \(name)")
        _ = try project.redo(in: plan, line: "redo")
        #expect(try rows() == after, "seed \(seed): redo of \(name)")
    }

    /// A line of two to five points that begins and ends beside the shape; at times through corners, or along edges.
    private mutating func line(across shape: Shape) -> Shape {
        let box = shape.box.padded(by: 5)
        if Int.random(in: 0..<4, using: &dice) == 0, shape.vertexCount >= 4 {
            let numbers = (0..<2).map { _ in Int.random(in: 1...shape.vertexCount, using: &dice) }
            return Shape(line: numbers.compactMap(shape.vertex))
        }
        var points = [Point(x: box.minX, y: random(in: box).y)]
        for _ in 0..<Int.random(in: 0...3, using: &dice) { points.append(random(in: box)) }
        points.append(
            Bool.random(using: &dice)
                ? Point(x: box.maxX, y: random(in: box).y) : Point(x: random(in: box).x, y: box.maxY))
        return Shape(line: points)
    }

    private static func subsetSums(_ areas: [Int64]) -> Set<Int64> {
        areas.prefix(12).reduce(into: [0]) { sums, area in sums.formUnion(sums.map { $0 + area }) }
    }
}
