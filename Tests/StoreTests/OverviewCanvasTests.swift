import Geometry
import Testing

@testable import Store

@Suite struct OverviewCanvasTests {
    /// Squares and lines anywhere in a box, some reaching out of it, the later over the earlier.
    private func strokes(_ count: Int, in box: Box, seed: UInt64) -> [(shape: Shape, cell: UInt16)] {
        var dice = SplitMix(state: seed)
        return (0..<count).map { number in
            let (x, y) = (
                Double.random(in: box.minX - 20...box.maxX, using: &dice),
                Double.random(in: box.minY - 20...box.maxY, using: &dice)
            )
            let side = Double.random(in: 0.3...60, using: &dice)
            let corners = [
                Point(x: x, y: y), Point(x: x + side, y: y), Point(x: x + side, y: y + side), Point(x: x, y: y + side),
                Point(x: x, y: y),
            ]
            let cell = UInt16.random(in: 0...9, using: &dice) * 7_000
            return (number % 5 == 0 ? Shape(line: Array(corners.prefix(3))) : Shape(polygon: [corners]), cell)
        }
    }

    /// What a level holds, by the definition: of the cells two levels below (at level 1, one) the most frequent; among
    /// equally frequent ones the smallest, nothing last.
    private func raised(_ cells: [[UInt16]], by factor: Int) -> [[UInt16]] {
        stride(from: 0, to: cells.count, by: factor).map { row in
            stride(from: 0, to: cells[0].count, by: factor).map { column in
                var counts: [UInt16: Int] = [:]
                for line in cells[row..<min(row + factor, cells.count)] {
                    for cell in line[column..<min(column + factor, line.count)] { counts[cell, default: 0] += 1 }
                }
                return counts.max { a, b in
                    (a.value, a.key == 0 ? 0 : 1, UInt16.max - a.key) < (
                        b.value, b.key == 0 ? 0 : 1, UInt16.max - b.key
                    )
                }?.key ?? 0
            }
        }
    }

    @Test(
        "Every level of an overview is what its definition says, however little of it is in memory",
        arguments: [(700.0, 500.0), (40, 900), (64, 64)])
    func levels(width: Double, height: Double) throws {
        let box = Box(minX: 100, minY: -50, maxX: 100 + width, maxY: height - 50)
        let place = try #require(OverviewPlace(box: box, count: 10))
        let strokes = strokes(400, in: box, seed: 5)

        var grid = ClassGrid(
            origin: place.origin, cellWidth: place.cell, cellHeight: place.cell, columns: place.columns,
            rows: place.rows)
        var scanline: Scanline? = Scanline(over: grid)
        for stroke in strokes { grid.paint(stroke.shape, stroke.cell, by: &scanline) }
        var expected = [(0..<place.rows).map { Array(grid.values[$0 * place.columns..<($0 + 1) * place.columns]) }]
        for level in 1..<place.levels {
            expected.append(level == 1 ? raised(expected[0], by: 2) : raised(expected[level - 2], by: 4))
        }

        for most in [1, 2, 7, 512] {
            var canvas = OverviewCanvas(at: place, most: most)
            for stroke in strokes { try canvas.paint(stroke.shape, stroke.cell) }
            var found = expected.map { $0.map { [UInt16](repeating: 0, count: $0.count) } }
            var last = (-1, -1, -1)
            try canvas.tiles().forEach { tile in
                #expect(last < (tile.level, tile.row, tile.column), "in order")
                last = (tile.level, tile.row, tile.column)
                var values: [UInt16] = []
                tile.bytes.withUnsafeBytes { OverviewTile.decode($0, into: &values) }
                for (index, value) in values.enumerated() where value != 0 {
                    found[tile.level][tile.row * 64 + index / 64][tile.column * 64 + index % 64] = value
                }
            }
            for level in expected.indices {
                #expect(found[level] == expected[level], "level \(level), \(most) squares in memory")
            }
        }
    }
}
