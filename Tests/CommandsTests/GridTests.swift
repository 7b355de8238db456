import Foundation
import Rig
import Testing

/// Heights on their way through the program: in from a file, asked, drawn, and out again.
@Suite struct GridTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    static let (columns, rows) = (280, 130)

    /// A plane that rises 3 m in each cell of 30 m to the east and 1 m in each of 20 m to the south, with a hole.
    static let plane: [Float] = (0..<columns * rows).map { index in
        let (column, row) = (index % columns, index / columns)
        return (10..<20).contains(column) && (30..<40).contains(row) ? -32768 : Float(100 + 3 * column + row)
    }

    /// Writes the plane as a file of some format; false where there is no GDAL.
    private func write(_ name: String, _ options: String..., x: Double = 39_512_000) throws -> Bool {
        try Reference.writeRaw(
            Self.plane, columns: Self.columns, rows: Self.rows, corner: (x, 3_402_000), cell: (30, 20), missing: -32768,
            to: desk.path("raw"))
        guard let made = try Reference.gdal("gdal_translate", ["-q"] + options + [desk.path("raw"), desk.path(name)])
        else { return false }
        try #require(made.status == 0, "\(made.text)")
        return true
    }

    private func card(_ words: String...) throws -> [String: Any] {
        let ending = try desk.tuban(words + ["--format", "json"])
        try #require(ending.status == 0, "\(words): \(ending)")
        return try #require(try ending.json().first)
    }

    @Test(
        "A GeoTIFF comes in, is told, asked, shown, goes out, and is dropped; GDAL reads the same heights at each step")
    func journey() throws {
        guard try write("dem.tif", "-a_srs", "EPSG:4527", "-ot", "Int16") else { return }
        try desk.sample()
        let told = try desk.done("import", "dem.tif", "--as", "DEM", "--title", "高程")
        #expect(told.out.contains("280 by 130 cells of 30.000 by 20.000"))
        let listed = try #require(
            try desk.done("layer", "list", "--format", "json").json().first { $0.text("layer") == "DEM" })
        #expect(listed.text("geometry") == "grid" && listed.text("title") == "高程" && listed["shown"] as? Bool == false)
        let shown = try card("layer", "show", "DEM")
        #expect(shown.integer("columns") == 280 && shown.number("cell_height") == 20)
        // The cell in column 101, row 51 holds 100 + 3 * 100 + 50; 10 % to the east and 5 % to the south make a slope of
        // 100 * sqrt(0.01 + 0.0025) = 11.18 %, atan of which is 6.38 degrees.
        let value = try card("grid", "value", "DEM", "39515015,3400990")
        #expect(value.number("value") == 450 && value.number("between_cells") == 450)
        #expect(abs((value.number("slope_percent") ?? 0) - 11.1803) < 1e-3)
        #expect(abs((value.number("slope_degrees") ?? 0) - 6.3794) < 1e-3)
        // A third of a cell farther east: one metre more.
        #expect(abs((try card("grid", "value", "DEM", "39515025,3400990").number("between_cells") ?? 0) - 451) < 1e-6)
        let hole = try card("grid", "value", "DEM", "39512315,3401390")
        #expect(hole["value"] is NSNull && hole["slope_degrees"] is NSNull)
        #expect(try desk.tuban("grid", "value", "DEM", "1,2").status == 66)
        #expect(try desk.tuban("grid", "value", "XZQ", "1,2").status == 64)
        try expectSummary()
        // What GDAL reads from the project and from what is written of it.
        for (program, words) in [
            ("out.tif", ["grid", "export", "DEM", "out.tif"]), ("out.asc", ["grid", "export", "DEM", "out.asc"]),
        ] {
            #expect(try desk.tuban(words).status == 0)
            try expectPlane(desk.path(program))
        }
        try expectPlane(desk.path("county.gpkg"))
        #expect(try desk.tuban("grid", "export", "DEM", "out.xyz").status == 64)
        try expectStrict()
        #expect(try desk.tuban("layer", "drop", "DEM").status == 64)
        try desk.done("layer", "drop", "DEM", "--yes")
        #expect(try desk.tuban("doctor", "--deep").status == 0)
        #expect(try desk.tuban("grid", "summary", "DEM").status == 66)
    }

    private func expectSummary() throws {
        let summary = try card("grid", "summary", "DEM")
        let kept = Self.plane.filter { $0 != -32768 }
        #expect(summary.integer("cells") == 36_400 && summary.integer("cells_with_value") == 36_300)
        #expect(summary.number("min") == 100 && summary.number("max") == 1066)
        let mean = kept.map(Double.init).reduce(0, +) / Double(kept.count)
        #expect(abs((summary.number("mean") ?? 0) - mean) < 1e-3)
        // Inside the border lie 278 * 128 cells, of which the hole and the ring around it take 12 * 12; all the rest slope
        // by 6.38 degrees, on 600 m² each.
        #expect(summary.number("slope_grade_3_m2") == Double(278 * 128 - 144) * 600)
        #expect(summary.number("slope_grade_2_m2") == 0 && summary.number("slope_grade_4_m2") == 0)
        // A box that holds the centres of 3 by 2 cells.
        let part = try card("grid", "summary", "DEM", "--box", "39515000,3400980,39515089,3401020")
        #expect(part.integer("cells") == 6 && part.number("min") == 449 && part.number("max") == 456)
    }

    /// GDAL reads the plane from a file.
    private func expectPlane(_ file: String) throws {
        let raw = desk.path("read")
        let made = try #require(
            try Reference.gdal("gdal_translate", ["-q", "-of", "ENVI", "-ot", "Float32", file, raw]))
        #expect(made.status == 0, "\(made.text)")
        #expect(try Reference.raw(raw) == Self.plane, "\(file)")
    }

    /// The project with its grid is a GeoPackage in the strict sense, and GDAL opens all of it without a warning.
    private func expectStrict() throws {
        for (offenders, number) in requirements + gridRequirements {
            #expect(try desk.value("county.gpkg", offenders) == "", "requirement \(number)")
        }
        for mode in [["-ro"], []] {
            let ending = try desk.run("/usr/bin/ogrinfo", mode + ["-so", "-al", "county.gpkg"])
            #expect(ending.status == 0 && ending.err.isEmpty && !ending.out.contains("Warning"), "\(ending.err)")
        }
        let info = try desk.run("/usr/bin/gdalinfo", ["county.gpkg"])
        #expect(info.status == 0 && info.err.isEmpty, "\(info.err)")
        #expect(try desk.tuban("doctor", "--deep").status == 0)
    }

    @Test("Other systems: another zone is computed anew and told, a wrong zone and no system are refused")
    func systems() throws {
        guard try write("dem.tif", "-a_srs", "EPSG:4527") else { return }
        try desk.done("init", "county.gpkg", "--crs", "EPSG:4526")
        let told = try desk.done("import", "dem.tif")
        #expect(told.out.contains("bilinear"))
        // The same place by GDAL, in the other zone.
        let warp = try #require(
            try Reference.gdal(
                "gdalwarp",
                [
                    "-q", "-t_srs", "EPSG:4526", "-r", "bilinear", "-et", "0", desk.path("dem.tif"),
                    desk.path("warped.tif"),
                ]))
        #expect(warp.status == 0)
        let info = try desk.run("/usr/bin/gdalinfo", ["-json", "warped.tif"])
        let json = try #require(try JSONSerialization.jsonObject(with: Data(info.out.utf8)) as? [String: Any])
        let center = try #require((json["cornerCoordinates"] as? [String: [Double]])?["center"])
        let expected = try #require(
            try Reference.gdal(
                "gdallocationinfo", ["-valonly", "-geoloc", desk.path("warped.tif"), "\(center[0])", "\(center[1])"]))
        let value = try card("grid", "value", "dem", "\(center[0]),\(center[1])")
        let reference = try #require(Double(expected.text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(abs((value.number("value") ?? 0) - reference) < 1e-2)

        try #require(try write("wrong.tif", "-a_srs", "EPSG:4526"))
        let wrong = try desk.tuban("import", "wrong.tif")
        #expect(wrong.status == 65 && wrong.err.contains("39"), "\(wrong)")
        try #require(try write("none.tif", x: 512_000))
        let none = try desk.tuban("import", "none.tif")
        #expect(none.status == 65 && none.err.contains("--crs"), "\(none)")
        try desk.done("import", "none.tif", "--crs", "EPSG:4548", "--as", "none")
        #expect(try desk.tuban("import", "dem.tif", "--as", "again", "--axes", "swapped").status == 64)
        let twice = try desk.tuban("import", "dem.tif")
        #expect(twice.status == 73, "\(twice)")
        #expect(try desk.tuban("doctor", "--deep").status == 0)
    }

    @Test("Shown, the dark side of a ridge is drawn and the light side is left blank")
    func relief() throws {
        // A ridge from south to north: 20 m of rise in 30 m, drawn from cells of 60 m, which raises it by the root of 2. Under
        // light from the north-west its eastern side has 1 + 254 * (0.7071 - 0.5 * 0.9428) / 1.3744 = 45 of 255, the western
        // one 219; flat land has 181.
        let ridge = (0..<Self.columns * Self.rows).map { Float(3000 - abs($0 % Self.columns - 140) * 20) }
        try Reference.writeRaw(
            ridge, columns: Self.columns, rows: Self.rows, corner: (39_512_000, 3_402_000), cell: (30, 20),
            missing: -32768, to: desk.path("ridge"))
        let made = try Reference.gdal(
            "gdal_translate", ["-q", "-a_srs", "EPSG:4527", desk.path("ridge"), desk.path("ridge.tif")])
        guard made != nil else { return }
        try desk.done("init", "county.gpkg", "--crs", "EPSG:4527")
        try desk.done("import", "ridge.tif")
        func picture(_ glyphs: String) throws -> [String] {
            try desk.done("map", "--glyphs", glyphs, "--size", "60x12").out.split(separator: "\n").map(String.init)
        }
        #expect(try !picture("ascii").contains { $0.contains("$") })
        try desk.done("layer", "display", "ridge")
        let lines = try picture("ascii").filter { $0.contains("$") }
        #expect(lines.count >= 4)
        // All signs of all lines lie side by side, from the ridge to the eastern border.
        let first = Set(lines.map { $0.prefix { $0 == " " }.count })
        #expect(
            first.count == 1 && lines.allSatisfy { !$0.trimmingCharacters(in: .whitespaces).contains(" ") }, "\(lines)")
        #expect((first.first ?? 0) > 25 && lines.allSatisfy { $0.count <= 60 })
        #expect(try picture("braille").contains { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } })
    }

    @Test(
        "A real elevation model: GDAL's range and mean, and classes with a palette keep their numbers in another system"
    )
    func real() throws {
        guard let elevation = testData("lulcc_pie/elevation.tif"), let classes = testData("molusce_example/init.tif")
        else { return }
        // Copies, because GDAL's programs write statistics beside what they look at.
        for (source, name) in [(elevation, "elevation.tif"), (classes, "classes.tif")] {
            try FileManager.default.copyItem(atPath: source, toPath: desk.path(name))
        }
        guard let info = try Reference.gdal("gdalinfo", ["-json", "-stats", desk.path("elevation.tif")]) else { return }
        let json = try #require(try JSONSerialization.jsonObject(with: Data(info.text.utf8)) as? [String: Any])
        let band = try #require((json["bands"] as? [[String: Any]])?.first)
        try desk.done("init", "county.gpkg")
        try desk.done("import", "elevation.tif")
        let summary = try card("grid", "summary", "elevation")
        for (key, theirs) in [("min", "minimum"), ("max", "maximum"), ("mean", "mean")] {
            #expect(abs((summary.number(key) ?? -1) - (band.number(theirs) ?? -2)) <= 1e-2, "\(key)")
        }
        let told = try desk.done("import", "classes.tif")
        #expect(told.out.contains("palette"))
        try desk.done("grid", "export", "classes", "out.tif")
        _ = try Reference.gdal(
            "gdal_translate", ["-q", "-of", "ENVI", "-ot", "Float32", desk.path("classes.tif"), desk.path("before")])
        _ = try Reference.gdal(
            "gdal_translate", ["-q", "-of", "ENVI", "-ot", "Float32", desk.path("out.tif"), desk.path("after")])
        let before = Set(try Reference.raw(desk.path("before")))
        let after = Set(try Reference.raw(desk.path("after"))).filter { $0 > -1e38 }
        #expect(after.isSubset(of: before) && after.count > 1)
    }

    @Test("The county's heights are a grid of the project, equal to the file beside it")
    func sample() throws {
        try desk.done("sample", "county.gpkg", "--parcels", "300", "--years", "2020", "--layers", "XZQ,DLTB_2020,DEM")
        let layers = try desk.done("layer", "list", "--format", "json").json()
        #expect(layers.compactMap { $0.text("layer") } == ["XZQ", "DLTB_2020", "DEM"])
        try desk.done("sample", "whole.gpkg", "--parcels", "300", "--years", "2020")
        guard try Reference.gdal("gdalinfo", ["--version"]) != nil else { return }
        for (file, raw) in [("whole.gpkg", "one"), ("whole-files/dem.asc", "two")] {
            _ = try Reference.gdal(
                "gdal_translate", ["-q", "-of", "ENVI", "-ot", "Float32", desk.path(file), desk.path(raw)])
        }
        let (one, two) = (try Reference.raw(desk.path("one")), try Reference.raw(desk.path("two")))
        #expect(one == two && one.count > 1000)
    }
}

/// What OGC 17-066r1 and the tiles of OGC 12-128r18 ask for, each as a query that finds offenders.
let gridRequirements: [(String, Int)] = [
    // 12-128r18, req. 40 to 48: each set has its matrices, which fit it, and its tiles lie in them.
    (
        "SELECT table_name FROM gpkg_contents WHERE data_type = '2d-gridded-coverage' AND table_name NOT IN (SELECT table_name FROM gpkg_tile_matrix_set)",
        40
    ),
    (
        "SELECT m.table_name FROM gpkg_tile_matrix AS m JOIN gpkg_tile_matrix_set AS s USING (table_name) WHERE abs(s.max_x - s.min_x - matrix_width * tile_width * pixel_x_size) > 1e-6 OR abs(s.max_y - s.min_y - matrix_height * tile_height * pixel_y_size) > 1e-6",
        45
    ),
    (
        "SELECT t.id FROM DEM AS t LEFT JOIN gpkg_tile_matrix AS m ON m.table_name = 'DEM' AND m.zoom_level = t.zoom_level WHERE m.zoom_level IS NULL OR tile_column NOT BETWEEN 0 AND matrix_width - 1 OR tile_row NOT BETWEEN 0 AND matrix_height - 1",
        54
    ),
    (
        "SELECT c.table_name FROM gpkg_contents AS c JOIN gpkg_tile_matrix_set AS s USING (table_name) WHERE c.srs_id <> s.srs_id",
        147
    ),
    // 17-066r1: the system of ellipsoidal heights, the rows of the extension, the tables beside.
    ("SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM gpkg_spatial_ref_sys WHERE srs_id = 4979)", 1003),
    (
        "SELECT 1 WHERE (SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_2d_gridded_coverage' AND scope = 'read-write') <> 3",
        1006
    ),
    (
        "SELECT table_name FROM gpkg_tile_matrix_set WHERE table_name NOT IN (SELECT tile_matrix_set_name FROM gpkg_2d_gridded_coverage_ancillary)",
        1007
    ),
    (
        "SELECT tile_matrix_set_name FROM gpkg_2d_gridded_coverage_ancillary WHERE datatype <> 'float' OR scale <> 1 OR offset <> 0",
        1010
    ),
    (
        "SELECT id FROM DEM WHERE id NOT IN (SELECT tpudt_id FROM gpkg_2d_gridded_tile_ancillary WHERE tpudt_name = 'DEM')",
        1012
    ),
    ("SELECT id FROM gpkg_2d_gridded_tile_ancillary WHERE tpudt_id NOT IN (SELECT id FROM DEM)", 1013),
    // TIFF, little-endian.
    ("SELECT id FROM DEM WHERE hex(substr(tile_data, 1, 4)) <> '49492A00'", 1018),
]
