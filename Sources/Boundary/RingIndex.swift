import Geometry

/// Answers whether points lie within a closed ring: its edges sorted into bands of equal height, so that a question
/// looks at the edges of one band only.
struct RingIndex {
    enum Place {
        case inside, outside, boundary
    }

    private let points: [Point]
    private let box: Box
    private let height: Double
    /// Where the edges of each band start in `edges`.
    private var starts: [Int]
    private var edges: [Int32]
    /// What counts as on the edge: the last digits of a coordinate.
    private let tolerance: Double

    init(_ points: [Point]) {
        self.points = points
        var box = Box.empty
        for point in points { box.extend(to: point) }
        self.box = box
        tolerance = 2e-14 * max(abs(box.minX), abs(box.maxX), abs(box.minY), abs(box.maxY))
        // Edges that pass many bands stand in each: fewer bands where that would grow beyond the ring's own size.
        var bands = max(1, points.count / 4)
        var total = 0.0
        for index in points.indices.dropLast() { total += abs(points[index + 1].y - points[index].y) }
        if box.height > 0 {
            bands = max(1, min(bands, Int(Double(points.count) * 8 * box.height / max(total, box.height))))
        }
        height = box.height > 0 ? box.height / Double(bands) : 1
        starts = Array(repeating: 0, count: bands + 1)
        edges = []
        for index in points.indices.dropLast() {
            for band in self.bands(of: index) { starts[band + 1] += 1 }
        }
        for band in 0..<bands { starts[band + 1] += starts[band] }
        edges = Array(repeating: 0, count: starts[bands])
        var next = starts
        for index in points.indices.dropLast() {
            for band in self.bands(of: index) {
                edges[next[band]] = Int32(index)
                next[band] += 1
            }
        }
    }

    private func band(_ y: Double) -> Int {
        min(starts.count - 2, max(0, Int((y - box.minY) / height)))
    }

    private func bands(of edge: Int) -> ClosedRange<Int> {
        let (a, b) = (points[edge].y, points[edge + 1].y)
        return band(min(a, b) - tolerance)...band(max(a, b) + tolerance)
    }

    func locate(_ point: Point) -> Place {
        guard box.contains(point) else { return .outside }
        var isInside = false
        let band = band(point.y)
        for slot in starts[band]..<starts[band + 1] {
            let (a, b) = (points[Int(edges[slot])], points[Int(edges[slot]) + 1])
            if point.distance(toSegment: a, b) <= tolerance { return .boundary }
            guard (a.y > point.y) != (b.y > point.y) else { continue }
            let (low, high) = a.y < b.y ? (a, b) : (b, a)
            if (point.x - low.x) * (high.y - low.y) < (point.y - low.y) * (high.x - low.x) { isInside.toggle() }
        }
        return isInside ? .inside : .outside
    }

    /// Whether a ring that does not cross this one lies within it, told by the first of its points, or middles of its
    /// edges, that does not lie on the boundary.
    func contains(_ ring: [Point]) -> Bool {
        for point in ring {
            switch locate(point) {
            case .inside: return true
            case .outside: return false
            case .boundary: continue
            }
        }
        for (a, b) in zip(ring, ring.dropFirst()) {
            switch locate(Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2)) {
            case .inside: return true
            case .outside: return false
            case .boundary: continue
            }
        }
        return true  // the same ring twice
    }

    /// For each ring the rings that contain it, the innermost last.
    ///
    /// Rings are swept from west to east, and only those whose boxes lie around one another are compared.
    static func containers(of rings: [[Point]]) -> [[Int]] {
        let boxes = rings.map { ring in ring.reduce(into: Box.empty) { $0.extend(to: $1) } }
        let areas = rings.map {
            abs(Shape(kind: .polygon, points: $0, ringEnds: [$0.count], partEnds: [1]).signedArea(ofRing: 0))
        }
        let order = rings.indices.filter { !boxes[$0].isEmpty }.sorted {
            (boxes[$0].minX, -boxes[$0].width, $0) < (boxes[$1].minX, -boxes[$1].width, $1)
        }
        var indexes: [Int: RingIndex] = [:]
        var active: [Int] = []
        var result = Array(repeating: [Int](), count: rings.count)
        for ring in order {
            active.removeAll { boxes[$0].maxX < boxes[ring].minX }
            for other in active where boxes[other].contains(boxes[ring]) && areas[other] > 0 {
                let index = indexes[other] ?? RingIndex(rings[other])
                indexes[other] = index
                if index.contains(rings[ring]) { result[ring].append(other) }
            }
            result[ring].sort { (areas[$0], $0) > (areas[$1], $1) }
            active.append(ring)
        }
        return result
    }
}
