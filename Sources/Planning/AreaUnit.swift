import Phrases

/// A unit in which areas are shown. Areas are kept in whole hundredths of a square metre and converted by exact
/// arithmetic, halves rounded away from zero, as the survey's tools do.
package enum AreaUnit: String, Sendable, CaseIterable {
    case squareMetres = "m2"
    case mu
    case hectares = "ha"
    case squareKilometres = "km2"

    package var symbol: Phrase {
        switch self {
        case .squareMetres: Phrase("m²", "平方米")
        case .mu: Phrase("mu", "亩")
        case .hectares: Phrase("ha", "公顷")
        case .squareKilometres: Phrase("km²", "平方千米")
        }
    }

    /// How many hundredths of this unit `hundredths` of a square metre are. 1 mu (亩) is 2000/3 m².
    package func hundredths(of hundredths: Int64) -> Int64 {
        let (numerator, denominator): (Int64, Int64) =
            switch self {
            case .squareMetres: (1, 1)
            case .mu: (3, 2_000)
            case .hectares: (1, 10_000)
            case .squareKilometres: (1, 1_000_000)
            }
        let product = hundredths.magnitude.multipliedFullWidth(by: UInt64(numerator))
        let (quotient, rest) = UInt64(denominator).dividingFullWidth(product)
        let rounded = Int64(quotient + (rest * 2 >= UInt64(denominator) ? 1 : 0))
        return hundredths < 0 ? -rounded : rounded
    }

    /// The area as a number with two decimals, without the unit: 1234567 hundredths of a square metre are `1.23` ha.
    package func text(_ hundredths: Int64) -> String {
        let value = self.hundredths(of: hundredths)
        let (whole, cents) = value.magnitude.quotientAndRemainder(dividingBy: 100)
        return "\(value < 0 ? "-" : "")\(whole).\(cents < 10 ? "0" : "")\(cents)"
    }
}
