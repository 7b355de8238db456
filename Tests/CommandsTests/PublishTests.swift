import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Rig
import Testing

@testable import Store

/// A plan published in the sample county, with the program itself: what QGIS and GDAL see, what the past shows, and that
/// nothing is half done whenever it is killed.
@Suite struct PublishTests {
    let desk: Desk

    /// The shortest life of a plan: from the drafter's desk into the one map.
    private static let workflow = """
        kind,stage,step,to,role,level,needs,signatures,effect,days,name_en,name_zh,basis
        *,draft,,,drafter,,,,,,compiling,编制,
        *,approved,,,publisher,county,,,,,approved,已批准,
        *,published,,,publisher,county,,,,,published,已发布,
        *,in-force,,,,,end,,,,in force,生效,
        *,draft,submit,approved,drafter,,changes,,,,submit,提交,
        *,approved,publish,published,publisher,county,,1,publish,,publish,发布,
        *,published,commence,in-force,publisher,county,,1,,,commence,生效,
        """

    init() throws {
        desk = try Desk()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    /// Ann drafts; who runs the tests publishes, with a key of their own. The county itself was made in the past.
    private func county() throws {
        try desk.sample(
            "county.gpkg", "--parcels", "3000", "--years", "2020", "--no-faults", "--layers",
            "XZQ,CJDCQ,DLTB_2020,YJJBNTTB,STBHHX,GHYDYH")
        let key = try desk.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "me", "-f", "key"])
        try #require(key.status == 0, "\(key)")
        let mine = try String(contentsOfFile: desk.path("key.pub"), encoding: .utf8).split(separator: " ").prefix(2)
        let ann = try ann()
        defer { try? ann.close() }
        try ann.keep(
            ann.prepare(Person(login: "ann", roles: [.administrator, .drafter], key: "ssh-ed25519 AAAA")),
            signature: "x", line: "roster key")
        try ann.keep(
            ann.prepare(
                Person(login: Project.currentUser, roles: [.publisher], key: mine.joined(separator: " "))),
            signature: "x", line: "roster set")
        try ann.keep(
            ann.prepareRulebook(.workflow, text: Self.workflow), signature: "x", line: "workflow set")
    }

    private func ann() throws -> Project { try Project.open(at: desk.path("county.gpkg"), who: "ann") }

    private var publish: [String] { ["review", "move", "1", "publish", "--key", "key"] }

    private func submit(_ project: Project, _ plan: Int64) throws {
        _ = try project.commit(project.prepare(MoveRequest(plan: plan, step: "submit")), line: "review move")
    }

    @Test("The one map of 3,000 parcels after a publication, to tuban, to GDAL, and as of the day before")
    func sample() throws {
        try county()
        let ann = try ann()
        let survey = try ann.layer(named: "DLTB")
        let zones = try ann.layer(named: "GHYDYH")
        try ann.stand(Here(layer: survey.id))
        let plan = try ann.newPlan("north", kind: .siteSelection, base: survey, planned: zones, line: "plan new").id
        let uids = try ann.parcels(ParcelQuery(filter: .sql("uid % 7 = 3"), sort: .uid), limit: 200).map(\.uid)
        _ = try ann.setClass(of: uids, to: .plan2023("0701"), in: plan, line: "plan set-class")
        // A zone drawn over a planned use, and one beside a red line.
        let middle = zones.box.center
        let ring = [(-400.0, -300.0), (500, -250), (450, 350), (-350, 300), (-400, -300)].map {
            Point(x: middle.x + $0.0, y: middle.y + $0.1)
        }
        let code = try ann.landClass(.plan2023("1401")).id
        _ = try ann.addZone(
            NewZone(shape: Shape(polygon: [ring]), class: code), to: zones, in: plan, line: "plan zone GHYDYH")
        let covered = try cover(of: zones, in: ann)
        let yesterday = try #require(WorkCalendar.day(ann.today)).advanced(by: -1)
        let day = WorkCalendar.text(yesterday)
        let before = try listing(day)
        try submit(ann, plan)
        #expect {
            try ann.undo(in: plan, line: "undo")
        } throws: { ($0 as? Refusal)?.kind == .notAllowed }
        try ann.close()

        let ending = try desk.tuban(publish)
        try #require(ending.status == 0, "\(ending)")
        try sound()
        for (offenders, number) in requirements {
            #expect(try desk.value("county.gpkg", offenders) == "", "requirement \(number)")
        }
        // GDAL sees what is in force as the layer, and what was in a table of its own.
        for mode in [["-ro"], []] {
            let info = try desk.run("/usr/bin/ogrinfo", mode + ["-so", "-al", "county.gpkg"])
            #expect(info.status == 0 && info.err.isEmpty && !info.out.contains("Warning"), "\(info.err)")
        }
        let present = try desk.value(
            "county.gpkg", "SELECT count(*) FROM feature WHERE layer = \(zones.id) AND valid_to IS NULL")
        let seen = try desk.ogrinfo("-ro", "-q", "county.gpkg", "-sql", "SELECT count(*) AS n FROM GHYDYH")
        #expect(seen.out.contains("n (Integer) = \(present)"), "\(seen.out)")
        let past = try desk.value("county.gpkg", "SELECT count(*) FROM GHYDYH_past")
        #expect(
            try Int(past) ?? 0 > 0
                && past
                    == desk.value(
                        "county.gpkg", "SELECT count(*) FROM publication WHERE op = 'supersede' AND layer = \(zones.id)"
                    )
        )

        // What the layer covers, it covers still, and what is planned on bare ground besides; nothing twice.
        let open = try Project.open(at: desk.path("county.gpkg"))
        let now = try cover(of: open.layer(named: "GHYDYH"), in: open)
        #expect(now.overlap < 1e-4 * Double(uids.count), "\(now.overlap)")
        let geos = GEOS()
        let lost = try geos.difference(covered.union, now.union)
        #expect(lost.planeArea < 1e-4 * Double(uids.count), "\(lost.planeArea)")
        let kept = try open.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT f.uid, e.area AS planned, f.area FROM publication AS p JOIN feature AS f ON f.uid = p.uid
                        JOIN plan_edit AS e ON e.plan = p.plan AND e.uid = p.source
                    WHERE p.op = 'add' AND e.layer = ?
                    """, arguments: [survey.id])
        }
        #expect(kept.count == uids.count && kept.allSatisfy { $0["planned"] as Int64 == $0["area"] })
        try open.close()

        // As it was and as it is: a day that is over shows the county before all that was done today.
        #expect(try listing(day) == before)
        #expect(try listing(nil) != before)
        let refused = try desk.tuban("map", "--as-of", "1999-01-01")
        #expect(refused.status == 66 && refused.err.contains("1999-01-01"), "\(refused)")
        #expect(try desk.tuban("map", "--as-of", "yesterday").status == 64)
        let commenced = try desk.tuban("review", "move", "1", "commence", "--key", "key")
        #expect(commenced.status == 0, "\(commenced)")
    }

    /// Lists, sums and map as of a day, as they are printed.
    private func listing(_ day: String?) throws -> [String] {
        let time = day.map { ["--as-of", $0] } ?? []
        let lines = [
            ["parcel", "list", "--layer", "GHYDYH", "--limit", "100000", "--format", "csv"],
            ["layer", "show", "GHYDYH", "--format", "csv"], ["layer", "list", "--format", "csv"],
            ["map", "--layer", "GHYDYH"], ["map", "--layer", "GHYDYH", "--scale", "20"],
            ["parcel", "find", "--layer", "GHYDYH", "07", "--format", "csv"],
        ]
        return try lines.map { words in
            let ending = try desk.tuban(words + time)
            #expect(ending.status < 2, "\(ending)")
            return ending.out
        }
    }

    private func cover(of layer: Layer, in project: Project) throws -> (union: Shape, overlap: Double) {
        var shapes: [Shape] = []
        try project.outlines(of: layer, plan: 0, in: layer.box.padded(by: 1)) { shapes.append($0.shape) }
        let union = try GEOS().union(shapes)
        return (union, shapes.reduce(0) { $0 + $1.planeArea } - union.planeArea)
    }

    private func sound() throws {
        let doctor = try desk.tuban("doctor", "--deep")
        #expect(doctor.status == 0, "\(doctor.out)")
        let open = try Project.open(at: desk.path("county.gpkg"), readOnly: true)
        defer { try? open.close() }
        #expect(try open.publicationFault()?.sentence.english == nil)
    }

    @Test("Killed while it publishes, everything is in force or nothing")
    func killed() throws {
        try county()
        let ann = try ann()
        let survey = try ann.layer(named: "DLTB")
        let plan = try ann.newPlan("all", kind: .siteSelection, base: survey, line: "plan new").id
        let uids = try ann.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT uid FROM feature WHERE layer = ? AND uid % 2 = 0", arguments: [survey.id])
        }
        _ = try ann.setClass(of: uids, to: .plan2023("0701"), in: plan, line: "plan set-class")
        try submit(ann, plan)
        try ann.close()
        let before = try desk.contents("county.gpkg")
        var (struck, published) = (0, false)
        for round in 1...12 where !published {
            let process = try desk.start(product(named: "tuban"), publish)
            // Each time a little later in the writing, by how much of the log there is.
            func log() -> Int {
                (try? FileManager.default.attributesOfItem(atPath: desk.path("county.gpkg-wal"))[.size] as? Int) ?? 0
            }
            while process.isRunning, log() < (round - 1) * 300_000 { usleep(100) }
            if process.isRunning { struck += 1 }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            published = try desk.value("county.gpkg", "SELECT stage FROM plan") == "published"
            if !published { #expect(try desk.contents("county.gpkg") == before, "round \(round)") }
            try sound()
        }
        #expect(struck > 0, "it was never killed")
        if !published { #expect(try desk.tuban(publish).status == 0) }
        try sound()
        let rows = try desk.value("county.gpkg", "SELECT count(*) FROM publication WHERE op = 'add'")
        #expect(rows == String(uids.count))
    }
}
