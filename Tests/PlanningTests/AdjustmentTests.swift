import Foundation
import Phrases
import Testing

@testable import Planning

@Suite("Adjustment to control areas")
struct AdjustmentTests {
    typealias Polygon = Adjustment.Polygon

    /// The worked example of the domain reference (f3).
    static let example = [1_590_247, 2_326_035, 5_519_961, 948_507, 12_000].enumerated().map {
        Polygon(id: Int64($0.offset + 1), raw: Int64($0.element))
    }

    @Test("The worked example: 0.07 m² over five parcels")
    func worked() throws {
        let adjustment = try Adjustment(Self.example, to: 10_396_757)
        #expect(adjustment.difference == 7)
        let adjusted = Dictionary(uniqueKeysWithValues: adjustment.moves.map { ($0.id, $0.adjusted) })
        #expect(adjusted == [1: 1_590_248, 2: 2_326_037, 3: 5_519_963, 4: 948_508, 5: 12_001])
        // Two hundredths to the two largest, one to the others; the log says so, the largest first.
        #expect(adjustment.moves.map(\.id) == [3, 2, 1, 4, 5] && adjustment.moves.map(\.moved) == [2, 2, 1, 1, 1])
    }

    @Test("Taken away as it is given", arguments: [Int64(-7), -5, -1, 0, 1, 5, 7])
    func signs(difference: Int64) throws {
        let adjustment = try Adjustment(Self.example, to: 10_396_750 + difference)
        #expect(adjustment.moves.reduce(0) { $0 + $1.moved } == difference)
        #expect(adjustment.moves.count == min(5, Int(difference.magnitude)))
    }

    @Test(
        "The sum is the control, nothing moves by more than its share, order makes no difference",
        arguments: UInt64(1)...60)
    func laws(seed: UInt64) throws {
        var random = Seeded(seed)
        let count = Int.random(in: 1...400, using: &random)
        let range = Int64(10_000)...[20_000, 90_000_000].randomElement(using: &random)!
        let polygons = (0..<count).map { Polygon(id: Int64($0), raw: .random(in: range, using: &random)) }
        let sum = polygons.reduce(0) { $0 + $1.raw }
        let difference = Int64.random(in: -2_000...2_000, using: &random)
        let adjustment = try Adjustment(polygons, to: sum + difference, tolerance: 2_000)
        let moved = Dictionary(uniqueKeysWithValues: adjustment.moves.map { ($0.id, $0.moved) })
        #expect(polygons.reduce(0) { $0 + $1.raw + (moved[$1.id] ?? 0) } == sum + difference, "seed \(seed)")
        let share = (Int64(difference.magnitude) + Int64(count) - 1) / Int64(count)
        #expect(
            adjustment.moves.allSatisfy {
                $0.moved.magnitude <= share.magnitude && $0.moved.signum() == difference.signum()
            })
        // A larger parcel never gets less than a smaller one.
        #expect(
            zip(adjustment.moves, adjustment.moves.dropFirst()).allSatisfy { $0.moved.magnitude >= $1.moved.magnitude })
        #expect(try Adjustment(polygons.shuffled(using: &random), to: sum + difference, tolerance: 2_000) == adjustment)
    }

    @Test("A parcel never loses more than it has")
    func slivers() throws {
        let polygons = [
            Polygon(id: 1, raw: 1), Polygon(id: 2, raw: 3), Polygon(id: 3, raw: 1_000), Polygon(id: 4, raw: 0),
        ]
        // 31 hundredths over three: 11, 10, 10, of which the small ones have 3 and 1; the largest bears the other 16.
        let adjustment = try Adjustment(polygons, to: 973, tolerance: 31)
        #expect(adjustment.moves.map(\.id) == [3, 2, 1] && adjustment.moves.map(\.moved) == [-27, -3, -1])
        #expect(try Adjustment(polygons, to: 0, tolerance: 2_000).moves.map(\.adjusted) == [0, 0, 0])
    }

    @Test("A difference beyond the tolerance is not spread")
    func tolerance() throws {
        // (5 + 1) half hundredths rounded up and a millionth of 103,967 m²: 0.03 + 0.10 m².
        #expect(Adjustment.tolerance(polygons: 5, control: 10_396_757) == 13)
        #expect(throws: Adjustment.Beyond(difference: 14, tolerance: 13)) {
            try Adjustment(Self.example, to: 10_396_764)
        }
        #expect(throws: Adjustment.Beyond(difference: 7, tolerance: 6)) {
            try Adjustment(Self.example, to: 10_396_757, tolerance: 6)
        }
        #expect(throws: Adjustment.Beyond.self) { try Adjustment([], to: 1, tolerance: 5) }
    }

    static func controls(_ text: String) throws -> ControlAreas {
        try ControlAreas(ControlAreas.read(csv: text, file: "control.csv"))
    }

    @Test("Villages are brought to their town, towns to the county, before any parcel")
    func levels() throws {
        let controls = try Self.controls(
            """
            unit,area_m2
            330106,600.03
            330106103000,300.00
            330106104,300.01
            3301061032010000000,200.01
            330106103202,100.00
            """)
        // The county's 0.02 more than its towns: 0.01 each, 330106104 being the larger, which comes first.
        // 330106103 is then 300.01, what its villages have.
        let expected = ["330106103201": 20_001, "330106103202": 10_000, "330106104": 30_002]
        #expect(
            controls.lowest == Dictionary(uniqueKeysWithValues: expected.map { (.init(unit: $0.key), Int64($0.value)) })
        )
        #expect(controls.control(of: "330106103201", side: "")?.unit == "330106103201")
        #expect(controls.control(of: "330106104777", side: "01")?.unit == "330106104")
        #expect(controls.control(of: "330106103299", side: "") == nil && controls.control(of: "1", side: "") == nil)
        #expect(throws: Refusal.self) {
            try Self.controls("unit,area_m2\n330106,600\n330106103,599")
        }
    }

    @Test("Islands and the mainland have areas of their own")
    func islands() throws {
        let text = "unit,mssm,area_ha\n330106201,00,1.5\n330106201,01,0.25\n330106202,00,2\n"
        let controls = try Self.controls(text)
        #expect(controls.isSided && controls.lowest[.init(unit: "330106201", side: "01")] == 250_000)
        #expect(controls.control(of: "330106201301", side: "01")?.side == "01")
        #expect(controls.control(of: "330106202", side: "01") == nil)
        // Where no unit has both, the column makes no difference.
        #expect(try !Self.controls("unit,mssm,area_mu\n1,00,3\n2,01,3").isSided)
        for (line, text) in [
            (1, "unit,area\n1,2"), (2, "unit,area_m2\n,2"), (2, "unit,area_m2\n1,-2"), (3, "unit,area_m2\n1,2\n1,2"),
        ] {
            #expect { try ControlAreas.read(csv: text, file: "f") } throws: { ($0 as? TableFault)?.line == line }
        }
    }
}
