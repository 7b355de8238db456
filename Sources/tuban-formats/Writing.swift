import CGDAL
import Glibc
import Phrases
import Stream
import Transcoding

/// Writes the stream of standard input to a new file. A target that could not be finished is removed.
func write(_ arguments: Arguments) throws(Refusal) {
    let target = try Target(arguments)
    var decoder = StreamDecoder(read: readInput)
    do {
        var writer: LayerWriting?
        var written = 0
        var isWhole = false
        while !isWhole, let message = try decoder.next() {
            switch message {
            case .layer(let layer):
                written += writer?.written ?? 0
                writer = try LayerWriting(layer, to: target, named: writer == nil ? arguments.layer : nil)
            case .features(let batch):
                guard writer != nil else { throw StreamFault.malformed }
                try writer?.write(batch)
                Output.send(.progress(done: written + (writer?.written ?? 0), total: nil))
            case .failure(let refusal): throw refusal
            case .end: isWhole = true
            case .note, .refused, .progress, .tile, .grid: break
            }
        }
        guard isWhole else { throw StreamFault.truncated }
        written += writer?.written ?? 0
        writer = nil
        try target.finish()
        Output.send(.end(count: written))
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

/// What comes from tuban.
func readInput(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
        let count = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        if count >= 0 { return count }
        if errno != EINTR { throw StreamFault.truncated }
    }
}

/// A file being written.
final class Target {
    let name: String
    let driver: String
    /// What iconv calls the encoding of its text.
    let encoding: String
    private let path: String
    private let withCPG: Bool
    /// What the file gives as the day of its making; nil for today.
    let date: String?
    private let driverHandle: GDALDriverH
    private var dataset: Dataset?
    private var notes = Notes()

    private static let drivers = ["ESRI Shapefile", "GPKG", "GeoJSON", "CSV"]

    init(_ arguments: Arguments) throws(Refusal) {
        path = arguments.path
        name = path.split(separator: "/").last.map(String.init) ?? path
        withCPG = arguments.withCPG
        date = arguments.date
        if let date { CPLSetConfigOption("OGR_CURRENT_DATE", date) }
        encoding = EncodingNames.iconvName(of: arguments.encoding ?? "UTF-8")
        guard let driver = arguments.driver, Self.drivers.contains(driver), let handle = GDALGetDriverByName(driver)
        else {
            throw Refusal(
                .usage,
                "\(arguments.driver ?? "") is no format that is written; it can be \(Self.drivers.joined(separator: ", ")).",
                "不能写出 \(arguments.driver ?? "") 格式；可用格式：\(Self.drivers.joined(separator: "、"))。")
        }
        self.driver = driver
        driverHandle = handle
        if encoding != "UTF-8" {
            guard driver == "ESRI Shapefile" || driver == "CSV", Transcoder(from: "UTF-8", to: encoding) != nil else {
                throw Refusal(
                    .usage, "\(driver) cannot be written in \(encoding).", "\(driver) 不能用 \(encoding) 编码写出。")
            }
        }
        guard access(path, F_OK) != 0 else {
            throw Refusal(
                .cannotCreate, "Could not write \(name): there is such a file already.", "无法写出 \(name)：文件已存在。")
        }
        guard let dataset = GDALCreate(handle, path, 0, 0, 0, GDT_Unknown, nil) else { throw refusal() }
        self.dataset = Dataset(dataset)
        // Only a few formats have transactions; the others say so, which is no news.
        _ = GDALDatasetStartTransaction(dataset, 0)
        _ = Complaints.take()
    }

    func refusal() -> Refusal {
        let reason = Complaints.take().first(where: \.isFailure)?.sentence ?? ""
        return Refusal(.cannotCreate, "Could not write \(name): \(reason).", "无法写出 \(name)：\(reason)。")
    }

    func say(_ complaints: [Complaints.Complaint]) { notes.say(complaints) }

    func layer(_ name: String, crs: OGRSpatialReferenceH?, type: OGRwkbGeometryType, options: [String]) -> OGRLayerH? {
        let options = StringList(options)
        return dataset.flatMap { GDALDatasetCreateLayer($0.handle, name, crs, type, options.pointer) }
    }

    /// Closes the file, at which many formats write most of it.
    func finish() throws(Refusal) {
        if let dataset, GDALDatasetTestCapability(dataset.handle, ODsCTransactions) != 0 {
            guard GDALDatasetCommitTransaction(dataset.handle) == OGRERR_NONE else { throw refusal() }
        }
        _ = dataset.map { GDALFlushCache($0.handle) }
        dataset = nil
        let complaints = Complaints.take()
        if let failure = complaints.first(where: \.isFailure) {
            throw Refusal(
                .inputOutput, "Could not write \(name): \(failure.sentence).", "无法写出 \(name)：\(failure.sentence)。")
        }
        notes.say(complaints)
        notes.close()
        if driver == "ESRI Shapefile", !withCPG {
            let stem = path.lowercased().hasSuffix(".shp") ? String(path.dropLast(4)) : path
            unlink(stem + ".cpg")
        }
    }

    func remove() {
        dataset = nil
        GDALDeleteDataset(driverHandle, path)
        _ = Complaints.take()
    }
}
