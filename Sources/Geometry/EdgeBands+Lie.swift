extension EdgeBands {
    /// How this polygon lies to another.
    ///
    /// Where outlines meet in whole edges and in corners of both only, each stretch of one between two such corners is
    /// wholly inside or wholly outside of the other. Two polygons are apart when no stretch of either is inside of the
    /// other and along every shared edge their land is on opposite sides; the first is inside when none of its stretches
    /// is outside, none of the other's is inside of it, and along every shared edge the land is on the same side.
    package func lie(to other: EdgeBands) -> Lie {
        guard box.intersects(other.box) else { return .apart }
        let theirs = other.edges(in: box)
        if theirs.isEmpty {
            // The other's outline is nowhere in the box: all of the box is on one side of it.
            guard let first = shape.points.first, let isInside = other.contains(first) else { return .unclear }
            return isInside ? .inside : .apart
        }
        guard let meeting = Meeting(self, other, theirs) else { return .unclear }
        return meeting.lie
    }
}

/// The edges of two polygons where they meet.
private struct Meeting {
    private(set) var lie = EdgeBands.Lie.unclear
    /// Corners of both.
    private var corners = Corners()
    private var hasSame = false
    private var hasOpposite = false

    /// - Parameter near: the other's edges in the box of the first.
    /// - Returns: nil when edges cross, touch within, or are too close to tell.
    init?(_ mine: EdgeBands, _ other: EdgeBands, _ near: [Int]) {
        // Along each outline, as stretches go.
        let own = mine.edges(in: other.box).sorted(), near = near.sorted()
        // So many are compared faster by an overlay, which sorts them.
        guard own.count * near.count <= 50_000 else { return nil }
        // By place in these: whether it is an edge of the other too.
        var ownShared = [Bool](repeating: false, count: own.count)
        var nearShared = [Bool](repeating: false, count: near.count)
        let isTold = mine.shape.points.withUnsafeBufferPointer { points in
            other.shape.points.withUnsafeBufferPointer { others in
                compare(mine, points, own, &ownShared, other, others, near, &nearShared)
            }
        }
        guard isTold,
            let hasMine = stretches(own, of: mine, shared: ownShared, in: other),
            let hasTheirs = stretches(near, of: other, shared: nearShared, in: mine)
        else { return nil }
        // Edges of this polygon outside of the other's box are outside of it.
        let isOutside = hasMine.outside || own.count < mine.edgeCount
        if !hasMine.inside, !hasTheirs.inside, !hasSame {
            lie = .apart
        } else if !isOutside, !hasTheirs.inside, !hasOpposite {
            lie = .inside
        }
    }

    /// Finds the edges and corners that both have.
    ///
    /// - Returns: false where an overlay must tell.
    private mutating func compare(
        _ mine: EdgeBands, _ points: UnsafeBufferPointer<Point>, _ own: [Int], _ ownShared: inout [Bool],
        _ other: EdgeBands, _ others: UnsafeBufferPointer<Point>, _ near: [Int], _ nearShared: inout [Bool]
    ) -> Bool {
        for (place, edge) in own.enumerated() {
            let (a, b) = (points[edge], points[edge + 1])
            if a == b { continue }
            let (left, right, low, high) = (min(a.x, b.x), max(a.x, b.x), min(a.y, b.y), max(a.y, b.y))
            for (otherPlace, their) in near.enumerated() {
                let (c, d) = (others[their], others[their + 1])
                guard min(c.x, d.x) <= right, max(c.x, d.x) >= left, min(c.y, d.y) <= high, max(c.y, d.y) >= low,
                    c != d
                else { continue }
                let isSame = a == c && b == d
                if isSame || a == d && b == c {
                    ownShared[place] = true
                    nearShared[otherPlace] = true
                    corners.insert(a)
                    corners.insert(b)
                    let isSameSide = (mine.isLandLeft(ofEdge: edge) == other.isLandLeft(ofEdge: their)) == isSame
                    if isSameSide { hasSame = true } else { hasOpposite = true }
                    if hasSame, hasOpposite { return false }
                } else if a == c || a == d || b == c || b == d {
                    let corner = a == c || a == d ? a : b
                    let p = corner == a ? b : a, q = corner == c ? d : c
                    // Two edges from one corner run apart unless they run the same way.
                    guard
                        Turn(corner, p, q).side != nil
                            || (p.x - corner.x) * (q.x - corner.x) + (p.y - corner.y) * (q.y - corner.y) < 0
                    else { return false }
                    corners.insert(corner)
                } else if !Turn.arePart(a, b, c, d) {
                    return false
                }
            }
        }
        return true
    }

    /// Whether edges that are not shared, in their order along the outline, lie inside and outside of the other polygon; nil where that cannot be told.
    private func stretches(_ edges: [Int], of bands: EdgeBands, shared: [Bool], in other: EdgeBands) -> (
        inside: Bool, outside: Bool
    )? {
        var found = (inside: false, outside: false)
        let points = bands.shape.points
        // The side of the corner where the edge before ended, as long as the stretch goes on.
        var last: (corner: Int, isInside: Bool)?
        for (place, edge) in edges.enumerated() where !shared[place] {
            let (a, b) = (points[edge], points[edge + 1])
            if a == b { continue }
            let isInside: Bool
            if let last, last.corner == edge, !corners.contains(a) {
                isInside = last.isInside
            } else {
                guard let told = side(of: a, b, in: other) else { return nil }
                isInside = told
            }
            last = (edge + 1, isInside)
            if isInside { found.inside = true } else { found.outside = true }
        }
        return found
    }

    private func side(of a: Point, _ b: Point, in other: EdgeBands) -> Bool? {
        if !corners.contains(a) { return other.contains(a) }
        if !corners.contains(b) { return other.contains(b) }
        // Between two shared corners: the middle, which rounding moves by less than a millionth of a metre. An outline as
        // near as that is left to an overlay.
        let middle = Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2), reach = 1e-6
        let near = Box(
            minX: middle.x - reach, minY: middle.y - reach, maxX: middle.x + reach, maxY: middle.y + reach)
        for edge in other.edges(in: near) {
            let (c, d) = (other.shape.points[edge], other.shape.points[edge + 1])
            let length = c.distance(to: d)
            guard length > 0 else { continue }
            let cross = (d.x - c.x) * (middle.y - c.y) - (d.y - c.y) * (middle.x - c.x)
            if abs(cross) / length <= reach { return nil }
        }
        return other.contains(middle)
    }
}

/// The corners that two polygons have in common: a handful, which are found faster one by one than by their hashes.
private struct Corners {
    private var few: [Point] = []
    private var many: Set<Point> = []

    mutating func insert(_ point: Point) {
        guard !contains(point) else { return }
        if few.count < 32 { few.append(point) } else { many.insert(point) }
    }

    func contains(_ point: Point) -> Bool {
        few.contains(point) || !many.isEmpty && many.contains(point)
    }
}

extension EdgeBands {
    var edgeCount: Int { shape.points.count - shape.ringEnds.count }
}
