import Geometry
import Planning

/// Facilities, most of them points in the parcels that hold them.
enum Facility: String {
    case GGFWSS, BNCS, GDZD, NLD, WHYC, KCD, JZW, GLGX
}

extension County {
    func forEachFacility(_ facility: Facility, _ body: (Natural) throws -> Void) rethrows {
        switch facility {
        case .GGFWSS, .BNCS, .WHYC, .KCD: try forEachPoint(facility, body)
        case .GDZD, .NLD: try forEachTownPoint(facility, body)
        case .JZW: try forEachBuilding(body)
        case .GLGX: try forEachTunnel(body)
        }
    }

    private func forEachPoint(_ facility: Facility, _ body: (Natural) throws -> Void) rethrows {
        var isEmpty = true
        try forEachFabric { fabric in
            let areas = Areas(width: fabric.width, height: fabric.height, values: fabric.piece)
            let place = place(ofTown: fabric.village.town), village = names.name(of: fabric.village)
            for number in 0..<areas.count {
                let first = Int(areas[number].first ?? 0), block = fabric.block(of: first)
                guard !painter.planting.isKept(block.column, block.row) else { continue }
                let chance = Int(truncatingIfNeeded: fabric.piece[first])
                guard let values = values(of: facility, fabric.cover[first], chance, village) else { continue }
                let i = fabric.firstColumn + first % fabric.width, j = fabric.firstRow + first / fabric.width
                isEmpty = false
                try body(Natural(shape: Shape(point: point(inCell: i, j)), place: place, values: values))
            }
        }
        if isEmpty, let lone = lone(facility) { try body(lone) }
    }

    /// What is rare and is there all the same, once: a deposit that nobody mines, a temple in the hills.
    private func lone(_ facility: Facility) -> Natural? {
        guard facility == .KCD || facility == .WHYC, let block = lonelyBlock(isHigh: true) else { return nil }
        let town = place(ofTown: block.town)
        let at = point(inCell: block.column * Lattice.pitch + 3, block.row * Lattice.pitch + 3)
        let temple: [String: CountyValue] = [
            "YCMC": .text("\(town.name)古建筑"), "YCLX": .text("不可移动文物"), "YCDJ": .text("县级"),
        ]
        let rest = facility == .WHYC ? temple : values(of: facility, .mining, 0, town.name) ?? [:]
        return Natural(shape: Shape(point: at), place: town, values: rest)
    }

    /// What stands in a parcel, as chance has it; nil for nothing.
    private func values(
        of facility: Facility, _ cover: Cover, _ chance: Int, _ village: String
    ) -> [String: CountyValue]? {
        let roll = dice.unit(.facility, chance, facility.rawValue.utf8.count)
        func named(_ code: String, _ kind: String, _ size: Int) -> [String: CountyValue] {
            [
                "YDYHFLDM": .text(code), "SSLX": .text(kind), "SSMC": .text(village + kind),
                "GM": .integer(Int64(size + dice.pick(size, .facility, chance, 9))),
            ]
        }
        switch (facility, cover) {
        case (.GGFWSS, .schools):
            if roll < 0.34 { return named("080403", "小学", 300) }
            if roll < 0.5 { return named("080402", "中学", 600) }
            if roll < 0.64 { return named("080602", "卫生站", 4) }
            if roll < 0.7 { return named("080601", "医院", 150) }
            if roll < 0.84 { return named("0803", "文化活动站", 80) }
            return named("0805", "体育场", 200)
        case (.GGFWSS, .offices): return roll < 0.4 ? named("080701", "养老服务站", 30) : nil
        case (.GGFWSS, .commerce): return roll < 0.35 ? named("0901", "菜市场", 60) : nil
        case (.GGFWSS, .utilities): return roll < 0.3 ? named("1310", "消防站", 4) : nil
        case (.GGFWSS, .homestead):
            if roll < 0.01 { return named("080602", "卫生室", 2) }
            return roll < 0.02 ? named("080403", "教学点", 40) : nil
        case (.BNCS, .park), (.BNCS, .schools):
            guard roll < 0.5 else { return nil }
            return [
                "SSMC": .text("\(village)应急避难场所"),
                "YXMJ": .real(Double(1_000 + dice.pick(9_000, .facility, chance, 8))),
            ]
        case (.WHYC, .special), (.WHYC, .offices):
            guard roll < 0.15 else { return nil }
            return [
                "YCMC": .text("\(village)古建筑"), "YCLX": .text("不可移动文物"),
                "YCDJ": .text(roll < 0.02 ? "省级" : "县级"),
            ]
        case (.KCD, .mining): return ["KCDMC": .text("\(village)石灰岩矿"), "KZ": .text("建筑石料用灰岩"), "GM": .text("小型")]
        default: return nil
        }
    }

    private func point(inCell i: Int, _ j: Int) -> Point {
        let middle = centre(ofCell: i, j)
        return Point(x: (middle.x * 1_000).rounded() / 1_000, y: (middle.y * 1_000).rounded() / 1_000)
    }

    private func forEachTownPoint(_ facility: Facility, _ body: (Natural) throws -> Void) rethrows {
        for town in layout.towns {
            let centre = ground.centres[town.index], place = place(ofTown: town.index)
            let isSeat = town.index == ground.seat
            let count = facility == .GDZD ? (isSeat ? 2 : 0) : isSeat ? 4 : dice.pick(2, .facility, town.index, 3)
            for number in 0..<count {
                let reach = centre.radius * 0.6
                let column = Int(centre.x + reach * (dice.unit(.facility, town.index, 20 + number) - 0.5))
                let row = Int(centre.y + reach * (dice.unit(.facility, town.index, 40 + number) - 0.5))
                let isInTown = layout.village(column: column, row: row)?.town == town.index
                let at = point(
                    inCell: (isInTown ? column : Int(centre.x)) * Lattice.pitch + 3 + number,
                    (isInTown ? row : Int(centre.y)) * Lattice.pitch + 3)
                let name =
                    facility == .GDZD ? "\(place.name)\(["站", "北站"][number % 2])" : "\(place.name)下穿\(number + 1)号"
                try body(
                    Natural(
                        shape: Shape(point: at), place: place,
                        values: facility == .GDZD ? ["SSMC": .text(name)] : ["WZ": .text(name)]))
            }
        }
    }

    /// A building in the first cell of each plot of the county seat's middle.
    private func forEachBuilding(_ body: (Natural) throws -> Void) rethrows {
        for number in layout.towns[ground.seat].villages {
            let village = layout.villages[number]
            let fabric = painter.paint(village, age: painter.lastAge)
            let areas = Areas(width: fabric.width, height: fabric.height, values: fabric.piece)
            let place = place(ofTown: village.town)
            for number in 0..<areas.count {
                let first = Int(areas[number].first ?? 0), block = fabric.block(of: first), cover = fabric.cover[first]
                guard [.urbanHousing, .commerce, .offices, .schools].contains(cover),
                    ground.urbanity(Double(block.column) + 0.5, Double(block.row) + 0.5, town: village.town) > 0
                else { continue }
                let chance = Int(truncatingIfNeeded: fabric.piece[first])
                let roll = dice.unit(.facility, chance, 5)
                let storeys =
                    cover == .schools ? 5 : roll < 0.6 ? 6 + Int(roll * 10) : roll < 0.985 ? 11 + Int(roll * 22) : 36
                let middle = point(
                    inCell: fabric.firstColumn + first % fabric.width, fabric.firstRow + first / fabric.width)
                let half = lattice.cell * 0.16
                let (w, h) = ((half * 1_000).rounded() / 1_000, (half * 700).rounded() / 1_000)
                let ring = [(-w, -h), (w, -h), (w, h), (-w, h), (-w, -h)].map {
                    Point(x: middle.x + $0.0, y: middle.y + $0.1)
                }
                let shape = Shape(polygon: [ring]), size = measure(shape)
                try body(
                    Natural(
                        shape: shape, place: place,
                        values: [
                            "CS": .integer(Int64(storeys)), "JZGD": .real((Double(storeys) * 30).rounded() / 10),
                            "JDMJ": area(size), "JZMJ": area(size * Int64(storeys)),
                        ]))
            }
        }
    }

    /// Tunnels under the two highways that cross in the county seat.
    private func forEachTunnel(_ body: (Natural) throws -> Void) rethrows {
        let centre = ground.centres[ground.seat], place = place(ofTown: ground.seat)
        let column = Int(centre.x), row = Int(centre.y), reach = max(1, Int(centre.radius * 0.5))
        func tunnels(_ isInside: (Int, Int) -> Bool) -> [[Point]] {
            let across = (max(0, column - reach)...column + reach).filter { isInside($0, row) }
            let along = (max(0, row - reach)...row + reach).filter { isInside(column, $0) }
            return [across.map { lattice.crossing($0, row) }, along.map { lattice.crossing(column, $0) }]
        }
        var lines = tunnels { layout.village(column: $0, row: $1)?.town == ground.seat }
        // A seat at the edge of its town has them under its neighbours.
        if !painter.planting.sites.isEmpty, lines.allSatisfy({ $0.count < 2 }) {
            lines = tunnels { layout.contains(column: $0, row: $1) }
        }
        for (number, line) in lines.enumerated() where line.count > 1 {
            try body(
                Natural(shape: Shape(line: line), place: place, values: ["MC": .text("综合管廊\(number + 1)号线")]))
        }
    }
}
