import CGEOS
import Geometry
import Phrases

extension GEOS {
    /// The faces that lines enclose, each a polygon of one part with its holes. Where lines cross, they are cut first; points
    /// that lines had keep their numbers bit by bit.
    ///
    /// - Parameter lines: of kind `line`; loose ends and bridges enclose nothing.
    package func faces(of lines: [Shape]) throws -> [Shape] {
        var all = Shape(kind: .line)
        for line in lines {
            for ring in line.ringEnds.indices { all.appendPart([Array(line.points[line.ring(ring)])]) }
        }
        let noded = try handle(
            try geometry(all).use { GEOSUnaryUnion_r(context, $0) }, "cutting lines at their crossings", "线求交打断")
        let polygons = noded.use { pointer in
            var members: [OpaquePointer?] = [pointer]
            return GEOSPolygonize_r(context, &members, 1)
        }
        let found = try handle(polygons, "forming polygons", "构面")
        return try shape(found, keeping: .polygon).shape.partShapes
    }

    /// The polygon at `distance` inside a polygon, its corners kept as corners.
    package func shrunk(_ shape: Shape, by distance: Double) throws -> Shape {
        let result = try handle(
            try geometry(shape).use {
                GEOSBufferWithStyle_r(
                    context, $0, -distance, 8, Int32(GEOSBUF_CAP_ROUND.rawValue), Int32(GEOSBUF_JOIN_MITRE.rawValue), 5)
            }, "shrinking a polygon", "收缩")
        return try self.shape(result, keeping: .polygon).shape
    }
}
