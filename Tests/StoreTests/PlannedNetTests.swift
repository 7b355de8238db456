import Foundation
import GRDB
import Geometry
import Planning
import Testing

@testable import Store

/// Net areas of drafted parcels, on a board of squares of 100 m: 1 ha is 1,000,000 hundredths. Columns are 0101, 0103
/// with a ridge factor (KCXS) of 0.1, 0301, 0702, 1001 and an unknown class; parcel `1 + row · 6 + column`.
@Suite struct PlannedNetTests {
    let scratch: Scratch
    let project: Project
    let survey: Layer
    let plan: Int64

    init() throws {
        scratch = try Scratch()
        project = try scratch.chessboard()
        survey = try project.layer(named: "DLTB")
        plan = try project.newPlan("a", kind: .town, base: survey, line: "").id
    }

    private func line(_ points: (Double, Double)...) -> Division {
        .along(Shape(line: points.map { Point(x: $0.0, y: $0.1) }))
    }

    /// Area and net area of a drafted parcel.
    private func areas(_ uid: Int64) throws -> [Int64] {
        try project.read { db throws in
            let row = try Row.fetchOne(
                db, sql: "SELECT area, net FROM plan_edit WHERE plan = ? AND uid = ?", arguments: [plan, uid])
            return row.map { [$0["area"], $0["net"]] } ?? []
        }
    }

    /// The law: the net areas of the plan's world, class by class, are those of its net balance, and the ridges are what
    /// is left of the areas.
    private func expectBalance(_ what: String) throws {
        let balance = try project.consequences(of: plan).netBalance
        let sums = try project.classSums(of: survey, plan: plan)
        let classes = try project.classes()
        for sum in sums where sum.class != 0 {
            guard let code = classes[sum.class]?.code, code.code != "1203" else { continue }
            #expect(balance.after(code) == sum.net, "\(what): \(code)")
        }
        #expect(
            balance.after(.survey("1203")) == sums.reduce(0) { $0 + $1.area - $1.net }, "\(what): the ridges")
    }

    private func set(_ uids: [Int64], _ code: LandUseCode) throws {
        _ = try project.setClass(of: uids, to: code, in: plan, line: "set-class")
    }

    @Test("Fields that become houses lose their ridges, fields that stay fields keep them")
    func classes() throws {
        try set([2], .plan2023("0701"))
        #expect(try areas(2) == [1_000_000, 1_000_000])
        try expectBalance("houses")
        // Paddy on dry land: a tenth stays ridge.
        try set([2], .survey("0101"))
        #expect(try areas(2) == [1_000_000, 900_000])
        try set([2], .plan2023("0301"))
        #expect(try areas(2) == [1_000_000, 1_000_000])
        try set([2], .plan2023("0103"))
        #expect(try areas(2) == [1_000_000, 900_000])
        // A homestead given back to the plough: no survey has found a factor for it yet.
        try set([4], .plan2023("0103"))
        #expect(try areas(4) == [1_000_000, 1_000_000])
        try expectBalance("fields")
        // What was given up is reckoned by the base, whatever is planned: 0.9 of the dry land at 8.
        try set([8], .plan2023("0701"))
        #expect(try project.consequences(of: plan).quota[.cultivatedTaken].net == 900_000)
        try expectBalance("both")
    }

    @Test("Pieces share the ridges by their areas, to the hundredth, and a class of their own undoes that")
    func splits() throws {
        // 33.33 m and 66.67 m of dry land: 333,300 and 666,700, ridges 33,330 and 66,670.
        let made = try project.split(2, line((133.33, -1), (133.33, 101)), in: plan, line: "split").features.sorted {
            $0.area < $1.area
        }
        #expect(try areas(made[0].uid) == [333_300, 299_970])
        #expect(try areas(made[1].uid) == [666_700, 600_030])
        try expectBalance("split")
        try set([made[0].uid], .plan2023("0701"))
        #expect(try areas(made[0].uid) == [333_300, 333_300])
        #expect(try areas(made[1].uid) == [666_700, 600_030])
        // The houses' piece is split again and one half of it ploughed again: 166,650 less ridges of 16,665.
        let halves = try project.split(made[0].uid, line((99, 50), (134, 50)), in: plan, line: "split").features
        #expect(try halves.map { try areas($0.uid) } == [[166_650, 166_650], [166_650, 166_650]])
        try set([halves[0].uid], .survey("0103"))
        #expect(try areas(halves[0].uid) == [166_650, 149_985])
        try expectBalance("split again")
        for _ in 0..<4 { _ = try project.undo(in: plan, line: "undo") }
        #expect(try areas(2) == [])
        try expectBalance("undone")
    }

    @Test("A merge adds up: fields with what they have, anything else whole")
    func merges() throws {
        let fields = try project.merge([1, 2], to: .survey("0101"), in: plan, line: "merge").features
        #expect(try areas(fields[0].uid) == [2_000_000, 1_900_000])
        let mixed = try project.merge([8, 9], to: .plan2023("0103"), in: plan, line: "merge").features
        #expect(try areas(mixed[0].uid) == [2_000_000, 1_900_000])
        let wood = try project.merge([14, 15], to: .plan2023("0301"), in: plan, line: "merge").features
        #expect(try areas(wood[0].uid) == [2_000_000, 2_000_000])
        try expectBalance("merges")
        // A quarter of the mixed field, all of it from the dry land: 500,000 less 50,000.
        let pieces = try project.split(mixed[0].uid, line((150, 99), (150, 201)), in: plan, line: "split").features
        #expect(
            try pieces.map { try areas($0.uid) }.sorted { $0[0] < $1[0] } == [
                [500_000, 450_000], [1_500_000, 1_450_000],
            ])
        try expectBalance("split")
    }

    @Test("A corner that moves takes net area along")
    func vertex() throws {
        // 500 m² of parcel 2, of which 50 m² are ridges, come to the paddy at 1; the same above, at 7 and 8.
        _ = try project.changeVertex(of: 1, .move(3, to: Point(x: 110, y: 100)), in: plan, line: "vertex")
        #expect(try areas(1) == [1_050_000, 1_045_000])
        #expect(try areas(2) == [950_000, 855_000])
        try expectBalance("corner")
        try set([2], .plan2023("0701"))
        #expect(try areas(2) == [950_000, 950_000])
        try expectBalance("houses")
    }

    @Test("What is published has the net area that was drafted")
    func published() throws {
        let county = try Published(scratch)
        let plan = try county.ann.newPlan("a", kind: .siteSelection, base: county.survey, line: "").id
        _ = try county.ann.setClass(of: [2], to: .plan2023("0701"), in: plan, line: "")
        _ = try county.ann.setClass(of: [8], to: .plan2023("0101"), in: plan, line: "")
        try county.publish(plan)
        let rows = try county.ann.read { db throws in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT c.code, f.area, f.net FROM publication AS p JOIN feature AS f ON f.uid = p.uid
                    JOIN land_class AS c ON c.id = f.class WHERE p.plan = ? AND f.valid_to IS NULL ORDER BY 1
                    """, arguments: [plan]
            ).map { row -> [String] in [row["code"], "\(row["area"] as Int64)", "\(row["net"] as Int64)"] }
        }
        #expect(rows == [["0101", "1000000", "900000"], ["0701", "1000000", "1000000"]])
    }
}
