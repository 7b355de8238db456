import Phrases
import Stream

extension FormatsChild {
    /// What GDAL's reader leaves out of a sheet of an XLSX; nothing for other formats.
    package struct SheetCells: Sendable {
        /// Such as `A2:A5`.
        package var merged: [String] = []
        /// Cells with a number that is shown as a percentage: its value is a hundredth of what people see.
        package var percent: Set<String> = []
    }

    package func sheetCells(of source: String, layer: String) throws -> SheetCells {
        var cells = SheetCells()
        let process = try FormatsProcess(
            executable, ["sheet", source, "--layer", layer] + words(encoding: nil), limits)
        try receive(from: process, about: .reading(source)) { message in
            guard case .features(let batch) = message else { return }
            var cursor = batch.features
            while try cursor.advance() {
                guard cursor.values.count == 2, case .text(let what) = cursor.values[0],
                    case .text(let name) = cursor.values[1]
                else { throw StreamFault.malformed }
                switch batch.text(what) {
                case "merged": cells.merged.append(batch.text(name))
                default: cells.percent.insert(batch.text(name))
                }
            }
        }
        return cells
    }
}
