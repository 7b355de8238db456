import Planning

/// A value of a statistical series.
package struct CountyStatistic: Hashable, Sendable {
    package let unit: String
    package let unitName: String
    package let year: Int
    package let series: String
    package let seriesName: String
    package let value: Double
    package let measure: String
}

extension County {
    /// One of the series that indicators ask for.
    private struct Series {
        let code: String
        let name: String
        let measure: String
        /// For a county of a population of 1; multiplied by the population where `isPerHead`.
        let value: Double
        let isPerHead: Bool
        /// In a year.
        let growth: Double
        let decimals: Double
        /// Down to towns; else the county's only.
        let isByTown: Bool

        init(
            _ code: String, _ name: String, _ measure: String, _ value: Double, perHead: Bool = false,
            growth: Double = 0, decimals: Double = 100, byTown: Bool = false
        ) {
            self.code = code
            self.name = name
            self.measure = measure
            self.value = value
            isPerHead = perHead
            self.growth = growth
            self.decimals = decimals
            isByTown = byTown
        }
    }

    /// The levels are our own choice, of the size that a county south of the Huai has.
    private static let series: [Series] = [
        Series("gdp", "地区生产总值", "万元", 6.8, perHead: true, growth: 0.05, byTown: true),
        Series("industrial_value_added", "工业增加值", "万元", 2.6, perHead: true, growth: 0.055, byTown: true),
        Series("water_use", "用水总量", "万m³", 0.036, perHead: true, growth: -0.008, byTown: true),
        Series("available_water", "可利用水资源量", "万m³", 0.062, perHead: true),
        Series("reclaimed_water_rate", "再生水利用率", "%", 18, growth: 0.04),
        Series("water_quality_rate", "水功能区水质达标率", "%", 88, growth: 0.008),
        Series("groundwater_level", "地下水水位", "m", -6.4, growth: -0.01),
        Series("forest_stock", "森林蓄积量", "万m³", 210, growth: 0.02),
        Series("elderly", "60岁以上人口", "人", 0.21, perHead: true, growth: 0.03, decimals: 1),
        Series("housing_floor_area", "城镇住房建筑面积", "m²", 24, perHead: true, growth: 0.02, decimals: 1, byTown: true),
        Series("hospital_beds", "医疗卫生机构床位数", "张", 0.0062, perHead: true, growth: 0.02, decimals: 1),
        Series("care_beds", "养老床位数", "张", 0.0068, perHead: true, growth: 0.04, decimals: 1),
        Series("commuting_minutes", "工作日平均通勤时间", "分钟", 24, growth: 0.01),
        Series("green_travel_share", "绿色交通出行比例", "%", 61, growth: 0.01),
        Series("rain_absorption", "降雨就地消纳率", "%", 58, growth: 0.02),
        Series("underground_space", "地下空间面积", "m²", 1.9, perHead: true, growth: 0.06, decimals: 1),
        Series("land_revenue", "土地出让收入", "万元", 0.42, perHead: true, growth: -0.06),
        Series("budget_revenue", "政府预算收入", "万元", 1.05, perHead: true, growth: 0.03),
        Series("external_flow", "对外日均人流联系量", "万人次", 0.000_006, perHead: true, growth: 0.04, decimals: 10_000),
        Series("idle_land", "闲置土地面积", "公顷", 46, growth: -0.07), Series("idle_land_settled", "闲置土地处置面积", "公顷", 8.5),
        Series("unsupplied_land", "批而未供土地面积", "公顷", 130, growth: -0.05),
        Series("unsupplied_land_settled", "批而未供土地处置面积", "公顷", 24),
        Series("supplied_land", "供应土地面积", "公顷", 88), Series("supplied_stock_land", "存量土地供应面积", "公顷", 41, growth: 0.03),
        Series("indicator_species", "本地指示性物种种类", "种", 34, decimals: 1),
        Series("pm25_ratio", "细颗粒物浓度与标准比", "—", 0.86, growth: -0.03),
        Series("renewable_energy_share", "新能源和可再生能源比例", "%", 22, growth: 0.06),
        Series("waste_recycling_rate", "生活垃圾回收利用率", "%", 33, growth: 0.05),
        Series("rural_waste_treatment", "农村生活垃圾处理率", "%", 96, growth: 0.004),
        Series("degraded_land", "退化生态系统面积", "公顷", 320, growth: -0.03),
    ]

    /// A unit with the people that live in it.
    private struct Populated {
        let code: String
        let name: String
        let isTown: Bool
        let chance: Int
        let urban: Double
        let rural: Double
    }

    /// Every value of every series, for the county, its towns and (people only) its villages, in every year from the
    /// first survey to the last. One value is missing and one is ten times what it should be: `statisticFaults`.
    package func statistics() -> [CountyStatistic] {
        var rows: [CountyStatistic] = []
        let (first, last) = (years.first ?? 2020, years.last ?? 2025)
        let units = populated()
        for year in first...last {
            let age = Double(year - first)
            var sums = (urban: 0.0, rural: 0.0)
            var counted: [(unit: Populated, urban: Double, rural: Double)] = []
            for unit in units where !unit.isTown {
                let urban = (unit.urban * power(1.021, age)).rounded(),
                    rural = (unit.rural * power(0.985, age)).rounded()
                sums.urban += urban
                sums.rural += rural
                counted.append((unit, urban, rural))
            }
            func add(
                _ code: String, _ name: String, _ series: String, _ title: String, _ value: Double, _ measure: String
            ) {
                rows.append(
                    CountyStatistic(
                        unit: code, unitName: name, year: year, series: series, seriesName: title, value: value,
                        measure: measure))
            }
            func people(_ code: String, _ name: String, _ urban: Double, _ rural: Double) {
                add(code, name, "population", "常住人口", urban + rural, "人")
                add(code, name, "urban_population", "城镇常住人口", urban, "人")
                add(code, name, "rural_population", "农村常住人口", rural, "人")
            }
            people(names.county.digits, names.countyName, sums.urban, sums.rural)
            let all = sums.urban + sums.rural
            for series in Self.series {
                let size = series.isPerHead ? all : 1
                add(
                    names.county.digits, names.countyName, series.code, series.name,
                    amount(series, 0, age, size), series.measure)
            }
            for town in units where town.isTown {
                let own = counted.filter { $0.unit.code.hasPrefix(town.code) }
                let urban = own.reduce(0) { $0 + $1.urban }, rural = own.reduce(0) { $0 + $1.rural }
                people(town.code, town.name, urban, rural)
                for series in Self.series where series.isByTown {
                    add(
                        town.code, town.name, series.code, series.name,
                        amount(series, 1 + town.chance, age, urban + rural), series.measure)
                }
            }
            for village in counted { people(village.unit.code, village.unit.name, village.urban, village.rural) }
        }
        return spoiled(rows)
    }

    /// Grown by `growth` a year, and a little by chance.
    private func amount(_ series: Series, _ chance: Int, _ age: Double, _ size: Double) -> Double {
        let wave =
            1 + 0.02
            * (dice.unit(.statistic, chance &* 97 &+ Int(age), series.code.utf8.reduce(0) { $0 &* 31 &+ Int($1) }) - 0.5)
        let level = series.value * (series.isPerHead ? size : 1) * power(1 + series.growth, age) * wave
        return (level * series.decimals).rounded() / series.decimals
    }

    private func power(_ base: Double, _ exponent: Double) -> Double {
        (0..<Int(exponent)).reduce(1) { product, _ in product * base }
    }

    private func populated() -> [Populated] {
        layout.towns.filter { !$0.villages.isEmpty }.flatMap { town -> [Populated] in
            let code = names.code(of: town), name = names.name(of: town, isSeat: town.index == ground.seat)
            let villages = town.villages.map { number -> Populated in
                let village = layout.villages[number]
                var urban = 0.0, rural = 0.0
                for column in village.columns {
                    for row in layout.rows(of: village.band, column: column) {
                        if ground.urbanity(Double(column) + 0.5, Double(row) + 0.5, town: village.town) > 0 {
                            urban += 160
                        } else {
                            rural += ground.hasHamlet(column, row) ? 90 : 8
                        }
                    }
                }
                let own = self.place(of: village)
                return Populated(
                    code: own.code, name: own.name, isTown: false, chance: number, urban: urban, rural: rural)
            }
            return [Populated(code: code, name: name, isTown: true, chance: town.index, urban: 0, rural: 0)] + villages
        }
    }

    /// The series in which a value is missing, and in which one is ten times too large: unit, year, series.
    package func statisticFaults() -> [(id: String, kind: String, unit: String, year: Int, series: String)] {
        guard withFaults, let town = layout.towns.first(where: { !$0.villages.isEmpty }), let last = years.last,
            let first = years.first, last > first
        else { return [] }
        let code = names.code(of: town)
        return [
            ("S01", "missing_year", code, last - 1, "water_use"), ("S02", "outlier", code, last, "gdp"),
        ]
    }

    private func spoiled(_ rows: [CountyStatistic]) -> [CountyStatistic] {
        let faults = statisticFaults()
        return rows.compactMap { row in
            guard
                let fault = faults.first(where: {
                    $0.unit == row.unit && $0.year == row.year && $0.series == row.series
                })
            else { return row }
            guard fault.kind == "outlier" else { return nil }
            return CountyStatistic(
                unit: row.unit, unitName: row.unitName, year: row.year, series: row.series, seriesName: row.seriesName,
                value: (row.value * 1_000).rounded() / 100, measure: row.measure)
        }
    }
}
