import Geometry

/// The levels of an overview in memory: level 0 holds the class at each cell's centre, each further level halves the
/// grid and holds the class that is most frequent below.
enum Pyramid {
    /// Marks cells of a plan's pyramid that are as in the base.
    static let asBase: UInt16 = .max

    /// How many levels it takes until one tile holds all.
    static func levels(columns: Int, rows: Int) -> Int {
        var count = 1
        var side = max(columns, rows)
        while side > OverviewTile.side {
            side = (side + 1) / 2
            count += 1
        }
        return count
    }

    static func size(_ full: Int, level: Int) -> Int {
        var size = full
        for _ in 0..<level { size = (size + 1) / 2 }
        return size
    }

    /// The value of an upper cell, from the sixteen cells two levels below it, or the four one level below.
    ///
    /// Among equally frequent values the smallest wins, so that the same county always looks the same; nothing (0) wins
    /// only against less than its own number. Cells that are `asBase` win like any other value.
    static func dominant(_ values: [UInt16]) -> UInt16 {
        // At most sixteen values: counting by comparing is faster than any table.
        var best: UInt16 = 0
        var bestCount = 0
        for index in values.indices {
            let value = values[index]
            if value == best, bestCount > 0 { continue }
            var count = 0
            for other in values where other == value { count += 1 }
            if count > bestCount || (count == bestCount && value != 0 && (value < best || best == 0)) {
                best = value
                bestCount = count
            }
        }
        return best
    }

    /// Makes the rows of a level out of rows of one below it.
    ///
    /// - Parameters:
    ///   - source: whole rows of `columns` cells.
    ///   - factor: how many cells of it in a row make one: two of the level below, or four of that below it.
    static func raise(_ source: [UInt16], columns: Int, rows: Int, by factor: Int) -> [UInt16] {
        let (upperColumns, upperRows) = ((columns + factor - 1) / factor, (rows + factor - 1) / factor)
        var upper = [UInt16](repeating: 0, count: upperColumns * upperRows)
        var samples: [UInt16] = []
        for row in 0..<upperRows {
            let below = row * factor..<min((row + 1) * factor, rows)
            for column in 0..<upperColumns {
                let beside = column * factor..<min((column + 1) * factor, columns)
                let first = source[below.lowerBound * columns + beside.lowerBound]
                // Most cells lie amid others of their class.
                var different: UInt16 = 0
                for y in below {
                    for x in beside { different |= source[y * columns + x] ^ first }
                }
                if different == 0 {
                    upper[row * upperColumns + column] = first
                    continue
                }
                samples.removeAll(keepingCapacity: true)
                for y in below {
                    for x in beside { samples.append(source[y * columns + x]) }
                }
                upper[row * upperColumns + column] = dominant(samples)
            }
        }
        return upper
    }
}
