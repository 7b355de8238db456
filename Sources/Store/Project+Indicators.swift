import GRDB
import Phrases
import Planning

/// Values of indicators by unit, year and world. What is kept is read; what no longer holds is reckoned and kept.
extension Project {
    /// The years that indicators are known for: those of the surveys.
    package func indicatorYears() throws -> [Int] {
        let desk = try openDesk()
        return try reckon { db in try IndicatorGround(db, desk.units(in: db)).years }
    }

    /// The values of indicators for a unit, with their trends; all of the library unless `only` names some.
    ///
    /// - Parameters:
    ///   - year: nil for that of the newest survey.
    ///   - unit: its code or name; nil for the county.
    ///   - plan: 0 is the base, a draft its number; of a published plan, the one map as it published it.
    ///   - tell: told what is at work; what it throws ends it.
    package func indicators(
        year: Int? = nil, unit word: String? = nil, plan: Int64 = 0, only: [Indicator]? = nil,
        tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> [IndicatorValue] {
        let unit = try indicatorUnit(word)
        // The other years first: what is in memory in the end is the roads of the year that is looked at.
        var others: [IndicatorValue] = []
        return try withIndicators(
            only, year: year, plan: plan, tell,
            before: { run, library, year, plan in
                let series = Set(library.flatMap(\.series))
                let years = try run.statisticYears(of: unit.id, series, plan: plan).union(run.ground.years)
                for other in years.sorted() where other != year {
                    let values = try run.baseValues(of: unit, other, library, isWhole: only == nil)
                    guard plan < 0 else {
                        others += values
                        continue
                    }
                    // Of the past, series are what was known then.
                    others += values.filter { !$0.indicator.isOfSeries }
                    others += try run.evaluate(
                        library.filter(\.isOfSeries).map {
                            .init(indicator: $0, unit: unit, year: other, plan: plan)
                        })
                }
            }
        ) { run, library, year, plan in
            let targets = try Self.targets(of: unit.code, in: run.db)
            let found =
                others
                + (try run.evaluate(
                    library.map { .init(indicator: $0, unit: unit, year: year, plan: plan) }))
            let all = Dictionary(grouping: found) { $0.indicator.id }
            return library.compactMap { indicator in
                guard let values = all[indicator.id], var value = values.first(where: { $0.year == year }) else {
                    return nil
                }
                value.wants(targets[indicator.id] ?? [])
                value.trend = values.compactMap { value in value.value.map { (value.year, $0) } }.sorted { $0.0 < $1.0 }
                return value
            }
        }
    }

    /// The values of an indicator for the county and every unit below it, in the order of their codes.
    package func indicatorUnits(
        _ indicator: Indicator, year: Int? = nil, plan: Int64 = 0, tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> [IndicatorValue] {
        try withIndicators([indicator], year: year, plan: plan, tell) { run, _, year, plan in
            let units = run.ground.units.byID.values.sorted { $0.code < $1.code }
            let values = try run.evaluate(
                units.map { .init(indicator: indicator, unit: $0, year: year, plan: plan) })
            return try values.map { value in
                var value = value
                value.wants(try Self.targets(of: value.unit.code, in: run.db)[indicator.id] ?? [])
                return value
            }
        }
    }

    /// Prepares the sums of indicators, hands them to `body`, and keeps what had to be reckoned.
    ///
    /// - Parameter before: done before the sums of the year are prepared.
    func withIndicators<T>(
        _ only: [Indicator]?, year: Int?, plan: Int64, ignoresKept: Bool = false,
        _ tell: @escaping (String) throws -> Void,
        before: (_ run: IndicatorRun, _ library: [Indicator], _ year: Int, _ plan: Int64) throws -> Void = {
            _, _, _, _ in
        },
        _ body: (_ run: IndicatorRun, _ library: [Indicator], _ year: Int, _ plan: Int64) throws -> T
    ) throws -> T {
        let library = try only ?? indicatorLibrary()
        try overlaySurveys(for: library, tell)
        var (fresh, overlays): ([IndicatorRun.Key: IndicatorSums], [String: IndicatorOverlay]) = ([:], [:])
        let desk = try openDesk()
        let result = try reckon { db in
            let run = try IndicatorRun(db, desk, ignoresKept: ignoresKept, tell: tell)
            run.wholeReachOf = { plan, layer in try self.reach(plan: plan, layer: layer) }
            run.roadsOf = { plan, layer in try self.network(plan: plan, layer: layer) }
            run.reachOf = { plan, layer in
                plan == 0
                    ? try self.reach(plan: 0, layer: layer).map { ReachRow(sign: 1, value: $0) }
                    : try self.reachChange(plan: plan, layer: layer, tell: tell)
            }
            let world = try Self.world(plan, in: db)
            let year = year ?? run.ground.years.last ?? 0
            let definitions = Set(library.flatMap { $0.inputs.map(\.definition) })
            try before(run, library, year, world)
            try run.prepare(definitions, year: year, plan: world)
            defer { (fresh, overlays) = (run.fresh, run.overlays) }
            return try body(run, library, year, world)
        }
        if !ignoresKept { try keep(fresh, overlays) }
        return result
    }

    /// How sums know the world of a plan: the one map as of a publication goes by minus its journal row.
    private static func world(_ plan: Int64, in db: Database) throws -> Int64 {
        guard plan > 0, let journal = try publication(of: plan, in: db) else { return plan }
        return -journal
    }

    /// Sees to it that the surveys lie over each other, where an indicator asks what changed.
    private func overlaySurveys(for library: [Indicator], _ tell: @escaping (String) throws -> Void) throws {
        let asks = library.contains { indicator in
            indicator.inputs.contains {
                if case .sum(let sum) = $0.definition { sum.source.name == "change" } else { false }
            }
        }
        guard asks, !isReadOnly, try coordinateSystem() != nil else { return }
        let surveys = try layers().filter { $0.role == .parcels && $0.geometry == .polygon && $0.year != nil }.sorted {
            ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id)
        }
        for (old, new) in zip(surveys, surveys.dropFirst()) {
            try overlaySurveys(from: old, to: new) { _, _ in try tell(new.table) }
        }
    }
}

extension IndicatorValue {
    /// Takes what is wanted of its unit.
    mutating func wants(_ targets: [(year: Int, target: Target)]) {
        target = Project.target(year, of: targets, else: indicator.target)
        level = value.flatMap { indicator.level(of: $0, target) }
    }
}
