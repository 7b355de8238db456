import Phrases
import Stream

/// Rasters through `tuban-formats`.
extension FormatsChild {
    /// What a file, folder or archive holds.
    package struct Contents: Sendable {
        package var layers: [SourceLayer] = []
        package var grids: [SourceGrid] = []
    }

    /// How a raster is brought into another coordinate system: bilinear between its cells, or the nearest one where they have a
    /// palette.
    package struct Warp: Hashable, Sendable {
        /// The system that the raster shall be taken to have; its own when nil.
        package var source: String?
        package var target: String

        package init(from source: String?, to target: String) {
            self.source = source
            self.target = target
        }
    }

    /// Reads one raster: a `grid` message, then its tiles row by row from the north-west, with notes and `progress` between
    /// them, then `end`. Every tile is the next one, and of the size that its place has. A `failure` is thrown, not received.
    ///
    /// - Parameter layer: nil for the only one.
    package func readGrid(
        _ source: String, layer: String? = nil, warp: Warp? = nil, receive: (Message) throws -> Void
    ) throws {
        var arguments = ["grid", source] + words(encoding: nil)
        if let layer { arguments += ["--layer", layer] }
        if let warp {
            arguments += ["--warp", warp.target]
            if let system = warp.source { arguments += ["--crs", system] }
        }
        let process = try FormatsProcess(executable, arguments, limits)
        var grid: SourceGrid?
        var tiles = 0
        var progress = Message.progress(done: 0, total: nil)
        // The process calls it only within `receive(from:)` below.
        try withoutActuallyEscaping(receive) { receive in
            process.whileWaiting = { try receive(progress) }
            defer { process.whileWaiting = {} }
            try self.receive(from: process, about: .reading(source)) { message in
                switch message {
                case .grid(let found):
                    guard grid == nil else { throw StreamFault.malformed }
                    grid = found
                case .tile(let tile):
                    guard let grid, grid.holds(tile, number: tiles) else { throw StreamFault.malformed }
                    tiles += 1
                case .progress: progress = message
                default: break
                }
                try receive(message)
            }
        }
        guard let grid, tiles == grid.tilesAcross * grid.tilesDown else {
            throw ended(.reading(source), because: nil)
        }
    }
}

extension FormatsChild {
    /// Enough is known.
    private struct Known: Error {}

    /// What a raster will be when it is read so.
    package func grid(of source: String, layer: String?, warp: Warp?) throws -> SourceGrid {
        var found: SourceGrid?
        do {
            try readGrid(source, layer: layer, warp: warp) { message in
                if case .grid(let grid) = message {
                    found = grid
                    throw Known()
                }
            }
        } catch is Known {}
        guard let found else { throw ended(.reading(source), because: nil) }
        return found
    }
}

extension SourceGrid {
    /// Whether a tile is the one of this number, as large as its place.
    fileprivate func holds(_ tile: GridTile, number: Int) -> Bool {
        let (row, column) = number.quotientAndRemainder(dividingBy: tilesAcross)
        let side = Self.tileSide
        return tile.column == column && tile.row == row && row < tilesDown
            && tile.columns == min(side, place.columns - column * side)
            && tile.rows == min(side, place.rows - row * side)
    }
}
