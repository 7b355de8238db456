/// A plane geometry in flat form: all its points in one array, and where each ring and each part of it ends.
///
/// A map frame reads thousands of shapes; one that is kept in nested arrays would cost an allocation a ring.
/// A shape of kind
/// - `point` has one ring a point and one part a ring;
/// - `line` has one ring a line string, one part a ring;
/// - `polygon` has closed rings (first point equal to last), the first ring of a part is its shell, the others are its
///   holes; the turning direction of rings is not fixed.
package struct Shape: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case point, line, polygon
    }

    package var kind: Kind
    package var points: [Point]
    /// The index in `points` after the last point of each ring.
    package var ringEnds: [Int]
    /// The index in `ringEnds` after the last ring of each part.
    package var partEnds: [Int]

    package init(kind: Kind, points: [Point] = [], ringEnds: [Int] = [], partEnds: [Int] = []) {
        self.kind = kind
        self.points = points
        self.ringEnds = ringEnds
        self.partEnds = partEnds
    }

    /// A polygon shape of one part.
    ///
    /// - Parameter rings: shell first, then holes; each closed.
    package init(polygon rings: [[Point]]) {
        self.init(polygons: [rings])
    }

    /// A polygon shape of any number of parts, each a shell and its holes, all rings closed.
    package init(polygons: [[[Point]]]) {
        self.init(kind: .polygon)
        for rings in polygons { appendPart(rings) }
    }

    package init(point: Point) {
        self.init(kind: .point)
        appendPart([[point]])
    }

    package init(line: [Point]) {
        self.init(kind: .line)
        appendPart([line])
    }

    package mutating func appendPart(_ rings: [[Point]]) {
        for ring in rings {
            points.append(contentsOf: ring)
            ringEnds.append(points.count)
        }
        partEnds.append(ringEnds.count)
    }

    package var isEmpty: Bool { points.isEmpty }

    /// The range in `points` of ring number `index`.
    package func ring(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : ringEnds[index - 1])..<ringEnds[index]
    }

    /// The range in `ringEnds` of part number `index`.
    package func part(_ index: Int) -> Range<Int> {
        (index == 0 ? 0 : partEnds[index - 1])..<partEnds[index]
    }

    /// The parts as nested arrays of points, for code in which clearness matters more than speed.
    package var nested: [[[Point]]] {
        partEnds.indices.map { part in self.part(part).map { Array(points[ring($0)]) } }
    }

    package var box: Box {
        var box = Box.empty
        for point in points { box.extend(to: point) }
        return box
    }
}
