import Foundation
import GRDB
import GeoBridge
import Geometry
import Planning
import Store
import Testing

/// What rules measure, against GEOS asked about every pair; and findings kept step by step, against findings made anew.
struct RuleOverlapTests {
    /// A county, and a draft that builds on every ninth parcel.
    private func drafted(_ seed: String) throws -> (desk: Desk, project: Project, plan: Plan) {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "1000", "--seed", seed, "--years", "2025", "--no-faults")
        let project = try Project.open(at: desk.path("c.gpkg"))
        let survey = try #require(try project.newestSurvey())
        try project.stand(Here(layer: survey.id))
        let plan = try project.newPlan("North", kind: .county, base: survey, line: "plan new North")
        return (desk, project, plan)
    }

    private func uids(_ project: Project, _ condition: String) throws -> [Int64] {
        try project.parcels(ParcelQuery(filter: .sql(condition), sort: .uid), limit: 10_000).map(\.uid)
    }

    @Test(
        "Overlaps of a draft are those that GEOS finds in all pairs, to a hundredth of a square metre",
        arguments: ["2", "3"])
    func naive(seed: String) throws {
        let (desk, project, plan) = try drafted(seed)
        defer { try? project.close() }
        let changed = try uids(project, "uid % 9 = 0")
        _ = try project.setClass(of: changed, to: .plan2023("070102"), in: plan.id, line: "plan set-class")
        let found = try project.draftOverlaps(in: plan).overlaps
        let geos = GEOS()
        // The layers that any rule about drafts holds a change against.
        let layers = try project.layers().filter { layer in
            RuleTable.standard.contains { rule in
                !rule.sql(isDraft: true).isEmpty
                    && rule.pairs.contains {
                        ["change", "site"].contains($0.subject) && $0.scope != "county" && $0.object == layer.standard
                    }
            } && layer.geometry == .polygon
        }
        #expect(layers.count >= 20)
        var expected: [String: Double] = [:]
        let subjects = try changed.compactMap { uid in try project.shape(of: uid).map { (uid, $0, $0.box) } }
        let database = try DatabaseQueue(path: desk.path("c.gpkg"))
        for layer in layers {
            let objects = try database.read { db in
                try Int64.fetchAll(db, sql: "SELECT uid FROM feature WHERE layer = ?", arguments: [layer.id])
            }
            for object in objects {
                guard let shape = try project.shape(of: object) else { continue }
                let box = shape.box
                for (uid, own, ownBox) in subjects where ownBox.intersects(box) {
                    let area = try geos.area(of: geos.intersection(own, shape))
                    if area > 0.001 { expected["\(uid) \(object)"] = area }
                }
            }
        }
        // What keeps its use in planned classes is no change; those parcels have no pieces.
        let pieces = Set(found.map { "\($0.uid) \($0.object)" })
        let known = Set(found.map(\.uid))
        #expect(found.count > 100, "seed \(seed)")
        for overlap in found {
            let area = expected["\(overlap.uid) \(overlap.object)"] ?? 0
            #expect(abs(area - overlap.planeArea) <= 0.01, "seed \(seed): \(overlap) against \(area)")
        }
        let missing = expected.keys.filter { key in
            !pieces.contains(key) && known.contains(Int64(key.split(separator: " ")[0]) ?? 0)
        }
        #expect(missing.isEmpty, "seed \(seed): \(missing.prefix(3))")
    }

    @Test("Findings kept step by step are those of a draft looked at anew, also after undo")
    func live() throws {
        let (desk, project, plan) = try drafted("3")
        defer { withExtendedLifetime(desk) { try? project.close() } }
        func sorted(_ findings: [RuleFinding]) -> [String] {
            // Which of two equal ways measured an area shows in its last bits only.
            findings.map { "\($0.sentence) \((($0.area ?? -1) * 1000).rounded()) \($0.ignored)" }.sorted()
        }
        var live = try project.liveFindings(in: plan)
        let steps: [(condition: String, code: String)] = [
            ("uid % 41 = 0", "070102"), ("uid % 53 = 1", "1001"), ("uid % 41 = 0 AND uid % 2 = 0", "1401"),
            ("uid % 67 = 2", "0201"),
        ]
        for step in steps {
            _ = try project.setClass(
                of: uids(project, step.condition), to: .plan2023(step.code), in: plan.id, line: "plan set-class")
            live = try project.liveFindings(in: plan, after: live)
            let anew = try project.check(plan, scope: .draft)
            let (kept, fresh) = (Set(sorted(live.findings)), Set(sorted(anew.findings)))
            #expect(!fresh.isEmpty && live.findings.count == anew.findings.count, "after \(step)")
            #expect(
                kept == fresh,
                "after \(step): \(Array(kept.subtracting(fresh).prefix(3))) \(Array(fresh.subtracting(kept).prefix(3)))"
            )
        }
        for _ in steps {
            _ = try project.undo(in: plan.id, line: "undo")
            live = try project.liveFindings(in: plan, after: live)
        }
        // Only what people are asked is left.
        #expect(live.findings.allSatisfy { $0.reason == "question" } && live.findings.count == 4)
    }
}
