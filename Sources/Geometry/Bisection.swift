/// A polygon divided by a straight line of given bearing so that one side has a given area, as surveyors ask.
extension Shape {
    /// What lies left of the line through `point` with the direction `bearing`. Where a polygon comes out in several pieces
    /// they hang together by edges along the line that lie on one another: its area is right, but it is not for drawing.
    package func half(leftOf point: Point, bearing: Double) -> Shape {
        let (east, north) = Point.direction(bearing)
        func height(_ p: Point) -> Double { (p.y - point.y) * east - (p.x - point.x) * north }
        var result = Shape(kind: .polygon)
        for part in nested {
            var rings: [[Point]] = []
            for (number, ring) in part.enumerated() {
                var kept: [Point] = []
                for (a, b) in zip(ring, ring.dropFirst()) {
                    let (ha, hb) = (height(a), height(b))
                    if ha >= 0 { kept.append(a) }
                    if (ha > 0 && hb < 0) || (ha < 0 && hb > 0) {
                        let t = ha / (ha - hb)
                        kept.append(Point(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y)))
                    }
                }
                if let first = kept.first, kept.count >= 3 {
                    rings.append(kept + [first])
                } else if number == 0 {
                    break
                }
            }
            if !rings.isEmpty { result.appendPart(rings) }
        }
        return result
    }

    /// The line of direction `bearing` that leaves `target` of the polygon on its left (on its right with `isLeft` false),
    /// from beyond the polygon on one side to beyond it on the other.
    ///
    /// Found by bisection until the area is within a thousandth of a square metre, or the coordinates have no finer step.
    ///
    /// - Parameters:
    ///   - target: in the unit of `measure`, between 0 and the whole.
    ///   - measure: the area of a shape; it grows with the shape.
    package func dividingLine(
        bearing: Double, target: Double, isLeft: Bool, measure: (Shape) throws -> Double
    ) rethrows -> (from: Point, to: Point)? {
        guard let origin = points.first else { return nil }
        let (east, north) = Point.direction(bearing)
        // Heights above the line through the origin, to its left.
        let heights = points.map { ($0.y - origin.y) * east - ($0.x - origin.x) * north }
        let along = points.map { ($0.x - origin.x) * east + ($0.y - origin.y) * north }
        guard var low = heights.min(), var high = heights.max(), let back = along.min(), let front = along.max() else {
            return nil
        }
        let wanted = isLeft ? target : try measure(self) - target
        func foot(_ height: Double) -> Point {
            Point(x: origin.x - north * height, y: origin.y + east * height)
        }
        var middle = (low + high) / 2
        for _ in 0..<100 {
            middle = (low + high) / 2
            let left = try measure(half(leftOf: foot(middle), bearing: bearing))
            if abs(left - wanted) < 0.0005 || middle == low || middle == high { break }
            // The higher the line, the less is left of it.
            if left > wanted { low = middle } else { high = middle }
        }
        let margin = (front - back) * 0.01 + 1
        let start = foot(middle)
        return (
            Point(x: start.x + east * (back - margin), y: start.y + north * (back - margin)),
            Point(x: start.x + east * (front + margin), y: start.y + north * (front + margin))
        )
    }
}
