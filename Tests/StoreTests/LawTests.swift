import Foundation
import GRDB
import Geometry
import Planning
import Testing

@testable import Store

/// What holds whatever people do, tried with random sequences of steps.
@Suite struct LawTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Everything that a plan's steps may change, but the journal: edits, their places, sums and overviews, row by row.
    private func state(_ project: Project, _ plan: Int64) throws -> [String] {
        try project.read { db throws in
            try [
                "SELECT layer, uid, op, class, unit, area, net, attributes, geom FROM plan_edit WHERE plan = ? ORDER BY uid",
                """
                SELECT layer, unit, class, count, area, net FROM plan_summary
                WHERE plan = ? AND (count <> 0 OR area <> 0 OR net <> 0) ORDER BY 1, 2, 3
                """,
                """
                SELECT layer, level, tile_row, tile_column, hex(cells) FROM overview WHERE plan = ? ORDER BY 1, 2, 3, 4
                """,
                """
                SELECT uid, min_x, max_x, min_y, max_y FROM plan_edit_place AS r JOIN plan_edit AS e ON e.id = r.id
                WHERE plan = ? ORDER BY uid
                """,
            ].flatMap { sql in
                try Row.fetchAll(db, sql: sql, arguments: [plan]).map { row in
                    row.databaseValues.map(\.description).joined(separator: "|")
                }
            }
        }
    }

    /// The sums of a plan, one edit after another: the naive twin of the triggers.
    private func freshSums(_ project: Project, plan: Int64) throws -> [String: [Int64]] {
        try project.read { db throws in
            var sums: [String: [Int64]] = [:]
            func add(_ row: Row, _ sign: Int64) {
                let key = "\(row["layer"] as Int64) \(row["unit"] as Int64) \(row["class"] as Int64)"
                let values: [Int64] = [1, row["area"], row["net"]].map { $0 * sign }
                sums[key] = zip(sums[key] ?? [0, 0, 0], values).map(+)
            }
            for edit in try Row.fetchAll(db, sql: "SELECT * FROM plan_edit WHERE plan = ?", arguments: [plan]) {
                let base = try Row.fetchOne(
                    db, sql: "SELECT * FROM feature WHERE uid = ?", arguments: [edit["uid"] as Int64])
                if let base { add(base, -1) }
                add(edit, 1)
            }
            return sums.filter { $0.value != [0, 0, 0] }
        }
    }

    private func keptSums(_ project: Project, plan: Int64) throws -> [String: [Int64]] {
        try project.read { db throws in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM plan_summary WHERE plan = ?", arguments: [plan])
            let pairs = rows.map { row -> (String, [Int64]) in
                (
                    "\(row["layer"] as Int64) \(row["unit"] as Int64) \(row["class"] as Int64)",
                    [row["count"], row["area"], row["net"]]
                )
            }
            return Dictionary(uniqueKeysWithValues: pairs).filter { $0.value != [0, 0, 0] }
        }
    }

    @Test(
        "Undo after do changes nothing, redo after undo neither; sums, overviews and indexes follow",
        arguments: [UInt64(1), 3])
    func steps(seed: UInt64) throws {
        let project = try scratch.chessboard(columns: 12, rows: 10)
        let layer = try project.layer(named: "DLTB")
        let plans = try ["a", "b"].map { try project.newPlan($0, kind: .town, base: layer, line: "").id }
        let codes = ["0701", "1001", "0601", "1207"]
        var dice = SplitMix(state: seed)
        /// The states before each step that stands, and after each that was taken back, for each plan.
        var (past, future): ([Int64: [[String]]], [Int64: [[String]]]) = ([:], [:])

        for round in 0..<20 {
            let plan = plans[Int.random(in: 0...1, using: &dice)]
            let before = try state(project, plan)
            switch Int.random(in: 0..<10, using: &dice) {
            case 0..<6:
                let uids = (0..<Int.random(in: 1...15, using: &dice)).map { _ in Int64.random(in: 1...120, using: &dice)
                }
                let code = codes[Int.random(in: 0..<codes.count, using: &dice)]
                let outcome = try project.setClass(
                    of: Array(Set(uids)), to: .plan2023(code), in: plan, line: "\(round)")
                guard outcome.count > 0 else { continue }
                past[plan, default: []].append(before)
                future[plan] = []
            case 6..<9:
                guard let expected = past[plan]?.popLast() else {
                    #expect(throws: (any Error).self) { try project.undo(in: plan, line: "undo") }
                    continue
                }
                future[plan, default: []].append(before)
                _ = try project.undo(in: plan, line: "undo")
                #expect(try state(project, plan) == expected, "seed \(seed), round \(round): undo")
            default:
                guard let expected = future[plan]?.popLast() else {
                    #expect(throws: (any Error).self) { try project.redo(in: plan, line: "redo") }
                    continue
                }
                past[plan, default: []].append(before)
                _ = try project.redo(in: plan, line: "redo")
                #expect(try state(project, plan) == expected, "seed \(seed), round \(round): redo")
            }
            #expect(try keptSums(project, plan: plan) == freshSums(project, plan: plan), "seed \(seed), round \(round)")
        }
        for plan in plans { try expectPicture(project, layer, plan, "seed \(seed), plan \(plan)") }
        #expect(try project.examine(deep: true).filter { !$0.isWell }.isEmpty, "seed \(seed)")
        #expect(try project.verifyJournal().broken == nil)
        try project.close()
    }

    /// The plan's overview is what it would be if all of it were painted now.
    private func expectPicture(_ project: Project, _ layer: Layer, _ plan: Int64, _ what: String) throws {
        func tiles() throws -> [String] {
            try project.read { db throws in
                try Row.fetchAll(
                    db,
                    sql:
                        "SELECT level, tile_row, tile_column, hex(cells) FROM overview WHERE plan = ? AND layer = ? ORDER BY 1, 2, 3",
                    arguments: [plan, layer.id]
                ).map { $0.databaseValues.map(\.description).joined(separator: "|") }
            }
        }
        let kept = try tiles()
        try project.change { db in
            try db.execute(sql: "DELETE FROM overview WHERE plan = ? AND layer = ?", arguments: [plan, layer.id])
            try Project.mendOverview(OverviewStretch(plan: plan, layer: layer.id), layer.box, in: db)
        }
        #expect(try tiles() == kept, "\(what)")
    }

    @Test("The R-tree finds what a full scan finds", arguments: UInt64(1)...3)
    func tree(seed: UInt64) throws {
        let project = try scratch.chessboard(columns: 25, rows: 20)
        var dice = SplitMix(state: seed)
        try project.read { db throws in
            #expect(try String.fetchOne(db, sql: "SELECT rtreecheck('rtree_DLTB_2020_geom')") == "ok")
            #expect(try String.fetchOne(db, sql: "SELECT rtreecheck('plan_edit_place')") == "ok")
            for _ in 0..<40 {
                let (x, y) = (
                    Double.random(in: -100...2600, using: &dice), Double.random(in: -100...2100, using: &dice)
                )
                let (w, h) = (Double.random(in: 0...900, using: &dice), Double.random(in: 0...900, using: &dice))
                let box: StatementArguments = [x, x + w, y, y + h]
                let byTree = try Int64.fetchSet(
                    db,
                    sql:
                        "SELECT id FROM rtree_DLTB_2020_geom WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?",
                    arguments: box)
                let byScan = try Int64.fetchSet(
                    db,
                    sql: """
                        SELECT fid FROM DLTB_2020
                        WHERE ST_MaxX(geom) >= ? AND ST_MinX(geom) <= ? AND ST_MaxY(geom) >= ? AND ST_MinY(geom) <= ?
                        """, arguments: box)
                #expect(byTree.isSuperset(of: byScan), "seed \(seed): \(x) \(y) \(w) \(h)")
                #expect(byTree.count - byScan.count <= 50, "seed \(seed)")
            }
        }
    }

    @Test("An older project is brought up to date at once, with a copy beside it; a failing migration changes nothing")
    func migration() throws {
        let project = try scratch.chessboard()
        let now = Schema.migrations.count
        let steps =
            Schema.migrations + [{ "CREATE TABLE later(id INTEGER PRIMARY KEY); INSERT INTO later VALUES (7);" }]
        #expect(throws: (any Error).self) {
            try project.migrate(from: now, by: steps + [{ "CREATE TABLE more(x); SELECT nosuch FROM nowhere;" }])
        }
        try project.read { db throws in
            #expect(try db.tableExists("later") == false)
            #expect(try db.tableExists("more") == false)
            #expect(try Project.setting("schema_version", in: db) == "\(now)")
        }
        try project.migrate(from: now, by: steps)
        try project.read { db throws in
            #expect(try Int.fetchOne(db, sql: "SELECT id FROM later") == 7)
            #expect(try Project.setting("schema_version", in: db) == "\(now + 1)")
        }
        #expect(try project.verifyJournal().broken == nil)
        #expect(try project.journal(limit: 1).first?.detail == "schema \(now) to \(now + 1)")
        let path = project.path
        try project.close()
        let copy = try Project.open(at: path + ".schema\(now).backup")
        #expect(try copy.count(ParcelQuery()) >= 0)
        #expect(try copy.examine(deep: true).filter { !$0.isWell }.isEmpty)
        try copy.close()
        #expect(throws: (any Error).self) { try Project.open(at: path) }
    }
}

/// splitmix64: the same numbers for the same seed everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
