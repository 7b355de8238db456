import Geometry

/// The finest cells of a base layer's overview while they are painted.
///
/// They lie in squares as tiles do. Features mostly come place by place: only the squares that were painted last are in
/// memory, the others wait in a file, so that memory does not grow with the county. Where features turn out to come in no
/// order of place, all squares stay in memory, which is a few ten megabytes at the most, as they would be read back for
/// every other feature.
struct OverviewCanvas: Sendable {
    /// Cells of a row that get one value.
    private struct Run: Sendable {
        var row: Int
        var columns: Range<Int>
    }

    private let place: OverviewPlace
    private let squareColumns: Int
    private let squareRows: Int
    /// How many squares are in memory at once.
    private var most: Int
    private var scanline: Scanline
    private var runs: [Run] = []
    /// The squares in memory, one after the other.
    private var cells: [UInt16] = []
    /// Which square each of them is, and the stroke that touched it last.
    private var held: [(square: Int, stroke: Int)] = []
    /// Where in memory each square is; nil in the file, or not painted yet.
    private var slots: [Int32?]
    private var isSpooled: [Bool]
    private var spool: Spool<UInt16>?
    private var strokes = 0
    private var returned = 0

    /// - Parameter most: how many squares are in memory at once; 4 MiB of them by default.
    init(at place: OverviewPlace, most: Int = 512) {
        self.place = place
        squareColumns = (place.columns + OverviewTile.side - 1) / OverviewTile.side
        squareRows = (place.rows + OverviewTile.side - 1) / OverviewTile.side
        self.most = most
        scanline = Scanline(
            origin: place.origin, cellWidth: place.cell, cellHeight: place.cell, columns: place.columns,
            rows: place.rows)
        slots = Array(repeating: nil, count: squareColumns * squareRows)
        isSpooled = Array(repeating: false, count: squareColumns * squareRows)
        cells.reserveCapacity(min(most, slots.count) * OverviewTile.cells)
    }

    /// Paints the cells that a shape covers, or that its lines touch.
    mutating func paint(_ shape: Shape, _ value: UInt16) throws {
        strokes += 1
        var runs: [Run] = []
        swap(&runs, &self.runs)
        if shape.kind == .polygon {
            scanline.cover(shape) { runs.append(Run(row: $0, columns: $1)) }
        } else {
            scanline.trace(shape) { runs.append(Run(row: $0, columns: $1..<$1 + 1)) }
        }
        for run in runs { try fill(run, value) }
        runs.removeAll(keepingCapacity: true)
        swap(&runs, &self.runs)
    }

    private mutating func fill(_ run: Run, _ value: UInt16) throws {
        let side = OverviewTile.side
        let squares = run.row / side * squareColumns
        var column = run.columns.lowerBound
        while column < run.columns.upperBound {
            let squareColumn = column / side
            let end = min(run.columns.upperBound, (squareColumn + 1) * side)
            let first = try start(of: squares + squareColumn) + run.row % side * side + column % side
            for index in first..<first + end - column { cells[index] = value }
            column = end
        }
    }

    /// Where the cells of a square begin in memory, into which it is brought.
    private mutating func start(of square: Int) throws -> Int {
        if let slot = slots[square].map(Int.init) {
            held[slot].stroke = strokes
            return slot * OverviewTile.cells
        }
        let values = try spooled(square)
        if values != nil {
            returned += 1
            if returned > 2 * slots.count { most = slots.count }
        }
        let slot = try room()
        let start = slot * OverviewTile.cells
        if let values {
            cells.replaceSubrange(start..<start + OverviewTile.cells, with: values)
        } else {
            for index in start..<start + OverviewTile.cells { cells[index] = 0 }
        }
        held[slot] = (square, strokes)
        slots[square] = Int32(slot)
        return start
    }

    /// Room for one more square: new, or that of the one which was touched the longest ago.
    private mutating func room() throws -> Int {
        if held.count < most {
            held.append((0, 0))
            cells.append(contentsOf: repeatElement(0, count: OverviewTile.cells))
            return held.count - 1
        }
        var slot = 0
        for index in held.indices where held[index].stroke < held[slot].stroke { slot = index }
        let square = held[slot].square, start = slot * OverviewTile.cells
        let spool = try self.spool ?? Spool()
        self.spool = spool
        try spool.write(Array(cells[start..<start + OverviewTile.cells]), at: square * OverviewTile.cells)
        isSpooled[square] = true
        slots[square] = nil
        return slot
    }

    /// A square as it was last put into the file; nil where it never was.
    private func spooled(_ square: Int) throws -> [UInt16]? {
        guard isSpooled[square], let spool else { return nil }
        return try spool.read(square * OverviewTile.cells..<(square + 1) * OverviewTile.cells)
    }

    /// The tiles of all levels over what was painted, made strip by strip.
    func tiles() throws -> OverviewStack {
        var stack = OverviewStack(on: place)
        let side = OverviewTile.side
        for row in 0..<squareRows {
            let height = min(side, place.rows - row * side)
            var strip = [UInt16](repeating: 0, count: height * place.columns)
            for column in 0..<squareColumns {
                let square = row * squareColumns + column
                let start = slots[square].map { Int($0) * OverviewTile.cells }
                guard let values = try start.map({ cells[$0..<$0 + OverviewTile.cells] }) ?? spooled(square)?[...]
                else { continue }
                let width = min(side, place.columns - column * side)
                for y in 0..<height {
                    let (to, from) = (y * place.columns + column * side, values.startIndex + y * side)
                    for x in 0..<width { strip[to + x] = values[from + x] }
                }
            }
            try stack.add(strip)
        }
        return stack
    }
}
