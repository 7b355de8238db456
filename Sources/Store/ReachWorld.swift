import Foundation
import GRDB
import GeoBridge
import Geometry
import Planning
import Synchronization

/// Land that counts, as one place: its centre of gravity, and where that enters the roads.
struct ReachPlace: Sendable {
    var uid: Int64
    var unit: Int64
    /// Whole hundredths of a square metre.
    var area: Int64
    var point: Point
    var entry: RoadNetwork.Entry?
    var uses: Uses

    struct Uses: OptionSet, Sendable {
        let rawValue: UInt8
        static let residential = Uses(rawValue: 1)
        static let living = Uses(rawValue: 2)
        static let urban = Uses(rawValue: 4)
        static let inUrbanArea = Uses(rawValue: 8)
    }
}

/// A facility of some kinds: a point, or land that is entered anywhere along its outline.
struct ReachSource: Sendable {
    var uid: Int64
    var unit: Int64
    var kinds: [String]
    /// Whole hundredths of a square metre; 0 for a point.
    var area: Int64
    /// In metres.
    var points: [Point]
    var entries: [RoadNetwork.Entry]
    /// In the project's coordinates.
    var middle: Point
    /// The table that it stands in.
    var table: String
}

/// A road as a layer has it.
struct ReachRoad: Sendable {
    var uid: Int64
    var `class`: String
}

/// A county as somebody who walks sees it: its roads, the land that people live on, and what they walk to.
///
/// Kept in memory between the steps of a draft: what the draft changes takes the place of what is here.
final class ReachWorld: Sendable {
    let layer: Layer
    /// What it was read from.
    let stamp: String
    let plane: MetricPlane
    /// Nil where no roads are loaded.
    let network: RoadNetwork?
    let roads: [ReachRoad]
    /// In metres.
    let urbanArea: [Shape]
    let places: [ReachPlace]
    let sources: [ReachSource]
    /// Nil until somebody asked.
    let sums = Mutex<ReachSums?>(nil)

    /// The base that was read last, for whoever has the file open in this process: a job reads it, and the screen goes on
    /// from there.
    static let latest = Mutex<(path: String, world: ReachWorld)?>(nil)

    /// The base of a project if it is in memory, as it is now.
    static func known(_ path: String, _ stamp: String, _ layer: Layer) -> ReachWorld? {
        latest.withLock { latest in
            guard let latest, latest.path == path, latest.world.stamp == stamp, latest.world.layer.id == layer.id else {
                return nil
            }
            return latest.world
        }
    }

    /// Reads the world in which the connection stands.
    ///
    /// - Parameters:
    ///   - db: stands in the plan and at the layer.
    ///   - plan: its number; 0 for the base.
    init(_ db: Database, plan: Int64, layer: Layer, stamp: String) throws {
        self.layer = layer
        self.stamp = stamp
        let plane = MetricPlane(try Project.coordinateSystem(in: db), middle: layer.box.center)
        self.plane = plane
        let reader = ReachReader(db, plan: plan, layer: layer, plane: plane)
        let (lines, roads) = try reader.roads()
        self.roads = roads
        let network = lines.isEmpty ? nil : RoadNetwork(lines)
        self.network = network
        urbanArea = try reader.areas("CQFW")
        let land = try reader.land(edited: false, urbanArea, network)
        places = land.places
        sources = try reader.points(network) + land.sources
    }

    /// A point to each so many metres of an outline at least.
    static let spacing = 100.0

    /// Where land is entered: the corners of its outline, and places between them.
    static func outline(_ shape: Shape) -> [Point] {
        var points: [Point] = []
        for part in shape.partEnds.indices {
            guard let shell = shape.part(part).first else { continue }
            let ring = shape.points[shape.ring(shell)]
            for (a, b) in zip(ring, ring.dropFirst()) {
                let steps = max(1, Int((a.distance(to: b) / spacing).rounded(.up)))
                for step in 0..<steps {
                    let t = Double(step) / Double(steps)
                    points.append(Point(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y)))
                }
            }
        }
        return points
    }
}
