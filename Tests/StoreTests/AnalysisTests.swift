import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// Boundaries on a board of 6 by 4 squares of 100 m, classes by column: 0101, 0103 with a ridge factor of 0.1, 0301,
/// 0702, 1001 and an unknown one; the two lower rows are one village, the others another.
@Suite struct AnalysisTests {
    let scratch: Scratch
    let project: Project

    init() throws {
        scratch = try Scratch()
        project = try scratch.chessboard()
    }

    func rectangle(_ minX: Double, _ minY: Double, _ maxX: Double, _ maxY: Double) -> Shape {
        Shape(polygon: [
            [
                Point(x: minX, y: minY), Point(x: maxX, y: minY), Point(x: maxX, y: maxY), Point(x: minX, y: maxY),
                Point(x: minX, y: minY),
            ]
        ])
    }

    func analyse(_ shape: Shape, _ request: AnalysisRequest = AnalysisRequest()) throws -> BoundaryAnalysis {
        try project.analyse(AnalysedBoundary(name: "b", shape: shape), request)
    }

    // MARK: Areas

    /// 200 m by 100 m over the first three columns and two rows: 2 × 2,500 m² of paddy, 2 × 5,000 m² of dry land with a
    /// tenth deducted, 2 × 2,500 m² of forest.
    @Test("Classes, villages, gross and net areas of a rectangle, by hand")
    func byHand() throws {
        let analysis = try analyse(rectangle(50, 50, 250, 150))
        #expect(analysis.area == 2_000_000 && analysis.plane == 2_000_000 && analysis.perimeter == 600)
        #expect(analysis.parcels.map(\.area).sorted() == [250_000, 250_000, 250_000, 250_000, 500_000, 500_000])
        #expect(analysis.sums.map(\.key.code.code) == ["0101", "0103", "0301"])
        #expect(analysis.sums.map(\.area) == [500_000, 1_000_000, 500_000])
        #expect(analysis.sums.map(\.net) == [500_000, 900_000, 500_000])
        #expect(analysis.net == 1_900_000)
        #expect(Set(analysis.sums.map(\.key.unit)).count == 1)
        #expect(analysis.unsurveyed == nil && analysis.doubled.isEmpty && analysis.adjustment.moves.isEmpty)
        #expect(!analysis.parcels.contains(where: \.isWhole) && analysis.parcels.allSatisfy { $0.share <= 0.5 })
    }

    @Test("Two villages stand apart, a whole parcel is told, neighbours along the edge only touch")
    func whole() throws {
        let analysis = try analyse(rectangle(100, 100, 200, 300))
        #expect(analysis.parcels.map(\.isWhole) == [true, true] && analysis.sums.count == 2)
        #expect(Set(analysis.sums.map(\.key.unit)).count == 2)
        // The eight neighbours of two squares one above the other, and the two beneath and above: 10 around them.
        #expect(analysis.touched.count == 10 && analysis.touched.allSatisfy { $0.verdict == .touch && $0.area == 0 })
        #expect(analysis.touched.reduce(0) { $0 + $1.length } == 600)
    }

    @Test("Land outside of every parcel is a row of its own and the sums close")
    func outside() throws {
        let analysis = try analyse(rectangle(-30, 0, 50, 100))
        #expect(analysis.unsurveyed?.area == 300_000)
        #expect(analysis.sums.reduce(0) { $0 + $1.area } + 300_000 == analysis.area)
        #expect(analysis.notes.contains { $0.english.contains("3000.00 m² lie outside of every parcel") })
    }

    @Test("Parcels that lie over one another are told, with how much and where")
    func doubled() throws {
        _ = try project.addBoard(table: "DLTB_2021", columns: 2, rows: 1)
        try project.connection.writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE layer_registry SET year = 2030 WHERE table_name = 'DLTB_2021'")
        }
        // A parcel more, over half of the first.
        let layer = try project.layer(named: "DLTB_2021")
        let shape = rectangle(50, 0, 100, 100)
        try project.connection.writeWithoutTransaction { db in
            try db.execute(
                sql: "INSERT INTO DLTB_2021(geom, DLBM, ZLDWDM) VALUES (?, '0301', '9900010010010000000')",
                arguments: [Data(shape.geoPackageBlob(srs: -1, multi: true))])
            let fid = db.lastInsertedRowID
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO feature(uid, layer, fid, area, net)
                        VALUES ((SELECT max(uid) + 1 FROM feature), ?, ?, 500000, 500000)
                    """, arguments: [layer.id, fid])
        }
        let analysis = try analyse(rectangle(0, 0, 100, 100))
        #expect(analysis.doubled.map(\.area) == [500_000])
        #expect(analysis.doubled.first?.place.map { rectangle(50, 0, 100, 100).box.contains($0) } == true)
        #expect(analysis.adjustment.obstacle?.english.contains("lie over one another") == true)
        // A gap as large as what lies twice leaves the sum right: both are told all the same.
        let half = try analyse(rectangle(50, -100, 100, 100))
        #expect(half.doubled.map(\.area) == [500_000] && half.unsurveyed?.raw == 500_000)
    }

    // MARK: Lines

    @Test("Overlap, sliver, shared edge, shared corner and far away are told apart")
    func lines() throws {
        let shapes = [
            rectangle(150, 0, 400, 50),  // shares 50 × 50 m with the boundary below
            rectangle(199.99, 60, 300, 100),  // a strip of 1 cm by 40 m: 0.40 m²
            rectangle(200, 110, 300, 150),  // shares an edge of 40 m
            rectangle(200, 200, 300, 300),  // shares a corner
            rectangle(200.01, 160, 300, 190),  // a centimetre away
            rectangle(20, 20, 60, 60),  // wholly inside, 1,600 m²
        ]
        _ = try project.addLayer("STBHHX", .controlLine, shapes)
        let analysis = try analyse(rectangle(0, 0, 200, 200))
        let layer = try #require(analysis.layers.first { $0.layer.standard == "STBHHX" })
        #expect(layer.meetings.map(\.verdict) == [.overlap, .overlap, .sliver, .touch, .touch])
        #expect(layer.meetings.map(\.area) == [250_000, 160_000, 40, 0, 0])
        #expect(layer.meetings.map { ($0.length * 100).rounded() }.suffix(2) == [4_000, 0])
        #expect(layer.meetings[1].isWhole && layer.covered == 410_040)
        #expect(analysis.crossed.map(\.layer.standard) == ["STBHHX"])
        // Under a larger limit small overlaps are slivers too, and are listed still.
        let coarse = try analyse(rectangle(0, 0, 200, 200), AnalysisRequest(sliverLimit: 250_000))
        #expect(
            coarse.layers.first { $0.layer.standard == "STBHHX" }?.meetings.map(\.verdict)
                == [.overlap, .sliver, .sliver, .touch, .touch])
    }

    @Test("What two features of a layer cover counts once, and one that covers everything is told")
    func covered() throws {
        _ = try project.addLayer(
            "STBHHX", .controlLine, [rectangle(-500, -500, 900, 900), rectangle(0, 0, 50, 50)])
        let analysis = try analyse(rectangle(0, 0, 100, 100))
        let layer = try #require(analysis.crossed.first)
        #expect(layer.covered == 1_000_000 && layer.meetings[0].coversAll && !layer.meetings[1].coversAll)
    }

    @Test("An invalid feature is an answer with its place, never an abort")
    func invalid() throws {
        let bow = Shape(polygon: [
            [
                Point(x: 0, y: 0), Point(x: 100, y: 100), Point(x: 100, y: 0), Point(x: 0, y: 100),
                Point(x: 0, y: 0),
            ]
        ])
        _ = try project.addLayer("STBHHX", .controlLine, [bow])
        let analysis = try analyse(rectangle(10, 10, 90, 90))
        let meeting = try #require(analysis.layers.first { $0.layer.standard == "STBHHX" }?.meetings.first)
        #expect(meeting.verdict == .unknown && meeting.reason?.english.contains("at 50 50") == true)
        #expect(analysis.sums.reduce(0) { $0 + $1.area } == analysis.area)
    }

    // MARK: Against GEOS

    /// A star of random corners around a point.
    private func star(_ dice: inout SplitMix, corners: Int) -> Shape {
        let middle = Point(x: .random(in: 50...550, using: &dice), y: .random(in: 50...350, using: &dice))
        let points = (0..<corners).map { corner in
            let angle = 2 * Double.pi * Double(corner) / Double(corners)
            let radius = Double.random(in: 20...250, using: &dice)
            return Point(x: middle.x + radius * cos(angle), y: middle.y + radius * sin(angle))
        }
        return Shape(polygon: [points + [points[0]]])
    }

    @Test("Random boundaries agree with GEOS, parcel by parcel, and close", arguments: UInt64(1)...40)
    func random(seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        let boundary = star(&dice, corners: [3, 8, 50, 400][Int(seed % 4)])
        let lines = (0..<5).map { _ in star(&dice, corners: 12) }
        let layer = try project.addLayer("STBHHX", .controlLine, lines)
        let analysis = try analyse(boundary)
        let geos = GEOS()
        var expected: [Int64: Double] = [:]
        for table in ["DLTB_2020", layer.table] {
            try project.outlines(of: project.layer(named: table), plan: 0, in: boundary.box) { feature in
                let area = try geos.area(of: geos.intersection(feature.shape, boundary))
                if area >= 0.005 { expected[feature.uid] = area }
            }
        }
        var found: [Int64: Double] = [:]
        for parcel in analysis.parcels { found[parcel.id] = Double(parcel.plane) / 100 }
        for meeting in analysis.layers.flatMap(\.meetings) where meeting.area > 0 {
            found[meeting.id] = Double(meeting.plane) / 100
        }
        #expect(Set(found.keys) == Set(expected.keys), "seed \(seed)")
        for (uid, area) in expected { #expect(abs((found[uid] ?? -1) - area) <= 0.0051, "seed \(seed) uid \(uid)") }
        let board = try geos.area(of: geos.difference(boundary, rectangle(0, 0, 600, 400)))
        #expect(abs(Double(analysis.unsurveyed?.raw ?? 0) / 100 - board) <= 0.0051, "seed \(seed)")
        let parts = analysis.sums.reduce(0) { $0 + $1.area } + (analysis.unsurveyed?.area ?? 0)
        #expect(parts == analysis.area && analysis.adjustment.obstacle == nil, "seed \(seed)")
        let union = try geos.union(lines.map { try geos.intersection($0, boundary) }.filter { !$0.isEmpty })
        let covered = analysis.layers.first { $0.layer.id == layer.id }?.covered ?? 0
        #expect(abs(Double(covered) / 100 - (try geos.area(of: union))) <= 0.03, "seed \(seed)")
    }

    @Test("On the ellipsoid the adjusted sums close to the last hundredth", arguments: UInt64(1)...12)
    func ellipsoid(seed: UInt64) throws {
        // Without a zone number before the easting the board lies 500 km west of the meridian, at the equator: an extreme.
        try project.adopt(PROJ().coordinateSystem("EPSG:4547"))
        var dice = SplitMix(state: seed)
        let boundary = star(&dice, corners: 60)
        let clipped = try GEOS().intersection(boundary, rectangle(0, 0, 600, 400))
        let analysis = try analyse(clipped)
        let official = try OfficialArea(crs: PROJ().coordinateSystem("EPSG:4547"))
        #expect(analysis.area == Int64((try official.area(of: clipped) * 100).rounded()))
        #expect(analysis.area < analysis.plane && analysis.unsurveyed == nil, "seed \(seed)")
        #expect(analysis.sums.reduce(0) { $0 + $1.area } == analysis.area, "seed \(seed)")
        #expect(analysis.adjustment.moves.reduce(0) { $0 + $1.moved } == analysis.adjustment.difference)
        for parcel in analysis.parcels {
            #expect(parcel.raw == Int64((try official.area(of: parcel.shape) * 100).rounded()))
        }
    }

    // MARK: Kept

    @Test("The same boundary is held against the analysis before; a project that is read only keeps nothing")
    func kept() throws {
        let first = try analyse(rectangle(0, 0, 200, 200))
        #expect(first.number == 1 && first.comparison == nil)
        let again = try analyse(rectangle(0, 0, 200, 200))
        #expect(again.number == 2 && again.comparison?.number == 1 && again.comparison?.isEmpty == true)
        _ = try project.addLayer("STBHHX", .controlLine, [rectangle(150, 150, 400, 400)])
        let later = try analyse(rectangle(0, 0, 200, 200))
        #expect(later.comparison?.meetings.map { $0.now?.area } == [250_000])
        #expect(later.comparison?.sums.isEmpty == true)
        #expect(try analyse(rectangle(0, 0, 200, 201)).comparison == nil)
        let other = try analyse(rectangle(0, 0, 200, 200), AnalysisRequest(target: .plan2023("0701")))
        #expect(other.comparison == nil && other.number == 5)
        let kept = try project.analyses()
        #expect(kept.map(\.id) == [5, 4, 3, 2, 1] && kept.allSatisfy { $0.who == project.who })
        #expect(try project.analysis(3).comparison?.number == 2)
        #expect(try project.analysis(1).kept.boundary.shape == rectangle(0, 0, 200, 200))
        // The list counts in the database what the records hold.
        for one in kept {
            let record = try project.analysis(one.id).kept.record
            let broken = record.findings.filter(\.isBroken)
            #expect(one.area == record.area && one.target == record.target)
            #expect(one.met == Int64(record.meetings.count { $0.verdict == .overlap }), "\(one)")
            #expect(one.broken == Int64(broken.count) && one.brokenRules == Int64(Set(broken.map(\.rule)).count))
            #expect(one.unchecked == Int64(record.findings.count - broken.count))
        }
        #expect(kept.contains { $0.met > 0 })
        #expect(try project.examine(deep: true).filter { !$0.isWell }.isEmpty)
        let path = project.path
        let reader = try Project.open(at: path, readOnly: true)
        defer { try? reader.close() }
        let seen = try reader.analyse(AnalysedBoundary(name: "b", shape: rectangle(0, 0, 200, 200)))
        #expect(seen.number == nil && seen.comparison?.number == 3)
    }

    // MARK: Wrong boundaries

    private func refusal(_ shape: Shape) -> String {
        do {
            _ = try analyse(shape)
            return ""
        } catch { return "\(error)" }
    }

    @Test("A wrong boundary gets its sentence")
    func wrong() throws {
        let bow = Shape(polygon: [
            [
                Point(x: 0, y: 0), Point(x: 100, y: 100), Point(x: 100, y: 0), Point(x: 0, y: 120), Point(x: 0, y: 0),
            ]
        ])
        #expect(refusal(bow).contains("Self-intersection (54.545, 54.545)"))
        // The loops of an even one cancel out; it is told all the same.
        let even = Shape(polygon: [
            [
                Point(x: 0, y: 0), Point(x: 100, y: 100), Point(x: 100, y: 0), Point(x: 0, y: 100), Point(x: 0, y: 0),
            ]
        ])
        #expect(refusal(even).contains("Self-intersection (50.0, 50.0)"))
        #expect(refusal(rectangle(0, 0, 0.05, 0.05)).contains("encloses no area"))
        let flat = Shape(polygon: [[Point(x: 0, y: 0), Point(x: 50, y: 50), Point(x: 100, y: 100), Point(x: 0, y: 0)]])
        #expect(refusal(flat).contains("encloses no area"))
        #expect(refusal(Shape(line: [Point(x: 0, y: 0), Point(x: 9, y: 9)])).contains("no polygon"))
        #expect(refusal(rectangle(20_000, 0, 20_100, 100)).hasSuffix("it is 19 km away: is its zone right?"))
        #expect(refusal(rectangle(39_000_100, 0, 39_000_200, 100)).contains("carry the zone number 39"))
        #expect(refusal(rectangle(0, 450, 100, 580)).contains("axes swapped"))
    }

    // MARK: Rules

    @Test("The rules answer as for a draft that gives the same parcels the same class", arguments: UInt64(1)...10)
    func rules(seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        _ = try project.addLayer("YJJBNTTB", .controlLine, (0..<3).map { _ in star(&dice, corners: 7) })
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("rules", kind: .town, base: layer, line: "")
        var shapes: [Int64: Shape] = [:]
        try project.outlines(of: layer, plan: 0, in: layer.box) { shapes[$0.uid] = $0.shape }
        let chosen = shapes.keys.sorted().filter { _ in Bool.random(using: &dice) }
        let code = LandUseCode.plan2023(["0701", "1001", "1202"][Int(seed % 3)])
        _ = try project.setClass(of: chosen, to: code, in: plan.id, line: "")
        let check = try project.check(plan, scope: .draft, date: "2026-06-30")
        let boundary = try GEOS().union(chosen.compactMap { shapes[$0] })
        let analysis = try analyse(boundary, AnalysisRequest(target: code, day: "2026-06-30"))
        func told(_ findings: [RuleFinding]) -> [String] {
            findings.map {
                let area = $0.area.map { String(($0 * 100).rounded()) } ?? "-"
                return "\($0.rule.id) \($0.verdict) \($0.uid ?? 0) \($0.object ?? 0) \(area) \($0.reason)"
            }.sorted()
        }
        #expect(told(analysis.findings) == told(check.findings), "seed \(seed)")
        #expect(analysis.held == check.held && analysis.unconcerned == check.unconcerned, "seed \(seed)")
    }
}
