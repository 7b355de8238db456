/// Cuts lines where they meet: the making of a `RoadNetwork`.
struct NetworkMaker {
    private let lines: [[Point]]
    /// Segments of all lines, and of each its line and its place there.
    private var segments: [(a: Point, b: Point)] = []
    private var owners: [(line: Int32, place: Int32)] = []
    /// Places that cut a segment, by its number.
    private var cuts: [Int32: [Point]] = [:]

    /// Distinct points of all lines, cut.
    private(set) var vertices: [Point] = []
    /// Vertices by a grid of cells as wide as the tolerance.
    private var known: [Cell: [Int32]] = [:]
    /// How often lines pass or end at a vertex; an end counts twice.
    private var visits: [Int32] = []

    private struct Cell: Hashable {
        var x: Int64
        var y: Int64
    }

    init(_ lines: [[Point]]) {
        self.lines = lines
        for (line, points) in lines.enumerated() {
            for place in points.indices.dropLast() where points[place] != points[place + 1] {
                segments.append((points[place], points[place + 1]))
                owners.append((Int32(line), Int32(place)))
            }
        }
    }

    /// Whether edges begin and end at a vertex.
    func isNode(_ vertex: Int32) -> Bool { visits[Int(vertex)] > 1 }

    /// Every line as vertices, cut where others meet it.
    mutating func chains() -> [(line: Int, vertices: [Int32])] {
        cut()
        var chains: [(line: Int, vertices: [Int32])] = []
        var segment = 0
        for (line, points) in lines.enumerated() where points.count > 1 {
            var chain = [vertex(points[0])]
            func append(_ number: Int32) { if chain.last != number { chain.append(number) } }
            while segment < segments.count, owners[segment].line == line {
                let (a, b) = segments[segment]
                for place in (cuts[Int32(segment)] ?? []).sorted(by: { $0.distance(to: a) < $1.distance(to: a) }) {
                    append(vertex(place))
                }
                append(vertex(b))
                segment += 1
            }
            guard chain.count > 1 else { continue }
            for number in chain { visits[Int(number)] += 1 }
            visits[Int(chain[0])] += 1
            visits[Int(chain[chain.count - 1])] += 1
            chains.append((line, chain))
        }
        return chains
    }

    /// The number of a point; of one that was met before, nearer than the tolerance, the same.
    private mutating func vertex(_ point: Point) -> Int32 {
        let side = RoadNetwork.tolerance
        let cell = Cell(x: Int64((point.x / side).rounded(.down)), y: Int64((point.y / side).rounded(.down)))
        for y in cell.y - 1...cell.y + 1 {
            for x in cell.x - 1...cell.x + 1 {
                guard let near = known[Cell(x: x, y: y)] else { continue }
                if let found = near.first(where: { vertices[Int($0)].distance(to: point) <= side }) { return found }
            }
        }
        let number = Int32(vertices.count)
        vertices.append(point)
        visits.append(0)
        known[cell, default: []].append(number)
        return number
    }

    // MARK: Where lines meet

    private mutating func cut() {
        let grid = SegmentGrid(segments)
        for cell in grid.cells {
            let here = grid.segments(in: cell)
            guard here.count > 1 else { continue }
            for (place, first) in here.enumerated() {
                for second in here.dropFirst(place + 1) { cut(first, second) }
            }
        }
    }

    private mutating func cut(_ first: Int32, _ second: Int32) {
        let (p, q) = (segments[Int(first)], segments[Int(second)])
        let reach = RoadNetwork.tolerance
        guard max(p.a.x, p.b.x) + reach >= min(q.a.x, q.b.x), max(q.a.x, q.b.x) + reach >= min(p.a.x, p.b.x),
            max(p.a.y, p.b.y) + reach >= min(q.a.y, q.b.y), max(q.a.y, q.b.y) + reach >= min(p.a.y, p.b.y)
        else { return }
        var isTouched = false
        for (ends, other, number) in [(p, q, second), (q, p, first)] {
            for end in [ends.a, ends.b] where end.distance(toSegment: other.a, other.b) <= reach {
                isTouched = true
                if end.distance(to: other.a) > reach, end.distance(to: other.b) > reach { add(end, to: number) }
            }
        }
        guard !isTouched, let crossing = Self.crossing(p, q) else { return }
        add(crossing, to: first)
        add(crossing, to: second)
    }

    private mutating func add(_ point: Point, to segment: Int32) {
        // The two may share several cells.
        if cuts[segment]?.contains(point) != true { cuts[segment, default: []].append(point) }
    }

    /// Where two segments cross within both of them.
    private static func crossing(_ p: (a: Point, b: Point), _ q: (a: Point, b: Point)) -> Point? {
        let (px, py) = (p.b.x - p.a.x, p.b.y - p.a.y), (qx, qy) = (q.b.x - q.a.x, q.b.y - q.a.y)
        let turn = px * qy - py * qx
        guard turn != 0 else { return nil }
        let (dx, dy) = (q.a.x - p.a.x, q.a.y - p.a.y)
        let t = (dx * qy - dy * qx) / turn, u = (dx * py - dy * px) / turn
        guard (0...1).contains(t), (0...1).contains(u) else { return nil }
        return Point(x: p.a.x + t * px, y: p.a.y + t * py)
    }
}
