import Foundation
import Phrases
import Testing

@testable import Planning

@Suite("Areas in the units of people")
struct AreaUnitTests {
    /// 1 mu is 2000/3 m².
    @Test(
        "Worked by hand",
        arguments: [
            (AreaUnit.mu, 66_667, 2, "1.00"),  // 666.67 · 3 / 2000 = 1.000005
            (.mu, 66_667, 6, "1.000005"),
            (.mu, 1_000_000, 0, "15"),  // 1 ha
            (.mu, 33_333, 1, "0.5"),  // 0.499995
            (.mu, 100_000_000_000, 2, "1500000.00"),  // 1,000 km²
            (.hectares, 5_000, 2, "0.01"),  // 50 m² is half of 0.01 ha
            (.hectares, 4_999, 2, "0.00"),
            (.hectares, 123_450, 4, "0.1235"),  // 0.12345 half up
            (.squareKilometres, 50_000_000, 0, "1"),
            (.squareKilometres, 149_500_000, 2, "1.50"),  // 1.495 half up
            (.tenThousandMu, 666_666_667, 4, "1.0000"),  // 6,666,666.67 m² are 10,000.000005 mu
            (.tenThousandMu, 33_333, 4, "0.0000"),  // 0.499995 mu are 0.00004999… of 10,000
            (.tenThousandMu, 33_334, 4, "0.0001"),
            (.squareMetres, -5, 2, "-0.05"), (.squareMetres, -5, 1, "-0.1"), (.mu, -1, 2, "0.00"),
        ])
    func byHand(unit: AreaUnit, hundredths: Int, decimals: Int, text: String) {
        #expect(unit.text(Int64(hundredths), decimals: decimals) == text)
    }

    /// Long division on decimal digits: shares nothing with the arithmetic it checks.
    static func longDivision(_ dividend: String, by divisor: Int) -> (quotient: String, rest: Int) {
        var (digits, rest) = ("", 0)
        for digit in dividend {
            let value = rest * 10 + (digit.wholeNumberValue ?? 0)
            digits += String(value / divisor)
            rest = value % divisor
        }
        return (digits, rest)
    }

    @Test("Agrees with division on paper", arguments: UInt64(1)...200)
    func onPaper(seed: UInt64) throws {
        var random = Seeded(seed)
        let area = Int64.random(
            in: 0...[1_000_000, 100_000_000_000, 900_000_000_000_000_000].randomElement(using: &random)!, using: &random
        )
        for unit in AreaUnit.allCases {
            let decimals = Int.random(in: 0...4, using: &random)
            // 3·area/200000 mu, 3·area/2·10⁹ of 10,000 mu; else area over a power of ten.
            let (factor, divisor): (Int, Int) =
                switch unit {
                case .squareMetres: (1, 100)
                case .mu: (3, 200_000)
                case .hectares: (1, 1_000_000)
                case .squareKilometres: (1, 100_000_000)
                case .tenThousandMu: (3, 2_000_000_000)
                }
            let dividend = String(Int(area) * factor) + String(repeating: "0", count: decimals)
            let (quotient, rest) = Self.longDivision(dividend, by: divisor)
            let expected = try #require(Decimal(string: quotient)) + (rest * 2 >= divisor ? 1 : 0)
            let text = unit.text(area, decimals: decimals).replacing(".", with: "")
            #expect(Decimal(string: text) == expected, "seed \(seed) \(unit) \(area) \(decimals)")
        }
    }

    @Test("What was printed in full is read back", arguments: UInt64(1)...100)
    func parsing(seed: UInt64) {
        var random = Seeded(seed)
        let area = Int64.random(in: -1_000_000_000_000...1_000_000_000_000, using: &random)
        // A step of the last of these decimals is below 0.01 m², so that nothing is lost.
        for (unit, decimals) in [
            (AreaUnit.squareMetres, 2), (.mu, 5), (.hectares, 6), (.squareKilometres, 8), (.tenThousandMu, 9),
        ] {
            #expect(unit.hundredths(parsing: unit.text(area, decimals: decimals)) == area, "seed \(seed) \(unit)")
        }
    }

    @Test("Half a hundredth is rounded up, nonsense is nothing")
    func read() {
        #expect(AreaUnit.squareMetres.hundredths(parsing: "1.005") == 101)
        #expect(AreaUnit.squareMetres.hundredths(parsing: "-1.005") == -101)
        #expect(AreaUnit.mu.hundredths(parsing: "1") == 66_667 && AreaUnit.mu.hundredths(parsing: "3") == 200_000)
        #expect(AreaUnit.hectares.hundredths(parsing: ".5") == 500_000)
        for text in ["", ".", "-", "1,5", "1e3", "1.2.3", "+1", " 1", "９", "99999999999999999999999999"] {
            #expect(AreaUnit.squareMetres.hundredths(parsing: text) == nil, "\(text)")
        }
    }

    @Test("Rows add up to their total, moved from the last code upwards")
    func balanced() {
        // 1.006, 1.006, 1.006, 0.006 ha: total 3.024, so 3.02; rounded 1.01 · 3 + 0.01 = 3.04. Two hundredths come off,
        // from the last row of at least a hectare and the one above it.
        let table = Balanced([1_006_000, 1_006_000, 1_006_000, 6_000], in: .hectares)
        #expect(table.total == 302 && table.rows == [101, 100, 100, 1] && table.moved == [0, -1, -1, 0])
        // 1.004 · 3 = 3.012, so 3.01; rounded 3.00: one hundredth goes to the last.
        #expect(Balanced([1_004_000, 1_004_000, 1_004_000], in: .hectares).rows == [100, 100, 101])
        // Nothing of a hectare: the last that is not nothing.
        #expect(Balanced([4_000, 6_000, 6_000, 0], in: .hectares).rows == [0, 1, 1, 0])
        #expect(Balanced([4_000, 4_000], in: .hectares).rows == [0, 1])
        #expect(Balanced([], in: .hectares).total == 0)
    }

    @Test("Any table closes", arguments: UInt64(1)...50)
    func closes(seed: UInt64) {
        var random = Seeded(seed)
        let areas = (0..<Int.random(in: 1...80, using: &random)).map { _ in
            Int64.random(in: 0...[5_000, 1_000_000, 10_000_000_000].randomElement(using: &random)!, using: &random)
        }
        for unit in AreaUnit.allCases {
            let table = Balanced(areas, in: unit)
            #expect(
                table.rows.reduce(0, +) == table.total && table.total == unit.steps(of: areas.reduce(0, +)),
                "seed \(seed) \(unit)")
        }
    }
}
