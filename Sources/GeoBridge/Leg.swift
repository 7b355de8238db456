import CPROJ
import Foundation
import Geometry

/// One leg of a traverse: how far, and in which direction.
package struct Leg: Hashable, Sendable {
    package var metres: Double
    /// Degrees clockwise from north, from 0 up to 360.
    package var bearing: Double

    /// On the grid, x east and y north: grid distance and grid bearing, as boundary descriptions give them.
    package init(from a: Point, to b: Point, metresPerUnit: Double) {
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        metres = (dx * dx + dy * dy).squareRoot() * metresPerUnit
        bearing = Self.turned(atan2(dx, dy) * 180 / .pi)
    }

    /// Along the shortest line between two places in degrees, x longitude and y latitude; by C. F. F. Karney's geodesics.
    package init(fromDegrees a: Point, to b: Point, on ellipsoid: Ellipsoid) {
        var geodesic = geod_geodesic()
        geod_init(&geodesic, ellipsoid.a, ellipsoid.flattening)
        var (distance, start, end) = (0.0, 0.0, 0.0)
        geod_inverse(&geodesic, a.y, a.x, b.y, b.x, &distance, &start, &end)
        metres = distance
        bearing = Self.turned(start)
    }

    private static func turned(_ degrees: Double) -> Double { degrees < 0 ? degrees + 360 : degrees }
}
