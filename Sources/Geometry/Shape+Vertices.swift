/// Vertices as people number them: from 1, over all rings in their order, a ring's closing point not counted again.
extension Shape {
    package var vertexCount: Int {
        kind == .polygon ? points.count - ringEnds.count : points.count
    }

    /// The index in `points` of vertex `number`; nil where there is none.
    package func index(ofVertex number: Int) -> Int? {
        guard number >= 1 else { return nil }
        guard kind == .polygon else { return number <= points.count ? number - 1 : nil }
        var left = number
        for ring in ringEnds.indices {
            let range = self.ring(ring)
            if left < range.count { return range.lowerBound + left - 1 }
            left -= range.count - 1
        }
        return nil
    }

    /// The ring that vertex `number` is of.
    package func ring(ofVertex number: Int) -> Int? {
        guard let index = index(ofVertex: number) else { return nil }
        return ringEnds.firstIndex { index < $0 }
    }

    /// Vertex `number`; nil where there is none.
    package func vertex(_ number: Int) -> Point? {
        index(ofVertex: number).map { points[$0] }
    }

    /// The edge from vertex `number` to the next of its ring; nil where there is none, as behind a line's last point.
    package func edge(_ number: Int) -> (from: Point, to: Point)? {
        guard let index = index(ofVertex: number), let ring = ring(ofVertex: number), kind != .point,
            index + 1 < self.ring(ring).upperBound
        else { return nil }
        return (points[index], points[index + 1])
    }

    /// The shape with `change` done to the ring that vertex `number` is of: it gets the ring's points without the closing
    /// one, and the vertex's place among them. Rings of polygons are closed again.
    package func changingRing(ofVertex number: Int, _ change: (inout [Point], Int) -> Void) -> Shape? {
        guard let index = index(ofVertex: number), let ring = ring(ofVertex: number) else { return nil }
        let range = self.ring(ring)
        var open = Array(points[range])
        if kind == .polygon { open.removeLast() }
        change(&open, index - range.lowerBound)
        if kind == .polygon, let first = open.first { open.append(first) }
        return replacing(ring: ring, by: open)
    }

    /// The shape with other points in one of its rings.
    package func replacing(ring: Int, by new: [Point]) -> Shape {
        let range = self.ring(ring)
        var result = self
        result.points.replaceSubrange(range, with: new)
        let difference = new.count - range.count
        for later in ring..<result.ringEnds.count { result.ringEnds[later] += difference }
        return result
    }
}
