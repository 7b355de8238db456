import Foundation
import Planning
import Store

extension Bench {
    /// A draft that changes 10,000 parcels (a tenth of a smaller county) against all layers, and a single step of it.
    func checking() throws -> [Row] {
        let county = "\(folder)/rules.gpkg", list = "\(folder)/overlaps.csv", asked = "\(folder)/asked.csv"
        remove(county)
        defer {
            remove(county)
            for path in [list, asked, "\(folder)/rules-files"] { try? FileManager.default.removeItem(atPath: path) }
        }
        try Tool.run(tuban, ["sample", county, "--parcels", String(parcels), "--years", "2025"])
        let open = try Project.open(at: county)
        defer { try? open.close() }
        guard let survey = try open.newestSurvey() else { return [] }
        try open.stand(Here(layer: survey.id))
        let plan = try open.newPlan("bench", kind: .county, base: survey, line: "plan new bench")
        let wanted = min(10_000, parcels / 10)
        // Parcels from all over the county, whatever their class.
        let all = try open.parcels(
            ParcelQuery(filter: .sql("uid % \(max(1, parcels / wanted)) = 0"), sort: .uid), limit: wanted)
        let code = LandUseCode.plan2023("0701")
        _ = try open.setClass(of: all.dropFirst().map(\.uid), to: code, in: plan.id, line: "plan set-class")
        var pairs = 0, findings = 0
        let (ours, peer) = try Clock.best(of: 3) {
            try Clock.seconds {
                let check = try open.check(plan, scope: .draft)
                (pairs, findings) = (check.pairs, check.findings.count)
            }
        } _: {
            let found = try open.draftOverlaps(in: plan)
            try write(
                ["uid,object,area"] + found.overlaps.map { "\($0.uid),\($0.object),\($0.planeArea)" }, to: list)
            try write(["layer,uid"] + found.asked.flatMap { layer, uids in uids.map { "\(layer),\($0)" } }, to: asked)
            return Python.seconds("rules", [county, asked, list])
        }
        let before = try open.liveFindings(in: plan)
        guard let last = all.first else { return [] }
        _ = try open.setClass(of: [last.uid], to: code, in: plan.id, line: "plan set-class")
        let live = try Clock.seconds { _ = try open.liveFindings(in: plan, after: before) }
        let sums = try Clock.seconds { _ = try open.consequences(of: plan.id) }
        return [
            Row(
                what: "plan check, \(wanted) parcels, \(pairs) pairs", size: parcels, ours: ours, peer: peer,
                peerName: "shapely STRtree", unit: "s", goal: isMillion ? .ratio(0.3) : .none,
                note: "\(findings) findings"),
            Row(
                what: "findings after one step", size: parcels, ours: live * 1000, unit: "ms",
                goal: isMillion ? .most(50) : .none),
            Row(
                what: "balance and quotas after one step", size: parcels, ours: sums * 1000, unit: "ms",
                goal: isMillion ? .most(50) : .none),
        ]
    }

    private func write(_ lines: [String], to path: String) throws {
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
