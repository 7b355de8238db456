import Foundation
import Testing

/// Old datums come in with parameters that somebody answers for, or not at all.
@Suite struct DatumImportTests {
    static let seven = """
        from = EPSG:4610
        to = EPSG:4490
        units = m, arcsec, ppm
        dx = -15.415
        dy = -83.253
        dz = 55.987
        rx = 1.0325
        ry = -0.7841
        rz = 2.0186
        scale = -3.1417
        convention = coordinate_frame
        source = 测绘队 2008
        residual_m = 0.042
        """

    /// A square of `side` at `x`, `y` in `crs` as a GeoPackage.
    func square(_ desk: Desk, _ x: Double, _ y: Double, _ crs: String, side: Double = 1000, name: String = "plot")
        throws
    {
        let ring = [(0, 0), (0, side), (side, side), (side, 0), (0, 0)].map { "\(x + $0.0) \(y + $0.1)" }
        try desk.write("id,WKT\n1,\"POLYGON((\(ring.joined(separator: ","))))\"\n", to: "\(name).csv")
        let ending = try desk.run("/usr/bin/ogr2ogr", ["-f", "GPKG", "\(name).gpkg", "\(name).csv", "-a_srs", crs])
        try #require(ending.status == 0, "\(ending)")
    }

    func desk(_ crs: String? = "EPSG:4527") throws -> Desk {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        if let crs { try desk.done("init", "x.gpkg", "--crs", crs) } else { try desk.done("init", "x.gpkg") }
        return desk
    }

    /// The reference is PROJ's `cct` with the pipeline written by hand: zone 39 of Xian 1980 down to degrees, Bursa–Wolf,
    /// zone 39 of CGCS2000.
    @Test("Seven parameters of a file bring Xian 1980 into the project, and its row says which")
    func seven() throws {
        let desk = try desk()
        try square(desk, 39_457_000, 4_418_000, "EPSG:2363")
        try desk.write(Self.seven, to: "county.txt")
        let ending = try desk.tuban("import", "plot.gpkg", "--datum", "county.txt")
        try #require(ending.status == 0, "\(ending)")
        let pipeline = """
            echo 39457000 4418000 0 | cct -d 4 +proj=pipeline +step +inv +proj=tmerc +lat_0=0 +lon_0=117 +x_0=39500000 \
            +a=6378140 +rf=298.257 +step +proj=cart +a=6378140 +rf=298.257 +step +proj=helmert +x=-15.415 +y=-83.253 \
            +z=55.987 +rx=1.0325 +ry=-0.7841 +rz=2.0186 +s=-3.1417 +convention=coordinate_frame +step +inv +proj=cart \
            +ellps=GRS80 +step +proj=tmerc +lat_0=0 +lon_0=117 +x_0=39500000 +ellps=GRS80
            """
        let expected = try desk.run("/bin/sh", ["-c", pipeline]).out.split(whereSeparator: \.isWhitespace)
            .compactMap { Double($0) }
        try #require(expected.count >= 2)
        let corner = try desk.ogrinfo("-q", "-al", desk.path("x.gpkg"), "plot").out
        let numbers = corner.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }.filter { $0 > 1e6 }
        #expect(
            numbers.contains { abs($0 - expected[0]) < 0.001 } && numbers.contains { abs($0 - expected[1]) < 0.001 },
            "\(expected) \(corner)")
        #expect(abs(expected[0] - 39_457_000) > 5, "tens of metres between the datums")

        let hash = try #require(
            try desk.run("/usr/bin/sha256sum", [desk.path("county.txt")]).out.split(separator: " ").first)
        #expect(
            try desk.value("x.gpkg", "SELECT datum LIKE '%\(hash)%' AND datum LIKE '%测绘队 2008%' FROM layer_registry")
                == "1")
        #expect(
            try desk.value("x.gpkg", "SELECT instr(detail, '\(hash)') > 0 FROM journal ORDER BY id DESC LIMIT 1") == "1"
        )
        for (language, word) in [("en", "residuals 0.042 m"), ("zh", "七参数")] {
            let shown = try desk.done("layer", "show", "plot", "--lang", language).out
            #expect(shown.contains(word) && shown.contains("coordinate_frame") && shown.contains("-83.253"), "\(shown)")
        }
        #expect(try desk.done("doctor", "--deep").status == 0)
    }

    @Test(
        "Without parameters the refusal names what is needed, in both languages",
        arguments: [
            ("EPSG:2363", 39_457_000.0, "Xian 1980", "1980西安"), ("EPSG:2415", 39_457_000, "Beijing 1954", "1954北京"),
            ("EPSG:4775", 39_457_000, "New Beijing", "新1954北京"),
        ], ["EPSG:4527", nil])
    func refused(data: (String, Double, String, String), project: String?) throws {
        let desk = try desk(project)
        let before = try desk.contents("x.gpkg")
        try square(desk, data.1, 4_418_000, data.0)
        for (language, name) in [("en", data.2), ("zh", data.3)] {
            let ending = try desk.tuban("import", "plot.gpkg", "--lang", language)
            #expect(ending.status == 65 && isOneSentence(ending.err), "\(ending)")
            #expect(ending.err.contains(name) && ending.err.contains("--datum"), "\(ending.err)")
        }
        #expect(try desk.contents("x.gpkg") == before)
    }

    @Test("A project of the old system takes them as they are")
    func own() throws {
        let desk = try desk("EPSG:2363")
        try square(desk, 39_457_000, 4_418_000, "EPSG:2363")
        try desk.done("import", "plot.gpkg")
        #expect(try desk.value("x.gpkg", "SELECT srs_id FROM gpkg_geometry_columns") == "2363")
    }

    @Test("A project without a system takes the same zone on CGCS2000")
    func adopted() throws {
        let desk = try desk(nil)
        try square(desk, 39_457_000, 4_418_000, "EPSG:2363")
        try desk.write(Self.seven, to: "county.txt")
        #expect(try desk.done("import", "plot.gpkg", "--datum", "county.txt").out.contains("EPSG:4527"))
        #expect(try desk.value("x.gpkg", "SELECT srs_id FROM gpkg_geometry_columns") == "4527")
    }

    @Test("A faulty file is refused with each line; parameters outside their area too", arguments: ["en", "zh"])
    func faulty(language: String) throws {
        let desk = try desk()
        try square(desk, 39_457_000, 4_418_000, "EPSG:2363")
        try desk.write(
            Self.seven.replacing("coordinate_frame", with: "both").replacing("dy = -83.253\n", with: ""), to: "bad.txt")
        let bad = try desk.tuban("import", "plot.gpkg", "--datum", "bad.txt", "--lang", language)
        #expect(bad.status == 65 && bad.err.contains("bad.txt:10:") && bad.err.contains("dy"), "\(bad)")
        try desk.write(Self.seven + "\narea = 100 30 101 31\n", to: "far.txt")
        let far = try desk.tuban("import", "plot.gpkg", "--datum", "far.txt", "--lang", language)
        #expect(far.status == 65 && far.err.contains("100.0…101.0° E") && isOneSentence(far.err), "\(far)")
        #expect(try desk.value("x.gpkg", "SELECT count(*) FROM layer_registry") == "0")
    }

    @Test("EPSG's basins: only asked for, only inside, and told how well")
    func published() throws {
        let desk = try desk("EPSG:4490")
        try square(desk, 108.5, 35.5, "EPSG:4214", side: 0.01)
        let unasked = try desk.tuban("import", "plot.gpkg")
        #expect(unasked.status == 65 && unasked.err.contains("--operation"), "\(unasked)")
        let ending = try desk.tuban("import", "plot.gpkg", "--operation", "EPSG:15918")
        try #require(ending.status == 0, "\(ending)")
        #expect(
            ending.out.contains("accuracy 1.0 m") && ending.out.contains("Ordos") && ending.out.contains("taken as one")
        )
        // cct EPSG:15918; the southern edge's other end lies 4 mm farther south.
        let box = try desk.value("x.gpkg", "SELECT min_x, min_y FROM layer_registry").split(separator: "|").compactMap {
            Double($0)
        }
        #expect(abs(box[0] - 108.50041051774) < 1e-9 && abs(box[1] - 35.50022088572) < 1e-7, "\(box)")

        try square(desk, 116.5, 35.5, "EPSG:4214", side: 0.01, name: "far")
        let far = try desk.tuban("import", "far.gpkg", "--operation", "EPSG:15918")
        #expect(far.status == 65 && far.err.contains("107.0…110.01° E"), "\(far)")
    }

    @Test("GCJ-02 and BD-09 are refused by name", arguments: ["GCJ-02", "BD-09"])
    func encrypted(name: String) throws {
        let desk = try desk()
        try square(desk, 116.5, 35.5, "EPSG:4326", side: 0.01)
        let ending = try desk.tuban("import", "plot.gpkg", "--crs", name)
        #expect(ending.status == 65 && ending.err.contains("encrypted") && isOneSentence(ending.err), "\(ending)")
    }
}
