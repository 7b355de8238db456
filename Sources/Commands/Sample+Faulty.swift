import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Stream

/// Files as nobody should deliver them: each has one thing wrong with it.
extension Sample {
    struct FaultyFile {
        let id: String
        let kind: String
        let file: String
        let reason: String
        /// The coordinate system that the file declares.
        var declared = "EPSG:4527"
        /// A field that is left out.
        var without: String?
        /// What is done to the coordinates.
        var moved: @Sendable (Point) -> Point = { $0 }
    }

    static var faultyFiles: [FaultyFile] {
        [
            FaultyFile(
                id: "X01", kind: "wrong_zone", file: "wrong_zone.gpkg",
                reason: "zone 38 is declared, eastings begin with 39",
                declared: "EPSG:4526"),
            FaultyFile(
                id: "X02", kind: "missing_prefix", file: "missing_prefix.gpkg",
                reason: "EPSG:4527 is declared, eastings lack the 39",
                moved: { Point(x: $0.x - 39_000_000, y: $0.y) }),
            FaultyFile(
                id: "X03", kind: "unexpected_prefix", file: "unexpected_prefix.gpkg",
                reason: "EPSG:4548 is declared, eastings begin with 39", declared: "EPSG:4548"),
            FaultyFile(
                id: "X04", kind: "swapped_axes", file: "swapped_axes.gpkg", reason: "north comes first",
                moved: { Point(x: $0.y, y: $0.x) }),
            FaultyFile(
                id: "X05", kind: "wrong_datum", file: "wrong_datum.gpkg",
                reason: "Xian 1980 is declared, for which no parameters are published", declared: "EPSG:2363"),
            FaultyFile(
                id: "X06", kind: "missing_field", file: "missing_field.gpkg", reason: "the field GHFQDM is missing",
                without: "GHFQDM"),
            FaultyFile(
                id: "X07", kind: "cut_off", file: "cut_off.gpkg", reason: "the second half of the file is missing"),
        ]
    }

    /// The urban development boundary, wrong in every way.
    func writeFaultyFiles(
        of county: County, _ system: CoordinateSystem, _ child: FormatsChild, _ context: Context
    ) throws {
        guard let layer = county.layers().first(where: { $0.name == "CZKFBJ" }) else { return }
        try FileManager.default.createDirectory(atPath: "\(target)/faulty", withIntermediateDirectories: true)
        for fault in Self.faultyFiles {
            let declared = try PROJ().coordinateSystem(fault.declared), path = "\(target)/faulty/\(fault.file)"
            try child.write(to: path, driver: .geoPackage) { sink in
                try send(layer, declared, to: sink, context, without: fault.without, moved: fault.moved)
            }
            guard fault.kind == "cut_off" else { continue }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
        }
    }
}
