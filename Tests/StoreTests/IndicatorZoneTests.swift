import Foundation
import GRDB
import Geometry
import Planning
import Testing

@testable import Store

/// A bureau's own SELECT over the views `control` and `overlap`, held against the sums over the same layers, the layer's own
/// rows and areas worked by hand.
@Suite struct IndicatorZoneTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Indicators of one input each, in order of `inputs`.
    private func rows(_ inputs: [String]) throws -> [Indicator] {
        let lines = inputs.enumerated().map { "Z\($0),甲,a,\"s = \($1)\",s\n" }
        return try IndicatorTable.lines(csv: "id,name_zh,name_en,inputs,formula\n" + lines.joined(), file: "x.csv")
            .map(\.indicator)
    }

    private func values(_ inputs: [String], _ project: Project, unit: String? = nil, plan: Int64 = 0) throws
        -> [Double?]
    {
        try project.indicators(unit: unit, plan: plan, only: rows(inputs)).map(\.value)
    }

    private static func control(_ layer: String) -> String {
        """
        select code, sum(area_m2) from control join inside using (unit) where layer = '\(layer)' group by code
        """
    }

    private static func overlap(_ layer: String, _ condition: String) -> String {
        """
        select code, sum(area_m2) from overlap join inside using (unit) where layer = '\(layer)' and \(condition)
        group by code
        """.replacing("\n", with: " ")
    }

    private static let four = [
        control("YJJBNTTB"), "area_m2 from YJJBNTTB", overlap("YJJBNTTB", "cultivated"),
        "area_m2 from land*YJJBNTTB where a.cultivated",
    ]

    private func isNear(_ value: Double?, _ expected: Double) -> Bool {
        abs((value ?? 0) - expected) <= 1e-6 * max(1, abs(expected))
    }

    @Test(
        "Rows of control and overlap equal the layer's own and the sums: the base, a draft after each step, and undone")
    func draft() throws {
        let project = try scratch.chessboard()
        // 150 m by 150 m over paddy and dry land, 50 m by 50 m over forest; another line over all of it.
        let lines = try project.addLayer(
            "YJJBNTTB", .controlLine, [square(x: 20, y: 20, side: 150), square(x: 220, y: 20, side: 50)])
        _ = try project.addLayer("STBHHX", .controlLine, [square(x: 0, y: 0, side: 300)])
        let plan = try project.newPlan("a", kind: .town, base: project.newestSurvey(), line: "").id
        func expect(_ area: Double, _ shared: Double, _ plan: Int64, _ note: String) throws {
            let found = try values(Self.four, project, plan: plan)
            #expect(isNear(found[0], area) && isNear(found[1], area), "\(note): \(found)")
            #expect(isNear(found[2], shared) && isNear(found[3], shared), "\(note): \(found)")
            for unit in ["990001001", "990001001001", "990001001002"] {
                let own = try values(Array(Self.four[2...]), project, unit: unit, plan: plan)
                #expect(isNear(own[0], own[1] ?? 0), "\(note), \(unit): \(own)")
            }
        }
        let inFile = try project.read { db throws in
            try Double.fetchOne(
                db,
                sql: """
                    SELECT sum(area) / 100.0 FROM feature WHERE valid_to IS NULL
                        AND layer = (SELECT id FROM layer_registry WHERE table_name = 'YJJBNTTB')
                    """)
        }
        #expect(inFile == 25_000)
        try expect(25_000, 22_500, plan, "before any step")
        try expect(25_000, 22_500, 0, "the base")
        // Paddy of which 80 m by 80 m lie inside is built on.
        _ = try project.setClass(of: [1], to: .plan2023("0701"), in: plan, line: "")
        try expect(25_000, 22_500 - 6_400, plan, "built on")
        _ = try project.addZone(
            NewZone(shape: square(x: 110, y: 210, side: 40), fields: ["DJ=1"]), to: lines, in: plan, line: "")
        try expect(26_600, 22_500 - 6_400 + 1_600, plan, "a zone more")
        // Dry land is parted, which changes nothing.
        let made = try project.split(
            2, .along(Shape(line: [Point(x: 130, y: -5), Point(x: 130, y: 105)])), in: plan, line: "")
        try expect(26_600, 22_500 - 6_400 + 1_600, plan, "parted")
        // Of the halves 30 m and 40 m by 80 m lie inside; one is built on.
        let half = try #require(made.features.first)
        _ = try project.setClass(of: [half.uid], to: .plan2023("0701"), in: plan, line: "")
        let inside = half.area == 300_000 ? 2_400.0 : 3_200
        try expect(26_600, 22_500 - 6_400 + 1_600 - inside, plan, "a half built on")
        try expect(25_000, 22_500, 0, "the base stays")
        for (area, shared) in [(26_600.0, 17_700.0), (26_600, 17_700), (25_000, 16_100), (25_000, 22_500)] {
            _ = try project.undo(in: plan, line: "undo")
            try expect(area, shared, plan, "undone to \(area) \(shared)")
        }
    }

    @Test("After any steps the rows equal the sums and are not stale", arguments: UInt64(1)...2)
    func laws(seed: UInt64) throws {
        var fabric = try Fabric(try scratch.chessboard(columns: 8, rows: 6), seed: seed)
        let project = fabric.project, plan = fabric.plan
        _ = try project.addLayer("STBHHX", .controlLine, [square(x: 250, y: 150, side: 260)])
        _ = try project.addLayer("SD", .resource, [square(x: 350, y: 350, side: 160)])
        let inputs =
            Self.four + [
                Self.overlap("SD", "construction"), "area_m2 from land*SD where a.construction",
                Self.control("SD"), "area_m2 from SD",
                // All control lines: the lines of the fabric, and the red line; no natural resource.
                "select code, sum(area_m2) from overlap join inside using (unit) group by code",
                "area_m2 from land*STBHHX", "area_m2 from land*YJJBNTTB",
            ]
        for round in 0..<24 {
            if round % 8 == 7 {
                _ = try? project.undo(in: plan, line: "undo")
            } else {
                try fabric.step(try fabric.outlines(), checking: false)
            }
            guard round % 3 == 2 else { continue }
            for world in [plan, 0] {
                let found = try values(inputs, project, plan: world).map { $0 ?? 0 }
                for index in stride(from: 0, to: 8, by: 2) {
                    #expect(
                        abs(found[index] - found[index + 1]) < 1e-4,
                        "seed \(seed), round \(round), plan \(world): \(inputs[index]): \(found)")
                }
                #expect(abs(found[8] - found[9] - found[10]) < 1e-4, "seed \(seed), round \(round): \(found)")
            }
        }
    }

    @Test("As of each publication the views show what was in force")
    func published() throws {
        let county = try Published(scratch)
        let zones = try county.addZones([(square(x: 0, y: 0, side: 100), "0805")])
        let inputs = [
            Self.control("GHYDYH"), Self.overlap("GHYDYH", "residential"), Self.overlap("GHYDYH", "paddy"),
            "select code, sum(area_m2) from parcel join inside using (unit) where class_code = '0101' group by code",
        ]
        func found(_ plan: Int64) throws -> [Double] { try values(inputs, county.ann, plan: plan).map { $0 ?? 0 } }
        let before = try found(0)
        #expect(before == [10_000, 0, 10_000, before[3]])
        let plan = try county.ann.newPlan("a", kind: .town, base: county.survey, planned: zones, line: "").id
        _ = try county.ann.addZone(
            NewZone(shape: square(x: 310, y: 310, side: 50)), to: zones, in: plan, line: "")
        #expect(try found(plan)[0] == 12_500 && found(0)[0] == 10_000)
        try county.publish(plan)
        #expect(try found(0)[0] == 12_500 && found(plan)[0] == 12_500)
        let publication = try #require(try county.ann.read { db in try Project.publication(of: plan, in: db) })
        let then = try county.ann.indicators(plan: -(publication - 1), only: rows(inputs))
        #expect(then.map { $0.value ?? 0 } == before, "\(then.map { $0.missing?.english ?? "" })")
    }

    @Test(
        "A layer that is named and absent is told; names that are not words of the project are not; the proof knows both"
    )
    func absent() throws {
        let project = try scratch.chessboard()
        _ = try project.addLayer("YJJBNTTB", .controlLine, [square(x: 20, y: 20, side: 150)])
        let inputs = [
            Self.control("STBHHX"), Self.overlap("STBHHX", "paddy"),
            "select code, sum(area_m2) from overlap join inside using (unit) where layer <> 'STBHHX' group by code",
        ]
        let told = try project.indicators(only: rows(inputs))
        #expect(told[0].missing?.english == "no data: there is no layer STBHHX")
        #expect(told[1].missing?.english == "no data: there is no layer STBHHX")
        #expect(isNear(told[2].value, 22_500))
        for row in try rows(inputs) { #expect(try project.fault(in: row) == nil) }
        let wrong = try rows(["select code, are_m2 from overlap join inside using (unit)"])[0]
        #expect(try project.fault(in: wrong)?.english.contains("are_m2") == true)
    }
}
