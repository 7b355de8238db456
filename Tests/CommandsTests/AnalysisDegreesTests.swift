import Foundation
import Rig
import Testing

/// A project in degrees: planes are those of the county's own zone.
@Suite struct AnalysisDegreesTests {
    /// Longitude and latitude of the corners of two squares of 100 m side by side in zone 38, on its meridian:
    /// `echo "2600000 38500000" | cs2cs -f %.12f EPSG:4526 EPSG:4490`, and so on.
    private static let corners = [
        "114,23.500800535094", "114.000979044358,23.500800532018", "114.001958088716,23.500800522789",
        "114.001958102059,23.501703448573", "114.000979051029,23.501703457802", "114,23.501703460878",
    ]
    private static let (left, right) = ([0, 1, 4, 5], [1, 2, 3, 4])

    private func feature(_ ring: [Int], _ properties: String) -> String {
        let places = (ring + ring.prefix(1)).map { "[\(Self.corners[$0])]" }.joined(separator: ",")
        return """
            {"type":"Feature","properties":{\(properties)},"geometry":{"type":"Polygon","coordinates":[[\(places)]]}}
            """
    }

    private func county(_ files: [String: [String]], crs: String) throws -> Desk {
        let desk = try Desk()
        try desk.done("init", "x.gpkg", "--crs", crs)
        desk.environment["TUBAN_FILE"] = desk.path("x.gpkg")
        for (name, features) in files.sorted(by: { $0.key < $1.key }) {
            try desk.write(
                "{\"type\":\"FeatureCollection\",\"features\":[\(features.joined(separator: ","))]}",
                to: "\(name).geojson")
            try desk.done("import", "\(name).geojson", "--crs", crs)
        }
        return desk
    }

    @Test(
        "Plane areas and lengths are those of the zone, and the report says which; on WGS 84 too",
        arguments: [4490, 4326])
    func zone(crs: Int) throws {
        let desk = try county(
            [
                "DLTB_2025": [
                    feature(Self.left, #""BSM":"1","DLBM":"0103","ZLDWDM":"100","QSXZ":"30""#),
                    feature(Self.right, #""BSM":"2","DLBM":"0301","ZLDWDM":"100","QSXZ":"30""#),
                ], "YJJBNTTB": [feature(Self.right, #""BSM":"9""#)],
            ], crs: "EPSG:\(crs)")
        let boundary = Self.left.map { Self.corners[$0] }.joined(separator: " ")
        let ending = try desk.tuban("analyse", "--points", boundary, "--format", "json")
        #expect([0, 1].contains(ending.status), "\(ending)")
        let rows = try ending.json()
        func row(_ section: String, _ number: String? = nil) throws -> [String: Any] {
            try #require(
                rows.first { $0.text("section") == section && (number == nil || $0.text("number") == number) },
                "\(ending.out)")
        }
        func near(_ value: Double?, _ expected: Double) -> Bool { abs((value ?? .nan) - expected) <= 0.011 }
        let own = try row("boundary")
        #expect(near(own.number("plane_m2"), 10_000) && near(own.number("length_m"), 400), "\(own)")
        #expect(near(try row("parcel", "1").number("plane_m2"), 10_000))
        // The edge that both share.
        for number in ["2", "9"] { #expect(near(try row("touches", number).number("length_m"), 100)) }
        let text = try desk.tuban("analyse", "--points", boundary).out.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        #expect(text.contains("measured in the county's zone, EPSG:4526"), "\(text)")
    }
}
