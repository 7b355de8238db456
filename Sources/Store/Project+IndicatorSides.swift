import GRDB
import Geometry
import Planning

/// Values of many units at once, and where those units lie.
extension Project {
    /// The values of indicators for each of some units, in the order of `units`, without their trends.
    ///
    /// - Parameters:
    ///   - only: nil is the whole library.
    ///   - year: nil for that of the newest survey.
    ///   - plan: 0 is the base, a draft its number, the one map as of journal row N -N.
    ///   - tell: told what is at work; what it throws ends it.
    package func indicators(
        _ only: [Indicator]? = nil, ofUnits units: [Unit], year: Int? = nil, plan: Int64 = 0,
        tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> [[IndicatorValue]] {
        try withIndicators(only, year: year, plan: plan, tell) { run, library, year, plan in
            let values = try run.evaluate(
                units.flatMap { unit in
                    library.map { .init(indicator: $0, unit: unit, year: year, plan: plan) }
                })
            return try units.indices.map { index in
                let targets = try Self.targets(of: units[index].code, in: run.db)
                return values[index * library.count..<(index + 1) * library.count].map { value in
                    var value = value
                    value.wants(targets[value.indicator.id] ?? [])
                    return value
                }
            }
        }
    }

    /// The outlines of units in the base, by unit; those that no layer draws are left out.
    package func unitOutlines(_ units: [Unit]) throws -> [Int64: [Shape]] {
        let wanted = units.map { String($0.id) }.joined(separator: ", ")
        let found = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT f.unit, f.uid FROM layer_registry AS l CROSS JOIN feature AS f ON f.layer = l.id
                    WHERE l.role = 'units' AND l.geometry = 'polygon' AND f.unit IN (\(wanted)) AND f.valid_to IS NULL
                    ORDER BY l.id, f.uid
                    """
            ).map { (unit: $0[0] as Int64, uid: $0[1] as Int64) }
        }
        var outlines: [Int64: [Shape]] = [:]
        for (unit, uid) in found {
            if let shape = try shape(of: uid), !shape.isEmpty { outlines[unit, default: []].append(shape) }
        }
        return outlines
    }
}
