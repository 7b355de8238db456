import GeoBridge
import Geometry

/// Turns what is measured in a system's coordinates into what reports have.
struct AnalysisMeasure {
    private let official: OfficialArea?
    /// Metres in a unit of the coordinates; nil for degrees.
    private let unit: Double?
    private let ellipsoid: Ellipsoid?
    /// Where the plane of degrees is; nil for a system that has one of its own, and outside of all zones.
    let zone: ZonePlane?

    init(system: CoordinateSystem?, zone: ZonePlane? = nil) {
        ellipsoid = system?.ellipsoid
        official = system.flatMap { try? OfficialArea(crs: $0) }
        unit = system?.isGeographic == true ? nil : system?.metresPerUnit ?? 1
        self.zone = zone
    }

    func hundredths(_ squareMetres: Double) -> Int64 { Int64((squareMetres * 100).rounded()) }

    func area(of shape: Shape) throws -> Double { try official?.area(of: shape) ?? shape.planeArea }

    func hundredths(of shape: Shape) throws -> Int64 { hundredths(try area(of: shape)) }

    /// A plane area in whole hundredths of a square metre; 0 where there is no plane.
    ///
    /// - Parameters:
    ///   - area: in squares of the units of the coordinates.
    ///   - shape: what it is the area of; degrees are measured anew.
    func plane(_ area: Double, of shape: @autoclosure () -> Shape) throws -> Int64 {
        if let unit { return hundredths(area * unit * unit) }
        return try zone.map { hundredths(try $0.metres(shape()).planeArea) } ?? 0
    }

    /// The length of lines or of the rings of polygons, in metres: in the plane, or along the ellipsoid where there is
    /// none.
    func length(of shape: Shape) throws -> Double { try length(shape.length, of: shape) }

    /// The same of a length that is known in the units of the coordinates; 0 for degrees without a shape.
    func length(_ length: Double, of shape: Shape?) throws -> Double {
        if let unit { return length * unit }
        guard let shape else { return 0 }
        if let zone { return try zone.metres(shape).length }
        guard let ellipsoid else { return 0 }
        var sum = 0.0
        shape.forEachEdge { sum += Leg(fromDegrees: $0, to: $1, on: ellipsoid).metres }
        return sum
    }
}

/// The plane of a county whose coordinates are degrees: its own 3° zone of Gauss–Krüger, in which the trade measures.
///
/// Corners are projected, edges are straight between them there, as when the coordinates had come in the zone.
struct ZonePlane {
    let title: String
    private let way: Transformation

    /// - Parameters:
    ///   - system: geographic. On WGS 84 the zone is that of CGCS2000, with which it is taken as one.
    ///   - middle: of the county; its longitude tells the zone.
    /// - Returns: nil outside of the zones of China, and on a datum that has none.
    init?(_ system: CoordinateSystem, middle: Point) {
        guard system.isGeographic, middle.x.isFinite, abs(middle.x) <= 180,
            let zone = GaussKrugerZone(width: 3, number: Int((middle.x / 3).rounded()), isPrefixed: true),
            let code = zone.code(on: system.datum == .wgs84 ? .cgcs2000 : system.datum),
            let proj = try? PROJ(), let target = try? proj.coordinateSystem("EPSG:\(code)"),
            let way = try? proj.transformation(from: system, to: target)
        else { return nil }
        (title, self.way) = (target.title, way)
    }

    /// In metres of the zone.
    func metres(_ shape: Shape) throws -> Shape { try way.transform(shape) }
}
