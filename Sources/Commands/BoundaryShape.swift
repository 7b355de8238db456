import Foundation
import GeoBridge
import Geometry
import Phrases
import Store
import Stream

/// A boundary file as one polygon in the project's coordinates: a boundary-point TXT, or any file that `import` reads.
///
/// Its polygons are united; other features, and layers without polygons, are left out.
struct BoundaryShape {
    let shape: Shape
    /// How its coordinates were understood.
    var notes: [String] = []

    /// - Throws: `Refusal` that says why there is no polygon in the file, or where it would lie.
    init(_ path: String, for project: Project, _ progress: Progress) throws {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Refusal(.noInput, "There is no file \(path).", "没有文件 \(path)。")
        }
        // The options of an import that was given none.
        guard let options = try Import.parseAsRoot([path]) as? Import else {
            throw Refusal(.usage, "\(path) cannot be read.", "无法读取 \(path)。")
        }
        var notes: [Phrase] = []
        let proj = try PROJ()
        var polygons: [Shape] = []
        if let boundary = try BoundarySource(importing: path, options) {
            let parcels = boundary.reading.file.parcels.compactMap(\.shape)
            polygons = try Self.moved(parcels, from: proj.coordinateSystem(boundary.system), project, proj, &notes)
        } else {
            let child = try FormatsChild()
            for layer in try child.layers(of: path) where layer.hasGeometry {
                try progress.checkCancelled()
                let found = try Self.read(path, layer, child, progress)
                guard !found.isEmpty else { continue }
                let system = try LayerImport.system(
                    layer, path, options, proj, { found.reduce(Box.empty) { $0.union($1.box) } }, &notes)
                polygons += try Self.moved(found, from: system, project, proj, &notes)
            }
        }
        guard !polygons.isEmpty else {
            throw Refusal(.badData, "\(path) holds no polygon to take for a boundary.", "\(path) 中没有可用作边界的面。")
        }
        let geos = GEOS()
        for polygon in polygons {
            let report = try geos.validity(of: polygon)
            guard let reason = report.reason else { continue }
            let place = report.place.map { " (\($0.x), \($0.y))" } ?? ""
            throw Refusal(
                .badData, "\(path) cannot be taken for a boundary: \(reason.english)\(place); mend it at its source.",
                "\(path) 不能用作边界：\(reason.chinese)\(place)，请在源数据中更正。")
        }
        shape = polygons.count == 1 ? polygons[0] : try geos.union(polygons)
        let county = try project.layers().filter { !$0.isGrid }.reduce(Box.empty) { $0.union($1.box) }
        if !county.isEmpty, !county.intersects(shape.box) {
            notes.append(
                Phrase(
                    "\(path) lies outside of everything in the project; is its zone right?", "\(path) 位于项目范围之外，请核对投影带。")
            )
        }
        self.notes = notes.map(\.description)
    }

    private static func read(_ path: String, _ layer: SourceLayer, _ child: FormatsChild, _ progress: Progress) throws
        -> [Shape]
    {
        var found: [Shape] = []
        try child.read(path, layer: layer.name) { message in
            guard case .features(let batch) = message else { return }
            try progress.checkCancelled()
            var cursor = batch.features
            while try cursor.advance() {
                guard case .wkb(let range) = cursor.geometry else { continue }
                try batch.payload.withUnsafeBytes { bytes in
                    var shape = Shape(kind: .polygon)
                    do {
                        try shape.read(wkb: UnsafeRawBufferPointer(rebasing: bytes[range]), closingRings: true)
                    } catch let error as WKBError {
                        throw Refusal(
                            .badData, "\(path) cannot be taken for a boundary: \(error.reason.english).",
                            "\(path) 不能用作边界：\(error.reason.chinese)。")
                    }
                    if shape.kind == .polygon, !shape.isEmpty { found.append(shape) }
                }
            }
        }
        return found
    }

    private static func moved(
        _ shapes: [Shape], from source: CoordinateSystem, _ project: Project, _ proj: PROJ, _ notes: inout [Phrase]
    ) throws -> [Shape] {
        guard let target = try project.coordinateSystem(), target != source else { return shapes }
        let way = try proj.transformation(from: source, to: target)
        if let note = way.note { notes.append(note) }
        return try shapes.map(way.transform)
    }
}
