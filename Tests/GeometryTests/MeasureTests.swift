import Geometry
import Testing

@Suite("Measures in the plane")
struct MeasureTests {
    static func ring(_ numbers: (Double, Double)...) -> [Point] { numbers.map { Point(x: $0.0, y: $0.1) } }
    /// 10 × 10 with a hole of 2 × 2, its rings turning alike, which no reader may rely on.
    static let pierced = Shape(polygon: [
        ring((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)), ring((2, 2), (4, 2), (4, 4), (2, 4), (2, 2)),
    ])

    @Test("Area, length and centre of a square with a hole")
    func pierced() throws {
        #expect(Self.pierced.planeArea == 96)
        #expect(Self.pierced.length == 48)
        // (100 · 5 − 4 · 3) / 96 = 488 / 96
        let centroid = try #require(Self.pierced.centroid)
        #expect(abs(centroid.x - 488.0 / 96) < 1e-12)
        #expect(abs(centroid.y - 488.0 / 96) < 1e-12)
    }

    @Test("A small parcel in survey coordinates keeps its digits")
    func smallParcel() {
        let (x, y) = (39_528_770.125, 3_386_666.25)
        let parcel = Shape(polygon: [Self.ring((x, y), (x + 0.5, y), (x + 0.5, y + 0.25), (x, y + 0.25), (x, y))])
        #expect(parcel.planeArea == 0.125)
    }

    @Test("A ring that turns anticlockwise has an area above 0")
    func sign() {
        #expect(Self.pierced.signedArea(ofRing: 0) == 100)
        let turned = Shape(polygon: [Self.ring((0, 0), (0, 1), (1, 1), (0, 0))])
        #expect(turned.signedArea(ofRing: 0) == -0.5)
        #expect(turned.planeArea == 0.5)
    }

    @Test("Inside, outside, in the hole")
    func inside() {
        #expect(Self.pierced.contains(Point(x: 1, y: 1)))
        #expect(!Self.pierced.contains(Point(x: 3, y: 3)))
        #expect(!Self.pierced.contains(Point(x: 11, y: 5)))
        #expect(!Shape(line: Self.ring((0, 0), (1, 1))).contains(Point(x: 0.5, y: 0.5)))
    }

    @Test("On a shared edge a point belongs to exactly one neighbour", arguments: UInt64(1)...50)
    func sharedEdge(seed: UInt64) {
        var random = Seeded(seed)
        func coordinate() -> Double { Double.random(in: 0...100, using: &random) }
        let (a, b) = (Point(x: coordinate(), y: coordinate()), Point(x: coordinate(), y: coordinate()))
        let left = Shape(polygon: [[a, b, Point(x: -1000, y: 50), a]])
        let right = Shape(polygon: [[b, a, Point(x: 1000, y: 50), b]])
        for step in 1..<20 {
            let t = Double(step) / 20
            let point = Point(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t)
            #expect(left.contains(point) != right.contains(point), "seed \(seed)")
        }
    }

    @Test("Distances")
    func distances() {
        #expect(Point(x: 3, y: 4).distance(to: Point(x: 0, y: 0)) == 5)
        #expect(Point(x: 5, y: 3).distance(toSegment: Point(x: 0, y: 0), Point(x: 10, y: 0)) == 3)
        #expect(Point(x: 13, y: 4).distance(toSegment: Point(x: 0, y: 0), Point(x: 10, y: 0)) == 5)
        #expect(Point(x: 3, y: 4).distance(toSegment: Point(x: 0, y: 0), Point(x: 0, y: 0)) == 5)
        #expect(Self.pierced.distance(to: Point(x: 1, y: 5)) == 0)
        #expect(Self.pierced.distance(to: Point(x: 3, y: 3.5)) == 0.5)  // from the hole to its rim
        #expect(Shape(kind: .polygon).distance(to: Point(x: 0, y: 0)) == .infinity)
    }

    @Test("The label of a ring-shaped or hooked parcel lies on it")
    func labels() throws {
        let frame = Shape(polygon: [
            Self.ring((0, 0), (10, 0), (10, 10), (0, 10), (0, 0)), Self.ring((1, 1), (9, 1), (9, 9), (1, 9), (1, 1)),
        ])
        let hook = Shape(polygon: [Self.ring((0, 0), (10, 0), (10, 10), (9, 10), (9, 1), (0, 1), (0, 0))])
        for shape in [frame, hook, Self.pierced] {
            let label = try #require(shape.labelPoint)
            #expect(shape.contains(label))
        }
        #expect(Shape(line: Self.ring((0, 0), (4, 0), (4, 4))).labelPoint == Point(x: 4, y: 0))
        #expect(Shape(kind: .polygon).labelPoint == nil)
        // No area: any of its points will do.
        let flat = Shape(polygon: [Self.ring((0, 0), (1, 0), (0, 0), (0, 0))])
        #expect(flat.labelPoint == Point(x: 0, y: 0))
    }

    @Test("Of several parts the largest carries the label")
    func largestPart() throws {
        let parts = Shape(polygons: [
            [Self.ring((0, 0), (1, 0), (1, 1), (0, 0))], [Self.ring((20, 0), (30, 0), (30, 10), (20, 10), (20, 0))],
        ])
        #expect(parts.labelPoint == Point(x: 25, y: 5))
    }

    @Test("Centres of what has no area")
    func degenerate() {
        #expect(Shape(kind: .line).centroid == nil)
        #expect(Shape(line: Self.ring((0, 0), (4, 0))).centroid == Point(x: 2, y: 0))
        #expect(Shape(polygon: [Self.ring((0, 0), (4, 0), (0, 0), (0, 0))]).centroid == Point(x: 2, y: 0))
        #expect(Shape(polygon: [Self.ring((3, 3), (3, 3), (3, 3), (3, 3))]).centroid == Point(x: 3, y: 3))
    }
}
