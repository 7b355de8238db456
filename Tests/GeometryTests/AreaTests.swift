import Geometry
import Testing

@Suite("Areas as numbers and texts")
struct AreaTests {
    @Test(
        "Square metres are rounded half up",
        arguments: [
            (1.005, 101), (1.004999, 100), (2.675, 268), (0.125, 13), (0.0049999, 0), (0.005, 1), (-1.005, -101),
            (999_751.1484, 99_975_115), (123_456_789.125, 12_345_678_913), (0, 0),
        ])
    func rounding(squareMetres: Double, hundredths: Int) {
        #expect(Area(squareMetres: squareMetres)?.hundredths == hundredths)
    }

    @Test("What is no area is nil", arguments: [Double.nan, .infinity, -.infinity, 1e16, 1e300])
    func noArea(value: Double) {
        #expect(Area(squareMetres: value) == nil)
    }

    @Test("Texts")
    func texts() throws {
        let area = Area(hundredths: 99_975_115)  // 999,751.15 m²
        #expect(area.squareMetresText == "999751.15")
        #expect(area.hectaresText() == "99.98")  // 99.975115
        #expect(area.hectaresText(decimals: 4) == "99.9751")
        #expect(area.muText == "1499.63")  // 999751.15 × 3 / 2000 = 1499.626725
        #expect(area.squareKilometresText == "1.00")
        #expect(Area(hundredths: 5).squareMetresText == "0.05")
        #expect(Area(hundredths: -5).squareMetresText == "-0.05")
        #expect(Area(hundredths: -1234).squareMetresText == "-12.34")
        #expect(Area.zero.hectaresText(decimals: 4) == "0.0000")
    }

    @Test("Halves go up, also where a binary fraction would not")
    func halves() {
        #expect(Area(hundredths: 5000).hectaresText() == "0.01")  // 50 m² = 0.005 ha
        #expect(Area(hundredths: 4999).hectaresText() == "0.00")
        #expect(Area(hundredths: 50).hectaresText(decimals: 4) == "0.0001")  // 0.5 m² = 0.00005 ha
        #expect(Area(hundredths: 1000).muText == "0.02")  // 10 m² = 0.015 mu
        #expect(Area(hundredths: 999).muText == "0.01")  // 9.99 m² = 0.014985 mu
        #expect(Area(hundredths: -1000).muText == "-0.02")
        #expect(Area(hundredths: 66_667).muText == "1.00")  // 666.67 m² = 1.000005 mu
    }

    @Test("Fifteen mu are a hectare, and sums are exact")
    func units() throws {
        let hectare = try #require(Area(squareMetres: 10_000))
        #expect(hectare.mu == 15)
        #expect(hectare.hectares == 1)
        let cent = Area(hundredths: 1)
        #expect((0..<1_000_000).reduce(Area.zero) { sum, _ in sum + cent } == hectare)
    }

    /// The land of China, 9.6 million km², is 9.6e14 hundredths; its text must not overflow on the way.
    @Test("Large areas")
    func large() {
        #expect(Area(hundredths: 9_600_000 * 100_000_000).squareKilometresText == "9600000.00")
        #expect(Area(hundredths: 9_600_000 * 100_000_000).muText == "14400000000.00")
    }
}
