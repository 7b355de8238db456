import Geometry
import Planning

/// Layers whose features are made of cells, by what covers them in the latest survey.
enum Covering: String {
    case SD, JBCY, TRL, STGYL, CZCDYD, JSBJ, ZRZY_SZY, ZRZY_SL, ZRZY_CY
}

extension Cover {
    var isForest: Bool {
        switch self {
        case .forest, .bamboo, .shrub, .otherForest, .mangrove: true
        default: false
        }
    }

    var isWater: Bool { self == .river || self == .reservoir || self == .pond || self == .ditch }
    var isGrass: Bool { self == .pasture || self == .otherGrass }
}

extension County {
    /// The fabric of every village in the latest survey.
    func forEachFabric(_ body: (Fabric) throws -> Void) rethrows {
        for village in layout.villages { try body(painter.paint(village, age: painter.lastAge)) }
    }

    func forEachCovered(_ covering: Covering, _ body: (Natural) throws -> Void) rethrows {
        var isEmpty = true
        try forEachCovered(covering, above: 0.75) {
            isEmpty = false
            try body($0)
        }
        // In a small county without high hills such forests stand lower.
        if isEmpty, covering == .TRL || covering == .STGYL { try forEachCovered(covering, above: 0.3, body) }
    }

    /// - Parameter natural: the height from which a forest is a natural one; those somewhat lower are for the public.
    private func forEachCovered(
        _ covering: Covering, above natural: Double, _ body: (Natural) throws -> Void
    ) rethrows {
        try forEachFabric { fabric in
            let place = place(ofTown: fabric.village.town), village = self.place(of: fabric.village)
            // Cells follow one another within a block, whose planting and height are asked for once a row of cells.
            var last = (column: -1, row: -1), isKept = false, height: Double?
            var values = fabric.cover.indices.map { cell -> UInt64 in
                guard fabric.piece[cell] != 0 else { return 0 }
                let block = fabric.block(of: cell)
                if block != last {
                    last = block
                    // Settlements are told by the survey itself; the other layers leave the planted cases alone.
                    isKept = covering != .CZCDYD && painter.planting.isKept(block.column, block.row)
                    height = nil
                }
                if isKept { return 0 }
                return value(of: covering, fabric.cover[cell], block, town: fabric.village.town, natural) {
                    let found = height ?? lattice.roughness(block.column, block.row)
                    height = found
                    return found
                }
            }
            if covering == .JSBJ { values = widened(values, fabric) }
            guard values.contains(where: { $0 != 0 }) else { return }
            let areas = Areas(width: fabric.width, height: fabric.height, values: values)
            var drawing = Drawing(cellsOf: fabric, areas, lattice)
            for number in 0..<areas.count {
                let first = Int(areas[number].first ?? 0)
                var shape = drawing.shape(of: [areas[number]])
                // A settlement has no holes: what it encloses belongs to it.
                if covering == .CZCDYD { shape = Shape(polygon: [shape.nested[0][0]]) }
                let named = ListedPlace(
                    code: covering == .JSBJ ? village.code : place.code,
                    name: covering == .JSBJ ? village.name : place.name)
                try body(
                    Natural(
                        shape: shape, place: named,
                        values: self.values(
                            of: covering, values[first], fabric.block(of: first), village, place, number)))
            }
        }
    }

    private func value(
        of covering: Covering, _ cover: Cover, _ block: (column: Int, row: Int), town: Int, _ natural: Double,
        height: () -> Double
    ) -> UInt64 {
        switch covering {
        case .SD:
            switch cover {
            case .flat: return 1
            case .mangrove: return 2
            case .coastalFlat: return 3
            default: return 0
            }
        case .JBCY: return cover == .pasture ? 1 : 0
        case .TRL: return (cover == .forest || cover == .bamboo) && height() > natural ? 1 : 0
        case .STGYL: return cover.isForest && height() > natural - 0.15 ? 1 : 0
        case .ZRZY_SZY: return cover.isWater ? 1 + UInt64(cover.rawValue) : 0
        case .ZRZY_SL: return cover.isForest ? 1 + UInt64(cover.rawValue) : 0
        case .ZRZY_CY: return cover.isGrass ? 1 + UInt64(cover.rawValue) : 0
        case .CZCDYD:
            guard cover.needsSettlement, cover != .special, cover != .mining else { return 0 }
            return isTown(block, town) ? 2 : cover == .industry || cover == .storage ? 4 : 3
        case .JSBJ:
            guard cover == .homestead || cover == .vacant || cover == .offices || cover == .schools else { return 0 }
            return isTown(block, town) ? 0 : 1
        }
    }

    private func isTown(_ block: (column: Int, row: Int), _ town: Int) -> Bool {
        ground.urbanity(Double(block.column) + 0.5, Double(block.row) + 0.5, town: town) > -0.3
    }

    /// A village's boundary leaves a cell of room around its houses.
    private func widened(_ values: [UInt64], _ fabric: Fabric) -> [UInt64] {
        var result = values
        for cell in values.indices where values[cell] == 0 && fabric.piece[cell] != 0 {
            let x = cell % fabric.width, block = fabric.block(of: cell)
            guard !painter.planting.isKept(block.column, block.row), !isTown(block, fabric.village.town) else {
                continue
            }
            let isBeside =
                (x > 0 && values[cell - 1] != 0) || (x + 1 < fabric.width && values[cell + 1] != 0)
                || (cell >= fabric.width && values[cell - fabric.width] != 0)
                || (cell + fabric.width < values.count && values[cell + fabric.width] != 0)
            if isBeside { result[cell] = 1 }
        }
        return result
    }

    private func values(
        of covering: Covering, _ value: UInt64, _ block: (column: Int, row: Int), _ village: VillagePlace,
        _ town: ListedPlace, _ number: Int
    ) -> [String: CountyValue] {
        let square = dice.pick(6, .listed, block.column / 16, block.row / 16)
        switch covering {
        case .SD:
            return [
                "SDJB": .text(square == 0 ? "国家重要湿地" : square < 3 ? "省级重要湿地" : "一般湿地"),
                "SDLX": .text(["内陆滩涂", "红树林地", "沿海滩涂"][Int(value) - 1]),
            ]
        case .JBCY, .TRL: return [:]
        case .STGYL: return ["GYLDJ": .text(square < 2 ? "国家级" : "地方级")]
        case .CZCDYD:
            let code = value == 2 ? town.code + "0000000000" : village.padded
            return [
                "CZCLX": .text(value == 2 ? "202" : value == 4 ? "203A" : "203"), "CZCDM": .text(code),
                "CZCMC": .text(value == 2 ? town.name : village.name),
            ]
        case .JSBJ:
            return [
                "JSBM": .text("\(village.code)\(number + 1)"), "GKYQ": .text("村庄建设"), "PFSJ": .text("2022-12-30"),
                "PFWH": .text("示例村批\(village.code.suffix(6))"),
            ]
        case .ZRZY_SZY, .ZRZY_SL, .ZRZY_CY:
            let cover = Cover(rawValue: UInt8(value - 1))
            return ["LX": optional(cover.flatMap { ClassTable.standard[$0.landUse]?.name.chinese })]
        }
    }

    /// A registration unit for each stretch of the red line, or of the hills in a county without one: whose it is, and
    /// which resources it holds.
    func forEachRegistrationUnit(_ body: (Natural) throws -> Void) rethrows {
        var isEmpty = true
        try forEachRegistrationUnit {
            zone($0, $1, town: $2).isRedLine
        } _: {
            isEmpty = false
            try body($0)
        }
        guard isEmpty, let hill = lonelyBlock(isHigh: true) else { return }
        try forEachRegistrationUnit({ column, row, _ in column == hill.column && row == hill.row }, body)
    }

    private func forEachRegistrationUnit(
        _ isEcological: (_ column: Int, _ row: Int, _ town: Int) -> Bool, _ body: (Natural) throws -> Void
    ) rethrows {
        for town in layout.towns {
            let extent = extent(of: town), place = place(ofTown: town.index)
            let villages = town.villages.map { layout.villages[$0] }
            var units: [Int: Int] = [:]
            var values = Array(repeating: UInt64(0), count: extent.columns.count * extent.rows.count)
            for village in villages {
                for column in village.columns {
                    for row in layout.rows(of: village.band, column: column)
                    where isEcological(column, row, town.index) {
                        values[
                            (row - extent.rows.lowerBound) * extent.columns.count + column - extent.columns.lowerBound] =
                            1
                    }
                }
            }
            guard values.contains(1) else { continue }
            let areas = Areas(width: extent.columns.count, height: extent.rows.count, values: values)
            for (square, unit) in areas.numbers.enumerated() where unit >= 0 {
                let column = extent.columns.lowerBound + square % extent.columns.count
                units[(extent.rows.lowerBound + square / extent.columns.count) << 24 | column] = Int(unit)
            }
            let sums = resources(of: villages, units: units, count: areas.count)
            var drawing = Drawing(
                blocksFrom: extent.columns.lowerBound, extent.rows.lowerBound, width: extent.columns.count,
                height: extent.rows.count, areas, lattice)
            for unit in 0..<areas.count {
                let sum = sums[unit], total = sum.kinds.reduce(0, +)
                var values: [String: CountyValue] = [
                    "DJDYMC": .text("\(place.name)生态空间登记单元\(unit + 1)"), "DJDYLX": .text("生态空间"),
                    "ZL": .text("\(names.countyName)\(place.name)"), "DJDYZMJ": area(total), "GYMJ": area(sum.state),
                    "JTMJ": area(total - sum.state), "ZYQMJ": .real(0),
                ]
                for (kind, size) in zip(Self.resourceFields, sum.kinds) { values[kind] = area(size) }
                try body(Natural(shape: drawing.shape(of: [areas[unit]]), place: place, values: values))
            }
        }
    }

    private static let resourceFields = ["SZYMJ", "SDMJ", "SLMJ", "CYMJ", "HDMJ", "QTMJ"]

    /// Areas by resource of the cells in each unit.
    private func resources(of villages: [Layout.Village], units: [Int: Int], count: Int)
        -> [(kinds: [Int64], state: Int64)]
    {
        var sums = Array(repeating: (kinds: [Int64](repeating: 0, count: 6), state: Int64(0)), count: count)
        for village in villages {
            let fabric = painter.paint(village, age: painter.lastAge)
            let values = fabric.cover.indices.map { cell -> UInt64 in
                let block = fabric.block(of: cell)
                guard fabric.piece[cell] != 0, let unit = units[block.row << 24 | block.column] else { return 0 }
                let cover = fabric.cover[cell]
                let kind =
                    cover.isWater
                    ? 0
                    : cover == .flat || cover == .mangrove || cover == .coastalFlat
                        ? 1
                        : cover.isForest ? 2 : cover.isGrass ? 3 : cover == .bareRock ? 4 : 5
                let isState = isStateOwned(cover, block, town: village.town)
                return UInt64((unit * 6 + kind) * 2 + (isState ? 1 : 0) + 1)
            }
            guard values.contains(where: { $0 != 0 }) else { continue }
            let areas = Areas(width: fabric.width, height: fabric.height, values: values)
            var drawing = Drawing(cellsOf: fabric, areas, lattice)
            for number in 0..<areas.count {
                let value = Int(values[Int(areas[number].first ?? 0)]) - 1
                let size = measure(drawing.shape(of: [areas[number]]))
                sums[value / 12].kinds[value / 2 % 6] += size
                if value % 2 == 1 { sums[value / 12].state += size }
            }
        }
        return sums
    }
}
