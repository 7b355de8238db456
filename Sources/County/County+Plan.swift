import Geometry
import Planning

extension County {
    /// Zones of the three lines, block by block.
    enum Zone: UInt64 {
        case none = 0
        /// In the urban development boundary: concentrated, flexible, special.
        case concentrated = 410
        case flexible = 420
        case special = 430
        /// In the red line: the core of a nature reserve, and the rest.
        case core = 1
        case general = 2

        var isUrban: Bool { rawValue >= 400 }
        var isRedLine: Bool { self == .core || self == .general }
    }

    static let urbanBoundaryFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("XZQDM", .text(width: 12)), CountyField("XZQMC", .text(width: 100)),
        CountyField("GHFQDM", .text(width: 3)), CountyField("GHFQMC", .text(width: 50)),
        CountyField("MJ", .real(decimals: 2)), CountyField("BZ", .text(width: 255)),
    ]

    static let redLineFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("XZQDM", .text(width: 12)), CountyField("XZQMC", .text(width: 100)),
        CountyField("HXBM", .text(width: 20)), CountyField("HXMC", .text(width: 100)),
        CountyField("HXLX", .text(width: 50)), CountyField("MJ", .real(decimals: 2)),
        CountyField("ZRBHDMC", .text(width: 100)), CountyField("ZRBHDFQ", .text(width: 50)),
    ]

    static let plannedUseFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("XZQDM", .text(width: 12)), CountyField("XZQMC", .text(width: 100)),
        CountyField("YDYHFLDM", .text(width: 10)), CountyField("YDYHFLMC", .text(width: 50)),
        CountyField("MJ", .real(decimals: 2)), CountyField("BZ", .text(width: 255)),
    ]

    /// The zone of a block. The urban boundary goes around towns with room to grow, the red line around the high hills;
    /// they never meet.
    func zone(_ column: Int, _ row: Int, town: Int) -> Zone {
        let x = Double(column) + 0.5, y = Double(row) + 0.5
        let urban = ground.urbanity(x, y, town: town)
        if urban > -0.3 {
            if urban < 0.05, terrain.riverDistance(y) < 0.8 { return .special }
            return urban > -0.12 ? .concentrated : .flexible
        }
        let height = terrain.height(x, y), wild = dice.noise(.zone, x / 3.1, y / 3.1)
        guard height > 0.62, wild > -0.35 else { return .none }
        return height > 0.86 && wild > 0 ? .core : .general
    }

    func forEachUrbanBoundary(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        var number = 0
        for town in layout.towns {
            for (value, shape, _) in zones(of: town, where: \.isUrban) {
                number += 1
                let name = ClassTable.standard[.zone(String(value))]?.name.chinese
                try body(
                    CountyFeature(
                        values: [
                            layer.bsm(number), .null, .text(names.code(of: town)), .text(townName(town)),
                            .text(String(value)), optional(name), area(measure(shape)), .null,
                        ], shape: shape))
            }
        }
    }

    func forEachRedLine(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        var number = 0
        for town in layout.towns {
            for (value, shape, block) in zones(of: town, where: \.isRedLine) {
                number += 1
                let kinds = ["水源涵养", "水土保持", "生物多样性维护"]
                let isCore = value == Zone.core.rawValue
                try body(
                    CountyFeature(
                        values: [
                            layer.bsm(number), .null, .text(names.code(of: town)), .text(townName(town)),
                            .text("HX\(names.code(of: town))\(number)"), .text("\(names.countyName)生态保护红线"),
                            .text(kinds[dice.pick(3, .zone, block.column / 8, block.row / 8)]), area(measure(shape)),
                            isCore ? .text("\(names.countyName.dropLast())自然保护区") : .null,
                            .text(isCore ? "核心保护区" : "一般控制区"),
                        ], shape: shape))
            }
        }
    }

    private func zones(
        of town: Layout.Town, where belongs: (Zone) -> Bool
    ) -> [(value: UInt64, shape: Shape, block: (column: Int, row: Int))] {
        let extent = extent(of: town)
        return shapes(of: town.villages.map { layout.villages[$0] }, columns: extent.columns, rows: extent.rows) {
            let zone = zone($0, $1, town: town.index)
            return belongs(zone) ? zone.rawValue : 0
        }
    }

    private func townName(_ town: Layout.Town) -> String { names.name(of: town, isSeat: town.index == ground.seat) }

    /// Planned use of every parcel of the latest survey: what it is, or inside the urban boundary what shall be built.
    func forEachPlannedUse(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        let kept = Cover.allCases.map { ClassTable.standard[$0.landUse]?.mapping?.preferred }
        try forEachParcel(years.last ?? 2025) { parcel in
            let use = planned(parcel) ?? kept[Int(parcel.cover.rawValue)]
            let name = use.flatMap { ClassTable.standard[$0]?.name.chinese }
            try body(
                CountyFeature(
                    values: [
                        layer.bsm(parcel.number), .null, .text(parcel.place.code), .text(parcel.place.name),
                        optional(use?.code), optional(name), area(parcel.gross), .null,
                    ], shape: parcel.shape))
        }
    }

    /// What is to be built on open land inside the urban development boundary; nil where the plan keeps what is.
    private func planned(_ parcel: Surveyed) -> LandUseCode? {
        let zone = zone(parcel.block.column, parcel.block.row, town: parcel.place.village.town)
        guard zone.isUrban, !parcel.cover.isBuilt else { return nil }
        switch parcel.cover {
        case .river, .reservoir, .ruralRoad, .ditch: return nil
        default: break
        }
        if zone == .special { return .plan2023("1401") }
        let codes = [
            "070102", "070102", "070102", "100101", "100101", "100102", "090101", "080403", "1401", "1402", "16",
        ]
        return .plan2023(codes[dice.pick(codes.count, .attribute, parcel.chance, 6)])
    }
}
