import GRDB
import GeoBridge
import Phrases
import Planning

/// What measures areas on the ellipsoid, made when it is first needed.
final class CoordinateSystemBox {
    private let db: Database
    private(set) lazy var official: OfficialArea? = {
        guard let system = try? Project.coordinateSystem(in: db) else { return nil }
        return try? OfficialArea(crs: system)
    }()
    private(set) lazy var system: CoordinateSystem? = try? Project.coordinateSystem(in: db)

    init(_ db: Database) { self.db = db }
}

/// Inputs that answer for units of every level themselves.
extension IndicatorRun {
    /// The views that a SELECT of an indicator may read.
    static let views: Set<String> = [
        "land_by_unit", "land", "change", "layer", "statistic", "network", "facility", "reach", "control", "overlap",
        "inside", "parcel",
    ]

    /// Land of every unit by class in the year that the connection stands in, made once for a connection.
    static let landByUnit: String = {
        let groups = ClassGroup.standard.map { "g.\($0.name.quoted)" }.joined(separator: ", ")
        return """
            CREATE TEMP TABLE land_sum(unit TEXT, class INTEGER, count INTEGER, area INTEGER, net INTEGER);
            CREATE TEMP VIEW land_by_unit AS SELECT s.unit AS unit, s.count AS count, s.area / 100.0 AS area_m2,
                s.net / 100.0 AS net_m2, h.year AS year, g.class, g.code, g.category, \(groups)
            FROM temp.here AS h CROSS JOIN temp.land_sum AS s CROSS JOIN temp.class_group AS g ON g.id = s.class;
            """
    }()

    /// An input that is a SELECT of its own.
    func prepare(_ sql: String, _ key: Key) throws {
        guard let layer = ground.survey(key.year) else {
            return keep(IndicatorSums(reason: "survey", isFleeting: true), key)
        }
        // It may read any layer: a draft that only draws a park counts as well.
        if key.plan > 0, !ground.isTouched(ground.layers, by: key.plan) { return forget(key) }
        let words = sql.lowercased(), plan = max(key.plan, 0)
        let asksRoads = ["facility", "network"].contains(where: words.holds)
        let asksReach = words.holds("reach")
        let zones = IndicatorZones(sql, ground, year: key.year)
        if let missing = zones.missing {
            return keep(IndicatorSums(reason: "layer \(missing)", isFleeting: true), key)
        }
        var stamp = ground.stamp(ground.layers, plan: plan) + zones.stamp
        if words.holds("statistic") { stamp += " statistic \(try lastStatistic())" }
        try Project.stand(
            Here(plan: plan, layer: layer.id, asOf: key.plan < 0 ? -key.plan : nil, year: key.year), in: db)
        if asksRoads || asksReach { stamp += " reach \(try Project.reachStamp(plan: plan, layer: layer.id, in: db))" }
        if ground.dirty.isEmpty, isKept(key, stamp) { return }
        try IndicatorDesk.fillClasses(in: db)
        try sumLand(of: layer, plan: key.plan, ofAll: !IndicatorZones.isPartial(sql))
        try makeZones(zones, survey: layer, plan: key.plan)
        var sums = IndicatorSums(level: try level(of: layer), isWhole: true, stamp: stamp)
        do {
            if asksReach, let wholeReachOf { try Project.fillReach(try wholeReachOf(plan, layer), in: db) }
            if asksRoads, let roadsOf { try Project.fill(try roadsOf(plan, layer), in: db) }
            try IndicatorDesk.guarded(Self.views, Set(ground.layers.map(\.table)), in: db) {
                let statement = try db.makeStatement(sql: sql)
                guard statement.columnCount == 2 else {
                    sums.reason = "sql it answers \(statement.columnCount) columns instead of (unit, value)"
                    return
                }
                let rows = try Row.fetchCursor(statement)
                var stray: String?
                while let row = try rows.next() {
                    guard let unit = unit(row[0]), let value = Double.fromDatabaseValue(row[1]) else {
                        if stray == nil { stray = strayed(row) }
                        continue
                    }
                    // Which of two counts would be chance: as where a series is read without its year.
                    if let other = sums.values.updateValue(value, forKey: unit), other != value {
                        sums.values = [:]
                        sums.reason = "sql it answers \(ground.units.byID[unit]?.code ?? "") more than once"
                        return
                    }
                }
                // Land that lies in no unit may stand among the rows; an answer that tells of no unit at all is a mistake.
                if sums.values.isEmpty, let stray { sums.reason = "sql \(stray)" }
            }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
            let message = error.message ?? error.description
            sums.reason = message.hasPrefix("no such table: ") ? "view \(message.dropFirst(15))" : "sql \(message)"
            if !error.isOfTheText { sums.isFleeting = true }
        }
        if !ground.dirty.isEmpty { sums.isFleeting = true }
        keep(sums, key)
    }

    /// A number that changes with every statistic that is kept.
    private func lastStatistic() throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM main.statistic_value")) ?? 0
    }

    /// Sums the land of units by class: of every unit, or of those that a plan changes and what they lie in.
    private func sumLand(of layer: Layer, plan: Int64, ofAll: Bool) throws {
        let asked = "\(layer.id) \(plan) \(ofAll)"
        guard asked != summedLand else { return }
        let views = IndicatorViews(ground: ground, year: 0, past: past)
        let base = try landTotals(of: layer, views)
        var change = LandTotals()
        if plan != 0 { try change.add(views.rows(of: layer, in: IndicatorWorld(plan: plan)), ground.units, in: db) }
        try db.execute(sql: "DELETE FROM temp.land_sum")
        let insert = try db.cachedStatement(sql: "INSERT INTO temp.land_sum VALUES (?, ?, ?, ?, ?)")
        for unit in (plan == 0 || ofAll ? base : change).units.keys {
            guard let code = ground.units.byID[unit]?.code else { continue }
            var sums = base.units[unit, default: [:]]
            for (kind, more) in change.units[unit, default: [:]] { sums[kind, default: .init()] += more }
            for (kind, sum) in sums where sum.area != 0 || sum.count != 0 {
                try insert.execute(arguments: [code, kind, sum.count, sum.area, sum.net])
            }
        }
        summedLand = asked
    }

    /// The base's land of every unit and class, added up once for as long as the layer stays as it is.
    private func landTotals(of layer: Layer, _ views: IndicatorViews) throws -> LandTotals {
        let stamp = ground.dirty.contains(layer.id) ? nil : ground.stamp([layer])
        if let stamp, let known = desk.landTotals.withLock({ $0[layer.id] }), known.stamp == stamp {
            return known.totals
        }
        var totals = LandTotals()
        try totals.add(views.rows(of: layer, in: .base), ground.units, in: db)
        if let stamp { desk.landTotals.withLock { $0[layer.id] = (stamp, totals) } }
        return totals
    }

    /// The units whose land by class a world changes, and those that they lie in.
    func unitsChanged(by plan: Int64, year: Int) throws -> Set<Int64> {
        if let known = knownChanged[[plan, Int64(year)]] { return known }
        var change = LandTotals()
        if let layer = ground.survey(year) {
            let views = IndicatorViews(ground: ground, year: 0, past: past)
            try change.add(views.rows(of: layer, in: IndicatorWorld(plan: plan)), ground.units, in: db)
        }
        let units = Set(change.units.keys)
        knownChanged[[plan, Int64(year)]] = units
        return units
    }

    /// Sees to it that sums over the table `reach` are there; those of a draft are what it makes of the base's.
    func prepareReach(_ asked: [(sum: IndicatorSum, key: Key)], year: Int, plan: Int64) throws {
        guard !asked.isEmpty else { return }
        guard let layer = ground.survey(year) else {
            for item in asked { keep(IndicatorSums(reason: "survey", isFleeting: true), item.key) }
            return
        }
        // The past of facilities is not known: what is within reach now stands for it.
        guard plan >= 0 else {
            for item in asked { forget(item.key) }
            return
        }
        try Project.stand(Here(plan: plan, layer: layer.id, year: year), in: db)
        let stamp = "\(try Project.reachStamp(plan: plan, layer: layer.id, in: db)) \(ground.stamp([layer]))"
        let missing = asked.filter { !isKept($0.key, stamp) || !ground.dirty.isEmpty }.map {
            (sum: $0.sum, key: $0.key, stamp: stamp)
        }
        guard !missing.isEmpty, let reachOf else { return }
        try tell("reach")
        try Project.fillReach(try reachOf(plan, layer), in: db)
        let views = ["counted": "SELECT * FROM temp.reach_row"]
        try add(missing, level: 3, from: "FROM counted", unit: "unit", sign: "sign", views: views)
        for item in missing {
            guard var sums = fresh[item.key], sums.reason.isEmpty else { continue }
            sums.isApproximate =
                try IndicatorDesk.guarded(["counted"], [], in: db) {
                    try Bool.fetchOne(
                        db,
                        sql: "\(Self.with(views)) SELECT max(is_approximate) FROM counted WHERE \(item.sum.condition)")
                } == true
            sums.isFleeting = !ground.dirty.isEmpty
            keep(sums, item.key)
        }
    }

    /// The unit that an answer is about: by its number, or its code.
    private func unit(_ value: DatabaseValue) -> Int64? {
        switch value.storage {
        case .int64(let id): ground.units.byID[id]?.id
        case .string(let code): ground.units.byCode[code]
        default: nil
        }
    }

    /// What keeps a row from being the value of a unit; nil where it leaves one of them open.
    private func strayed(_ row: Row) -> String? {
        let (asked, value): (DatabaseValue, DatabaseValue) = (row[0], row[1])
        if asked.isNull || value.isNull { return nil }
        let word = String.fromDatabaseValue(asked) ?? "\(asked)"
        return unit(asked) == nil
            ? "it answers for ‘\(word)’, which is no code of a unit"
            : "it answers ‘\(String.fromDatabaseValue(value) ?? "\(value)")’ for \(word), which is no number"
    }

    // MARK: Statistics

    /// A series' value of a unit in a year, or why there is none: `series NAME`, or `since YEAR NAME`.
    func statistic(_ series: String, unit: Int64, year: Int, plan: Int64) throws -> (value: Double?, reason: String) {
        let known = try statistics(series, of: unit, plan: plan)
        if let value = known[year] { return (value, "") }
        guard let last = known.keys.filter({ $0 < year }).max() else { return (nil, "series \(series)") }
        return (nil, "since \(last) \(series)")
    }

    /// The years in which a unit has any of some series.
    func statisticYears(of unit: Int64, _ series: Set<String>, plan: Int64) throws -> Set<Int> {
        try series.reduce(into: []) { years, series in
            years.formUnion(try statistics(series, of: unit, plan: plan).keys)
        }
    }

    /// A series of a unit by year; of the past as it was known then.
    private func statistics(_ series: String, of unit: Int64, plan: Int64) throws -> [Int: Double] {
        // A draft has no statistics of its own.
        let world = IndicatorWorld(plan: min(plan, 0))
        if let known = knownSeries[world]?[series]?[unit] { return known }
        guard let code = ground.units.byID[unit]?.code else { return [:] }
        let known = StatisticSchema.values(knownAt: plan < 0 ? String(-plan) : nil)
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: "SELECT year, value FROM (\(known)) WHERE series = ? AND unit_code = ?"),
            arguments: [series, code])
        var found: [Int: Double] = [:]
        while let row = try rows.next() { found[row[0]] = row[1] }
        knownSeries[world, default: [:]][series, default: [:]][unit] = found
        return found
    }
}
