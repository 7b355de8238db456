import Geometry
import Testing

/// Areas in dots, against the plain question of each dot's middle.
@Suite("Areas in dots")
struct ScanlineTests {
    @Test("A polygon covers the dots whose middles lie in it", arguments: UInt64(1)...200)
    func agreesWithPointInPolygon(seed: UInt64) {
        let shape = Shape.random(around: Point(x: 39_512_300, y: 3_402_300), reach: 400, seed: seed)
        var scanline = Scanline(
            origin: Point(x: 39_512_000, y: 3_402_000), cellWidth: 7, cellHeight: 9, columns: 80, rows: 60)
        var covered: Set<[Int]> = []
        scanline.cover(shape) { row, columns in for column in columns { covered.insert([row, column]) } }
        for row in 0..<60 {
            for column in 0..<80 {
                let middle = Point(x: 39_512_000 + (Double(column) + 0.5) * 7, y: 3_402_000 + (Double(row) + 0.5) * 9)
                #expect(
                    covered.contains([row, column]) == naive(shape, middle),
                    "seed \(seed), row \(row), column \(column)")
            }
        }
    }

    /// The even-odd rule: a ray to the east crosses an odd number of edges.
    private func naive(_ shape: Shape, _ point: Point) -> Bool {
        var isInside = false
        for ring in shape.ringEnds.indices {
            let points = Array(shape.points[shape.ring(ring)])
            for (a, b) in zip(points, points.dropFirst()) where (a.y > point.y) != (b.y > point.y) {
                if point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x) { isInside.toggle() }
            }
        }
        return isInside
    }
}
