extension Shape {
    /// Whether this is a polygon of one ring that surely neither crosses nor touches itself, and so is valid; false for
    /// what has more rings or many corners, and for what cannot be told in double precision: of those nothing is known.
    ///
    /// Most parcels are a ring of a dozen corners. To hold each edge against every other costs them a hundredth of what a
    /// test of validity does that is made for all polygons.
    package var isSurelySimple: Bool {
        guard kind == .polygon, ringEnds.count == 1, (4...96).contains(points.count), points.first == points.last else {
            return false
        }
        return points.withUnsafeBufferPointer { points in
            let last = points.count - 2
            for i in 0...last {
                let (a, b) = (points[i], points[i + 1])
                // The next edge goes on from this one, and does not fold back on it.
                let c = points[i == last ? 1 : i + 2]
                guard (b.x - a.x).isFinite, (b.y - a.y).isFinite, a != b,
                    Turn(a, b, c).side != nil || (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) > 0
                else { return false }
                let (left, right, low, high) = (min(a.x, b.x), max(a.x, b.x), min(a.y, b.y), max(a.y, b.y))
                var j = i + 2
                // The last edge is the first one's neighbour.
                let end = i == 0 ? last - 1 : last
                while j <= end {
                    let (c, d) = (points[j], points[j + 1])
                    if min(c.x, d.x) <= right, max(c.x, d.x) >= left, min(c.y, d.y) <= high, max(c.y, d.y) >= low,
                        !Turn.arePart(a, b, c, d)
                    {
                        return false
                    }
                    j += 1
                }
            }
            return true
        }
    }
}
