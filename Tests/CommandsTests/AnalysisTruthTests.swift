import Foundation
import GRDB
import GeoBridge
import Geometry
import Planning
import Store
import Testing

/// What was planted in the sample county, asked about as boundaries: the outline of each case's project is laid over the
/// county, and must meet what the truth says, by as much.
@Suite struct AnalysisTruthTests {
    /// Rules about projects that need nothing to be known of them but where they lie.
    static let placed: Set = [
        "R26", "R30", "R31", "R35", "R46", "R47", "R55", "R57", "R62", "R66", "R67", "R68", "R71", "R72",
    ]

    @Test("Every planted case that a boundary can meet is answered right: lines, areas, touching, rules")
    func planted() throws {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "3000", "--seed", "3", "--years", "2020,2025", "--no-faults")
        let file = desk.path("c.gpkg")
        let database = try DatabaseQueue(path: file)
        func uid(_ standard: String, _ number: String) throws -> Int64? {
            guard !number.isEmpty, !standard.isEmpty else { return nil }
            return try database.read { db in
                let table = try String.fetchOne(
                    db,
                    sql: """
                        SELECT table_name FROM layer_registry WHERE ?1 IN (table_name, standard) AND geometry <> 'none'
                        ORDER BY year DESC LIMIT 1
                        """, arguments: [standard])
                guard let table else { return nil }
                let column = table == "ZD" ? "ZDDM" : "BSM"
                return try Int64.fetchOne(
                    db,
                    sql: """
                        SELECT f.uid FROM "\(table)" AS t JOIN feature AS f ON f.fid = t.fid
                            AND f.layer = (SELECT id FROM layer_registry WHERE table_name = '\(table)')
                        WHERE t.\(column) = ?
                        """, arguments: [number])
            }
        }
        let project = try Project.open(at: file)
        defer { try? project.close() }
        let request = AnalysisRequest(target: .plan2023("0701"), day: "2026-06-30")
        let analyst = try AnalysisDesk(project, request)
        defer { try? analyst.close() }
        var tried: [String: Int] = [:]
        for row in try Self.rows(desk.path("c-files/truth/cases.csv")) {
            let (id, rule, verdict, measure) = (row[0], row[1], row[2], row[7])
            guard let subject = try uid(row[3], row[4]), let shape = try project.shape(of: subject),
                shape.kind == .polygon
            else { continue }
            let analysis = try analyst.analyse(analyst.checked(AnalysedBoundary(name: id, shape: shape)))
            // Whatever the boundary, its figures close.
            let parts = analysis.sums.reduce(0) { $0 + $1.area } + (analysis.unsurveyed?.area ?? 0)
            #expect(parts == analysis.area, "\(id)")
            tried["closes", default: 0] += 1
            let object = try uid(row[5], row[6])
            // Islands have a number of their own, which the truth does not tell: there is one beneath the project.
            let meeting =
                object == nil
                ? analysis.layers.first { $0.layer.standard == row[5] }?.meetings.first
                : analysis.layers.flatMap(\.meetings).first { $0.id == object }
            let area = AreaUnit.squareMetres.hundredths(parsing: row[8])
            switch measure {
            case "overlap" where row[5].hasPrefix("DLTB"):
                let parcel = analysis.parcels.first { $0.id == object }
                #expect(abs((parcel?.raw ?? -1) - (area ?? 0)) <= 1, "\(id)")
            case "overlap":
                #expect(meeting?.verdict == .overlap, "\(id)")
                #expect(abs((meeting?.area ?? -1) - (area ?? 0)) <= 1, "\(id): \(meeting?.area ?? -1) for \(row[8])")
                tried["overlap", default: 0] += 1
            // Of a parcel of the survey the truth tells what changed, which may be a part of it.
            case "whole" where !row[3].hasPrefix("DLTB"):
                #expect(abs(analysis.area - (area ?? 0)) <= 1, "\(id)")
                tried["whole", default: 0] += 1
            case "length":
                let line = try #require(try object.flatMap { try project.shape(of: $0) })
                let inside = try GEOS().intersection(line, shape).length
                #expect(abs((meeting?.length ?? -1) - inside) <= 0.001, "\(id)")
                tried["length", default: 0] += 1
            default:
                // What holds by touching alone shares no land.
                guard verdict == "held", object != nil, row[11].contains("touch") else { break }
                #expect(meeting == nil || meeting?.verdict == .touch, "\(id): \(row[11])")
                if meeting != nil { tried["touch", default: 0] += 1 }
            }
            guard Self.placed.contains(rule), row[3] == "XS_XMKJFW", let object else { continue }
            let mine = analysis.findings.filter { $0.rule.id == rule && $0.object == object }
            let broken = mine.filter { $0.verdict == .broken }
            switch verdict {
            case "broken":
                let sum = broken.reduce(0) { $0 + ($1.area ?? 0) }
                // A hundredth for each of the parcels that the project takes.
                #expect(
                    abs(sum - Double(area ?? 0) / 100) <= 0.01 * Double(broken.count + 1),
                    "\(id): \(sum) for \(row[8])")
                #expect(!broken.isEmpty && broken.allSatisfy { !$0.rule.basis.isEmpty && $0.place != nil }, "\(id)")
            case "held": #expect(broken.isEmpty, "\(id): \(row[11])")
            default: #expect(broken.isEmpty && mine.contains { $0.verdict == .unknown }, "\(id): \(row[11])")
            }
            tried["rule \(verdict)", default: 0] += 1
        }
        print(tried.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
        #expect(tried["overlap"] ?? 0 > 40 && tried["rule broken"] ?? 0 > 10 && tried["touch"] ?? 0 > 3)
        #expect(tried["rule held"] ?? 0 > 8 && tried["rule unknown"] ?? 0 > 3)
    }

    static func rows(_ path: String) throws -> [[String]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
