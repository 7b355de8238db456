import Foundation
import Geometry
import Rig
import Testing

@Suite("Grids of heights")
struct GridTests {
    /// Hills and holes: heights of some hundred metres on cells that are not square.
    static func hills(seed: UInt64, columns: Int, rows: Int) -> Grid {
        var random = Seeded(seed)
        let place = GridPlace(
            corner: Point(x: 39_512_000, y: 3_402_000), cellWidth: 30, cellHeight: 20 + Double(seed), columns: columns,
            rows: rows)
        let waves = (0..<6).map { _ in
            (
                Double.random(in: 20...90, using: &random), Double.random(in: 5...40, using: &random),
                Double.random(in: 5...40, using: &random), Double.random(in: 0...6, using: &random)
            )
        }
        var grid = Grid(empty: place)
        for row in 0..<rows {
            for column in 0..<columns {
                guard Int.random(in: 0..<200, using: &random) > 0 else { continue }
                grid[column, row] = Float(
                    waves.reduce(400.0) { sum, wave in
                        sum + wave.0 * sin(Double(column) / wave.1 + wave.3) * cos(Double(row) / wave.2)
                    })
            }
        }
        return grid
    }

    /// What `gdaldem` makes of a grid; nil where there is no GDAL.
    private func gdaldem(_ mode: String, _ grid: Grid, _ options: [String] = []) throws -> [Float]? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tuban-grid-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (source, target) = (folder.appending(path: "in").path, folder.appending(path: "out").path)
        let place = grid.place
        try Reference.writeRaw(
            grid.values.map { $0.isNaN ? -9999 : $0 }, columns: place.columns, rows: place.rows,
            corner: (place.corner.x, place.corner.y), cell: (place.cellWidth, place.cellHeight), missing: -9999,
            to: source)
        guard let made = try Reference.gdal("gdaldem", [mode, source, "\(target).tif"] + options) else { return nil }
        #expect(made.status == 0, "\(made.text)")
        _ = try Reference.gdal("gdal_translate", ["-q", "-of", "ENVI", "-ot", "Float32", "\(target).tif", target])
        return try Reference.raw(target)
    }

    @Test(
        "Slopes are those of gdaldem, in degrees and percent, with holes and cells that are not square",
        arguments: UInt64(1)...4)
    func slopes(seed: UInt64) throws {
        let grid = Self.hills(seed: seed, columns: 61, rows: 47)
        for (unit, options) in [(Grid.SlopeUnit.degrees, []), (.percent, ["-p"])] {
            guard let expected = try gdaldem("slope", grid, options) else { return }
            let own = grid.slopes(in: unit).values
            #expect(own.count == expected.count)
            for (own, expected) in zip(own, expected) {
                // gdaldem computes in 32 bits, where heights of 400 m leave a step of 3e-5 m.
                let agree = expected == -9999 ? own.isNaN : abs(own - expected) <= 1e-4 * max(1, expected)
                #expect(agree, "seed \(seed): \(own) instead of \(expected)")
            }
        }
    }

    @Test("Light and shade are those of gdaldem", arguments: UInt64(1)...3)
    func hillshade(seed: UInt64) throws {
        let grid = Self.hills(seed: seed, columns: 61, rows: 47)
        let options = ["-az", "300", "-alt", "40", "-z", "2.5"]
        guard let expected = try gdaldem("hillshade", grid, options) else { return }
        let own = grid.hillshade(azimuth: 300, altitude: 40, exaggeration: 2.5).values
        for (own, expected) in zip(own, expected) {
            // gdaldem writes whole numbers, 0 for none.
            let agree = expected == 0 ? own.isNaN : abs(own - expected) <= 1
            #expect(agree, "seed \(seed): \(own) instead of \(expected)")
        }
    }

    @Test(
        "Between centres values are bilinear, at the border they are the border cell's, beside holes the others count")
    func sampling() throws {
        let place = GridPlace(corner: Point(x: 100, y: 200), cellWidth: 10, cellHeight: 20, columns: 3, rows: 2)
        var grid = Grid(place: place, values: [1, 2, 4, 8, 16, 32])
        // Centres lie at x 105, 115, 125 and y 190, 170.
        #expect(grid.sample(at: Point(x: 105, y: 190)) == 1)
        #expect(grid.sample(at: Point(x: 110, y: 190)) == 1.5)
        // A quarter of the way east, half of the way south: 0.75 * (1 + 8) / 2 + 0.25 * (2 + 16) / 2 = 5.625.
        #expect(grid.sample(at: Point(x: 107.5, y: 180)) == 5.625)
        #expect(grid.sample(at: Point(x: 100, y: 200)) == 1)
        #expect(grid.sample(at: Point(x: 130, y: 160)) == 32)
        #expect(grid.sample(at: Point(x: 99.9, y: 180)) == nil)
        #expect(grid.value(at: Point(x: 119.9, y: 199.9)) == 2)
        grid[1, 0] = .nan
        // Of 1 with weight 0.75 and a hole with 0.25, 1 is left.
        #expect(grid.sample(at: Point(x: 107.5, y: 190)) == 1)
        #expect(grid.sample(at: Point(x: 112, y: 190)) == nil)
        #expect(grid.value(at: Point(x: 115, y: 190)) == nil)
    }

    @Test("Cells that meet a box, and places that are none")
    func places() throws {
        let place = GridPlace(corner: Point(x: 100, y: 200), cellWidth: 10, cellHeight: 20, columns: 5, rows: 4)
        let (columns, rows) = try #require(place.cells(meeting: Box(minX: 111, minY: 145, maxX: 129, maxY: 159)))
        #expect(columns == 1..<3 && rows == 2..<3)
        let wide = try #require(place.cells(meeting: Box(minX: 111, minY: 145, maxX: 129, maxY: 159), margin: 9))
        #expect(wide.columns == 0..<5 && wide.rows == 0..<4)
        #expect(place.cells(meeting: Box(minX: 151, minY: 0, maxX: 160, maxY: 300)) == nil)
        #expect(
            place.coarser(by: 2)
                == GridPlace(
                    corner: place.corner, cellWidth: 40, cellHeight: 80, columns: 2, rows: 1))
        for (width, columns) in [(0.0, 5), (-1, 5), (.nan, 5), (.infinity, 5), (10, 0), (10, 1 << 40)] {
            #expect(
                !GridPlace(corner: place.corner, cellWidth: width, cellHeight: 1, columns: columns, rows: 1).isSound)
        }
    }
}
