import Foundation
import Testing

/// Statistics on their way through the program: in from a file, shown, revised, out again.
@Suite struct StatisticTests {
    /// A county of 300 parcels.
    private func desk() throws -> Desk {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
        try desk.sample()
        return desk
    }

    /// The codes of the county and of two of its towns.
    private func codes(_ desk: Desk) throws -> (county: String, towns: [String]) {
        let county = try desk.value("county.gpkg", "SELECT code FROM unit WHERE length(code) = 6")
        let towns = try desk.value(
            "county.gpkg", "SELECT group_concat(code) FROM (SELECT code FROM unit WHERE length(code) = 9 ORDER BY code)"
        )
        return (county, towns.split(separator: ",").map(String.init))
    }

    private func shown(_ desk: Desk, _ words: String...) throws -> [String] {
        try desk.done("statistic", "show", words.joined(separator: " "), "--format", "json").json().map {
            "\($0.text("unit") ?? "") \($0.integer("year") ?? 0) \($0.number("value") ?? .nan)"
        }
    }

    @Test("A table comes in, is shown, revised, journalled, exported, and the export comes in again as nothing new")
    func journey() throws {
        let desk = try desk()
        let (county, towns) = try codes(desk)
        let town = try #require(towns.first)
        try desk.write(
            "单元,年份,常住人口（万人）,GDP（亿元）\n\(county),2020,12.53,8.5\n\(town),2020,\"3.4\",\n\(county),2021,12.6,9\n",
            to: "yearbook.csv")
        let tried = try desk.done("statistic", "import", "yearbook.csv", "--dry-run")
        #expect(tried.out.contains("Would import 5 values of 2 series from yearbook.csv"))
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM statistic_value") == "0")

        let told = try desk.done("statistic", "import", "yearbook.csv")
        #expect(told.out.contains("Imported 5 values of 2 series from yearbook.csv"), "\(told.out)")
        #expect(told.out.contains("population: 3 values converted from 万人 into 人"))
        #expect(told.out.contains("population of \(town) has no value for 2021"))
        #expect(
            try shown(desk, "population") == [
                "\(county) 2020 125300.0", "\(county) 2021 126000.0", "\(town) 2020 34000.0",
            ])
        // 8.5 亿元 are 85,000 万元.
        #expect(try shown(desk, "GDP") == ["\(county) 2020 85000.0", "\(county) 2021 90000.0"])
        let hash = try desk.run("/usr/bin/sha256sum", [desk.path("yearbook.csv")]).out.prefix(64)
        #expect(
            try desk.value(
                "county.gpkg", "SELECT kind, line, source_hash FROM journal ORDER BY id DESC LIMIT 1")
                == "import|statistic import yearbook.csv|\(hash)")

        try desk.write("单元,年份,常住人口\n\(county),2020,125400\n\(county),2021,126000\n", to: "corrected.csv")
        let revised = try desk.done("statistic", "import", "corrected.csv")
        #expect(revised.out.contains("1 value took the place of others") && revised.out.contains("1 value stood there"))
        #expect(try shown(desk, "population").first == "\(county) 2020 125400.0")
        let history = try desk.done(
            "statistic", "show", "population", "--unit", county, "--revisions", "--format", "json"
        )
        .json().filter { $0.integer("year") == 2020 && $0.text("unit") == county }
        #expect(
            history.map { $0.integer("revision") } == [2, 1] && history.map { $0["counts"] as? Bool } == [true, false])
        #expect(history.map { $0.text("source") } == ["corrected.csv", "yearbook.csv"])

        #expect(try desk.done("statistic", "export", "all.csv").out.contains("5 values"))
        let again = try desk.done("statistic", "import", "all.csv")
        #expect(again.out.contains("Imported 0 values") && again.out.contains("5 values stood there already"))
        #expect(try desk.tuban("journal", "verify").status == 0)
        #expect(try desk.tuban("doctor", "--deep").status == 0)
    }

    @Test("What was kept is never changed or taken away, and an undo does not touch it")
    func kept() throws {
        let desk = try desk()
        let (county, _) = try codes(desk)
        try desk.write("unit,year,gdp\n\(county),2020,5\n", to: "t.csv")
        try desk.done("statistic", "import", "t.csv")
        for sql in [
            "UPDATE statistic_value SET value = 6", "DELETE FROM statistic_value",
            "UPDATE statistic_source SET who = 'x'",
            "INSERT OR REPLACE INTO statistic_value SELECT * FROM statistic_value",
            "INSERT INTO statistic_value(series, unit, year, revision, value, source, line) SELECT series, unit, year, 7, 1, source, 1 FROM statistic_value",
        ] {
            #expect(try desk.sqlite("county.gpkg", sql).status != 0, "\(sql)")
        }
        #expect(try desk.tuban("undo").status != 0)
        #expect(try shown(desk, "gdp") == ["\(county) 2020 5.0"])
    }

    @Test(
        "A wrong table is refused in one sentence of either language, and nothing is half imported",
        arguments: [
            ("unit,year,gdp\n{county},2020,1\n{county},2021,1 2\n", "line 3, column gdp"),
            ("unit,year,gdp\n{county},2020,1\n,2021,2\n", "names no unit"),
            ("unit,year,gdp\n{county},2020,1\n123456,2021,2\n", "‘123456’"),
            ("unit,year,gdp\n{county},2020,1\n{county},,2\n", "tells no year"),
            ("unit,year,gdp\n{county},2020,1\n{county},2020,2\n", "keep one of them"),
            ("unit,year,gdp\n{county},2020,1\n{county},2021,3%\n", "holds a percentage"),
            ("unit,year,gdp\n{county},2020,1\n{county},2021\n", "line 3"), ("", "it is empty"),
            ("unit,year,happiness\n{county},2020,1\n", "--series COLUMN=MEASURE"),
            ("unit,year,gdp\n{county},2020,\n", "holds no value"),
        ])
    func wrong(text: String, words: String) throws {
        let desk = try desk()
        let (county, _) = try codes(desk)
        try desk.write(text.replacing("{county}", with: county), to: "t.csv")
        let before = try desk.contents("county.gpkg")
        let ending = try desk.tuban("statistic", "import", "t.csv")
        #expect(ending.status == 65 && isOneSentence(ending.err) && ending.err.contains(words), "\(ending.err)")
        let chinese = try desk.tuban("statistic", "import", "t.csv", "--lang", "zh")
        #expect(chinese.status == 65 && chinese.err.contains("未导入 t.csv"), "\(chinese.err)")
        #expect(try desk.contents("county.gpkg") == before)
    }

    @Test("GBK is recognised; bytes that are no text are refused")
    func encodings() throws {
        let desk = try desk()
        let (county, _) = try codes(desk)
        try desk.write("单元,年份,地区生产总值（亿元）\n\(county),2020,8.5\n", to: "utf8.csv")
        let made = try desk.run(
            "/usr/bin/iconv", ["-f", "UTF-8", "-t", "GBK", "-o", desk.path("gbk.csv"), desk.path("utf8.csv")])
        try #require(made.status == 0, "\(made)")
        try desk.done("statistic", "import", "gbk.csv")
        #expect(try shown(desk, "gdp") == ["\(county) 2020 85000.0"])
        try Data([0x75, 0x2C, 0xFF, 0xFF, 0x0A, 0x80, 0x00]).write(to: URL(filePath: desk.path("bytes.csv")))
        let ending = try desk.tuban("statistic", "import", "bytes.csv")
        #expect(ending.status == 65 && isOneSentence(ending.err), "\(ending.err)")
    }

    // MARK: XLSX

    @Test("A sheet comes in with percentages as people see them and keys that were merged downwards")
    func sheet() throws {
        let desk = try desk()
        let (county, towns) = try codes(desk)
        let town = try #require(towns.first)
        let made = try Workbook(
            rows: [
                ["单元", "年份", "常住人口（万人）", "再生水利用率"],
                [.text(county), .number("2020"), .number("12.53"), .percent("0.18")],
                [.none, .number("2021"), .text("１２．６"), .percent("0.195")], [],
                [.text(town), .number("2020"), .text("3.4"), .none],
            ], merged: ["A2:A3"]
        ).write(to: "book.xlsx", on: desk)
        guard made else { return }
        let told = try desk.done("statistic", "import", "book.xlsx")
        #expect(told.out.contains("Merged cells stand for each of their rows: A2:A3"), "\(told.out)")
        #expect(
            try shown(desk, "population") == [
                "\(county) 2020 125300.0", "\(county) 2021 126000.0", "\(town) 2020 34000.0",
            ])
        #expect(try shown(desk, "reclaimed_water_rate") == ["\(county) 2020 18.0", "\(county) 2021 19.5"])
    }

    @Test("Merged values and headers, and a wrong cell, are refused with the cell")
    func wrongSheets() throws {
        let desk = try desk()
        let (county, _) = try codes(desk)
        let head: [Workbook.Cell] = ["单元", "年份", "GDP"]
        let one: [Workbook.Cell] = [.text(county), .number("2020"), .number("5")]
        let cases: [(rows: [[Workbook.Cell]], merged: [String], words: String)] = [
            ([head, one, [.text(county), .number("2021"), .none]], ["C2:C3"], "the cells C2:C3 are merged"),
            ([["竺阳县统计表", .none, .none], head, one], ["A1:C1"], "the cells A1:C1 above its rows are merged"),
            ([head, one, [.text(county), .number("2021"), .text("约5亿")]], [], "cell C3 holds ‘约5亿’"),
            ([head], [], "it has no rows"),
        ]
        let before = try desk.contents("county.gpkg")
        for (number, one) in cases.enumerated() {
            let name = "wrong\(number).xlsx"
            guard try Workbook(rows: one.rows, merged: one.merged).write(to: name, on: desk) else { return }
            let ending = try desk.tuban("statistic", "import", name)
            #expect(ending.status == 65 && isOneSentence(ending.err) && ending.err.contains(one.words), "\(ending.err)")
        }
        #expect(try desk.contents("county.gpkg") == before)
    }

    // MARK: Real tables

    @Test("Real tables come in with their documented totals")
    func real() throws {
        guard let states = testData("stats/us_states_df.csv"), let sids = testData("stats/sids.zip"),
            let boston = testData("stats/boston_tracts.zip")
        else { return }
        let desk = try desk()
        func sum(_ series: String, _ year: Int) throws -> String {
            try desk.value(
                "county.gpkg",
                "SELECT count(*) || ' ' || CAST(sum(value) AS INTEGER) FROM statistic_value WHERE series = '\(series)' AND year = \(year)"
            )
        }
        try desk.done(
            "statistic", "import", states, "--any-unit", "--unit-column", "state", "--series", "median_income=美元",
            "--map", "median_income_10=median_income@2010", "--map", "median_income_15=median_income@2015")
        // Summed by awk: 51 rows.
        #expect(try sum("median_income", 2010) == "51 1333336")
        try desk.done(
            "statistic", "import", sids, "--any-unit", "--unit-column", "FIPS", "--series", "births=人", "--series",
            "sids=人", "--map", "BIR74=births@1974", "--map", "BIR79=births@1979", "--map", "SID74=sids@1974")
        #expect(try sum("births", 1974) == "100 329962")
        #expect(try sum("sids", 1974) == "100 667")
        try desk.done(
            "statistic", "import", boston, "--any-unit", "--unit-column", "poltract", "--series", "MEDV=千美元", "--year",
            "1970")
        #expect(try sum("MEDV", 1970).hasPrefix("506 "))
    }

    @Test("The statistics of the sample come in, and its planted faults are told: a missing year and an outlier")
    func sample() throws {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "1500", "--seed", "7")
        desk.environment["TUBAN_FILE"] = "c.gpkg"
        let faults = try String(contentsOfFile: desk.path("c-files/truth/faults.csv"), encoding: .utf8)
        let told = try desk.done("statistic", "import", "c-files/statistics.csv", "--format", "json").json()
        for (id, kind) in [("S01", "missing year"), ("S02", "jump")] {
            let row = try #require(faults.split(separator: "\n").first { $0.hasPrefix("\(id),") })
            let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let (series, unit, year) = (cells[4], cells[6], Int(cells[11]))
            #expect(
                told.contains {
                    $0.text("remark") == kind && $0.text("series") == series && $0.text("unit") == unit
                        && $0.integer("year") == year
                }, "\(row): \(told)")
        }
        let rows = try desk.run("/usr/bin/wc", ["-l", desk.path("c-files/statistics.csv")]).out
        let count = try #require(Int(rows.split(separator: " ")[0]))
        #expect(try desk.value("c.gpkg", "SELECT count(*) FROM statistic_value") == "\(count - 1)")
    }
}
