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

extension ReachWorld {
    /// What is within reach, with what a draft changes.
    ///
    /// - Parameters:
    ///   - gone: features that the draft changes or takes away.
    ///   - places: what takes their place.
    ///   - sources: what takes their place.
    func values(without gone: Set<Int64> = [], places added: [ReachPlace] = [], sources new: [ReachSource] = [])
        -> [ReachValue]
    {
        let places = (gone.isEmpty ? self.places : self.places.filter { !gone.contains($0.uid) }) + added
        let sources = (gone.isEmpty ? self.sources : self.sources.filter { !gone.contains($0.uid) }) + new
        var costs: [Key: [Double]] = [:]
        for rule in ReachRule.all where rule.joint.isEmpty {
            let key = Key(kind: rule.kind, way: rule.way)
            if costs[key] == nil { costs[key] = self.costs(key, places, sources) }
        }
        var values: [ReachValue] = []
        for rule in ReachRule.all {
            let parts = rule.joint.isEmpty ? [rule.kind] : rule.joint
            let columns = parts.map { costs[Key(kind: $0, way: rule.way)] ?? [] }
            let limit = rule.limit + 1e-6
            values += sum(rule, places) { place in columns.allSatisfy { $0.isEmpty ? false : $0[place] <= limit } }
        }
        return values
    }

    private struct Key: Hashable {
        var kind: String
        var way: ReachRule.Way
    }

    /// The cost of the way from each place to the nearest facility of a kind; infinite beyond the greatest limit.
    private func costs(_ key: Key, _ places: [ReachPlace], _ sources: [ReachSource]) -> [Double] {
        let limit = ReachRule.all.filter { $0.kind == key.kind && $0.way == key.way }.map(\.limit).max() ?? 0
        let sources = sources.filter { $0.kinds.contains(key.kind) }
        guard let network, key.way != .radius else {
            // Where there are no roads, driving goes at the speed of the slowest of them.
            let rate = key.way == .drive ? RoadSpeed.secondsPerMetre(nil) : 1
            let nearest = NearestPlace(sources.flatMap(\.points))
            return places.map { nearest.distance(from: $0.point, within: limit / rate * (1 + 1e-9)) * rate }
        }
        let access = key.way == .drive ? RoadSpeed.secondsPerMetre(nil) : 1
        let rates = key.way == .drive ? roads.map { RoadSpeed.secondsPerMetre($0.class) } : []
        let reach = network.reach(
            from: sources.flatMap(\.entries), limit: limit, access: access,
            rate: rates.isEmpty ? nil : { rates[Int($0)] })
        return places.map { place in place.entry.map(reach.cost) ?? .infinity }
    }

    private func sum(_ rule: ReachRule, _ places: [ReachPlace], _ isCovered: (Int) -> Bool) -> [ReachValue] {
        var byUnit: [Int64: ReachValue] = [:]
        func add(_ place: Int, area: Int64) {
            let unit = places[place].unit
            var value =
                byUnit[unit]
                ?? ReachValue(
                    kind: rule.kind, way: rule.way, minutes: rule.minutes, unit: unit, covered: 0, total: 0,
                    coveredCount: 0, totalCount: 0, isApproximate: network == nil && rule.way != .radius)
            value.total += area
            value.totalCount += 1
            if isCovered(place) {
                value.covered += area
                value.coveredCount += 1
            }
            byUnit[unit] = value
        }
        if rule.demand == .villages {
            var seats: [Int64: Int] = [:]
            for (number, place) in places.enumerated() where place.uses.contains(.residential) {
                let best = seats[place.unit].map { places[$0] }
                // Of two that are as large the one that came first.
                if best.map({ ($0.area, -$0.uid) < (place.area, -place.uid) }) ?? true { seats[place.unit] = number }
            }
            for seat in seats.values { add(seat, area: places[seat].area) }
        } else {
            let uses: ReachPlace.Uses =
                switch rule.demand {
                case .residential, .villages: .residential
                case .residentialUrbanArea: [.residential, .inUrbanArea]
                case .living: .living
                case .urban: .urban
                }
            for (number, place) in places.enumerated() where place.uses.isSuperset(of: uses) {
                add(number, area: place.area)
            }
        }
        return byUnit.values.sorted { $0.unit < $1.unit }
    }
}
