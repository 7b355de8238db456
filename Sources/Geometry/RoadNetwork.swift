/// Roads as a network that can be walked: nodes where lines end, cross or touch, edges between them.
///
/// Coordinates and lengths are in metres of the plane. Lines that cross are taken to meet; whether one of them is a bridge
/// no layer says.
package struct RoadNetwork: Sendable {
    /// A stretch of one line between two nodes.
    package struct Edge: Hashable, Sendable {
        package let from: Int32
        package let to: Int32
        /// The number of the line that it is a stretch of.
        package let line: Int32
        package let length: Double
        /// Its points, in `points`.
        let points: Range<Int32>
    }

    /// Where somebody enters the network: the place of an edge that is nearest to them.
    package struct Entry: Hashable, Sendable {
        package let edge: Int32
        /// Metres along the edge from its first node.
        package let along: Double
        /// Metres from the place to the edge, as the crow flies.
        package let away: Double
    }

    package private(set) var nodes: [Point] = []
    package private(set) var edges: [Edge] = []
    private(set) var points: [Point] = []
    /// Metres from the start of its edge to each of `points`.
    private var along: [Double] = []
    /// The edges at each node: where in `spokes` they begin.
    private(set) var starts: [Int32] = []
    private(set) var spokes: [Int32] = []
    private var index = SegmentGrid([])
    /// Of each segment of the index its edge and its first point.
    private var segments: [(edge: Int32, point: Int32)] = []

    /// Ends and crossings that lie nearer to each other are one.
    package static let tolerance = 0.01

    /// - Parameter lines: each of two points or more; shorter ones are passed over.
    package init(_ lines: [[Point]]) {
        var maker = NetworkMaker(lines)
        let chains = maker.chains()
        var numbers: [Int32: Int32] = [:]
        func node(_ vertex: Int32, in network: inout RoadNetwork) -> Int32 {
            if let known = numbers[vertex] { return known }
            let number = Int32(network.nodes.count)
            network.nodes.append(maker.vertices[Int(vertex)])
            numbers[vertex] = number
            return number
        }
        for (line, chain) in chains {
            var first = 0
            for last in chain.indices.dropFirst() where maker.isNode(chain[last]) {
                let start = Int32(points.count)
                var length = 0.0
                for at in first...last {
                    let point = maker.vertices[Int(chain[at])]
                    if at > first, let before = points.last { length += before.distance(to: point) }
                    points.append(point)
                    along.append(length)
                }
                edges.append(
                    Edge(
                        from: node(chain[first], in: &self), to: node(chain[last], in: &self), line: Int32(line),
                        length: length, points: start..<Int32(points.count)))
                first = last
            }
        }
        makeSpokes()
        for (number, edge) in edges.enumerated() {
            for point in edge.points.dropLast() { segments.append((Int32(number), point)) }
        }
        index = SegmentGrid(segments.map { (points[Int($0.point)], points[Int($0.point) + 1]) })
    }

    private mutating func makeSpokes() {
        starts = Array(repeating: 0, count: nodes.count + 1)
        for edge in edges {
            starts[Int(edge.from) + 1] += 1
            if edge.to != edge.from { starts[Int(edge.to) + 1] += 1 }
        }
        for node in nodes.indices { starts[node + 1] += starts[node] }
        var next = starts
        spokes = Array(repeating: 0, count: Int(starts[nodes.count]))
        for (number, edge) in edges.enumerated() {
            for node in edge.from == edge.to ? [edge.from] : [edge.from, edge.to] {
                spokes[Int(next[Int(node)])] = Int32(number)
                next[Int(node)] += 1
            }
        }
    }

    package var length: Double { edges.reduce(0) { $0 + $1.length } }

    /// The line of an edge.
    package func path(of edge: Edge) -> ArraySlice<Point> {
        points[Int(edge.points.lowerBound)..<Int(edge.points.upperBound)]
    }

    /// Where places enter the network, in their order; nil where no road is within `limit` metres.
    ///
    /// Quickest for places one of which is near the next: it need not look farther than the road of the one before.
    package func entries(of places: some Sequence<Point>, within limit: Double = .infinity) -> [Entry?] {
        var entries: [Entry?] = []
        var before: (place: Point, away: Double)?
        for place in places {
            // What rounding may take from the way to a road that both may enter.
            let reach = before.map { ($0.away + $0.place.distance(to: place)) * (1 + 1e-9) + 1e-6 } ?? .infinity
            let entry = entry(of: place, within: min(limit, reach))
            before = entry.map { (place, $0.away) }
            entries.append(entry)
        }
        return entries
    }

    /// Where a place enters the network; nil where no road is within `limit` metres.
    package func entry(of place: Point, within limit: Double = .infinity) -> Entry? {
        let found = index.nearest(to: place, within: limit) { segment in
            let point = Int(segments[Int(segment)].point)
            return place.distance(toSegment: points[point], points[point + 1])
        }
        guard let found else { return nil }
        let (edge, first) = segments[Int(found.segment)]
        let (a, b) = (points[Int(first)], points[Int(first) + 1])
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let square = dx * dx + dy * dy
        let t = square > 0 ? min(1, max(0, ((place.x - a.x) * dx + (place.y - a.y) * dy) / square)) : 0
        return Entry(edge: edge, along: along[Int(first)] + t * square.squareRoot(), away: found.distance)
    }
}
