import Foundation
import Geometry
import Phrases
import Planning
import Store
import Testing

/// On a board of 6 by 4 squares of 10,000.00 m²: parcels 1 to 12 in one village, 13 to 24 in the other; of every
/// six, the second is dry cropland with a ridge factor of 0.1.
@Suite("Adjustment of a layer")
struct AreaAdjustmentTests {
    let project: Project
    let layer: Layer
    let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        project = try scratch.chessboard()
        layer = try project.layer(named: "DLTB")
        try project.stand(Here(layer: layer.id))
    }

    func adjust(_ text: String, tolerance: Int64? = nil) throws -> AdjustmentOutcome {
        let controls = try ControlAreas(ControlAreas.read(csv: text, file: "c.csv"), tolerance: tolerance)
        return try project.adjustAreas(
            of: layer, to: controls, source: "c.csv", tolerance: tolerance, line: "area adjust DLTB --control c.csv")
    }

    func parcels() throws -> [Parcel] { try project.parcels(ParcelQuery(), limit: 100) }

    /// The kept sums are those of the parcels, and the journal is whole.
    func checkWhole() throws {
        #expect(try project.examine(deep: true).filter { !$0.isWell }.isEmpty)
        let sums = try project.classSums(of: layer, plan: 0)
        #expect(try sums.map(\.area).reduce(0, +) == parcels().map(\.area).reduce(0, +))
        #expect(try sums.map(\.net).reduce(0, +) == parcels().map(\.net).reduce(0, +))
    }

    static let villages = "unit,area_m2\n990001001001,120000.07\n990001001002,119999.95\n"

    @Test("Villages have their control areas to the cent, gross before net")
    func villages() throws {
        let outcome = try adjust(Self.villages)
        #expect(outcome.units == 2 && outcome.parcels == 24 && outcome.moved == 12 && outcome.amount == 12)
        let all = try parcels()
        #expect(all.prefix(12).map(\.area).reduce(0, +) == 12_000_007)
        #expect(all.suffix(12).map(\.area).reduce(0, +) == 11_999_995)
        // All areas are equal: the first seven and the first five by number are moved.
        #expect(try project.areaMoves(of: layer, limit: 99).map(\.uid) == Array(1...7) + Array(13...17))
        #expect(
            try project.areaMoves(of: layer, limit: 99).map(\.moved) == Array(repeating: 1, count: 7)
                + Array(repeating: -1, count: 5))
        // 10000.01 · 0.1 = 1000.001, 9999.99 · 0.1 = 999.999: both round to 1000.00.
        #expect(all[1].area == 1_000_001 && all[1].net == 900_001)
        #expect(all[13].area == 999_999 && all[13].net == 899_999 && all[7].net == 900_000)
        #expect(try project.rawArea(of: 2) == 1_000_000 && project.rawArea(of: 8) == nil)
        let units = try project.adjustedUnits(of: layer)
        #expect(units.map(\.control) == [12_000_007, 11_999_995] && units.map(\.raw) == [12_000_000, 12_000_000])
        let entry = try #require(try project.journal(limit: 1).first)
        #expect(entry.id == outcome.journal && !entry.changeset.isEmpty && entry.detail.contains("12 parcels"))
        try checkWhole()
    }

    @Test("A second run moves nothing, another control area starts from the raw areas")
    func again() throws {
        _ = try adjust(Self.villages)
        let (before, entries) = (try parcels(), try project.journal(limit: 99).count)
        #expect(try adjust(Self.villages).journal == 0)
        #expect(try parcels() == before && project.journal(limit: 99).count == entries)
        _ = try adjust("unit,area_m2\n990001001,239999.99\n")
        #expect(try project.areaMoves(of: layer, limit: 99).map(\.uid) == [1])
        #expect(try parcels().map(\.area) == [999_999] + Array(repeating: 1_000_000, count: 23))
        try checkWhole()
    }

    @Test("Villages are brought to their town's area first")
    func levels() throws {
        _ = try adjust(Self.villages + "990001001,240000.04\n")
        // 0.02 more than the villages: one hundredth each.
        #expect(try project.adjustedUnits(of: layer).map(\.control) == [12_000_008, 11_999_996])
        #expect(try parcels().map(\.area).reduce(0, +) == 24_000_004)
    }

    @Test("Islands are adjusted apart from the mainland")
    func islands() throws {
        // Eight mainland parcels and four island parcels in each village.
        _ = try adjust(
            "unit,mssm,area_m2\n990001001001,00,80000.01\n990001001001,01,39999.98\n990001001002,00,80000\n990001001002,01,40000\n"
        )
        #expect(try project.areaMoves(of: layer, limit: 99).map(\.uid) == [1, 5, 6])
        #expect(try project.areaMoves(of: layer, limit: 99).map(\.moved) == [1, -1, -1])
        #expect(try project.areaMoves(of: layer, limit: 99).map(\.unit.side) == ["00", "01", "01"])
        try checkWhole()
    }

    @Test(
        "What cannot be adjusted is refused and leaves all as it was",
        arguments: [
            // The other village's parcels are in no unit.
            "unit,area_m2\n990001001001,120000.00\n",
            // 0.07 + 0.12 m² are allowed.
            "unit,area_m2\n990001001001,120000.00\n990001001002,120001.00\n",
            // Nothing lies in the third.
            "unit,area_m2\n990001001001,120000.00\n990001001002,120000.00\n990001001003,500.00\n",
            // Villages that do not make up the town.
            "unit,area_m2\n990001001,240000.00\n990001001001,120000.00\n",
        ])
    func refused(text: String) throws {
        let (before, entries) = (try parcels(), try project.journal(limit: 99).count)
        #expect(throws: Refusal.self) { try adjust(text) }
        #expect(try parcels() == before && project.journal(limit: 99).count == entries)
        #expect(try project.adjustedUnits(of: layer).isEmpty)
    }

    @Test("A larger tolerance is a decision of the user")
    func tolerance() throws {
        let text = "unit,area_m2\n990001001001,120000.00\n990001001002,120001.00\n"
        #expect(throws: Refusal.self) { try adjust(text, tolerance: 99) }
        #expect(try adjust(text, tolerance: 100).amount == 100)
        // 100 hundredths over twelve parcels: nine to the first four, eight to the others.
        #expect(try parcels().suffix(12).map { $0.area - 1_000_000 } == [9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 8, 8])
    }

    @Test("Areas that a plan stands on do not change")
    func plans() throws {
        let plan = try project.newPlan("north", kind: .county, base: layer, line: "")
        _ = try project.setClass(of: [1], to: .plan2023("0701"), in: plan.id, line: "")
        #expect(throws: Refusal.self) { try adjust(Self.villages) }
        _ = try project.undo(in: plan.id, line: "undo")
        _ = try adjust(Self.villages)
    }

    @Test("With a layer its control areas go")
    func drop() throws {
        _ = try adjust(Self.villages)
        try project.drop(layer, line: "layer drop")
        #expect(try project.areaMoves(of: layer, limit: 99).isEmpty && project.adjustedUnits(of: layer).isEmpty)
    }
}
