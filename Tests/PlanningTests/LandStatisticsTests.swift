import Testing

@testable import Planning

@Suite("Land statistics")
struct LandStatisticsTests {
    @Test("Ridges stand in their own class, and the total is the gross one")
    func ridges() {
        // 100 ha and 50 ha of cropland with 5 % and 10 % of ridges, 1 ha of ridges that were drawn, 20 ha of forest.
        let sums: [(code: String, count: Int64, area: Int64, net: Int64)] = [
            ("0301", 3, 20_000_000, 20_000_000), ("0103", 9, 100_000_000, 95_000_000),
            ("0101", 4, 50_000_000, 45_000_000),
            ("1203", 1, 1_000_000, 1_000_000),
        ]
        let statistics = LandStatistics(sums)
        #expect(statistics.ridges == 10_000_000)
        #expect(statistics.rows.map(\.code) == ["0101", "0103", "0301", "1203"])
        #expect(statistics.rows.map(\.area) == [45_000_000, 95_000_000, 20_000_000, 11_000_000])
        #expect(statistics.rows.last?.count == 1)
        #expect(statistics.balanced(in: .hectares).total == 17_100 && statistics.balanced(in: .mu).total == 256_500)
        // Where none are drawn, they are a row without parcels.
        #expect(LandStatistics(Array(sums.dropLast())).rows.last == .init(code: "1203", count: 0, area: 10_000_000))
        #expect(LandStatistics([("0301", 1, 5, 5)]).rows.map(\.code) == ["0301"])
    }
}
