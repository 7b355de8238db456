extension Shape {
    /// Whether a point lies inside a polygon, by the even–odd rule over all rings. A point exactly on an edge belongs
    /// to one side or the other, so that in a tiling each point belongs to exactly one of the neighbours.
    package func contains(_ point: Point) -> Bool {
        guard kind == .polygon else { return false }
        var isInside = false
        forEachEdge { a, b in
            guard (a.y > point.y) != (b.y > point.y) else { return }
            if Self.isLeft(point, a, b) { isInside.toggle() }
        }
        return isInside
    }

    /// Whether `point` lies left of the edge where the edge passes its height. The edge is always looked at from its
    /// lower end, so that two neighbours that hold it in opposite directions get the same answer.
    private static func isLeft(_ point: Point, _ a: Point, _ b: Point) -> Bool {
        let (low, high) = a.y < b.y ? (a, b) : (b, a)
        return (point.x - low.x) * (high.y - low.y) < (point.y - low.y) * (high.x - low.x)
    }

    /// The distance to the nearest point of the shape, 0 inside a polygon; infinite for an empty shape.
    package func distance(to point: Point) -> Double {
        if contains(point) { return 0 }
        guard kind != .point else { return points.lazy.map { point.distance(to: $0) }.min() ?? .infinity }
        var nearest = Double.infinity
        forEachEdge { a, b in nearest = min(nearest, point.distance(toSegment: a, b)) }
        return nearest
    }

    /// A point to put a label or a cursor on: within the largest part of a polygon, on a line, or the first point.
    ///
    /// For a polygon the middle of the widest stretch inside on a scan line near mid-height that meets no vertex,
    /// as GEOS's InteriorPointArea does. Only a polygon without area can have its label on its edge.
    ///
    /// - Returns: nil for an empty shape.
    package var labelPoint: Point? {
        switch kind {
        case .point: return points.first
        case .line: return middleOfLine
        case .polygon:
            let largest = partEnds.indices.max { planeArea(ofPart: $0) < planeArea(ofPart: $1) }
            return largest.flatMap(labelPoint(inPart:))
        }
    }

    private func labelPoint(inPart part: Int) -> Point? {
        let rings = self.part(part)
        guard let shell = rings.first else { return nil }
        var box = Box.empty
        for point in points[ring(shell)] { box.extend(to: point) }
        guard !box.isEmpty else { return nil }
        // Halfway between the two vertex heights around the middle.
        let middle = box.center.y
        var below = box.minY
        var above = box.maxY
        for point in points[ring(shell).lowerBound..<ring(rings.upperBound - 1).upperBound] {
            if point.y <= middle { below = max(below, point.y) } else { above = min(above, point.y) }
        }
        let y = (below + above) / 2
        var crossings: [Double] = []
        for ring in rings {
            for index in self.ring(ring).dropLast() {
                let (a, b) = (points[index], points[index + 1])
                guard (a.y > y) != (b.y > y) else { continue }
                crossings.append(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x))
            }
        }
        crossings.sort()
        var best = (width: -1.0, x: points[ring(shell).lowerBound].x)
        for index in stride(from: 0, to: crossings.count - 1, by: 2) {
            let width = crossings[index + 1] - crossings[index]
            if width > best.width { best = (width, crossings[index] + width / 2) }
        }
        return best.width > 0 ? Point(x: best.x, y: y) : points[ring(shell).lowerBound]
    }

    /// The place halfway along the first line.
    private var middleOfLine: Point? {
        guard !ringEnds.isEmpty else { return points.first }
        let range = ring(0)
        var half = 0.0
        for index in range.dropLast() { half += points[index].distance(to: points[index + 1]) / 2 }
        for index in range.dropLast() {
            let (a, b) = (points[index], points[index + 1])
            let step = a.distance(to: b)
            if step >= half, step > 0 {
                return Point(x: a.x + (b.x - a.x) * half / step, y: a.y + (b.y - a.y) * half / step)
            }
            half -= step
        }
        return points[range].first
    }
}
