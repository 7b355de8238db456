/// What is wanted of a value: at least `low`, at most `high`; written `LOW..HIGH`, either end left open.
package struct Target: Sendable, Hashable, LosslessStringConvertible {
    package var low: Double?
    package var high: Double?

    package init(low: Double? = nil, high: Double? = nil) {
        self.low = low
        self.high = high
    }

    /// Reads `80..`, `..1.3`, `25..40`.
    package init?(_ description: String) {
        guard let dots = description.bytes(of: "..") else { return nil }
        func end(_ text: Substring) -> Double?? {
            if text.isEmpty { return .some(nil) }
            guard let value = Double(text), value.isFinite else { return nil }
            return .some(value)
        }
        guard let low = end(description[..<dots.lowerBound]), let high = end(description[dots.upperBound...]),
            low != nil || high != nil, (low ?? -.infinity) <= (high ?? .infinity)
        else { return nil }
        self.init(low: low, high: high)
    }

    package var description: String {
        func text(_ value: Double?) -> String { value.map(StatisticNumber.text) ?? "" }
        return "\(text(low))..\(text(high))"
    }

    /// By how much a value misses it, in the value's unit; negative is the margin that is left.
    ///
    /// - Parameter least: the least miss that counts; a smaller one is none.
    package func miss(of value: Double, least: Double = 0) -> Double {
        let miss = max(low.map { $0 - value } ?? -.infinity, high.map { value - $0 } ?? -.infinity)
        return miss > 0 && miss < least ? 0 : miss
    }

    /// The same in percent of the bound that is missed or nearest; of a bound of nothing any miss is endless.
    package func percentMissed(by value: Double, least: Double = 0) -> Double {
        let isLow = (low.map { $0 - value } ?? -.infinity) >= (high.map { value - $0 } ?? -.infinity)
        let miss = miss(of: value, least: least)
        let bound = abs((isLow ? low : high) ?? 0)
        if miss == 0 { return 0 }
        return bound == 0 ? (miss > 0 ? .infinity : -.infinity) : miss / bound * 100
    }
}

/// The colour of a warning (预警), by the letter that stands beside it.
package enum WarningLevel: String, Sendable, CaseIterable, Comparable {
    case red = "R"
    case orange = "O"
    case yellow = "Y"
    case blue = "B"
    case green = "G"

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The graver is less, so that a list begins with it.
    package static func < (a: WarningLevel, b: WarningLevel) -> Bool { a.rank < b.rank }
}

/// From where on a value warns: `R>20%`, missed by more than a fifth of the target; `Y>-0.3`, the value itself.
package struct WarningStep: Sendable, Hashable {
    package var level: WarningLevel
    package var isAbove: Bool
    package var bound: Double
    package var isPercent: Bool

    package init?(_ text: some StringProtocol) {
        guard let first = text.first, let level = WarningLevel(rawValue: String(first)) else { return nil }
        var rest = text.dropFirst()
        guard let sign = rest.popFirst(), sign == ">" || sign == "<" else { return nil }
        isPercent = rest.last == "%"
        guard let bound = Double(isPercent ? rest.dropLast() : rest), bound.isFinite else { return nil }
        (self.level, isAbove, self.bound) = (level, sign == ">", bound)
    }

    /// - Parameter least: the least difference that counts, in the value's unit.
    func holds(_ value: Double, _ target: Target?, least: Double) -> Bool {
        guard isPercent else {
            let beyond = isAbove ? value - bound : bound - value
            return beyond > 0 && beyond >= least
        }
        guard let target else { return false }
        let missed = target.percentMissed(by: value, least: least)
        return isAbove ? missed > bound : missed < bound
    }
}

extension Indicator {
    /// Half of the last decimal that is shown: the slivers that an overlay leaves, a few square decimetres of hectares shown
    /// as 0.00, miss no target of nothing.
    package var leastMiss: Double { (0..<decimals).reduce(0.5) { half, _ in half / 10 } }

    /// The colour of a value; nil where nothing is wanted of it.
    package func level(of value: Double, _ target: Target?) -> WarningLevel? {
        if let step = steps.first(where: { $0.holds(value, target, least: leastMiss) }) { return step.level }
        return target != nil || steps.contains { !$0.isPercent } ? .green : nil
    }

    /// The steps of an indicator whose row names none: our own choice. What binds may not be missed at all; of the
    /// others more is asked the farther they are off.
    static func standardSteps(_ nature: Nature) -> [WarningStep] {
        let texts = nature == .binding ? ["R>0%", "Y>-2%"] : ["R>20%", "O>10%", "Y>5%", "B>0%"]
        return texts.compactMap { WarningStep($0) }
    }
}
