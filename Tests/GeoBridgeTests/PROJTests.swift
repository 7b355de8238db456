import Foundation
import GeoBridge
import Geometry
import Phrases
import Testing

@Suite("Coordinate systems")
struct PROJTests {
    let proj: PROJ

    init() throws { proj = try PROJ() }

    @Test("All spellings of a system are the same system")
    func spellings() throws {
        let expected = try proj.coordinateSystem("EPSG:4526")
        #expect(expected.epsg == 4526)
        #expect(expected.name == "CGCS2000 / 3-degree Gauss-Kruger zone 38")
        #expect(expected.ellipsoid == .cgcs2000)
        #expect(expected.remark == nil)
        #expect(try proj.coordinateSystem(" 4526\n") == expected)
        let again = try proj.coordinateSystem(expected.wkt)
        #expect(again.epsg == 4526)
        #expect(again.zone == expected.zone)
        #expect(again.transverseMercator == expected.transverseMercator)
    }

    @Test("The values survive being stored as text")
    func stored() throws {
        for code in [4526, 4490, 4214, 3857, 2249] {
            let system = try proj.coordinateSystem("\(code)")
            let text = try JSONEncoder().encode(system)
            #expect(try JSONDecoder().decode(CoordinateSystem.self, from: text) == system)
        }
    }

    static func esri(
        _ name: String, datum: String = "D_China_2000", spheroid: String = "\"CGCS2000\",6378137.0,298.257222101",
        east: Double, meridian: Double
    ) -> String {
        """
        PROJCS["\(name)",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["\(datum)",SPHEROID[\(spheroid)]],\
        PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],\
        PARAMETER["False_Easting",\(east)],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",\(meridian)],\
        PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]
        """
    }

    @Test(
        "ArcGIS's definitions without a code are found by their numbers",
        arguments: [
            (esri("CGCS2000_3_Degree_GK_Zone_39", east: 39_500_000, meridian: 117), 4527),
            (esri("CGCS2000_3_Degree_GK_CM_117E", east: 500_000, meridian: 117), 4548),
            (esri("CGCS2000_GK_CM_117E", east: 500_000, meridian: 117), 4509),
            (esri("CGCS2000_GK_Zone_20", east: 20_500_000, meridian: 117), 4498),
            (esri("my county", east: 38_500_000, meridian: 114), 4526),
            // The name says zone 39, the numbers zone 38.
            (esri("CGCS2000_3_Degree_GK_Zone_39", east: 38_500_000, meridian: 114), 4526),
            (esri("x", datum: "D_CGCS_2000", east: 38_500_000, meridian: 114), 4526),
            (
                esri("x", datum: "D_Xian_1980", spheroid: "\"Xian_1980\",6378140.0,298.257", east: 5e5, meridian: 114),
                2383
            ),
            (
                esri(
                    "x", datum: "D_Beijing_1954", spheroid: "\"Krasovsky_1940\",6378245.0,298.3", east: 5e5,
                    meridian: 114),
                2435
            ),
        ])
    func byParameters(wkt: String, code: Int) throws {
        let system = try proj.coordinateSystem(wkt)
        #expect(system.epsg == code)
        #expect(system.identification == .byParameters)
        #expect(system.zone == GaussKrugerZone.of(code: code)?.zone)
        #expect(system.remark?.english.contains("EPSG:\(code)") == true)
        #expect(system == (try withCode(code, like: system)))
    }

    private func withCode(_ code: Int, like other: CoordinateSystem) throws -> CoordinateSystem {
        var system = try proj.coordinateSystem("\(code)")
        system.identification = other.identification
        return system
    }

    @Test(
        "What is no national zone gets no code",
        arguments: [
            esri("city grid", east: 500_000, meridian: 116.5), esri("city grid", east: 40_000, meridian: 117),
            // CGCS2000 by name, Krassowsky by its figures.
            esri("x", spheroid: "\"Krasovsky_1940\",6378245.0,298.3", east: 38_500_000, meridian: 114),
            "+proj=tmerc +lat_0=0 +lon_0=117.5 +x_0=39500000 +ellps=GRS80 +units=m",
        ])
    func noCode(definition: String) throws {
        let system = try proj.coordinateSystem(definition)
        #expect(system.authority == nil)
        #expect(system.identification == .none)
        #expect(system.zone == nil)
        #expect(system.transverseMercator != nil)
        // Its stored WKT is read back to the same numbers.
        let again = try proj.coordinateSystem(system.wkt)
        #expect(again.transverseMercator == system.transverseMercator)
    }

    @Test(
        "Datums",
        arguments: [
            ("4490", Datum.cgcs2000), ("4480", .cgcs2000), ("4610", .xian80), ("4214", .beijing54),
            ("4555", .newBeijing), ("4326", .wgs84), ("4979", .wgs84), ("32650", .wgs84), ("3857", .wgs84),
            ("4258", .other), ("2249", .other), ("+proj=longlat +datum=WGS84", .wgs84),
            (
                #"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],"#
                    + #"PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#, .wgs84
            ),
        ])
    func datums(text: String, datum: Datum) throws {
        #expect(try proj.coordinateSystem(text).datum == datum)
    }

    @Test("Units and kinds")
    func units() throws {
        let feet = try proj.coordinateSystem("EPSG:2249")  // NAD83 / Massachusetts Mainland (ftUS)
        #expect(abs(feet.metresPerUnit - 1200.0 / 3937) < 1e-15)
        #expect(feet.kind == .projected)
        #expect(feet.transverseMercator == nil)  // Lambert's conic
        #expect(try proj.coordinateSystem("4490").isGeographic)
        // With heights: the horizontal half.
        #expect(try proj.coordinateSystem("EPSG:4526+5737").epsg == 4526)
        #expect(try proj.coordinateSystem("EPSG:4480").epsg == 4490)
    }

    @Test(
        "Files without a usable definition",
        arguments: ["", "4", "EPSG:99999", "nonsense", "PROJCS[", "EPSG:5737", "EPSG:4978"])
    func refused(text: String) {
        let refusal = #expect(throws: Refusal.self) { try proj.coordinateSystem(text) }
        #expect(refusal?.kind == .badData)
    }

    @Test("A zone change is exact")
    func zones() throws {
        // echo "2600000 38600000" | cs2cs -f %.6f EPSG:4526 EPSG:4527
        let (from, to) = (try proj.coordinateSystem("4526"), try proj.coordinateSystem("4527"))
        let transformation = try proj.transformation(from: from, to: to)
        let point = try transformation.transform(Point(x: 38_600_000, y: 2_600_000))
        #expect(abs(point.x - 39_293_538.887766) < 1e-5)
        #expect(abs(point.y - 2_601_111.579882) < 1e-5)
        #expect(transformation.note == nil)
    }

    @Test("CGCS2000 and WGS 84 are taken as one, and that is said", arguments: [("4490", "4326"), ("4326", "4526")])
    func nullShift(from: String, to: String) throws {
        let (from, to) = (try proj.coordinateSystem(from), try proj.coordinateSystem(to))
        for transformation in [
            try proj.transformation(from: from, to: to), try proj.transformation(from: to, to: from),
        ] {
            #expect(transformation.note != nil)
        }
        let back = try proj.transformation(from: to, to: from)
        let forth = try proj.transformation(from: from, to: to)
        let point = try back.transform(forth.transform(Point(x: 113.5, y: 23.25)))
        #expect(abs(point.x - 113.5) < 1e-11 && abs(point.y - 23.25) < 1e-11)
    }

    @Test(
        "No datum shift is guessed",
        arguments: [
            ("4610", "4490"), ("4214", "4490"), ("4555", "4490"), ("2363", "4527"), ("4527", "2414"),
            ("2383", "4326"), ("4610", "4214"),
        ])
    func noGuess(from: String, to: String) throws {
        let (from, to) = (try proj.coordinateSystem(from), try proj.coordinateSystem(to))
        let refusal = #expect(throws: Refusal.self) { try proj.transformation(from: from, to: to) }
        #expect(refusal?.phrase.english.contains("parameters") == true)
        #expect(refusal?.phrase.chinese.contains("参数") == true)
    }

    @Test("Within an old datum zones convert freely")
    func withinOldDatum() throws {
        let (from, to) = (try proj.coordinateSystem("2362"), try proj.coordinateSystem("4610"))
        let transformation = try proj.transformation(from: from, to: to)
        // echo "2600000 38600000" | cs2cs -f %.9f EPSG:2362 EPSG:4610
        let point = try transformation.transform(Point(x: 38_600_000, y: 2_600_000))
        #expect(abs(point.x - 114.978988375) < 1e-9)
        #expect(abs(point.y - 23.497713749) < 1e-9)
    }

    @Test("Points from nowhere are an error, and nothing is printed")
    func nowhere() throws {
        let transformation = try proj.transformation(
            from: proj.coordinateSystem("4526"), to: proj.coordinateSystem("4490"))
        for bad in [Point(x: .nan, y: 0), Point(x: 1e300, y: 1e300), Point(x: .infinity, y: 0)] {
            var points = [Point(x: 38_500_000, y: 2_600_000), bad]
            #expect(throws: Refusal.self) { try transformation.transform(&points) }
        }
        var none: [Point] = []
        try transformation.transform(&none)
    }

    @Test("Metres given as degrees are told with --crs, latitude before longitude as such")
    func mistaken() throws {
        let transformation = try proj.transformation(
            from: proj.coordinateSystem("4326"), to: proj.coordinateSystem("4527"))
        for (point, words) in [
            (Point(x: 39_510_000, y: 3_403_800), "name the system of the data with --crs"),
            (Point(x: 30.755, y: 117.1), "latitude and longitude seem to have changed places"),
        ] {
            let refusal = #expect(throws: Refusal.self) { try transformation.transform(point) }
            #expect(refusal?.phrase.english.contains(words) == true, "\(refusal?.phrase.english ?? "")")
        }
    }
}
