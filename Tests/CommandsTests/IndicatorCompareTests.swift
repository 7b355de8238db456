import Foundation
import Testing

/// Indicators side by side say what they say alone.
@Suite(.serialized) struct IndicatorCompareTests {
    /// Each indicator's value as `indicator list` has it.
    private func listed(_ desk: Desk, _ file: String, _ words: [String]) throws -> [String: Double] {
        let rows = try desk.tuban(["indicator", "list", "-f", file, "--format", "json"] + words).json()
        return rows.reduce(into: [:]) { found, row in
            if let id = row.text("indicator"), let value = row.number("value") { found[id] = value }
        }
    }

    @Test("Years, units and drafts in columns, each as it is by itself; between two their difference")
    func columns() throws {
        let desk = try Desk()
        try desk.sample(
            "county.gpkg", "--parcels", "600", "--layers", "XZQ,CJDCQ,DLTB_2020,DLTB_2025,YJJBNTTB,CZKFBJ")
        let file = desk.path("county.gpkg")
        func compared(_ words: String...) throws -> [String: (first: Double?, second: Double?, change: Double?)] {
            let rows = try desk.tuban(["indicator", "compare", "-f", file, "--format", "json"] + words).json()
            return rows.reduce(into: [:]) { found, row in
                found[row.text("indicator") ?? ""] = (
                    row.number("value_1"), row.number("value_2"), row.number("change")
                )
            }
        }
        let town = try desk.value("county.gpkg", "SELECT code FROM unit WHERE length(code) = 9 ORDER BY code LIMIT 1")
        let county = try desk.value("county.gpkg", "SELECT code FROM unit WHERE length(code) = 6")
        try desk.done("plan", "new", "North", "-f", file)
        let field = try desk.value(
            "county.gpkg",
            """
            SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer JOIN land_class AS c ON c.id = f.class
            WHERE l.table_name = 'DLTB_2025' AND c.code IN ('0101', '0103') ORDER BY f.area DESC LIMIT 1
            """)
        try desk.done("plan", "set-class", field, "--to", "plan2023:0701", "-f", file)
        for (words, first, second) in [
            (["--years", "2020,2025"], ["--year", "2020"], ["--year", "2025"]),
            (["--units", "\(county),\(town)"], ["--unit", county], ["--unit", town]),
            (["--drafts", "0,1"], ["--plan", "0"], ["--plan", "1"]),
        ] {
            let both = try desk.tuban(["indicator", "compare", "-f", file, "--format", "json"] + words).json()
            // Plan 0 is no plan: the base is what is listed without one.
            let (a, b) = (
                try listed(desk, file, first == ["--plan", "0"] ? [] : first), try listed(desk, file, second)
            )
            #expect(both.count >= 117)
            for row in both {
                let id = row.text("indicator") ?? ""
                #expect(row.number("value_1") == a[id] && row.number("value_2") == b[id], "\(id) \(words)")
                guard let x = a[id], let y = b[id] else {
                    #expect(row.number("change") == nil, "\(id) \(words)")
                    continue
                }
                #expect(abs((row.number("change") ?? .nan) - (y - x)) <= 1e-6, "\(id) \(words)")
            }
        }
        // People see the difference of the numbers they see, to the last digit.
        let shown = try desk.tuban("indicator", "compare", "--years", "2020,2025", "-f", file).out
        let triples = shown.split(separator: "\n").compactMap { line -> [Double]? in
            guard line.hasPrefix("I") else { return nil }
            let numbers = line.split(separator: " ").suffix(5).compactMap { Double($0) }
            return numbers.count == 3 ? numbers : nil
        }
        #expect(triples.count > 20, "\(shown)")
        for item in triples { #expect(abs(item[1] - item[0] - item[2]) < 1e-6, "\(item)") }
        let one = try compared("I003", "--drafts", "all")
        #expect(one.count == 1 && (one["I003"]?.change ?? 0) < 0, "a field less")
        let all = try desk.tuban("indicator", "compare", "I003", "--units", "all", "-f", file, "--format", "json")
            .json()
        let towns = try desk.value("county.gpkg", "SELECT count(*) FROM unit WHERE length(code) = 9")
        #expect(all.first?.number("value_\((Int(towns) ?? 0) + 1)") != nil)
    }

    @Test("What cannot be compared is told in one sentence, in both languages", arguments: ["en", "zh"])
    func wrong(language: String) throws {
        let desk = try Desk()
        try desk.sample()
        let file = desk.path("county.gpkg")
        for (words, status) in [
            (["--years", "2020", "--units", "all"], 64), (["--years", "soon"], 64), (["--drafts", "north"], 64),
            (["--drafts", "9"], 66), (["--units", "nowhere"], 66), (["I999"], 66),
        ] {
            let ending = try desk.tuban(["indicator", "compare", "-f", file, "--lang", language] + words)
            #expect(ending.status == Int32(status), "\(words): \(ending.err)")
            #expect(isOneSentence(ending.err), "\(words): \(ending.err)")
        }
    }
}
