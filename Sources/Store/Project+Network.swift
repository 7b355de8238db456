import GRDB
import Geometry
import Planning

/// A stretch of road between two places where roads meet or end.
package struct NetworkEdge: Sendable, Hashable {
    package var uid: Int64
    /// The village that its middle lies in; 0 for none.
    package var unit: Int64
    /// As the layer calls its class, such as 公路; empty where it does not.
    package var `class`: String
    /// In metres of the plane.
    package var length: Double
    /// How much of it lies in the urban area.
    package var urban: Double
}

/// A facility that people walk or drive to.
package struct NetworkFacility: Sendable, Hashable {
    package var uid: Int64
    package var kind: String
    package var unit: Int64
    /// In the project's coordinates.
    package var point: Point
    /// Whole hundredths of a square metre; 0 for a point.
    package var area: Int64
    package var table: String
}

/// The roads of a world as a network, and what stands beside them.
package struct NetworkView: Sendable {
    package var nodes: Int
    package var edges: [NetworkEdge]
    package var facilities: [NetworkFacility]
}

extension Project {
    /// The roads and facilities in the world of a plan.
    package func network(plan: Int64 = 0, layer: Layer) throws -> NetworkView {
        try read { db in try Self.network(plan: plan, layer: layer, in: db) }
    }

    static func network(plan: Int64, layer: Layer, in db: Database) throws -> NetworkView {
        try standing(Here(plan: plan, layer: layer.id), db) {
            let world = try ReachWorld(db, plan: plan, layer: layer, stamp: "")
            let units = try ReachReader(db, plan: plan, layer: layer, plane: world.plane).units().map {
                ($0.unit, $0.shape, $0.shape.box)
            }
            let areas = world.urbanArea.map { ($0, $0.box) }
            let edges = (world.network?.edges ?? []).map { edge -> NetworkEdge in
                let path = Array(world.network?.path(of: edge) ?? [])
                let line = Shape(line: path), box = line.box
                let road = world.roads[Int(edge.line)]
                var urban = 0.0
                for (area, bounds) in areas where bounds.intersects(box) {
                    for (a, b) in zip(path, path.dropFirst()) { urban += area.length(ofSegment: a, b) }
                }
                let middle = line.labelPoint ?? box.center
                let unit = units.first { $0.2.contains(middle) && $0.1.contains(middle) }?.0 ?? 0
                return NetworkEdge(uid: road.uid, unit: unit, class: road.class, length: edge.length, urban: urban)
            }
            let facilities = world.sources.flatMap { source in
                source.kinds.map {
                    NetworkFacility(
                        uid: source.uid, kind: $0, unit: source.unit, point: source.middle, area: source.area,
                        table: source.table)
                }
            }
            return NetworkView(nodes: world.network?.nodes.count ?? 0, edges: edges, facilities: facilities)
        }
    }

    /// Fills a connection's tables `network` and `facility`.
    static func fill(_ view: NetworkView, in db: Database) throws {
        try db.execute(sql: "DELETE FROM temp.network; DELETE FROM temp.facility")
        let roads = try Int64.fetchOne(
            db,
            sql: "SELECT id FROM layer_registry WHERE standard = 'DL' ORDER BY coalesce(year, 0) DESC, id DESC LIMIT 1")
        let edge = try db.makeStatement(sql: "INSERT INTO temp.network VALUES (?, ?, ?, ?, ?, ?, ?)")
        for (number, one) in view.edges.enumerated() {
            try edge.execute(arguments: [number + 1, roads, one.uid, one.unit, one.class, one.length, one.urban])
        }
        let facility = try db.makeStatement(sql: "INSERT INTO temp.facility VALUES (?, ?, ?, ?, ?, ?, ?)")
        for one in view.facilities {
            try facility.execute(arguments: [
                one.uid, one.kind, one.unit, one.point.x, one.point.y, Double(one.area) / 100, one.table,
            ])
        }
    }
}
