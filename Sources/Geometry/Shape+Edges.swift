/// Outlines that share edges with their neighbours: what it takes to keep them shared.
extension Shape {
    /// Each part as a shape of its own.
    package var partShapes: [Shape] {
        partEnds.indices.map { part in
            var shape = Shape(kind: kind)
            shape.appendPart(self.part(part).map { Array(points[ring($0)]) })
            return shape
        }
    }

    /// The outline of a polygon as lines, a line for each ring.
    package var outline: Shape {
        var lines = Shape(kind: .line)
        for ring in ringEnds.indices { lines.appendPart([Array(points[self.ring(ring)])]) }
        return lines
    }

    /// The shape with those of `candidates` put into its edges that lie on them, nearer than `tolerance`, and are no ends of
    /// the edge; nil when there are none.
    package func inserting(_ candidates: [Point], within tolerance: Double) -> Shape? {
        guard kind != .point, !candidates.isEmpty else { return nil }
        let reach = box.padded(by: tolerance)
        let near = candidates.filter(reach.contains)
        guard !near.isEmpty else { return nil }
        var result = Shape(kind: kind, partEnds: partEnds)
        result.points.reserveCapacity(points.count + near.count)
        for ring in ringEnds.indices {
            let range = self.ring(ring)
            for index in range.dropLast() {
                let (a, b) = (points[index], points[index + 1])
                result.points.append(a)
                var found = near.compactMap { point in Self.place(of: point, on: a, b, tolerance).map { ($0, point) } }
                guard !found.isEmpty else { continue }
                found.sort { $0.0 < $1.0 }
                for (_, point) in found where result.points.last != point { result.points.append(point) }
            }
            if let last = range.last { result.points.append(points[last]) }
            result.ringEnds.append(result.points.count)
        }
        return result.points.count == points.count ? nil : result
    }

    /// How far along the edge from `a` to `b` a point lies that is on it and none of its ends, 0 to 1.
    private static func place(of point: Point, on a: Point, _ b: Point, _ tolerance: Double) -> Double? {
        guard point.x >= min(a.x, b.x) - tolerance, point.x <= max(a.x, b.x) + tolerance,
            point.y >= min(a.y, b.y) - tolerance, point.y <= max(a.y, b.y) + tolerance, point != a, point != b
        else { return nil }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let square = dx * dx + dy * dy
        guard square > 0 else { return nil }
        let t = ((point.x - a.x) * dx + (point.y - a.y) * dy) / square
        guard t > 0, t < 1, point.distance(to: Point(x: a.x + t * dx, y: a.y + t * dy)) <= tolerance else { return nil }
        return t
    }

    /// Whether a point lies on an edge or is a vertex, nearer than `tolerance`.
    package func isOnOutline(_ point: Point, within tolerance: Double) -> Bool {
        guard box.padded(by: tolerance).contains(point) else { return false }
        for ring in ringEnds.indices {
            for index in self.ring(ring).dropLast()
            where point.distance(toSegment: points[index], points[index + 1]) <= tolerance { return true }
        }
        return false
    }

    /// The place of the outline that is nearest to a point: a vertex where one is within `reach`, else a place on an edge;
    /// nil when nothing is.
    package func snapped(_ point: Point, within reach: Double) -> (point: Point, isVertex: Bool)? {
        guard box.padded(by: reach).contains(point) else { return nil }
        var vertex: (Point, Double)?
        for candidate in points {
            let distance = candidate.distance(to: point)
            if distance <= reach, distance < vertex?.1 ?? .infinity { vertex = (candidate, distance) }
        }
        if let vertex { return (vertex.0, true) }
        var foot: (Point, Double)?
        forEachEdge { a, b in
            let (dx, dy) = (b.x - a.x, b.y - a.y)
            let square = dx * dx + dy * dy
            guard square > 0 else { return }
            let t = ((point.x - a.x) * dx + (point.y - a.y) * dy) / square
            guard t > 0, t < 1 else { return }
            let place = Point(x: a.x + t * dx, y: a.y + t * dy)
            let distance = place.distance(to: point)
            if distance <= reach, distance < foot?.1 ?? .infinity { foot = (place, distance) }
        }
        return foot.map { ($0.0, false) }
    }

    /// The shape without points that repeat the one before them; nil when a ring of a polygon then has no area to enclose.
    package func withoutRepeats() -> Shape? {
        var result = Shape(kind: kind, partEnds: partEnds)
        for ring in ringEnds.indices {
            let first = result.points.count
            for point in points[self.ring(ring)] where result.points.count == first || result.points.last != point {
                result.points.append(point)
            }
            if result.points.count - first < (kind == .polygon ? 4 : kind == .line ? 2 : 1) { return nil }
            result.ringEnds.append(result.points.count)
        }
        return result
    }

    /// The shape with a vertex elsewhere, wherever it occurs; without it where `target` is nil. Nil when a ring is then
    /// left with fewer than three corners.
    package func moving(_ vertex: Point, to target: Point?) -> Shape? {
        guard let target else {
            var parts: [[[Point]]] = []
            for part in nested {
                var rings: [[Point]] = []
                for ring in part {
                    var open = ring
                    if kind == .polygon { open.removeLast() }
                    open.removeAll { $0 == vertex }
                    if kind == .polygon, let first = open.first { open.append(first) }
                    rings.append(open)
                }
                parts.append(rings)
            }
            var result = Shape(kind: kind)
            for part in parts { result.appendPart(part) }
            return result.withoutRepeats()
        }
        var result = self
        for index in result.points.indices where result.points[index] == vertex { result.points[index] = target }
        return result.withoutRepeats()
    }
}
