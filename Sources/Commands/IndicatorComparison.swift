import Phrases
import Planning
import Store

/// Indicators side by side: of several years, units, or drafts.
package struct IndicatorComparison: Sendable {
    /// What stands in a column.
    package struct Side: Sendable, Hashable {
        package var name: String
        package var unit: Unit
        /// Nil for that of the newest survey.
        package var year: Int?
        /// As values know it: 0 is the base, a draft its number, the one map as of journal row N -N.
        package var plan: Int64

        package init(_ name: String, unit: Unit, year: Int? = nil, plan: Int64 = 0) {
            (self.name, self.unit, self.year, self.plan) = (name, unit, year, plan)
        }
    }

    package let sides: [Side]
    /// An indicator with its value on each side.
    package let rows: [[IndicatorValue]]

    /// Reads what is kept, and reckons what is not.
    ///
    /// - Parameters:
    ///   - only: nil is the whole library.
    ///   - tell: told what is at work; what it throws ends it.
    package init(
        _ sides: [Side], only: [Indicator]? = nil, in project: Project,
        tell: @escaping (String) throws -> Void = { _ in }
    ) throws {
        self.sides = sides
        let library = try only ?? project.indicatorLibrary()
        var columns: [[IndicatorValue]] = Array(repeating: [], count: sides.count)
        // Units of one year and world are read at once.
        struct World: Hashable {
            var year: Int?
            var plan: Int64
        }
        let worlds = Dictionary(grouping: sides.indices) { World(year: sides[$0].year, plan: sides[$0].plan) }
        for (world, places) in worlds.sorted(by: { $0.value[0] < $1.value[0] }) {
            let read = try project.indicators(
                library, ofUnits: places.map { sides[$0].unit }, year: world.year, plan: world.plan, tell: tell)
            for (place, values) in zip(places, read) { columns[place] = values }
        }
        let filled = columns
        rows = library.indices.map { index in filled.map { $0[index] } }
    }

    /// From the first side to the last; nil where either has no value.
    ///
    /// - Parameter decimals: those that the values are shown with: the change is that of the numbers one sees, and not
    ///   another by half a digit. Nil where they are told in full.
    package static func change(_ row: [IndicatorValue], decimals: Int?) -> Double? {
        guard row.count > 1, let first = row.first?.value, let last = row.last?.value else { return nil }
        func shown(_ value: Double) -> Double {
            decimals.flatMap { Double(Decimals.text(value, decimals: $0)) } ?? value
        }
        return shown(last) - shown(first)
    }
}
