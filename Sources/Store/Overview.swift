import Foundation
import GRDB
import Geometry

/// Where the overview grid of a layer lies.
package struct OverviewPlace: Hashable, Sendable {
    package var origin: Point
    /// The side of a cell of the finest level, in map units.
    package var cell: Double
    package var columns: Int
    package var rows: Int

    /// A grid for `count` features in `box`: about sixteen cells a feature, so that a screen at the scale where maps
    /// change from cells to outlines shows a few thousand outlines at the most.
    init?(box: Box, count: Int) {
        guard !box.isEmpty, box.width.isFinite, box.height.isFinite else { return nil }
        let (width, height) = (max(box.width, 1e-6), max(box.height, 1e-6))
        let cells = min(max(Double(count) * 16, 512 * 512), 4096 * 4096)
        var cell = (width * height / cells).squareRoot()
        cell = max(cell, max(width, height) / 4096)
        origin = Point(x: box.minX, y: box.minY)
        self.cell = cell
        columns = max(1, Int((width / cell).rounded(.up)))
        rows = max(1, Int((height / cell).rounded(.up)))
    }

    init?(row: Row) {
        guard let x = row["grid_x"] as Double?, let y = row["grid_y"] as Double?,
            let cell = row["grid_cell"] as Double?,
            let columns = row["grid_columns"] as Int?, let rows = row["grid_rows"] as Int?
        else { return nil }
        origin = Point(x: x, y: y)
        self.cell = cell
        self.columns = columns
        self.rows = rows
    }

    var levels: Int { Pyramid.levels(columns: columns, rows: rows) }

    /// How a level is divided: the edge of its cells, and how many there are.
    func frame(level: Int) -> (side: Double, columns: Int, rows: Int) {
        (cell * Double(1 << level), Pyramid.size(columns, level: level), Pyramid.size(rows, level: level))
    }

    /// Where the cells of a level that meet `box` begin, and an empty grid of them; nil when none does.
    func window(level: Int, box: Box) -> (column: Int, row: Int, grid: ClassGrid)? {
        let (side, columns, rows) = frame(level: level)
        func index(_ value: Double, _ origin: Double, _ count: Int) -> Int {
            Int(min(max(((value - origin) / side).rounded(.down), -1), Double(count)))
        }
        let left = max(0, index(box.minX, origin.x, columns)), bottom = max(0, index(box.minY, origin.y, rows))
        let right = min(columns - 1, index(box.maxX, origin.x, columns))
        let top = min(rows - 1, index(box.maxY, origin.y, rows))
        guard left <= right, bottom <= top else { return nil }
        let corner = Point(x: origin.x + Double(left) * side, y: origin.y + Double(bottom) * side)
        return (
            left, bottom,
            ClassGrid(
                origin: corner, cellWidth: side, cellHeight: side, columns: right - left + 1, rows: top - bottom + 1)
        )
    }
}

/// Which cells of an overview are wanted.
package enum ChangedCells: Sendable, Hashable {
    case all
    /// Those that a plan changes, as they are in the base; as the plan has them.
    case before, after
}

extension Project {
    /// The overview of a layer where it meets `box`, from the coarsest level whose cells are no larger than `dot`.
    ///
    /// - Parameters:
    ///   - plan: the plan whose changes show in it; 0 for the base.
    ///   - changes: what of it is left: only the cells that the plan changes, with the classes before or after.
    /// - Returns: nil when even the finest cells are larger than `dot`, unless `always`; or when nothing meets `box`.
    package func overview(
        of layer: Layer, plan: Int64, box: Box, dot: Double, always: Bool = false, changes only: ChangedCells = .all
    ) throws -> ClassGrid? {
        return try read { db in
            let time = try Self.asOf(plan, in: db)
            let moved = try time.flatMap { try Self.movedPlace(of: layer, asOf: $0, in: db) }
            guard let place = moved == nil ? layer.overview : moved?.place else { return nil }
            if place.cell > dot, !always { return nil }
            let level = max(0, min(place.levels - 1, Int(log2(dot / place.cell).rounded(.down))))
            guard var grid = place.window(level: level, box: box)?.grid else { return nil }
            if moved == nil { try paste(plan: 0, layer.id, level, place, into: &grid, db) }
            if let time {
                try paste(asOf: time, until: moved?.until ?? .max, layer.id, level, place, into: &grid, db)
            }
            if plan != 0 {
                var changes = grid
                changes.values = Array(repeating: Pyramid.asBase, count: grid.values.count)
                try paste(plan: plan, layer.id, level, place, into: &changes, db)
                for index in changes.values.indices {
                    if changes.values[index] == Pyramid.asBase {
                        if only != .all { grid.values[index] = 0 }
                    } else if only != .before {
                        grid.values[index] = changes.values[index]
                    }
                }
            }
            return grid
        }
    }

    /// Copies the stored cells of a level into a window of it.
    private func paste(
        plan: Int64, _ layer: Int64, _ level: Int, _ place: OverviewPlace, into grid: inout ClassGrid, _ db: Database
    ) throws {
        try paste(
            sql: """
                SELECT tile_row, tile_column, cells FROM overview
                WHERE plan = \(plan) AND layer = \(layer) AND level = \(level)
                    AND tile_row BETWEEN ? AND ? AND tile_column BETWEEN ? AND ?
                """, place, into: &grid, db)
    }

    /// Copies the tiles that have changed since a time, as they were then. A tile has a row for each version that changed
    /// it; what is read grows with the window and these.
    private func paste(
        asOf time: Int64, until: Int64, _ layer: Int64, _ level: Int, _ place: OverviewPlace,
        into grid: inout ClassGrid,
        _ db: Database
    ) throws {
        try paste(
            sql: """
                SELECT tile_row, tile_column, cells, min(until) FROM overview_past
                WHERE layer = \(layer) AND level = \(level) AND until > \(time) AND until <= \(until)
                    AND tile_row BETWEEN ? AND ? AND tile_column BETWEEN ? AND ? GROUP BY tile_row, tile_column
                """, place, into: &grid, db)
    }

    /// Where the grid of a layer lay at a time, if it has been moved since.
    private static func movedPlace(
        of layer: Layer, asOf time: Int64, in db: Database
    ) throws -> (place: OverviewPlace?, until: Int64)? {
        try Row.fetchOne(
            db, sql: "SELECT * FROM overview_moved WHERE layer = ? AND until > ? ORDER BY until LIMIT 1",
            arguments: [layer.id, time]
        ).map { (OverviewPlace(row: $0), $0["until"]) }
    }

    private func paste(sql: String, _ place: OverviewPlace, into grid: inout ClassGrid, _ db: Database) throws {
        let left = Int(((grid.origin.x - place.origin.x) / grid.cellWidth).rounded())
        let bottom = Int(((grid.origin.y - place.origin.y) / grid.cellHeight).rounded())
        let side = OverviewTile.side
        let rows = try Row.fetchCursor(
            db, sql: sql,
            arguments: [
                bottom / side, (bottom + grid.rows - 1) / side, left / side, (left + grid.columns - 1) / side,
            ])
        var values: [UInt16] = []
        while let row = try rows.next() {
            let (tileRow, tileColumn): (Int, Int) = (row["tile_row"], row["tile_column"])
            try row.withUnsafeData(named: "cells") { data in
                data?.withUnsafeBytes { OverviewTile.decode($0, into: &values) }
            }
            for y in max(tileRow * side, bottom)..<min((tileRow + 1) * side, bottom + grid.rows) {
                for x in max(tileColumn * side, left)..<min((tileColumn + 1) * side, left + grid.columns) {
                    grid.values[(y - bottom) * grid.columns + x - left] =
                        values[(y - tileRow * side) * side + x - tileColumn * side]
                }
            }
        }
    }

    /// Puts a layer's tiles in the place of those it had.
    static func store(_ tiles: OverviewStack, layer: Int64, in db: Database) throws {
        try db.execute(sql: "DELETE FROM overview WHERE layer = ? AND plan = 0", arguments: [layer])
        let insert = try BulkStatement(
            """
            INSERT INTO overview(plan, layer, level, tile_row, tile_column, cells) VALUES (0, ?, ?, ?, ?, ?)
            """, in: db)
        try tiles.forEach { tile in
            try insert.run { statement in
                statement.bind(1, layer)
                statement.bind(2, Int64(tile.level))
                statement.bind(3, Int64(tile.row))
                statement.bind(4, Int64(tile.column))
                statement.bind(5, blob: tile.bytes)
            }
        }
    }
}
