import Foundation
import Planning
import Testing

@testable import Store

/// What an indicator comes to in worlds beside the base: as of a day, and in a draft.
@Suite struct IndicatorWorldTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("As of a day a series is what was known that day, in the SELECTs and in the formula of a series itself")
    func statisticsOfADay() throws {
        let project = try scratch.chessboard()
        let own = try IndicatorTable.lines(
            csv: """
                id,name_zh,name_en,inputs,formula
                B1,甲,a,s = statistic population,s
                B2,甲,a,"s = select unit_code, value from statistic where series = 'population' and year = 2020",s

                """, file: "x"
        ).map(\.indicator)
        var journal: [Int64] = []
        for count in [12.0, 13] {
            let entry = StatisticEntry(
                key: .init(series: "population", unit: "990001", year: 2020), value: count, line: 2)
            let done = try project.importStatistics([entry], file: "x.csv", hash: "\(count)", line: "import")
            journal.append(try #require(done.journal))
        }
        func values(asOf row: Int64?) throws -> [Double?] {
            try project.indicators(plan: row.map(-) ?? 0, only: own).map(\.value)
        }
        #expect(try values(asOf: nil) == [13, 13])
        #expect(try values(asOf: journal[0]) == [12, 12])
        #expect(try values(asOf: journal[1]) == [13, 13])
        #expect(try values(asOf: journal[0] - 1) == [nil, nil])
        #expect(try values(asOf: nil) == [13, 13], "a question about the past leaves nothing behind")
        let found = try project.indicators(plan: -journal[0], only: own)
        #expect(found[0].trend.map(\.value) == [12] && !found[0].isOfToday)
    }

    @Test("A unit that a draft leaves nothing of what is asked has no value, not that of the base")
    func nothingLeft() throws {
        let project = try scratch.chessboard()
        let land = "select unit, sum(area_m2) / 10000 from land_by_unit where paddy group by unit"
        // Of all paddy there is: it changes where nothing is drafted.
        let share = """
            select unit, sum(area_m2) / (select sum(area_m2) from parcel where class_code = '0101')
            from land_by_unit where paddy group by unit
            """.replacing("\n", with: " ")
        let own = try IndicatorTable.lines(
            csv: "id,name_zh,name_en,inputs,formula\nB1,甲,a,\"s = \(land)\",s\nB2,甲,a,\"s = \(share)\",s\n", file: "x"
        ).map(\.indicator)
        let plan = try project.newPlan("a", kind: .town, base: project.newestSurvey(), line: "").id
        func values(_ unit: String) throws -> [Double?] {
            try project.indicators(unit: unit, plan: plan, only: own).map(\.value)
        }
        // Two hectares of paddy in each village; another class elsewhere, so that the draft is one.
        _ = try project.setClass(of: [4], to: .plan2023("0805"), in: plan, line: "")
        #expect(try values("990001001001") == [2, 0.5] && values("990001001002") == [2, 0.5])
        _ = try project.setClass(of: [1, 7], to: .plan2023("0701"), in: plan, line: "")
        #expect(try values("990001001001") == [nil, nil])
        #expect(try values("990001001002") == [2, 1])
        #expect(try values("990001") == [2, 1])
        _ = try project.undo(in: plan, line: "undo")
        #expect(try values("990001001001") == [2, 0.5])
    }
}
