import Foundation
import Testing

/// The project as other programs see it: a GeoPackage in the strict sense, which GDAL opens, reads and changes.
@Suite struct GeoPackageTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    func value(_ sql: String) throws -> String { try desk.value("county.gpkg", sql) }

    @Test("The tables are as the standard asks", arguments: requirements)
    func requirement(offenders: String, number: Int) throws {
        #expect(try value(offenders) == "", "requirement \(number)")
    }

    @Test("GDAL opens it without a warning, for reading and for writing, and copies every layer")
    func gdal() throws {
        for mode in [["-ro"], []] {
            let ending = try desk.run("/usr/bin/ogrinfo", mode + ["-so", "-al", "county.gpkg"])
            #expect(ending.status == 0 && ending.err.isEmpty && !ending.out.contains("Warning"), "\(ending.err)")
        }
        let copy = try desk.ogr2ogr("-f", "GPKG", "copy.gpkg", "county.gpkg")
        // GDAL numbers the rows of class 0 and unit 0 anew, and says so.
        let complaints = copy.err.split(separator: "\n").filter {
            !$0.contains("Feature id not preserved") && !$0.allSatisfy(\.isWhitespace)
        }
        #expect(copy.status == 0 && complaints.isEmpty, "\(copy.err)")
        for layer in try value("SELECT group_concat(table_name) FROM layer_registry").split(separator: ",") {
            let count = "SELECT count(*) FROM \(layer)"
            #expect(try desk.value("copy.gpkg", count) == value(count), "\(layer)")
        }
    }

    /// As GDAL's own driver does it, triggers and all.
    func sql(_ text: String) throws {
        let ending = try desk.ogrinfo("-q", "county.gpkg", "-sql", text)
        try #require(ending.status == 0 && !ending.err.contains("ERROR"), "\(ending)")
    }

    /// What is derived equals what would be derived afresh; `doctor --deep` compares sums, counts and indexes.
    func expectSound() throws {
        let doctor = try desk.tuban("doctor", "--deep")
        #expect(doctor.status == 0, "\(doctor.out)")
        let off = try value(
            """
            SELECT count(*) FROM (
                SELECT plan, layer, unit, class, sum(n) AS n, sum(a) AS a FROM (
                    SELECT e.plan, f.layer, f.unit, f.class, -1 AS n, -f.area AS a
                    FROM plan_edit AS e JOIN feature AS f USING (uid) WHERE e.op <> 'add'
                    UNION ALL SELECT plan, layer, unit, class, 1, area FROM plan_edit WHERE op <> 'remove')
                GROUP BY 1, 2, 3, 4 HAVING n <> 0 OR a <> 0
                EXCEPT SELECT plan, layer, unit, class, count, area FROM plan_summary)
            """)
        #expect(off == "0", "plans' sums are off")
    }

    @Test("Rows that GDAL changes, adds and takes away are noticed, reckoned again and journalled")
    func changedOutside() throws {
        try desk.done("plan", "new", "north")
        try desk.done("plan", "set-class", "10", "11", "12", "--to", "plan2023:0701")
        // uid 10 is fid 4: its class changes below the plan; fid 5 (uid 11) goes altogether.
        try sql("UPDATE DLTB_2020 SET DLBM = '0101', ZLDWDM = '9901101002020000000' WHERE fid = 4")
        try sql("DELETE FROM DLTB_2020 WHERE fid = 5")
        try sql("INSERT INTO DLTB_2020 (geom, BSM, DLBM) SELECT geom, 'NEW', '0301' FROM DLTB_2020 WHERE fid = 6")
        try sql("UPDATE DLTB_2020 SET geom = (SELECT geom FROM DLTB_2020 WHERE fid = 9) WHERE fid = 8")
        let list = try desk.done("parcel", "list", "--limit", "1000", "--format", "json").json()
        #expect(list.count == 300)
        #expect(list.first { $0.integer("parcel") == 10 }?.text("class") == "survey:0101")
        #expect(list.first { $0.text("number") == "NEW" }?.text("class") == "survey:0301")
        let area = { (uid: Int) in list.first { $0.integer("parcel") == uid }?.number("area_m2") }
        #expect(area(14) == area(15))
        let newest = try #require(try desk.done("journal", "list", "--limit", "1", "--format", "json").json().first)
        #expect(newest.text("kind") == "outside")
        #expect(newest.text("detail") == "DLTB_2020: 2 changed, 1 added, 1 removed")
        try expectSound()
        #expect(try desk.tuban("plan", "show", "1").status == 0)
        try desk.done("undo")
        try expectSound()
    }

    @Test("A layer that GDAL drops is noticed; a plan that stands on it still opens")
    func dropped() throws {
        try desk.done("plan", "new", "north")
        try desk.done("plan", "set-class", "10", "--to", "plan2023:0701")
        try sql("DROP TABLE STBHHX")
        let layers = try desk.done("layer", "list", "--format", "json").json().compactMap { $0.text("layer") }
        #expect(!layers.contains("STBHHX") && layers.count == 7)
        try expectSound()
        try sql("DROP TABLE DLTB_2020")
        for words in [
            ["layer", "list"], ["parcel", "list", "--layer", "DLTB_2020"], ["plan", "list"], ["plan", "show", "1"],
            ["map"],
        ] {
            let ending = try desk.tuban(words)
            #expect([0, 66].contains(ending.status), "\(words): \(ending)")
        }
        #expect(try desk.done("journal", "verify").status == 0)
    }

    @Test(
        "A layer that ogr2ogr writes anew is read anew",
        arguments: [[], ["-lco", "GEOMETRY_NAME=shape", "-lco", "FID=ogc_fid"], ["-lco", "SPATIAL_INDEX=NO"]])
    func overwritten(options: [String]) throws {
        let part = try desk.ogr2ogr("part.gpkg", "county.gpkg", "DLTB_2020", "-where", "fid <= 100")
        try #require(part.status == 0, "\(part)")
        let over = try desk.run(
            "/usr/bin/ogr2ogr",
            ["-overwrite", "-update"] + options + ["county.gpkg", "part.gpkg", "DLTB_2020", "-nln", "DLTB_2020"])
        try #require(over.status == 0, "\(over)")
        let ending = try desk.tuban("parcel", "list", "--limit", "1000", "--format", "json")
        #expect(ending.status == 0, "\(ending)")
        guard ending.status == 0 else { return }
        #expect(try ending.json().count == 100)
        try expectSound()
        try desk.done("map")
        try desk.done("layer", "list")
        try desk.done("parcel", "show", "10")
        try sql("UPDATE DLTB_2020 SET DLBM = '0301' WHERE fid = 4")
        try desk.done("layer", "list")
        try expectSound()
    }
}
