import Foundation
import GRDB
import GeoBridge
import Geometry
import Store
import Testing

/// The sample county's planted truth against what the rules find.
struct RuleManifestTests {
    /// A row of `truth/cases.csv`.
    struct Planted {
        var id: String
        var rule: String
        var verdict: String
        var layer: String
        var number: String
        var against: String
        var otherNumber: String
        var area: Double?
        var length: Double?
    }

    static func planted(_ path: String) throws -> [Planted] {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return lines.dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            return Planted(
                id: cells[0], rule: cells[1], verdict: cells[2], layer: cells[3], number: cells[4], against: cells[5],
                otherNumber: cells[6], area: Double(cells[8]), length: Double(cells[10]))
        }
    }

    /// Seed 3 makes a county at the sea; terms are reckoned by a day on which all rules are in force.
    @Test("Every planted case is found, none that holds is reported, each that cannot be checked says why")
    func manifest() throws {
        let desk = try Desk()
        let seed = "3"
        try desk.sample("c.gpkg", "--parcels", "3000", "--seed", seed, "--years", "2020,2025", "--no-faults")
        let file = desk.path("c.gpkg")
        try desk.done("rule", "limit", desk.path("c-files/limits.csv"), "-f", file)
        try desk.done("rule", "limit", desk.path("c-files/alarms.csv"), "-f", file)
        let check = try desk.tuban(
            "plan", "check", "--scope", "county", "--date", "2026-06-30", "-f", file, "--format", "json")
        // Something that blocks was found.
        #expect(check.status == 1 && check.err.isEmpty, "\(check.err)")
        let findings = try check.json()
        let cases = try Self.planted(desk.path("c-files/truth/cases.csv"))
        try #require(cases.count { $0.verdict == "broken" } > 60, "seed \(seed) has no sea")

        // Features by the number that the truth names them by: BSM, of layer ZD the ZDDM.
        let database = try DatabaseQueue(path: file)
        func uid(_ layer: String, _ number: String) throws -> Int? {
            guard !number.isEmpty, !layer.isEmpty else { return nil }
            return try database.read { db in
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT f.uid FROM "\(layer)" AS t JOIN feature AS f ON f.fid = t.fid
                            AND f.layer = (SELECT id FROM layer_registry WHERE table_name = '\(layer)')
                        WHERE t.\(layer == "ZD" ? "ZDDM" : "BSM") = ?
                        """, arguments: [number])
            }
        }
        var table: [String: (planted: Int, found: Int, false: Int, unknown: Int, answered: Int)] = [:]
        for one in cases where one.verdict != "left_out" {
            var row = table[one.rule] ?? (0, 0, 0, 0, 0)
            let subject = try uid(one.layer, one.number), object = try uid(one.against, one.otherNumber)
            let mine = findings.filter { $0.text("rule") == one.rule }
            let broken = mine.filter { $0.text("verdict") == "broken" && $0.integer("parcel") == subject }
            switch one.verdict {
            case "broken":
                row.planted += 1
                let areas = broken.compactMap { $0.number("area_m2") }
                let isMeasured = one.area.map { area in areas.contains { abs($0 - area) <= 0.0101 } } ?? true
                // The truth tells how long the shoreline is; the rule, how much of it the project takes.
                let isLong =
                    try one.length == nil
                    || broken.contains { finding in
                        let shared = try shoreline(file, subject, object)
                        return abs((finding.number("measured") ?? -1) - shared) <= 0.01 && shared < one.length ?? 0
                    }
                if !broken.isEmpty, isMeasured, isLong {
                    row.found += 1
                } else {
                    Issue.record("\(one.id) \(one.number) not found as planted: \(one.area ?? 0) \(areas) seed \(seed)")
                }
            case "held":
                if !broken.isEmpty {
                    row.false += 1
                    Issue.record("\(one.id) \(one.number) holds but is reported: \(broken[0]["finding_text"] ?? "")")
                }
            default:
                row.unknown += 1
                let either = [subject, object].compactMap { $0 }
                let answers = mine.filter { finding in
                    finding.text("verdict") == "not checkable"
                        && ["parcel", "object"].contains { finding.integer($0).map(either.contains) == true }
                }
                if answers.contains(where: { $0.text("finding_text")?.contains(": ") == true }), broken.isEmpty {
                    row.answered += 1
                } else {
                    Issue.record("\(one.id) \(one.number) was not answered ‘not checkable’: \(broken.count) broken")
                }
            }
            table[one.rule] = row
        }
        try units(desk, findings, &table)
        print("rule planted found false uncheckable answered")
        for (rule, row) in table.sorted(by: { $0.key < $1.key }) {
            print(rule, row.planted, row.found, row.false, row.unknown, row.answered)
        }
        let computed = try desk.done("rule", "list", "-f", file, "--format", "json").json().filter {
            ["geometry", "tables"].contains($0.text("decided_by"))
        }.compactMap { $0.text("rule") }
        #expect(computed.count == 78)
        #expect(Set(computed).subtracting(table.keys) == [], "no case is planted for these")
    }

    /// The length of a line inside of a polygon, by GEOS.
    private func shoreline(_ file: String, _ site: Int?, _ line: Int?) throws -> Double {
        let project = try Project.open(at: file, readOnly: true)
        defer { try? project.close() }
        let polygon = try #require(try project.shape(of: Int64(site ?? 0)))
        return try GEOS().intersection(try #require(try project.shape(of: Int64(line ?? 0))), polygon).length
    }

    /// Limits of towns and alarm shares of villages: which of them were made to be broken, `truth/units.csv` tells.
    private func units(
        _ desk: Desk, _ findings: [[String: Any]],
        _ table: inout [String: (planted: Int, found: Int, false: Int, unknown: Int, answered: Int)]
    ) throws {
        let lines = try String(contentsOfFile: desk.path("c-files/truth/units.csv"), encoding: .utf8)
            .split(separator: "\n").dropFirst()
        var counts: [String: [String: Int]] = [:]
        for line in lines {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            counts[cells[0], default: [:]][cells[1], default: 0] += 1
        }
        for (rule, planted) in counts {
            let mine = findings.filter { $0.text("rule") == rule }
            let broken = mine.count { $0.text("verdict") == "broken" }
            let unknown = mine.count { $0.text("verdict") == "not checkable" && $0.integer("parcel") != nil }
            #expect(broken == planted["broken"] ?? 0, "\(rule): \(planted)")
            #expect(unknown == planted["unknown"] ?? 0, "\(rule): \(planted)")
            table[rule] = (
                planted["broken"] ?? 0, min(broken, planted["broken"] ?? 0), max(0, broken - (planted["broken"] ?? 0)),
                planted["unknown"] ?? 0, min(unknown, planted["unknown"] ?? 0)
            )
        }
    }
}
