import CGDAL
import Glibc
import Phrases
import Transcoding

/// What a user names as a source: a file, a folder, or one of them packed; it may hold several datasets.
struct Source {
    /// The file's name without its folders, for sentences.
    let name: String
    private(set) var layers: [OGRLayer] = []
    private(set) var rasters: [RasterSource] = []
    /// Datasets that could not be opened beside others that could.
    private(set) var failures: [Refusal] = []

    private static let mostDatasets = 200
    private static let endings = [
        ".shp", ".gpkg", ".geojson", ".json", ".gml", ".tab", ".mif", ".csv", ".kml", ".gpx", ".dxf", ".dgn", ".fgb",
        ".xlsx", ".ods", ".pbf", ".thf", ".tif", ".tiff", ".asc", ".img", ".hgt", ".dem", ".flt", ".grd",
    ]

    /// Opens every dataset of the source.
    ///
    /// - Throws: `Refusal` when there is no such file, or nothing in it can be opened.
    init(_ path: String) throws(Refusal) {
        name = path.split(separator: "/").last.map(String.init) ?? path
        var taken: Set<String> = []
        for dataset in try Self.datasets(in: path, named: name) {
            do {
                for layer in OGRLayer.all(of: try Dataset(reading: dataset, named: name)) {
                    layer.name = Self.name(of: layer, in: dataset).unique(among: &taken)
                    layers.append(layer)
                }
                rasters += try RasterSource.all(in: dataset, named: name)
            } catch {
                failures += addRasters(of: dataset, insteadOf: error)
            }
        }
        var names = Set(layers.map { $0.name.lowercased() })
        for raster in rasters { raster.name = raster.name.unique(among: &names) }
        if layers.isEmpty, rasters.isEmpty {
            throw failures.first
                ?? Refusal(.badData, "There is no layer in \(name).", "\(name) 中没有图层。")
        }
    }

    /// Adds the rasters of a dataset that has no vectors.
    ///
    /// - Returns: why there is neither.
    private mutating func addRasters(of dataset: String, insteadOf failure: Refusal) -> [Refusal] {
        do {
            let found = try RasterSource.all(in: dataset, named: name)
            rasters += found
            return found.isEmpty ? [failure] : []
        } catch {
            return [error]
        }
    }

    /// - Parameter name: nil for the only raster.
    func raster(named wanted: String?) throws(Refusal) -> RasterSource {
        let names = rasters.map(\.name).joined(separator: ", ")
        guard let wanted else {
            if rasters.count == 1 { return rasters[0] }
            throw Refusal(
                .usage, "\(name) has \(rasters.count) rasters; say which one: \(names).",
                "\(name) 有 \(rasters.count) 个栅格，请指明其中之一：\(names)。")
        }
        if let raster = rasters.first(where: { $0.name == wanted }) { return raster }
        throw Refusal(
            .noInput, "\(name) has no raster \(wanted); it has \(names).", "\(name) 中没有栅格 \(wanted)；现有：\(names)。")
    }

    /// The layer's name as people know it.
    private static func name(of layer: OGRLayer, in dataset: String) -> String {
        // GDAL names some layers after a file, and of "a.geojson.gz" takes off one ending only.
        if dataset.hasPrefix("/vsigzip/"), let ending = endings.first(where: layer.name.lowercased().hasSuffix) {
            return String(layer.name.dropLast(ending.count))
        }
        // Archives made on Chinese Windows hold names in GBK, which GDAL takes for the code page of the first PC.
        if dataset.hasPrefix("/vsizip/"), let bytes = Transcoder(from: "UTF-8", to: "CP437")?.exactly(layer.name) {
            var evidence = EncodingEvidence()
            bytes.withUnsafeBytes { evidence.add($0) }
            if evidence.tellingTexts > 0, let encoding = evidence.encoding,
                let name = Transcoder(from: encoding)?.exactly(bytes)
            {
                return String(decoding: name, as: UTF8.self)
            }
        }
        return layer.name
    }

    /// - Parameter name: nil for the only layer.
    func layer(named wanted: String?) throws(Refusal) -> OGRLayer {
        guard let wanted else {
            if layers.count == 1 { return layers[0] }
            throw Refusal(
                .usage, "\(name) has \(layers.count) layers; say which one: \(names).",
                "\(name) 有 \(layers.count) 个图层，请指明其中之一：\(names)。")
        }
        if let layer = layers.first(where: { $0.name == wanted }) { return layer }
        throw Refusal(
            .noInput, "\(name) has no layer \(wanted); it has \(names).", "\(name) 中没有图层 \(wanted)；现有：\(names)。")
    }

    private var names: String { layers.map(\.name).joined(separator: ", ") }

    private static func datasets(in path: String, named name: String) throws(Refusal) -> [String] {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw Refusal(
                .noInput, "Could not read \(name): \(String(cString: strerror(errno))).",
                "无法读取 \(name)：文件不存在或不可访问。")
        }
        let absolute =
            realpath(path, nil).map { pointer in
                defer { free(pointer) }
                return String(cString: pointer)
            } ?? path
        let lowered = path.lowercased()
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            if lowered.hasSuffix(".gdb") || lowered.hasSuffix(".gdb/") { return [absolute] }
            return try members(of: absolute, named: name, recursive: false)
        case S_IFREG:
            if lowered.hasSuffix(".zip") { return try members(of: "/vsizip/" + absolute, named: name, recursive: true) }
            if lowered.hasSuffix(".gz") { return ["/vsigzip/" + absolute] }
            return [absolute]
        default:
            // Reading a pipe or a device might never end.
            throw Refusal(.noInput, "Could not read \(name): it is not a file.", "无法读取 \(name)：它不是普通文件。")
        }
    }

    /// The datasets in a folder or archive, sorted by name.
    private static func members(of root: String, named name: String, recursive: Bool) throws(Refusal) -> [String] {
        guard let list = recursive ? VSIReadDirRecursive(root) : VSIReadDir(root) else {
            throw Complaints.take().first(where: \.isFailure)?.refusal(reading: name)
                ?? Refusal(.badData, "Could not read \(name): it is empty or damaged.", "无法读取 \(name)：内容为空或已损坏。")
        }
        defer { CSLDestroy(list) }
        var found: Set<String> = []
        var entry = list
        while let pointer = entry.pointee {
            let member = String(cString: pointer)
            let lowered = member.lowercased()
            if lowered.hasSuffix(".gdbtable") {
                let folder = member.lastIndex(of: "/").map { "/" + member[..<$0] } ?? ""
                found.insert(root + folder)
            } else if lowered.hasSuffix(".gdb"), !recursive || endings.contains(where: lowered.hasSuffix) {
                found.insert(root + "/" + member)
            } else if endings.contains(where: lowered.hasSuffix) {
                found.insert(root + "/" + member)
            }
            entry += 1
        }
        guard !found.isEmpty, found.count <= mostDatasets else {
            if found.isEmpty {
                throw Refusal(
                    .badData, "Could not read \(name): there is no map file in it.", "无法读取 \(name)：其中没有地图文件。")
            }
            throw Refusal(
                .badData,
                "Could not read \(name): there are \(found.count) map files in it, more than \(mostDatasets).",
                "无法读取 \(name)：其中有 \(found.count) 个地图文件，超过 \(mostDatasets) 个。")
        }
        return found.sorted()
    }
}

extension String {
    /// This name, or with `_2`, `_3`… behind it where it is taken; upper and lower case are taken as equal.
    func unique(among taken: inout Set<String>) -> String {
        var name = self
        var number = 2
        while !taken.insert(name.lowercased()).inserted {
            name = "\(self)_\(number)"
            number += 1
        }
        return name
    }
}
