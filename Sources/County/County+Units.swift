import Geometry

extension County {
    static let unitFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("XZQDM", .text(width: 12)), CountyField("XZQMC", .text(width: 100)),
        CountyField("DCMJ", .real(decimals: 2)), CountyField("JSMJ", .real(decimals: 2)),
        CountyField("MSSM", .text(width: 2)), CountyField("HDMC", .text(width: 100)),
        CountyField("BZ", .text(width: 255)),
    ]

    static let villageFields: [CountyField] = [
        CountyField("BSM", .text(width: 18)), CountyField("YSDM", .text(width: 10)),
        CountyField("ZLDWDM", .text(width: 19)), CountyField("ZLDWMC", .text(width: 255)),
        CountyField("DCMJ", .real(decimals: 2)), CountyField("JSMJ", .real(decimals: 2)),
        CountyField("MSSM", .text(width: 2)), CountyField("HDMC", .text(width: 100)),
        CountyField("BZ", .text(width: 255)),
    ]

    /// The county and its towns. A unit's computed area is the sum of its villages'.
    func forEachUnit(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        let areas = layout.towns.map { town in
            town.villages.reduce(Int64(0)) { $0 + measure(outline(of: layout.villages[$1])) }
        }
        func feature(_ number: Int, _ code: String, _ name: String, _ sum: Int64, _ shape: Shape) -> CountyFeature {
            CountyFeature(
                values: [
                    layer.bsm(number), .text("1000600100"), .text(code), .text(name), area(measure(shape)), area(sum),
                    .text("00"), .null, .null,
                ], shape: shape)
        }
        try body(
            feature(1, names.county.digits, names.countyName, areas.reduce(0, +), outline(of: nil)))
        var number = 1
        for town in layout.towns where !town.villages.isEmpty {
            number += 1
            let name = names.name(of: town, isSeat: town.index == ground.seat)
            try body(feature(number, names.code(of: town), name, areas[town.index], outline(ofTown: town)))
        }
    }

    func forEachVillage(_ layer: CountyLayer, _ body: (CountyFeature) throws -> Void) rethrows {
        for village in layout.villages {
            let place = place(of: village)
            let shape = outline(of: village)
            let size = measure(shape)
            try body(
                CountyFeature(
                    values: [
                        layer.bsm(village.index + 1), .text("1000600400"), .text(place.padded), .text(place.name),
                        area(size), area(size), .text("00"), .null, .null,
                    ], shape: shape))
        }
    }

    /// The outline of a village, or with nil of the whole county.
    func outline(of village: Layout.Village?) -> Shape {
        guard let village else {
            return outline(of: layout.villages, columns: 0..<layout.columns, rows: 0..<layout.rows)
        }
        return outline(of: [village], columns: village.columns, rows: layout.rows(around: village.band))
    }

    func outline(ofTown town: Layout.Town) -> Shape {
        let extent = extent(of: town)
        return outline(of: town.villages.map { layout.villages[$0] }, columns: extent.columns, rows: extent.rows)
    }

    /// The blocks within which a town's villages lie.
    func extent(of town: Layout.Town) -> (columns: Range<Int>, rows: Range<Int>) {
        let villages = town.villages.map { layout.villages[$0] }
        let left = villages.map(\.columns.lowerBound).min() ?? 0, right = villages.map(\.columns.upperBound).max() ?? 0
        let low = villages.map { layout.rows(around: $0.band).lowerBound }.min() ?? 0
        let high = villages.map { layout.rows(around: $0.band).upperBound }.max() ?? 0
        return (left..<right, low..<high)
    }

    private func outline(of villages: [Layout.Village], columns: Range<Int>, rows: Range<Int>) -> Shape {
        let shapes = shapes(of: villages, columns: columns, rows: rows) { _, _ in 1 }
        var shape = Shape(kind: .polygon)
        for (_, one, _) in shapes { for part in one.nested { shape.appendPart(part) } }
        return shape
    }

    /// The shapes of those blocks of some villages to which `value` gives the same number, 0 for none; each with its
    /// number and its first block.
    func shapes(
        of villages: [Layout.Village], columns: Range<Int>, rows: Range<Int>, by value: (Int, Int) -> UInt64
    ) -> [(value: UInt64, shape: Shape, block: (column: Int, row: Int))] {
        var values = Array(repeating: UInt64(0), count: columns.count * rows.count)
        for village in villages {
            for column in village.columns {
                for row in layout.rows(of: village.band, column: column) {
                    values[(row - rows.lowerBound) * columns.count + column - columns.lowerBound] = value(column, row)
                }
            }
        }
        let areas = Areas(width: columns.count, height: rows.count, values: values)
        var drawing = Drawing(
            blocksFrom: columns.lowerBound, rows.lowerBound, width: columns.count, height: rows.count, areas, lattice)
        return (0..<areas.count).map { number in
            let first = Int(areas[number].first ?? 0)
            return (
                values[first], drawing.shape(of: [areas[number]]),
                (columns.lowerBound + first % columns.count, rows.lowerBound + first / columns.count)
            )
        }
    }
}
