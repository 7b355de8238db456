import Foundation
import GRDB
import Geometry

extension Project {
    /// A base layer's overview, painted from its outlines.
    static func rasterise(
        _ table: String, _ layer: Int64, _ place: OverviewPlace, in db: Database
    ) throws -> OverviewStack {
        var canvas = OverviewCanvas(at: place)
        var shape = Shape(kind: .polygon)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT t.geom, f.class FROM feature AS f JOIN \(table.quoted) AS t ON t.fid = f.fid
                WHERE f.layer = ? AND f.valid_to IS NULL ORDER BY f.uid
                """, arguments: [layer])
        while let row = try rows.next() {
            let isRead = try row.withUnsafeData(atIndex: 0) { data in
                data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ?? false
            }
            if isRead { try canvas.paint(shape, StoredClass.cell(row[1])) }
        }
        return try canvas.tiles()
    }

    /// Makes a plan's overview agree with its edits inside `box`.
    ///
    /// Cells hold the class the plan gives, 0 where it takes away, or `asBase`. Upper levels follow where they cover
    /// the box; the work grows with the box, not with the plan.
    static func mendOverview(_ stretch: OverviewStretch, _ box: Box, in db: Database) throws {
        guard
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM layer_registry WHERE id = ?"), arguments: [stretch.layer]),
            let place = OverviewPlace(row: row), !box.isEmpty
        else { return }
        let layer = Layer(row: row)
        let tiles = OverviewTiles(stretch: stretch, place: place, db: db)
        guard var window = tiles.window(level: 0, box: box) else { return }
        var grid = window.grid
        grid.values = Array(repeating: Pyramid.asBase, count: grid.values.count)
        var scanline: Scanline? = Scanline(over: grid)

        let bounds: StatementArguments = [
            box.minX, box.maxX, box.minY, box.maxY, stretch.plan, stretch.layer,
        ]
        let edits = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT e.uid, e.op, e.class, e.geom FROM plan_edit_place AS r JOIN plan_edit AS e ON e.id = r.id
                    WHERE r.max_x >= ? AND r.min_x <= ? AND r.max_y >= ? AND r.min_y <= ?
                        AND e.plan = ? AND e.layer = ?
                    """), arguments: bounds)
        var shape = Shape(kind: .polygon)
        func paint(_ blob: Data?, _ value: UInt16) {
            guard let blob, blob.withUnsafeBytes({ GeoPackageBlob.read($0, into: &shape) }) else { return }
            grid.paint(shape, value, by: &scanline)
        }
        // First what leaves its base outline, then what the plan puts there.
        for edit in edits where edit["op"] as String == "remove" || edit["geom"] as Data? != nil {
            paint(try baseBlob(of: edit["uid"], in: db), 0)
        }
        for edit in edits where edit["op"] as String != "remove" {
            paint(try edit["geom"] ?? baseBlob(of: edit["uid"], in: db), StoredClass.cell(edit["class"]))
        }
        window.grid = grid
        try tiles.store(window, level: 0)
        for level in 1..<max(1, layer.overview?.levels ?? 1) {
            guard let upper = tiles.window(level: level, box: box) else { return }
            try tiles.store(tiles.raised(upper, level: level), level: level)
        }
    }
}

/// Reads and writes stretches of a plan's overview.
struct OverviewTiles {
    let stretch: OverviewStretch
    let place: OverviewPlace
    let db: Database

    /// A rectangle of cells of one level: its values and the column and row of its lower left cell.
    struct Window {
        var column: Int
        var row: Int
        var grid: ClassGrid
    }

    /// The cells of a level that meet `box`, as they are stored.
    func window(level: Int, box: Box) -> Window? {
        place.window(level: level, box: box).map { Window(column: $0.column, row: $0.row, grid: $0.grid) }
    }

    /// One stored tile; all `asBase` where there is none.
    private func tile(_ row: Int, _ column: Int, level: Int) throws -> [UInt16] {
        let blob = try Data.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT cells FROM overview WHERE plan = ? AND layer = ? AND level = ? AND tile_row = ? AND tile_column = ?
                    """), arguments: [stretch.plan, stretch.layer, level, row, column])
        var values: [UInt16] = []
        if let blob {
            blob.withUnsafeBytes { OverviewTile.decode($0, into: &values) }
        } else {
            values = Array(repeating: Pyramid.asBase, count: OverviewTile.cells)
        }
        return values
    }

    /// Puts a window's values into the stored tiles; a tile that is all as in the base goes.
    func store(_ window: Window, level: Int) throws {
        let side = OverviewTile.side
        let (columns, rows) = (window.grid.columns, window.grid.rows)
        for tileRow in window.row / side...(window.row + rows - 1) / side {
            for tileColumn in window.column / side...(window.column + columns - 1) / side {
                var values = try tile(tileRow, tileColumn, level: level)
                for y in max(tileRow * side, window.row)..<min((tileRow + 1) * side, window.row + rows) {
                    for x in max(
                        tileColumn * side, window.column)..<min((tileColumn + 1) * side, window.column + columns)
                    {
                        values[(y - tileRow * side) * side + x - tileColumn * side] =
                            window.grid.values[(y - window.row) * columns + x - window.column]
                    }
                }
                let key: StatementArguments = [stretch.plan, stretch.layer, level, tileRow, tileColumn]
                if values.allSatisfy({ $0 == Pyramid.asBase }) {
                    try db.cachedStatement(
                        sql: """
                            DELETE FROM overview
                            WHERE plan = ? AND layer = ? AND level = ? AND tile_row = ? AND tile_column = ?
                            """
                    ).execute(arguments: key)
                } else {
                    try db.cachedStatement(sql: "INSERT OR REPLACE INTO overview VALUES (?, ?, ?, ?, ?, ?)").execute(
                        arguments: key + [Data(OverviewTile.encode(values[...]))])
                }
            }
        }
    }

    /// A window of an upper level, each cell from the sixteen (at level 1 four) cells below it.
    func raised(_ window: Window, level: Int) throws -> Window {
        var window = window
        let factor = level == 1 ? 2 : 4
        let below = level == 1 ? 0 : level - 2
        let side = OverviewTile.side
        var tiles: [Int: [UInt16]] = [:]
        let full = place.frame(level: below)
        for row in 0..<window.grid.rows {
            for column in 0..<window.grid.columns {
                var samples: [UInt16] = []
                let (top, right) = ((window.row + row + 1) * factor, (window.column + column + 1) * factor)
                for y in (window.row + row) * factor..<min(top, full.rows) {
                    for x in (window.column + column) * factor..<min(right, full.columns) {
                        let key = (y / side) << 32 | (x / side)
                        let values = try tiles[key] ?? tile(y / side, x / side, level: below)
                        tiles[key] = values
                        samples.append(values[(y % side) * side + x % side])
                    }
                }
                window.grid.values[row * window.grid.columns + column] = Pyramid.dominant(samples)
            }
        }
        return window
    }
}
