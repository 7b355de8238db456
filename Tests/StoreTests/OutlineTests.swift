import Foundation
import GRDB
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// Operations on outlines, one by one, on a board of squares of 100 m (no coordinate system: areas of the plane). Parcel
/// `1 + row · 6 + column`; expected values are arithmetic on paper.
@Suite struct OutlineTests {
    let scratch: Scratch
    let project: Project
    let plan: Int64

    init() throws {
        scratch = try Scratch()
        project = try scratch.chessboard()
        plan = try project.newPlan("a", kind: .town, base: project.layer(named: "DLTB"), line: "").id
    }

    private func line(_ points: (Double, Double)...) -> Division {
        .along(Shape(line: points.map { Point(x: $0.0, y: $0.1) }))
    }

    private func rows() throws -> [String] {
        try project.read { db throws in
            try ["plan_edit", "plan_origin", "lineage", "attachment"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY 1, 2, 3").map { row in
                    row.databaseValues.map { value in
                        if case .blob(let data) = value.storage {
                            data.base64EncodedString()
                        } else {
                            value.description
                        }
                    }.joined(separator: "|")
                }
            }
        }
    }

    /// Does a step, takes it back and makes it again; all rows are as before, and as after.
    @discardableResult
    private func thereAndBack(_ what: String, _ step: () throws -> DraftOutcome) throws -> DraftOutcome {
        let before = try rows()
        let made = try step()
        let after = try rows()
        #expect(before != after, "\(what)")
        _ = try project.undo(in: plan, line: "undo")
        #expect(try rows() == before, "undo of \(what)")
        _ = try project.redo(in: plan, line: "redo")
        #expect(try rows() == after, "redo of \(what)")
        return made
    }

    /// A step that must not be, with what the sentence must say.
    private func refused(
        _ words: String, _ step: () throws -> DraftOutcome, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try rows()
        do {
            _ = try step()
            Issue.record("not refused: \(words)", sourceLocation: sourceLocation)
        } catch let refusal as Refusal {
            #expect(refusal.phrase.english.contains(words), sourceLocation: sourceLocation)
        }
        #expect(try rows() == before, sourceLocation: sourceLocation)
    }

    private func shape(_ uid: Int64) throws -> Shape { try #require(try project.shape(of: uid, plan: plan)) }

    private func facts(_ uid: Int64) throws -> [Int64] {
        try project.read { db throws in
            let row = try Row.fetchOne(
                db, sql: "SELECT class, unit, area, net FROM plan_edit WHERE plan = ? AND uid = ?",
                arguments: [plan, uid])
            return row.map { [$0["class"], $0["unit"], $0["area"], $0["net"]] } ?? []
        }
    }

    /// The net area that the land of a feature has in the base.
    private func givenUp(by uid: Int64) throws -> Int64? {
        try project.read { db throws in
            try Int64.fetchOne(
                db, sql: "SELECT sum(net) FROM plan_origin WHERE plan = ? AND uid = ?", arguments: [plan, uid])
        }
    }

    @Test("A split divides area and net area, and gives the neighbours its corners")
    func split() throws {
        // Parcel 2 (100…200, 0…100) has ridges of a tenth.
        let made = try thereAndBack("split") {
            try project.split(2, line((130, -5), (130, 105)), in: plan, line: "split")
        }
        #expect(made.features.map(\.area) == [700_000, 300_000])
        #expect(try facts(made.features[0].uid)[3] == 630_000)
        #expect(try facts(made.features[1].uid)[3] == 270_000)
        #expect(try shape(8).points.contains(Point(x: 130, y: 100)))
        #expect(try facts(8)[2...] == [1_000_000, 900_000])
        #expect(try project.shape(of: 2, plan: plan) == nil)
        #expect(try project.parcel(made.features[0].uid) == nil)
        // A piece can be split again, and both come from parcel 2.
        let again = try thereAndBack("split again") {
            try project.split(made.features[0].uid, line((100, 50), (300, 50)), in: plan, line: "split")
        }
        #expect(again.features.map(\.area) == [350_000, 350_000])
        try project.read { db throws in
            let origins = try Int64.fetchAll(db, sql: "SELECT DISTINCT base FROM plan_origin")
            #expect(origins == [2])
            #expect(try Int64.fetchOne(db, sql: "SELECT sum(net) FROM plan_origin") == 900_000)
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM lineage") == 4)
        }
    }

    @Test("A line may go through corners, along edges, and cross several times")
    func lines() throws {
        let corners = try project.split(1, line((0, 0), (100, 100)), in: plan, line: "")
        #expect(corners.features.map(\.area) == [500_000, 500_000])
        // Along the right edge, then through the middle.
        let edge = try project.split(9, line((300, 90), (300, 150), (150, 150)), in: plan, line: "")
        #expect(edge.features.map(\.area).sorted() == [500_000, 500_000])
        // A zigzag over the upper edge of parcel 3: three teeth of 20 by 40 to the point, 400 m² each.
        let teeth = try project.split(
            3, line((210, 110), (220, 70), (230, 110), (240, 70), (250, 110)), in: plan, line: "")
        // Each tooth is cut at y = 100: 30 of its 40 high, so 15 wide: 225 m².
        #expect(teeth.features.map(\.area).sorted() == [22_500, 22_500, 955_000])
    }

    @Test("An island is cut out and can be split, merged and moved")
    func island() throws {
        let made = try thereAndBack("island") {
            try project.split(1, .along(square(x: 20, y: 20, side: 40)), in: plan, line: "split")
        }
        #expect(made.features.map(\.area) == [840_000, 160_000])
        let ring = made.features[0].uid
        #expect(try shape(ring).ringEnds.count == 2)
        // The island's corner moves in the parcel around it too: 40 · 40 plus triangles of 10 · 40 / 2 at two sides.
        let island = made.features[1].uid
        let corner = try #require(try shape(island).points.firstIndex(of: Point(x: 60, y: 60)))
        let moved = try thereAndBack("move") {
            try project.changeVertex(of: island, .move(corner + 1, to: Point(x: 70, y: 70)), in: plan, line: "")
        }
        #expect(Set(moved.features.map(\.area)) == [200_000, 800_000])
        let back = try thereAndBack("merge") { try project.merge([ring, island], to: nil, in: plan, line: "") }
        #expect(back.features.map(\.area) == [1_000_000])
        #expect(try shape(back.features[0].uid).ringEnds.count == 1)
    }

    @Test("An area on a side, to the hundredth", arguments: [0.0, 37, 90, 180, 213.5])
    func area(bearing: Double) throws {
        let made = try thereAndBack("area") {
            try project.split(1, .area(123_456, bearing: bearing, isLeft: true), in: plan, line: "split")
        }
        #expect(Set(made.features.map(\.area)) == [123_456, 876_544])
        let small = try shape(try #require(made.features.first { $0.area == 123_456 }).uid)
        // Left of a line to the north lies the west: 12.3456 m of 100.
        if bearing == 0 { #expect(abs(small.box.maxX - 12.3456) < 1e-4) }
        if bearing == 90 { #expect(abs(small.box.minY - (100 - 12.3456)) < 1e-4) }
        #expect(abs(small.planeArea - 1234.56) < 0.005)
    }

    @Test("Lines that do not divide are refused, with how far they miss")
    func missed() throws {
        try refused("misses it by 20.0 m") { try project.split(1, line((-20, -5), (-20, 105)), in: plan, line: "") }
        try refused("40.0 m short") { try project.split(1, line((-5, 50), (60, 50)), in: plan, line: "") }
        try refused("runs along") { try project.split(1, line((0, -5), (0, 105)), in: plan, line: "") }
        try refused("no feature 99") { try project.split(99, line((0, -5), (0, 105)), in: plan, line: "") }
        try refused("cannot be split off") {
            try project.split(1, .area(1_000_000, bearing: 0, isLeft: true), in: plan, line: "")
        }
    }

    @Test("A merge adds up what its land comes from")
    func merge() throws {
        try refused("several classes") { try project.merge([1, 2], to: nil, in: plan, line: "") }
        try refused("shares no edge") { try project.merge([1, 3], to: .plan2023("0701"), in: plan, line: "") }
        try refused("shares no edge") { try project.merge([1, 8], to: .plan2023("0701"), in: plan, line: "") }
        try refused("takes two") { try project.merge([1], to: .plan2023("0701"), in: plan, line: "") }
        let made = try thereAndBack("merge") { try project.merge([1, 2], to: .plan2023("0701"), in: plan, line: "") }
        // Houses have no field ridges; the 1,900,000 that the land was worth as fields stand in its origins.
        #expect(try facts(made.features[0].uid)[2...] == [2_000_000, 2_000_000])
        #expect(try givenUp(by: made.features[0].uid) == 1_900_000)
        // The split of a merged parcel keeps the two lands apart: 50 m of the first, 100 of the second.
        let pieces = try thereAndBack("split") {
            try project.split(made.features[0].uid, line((50, -1), (50, 101)), in: plan, line: "")
        }
        #expect(pieces.features.map(\.area) == [1_500_000, 500_000])
        #expect(try givenUp(by: pieces.features[0].uid) == 1_400_000)
        let sums = try project.classChanges(in: plan).reduce(0) { $0 + $1.area }
        #expect(sums == 2_000_000)
    }

    @Test("A corner moves in all that share it, or not at all")
    func vertex() throws {
        // Vertex 3 of parcel 1 is (100, 100), where 1, 2, 7 and 8 meet.
        let made = try thereAndBack("move") {
            try project.changeVertex(of: 1, .move(3, to: Point(x: 110, y: 100)), in: plan, line: "")
        }
        #expect(made.features.map(\.uid) == [1, 2, 7, 8])
        #expect(made.features.map(\.area) == [1_050_000, 950_000, 1_050_000, 950_000])
        try refused("would be broken") {
            try project.changeVertex(of: 1, .move(3, to: Point(x: 0, y: 0)), in: plan, line: "")
        }
        try refused("would be broken") {
            try project.changeVertex(of: 1, .move(3, to: Point(x: -50, y: 50)), in: plan, line: "")
        }
        try refused("meet there") { try project.changeVertex(of: 1, .delete(3), in: plan, line: "") }
        try refused("outer edge") {
            try project.changeVertex(of: 1, .move(1, to: Point(x: 10, y: 10)), in: plan, line: "")
        }
        try refused("no vertex 5") {
            try project.changeVertex(of: 1, .move(5, to: Point(x: 10, y: 10)), in: plan, line: "")
        }
        // Nearer than a centimetre to a corner means the corner.
        _ = try project.changeVertex(of: 1, .move(3, to: Point(x: 100.004, y: 100)), in: plan, line: "")
        #expect(try shape(1).points.contains(Point(x: 100.004, y: 100)))
    }

    @Test("A vertex is added on an edge or beside it, and deleted where two parcels share it")
    func addVertex() throws {
        let added = try thereAndBack("add") {
            try project.changeVertex(of: 1, .add(after: 2, at: Point(x: 120, y: 50)), in: plan, line: "")
        }
        // A triangle of 100 by 20 goes from parcel 2 to parcel 1.
        #expect(added.features.map(\.area) == [1_100_000, 900_000])
        #expect(try shape(1).vertex(3) == Point(x: 120, y: 50))
        try refused("at or beyond its end") {
            try project.changeVertex(of: 1, .add(after: 1, at: Point(x: 150, y: 0)), in: plan, line: "")
        }
        let gone = try thereAndBack("delete") { try project.changeVertex(of: 2, .delete(5), in: plan, line: "") }
        #expect(gone.features.map(\.area) == [1_000_000, 1_000_000])
    }

    @Test("A control line keeps clear of its neighbours; it is clipped, shrunk and removed")
    func controlLine() throws {
        let layer = try project.addLayer("YJJBNTTB", .controlLine, [square(x: 0, y: 0, side: 100)])
        let first = Int64(25)
        let zone = NewZone(shape: square(x: 50, y: 0, side: 100), name: "north", fields: ["DJ=3"])
        let made = try thereAndBack("zone") { try project.addZone(zone, to: layer, in: plan, line: "zone") }
        #expect(made.features.map(\.area) == [500_000])
        #expect(made.note != nil)
        let uid = made.features[0].uid
        try refused("holds all of it") {
            try project.addZone(NewZone(shape: square(x: 10, y: 10, side: 10)), to: layer, in: plan, line: "")
        }
        try refused("no field XX") {
            try project.addZone(NewZone(shape: zone.shape, fields: ["XX=1"]), to: layer, in: plan, line: "")
        }
        try refused("covers the land") {
            try project.addZone(zone, to: project.layer(named: "DLTB"), in: plan, line: "")
        }
        let bow = Shape(polygon: [[(0, 300), (50, 350), (0, 350), (50, 300), (0, 300)].map { Point(x: $0.0, y: $0.1) }])
        try refused("broken") { try project.addZone(NewZone(shape: bow), to: layer, in: plan, line: "") }
        let clipped = try thereAndBack("clip") {
            try project.clip(uid, to: square(x: 0, y: 0, side: 140), keepingInside: true, in: plan, line: "")
        }
        #expect(clipped.features.map(\.area) == [400_000])
        let shrunk = try thereAndBack("shrink") { try project.shrink(uid, byMetres: 10, in: plan, line: "") }
        #expect(shrunk.features.map(\.area) == [160_000])  // 40 by 100 becomes 20 by 80
        try refused("nothing of it") { try project.shrink(uid, byMetres: 10, in: plan, line: "") }
        try refused("takes nothing away") {
            try project.clip(uid, to: square(x: 0, y: 0, side: 500), keepingInside: true, in: plan, line: "")
        }
        let outside = try thereAndBack("clip a base feature") {
            try project.clip(first, to: square(x: 0, y: 0, side: 50), keepingInside: false, in: plan, line: "")
        }
        #expect(outside.features.map(\.area) == [750_000])
        try thereAndBack("remove") { try project.remove([first, uid], in: plan, line: "") }
        try refused("leave a gap") { try project.remove([1], in: plan, line: "") }
        try refused("leave a gap") { try project.shrink(1, byMetres: 1, in: plan, line: "") }
    }

    @Test("A zone of planned use takes the place of what lies beneath")
    func plannedUse() throws {
        let layer = try project.addLayer(
            "GHYDYH", .plannedUse, [square(x: 0, y: 0, side: 100), square(x: 100, y: 0, side: 100)])
        let made = try thereAndBack("zone") {
            try project.addZone(NewZone(shape: square(x: 50, y: 0, side: 100)), to: layer, in: plan, line: "")
        }
        #expect(made.features.map(\.area) == [1_000_000])
        #expect(try facts(25)[2] == 500_000)
        #expect(try facts(26)[2] == 500_000)
        // One that covers both halves wholly takes them away.
        let whole = try thereAndBack("whole") {
            try project.addZone(
                NewZone(
                    shape: Shape(polygon: [
                        [(0, 0), (200, 0), (200, 100), (0, 100), (0, 0)].map { Point(x: $0.0, y: $0.1) }
                    ])),
                to: layer, in: plan, line: "")
        }
        #expect(whole.features.map(\.area) == [2_000_000])
        #expect(try project.shape(of: 25, plan: plan) == nil)
        #expect(try project.shape(of: made.features[0].uid, plan: plan) == nil)
    }

    @Test("Fields are set in their kinds, notes and documents hang on parcels and places")
    func attributes() throws {
        try thereAndBack("set") { try project.setAttributes(of: [1, 2], ["MSSM=01"], in: plan, line: "") }
        try thereAndBack("clear") { try project.setAttributes(of: [2], ["MSSM="], in: plan, line: "") }
        let texts = try project.read { db throws in
            try String.fetchAll(db, sql: "SELECT attributes FROM plan_edit WHERE uid IN (1, 2) ORDER BY uid")
        }
        #expect(texts == [#"{"MSSM":"01"}"#, #"{"MSSM":null}"#])
        // Two features must not come to bear one number.
        try refused("known by") { try project.setAttributes(of: [1], ["BSM=1"], in: plan, line: "") }
        try refused("class: 'plan set-class'") { try project.setAttributes(of: [1], ["DLBM=0701"], in: plan, line: "") }
        try refused("follows from") { try project.setAttributes(of: [1], ["KCXS=1"], in: plan, line: "") }
        let before = try rows()
        _ = try project.attach("look here", content: nil, to: 1, at: nil, in: plan, line: "")
        _ = try project.attach("map.pdf", content: Data("abc".utf8), to: nil, at: Point(x: 5, y: 6), in: plan, line: "")
        let found = try project.attachments(in: plan)
        #expect(found.count == 2)
        // SHA-256 of "abc", FIPS 180-2 appendix B.1.
        #expect(found[1].hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(found[1].size == 3)
        _ = try project.undo(in: plan, line: "")
        _ = try project.undo(in: plan, line: "")
        #expect(try rows() == before)
    }

    @Test("What lies inside a boundary is planned; what it crosses is cut first where that is asked")
    func inside() throws {
        let boundary = square(x: -1, y: -1, side: 151)
        let few = try project.setClass(
            of: nil, inside: boundary, cutting: false, to: .plan2023("0701"), in: plan, line: "")
        #expect(few.area == 1_000_000)
        _ = try project.undo(in: plan, line: "")
        _ = try project.setClass(of: nil, inside: boundary, cutting: true, to: .plan2023("0701"), in: plan, line: "")
        let changes = try project.classChanges(in: plan)
        // 150 by 150 m.
        #expect(changes.reduce(0) { $0 + $1.area } == 2_250_000)
        _ = try project.undo(in: plan, line: "")
        #expect(throws: Refusal.self) {
            try project.setClass(
                of: nil, inside: square(x: 10, y: 10, side: 20), cutting: false, to: .plan2023("0701"), in: plan,
                line: "")
        }
    }
}
