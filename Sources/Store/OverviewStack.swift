/// The stored tiles of a base layer's overview, level by level, made from below: each level takes the rows that the
/// levels beneath it give and keeps no more of them than a row of tiles. Of tiles that are many, the first are in a file.
struct OverviewStack: Sendable {
    private struct Level: Sendable {
        let columns: Int
        let rows: Int
        /// The rows that wait until a row of tiles is full.
        var strip: [UInt16] = []
        /// How many rows of tiles are made.
        var done = 0
        var places: [(row: Int, column: Int, size: Int)] = []
        var bytes = SpooledBytes(most: 1 << 20)
    }

    private var levels: [Level]

    init(on place: OverviewPlace) {
        levels = (0..<place.levels).map { number in
            let (_, columns, rows) = place.frame(level: number)
            return Level(columns: columns, rows: rows)
        }
    }

    /// Adds the next cells of the finest level: a row of tiles, from the south; the last may be lower.
    mutating func add(_ strip: [UInt16]) throws { try add(strip, to: 0) }

    private mutating func add(_ cells: [UInt16], to number: Int) throws {
        guard levels.indices.contains(number) else { return }
        levels[number].strip += cells
        let (columns, side) = (levels[number].columns, OverviewTile.side)
        let height = levels[number].strip.count / columns
        guard height == side || levels[number].done * side + height == levels[number].rows else { return }
        var strip: [UInt16] = []
        swap(&strip, &levels[number].strip)
        try divide(strip, height, level: number)
        // A row of tiles gives whole rows of cells above: its height is four times theirs, or the level ends with it.
        if number == 0 { try add(Pyramid.raise(strip, columns: columns, rows: height, by: 2), to: 1) }
        try add(Pyramid.raise(strip, columns: columns, rows: height, by: 4), to: number + 2)
        strip.removeAll(keepingCapacity: true)
        swap(&strip, &levels[number].strip)
    }

    private mutating func divide(_ strip: [UInt16], _ height: Int, level number: Int) throws {
        let side = OverviewTile.side
        let (columns, row) = (levels[number].columns, levels[number].done)
        levels[number].done += 1
        var tile = [UInt16](repeating: 0, count: OverviewTile.cells)
        for left in stride(from: 0, to: columns, by: side) {
            let width = min(side, columns - left)
            var any: UInt16 = 0
            if width < side || height < side {
                for index in tile.indices { tile[index] = 0 }
            }
            for y in 0..<height {
                for x in 0..<width {
                    let value = strip[y * columns + left + x]
                    tile[y * side + x] = value
                    any |= value
                }
            }
            guard any != 0 else { continue }
            let bytes = OverviewTile.encode(tile[...])
            levels[number].places.append((row, left / side, bytes.count))
            try levels[number].bytes.append(bytes)
        }
    }

    /// Gives every tile that holds anything, level by level from the finest, from the south-west.
    func forEach(_ body: (OverviewTile) throws -> Void) throws {
        for (number, level) in levels.enumerated() {
            var places = level.places.makeIterator()
            try level.bytes.forEach(level.places.lazy.map(\.size)) { bytes in
                guard let (row, column, _) = places.next() else { return }
                try body(OverviewTile(level: number, row: row, column: column, bytes: bytes))
            }
        }
    }
}
