import CGDAL
import Geometry
import Phrases
import Stream

/// A raster of a source, of which the first band is read.
final class RasterSource {
    /// Kept because the band lives in it.
    let dataset: Dataset
    private let band: GDALRasterBandH
    /// Its description, as the stream has it.
    private(set) var grid: SourceGrid
    var name: String {
        get { grid.name }
        set { grid.name = newValue }
    }
    /// What the values of the file are multiplied by, and what is added then.
    private let scale: Double
    private let offset: Double
    private let isMasked: Bool
    /// Whether its numbers stand for the colours of a palette, as those of classes do.
    let isPaletted: Bool

    /// More cells than this, 8 GB in a project, are no county.
    private static let mostCells = 2_000_000_000

    /// - Parameter name: of the source, for sentences.
    /// - Throws: `Refusal` when it is not the kind of raster that is read here.
    init(_ dataset: Dataset, layer: String, of name: String) throws(Refusal) {
        self.dataset = dataset
        let bands = Int(GDALGetRasterCount(dataset.handle))
        guard bands > 0, let band = GDALGetRasterBand(dataset.handle, 1) else {
            throw Refusal(.badData, "Could not read \(name): it holds no band.", "无法读取 \(name)：其中没有波段。")
        }
        self.band = band
        let place = try Self.place(dataset, of: name)
        let type = GDALGetRasterDataType(band)
        let kind = GDALGetRasterColorInterpretation(band)
        guard GDALDataTypeIsComplex(type) == 0, ![GCI_RedBand, GCI_GreenBand, GCI_BlueBand].contains(kind) else {
            throw Refusal(
                .badData, "Could not read \(name): it is an image, not a grid of heights or other measured values.",
                "无法读取 \(name)：它是影像，不是高程等数值栅格。")
        }
        scale = Self.told(band, GDALGetRasterScale, or: 1)
        offset = Self.told(band, GDALGetRasterOffset, or: 0)
        isPaletted = kind == GCI_PaletteIndex
        isMasked = GDALGetMaskFlags(band) & GMF_ALL_VALID == 0
        var hasNoData: Int32 = 0
        let noData = GDALGetRasterNoDataValue(band, &hasNoData)
        let isScaled = scale != 1 || offset != 0
        let sample: SourceGrid.Sample =
            switch type {
            case GDT_Byte, GDT_Int16: isScaled ? .float32 : .int16
            case GDT_UInt16, GDT_Float32: .float32
            default: .wider
            }
        // A local system only says that there is none.
        let system = GDALGetSpatialRef(dataset.handle).flatMap { OSRIsLocal($0) != 0 ? nil : $0 }
        let crs = system.map(OGRLayer.describe)
        grid = SourceGrid(
            name: layer, place: place, sample: sample,
            noData: hasNoData != 0 && noData.isFinite && !isScaled ? noData : nil,
            unit: GDALGetRasterUnitType(band).map { String(cString: $0) } ?? "", bands: bands, crsWKT: crs?.wkt,
            crsAuthority: crs?.authority, driver: dataset.driver)
    }

    private static func told(
        _ band: GDALRasterBandH, _ ask: (GDALRasterBandH?, UnsafeMutablePointer<Int32>?) -> Double, or usual: Double
    ) -> Double {
        var isTold: Int32 = 0
        let value = ask(band, &isTold)
        return isTold != 0 && value.isFinite ? value : usual
    }

    private static func place(_ dataset: Dataset, of name: String) throws(Refusal) -> GridPlace {
        var numbers = [Double](repeating: 0, count: 6)
        guard GDALGetGeoTransform(dataset.handle, &numbers) == CE_None else {
            throw Refusal(
                .badData,
                "Could not read \(name): it does not say where on the ground it lies; georeference it first.",
                "无法读取 \(name)：没有地理定位信息，请先配准。")
        }
        guard numbers[2] == 0, numbers[4] == 0, numbers[1] > 0, numbers[5] < 0 else {
            let isTurned = numbers[2] != 0 || numbers[4] != 0
            throw Refusal(
                .badData,
                "Could not read \(name): its rows \(isTurned ? "are turned against the map's axes" : "do not run from north to south"); bring it to north up first, with gdalwarp or in QGIS.",
                "无法读取 \(name)：其行\(isTurned ? "相对坐标轴有旋转" : "不是由北向南排列")；请先用 gdalwarp 或 QGIS 转为正北朝上。")
        }
        let place = GridPlace(
            corner: Point(x: numbers[0], y: numbers[3]), cellWidth: numbers[1], cellHeight: -numbers[5],
            columns: Int(GDALGetRasterXSize(dataset.handle)), rows: Int(GDALGetRasterYSize(dataset.handle)))
        guard place.isSound else {
            throw Refusal(.badData, "Could not read \(name): its size makes no sense.", "无法读取 \(name)：其大小不合理。")
        }
        guard place.columns <= mostCells / place.rows else {
            throw Refusal(
                .badData,
                "Could not read \(name): its \(place.columns) by \(place.rows) cells are more than \(mostCells); cut out the county first.",
                "无法读取 \(name)：\(place.columns)×\(place.rows) 个像元超过上限 \(mostCells)，请先按县域裁剪。")
        }
        return place
    }

    /// The rasters in a dataset: those of a container each, or the one that there is. None where it is no raster.
    static func all(in path: String, named name: String) throws(Refusal) -> [RasterSource] {
        guard let dataset = try Dataset(raster: path, named: name) else { return [] }
        let layer = Self.name(of: path)
        let parts = dataset.subdatasets
        if parts.isEmpty {
            guard GDALGetRasterCount(dataset.handle) > 0 else { return [] }
            let inside = dataset.driver == "GPKG" ? dataset.item("IDENTIFIER") : nil
            return [try RasterSource(dataset, layer: inside ?? layer, of: name)]
        }
        var sources: [RasterSource] = []
        for part in parts {
            guard let dataset = try Dataset(raster: part, named: name) else { continue }
            sources.append(
                try RasterSource(dataset, layer: part.split(separator: ":").last.map(String.init) ?? layer, of: name))
        }
        return sources
    }

    /// What a file is called without folders and ending.
    private static func name(of path: String) -> String {
        var file = path.split(separator: "/").last ?? ""
        if file.lowercased().hasSuffix(".gz") { file.removeLast(3) }
        if let dot = file.lastIndex(of: "."), dot != file.startIndex { file = file[..<dot] }
        return String(file)
    }

    /// Reads some cells; NaN where there is no value.
    func cells(columns: Range<Int>, rows: Range<Int>, of name: String) throws(Refusal) -> [Float] {
        let count = columns.count * rows.count
        let (x, y, width, height) = (
            Int32(columns.lowerBound), Int32(rows.lowerBound), Int32(columns.count), Int32(rows.count)
        )
        var wide: [Double] = []
        var values: [Float] = []
        let status: CPLErr
        if scale != 1 || offset != 0 {
            wide = Array(repeating: 0, count: count)
            status = GDALRasterIO(band, GF_Read, x, y, width, height, &wide, width, height, GDT_Float64, 0, 0)
            values = wide.map { Float($0 * scale + offset) }
        } else {
            values = Array(repeating: 0, count: count)
            status = GDALRasterIO(band, GF_Read, x, y, width, height, &values, width, height, GDT_Float32, 0, 0)
        }
        guard status == CE_None else { throw failure(name) }
        if isMasked {
            var mask = [UInt8](repeating: 0, count: count)
            let status = GDALGetMaskBand(band).map {
                GDALRasterIO($0, GF_Read, x, y, width, height, &mask, width, height, GDT_Byte, 0, 0)
            }
            guard status == CE_None else { throw failure(name) }
            for index in values.indices where mask[index] == 0 { values[index] = .nan }
        }
        for index in values.indices where !values[index].isFinite { values[index] = .nan }
        return values
    }

    private func failure(_ name: String) -> Refusal {
        Complaints.take().first(where: \.isFailure)?.refusal(reading: name)
            ?? Refusal(.badData, "Could not read \(name): its cells are damaged.", "无法读取 \(name)：像元数据已损坏。")
    }
}
