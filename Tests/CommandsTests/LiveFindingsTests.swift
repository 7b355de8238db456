import Foundation
import GeoBridge
import Geometry
import Planning
import Store
import Testing

/// Findings kept step by step, against those of the draft looked at anew.
struct LiveFindingsTests {
    /// What a finding says: whom it is about, and how much. Of equal ways to measure an area one may differ from the
    /// other in its last bits.
    private func facts(_ findings: [RuleFinding]) -> Set<String> {
        func rounded(_ value: Double?) -> String { value.map { String(Int64(($0 * 100).rounded())) } ?? "-" }
        return Set(
            findings.map {
                "\($0.sentence) \($0.key) \($0.verdict) \($0.reason) \(rounded($0.area)) \(rounded($0.measured)) "
                    + rounded($0.ignored)
            })
    }

    @Test("After every random step live findings are those of a fresh check", arguments: [UInt64(1), 2])
    func law(seed: UInt64) throws {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "500", "--seed", "3", "--years", "2025", "--no-faults")
        try desk.done("rule", "limit", desk.path("c-files/limits.csv"), "-f", desk.path("c.gpkg"))
        let project = try Project.open(at: desk.path("c.gpkg"))
        defer { withExtendedLifetime(desk) { try? project.close() } }
        let survey = try #require(try project.newestSurvey())
        try project.stand(Here(layer: survey.id))
        let plan = try project.newPlan("North", kind: .county, base: survey, line: "plan new North")
        try project.stand(Here(plan: plan.id, layer: survey.id))
        let zones = try project.layers().filter { layer in
            ["CZKFBJ", "STBHHX", "YJJBNTTB", "JSBJ", "LSWHBHX"].contains(layer.standard) && layer.geometry == .polygon
        }
        var random = Seeded(state: seed)
        var live = try project.liveFindings(in: plan)
        var done: [String: Int] = [:], added: [Int64] = []
        let codes = ["070102", "1001", "1401", "0201", "0703", "0101"].map { LandUseCode.plan2023($0) }
        for number in 1...40 {
            let uids = try project.parcels(ParcelQuery(sort: .uid), limit: 10_000).map(\.uid)
            let uid = try #require(uids.randomElement(using: &random))
            let shape = try #require(try project.shape(of: uid, plan: plan.id))
            var kind =
                ["class", "class", "split", "merge", "zone", "remove", "undo", "redo"].randomElement(
                    using: &random) ?? ""
            if number < 4 { kind = "class" }
            // A step is made again before another takes its place.
            if number % 8 == 6 { kind = "undo" }
            if number % 8 == 7 { kind = "redo" }
            do {
                switch kind {
                case "class":
                    let some = (0..<Int.random(in: 1...12, using: &random)).compactMap { _ in
                        uids.randomElement(using: &random)
                    }
                    _ = try project.setClass(
                        of: Array(Set(some)), to: codes.randomElement(using: &random) ?? codes[0], in: plan.id,
                        line: kind)
                case "split":
                    let box = shape.box, y = box.center.y
                    let cut = Shape(line: [Point(x: box.minX - 9, y: y), Point(x: box.maxX + 9, y: y + 1)])
                    _ = try project.split(uid, .along(cut), in: plan.id, line: kind)
                case "merge":
                    let others = try uids.filter { other in
                        guard other != uid, let its = try project.shape(of: other, plan: plan.id) else { return false }
                        return its.box.intersects(shape.box)
                    }
                    guard let other = others.randomElement(using: &random) else { continue }
                    _ = try project.merge([uid, other], to: codes[0], in: plan.id, line: kind)
                case "zone":
                    let c = shape.box.center, r = Double.random(in: 30...400, using: &random)
                    let corners = [(-r, -r), (r, -r), (r, r * 0.7), (-r, r), (-r, -r)].map {
                        Point(x: c.x + $0.0, y: c.y + $0.1)
                    }
                    let layer = try #require(zones.randomElement(using: &random))
                    let made = try project.addZone(
                        NewZone(shape: Shape(polygon: [corners])), to: layer, in: plan.id, line: kind)
                    added += made.features.map(\.uid)
                case "remove":
                    guard let zone = added.randomElement(using: &random) else { continue }
                    _ = try project.remove([zone], in: plan.id, line: kind)
                case "undo": _ = try project.undo(in: plan.id, line: kind)
                default: _ = try project.redo(in: plan.id, line: kind)
                }
                done[kind, default: 0] += 1
            } catch {
                continue  // Not every random step is possible; those that are refused change nothing.
            }
            live = try project.liveFindings(in: plan, after: live)
            let fresh = try project.check(plan, scope: .draft)
            let (kept, anew) = (facts(live.findings), facts(fresh.findings))
            let (more, less) = (kept.subtracting(anew), anew.subtracting(kept))
            #expect(
                more.isEmpty && less.isEmpty && live.findings.count == fresh.findings.count,
                "seed \(seed), step \(number), \(kind): \(Array(more.prefix(3))) \(Array(less.prefix(3)))")
            let tally = live.tally
            #expect(
                tally.unknown == live.findings.count { $0.verdict == .unknown }
                    && tally.open.values.reduce(0, +) == live.findings.count { $0.isOpen },
                "seed \(seed), step \(number)")
            // Kept runs are as good a start as any.
            if number % 10 == 0 { live = try project.liveFindings(in: plan) }
        }
        for kind in ["class", "split", "merge", "zone", "undo", "redo"] {
            #expect(done[kind] ?? 0 > 0, "seed \(seed): no \(kind) was made: \(done)")
        }
    }
}
