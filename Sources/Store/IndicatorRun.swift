import Foundation
import GRDB
import Phrases
import Planning

/// The values of one sum, by unit; what is not there is nothing.
struct IndicatorSums: Sendable {
    var values: [Int64: Double] = [:]
    /// The finest units it is known for: 1 the county, 2 towns, 3 villages.
    var level = 3
    /// Whether a plan's values stand for themselves; else they are added to the base's.
    var isWhole = false
    /// Why there are no values: `layer NAME`, `field NAME.FIELD`, `survey`, `before`, `overlay`, `undated`, `view NAME`, `sql …`.
    var reason = ""
    var stamp = ""
    /// Whether straight lines stand for roads in it.
    var isApproximate = false
    /// What it was reckoned from may change without a stamp that tells.
    var isFleeting = false
}

/// Sums of one world, in one consistent state of the file: those that are kept and still hold, and those that had to be
/// reckoned.
final class IndicatorRun {
    struct Key: Hashable {
        var plan: Int64
        var year: Int
        var sum: String
    }
    typealias Definition = IndicatorInput.Definition

    let db: Database
    let desk: IndicatorDesk
    let ground: IndicatorGround
    let system: CoordinateSystemBox
    /// What was reckoned, to be kept.
    private(set) var fresh: [Key: IndicatorSums] = [:]
    private var kept: [Key: IndicatorSums] = [:]
    private var isLoaded: Set<[Int64]> = []
    /// Values of kept sums by world, year and unit.
    private var rows: [[Int64]: [String: Double]] = [:]
    private var names: [Definition: String] = [:]
    /// Tells what is within reach by a survey: of the base, or what a draft makes of it; nil where nobody can.
    var reachOf: ((_ plan: Int64, _ layer: Layer) throws -> [ReachRow])?
    /// The same of a whole world.
    var wholeReachOf: ((_ plan: Int64, _ layer: Layer) throws -> [ReachValue])?
    /// Tells the roads and facilities of a world.
    var roadsOf: ((_ plan: Int64, _ layer: Layer) throws -> NetworkView)?
    /// Statistics by world, series, unit and year, once they were asked for.
    var knownSeries: [IndicatorWorld: [String: [Int64: [Int: Double]]]] = [:]
    /// The units whose land a world changes, by its plan and year, once they were asked for.
    var knownChanged: [[Int64]: Set<Int64>] = [:]
    /// Patches of the base that are being counted.
    var counting: [(key: Key, sums: IndicatorSums, counts: Later<[Int64: Double]>)] = []
    /// What all values of the base hang on, once somebody asked.
    var knownBaseStamp: String?
    /// Whose land stands in the view `land_by_unit`.
    var summedLand = ""
    let past: Set<String>
    /// Told what is at work; what it throws ends the run.
    let tell: (String) throws -> Void
    /// Overlays that were made, to be kept.
    var overlays: [String: IndicatorOverlay] = [:]
    /// The numbers under which made overlays stand on the connection.
    var madeOverlays: [String: Int64] = [:]
    let ignoresKept: Bool

    /// - Parameter ignoresKept: whether everything is reckoned anew.
    init(
        _ db: Database, _ desk: IndicatorDesk, ignoresKept: Bool = false,
        tell: @escaping (String) throws -> Void = { _ in }
    ) throws {
        (self.db, self.desk) = (db, desk)
        names = desk.names.withLock { $0 }
        self.tell = tell
        self.ignoresKept = ignoresKept
        ground = try IndicatorGround(db, desk.units(in: db))
        system = CoordinateSystemBox(db)
        past = try Set(
            String.fetchCursor(
                db.cachedStatement(
                    sql: "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name LIKE '%\\_past' ESCAPE '\\'"
                )
            )
            .map { String($0.dropLast(5)) })
    }

    /// What a sum is kept under.
    func name(_ definition: Definition) -> String {
        if let known = names[definition] { return known }
        let made = String(Digest.of(definition.text).prefix(16))
        names[definition] = made
        desk.names.withLock { $0[definition] = made }
        return made
    }

    // MARK: Making sure

    /// Sees to it that sums are there for a year and a world.
    func prepare(_ definitions: Set<Definition>, year: Int, plan: Int64) throws {
        if plan != 0 { try prepare(definitions, year: year, plan: 0) }
        try load(year: year, plan: plan)
        var missing: [Item] = []
        var patches: [Work] = []
        var reached: [(sum: IndicatorSum, key: Key)] = []
        for definition in definitions {
            let key = Key(plan: plan, year: year, sum: name(definition))
            guard fresh[key] == nil else { continue }
            switch definition {
            case .statistic: continue
            case .query(let sql): try prepare(sql, key)
            case .sum(let sum):
                if sum.source.name == "reach" {
                    reached.append((sum, key))
                    continue
                }
                if sum.source.name == "patches" {
                    if try mayCountBeside(sum, key) {
                        patches.append(.patches(sum, key))
                    } else {
                        try preparePatches(sum, key)
                    }
                    continue
                }
                if let reason = try obstacle(to: sum, year: year) {
                    fresh[key] = IndicatorSums(reason: reason, isFleeting: true)
                    continue
                }
                let layers = layers(of: sum, year: year)
                let hasOwn =
                    try plan == 0
                    || (plan > 0 ? ground.isTouched(layers, by: plan) : wasPublished(layers, after: -plan))
                guard hasOwn else {
                    kept[key] = nil
                    continue
                }
                let stamp = ground.stamp(layers, plan: max(plan, 0))
                if kept[key]?.stamp == stamp, !layers.contains(where: { ground.dirty.contains($0.id) }) { continue }
                kept[key] = nil
                missing.append((sum, key, stamp))
            }
        }
        try prepareReach(reached, year: year, plan: plan)
        try reckon(patches + works(missing, year: year), year: year, plan: plan)
        try settlePatches()
    }

    /// What is kept of a world in a year.
    private func load(year: Int, plan: Int64) throws {
        guard isLoaded.insert([plan, Int64(year)]).inserted, !ignoresKept else { return }
        let statement = try db.cachedStatement(
            sql: """
                SELECT sum, stamp, is_whole, level, reason, is_approximate FROM main.indicator_kept
                WHERE plan = ? AND year = ?
                """)
        let found = try Row.fetchCursor(statement, arguments: [plan, year])
        while let row = try found.next() {
            kept[Key(plan: plan, year: year, sum: row[0])] = IndicatorSums(
                level: row[3], isWhole: row[2], reason: row[4], stamp: row[1], isApproximate: row[5])
        }
    }

    /// The layers that a sum reads; those that are there.
    func layers(of sum: IndicatorSum, year: Int) -> [Layer] {
        if sum.source.name == "change" {
            return [ground.surveyBefore(year), ground.survey(year)].compactMap { $0 }
        }
        return ([sum.source] + sum.over).compactMap { ground.layer($0.name, year: year) }
    }

    /// Why a sum cannot be reckoned in a year; nil where it can.
    private func obstacle(to sum: IndicatorSum, year: Int) throws -> String? {
        if sum.source.name == "change" {
            guard ground.survey(year) != nil else { return "survey" }
            guard ground.surveyBefore(year) != nil else { return "before" }
            return nil
        }
        for source in [sum.source] + sum.over {
            guard let layer = ground.layer(source.name, year: year) else {
                return source.name == "land"
                    ? "survey" : IndicatorSum.surveys.contains(source.name) ? "before" : "layer \(source.name)"
            }
            guard !source.fields.isEmpty else { continue }
            let known = try columns(of: layer)
            for field in source.fields
            where !known.contains(field) || IndicatorViews.reserved.contains(field.lowercased()) {
                return "field \(layer.table).\(field)"
            }
        }
        return nil
    }

    private var knownColumns: [String: Set<String>] = [:]

    private func columns(of layer: Layer) throws -> Set<String> {
        if let known = knownColumns[layer.table] { return known }
        // GRDB's own knowledge of the schema may be old: the guard of users' SQL blinds it.
        let statement = try db.cachedStatement(sql: "SELECT name FROM pragma_table_info(?, 'main')")
        let names = try Set(String.fetchCursor(statement, arguments: [layer.table]))
        knownColumns[layer.table] = names
        return names
    }

    /// Whether anything of the layers came into force or went since a journal row.
    func wasPublished(_ layers: [Layer], after journal: Int64) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM main.feature WHERE valid_from > :at AND layer = :layer)
                    OR EXISTS (SELECT 1 FROM main.feature WHERE valid_to > :at AND layer = :layer)
                """)
        return try layers.contains {
            try Bool.fetchOne(statement, arguments: ["at": journal, "layer": $0.id]) == true
        }
    }

    // MARK: Reckoning

    /// Sums items over what `from` gives, unit by unit, and runs them up through the units.
    ///
    /// - Parameters:
    ///   - views: what `from` names, as SELECTs. They stand before the sum in its own text: making a view has SQLite prepare
    ///     every statement of the connection anew.
    ///   - isMore: whether what was reckoned before is added to.
    func add(
        _ items: [(sum: IndicatorSum, key: Key, stamp: String)], level: Int, from: String, unit: String, sign: String,
        views: [String: String], isMore: Bool = false
    ) throws {
        let with = Self.with(views)
        func column(_ sum: IndicatorSum) -> String {
            "total(CASE WHEN \(sum.condition) THEN \(sign) * (\(sum.measure)) END)"
        }
        let tables = Set(ground.layers.map(\.table)).union(past.map(PastTable.name))
        func fetch(_ items: [(sum: IndicatorSum, key: Key, stamp: String)]) throws {
            let columns = items.map { column($0.sum) }.joined(separator: ", ")
            try IndicatorDesk.guarded(Set(views.keys), tables, in: db) {
                let rows = try Row.fetchCursor(db, sql: "\(with) SELECT \(unit), \(columns) \(from) GROUP BY 1")
                var sums = items.map { IndicatorSums(level: level, stamp: $0.stamp) }
                while let row = try rows.next() {
                    let chain = ground.units.chain(of: row[0] ?? 0)
                    for index in items.indices {
                        let value: Double = row[index + 1]
                        guard value != 0 else { continue }
                        for unit in chain { sums[index].values[unit, default: 0] += value }
                    }
                }
                for (index, item) in items.enumerated() {
                    let isDirty = layers(of: item.sum, year: item.key.year).contains { ground.dirty.contains($0.id) }
                    sums[index].isFleeting = isDirty
                    if isMore, let before = fresh[item.key] {
                        sums[index].values.merge(before.values) { $0 + $1 }
                    }
                    fresh[item.key] = sums[index]
                }
            }
        }
        do {
            try fetch(items)
        } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
            // One of them is wrong: each is asked by itself, and the wrong one says so.
            for item in items {
                do {
                    try fetch([item])
                } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
                    let isDirty = layers(of: item.sum, year: item.key.year).contains { ground.dirty.contains($0.id) }
                    fresh[item.key] = IndicatorSums(
                        reason: "sql \(error.message ?? error.description)", stamp: item.stamp,
                        isFleeting: isDirty || !error.isOfTheText)
                }
            }
        }
    }

    /// SELECTs under the names that the statement after them knows them by.
    static func with(_ views: [String: String]) -> String {
        let named = views.sorted { $0.key < $1.key }.map { "\($0.key) AS (\($0.value))" }
        return "WITH \(named.joined(separator: ", "))"
    }

    private var levels: [Int64: Int] = [:]

    /// The finest units that a layer's features name.
    func level(of layer: Layer?) throws -> Int {
        guard let layer else { return 3 }
        if let known = levels[layer.id] { return known }
        let units = try Int64.fetchAll(
            db.cachedStatement(sql: "SELECT DISTINCT unit FROM main.summary WHERE layer = ? AND count <> 0"),
            arguments: [layer.id])
        let level = units.isEmpty ? 3 : max(1, units.map(ground.units.level).max() ?? 1)
        levels[layer.id] = level
        return level
    }

    func keep(_ sums: IndicatorSums, _ key: Key) { fresh[key] = sums }
    func forget(_ key: Key) { kept[key] = nil }

    func isKept(_ key: Key, _ stamp: String) -> Bool {
        if kept[key]?.stamp == stamp { return true }
        kept[key] = nil
        return false
    }

    // MARK: Values

    /// What a sum comes to for a unit.
    ///
    /// - Returns: a value, or why there is none.
    func value(_ definition: Definition, unit: Int64, year: Int, plan: Int64) throws -> (value: Double?, reason: String)
    {
        let name = name(definition)
        let base = Key(plan: 0, year: year, sum: name), own = Key(plan: plan, year: year, sum: name)
        guard let known = fresh[base] ?? kept[base] else { return (nil, "view") }
        guard known.reason.isEmpty else { return (nil, known.reason) }
        if plan != 0, let whole = fresh[own] ?? kept[own], whole.isWhole || !whole.reason.isEmpty {
            guard whole.reason.isEmpty else { return (nil, whole.reason) }
            // Units that it does not change are those of the base.
            if let value = try number(own, unit) { return (value, "") }
            if case .query(let sql) = definition,
                try !IndicatorZones.isPartial(sql) || unitsChanged(by: plan, year: year).contains(unit)
            {
                return (nil, "")
            }
        }
        guard ground.units.level(of: unit) <= known.level else { return (nil, "level") }
        if known.isWhole { return try (number(base, unit), "") }
        var value = try number(base, unit) ?? 0
        if plan != 0 { value += try number(own, unit) ?? 0 }
        return (value, "")
    }

    /// Whether straight lines stand for roads in a sum.
    func isApproximate(_ definition: Definition, year: Int, plan: Int64) -> Bool {
        func isApproximate(_ plan: Int64) -> Bool {
            let key = Key(plan: plan, year: year, sum: name(definition))
            return (fresh[key] ?? kept[key])?.isApproximate == true
        }
        return isApproximate(0) || plan != 0 && isApproximate(plan)
    }

    private func number(_ key: Key, _ unit: Int64) throws -> Double? {
        if let sums = fresh[key] { return sums.values[unit] }
        guard kept[key] != nil else { return nil }
        let place = [key.plan, Int64(key.year), unit]
        if rows[place] == nil {
            var found: [String: Double] = [:]
            let statement = try db.cachedStatement(
                sql: "SELECT sum, value FROM main.indicator_sum WHERE plan = ? AND year = ? AND unit = ?")
            let cursor = try Row.fetchCursor(statement, arguments: [key.plan, key.year, unit])
            while let row = try cursor.next() { found[row[0]] = row[1] }
            rows[place] = found
        }
        return rows[place]?[key.sum]
    }
}
