import Geometry
import Planning

extension County {
    typealias Zone = Ground.Zone

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

    func zone(_ column: Int, _ row: Int, town: Int) -> Zone { ground.zone(column, row, town: town) }

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
        try forEachPlanted(in: "CZKFBJ", layer, Self.urbanBoundaryFields) { mark in
            let code = mark.value("GHFQDM") ?? ""
            return code.isEmpty ? [:] : ["GHFQMC": optional(ClassTable.standard[.zone(code)]?.name.chinese)]
        } _: {
            try body($0)
        }
    }

    /// The planted features of a layer that no table lists.
    private func forEachPlanted(
        in name: String, _ layer: CountyLayer, _ fields: [CountyField],
        _ known: (Case.Mark) -> [String: CountyValue], _ body: (CountyFeature) throws -> Void
    ) rethrows {
        let listed = Listed(
            name: name, geometry: layer.geometry, isCoastal: false, title: layer.title, fields: fields)
        try forEachPlanted(in: name) { site, part, mark, shape in
            let values = values(mark, site, fields).merging(known(mark)) { $1 }
            try body(
                feature(
                    of: listed, layer, number: Self.number(ofSite: site.index, part: part), shape, place(of: site),
                    values))
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
        for (_, shape) in seaShapes({ isMarineRedLine($0, $1) ? 1 : 0 }) {
            number += 1
            try body(
                CountyFeature(
                    values: [
                        layer.bsm(number), .null, .text(names.county.digits), .text(names.countyName),
                        .text("HX\(names.county.digits)\(number)"), .text("\(names.countyName)海洋生态保护红线"),
                        .text("海洋"), area(measure(shape)), .null, .text("一般控制区"),
                    ], shape: shape))
        }
        try forEachPlanted(in: "STBHHX", layer, Self.redLineFields) { mark in
            var values: [String: CountyValue] = ["HXMC": .text("\(names.countyName)生态保护红线")]
            if mark.value("HXLX") == nil { values["HXLX"] = .text("水土保持") }
            return values
        } _: {
            try body($0)
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
            var use = planned(parcel) ?? kept[Int(parcel.cover.rawValue)]
            if let plant = parcel.plant {
                for mark in painter.planting.sites[plant.site].fact.marks
                where mark.layer == "GHYDYH" && mark.extent.holds(plant.half) {
                    use = mark.value("YDYHFLDM").flatMap { $0.isEmpty ? nil : .plan2023($0) }
                }
            }
            let name = use.flatMap { ClassTable.standard[$0]?.name.chinese }
            try body(
                CountyFeature(
                    values: [
                        layer.bsm(bsmNumber(parcel)), .null, .text(parcel.place.code), .text(parcel.place.name),
                        optional(use?.code), optional(name), area(parcel.gross), .null,
                    ], shape: parcel.shape, size: parcel.gross))
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
