import Geometry
import Planning

/// Layers of the sea and the coast; empty for a county inland.
enum Marine: String {
    case HYGHFQ, ZRZY_HY, ZRZY_WJMHD, HYQ, WTHQ, HAX, HATSX
}

extension County {
    func forEachMarine(_ marine: Marine, _ body: (Natural) throws -> Void) rethrows {
        guard layout.isCoastal else { return }
        let place = ListedPlace(code: names.county.digits, name: names.countyName)
        switch marine {
        case .HAX: try forEachCoastLine(place, body)
        case .HATSX: try forEachSetback(body)
        default:
            for (value, shape) in seaShapes({ value(of: marine, $0, $1) }) {
                try body(Natural(shape: shape, place: place, values: values(of: marine, value)))
            }
        }
    }

    /// Blocks of sea by number, 0 for none.
    func seaShapes(_ value: (Int, Int) -> UInt64) -> [(value: UInt64, shape: Shape)] {
        var values = Array(repeating: UInt64(0), count: layout.columns * layout.rows)
        for row in 0..<layout.rows {
            for column in layout.sea(inRow: row) { values[row * layout.columns + column] = value(column, row) }
        }
        let areas = Areas(width: layout.columns, height: layout.rows, values: values)
        var drawing = Drawing(blocksFrom: 0, 0, width: layout.columns, height: layout.rows, areas, lattice)
        return (0..<areas.count).map { (values[Int(areas[$0].first ?? 0)], drawing.shape(of: [areas[$0]])) }
    }

    /// Whether a block of the sea is an island: far from the coast, and few.
    private func isIsland(_ column: Int, _ row: Int) -> Bool {
        guard let coast = layout.sea(inRow: row).first, column - coast > 5, column - coast < Layout.seaWidth - 1 else {
            return false
        }
        return dice.unit(.sea, column, row) < 0.02 && !painter.planting.isKept(column, row)
    }

    /// The part of the sea far out that the red line protects.
    func isMarineRedLine(_ column: Int, _ row: Int) -> Bool {
        guard let coast = layout.sea(inRow: row).first, column - coast > 7, !isIsland(column, row) else { return false }
        return dice.noise(.sea, Double(row) / 9, 3.5) > 0.1 && !painter.planting.isKept(column, row)
    }

    private func value(of marine: Marine, _ column: Int, _ row: Int) -> UInt64 {
        let island = isIsland(column, row)
        let isFree = !island && !painter.planting.isKept(column, row)
        let x = Double(column), y = Double(row)
        switch marine {
        case .HYGHFQ:
            if island { return 0 }
            let far = column - (layout.sea(inRow: row).first ?? 0)
            let noise = dice.noise(.sea, x / 5, y / 5)
            return far < 2 ? (noise > 0.4 ? 620 : noise < -0.4 ? 640 : 610) : far > 8 ? 660 : noise > 0.5 ? 630 : 610
        case .ZRZY_HY: return island ? 0 : 1
        case .ZRZY_WJMHD: return island ? 1 + UInt64(dice.pick(2, .sea, row, column)) : 0
        case .HYQ:
            return isFree && dice.unit(.sea, ~column, row) < 0.05 ? 1 + UInt64(dice.pick(3, .sea, row, ~column)) : 0
        case .WTHQ, .HAX, .HATSX: return 0
        }
    }

    private func values(of marine: Marine, _ value: UInt64) -> [String: CountyValue] {
        let index = Int(value)
        switch marine {
        case .HYGHFQ:
            let names: [UInt64: String] = [610: "渔业用海区", 620: "交通运输用海区", 630: "工矿通信用海区", 640: "游憩用海区", 660: "海洋预留区"]
            return ["GHFQDM": .text(String(value)), "GHFQMC": optional(names[value])]
        case .ZRZY_HY: return ["LX": .text("海域")]
        case .ZRZY_WJMHD:
            return ["HDMC": .text("\(names.countyName.prefix(1))屿"), "KLYFW": .text(index == 1 ? "0" : "1")]
        case .HYQ:
            let kinds = [("1801", "开放式养殖"), ("1801", "围海养殖"), ("2101", "浴场")]
            let (code, way) = kinds[index - 1]
            return [
                "YHLX": .text(code), "PZYHLX": .text(code), "YHFS": .text(way), "YXQZ": .text("2032-12-31"),
                "XKZH": .text("示例海权\(code)"),
            ]
        case .WTHQ, .HAX, .HATSX: return [:]
        }
    }

    /// The coast line, a row of blocks at a time, from south to north. Where a case is planted its kind is the case's.
    private func forEachCoastLine(_ place: ListedPlace, _ body: (Natural) throws -> Void) rethrows {
        let planted = Set(painter.planting.sites.filter { $0.fact.place == .coast }.map(\.row))
        var run: [Point] = [], kind = -1, last: Int?
        func flush() throws {
            if run.count > 1 {
                let word = [("自然岸线", "严格保护"), ("自然岸线", "限制开发"), ("人工岸线", "优化利用")][kind]
                try body(
                    Natural(
                        shape: Shape(line: run), place: place, values: ["AXLX": .text(word.0), "BHDJ": .text(word.1)]))
            }
            run = []
        }
        for row in 0..<layout.rows {
            guard let column = layout.sea(inRow: row).first else {
                try flush()
                last = nil
                continue
            }
            let i = column * Lattice.pitch, j = row * Lattice.pitch
            let noise = dice.noise(.coast, Double(row) / 5, 9.5)
            let next = noise > 0.2 ? 0 : noise > -0.2 ? 1 : 2
            if next != kind, let point = run.last {
                try flush()
                run = [point]
            }
            kind = next
            if let last {
                if run.isEmpty { run = [lattice.corner(last * Lattice.pitch, j)] }
                walk(&run, last * Lattice.pitch, j, to: i, j)
            } else {
                run = [lattice.corner(i, j)]
            }
            last = column
            if planted.contains(row) {
                try flush()
            } else {
                walk(&run, i, j, to: i, j + Lattice.pitch)
            }
        }
        try flush()
    }

    /// The last block of land in each row, but for those that are kept.
    private func forEachSetback(_ body: (Natural) throws -> Void) rethrows {
        for town in layout.towns {
            let extent = extent(of: town)
            let shapes = shapes(
                of: town.villages.map { layout.villages[$0] }, columns: extent.columns, rows: extent.rows
            ) {
                layout.sea(inRow: $1).first == $0 + 1 && !painter.planting.isKept($0, $1) ? 1 : 0
            }
            for (_, shape, _) in shapes {
                try body(Natural(shape: shape, place: place(ofTown: town.index), values: ["TSJL": .real(200)]))
            }
        }
    }
}
