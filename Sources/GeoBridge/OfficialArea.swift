import CPROJ
import Geometry
import Phrases

/// The official area of shapes of one coordinate system: on the ellipsoid, whatever the data are drawn in.
///
/// Gauss–Krüger and other transverse Mercator coordinates, and degrees, are measured from the stored values alone; any
/// other projection goes back to degrees through PROJ, which is started for it. Edges are straight in the plane the
/// data are drawn in, and divided there at 70 m; those of degrees are shortest lines.
package struct OfficialArea {
    private enum Way {
        case grid(TransverseMercator)
        case degrees
        case projection(Transformation, metresPerUnit: Double)
    }

    private let way: Way
    private let formula: EllipsoidArea
    private let title: String

    /// - Throws: `PROJError` when the system needs PROJ and PROJ cannot take it back to degrees.
    package init(crs: CoordinateSystem, edges: EllipsoidArea.Edges = .geodesic) throws {
        formula = EllipsoidArea(on: crs.ellipsoid, edges: edges)
        title = crs.title
        if crs.isGeographic {
            way = .degrees
        } else if let grid = crs.transverseMercator {
            way = .grid(grid)
        } else {
            way = .projection(try PROJ().toDegrees(from: crs), metresPerUnit: crs.metresPerUnit)
        }
    }

    /// The area in m², not rounded; 0 for points and lines.
    ///
    /// - Throws: `Refusal` for coordinates that lie outside of the system's reach.
    package func area(of shape: Shape) throws -> Double {
        let area: Double
        switch way {
        case .grid(let grid): area = formula.area(of: shape, on: grid)
        case .degrees: area = formula.areaOfDegrees(shape)
        case .projection(let toDegrees, let metresPerUnit):
            guard var divided = divided(shape, metresPerUnit) else { throw outside(shape) }
            try toDegrees.transform(&divided.points)
            area = formula.areaOfDivided(divided)
        }
        guard area.isFinite else { throw outside(shape) }
        return area
    }

    /// The shape with every edge longer than 70 m divided; nil when an edge is longer than the earth is round.
    private func divided(_ shape: Shape, _ metresPerUnit: Double) -> Shape? {
        guard shape.kind == .polygon else { return shape }
        var result = Shape(kind: .polygon, partEnds: shape.partEnds)
        for ring in shape.ringEnds.indices {
            let range = shape.ring(ring)
            for index in range.dropLast() {
                let (a, b) = (shape.points[index], shape.points[index + 1])
                result.points.append(a)
                guard
                    let pieces = EllipsoidArea.pieces(
                        Point(x: a.x * metresPerUnit, y: a.y * metresPerUnit),
                        Point(x: b.x * metresPerUnit, y: b.y * metresPerUnit))
                else { return nil }
                for piece in 1..<pieces {
                    let t = Double(piece) / Double(pieces)
                    result.points.append(Point(x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t))
                }
            }
            if let last = range.last { result.points.append(shape.points[last]) }
            result.ringEnds.append(result.points.count)
        }
        return result
    }

    private func outside(_ shape: Shape) -> Refusal {
        let place = shape.points.first.map { "\($0.x), \($0.y)" } ?? ""
        return Refusal(
            .badData,
            "The area of a polygon at \(place) cannot be computed: it lies outside of \(title). "
                + "Is this the coordinate system of the data?",
            "无法计算 \(place) 处多边形的面积: 超出 \(title) 的适用范围, 请检查数据的坐标系。")
    }
}

extension PROJ {
    /// The area that C. F. F. Karney's geodesics give a closed ring of degrees, in m², for tests and benchmarks.
    package static func geodesicArea(_ ring: [Point], on ellipsoid: Ellipsoid) -> Double {
        var geodesic = geod_geodesic()
        geod_init(&geodesic, ellipsoid.a, ellipsoid.flattening)
        var polygon = geod_polygon()
        geod_polygon_init(&polygon, 0)
        for point in ring.dropLast() { geod_polygon_addpoint(&geodesic, &polygon, point.y, point.x) }
        var area = 0.0
        _ = geod_polygon_compute(&geodesic, &polygon, 0, 1, &area, nil)
        return abs(area)
    }
}
