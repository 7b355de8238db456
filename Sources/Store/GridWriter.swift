import GRDB
import Geometry
import Phrases

/// Writes the cells of a new grid, row by row or tile by tile from the north-west; it holds no more of them than one row of
/// tiles. Lives inside one transaction.
package final class GridWriter {
    /// Cells in the side of a tile.
    package static let side = GridTables.side

    private let new: NewGrid
    private let store: TileStore
    private let zoom: Int
    private let across: Int
    private let down: Int
    /// Rows that wait until a row of tiles is whole.
    private var band: [Float] = []
    /// How many tiles came, row by row from the north.
    private var tiles = 0
    /// How many cells have a value.
    package private(set) var count = 0

    init(_ new: NewGrid, in db: Database) throws {
        self.new = new
        store = try TileStore(new.table, missing: new.missing, in: db)
        zoom = GridTables.zoom(of: new.place)
        across = (new.place.columns + Self.side - 1) / Self.side
        down = (new.place.rows + Self.side - 1) / Self.side
    }

    /// Adds the next row from the north, a value for each column; NaN where there is none.
    package func add(row: [Float]) throws {
        precondition(row.count == new.place.columns, "a value for each column")
        band += row
        let rows = min(Self.side, new.place.rows - tiles / across * Self.side)
        guard band.count == rows * row.count else { return }
        let whole = band
        band.removeAll(keepingCapacity: true)
        for column in 0..<across {
            let left = column * Self.side, columns = min(Self.side, row.count - left)
            var values: [Float] = []
            values.reserveCapacity(rows * columns)
            for line in 0..<rows { values += whole[line * row.count + left..<line * row.count + left + columns] }
            try add(tile: values, columns: columns)
        }
    }

    /// Adds the next tile: 256 by 256 cells, fewer at the eastern and southern border.
    ///
    /// - Throws: `Refusal` when it does not fit the place where it would lie.
    package func add(tile: [Float], columns: Int) throws {
        let (row, column) = tiles.quotientAndRemainder(dividingBy: across)
        let rows = min(Self.side, new.place.rows - row * Self.side)
        guard row < down, band.isEmpty, columns == min(Self.side, new.place.columns - column * Self.side),
            tile.count == columns * rows
        else {
            throw Refusal(
                .badData, "The cells of \(new.source) do not fit the size that it states; nothing was imported.",
                "\(new.source) 的像元与其声明的大小不符，未导入任何内容。")
        }
        tiles += 1
        var whole = tile
        if columns < Self.side || rows < Self.side {
            whole = Array(repeating: .nan, count: Self.side * Self.side)
            for line in 0..<rows {
                for place in 0..<columns { whole[line * Self.side + place] = tile[line * columns + place] }
            }
        }
        count += try store.add(whole, zoom: zoom, column: column, row: row)
    }

    /// Makes the coarser levels, when all cells have come.
    func finish() throws {
        guard tiles == across * down else {
            throw Refusal(
                .badData,
                "\(new.source) ends after \(tiles) of \(across * down) tiles; nothing was imported.",
                "\(new.source) 在第 \(tiles) 个图块后中断（共 \(across * down) 个），未导入任何内容。")
        }
        try store.buildLevels(below: zoom, of: new.place)
    }
}

/// The tiles of one grid in its table.
struct TileStore {
    private static let side = GridTables.side
    private let table: String
    private let missing: Float
    private let insert: BulkStatement
    private let note: BulkStatement
    private let select: BulkStatement

    init(_ table: String, missing: Float, in db: Database) throws {
        self.table = table
        self.missing = missing
        insert = try BulkStatement(
            "INSERT INTO \(table.quoted)(zoom_level, tile_column, tile_row, tile_data) VALUES (?, ?, ?, ?)", in: db)
        note = try BulkStatement(
            """
            INSERT INTO gpkg_2d_gridded_tile_ancillary(tpudt_name, tpudt_id, min, max, mean, std_dev)
            SELECT \(table.literal), id, ?, ?, ?, ? FROM \(table.quoted)
            WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?
            """, in: db)
        select = try BulkStatement(
            "SELECT tile_data FROM \(table.quoted) WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?", in: db)
    }

    /// Writes a tile, unless it has no value at all: readers take what is not there as that.
    ///
    /// - Returns: how many of its cells have a value.
    func add(_ values: [Float], zoom: Int, column: Int, row: Int) throws -> Int {
        var values = values
        var (count, sum, squares) = (0, 0.0, 0.0)
        var (least, greatest) = (Float.infinity, -Float.infinity)
        values.withUnsafeMutableBufferPointer { values in
            for index in values.indices {
                let value = values[index]
                guard value.isFinite, value != missing else {
                    values[index] = missing
                    continue
                }
                count += 1
                sum += Double(value)
                squares += Double(value) * Double(value)
                least = min(least, value)
                greatest = max(greatest, value)
            }
        }
        guard count > 0 else { return 0 }
        let mean = sum / Double(count)
        try insert.run { statement in
            statement.bind(1, Int64(zoom))
            statement.bind(2, Int64(column))
            statement.bind(3, Int64(row))
            statement.bind(4, blob: FloatTIFF.encode(values, width: Self.side, height: Self.side))
        }
        try note.run { statement in
            statement.bind(1, Double(least))
            statement.bind(2, Double(greatest))
            statement.bind(3, mean)
            statement.bind(4, max(0, squares / Double(count) - mean * mean).squareRoot())
            statement.bind(5, Int64(zoom))
            statement.bind(6, Int64(column))
            statement.bind(7, Int64(row))
        }
        return count
    }

    /// A tile's cells, NaN where there is no value; nil where there is no tile.
    func tile(zoom: Int, column: Int, row: Int) throws -> [Float]? {
        var values: [Float]?
        try select.fetch { statement in
            statement.bind(1, Int64(zoom))
            statement.bind(2, Int64(column))
            statement.bind(3, Int64(row))
        } row: { statement in
            if case .blob(let bytes) = statement.column(0) {
                values = try Self.cells(bytes, of: table, missing: missing)
            }
        }
        return values
    }

    static func cells(_ bytes: UnsafeRawBufferPointer, of table: String, missing: Float) throws -> [Float] {
        do {
            var values = try FloatTIFF.decode(bytes, width: side, height: side)
            values.withUnsafeMutableBufferPointer { values in
                for index in values.indices where values[index] == missing || !values[index].isFinite {
                    values[index] = .nan
                }
            }
            return values
        } catch {
            throw Refusal(
                .badData,
                "A tile of the grid \(table) cannot be read: \(error.reason.english); import the grid again.",
                "栅格 \(table) 的一个图块无法读取：\(error.reason.chinese)；请重新导入。")
        }
    }

    /// Makes the levels above the finest one: a cell is the mean of those of the four below it that have a value.
    func buildLevels(below zoom: Int, of place: GridPlace) throws {
        for level in (0..<zoom).reversed() {
            let cells = place.coarser(by: zoom - level)
            for row in 0..<(cells.rows + Self.side - 1) / Self.side {
                for column in 0..<(cells.columns + Self.side - 1) / Self.side {
                    try mean(level: level, column: column, row: row)
                }
            }
        }
    }

    private func mean(level: Int, column: Int, row: Int) throws {
        let (side, half) = (Self.side, Self.side / 2)
        var values = [Float](repeating: .nan, count: side * side)
        for quarter in 0..<4 {
            let (right, lower) = (quarter & 1, quarter >> 1)
            guard let below = try tile(zoom: level + 1, column: 2 * column + right, row: 2 * row + lower) else {
                continue
            }
            for y in 0..<half {
                for x in 0..<half {
                    var (sum, count) = (0.0, 0)
                    for index in [2 * y * side + 2 * x, 2 * y * side + 2 * x + 1] {
                        for value in [below[index], below[index + side]] where !value.isNaN {
                            sum += Double(value)
                            count += 1
                        }
                    }
                    if count > 0 { values[(lower * half + y) * side + right * half + x] = Float(sum / Double(count)) }
                }
            }
        }
        _ = try add(values, zoom: level, column: column, row: row)
    }
}
