import Geometry
import Planning

extension County {
    /// YJJBNTTB, without the fields that name persons.
    static let farmlandFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("XZQDM", .text(width: 12)), CountyField("XZQMC", .text(width: 100)),
        CountyField("YJJBNTTBBH", .text(width: 20)), CountyField("TBBH", .text(width: 8)),
        CountyField("DLBM", .text(width: 5)), CountyField("DLMC", .text(width: 60)),
        CountyField("QSXZ", .text(width: 2)), CountyField("QSDWDM", .text(width: 19)),
        CountyField("QSDWMC", .text(width: 255)), CountyField("ZLDWDM", .text(width: 19)),
        CountyField("ZLDWMC", .text(width: 255)), CountyField("YJJBNTTBMJ", .real(decimals: 2)),
        CountyField("KCDLBM", .text(width: 5)), CountyField("KCXS", .real(decimals: 4)),
        CountyField("KCMJ", .real(decimals: 2)), CountyField("YJJBNTMJ", .real(decimals: 2)),
        CountyField("GDLX", .text(width: 2)), CountyField("GDPDJB", .text(width: 2)),
        CountyField("SJNF", .integer), CountyField("BZ", .text(width: 50)),
    ]

    /// Most of the cultivated land of the first survey that is neither steep nor within the other two lines.
    func forEachFarmland(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        let year = years.first ?? 2020
        var number = 0
        try forEachParcel(year) { parcel in
            guard let slope = parcel.slope else { return }
            let mark = parcel.plant.flatMap { plant in
                painter.planting.sites[plant.site].fact.marks.enumerated().first {
                    $0.element.layer == "YJJBNTTB" && $0.element.extent.holds(plant.half)
                }
            }
            guard mark != nil || isProtected(parcel, slope) else { return }
            if mark == nil { number += 1 }
            let own = mark.map { Self.number(ofSite: parcel.plant?.site ?? 0, part: $0.offset) } ?? number
            let town = layout.towns[parcel.place.village.town]
            let name = ClassTable.standard[parcel.cover.landUse]?.name.chinese
            let isSteep = slope.level > 1
            var feature = CountyFeature(
                values: [
                    layer.bsm(own), .null, .text(names.code(of: town)),
                    .text(names.name(of: town, isSeat: town.index == ground.seat)),
                    .text("\(parcel.place.code)\(parcel.numberInVillage)"), .text(String(parcel.numberInVillage)),
                    .text(parcel.cover.code), optional(name), .text("30"), .text(parcel.place.padded),
                    .text(parcel.place.name), .text(parcel.place.padded), .text(parcel.place.name),
                    area(parcel.gross), isSteep ? .text("1203") : .null, .real(Double(slope.factor) / 10_000),
                    area(parcel.deducted), area(parcel.gross - parcel.deducted),
                    isSteep ? .text(slope.isTerrace ? "TT" : "PD") : .null, .text(String(slope.level)),
                    .integer(Int64(year)), .null,
                ], shape: parcel.shape, size: parcel.gross)
            for (name, text) in mark?.element.values ?? [] {
                guard let column = Self.farmlandFields.firstIndex(where: { $0.name == name }) else { continue }
                feature.values[column] = Self.value(text, Self.farmlandFields[column].kind)
            }
            try body(feature)
        }
    }

    private func isProtected(_ parcel: Surveyed, _ slope: SlopeClass) -> Bool {
        guard slope.level < 4 else { return false }
        let x = Double(parcel.block.column) + 0.5, y = Double(parcel.block.row) + 0.5
        guard dice.noise(.farmland, x / 2.4, y / 2.4) > -0.45 else { return false }
        return parcel.blocks.allSatisfy {
            zone($0.column, $0.row, town: parcel.place.village.town) == .none
                && !painter.planting.isKept($0.column, $0.row)
        }
    }
}
