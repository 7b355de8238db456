import CGDAL
import Phrases
import Stream

/// Reads one raster of a source, tile by tile from the north-west.
func readGrid(_ arguments: Arguments) throws(Refusal) {
    let source = try Source(arguments.path)
    var raster = try source.raster(named: arguments.layer)
    var notes = Notes()
    if raster.grid.bands > 1 {
        notes.say(
            Phrase(
                "\(source.name) has \(raster.grid.bands) bands; the first one is read.",
                "\(source.name) 有 \(raster.grid.bands) 个波段，只读取第一个。"))
    }
    if raster.grid.sample == .wider {
        notes.say(
            Phrase(
                "The values of \(source.name) are kept as 32-bit floats, with seven digits.",
                "\(source.name) 的数值按 32 位浮点保存，有效数字七位。"))
    }
    if let target = arguments.warp {
        let isPaletted = raster.isPaletted
        notes.say(
            isPaletted
                ? Phrase(
                    "Each cell takes the value of the nearest one: those of \(source.name) have a palette, as classes do.",
                    "\(source.name) 的像元带调色板（类别值），按最邻近取值。")
                : Phrase("Its cells are bilinear between those of \(source.name).", "像元值由 \(source.name) 双线性内插。"))
        let warped = try raster.dataset.warped(
            to: target, from: arguments.crs, by: isPaletted ? "near" : "bilinear", named: source.name)
        raster = try RasterSource(warped, layer: raster.name, of: source.name)
    }
    let grid = raster.grid
    Output.send(.grid(grid))
    notes.say(Complaints.take())
    let side = SourceGrid.tileSide
    // So many tiles are read at once: a file that is kept by rows is unpacked once, and memory stays bounded.
    let stretch = 64
    for row in 0..<grid.tilesDown {
        let rows = row * side..<min((row + 1) * side, grid.place.rows)
        for first in stride(from: 0, to: grid.tilesAcross, by: stretch) {
            let columns = first * side..<min((first + stretch) * side, grid.place.columns)
            let cells = try raster.cells(columns: columns, rows: rows, of: source.name)
            for column in first..<min(first + stretch, grid.tilesAcross) {
                let left = (column - first) * side, width = min(side, columns.count - left)
                var values: [Float] = []
                values.reserveCapacity(width * rows.count)
                for line in 0..<rows.count {
                    let start = line * columns.count + left
                    values += cells[start..<start + width]
                }
                let tile = GridTile(column: column, row: row, columns: width, rows: rows.count, values: values)
                Output.send(.tile(tile))
            }
        }
        notes.say(Complaints.take())
        Output.send(.progress(done: (row + 1) * grid.tilesAcross, total: grid.tilesAcross * grid.tilesDown))
    }
    notes.close()
    Output.send(.end(count: grid.tilesAcross * grid.tilesDown))
}

extension Dataset {
    /// The same raster in another coordinate system, computed while it is read.
    ///
    /// - Parameters:
    ///   - source: the system that the file shall be taken to have; its own when nil.
    ///   - method: GDAL's name of how cells are computed.
    func warped(to target: String, from source: String?, by method: String, named name: String) throws(Refusal)
        -> Dataset
    {
        // No margin of error in the way of places; nothing where the source has nothing.
        var words = [
            "-of", "VRT", "-t_srs", target, "-r", method, "-et", "0", "-ot", "Float32", "-dstnodata", "nan",
        ]
        if let source { words += ["-s_srs", source] }
        let list = StringList(words)
        guard let options = GDALWarpAppOptionsNew(list.pointer, nil) else { throw warpRefusal(name) }
        defer { GDALWarpAppOptionsFree(options) }
        var sources: [GDALDatasetH?] = [handle]
        guard let warped = GDALWarp("", nil, 1, &sources, options, nil) else { throw warpRefusal(name) }
        return Dataset(warped, over: self)
    }

    private func warpRefusal(_ name: String) -> Refusal {
        let reason = Complaints.take().first(where: \.isFailure)?.sentence ?? "GDAL"
        return Refusal(
            .badData, "Could not bring \(name) into the project's coordinate system: \(reason).",
            "无法将 \(name) 转换到项目坐标系：\(reason)。")
    }
}
