import Glibc

/// Areas on the ellipsoid (椭球面积), the official figure of the land survey.
///
/// The formula is the national survey's (国土调查办发〔2008〕32号): every edge of a ring spans a trapezoid down to the
/// equator, S = b² · L · (Q(B₂) − Q(B₁)), L being the mean longitude of its ends, and
///
///     Q(B) = A sin B − B sin 3B + C sin 5B − D sin 7B + E sin 9B
///
/// The rule prints differences of Q as products of sines and cosines; here Q is the same polynomial ordered by powers
/// of sin B, Q = s + 2/3 e² s³ + 3/5 e⁴ s⁵ + 4/7 e⁶ s⁷ + 5/9 e⁸ s⁹, and is taken once a point. Longitudes are
/// counted from the ring's first point, so that the products of large numbers do not drown a small parcel.
///
/// Between two points the sum above follows a curve that is no line on the ground. What lies between it and the shortest
/// line is added, unless the figure of other survey software is asked for: see `Edges`.
package struct EllipsoidArea: Sendable {
    /// What runs between two corners that lie close together.
    package enum Edges: Sendable {
        /// As the sum of trapezoids leaves it: a curve along which longitude is linear in Q. The figure other survey
        /// software gives to 0.01 m².
        case survey
        /// The shortest line. Adds to an edge of length s what lies between the two curves, up to s³ tan B / 12R:
        /// 0.003 m² for a 70 m edge along a parallel at 35° N. Where opposite sides are divided alike it cancels,
        /// otherwise it is the larger part of all that two programs can differ by: 0.04 m² for a square kilometre with
        /// one side drawn in a stroke and the other point by point. The default, because two neighbours that share a
        /// line then agree whatever points each has on it, and the figure of PROJ's `geod_polygon`.
        case geodesic
    }

    package let ellipsoid: Ellipsoid
    package let edges: Edges
    private let b2: Double
    private let q: (Double, Double, Double, Double)

    /// Longer edges are divided first, by the same rule.
    package static let longestEdge = 70.0

    package init(on ellipsoid: Ellipsoid, edges: Edges = .geodesic) {
        self.ellipsoid = ellipsoid
        self.edges = edges
        let e2 = ellipsoid.e2
        b2 = ellipsoid.b * ellipsoid.b
        q = (e2 * 2 / 3, e2 * e2 * 3 / 5, e2 * e2 * e2 * 4 / 7, e2 * e2 * e2 * e2 * 5 / 9)
    }

    /// The area of a polygon on a transverse Mercator grid, in m², not rounded: shells less holes.
    ///
    /// Edges are straight on the grid; those longer than 70 m are divided there before their points go to the
    /// ellipsoid.
    ///
    /// - Parameter shape: rings closed. Points and lines have no area.
    /// - Returns: not a number when a point lies where the grid does not reach (1,000 km beside its meridian).
    package func area(of shape: Shape, on grid: TransverseMercator) -> Double {
        let inverse = InverseTransverseMercator(grid)
        let unit = grid.metresPerUnit
        return total(of: shape) { points in
            var ring = RingSum(self)
            // Coordinates become metres from the grid's origin first: what is left is small beside the zone prefix.
            var from = Point(x: (points[0].x - grid.falseEasting) * unit, y: (points[0].y - grid.falseNorthing) * unit)
            ring.start(inverse(east: from.x, north: from.y))
            for point in points.dropFirst() {
                let to = Point(x: (point.x - grid.falseEasting) * unit, y: (point.y - grid.falseNorthing) * unit)
                guard let pieces = Self.pieces(from, to) else { return .nan }
                for piece in 1..<pieces {
                    let t = Double(piece) / Double(pieces)
                    ring.add(inverse(east: from.x + (to.x - from.x) * t, north: from.y + (to.y - from.y) * t))
                }
                ring.add(inverse(east: to.x, north: to.y))
                from = to
            }
            return ring.sum
        }
    }

    /// The area of a polygon in degrees, x longitude and y latitude, in m², not rounded: shells less holes.
    ///
    /// Edges are shortest lines: what was drawn straight in a zone stays straight when it is stored in degrees. A long
    /// edge is not divided in fact: what division would add is known, and shrinks with the square of the pieces.
    /// Good to 10⁻⁹ of the area for edges up to 10 km.
    package func areaOfDegrees(_ shape: Shape) -> Double {
        areaOfDegrees(shape, divided: false)
    }

    /// The area of a polygon whose long edges have been divided in the plane it was drawn in, after its points have
    /// become degrees; what `areaOfDegrees` does to long edges has been done.
    package func areaOfDivided(_ shape: Shape) -> Double {
        areaOfDegrees(shape, divided: true)
    }

    private func areaOfDegrees(_ shape: Shape, divided: Bool) -> Double {
        let radian = Double.pi / 180
        return total(of: shape) { points in
            var ring = RingSum(self, divides: !divided)
            let origin = points[0].x
            for (index, point) in points.enumerated() {
                // Counted the short way round, so that a ring across the date line is whole.
                var x = point.x - origin
                if x > 180 { x -= 360 } else if x < -180 { x += 360 }
                guard abs(point.y) <= 90, abs(x) <= 180 else { return .nan }
                let place = (sinB: sin(point.y * radian), longitude: x * radian)
                if index == 0 { ring.start(place) } else { ring.add(place) }
            }
            return ring.sum
        }
    }

    /// Into how many pieces an edge is divided, at least 1; nil for an edge longer than the earth is round.
    package static func pieces(_ a: Point, _ b: Point) -> Int? {
        let x = b.x - a.x
        let y = b.y - a.y
        let square = x * x + y * y
        if square <= longestEdge * longestEdge { return 1 }
        let length = square.squareRoot()
        return length < 40_000_000 ? Int((length / longestEdge).rounded(.up)) : nil
    }

    private func total(of shape: Shape, ring: (UnsafeBufferPointer<Point>) -> Double) -> Double {
        guard shape.kind == .polygon else { return 0 }
        return shape.points.withUnsafeBufferPointer { points in
            var sum = 0.0
            for part in shape.partEnds.indices {
                for (index, number) in shape.part(part).enumerated() {
                    let range = shape.ring(number)
                    guard range.count >= 4 else { continue }
                    let area = abs(ring(UnsafeBufferPointer(rebasing: points[range])))
                    sum += index == 0 ? area : -area
                }
            }
            return sum
        }
    }

    /// The signed sum over one ring, a point at a time.
    private struct RingSum {
        private let area: EllipsoidArea
        private let divides: Bool
        private var origin = 0.0
        private var last = (longitude: 0.0, sinB: 0.0, q: 0.0)
        private var trapezoids = 0.0
        private var bulges = 0.0

        init(_ area: EllipsoidArea, divides: Bool = false) {
            self.area = area
            self.divides = divides
        }

        var sum: Double { trapezoids * area.b2 + bulges }

        @inline(__always)
        mutating func start(_ place: (sinB: Double, longitude: Double)) {
            origin = place.longitude
            last = (0, place.sinB, q(place.sinB))
        }

        @inline(__always)
        mutating func add(_ place: (sinB: Double, longitude: Double)) {
            let next = (longitude: place.longitude - origin, sinB: place.sinB, q: q(place.sinB))
            trapezoids += (next.longitude + last.longitude) / 2 * (next.q - last.q)
            if divides || area.edges == .geodesic { bulges += bulge(to: next) }
            last = next
        }

        @inline(__always)
        private func q(_ s: Double) -> Double {
            let t = s * s
            return s * (1 + t * (area.q.0 + t * (area.q.1 + t * (area.q.2 + t * area.q.3))))
        }

        /// What lies between the formula's edge and the shortest line, to the third order of its length: with the
        /// edge running ΔE east and ΔN north, − sin B · ΔL · (ΔE² + 3 ΔN²) / 12, from the cross product of the
        /// velocity and acceleration of a geodesic in the equal-area coordinates (L, b² Q).
        @inline(__always)
        private func bulge(to next: (longitude: Double, sinB: Double, q: Double)) -> Double {
            let s = (next.sinB + last.sinB) / 2
            let parallel2 = area.ellipsoid.a * area.ellipsoid.a * (1 - s * s) / (1 - area.ellipsoid.e2 * s * s)
            guard parallel2 > 1 else { return 0 }  // at a pole every meridian is the shortest line
            let turn = next.longitude - last.longitude
            let east2 = parallel2 * turn * turn
            let up = area.b2 * (next.q - last.q)
            let north2 = up * up / parallel2
            let whole = -s * turn / 12 * (east2 + 3 * north2)
            guard divides, area.edges == .survey else { return whole }
            let pieces = ((east2 + north2).squareRoot() / EllipsoidArea.longestEdge).rounded(.up)
            return pieces > 1 ? whole * (1 - 1 / (pieces * pieces)) : 0
        }
    }
}
