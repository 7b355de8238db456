import Commands
import Foundation
import Geometry
import Phrases
import Rig
import Stream
import Testing

/// Rasters of every kind through the child, compared with what GDAL's programs make of the same file.
@Suite("Rasters of other programs")
struct RasterTests {
    static let (columns, rows) = (300, 270)
    static let missing: Float = -9999

    /// Whole numbers, some of them missing, which every format keeps.
    static let values: [Float] = (0..<columns * rows).map { index in
        let (column, row) = (index % columns, index / columns)
        return (40..<60).contains(column) && (100..<120).contains(row)
            ? missing : Float((column * 7 + row * row) % 5000 - 100)
    }

    /// Writes the grid and turns it into a file of some format; nil where there is no GDAL.
    private func source(_ folder: URL, _ name: String, _ options: [String]) throws -> String? {
        let raw = folder.appending(path: "raw").path, file = folder.appending(path: name).path
        try Reference.writeRaw(
            Self.values, columns: Self.columns, rows: Self.rows, corner: (39_512_000, 3_402_000), cell: (30, 25),
            missing: Self.missing, to: raw)
        guard let made = try Reference.gdal("gdal_translate", ["-q"] + options + [raw, file]) else { return nil }
        try #require(made.status == 0, "\(made.text)")
        return file
    }

    /// All that reading a raster said.
    struct Reading {
        var grid: SourceGrid
        /// Row by row from the north.
        var values: [Float] = []
        var notes: [String] = []

        init(_ child: FormatsChild, _ path: String, layer: String? = nil, warp: FormatsChild.Warp? = nil) throws {
            grid = try child.grid(of: path, layer: layer, warp: warp)
            let columns = grid.place.columns
            values = Array(repeating: .nan, count: columns * grid.place.rows)
            var (values, notes) = (values, notes)
            try child.readGrid(path, layer: layer, warp: warp) { message in
                switch message {
                case .tile(let tile):
                    for y in 0..<tile.rows {
                        for x in 0..<tile.columns {
                            values[(tile.row * 256 + y) * columns + tile.column * 256 + x] =
                                tile.values[y * tile.columns + x]
                        }
                    }
                case .note(let note): notes.append(note.english)
                default: break
                }
            }
            (self.values, self.notes) = (values, notes)
        }
    }

    @Test(
        "Every format and layout gives the same cells",
        arguments: [
            ("plain.tif", ["-ot", "Int16"]), ("float.tif", []), ("double.tif", ["-ot", "Float64"]),
            ("tiled.tif", ["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE"]),
            ("strips.tif", ["-co", "BLOCKYSIZE=7", "-co", "COMPRESS=LZW", "-co", "PREDICTOR=3"]),
            ("big.tif", ["-co", "BIGTIFF=YES", "-co", "ENDIANNESS=BIG"]), ("grid.asc", ["-of", "AAIGrid"]),
            ("erdas.img", ["-of", "HFA", "-co", "COMPRESSED=YES"]), ("raw.bil", ["-of", "EHdr"]),
            ("cover.gpkg", ["-of", "GPKG", "-co", "TILE_FORMAT=TIFF", "-a_srs", "EPSG:4527"]),
        ])
    func formats(name: String, options: [String]) throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            guard let file = try source(folder, name, options) else { return }
            let reading = try Reading(child, file)
            let grid = reading.grid
            #expect(grid.place.columns == Self.columns && grid.place.rows == Self.rows)
            #expect(abs(grid.place.cellWidth - 30) < 1e-9 && abs(grid.place.cellHeight - 25) < 1e-9)
            #expect(grid.place.corner == Point(x: 39_512_000, y: 3_402_000))
            #expect(grid.noData == -9999 && grid.bands == 1)
            let same = zip(reading.values, Self.values).allSatisfy { $1 == Self.missing ? $0.isNaN : $0 == $1 }
            #expect(same && reading.values.count == Self.values.count)
            #expect(reading.notes.contains { $0.contains("32-bit floats") } == (name == "double.tif"))
            let listed = try child.contents(of: file)
            #expect(listed.grids == [grid] && listed.layers.isEmpty)
        }
    }

    @Test("Scale and offset are applied, packed files are unpacked, several bands are told")
    func dressed() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            guard let scaled = try source(folder, "scaled.tif", ["-ot", "Int16", "-a_scale", "0.1", "-a_offset", "5"])
            else { return }
            let reading = try Reading(child, scaled)
            #expect(
                zip(reading.values, Self.values).allSatisfy {
                    $1 == Self.missing ? $0.isNaN : $0 == Float(Double($1) * 0.1 + 5)
                })
            let ascii = try #require(try source(folder, "grid.asc", ["-of", "AAIGrid"]))
            let gzip = Process()
            gzip.executableURL = URL(filePath: "/usr/bin/gzip")
            gzip.arguments = [ascii]
            try gzip.run()
            gzip.waitUntilExit()
            let packed = try Reading(child, ascii + ".gz")
            #expect(packed.grid.name == "grid" && packed.values.count == Self.values.count)
            let bands = folder.appending(path: "bands.tif").path
            _ = try Reference.gdal(
                "gdal_create",
                [
                    "-q", "-outsize", "9", "8", "-bands", "2", "-burn", "4", "-burn", "5", "-ot", "Float32",
                    "-a_ullr", "0", "8", "9", "0", bands,
                ])
            let first = try Reading(child, bands)
            #expect(
                first.grid.bands == 2 && first.values.allSatisfy { $0 == 4 }
                    && first.notes.contains { $0.contains("2 bands") })
        }
    }

    /// What reading a file is refused with.
    private func refusal(_ child: FormatsChild, _ path: String) throws -> String {
        do {
            _ = try child.contents(of: path)
            return "it was read"
        } catch let refusal as Refusal {
            return refusal.phrase.english
        }
    }

    @Test("What is no grid north up is refused with the reason: turned, upside down, nowhere, an image, too many cells")
    func refused() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            guard let plain = try source(folder, "plain.tif", ["-co", "PROFILE=BASELINE"]) else { return }
            #expect(try refusal(child, plain).contains("where on the ground"))
            let world = folder.appending(path: "plain.tfw")
            try "30\n2\n2\n-25\n1000\n2000\n".write(to: world, atomically: true, encoding: .utf8)
            #expect(try refusal(child, plain).contains("turned"))
            try "30\n0\n0\n25\n1000\n2000\n".write(to: world, atomically: true, encoding: .utf8)
            #expect(try refusal(child, plain).contains("north to south"))
            let image = folder.appending(path: "image.tif").path, huge = folder.appending(path: "huge.tif").path
            _ = try Reference.gdal(
                "gdal_create",
                [
                    "-q", "-outsize", "9", "8", "-bands", "3", "-co", "PHOTOMETRIC=RGB", "-a_ullr", "0", "8", "9",
                    "0", image,
                ])
            #expect(try refusal(child, image).contains("image"))
            _ = try Reference.gdal(
                "gdal_create",
                [
                    "-q", "-outsize", "60000", "60000", "-co", "SPARSE_OK=TRUE", "-co", "TILED=YES", "-a_ullr",
                    "0", "60000", "60000", "0", huge,
                ])
            #expect(try refusal(child, huge).contains("2000000000"))
        }
    }

    @Test("A damaged file is refused or read, and never brings anything down", arguments: UInt64(1)...6)
    func damaged(seed: UInt64) throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            guard let file = try source(folder, "tiled.tif", ["-co", "TILED=YES", "-co", "COMPRESS=DEFLATE"]) else {
                return
            }
            let whole = try Data(contentsOf: URL(filePath: file))
            var random = SeededGenerator(state: seed)
            for round in 0..<4 {
                var bytes = whole
                if round == 0 {
                    bytes = bytes.prefix(Int.random(in: 0..<whole.count, using: &random))
                } else {
                    for _ in 0..<8 {
                        let head = Bool.random(using: &random) ? min(600, whole.count) : whole.count
                        bytes[Int.random(in: 0..<head, using: &random)] = .random(in: 0...255, using: &random)
                    }
                }
                try bytes.write(to: URL(filePath: file))
                do {
                    _ = try Reading(child, file)
                } catch let refusal as Refusal {
                    #expect(refusal.phrase.english.count > 20, "seed \(seed)")
                }
            }
        }
    }

    @Test("A raster brought into another system is gdalwarp's")
    func warped() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            guard let file = try source(folder, "zone39.tif", ["-a_srs", "EPSG:4527"]) else { return }
            let expected = folder.appending(path: "warped.vrt").path, raw = folder.appending(path: "warped").path
            let made = try #require(
                try Reference.gdal(
                    "gdalwarp",
                    [
                        "-q", "-of", "VRT", "-t_srs", "EPSG:4490", "-r", "bilinear", "-et", "0", "-ot", "Float32", file,
                        expected,
                    ]))
            try #require(made.status == 0, "\(made.text)")
            _ = try Reference.gdal("gdal_translate", ["-q", "-of", "ENVI", expected, raw])
            let reading = try Reading(child, file, warp: .init(from: nil, to: "EPSG:4490"))
            let values = try Reference.raw(raw)
            #expect(reading.values.count == values.count)
            // A VRT too: written at once, gdalwarp takes other pieces, and with them widths of its kernel that differ by 1e-4.
            #expect(zip(reading.values, values).allSatisfy { $1 == Self.missing ? $0.isNaN : abs($0 - $1) < 1e-3 })
        }
    }

    @Test(
        "What is written GDAL reads cell by cell; what is there already, and a stream that is cut, leave no file",
        arguments: [("new.tif", FormatsChild.Driver.geoTIFF), ("new.asc", .asciiGrid)])
    func written(name: String, driver: FormatsChild.Driver) throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            let file = folder.appending(path: name).path, raw = folder.appending(path: "raw").path
            var grid = CodecTests.grid
            (grid.place.columns, grid.place.rows, grid.sample, grid.crsWKT) = (300, 2, .float32, nil)
            let values = (0..<600).map { $0 == 17 ? Float.nan : Float($0) / 7 }
            func send(_ sink: StreamSink, tiles: Int = 2) throws {
                try sink.send(.grid(grid))
                for tile in 0..<tiles {
                    let columns = tile == 0 ? 0..<256 : 256..<300
                    let part = (0..<2).flatMap { row in columns.map { values[row * 300 + $0] } }
                    try sink.send(.tile(GridTile(column: tile, row: 0, columns: columns.count, rows: 2, values: part)))
                }
            }
            _ = try child.write(to: file, driver: driver) { try send($0) }
            if try Reference.gdal("gdal_translate", ["-q", "-of", "ENVI", "-ot", "Float32", file, raw]) != nil {
                #expect(try Reference.raw(raw) == values.map { $0.isNaN ? -9999 : $0 })
                let info = try #require(try Reference.gdal("gdalinfo", [file])).text
                #expect(
                    info.contains("Size is 300, 2") && info.contains("CGCS2000") && info.contains("Pixel Size = (25.0"))
            }
            #expect(throws: Refusal.self) { try child.write(to: file, driver: driver) { try send($0) } }
            struct Cut: Error {}
            let other = folder.appending(path: "other-" + name).path
            #expect(throws: Cut.self) {
                try child.write(to: other, driver: driver) { sink in
                    try send(sink, tiles: 1)
                    throw Cut()
                }
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!left.contains { $0.contains("other") || $0.contains("draft") }, "\(left)")
        }
    }

    @Test("A raster far larger than the reader's memory is read through it")
    func bounded() throws {
        // The libraries take some 250 MiB of address space; the cells as floats would take 400 more.
        guard let child = formatsChild(limits: .init(memoryMiB: 600)) else { return }
        guard ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil else { return }
        try withFolder { folder in
            let file = folder.appending(path: "large.tif").path
            let made = try Reference.gdal(
                "gdal_create",
                [
                    "-q", "-outsize", "20000", "5000", "-ot", "Float32", "-burn", "7", "-co", "COMPRESS=DEFLATE",
                    "-a_ullr", "0", "5000", "20000", "0", file,
                ])
            guard made?.status == 0 else { return }
            var cells = 0
            try child.readGrid(file) { message in
                if case .tile(let tile) = message { cells += tile.values.count }
            }
            #expect(cells == 100_000_000)
        }
    }
}
