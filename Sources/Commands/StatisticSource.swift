import Foundation
import Phrases
import Planning
import Stream

/// A table of statistics out of a file: CSV as people write it, a sheet of an XLSX, or the attributes of a map.
struct StatisticSource {
    let path: String
    /// The sheet or layer; nil for the only one.
    var sheet: String?

    var name: String { URL(filePath: path).lastPathComponent }

    /// - Throws: `Refusal`.
    func read() throws -> StatisticSheet {
        let ending = path.lowercased().split(separator: ".").last.map(String.init) ?? ""
        switch ending {
        case "csv", "txt", "tsv": return try readText()
        case "ods", "xls", "et":
            throw Refusal(
                .badData,
                "\(name) was not imported: which of its cells are merged cannot be told; save it as XLSX or CSV.",
                "未导入 \(name)：无法得知其中哪些单元格已合并；请另存为 XLSX 或 CSV。")
        default: return try readThroughGDAL(isSpreadsheet: ["xlsx", "xlsm"].contains(ending))
        }
    }

    private func readText() throws -> StatisticSheet {
        let text = try tableText(of: path)
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Refusal(.badData, "\(name) was not imported: it is empty.", "未导入 \(name)：文件为空。")
        }
        let head = text.prefix { !$0.isNewline }
        // Of the signs that part columns, the one that the header has most of.
        let delimiters: [(sign: Character, byte: UInt8)] = [
            (",", UInt8(ascii: ",")), ("\t", UInt8(ascii: "\t")), (";", UInt8(ascii: ";")),
        ]
        let counts = delimiters.map { delimiter in head.count { $0 == delimiter.sign } }
        let most = counts.max() ?? 0
        let delimiter = delimiters[counts.firstIndex(of: most) ?? 0].byte
        do {
            return StatisticSheet(try CSV(text, file: name, delimiter: delimiter))
        } catch let fault as TableFault {
            throw Refusal(
                .badData, "\(name) was not imported: line \(fault.line): \(fault.reason.english)",
                "未导入 \(name)：第 \(fault.line) 行：\(fault.reason.chinese)")
        }
    }

    // MARK: What GDAL reads

    private func readThroughGDAL(isSpreadsheet: Bool) throws -> StatisticSheet {
        let child = try FormatsChild()
        let layer = try choose(child.layers(of: path).filter { !$0.fields.isEmpty })
        let cells = isSpreadsheet ? try child.sheetCells(of: path, layer: layer.name) : FormatsChild.SheetCells()
        var rows: [CSV.Row] = []
        try child.read(path, layer: layer.name) { message in
            guard case .features(let batch) = message else { return }
            var cursor = batch.features
            while try cursor.advance() {
                // GDAL numbers the rows of a sheet as the sheet does, and the features of a map from 0 or 1.
                let line = isSpreadsheet ? Int(cursor.fid) : rows.count + 1
                let values = cursor.values.enumerated().map { column, value in
                    let text = Self.text(value, in: batch)
                    guard cells.percent.contains(StatisticSheet.Cell(line: line, column: column).name) else {
                        return text
                    }
                    return Self.percentage(text)
                }
                rows.append(CSV.Row(line: line, values: values))
            }
        }
        var header = layer.fields.map(\.name)
        // Of a sheet of one row GDAL makes a row, under names of its own.
        if isSpreadsheet, rows.count == 1, let only = rows.first, only.line == 1 { (header, rows) = (only.values, []) }
        return StatisticSheet(
            file: name, header: header, rows: rows, isSpreadsheet: isSpreadsheet,
            merges: cells.merged.compactMap { StatisticSheet.Merge($0) })
    }

    private func choose(_ layers: [SourceLayer]) throws -> SourceLayer {
        let names = layers.map(\.name).joined(separator: ", ")
        if let sheet {
            guard let found = layers.first(where: { $0.name == sheet }) else {
                throw Refusal(
                    .noInput, "\(name) has no sheet \(sheet); it has \(names).", "\(name) 中没有工作表 \(sheet)；现有：\(names)。")
            }
            return found
        }
        guard layers.count <= 1 else {
            throw Refusal(
                .usage, "\(name) has several sheets (\(names)); choose one with --sheet.",
                "\(name) 含多个工作表（\(names)），请用 --sheet 指定。")
        }
        guard let only = layers.first else {
            throw Refusal(.badData, "\(name) was not imported: it is empty.", "未导入 \(name)：文件为空。")
        }
        return only
    }

    private static func text(_ value: FieldValue, in batch: FeatureBatch) -> String {
        switch value {
        case .null, .blob: ""
        case .integer(let number): String(number)
        case .real(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
        case .text(let range): batch.text(range)
        }
    }

    /// What a cell shows whose value is `text`: 0.18 as 18%. Exact, because the point alone moves.
    private static func percentage(_ text: String) -> String {
        guard Double(text) != nil, !text.lowercased().contains("e") else { return text }
        return "\(text)e2%"
    }
}
