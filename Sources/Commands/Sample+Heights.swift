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

    /// Adds the heights as a grid layer that the map shows when it is asked to.
    func addHeights(of county: County, to project: Project, _ context: Context) throws {
        let heights = county.heights()
        var new = NewGrid(
            table: Self.heightsName, title: "数字高程模型",
            place: GridPlace(
                corner: heights.corner, cellWidth: heights.cell, cellHeight: heights.cell, columns: heights.columns,
                rows: heights.rows), missing: -9999, source: "sample \(seed)")
        new.unit = "m"
        _ = try project.addGrid(new, line: invention) { writer in
            var row = 0
            try heights.forEachRow { values in
                try writer.add(row: values)
                row += 1
                try context.progress.tell(row, of: heights.rows, new.table)
            }
        } detail: {
            "\($0.count) heights of the sample county"
        }
    }

    /// The heights as an ASCII grid, which every program reads.
    func writeHeights(of county: County, to path: String) throws {
        let heights = county.heights()
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
            try heights.forEachRow { row in try table.addLine(row.map { "\($0)" }.joined(separator: " ")) }
        }
        let system = try PROJ().coordinateSystem("EPSG:\(County.epsg)")
        try system.wkt.write(
            toFile: path.replacingOccurrences(of: ".asc", with: ".prj"), atomically: true, encoding: .utf8)
    }
}
