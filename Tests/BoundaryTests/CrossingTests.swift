import Boundary
import GeoBridge
import Geometry
import Testing

/// Crossing rings, against GEOS and by hand.
@Suite("Rings that cross") struct CrossingTests {
    private func square(_ x: Double, _ y: Double, _ side: Double) -> [Point] {
        [(0, 0), (0, side), (side, side), (side, 0), (0, 0)].map { Point(x: x + $0, y: y + $1) }
    }

    /// GEOS: two areas cross when they share something, but neither lies within the other.
    @Test("Random rings cross when GEOS says so", arguments: UInt64(1)...300)
    func random(seed: UInt64) throws {
        var dice = Seeded(seed)
        let rings = (0..<2).map { _ -> [Point] in
            let middle = Point(
                x: 38_400_000 + Double.random(in: 0...300, using: &dice),
                y: 2_600_000 + Double.random(in: 0...300, using: &dice))
            let radii: [Double] = [20, 150, 400]
            let radius = radii[Int.random(in: 0..<3, using: &dice)]
            return RoundTripTests.ring(around: middle, radius...radius * 1.5, 1, &dice)
        }
        let geos = GEOS()
        let shapes = rings.map { Shape(polygon: [$0]) }
        for shape in shapes { try #require(try geos.validity(of: shape).isValid, "seed \(seed)") }
        let shared = try geos.area(of: geos.intersection(shapes[0], shapes[1]))
        let smaller = try min(geos.area(of: shapes[0]), geos.area(of: shapes[1]))
        let expected = shared > 0 && shared < smaller * (1 - 1e-9)
        let found = RingIndex.crossing(of: rings)
        #expect((found != nil) == expected, "seed \(seed)")
        if let found {
            // The place lies on both rings.
            for ring in rings {
                let distance = zip(ring, ring.dropFirst()).map { found.place.distance(toSegment: $0, $1) }.min()
                #expect(try #require(distance) < 1e-6, "seed \(seed)")
            }
        }
    }

    @Test("Touching in points is no crossing, running along a side is one")
    func touching() {
        let shell = square(0, 0, 100)
        func crosses(_ ring: [Point]) -> Bool { RingIndex.crossing(of: [shell, ring]) != nil }
        #expect(!crosses(square(20, 20, 10)))
        #expect(!crosses(square(200, 0, 10)))
        // A corner on a corner from outside, and on a side from within.
        #expect(!crosses(square(100, 100, 10)))
        let diamond = [(50.0, 0.0), (60, 10), (50, 20), (40, 10), (50, 0)].map { Point(x: $0, y: $1) }
        #expect(!crosses(diamond))
        // A shared stretch of a side, within and without.
        #expect(crosses(square(0, 20, 10)))
        #expect(crosses(square(100, 20, 10)))
        #expect(crosses(shell))
        // Through two corners: from outside over the diagonal.
        let wedge = [(-10.0, -10.0), (110, 110), (-10, 110), (-10, -10)].map { Point(x: $0, y: $1) }
        #expect(crosses(wedge))
        // A corner pushed through a side.
        #expect(crosses(diamond.map { Point(x: $0.x, y: $0.y - 1) }))
    }

    @Test("The reader finds the crossing also where there are too many rings for GEOS")
    func reader() throws {
        // 1,200 holes within a shell, times 90,000 corners: more pairs than GEOS is given. One hole sticks out.
        let text = LargeTests.sieve(corners: 84_000, holes: 1_200)
        let broken = text.replacing(",1201,2638385.714,38310528.571", with: ",1201,2650000.000,38310528.571")
        #expect(broken != text)
        let reading = try BoundaryReader().read(Array(broken.utf8))
        let fault = try #require(reading.obstacles().first)
        #expect(fault.kind == .ringsCross && fault.what.english.contains("north 2640000.000"))
    }
}
