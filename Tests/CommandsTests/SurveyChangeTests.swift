import Foundation
import Rig
import Testing

/// What became of the land between two surveys, held against the sample's own truth.
@Suite struct SurveyChangeTests {
    @Test("Changes between years by village and class are those that the county was made with")
    func truth() throws {
        let desk = try Desk()
        // Below 1,000 parcels nothing is planted, such as a parcel that lost its class.
        try desk.done(
            "sample", "county.gpkg", "--parcels", "900", "--seed", "5", "--years", "2020,2025", "--no-faults")
        let told = try desk.tuban(
            "area", "changes", "DLTB_2020", "DLTB_2025", "--by-unit", "-f", "county.gpkg", "--format", "json")
        try #require(told.status == 0, "\(told)")
        var found: [String: Double] = [:]
        for row in try told.json() {
            guard let to = row.text("to_class"), let from = row.text("from_class") else { continue }
            let codes = [from, to].map { $0.split(separator: ":").last.map(String.init) ?? "" }
            let unit = String((row.text("unit_code") ?? "").prefix(12))
            found["\(unit) \(codes[0]) \(codes[1])", default: 0] += row.number("area_m2") ?? 0
        }
        let lines = try String(contentsOfFile: desk.path("county-files/truth/changes.csv"), encoding: .utf8)
            .split(separator: "\n").dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        #expect(lines.count > 20)
        // A line a piece of land: those of a village and a pair of classes are added up.
        var expected: [String: Double] = [:]
        for line in lines { expected["\(line[0]) \(line[3]) \(line[4])", default: 0] += try #require(Double(line[5])) }
        // Each piece is rounded to 0.01 m²; a village has some tens of them.
        let missed = expected.filter { abs((found.removeValue(forKey: $0.key) ?? 0) - $0.value) > 0.3 }
        #expect(missed.isEmpty, "\(missed)")
        #expect(found.isEmpty, "not in the truth: \(found)")
    }

    @Test("The overlay is kept, and made again when a layer changed outside; a layer that goes takes it along")
    func freshness() throws {
        let desk = try Desk()
        try desk.sample(
            "county.gpkg", "--parcels", "600", "--layers", "XZQ,CJDCQ,DLTB_2020,DLTB_2025,YJJBNTTB,CZKFBJ")
        func sum() throws -> Double {
            let rows = try desk.done("area", "changes", "DLTB_2020", "-f", "county.gpkg", "--format", "json").json()
            return rows.compactMap { $0.number("area_m2") }.reduce(0, +)
        }
        let before = try sum()
        #expect(before > 0)
        let row = try desk.value(
            "county.gpkg",
            """
            SELECT f.fid || ' ' || f.area FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                JOIN land_class AS c ON c.id = f.class
            WHERE l.table_name = 'DLTB_2025' AND c.code = '0103' AND f.uid NOT IN (SELECT new_uid FROM survey_change)
            ORDER BY f.uid LIMIT 1
            """
        ).split(separator: " ")
        // Another program gives a field another class: all of its land has changed now.
        let update = "UPDATE DLTB_2025 SET DLBM = '0601' WHERE fid = \(row[0])"
        #expect(try desk.ogrinfo("-q", "-sql", update, desk.path("county.gpkg")).status == 0)
        let area = try #require(Double(row[1])) / 100
        #expect(abs(try sum() - before - area) < 0.02)
        try desk.done("layer", "drop", "DLTB_2020", "--yes", "-f", "county.gpkg")
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM survey_change") == "0")
    }

    @Test("One survey, or a layer that is none, is a sentence")
    func refusals() throws {
        let desk = try Desk()
        try desk.sample()
        for words in [["DLTB_2020"], ["DL", "DLTB_2020"], ["NIX"]] {
            let ending = try desk.tuban(["area", "changes"] + words + ["-f", "county.gpkg"])
            #expect(ending.status > 1 && isOneSentence(ending.err), "\(ending)")
        }
    }
}
