import Testing

@testable import Planning

@Suite("Field ridges")
struct FieldRidgesTests {
    /// Gross and factor by hand, the product rounded half up to 0.01 m².
    @Test(
        "Area times factor, half up",
        arguments: [
            (Int64(1_000_000), 0.1, Int64(100_000)),  // 10,000.00 · 0.1
            (1_590_247, 0.1123, 178_585),  // 15902.47 · 0.1123 = 1785.847381
            (1_590_245, 0.1, 159_025),  // 1590.245
            (1_590_244, 0.1, 159_024),  // 1590.244
            (150, 0.0033, 0),  // 0.00495
            (50, 0.01, 1),  // a percentage of 1 has no other form than 0.01: 0.005
            (1_000_000, 11.23, 112_300),  // the percentage of an older database
            (1_000_000, 12.345, 123_450), (1_000_000, 1, 10_000),
            (8_888_888_888_888_888, 0.5, 4_444_444_444_444_444),
            (1_000_000, 0, 0), (1_000_000, -0.1, 0), (1_000_000, 101, 0), (-5, 0.1, 0), (1_000_000, .nan, 0),
        ])
    func deduction(area: Int64, factor: Double, ridges: Int64) {
        #expect(FieldRidges.deduction(from: area, factor: factor) == ridges)
    }

    @Test("A factor kept in single precision is the decimal it was")
    func singlePrecision() {
        // 0.3 is 0.300000012 there: 3 m² more in 250 km².
        #expect(FieldRidges.deduction(from: 25_000_000_000, factor: Double(Float(0.3))) == 7_500_000_000)
    }

    @Test("Only cultivated land has ridges to deduct")
    func cultivated() {
        #expect(FieldRidges.deduction(from: 1_000_000, factor: 0.1, code: "0103") == 100_000)
        for code in ["0201", "1203", "1101", ""] {
            #expect(FieldRidges.deduction(from: 1_000_000, factor: 0.1, code: code) == 0)
        }
    }
}
