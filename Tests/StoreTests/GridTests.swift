import Foundation
import GRDB
import Geometry
import Rig
import Testing

@testable import Store

@Suite("Raster grids in the project")
struct GridTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A grid of 600 by 300 cells that are not square, with a hole: it takes 3 by 2 tiles on the finest of three levels.
    static let place = GridPlace(
        corner: Point(x: 100_000, y: 500_000), cellWidth: 25, cellHeight: 12.5, columns: 600, rows: 300)

    static func height(_ column: Int, _ row: Int) -> Float {
        (200..<230).contains(column) && (250..<270).contains(row)
            ? .nan : Float(column) * 0.37 + Float(row * row % 1013) / 8
    }

    static let values = (0..<place.rows).flatMap { row in (0..<place.columns).map { height($0, row) } }

    private func project() throws -> Project {
        let project = try scratch.chessboard()
        var new = NewGrid(table: "DEM", title: "heights", place: Self.place, missing: -9999, source: "test")
        new.unit = "m"
        _ = try project.addGrid(new, line: "import dem") { writer in
            for row in 0..<Self.place.rows {
                try writer.add(row: (0..<Self.place.columns).map { Self.height($0, row) })
            }
        } detail: {
            "\($0.count) cells"
        }
        return project
    }

    private func gdal(_ program: String, _ words: String...) throws -> String? {
        guard let answer = try Reference.gdal(program, words) else { return nil }
        #expect(answer.status == 0, "\(program) \(words): \(answer.text)")
        return answer.text
    }

    @Test("GDAL opens it beside the vector layers and reads exactly the same heights")
    func gdalReads() throws {
        try project().close()
        let file = scratch.path("board.gpkg"), out = scratch.path("out")
        guard let info = try gdal("gdalinfo", file) else { return }
        #expect(
            info.contains("Size is 600, 300") && info.contains("Pixel Size = (25.000000000000000,-12.500000000000000)"))
        #expect(info.contains("Origin = (100000.000000000000000,500000.000000000000000)"))
        #expect(info.contains("Type=Float32") && info.contains("NoData Value=-9999") && info.contains("Unit Type: m"))
        #expect(info.contains("Overviews: 300x150, 150x75") && !info.contains("Warning"), "\(info)")
        _ = try gdal("gdal_translate", "-q", "-of", "ENVI", file, out)
        let read = try Reference.raw(out)
        #expect(read == Self.values.map { $0.isNaN ? -9999 : $0 })
        let layers = try #require(try gdal("ogrinfo", file))
        #expect(layers.contains("DLTB_2020") && !layers.contains("Warning"))
    }

    @Test("Coarser levels are means of what has a value, as a naive twin computes them")
    func levels() throws {
        let project = try project()
        let grid = try project.grid(of: project.layer(named: "DEM"))
        #expect(grid.zoom == 2 && grid.place == Self.place)
        var below = Grid(place: Self.place, values: Self.values)
        for step in 1...2 {
            let place = Self.place.coarser(by: step)
            var twin = Grid(empty: place)
            for row in 0..<place.rows {
                for column in 0..<place.columns {
                    var found: [Float] = []
                    for y in 2 * row..<min(2 * row + 2, below.place.rows) {
                        for x in 2 * column..<min(2 * column + 2, below.place.columns) where !below[x, y].isNaN {
                            found.append(below[x, y])
                        }
                    }
                    if !found.isEmpty {
                        twin[column, row] = Float(found.map(Double.init).reduce(0, +) / Double(found.count))
                    }
                }
            }
            let kept = try project.cells(of: grid, columns: 0..<place.columns, rows: 0..<place.rows, coarser: step)
            for (kept, twin) in zip(kept.values, twin.values) {
                #expect(twin.isNaN ? kept.isNaN : abs(kept - twin) <= 1e-6 * abs(twin))
            }
            below = kept
        }
    }

    @Test("Windows are parts of the whole, whatever tiles they cut", arguments: UInt64(1)...20)
    func windows(seed: UInt64) throws {
        let project = try project()
        let grid = try project.grid(of: project.layer(named: "DEM"))
        var random = GridRandom(state: seed)
        let columns = Int.random(in: 0..<300, using: &random)..<Int.random(in: 300...600, using: &random)
        let rows = Int.random(in: 0..<150, using: &random)..<Int.random(in: 150...300, using: &random)
        let window = try project.cells(of: grid, columns: columns, rows: rows)
        for row in rows {
            for column in columns {
                let (own, expected) = (
                    window[column - columns.lowerBound, row - rows.lowerBound], Self.height(column, row)
                )
                if own.bitPattern != expected.bitPattern, !(own.isNaN && expected.isNaN) {
                    Issue.record("seed \(seed): \(column), \(row)")
                    return
                }
            }
        }
        #expect(
            window.place.center(column: 0, row: 0)
                == Self.place.center(column: columns.lowerBound, row: rows.lowerBound))
    }

    @Test("A window reads only the tiles that it needs, of the level that it needs; a damaged tile is told")
    func frugal() throws {
        let project = try project()
        let grid = try project.grid(of: project.layer(named: "DEM"))
        try project.connection.write { db in
            try db.execute(
                sql:
                    "UPDATE DEM SET tile_data = x'4949' WHERE zoom_level = 2 AND NOT (tile_column = 1 AND tile_row = 0)"
            )
        }
        // The middle tile of the upper row holds columns 256 to 511 and rows 0 to 255.
        let inside = Box(minX: 106_500, minY: 498_000, maxX: 112_000, maxY: 499_000)
        let window = try #require(try project.window(of: grid, box: inside))
        #expect(window.value(at: Point(x: 106_512, y: 498_994)) == Self.height(260, 80))
        let coarse = try #require(try project.window(of: grid, box: Self.place.box, cell: 60))
        #expect(coarse.place.cellWidth == 50)
        #expect(throws: (any Error).self) { try project.window(of: grid, box: Self.place.box) }
        #expect(try project.window(of: grid, box: Box(minX: 0, minY: 0, maxX: 9, maxY: 9)) == nil)
    }

    @Test("A tile that GDAL has packed is read, and a damaged one never traps", arguments: ["LZW", "NONE"])
    func foreignTiles(compression: String) throws {
        let (columns, rows) = (256, 256)
        let values = (0..<columns * rows).map { Float($0 % 977) * 0.25 - 3 }
        let source = scratch.path("in"), packed = scratch.path("packed.tif")
        try Reference.writeRaw(
            values, columns: columns, rows: rows, corner: (0, 0), cell: (1, 1), missing: -9999, to: source)
        var options = ["-q", "-co", "COMPRESS=\(compression)", "-co", "BLOCKYSIZE=100"]
        if compression == "LZW" { options += ["-co", "PREDICTOR=3"] }
        guard let made = try Reference.gdal("gdal_translate", options + [source, packed]) else { return }
        #expect(made.status == 0, "\(made.text)")
        var bytes = try Array(Data(contentsOf: URL(filePath: packed)))
        #expect(try bytes.withUnsafeBytes { try FloatTIFF.decode($0, width: columns, height: rows) } == values)
        for length in stride(from: 0, to: bytes.count, by: 997) {
            _ = try? bytes.prefix(length).withUnsafeBytes { try FloatTIFF.decode($0, width: columns, height: rows) }
        }
        var random = GridRandom(state: 7)
        for _ in 0..<100 {
            let place = Int.random(in: 0..<min(400, bytes.count), using: &random), before = bytes[place]
            bytes[place] = UInt8.random(in: 0...255, using: &random)
            _ = try? bytes.withUnsafeBytes { try FloatTIFF.decode($0, width: columns, height: rows) }
            bytes[place] = before
        }
    }

    @Test("What GDAL writes as a coverage of a GeoPackage is read tile by tile")
    func foreignCoverage() throws {
        let source = scratch.path("in"), file = scratch.path("other.gpkg")
        let values = Self.values.map { $0.isNaN ? -9999 : $0 }
        try Reference.writeRaw(
            values, columns: 600, rows: 300, corner: (100_000, 500_000), cell: (25, 12.5), missing: -9999, to: source)
        guard
            let made = try Reference.gdal(
                "gdal_translate", ["-q", "-of", "GPKG", "-co", "TILE_FORMAT=TIFF", source, file])
        else { return }
        #expect(made.status == 0, "\(made.text)")
        let tiles = try DatabaseQueue(path: file).read { db in
            try Row.fetchAll(db, sql: "SELECT tile_column, tile_row, tile_data FROM other ORDER BY zoom_level DESC")
        }
        #expect(tiles.count == 6)
        for tile in tiles {
            let data: Data = tile["tile_data"]
            let cells = try data.withUnsafeBytes { try FloatTIFF.decode($0, width: 256, height: 256) }
            let (column, row): (Int, Int) = (tile["tile_column"], tile["tile_row"])
            #expect(cells[0] == values[row * 256 * 600 + column * 256])
        }
    }

    @Test("Dropping it leaves nothing of it; rows and tiles that do not fit are refused and leave nothing either")
    func dropping() throws {
        let project = try project()
        func names() throws -> [String] {
            try project.read { db in
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT table_name FROM gpkg_contents WHERE table_name LIKE 'D%M' UNION ALL
                        SELECT table_name FROM gpkg_tile_matrix UNION ALL SELECT table_name FROM gpkg_tile_matrix_set
                        UNION ALL SELECT tile_matrix_set_name FROM gpkg_2d_gridded_coverage_ancillary
                        UNION ALL SELECT tpudt_name FROM gpkg_2d_gridded_tile_ancillary
                        UNION ALL SELECT name FROM sqlite_master WHERE tbl_name = 'DEM'
                        UNION ALL SELECT table_name FROM layer_registry WHERE geometry = 'grid'
                        UNION ALL SELECT table_name FROM gpkg_extensions WHERE table_name = 'DEM'
                        """)
            }
        }
        #expect(try names().count > 20)
        try project.drop(project.layer(named: "DEM"), line: "layer drop DEM --yes")
        #expect(try names() == [])
        let new = NewGrid(table: "DEM", title: "heights", place: Self.place, source: "short.tif")
        for rows in [0, 299] {
            #expect(throws: (any Error).self) {
                try project.addGrid(new, line: "") { writer in
                    for _ in 0..<rows { try writer.add(row: Array(repeating: 1, count: 600)) }
                } detail: { _ in
                    ""
                }
            }
        }
        #expect(throws: (any Error).self) {
            try project.addGrid(new, line: "") {
                try $0.add(tile: [1, 2, 3], columns: 3)
            } detail: { _ in
                ""
            }
        }
        #expect(try names() == [])
    }

    @Test("A tile that another program changes is noticed, journalled, and the coarser levels follow")
    func changedOutside() throws {
        try project().close()
        let file = scratch.path("board.gpkg")
        try DatabaseQueue(path: file).write { db in
            let flat = FloatTIFF.encode(Array(repeating: 5, count: 256 * 256), width: 256, height: 256)
            try db.execute(
                sql: "UPDATE DEM SET tile_data = ? WHERE zoom_level = 2 AND tile_column = 0 AND tile_row = 0",
                arguments: [Data(flat)])
        }
        let project = try Project.open(at: file)
        let entry = try #require(try project.journal(limit: 1).first)
        #expect(entry.kind == .outside && entry.detail == "DEM: tiles changed: 1")
        let grid = try project.grid(of: project.layer(named: "DEM"))
        let coarse = try project.cells(of: grid, columns: 0..<64, rows: 0..<64, coarser: 2)
        #expect(coarse.values.allSatisfy { $0 == 5 })
        #expect(try project.examine(deep: true).filter { !$0.isWell } == [])
    }
}

/// splitmix64: the same numbers for the same seed everywhere.
struct GridRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
