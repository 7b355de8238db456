import Foundation
import GRDB
import Geometry
import Planning
import Testing

@testable import Store

/// What a draft means: sums that triggers keep, and worlds of the past.
@Suite struct ConsequenceTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// The view `change`, summed: the naive twin of `plan_change`.
    private func fresh(_ project: Project, _ plan: Int64) throws -> [String] {
        try project.read { db throws in
            try Project.standing(in: plan, db) {
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT layer || ' ' || from_class || ' ' || to_class || ' ' || count(*) || ' ' || sum(area) || ' '
                            || sum(net) FROM change GROUP BY layer, from_class, to_class ORDER BY 1
                        """)
            }
        }
    }

    private func kept(_ project: Project, _ plan: Int64) throws -> [String] {
        try project.read { db throws in
            try String.fetchAll(
                db,
                sql: """
                    SELECT layer || ' ' || max(source, 0) || ' ' || max(target, 0) || ' ' || sum(count) || ' ' || sum(area)
                        || ' ' || sum(net) FROM plan_change WHERE plan = ?
                    GROUP BY layer, max(source, 0), max(target, 0) HAVING sum(count) <> 0 ORDER BY 1
                    """, arguments: [plan])
        }
    }

    /// Everything that a plan's world is made of, row by row.
    private func world(_ db: Database, _ plan: Int64) throws -> [String] {
        try PastWorld.tables.flatMap { table in
            try Row.fetchAll(db, sql: "SELECT * FROM \(table) WHERE plan = ? ORDER BY 1, 2, 3", arguments: [plan]).map {
                table + "|" + $0.databaseValues.map(\.description).joined(separator: "|")
            }
        }
    }

    /// A step of random rows, as any operation might write them: classes, children of a split with their origins,
    /// features on new land, removals, lineage; changed and taken away again.
    private func scribble(_ project: Project, _ plan: Int64, _ dice: inout SplitMix, layer: Int64) throws {
        let roll = (0..<6).map { _ in Int.random(in: 0..<1000, using: &dice) }
        _ = try project.step(line: "scribble", plan: plan) { db, step in
            let uid = Int64(roll[0] % 40 + 1)
            let base = try Row.fetchOne(db, sql: "SELECT * FROM feature WHERE uid = ?", arguments: [uid])
            let (area, net): (Int64, Int64) = (base?["area"] ?? 0, base?["net"] ?? 0)
            let edit = try Row.fetchOne(
                db, sql: "SELECT id, op FROM plan_edit WHERE plan = ? AND uid = ?", arguments: [plan, uid])
            let codes = try Int64.fetchAll(db, sql: "SELECT id FROM land_class WHERE system = 'plan2023' LIMIT 9")
            let code = codes[roll[1] % codes.count]
            func insert(_ uid: Int64, _ op: String, _ area: Int64, _ net: Int64) throws {
                try db.execute(
                    sql: """
                        INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net)
                        VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?)
                        """,
                    arguments: [
                        try Project.nextNumber("plan_edit", in: db), plan, step, layer, uid, op, code, area, net,
                    ])
            }
            if let edit {
                switch roll[2] % 3 {
                case 0:
                    try db.execute(
                        sql: "UPDATE plan_edit SET class = ? WHERE id = ?", arguments: [code, edit["id"] as Int64])
                case 1:
                    try db.execute(sql: "DELETE FROM plan_origin WHERE plan = ? AND uid = ?", arguments: [plan, uid])
                    try db.execute(
                        sql: "UPDATE plan_edit SET op = ? WHERE id = ?",
                        arguments: [edit["op"] as String == "remove" ? "set" : "remove", edit["id"] as Int64])
                default:
                    try db.execute(sql: "DELETE FROM lineage WHERE plan = ? AND parent = ?", arguments: [plan, uid])
                    try db.execute(sql: "DELETE FROM plan_edit WHERE id = ?", arguments: [edit["id"] as Int64])
                }
                return
            }
            switch roll[2] % 4 {
            case 0: try insert(uid, "set", area, net)
            case 1: try insert(uid, "remove", area, net)
            case 2:
                // Two children; lineage and origins before or after the rows they are about.
                let first = try Project.reserveUIDs(2, in: db)
                func rows() throws {
                    try insert(uid, "remove", area, net)
                    try insert(first, "add", area / 3, net / 3)
                    try insert(first + 1, "add", area - area / 3, net - net / 3)
                }
                if roll[3] % 2 == 0 { try rows() }
                for (child, area, net) in [(first, area / 3, net / 3), (first + 1, area - area / 3, net - net / 3)] {
                    try db.execute(
                        sql: "INSERT INTO plan_origin VALUES (?, ?, ?, ?, ?)", arguments: [plan, child, uid, area, net])
                    try db.execute(
                        sql: "INSERT INTO lineage VALUES (?, ?, ?, ?)", arguments: [child, uid, plan, step])
                }
                if roll[3] % 2 == 1 { try rows() }
            default: try insert(try Project.reserveUIDs(1, in: db), "add", 777, 777)
            }
        }
    }

    @Test("Kept changes are those of the view, whatever is written, undone and redone", arguments: UInt64(1)...3)
    func changes(seed: UInt64) throws {
        let project = try scratch.chessboard(columns: 10, rows: 8)
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("a", kind: .town, base: layer, line: "").id
        var dice = SplitMix(state: seed)
        for round in 0..<40 {
            switch Int.random(in: 0..<10, using: &dice) {
            case 0..<7: try scribble(project, plan, &dice, layer: layer.id)
            case 7, 8: _ = try? project.undo(in: plan, line: "")
            default: _ = try? project.redo(in: plan, line: "")
            }
            #expect(try kept(project, plan) == fresh(project, plan), "seed \(seed), round \(round)")
        }
        try project.change { db in try PlanChanges.reckon(layer: layer.id, in: db) }
        #expect(try kept(project, plan) == fresh(project, plan), "seed \(seed)")
        try project.close()
    }

    @Test(
        "The world of a step is what it was then, also in a file that is open for reading only",
        arguments: [UInt64(7), 8])
    func past(seed: UInt64) throws {
        let project = try scratch.chessboard(columns: 10, rows: 8)
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("a", kind: .town, base: layer, line: "").id
        var dice = SplitMix(state: seed)
        var worlds: [Int64: (before: [String], after: [String])] = [:]
        func now() throws -> [String] { try project.read { db throws in try world(db, plan) } }
        while worlds.count < 15 {
            let last = try project.steps(of: plan, limit: 1).first?.step
            if Int.random(in: 0..<5, using: &dice) == 0 { _ = try? project.undo(in: plan, line: "") }
            let start = try now()
            try scribble(project, plan, &dice, layer: layer.id)
            if let step = try project.steps(of: plan, limit: 1).first?.step, step != last {
                worlds[step] = (start, try now())
            }
        }
        let path = project.path
        try project.close()
        for isReadOnly in [false, true] {
            let project = try Project.open(at: path, readOnly: isReadOnly)
            let present = try project.read { db throws in try world(db, plan) }
            for (step, expected) in worlds {
                for isBefore in [true, false] {
                    let seen = try project.seeing(step: step, of: plan, before: isBefore) {
                        try project.read { db throws in try world(db, plan) }
                    }
                    #expect(
                        seen == (isBefore ? expected.before : expected.after), "seed \(seed), step \(step) \(isBefore)")
                }
            }
            #expect(try project.read { db throws in try world(db, plan) } == present)
            #expect(throws: (any Error).self) { try project.seeing(step: 999, of: plan) {} }
            try project.close()
        }
    }

    @Test("The overview of a step's world is the one that stood then")
    func pastPicture() throws {
        let project = try scratch.chessboard(columns: 12, rows: 10)
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("a", kind: .town, base: layer, line: "").id
        func picture() throws -> [UInt16] {
            try project.overview(of: layer, plan: plan, box: layer.box, dot: 40, always: true)?.values ?? []
        }
        var pictures = [try picture()]
        for (uids, code) in [([1, 2, 3, 40], "0701"), ([2, 77], "1001"), ([1, 118], "0601")] as [([Int64], String)] {
            _ = try project.setClass(of: uids, to: .plan2023(code), in: plan, line: code)
            pictures.append(try picture())
        }
        _ = try project.undo(in: plan, line: "undo")
        #expect(Set(pictures).count == 4)
        for step in 1...3 {
            #expect(try project.seeing(step: Int64(step), of: plan) { try picture() } == pictures[step])
            #expect(
                try project.seeing(step: Int64(step), of: plan, before: true) { try picture() } == pictures[step - 1])
        }
        #expect(try picture() == pictures[2])
        // A change after having looked goes into the file, not into what was looked at.
        _ = try project.setClass(of: [9], to: .plan2023("0701"), in: plan, line: "9")
        #expect(try project.examine(deep: true).filter { !$0.isWell }.isEmpty)
        try project.close()
    }

    @Test("Balance, quotas and difference of a draft, reckoned by hand")
    func board() throws {
        // Six columns of 100 m squares: 0101, 0103 (a tenth of it ridges), 0301, 0702, 1001, an unknown 9999.
        let project = try scratch.chessboard()
        let layer = try project.layer(named: "DLTB")
        let plan = try project.newPlan("a", kind: .town, base: layer, line: "").id
        // Uids run by row: 1 is paddy, 2 dry land, 3 forest, 4 a homestead.
        _ = try project.setClass(of: [1, 2], to: .plan2023("0701"), in: plan, line: "1")
        _ = try project.setClass(of: [4], to: .plan2023("0103"), in: plan, line: "2")
        let found = try project.consequences(of: plan)
        #expect(found.touched.set == 3)
        // 1 ha each, in hundredths of a square metre; of the dry land 900,000 are net.
        let quota = found.quota
        #expect(quota[.newConstruction] == .init(count: 2, area: 2_000_000, net: 1_900_000))
        #expect(quota[.cultivatedTaken].net == 1_900_000)
        #expect(quota[.paddyTaken].net == 1_000_000)
        #expect(quota[.cultivatedMadeUp].net == 1_000_000)
        #expect(quota[.occupationBalance].net == -900_000)
        #expect(quota[.linkBalance].area == -1_000_000)
        let balance = found.balance
        #expect(balance.before(.survey("0101")) == 4_000_000)
        #expect(balance.after(.survey("0101")) == 3_000_000)
        #expect(balance.after(.plan2023("0701")) == 2_000_000)
        #expect(balance.cells.values.reduce(0, +) == 24_000_000)
        let net = found.netBalance
        #expect(net.before(.survey("0103")) == 3_600_000)
        #expect(net.before(.survey("1203")) == 400_000)
        #expect(net.after(.survey("1203")) == 300_000)
        #expect(net.after(.plan2023("0701")) == 2_000_000)

        let other = try project.newPlan("b", kind: .town, base: layer, line: "").id
        _ = try project.setClass(of: [2, 3], to: .plan2023("1001"), in: other, line: "3")
        let diff = try project.difference(from: .plan(plan), to: .plan(other))
        #expect(diff.parcels.map(\.uid) == [1, 2, 3, 4])
        let classes = found.classes
        let ledger = diff.ledger.map {
            "\(classes[$0.from]?.code.description ?? "-") \(classes[$0.to]?.code.description ?? "-") \($0.area)"
        }
        #expect(
            Set(ledger) == [
                "plan2023:0701 survey:0101 1000000", "plan2023:0701 plan2023:1001 1000000",
                "survey:0301 plan2023:1001 1000000", "plan2023:0103 survey:0702 1000000",
            ])
        let step = try project.difference(
            from: .step(1, of: plan, before: false), to: .step(2, of: plan, before: false))
        #expect(step.parcels.map(\.uid) == [4])
        #expect(try project.difference(from: .plan(plan), to: .plan(plan)).parcels.isEmpty)
        try project.close()
    }
}
