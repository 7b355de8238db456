import Testing

@testable import Geometry

/// Roads as a network, on a small one that is worked out by hand.
///
///     y 100            +        +
///        50  +---------+--------+---------+
///         0  +---------+--------+
///      -100            +
///         x  0        100      200       300
struct NetworkTests {
    static func point(_ x: Double, _ y: Double) -> Point { Point(x: x, y: y) }

    /// One line crosses at another's vertex, one shares an end, one crosses two others in the middle of segments.
    static let network = RoadNetwork([
        [point(0, 0), point(100, 0), point(200, 0)], [point(100, -100), point(100, 100)],
        [point(200, 0), point(200, 100)], [point(0, 50), point(300, 50)],
    ])

    @Test("Nodes stand at ends and crossings, edges between them")
    func shape() throws {
        let network = Self.network
        // Ends: (0,0) (200,0) (100,-100) (100,100) (200,100) (0,50) (300,50); crossings: (100,0) (100,50) (200,50).
        #expect(network.nodes.count == 10)
        #expect(Set(network.nodes).isSuperset(of: [Self.point(100, 0), Self.point(100, 50), Self.point(200, 50)]))
        // Two of the first line, three of the second, two of the third, three of the fourth.
        #expect((0..<4).map { line in network.edges.count { $0.line == line } } == [2, 3, 2, 3])
        #expect(abs(network.length - 800) < 1e-9)
    }

    @Test("Ways begin and end at the nearest edge, and what lies between is walked")
    func ways() throws {
        let network = Self.network
        let home = try #require(network.entry(of: Self.point(250, 60)))
        #expect(home.away == 10 && network.edges[Int(home.edge)].line == 3 && home.along == 50)
        let shop = try #require(network.entry(of: Self.point(0, 10)))
        #expect(shop.away == 10 && shop.along == 0)
        // 10 to the road, 100 to the crossing, 50 up, 150 along, 10 to the house.
        #expect(abs(network.reach(from: [shop], limit: 320).cost(to: home) - 320) < 1e-9)
        #expect(network.reach(from: [shop], limit: 250).cost(to: home) == .infinity)
        // From two sources the nearer one counts: (300, 50) is 50 away along the road.
        let other = try #require(network.entry(of: Self.point(300, 50)))
        #expect(abs(network.reach(from: [shop, other], limit: 1000).cost(to: home) - 60) < 1e-9)
        // On one edge nobody walks around by a node.
        let near = try #require(network.entry(of: Self.point(20, 3))),
            far = try #require(network.entry(of: Self.point(60, -4)))
        #expect(abs(network.reach(from: [near], limit: 1000).cost(to: far) - 47) < 1e-9)
        // Driving: half a second a metre on the fourth line, one on others, two to the road: 20 + 100 + 50 + 75 + 20.
        let driven = network.reach(from: [shop], limit: 1000, access: 2) { $0 == 3 ? 0.5 : 1 }
        #expect(abs(driven.cost(to: home) - 265) < 1e-9)
        #expect(network.entry(of: Self.point(0, 1000), within: 500) == nil)
        #expect(network.reach(from: [], limit: 1000).cost(to: home) == .infinity)
    }

    @Test("An end that lies on another road, or a hair beside it, meets it; a road that stops short does not")
    func touching() {
        let road = [Self.point(0, 0), Self.point(100, 0)]
        let meets = RoadNetwork([road, [Self.point(50, 0.004), Self.point(50, 80)]])
        #expect(meets.edges.count == 3 && meets.nodes.count == 4)
        let short = RoadNetwork([road, [Self.point(50, 0.5), Self.point(50, 80)]])
        #expect(short.edges.count == 2 && short.nodes.count == 4)
        // A loop has one node, and an edge back to it; a line of one point is none.
        let loop = RoadNetwork([
            [Self.point(0, 0), Self.point(10, 0), Self.point(10, 10), Self.point(0, 0)], [Self.point(5, 5)],
        ])
        #expect(loop.nodes.count == 1 && loop.edges.count == 1)
        #expect(RoadNetwork([]).entry(of: Self.point(0, 0)) == nil)
    }

    @Test("Every node's distance is that of Bellman and Ford on random networks", arguments: 0..<20)
    func random(seed: Int) throws {
        var generator = Seeded(UInt64(seed) + 77)
        func number(_ top: Double) -> Double { Double.random(in: 0..<top, using: &generator) }
        let lines = (0..<30).map { _ in
            (0..<Int.random(in: 2..<6, using: &generator)).map { _ in Self.point(number(1000), number(1000)) }
        }
        let network = RoadNetwork(lines)
        let whole = lines.reduce(0.0) { $0 + Shape(line: $1).length }
        #expect(abs(network.length - whole) < 1)
        let sources = try (0..<3).map { _ in try #require(network.entry(of: Self.point(number(1000), number(1000)))) }
        // Relaxed until nothing changes, without a queue.
        var best = Array(repeating: Double.infinity, count: network.nodes.count)
        for source in sources {
            let edge = network.edges[Int(source.edge)]
            best[Int(edge.from)] = min(best[Int(edge.from)], source.away + source.along)
            best[Int(edge.to)] = min(best[Int(edge.to)], source.away + edge.length - source.along)
        }
        var isChanged = true
        while isChanged {
            isChanged = false
            for edge in network.edges {
                for (from, to) in [(Int(edge.from), Int(edge.to)), (Int(edge.to), Int(edge.from))]
                where best[from] + edge.length < best[to] {
                    best[to] = best[from] + edge.length
                    isChanged = true
                }
            }
        }
        let reach = network.reach(from: sources, limit: 900)
        for _ in 0..<200 {
            let place = Self.point(number(1100), number(1100))
            let entry = try #require(network.entry(of: place))
            // The nearest of all segments, looked at one by one.
            let nearest = lines.flatMap { zip($0, $0.dropFirst()) }.map { place.distance(toSegment: $0, $1) }.min()
            // Crossings that lie nearer than the tolerance to each other were made one.
            #expect(abs(entry.away - (nearest ?? -1)) <= 2 * RoadNetwork.tolerance)
            let edge = network.edges[Int(entry.edge)]
            var cost = min(best[Int(edge.from)] + entry.along, best[Int(edge.to)] + edge.length - entry.along)
            for source in sources where source.edge == entry.edge {
                cost = min(cost, source.away + abs(source.along - entry.along))
            }
            cost += entry.away
            let found = reach.cost(to: entry)
            #expect(cost <= 900 ? abs(found - cost) < 1e-9 : found > 900 - 1e-9)
        }
    }

    @Test("The nearest place is that of looking at all")
    func places() {
        var generator = Seeded(5)
        func number() -> Double { Double.random(in: -500..<500, using: &generator) }
        let places = (0..<300).map { _ in Self.point(number(), number() / 9) }
        let index = NearestPlace(places)
        for _ in 0..<300 {
            let point = Self.point(number() * 2, number())
            let nearest = places.map(point.distance).min() ?? -1
            #expect(index.distance(from: point, within: 5_000) == nearest)
            #expect(index.distance(from: point, within: 100) == (nearest <= 100 ? nearest : .infinity))
        }
        #expect(NearestPlace([]).distance(from: Self.point(0, 0), within: 9) == .infinity)
    }

    @Test("A segment's length inside a polygon with a hole")
    func clipped() {
        func ring(_ a: Double, _ b: Double) -> [Point] {
            [Self.point(a, a), Self.point(b, a), Self.point(b, b), Self.point(a, b), Self.point(a, a)]
        }
        let shape = Shape(polygon: [ring(0, 100), ring(40, 60)])
        // Across at mid-height: 100 less the 20 of the hole; from within to without: 30 of 80.
        #expect(abs(shape.length(ofSegment: Self.point(-50, 50), Self.point(150, 50)) - 80) < 1e-9)
        #expect(abs(shape.length(ofSegment: Self.point(70, 10), Self.point(150, 10)) - 30) < 1e-9)
        #expect(shape.length(ofSegment: Self.point(-5, -5), Self.point(-1, -9)) == 0)
    }
}
