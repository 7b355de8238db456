import Foundation
import GRDB
import Geometry

/// The five functions that the standard R-tree triggers of a GeoPackage call (OGC 12-128r18, annex F.3).
enum SpatialFunctions {
    static let all = [
        function("ST_IsEmpty") { $0 == nil },
        function("ST_MinX") { $0?.minX },
        function("ST_MaxX") { $0?.maxX },
        function("ST_MinY") { $0?.minY },
        function("ST_MaxY") { $0?.maxY },
    ]

    private static func function(
        _ name: String, _ value: @escaping @Sendable (Box?) -> (any DatabaseValueConvertible)?
    ) -> DatabaseFunction {
        DatabaseFunction(name, argumentCount: 1, pure: true) { arguments in
            guard case .blob(let blob) = arguments[0].storage else { return nil }
            return value(blob.withUnsafeBytes { GeoPackageBlob.box(of: $0) })
        }
    }
}
