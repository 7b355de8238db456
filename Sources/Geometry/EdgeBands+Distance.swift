/// How far apart outlines lie.
extension EdgeBands {
    /// The distance from this polygon to another one or to a line, in the units of the coordinates; infinity where it is
    /// more than `reach`, nil where another way must tell.
    ///
    /// It is the least distance between an edge of the one and an edge of the other, reckoned as GEOS does, so that both
    /// give the same to the last bit.
    package func distance(to other: EdgeBands, within reach: Double) -> Double? {
        guard shape.kind == .polygon, other.shape.kind != .point, reach.isFinite, !shape.isEmpty, !other.shape.isEmpty
        else { return nil }
        // What rounding takes away from a box must not cost an edge that is just within reach.
        let margin = reach * (1 + 1e-9) + 1e-3
        guard box.padded(by: margin).intersects(other.box) else { return .infinity }
        let own = edges(in: other.box.padded(by: margin)), near = other.edges(in: box.padded(by: margin))
        // So many are measured faster over a tree.
        guard own.count * near.count <= 50_000 else { return nil }
        let least = shape.points.withUnsafeBufferPointer { points in
            other.shape.points.withUnsafeBufferPointer { others in
                leastDistance(points, own, others, near, margin)
            }
        }
        // As close as that, whether they touch is a question of the last bits.
        if least > 0, least < 1e-5 { return nil }
        guard least > 0 else { return 0 }
        // Outlines that do not meet: a part of one may lie inside of the other.
        guard let hasTheirs = holdsPart(of: other.shape) else { return nil }
        if hasTheirs { return 0 }
        if other.shape.kind == .polygon {
            guard let hasMine = other.holdsPart(of: shape) else { return nil }
            if hasMine { return 0 }
        }
        return least <= reach ? least : .infinity
    }

    /// Whether a part of a shape whose outline does not meet this polygon's lies inside; nil where that cannot be told.
    private func holdsPart(of other: Shape) -> Bool? {
        for part in other.partEnds.indices {
            guard let ring = other.part(part).first, let first = other.ring(ring).first else { continue }
            guard let isInside = contains(other.points[first]) else { return nil }
            if isInside { return true }
        }
        return false
    }

    /// The least distance between edges; infinity where none is under `most`.
    private func leastDistance(
        _ points: UnsafeBufferPointer<Point>, _ own: [Int], _ others: UnsafeBufferPointer<Point>, _ near: [Int],
        _ most: Double
    ) -> Double {
        var least = Double.infinity, square = most * most
        func measure(_ their: Int) {
            let (c, d) = (others[their], others[their + 1])
            let edge = Box(c, d)
            guard c != d, edge.squaredGap(to: box) <= square else { return }
            for mine in own {
                let (a, b) = (points[mine], points[mine + 1])
                guard a != b, Box(a, b).squaredGap(to: edge) <= square else { continue }
                let distance = Self.distance(a, b, c, d)
                if distance < least {
                    least = distance
                    square = min(square, distance * distance)
                }
            }
        }
        // The edge whose box is nearest first: most of the others then are told by their boxes to be farther.
        var nearest: (gap: Double, edge: Int)?
        for their in near {
            let gap = Box(others[their], others[their + 1]).squaredGap(to: box)
            if gap < nearest?.gap ?? .infinity { nearest = (gap, their) }
        }
        if let nearest { measure(nearest.edge) }
        for their in near where least > 0 { measure(their) }
        return least
    }

    /// The distance between two edges; 0 where they meet.
    private static func distance(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Double {
        if Box(a, b).intersects(Box(c, d)) {
            let bottom = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x)
            if bottom != 0 {
                let r = ((a.y - c.y) * (d.x - c.x) - (a.x - c.x) * (d.y - c.y)) / bottom
                let s = ((a.y - c.y) * (b.x - a.x) - (a.x - c.x) * (b.y - a.y)) / bottom
                if r >= 0, r <= 1, s >= 0, s <= 1 { return 0 }
            }
        }
        return min(
            min(distance(from: a, to: c, d), distance(from: b, to: c, d)),
            min(distance(from: c, to: a, b), distance(from: d, to: a, b)))
    }

    private static func distance(from point: Point, to a: Point, _ b: Point) -> Double {
        let (dx, dy) = (b.x - a.x, b.y - a.y), square = dx * dx + dy * dy
        let r = ((point.x - a.x) * dx + (point.y - a.y) * dy) / square
        if r <= 0 { return length(point, a) }
        if r >= 1 { return length(point, b) }
        let s = ((a.y - point.y) * dx - (a.x - point.x) * dy) / square
        return abs(s) * square.squareRoot()
    }

    private static func length(_ a: Point, _ b: Point) -> Double {
        let (dx, dy) = (a.x - b.x, a.y - b.y)
        return (dx * dx + dy * dy).squareRoot()
    }
}

extension Box {
    /// The box of an edge.
    fileprivate init(_ a: Point, _ b: Point) {
        self.init(minX: min(a.x, b.x), minY: min(a.y, b.y), maxX: max(a.x, b.x), maxY: max(a.y, b.y))
    }

    /// The square of the distance to another box; 0 where they meet.
    fileprivate func squaredGap(to other: Box) -> Double {
        let x = max(0, minX - other.maxX, other.minX - maxX), y = max(0, minY - other.maxY, other.minY - maxY)
        return x * x + y * y
    }
}
