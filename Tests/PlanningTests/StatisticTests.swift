import Phrases
import Testing

@testable import Planning

/// Tables of statistics as bureaus write them.
struct StatisticTests {
    static let units = StatisticUnits([
        ("990110", "竺阳县"), ("990110101", "城关镇"), ("990110102", "银冲镇"), ("990110101201", "孔庄村"),
        ("990110102201", "孔庄村"),
    ])

    private func read(
        _ text: String, _ set: (inout StatisticOptions) -> Void = { _ in }, own: [StatisticSeries] = [],
        merges: [String]? = nil, units: StatisticUnits = units
    ) throws -> StatisticReading {
        var options = StatisticOptions()
        set(&options)
        let csv = try CSV(text, file: "t.csv")
        let sheet = StatisticSheet(
            file: csv.file, header: csv.header, rows: csv.rows, isSpreadsheet: merges != nil,
            merges: (merges ?? []).compactMap { StatisticSheet.Merge($0) })
        return try StatisticReading(sheet, options, series: StatisticSeries.standard + own, units: units)
    }

    private func values(_ reading: StatisticReading) -> [String] {
        reading.entries.map { "\($0.key.series) \($0.key.unit) \($0.key.year) \($0.value)" }
    }

    @Test("The tables prove themselves, and hold what the indicators of the trade ask for")
    func tables() {
        let series = StatisticSeries.standard
        #expect(Set(series.map(\.id)).count == series.count && series.count >= 65)
        for one in series { #expect(Measure.named(one.measure)?.name == one.measure, "\(one.id)") }
        // Those of the facts table that statistics alone decide.
        let asked = Set(series.flatMap(\.indicators))
        for id in ["I011", "I031", "I047", "I079", "I080", "I081", "I083", "I091", "I095", "I096"] {
            #expect(asked.contains(id), "\(id)")
        }
    }

    @Test(
        "Numbers are read as people write them, and nothing else is a number",
        arguments: [
            ("1234", 1234), ("1,234", 1234), ("1,234,567.5", 1_234_567.5), ("１２３４", 1234), ("１，２３４．５", 1234.5),
            ("-6.4", -6.4), ("−6.4", -6.4), ("12.5%", 12.5), ("１２％", 12), ("1.2e3", 1200), ("0.18e2%", 18),
            (" 7 ", 7), ("+3", 3), ("0", 0),
        ] as [(String, Double)])
    func numbers(text: String, value: Double) { #expect(StatisticNumber(text)?.value == value) }

    @Test(
        "Text in a number, a stray separator and two points are refused",
        arguments: [
            "12万", "12,34", "1,2345", "1234,567", ",123", "1.2.3", "1.5,000", "十二", "--", "e5", "12e", "0x10", "nan",
            "1 234", "%", "", "1,234,",
        ])
    func notNumbers(text: String) { #expect(StatisticNumber(text) == nil) }

    @Test(
        "Measures convert exactly",
        arguments: [
            // 12.53 * 10000 is 125299.99999999999 in binary arithmetic.
            ("12.53", "万人", "人", 125300), ("85041.59", "万元", "亿元", 8.504159), ("1.2", "km²", "公顷", 120),
            // 3 mu are 3 * 2000/3 = 2000 m².
            ("3", "亩", "m²", 2000), ("15", "亩", "公顷", 1), ("0.5", "亿方", "万m³", 5000), ("35", "‰", "%", 3.5),
            ("1.5", "小时", "分钟", 90), ("2", "ｋｍ２", "公顷", 200),
        ] as [(String, String, String, Double)])
    func measures(text: String, from: String, to: String, value: Double) throws {
        let (given, own) = (try #require(Measure.named(from)), try #require(Measure.named(to)))
        let factor = try #require(own.factor(from: given))
        #expect(
            StatisticNumber(text)?.value(numerator: factor.numerator, denominator: factor.denominator) == value)
        #expect(own.factor(from: try #require(Measure.named("人"))) == nil || own.kind == "people")
    }

    @Test("The same values come from a long table, a column a series, and a column a year")
    func forms() throws {
        let expected = [
            "population 990110 2020 125300.0", "gdp 990110 2020 85041.59", "population 990110101 2020 34000.0",
            "gdp 990110101 2020 21000.0",
        ]
        let long = """
            单元,年份,指标,数值,计量单位
            990110,2020,population,12.53,万人
            990110000000,2020,GDP,8.504159,亿元
            城关镇,2020年,常住人口,34000,人
            990110101,２０２０,地区生产总值,"21,000",

            """
        #expect(values(try read(long)) == expected)
        let wide = """
            XZQDM,年份,常住人口（万人）,GDP（万元）
            990110,2020,12.53,85041.59
            990110101,2020,3.4,21000

            """
        #expect(values(try read(wide)) == expected)
        let years = "单位,常住人口/万人,2020年GDP/万元\n竺阳县,12.53,85041.59\n城关镇,3.4,21000\n"
        #expect(values(try read(years) { $0.year = 2020 }) == expected)
        let columns = "地区,2020年,2021年（万人）\n竺阳县,125300,13\n城关镇,34000,\n"
        #expect(
            values(try read(columns) { $0.of = "常住人口" }) == [
                expected[0], "population 990110 2021 130000.0", expected[2],
            ])
        let series = "指标,2020,2021\nGDP（亿元）,8.504159,9\n常住人口（人）,125300,\n"
        #expect(
            values(try read(series) { $0.unit = "990110" }) == [
                expected[1], "gdp 990110 2021 90000.0", expected[0],
            ])
    }

    @Test("Columns are mapped, of a year of their own too; what is no series is told")
    func mapped() throws {
        let own = StatisticSeries(id: "births", name: Phrase("births", "births"), measure: "人")
        let reading = try read(
            "NAME,BIR74,BIR79,AREA\nAshe,1091,1364,0.114\n",
            {
                $0.map = ["BIR74": .init(series: "births", year: 1974), "BIR79": .init(series: "births", year: 1979)]
            }, own: [own], units: StatisticUnits([], takesAny: true))
        #expect(values(reading) == ["births Ashe 1974 1091.0", "births Ashe 1979 1364.0"])
        #expect(reading.notes.map(\.english) == ["No series, and not read: AREA; --map COLUMN=SERIES maps a column."])
    }

    @Test("What was unusual is told: separators, full width, percent signs, repeated rows, gaps")
    func told() throws {
        let reading = try read(
            """
            单元,年份,GDP,再生水利用率
            990110,2020,"85,041.59",18%
            990110,2021,９００００,－
            990110,2020,85041.59,18
            990110,2022,…,

            """)
        #expect(reading.faults.isEmpty)
        #expect(
            values(reading) == [
                "gdp 990110 2020 85041.59", "reclaimed_water_rate 990110 2020 18.0", "gdp 990110 2021 90000.0",
            ])
        #expect(
            reading.notes.map(\.english) == [
                "Read without their thousands separators: 1 number.", "Read from full-width characters: 1 number.",
                "Written with a percent sign: 1 number.", "Given again with the same value, and kept once: 2 values.",
                "Left open by the table: 3 values.",
            ])
    }

    @Test(
        "A wrong cell is told with line and column",
        arguments: [
            ("单元,年份,GDP\n990110,2020,12万\n", "line 2, column GDP holds ‘12万’, which is no number"),
            ("单元,年份,GDP\n990110,2020,1\n,2021,2\n", "line 3, column 单元 names no unit"),
            ("单元,年份,GDP\n990199,2020,1\n", "line 2, column 单元 names the unit ‘990199’, which the project has not"),
            ("地区,年份,GDP\n孔庄村,2020,1\n", "as several are called (990110101201, 990110102201)"),
            ("单元,年份,GDP\n990110,,1\n", "line 2, column 年份 tells no year"),
            ("单元,年份,GDP\n990110,20,1\n", "line 2, column 年份 holds ‘20’, which is no year"),
            ("单元,年份,GDP\n990110,2020,1\n990110,2020,2\n", "in 2020 as 2, and line 2 as 1: keep one"),
            ("单元,年份,GDP\n990110,2020,5%\n", "holds a percentage, and gdp is counted in 万元"),
            ("单元,年份,常住人口（公顷）\n990110,2020,5\n", "is in 公顷, and population is kept in 人"),
            ("单元,年份,指标,数值\n990110,2020,幸福指数,5\n", "line 2, column 指标 holds ‘幸福指数’, which is no series"),
        ])
    func wrongCells(text: String, words: String) throws {
        let reading = try read(text)
        #expect(
            reading.faults.count == 1 && reading.faults.first?.phrase.english.contains(words) == true,
            "\(reading.faults)")
    }

    @Test(
        "A table that tells too little is refused as a whole",
        arguments: [
            ("单元,年份,甲,乙\n990110,2020,1,2\n", "is a series that is known"),
            ("年份,GDP\n2020,1\n", "names the unit: give --unit-column"),
            ("单元,GDP\n990110,1\n", "tells the year: give --year-column"),
            ("单元,2020,2021\n990110,1,2\n", "years such as 2020, and nothing says of which series"),
            ("单元,年份,GDP\n", "no rows below its header"),
        ])
    func wrongTables(text: String, words: String) throws {
        let fault = #expect(throws: StatisticFault.self) { try read(text) }
        #expect(fault?.phrase.english.contains(words) == true, "\(String(describing: fault))")
    }

    @Test("Cells merged downwards fill the columns of unit, year and series; others are refused")
    func merges() throws {
        let text = "单元,年份,GDP\n990110,2020,1\n,2021,2\n990110101,2020,3\n"
        let filled = try read(text, merges: ["A2:A3", "F1:G1"])
        #expect(
            values(filled) == ["gdp 990110 2020 1.0", "gdp 990110 2021 2.0", "gdp 990110101 2020 3.0"])
        #expect(filled.notes.map(\.english) == ["Merged cells stand for each of their rows: A2:A3."])
        let value = try read("单元,年份,GDP\n990110,2020,1\n990110,2021,\n", merges: ["C2:C3"])
        #expect(value.faults.map(\.phrase.english).first?.hasPrefix("the cells C2:C3 are merged") == true)
        let header = try read(text, merges: ["B1:C1"])
        #expect(header.faults.first?.phrase.english.hasPrefix("the cells B1:C1 are merged") == true)
        #expect(StatisticSheet.Cell("AB12") == .init(line: 12, column: 27))
        #expect(StatisticSheet.Cell(line: 12, column: 27).name == "AB12")
    }

    @Test("Gaps and outliers are told: a missing year, a missing unit, a jump, a value that cannot be")
    func review() throws {
        func key(_ series: String, _ unit: String, _ year: Int) -> StatisticEntry.Key {
            .init(series: series, unit: unit, year: year)
        }
        let values: [StatisticEntry.Key: Double] = [
            key("gdp", "990110101", 2020): 100, key("gdp", "990110101", 2021): 110, key("gdp", "990110101", 2022): 1150,
            key("gdp", "990110102", 2020): 50, key("gdp", "990110102", 2022): 60,
            key("reclaimed_water_rate", "990110", 2020): 118,
        ]
        let units = ["990110", "990110101", "990110102", "990110103"]
        let wanted = StatisticSeries.standard.filter { ["gdp", "reclaimed_water_rate"].contains($0.id) }
        func told(_ new: Set<StatisticEntry.Key>) -> [String] {
            StatisticReview(series: wanted, values: values, new: new, units: units).remarks.map {
                "\($0.kind) \($0.series) \($0.unit) \($0.year.map(String.init) ?? "-")"
            }
        }
        let all = [
            // 1150 is 10.5 times 110; two of three towns have values, so that the third lacks them; the county has none, and
            // the series does not go up to it.
            "year gdp 990110102 2021", "unit gdp 990110103 -", "jump gdp 990110101 2022",
            "bound reclaimed_water_rate 990110 2020",
        ]
        #expect(told(Set(values.keys)) == all)
        let jump = StatisticReview(series: wanted, values: values, new: Set(values.keys), units: units).remarks
            .first { $0.kind == .jump }
        #expect(jump?.text.english == "gdp of 990110101 goes from 110 in 2021 to 1150 in 2022")
        // A village of a town that lacks them too is not told besides.
        #expect(
            StatisticReview(
                series: wanted, values: values, new: [],
                units: units + ["990110101201", "990110101202", "990110102201", "990110103201"]
            ).remarks.allSatisfy { $0.unit.utf8.count < 12 })
        // Values that stood there before are not told again as doubtful.
        #expect(told([key("gdp", "990110102", 2022)]) == Array(all.prefix(2)))
    }
}
