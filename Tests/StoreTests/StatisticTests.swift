import Foundation
import GRDB
import Phrases
import Planning
import Testing

@testable import Store

/// The view `statistic`, through which formulas read.
struct StatisticTests {
    private func entry(_ series: String, _ unit: String, _ year: Int, _ value: Double) -> StatisticEntry {
        StatisticEntry(key: .init(series: series, unit: unit, year: year), value: value, line: 2)
    }

    private func gdp(_ project: Project) throws -> [String] {
        try project.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT unit_code || ' ' || year || ' ' || value || ' ' || measure || ' ' || source || ' ' || revised
                    FROM statistic WHERE series = 'gdp' ORDER BY unit_code, year
                    """)
        }
    }

    @Test("The newest revision counts at present, at an earlier time the one that was known then")
    func view() throws {
        let scratch = try Scratch()
        let project = try Project.create(at: scratch.path("p.gpkg"), title: "t", who: "zhang")
        let first = try project.importStatistics(
            [entry("gdp", "990110", 2020, 8.5), entry("gdp", "990110", 2021, 9)], file: "a.csv", hash: "1",
            line: "import")
        let before = try #require(first.journal)
        #expect((first.added, first.revised, first.unchanged) == (2, 0, 0))
        let second = try project.importStatistics(
            [entry("gdp", "990110", 2020, 8.7), entry("gdp", "990110", 2021, 9)], file: "b.csv", hash: "2",
            line: "import")
        #expect((second.added, second.revised, second.unchanged) == (0, 1, 1))
        #expect(try gdp(project) == ["990110 2020 8.7 万元 b.csv 1", "990110 2021 9.0 万元 a.csv 0"])
        try project.stand(Here(asOf: before))
        #expect(try gdp(project) == ["990110 2020 8.5 万元 a.csv 0", "990110 2021 9.0 万元 a.csv 0"])
        try project.stand(Here(asOf: before - 1))
        #expect(try gdp(project).isEmpty)
        try project.stand(Here())
        // The same table again changes nothing, and leaves no row in the journal.
        let again = try project.importStatistics(
            [entry("gdp", "990110", 2021, 9)], file: "b.csv", hash: "2", line: "import")
        #expect(again.journal == nil && again.unchanged == 1)
        let trial = try project.importStatistics(
            [entry("gdp", "990110", 2022, 10)], file: "c.csv", hash: "3", line: "import", isTrial: true)
        #expect(trial.added == 1 && trial.journal == nil)
        #expect(try project.statisticValues(of: "gdp").count == 2)
        #expect(try project.statisticValues(of: "gdp", withRevisions: true).map(\.value) == [8.7, 8.5, 9])
        try project.close()
    }

    @Test("A bureau's own series stands beside the others")
    func own() throws {
        let scratch = try Scratch()
        let project = try Project.create(at: scratch.path("p.gpkg"), title: "t", who: "zhang")
        let births = StatisticSeries(id: "births", name: Phrase("births", "births"), measure: "人", source: "a.csv")
        let outcome = try project.importStatistics(
            [entry("births", "Ashe", 1974, 1091)], own: [births], file: "a.csv", hash: "1", line: "import")
        #expect(outcome.made == ["births"])
        let holdings = try project.statisticHoldings()
        #expect(holdings.count == StatisticSeries.standard.count + 1)
        let held = try #require(holdings.last)
        #expect(held.series == births && held.isOwn && held.values == 1 && held.years == 1974...1974)
        #expect(Array(holdings.dropLast()).map(\.series) == StatisticSeries.standard)
        // A unit that the project does not know has no number.
        let unit = try project.read { db in try Row.fetchOne(db, sql: "SELECT unit, unit_code FROM statistic") }
        #expect(unit?["unit"] as Int64? == nil && unit?["unit_code"] == "Ashe")
        try project.close()
    }
}
