import Phrases

/// A unit in which areas are shown. Areas are kept in whole hundredths of a square metre and converted by exact
/// arithmetic, halves rounded away from zero, as the survey's tools do.
package enum AreaUnit: String, Sendable, CaseIterable {
    case squareMetres = "m2"
    case mu
    case hectares = "ha"
    case squareKilometres = "km2"
    case tenThousandMu = "wanmu"

    package var symbol: Phrase {
        switch self {
        case .squareMetres: Phrase("m²", "平方米")
        case .mu: Phrase("mu", "亩")
        case .hectares: Phrase("ha", "公顷")
        case .squareKilometres: Phrase("km²", "平方千米")
        case .tenThousandMu: Phrase("10,000 mu", "万亩")
        }
    }

    /// How many decimals tables give: two, but four of 万亩.
    package var decimals: Int { self == .tenThousandMu ? 4 : 2 }

    /// The unit in hundredths of a square metre, as a fraction: 1 mu (亩) is 2000/3 m².
    private var size: (numerator: Int128, denominator: Int128) {
        switch self {
        case .squareMetres: (100, 1)
        case .mu: (200_000, 3)
        case .hectares: (1_000_000, 1)
        case .squareKilometres: (100_000_000, 1)
        case .tenThousandMu: (2_000_000_000, 3)
        }
    }

    /// The area in this unit, in whole steps of the last of so many decimals: 1234567 hundredths of a square metre
    /// with two decimals are 123 hundredths of a hectare.
    ///
    /// - Parameter decimals: 0 to 6; nil for those of tables.
    package func steps(of hundredths: Int64, decimals: Int? = nil) -> Int64 {
        Int64(clamping: exactSteps(of: hundredths, decimals: decimals ?? self.decimals))
    }

    private func exactSteps(of hundredths: Int64, decimals: Int) -> Int128 {
        let (numerator, denominator) = size
        return Self.quotient(Int128(hundredths) * denominator * Self.power(decimals), numerator)
    }

    /// The area as a number without the unit: 1234567 hundredths of a square metre are `1.23` ha.
    package func text(_ hundredths: Int64, decimals: Int? = nil) -> String {
        let decimals = decimals ?? self.decimals
        return Self.text(steps: exactSteps(of: hundredths, decimals: decimals), decimals: decimals)
    }

    /// Whole steps of the last decimal as a number: 123 steps of two decimals are `1.23`.
    package static func text(steps: some BinaryInteger, decimals: Int) -> String {
        let digits = String(steps.magnitude)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let sign = steps < 0 ? "-" : ""
        return decimals == 0 ? sign + padded : "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// The area that a plain decimal number in this unit is, rounded half up to 0.01 m².
    ///
    /// - Returns: nil for what is no number such as `-12.5`, or an area of more than 9·10¹⁶ m².
    package func hundredths(parsing text: some StringProtocol) -> Int64? {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        var (number, decimals, isFraction) = (Int128(0), 0, false)
        var digits = 0
        for byte in rest {
            if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
                continue
            }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), digits < 24 else { return nil }
            number = number * 10 + Int128(byte - UInt8(ascii: "0"))
            if isFraction { decimals += 1 }
            if number > 0 { digits += 1 }
        }
        guard rest.contains(where: { $0 != UInt8(ascii: ".") }), decimals < 19 else { return nil }
        let (numerator, denominator) = size
        let area = Self.quotient(number * numerator, denominator * Self.power(decimals))
        return Int64(exactly: isNegative ? -area : area)
    }

    private static func power(_ exponent: Int) -> Int128 {
        precondition((0..<19).contains(exponent))
        return (0..<exponent).reduce(Int128(1)) { product, _ in product * 10 }
    }

    /// Halves go away from zero.
    private static func quotient(_ value: Int128, _ divisor: Int128) -> Int128 {
        let (quotient, rest) = value.magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
        let rounded = Int128(rest * 2 >= divisor.magnitude ? quotient + 1 : quotient)
        return value < 0 ? -rounded : rounded
    }
}
