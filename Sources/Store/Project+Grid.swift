import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// A raster grid of the project: where its cells lie and how they are kept.
package struct StoredGrid: Sendable, Hashable {
    package var table: String
    package var place: GridPlace
    /// Of the values, such as "m"; empty where nobody said.
    package var unit: String
    /// The number that stands for no value in the file.
    package var missing: Float
    /// The level of the finest tiles.
    var zoom: Int
}

extension Project {
    /// Writes a new grid with its coarser levels, in one transaction.
    ///
    /// - Parameters:
    ///   - fill: adds the cells; what it throws leaves the project as it was.
    ///   - detail: told to the journal when all are written.
    package func addGrid(
        _ new: NewGrid, line: String, fill: (GridWriter) throws -> Void, detail: (GridWriter) -> String
    ) throws -> Layer {
        precondition(new.place.isSound, "a grid of a size")
        return try bulk { db in
            try require(Role.keepingLayers, to: Phrase("import layers", "导入图层"), in: db)
            try LayerAdder.guardName(new.table, in: db)
            if let system = new.adopted { try Self.store(system, in: db) }
            let srs = try Int32.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'srs_id'") ?? -1
            let layer = try LayerAdder.enroll(new.registered, in: db)
            try GridTables.create(new, srs: srs, in: db)
            let writer = try GridWriter(new, in: db)
            try fill(writer)
            try writer.finish()
            try db.execute(sql: LayerTriggers.touched(new.table, layer: layer, key: "id"))
            let box = new.place.box
            let hash = try new.sourceHash?.value()
            try db.execute(
                sql: """
                    UPDATE layer_registry SET geometry = 'grid', min_x = ?, min_y = ?, max_x = ?, max_y = ?,
                        source_hash = ? WHERE id = ?
                    """, arguments: [box.minX, box.minY, box.maxX, box.maxY, hash, layer])
            try record(.import, line: line, in: db, detail: detail(writer), sourceHash: hash)
            return try Layer.fetchOne(db, sql: "SELECT * FROM layer_registry WHERE id = ?", arguments: [layer])
                ?? { throw Refusal(.inputOutput, "The grid was not kept.", "栅格未能保存。") }()
        }
    }

    /// The grid of a layer.
    ///
    /// - Throws: `Refusal` when the layer is none, or its tables do not say where it lies.
    package func grid(of layer: Layer) throws -> StoredGrid {
        guard layer.isGrid else {
            throw Refusal(
                .usage, "\(layer.table) is no grid; 'layer list' tells which layers are.",
                "\(layer.table) 不是栅格图层；可用 layer list 查看。")
        }
        return try read { db in try Self.grid(layer.table, in: db) }
    }

    static func grid(_ table: String, in db: Database) throws -> StoredGrid {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT m.zoom_level, m.pixel_x_size, m.pixel_y_size, c.min_x, c.min_y, c.max_x, c.max_y, a.data_null, a.uom
                FROM gpkg_tile_matrix AS m JOIN gpkg_contents AS c USING (table_name)
                    JOIN gpkg_2d_gridded_coverage_ancillary AS a ON a.tile_matrix_set_name = m.table_name
                WHERE m.table_name = ? AND m.tile_width = \(GridTables.side) AND m.tile_height = \(GridTables.side)
                ORDER BY m.zoom_level DESC LIMIT 1
                """, arguments: [table])
        let unknown = Refusal(
            .badData, "Where the grid \(table) lies is not told in the project; import it again.",
            "项目中缺少栅格 \(table) 的位置说明，请重新导入。")
        guard let row, let width = row["pixel_x_size"] as Double?, let height = row["pixel_y_size"] as Double?,
            let minX = row["min_x"] as Double?, let minY = row["min_y"] as Double?,
            let maxX = row["max_x"] as Double?, let maxY = row["max_y"] as Double?
        else { throw unknown }
        let (columns, rows) = (((maxX - minX) / width).rounded(), ((maxY - minY) / height).rounded())
        guard columns >= 1, columns < 1e9, rows >= 1, rows < 1e9 else { throw unknown }
        let place = GridPlace(
            corner: Point(x: minX, y: maxY), cellWidth: width, cellHeight: height, columns: Int(columns),
            rows: Int(rows))
        guard place.isSound else { throw unknown }
        return StoredGrid(
            table: table, place: place, unit: row["uom"] ?? "",
            missing: (row["data_null"] as Double?).map { Float($0) } ?? .nan, zoom: row["zoom_level"])
    }

    /// The cells of a grid that meet `box`, from the coarsest level whose cells are no larger than `cell`, or the finest
    /// one; reads only the tiles that hold them.
    ///
    /// - Parameter margin: so many cells more on each side, where there are any.
    /// - Returns: nil when nothing meets `box`.
    package func window(of grid: StoredGrid, box: Box, cell: Double = 0, margin: Int = 0) throws -> Grid? {
        let steps = cell / max(grid.place.cellWidth, grid.place.cellHeight)
        let coarser = steps.isFinite && steps >= 2 ? min(grid.zoom, Int(log2(steps).rounded(.down))) : 0
        let level = grid.place.coarser(by: coarser)
        guard let (columns, rows) = level.cells(meeting: box, margin: margin) else { return nil }
        return try cells(of: grid, columns: columns, rows: rows, coarser: coarser)
    }

    /// Some cells of a grid, at a level that is so many steps coarser than the finest one.
    package func cells(of grid: StoredGrid, columns: Range<Int>, rows: Range<Int>, coarser: Int = 0) throws -> Grid {
        let side = GridTables.side
        var window = Grid(empty: grid.place.coarser(by: coarser).part(columns: columns, rows: rows))
        guard !columns.isEmpty, !rows.isEmpty else { return window }
        try read { db in
            let tiles = try Row.fetchCursor(
                db,
                sql: """
                    SELECT tile_column, tile_row, tile_data FROM \(grid.table.quoted)
                    WHERE zoom_level = ? AND tile_column BETWEEN ? AND ? AND tile_row BETWEEN ? AND ?
                    """,
                arguments: [
                    grid.zoom - coarser, columns.lowerBound / side, (columns.upperBound - 1) / side,
                    rows.lowerBound / side, (rows.upperBound - 1) / side,
                ])
            while let tile = try tiles.next() {
                let (left, top) = ((tile["tile_column"] as Int) * side, (tile["tile_row"] as Int) * side)
                let values = try tile.withUnsafeData(named: "tile_data") { data in
                    try data?.withUnsafeBytes { try TileStore.cells($0, of: grid.table, missing: grid.missing) } ?? []
                }
                guard values.count == side * side else { continue }
                let shared = columns.clamped(to: left..<left + side)
                for row in rows.clamped(to: top..<top + side) {
                    let start = (row - rows.lowerBound) * columns.count - columns.lowerBound
                    for column in shared { window.values[start + column] = values[(row - top) * side + column - left] }
                }
            }
        }
        return window
    }

    /// Makes the coarser levels of a grid again, whose finest cells another program has changed.
    static func mendGrid(_ table: String, in db: Database) throws {
        let grid = try grid(table, in: db)
        try db.execute(
            sql: """
                DELETE FROM gpkg_2d_gridded_tile_ancillary WHERE tpudt_name = :table
                    AND tpudt_id NOT IN (SELECT id FROM \(table.quoted) WHERE zoom_level = :zoom);
                """, arguments: ["table": table, "zoom": grid.zoom])
        try db.execute(sql: "DELETE FROM \(table.quoted) WHERE zoom_level < ?", arguments: [grid.zoom])
        try TileStore(table, missing: grid.missing, in: db).buildLevels(below: grid.zoom, of: grid.place)
    }
}
