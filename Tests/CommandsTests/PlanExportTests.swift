import Foundation
import Rig
import Testing

/// A plan as other programs get it.
@Suite struct PlanExportTests {
    private func drafted() throws -> Desk {
        let desk = try Desk()
        try desk.sample()
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
        try desk.done("plan", "set-class", "12", "13", "--to", "plan2023:0701", "--plan", "1", "-f", "county.gpkg")
        return desk
    }

    private func value(_ desk: Desk, _ file: String, _ layer: String, _ sql: String) throws -> String {
        let ending = try desk.ogrinfo("-q", "-dialect", "SQLite", "-sql", sql, desk.path(file))
        try #require(ending.status == 0, "\(file) \(layer): \(ending)")
        let line = ending.out.split(separator: "\n").first { $0.contains(" = ") } ?? ""
        return line.split(separator: "=").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    @Test("The planned use of the whole county, read by GDAL: drafted classes, converted ones, areas that add up")
    func geoPackage() throws {
        let desk = try drafted()
        try desk.done("plan", "export", "1", "out.gpkg", "-f", "county.gpkg")
        func value(_ sql: String) throws -> String { try self.value(desk, "out.gpkg", "GHYDYH", sql) }
        let survey = try desk.value(
            "county.gpkg",
            "SELECT count(*) FROM feature WHERE layer = (SELECT id FROM layer_registry WHERE table_name = 'DLTB_2020')")
        #expect(try value("SELECT count(*) FROM GHYDYH") == survey)
        let numbers = try desk.value(
            "county.gpkg", "SELECT group_concat(number, ''',''') FROM feature WHERE uid IN (12, 13)")
        #expect(
            try value(
                "SELECT count(*) FROM GHYDYH WHERE BSM IN ('\(numbers)') AND YDYHFLDM = '0701' AND YDYHFLMC <> ''")
                == "2")
        // Arbor forest is 0301 in both tables (the base conversion of survey_codes.csv).
        let forest = try desk.value(
            "county.gpkg",
            """
            SELECT count(*) FROM feature AS f JOIN land_class AS c ON c.id = f.class JOIN layer_registry AS l ON l.id = f.layer
            WHERE l.table_name = 'DLTB_2020' AND c.code = '0301' AND f.uid NOT IN (12, 13)
            """)
        #expect(try value("SELECT count(*) FROM GHYDYH WHERE YDYHFLDM = '0301'") == forest)
        let area = try desk.value(
            "county.gpkg",
            "SELECT sum(area) FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE l.table_name = 'DLTB_2020'"
        )
        #expect(try value("SELECT cast(round(sum(MJ) * 100) AS INTEGER) FROM GHYDYH") == area)
    }

    @Test("Fields planned as houses leave the survey with the name of their class, and without ridges to deduct")
    func whatFollowsFromTheClass() throws {
        let desk = try drafted()
        let field = try desk.value(
            "county.gpkg",
            """
            SELECT f.uid || ' ' || f.number FROM feature AS f JOIN land_class AS c ON c.id = f.class
                JOIN layer_registry AS l ON l.id = f.layer
            WHERE l.table_name = 'DLTB_2020' AND c.code = '0103' AND f.net < f.area ORDER BY f.uid LIMIT 1
            """
        ).split(separator: " ").map(String.init)
        let (uid, number) = (field[0], field[1])
        try desk.done("plan", "set-class", uid, "--to", "survey:0701", "--plan", "1", "-f", "county.gpkg")
        try desk.done("plan", "export", "1", "out.gpkg", "--layer", "DLTB", "-f", "county.gpkg")
        func value(_ what: String) throws -> String {
            try self.value(desk, "out.gpkg", "DLTB", "SELECT \(what) FROM DLTB WHERE BSM = '\(number)'")
        }
        // TD/T 1057-2020: 0701 is 城镇住宅用地; TBDLMJ is TBMJ less KCMJ, and only cultivated land has ridges (KCXS).
        #expect(try value("DLBM") == "0701")
        #expect(try value("DLMC") == "城镇住宅用地")
        #expect(try value("TBMJ = TBDLMJ AND KCMJ = 0 AND KCXS IS NULL") == "1")
    }

    @Test("A drawn zone and parcels of another class are two layers, and either can be had by its name")
    func mixed() throws {
        let desk = try drafted()
        // The first corners of a parcel: a triangle.
        try desk.done(
            "plan", "zone", "GHYDYH", "--points", "@14:1; @14:2; @14:3", "--to", "plan2023:1401", "--plan", "1", "-f",
            "county.gpkg")
        try desk.done("plan", "export", "1", "out.gpkg", "-f", "county.gpkg")
        #expect(
            try value(desk, "out.gpkg", "GHYDYH_DLTB", "SELECT count(*) FROM GHYDYH_DLTB WHERE YDYHFLDM = '0701'")
                != "0")
        let zones = try desk.value(
            "county.gpkg",
            "SELECT count(*) + 1 FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE l.table_name = 'GHYDYH'"
        )
        #expect(try value(desk, "out.gpkg", "GHYDYH", "SELECT count(*) FROM GHYDYH") == zones)
        try desk.done("plan", "export", "1", "zones.shp", "--layer", "GHYDYH", "--changes", "-f", "county.gpkg")
        let shapes = try desk.ogrinfo("-ro", "-so", "-al", desk.path("zones.shp"))
        // The zone, and what it is drawn over.
        let changed = try desk.value(
            "county.gpkg",
            "SELECT count(*) FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer WHERE l.table_name = 'GHYDYH'"
        )
        #expect(changed != "0" && shapes.out.contains("Feature Count: \(changed)"), "\(changed) \(shapes.out)")
        try desk.done("plan", "export", "1", "folder", "-f", "county.gpkg")
        #expect(desk.exists("folder/GHYDYH.shp") && desk.exists("folder/GHYDYH_DLTB.shp"))
    }

    @Test("Only the changes, as a Shapefile in GBK, as GeoJSON in degrees, and as a boundary file")
    func changes() throws {
        let desk = try drafted()
        try desk.done("plan", "export", "1", "out.shp", "--changes", "-f", "county.gpkg")
        let shapes = try desk.ogrinfo("-ro", "-al", "-geom=SUMMARY", desk.path("out.shp"))
        #expect(shapes.out.contains("Feature Count: 2") && shapes.out.contains("城镇住宅用地"), "\(shapes.out)")
        let table = try Data(contentsOf: URL(filePath: desk.path("out.dbf")))
        // 城镇住宅 in GBK.
        #expect(table.range(of: Data([0xB3, 0xC7, 0xD5, 0xF2, 0xD7, 0xA1, 0xD5, 0xAC])) != nil)
        try desk.done("plan", "export", "1", "out.geojson", "--changes", "--crs", "EPSG:4490", "-f", "county.gpkg")
        let box = try desk.ogrinfo("-ro", "-so", "-al", desk.path("out.geojson"))
        #expect(box.out.contains("Feature Count: 2"), "\(box.out)")
        try desk.done("plan", "export", "1", "out.txt", "-f", "county.gpkg")
        let read = try desk.done("boundary", "show", "out.txt", "--format", "json").json()
        #expect(read.count == 2)
        let area = try desk.value("county.gpkg", "SELECT sum(area) FROM feature WHERE uid IN (12, 13)")
        let told = read.compactMap { $0.number("area_m2") }.reduce(0, +)
        // Coordinates of three decimals: half a millimetre along some kilometres of boundary.
        #expect(abs(told - (Double(area) ?? 0) / 100) < 5, "\(told) \(area)")
    }

    @Test("What is there is not overwritten, what cannot hold the plan says so, and nothing is left of a failure")
    func refusals() throws {
        let desk = try drafted()
        try desk.write("x", to: "there.gpkg")
        let there = try desk.tuban("plan", "export", "1", "there.gpkg", "-f", "county.gpkg")
        #expect(there.status == 73 && isOneSentence(there.err), "\(there)")
        #expect(try String(contentsOfFile: desk.path("there.gpkg"), encoding: .utf8) == "x")
        let odd = try desk.tuban("plan", "export", "1", "out.dwg", "-f", "county.gpkg")
        #expect(odd.status == 64 && isOneSentence(odd.err), "\(odd)")
        let nowhere = try desk.tuban("plan", "export", "1", "no/where.gpkg", "-f", "county.gpkg")
        #expect(nowhere.status == 73 && isOneSentence(nowhere.err), "\(nowhere)")
        let layer = try desk.tuban("plan", "export", "1", "out.shp", "--layer", "NIX", "-f", "county.gpkg")
        #expect(layer.status == 66 && isOneSentence(layer.err), "\(layer)")
        #expect(!desk.exists("out.shp") && !desk.exists("out.dwg"))
    }
}
