/// Measures in the plane, in the units of the coordinates.
///
/// Every sum is shifted to a ring's first vertex: survey coordinates are in the millions, and their products drown a
/// small parcel's last digits.
extension Shape {
    /// The area of a polygon, shells less holes, whatever their turning direction; 0 for points and lines.
    package var planeArea: Double {
        guard kind == .polygon else { return 0 }
        var sum = 0.0
        for part in partEnds.indices { sum += planeArea(ofPart: part) }
        return sum
    }

    func planeArea(ofPart part: Int) -> Double {
        var sum = 0.0
        for (index, ring) in self.part(part).enumerated() {
            let area = abs(signedArea(ofRing: ring))
            sum += index == 0 ? area : -area
        }
        return sum
    }

    /// The area of ring number `ring`, above 0 when it turns anticlockwise.
    package func signedArea(ofRing ring: Int) -> Double {
        let range = self.ring(ring)
        guard let first = range.first else { return 0 }
        return points.withUnsafeBufferPointer { points in
            let origin = points[first]
            var sum = 0.0
            for index in range.dropLast() {
                let (a, b) = (points[index], points[index + 1])
                sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)
            }
            return sum / 2
        }
    }

    /// The length of all lines, or of all rings of a polygon; 0 for points.
    package var length: Double {
        guard kind != .point else { return 0 }
        var sum = 0.0
        forEachEdge { a, b in sum += a.distance(to: b) }
        return sum
    }

    /// The centre of gravity: of the area of a polygon, of the length of a line, or the mean of points. It may lie
    /// outside. A polygon without area has that of its rings as lines, a line without length that of its points.
    ///
    /// - Returns: nil for an empty shape.
    package var centroid: Point? {
        guard let origin = points.first else { return nil }
        var x = 0.0
        var y = 0.0
        var weight = 0.0
        func add(_ px: Double, _ py: Double, _ w: Double) {
            x += px * w
            y += py * w
            weight += w
        }
        func result() -> Point { Point(x: origin.x + x / weight, y: origin.y + y / weight) }
        if kind == .polygon {
            for part in partEnds.indices {
                for (index, ring) in self.part(part).enumerated() {
                    // A hole takes away, and rings turn as they like.
                    let sign = (signedArea(ofRing: ring) < 0) == (index == 0) ? -1.0 : 1.0
                    for at in self.ring(ring).dropLast() {
                        let (ax, ay) = (points[at].x - origin.x, points[at].y - origin.y)
                        let (bx, by) = (points[at + 1].x - origin.x, points[at + 1].y - origin.y)
                        add((ax + bx) / 3, (ay + by) / 3, sign * (ax * by - bx * ay))
                    }
                }
            }
            if weight > 0 { return result() }
            (x, y, weight) = (0, 0, 0)
        }
        if kind != .point {
            forEachEdge { a, b in
                add((a.x + b.x) / 2 - origin.x, (a.y + b.y) / 2 - origin.y, a.distance(to: b))
            }
            if weight > 0 { return result() }
            (x, y, weight) = (0, 0, 0)
        }
        for point in points { add(point.x - origin.x, point.y - origin.y, 1) }
        return result()
    }

    /// Calls `body` with the two ends of every edge.
    package func forEachEdge(_ body: (Point, Point) -> Void) {
        points.withUnsafeBufferPointer { points in
            for ring in ringEnds.indices {
                for index in self.ring(ring).dropLast() { body(points[index], points[index + 1]) }
            }
        }
    }
}

extension Point {
    package func distance(to other: Point) -> Double {
        let x = other.x - x
        let y = other.y - y
        return (x * x + y * y).squareRoot()
    }

    /// The distance to the nearest place of the segment from `a` to `b`.
    package func distance(toSegment a: Point, _ b: Point) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let square = dx * dx + dy * dy
        guard square > 0 else { return distance(to: a) }
        let t = min(1, max(0, ((x - a.x) * dx + (y - a.y) * dy) / square))
        return distance(to: Point(x: a.x + t * dx, y: a.y + t * dy))
    }
}
