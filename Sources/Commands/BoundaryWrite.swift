import ArgumentParser
import Boundary
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store

extension BoundaryDialect: ExpressibleByArgument {}

extension BoundaryEncoding: ExpressibleByArgument {
    /// As people spell it: `UTF-8` is `utf8`.
    package init?(argument: String) {
        let plain = argument.lowercased()
        self.init(rawValue: plain.hasPrefix("utf-") ? "utf" + plain.dropFirst(4) : plain)
    }
}

extension BoundaryLineEnd: ExpressibleByArgument {}

/// Writes features of a layer as a boundary TXT.
struct BoundaryWrite: Command {
    static let configuration = CommandConfiguration(
        commandName: "write", abstract: say("Write features of a layer as a boundary TXT.", "将图层要素写为界址点 TXT。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The layer.", "图层。"))) var layer: String
    @Option(name: .customLong("to"), help: ArgumentHelp(say("The file to write.", "要写出的文件。"), valueName: "file.txt"))
    var target: String
    @Option(
        help: ArgumentHelp(
            say(
                "Only features for which this SQL expression holds: \"area_m2 > 5000\".",
                "只写出符合此 SQL 条件的要素，如 \"area_m2 > 5000\"。"),
            valueName: "sql")) var `where`: String?
    @Option(
        parsing: .upToNextOption, help: ArgumentHelp(say("Only these: 12 13 20-25.", "只写出这些图斑：12 13 20-25。")))
    var parcels: [String] = []
    @Option(help: ArgumentHelp(say("As this plan would have it.", "按此规划的结果。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("The dialect.", "格式。"))) var dialect: BoundaryDialect = .common
    @Option(help: ArgumentHelp(say("The encoding.", "编码。"))) var encoding: BoundaryEncoding = .gbk
    @Option(
        help: ArgumentHelp(say("The line ends; CR for 'balance', CRLF for others.", "换行符；balance 默认 CR，其余默认 CRLF。")))
    var lineEnds: BoundaryLineEnd?
    @Option(help: ArgumentHelp(say("Decimals of coordinates; 3 for metres, 9 for degrees.", "坐标小数位；米默认 3 位，度默认 9 位。")))
    var decimals: Int?
    @Option(help: ArgumentHelp(say("The zone to write in, such as EPSG:4526.", "写出所用投影带，如 EPSG:4526。"))) var crs:
        String?
    @Option(help: ArgumentHelp(say("The office that makes the file.", "数据产生单位。"))) var office = ""
    @Option(help: ArgumentHelp(say("Its date, such as 2026-03-05.", "数据产生日期，如 2026-03-05。"))) var date = ""
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard decimals.map({ 0...9 ~= $0 }) ?? true else {
            throw Refusal(.usage, "--decimals takes 0 to 9.", "--decimals 取值 0 到 9。")
        }
        guard parcels.isEmpty || `where` == nil else {
            throw Refusal(.usage, "Name parcels or give a condition, not both.", "--parcels 与 --where 只能用一个。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        guard !FileManager.default.fileExists(atPath: target) else {
            throw Refusal(
                .cannotCreate, "\(target) is there already and is not overwritten; name another file.",
                "\(target) 已存在，不会覆盖；请另取文件名。")
        }
        let layer = try project.layer(named: layer)
        let plan = try (plan ?? context.openPlan).flatMap { $0 == 0 ? nil : try project.plan($0) }
        try project.stand(Here(plan: plan?.id ?? 0, layer: layer.id, year: layer.year))
        let features = try features(of: layer, project, plan?.id ?? 0, context.progress)
        guard !features.isEmpty else {
            throw Refusal(
                .noInput, "Nothing was written: no feature of \(layer.table) with an outline fits.",
                "未写出：图层 \(layer.table) 中没有符合条件且有图形的要素。")
        }
        guard let system = try project.coordinateSystem() else {
            throw Refusal(.badData, "The project has no coordinate system yet.", "项目尚无坐标系。")
        }
        let box = features.reduce(Box.empty) { $0.union($1.shape.box) }
        let target = try BoundaryTarget(from: system, to: dialect, around: box, asked: crs)
        var notes = target.notes.map(\.description)
        var written: [BoundaryParcel] = []
        for feature in features {
            let decimals = decimals ?? (dialect.isInDegrees ? 9 : 3)
            let shape = try target.shape(feature.shape)
            if let parcel = BoundaryParcel(shape: shape, fields: feature.fields, decimals: decimals) {
                written.append(parcel)
            } else {
                notes.append(
                    say(
                        "Parcel \(feature.uid) is left out: rounded to \(decimals) decimals, a ring has fewer than three corners.",
                        "图斑 \(feature.uid) 未写出：坐标取 \(decimals) 位小数后有圈不足三个界址点。"))
            }
        }
        var writer = BoundaryWriter(
            dialect: dialect, encoding: encoding, lineEnd: lineEnds ?? (dialect == .balance ? .cr : .crlf),
            reference: target.reference)
        writer.office = office
        writer.date = date
        try save(writer.bytes(of: written))
        let points = written.lazy.flatMap(\.rings).reduce(0) { $0 + $1.points.count }
        return Report(
            title: say(
                "Wrote \(written.count) \(written.count == 1 ? "parcel" : "parcels") with \(points) points to \(self.target).",
                "已将 \(written.count) 个地块、\(points) 个界址点写入 \(self.target)。"), notes: notes,
            status: written.count == features.count ? 0 : 1)
    }

    private func save(_ bytes: [UInt8]) throws {
        let folder = URL(filePath: target).deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw Refusal(
                .cannotCreate, "\(target) cannot be written: there is no folder \(folder).",
                "无法写出 \(target)：没有文件夹 \(folder)。")
        }
        do { try Data(bytes).write(to: URL(filePath: target), options: .atomic) } catch {
            throw Refusal(
                .cannotCreate, "\(target) cannot be written: the folder is not writable, or the disk is full.",
                "无法写出 \(target)：文件夹不可写，或磁盘已满。")
        }
    }

    // MARK: Features

    private struct Feature {
        var uid: Int64
        var shape: Shape
        var fields: [BoundaryField: String]
    }

    private func features(of layer: Layer, _ project: Project, _ plan: Int64, _ progress: Progress) throws -> [Feature]
    {
        let classes = try project.classes()
        var features: [Feature] = []
        func add(_ parcel: Parcel) throws {
            guard let shape = try project.shape(of: parcel.uid, plan: plan), !shape.isEmpty else { return }
            let stored = parcel.class == 0 ? nil : classes[parcel.class]
            var fields: [BoundaryField: String] = [
                .number: parcel.number.isEmpty ? String(parcel.uid) : parcel.number, .name: parcel.name,
            ]
            if let stored {
                fields[.classCode] = stored.code.code
                fields[.className] = stored.name.chinese
            }
            // What depends on the outline is written anew, but for an area that was declared for this very outline.
            let computed: Set<BoundaryField> = [.pointCount, .kind]
            for (name, value) in try project.sourceColumns(of: parcel.uid) {
                let field = BoundaryField(rawValue: name.uppercased())
                guard let value, !value.isEmpty, !computed.contains(field) else { continue }
                if field == .area, !Self.isArea(value, of: parcel) { continue }
                fields[field] = value
            }
            features.append(Feature(uid: parcel.uid, shape: shape, fields: fields))
            if features.count % 1000 == 0 { try progress.tell(features.count, of: nil, layer.table) }
        }
        if !parcels.isEmpty {
            for uid in try project.uids(parcels, layer: layer.id) {
                guard try project.layerID(of: uid) == layer.id, let parcel = try project.parcel(uid) else {
                    throw Refusal(
                        .noInput, "Parcel \(uid) is not in layer \(layer.table).", "图斑 \(uid) 不在图层 \(layer.table) 中。")
                }
                try add(parcel)
            }
            return features
        }
        let query = ParcelQuery(filter: `where`.map { .sql($0) } ?? .all, sort: .uid)
        var key: ParcelQuery.Key?
        while true {
            try progress.checkCancelled()
            let page = try project.parcels(query, after: key, limit: 1000)
            for parcel in page { try add(parcel) }
            guard page.count == 1000, let last = page.last else { return features }
            key = query.key(of: last)
        }
    }
}

extension BoundaryWrite {
    /// Whether a declared area in hectares is the parcel's: the plane area of another zone differs by half a percent at
    /// the most.
    private static func isArea(_ text: String, of parcel: Parcel) -> Bool {
        guard let declared = Double(text), parcel.area > 0 else { return false }
        let hectares = Double(parcel.area) / 1_000_000
        return abs(declared - hectares) <= max(0.005 * hectares, 0.0001)
    }
}
