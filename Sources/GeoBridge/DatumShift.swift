import Foundation
import Phrases

/// Local parameters that lead from one datum to another (坐标转换参数), as a surveying office hands them out.
package struct DatumShift: Hashable, Sendable, Codable {
    package enum Method: String, Sendable, Codable {
        /// Bursa–Wolf between geocentric coordinates (布尔沙七参数): dx dy dz in metres, rx ry rz in seconds of arc, scale in
        /// parts per million.
        case sevenParameters = "seven_parameter"
        /// In the plane between two projected systems (平面四参数): dx dy in metres, one rotation, scale.
        case fourParameters = "four_parameter"
    }

    /// What a positive rotation turns; the two differ in the rotations' sign alone, and a file must say which it means.
    package enum Convention: String, Sendable, Codable {
        /// The position of a point (EPSG 9606); in the plane, from the first axis towards the second.
        case positionVector = "position_vector"
        /// The axes (EPSG 9607).
        case coordinateFrame = "coordinate_frame"
    }

    /// Which axis of the plane `dx` is about. A Chinese surveyor's x is north.
    package enum Axes: String, Sendable, Codable {
        case northEast = "north_east"
        case eastNorth = "east_north"
    }

    package var method: Method
    package var convention: Convention
    package var axes: Axes?
    /// Codes of the systems: of datums for seven parameters, of projected systems for four.
    package var from: String
    package var to: String
    /// Metres; three, or two in the plane.
    package var translation: [Double]
    /// Seconds of arc; three, or one in the plane.
    package var rotation: [Double]
    /// Parts per million.
    package var scale: Double
    /// Who determined the parameters, from what.
    package var source: String
    /// Root mean square of the residuals at the control points, metres.
    package var residual: Double
    /// West, south, east, north in degrees, where the parameters hold; nil where the file does not say.
    package var area: [Double]?
    package var file: String
    /// SHA-256 of the file.
    package var hash: String

    /// The parameters in one line, for reports and the journal.
    package var summary: Phrase {
        let names = method == .sevenParameters ? ["dx", "dy", "dz"] : ["dx", "dy"]
        let turns = method == .sevenParameters ? ["rx", "ry", "rz"] : ["rotation"]
        let numbers =
            zip(names, translation).map { "\($0) = \($1) m" } + zip(turns, rotation).map { "\($0) = \($1)\u{2033}" }
            + ["scale = \(scale) ppm", convention.rawValue] + [axes?.rawValue].compactMap(\.self)
        let list = numbers.joined(separator: ", ")
        let kind = method == .sevenParameters ? Phrase("seven parameters", "七参数") : Phrase("four parameters", "四参数")
        let place = area.map { " (\($0.map { "\($0)" }.joined(separator: ", ")))" } ?? ""
        return Phrase(
            "Datum: \(kind.english) \(from) → \(to): \(list); source: \(source); residuals \(residual) m\(place); "
                + "\(file) (sha256 \(hash)).",
            "基准转换：\(kind.chinese) \(from) → \(to)：\(list)；来源：\(source)；残差 \(residual) m\(place)；"
                + "\(file)（sha256 \(hash)）。")
    }

    /// PROJ's pipeline from longitude and latitude in degrees on `a` to the same on `b`.
    ///
    /// Bursa–Wolf as EPSG defines it, with rotations taken as small; heights are those of the ellipsoid, zero.
    func pipeline(between a: CoordinateSystem, and b: CoordinateSystem) -> String {
        """
        +proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 \
        +step +proj=cart +a=\(a.ellipsoid.a) +rf=\(a.ellipsoid.inverseFlattening) \
        +step +proj=helmert +x=\(translation[0]) +y=\(translation[1]) +z=\(translation[2]) \
        +rx=\(rotation[0]) +ry=\(rotation[1]) +rz=\(rotation[2]) +s=\(scale) +convention=\(convention.rawValue) \
        +step +inv +proj=cart +a=\(b.ellipsoid.a) +rf=\(b.ellipsoid.inverseFlattening) \
        +step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg
        """
    }

    /// PROJ's operation in the plane, east before north on both sides.
    ///
    /// With the first axis u and the second v: u′ = dx + k (u cos θ − v sin θ), v′ = dy + k (u sin θ + v cos θ), where
    /// k = 1 + scale / 10⁶, and θ is the rotation, its sign turned for `coordinateFrame`.
    var affine: String {
        let seconds = convention == .positionVector ? rotation[0] : -rotation[0]
        let angle = seconds / 3600 * .pi / 180
        let k = 1 + scale / 1e6
        let cosine = k * cos(angle), sine = k * sin(angle)
        // With north first, exchanging the axes turns the sense of the rotation.
        let (east, north, turn) =
            axes == .northEast ? (translation[1], translation[0], -sine) : (translation[0], translation[1], sine)
        return """
            +proj=affine +xoff=\(east) +yoff=\(north) +s11=\(cosine) +s12=\(-turn) +s21=\(turn) +s22=\(cosine)
            """
    }
}
