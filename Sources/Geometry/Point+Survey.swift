import Glibc

/// Points as surveyors lay them out: by bearing and distance, or beside an edge. In the units of the coordinates.
extension Point {
    /// The point at `distance` in the direction `bearing`, degrees clockwise from north (y).
    package func moved(bearing: Double, by distance: Double) -> Point {
        let (sine, cosine) = Self.direction(bearing)
        return Point(x: x + sine * distance, y: y + cosine * distance)
    }

    /// The unit vector of a bearing, east and north; exact along the axes.
    package static func direction(_ bearing: Double) -> (east: Double, north: Double) {
        switch bearing.truncatingRemainder(dividingBy: 360) {
        case 0: return (0, 1)
        case 90, -270: return (1, 0)
        case 180, -180: return (0, -1)
        case 270, -90: return (-1, 0)
        default:
            let radians = bearing * .pi / 180
            return (sin(radians), cos(radians))
        }
    }

    /// The bearing from here to another point, 0..<360 degrees clockwise from north.
    package func bearing(to other: Point) -> Double {
        let degrees = atan2(other.x - x, other.y - y) * 180 / .pi
        return degrees < 0 ? degrees + 360 : degrees
    }

    /// The place `distance` beside this point's foot on the line through `a` and `b`, on this point's side of it (on the
    /// left, looking from `a` to `b`, where it lies on the line itself); with a distance below 0 on the other side.
    ///
    /// - Returns: nil when `a` and `b` are the same.
    package func offset(from a: Point, _ b: Point, by distance: Double) -> Point? {
        let length = a.distance(to: b)
        guard length > 0 else { return nil }
        let (ux, uy) = ((b.x - a.x) / length, (b.y - a.y) / length)
        let along = (x - a.x) * ux + (y - a.y) * uy
        let left = (y - a.y) * ux - (x - a.x) * uy
        let side = left < 0 ? -distance : distance
        return Point(x: a.x + ux * along - uy * side, y: a.y + uy * along + ux * side)
    }
}
