import Foundation
import Geometry
import Phrases
import Planning
import Testing

/// What follows from the measured areas of a boundary's parts.
@Suite struct BoundaryAnalysisTests {
    private let shape = Shape(kind: .polygon)

    private func parcel(_ id: Int64, _ raw: Int64, _ code: String = "0101", factor: Double = 0)
        -> BoundaryAnalysis.Parcel
    {
        BoundaryAnalysis.Parcel(
            id: id, number: "\(id)", code: .survey(code), className: Phrase(code, code),
            unit: .init(code: "990010010001", name: "村"), ownership: Ownership("30"), raw: raw, plane: raw,
            whole: raw * 2,
            factor: factor, isWhole: false, isSliver: false, shape: shape)
    }

    private func analysis(area: Int64, _ parcels: [BoundaryAnalysis.Parcel]) -> BoundaryAnalysis {
        var analysis = BoundaryAnalysis(
            boundary: AnalysedBoundary(name: "b", shape: shape), day: "2026-01-01", target: .plan2023("16"),
            targetName: Phrase("", ""), sliverLimit: 100)
        (analysis.area, analysis.plane, analysis.parcels) = (area, area, parcels)
        return analysis
    }

    /// The example of domain reference f3: 15902.47, 23260.35, 55199.61, 9485.07, 120.00 to 103967.57 become 15902.48,
    /// 23260.37, 55199.63, 9485.08, 120.01.
    @Test("The parts are brought to the boundary's area by the rule, and every hundredth is logged")
    func adjusted() {
        var one = analysis(
            area: 10_396_757,
            [
                parcel(1, 1_590_247), parcel(2, 2_326_035), parcel(3, 5_519_961), parcel(4, 948_507), parcel(5, 12_000),
            ])
        one.settle()
        let areas = Dictionary(uniqueKeysWithValues: one.parcels.map { ($0.id, $0.area) })
        #expect(areas == [1: 1_590_248, 2: 2_326_037, 3: 5_519_963, 4: 948_508, 5: 12_001])
        #expect(one.adjustment.moves.reduce(0) { $0 + $1.moved } == 7 && one.adjustment.obstacle == nil)
        #expect(one.sums.reduce(0) { $0 + $1.area } == one.area)
        #expect(one.parcels.map(\.id) == [3, 2, 1, 4, 5])
    }

    @Test("Ridges are deducted from adjusted areas of cultivated land, half a hundredth up")
    func ridges() {
        // 100.05 m² by 0.1 are 10.005, rounded up 10.01; the orchard has none whatever its factor says.
        var one = analysis(area: 20_010, [parcel(1, 10_005, factor: 0.1), parcel(2, 10_005, "0201", factor: 0.1)])
        one.settle()
        #expect(one.parcels.map(\.ridges) == [1_001, 0])
        #expect(one.net == 20_010 - 1_001)
        #expect(one.sums.map(\.net) == [9_004, 10_005])
    }

    @Test("What is not surveyed is a part of its own, and the sums still close")
    func unsurveyed() {
        var one = analysis(area: 1_000_003, [parcel(1, 600_000), parcel(2, 300_000)])
        one.unsurveyed = .init(raw: 100_000, plane: 100_000, shape: shape)
        one.settle()
        // Three hundredths over three parts: one each.
        #expect(one.parcels.map(\.moved) == [1, 1] && one.unsurveyed?.moved == 1)
        #expect(one.sums.reduce(0) { $0 + $1.area } + (one.unsurveyed?.area ?? 0) == one.area)
    }

    @Test("A difference beyond rounding is told and nothing is moved")
    func beyond() {
        var one = analysis(area: 1_000_000, [parcel(1, 600_000), parcel(2, 600_000)])
        one.doubled = [.init(a: 1, b: 2, numbers: ["1", "2"], area: 200_000, place: nil)]
        one.settle()
        #expect(one.adjustment.moves.isEmpty && one.parcels.allSatisfy { $0.moved == 0 })
        #expect(one.adjustment.obstacle?.english.contains("2000.00 m²") == true)
        #expect(one.adjustment.obstacle?.english.contains("lie over one another") == true)
    }

    @Test("Planned classes add up to the boundary, with a row for what has none")
    func planned() {
        func meeting(_ id: Int64, _ area: Int64, _ code: String) -> BoundaryAnalysis.Meeting {
            .init(
                id: id, number: "", name: "", code: .plan2023(code), className: Phrase(code, code), verdict: .overlap,
                area: area, plane: area)
        }
        var one = analysis(area: 1_000_000, [])
        let layer = AnalysedLayer(id: 1, table: "GHYDYH", standard: "GHYDYH", title: "", role: .plannedUse)
        one.settlePlanned(
            .init(
                layer: layer,
                meetings: [meeting(1, 300_000, "0701"), meeting(2, 200_000, "0101"), meeting(3, 100_000, "0701")],
                covered: 600_000, length: 0))
        #expect(one.planned.map(\.area) == [400_000, 200_000, 400_000])
        #expect(one.planned.last?.code == nil && one.planned.last?.area == 400_000)
        #expect(one.planned.reduce(0) { $0 + $1.area } == one.area)
    }

    private func kept(_ analysis: BoundaryAnalysis) -> KeptAnalysis {
        KeptAnalysis(
            id: 7, time: "t", who: "w", day: "d", journal: 1, boundary: analysis.boundary,
            record: AnalysisRecord(of: analysis))
    }

    @Test("Features without a number are known again by their outline, or by what they are in the project")
    func unnumbered() {
        var one = analysis(area: 1_000_000, [parcel(1, 1_000_000)])
        one.settle()
        let layer = AnalysedLayer(id: 1, table: "YJJBNTTB", standard: "YJJBNTTB", title: "", role: .controlLine)
        func meet(_ features: [(id: Int64, area: Int64, outline: String)]) {
            one.layers = [
                .init(
                    layer: layer,
                    meetings: features.map { feature in
                        var meeting = BoundaryAnalysis.Meeting(
                            id: feature.id, number: "", name: "", verdict: .overlap, area: feature.area)
                        meeting.outline = feature.outline
                        return meeting
                    }, covered: 100, length: 0)
            ]
        }
        meet([(5, 40, "a"), (6, 60, "b")])
        let before = kept(one)
        // Imported anew, in another order.
        meet([(15, 60, "b"), (16, 40, "a")])
        #expect(AnalysisComparison(before, now: AnalysisRecord(of: one)).meetings.isEmpty)
        // One is drawn anew in the project: it is the same, with another area.
        meet([(5, 30, "c"), (6, 60, "b")])
        let edited = AnalysisComparison(before, now: AnalysisRecord(of: one)).meetings
        #expect(edited.count == 1 && edited[0].before?.area == 40 && edited[0].now?.area == 30)
        // One is gone, another has come.
        meet([(15, 60, "b"), (17, 30, "d")])
        let moved = AnalysisComparison(before, now: AnalysisRecord(of: one)).meetings
        #expect(moved.count == 2 && moved.contains { $0.now == nil && $0.before?.area == 40 })
    }

    @Test("What is kept of an analysis gives back its verdict, sums, lines and where they are")
    func readBack() throws {
        var one = analysis(area: 1_000_000, [parcel(1, 400_000), parcel(2, 600_000, "0301")])
        one.plane = 1_000_100
        let layer = AnalysedLayer(id: 1, table: "YJJBNTTB", standard: "YJJBNTTB", title: "x", role: .controlLine)
        one.layers = [
            .init(
                layer: layer,
                meetings: [
                    .init(id: 5, number: "9", name: "n", verdict: .overlap, area: 40, place: Point(x: 3, y: 4))
                ], covered: 40, length: 0)
        ]
        one.held = ["R02"]
        one.settle()
        let rule = try #require(RuleTable.standard.first)
        var finding = RuleFinding(
            id: 0, rule: rule, verdict: .broken, uid: 1, number: "11", layer: "DLTB", object: 5, objectNumber: "9",
            objectLayer: "YJJBNTTB", area: 0.4, measured: 0.4, threshold: 0, ignored: 0, reason: "",
            place: Point(x: 1, y: 2))
        one.findings = [finding]
        // Through the text that the project keeps.
        var back = kept(one)
        back.record = try JSONDecoder().decode(AnalysisRecord.self, from: JSONEncoder().encode(back.record))
        let names = AnalysisNames(
            layers: [layer], classes: [:], rules: ["\(rule.id) \(rule.version)": rule])
        let again = BoundaryAnalysis(back, comparison: nil, names: names)
        #expect(again.isReadBack && again.number == 7)
        #expect(again.verdict == one.verdict && again.net == one.net && again.plane == one.plane)
        #expect(again.sums.map(\.area) == one.sums.map(\.area) && again.held == one.held)
        #expect(again.layers[0].layer == layer && again.layers[0].covered == 40)
        #expect(again.layers[0].meetings[0].place == Point(x: 3, y: 4))
        finding.said = finding.phrase
        #expect(again.findings == [finding] && again.isBlocked == one.isBlocked)
    }

    @Test("A second analysis is held against the first, feature by number")
    func compared() {
        var one = analysis(area: 1_000_000, [parcel(1, 1_000_000)])
        one.settle()
        let before = KeptAnalysis(
            id: 7, time: "t", who: "w", day: "d", journal: 1, boundary: one.boundary, record: AnalysisRecord(of: one))
        #expect(AnalysisComparison(before, now: AnalysisRecord(of: one)).isEmpty)
        let layer = AnalysedLayer(id: 1, table: "YJJBNTTB_2025", standard: "YJJBNTTB", title: "", role: .controlLine)
        one.layers = [
            .init(
                layer: layer, meetings: [.init(id: 5, number: "9", name: "", verdict: .overlap, area: 40)], covered: 40,
                length: 0)
        ]
        one.parcels = [parcel(1, 400_000), parcel(2, 600_000, "0301")]
        one.settle()
        let change = AnalysisComparison(before, now: AnalysisRecord(of: one))
        #expect(change.number == 7 && change.meetings.count == 1 && change.meetings[0].before == nil)
        #expect(change.sums.count == 2)
        #expect(change.sums.first { $0.before != nil }?.now?.area == 400_000)
    }
}
