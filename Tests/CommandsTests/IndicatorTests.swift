import Foundation
import Testing

/// Indicators of the sample county, held against a script that reckons them from the layers' tables with GEOS.
@Suite(.serialized) struct IndicatorTests {
    /// The script's values by indicator, unit and year; nil where there is no Python.
    private func reference(_ desk: Desk, _ file: String, plan: Int = 0) throws -> [String: Double]? {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Reference/indicators.py").path
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") else {
            print("skipped: there is no python3")
            return nil
        }
        let ending = try desk.run(
            "/usr/bin/python3", [script, file, String(plan), desk.path("c-files/statistics.csv")])
        try #require(ending.status == 0, "\(ending.err)")
        let object = try JSONSerialization.jsonObject(with: Data(ending.out.utf8)) as? [String: NSNumber]
        return try #require(object).mapValues(\.doubleValue)
    }

    /// What tuban says of each unit and year, in full.
    private func listed(_ desk: Desk, _ file: String, units: [String], years: [String], plan: String? = nil) throws
        -> [String: Double]
    {
        var found: [String: Double] = [:]
        for unit in units {
            for year in years {
                let words =
                    ["indicator", "list", "--unit", unit, "--year", year, "-f", file, "--format", "json"]
                    + (plan.map { ["--plan", $0] } ?? [])
                let ending = try desk.tuban(words)
                try #require(ending.status == 0, "\(ending.err)")
                for row in try ending.json() {
                    guard let id = row.text("indicator"), let value = row.number("value") else { continue }
                    found["\(id) \(unit) \(year)"] = value
                }
            }
        }
        return found
    }

    private func compare(_ ours: [String: Double], _ theirs: [String: Double], _ note: String) {
        var wrong: [String] = []
        for (key, expected) in theirs {
            guard let value = ours[key] else {
                wrong.append("\(key): nothing, expected \(expected)")
                continue
            }
            // Values are told with two to four decimals; shares of outlines are measured in the plane by the script.
            if abs(value - expected) > 0.0051 + 2e-4 * abs(expected) {
                wrong.append("\(key): \(value), expected \(expected)")
            }
        }
        #expect(wrong.isEmpty, "\(note): \(wrong.sorted().joined(separator: "\n"))")
    }

    @Test("Over 100 indicators equal those of the script: county, a town, its villages, two years, and a draft")
    func sample() throws {
        let desk = try Desk()
        try desk.done("sample", "c.gpkg", "--parcels", "1200", "--seed", "3")
        let file = desk.path("c.gpkg")
        try desk.done("statistic", "import", desk.path("c-files/statistics.csv"), "-f", file)
        guard let base = try reference(desk, file) else { return }
        let codes = Set(base.keys.map { String($0.split(separator: " ")[1]) }).sorted()
        let town = try #require(codes.first { $0.utf8.count == 9 })
        let units = [codes[0]] + codes.filter { $0.hasPrefix(town) }
        let asked = base.filter { units.contains(String($0.key.split(separator: " ")[1])) }
        let ours = try listed(desk, file, units: units, years: ["2020", "2025"])
        compare(ours, asked, "base")
        let compared = Set(asked.keys.map { $0.prefix { $0 != " " } })
        #expect(compared.count >= 100, "\(compared.count)")

        // A draft that builds on fields, plants a wood, parts a parcel and moves a line.
        try desk.done("plan", "new", "North", "-f", file)
        func parcels(_ code: String, _ count: Int) throws -> [String] {
            try desk.value(
                "c.gpkg",
                """
                SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer JOIN land_class AS c ON c.id = f.class
                WHERE l.table_name = 'DLTB_2025' AND c.code = '\(code)' AND f.area > 500000 ORDER BY f.uid LIMIT \(count)
                """
            ).split(separator: "\n").map(String.init)
        }
        let fields = try parcels("0101", 6), dry = try parcels("0103", 4)
        for (uids, code) in [(fields, "plan2023:0701"), (dry, "plan2023:0301")] {
            let ending = try desk.tuban(["plan", "set-class"] + uids + ["--to", code, "-f", file])
            try #require(ending.status == 0, "\(ending.err)")
        }
        let other = try #require(try parcels("0301", 1).first)
        try desk.done("plan", "split", other, "--area", "1000", "--bearing", "30", "--side", "left", "-f", file)
        let drafted = try #require(try reference(desk, file, plan: 1))
        compare(
            try listed(desk, file, units: units, years: ["2025"], plan: "1"),
            drafted.filter { $0.key.hasSuffix("2025") && units.contains(String($0.key.split(separator: " ")[1])) },
            "draft")
    }

    @Test("A value is shown with its formula, inputs and every number on the way, in both languages")
    func shown() throws {
        let desk = try Desk()
        try desk.sample()
        let file = desk.path("county.gpkg")
        let test = try desk.tuban("indicator", "test", "I009", "-f", file, "--format", "json").json()
        #expect(test.map { $0.text("input") ?? "" } == ["construction", "total", "I009"])
        let numbers = test.compactMap { $0.number("value") }
        try #require(numbers.count == 3)
        #expect(abs(numbers[2] - numbers[0] / numbers[1] * 100) < 1e-4)
        #expect(test[2].text("definition") == "construction / total * 100")
        let chinese = try desk.tuban("indicator", "test", "I011", "-f", file, "--lang", "zh")
        #expect(chinese.status == 0 && chinese.out.contains("无数据"))
        let show = try desk.tuban("indicator", "show", "I003", "-f", file)
        #expect(show.status == 0 && show.out.contains("cultivated / 10000"))
        let unknown = try desk.tuban("indicator", "show", "I999", "-f", file)
        #expect(unknown.status == 66 && isOneSentence(unknown.err))
    }

    @Test("A bureau adds a row; a wrong formula is told with file, line and place")
    func own() throws {
        let desk = try Desk()
        try desk.sample()
        let file = desk.path("county.gpkg")
        let head = "id,name_zh,name_en,inputs,formula\n"
        let good = try desk.write(head + "B1,水面,Water,w = area_m2 from land where water,w / 10000\n", to: "own.csv")
        try desk.done("indicator", "add", good, "-f", file)
        let value = try desk.tuban("indicator", "test", "B1", "-f", file, "--format", "json").json()
        #expect((value.last?.number("value") ?? 0) > 0)
        let bad = try desk.write(head + "B2,水面,Water,w = area_m2 from land where watter,w / 10000\n", to: "bad.csv")
        let refused = try desk.tuban("indicator", "add", bad, "-f", file)
        #expect(refused.status == 65 && refused.err.contains("bad.csv:2:") && refused.err.contains("watter"))
        try desk.done("indicator", "target", "B1", "5", "--year", "2035", "-f", file)
        for words in [["five"], ["5", "--year", "99999"], ["5", "--year", "0"]] {
            let odd = try desk.tuban(["indicator", "target", "B1"] + words + ["-f", file])
            #expect(odd.status == 64 && isOneSentence(odd.err), "\(words)")
        }
        // A series that nobody knows is told, as it may be a slip of the pen.
        let slip = try desk.write(head + "B3,人口,People,p = statistic populatoin,p\n", to: "slip.csv")
        let added = try desk.tuban("indicator", "add", slip, "-f", file)
        #expect(added.status == 0 && added.out.contains("populatoin") && added.out.contains("population"))
        let none = try desk.tuban("indicator", "add", try desk.write(head, to: "none.csv"), "-f", file)
        #expect(none.status == 65 && isOneSentence(none.err))
    }

    @Test("A formula over the roads and facilities reads those of the county, and of a draft")
    func roads() throws {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "1500", "--seed", "7")
        let file = desk.path("c.gpkg")
        // A planted parcel lies in a county that is none, 999999.
        let county = try desk.value("c.gpkg", "SELECT min(code) FROM unit WHERE length(code) = 6")
        let own = try desk.write(
            """
            id,name_zh,name_en,inputs,formula
            B1,道路,Roads,"r = select '\(county)', sum(length_m) from network",r
            B2,公园,Parks,"f = select '\(county)', count(*) from Facility where kind = 'green'",f

            """, to: "own.csv")
        try desk.done("indicator", "add", own, "-f", file)
        func value(_ id: String, _ words: [String] = []) throws -> Double? {
            try desk.tuban(["indicator", "test", id, "-f", file, "--format", "json"] + words).json().last?
                .number("value")
        }
        let roads = try desk.tuban("network", "show", "-f", file, "--format", "json").json()
        let length = roads.compactMap { $0.number("length_m") }.reduce(0, +)
        #expect(try length > 0 && abs((value("B1") ?? 0) - length) < 0.02)
        // Parks are land of class 0810 of 400 m² and more, in the survey.
        let parks = try desk.value(
            "c.gpkg",
            """
            SELECT count(*) FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer JOIN land_class AS c ON c.id = f.class
            WHERE l.table_name = 'DLTB_2025' AND c.system = 'survey' AND c.code LIKE '0810%' AND f.area >= 40000
            """)
        #expect(try value("B2") == Double(parks))
    }
}
