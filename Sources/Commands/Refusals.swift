import Foundation
import Phrases
import Stream

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
            // Reasons are clauses, some of them whole sentences.
            let (end, stop) = (
                reason.english.last.map(".?!".contains) == true, reason.chinese.last.map("。？！".contains) == true
            )
            told.append(
                Phrase(
                    "Refused feature \(fid): \(reason.english)\(end ? "" : ".")",
                    "已拒绝要素 \(fid)：\(reason.chinese)\(stop ? "" : "。")"))
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
