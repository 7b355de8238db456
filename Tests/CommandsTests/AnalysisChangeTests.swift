import Foundation
import Planning
import Testing

/// The same boundary again, after the data have changed.
@Suite struct AnalysisChangeTests {
    /// The south-west corner of everything, on the meridian of zone 38: there a hectare of the grid is one on the
    /// ellipsoid to the last hundredth.
    private static let (east, north) = (38_500_000, 2_600_000)
    private static let boundary = [(0, 0), (100, 0), (100, 100), (0, 100)].map { "\(east + $0),\(north + $1)" }.joined(
        separator: " ")

    /// A feature of a rectangle: west, south, east, north of the corner, in metres.
    private func feature(_ box: [Int], _ properties: String) -> String {
        let ring = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3]), (box[0], box[1])].map {
            "[\(Self.east + $0),\(Self.north + $1)]"
        }
        return """
            {"type":"Feature","properties":{\(properties)},"geometry":{"type":"Polygon","coordinates":[[\(ring.joined(separator: ","))]]}}
            """
    }

    private func write(_ features: [String], _ name: String, _ desk: Desk) throws {
        try desk.write(
            """
            {"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4526"}},
            "features":[\(features.joined(separator: ","))]}
            """, to: name)
    }

    /// Imports a survey of two parcels, cropland in the west and forest in the east, and basic farmland on the cropland.
    ///
    /// - Parameters:
    ///   - edge: between the parcels, in metres from the western side of the boundary.
    private func take(edge: Int, _ desk: Desk) throws {
        try write(
            [
                feature([-100, -100, edge, 200], #""BSM":"1","DLBM":"0103","ZLDWDM":"100","QSXZ":"30""#),
                feature([edge, -100, 200, 200], #""BSM":"2","DLBM":"0301","ZLDWDM":"100","QSXZ":"30""#),
            ], "DLTB_2025.geojson", desk)
        try write([feature([min(0, edge), 0, max(0, edge), 100], #""BSM":"9""#)], "YJJBNTTB.geojson", desk)
        try desk.done("import", "DLTB_2025.geojson", "YJJBNTTB.geojson")
    }

    private func drop(_ desk: Desk) throws {
        for layer in ["YJJBNTTB", "DLTB_2025"] { try desk.done("layer", "drop", layer, "--yes") }
    }

    /// The table of what differs from the run before, without its head; nil where there was none before.
    private func changes(_ desk: Desk, to folder: String) throws -> [String]? {
        let ending = try desk.tuban("analyse", "--points", Self.boundary, "--date", "2026-06-30", "--out", folder)
        #expect([0, 1].contains(ending.status) && ending.err.isEmpty, "\(ending)")
        guard desk.exists("\(folder)/changes.csv") else { return nil }
        let text = try String(contentsOfFile: desk.path("\(folder)/changes.csv"), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    }

    @Test("Data that were imported anew and are the same differ in nothing; what moved has its figure before and now")
    func reimported() throws {
        let desk = try Desk()
        try desk.done("init", "x.gpkg", "--crs", "EPSG:4526")
        desk.environment["TUBAN_FILE"] = desk.path("x.gpkg")
        try take(edge: 50, desk)
        #expect(try changes(desk, to: "first") == nil)
        try drop(desk)
        try take(edge: 50, desk)
        #expect(try changes(desk, to: "same") == [])
        try drop(desk)
        try take(edge: 80, desk)
        // 100 m by 50 m before, by 80 m now; the forest keeps the rest of the hectare.
        #expect(
            try changes(desk, to: "moved") == [
                "2,sum,survey:0103 100 30,5000.00,8000.00,,", "2,sum,survey:0301 100 30,5000.00,2000.00,,",
                "2,feature,YJJBNTTB 9,5000.00,8000.00,overlap,overlap",
            ])
        let report = try String(contentsOfFile: desk.path("moved/report.txt"), encoding: .utf8)
        let words = report.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(words.contains("2 sums and 1 feature differ"), "\(report)")
        // Farmland that ends where the boundary begins is touched: the rule that protects it is not broken any more.
        try drop(desk)
        try take(edge: -10, desk)
        let mended = try #require(try changes(desk, to: "mended"))
        #expect(
            mended.filter { $0.contains(",sum,") || $0.contains(",feature,") } == [
                "3,sum,survey:0103 100 30,8000.00,,,", "3,sum,survey:0301 100 30,2000.00,10000.00,,",
                "3,feature,YJJBNTTB 9,8000.00,0.00,overlap,touch",
            ])
        #expect(mended.contains { $0.contains(",finding,") && $0.contains("R01 ") && $0.hasSuffix(",broken,") })
    }
}
