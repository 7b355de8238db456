import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// A plan in the one map: what comes into force, what goes, and that nothing is half done.
@Suite struct PublicationTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Two zones of 300 by 400 m over the board's six columns.
    private func halves(_ county: Published) throws -> Layer {
        try county.addZones([(rectangle(0, 0, 300, 400), "0601"), (rectangle(300, 0, 300, 400), "1001")])
    }

    private let ground = rectangle(0, 0, 600, 400)

    @Test("Planned parcels take their land from the zones beneath, and the rest of these stays")
    func parcels() throws {
        let county = try Published(scratch)
        let zones = try halves(county)
        try county.ann.stand(Here(layer: zones.id))
        let before = try county.view(of: zones)
        let plan = try county.ann.newPlan("a", kind: .siteSelection, base: county.survey, line: "").id
        // Columns 2 and 3 of the lowest row: squares (200, 0) to (300, 100) and (300, 0) to (400, 100), one in each zone.
        _ = try county.ann.setClass(of: [3, 4], to: .plan2023("0701"), in: plan, line: "")
        try county.publish(plan)

        #expect(try county.faults() == [])
        let flaws = try county.flaws(of: zones, over: ground)
        #expect(flaws.overlap < 1e-4 && flaws.difference < 1e-4, "\(flaws)")
        #expect(try county.loose(in: zones) == [])
        try county.ann.stand(Here(layer: zones.id))
        let rows = try county.ann.parcels(ParcelQuery(sort: .uid), limit: 10)
        // Each zone without one square: 120,000 − 10,000 m²; and the two squares.
        #expect(rows.map(\.area) == [11_000_000, 11_000_000, 1_000_000, 1_000_000])
        let classes = try county.ann.classes()
        #expect(
            rows.map { classes[$0.class]?.code.description } == [
                "plan2023:0601", "plan2023:1001", "plan2023:0701", "plan2023:0701",
            ])
        #expect(rows.prefix(2).map(\.number) == ["Z1", "Z2"], "what is left keeps its number")
        let columns = try county.ann.sourceColumns(of: rows[0].uid)
        #expect(columns.first { $0.name == "BZ" }?.value == "remark 0", "and its other columns")
        #expect(columns.first { $0.name == "MJ" }?.value == "110000.0")
        let made = try county.ann.sourceColumns(of: rows[2].uid)
        #expect(made.first { $0.name == "YDYHFLDM" }?.value == "0701")
        #expect(made.first { $0.name == "MJ" }?.value == "10000.0")
        // The survey is what was found, not what is planned.
        #expect(try county.ann.counts()[county.survey.id] == 24)
        #expect(
            try county.ann.read { db in
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM publication WHERE layer = ?", arguments: [county.survey.id])
            } == 0)
        #expect(try county.ann.validity(of: rows[2].uid)?.madeBy == plan)
        #expect(try Set(county.ann.validity(of: rows[0].uid)?.before ?? []).count == 1)

        // As it was.
        let journal = try county.ann.read { db in try Project.publication(of: plan, in: db) }
        try county.ann.stand(Here(layer: zones.id, asOf: (journal ?? 0) - 1))
        #expect(try county.view(of: zones) == before)
        // And as it is.
        try county.ann.stand(Here(layer: zones.id, asOf: journal))
        let then = try county.view(of: zones)
        try county.ann.stand(Here(layer: zones.id))
        #expect(try county.view(of: zones) == then)
    }

    @Test("Zones with crossing borders are cut, and every edge stays shared")
    func crossing() throws {
        let county = try Published(scratch)
        // Borders that cut through the squares: at x = 250 and y = 150, and a third zone with a slanting edge.
        let zones = try county.addZones([
            (rectangle(0, 0, 250, 150), "0601"), (rectangle(250, 0, 350, 150), "1001"),
            (
                Shape(polygon: [
                    [
                        Point(x: 0, y: 150), Point(x: 250, y: 150), Point(x: 333, y: 150), Point(x: 180, y: 400),
                        Point(x: 0, y: 400), Point(x: 0, y: 150),
                    ]
                ]), "0703"
            ),
            (
                Shape(polygon: [
                    [
                        Point(x: 333, y: 150), Point(x: 600, y: 150), Point(x: 600, y: 400), Point(x: 180, y: 400),
                        Point(x: 333, y: 150),
                    ]
                ]), "1207"
            ),
        ])
        let plan = try county.ann.newPlan("a", kind: .siteSelection, base: county.survey, line: "").id
        // Squares on all four: row 1 (y 100 to 200), columns 1 to 3, uids 8 to 10; and one of them split by a slanting line.
        _ = try county.ann.split(
            9, .along(Shape(line: [Point(x: 190, y: 130), Point(x: 310, y: 171)])), in: plan, line: "")
        _ = try county.ann.setClass(of: [8, 10], to: .plan2023("0801"), in: plan, line: "")
        let parts = try county.ann.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT uid FROM plan_edit WHERE plan = ? AND op = 'add' ORDER BY uid", arguments: [plan])
        }
        #expect(parts.count == 2)
        _ = try county.ann.setClass(of: [parts[0]], to: .plan2023("0802"), in: plan, line: "")
        try county.publish(plan)
        #expect(try county.faults() == [])
        let flaws = try county.flaws(of: zones, over: ground)
        #expect(flaws.overlap < 1e-4 && flaws.difference < 1e-4, "\(flaws)")
        #expect(try county.loose(in: zones) == [])
        // The piece of the split that kept the survey's class says nothing of planned use: three were added.
        #expect(
            try county.ann.read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM publication WHERE op = 'add'")
            } == 3)
        #expect(try county.ann.verifyJournal().broken == nil)
    }

    @Test("Without a layer for planned uses one is made, with the standard's fields")
    func newLayer() throws {
        let county = try Published(scratch)
        let plan = try county.ann.newPlan("a", kind: .siteSelection, base: county.survey, line: "").id
        _ = try county.ann.setClass(of: [1, 2, 8], to: .plan2023("0701"), in: plan, line: "")
        try county.publish(plan)
        let layer = try county.ann.layer(named: "GHYDYH")
        #expect(layer.role == .plannedUse && layer.classField == "YDYHFLDM")
        #expect(try county.ann.counts()[layer.id] == 3)
        #expect(try county.faults() == [])
        #expect(layer.box == Box(minX: 0, minY: 0, maxX: 200, maxY: 200))
        let names = try county.ann.columns(of: layer).map(\.name)
        #expect(names == ["BSM", "XZQDM", "XZQMC", "YDYHFLDM", "YDYHFLMC", "MJ"])
    }

    @Test("Zones that a plan draws, changes and removes")
    func zones() throws {
        let county = try Published(scratch)
        let zones = try halves(county)
        let lines = try county.addZones(
            [
                (rectangle(0, 0, 50, 50), "0601"), (rectangle(500, 300, 50, 50), "0601"),
                (rectangle(20, 20, 100, 100), "0601"),
            ],
            table: "STBHHX", role: .controlLine)
        try county.ann.stand(Here(layer: lines.id))
        let before = try county.view(of: lines)
        let plan = try county.ann.newPlan("a", kind: .special, base: county.survey, planned: zones, line: "").id
        let (first, second) = (25 as Int64, 26 as Int64)
        _ = try county.ann.setClass(of: [first], to: .plan2023("0801"), in: plan, line: "")
        // A zone in both halves, which is drawn over them.
        _ = try county.ann.addZone(
            NewZone(shape: rectangle(250, 50, 100, 100), class: try county.ann.landClass(.plan2023("0702")).id),
            to: zones,
            in: plan, line: "")
        // Beside the layer's box: its overview is laid out anew.
        _ = try county.ann.addZone(
            NewZone(shape: rectangle(580, 380, 200, 300), name: "line"), to: lines, in: plan, line: "")
        _ = try county.ann.remove([27], in: plan, line: "")
        _ = try county.ann.setAttributes(of: [28], ["BZ=new"], in: plan, line: "")
        try county.ann.stand(Here(plan: plan, layer: zones.id))
        let world = try county.view(of: zones, plan: plan)
        try county.publish(plan)
        #expect(try county.faults() == [])
        let flaws = try county.flaws(of: zones, over: ground)
        #expect(flaws.overlap < 1e-4 && flaws.difference < 1e-4, "\(flaws)")
        #expect(try county.loose(in: zones) == [])
        try county.ann.stand(Here(layer: lines.id))
        #expect(
            try county.ann.parcels(ParcelQuery(sort: .uid), limit: 9).map(\.area) == [1_000_000, 6_000_000, 250_000])
        for uid in [first, second, 27] { #expect(try county.ann.validity(of: uid)?.endedBy == plan) }
        // The published plan is seen over what it was drafted on.
        try county.ann.stand(Here(plan: plan, layer: zones.id))
        #expect(try county.view(of: zones, plan: plan) == world)
        let journal = try county.ann.read { db in try Project.publication(of: plan, in: db) }
        try county.ann.stand(Here(layer: lines.id, asOf: (journal ?? 0) - 1))
        #expect(try county.view(of: lines).filter { !$0.hasPrefix("grid") } == before.filter { !$0.hasPrefix("grid") })
    }

    @Test("A plan whose base was superseded is refused in one sentence, and nothing changes")
    func overtaken() throws {
        let county = try Published(scratch)
        let zones = try halves(county)
        let plans = try (1...2).map { number in
            try county.ann.newPlan("\(number)", kind: .special, base: county.survey, planned: zones, line: "").id
        }
        _ = try county.ann.setClass(of: [25], to: .plan2023("0801"), in: plans[0], line: "")
        _ = try county.ann.setClass(of: [25, 26], to: .plan2023("0802"), in: plans[1], line: "")
        try county.publish(plans[0])
        // The other draft learns of it, and says which side counts.
        let conflicts = try county.ann.conflicts(of: plans[1])
        #expect(conflicts.map(\.kind) == [.superseded] && conflicts.map(\.uid) == [25])
        let before = try county.ann.journalHead()
        #expect {
            try county.publish(plans[1])
        } throws: { error in
            (error as? Refusal)?.phrase.english.contains("feature 25, which it changes, is not in force any more")
                == true
        }
        #expect(try county.ann.journalHead()?.id == before?.id)
        #expect(try county.faults() == [])
        try county.ann.change { db in
            try db.execute(sql: "UPDATE plan SET stage = 'draft' WHERE id = ?", arguments: [plans[1]])
        }
        let rebased = try county.ann.rebase(plans[1], keep: .mine, uids: [25], line: "")
        #expect(rebased.settled == 1 && rebased.conflicts.isEmpty)
        #expect(try county.ann.conflicts(of: plans[1]).isEmpty)
        try county.publish(plans[1])
        #expect(try county.faults() == [])
        let flaws = try county.flaws(of: zones, over: ground)
        #expect(flaws.overlap < 1e-4 && flaws.difference < 1e-4, "\(flaws)")
        try county.ann.stand(Here(layer: zones.id))
        let classes = try county.ann.classes()
        let codes = try county.ann.parcels(ParcelQuery(), limit: 9).map { classes[$0.class]?.code.code }
        #expect(codes == ["0802", "0802"])
    }

    @Test("Another draft on the same parcels of the survey learns of what was published")
    func told() throws {
        let county = try Published(scratch)
        let plans = try (1...2).map { number in
            try county.ann.newPlan("\(number)", kind: .siteSelection, base: county.survey, line: "").id
        }
        _ = try county.ann.setClass(of: [1, 2], to: .plan2023("0701"), in: plans[0], line: "")
        _ = try county.ann.setClass(of: [2, 3], to: .plan2023("0801"), in: plans[1], line: "")
        try county.publish(plans[0])
        let conflicts = try county.ann.conflicts(of: plans[1])
        #expect(conflicts.map(\.uid) == [2])
        #expect(conflicts.map(\.kind) == [.published(plan: plans[0], title: "1", who: "ann")])
        // The later one counts where both speak, and the areas close.
        try county.publish(plans[1])
        let layer = try county.ann.layer(named: "GHYDYH")
        #expect(try county.ann.counts()[layer.id] == 3)
        let flaws = try county.flaws(of: layer, over: rectangle(0, 0, 300, 100))
        #expect(flaws.overlap < 1e-4 && flaws.difference < 1e-4, "\(flaws)")
        #expect(try county.faults() == [])
    }

    @Test("A published or superseded row that somebody changes by SQL is found")
    func tampering() throws {
        let county = try Published(scratch)
        _ = try halves(county)
        let plan = try county.ann.newPlan("a", kind: .siteSelection, base: county.survey, line: "").id
        _ = try county.ann.setClass(of: [3], to: .plan2023("0701"), in: plan, line: "")
        try county.publish(plan)
        #expect(try county.ann.publicationFault() == nil)
        let added = try county.ann.read { db in
            try Int64.fetchOne(db, sql: "SELECT uid FROM publication WHERE op = 'add'") ?? 0
        }
        for sql in [
            "UPDATE feature SET area = area + 1 WHERE uid = \(added)",
            "UPDATE feature SET valid_from = valid_from - 1 WHERE uid = \(added)",
            "UPDATE feature SET valid_to = 3 WHERE uid = \(added)",
            "DELETE FROM feature WHERE uid = \(added)",
            "UPDATE GHYDYH SET BZ = 'x' WHERE fid = (SELECT fid FROM feature WHERE uid = \(added))",
            "UPDATE GHYDYH SET geom = CAST(substr(geom, 1, length(geom) - 1) || x'01' AS BLOB) WHERE fid = 3",
            "UPDATE GHYDYH_past SET YDYHFLDM = '0602'",
            "DELETE FROM GHYDYH_past",
            "UPDATE feature SET valid_to = NULL WHERE valid_to IS NOT NULL",
            "UPDATE feature SET valid_from = 1 WHERE uid = 1",
            "DELETE FROM publication WHERE op = 'add'",
        ] {
            try county.ann.connection.writeWithoutTransaction { db in
                try db.inTransaction {
                    try db.withoutTriggers { try db.execute(sql: "PRAGMA defer_foreign_keys = ON; \(sql)") }
                    #expect(db.changesCount > 0, "\(sql)")
                    #expect(try Project.publicationFault(in: db) != nil, "\(sql)")
                    return .rollback
                }
            }
        }
        // The triggers refuse what they can.
        for sql in ["UPDATE GHYDYH_past SET YDYHFLDM = '0602'", "DELETE FROM GHYDYH_past", "DELETE FROM publication"] {
            #expect(throws: (any Error).self) { try county.ann.change { db in try db.execute(sql: sql) } }
        }
    }
}
