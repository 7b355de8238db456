import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Store

/// The heights of the county: a grid in the project, and a file beside it.
extension Sample {
    static let heightsName = "DEM"

    /// Whether the grid was asked for; it comes with the whole county.
    var wantsHeights: Bool {
        layers.map { $0.split(separator: ",").contains { $0 == Self.heightsName } } ?? true
    }

    /// Begins to reckon the heights, row after row: once for the grid and for the file, as they take as long as many
    /// thousand parcels. There are about a million at the most.
    func heights(of county: County) -> Later<[Float]> {
        Later("heights") { isWanted in
            var values: [Float] = []
            try county.heights().forEachRow { row in
                guard isWanted() else { throw CancellationError() }
                values += row
            }
            return values
        }
    }

    /// Adds the heights as a grid layer that the map shows when it is asked to.
    func addHeights(_ values: Later<[Float]>, of county: County, to project: Project, _ context: Context) throws {
        let heights = county.heights()
        let values = try values.value()
        var new = NewGrid(
            table: Self.heightsName, title: "数字高程模型",
            place: GridPlace(
                corner: heights.corner, cellWidth: heights.cell, cellHeight: heights.cell, columns: heights.columns,
                rows: heights.rows), missing: -9999, source: "sample \(seed)")
        new.unit = "m"
        _ = try project.addGrid(new, line: invention) { writer in
            for row in 0..<heights.rows {
                try writer.add(row: Array(values[row * heights.columns..<(row + 1) * heights.columns]))
                try context.progress.tell(row + 1, of: heights.rows, new.table)
            }
        } detail: {
            "\($0.count) heights of the sample county"
        }
    }

    /// The heights as an ASCII grid, which every program reads.
    func writeHeights(_ values: Later<[Float]>, of county: County, to path: String) throws {
        let heights = county.heights()
        let values = try values.value()
        let low = heights.corner.y - Double(heights.rows) * heights.cell
        let head = """
            ncols \(heights.columns)
            nrows \(heights.rows)
            xllcorner \(plain(heights.corner.x))
            yllcorner \(plain(low))
            cellsize \(plain(heights.cell))
            NODATA_value -9999
            """
        try TableFile.write(path, head) { table in
            for start in stride(from: 0, to: values.count, by: heights.columns) {
                let row = values[start..<start + heights.columns]
                try table.addLine(row.map { "\($0)" }.joined(separator: " "))
            }
        }
        let system = try PROJ().coordinateSystem("EPSG:\(County.epsg)")
        try system.wkt.write(
            toFile: path.replacingOccurrences(of: ".asc", with: ".prj"), atomically: true, encoding: .utf8)
    }
}
