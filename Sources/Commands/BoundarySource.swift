import Boundary
import Foundation
import GeoBridge
import Geometry
import Phrases
import Store
import Stream

/// A boundary TXT (界址点坐标) as a source of an import: one layer of parcels, read by ourselves.
struct BoundarySource {
    let reading: BoundaryReading
    let layer: SourceLayer
    /// The definition of its coordinate system.
    let system: String
    let box: Box
    private let fields: [BoundaryField]

    /// Nil when the file is none.
    ///
    /// - Throws: `Refusal` with all that keeps it out.
    init?(importing path: String, _ options: Import) throws {
        guard path.lowercased().hasSuffix(".txt") else { return nil }
        try self.init(Self.bytes(of: path), named: path, options)
    }

    /// Nil when the bytes are none.
    ///
    /// - Parameter did: what was not done with it where it is kept out.
    init?(
        _ bytes: [UInt8], named path: String, _ options: Import, did: Phrase = Phrase("was not imported", "未导入")
    ) throws {
        guard BoundaryReader.recognises(bytes) else { return nil }
        reading = try Self.read(bytes, path, crs: options.crs, encoding: options.encoding)
        let obstacles = reading.obstacles(confirmed: options.confirm)
        guard obstacles.isEmpty, let reference = reading.file.reference else {
            throw Self.refusal(path, obstacles, did: did)
        }
        system = try Self.definition(of: reference)
        let parcels = reading.file.parcels
        box = parcels.reduce(Box.empty) { $0.union($1.shape?.box ?? .empty) }
        let dialect = reading.file.dialect
        let most = parcels.map(\.fields.count).max() ?? 0
        fields = dialect?.fields(count: most) ?? (0..<most).map { .position($0 + 1) }
        let kinds = Set(parcels.compactMap { $0.shape?.kind })
        layer = SourceLayer(
            name: (path as NSString).lastPathComponent.replacing(/\.[^.]*$/, with: ""),
            fields: fields.map { SourceField($0.rawValue, .text, alias: $0.title.chinese) },
            geometryKind: kinds.count == 1 ? kinds.first : .polygon, featureCount: parcels.count, extent: box,
            encoding: SourceEncoding(
                name: reading.file.encoding == .gbk ? "GB18030" : "UTF-8",
                told: options.encoding != nil ? .asked : reading.file.encoding == .gbk ? .bytes : .driver),
            driver: "Boundary TXT")
    }

    /// Some seven million points; a boundary file is read as a whole.
    private static let longest = 256 << 20

    static func bytes(of path: String) throws -> [UInt8] {
        let url = URL(filePath: path)
        guard FileManager.default.fileExists(atPath: path) else {
            throw Refusal(.noInput, "There is no file \(path).", "没有文件 \(path)。")
        }
        let size = try? url.resourceValues(forKeys: [.fileSizeKey]).fileSize
        guard let size, size <= longest, let data = try? Data(contentsOf: url) else {
            throw Refusal(
                .noInput,
                "\(path) cannot be read as a boundary TXT: it is no file, not readable, or larger than 256 MiB.",
                "无法按界址点 TXT 读取 \(path)：不是文件、无读取权限，或超过 256 MiB。")
        }
        return Array(data)
    }

    static func read(_ bytes: [UInt8], _ path: String, crs: String?, encoding: String?) throws -> BoundaryReading {
        let geos = GEOS()
        let given = try crs.map { try reference(of: PROJ().coordinateSystem($0), path) }
        let reader = BoundaryReader(encoding: try encoding.map(Self.encoding), given: given) { shape in
            let report = try geos.validity(of: shape)
            return report.reason.map { BoundaryFlaw(reason: $0, place: report.place) }
        }
        return try reader.read(bytes)
    }

    private static func encoding(_ name: String) throws -> BoundaryEncoding {
        switch name.uppercased().filter({ $0.isLetter || $0.isNumber }) {
        case "GBK", "GB18030", "GB2312", "936", "CP936", "ANSI": return .gbk
        case "UTF8", "65001": return .utf8
        case "UTF16", "UTF16LE", "UNICODE": return .utf16
        default:
            throw Refusal(
                .usage, "A boundary TXT is read as GBK, UTF-8 or UTF-16; \(name) is none of them.",
                "界址点 TXT 只支持 GBK、UTF-8、UTF-16 编码，不支持 \(name)。")
        }
    }

    private static func reference(of system: CoordinateSystem, _ path: String) throws -> BoundaryReference {
        let zone = system.zone.flatMap {
            BoundaryReference.Zone(width: $0.width, number: $0.number, isPrefixed: $0.isPrefixed)
        }
        guard let datum = BoundaryDatum(rawValue: system.datum.rawValue), zone != nil || system.isGeographic else {
            throw Refusal(
                .usage,
                "\(path) cannot be read in \(system.title): a boundary TXT is in a Gauss–Krüger zone of China, such as EPSG:4527, or in degrees, EPSG:4490.",
                "不能按 \(system.title) 读取 \(path)：界址点 TXT 采用高斯-克吕格投影带（如 EPSG:4527）或经纬度（EPSG:4490）。")
        }
        return BoundaryReference(datum: datum, zone: zone)
    }

    /// What PROJ understands; Gauss–Krüger on WGS 84 has no code.
    static func definition(of reference: BoundaryReference) throws -> String {
        let datum = Datum(rawValue: reference.datum.rawValue) ?? .other
        guard let own = reference.zone else { return "EPSG:\(datum.geographicCode ?? 4490)" }
        if let zone = GaussKrugerZone(width: own.width, number: own.number, isPrefixed: own.isPrefixed) {
            if let code = zone.code(on: datum) { return "EPSG:\(code)" }
            return
                "+proj=tmerc +lat_0=0 +lon_0=\(zone.centralMeridian) +k=1 +x_0=\(zone.falseEasting) +y_0=0 +datum=WGS84 +units=m"
        }
        throw Refusal(
            .badData, "Zone \(own.number) of a boundary TXT is no zone of China.", "界址点 TXT 的第 \(own.number) 带不是我国的投影带。"
        )
    }

    static func refusal(
        _ path: String, _ obstacles: [BoundaryFault], did: Phrase = Phrase("was not imported", "未导入")
    ) -> Refusal {
        let most = 20
        func told(_ language: Language) -> String {
            let list = obstacles.prefix(most).map { fault in
                [fault.what[language], fault.remedy[language]].filter { !$0.isEmpty }
                    .joined(separator: language == .chinese ? "" : " ")
            }
            return list.joined(separator: language == .chinese ? "" : " ")
        }
        let count = obstacles.count
        if obstacles.allSatisfy({ $0.severity == .confirm }) {
            return Refusal(
                .badData,
                "\(path) \(did.english): \(counted(count, "thing")) to be confirmed with --confirm. \(told(.english))",
                "\(path) \(did.chinese)：有 \(count) 处待确认（--confirm）。\(told(.chinese))")
        }
        let left = count > most
        return Refusal(
            .badData,
            "\(path) \(did.english): \(count) \(count == 1 ? "thing stops" : "things stop") it. \(told(.english))"
                + (left ? " 'tuban boundary check \(path)' lists all." : ""),
            "\(path) \(did.chinese)：有 \(count) 处问题。\(told(.chinese))"
                + (left ? "用 tuban boundary check \(path) 查看全部。" : ""))
    }

    // MARK: Into the project

    func describe(_ new: inout NewLayer, _ options: Import) {
        if options.role == nil { new.role = .project }
        new.numberField = new.numberField ?? fields.firstIndex(of: .number)
        new.nameField = new.nameField ?? fields.firstIndex(of: .name)
        // What else the header says (office, date, project) has its place in the layer's notes.
        let header = reading.file.sections.flatMap { section in
            ["[\(section.name)]"] + section.entries.map { "\($0.key)=\($0.value)" }
        }
        new.notes = ([new.notes] + header).joined(separator: "\n")
    }

    /// As `tuban-formats` reads a layer.
    func read(_ receive: (Message) throws -> Void) throws {
        for note in notes { try receive(.note(note)) }
        var builder = FeatureBatchBuilder(fieldCount: fields.count)
        for (index, parcel) in reading.file.parcels.enumerated() {
            builder.begin(fid: Int64(index + 1))
            if let shape = parcel.shape {
                shape.wkb(multi: true).withUnsafeBytes { builder.geometry($0) }
            } else {
                builder.noGeometry()
            }
            for field in fields {
                if let text = parcel.fields[field] { builder.append(text) } else { builder.appendNull() }
            }
            if builder.isFull { try receive(.features(builder.takeBatch())) }
        }
        if !builder.isEmpty { try receive(.features(builder.takeBatch())) }
    }

    private var notes: [Phrase] {
        let most = 50
        let dialect = reading.file.dialect
        var notes = [
            Phrase(
                "A boundary TXT, dialect: \(dialect?.title.english ?? "unknown"). Its parcels are taken as projects unless --role overrules.",
                "界址点 TXT，格式：\(dialect?.title.chinese ?? "未知")。地块按项目导入，可用 --role 改定。")
        ]
        // Several files may come in with one line.
        notes += reading.faults.prefix(most).map { fault in
            Phrase("\(layer.name): \(fault.what.english)", "\(layer.name)：\(fault.what.chinese)")
        }
        if reading.faults.count > most {
            notes.append(
                Phrase(
                    "\(reading.faults.count - most) more messages: tuban boundary check",
                    "另有 \(reading.faults.count - most) 条信息：tuban boundary check"))
        }
        return notes
    }
}
