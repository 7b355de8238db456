import Geometry
import Planning

extension County {
    /// The 30 fields of DLTB (TD/T 1057-2020).
    static let surveyFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("TBYBH", .text(width: 18)), CountyField("TBBH", .text(width: 8)),
        CountyField("DLBM", .text(width: 5)), CountyField("DLMC", .text(width: 60)),
        CountyField("QSXZ", .text(width: 2)), CountyField("QSDWDM", .text(width: 19)),
        CountyField("QSDWMC", .text(width: 255)), CountyField("ZLDWDM", .text(width: 19)),
        CountyField("ZLDWMC", .text(width: 255)), CountyField("TBMJ", .real(decimals: 2)),
        CountyField("KCDLBM", .text(width: 5)), CountyField("KCXS", .real(decimals: 4)),
        CountyField("KCMJ", .real(decimals: 2)), CountyField("TBDLMJ", .real(decimals: 2)),
        CountyField("GDLX", .text(width: 2)), CountyField("GDPDJB", .text(width: 2)),
        CountyField("XZDWKD", .real(decimals: 1)), CountyField("TBXHDM", .text(width: 6)),
        CountyField("TBXHMC", .text(width: 20)), CountyField("ZZSXDM", .text(width: 6)),
        CountyField("ZZSXMC", .text(width: 20)), CountyField("GDDB", .integer),
        CountyField("FRDBS", .text(width: 1)), CountyField("CZCSXM", .text(width: 4)), CountyField("SJNF", .integer),
        CountyField("MSSM", .text(width: 2)), CountyField("HDMC", .text(width: 100)),
        CountyField("BZ", .text(width: 255)),
    ]

    /// A parcel with all that layers say of it.
    struct Surveyed {
        let place: VillagePlace
        let cover: Cover
        let shape: Shape
        /// From 1, in the county and in the village.
        let number: Int
        let numberInVillage: Int
        /// The block of its first cell, and all blocks that it touches.
        let block: (column: Int, row: Int)
        let blocks: [(column: Int, row: Int)]
        /// Hundredths of a square metre.
        let gross: Int64
        let slope: SlopeClass?
        /// Where its chances are rolled.
        let chance: Int
        /// What was planted there.
        let plant: Planting.Plant?

        /// The deducted field ridges: factor × gross, half up.
        var deducted: Int64 {
            slope.map { (gross * $0.factor + 5_000) / 10_000 } ?? 0
        }
    }

    /// The names and codes of a village.
    struct VillagePlace {
        let village: Layout.Village
        let code: String
        let name: String
        let padded: String
    }

    /// How steep cultivated land is, and what that deducts.
    struct SlopeClass {
        /// 1 to 5 (GDPDJB).
        let level: Int
        let isTerrace: Bool
        /// In ten-thousandths (KCXS). The county's own table: every real county sets its own.
        var factor: Int64 {
            let slopes: [Int64] = [0, 700, 1_050, 1_480, 2_120]
            let terraces: [Int64] = [0, 520, 840, 1_190, 1_760]
            return (isTerrace ? terraces : slopes)[level - 1]
        }
    }

    func place(of village: Layout.Village) -> VillagePlace {
        let code = names.code(of: village, in: layout.towns[village.town])
        return VillagePlace(village: village, code: code, name: names.name(of: village), padded: code + "0000000")
    }

    /// Every parcel of a year's survey, village after village.
    func forEachParcel(
        _ year: Int, in villages: [Layout.Village]? = nil, _ body: (Surveyed) throws -> Void
    ) rethrows {
        let age = Double(year - (years.first ?? year))
        var number = 0
        for village in villages ?? layout.villages {
            let place = place(of: village)
            let parcels = Parcels(painter.paint(village, age: age), dice: dice)
            var drawing = Drawing(cellsOf: parcels.fabric, parcels.areas, lattice)
            var numberInVillage = 0
            for leader in parcels.leaders {
                number += 1
                numberInVillage += 1
                let parts = parcels.parts(leader).map { parcels.areas[$0] }
                let cover = parcels.cover(of: leader)
                let shape = drawing.shape(of: parts)
                let first = Int(parts[0].first ?? 0)
                let block = parcels.fabric.block(of: first)
                let piece = parcels.fabric.piece[first], chance = Int(truncatingIfNeeded: piece)
                let isPlanted = !parcels.fabric.planted.isEmpty && parcels.fabric.planted.contains(piece)
                var blocks: [(column: Int, row: Int)] = []
                for square in parts.joined() {
                    let own = parcels.fabric.block(of: Int(square))
                    if !blocks.contains(where: { $0 == own }) { blocks.append(own) }
                }
                try body(
                    Surveyed(
                        place: place, cover: cover, shape: shape, number: number, numberInVillage: numberInVillage,
                        block: block, blocks: blocks, gross: measure(shape),
                        slope: cover.isCropland ? slope(block, chance) : nil, chance: chance,
                        plant: isPlanted ? painter.planting.plant(of: piece) : nil))
            }
        }
    }

    private func slope(_ block: (column: Int, row: Int), _ chance: Int) -> SlopeClass {
        let height = terrain.height(Double(block.column) + 0.5, Double(block.row) + 0.5)
        let felt = height + 0.12 * (dice.unit(.attribute, chance, 1) - 0.5)
        let level = felt < 0.33 ? 1 : felt < 0.42 ? 2 : felt < 0.53 ? 3 : felt < 0.68 ? 4 : 5
        return SlopeClass(level: level, isTerrace: dice.unit(.attribute, chance, 2) < 0.4)
    }

    func forEachSurveyed(_ year: Int, _ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        let classNames = Cover.allCases.map { ClassTable.standard[$0.landUse]?.name.chinese ?? "" }
        let countyPadded = names.county.padded
        try forEachParcel(year) { parcel in
            let owner = owner(of: parcel)
            let isState = isStateOwned(parcel.cover, parcel.block, town: parcel.place.village.town)
            let slope = parcel.slope.flatMap { $0.level > 1 ? $0 : nil }
            let crop = parcel.cover.isCropland ? self.crop(parcel) : nil
            let grade = parcel.slope.map { Int64(3 + 2 * $0.level + dice.pick(2, .attribute, parcel.chance, 4)) }
            var values: [CountyValue] = [
                layer.bsm(bsmNumber(parcel)), .text("2001010100"), .null, .text(String(parcel.numberInVillage)),
                .text(parcel.cover.code), .text(classNames[Int(parcel.cover.rawValue)]),
                .text(isState ? "20" : "30"), .text(isState ? countyPadded : owner.padded),
                .text(isState ? names.countyName : owner.name), .text(parcel.place.padded),
                .text(parcel.place.name), area(parcel.gross), slope == nil ? .null : .text("1203"),
                parcel.slope.map { .real(Double($0.factor) / 10_000) } ?? .null,
                parcel.slope == nil ? .null : area(parcel.deducted), area(parcel.gross - parcel.deducted),
                optional(slope.map { $0.isTerrace ? "TT" : "PD" }), optional(parcel.slope.map { String($0.level) }),
                width(parcel), .null, .null, optional(crop?.code), optional(crop?.name),
                grade.map { .integer($0) } ?? .null,
                .text(!isState && owner.code != parcel.place.code ? "1" : "0"), optional(settlement(parcel)),
                .integer(Int64(year)),
                .text("00"), .null, .null,
            ]
            guard let plant = parcel.plant, year == years.last else {
                return try body(CountyFeature(values: values, shape: parcel.shape, size: parcel.gross))
            }
            let site = painter.planting.sites[plant.site]
            var fault: Fault?
            for mark in site.fact.marks where mark.layer == "DLTB" && mark.extent.holds(plant.half) {
                for (name, text) in mark.values {
                    if name == "FAULT" { fault = withFaults ? Fault(rawValue: text) : nil }
                    guard withFaults || site.fact.verdict != .fault,
                        let column = Self.surveyFields.firstIndex(where: { $0.name == name })
                    else { continue }
                    values[column] = Self.value(text, Self.surveyFields[column].kind)
                }
            }
            let feature = CountyFeature(values: values, shape: parcel.shape)
            guard let fault else { return try body(feature) }
            for faulty in spoiled(feature, by: fault, site, layer) { try body(faulty) }
        }
    }

    /// The village that owns a collective parcel: its own, or for a few the next one, whose enclave (飞入地) it is.
    private func owner(of parcel: Surveyed) -> VillagePlace {
        guard parcel.plant == nil, layout.villages.count > 1, dice.unit(.attribute, parcel.chance, 11) < 0.005 else {
            return parcel.place
        }
        return place(of: layout.villages[(parcel.place.village.index + 1) % layout.villages.count])
    }

    /// The running number of a parcel; planted ones have numbers that can be told in advance.
    func bsmNumber(_ parcel: Surveyed) -> Int {
        parcel.plant.map { Self.number(ofSite: $0.site, part: $0.half) } ?? parcel.number
    }

    /// Rivers, highways, towns and the high woods belong to the state, the rest to the villages.
    func isStateOwned(_ cover: Cover, _ block: (column: Int, row: Int), town: Int) -> Bool {
        let x = Double(block.column) + 0.5, y = Double(block.row) + 0.5
        switch cover {
        case .highway, .river, .reservoir, .street, .hydraulic, .flat, .mangrove, .coastalFlat: return true
        case .urbanHousing, .commerce, .offices, .schools, .park, .industry, .storage, .utilities:
            return ground.urbanity(x, y, town: town) > 0.1
        case .forest, .shrub, .bareRock, .otherForest: return terrain.height(x, y) > 0.85
        default: return false
        }
    }

    private func urbanity(_ parcel: Surveyed) -> Double {
        ground.urbanity(
            Double(parcel.block.column) + 0.5, Double(parcel.block.row) + 0.5, town: parcel.place.village.town)
    }

    /// The settlement attribute (CZCSXM).
    func settlement(_ parcel: Surveyed) -> String? {
        guard parcel.cover.needsSettlement else { return nil }
        switch parcel.cover {
        case .mining: return "204"
        case .special: return "205"
        default: break
        }
        if urbanity(parcel) > -0.3 { return "202" }
        return parcel.cover == .industry || parcel.cover == .storage ? "203A" : "203"
    }

    /// What is sown (ZZSXDM).
    func crop(_ parcel: Surveyed) -> (code: String, name: String) {
        let roll = dice.unit(.attribute, parcel.chance, 3)
        if roll < 0.72 { return ("LS", "种植粮食") }
        if roll < 0.86 { return ("FLS", "种植非粮") }
        return roll < 0.96 ? ("LYFL", "粮与非粮轮作") : ("WG", "未耕种")
    }

    /// The width of a linear object in metres, to 0.1: that of its strip.
    private func width(_ parcel: Surveyed) -> CountyValue {
        switch parcel.cover {
        case .highway: .real((3 * lattice.cell).rounded() / 10)
        case .ruralRoad, .ditch: .real((1.1 * lattice.cell).rounded() / 10)
        default: .null
        }
    }
}
