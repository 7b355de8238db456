import Geometry

extension County {
    static let roadFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("MC", .text(width: 60)),
        CountyField("DJ", .text(width: 20)), CountyField("KD", .real(decimals: 1)),
    ]

    /// The middle lines of highways, rural roads and streets of the latest survey, each cut at village boundaries. Roads
    /// that meet share the point of their crossing.
    func forEachRoad(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        let age = Double((years.last ?? 0) - (years.first ?? 0))
        var number = 0
        for village in layout.villages {
            let rows = layout.rows(around: village.band)
            let strips = painter.roads.strips(columns: village.columns, rows: rows, age: age)
            func road(_ column: Int, _ row: Int, _ alongColumn: Bool) -> Cover? {
                guard layout.rows(of: village.band, column: column).contains(row) else { return nil }
                let cover = painter.strip(column, row, alongColumn: alongColumn, strips, village.town)?.cover
                return cover == .highway || cover == .ruralRoad || cover == .street ? cover : nil
            }
            func emit(_ run: [Point], _ cover: Cover, _ line: Int, _ alongColumn: Bool) throws {
                number += 1
                try body(
                    CountyFeature(values: attributes(layer, number, cover, line, alongColumn), shape: Shape(line: run)))
            }
            for column in village.columns {
                try forEachRun(rows, { road(column, $0, true) }) { run, cover in
                    try emit(path(along: run) { (column, $0, true) }, cover, column, true)
                }
            }
            for row in rows {
                try forEachRun(village.columns, { road($0, row, false) }) { run, cover in
                    try emit(path(along: run) { ($0, row, false) }, cover, row, false)
                }
            }
        }
    }

    /// Stretches of blocks with the same kind of road.
    private func forEachRun(
        _ blocks: Range<Int>, _ road: (Int) -> Cover?, _ body: (Range<Int>, Cover) throws -> Void
    ) rethrows {
        var start = blocks.lowerBound
        while start < blocks.upperBound {
            guard let cover = road(start) else {
                start += 1
                continue
            }
            var end = start + 1
            while end < blocks.upperBound, road(end) == cover { end += 1 }
            try body(start..<end, cover)
            start = end
        }
    }

    private func path(along run: Range<Int>, _ block: (Int) -> (column: Int, row: Int, alongColumn: Bool)) -> [Point] {
        var points: [Point] = []
        for number in run {
            let (column, row, alongColumn) = block(number)
            points.append(lattice.crossing(column, row))
            for step in 2...Lattice.cells {
                points.append(lattice.middle(column, row, alongColumn: alongColumn, step: step))
            }
        }
        let end = block(run.upperBound)
        points.append(lattice.crossing(end.column, end.row))
        return points
    }

    private func attributes(
        _ layer: CountyLayer, _ number: Int, _ cover: Cover, _ line: Int, _ alongColumn: Bool
    ) -> [CountyValue] {
        let width = (cover == .highway ? 3 : 1.1) * lattice.cell
        let kind = cover == .highway ? "公路" : cover == .street ? "城镇村道路" : "农村道路"
        let name: String? = cover == .highway ? "\(alongColumn ? "X" : "S")\(100 + line)" : nil
        return [layer.bsm(number), optional(name), .text(kind), .real(width.rounded() / 10)]
    }
}
