/// A polygon whose edges are sorted into bands from south to north, so that those near a small neighbour are found
/// without looking at the others.
///
/// It tells how a neighbour lies that meets it in whole edges and shared corners only, as parcels of one survey do and
/// the zones that were drawn along them. Anything else, and anything too close to be told in double precision, is left
/// to an overlay.
package struct EdgeBands: Sendable {
    /// How a polygon lies to another.
    package enum Lie: Sendable {
        /// They have no land in common.
        case apart
        /// The other covers it wholly.
        case inside
        /// An overlay must tell.
        case unclear
    }

    package let shape: Shape
    package let box: Box
    /// For each ring whether the land is on the left of its edges.
    private let hasLandLeft: [Bool]
    /// For each point the ring it is in.
    let ringOf: [Int32]
    private let height: Double
    /// Where each band begins in `edges`; one more than there are bands.
    private let starts: [Int32]
    /// First points of edges, band after band.
    private let edges: [Int32]

    /// - Parameter shape: a valid polygon; or a line, of which distances alone may be asked.
    package init(_ shape: Shape) {
        self.shape = shape
        box = shape.box
        hasLandLeft = shape.partEnds.indices.flatMap { part in
            let rings = shape.part(part)
            return rings.map { ring in Self.isCounterclockwise(shape, ring) == (ring == rings.lowerBound) }
        }
        var ringOf: [Int32] = []
        ringOf.reserveCapacity(shape.points.count)
        for ring in shape.ringEnds.indices {
            ringOf.append(contentsOf: repeatElement(Int32(ring), count: shape.ring(ring).count))
        }
        self.ringOf = ringOf
        let bands = max(1, min(4096, shape.points.count / 8))
        let bottom = box.minY, height = max(box.height / Double(bands), .leastNormalMagnitude)
        self.height = height
        func range(_ edge: Int) -> ClosedRange<Int> {
            let (a, b) = (shape.points[edge].y, shape.points[edge + 1].y)
            return Self.band(min(a, b), bottom, height, bands)...Self.band(max(a, b), bottom, height, bands)
        }
        var counts = [Int32](repeating: 0, count: bands + 1)
        for ring in shape.ringEnds.indices {
            for edge in shape.ring(ring).dropLast() { for band in range(edge) { counts[band + 1] += 1 } }
        }
        for band in 0..<bands { counts[band + 1] += counts[band] }
        var next = counts, edges = [Int32](repeating: 0, count: Int(counts[bands]))
        for ring in shape.ringEnds.indices {
            for edge in shape.ring(ring).dropLast() {
                for band in range(edge) {
                    edges[Int(next[band])] = Int32(edge)
                    next[band] += 1
                }
            }
        }
        (starts, self.edges) = (counts, edges)
    }

    /// The direction of a ring. Reckoned from its first point: coordinates in the millions would drown a small one.
    private static func isCounterclockwise(_ shape: Shape, _ ring: Int) -> Bool {
        let range = shape.ring(ring), origin = shape.points[range.lowerBound]
        var sum = 0.0
        for index in range.dropLast() {
            let (a, b) = (shape.points[index], shape.points[index + 1])
            sum += (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)
        }
        return sum > 0
    }

    func isLandLeft(ofEdge edge: Int) -> Bool { hasLandLeft[Int(ringOf[edge])] }

    private func band(_ y: Double) -> Int { Self.band(y, box.minY, height, starts.count - 1) }

    private static func band(_ y: Double, _ bottom: Double, _ height: Double, _ count: Int) -> Int {
        let place = (y - bottom) / height
        return place > 0 ? place < Double(count) ? Int(place) : count - 1 : 0
    }

    /// The edges that meet a box, each once, by their first points.
    func edges(in area: Box) -> [Int] {
        guard area.intersects(box) else { return [] }
        let (low, high) = (band(area.minY), band(area.maxY))
        let most = Int(starts[high + 1] - starts[low])
        return [Int](unsafeUninitializedCapacity: most) { found, count in
            shape.points.withUnsafeBufferPointer { points in
                edges.withUnsafeBufferPointer { edges in
                    for band in low...high {
                        for place in Int(starts[band])..<Int(starts[band + 1]) {
                            let edge = Int(edges[place])
                            let (a, b) = (points[edge], points[edge + 1])
                            guard min(a.x, b.x) <= area.maxX, max(a.x, b.x) >= area.minX,
                                min(a.y, b.y) <= area.maxY, max(a.y, b.y) >= area.minY
                            else { continue }
                            // An edge that crosses bands is told in the first of those that are looked at.
                            guard band == max(low, self.band(min(a.y, b.y))) else { continue }
                            found[count] = edge
                            count += 1
                        }
                    }
                }
            }
        }
    }

    /// Whether a point that is not on the outline lies inside; nil where that cannot be told.
    func contains(_ point: Point) -> Bool? {
        guard box.contains(point) else { return false }
        let band = band(point.y)
        var isInside = false
        for place in Int(starts[band])..<Int(starts[band + 1]) {
            let edge = Int(edges[place])
            let (a, b) = (shape.points[edge], shape.points[edge + 1])
            guard (a.y > point.y) != (b.y > point.y) else { continue }
            if a.x < point.x, b.x < point.x { continue }
            guard a.x <= point.x || b.x <= point.x else {
                isInside.toggle()
                continue
            }
            guard let side = Turn(a, b, point).side else { return nil }
            // The edge crosses the ray to the east where the point lies left of it going up, or right of it going down.
            if (side > 0) == (b.y > a.y) { isInside.toggle() }
        }
        return isInside
    }
}

/// On which side of a line from `a` to `b` a point lies.
struct Turn {
    private let value: Double
    private let doubt: Double

    init(_ a: Point, _ b: Point, _ point: Point) {
        let left = (a.x - point.x) * (b.y - point.y), right = (a.y - point.y) * (b.x - point.x)
        value = left - right
        // The bound under which the sign of `value` may be wrong: J. R. Shewchuk, Adaptive Precision Floating-Point
        // Arithmetic and Fast Robust Geometric Predicates, 1997, ccwerrboundA.
        let epsilon = 0x1p-53
        doubt = (3 + 16 * epsilon) * epsilon * (abs(left) + abs(right))
    }

    /// 1 on the left, -1 on the right, nil where it cannot be told.
    var side: Int? { value > doubt ? 1 : value < -doubt ? -1 : nil }

    /// Whether two edges without a corner in common surely have no point in common.
    static func arePart(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
        if let p = Turn(a, b, c).side, let q = Turn(a, b, d).side, p == q { return true }
        if let p = Turn(c, d, a).side, let q = Turn(c, d, b).side, p == q { return true }
        return false
    }
}
