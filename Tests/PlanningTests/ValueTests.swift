import Phrases
import Testing

@testable import Planning

struct ValueTests {
    @Test("Unit codes lose their padding and know their parents")
    func units() throws {
        let village = try #require(UnitCode("3301061032050000000"))
        #expect(village.digits == "330106103205" && village.level == .village)
        #expect(village.parent == UnitCode("330106103") && village.unit(at: .county) == UnitCode("330106"))
        #expect(village.padded == "3301061032050000000")
        #expect(UnitCode("330106000000") == UnitCode("330106") && UnitCode("3301060000000000000")?.level == .county)
        #expect(UnitCode("330106")?.parent == nil && UnitCode("330106")?.unit(at: .town) == nil)
        #expect(village.isWithin(try #require(UnitCode("330106"))))
        for text in ["", "3301", "33010６", "33010a", "33010610320500000001"] { #expect(UnitCode(text) == nil) }
    }

    @Test("Parcels are named by numbers and ranges")
    func selections() throws {
        let selection = try ParcelSelection(parsing: "13 12, 20-25，24-30")
        #expect(selection.ranges == [12...13, 20...30] && selection.count == 13)
        #expect(selection.description == "12-13 20-30")
        #expect(Array(selection.ids).prefix(3) == [12, 13, 20])
        #expect(selection.contains(30) && !selection.contains(14))
        #expect(ParcelSelection(selection.description) == selection)
        for text in ["", "a", "0", "-3", "5-4", "1-2-3", "99999999999999999999", "1.5"] {
            #expect(throws: Refusal.self, "\(text)") { try ParcelSelection(parsing: text) }
        }
        #expect(try ParcelSelection(parsing: "1-9223372036854775807").count == .max)
    }

    @Test("Areas are converted exactly and rounded half up")
    func areas() {
        // 2000/3 m² is 1 mu: 666.67 m² × 3 / 2000 = 1.000005.
        #expect(AreaUnit.mu.text(66_667) == "1.00")
        // 10,000 m² are 15 mu, 1 ha, 0.01 km², 0.0015 of 10,000 mu.
        #expect(AreaUnit.allCases.map { $0.text(1_000_000) } == ["10000.00", "15.00", "1.00", "0.01", "0.0015"])
        // 50 m² are 0.005 ha, half up 0.01; 49.99 m² are less.
        #expect(AreaUnit.hectares.text(5_000) == "0.01" && AreaUnit.hectares.text(4_999) == "0.00")
        #expect(AreaUnit.squareMetres.text(-5) == "-0.05" && AreaUnit.squareMetres.text(123_456) == "1234.56")
    }
}
