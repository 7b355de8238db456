import Phrases

/// What is doubtful in series of statistics: values that are missing where others are, and values that cannot well be.
package struct StatisticReview: Sendable {
    package enum Kind: String, Sendable {
        /// No value between or beside those of other years.
        case year
        /// No value at all, though most units of its level have some.
        case unit
        /// A jump from one year to the next.
        case jump
        /// Outside of what the series can be.
        case bound

        package var name: Phrase {
            switch self {
            case .year: Phrase("missing year", "缺年份")
            case .unit: Phrase("missing unit", "缺单元")
            case .jump: Phrase("jump", "突变")
            case .bound: Phrase("out of bounds", "超出范围")
            }
        }
    }

    package struct Remark: Hashable, Sendable {
        package var kind: Kind
        package var series: String
        package var unit: String
        package var year: Int?
        package var value: Double?
        package var text: Phrase
    }

    /// A value that is more than so many times its neighbour in years, or less than that part of it, is told.
    package static let jump = 3.0

    package private(set) var remarks: [Remark] = []

    /// Looks at whole series.
    ///
    /// - Parameters:
    ///   - values: all that is known of the series, new values among them.
    ///   - new: those that came now; only they are told as doubtful.
    ///   - units: the codes of the project's units.
    package init(
        series: [StatisticSeries], values: [StatisticEntry.Key: Double], new: Set<StatisticEntry.Key>, units: [String]
    ) {
        var bySeries: [String: [String: [Int: Double]]] = [:]
        for (key, value) in values { bySeries[key.series, default: [:]][key.unit, default: [:]][key.year] = value }
        for one in series {
            guard let known = bySeries[one.id] else { continue }
            findGaps(one, known, units)
            for unit in known.keys.sorted() { findDoubts(one, unit, known[unit] ?? [:], new) }
        }
    }

    /// The years that a series has: from its first to its last where it is a yearly one, else those in which any unit has a
    /// value.
    private static func years(_ known: [String: [Int: Double]]) -> [Int] {
        let years = Set(known.values.flatMap(\.keys)).sorted()
        guard let first = years.first, let last = years.last,
            zip(years, years.dropFirst()).contains(where: { $1 == $0 + 1 })
        else { return years }
        return Array(first...last)
    }

    private mutating func findGaps(_ series: StatisticSeries, _ known: [String: [Int: Double]], _ units: [String]) {
        let years = Self.years(known)
        for unit in known.keys.sorted() {
            for year in years where known[unit]?[year] == nil {
                remarks.append(
                    Remark(
                        kind: .year, series: series.id, unit: unit, year: year,
                        text: Phrase(
                            "\(series.id) of \(unit) has no value for \(year)",
                            "\(unit) 缺 \(year) 年\(series.name.chinese)")))
            }
        }
        // A level of which most units have values is one that the series goes down to.
        let levels = Dictionary(grouping: units, by: \.utf8.count)
        let held = levels.filter { $0.value.contains { known[$0] != nil } }
        for (_, level) in levels.sorted(by: { $0.key < $1.key }) {
            let missing = level.filter { unit in
                // What lacks a value because all that it lies in does is not told apart.
                let above = UnitCode(unit)?.parent?.digits
                let isWithin = above.map { known[$0] == nil && held[$0.utf8.count]?.contains($0) == true } ?? false
                return known[unit] == nil && !isWithin
            }.sorted()
            guard !missing.isEmpty, missing.count * 2 < level.count else { continue }
            for unit in missing {
                remarks.append(
                    Remark(
                        kind: .unit, series: series.id, unit: unit,
                        text: Phrase("\(unit) has no \(series.id) at all", "\(unit) 没有\(series.name.chinese)")))
            }
        }
    }

    private mutating func findDoubts(
        _ series: StatisticSeries, _ unit: String, _ values: [Int: Double], _ new: Set<StatisticEntry.Key>
    ) {
        let years = values.keys.sorted()
        func isNew(_ year: Int) -> Bool { new.contains(.init(series: series.id, unit: unit, year: year)) }
        for year in years where isNew(year) {
            guard let value = values[year], value < series.low ?? -.infinity || value > series.high ?? .infinity else {
                continue
            }
            remarks.append(
                Remark(
                    kind: .bound, series: series.id, unit: unit, year: year, value: value,
                    text: Phrase(
                        "\(series.id) of \(unit) in \(year) is \(StatisticNumber.text(value)), which cannot well be",
                        "\(unit) \(year) 年\(series.name.chinese)为 \(StatisticNumber.text(value))，超出合理范围")))
        }
        for (before, after) in zip(years, years.dropFirst()) where isNew(before) || isNew(after) {
            guard let old = values[before], let now = values[after], old * now > 0 else { continue }
            let ratio = now / old
            guard ratio > Self.jump || ratio < 1 / Self.jump else { continue }
            let (was, becomes) = (StatisticNumber.text(old), StatisticNumber.text(now))
            remarks.append(
                Remark(
                    kind: .jump, series: series.id, unit: unit, year: after, value: now,
                    text: Phrase(
                        "\(series.id) of \(unit) goes from \(was) in \(before) to \(becomes) in \(after)",
                        "\(unit) \(series.name.chinese)由 \(before) 年 \(was) 变为 \(after) 年 \(becomes)")))
        }
    }
}
