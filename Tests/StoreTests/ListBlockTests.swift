import Foundation
import GRDB
import Geometry
import Planning
import Testing

@testable import Store

/// Row numbers that are found by blocks, against a walk through the whole list.
@Suite struct ListBlockTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A board whose orders hold every kind of tie, in blocks of a few rows.
    private func board(dice: inout SplitMix) throws -> (Project, Layer) {
        let project = try scratch.chessboard(columns: 13, rows: 12)
        let layer = try project.layer(named: "DLTB")
        try project.change { db in
            try db.execute(sql: "UPDATE feature SET number = '' WHERE uid % 11 = 0")
            try db.execute(sql: "UPDATE feature SET number = 'twice' WHERE uid % 7 = 0")
            try db.execute(sql: "UPDATE feature SET area = area + uid % 5, net = area")
            try ListBlocks.build(layer.id, size: Int.random(in: 3...20, using: &dice), in: db)
        }
        return (project, layer)
    }

    private func expectNumbers(_ project: Project, _ dice: inout SplitMix, _ what: String) throws {
        for sort in ParcelQuery.Sort.allCases {
            for isDescending in [false, true] {
                let query = ParcelQuery(sort: sort, descending: isDescending)
                let order = isDescending ? "DESC" : "ASC"
                let all = try project.read { db throws in
                    try Parcel.fetchAll(
                        db, sql: "SELECT * FROM parcel ORDER BY \(sort.rawValue) \(order), uid \(order)")
                }
                let about = "\(what), by \(sort) \(order)"
                #expect(try project.count(query) == all.count, "\(about)")
                for _ in 0..<2 {
                    let number = Int.random(in: 0..<all.count, using: &dice)
                    let limit = Int.random(in: 1...30, using: &dice)
                    #expect(try project.rank(of: all[number], in: query) == number, "\(about)")
                    #expect(try project.rankByIndex(query.key(of: all[number]), query) == number, "\(about)")
                    let page = try project.parcels(query, offset: number, limit: limit)
                    #expect(page.map(\.uid) == all[number...].prefix(limit).map(\.uid), "\(about)")
                    let key = query.key(of: all[number])
                    let after = try project.parcels(query, after: key, limit: limit)
                    #expect(after.map(\.uid) == all[(number + 1)...].prefix(limit).map(\.uid), "\(about)")
                    let before = try project.parcels(query, after: key, backward: true, limit: limit)
                    #expect(before.map(\.uid) == all[..<number].suffix(limit).map(\.uid), "\(about)")
                }
                #expect(try project.parcels(query, offset: all.count, limit: 3).isEmpty, "\(about)")
            }
        }
    }

    @Test("Row numbers stay right while rows come, go and change", arguments: UInt64(1)...2)
    func edits(seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        let (project, layer) = try board(dice: &dice)
        try project.stand(Here(layer: layer.id))
        let (classes, units) = try project.read { db throws in
            (
                try Int64.fetchAll(db, sql: "SELECT id FROM land_class ORDER BY id LIMIT 10"),
                try Int64.fetchAll(db, sql: "SELECT id FROM unit")
            )
        }
        try expectNumbers(project, &dice, "seed \(seed), as imported")
        for round in 0..<6 {
            try project.change { db in
                for _ in 0..<25 {
                    let uid = Int64.random(in: 1...200, using: &dice)
                    let value = Int64.random(in: 0...9, using: &dice)
                    switch Int.random(in: 0..<6, using: &dice) {
                    case 0:
                        try db.execute(sql: "DELETE FROM feature WHERE uid = ?", arguments: [uid])
                    case 1:
                        try db.execute(
                            sql: "UPDATE feature SET valid_to = iif(valid_to IS NULL, 1, NULL) WHERE uid = ?",
                            arguments: [uid])
                    case 2:
                        try db.execute(
                            sql: "UPDATE feature SET number = ?, area = ? WHERE uid = ?",
                            arguments: ["\(value)", value * 1_000, uid])
                    case 3:
                        try db.execute(
                            sql: "UPDATE feature SET class = ? WHERE uid = ?", arguments: [classes[Int(value)], uid])
                    case 4:
                        try db.execute(
                            sql: "UPDATE feature SET unit = ? WHERE uid = ?",
                            arguments: [units[Int(value) % units.count], uid])
                    default:
                        try db.execute(
                            sql: """
                                INSERT OR IGNORE INTO feature(uid, layer, fid, number, class, area)
                                VALUES (:uid, :layer, :uid + 1000, :value, :class, :value)
                                """,
                            arguments: ["uid": uid, "layer": layer.id, "value": value, "class": classes[Int(value)]])
                    }
                }
            }
            try expectNumbers(project, &dice, "seed \(seed), round \(round)")
            try project.read { db throws in
                for sort in ParcelQuery.Sort.allCases {
                    #expect(try ListBlocks.differences(of: layer.id, sort, in: db) == 0, "seed \(seed), by \(sort)")
                }
            }
        }
        // A row that is counted in another block than its own.
        try project.change { db in
            try db.execute(
                sql: """
                    UPDATE list_block SET count = count + 1 WHERE sort = 'area' AND value = (
                        SELECT max(value) FROM list_block WHERE sort = 'area');
                    UPDATE list_block SET count = count - 1 WHERE sort = 'area' AND uid = -9223372036854775808;
                    """)
        }
        let faults = try project.examine(deep: true).filter { !$0.isWell }.map(\.subject.english)
        #expect(faults.contains("Row numbers of DLTB_2020 count its rows"), "seed \(seed): \(faults)")
        try project.close()
    }

    @Test("Row numbers are right in a draft, after its undo and its redo", arguments: UInt64(1)...2)
    func drafts(seed: UInt64) throws {
        var dice = SplitMix(state: seed)
        let (project, layer) = try board(dice: &dice)
        let plan = try project.newPlan("a", kind: .town, base: layer, line: "").id
        try project.stand(Here(plan: plan, layer: layer.id))
        for round in 0..<4 {
            let uids = Set((0..<20).map { _ in Int64.random(in: 1...156, using: &dice) })
            let code = ["0701", "1001", "0601"][Int.random(in: 0..<3, using: &dice)]
            _ = try project.setClass(of: Array(uids), to: .plan2023(code), in: plan, line: "\(round)")
            try expectNumbers(project, &dice, "seed \(seed), step \(round)")
            if round % 2 == 0 {
                let undone = try? project.undo(in: plan, line: "undo")
                try expectNumbers(project, &dice, "seed \(seed), undo \(round)")
                if undone != nil { _ = try project.redo(in: plan, line: "redo") }
                try expectNumbers(project, &dice, "seed \(seed), redo \(round)")
            }
        }
        try project.close()
    }

    @Test("A project without blocks is divided when it is brought up to date")
    func migration() throws {
        let project = try scratch.chessboard(columns: 70, rows: 60)
        let layer = try project.layer(named: "DLTB")
        try project.change { db in try db.execute(sql: "DELETE FROM list_block") }
        try project.change { db in try ListBlocks.buildMissing(in: db) }
        try project.read { db throws in
            // 4,200 rows are a block of 4,096 and one of 104, in each of the five orders.
            #expect(
                try Int.fetchAll(
                    db, sql: "SELECT count FROM list_block WHERE layer = ? ORDER BY count", arguments: [layer.id])
                    == Array(repeating: 104, count: 5) + Array(repeating: 4096, count: 5))
        }
        try project.close()
    }
}
