import Boundary
import Foundation
import GeoBridge
import Geometry

/// A folder of real files outside the repository, beside the test data; nil, with a line, where it is missing.
func folder(_ path: String) -> URL? {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let data =
        ProcessInfo.processInfo.environment["TUBAN_TESTDATA"].map { URL(filePath: $0) }
        ?? package.appending(path: "../shared/data").standardized
    let found = data.appending(path: path).standardized
    if FileManager.default.fileExists(atPath: found.path) { return found }
    print("skipped: there is no \(found.path); set TUBAN_TESTDATA")
    return nil
}

/// The bytes of an example of the domain's notes; nil where the folder is missing.
func example(_ name: String) throws -> [UInt8]? {
    try folder("../domain/boundary_txt_examples").map { try Array(Data(contentsOf: $0.appending(path: name))) }
}

/// A reader whose rings are judged by GEOS, as the commands have it.
func reader(given: BoundaryReference? = nil, encoding: BoundaryEncoding? = nil) -> BoundaryReader {
    let geos = GEOS()
    return BoundaryReader(encoding: encoding, given: given) { shape in
        let report = try geos.validity(of: shape)
        return report.reason.map { BoundaryFlaw(reason: $0, place: report.place) }
    }
}

extension BoundaryReading {
    /// Such as `22 repeated_column stops`.
    var summary: [String] { faults.map { "\($0.line) \($0.kind.rawValue) \($0.severity)" } }
}

func bytes(of file: URL) throws -> [UInt8] { try Array(Data(contentsOf: file)) }

/// The farthest that a corner of a shape in degrees lies from the same corner of one in zone 39, in metres.
func distance(_ degrees: Shape, _ zone39: Shape) throws -> Double {
    let proj = try PROJ()
    let turned = try proj.transformation(
        from: proj.coordinateSystem("EPSG:4490"), to: proj.coordinateSystem("EPSG:4527")
    ).transform(degrees)
    guard turned.points.count == zone39.points.count else { return .infinity }
    return zip(turned.points, zone39.points).map { $0.distance(to: $1) }.max() ?? .infinity
}
