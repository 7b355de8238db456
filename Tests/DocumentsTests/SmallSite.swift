import Geometry
import Phrases
import Planning

/// A boundary of 300 m × 200 m by hand: paddy, housing, a road with a hostile number, a sliver, and a strip without
/// survey. Its areas, in hundredths of a square metre, add up by hand:
///
///     2999253 + 1 + 1999502 + 1 + 499875 + 300 + 499575 = 5998507
enum SmallSite {
    static let hostile = "<script>alert('\u{1B}[2J')</script>&\u{202E}"

    static func square(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Shape {
        let (left, low) = (39_500_000 + x, 3_800_000 + y)
        return Shape(polygon: [
            [
                Point(x: left, y: low), Point(x: left + width, y: low), Point(x: left + width, y: low + height),
                Point(x: left, y: low + height), Point(x: left, y: low),
            ]
        ])
    }

    private static let east = BoundaryAnalysis.Unit(code: "330102001001", name: "东村")
    private static let west = BoundaryAnalysis.Unit(code: "330102001002", name: "西村")

    private static func parcels() -> [BoundaryAnalysis.Parcel] {
        typealias Parcel = BoundaryAnalysis.Parcel
        var paddy = Parcel(
            id: 11, number: "330102000000000011", code: .survey("0101"), className: Phrase("Paddy field", "水田"),
            unit: east, ownership: Ownership("30"), raw: 2_999_253, plane: 3_000_000, whole: 4_000_000, factor: 0.1,
            isWhole: false, isSliver: false, shape: square(0, 0, 150, 200))
        // A tenth of 29992.54 is 2999.254, 2999.25 in hundredths.
        (paddy.moved, paddy.ridges) = (1, 299_925)
        var housing = Parcel(
            id: 12, number: "330102000000000012", code: .survey("0702"), className: Phrase("Rural homestead", "农村宅基地"),
            unit: west, ownership: Ownership("20"), raw: 1_999_502, plane: 2_000_000, whole: 1_999_502, factor: 0,
            isWhole: true, isSliver: false, shape: square(150, 0, 100, 200))
        housing.moved = 1
        let road = Parcel(
            id: 13, number: hostile, code: .survey("1006"), className: Phrase("Rural road", "农村道路"), unit: east,
            ownership: Ownership("30"), raw: 499_875, plane: 500_000, whole: 900_000, factor: 0, isWhole: false,
            isSliver: false, shape: square(250, 0, 25, 200))
        let sliver = Parcel(
            id: 14, number: "330102000000000014", code: .survey("1006"), className: Phrase("Rural road", "农村道路"),
            unit: east, ownership: Ownership("30"), raw: 300, plane: 300, whole: 900_000, factor: 0, isWhole: false,
            isSliver: true, shape: square(275, 0, 0.015, 200))
        return [paddy, housing, road, sliver]
    }

    /// As the rules of the standard table would find them.
    private static func findings() throws -> [RuleFinding] {
        func finding(_ id: String, _ verdict: RuleFinding.Verdict, uid: Int64?, reason: String = "") -> RuleFinding? {
            RuleTable.standard.first { $0.id == id }.map { rule in
                RuleFinding(
                    id: 0, rule: rule, verdict: verdict, uid: uid, number: uid == nil ? "" : "330102000000000011",
                    layer: uid == nil ? "" : "DLTB", object: uid == nil ? nil : 77,
                    objectNumber: uid == nil ? "" : "77",
                    objectLayer: uid == nil ? "" : "YJJBNTTB", area: uid == nil ? nil : 12_000.25,
                    measured: uid == nil ? nil : 12_000.25, threshold: nil, ignored: 0, reason: reason,
                    place: uid == nil ? nil : Point(x: 39_500_060, y: 3_800_100))
            }
        }
        return [
            finding("R01", .broken, uid: 11), finding("R27", .unknown, uid: nil, reason: "layer STBHHX"),
        ].compactMap { $0 }
    }

    static func analysis() throws -> BoundaryAnalysis {
        var site = BoundaryAnalysis(
            boundary: AnalysedBoundary(
                name: "North <b>plot</b>", number: "A-1", source: "north.txt", hash: String(repeating: "0", count: 64),
                shapeHash: String(repeating: "1", count: 64), shape: square(0, 0, 300, 200), declared: 6_000_000,
                notes: [Phrase("Read in zone 39.", "按第 39 带读取。")]),
            day: "2026-03-05", target: .plan2023("0701"), targetName: Phrase("Urban housing", "城镇住宅用地"),
            sliverLimit: 500)
        (site.area, site.plane, site.perimeter) = (5_998_507, 6_000_000, 1000)
        (site.journal, site.system, site.number) = (41, "CGCS2000 / 3-degree Gauss-Kruger zone 39", 7)
        site.survey = AnalysedLayer(
            id: 1, table: "DLTB_2023", standard: "DLTB", title: "地类图斑", role: .parcels, year: 2023)
        site.parcels = parcels()
        site.unsurveyed = BoundaryAnalysis.Unsurveyed(
            raw: 499_575, plane: 499_700, shape: square(275.015, 0, 24.985, 200))
        site.sums = Dictionary(grouping: site.parcels) {
            BoundaryAnalysis.Sum.Key(code: $0.code, unit: $0.unit, ownership: $0.ownership)
        }.sorted { $0.key < $1.key }.map { key, parcels in
            BoundaryAnalysis.Sum(
                key: key, className: parcels[0].className, parcels: parcels.count,
                area: parcels.reduce(0) { $0 + $1.area }, net: parcels.reduce(0) { $0 + $1.net },
                plane: parcels.reduce(0) { $0 + $1.plane })
        }
        site.adjustment = BoundaryAdjustment(
            control: 5_998_507, sum: 5_998_505, tolerance: 8,
            // Two hundredths over five parts: the two largest take one each.
            moves: try Adjustment(
                site.parcels.map { .init(id: $0.id, raw: $0.raw) } + [.init(id: 0, raw: 499_575)], to: 5_998_507
            ).moves)
        site.touched = [
            .init(id: 15, number: "330102000000000015", name: "", verdict: .touch, length: 200)
        ]
        site.layers = layers()
        site.planned = [
            .init(
                code: .plan2023("0701"), className: Phrase("Urban housing", "城镇住宅用地"), features: 2, area: 4_000_000,
                plane: 4_001_000),
            .init(
                code: nil, className: Phrase("no planned use", "无规划用途"), features: 0, area: 1_998_507, plane: 1_999_000),
        ]
        site.findings = try findings()
        (site.held, site.unconcerned) = (["R02", "R03"], ["R40"])
        site.comparison = try earlier(than: site)
        return site
    }

    private static func layers() -> [BoundaryAnalysis.LayerMeetings] {
        func layer(_ id: Int64, _ name: String, _ title: String, _ role: LayerRole) -> AnalysedLayer {
            AnalysedLayer(id: id, table: name, standard: name, title: title, role: role)
        }
        return [
            .init(
                layer: layer(2, "YJJBNTTB", "永久基本农田", .controlLine),
                meetings: [
                    .init(
                        id: 77, number: "77", name: hostile, verdict: .overlap, area: 1_200_025, plane: 1_200_300,
                        whole: 9_000_000, place: Point(x: 39_500_060, y: 3_800_100)),
                    .init(id: 78, number: "78", name: "", verdict: .sliver, area: 120, plane: 120, whole: 500_000),
                ], covered: 1_200_145, length: 0),
            .init(
                layer: layer(3, "CZKFBJ", "城镇开发边界", .controlLine),
                meetings: [.init(id: 90, number: "", name: "东区", verdict: .touch, length: 150.5)], covered: 0, length: 0
            ),
            .init(layer: layer(4, "STBHHX", "生态保护红线", .controlLine), meetings: [], covered: 0, length: 0),
            .init(
                layer: layer(5, "GHYDYH", "规划用地", .plannedUse),
                meetings: [.init(id: 95, number: "95", name: "", verdict: .overlap, area: 4_000_000)],
                covered: 4_000_000,
                length: 0),
            .init(
                layer: layer(6, "ROADS", "", .reference),
                meetings: [.init(id: 99, number: "G1", name: "", verdict: .overlap, length: 212.345)], covered: 0,
                length: 212.345),
        ]
    }

    /// Ten square metres of the paddy were a road before, and another rule was broken.
    private static func earlier(than site: BoundaryAnalysis) throws -> AnalysisComparison {
        var before = site
        before.sums[0].area -= 1000
        before.findings = []
        let kept = KeptAnalysis(
            id: 3, time: "2026-02-01T08:30:00Z", who: "wang", day: "2026-02-01", journal: 30, boundary: site.boundary,
            record: AnalysisRecord(of: before))
        return AnalysisComparison(kept, now: AnalysisRecord(of: site))
    }
}
