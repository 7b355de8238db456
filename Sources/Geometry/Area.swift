/// An area as it stands in the project file and in every table: a whole number of hundredths of a square metre, so
/// that sums are exact.
///
/// Texts are rounded half up (half away from zero for a difference below zero) from the whole number, never from a
/// binary fraction; 1 mu (亩) is 2000/3 m².
package struct Area: Hashable, Sendable, Comparable, AdditiveArithmetic {
    /// In 0.01 m².
    package var hundredths: Int

    package init(hundredths: Int) {
        self.hundredths = hundredths
    }

    /// Rounds square metres half up to 0.01 m²; nil for what is no area: not a number, or beyond 10¹⁶ m².
    ///
    /// A decimal such as 1.005 has no exact binary form and would fall to the wrong side; a value that lies within
    /// two units in the last place of a half counts as that half.
    package init?(squareMetres: Double) {
        guard abs(squareMetres) < 1e16 else { return nil }
        let scaled = abs(squareMetres) * 100
        let whole = (scaled + 2 * scaled.ulp + 0.5).rounded(.down)
        hundredths = squareMetres < 0 ? -Int(whole) : Int(whole)
    }

    package static let zero = Area(hundredths: 0)

    package var squareMetres: Double { Double(hundredths) / 100 }
    package var hectares: Double { Double(hundredths) / 1_000_000 }
    package var mu: Double { Double(hundredths) * 3 / 200_000 }
    package var squareKilometres: Double { Double(hundredths) / 100_000_000 }

    package static func < (a: Area, b: Area) -> Bool { a.hundredths < b.hundredths }
    package static func + (a: Area, b: Area) -> Area { Area(hundredths: a.hundredths + b.hundredths) }
    package static func - (a: Area, b: Area) -> Area { Area(hundredths: a.hundredths - b.hundredths) }
}

extension Area {
    /// Square metres with two decimals, such as `999751.15`.
    package var squareMetresText: String { Self.text(hundredths, decimals: 2) }

    /// Hectares with two decimals as in tables, or with four as in boundary files.
    package func hectaresText(decimals: Int = 2) -> String { text(unit: 1_000_000, decimals: decimals) }

    /// Mu with two decimals.
    package var muText: String { Self.text(Self.rounded(hundredths, times: 3, over: 2000), decimals: 2) }

    /// Square kilometres with two decimals.
    package var squareKilometresText: String { text(unit: 100_000_000, decimals: 2) }

    /// - Parameter unit: how many hundredths of a square metre it holds, a power of ten.
    private func text(unit: Int, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1) { product, _ in product * 10 }
        return Self.text(Self.rounded(hundredths, times: scale, over: unit), decimals: decimals)
    }

    /// `value · times / over`, half away from zero. Divides first, so that no product can overflow.
    private static func rounded(_ value: Int, times: Int, over: Int) -> Int {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: over)
        let twice = 2 * remainder * times
        return quotient * times + (twice + (value < 0 ? -over : over)) / (2 * over)
    }

    private static func text(_ scaled: Int, decimals: Int) -> String {
        var digits = String(scaled.magnitude)
        digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = scaled < 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        return "\(sign)\(digits.dropLast(decimals)).\(digits.suffix(decimals))"
    }
}
