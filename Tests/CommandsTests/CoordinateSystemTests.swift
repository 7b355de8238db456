import Foundation
import Testing

/// Where data lies when the file says it, says it wrongly, or does not say it.
@Suite struct CoordinateSystemTests {
    /// One square of 1 km with its lower left corner at `x`, `y`, as a Shapefile with the .prj of `crs`, or none.
    func square(_ desk: Desk, x: Double, y: Double, side: Double = 1000, crs: String? = nil, name: String = "DLTB")
        throws
    {
        let ring = [(0, 0), (0, side), (side, side), (side, 0), (0, 0)].map { "\(x + $0.0) \(y + $0.1)" }
        try desk.write("id,DLBM,WKT\n1,0101,\"POLYGON((\(ring.joined(separator: ","))))\"\n", to: "\(name).csv")
        var words = [
            "-f", "ESRI Shapefile", "\(name).shp", "\(name).csv", "-lco", "ENCODING=UTF-8", "-oo", "AUTODETECT_TYPE=NO",
        ]
        if let crs { words += ["-a_srs", crs] }
        let ending = try desk.run("/usr/bin/ogr2ogr", words)
        try #require(ending.status == 0, "\(ending)")
        if crs == nil { try? FileManager.default.removeItem(atPath: desk.path("\(name).prj")) }
    }

    func desk() throws -> Desk {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg")
        return desk
    }

    func srs(_ desk: Desk) throws -> String {
        try desk.value("x.gpkg", "SELECT min(srs_id) FROM gpkg_geometry_columns")
    }

    /// `side` of 1 km near the central meridian: the ellipsoid's area is within 0.1 % of 1 km².
    func expectSquareKilometre(_ desk: Desk) throws {
        let area = try #require(Double(desk.value("x.gpkg", "SELECT area / 100.0 FROM feature")))
        #expect(abs(area - 1e6) < 1000, "\(area) m²")
    }

    @Test(
        "Eastings with their zone are deduced, and it is said",
        arguments: [
            (38_460_000.0, "4526", "zone 38"), (39_528_000, "4527", "zone 39"), (20_500_000, "4498", "zone 20"),
        ])
    func prefixed(easting: Double, code: String, zone: String) throws {
        let desk = try desk()
        try square(desk, x: easting, y: 3_386_000)
        let said = try desk.done("import", "DLTB.shp").out
        #expect(
            said.contains(zone) && said.contains("EPSG:\(code)") && said.contains("the datum is an assumption"),
            "\(said)")
        #expect(try srs(desk) == code)
        try expectSquareKilometre(desk)
    }

    @Test(
        "Without a system, what cannot be told is refused with what to do",
        arguments: [
            (528_000.0, 3_386_000.0, "six digits", "--crs EPSG:4527"),
            (3_386_000, 39_528_000, "North stands before east", "--axes swapped"),
            (3_939_528_000, 3_386_000, "twice", "at the source"), (24_528_000, 3_386_000, "no zone of China", "--crs"),
            (118.5, 30.5, "degrees", "--crs EPSG:4490"), (12_000_000, 99_000_000, "fit neither", "--crs"),
        ])
    func refused(x: Double, y: Double, seen: String, advice: String) throws {
        let desk = try desk()
        let before = try desk.contents("x.gpkg")
        try square(desk, x: x, y: y, side: x < 200 ? 0.01 : 1000)
        let ending = try desk.tuban("import", "DLTB.shp")
        #expect(ending.status == 65 && isOneSentence(ending.err), "\(ending)")
        #expect(ending.err.contains(seen) && ending.err.contains(advice), "\(ending.err)")
        #expect(try desk.contents("x.gpkg") == before)
        let chinese = try desk.tuban("import", "DLTB.shp", "--lang", "zh")
        #expect(chinese.err.contains("没有坐标系说明"), "\(chinese.err)")
    }

    @Test("Bare eastings come in where --crs says the zone")
    func told() throws {
        let desk = try desk()
        try square(desk, x: 528_000, y: 3_386_000)
        try desk.done("import", "DLTB.shp", "--crs", "EPSG:4548")
        #expect(try srs(desk) == "4548")
        try expectSquareKilometre(desk)
    }

    @Test("Xian 1980 and Beijing 1954 are not turned into CGCS2000 by guessing", arguments: ["EPSG:2363", "EPSG:2415"])
    func oldDatum(crs: String) throws {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg", "--crs", "EPSG:4527")
        let before = try desk.contents("x.gpkg")
        try square(desk, x: 39_528_000, y: 3_386_000, crs: crs)
        let ending = try desk.tuban("import", "DLTB.shp")
        #expect(ending.status == 65 && isOneSentence(ending.err), "\(ending)")
        #expect(try desk.contents("x.gpkg") == before)
    }

    @Test(
        "A file that declares one thing and holds another is explained; --crs overrules",
        arguments: [
            (528_000.0, 3_386_000.0, "EPSG:4490", "EPSG:4548"), (38_460_000, 2_560_000, "EPSG:4527", "EPSG:4526"),
            (118.5, 30.5, "EPSG:4527", "EPSG:4490"), (528_000, 3_386_000, "EPSG:4527", "EPSG:4548"),
            (39_528_000, 3_386_000, "EPSG:4548", "EPSG:4527"),
        ])
    func contradiction(x: Double, y: Double, declared: String, truth: String) throws {
        let desk = try desk()
        let before = try desk.contents("x.gpkg")
        try square(desk, x: x, y: y, side: x < 200 ? 0.01 : 1000, crs: declared)
        let ending = try desk.tuban("import", "DLTB.shp")
        #expect(ending.status == 65 && ending.err.contains("was not imported"), "\(ending)")
        #expect(isOneSentence(ending.err))
        #expect(try desk.contents("x.gpkg") == before)
        try desk.done("import", "DLTB.shp", "--crs", truth)
        if x > 200 { try expectSquareKilometre(desk) }
    }

    @Test("North before east is exchanged when it is asked for, never by itself", arguments: ["EPSG:4527", nil])
    func swapped(crs: String?) throws {
        let desk = try desk()
        try square(desk, x: 3_386_000, y: 39_528_000, crs: crs)
        let refused = try desk.tuban("import", "DLTB.shp")
        #expect(refused.status == 65 && refused.err.contains("--axes swapped"), "\(refused)")
        // Naming the system again does not turn the numbers.
        if let crs {
            #expect(try desk.tuban("import", "DLTB.shp", "--crs", crs).status == 65)
        }
        try desk.done("import", "DLTB.shp", "--axes", "swapped")
        #expect(try srs(desk) == "4527")
        let box = try desk.value("x.gpkg", "SELECT min_x, min_y, max_x, max_y FROM layer_registry").split(
            separator: "|")
        #expect(box.compactMap { Double($0) } == [39_528_000, 3_386_000, 39_529_000, 3_387_000])
        try expectSquareKilometre(desk)
        let doctor = try desk.done("doctor", "--deep")
        #expect(doctor.status == 0)
    }

    @Test("The neighbour's zone and a layer far from the county are told, and come in")
    func far() throws {
        let desk = try desk()
        try square(desk, x: 39_528_000, y: 4_386_000, crs: "EPSG:4527", name: "first")
        #expect(try !desk.done("import", "first.shp").out.contains("away from the project"))
        // 200 km from the meridian at 40° N: 2.3°.
        try square(desk, x: 39_700_000, y: 4_386_000, crs: "EPSG:4527", name: "second")
        let said = try desk.done("import", "second.shp").out
        // 300 km are more than a zone: refused, unless the system is named expressly.
        try square(desk, x: 39_800_000, y: 4_386_000, crs: "EPSG:4527", name: "third")
        let refused = try desk.tuban("import", "third.shp")
        #expect(refused.status == 65 && refused.err.contains("more than a whole zone"), "\(refused)")
        #expect(try desk.done("import", "third.shp", "--crs", "EPSG:4527").out.contains("more than a whole zone"))
        #expect(said.contains("in the neighbouring zone") && said.contains("171 km away"), "\(said)")
    }

    @Test(
        "A .prj as ArcGIS writes it, without a code, is known by its numbers",
        arguments: [
            ("CGCS2000_3_Degree_GK_Zone_39", 39_500_000, 39_528_000.0, "4527"), ("anything", 500_000, 528_000, "4548"),
        ])
    func arcGIS(name: String, east: Int, x: Double, code: String) throws {
        let desk = try desk()
        try square(desk, x: x, y: 3_386_000)
        try desk.write(
            "PROJCS[\"\(name)\",GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\",SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],PROJECTION[\"Gauss_Kruger\"],PARAMETER[\"False_Easting\",\(east).0],PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",117.0],PARAMETER[\"Scale_Factor\",1.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
            to: "DLTB.prj")
        try desk.done("import", "DLTB.shp")
        #expect(try srs(desk) == code)
        try expectSquareKilometre(desk)
    }

    @Test("Degrees on CGCS2000 take the project into their 3-degree zone; data of the next zone follows")
    func zones() throws {
        let desk = try desk()
        try square(desk, x: 119.9, y: 30.5, side: 0.01, crs: "EPSG:4490", name: "first")
        #expect(try desk.done("import", "first.shp").out.contains("3-degree zone 40 (EPSG:4528)"))
        #expect(try srs(desk) == "4528")
        try square(desk, x: 39_640_000, y: 3_386_000, crs: "EPSG:4527", name: "second")
        #expect(try desk.done("import", "second.shp").out.contains("Coordinates are turned from EPSG:4527"))
        // The reference is PROJ's own program.
        let corner = try desk.run(
            "/bin/sh", ["-c", "echo 39640000 3386000 | cs2cs -f %.3f +init=epsg:4527 +to +init=epsg:4528 2>/dev/null"])
        let numbers = corner.out.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        let box = try desk.value("x.gpkg", "SELECT min_x, min_y FROM layer_registry WHERE table_name = 'second'")
            .split(separator: "|").compactMap { Double($0) }
        if numbers.count >= 2 {
            #expect(abs(box[0] - numbers[0]) < 40 && abs(box[1] - numbers[1]) < 40, "\(box), not \(numbers)")
        }
        #expect(try desk.value("x.gpkg", "SELECT count(DISTINCT srs_id) FROM gpkg_geometry_columns") == "1")
    }
}
