/// How far everything is from the nearest of many sources, along the roads.
package struct NetworkReach: Sendable {
    /// Cost from the nearest source to each node; infinite beyond the limit.
    private let nodes: [Double]
    /// What comes to an edge directly: sources on it, by edge.
    private let direct: [Int32: [(along: Double, cost: Double)]]
    private let rates: [Double]
    private let network: RoadNetwork
    package let access: Double

    /// - Parameters:
    ///   - rates: what a metre of each edge costs.
    ///   - access: what a metre between a place and its edge costs.
    ///   - limit: costs above it are of no interest.
    init(
        _ network: RoadNetwork, from sources: [RoadNetwork.Entry], rates: [Double], access: Double, limit: Double
    ) {
        (self.network, self.rates, self.access) = (network, rates, access)
        var nodes = Array(repeating: Double.infinity, count: network.nodes.count)
        var direct: [Int32: [(along: Double, cost: Double)]] = [:]
        var queue = NearestFirst()
        func improve(_ node: Int32, to cost: Double) {
            guard cost <= limit, cost < nodes[Int(node)] else { return }
            nodes[Int(node)] = cost
            queue.add(node, cost)
        }
        for source in sources {
            let cost = source.away * access
            guard cost <= limit else { continue }
            let edge = network.edges[Int(source.edge)], rate = rates[Int(source.edge)]
            direct[source.edge, default: []].append((source.along, cost))
            improve(edge.from, to: cost + source.along * rate)
            improve(edge.to, to: cost + (edge.length - source.along) * rate)
        }
        // Dijkstra 1959, with as many starts as there are sources.
        while let (node, cost) = queue.next() {
            guard cost == nodes[Int(node)] else { continue }
            for spoke in network.starts[Int(node)]..<network.starts[Int(node) + 1] {
                let number = network.spokes[Int(spoke)], edge = network.edges[Int(number)]
                improve(edge.from == node ? edge.to : edge.from, to: cost + edge.length * rates[Int(number)])
            }
        }
        (self.nodes, self.direct) = (nodes, direct)
    }

    /// The cost of the way to a place that enters the network at `entry`; infinite beyond the limit.
    package func cost(to entry: RoadNetwork.Entry) -> Double {
        let edge = network.edges[Int(entry.edge)], rate = rates[Int(entry.edge)]
        var best = min(
            nodes[Int(edge.from)] + entry.along * rate, nodes[Int(edge.to)] + (edge.length - entry.along) * rate)
        for source in direct[entry.edge] ?? [] {
            best = min(best, source.cost + abs(source.along - entry.along) * rate)
        }
        return best + entry.away * access
    }
}

extension RoadNetwork {
    /// Walks from all sources at once.
    ///
    /// - Parameters:
    ///   - rate: what a metre of a line costs, by the line's number; nil costs a metre.
    ///   - access: what a metre between a place and its road costs.
    ///   - limit: costs above it are of no interest.
    package func reach(
        from sources: [Entry], limit: Double, access: Double = 1, rate: ((Int32) -> Double)? = nil
    ) -> NetworkReach {
        let rates = rate.map { rate in edges.map { rate($0.line) } } ?? Array(repeating: 1, count: edges.count)
        return NetworkReach(self, from: sources, rates: rates, access: access, limit: limit)
    }
}

/// Nodes in the order of their costs: a binary heap.
private struct NearestFirst {
    private var items: [(cost: Double, node: Int32)] = []

    mutating func add(_ node: Int32, _ cost: Double) {
        items.append((cost, node))
        var at = items.count - 1
        while at > 0 {
            let parent = (at - 1) / 2
            guard items[at].cost < items[parent].cost else { break }
            items.swapAt(at, parent)
            at = parent
        }
    }

    mutating func next() -> (node: Int32, cost: Double)? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return (first.node, first.cost) }
        items[0] = last
        var at = 0
        while true {
            var child = 2 * at + 1
            guard child < items.count else { break }
            if child + 1 < items.count, items[child + 1].cost < items[child].cost { child += 1 }
            guard items[child].cost < items[at].cost else { break }
            items.swapAt(at, child)
            at = child
        }
        return (first.node, first.cost)
    }
}

/// Places by the cells of a grid, so that the nearest of many is found: ways as the crow flies, where there are no roads.
package struct NearestPlace: Sendable {
    private let places: [Point]
    private let index: SegmentGrid

    package init(_ places: [Point]) {
        self.places = places
        index = SegmentGrid(places.map { ($0, $0) })
    }

    /// Metres to the nearest place; infinite where none is within `limit`.
    package func distance(from point: Point, within limit: Double) -> Double {
        index.nearest(to: point, within: limit) { point.distance(to: places[Int($0)]) }?.distance ?? .infinity
    }
}
