import Geometry
import Testing

/// Boxes that follow a polygon.
@Suite struct CoverTests {
    /// A corridor from south-west to north-east, given by the middle line's ends and its width.
    private func corridor(_ a: Point, _ b: Point, width: Double) -> Shape {
        let length = a.distance(to: b)
        let (x, y) = (-(b.y - a.y) / length * width / 2, (b.x - a.x) / length * width / 2)
        let corners = [
            Point(x: a.x + x, y: a.y + y), Point(x: b.x + x, y: b.y + y), Point(x: b.x - x, y: b.y - y),
            Point(x: a.x - x, y: a.y - y),
        ]
        return Shape(polygon: [corners + [corners[0]]])
    }

    @Test("A corridor is covered by boxes along it, a small share of its own box")
    func along() {
        let bands = EdgeBands(corridor(Point(x: 0, y: 0), Point(x: 70_000, y: 70_000), width: 60))
        let boxes = bands.cover(side: 300)
        let covered = boxes.reduce(0) { $0 + $1.width * $1.height }
        // A diagonal of 70 km crosses at most two columns of 273 m in each row of 273 m, and one more where it is wide.
        #expect(covered < 3 * 70_000 * 300 && covered > 70_000 * 60)
        for step in 0...1000 {
            let point = Point(x: 70 * Double(step), y: 70 * Double(step))
            #expect(boxes.contains { $0.contains(point) })
            #expect(bands.meets(Box(minX: point.x, minY: point.y, maxX: point.x, maxY: point.y)))
        }
        #expect(!bands.meets(Box(minX: 30_000, minY: 20_000, maxX: 31_000, maxY: 21_000)))
    }

    @Test("A whole inside takes few boxes, a hole none")
    func inside() {
        func ring(_ x: Double, _ side: Double) -> [Point] {
            [
                Point(x: x, y: x), Point(x: x + side, y: x), Point(x: x + side, y: x + side), Point(x: x, y: x + side),
                Point(x: x, y: x),
            ]
        }
        let bands = EdgeBands(Shape(polygon: [ring(0, 1000), ring(300, 400)]))
        let boxes = bands.cover(side: 10)
        #expect(!boxes.contains { $0.contains(Point(x: 500, y: 500)) })
        #expect(boxes.contains { $0.contains(Point(x: 150, y: 150)) })
        let area = boxes.reduce(0) { $0 + $1.width * $1.height }
        // 840,000 m² of land, and a rim of cells no wider than 10 m inside the hole.
        #expect(area >= 840_000 && area <= 840_000 + 4 * 400 * 10)
        #expect(!bands.meets(Box(minX: 400, minY: 400, maxX: 600, maxY: 600)))
        #expect(bands.meets(Box(minX: 250, minY: 400, maxX: 350, maxY: 600)))
    }
}
