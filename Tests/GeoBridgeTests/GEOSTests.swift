import Foundation
import GeoBridge
import Geometry
import Testing

@Suite("GEOS")
struct GEOSTests {
    let geos = GEOS()

    @Test("Measures agree with GEOS on random polygons", arguments: UInt64(1)...200)
    func areaAgrees(seed: UInt64) throws {
        var random = Seeded(seed)
        let corners = Int.random(in: 3...60, using: &random)
        let center = Point(x: 39_528_770, y: 3_386_666)
        let outer = Samples.ring(corners: corners, around: center, radius: 400, seed: seed)
        let inner = Samples.ring(corners: 5, around: center, radius: 20, seed: seed + 1000)
        let shape = Shape(polygons: [
            [outer, Array(inner.reversed())], [Samples.square(39_530_000, 3_386_000, side: 10)],
        ])
        let expected = try geos.area(of: shape)
        #expect(abs(shape.planeArea - expected) <= 1e-9 * expected, "seed \(seed)")
        let plain = Shape(polygon: [outer])
        let label = try #require(plain.labelPoint)
        #expect(try geos.intersects(plain, Shape(point: label)), "seed \(seed)")
        #expect(plain.contains(label), "seed \(seed)")
        for _ in 0..<50 {
            let point = Point(
                x: center.x + .random(in: -400...400, using: &random),
                y: center.y + .random(in: -400...400, using: &random))
            #expect(plain.contains(point) == (try geos.intersects(plain, Shape(point: point))), "seed \(seed)")
        }
    }

    @Test("What edges tell to be simple is valid to GEOS, and most parcels are told", arguments: UInt64(1)...20)
    func simple(seed: UInt64) throws {
        var random = Seeded(seed)
        let center = Point(x: 39_528_770, y: 3_386_666)
        // GEOS is asked about two parts: of one ring it would be told by its edges too.
        let far = [Samples.square(39_530_000, 3_386_000, side: 10)]
        var (told, tangled) = (0, 0)
        for number in 0..<300 {
            var ring = Samples.ring(
                corners: Int.random(in: 3...40, using: &random), around: center, radius: 400, seed: random.next())
            if number % 3 == 1 {
                // On a coarse grid corners meet corners and edges; two corners that change places tangle the ring.
                ring = ring.map { Point(x: ($0.x / 100).rounded() * 100, y: ($0.y / 100).rounded() * 100) }
            } else if number % 3 == 2 {
                ring.swapAt(1, 2)
            }
            let isValid = try geos.validity(of: Shape(polygons: [[ring], far])).isValid
            let isTold = Shape(polygon: [ring]).isSurelySimple
            #expect(isValid || !isTold, "seed \(seed), ring \(number)")
            if number % 3 == 0 { #expect(isTold == isValid, "seed \(seed), ring \(number)") }
            told += isTold ? 1 : 0
            tangled += isValid ? 0 : 1
        }
        #expect(told > 100 && tangled > 50, "seed \(seed): \(told), \(tangled)")
    }

    @Test("Valid polygons of GEOS's own tests are valid")
    func validCases() throws {
        guard let data = Samples.data("nasty/geos/TestIsValid.xml") else { return }
        let text = String(decoding: data, as: UTF8.self)
        let cases = text.components(separatedBy: "<case>").dropFirst()
        #expect(cases.count == 3)
        for one in cases {
            let start = try #require(one.range(of: "POLYGON"))
            let end = try #require(one.range(of: "</a>"))
            let expected = one.contains(">true<")
            let shape = Samples.polygon(wkt: String(one[start.lowerBound..<end.lowerBound]))
            #expect(try geos.validity(of: shape).isValid == expected)
        }
    }

    /// The reasons and places are those that GEOS's `isValidDetail` documents; places by hand.
    @Test("What is broken is said, and where")
    func invalid() throws {
        let bowTie = Shape(polygon: [[(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)].map { Point(x: $0.0, y: $0.1) }])
        let report = try geos.validity(of: bowTie)
        #expect(report.reason?.english == "Self-intersection")
        #expect(report.reason?.chinese == "边界自相交")
        #expect(report.place == Point(x: 1, y: 1))

        let strayHole = Shape(polygon: [Samples.square(0, 0, side: 1), Samples.square(5, 5, side: 1)])
        #expect(try geos.validity(of: strayHole).reason?.english == "Hole lies outside shell")
        let nested = Shape(polygons: [[Samples.square(0, 0, side: 9)], [Samples.square(1, 1, side: 1)]])
        #expect(try geos.validity(of: nested).reason?.english == "Nested shells")

        let open = Shape(polygon: [Array(Samples.square(3, 3, side: 1).dropLast())])
        #expect(try geos.validity(of: open).reason?.english == "Ring is not closed")
        #expect(try geos.validity(of: open).place == Point(x: 3, y: 3))
        let short = Shape(polygon: [[Point(x: 0, y: 0), Point(x: 1, y: 0), Point(x: 0, y: 0)]])
        #expect(try geos.validity(of: short).reason?.chinese == "点数过少")
        #expect(try geos.validity(of: Shape(kind: .polygon)).isValid)
        let endless = Shape(polygon: [[(0, 0), (1, 0), (1, .infinity), (0, 0)].map { Point(x: $0.0, y: $0.1) }])
        #expect(try geos.validity(of: endless).reason?.english == "Invalid Coordinate")
    }

    @Test("A bow tie is repaired into its two halves")
    func repair() throws {
        let bowTie = Shape(polygon: [[(0, 0), (2, 2), (2, 0), (0, 2), (0, 0)].map { Point(x: $0.0, y: $0.1) }])
        let repair = try geos.repaired(bowTie)
        #expect(repair.shape.partEnds.count == 2)
        #expect(repair.shape.planeArea == 2)  // two triangles, base 2, height 1
        #expect(repair.note == nil)
        #expect(try geos.validity(of: repair.shape).isValid)
    }

    @Test("A spike is dropped and said")
    func spike() throws {
        let spiked = Shape(polygon: [
            [(0, 0), (1, 0), (1, 1), (5, 1), (1, 1), (0, 1), (0, 0)].map { Point(x: $0.0, y: $0.1) }
        ])
        let repair = try geos.repaired(spiked)
        #expect(repair.shape.planeArea == 1)
        #expect(repair.dropped == 1)
        #expect(repair.note?.chinese == "舍去 1 个无面积的碎片。")
        let flat = try geos.repaired(Shape(polygon: [[Point(x: 0, y: 0), Point(x: 1, y: 0), Point(x: 0, y: 0)]]))
        #expect(flat.shape.isEmpty)
        #expect(flat.dropped == 1)
        let open = try geos.repaired(Shape(polygon: [Array(Samples.square(3, 3, side: 2).dropLast())]))
        #expect(open.shape.planeArea == 4)
    }

    /// Two squares of side 2, moved by 1 and 1: areas by hand.
    @Test("Overlay")
    func overlay() throws {
        let a = Shape(polygon: [Samples.square(0, 0, side: 2)])
        let b = Shape(polygon: [Samples.square(1, 1, side: 2)])
        let beside = Shape(polygon: [Samples.square(2, 0, side: 2)])
        #expect(try geos.intersection(a, b).planeArea == 1)
        #expect(try geos.union(a, b).planeArea == 7)
        #expect(try geos.difference(a, b).planeArea == 3)
        #expect(try geos.union([a, b, beside]).planeArea == 4 + 4 + 4 - 1 - 1)
        #expect(try geos.union([]).isEmpty)
        #expect(try geos.intersection(a, beside).isEmpty)  // an edge is no area
        #expect(try geos.touches(a, beside))
        #expect(try !geos.touches(a, b))
        #expect(try geos.intersects(a, b))
        #expect(try geos.intersection(a, Shape(kind: .polygon)).isEmpty)
        #expect(try geos.union(a, Shape(kind: .polygon)).planeArea == 4)
        let line = Shape(line: [Point(x: -1, y: 1), Point(x: 5, y: 1)])
        #expect(try geos.intersection(line, a).length == 2)
        // Eight segments a quarter: an octagon-like ring inside the circle, π r² less 0.64 %.
        let disc = try geos.buffer(Shape(point: Point(x: 0, y: 0)), by: 10)
        #expect(abs(disc.planeArea - 16 * 100 * sin(2 * Double.pi / 32)) < 1e-9)
        #expect(try geos.buffer(a, by: -1.5).isEmpty)
    }

    @Test("A prepared shape gives the same answers", arguments: UInt64(1)...50)
    func prepared(seed: UInt64) throws {
        let a = Shape(polygon: [
            Samples.ring(corners: 40, around: Point(x: 500_000, y: 4_000_000), radius: 300, seed: seed)
        ])
        let prepared = try geos.prepared(a)
        for index in 0..<20 {
            let at = Point(x: 499_700 + Double(index) * 30, y: 4_000_000)
            let b = Shape(polygon: [Samples.ring(corners: 6, around: at, radius: 40, seed: seed + UInt64(index))])
            #expect(try prepared.intersects(b) == geos.intersects(a, b), "seed \(seed)")
            #expect(try prepared.touches(b) == geos.touches(a, b), "seed \(seed)")
            let within = try geos.difference(b, a).isEmpty
            #expect(try prepared.contains(b) == within, "seed \(seed)")
        }
    }

    @Test("GEOS's own words reach the error")
    func words() throws {
        let wrong = Shape(polygon: [[(0, 0), (1, 0), (1, .nan), (0, 0)].map { Point(x: $0.0, y: $0.1) }])
        let right = Shape(polygon: [Samples.square(0, 0, side: 1)])
        let open = Shape(polygon: [Array(Samples.square(3, 3, side: 1).dropLast())])
        let error = #expect(throws: GEOSError.self) { try geos.union(right, open) }
        #expect(error?.reason.contains("do not form a closed linestring") == true)
        #expect(throws: GEOSError.self) { try geos.repaired(wrong) }
    }
}
