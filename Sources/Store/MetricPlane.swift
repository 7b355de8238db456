import Foundation
import GeoBridge
import Geometry

/// A plane in metres on which ways are measured.
///
/// A projected system's own, as rules measure distances; of degrees the plane that touches the ellipsoid in the county's
/// middle, which over half a degree of latitude errs by less than half a percent.
struct MetricPlane {
    private let origin: Point
    private let scale: Point

    /// - Parameter middle: of the county, in the system's coordinates.
    init(_ system: CoordinateSystem?, middle: Point) {
        guard let system, system.isGeographic else {
            let metres = system?.metresPerUnit ?? 1
            (origin, scale) = (Point(x: 0, y: 0), Point(x: metres, y: metres))
            return
        }
        // Radii of curvature of the ellipsoid along the meridian and across it.
        let e2 = system.ellipsoid.e2, latitude = middle.y * .pi / 180
        let w = 1 - e2 * sin(latitude) * sin(latitude)
        let along = system.ellipsoid.a * (1 - e2) / (w * w.squareRoot()), across = system.ellipsoid.a / w.squareRoot()
        origin = middle
        scale = Point(x: across * cos(latitude) * .pi / 180, y: along * .pi / 180)
    }

    func metres(_ point: Point) -> Point {
        Point(x: (point.x - origin.x) * scale.x, y: (point.y - origin.y) * scale.y)
    }

    func metres(_ shape: Shape) -> Shape {
        var shape = shape
        for index in shape.points.indices { shape.points[index] = metres(shape.points[index]) }
        return shape
    }
}
