/// The figure of the earth that a coordinate system is drawn on.
package struct Ellipsoid: Hashable, Sendable, Codable {
    /// Semi-major axis in metres.
    package var a: Double
    /// 1/f; 0 for a sphere.
    package var inverseFlattening: Double

    package init(a: Double, inverseFlattening: Double) {
        self.a = a
        self.inverseFlattening = inverseFlattening
    }

    package static let cgcs2000 = Ellipsoid(a: 6_378_137, inverseFlattening: 298.257222101)
    /// The same figures as CGCS2000's.
    package static let grs80 = cgcs2000
    package static let wgs84 = Ellipsoid(a: 6_378_137, inverseFlattening: 298.257223563)
    /// Of Xian 1980 (1980西安坐标系).
    package static let iag75 = Ellipsoid(a: 6_378_140, inverseFlattening: 298.257)
    /// Of Beijing 1954 (1954北京坐标系) and New Beijing.
    package static let krassowsky = Ellipsoid(a: 6_378_245, inverseFlattening: 298.3)

    package var flattening: Double { inverseFlattening == 0 ? 0 : 1 / inverseFlattening }
    /// Semi-minor axis in metres.
    package var b: Double { a * (1 - flattening) }
    /// First eccentricity squared.
    package var e2: Double { flattening * (2 - flattening) }
    /// Third flattening (a − b) / (a + b).
    package var n: Double { flattening / (2 - flattening) }
}
