import Geometry
import Planning

/// A natural feature of a listed layer: its shape, where it lies, and the values that its place does not give.
struct Natural {
    let shape: Shape
    let place: ListedPlace
    var values: [String: CountyValue] = [:]
}

extension County {
    /// Every feature of a listed layer: what lies there by nature, then what was planted.
    func forEachListed(_ listed: Listed, _ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        var number = 0
        try forEachNatural(listed.name) { natural in
            number += 1
            try body(feature(of: listed, layer, number: number, natural.shape, natural.place, natural.values))
        }
        try forEachPlanted(in: listed.name) { site, part, mark, shape in
            try body(
                feature(
                    of: listed, layer, number: Self.number(ofSite: site.index, part: part), shape, place(of: site),
                    values(mark, site, listed.fields)))
        }
    }

    private func forEachNatural(_ name: String, _ body: (Natural) throws -> Void) rethrows {
        if let zoning = Zoning(rawValue: name) {
            try forEachZone(zoning, body)
        } else if let covering = Covering(rawValue: name) {
            try forEachCovered(covering, body)
        } else if let facility = Facility(rawValue: name) {
            try forEachFacility(facility, body)
        } else if let marine = Marine(rawValue: name) {
            try forEachMarine(marine, body)
        } else if let spotting = Spotting(rawValue: name) {
            try forEachSpot(spotting, body)
        } else if name == "ZRZY_DJDY" {
            try forEachRegistrationUnit(body)
        } else if name == "HHAX" {
            try forEachBank(body)
        }
    }
}

/// Layers whose features are made of whole blocks.
enum Zoning: String {
    case CQFW, CQSTDY, GHFQ, XXGH, GBZNT, JZKKQ, ZRBHD, LSWHBHX, HLFXKZX, DZZHFXQ, KCZYKZX, KQ, HHGLFW, XTXF
    case STBHZYXPJJG, NYSCSYXPJJG, CZJSSYXPJJG, XF_STBHHX

    /// Whether it could be put into any block of open country.
    var isAnywhere: Bool {
        switch self {
        case .GBZNT, .JZKKQ, .LSWHBHX, .DZZHFXQ, .KCZYKZX, .KQ, .XTXF: true
        default: false
        }
    }
}

extension County {
    private func forEachZone(_ zoning: Zoning, _ body: (Natural) throws -> Void) rethrows {
        var isEmpty = true
        func give(_ town: Layout.Town, _ value: (Int, Int) -> UInt64) throws {
            let extent = extent(of: town)
            let villages = town.villages.map { layout.villages[$0] }
            let shapes = shapes(of: villages, columns: extent.columns, rows: extent.rows, by: value)
            let place = place(ofTown: town.index)
            for (value, shape, block) in shapes {
                isEmpty = false
                try body(Natural(shape: shape, place: place, values: values(of: zoning, value, place, block)))
            }
        }
        for town in layout.towns {
            try give(town) {
                painter.planting.isKept($0, $1) && zoning != .GHFQ ? 0 : value(of: zoning, $0, $1, town: town.index)
            }
        }
        // What is rare is there all the same, once.
        guard isEmpty, zoning.isAnywhere, let block = lonelyBlock(isHigh: zoning != .GBZNT) else { return }
        try give(layout.towns[block.town]) { $0 == block.column && $1 == block.row ? 1 : 0 }
    }

    /// The highest, or lowest, block that none of the three lines covers and no case needs; nil in a county too small to
    /// have any cases.
    func lonelyBlock(isHigh: Bool) -> (column: Int, row: Int, town: Int)? {
        guard !painter.planting.sites.isEmpty else { return nil }
        var best: (column: Int, row: Int, town: Int)?, bestHeight = -Double.infinity
        for row in 0..<layout.rows {
            for column in 0..<layout.columns {
                guard let town = layout.village(column: column, row: row)?.town,
                    !painter.planting.isKept(column, row), ground.zone(column, row, town: town) == .none
                else { continue }
                let height = terrain.height(Double(column) + 0.5, Double(row) + 0.5) * (isHigh ? 1 : -1)
                if height > bestHeight { (best, bestHeight) = ((column, row, town), height) }
            }
        }
        return best
    }

    /// What a block is to a layer; 0 for nothing. Blocks of one number that hang together are one feature.
    private func value(of zoning: Zoning, _ column: Int, _ row: Int, town: Int) -> UInt64 {
        let x = Double(column) + 0.5, y = Double(row) + 0.5
        let urban = ground.urbanity(x, y, town: town), height = terrain.height(x, y)
        let zone = ground.zone(column, row, town: town), near = terrain.riverDistance(y)
        let roll = dice.unit(.listed, column &* 31 &+ zoning.rawValue.utf8.reduce(0) { $0 &* 31 &+ Int($1) }, row)
        switch zoning {
        case .CQFW: return town == ground.seat && urban > 0 ? 1 : 0
        case .CQSTDY: return town == ground.seat && urban > 0.2 ? 1 : 0
        case .GHFQ:
            if zone.isUrban { return zone.rawValue }
            if zone.isRedLine { return 100 }
            if height > 0.62 { return 200 }
            if dice.noise(.farmland, x / 2.4, y / 2.4) > 0 { return 300 }
            return ground.hasHamlet(column, row) ? 510 : 520
        case .XXGH: return zone == .concentrated && urban > 0.05 ? 1 : 0
        case .GBZNT: return zone == .none && height < 0.34 && dice.noise(.farmland, x / 3, y / 3) > 0.1 ? 1 : 0
        case .JZKKQ: return height > 0.95 ? 1 : 0
        case .ZRBHD:
            if zone == .core { return 1 }
            if zone == .general, height > 0.8 { return 2 }
            return height > 0.5 && height < 0.62 && roll < 0.01 ? 3 : 0
        case .LSWHBHX: return roll < (urban > 0 ? 0.04 : 0.003) ? 1 + UInt64(dice.pick(4, .listed, row, column)) : 0
        case .HLFXKZX: return near < 1 && height < 0.3 ? (dice.noise(.listed, x / 6, y / 6) > 0.3 ? 2 : 1) : 0
        case .DZZHFXQ:
            return height > 0.6 && height < 1 && roll < 0.03 ? 1 + UInt64(dice.pick(3, .listed, row, column)) : 0
        case .KCZYKZX: return height > 0.5 && dice.noise(.listed, x / 5 + 40, y / 5) > 0.62 ? 1 : 0
        case .KQ: return height > 0.5 && dice.noise(.listed, x / 5 + 40, y / 5) > 0.76 ? 1 : 0
        case .HHGLFW: return near < 0.6 ? 1 + UInt64(terrain.river(near: row)) : 0
        case .XTXF: return roll < 0.006 ? 1 : 0
        case .STBHZYXPJJG: return zone.isRedLine ? 1 : height > 0.5 ? 2 : 3
        case .NYSCSYXPJJG: return zone.isRedLine || height > 0.6 ? 3 : height > 0.42 ? 2 : 1
        case .CZJSSYXPJJG: return zone.isRedLine || height > 0.5 ? 3 : height > 0.36 || near < 0.6 ? 2 : 1
        case .XF_STBHHX: return zone.isRedLine ? zone.rawValue : 0
        }
    }

    private func values(
        of zoning: Zoning, _ value: UInt64, _ place: ListedPlace, _ block: (column: Int, row: Int)
    ) -> [String: CountyValue] {
        func word(_ words: [String]) -> CountyValue { .text(words[Int(value) - 1]) }
        let chance = block.column &* 4099 &+ block.row
        switch zoning {
        case .CQFW, .CQSTDY, .JZKKQ: return [:]
        case .GHFQ:
            let names: [UInt64: String] = [
                100: "生态保护区", 200: "生态控制区", 300: "农田保护区", 410: "城镇集中建设区", 420: "城镇弹性发展区", 430: "特别用途区",
                510: "村庄建设区", 520: "一般农业区",
            ]
            return ["GHFQDM": .text(String(value)), "GHFQMC": optional(names[value])]
        case .XXGH:
            return [
                "GHMC": .text("\(place.name)控制性详细规划"), "PFWH": .text("示例详批\(place.code.suffix(3))号"),
                "PFRQ": .text("2023-0\(1 + dice.pick(9, .listed, chance, 1))-15"),
            ]
        case .GBZNT: return ["YSRQ": .text("20\(18 + dice.pick(7, .listed, chance, 2))-11-30")]
        case .ZRBHD:
            return [
                "BHDMC": .text(value == 3 ? "\(place.name)风景名胜区" : "\(names.countyName.dropLast())自然保护区"),
                "BHDJB": .text(value == 3 ? "省级" : "国家级"), "BHDLX": .text(value == 3 ? "风景名胜区" : "自然保护区"),
                "GNFQ": word(["核心保护区", "一般控制区", "核心景区"]),
            ]
        case .LSWHBHX:
            return ["BHMC": .text("\(place.name)古建筑"), "BHLX": word(["保护范围", "建设控制地带", "核心保护范围", "地下文物埋藏区"])]
        case .HLFXKZX: return ["FXLX": word(["洪泛区", "蓄滞洪区"])]
        case .DZZHFXQ: return ["ZHLX": word(["滑坡", "崩塌", "泥石流"]), "FXDJ": .text("中")]
        case .KCZYKZX: return ["KZ": .text("建筑石料用灰岩")]
        case .KQ:
            return [
                "XKZH": .text("C\(names.county.digits)\(1_000_000 + chance % 9_000_000)"), "KQLX": .text("采矿权"),
                "KZMC": .text("建筑石料用灰岩"), "SFZLXKC": .text("0"), "YXQQ": .text("2019-01-01"),
                "YXQZ": .text("2029-12-31"),
            ]
        case .HHGLFW: return ["HLMC": .text(riverName(Int(value) - 1))]
        case .XTXF: return ["XMMC": .text("\(place.name)生态修复"), "YSRQ": .text("2024-12-20")]
        case .STBHZYXPJJG: return ["PJDJ": word(["极重要", "重要", "一般"])]
        case .NYSCSYXPJJG, .CZJSSYXPJJG: return ["PJDJ": word(["适宜", "一般适宜", "不适宜"])]
        case .XF_STBHHX: return ["ZRBHDFQ": .text(value == Zone.core.rawValue ? "核心保护区" : "一般控制区")]
        }
    }

    func riverName(_ row: Int) -> String {
        let heads = ["澄", "柳", "沅", "青", "白", "芦", "霞", "甘"]
        return "\(heads[dice.pick(heads.count, .name, 7, row)])河"
    }

    /// Both banks of each river, town by town.
    private func forEachBank(_ body: (Natural) throws -> Void) rethrows {
        for row in 1..<layout.rows where terrain.rowLines[row] == .river {
            var column = 0
            while column < layout.columns {
                guard let village = layout.village(column: column, row: row) else {
                    column += 1
                    continue
                }
                let start = column
                while layout.village(column: column, row: row)?.town == village.town { column += 1 }
                for bank in 0...1 {
                    let j = row * Lattice.pitch + bank
                    var line = [lattice.corner(start * Lattice.pitch, j)]
                    walk(&line, start * Lattice.pitch, j, to: column * Lattice.pitch, j)
                    try body(
                        Natural(
                            shape: Shape(line: line), place: place(ofTown: village.town),
                            values: ["HLMC": .text(riverName(row)), "HLDJ": .text("其他")]))
                }
            }
        }
    }
}
