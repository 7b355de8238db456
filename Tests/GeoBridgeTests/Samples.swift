import Foundation
import Geometry

/// Polygons and files for tests.
enum Samples {
    /// A ring of so many corners around a centre, which does not cross itself: corners at growing angles.
    static func ring(corners: Int, around center: Point, radius: Double, seed: UInt64) -> [Point] {
        var random = Seeded(seed)
        var ring = (0..<corners).map { corner -> Point in
            let angle = (Double(corner) + .random(in: 0..<0.9, using: &random)) / Double(corners) * 2 * .pi
            let distance = radius * .random(in: 0.3...1, using: &random)
            return Point(x: center.x + distance * cos(angle), y: center.y + distance * sin(angle))
        }
        ring.append(ring[0])
        return ring
    }

    static func square(_ x: Double, _ y: Double, side: Double) -> [Point] {
        [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)].map { Point(x: x + side * $0.0, y: y + side * $0.1) }
    }

    /// Every edge longer than `longest` divided evenly: the rule of domain reference f1, written down again.
    static func divided(_ ring: [Point], longest: Double) -> [Point] {
        var result = [ring[0]]
        for (a, b) in zip(ring, ring.dropFirst()) {
            let pieces = max(1, Int((hypot(b.x - a.x, b.y - a.y) / longest).rounded(.up)))
            for piece in 1...pieces {
                let t = Double(piece) / Double(pieces)
                result.append(Point(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t))
            }
        }
        return result
    }

    /// The polygon of `POLYGON((x y, …), …)`, for the cases of GEOS's own tests.
    static func polygon(wkt: String) -> Shape {
        let rings = wkt.split(separator: "(").dropFirst().map { text in
            text.prefix { $0 != ")" }.split(separator: ",").map { pair in
                let numbers = pair.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
                return Point(x: numbers[0], y: numbers[1])
            }
        }
        return Shape(polygon: Array(rings))
    }

    /// A file of real data that stands beside the repository; nil, and a line, where it is missing.
    static func data(_ path: String) -> Data? {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let root =
            ProcessInfo.processInfo.environment["TUBAN_TESTDATA"].map { URL(filePath: $0) }
            ?? package.deletingLastPathComponent().appending(path: "shared/data")
        let data = try? Data(contentsOf: root.appending(path: path))
        if data == nil { print("skipped: no \(path) in the test data") }
        return data
    }

    /// The lines of a table in `Reference`, split at commas, without comments and heading.
    static func table(_ name: String) throws -> [[String]] {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Reference/\(name)")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
            .dropFirst().map { $0.split(separator: ",").map(String.init) }
    }
}
