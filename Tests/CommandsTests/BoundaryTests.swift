import Foundation
import Rig
import Testing

/// Boundary TXTs through the program: shown, checked, imported, written.
@Suite struct BoundaryTests {
    /// A square of 100 m in zone 38; line 13 is its parcel line.
    static let square = BoundaryTXT.square

    func desk() throws -> Desk {
        let desk = try Desk()
        try desk.done("init", "x.gpkg")
        desk.environment["TUBAN_FILE"] = desk.path("x.gpkg")
        return desk
    }

    func example(_ name: String) -> String? { testData("../domain/boundary_txt_examples/\(name)") }

    @Test("show measures parcels and ends with 1 when something stops")
    func show() throws {
        let desk = try desk()
        try desk.write(Self.square, to: "good.txt")
        try desk.write(Self.square.replacing("0601,@", with: "0601").replacing("J3,1", with: "J3,I"), to: "bad.txt")
        let good = try desk.done("boundary", "show", "good.txt", "--format", "json").json()
        #expect(good.count == 1)
        #expect(good[0].number("plane_area_m2") == 10_000 && good[0].integer("points") == 5)
        #expect(good[0].text("declared_area") == "1.0000" && good[0].text("name") == "方块")
        // 100 km from the meridian the plane is larger by (x / R)² or 0.025 %: 2.46 m² of a hectare.
        let ellipsoid = try #require(good[0].number("area_m2"))
        #expect(abs(ellipsoid - 9997.54) < 0.05)
        let bad = try desk.tuban("boundary", "check", "good.txt", "bad.txt", "--format", "json")
        #expect(bad.status == 1)
        let told = try bad.json().map { "\($0.text("file") ?? "") \($0.integer("line") ?? 0) \($0.text("kind") ?? "")" }
        #expect(told == ["bad.txt 13 parcel_mark", "bad.txt 13 area_differs", "bad.txt 16 ring_number"])
        #expect(try desk.tuban("boundary", "show", "none.txt").status == 66)
    }

    @Test("A file that stops is refused with all that stops it, and leaves nothing behind")
    func refused() throws {
        let desk = try desk()
        try desk.write(
            Self.square.replacing("0601,@", with: "0601").replacing("J3,1,2600000.000", with: "J3,1,26O0000.000"),
            to: "bad.txt")
        let ending = try desk.tuban("import", "bad.txt")
        #expect(ending.status == 65 && isOneSentence(ending.err))
        #expect(ending.err.contains("Line 13 ") && ending.err.contains("Line 16 "))
        #expect(try desk.value("x.gpkg", "SELECT count(*) FROM layer_registry") == "0")
    }

    @Test("A zone that header and numbers tell differently is confirmed or named")
    func zone() throws {
        let desk = try desk()
        try desk.write(Self.square.replacing("带号=38", with: "带号=37"), to: "zone.txt")
        let ending = try desk.tuban("import", "zone.txt")
        #expect(ending.status == 65 && ending.err.contains("Line 9: the header says 带号=37"))
        try desk.done("import", "zone.txt", "--confirm", "--as", "confirmed")
        try desk.done("import", "zone.txt", "--crs", "EPSG:4526", "--as", "named")
        #expect(try desk.value("x.gpkg", "SELECT DISTINCT srs_id FROM gpkg_geometry_columns") == "4526")
        #expect(try desk.tuban("import", "zone.txt", "--crs", "EPSG:4525").status == 65)
    }

    @Test("Fields, role and name of what was imported; the outline opens in GDAL")
    func imported() throws {
        let desk = try desk()
        try desk.write(Self.square, to: "plot.TXT")
        let ending = try desk.done("import", "plot.TXT")
        #expect(ending.out.contains("A boundary TXT, dialect: common"))
        #expect(
            try desk.value("x.gpkg", "SELECT DKBH, DKMC, DKMJ, DLBM, TFH FROM plot") == "01|方块|1.0000|0601|F49G001001")
        #expect(try desk.value("x.gpkg", "SELECT role FROM layer_registry") == "project")
        let info = try desk.ogrinfo("-q", "-dialect", "SQLITE", "-sql", "SELECT ST_Area(geom) AS a FROM plot", "x.gpkg")
        #expect(info.out.contains("a (Real) = 10000"))
    }

    @Test("Degrees need their system, and come into the project's")
    func degrees() throws {
        guard let path = example("04_noheader_lonlat_utf8bom.txt"), let same = example("01_standard_utf8.txt") else {
            return
        }
        let desk = try desk()
        try desk.done("import", same, "--as", "a")
        let ending = try desk.tuban("import", path)
        #expect(ending.status == 65 && ending.err.contains("--crs EPSG:4490"))
        try desk.done("import", path, "--crs", "EPSG:4490", "--as", "b")
        // The notes' figure for parcel A, from PROJ.
        #expect(try desk.value("x.gpkg", "SELECT area FROM feature WHERE layer = 2") == "1590247")
    }

    @Test("An old datum is refused as everywhere")
    func oldDatum() throws {
        let desk = try Desk()
        try desk.done("init", "x.gpkg", "--crs", "EPSG:4526")
        try desk.write(Self.square.replacing("2000国家大地坐标系", with: "1980西安坐标系"), to: "old.txt")
        let ending = try desk.tuban("import", "old.txt", "-f", "x.gpkg")
        #expect(ending.status == 65 && ending.err.contains("Xian 1980"))
    }

    @Test("What is written in every dialect comes back with the same outline and area")
    func written() throws {
        let desk = try desk()
        let hole = "J5,2,2600080.000,38400020.000\nJ6,2,2600020.000,38400080.000\nJ7,2,2600080.000,38400080.000\n"
        try desk.write(Self.square + hole, to: "plot.txt")
        try desk.done("import", "plot.txt")
        // 10,000 m² less a triangle of 1,800 m².
        for dialect in [
            "common", "extended", "farmland", "supply", "approval", "onemap", "enforcement", "linkage", "balance",
        ] {
            let file = "\(dialect).txt"
            let crs = dialect == "enforcement" ? "EPSG:4490" : "EPSG:4526"
            try desk.done("boundary", "write", "plot", "--to", file, "--dialect", dialect, "--encoding", "gbk")
            try desk.done("import", file, "--crs", crs, "--as", "back_\(dialect)")
            let row = try desk.done("boundary", "show", file, "--crs", crs, "--format", "json").json()[0]
            #expect(row.integer("holes") == 1 && row.integer("points") == 9, "\(dialect)")
            if dialect != "enforcement" { #expect(row.number("plane_area_m2") == 8200, "\(dialect)") }
        }
        let areas = try desk.value("x.gpkg", "SELECT group_concat(DISTINCT area) FROM feature")
        #expect(areas == (try desk.value("x.gpkg", "SELECT area FROM feature WHERE layer = 1")))
        #expect(try desk.tuban("boundary", "write", "plot", "--to", "common.txt").status == 73)
        #expect(try desk.tuban("boundary", "write", "plot", "--to", "y.txt", "--where", "area_m2 > 99999").status == 66)
        #expect(!desk.exists("y.txt"))
    }

    @Test(
        "The common dialect gives back the lines that came in, in a project of the neighbouring zone too",
        arguments: ["EPSG:4526", "EPSG:4527"])
    func lines(zone: String) throws {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg", "--crs", zone)
        // The second declares an area that is nobody's: it is written as measured, 9997.54 m² on the ellipsoid. The
        // first's is its area in the plane, and stays.
        let other = Self.square.replacing("5,1.0000,01", with: "5,2.0000,01")
        try desk.write(Self.square, to: "plot.txt")
        try desk.write(other, to: "other.txt")
        try desk.done("import", "plot.txt", "other.txt")
        try desk.done(
            "boundary", "write", "plot", "--to", "back.txt", "--encoding", "UTF-8", "--line-ends", "lf", "--office",
            BoundaryTXT.office, "--date", "2026-03-05")
        let back = try String(contentsOfFile: desk.path("back.txt"), encoding: .utf8)
        #expect(back == Self.square)
        try desk.done("boundary", "write", "other", "--to", "anew.txt")
        let area = try desk.done("boundary", "show", "anew.txt", "--format", "json").json()[0].text("declared_area")
        #expect(area == "0.9998")
    }
}
