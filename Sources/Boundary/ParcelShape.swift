import Geometry
import Phrases

/// Puts the rings of a parcel together: what lies within another ring is a hole or, within a hole, a part again; what
/// lies outside is a part; the ring numbers decide nothing.
struct ParcelShape {
    private let line: Int
    private let rings: [RawRing]
    /// Nil when anything stops.
    private(set) var shape: Shape?

    init(_ line: Int, _ rings: [RawRing]) {
        self.line = line
        self.rings = rings
    }

    /// What the rings that could be read whole enclose, for a parcel that has no area of its own.
    var readableArea: Double {
        rings.filter { !$0.isBroken && $0.places.count >= 4 }.reduce(0) { sum, ring in
            sum + abs(Shape(polygon: [ring.places]).signedArea(ofRing: 0))
        }
    }

    mutating func build(_ flaw: (Shape) throws -> BoundaryFlaw?, _ faults: inout FaultList) throws {
        var isSound = true
        for ring in rings {
            if ring.isBroken {
                isSound = false
            } else if ring.corners < 3 {
                isSound = false
                tellFew(ring, &faults)
            } else if Shape(polygon: [ring.places]).isFlat {
                isSound = false
                tellFlat(ring, &faults)
            } else if let found = try flaw(Shape(polygon: [ring.places])) {
                isSound = false
                tell(found, ring, &faults)
            }
        }
        let containers = RingIndex.containers(of: rings.map(\.places))
        let depths = containers.map(\.count)
        if depths.contains(where: { $0 > RingIndex.deepest }) {
            tellTooDeep(&faults)
            return
        }
        tellParts(depths, &faults)
        guard isSound, !rings.isEmpty else { return }
        var parts: [(shell: Int, holes: [Int])] = []
        var partOf: [Int: Int] = [:]
        for ring in rings.indices where depths[ring] % 2 == 0 {
            partOf[ring] = parts.count
            parts.append((ring, []))
        }
        for ring in rings.indices where depths[ring] % 2 == 1 {
            guard let shell = containers[ring].last, let part = partOf[shell] else {
                // Rings that lie around one another in no order cross.
                tellCrossing(BoundaryFlaw(reason: Phrase("Self-intersection", "边界自相交"), place: nil), &faults)
                return
            }
            parts[part].holes.append(ring)
        }
        let built = Shape(
            polygons: parts.map { part in
                [turned(part.shell, clockwise: true)] + part.holes.map { turned($0, clockwise: false) }
            })
        if rings.count > 1, let found = try flawOfRings(built, flaw) {
            tellCrossing(found, &faults)
            return
        }
        shape = built
    }

    /// GEOS takes about a second for so many pairs of a ring and a corner.
    private static let mostPairs = 100_000_000

    private func flawOfRings(_ built: Shape, _ flaw: (Shape) throws -> BoundaryFlaw?) throws -> BoundaryFlaw? {
        if built.points.count * rings.count <= Self.mostPairs { return try flaw(built) }
        return RingIndex.crossing(of: rings.map(\.places)).map {
            BoundaryFlaw(reason: Phrase("Self-intersection", "边界自相交"), place: $0.place)
        }
    }

    private func turned(_ ring: Int, clockwise: Bool) -> [Point] {
        let places = rings[ring].places
        let isClockwise = Shape(polygon: [places]).signedArea(ofRing: 0) < 0
        return isClockwise == clockwise ? places : places.reversed()
    }

    // MARK: Faults

    private func tellFew(_ ring: RawRing, _ faults: inout FaultList) {
        faults.add(
            .fewPoints, .stops, ring.lines,
            Phrase(
                "Ring \(ring.number), lines \(ring.lines.lowerBound) to \(ring.lines.upperBound), has fewer than three corners.",
                "圈 \(ring.number)（第 \(ring.lines.lowerBound) 至 \(ring.lines.upperBound) 行）不足三个界址点。"),
            Phrase("Add the missing points.", "请补上缺少的界址点。"))
    }

    private func tellFlat(_ ring: RawRing, _ faults: inout FaultList) {
        faults.add(
            .fewPoints, .stops, ring.lines,
            Phrase(
                "Ring \(ring.number), lines \(ring.lines.lowerBound) to \(ring.lines.upperBound), has all its corners on one line and encloses no area.",
                "圈 \(ring.number)（第 \(ring.lines.lowerBound) 至 \(ring.lines.upperBound) 行）的界址点都在一条直线上，面积为零。"),
            Phrase("Give the corners in their order around the land.", "请按顺序给出各界址点。"))
    }

    private func tellTooDeep(_ faults: inout FaultList) {
        faults.add(
            .ringsCross, .stops, line,
            Phrase(
                "The rings of the parcel in line \(line) lie within one another more than \(RingIndex.deepest) deep.",
                "第 \(line) 行地块的圈相互嵌套超过 \(RingIndex.deepest) 层。"),
            Phrase("Check the points against the source.", "请对照源数据核对界址点。"))
    }

    private func tell(_ flaw: BoundaryFlaw, _ ring: RawRing, _ faults: inout FaultList) {
        let lines = ring.lines
        let edges = flaw.place.flatMap { ring.edges(at: $0) }
        var what = Phrase(
            "Ring \(ring.number), lines \(lines.lowerBound) to \(lines.upperBound), crosses or touches itself",
            "圈 \(ring.number)（第 \(lines.lowerBound) 至 \(lines.upperBound) 行）自相交或自相接")
        if let place = flaw.place {
            what.english += " at north \(Self.text(place.y)), east \(Self.text(place.x))"
            what.chinese += "，位于纵坐标 \(Self.text(place.y))、横坐标 \(Self.text(place.x))"
        }
        if let edges {
            what.english += ": the side \(Self.side(edges.first)) meets the side \(Self.side(edges.second))"
            what.chinese += "：第 \(edges.first.0)–\(edges.first.1) 行的边与第 \(edges.second.0)–\(edges.second.1) 行的边相遇"
        }
        var remedy = Phrase(
            "Put the points into the order in which they follow one another.", "请按界址线顺序排列界址点。")
        if edges?.isLong == true {
            remedy = Phrase(
                "One side is far longer than the others: was the ring number not raised there? Otherwise put the points in order.",
                "其中一条边远长于其他边：是否漏改圈号？否则请按界址线顺序排列界址点。")
        }
        faults.add(
            .selfCrossing, .stops, lines, Phrase("\(what.english).", "\(what.chinese)。"), remedy)
    }

    private func tellCrossing(_ flaw: BoundaryFlaw, _ faults: inout FaultList) {
        let lines = rings.reduce(rings[0].lines) { $0.lowerBound...max($0.upperBound, $1.lines.upperBound) }
        let at = flaw.place.map {
            Phrase(
                " at north \(Self.text($0.y)), east \(Self.text($0.x))",
                "，位于纵坐标 \(Self.text($0.y))、横坐标 \(Self.text($0.x))")
        }
        // The rings that pass the place.
        let near = flaw.place.map { place in
            rings.filter { ring in
                zip(ring.places, ring.places.dropFirst()).contains { place.distance(toSegment: $0, $1) < 0.001 }
            }.map { "\($0.number) (\($0.lines.lowerBound)–\($0.lines.upperBound))" }
        }
        let names = near.flatMap { $0.count >= 2 ? $0.prefix(4).joined(separator: ", ") : nil }
        faults.add(
            .ringsCross, .stops, lines,
            Phrase(
                "Rings \(names ?? "") of the parcel in line \(line) overlap\(at?.english ?? "")."
                    .replacing("Rings  of", with: "Rings of"),
                "第 \(line) 行地块的圈 \(names ?? "")相互重叠\(at?.chinese ?? "")。"
            ),
            Phrase(
                "A ring must lie wholly inside or wholly outside of the others: check their points.",
                "各圈须完全在其他圈之内或之外，请核对界址点。"))
    }

    private func tellParts(_ depths: [Int], _ faults: inout FaultList) {
        guard let first = rings.indices.first(where: { depths[$0] == 0 }) else { return }
        var part = 1
        for ring in rings.indices where ring != first && depths[ring] % 2 == 0 && !rings[ring].places.isEmpty {
            part += 1
            let lines = rings[ring].lines
            let isInside = depths[ring] > 0
            faults.add(
                .parts, .info, lines,
                Phrase(
                    "Ring \(rings[ring].number), lines \(lines.lowerBound) to \(lines.upperBound), lies \(isInside ? "inside a hole" : "outside of ring \(rings[first].number)") and is read as part \(part) of the parcel.",
                    "圈 \(rings[ring].number)（第 \(lines.lowerBound) 至 \(lines.upperBound) 行）在\(isInside ? "内环之内" : "圈 \(rings[first].number) 之外")，按地块的第 \(part) 部分读取。"
                ),
                Phrase("If it is meant as a hole, check its points.", "如应为内环，请核对其界址点。"))
        }
    }

    private static func side(_ lines: (Int, Int)) -> String { "of lines \(lines.0)–\(lines.1)" }

    private static func text(_ value: Double) -> String {
        FixedDecimal(value, decimals: abs(value) > 180 ? 3 : 9)?.description ?? ""
    }
}
