import CGDAL
import Glibc
import Phrases
import Stream

/// Writes the grid of standard input to a new GeoTIFF or ASCII grid. A target that could not be finished is removed.
func writeGrid(_ arguments: Arguments) throws(Refusal) {
    let target = try RasterTarget(arguments)
    do {
        var decoder = StreamDecoder(read: readInput)
        var tiles = 0
        var isWhole = false
        while !isWhole, let message = try decoder.next() {
            switch message {
            case .grid(let grid): try target.create(grid)
            case .tile(let tile):
                try target.write(tile)
                tiles += 1
                Output.send(.progress(done: tiles, total: nil))
            case .failure(let refusal): throw refusal
            case .end: isWhole = true
            case .layer, .features, .note, .refused, .progress: break
            }
        }
        guard isWhole else { throw StreamFault.truncated }
        try target.finish()
        Output.send(.end(count: tiles))
    } catch let refusal as Refusal {
        target.remove()
        throw refusal
    } catch {
        target.remove()
        let reason = (error as? StreamFault)?.phrase ?? Phrase("\(error)", "\(error)")
        throw Refusal(
            .inputOutput, "Writing \(target.name) stopped: of what came from tuban, \(reason.english).",
            "写出 \(target.name) 已停止：来自 tuban 的数据有误，\(reason.chinese)。")
    }
}

/// A raster file being written.
final class RasterTarget {
    static let drivers = ["GTiff", "AAIGrid"]

    let name: String
    private let path: String
    /// Where the cells are collected for a format that is only written as a whole.
    private let draft: String?
    private var dataset: Dataset?
    private var grid: SourceGrid?

    init(_ arguments: Arguments) throws(Refusal) {
        path = arguments.path
        name = path.split(separator: "/").last.map(String.init) ?? path
        draft = arguments.driver == "AAIGrid" ? path + ".draft.tif" : nil
        for file in [path, draft].compactMap({ $0 }) where access(file, F_OK) == 0 {
            throw Refusal(
                .cannotCreate, "Could not write \(name): there is such a file already.", "无法写出 \(name)：文件已存在。")
        }
    }

    private var refusal: Refusal {
        let reason = Complaints.take().first(where: \.isFailure)?.sentence ?? ""
        return Refusal(.cannotCreate, "Could not write \(name): \(reason).", "无法写出 \(name)：\(reason)。")
    }

    func create(_ grid: SourceGrid) throws {
        guard self.grid == nil else { throw StreamFault.malformed }
        let options = StringList([
            "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "BIGTIFF=IF_SAFER",
        ])
        let type = grid.sample == .int16 ? GDT_Int16 : GDT_Float32
        guard
            let handle = GDALCreate(
                GDALGetDriverByName("GTiff"), draft ?? path, Int32(grid.place.columns), Int32(grid.place.rows), 1, type,
                options.pointer), let band = GDALGetRasterBand(handle, 1)
        else { throw refusal }
        dataset = Dataset(handle)
        self.grid = grid
        var transform = [
            grid.place.corner.x, grid.place.cellWidth, 0, grid.place.corner.y, 0, -grid.place.cellHeight,
        ]
        GDALSetGeoTransform(handle, &transform)
        if let words = grid.crsAuthority ?? grid.crsWKT {
            guard let crs = OSRNewSpatialReference(nil) else { throw refusal }
            defer { OSRRelease(crs) }
            guard OSRSetFromUserInput(crs, words) == OGRERR_NONE else { throw refusal }
            GDALSetSpatialRef(handle, crs)
        }
        if let noData = grid.noData { GDALSetRasterNoDataValue(band, noData) }
        if !grid.unit.isEmpty { GDALSetRasterUnitType(band, grid.unit) }
        _ = Complaints.take()
    }

    func write(_ tile: GridTile) throws {
        guard let grid, let handle = dataset?.handle, let band = GDALGetRasterBand(handle, 1) else {
            throw StreamFault.malformed
        }
        let side = SourceGrid.tileSide
        let (left, top) = (tile.column * side, tile.row * side)
        guard left + tile.columns <= grid.place.columns, top + tile.rows <= grid.place.rows else {
            throw StreamFault.malformed
        }
        var values = tile.values
        if let noData = grid.noData.map({ Float($0) }) {
            for index in values.indices where values[index].isNaN { values[index] = noData }
        }
        let (width, height) = (Int32(tile.columns), Int32(tile.rows))
        guard
            GDALRasterIO(
                band, GF_Write, Int32(left), Int32(top), width, height, &values, width, height, GDT_Float32, 0, 0)
                == CE_None
        else { throw refusal }
    }

    /// Closes the file, at which much of it is written.
    func finish() throws {
        guard let dataset else { throw StreamFault.malformed }
        GDALFlushCache(dataset.handle)
        if draft != nil {
            // Nine digits give every 32-bit float back.
            let options = StringList(["SIGNIFICANT_DIGITS=9"])
            guard
                let copy = GDALCreateCopy(
                    GDALGetDriverByName("AAIGrid"), path, dataset.handle, 0, options.pointer, nil, nil)
            else { throw refusal }
            GDALClose(copy)
        }
        self.dataset = nil
        if let draft { unlink(draft) }
        if Complaints.take().contains(where: \.isFailure) || access(path, F_OK) != 0 { throw refusal }
    }

    func remove() {
        dataset = nil
        for file in [path, draft].compactMap({ $0 }) { unlink(file) }
        _ = Complaints.take()
    }
}
