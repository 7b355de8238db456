import Foundation
import Planning
import Store

extension Bench {
    /// The shortest life of a plan: from the drafter's desk into the one map.
    private static let workflow = """
        kind,stage,step,to,role,level,needs,signatures,effect,days,name_en,name_zh,basis
        *,draft,,,drafter,,,,,,compiling,编制,
        *,approved,,,publisher,county,,,,,approved,已批准,
        *,published,,,,,end,,,,published,已发布,
        *,draft,submit,approved,drafter,,changes,,,,submit,提交,
        *,approved,publish,published,publisher,county,,1,publish,,publish,发布,
        """

    /// Plans of 10,000 changes (a tenth of a smaller county) published into a layer of planned uses over the whole county.
    /// The peer is GDAL, which writes as many rows of the same layer again, outlines included, in one transaction.
    func publishing() throws -> [Row] {
        let county = "\(folder)/one-map.gpkg", peer = "\(folder)/peer.gpkg", changes = "\(folder)/changes.gpkg"
        func clear() { for file in [county, peer, changes] { remove(file) } }
        clear()
        defer { clear() }
        try Tool.run(tuban, ["sample", source, "--parcels", String(parcels), "--years", "2025", "--layers", layer])
        try Tool.run(tuban, ["init", county, "--crs", "EPSG:4527"])
        try Tool.run(tuban, ["import", source, "--layer", layer, "-f", county])
        try Tool.run(
            tuban,
            ["import", source, "--layer", layer, "--as", "GHYDYH", "--crosswalk", "survey:plan2023", "-f", county])
        let wanted = min(10_000, parcels / 10)
        let stride = max(1, parcels / wanted)
        let hasPeer =
            try Tool.seconds("ogr2ogr", ["-f", "GPKG", peer, source, layer]) != nil
            && Tool.seconds(
                "ogr2ogr",
                ["-f", "GPKG", changes, source, layer, "-where", "fid % \(stride) = 0", "-preserve_fid"]) != nil
        let open = try Project.open(at: county)
        defer { try? open.close() }
        guard let survey = try open.newestSurvey() else { return [] }
        let signer = try staff(open)
        defer { try? signer.close() }
        var run: Int64 = 0
        let (ours, theirs) = try Clock.best(of: 3) {
            run += 1
            let plan = try draft(wanted, stride, run, survey, in: open)
            let move = try signer.prepare(MoveRequest(plan: plan, step: "publish"))
            return try Clock.seconds { _ = try signer.commit(move, signature: "bench", line: "review move") }
        } _: {
            guard hasPeer else { return nil }
            return try Tool.seconds(
                "ogr2ogr",
                ["-update", "-upsert", "-preserve_fid", "-gt", "unlimited", peer, changes, layer, "-nln", layer])
        }
        return [
            Row(
                what: "publish a plan of \(wanted) changes", size: parcels, ours: ours, peer: theirs,
                peerName: "ogr2ogr -upsert", unit: "s", goal: parcels >= 100_000 ? .ratio(3) : .none)
        ]
    }

    /// Gives the project people and the shortest workflow; hands back the one who publishes.
    private func staff(_ open: Project) throws -> Project {
        let me = Person(login: open.who, roles: [.administrator, .drafter], key: "ssh-ed25519 AAAA")
        try open.keep(open.prepare(me), signature: "bench", line: "roster key")
        let other = Person(login: "publisher", level: .county, roles: [.publisher], key: "ssh-ed25519 BBBB")
        try open.keep(open.prepare(other), signature: "bench", line: "roster set")
        try open.keep(
            open.prepareRulebook(.workflow, text: Self.workflow), signature: "bench", line: "workflow set")
        return try Project.open(at: open.path, who: other.login)
    }

    /// A submitted plan of another class for parcels from all over the county.
    private func draft(
        _ wanted: Int, _ stride: Int, _ run: Int64, _ survey: Layer, in open: Project
    ) throws -> Int64 {
        try open.stand(Here(layer: survey.id))
        let plan = try open.newPlan("run \(run)", kind: .siteSelection, base: survey, line: "plan new")
        let uids = try open.parcels(
            ParcelQuery(filter: .sql("uid % \(stride) = \(run)"), sort: .uid), limit: wanted
        ).map(\.uid)
        _ = try open.setClass(of: uids, to: .plan2023("0701"), in: plan.id, line: "plan set-class")
        _ = try open.commit(open.prepare(MoveRequest(plan: plan.id, step: "submit")), line: "review move")
        return plan.id
    }
}
