import Foundation
import Geometry
import Phrases
import Planning
import Store
import Testing

@Suite struct ProjectTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("A list shows the base, then what a plan makes of it, then the base again")
    func planning() throws {
        let project = try scratch.chessboard()
        let layer = try project.layer(named: "DLTB")
        try project.stand(Here(layer: layer.id))
        let base = try project.parcels(ParcelQuery(), limit: 100)
        #expect(base.count == 24)
        let classes = try project.classes()
        #expect(base.prefix(6).map { classes[$0.class]?.code.code } == boardClasses.map { $0 })
        // 10,000 m² with a ridge factor of 0.1.
        #expect(base[1].net == 900_000)
        #expect(base[0].net == 1_000_000)

        let plan = try project.newPlan("north", kind: .county, base: layer, line: "plan new north")
        let outcome = try project.setClass(
            of: [1, 2, 3], to: .plan2023("0701"), in: plan.id, line: "plan set-class 1-3")
        #expect(outcome.count == 3)
        #expect(outcome.area == 3_000_000)
        try project.stand(Here(plan: plan.id, layer: layer.id))
        func codes() throws -> [String?] {
            try project.parcels(ParcelQuery(), limit: 4).map { classes[$0.class]?.code.description }
        }
        #expect(try codes() == ["plan2023:0701", "plan2023:0701", "plan2023:0701", "survey:0702"])
        #expect(try project.count(ParcelQuery()) == 24)
        #expect(try project.count(ParcelQuery(filter: .edited)) == 3)

        _ = try project.undo(in: plan.id, line: "undo")
        #expect(try codes() == ["survey:0101", "survey:0103", "survey:0301", "survey:0702"])
        _ = try project.redo(in: plan.id, line: "redo")
        #expect(try codes().first == "plan2023:0701")
        #expect(throws: Refusal.self) { try project.redo(in: plan.id, line: "redo") }
        #expect(try project.verifyJournal().broken == nil)
        try project.close()
    }

    @Test("Pages forward and backward walk the same list, in every order", arguments: ParcelQuery.Sort.allCases)
    func pages(sort: ParcelQuery.Sort) throws {
        let project = try scratch.chessboard(columns: 7, rows: 9)
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("p", kind: .town, base: layer, line: "")
        _ = try project.setClass(of: [5, 9, 60], to: .plan2023("1001"), in: plan.id, line: "")
        try project.stand(Here(plan: plan.id, layer: layer.id))
        for descending in [false, true] {
            let query = ParcelQuery(sort: sort, descending: descending)
            let all = try project.parcels(query, limit: 1000)
            #expect(all.count == 63)
            #expect(Set(all.map(\.uid)).count == 63)
            var forward: [Parcel] = []
            while true {
                let page = try project.parcels(query, after: forward.last.map(query.key), limit: 10)
                if page.isEmpty { break }
                forward += page
            }
            #expect(forward == all)
            let tail = try project.parcels(query, backward: true, limit: 10)
            #expect(tail == all.suffix(10))
            #expect(
                try project.parcels(query, after: query.key(of: all[40]), backward: true, limit: 10)
                    == Array(all[30..<40]))
            #expect(try project.rank(of: all[17], in: query) == 17)
            #expect(try project.parcels(query, offset: 17, limit: 3) == Array(all[17..<20]))
        }
    }

    @Test("Users' SQL filters, and can do nothing else")
    func filters() throws {
        let project = try scratch.chessboard()
        let layer = try project.layer(named: "DLTB")
        try project.stand(Here(layer: layer.id))
        func count(_ text: String) throws -> Int { try project.count(ParcelQuery(filter: .init(text))) }
        #expect(try count("= class_code = '0101'") == 4)
        #expect(try count("= area_m2 > 9999 AND unit_name LIKE '%002'") == 12)
        #expect(try count("水田") == 4)
        #expect(try count("paddy 9000010000010") == 4)
        #expect(try count("survey:01") == 8)
        #expect(try count("nothing") == 0)
        for attack in [
            "= 1); DELETE FROM feature; --", "= uid IN (SELECT id FROM journal)", "= load_extension('x')",
            "= 1 UNION SELECT sql FROM sqlite_master", "= (SELECT value FROM project LIMIT 1) = 1", "= (",
            "= randomblob(9)",
            "= nosuch = 1", "= uid IN (WITH parcel AS (SELECT id FROM journal) SELECT id FROM parcel)",
            "= (SELECT count(*) FROM journal) > 0", "= EXISTS (SELECT 1 FROM (SELECT value FROM project) AS land)",
            "= uid IN (SELECT fid FROM DLTB_2020 AS parcel)", "= writefile('x', 'y') IS NULL", "= 1; ATTACH 'x' AS y",
            "= (SELECT 1 FROM pragma_table_info('journal'))",
        ] {
            #expect(throws: Refusal.self, "\(attack)") { try count(attack) }
        }
        #expect(try project.count(ParcelQuery()) == 24)

        // Lists, not only counts: SQLite asks for more where it sorts.
        let plan = try project.newPlan("p", kind: .town, base: layer, line: "")
        _ = try project.setClass(of: [1, 2], to: .plan2023("0701"), in: plan.id, line: "")
        try project.stand(Here(plan: plan.id, layer: layer.id))
        for sort in ParcelQuery.Sort.allCases {
            let query = ParcelQuery(filter: .init("= class_code = '0701' AND area_m2 > 1"), sort: sort)
            #expect(Set(try project.parcels(query, limit: 10).map(\.uid)) == [1, 2])
            #expect(try project.parcels(query, offset: 1, limit: 10).count == 1)
        }
    }

    @Test("A filter that would never end is stopped")
    func endless() throws {
        let project = try scratch.chessboard()
        try project.stand(Here(layer: try project.layer(named: "DLTB").id))
        let endless =
            "= uid IN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0)"
        #expect(throws: Refusal.self) { try project.count(ParcelQuery(filter: .init(endless))) }
        let slow =
            "= (SELECT count(*) FROM parcel a, parcel b, parcel c, parcel d, parcel e, parcel f WHERE a.uid + b.uid + c.uid + d.uid + e.uid + f.uid < 0) = 0"
        do {
            _ = try project.count(ParcelQuery(filter: .init(slow)))
            Issue.record("it ended")
        } catch let refusal as Refusal {
            #expect(refusal.phrase.english.contains("10 seconds"), "\(refusal)")
        }
        #expect(try project.count(ParcelQuery(filter: .init("= uid = 1"))) == 1)
    }

    @Test("A plan's overview is what painting the plan afresh would give")
    func overview() throws {
        let project = try scratch.chessboard(columns: 40, rows: 30)
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("p", kind: .town, base: layer, line: "")
        let ids = [3, 41, 600, 601, 602, 1200].map(Int64.init)
        _ = try project.setClass(of: ids, to: .plan2023("0701"), in: plan.id, line: "")
        _ = try project.setClass(of: [600], to: .plan2023("1001"), in: plan.id, line: "")
        let classes = try project.classes()
        func expectAgreement(_ edits: [Int64: String]) throws {
            for dot in [2.0, 8, 100] {
                let grid = try #require(
                    try project.overview(of: layer, plan: plan.id, box: layer.box, dot: dot, always: true))
                for uid in 1...1200 {
                    let (row, column) = ((uid - 1) / 40, (uid - 1) % 40)
                    let center = Point(x: Double(column) * 100 + 50, y: Double(row) * 100 + 50)
                    let code = edits[Int64(uid)] ?? "survey:" + boardClasses[column % boardClasses.count]
                    let found = classes.values.first { $0.cell == grid.value(at: center) }
                    #expect(found?.code.description == code, "\(uid) at \(dot)")
                }
            }
        }
        var edits = Dictionary(uniqueKeysWithValues: ids.map { ($0, "plan2023:0701") })
        edits[600] = "plan2023:1001"
        try expectAgreement(edits)
        _ = try project.undo(in: plan.id, line: "")
        edits[600] = "plan2023:0701"
        try expectAgreement(edits)
        _ = try project.undo(in: plan.id, line: "")
        try expectAgreement([:])
    }

    @Test("An announced box and an unannounced one give the same overview")
    func twoWays() throws {
        let project = try scratch.chessboard(columns: 20, rows: 20)
        let other = try project.addBoard(table: "DLTB_2021", columns: 20, rows: 20, announced: false)
        let first = try project.layer(named: "DLTB_2020")
        for dot in [1.0, 5, 30] {
            let a = try project.overview(of: first, plan: 0, box: first.box, dot: dot, always: true)
            let b = try project.overview(of: other, plan: 0, box: other.box, dot: dot, always: true)
            #expect(a?.values == b?.values)
        }
    }

    @Test("Summaries equal a fresh sum, through drafts and their undoing")
    func summaries() throws {
        let project = try scratch.chessboard()
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("p", kind: .town, base: layer, line: "")
        func fresh() throws -> [Int64: Int64] {
            try project.stand(Here(plan: plan.id, layer: layer.id))
            return Dictionary(
                try project.parcels(ParcelQuery(), limit: 1000).map { ($0.class, $0.area) }, uniquingKeysWith: +)
        }
        for ids in [[1, 2], [2, 3, 4], [24]] {
            let code = ids.count == 2 ? "0701" : "1001"
            _ = try project.setClass(of: ids.map(Int64.init), to: .plan2023(code), in: plan.id, line: "")
            let kept = Dictionary(
                uniqueKeysWithValues: try project.classSums(of: layer, plan: plan.id).map { ($0.class, $0.area) })
            #expect(kept == (try fresh()))
        }
        for _ in 0..<3 { _ = try project.undo(in: plan.id, line: "") }
        let base = Dictionary(
            uniqueKeysWithValues: try project.classSums(of: layer, plan: 0).map { ($0.class, $0.area) })
        #expect(base == (try fresh()))
    }

    @Test("The feature under a point is the square that holds it")
    func picking() throws {
        let project = try scratch.chessboard()
        let layer = try project.layer(named: "DLTB")
        #expect(try project.feature(of: layer, plan: 0, at: Point(x: 250, y: 150)) == 9)
        #expect(try project.feature(of: layer, plan: 0, at: Point(x: -1, y: 150)) == nil)
    }

    @Test("An import that fails leaves nothing")
    func failedImport() throws {
        let project = try scratch.chessboard()
        struct Stop: Error {}
        let new = NewLayer(
            table: "X", standard: "X", title: "", role: .reference, fields: [], geometry: nil, source: "")
        #expect(throws: Stop.self) {
            try project.addLayer(new, line: "") { _ in
                throw Stop()
            } detail: { _ in
                ""
            }
        }
        #expect(try project.layers().map(\.table) == ["DLTB_2020"])
        #expect(try project.count(ParcelQuery()) == 0)
        #expect(try project.journal().first?.line == "import board")
    }
}
