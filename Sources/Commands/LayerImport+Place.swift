import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// Where a layer lies: the system of its coordinates, and the way from there to the project's.
extension LayerImport {
    /// The system of the data: the file's, else the one asked for, else what the numbers say, aloud.
    static func system(
        _ layer: SourceLayer, _ source: String, _ options: Import, _ proj: PROJ, _ extent: () throws -> Box,
        _ notes: inout [Phrase]
    ) throws -> CoordinateSystem {
        if let asked = options.crs { return try proj.coordinateSystem(asked) }
        if let text = layer.crsAuthority ?? layer.crsWKT {
            let system = try proj.coordinateSystem(text)
            if let remark = system.remark { notes.append(remark) }
            return system
        }
        let deduction = Deduction(from: try extent())
        notes.append(deduction.phrase)
        guard !deduction.isSwapped, let code = deduction.code(on: .cgcs2000), case .zone = deduction.meaning else {
            let advice = Self.advice(after: deduction)
            throw Refusal(
                .badData, "\(source) does not say its coordinate system. \(deduction.phrase.english) \(advice.english)",
                "\(source) 没有坐标系说明。\(deduction.phrase.chinese)\(advice.chinese)")
        }
        notes.append(
            Phrase(
                "No coordinate system is stated: taken as CGCS2000, EPSG:\(code), from the eastings; the datum is an assumption, --crs overrules.",
                "数据未注明坐标系：按东坐标带号判断为 CGCS2000（EPSG:\(code)），基准为推定，可用 --crs 改定。"))
        return try proj.coordinateSystem("EPSG:\(code)")
    }

    /// What to do about numbers that do not tell enough.
    static func advice(after deduction: Deduction) -> Phrase {
        if deduction.isSwapped {
            return Phrase(
                "Exchange them with --axes swapped, or at the source, and import it again.",
                "请用 --axes swapped 调换坐标轴，或在源数据中调换后重新导入。")
        }
        let example = deduction.meaning == .degrees ? "EPSG:4490" : "EPSG:4527"
        return Phrase("Say which with --crs, such as --crs \(example).", "请用 --crs 指明，如 --crs \(example)。")
    }

    /// The 3-degree zone for a county that comes in degrees: drawing and lengths need metres.
    static func zone(for box: Box, _ proj: PROJ, _ notes: inout [Phrase]) throws -> CoordinateSystem {
        guard !box.isEmpty, box.center.x.isFinite,
            let zone = GaussKrugerZone(width: 3, number: Int((box.center.x / 3).rounded()), isPrefixed: true),
            let code = zone.code(on: .cgcs2000)
        else { return try proj.coordinateSystem("EPSG:4490") }
        notes.append(
            Phrase(
                "The project takes CGCS2000 3-degree zone \(zone.number) (EPSG:\(code)), since drawing and lengths need metres; 'init --crs' chooses another.",
                "项目采用 CGCS2000 3 度带第 \(zone.number) 带（EPSG:\(code)），以便按米绘图量算；可用 init --crs 另选。"))
        return try proj.coordinateSystem("EPSG:\(code)")
    }

    /// What the coordinates cover, by reading them all once.
    static func extent(of source: String, _ layer: SourceLayer, _ child: FormatsChild, _ options: Import) throws
        -> Box
    {
        var box = Box.empty
        var shape = Shape(kind: .polygon)
        try child.read(source, layer: layer.name, options: .init(encoding: options.encoding)) { message in
            guard case .features(let batch) = message else { return }
            var cursor = batch.features
            while try cursor.advance() {
                guard case .wkb(let range) = cursor.geometry else { continue }
                batch.payload.withUnsafeBytes { bytes in
                    if (try? shape.read(wkb: UnsafeRawBufferPointer(rebasing: bytes[range]), closingRings: true)) != nil
                    {
                        box = box.union(shape.box)
                    }
                }
            }
        }
        guard options.axes == .swapped, !box.isEmpty else { return box }
        return Box(minX: box.minY, minY: box.minX, maxX: box.maxY, maxY: box.maxX)
    }

    /// What the project's layers cover: its units where it has them.
    static func county(of project: Project) throws -> Box {
        let layers = try project.layers().filter { $0.geometry != nil }
        let units = layers.filter { $0.role == .units }
        return (units.isEmpty ? layers : units).reduce(Box.empty) { $0.union($1.box) }
    }
}
