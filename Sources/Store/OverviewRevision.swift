import Foundation
import GRDB
import Geometry

/// The overview of a layer brought to a new version: only the cells under what changed are painted anew, and every tile
/// that changes is kept as it was, so that a map of the past reads as much as one of the present.
final class OverviewRevision {
    private let layer: Layer
    private let until: Int64
    private let db: Database
    private let place: OverviewPlace
    private var scanline: Scanline
    /// Where the grid does not cover the layer any more, all is painted anew.
    private let isMoved: Bool
    /// Decoded tiles by level, then by row and column.
    private var tiles: [[Int: Tile]] = []
    /// Cells of level 0 that lost what covered them.
    private var holes: Set<Int> = []
    private var holeBoxes: [Box] = []

    private struct Tile {
        var values: [UInt16]
        /// A bit for each cell that changed, a word a row.
        var dirty = [UInt64](repeating: 0, count: OverviewTile.side)
        var stored: Data?
    }

    /// - Parameter box: what the layer covers by now.
    /// - Returns: nil for what has no overview: nothing to draw.
    init?(of layer: Layer, until: Int64, covering box: Box, in db: Database) throws {
        guard layer.geometry != nil, !box.isEmpty else { return nil }
        (self.layer, self.until, self.db) = (layer, until, db)
        if let place = layer.overview, place.covers(box) {
            (self.place, isMoved) = (place, false)
        } else {
            let count =
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM feature WHERE layer = ? AND valid_to IS NULL", arguments: [layer.id])
                ?? 0
            guard let place = OverviewPlace(box: box, count: count) else { return nil }
            (self.place, isMoved) = (place, true)
        }
        scanline = Scanline(
            origin: place.origin, cellWidth: place.cell, cellHeight: place.cell, columns: place.columns,
            rows: place.rows)
        tiles = Array(repeating: [:], count: place.levels)
    }

    // MARK: Painting

    /// What is in force no more.
    func clear(_ shape: Shape) throws {
        guard !isMoved else { return }
        try cells(of: shape) { row, range in
            for column in range {
                if try set(0, row, column) { holes.insert(row * place.columns + column) }
            }
        }
        holeBoxes.append(shape.box)
    }

    /// What has come into force; after all that was cleared.
    func paint(_ shape: Shape, _ cell: UInt16) throws {
        guard !isMoved else { return }
        try cells(of: shape) { row, range in
            for column in range {
                try set(cell, row, column)
                if !holes.isEmpty { holes.remove(row * place.columns + column) }
            }
        }
    }

    private func cells(of shape: Shape, _ body: (Int, Range<Int>) throws -> Void) throws {
        var runs: [(row: Int, columns: Range<Int>)] = []
        if shape.kind == .polygon {
            scanline.cover(shape) { runs.append(($0, $1)) }
        } else {
            scanline.trace(shape) { runs.append(($0, $1..<$1 + 1)) }
        }
        for run in runs { try body(run.row, run.columns) }
    }

    /// - Returns: whether there was something before.
    @discardableResult
    private func set(_ value: UInt16, _ row: Int, _ column: Int) throws -> Bool {
        let side = OverviewTile.side
        let key = key(row / side, column / side)
        if tiles[0][key] == nil { tiles[0][key] = try load(0, row / side, column / side) }
        let index = (row % side) * side + column % side
        // It was just put there.
        let old = tiles[0][key]!.values[index]
        guard old != value else { return false }
        tiles[0][key]!.values[index] = value
        tiles[0][key]!.dirty[row % side] |= 1 << UInt64(column % side)
        return old != 0
    }

    private func key(_ row: Int, _ column: Int) -> Int { row << 32 | column }

    private func load(_ level: Int, _ row: Int, _ column: Int) throws -> Tile {
        let statement = try db.cachedStatement(
            sql: """
                SELECT cells FROM overview
                WHERE plan = 0 AND layer = ? AND level = ? AND tile_row = ? AND tile_column = ?
                """)
        let stored = try Data.fetchOne(statement, arguments: [layer.id, level, row, column])
        var values: [UInt16] = []
        if let stored {
            stored.withUnsafeBytes { OverviewTile.decode($0, into: &values) }
        } else {
            values = Array(repeating: 0, count: OverviewTile.cells)
        }
        return Tile(values: values, stored: stored)
    }

    // MARK: The end

    /// Fills what lay beneath, brings the upper levels up to date, and writes.
    func finish() throws {
        if isMoved { return try rebuild() }
        try fillHoles()
        for level in 1..<max(1, place.levels) { try raise(to: level) }
        try write()
    }

    /// Layers whose features lie on one another show what lay beneath.
    private func fillHoles() throws {
        for box in holeBoxes where !holes.isEmpty {
            var found: [(uid: Int64, cell: UInt16, shape: Shape)] = []
            guard try hasHole(in: box) else { continue }
            try Project.outlines(of: layer, plan: 0, in: box, db) { found.append(($0.uid, $0.cell, $0.shape)) }
            for feature in found.sorted(by: { $0.uid < $1.uid }) {
                try cells(of: feature.shape) { row, range in
                    for column in range where holes.contains(row * place.columns + column) {
                        try set(feature.cell, row, column)
                    }
                }
            }
        }
    }

    private func hasHole(in box: Box) throws -> Bool {
        guard let window = place.window(level: 0, box: box) else { return false }
        for row in window.row..<window.row + window.grid.rows {
            for column in window.column..<window.column + window.grid.columns
            where holes.contains(row * place.columns + column) {
                return true
            }
        }
        return false
    }

    /// Cells of a level from the sixteen (at level 1 four) cells below, where any of these changed.
    private func raise(to level: Int) throws {
        let side = OverviewTile.side
        let factor = level == 1 ? 2 : 4
        let source = level == 1 ? 0 : level - 2
        let full = place.frame(level: source)
        var samples: [UInt16] = []
        for (below, tile) in tiles[level - 1] {
            let (tileRow, tileColumn) = (below >> 32, below & 0xFFFF_FFFF)
            let upper = key(tileRow / 2, tileColumn / 2)
            for row in 0..<side / 2 {
                let word = tile.dirty[row * 2] | tile.dirty[row * 2 + 1]
                guard word != 0 else { continue }
                for column in 0..<side / 2 where word >> UInt64(column * 2) & 3 != 0 {
                    let (y, x) = (tileRow * side / 2 + row, tileColumn * side / 2 + column)
                    samples.removeAll(keepingCapacity: true)
                    for sourceRow in y * factor..<min((y + 1) * factor, full.rows) {
                        for sourceColumn in x * factor..<min((x + 1) * factor, full.columns) {
                            samples.append(try value(source, sourceRow, sourceColumn))
                        }
                    }
                    if tiles[level][upper] == nil {
                        tiles[level][upper] = try load(level, tileRow / 2, tileColumn / 2)
                    }
                    let value = Pyramid.dominant(samples)
                    let index = (y % side) * side + x % side
                    // It was just put there.
                    tiles[level][upper]!.values[index] = value
                    tiles[level][upper]!.dirty[y % side] |= 1 << UInt64(x % side)
                }
            }
        }
    }

    private func value(_ level: Int, _ row: Int, _ column: Int) throws -> UInt16 {
        let side = OverviewTile.side
        let key = key(row / side, column / side)
        let index = (row % side) * side + column % side
        if let tile = tiles[level][key] { return tile.values[index] }
        let tile = try load(level, row / side, column / side)
        tiles[level][key] = tile
        return tile.values[index]
    }

    private func write() throws {
        let insert = try BulkStatement("INSERT OR REPLACE INTO overview VALUES (0, ?, ?, ?, ?, ?)", in: db)
        let delete = try BulkStatement(
            "DELETE FROM overview WHERE plan = 0 AND layer = ? AND level = ? AND tile_row = ? AND tile_column = ?",
            in: db)
        let archive = try BulkStatement("INSERT OR IGNORE INTO overview_past VALUES (?, ?, ?, ?, ?, ?)", in: db)
        for (level, tiles) in tiles.enumerated() {
            for (key, tile) in tiles where tile.dirty.contains(where: { $0 != 0 }) {
                let bytes = OverviewTile.encode(tile.values[...])
                if let stored = tile.stored, stored.elementsEqual(bytes) { continue }
                if tile.stored == nil, tile.values.allSatisfy({ $0 == 0 }) { continue }
                let (row, column) = (Int64(key >> 32), Int64(key & 0xFFFF_FFFF))
                let before =
                    tile.stored.map(Array.init)
                    ?? OverviewTile.encode([UInt16](repeating: 0, count: OverviewTile.cells)[...])
                try archive.run { statement in
                    Self.bind(layer.id, level, row, column, to: statement)
                    statement.bind(5, until)
                    statement.bind(6, blob: before)
                }
                // A tile with nothing in it is not kept.
                let isEmpty = tile.values.allSatisfy { $0 == 0 }
                try (isEmpty ? delete : insert).run { statement in
                    Self.bind(layer.id, level, row, column, to: statement)
                    if !isEmpty { statement.bind(5, blob: bytes) }
                }
            }
        }
    }

    private static func bind(
        _ layer: Int64, _ level: Int, _ row: Int64, _ column: Int64, to statement: borrowing BulkStatement
    ) {
        statement.bind(1, layer)
        statement.bind(2, Int64(level))
        statement.bind(3, row)
        statement.bind(4, column)
    }

    /// All anew, on a grid that covers the layer as it is.
    private func rebuild() throws {
        try Self.archive(layer, until: until, in: db)
        try db.execute(
            sql: """
                UPDATE layer_registry SET grid_x = ?, grid_y = ?, grid_cell = ?, grid_columns = ?, grid_rows = ? WHERE id = ?
                """, arguments: [place.origin.x, place.origin.y, place.cell, place.columns, place.rows, layer.id])
        let tiles = try Project.rasterise(layer.table, layer.id, place, in: db)
        try Project.store(tiles, layer: layer.id, in: db)
        // The overviews of drafts lie on the same grid.
        try db.execute(sql: "DELETE FROM overview WHERE layer = ? AND plan <> 0", arguments: [layer.id])
        for plan in try Int64.fetchAll(
            db, sql: "SELECT DISTINCT plan FROM plan_edit WHERE layer = ?", arguments: [layer.id])
        {
            try Project.mendOverview(
                OverviewStretch(plan: plan, layer: layer.id), layer.box.union(place.box), in: db)
        }
    }

    /// Keeps the whole overview of a layer, and its grid, as they were until a journal row.
    static func archive(_ layer: Layer, until: Int64, in db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO overview_past
                    SELECT layer, level, tile_row, tile_column, \(until), cells FROM overview
                    WHERE plan = 0 AND layer = \(layer.id);
                INSERT OR IGNORE INTO overview_moved
                    SELECT id, \(until), grid_x, grid_y, grid_cell, grid_columns, grid_rows FROM layer_registry
                    WHERE id = \(layer.id);
                """)
    }
}

extension OverviewPlace {
    /// What the cells cover.
    var box: Box {
        Box(
            minX: origin.x, minY: origin.y, maxX: origin.x + Double(columns) * cell,
            maxY: origin.y + Double(rows) * cell)
    }

    func covers(_ box: Box) -> Bool { self.box.padded(by: cell).contains(box) }
}
