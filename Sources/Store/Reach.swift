import Foundation
import GRDB
import Geometry
import Planning

/// Land of a unit within reach of a kind of facility.
package struct ReachValue: Sendable, Hashable {
    package var kind: String
    package var way: ReachRule.Way
    /// 0 where the definition gives a radius.
    package var minutes: Int
    package var unit: Int64
    /// Whole hundredths of a square metre.
    package var covered: Int64
    package var total: Int64
    /// Parcels; or villages, where these are what counts.
    package var coveredCount: Int64
    package var totalCount: Int64
    /// Whether it was reckoned as the crow flies for want of roads.
    package var isApproximate: Bool
}

/// How far every place is from the nearest facility of a kind.
struct ReachColumn: Sendable {
    struct Key: Hashable, Sendable {
        var kind: String
        var way: ReachRule.Way

        /// The greatest cost that any row asks for.
        var limit: Double { ReachRule.all.filter { $0.kind == kind && $0.way == way }.map(\.limit).max() ?? 0 }
    }

    private enum Way: Sendable {
        case roads(NetworkReach)
        /// As the crow flies, at so much a metre.
        case straight(NearestPlace, rate: Double)
    }

    private let way: Way
    private let limit: Double

    init(_ key: Key, from sources: [ReachSource], in world: ReachWorld) {
        limit = key.limit
        // The way to a road, and where there are none all of it, is driven as slowly as the slowest of them.
        let slow = key.way == .drive ? RoadSpeed.secondsPerMetre(nil) : 1
        guard let network = world.network, key.way != .radius else {
            way = .straight(NearestPlace(sources.flatMap(\.points)), rate: slow)
            return
        }
        let rates = key.way == .drive ? world.roads.map { RoadSpeed.secondsPerMetre($0.class) } : []
        way = .roads(
            network.reach(
                from: sources.flatMap(\.entries), limit: limit, access: slow,
                rate: rates.isEmpty ? nil : { rates[Int($0)] }))
    }

    /// Metres, or seconds of driving; infinite beyond the limit.
    func cost(to place: ReachPlace) -> Double {
        switch way {
        case .roads(let reach): place.entry.map(reach.cost) ?? .infinity
        case .straight(let nearest, let rate):
            nearest.distance(from: place.point, within: limit / rate * (1 + 1e-9)) * rate
        }
    }

    /// The same of many: what leads there is taken apart once.
    func costs(to places: [ReachPlace]) -> [Double] {
        switch way {
        case .roads(let reach): return places.map { $0.entry.map(reach.cost) ?? .infinity }
        case .straight(let nearest, let rate):
            let limit = limit / rate * (1 + 1e-9)
            return places.map { nearest.distance(from: $0.point, within: limit) * rate }
        }
    }
}

/// What a world comes to, kept so that a draft costs what it changes.
struct ReachSums: Sendable {
    var columns: [ReachColumn.Key: (column: ReachColumn, costs: [Double])] = [:]
    /// By row of the table, then by unit.
    var values: [[Int64: ReachValue]] = []
    /// Which place a parcel is, and which lie in a unit.
    var numbers: [Int64: Int] = [:]
    var placesOf: [Int64: [Int]] = [:]
}

/// A row of the table of a draft's world: one that it has besides the base's (`sign` 1), or one of those that goes (-1).
struct ReachRow: Sendable {
    var sign: Int64
    var value: ReachValue
}

extension ReachWorld {
    private static let keys: [ReachColumn.Key] = {
        var keys: [ReachColumn.Key] = []
        for rule in ReachRule.all where rule.joint.isEmpty {
            let key = ReachColumn.Key(kind: rule.kind, way: rule.way)
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }()

    private func parts(of rule: ReachRule) -> [ReachColumn.Key] {
        (rule.joint.isEmpty ? [rule.kind] : rule.joint).map { ReachColumn.Key(kind: $0, way: rule.way) }
    }

    /// What is within reach of what.
    func values() throws -> [ReachValue] { Self.flat(try whole().values) }

    private static func flat(_ values: [[Int64: ReachValue]]) -> [ReachValue] {
        values.flatMap { $0.values.sorted { $0.unit < $1.unit } }
    }

    private func whole() throws -> ReachSums {
        try sums.withLock { sums in
            if let sums { return sums }
            var made = ReachSums()
            let columns = try TwoHands.each("reach", of: Self.keys.count, goOn: {}) {
            } work: { [self] number, _, _ in
                let key = Self.keys[number]
                let column = ReachColumn(key, from: sources.filter { $0.kinds.contains(key.kind) }, in: self)
                return (column: column, costs: column.costs(to: places))
            }
            for (key, column) in zip(Self.keys, columns) { made.columns[key] = column }
            made.values = ReachRule.all.map { rule in
                let costs = parts(of: rule).map { made.columns[$0]?.costs ?? [] }
                return sum(rule, places) { place in costs.allSatisfy { $0[place] <= rule.limit + Self.hair } }
            }
            for (number, place) in places.enumerated() {
                made.numbers[place.uid] = number
                made.placesOf[place.unit, default: []].append(number)
            }
            sums = made
            return made
        }
    }

    /// What a sum of stretches may be off by, in metres or seconds.
    private static let hair = 1e-6

    /// What a draft makes of it, by row of the table: of units whose value changes the new one, or nil where there is none
    /// any more.
    ///
    /// - Parameters:
    ///   - gone: features that the draft changes or takes away.
    ///   - added: what takes their place.
    ///   - new: what takes their place.
    func changes(
        without gone: Set<Int64>, places added: [ReachPlace], sources new: [ReachSource]
    ) throws -> [[Int64: ReachValue?]] {
        let base = try whole()
        let lost = gone.compactMap { base.numbers[$0] }.sorted()
        let removed = sources.filter { gone.contains($0.uid) }
        var changed: [ReachColumn.Key: [Double]] = [:]
        var costsOfAdded: [ReachColumn.Key: [Double]] = [:]
        for key in Self.keys {
            guard let known = base.columns[key] else { continue }
            let going = removed.filter { $0.kinds.contains(key.kind) }
            let brought = new.filter { $0.kinds.contains(key.kind) }
            var column = known.column
            if !going.isEmpty, isNear(going, key, known.costs) {
                column = ReachColumn(
                    key, from: sources.filter { $0.kinds.contains(key.kind) && !gone.contains($0.uid) }, in: self)
                changed[key] = column.costs(to: places)
            }
            let near = brought.isEmpty ? nil : ReachColumn(key, from: brought, in: self)
            if let near {
                var costs = changed[key] ?? known.costs
                for place in places.indices { costs[place] = min(costs[place], near.cost(to: places[place])) }
                changed[key] = costs
            }
            costsOfAdded[key] = added.map { min(column.cost(to: $0), near?.cost(to: $0) ?? .infinity) }
        }
        let touched = Set(lost.map { places[$0].unit }).union(added.map(\.unit))
        return ReachRule.all.enumerated().map { row, rule in
            let parts = parts(of: rule), limit = rule.limit + Self.hair
            let costs = parts.map { changed[$0] ?? base.columns[$0]?.costs ?? [] }
            let costsAdded = parts.map { costsOfAdded[$0] ?? [] }
            func reaches(_ place: Int) -> Bool { costs.allSatisfy { $0[place] <= limit } }
            func reachesAdded(_ place: Int) -> Bool { costsAdded.allSatisfy { $0[place] <= limit } }
            func summed(_ kept: [Int]) -> [Int64: ReachValue] {
                sum(rule, kept.map { places[$0] } + added) {
                    $0 < kept.count ? reaches(kept[$0]) : reachesAdded($0 - kept.count)
                }
            }
            if parts.contains(where: { changed[$0] != nil }) {
                return Self.difference(
                    base.values[row], summed(places.indices.filter { !gone.contains(places[$0].uid) }))
            }
            let before = base.values[row].filter { touched.contains($0.key) }
            if rule.demand == .villages {
                // What stands for a village is the largest place in it: only where something changed can it be another.
                let kept = touched.flatMap { base.placesOf[$0] ?? [] }.filter { !gone.contains(places[$0].uid) }
                return Self.difference(before, summed(kept.sorted()))
            }
            var values = before
            for place in lost where places[place].uses.isSuperset(of: Self.uses(of: rule)) {
                count(&values, rule, places[place], isCovered: reaches(place), sign: -1)
            }
            for (number, place) in added.enumerated() where place.uses.isSuperset(of: Self.uses(of: rule)) {
                count(&values, rule, place, isCovered: reachesAdded(number), sign: 1)
            }
            return Self.difference(before, values.filter { $0.value.totalCount != 0 })
        }
    }

    private static func difference(_ before: [Int64: ReachValue], _ now: [Int64: ReachValue]) -> [Int64: ReachValue?] {
        var changes: [Int64: ReachValue?] = now.filter { before[$0.key] != $0.value }
        for unit in before.keys where now[unit] == nil { changes.updateValue(nil, forKey: unit) }
        return changes
    }

    /// What another world makes of this one.
    func changes(to other: ReachWorld) throws -> [[Int64: ReachValue?]] {
        zip(try whole().values, try other.whole().values).map(Self.difference)
    }

    /// This world's values with some of them changed.
    func values(with changes: [[Int64: ReachValue?]]) throws -> [ReachValue] {
        Self.flat(
            zip(try whole().values, changes).map { values, changes in
                changes.reduce(into: values) { values, change in values[change.key] = change.value }
            })
    }

    /// The rows of the base that go, and those that come.
    func rows(of changes: [[Int64: ReachValue?]]) throws -> [ReachRow] {
        zip(try whole().values, changes).flatMap { values, changes in
            changes.values.compactMap { $0 }.map { ReachRow(sign: 1, value: $0) }
                + changes.keys.compactMap { values[$0] }.map { ReachRow(sign: -1, value: $0) }
        }
    }

    /// Whether facilities that go are the nearest to anybody: elsewhere nothing changes without them.
    private func isNear(_ removed: [ReachSource], _ key: ReachColumn.Key, _ costs: [Double]) -> Bool {
        let column = ReachColumn(key, from: removed, in: self)
        return places.indices.contains {
            column.cost(to: places[$0]) <= min(costs[$0] + Self.hair, key.limit + Self.hair)
        }
    }

    // MARK: Sums

    private static func uses(of rule: ReachRule) -> ReachPlace.Uses {
        switch rule.demand {
        case .residential, .villages: .residential
        case .residentialUrbanArea: [.residential, .inUrbanArea]
        case .living: .living
        case .urban: .urban
        }
    }

    private func count(
        _ values: inout [Int64: ReachValue], _ rule: ReachRule, _ place: ReachPlace, isCovered: Bool, sign: Int64
    ) {
        var value =
            values[place.unit]
            ?? ReachValue(
                kind: rule.kind, way: rule.way, minutes: rule.minutes, unit: place.unit, covered: 0, total: 0,
                coveredCount: 0, totalCount: 0, isApproximate: network == nil && rule.way != .radius)
        value.total += sign * place.area
        value.totalCount += sign
        if isCovered {
            value.covered += sign * place.area
            value.coveredCount += sign
        }
        values[place.unit] = value
    }

    private func sum(_ rule: ReachRule, _ places: [ReachPlace], _ isCovered: (Int) -> Bool) -> [Int64: ReachValue] {
        var values: [Int64: ReachValue] = [:]
        let uses = Self.uses(of: rule)
        var counting = places.indices.filter { places[$0].uses.isSuperset(of: uses) }
        if rule.demand == .villages {
            var seats: [Int64: Int] = [:]
            for number in counting {
                let place = places[number], best = seats[place.unit].map { places[$0] }
                // Of two that are as large the one that came first.
                if best.map({ ($0.area, -$0.uid) < (place.area, -place.uid) }) ?? true { seats[place.unit] = number }
            }
            counting = Array(seats.values)
        }
        for place in counting { count(&values, rule, places[place], isCovered: isCovered(place), sign: 1) }
        return values
    }
}
