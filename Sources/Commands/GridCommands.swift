import ArgumentParser
import Foundation
import Geometry
import Phrases
import Planning
import Store
import Stream

/// What can be asked of raster grids.
struct GridCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grid", abstract: say("Ask raster grids, such as heights.", "栅格：查询高程等数值。"),
        subcommands: [GridValue.self, GridSummary.self, GridExport.self])
}

/// A grid with what measures on it need.
struct MeasuredGrid {
    let layer: Layer
    let stored: StoredGrid
    /// Metres of ground in a map unit, for each metre that a unit of height has: slopes are rise by run in one unit.
    let metres: Point
    /// Square metres of ground in a cell.
    let cellArea: Double

    /// - Parameter place: whose middle decides how long a degree is, where the map's units are degrees.
    init(_ name: String, in project: Project, around place: Box? = nil) throws {
        layer = try project.layer(named: name)
        stored = try project.grid(of: layer)
        let units = MapScene.unitsPerMetre(try project.coordinateSystem(), place ?? stored.place.box)
        let rise = Self.metres(in: stored.unit)
        metres = Point(x: 1 / units.x / rise, y: 1 / units.y / rise)
        cellArea = stored.place.cellWidth / units.x * stored.place.cellHeight / units.y
    }

    /// Metres in a unit of height, by the names that GDAL's formats use; what nobody names is metres.
    private static func metres(in unit: String) -> Double {
        switch unit.lowercased() {
        case "ft", "foot", "feet", "international foot": 0.3048
        case "us-ft", "us survey foot", "ftus", "us_survey_foot": 1200.0 / 3937
        default: 1
        }
    }
}

/// The value at a place, and how steep it is there.
struct GridValue: Command {
    static let configuration = CommandConfiguration(
        commandName: "value", abstract: say("The value at a point.", "查询一点的数值与坡度。"))
    @Argument(help: ArgumentHelp(say("The grid, such as DEM.", "栅格图层，如 DEM。"))) var layer: String
    @Argument(help: ArgumentHelp(say("Easting,northing.", "东坐标,北坐标。"), valueName: "x,y")) var point: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let numbers = try Numbers.list(point, count: 2, of: "x,y")
        let place = Point(x: numbers[0], y: numbers[1])
        let around = Box(minX: place.x, minY: place.y, maxX: place.x, maxY: place.y)
        let grid = try MeasuredGrid(layer, in: project, around: around)
        guard let cell = grid.stored.place.cell(at: place),
            let window = try project.window(of: grid.stored, box: around, margin: 1)
        else {
            let box = grid.stored.place.box
            let range = "x \(Int(box.minX))..\(Int(box.maxX)), y \(Int(box.minY))..\(Int(box.maxY))"
            throw Refusal(
                .noInput, "The point \(point) lies outside the grid \(grid.layer.table), which covers \(range).",
                "点 \(point) 不在栅格 \(grid.layer.table) 范围内（\(range)）。")
        }
        func real(_ value: Double?, _ decimals: Int) -> Report.Value {
            value.map { .real($0, decimals: decimals) } ?? .null
        }
        let value = window.value(at: place)
        let slope = window.slopes(metres: grid.metres).value(at: place).map(Double.init)
        return .card(
            title: "\(grid.layer.table)  \(grid.layer.title)",
            [
                ("value", Phrase("Value", "数值"), real(value.flatMap { Double("\($0)") }, 3)),
                ("between_cells", Phrase("Between cells, bilinear", "双线性内插"), real(window.sample(at: place), 3)),
                ("unit", Phrase("Unit", "单位"), .text(grid.stored.unit)),
                ("slope_degrees", Phrase("Slope, degrees", "坡度（度）"), real(slope, 2)),
                ("slope_percent", Phrase("Slope, percent", "坡度（%）"), real(slope.map { tan($0 * .pi / 180) * 100 }, 2)),
                ("column", Phrase("Column, from the west", "列（自西）"), .integer(Int64(cell.column + 1))),
                ("row", Phrase("Row, from the north", "行（自北）"), .integer(Int64(cell.row + 1))),
            ],
            notes: value == nil ? [say("The cell has no value.", "该像元无数值。")] : [])
    }
}

/// Writes a grid to a file of other programs.
struct GridExport: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: say("Write a grid to a GeoTIFF or ASCII grid.", "将栅格写为 GeoTIFF 或 ASCII 栅格。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The grid.", "栅格图层。"))) var layer: String
    @Argument(help: ArgumentHelp(say("The new file: .tif or .asc.", "新文件：.tif 或 .asc。")), completion: .file())
    var target: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let ending = target.lowercased().split(separator: ".").last.map(String.init) ?? ""
        guard let driver = ["tif": FormatsChild.Driver.geoTIFF, "tiff": .geoTIFF, "asc": .asciiGrid][ending] else {
            throw Refusal(
                .usage, "\(target) has neither the ending .tif nor .asc, which say how a grid is written.",
                "\(target) 的扩展名须为 .tif 或 .asc，以决定写出格式。")
        }
        let project = try context.project()
        let grid = try project.grid(of: project.layer(named: layer))
        let system = try project.coordinateSystem()
        let source = SourceGrid(
            name: grid.table, place: grid.place, noData: Double(grid.missing), unit: grid.unit, crsWKT: system?.wkt,
            crsAuthority: system?.authority)
        let side = SourceGrid.tileSide
        let total = source.tilesAcross * source.tilesDown
        let written = try FormatsChild().write(to: target, driver: driver) { sink in
            try sink.send(.grid(source))
            for number in 0..<total {
                let (row, column) = number.quotientAndRemainder(dividingBy: source.tilesAcross)
                let columns = column * side..<min((column + 1) * side, grid.place.columns)
                let rows = row * side..<min((row + 1) * side, grid.place.rows)
                let cells = try project.cells(of: grid, columns: columns, rows: rows)
                try sink.send(
                    .tile(
                        GridTile(
                            column: column, row: row, columns: columns.count, rows: rows.count, values: cells.values)))
                try context.progress.tell(number + 1, of: total, grid.table)
            }
        }
        return Report(
            title: say(
                "Wrote \(grid.place.columns) by \(grid.place.rows) cells to \(target).",
                "已将 \(grid.place.columns)×\(grid.place.rows) 个像元写入 \(target)。"),
            notes: written.notes.map(\.description))
    }
}

/// Numbers between commas, as options take them.
enum Numbers {
    static func list(_ text: String, count: Int, of what: String) throws -> [Double] {
        let found = text.split(separator: ",").compactMap { Double($0.filter { !$0.isWhitespace }) }
        guard found.count == count, found.allSatisfy(\.isFinite) else {
            throw Refusal(
                .usage, "\(what) takes \(count) numbers between commas; '\(text)' is not that.",
                "\(what) 应为 \(count) 个以逗号分隔的数；“\(text)”不符。")
        }
        return found
    }
}
