extension EdgeBands {
    /// What this polygon shares with another where their outlines meet in clean crossings only, as most parcels do that a
    /// drawn line cuts; nil for all other pairs, which an overlay must tell.
    ///
    /// Every crossing is proved by the sides on which four corners lie, so that the outcome has the right parts whatever
    /// rounding does to the places of the crossings (K. Weiler and P. Atherton, Hidden surface removal using polygon area
    /// sorting, 1977, of polygons in general position). The outline goes from each crossing where this polygon enters the
    /// other along its own edges to the next, and back along the other's.
    ///
    /// - Returns: a polygon of one ring a part. This polygon has one ring too: others are left to an overlay.
    package func cut(by other: EdgeBands) -> Shape? {
        guard shape.kind == .polygon, other.shape.kind == .polygon, shape.ringEnds.count == 1 else { return nil }
        let near = other.edges(in: box)
        guard !near.isEmpty else { return nil }
        let own = edges(in: other.box)
        // So many are compared faster by an overlay, which sorts them.
        guard own.count * near.count <= 50_000, let crossings = Crossings(self, own, other, near) else { return nil }
        return crossings.shared()
    }

    /// The ring that an edge is in.
    fileprivate func ring(ofEdge edge: Int) -> Int { Int(ringOf[edge]) }
}

/// The crossings of two outlines, and how they follow one another along each.
private struct Crossings {
    /// A place on an outline: an edge, and how far it is along it, in the units of the coordinates.
    private struct Place {
        var edge: Int
        var along: Double

        static func < (a: Place, b: Place) -> Bool { a.edge != b.edge ? a.edge < b.edge : a.along < b.along }
    }

    private struct Crossing {
        var point: Point
        var mine: Place
        var other: Place
        /// Whether the first polygon, with its land on the left, comes into the other there.
        var isEntry: Bool
        /// How far from where it is reckoned it may be, along either edge.
        var doubt: Double
    }

    private let mine: EdgeBands
    private let other: EdgeBands
    private var all: [Crossing] = []
    /// The crossing that follows along the first outline, and along the other, both with their land on the left.
    private var nextOnMine: [Int] = []
    private var nextOnOther: [Int] = []

    /// - Returns: nil where the outlines do not cross, meet otherwise, or are too close to tell.
    init?(_ mine: EdgeBands, _ own: [Int], _ other: EdgeBands, _ near: [Int]) {
        (self.mine, self.other) = (mine, other)
        let isClean = mine.shape.points.withUnsafeBufferPointer { points in
            other.shape.points.withUnsafeBufferPointer { find(points, own, $0, near) }
        }
        guard isClean, !all.isEmpty, areOthersOutside(near) else { return nil }
        guard let next = order({ $0.mine }, of: mine), let following = order({ $0.other }, of: other) else {
            return nil
        }
        (nextOnMine, nextOnOther) = (next, following)
        // Coming in is followed by going out, along both.
        for (number, crossing) in all.enumerated()
        where all[next[number]].isEntry == crossing.isEntry || all[following[number]].isEntry == crossing.isEntry {
            return nil
        }
    }

    /// - Returns: whether the edges meet in clean crossings only.
    private mutating func find(
        _ points: UnsafeBufferPointer<Point>, _ own: [Int], _ others: UnsafeBufferPointer<Point>, _ near: [Int]
    ) -> Bool {
        // Differences of coordinates are off by an ulp of these; products of them by a few.
        let scale = max(abs(mine.box.minX), abs(mine.box.maxX), abs(mine.box.minY), abs(mine.box.maxY)) * 0x1p-46
        for edge in own {
            let (a, b) = (points[edge], points[edge + 1])
            if a == b { continue }
            let (left, right, low, high) = (min(a.x, b.x), max(a.x, b.x), min(a.y, b.y), max(a.y, b.y))
            for their in near {
                let (c, d) = (others[their], others[their + 1])
                guard min(c.x, d.x) <= right, max(c.x, d.x) >= left, min(c.y, d.y) <= high, max(c.y, d.y) >= low,
                    c != d
                else { continue }
                let (p, q) = (Turn(a, b, c).side, Turn(a, b, d).side)
                if let p, let q, p == q { continue }
                let (r, s) = (Turn(c, d, a).side, Turn(c, d, b).side)
                if let r, let s, r == s { continue }
                guard p != nil, q != nil, r != nil, let s else { return false }
                let (u, v) = (Point(x: b.x - a.x, y: b.y - a.y), Point(x: d.x - c.x, y: d.y - c.y))
                let gap = Point(x: c.x - a.x, y: c.y - a.y)
                let across = u.x * v.y - u.y * v.x
                let (first, second) = ((u.x * u.x + u.y * u.y).squareRoot(), (v.x * v.x + v.y * v.y).squareRoot())
                let t = (gap.x * v.y - gap.y * v.x) / across
                let own = Place(edge: edge, along: t * first)
                let its = Place(edge: their, along: (gap.x * u.y - gap.y * u.x) / across * second)
                all.append(
                    Crossing(
                        point: Point(x: a.x + t * u.x, y: a.y + t * u.y), mine: own, other: its,
                        isEntry: ((s > 0) == other.isLandLeft(ofEdge: their)) == mine.isLandLeft(ofEdge: edge),
                        doubt: scale * first * second / abs(across)))
            }
        }
        return true
    }

    /// Whether no ring of the other that crosses nothing lies inside of the first: it would be a part or a hole.
    private func areOthersOutside(_ near: [Int]) -> Bool {
        guard other.shape.ringEnds.count > 1 else { return true }
        let crossed = Set(all.map { other.ring(ofEdge: $0.other.edge) })
        var asked: Set<Int> = []
        for edge in near {
            let ring = other.ring(ofEdge: edge)
            guard !crossed.contains(ring), asked.insert(ring).inserted else { continue }
            guard mine.contains(other.shape.points[edge]) == false else { return false }
        }
        return true
    }

    /// For each crossing the next along an outline; nil where two are too close to tell which comes first.
    private func order(_ place: (Crossing) -> Place, of bands: EdgeBands) -> [Int]? {
        let sorted = all.indices.sorted { place(all[$0]) < place(all[$1]) }
        var next = [Int](repeating: 0, count: all.count)
        var first = 0
        while first < sorted.count {
            let ring = bands.ring(ofEdge: place(all[sorted[first]]).edge)
            var end = first + 1
            while end < sorted.count, bands.ring(ofEdge: place(all[sorted[end]]).edge) == ring {
                let (a, b) = (all[sorted[end - 1]], all[sorted[end]])
                if place(a).edge == place(b).edge, place(b).along - place(a).along <= a.doubt + b.doubt { return nil }
                end += 1
            }
            let isForward = bands.isLandLeft(ofEdge: place(all[sorted[first]]).edge)
            for index in first..<end {
                let following = sorted[index + 1 < end ? index + 1 : first]
                if isForward { next[sorted[index]] = following } else { next[following] = sorted[index] }
            }
            first = end
        }
        return next
    }

    /// - Returns: nil where rounding left too few corners to a part.
    func shared() -> Shape? {
        var shape = Shape(kind: .polygon)
        var isTaken = [Bool](repeating: false, count: all.count)
        for start in all.indices where all[start].isEntry && !isTaken[start] {
            let first = shape.points.count
            var entry = start
            repeat {
                isTaken[entry] = true
                let exit = nextOnMine[entry]
                append(all[entry].point, to: &shape, from: first)
                walk(mine, from: all[entry].mine, to: all[exit].mine, &shape, first)
                append(all[exit].point, to: &shape, from: first)
                entry = nextOnOther[exit]
                walk(other, from: all[exit].other, to: all[entry].other, &shape, first)
            } while entry != start
            if shape.points.last == shape.points[first] { shape.points.removeLast() }
            guard shape.points.count - first >= 3 else { return nil }
            shape.points.append(shape.points[first])
            shape.ringEnds.append(shape.points.count)
            shape.partEnds.append(shape.ringEnds.count)
        }
        return shape
    }

    private func append(_ point: Point, to shape: inout Shape, from first: Int) {
        if shape.points.count == first || shape.points.last != point { shape.points.append(point) }
    }

    /// Appends the corners between two places of a ring, with the land on the left.
    private func walk(_ bands: EdgeBands, from: Place, to: Place, _ shape: inout Shape, _ first: Int) {
        let range = bands.shape.ring(bands.ring(ofEdge: from.edge)), last = range.upperBound - 2
        let isForward = bands.isLandLeft(ofEdge: from.edge)
        var edge = from.edge
        // What ends behind its beginning on the same edge goes all around.
        var goesAround = from.edge == to.edge && (to.along < from.along) == isForward
        while edge != to.edge || goesAround {
            goesAround = false
            if isForward {
                edge = edge == last ? range.lowerBound : edge + 1
                append(bands.shape.points[edge], to: &shape, from: first)
            } else {
                append(bands.shape.points[edge], to: &shape, from: first)
                edge = edge == range.lowerBound ? last : edge - 1
            }
        }
    }
}
