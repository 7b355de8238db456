import Geometry

/// Rings that cross one another, found by ourselves where there are too many for GEOS: its check of a polygon compares
/// each hole with every corner of the shell.
extension RingIndex {
    /// Two rings that cross or run along one another, and where; nil when they stay apart or touch in points.
    package static func crossing(of rings: [[Point]]) -> (a: Int, b: Int, place: Point)? {
        let boxes = rings.map { ring in ring.reduce(into: Box.empty) { $0.extend(to: $1) } }
        var indexes: [Int: RingIndex] = [:]
        var found: (a: Int, b: Int, place: Point)?
        sweep(boxes) { ring, others in
            for other in others where boxes[other].intersects(boxes[ring]) {
                // The shorter ring is walked, the longer one asked.
                let (short, long) = rings[ring].count < rings[other].count ? (ring, other) : (other, ring)
                let index = indexes[long] ?? RingIndex(rings[long])
                indexes[long] = index
                if let place = index.crossing(with: rings[short]) {
                    found = (min(ring, other), max(ring, other), place)
                    return false
                }
            }
            return true
        }
        return found
    }

    private func crossing(with ring: [Point]) -> Point? {
        var side: Place?
        /// Whether a place lies on the other side than those before it; on the boundary it lies on neither.
        func changesSide(_ point: Point) -> Bool {
            let place = locate(point)
            guard place != .boundary else { return false }
            defer { side = side ?? place }
            return side != nil && side != place
        }
        for (a, b) in zip(ring, ring.dropFirst()) {
            var box = Box.empty
            box.extend(to: a)
            box.extend(to: b)
            if !isApart(box) {
                for (c, d) in edges(box.minY, box.maxY) {
                    if let place = meeting(a, b, c, d) { return place }
                }
            }
            if changesSide(a) { return a }
            let middle = Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2)
            if changesSide(middle) { return middle }
        }
        return nil
    }

    /// Where two edges cross within both of them, or begin to run along one another; nil for a mere touch.
    private func meeting(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Point? {
        /// The distance from the line through `p` and `q`, positive to its left.
        func offset(_ point: Point, _ p: Point, _ q: Point) -> Double {
            let length = p.distance(to: q)
            guard length > 0 else { return 0 }
            return ((q.x - p.x) * (point.y - p.y) - (q.y - p.y) * (point.x - p.x)) / length
        }
        guard a.distance(to: b) > 0, c.distance(to: d) > 0 else { return nil }
        let (atC, atD) = (offset(c, a, b), offset(d, a, b))
        let (atA, atB) = (offset(a, c, d), offset(b, c, d))
        if abs(atC) <= reach, abs(atD) <= reach {
            // On one line: how far each end lies along a–b tells what they share.
            let length = a.distance(to: b)
            func along(_ p: Point) -> Double { ((p.x - a.x) * (b.x - a.x) + (p.y - a.y) * (b.y - a.y)) / length }
            let (from, to) = (max(0, min(along(c), along(d))), min(length, max(along(c), along(d))))
            guard to - from > 2 * reach else { return nil }
            return Point(x: a.x + (b.x - a.x) * from / length, y: a.y + (b.y - a.y) * from / length)
        }
        guard min(atC, atD) < -reach, max(atC, atD) > reach, min(atA, atB) < -reach, max(atA, atB) > reach else {
            return nil
        }
        let t = atA / (atA - atB)
        return Point(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t)
    }
}
