import Boundary
import Foundation
import Geometry
import Testing

/// Rings that make a careless reader quadratic: a comb of long teeth, a shell of many corners with many holes.
@Suite("Large boundary files") struct LargeTests {
    /// A comb with `teeth` teeth 1 m wide and 1,000 m high, open to the south-west as a point file.
    static func comb(teeth: Int) -> String {
        var lines = [Fixture.header + "0,,01,梳,面,,,,@"]
        func add(_ north: Int, _ east: Int) {
            lines.append("J\(lines.count),1,\(2_600_000 + north).000,\(38_300_000 + east).000")
        }
        for tooth in 0..<teeth {
            add(1000, 2 * tooth)
            add(1000, 2 * tooth + 1)
            add(0, 2 * tooth + 1)
            add(0, 2 * tooth + 2)
        }
        add(-10, 2 * teeth)
        add(-10, 0)
        return lines.joined(separator: "\n") + "\n"
    }

    /// A square of 40 km with corners on all sides, and holes of 1 m² in rows.
    static func sieve(corners: Int, holes: Int) -> String {
        var lines = [Fixture.header + "0,,01,筛,面,,,,@"]
        func add(_ ring: Int, _ north: Double, _ east: Double) {
            let (north, east) = (
                FixedDecimal(2_600_000 + north, decimals: 3), FixedDecimal(38_300_000 + east, decimals: 3)
            )
            lines.append("J\(lines.count),\(ring),\(north?.description ?? ""),\(east?.description ?? "")")
        }
        let side = corners / 4
        let step = 40_000 / Double(side)
        for (start, turn) in [(0.0, 0), (0, 1), (0, 2), (0, 3)] {
            for index in 0..<side {
                let way = start + Double(index) * step
                switch turn {
                case 0: add(1, 40_000, way)
                case 1: add(1, 40_000 - way, 40_000)
                case 2: add(1, 0, 40_000 - way)
                default: add(1, way, 0)
                }
            }
        }
        let row = Int(Double(holes).squareRoot().rounded(.up))
        let grid = 39_000 / Double(row)
        for hole in 0..<holes {
            let (north, east) = (500 + Double(hole / row) * grid, 500 + Double(hole % row) * grid)
            for (n, e) in [(0.0, 0.0), (0, 1), (1, 1), (1, 0)] { add(hole + 2, north + n, east + e) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func check(teeth: Int, corners: Int, holes: Int) throws {
        let comb = try Fixture.read(comb(teeth: teeth))
        // Each tooth has 1,000 m² and stands on a back of 10 m × 2 m.
        #expect(comb.file.parcels[0].shape?.planeArea == Double(teeth) * 1020)
        #expect(comb.obstacles().isEmpty)
        let sieve = try Fixture.read(sieve(corners: corners, holes: holes))
        let shape = try #require(sieve.file.parcels[0].shape)
        #expect(abs(shape.planeArea - (1.6e9 - Double(holes))) < 0.01)
        #expect(shape.partEnds.count == 1 && shape.ringEnds.count == holes + 1)
        // Every hole is open: all are told, most of them together.
        #expect(sieve.faults.count < 300 && sieve.obstacles().isEmpty)
    }

    @Test("Some ten thousand points")
    func some() throws { try Self.check(teeth: 2_500, corners: 4_000, holes: 1_000) }

    @Test(
        "LongBoundary: a million points in a ring, and a shell of many corners with many holes",
        .enabled(if: ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil))
    func longMillion() throws { try Self.check(teeth: 250_000, corners: 400_000, holes: 50_000) }
}
