import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store

/// The county as a project, layer after layer.
extension Sample {
    func makeProject(
        of county: County, _ layers: [CountyLayer], _ system: CoordinateSystem, _ context: Context
    ) throws -> Report {
        Project.giveMemoryBackAtOnce()
        // Invented as a whole, its history too: the same seed gives the same bytes on any day, whoever asks.
        let project = try Project.create(
            at: target, title: "sample \(seed)", line: invention, who: "sample", clock: Self.date)
        do {
            defer { try? project.close() }
            // The same words make the same county again.
            try project.writeWithoutWaiting()
            try project.setCoordinateSystem(system, line: invention)
            var count = 0
            let box = county.box, stream = CountyStream(of: layers, county)
            defer { stream.cancel() }
            let folder = (target.hasSuffix(".gpkg") ? String(target.dropLast(5)) : target) + "-files"
            var truth: Later<Void>?
            var heights: Later<[Float]>?
            defer {
                heights?.cancel()
                truth?.cancel()
            }
            try project.addLayers(expecting: nil) { adder in
                for layer in layers { count += try add(layer, within: box, to: adder, from: stream, context) }
                // Reckoned and written while SQLite makes its indexes.
                guard wantsHeights else { return }
                let reckoned = self.heights(of: county)
                heights = reckoned
                if self.layers == nil {
                    truth = Later("truth") { [progress = context.progress] _ in
                        try writeTruth(of: county, reckoned, to: folder, progress)
                    }
                }
            }
            if let heights { try addHeights(heights, of: county, to: project, context) }
            var notes = [say("Open it: tuban \(target)", "打开：tuban \(target)")]
            if let truth {
                try truth.value()
                notes.append(
                    say("Statistics, boundary files and the truth: \(folder)", "统计表、界址点文件与真值：\(folder)"))
            }
            let total = layers.count + (wantsHeights ? 1 : 0)
            return Report(
                title: say(
                    "Made \(target): \(counted(total, "layer")), \(counted(count, "feature")).",
                    "已生成 \(target)：\(total) 个图层，\(count) 个要素。"), notes: notes)
        } catch {
            // Half a county is of no use.
            for suffix in ["", "-wal", "-shm", ".head"] { try? FileManager.default.removeItem(atPath: target + suffix) }
            throw error
        }
    }

    /// When the county was invented.
    static let date = "2026-01-01T00:00:00.000Z"

    private func add(
        _ layer: CountyLayer, within box: Box, to adder: LayerAdder, from stream: CountyStream, _ context: Context
    ) throws -> Int {
        var new = describe(layer)
        // How fine its overview is to be.
        let isLarge = ["DLTB", "YJJBNTTB", "GHYDYH"].contains(where: layer.name.hasPrefix)
        new.expected = (box, isLarge ? parcels : max(100, parcels / 20))
        var count = 0
        try adder.add(new, line: invention) { writer in
            while let batch = stream.take() {
                try write(batch, to: writer)
                count += batch.features.count
                try context.progress.tell(count, of: nil, layer.name)
            }
        } detail: {
            "\($0.count) features of the sample county"
        }
        return count
    }

    private func write(_ batch: CountyBatch, to writer: LayerWriter) throws {
        try batch.bytes.withUnsafeBytes { bytes in
            try batch.values.withUnsafeBufferPointer { values in
                for (place, feature) in batch.features.enumerated() {
                    func value(_ index: Int) -> SourceValue {
                        switch values[place * batch.fields + index] {
                        case .null: .null
                        case .integer(let number): .integer(number)
                        case .real(let number): .real(number)
                        case .text(let start, let end):
                            .text(UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(end)]))
                        }
                    }
                    guard !feature.wkb.isEmpty else {
                        try writer.add(nil, area: 0, value: value)
                        continue
                    }
                    let outline = LayerWriter.Outline(
                        wkb: UnsafeRawBufferPointer(rebasing: bytes[feature.wkb]), shape: feature.shape,
                        box: feature.box)
                    try writer.add(outline, area: feature.size, value: value)
                }
            }
        }
    }

    private func describe(_ layer: CountyLayer) -> NewLayer {
        let names = layer.fields.map(\.name)
        let detection = LayerSchema.detect(layerName: layer.name, fields: names)
        func place(_ use: LayerSchema.Use) -> Int? { detection.fields[use].flatMap(names.firstIndex) }
        var new = NewLayer(
            table: layer.name, standard: detection.schema?.name ?? layer.name, title: layer.title.chinese,
            role: detection.role, year: detection.year,
            fields: layer.fields.map { field in
                let kind: NewLayer.Field.Kind =
                    switch field.kind {
                    case .text: .text
                    case .integer: .integer
                    case .real: .real
                    }
                return .init(name: field.name, kind: kind)
            }, geometry: layer.geometry, source: "sample \(seed)")
        // Some sixty layers in one picture would be none: the rest is shown when it is asked for.
        new.isShown = detection.schema?.isBaseMap ?? false
        new.classField = place(.classCode) ?? place(.zone)
        new.classSystem = detection.classField == nil ? detection.schema?.zoneSystem : detection.classSystem
        if new.classSystem == nil { new.classField = nil }
        (new.unitField, new.unitNameField) = (place(.unit), place(.unitName))
        (new.numberField, new.nameField, new.factorField) = (place(.number), place(.name), place(.deductionFactor))
        return new
    }
}
