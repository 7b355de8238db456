import Foundation
import GeoBridge
import Geometry
import Phrases
import Store
import Stream

/// What every shape passes on its way in: it is read, brought into the project's coordinates, found valid or repaired,
/// and measured.
struct FeatureGate {
    /// Why a feature does not come in.
    struct Refused: Error {
        var reason: Phrase
    }

    private let transformation: Transformation?
    private let official: OfficialArea?
    /// Whether the source has north first and east second.
    private let isSwapped: Bool
    private let geos = GEOS()
    private var shape = Shape(kind: .polygon)
    /// The features that were repaired, and what was wrong.
    private(set) var repairs: [(fid: Int64, reason: Phrase)] = []
    /// What the source's own coordinates cover.
    private(set) var sourceBox = Box.empty

    init(transformation: Transformation?, system: CoordinateSystem?, isSwapped: Bool = false) throws {
        self.isSwapped = isSwapped
        self.transformation = transformation
        official = try system.map { try OfficialArea(crs: $0) }
    }

    /// Hands a feature's shape and its area, in whole hundredths of a square metre, to `body`.
    ///
    /// - Returns: the area.
    mutating func pass(
        _ wkb: UnsafeRawBufferPointer, fid: Int64, kind: Shape.Kind?,
        _ body: (LayerWriter.Outline, Int64) throws -> Void
    ) throws -> Int64 {
        var isChanged = false
        var fault: Phrase?
        do {
            try shape.read(wkb: wkb)
        } catch {
            guard error.kind == .openRing, (try? shape.read(wkb: wkb, closingRings: true)) != nil else {
                throw Refused(reason: error.reason)
            }
            fault = error.reason
            isChanged = true
        }
        guard shape.kind == kind else {
            throw Refused(reason: Phrase("its geometry is of another kind than the layer's", "几何类型与图层不符"))
        }
        if isSwapped {
            for index in shape.points.indices {
                let point = shape.points[index]
                shape.points[index] = Point(x: point.y, y: point.x)
            }
            isChanged = true
        }
        sourceBox = sourceBox.union(shape.box)
        if let transformation {
            do { try transformation.transform(&shape.points) } catch let refusal as Refusal {
                throw Refused(reason: refusal.phrase)
            }
            isChanged = true
        }
        if shape.kind == .polygon {
            let report = try geos.validity(of: shape)
            if let reason = report.reason ?? fault {
                shape = try repaired(reason)
                fault = reason
                isChanged = true
            }
        }
        let area = try measured()
        let box = shape.box
        if isChanged {
            try shape.wkb(multi: true).withUnsafeBytes { try body(.init(wkb: $0, shape: shape, box: box), area) }
        } else {
            try body(.init(wkb: wkb, shape: shape, box: box), area)
        }
        if let fault { repairs.append((fid, fault)) }
        return area
    }

    private func repaired(_ reason: Phrase) throws -> Shape {
        do {
            let repair = try geos.repaired(shape)
            guard !repair.shape.isEmpty else {
                throw Refused(
                    reason: Phrase("\(reason.english); nothing of it has an area", "\(reason.chinese)；修复后没有面积"))
            }
            return repair.shape
        } catch let error as GEOSError {
            throw Refused(
                reason: Phrase(
                    "\(reason.english); it cannot be repaired: \(error.reason)",
                    "\(reason.chinese)；无法修复：\(error.reason)"))
        }
    }

    private func measured() throws -> Int64 {
        guard shape.kind == .polygon, let official else { return 0 }
        do {
            return Area(squareMetres: try official.area(of: shape)).map { Int64($0.hundredths) } ?? 0
        } catch let refusal as Refusal {
            throw Refused(reason: refusal.phrase)
        }
    }
}

/// The features that did not come in: told, and written to a file beside the project.
final class Refusals {
    /// More than so many are counted, and kept in the file, but not listed one by one.
    private static let mostTold = 50

    private let layer: SourceLayer
    /// The path without its ending.
    private let file: String
    private(set) var count = 0
    private(set) var told: [Phrase] = []
    private var builder: FeatureBatchBuilder
    private var messages: [[UInt8]] = []

    init(layer: SourceLayer, project: String, table: String) {
        var layer = layer
        layer.fields.append(SourceField("refused_because", .text))
        self.layer = layer
        let safe = String(table.map { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" ? $0 : "_" })
        file = "\(project).\(safe)"
        builder = FeatureBatchBuilder(fieldCount: layer.fields.count)
    }

    func add(fid: Int64, reason: Phrase) {
        note(fid, reason)
        builder.begin(fid: fid)
        builder.noGeometry()
        for _ in layer.fields.dropLast() { builder.appendNull() }
        finish(reason)
    }

    func add(_ cursor: FeatureCursor, _ batch: FeatureBatch, reason: Phrase) {
        note(cursor.fid, reason)
        builder.begin(fid: cursor.fid)
        batch.payload.withUnsafeBytes { bytes in
            switch cursor.geometry {
            case .none: builder.noGeometry()
            case .empty: builder.emptyGeometry()
            case .wkb(let range): builder.geometry(UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
            for value in cursor.values {
                switch value {
                case .null: builder.appendNull()
                case .integer(let number): builder.append(number)
                case .real(let number): builder.append(number)
                case .text(let range): builder.append(text: UnsafeRawBufferPointer(rebasing: bytes[range]))
                case .blob(let range): builder.append(blob: UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
            }
        }
        finish(reason)
    }

    private func note(_ fid: Int64, _ reason: Phrase) {
        count += 1
        if count <= Self.mostTold {
            told.append(Phrase("Refused feature \(fid): \(reason.english).", "已拒绝要素 \(fid)：\(reason.chinese)。"))
        }
    }

    private func finish(_ reason: Phrase) {
        builder.append(reason.description)
        if builder.isFull { messages.append(builder.takeMessage()) }
    }

    /// Writes the refused features beside the project, into a file that was not there.
    ///
    /// The layer is in the project by now: what stands in the way here is told, and is no failure of the import.
    ///
    /// - Returns: where they are, or why they are nowhere; nil when nothing was refused.
    func write(by child: FormatsChild) -> Phrase? {
        guard count > 0 else { return nil }
        if !builder.isEmpty { messages.append(builder.takeMessage()) }
        let file = freeFile()
        do {
            _ = try child.write(to: file, driver: .geoJSON) { sink in
                try sink.send(.layer(layer))
                for message in messages { try sink.send(message) }
            }
            return Phrase("The refused features are in \(file).", "被拒绝的要素已写入 \(file)。")
        } catch {
            let reason = (error as? Refusal)?.phrase ?? Phrase("\(error)", "\(error)")
            return Phrase(
                "The refused features could not be written to a file: \(reason.english)",
                "被拒绝的要素未能写入文件：\(reason.chinese)")
        }
    }

    /// An earlier import's file stays as it is: it may be what somebody is mending.
    private func freeFile() -> String {
        var name = "\(file).refused.geojson"
        var number = 2
        while FileManager.default.fileExists(atPath: name) {
            name = "\(file).refused.\(number).geojson"
            number += 1
        }
        return name
    }
}
