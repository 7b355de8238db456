import ArgumentParser
import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// Makes an invented county: a project to try everything on, or the files that a bureau would receive of it.
struct Sample: Command {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: say("Make an invented county.", "生成示例县。"))
    static var isSlow: Bool { true }
    static var needsProject: Bool { false }

    @Argument(help: ArgumentHelp(say("The project to make, or with --files a folder.", "要生成的项目；加 --files 时为文件夹。")))
    var target = "sample.gpkg"
    @Option(help: ArgumentHelp(say("About how many parcels.", "大约图斑数。"))) var parcels = 3000
    @Option(help: ArgumentHelp(say("The same seed makes the same county.", "种子：相同则结果相同。"))) var seed: UInt64 = 1
    @Option(help: ArgumentHelp(say("Survey years between commas.", "调查年份，以逗号分隔。"))) var years = "2020,2025"
    @Flag(help: ArgumentHelp(say("Write files as a bureau receives them.", "输出业务部门收到的数据文件。"))) var files = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let years = years.split(separator: ",").compactMap { Int($0) }
        let system = try PROJ().coordinateSystem("EPSG:\(County.epsg)")
        guard let grid = system.transverseMercator else {
            throw Refusal(.inputOutput, "PROJ does not know EPSG:\(County.epsg).", "PROJ 不识别 EPSG:\(County.epsg)。")
        }
        let ellipsoid = EllipsoidArea(on: system.ellipsoid)
        let county = try County(seed: seed, parcels: parcels, years: years) { shape in
            Area(squareMetres: ellipsoid.area(of: shape, on: grid)).map { Int64($0.hundredths) } ?? 0
        }
        return files ? try writeFiles(of: county, system, context) : try makeProject(of: county, system, context)
    }

    // MARK: A project

    private func makeProject(of county: County, _ system: CoordinateSystem, _ context: Context) throws -> Report {
        let project = try Project.create(at: target, title: "sample \(seed)", line: context.line)
        do {
            defer { try? project.close() }
            try project.setCoordinateSystem(system, line: context.line)
            var count = 0
            for layer in county.layers() {
                count += try add(layer, to: project, OfficialArea(crs: system), context)
            }
            return Report(
                title: say(
                    "Made \(target): \(county.layers().count) layers, \(count) features.",
                    "已生成 \(target)：\(county.layers().count) 个图层，\(count) 个要素。"),
                notes: [say("Open it: tuban \(target)", "打开：tuban \(target)")])
        } catch {
            // Half a county is of no use.
            for suffix in ["", "-wal", "-shm", ".head"] { try? FileManager.default.removeItem(atPath: target + suffix) }
            throw error
        }
    }

    private func add(_ layer: CountyLayer, to project: Project, _ official: OfficialArea, _ context: Context) throws
        -> Int
    {
        let new = describe(layer)
        var count = 0
        _ = try project.addLayer(new, line: context.line) { writer in
            var bytes: [UInt8] = []
            var ranges: [Range<Int>] = []
            try layer.forEachFeature { feature in
                // All texts of a row lie in one buffer, and the values point into it.
                bytes.removeAll(keepingCapacity: true)
                ranges.removeAll(keepingCapacity: true)
                for value in feature.values {
                    let start = bytes.count
                    if case .text(let text) = value { bytes.append(contentsOf: text.utf8) }
                    ranges.append(start..<bytes.count)
                }
                let area =
                    feature.shape.kind == .polygon
                    ? Area(squareMetres: try official.area(of: feature.shape)).map { Int64($0.hundredths) } ?? 0 : 0
                try bytes.withUnsafeBytes { texts in
                    try feature.shape.wkb(multi: true).withUnsafeBytes { wkb in
                        try writer.add(.init(wkb: wkb, shape: feature.shape, box: feature.shape.box), area: area) {
                            index in
                            switch feature.values[index] {
                            case .null: .null
                            case .integer(let number): .integer(number)
                            case .real(let number): .real(number)
                            case .text: .text(UnsafeRawBufferPointer(rebasing: texts[ranges[index]]))
                            }
                        }
                    }
                }
                count += 1
                try context.progress.tell(count, of: nil, layer.name)
            }
        } detail: {
            "\($0.count) features of the sample county"
        }
        return count
    }

    private func describe(_ layer: CountyLayer) -> NewLayer {
        let names = layer.fields.map(\.name)
        let detection = LayerSchema.detect(layerName: layer.name, fields: names)
        func place(_ use: LayerSchema.Use) -> Int? { detection.fields[use].flatMap(names.firstIndex) }
        var new = NewLayer(
            table: layer.name, standard: detection.schema?.name ?? layer.name, title: layer.title.chinese,
            role: detection.role, year: detection.year,
            fields: layer.fields.map { field in
                let kind: NewLayer.Field.Kind =
                    switch field.kind {
                    case .text: .text
                    case .integer: .integer
                    case .real: .real
                    }
                return .init(name: field.name, kind: kind)
            }, geometry: layer.geometry, source: "sample \(seed)")
        new.classField = place(.classCode) ?? place(.zone)
        new.classSystem = detection.classField == nil ? detection.schema?.zoneSystem : detection.classSystem
        if new.classSystem == nil { new.classField = nil }
        (new.unitField, new.unitNameField) = (place(.unit), place(.unitName))
        (new.numberField, new.nameField, new.factorField) = (place(.number), place(.name), place(.deductionFactor))
        return new
    }

    // MARK: Files

    /// Which file holds a layer, as offices send them: the old survey as a Shapefile in GBK, lines as GeoJSON, the rest in
    /// a GeoPackage.
    private static func file(of layer: String, years: [Int]) -> (name: String, driver: FormatsChild.Driver) {
        if layer == "DLTB_\(years[0])" { return ("\(layer).shp", .shapefile) }
        if ["YJJBNTTB", "STBHHX", "CZKFBJ"].contains(layer) { return ("\(layer).geojson", .geoJSON) }
        return ("county.gpkg", .geoPackage)
    }

    private func writeFiles(of county: County, _ system: CoordinateSystem, _ context: Context) throws -> Report {
        let child = try FormatsChild()
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let layers = Dictionary(grouping: county.layers()) { Self.file(of: $0.name, years: county.years).name }
        for (name, members) in layers.sorted(by: { $0.key < $1.key }) {
            let driver = Self.file(of: members[0].name, years: county.years).driver
            let isShapefile = driver == .shapefile
            try child.write(
                to: "\(target)/\(name)", driver: driver, encoding: isShapefile ? "GBK" : nil, withCPG: !isShapefile
            ) { sink in
                for layer in members { try send(layer, system, to: sink, context) }
            }
        }
        try child.write(to: "\(target)/villages.csv", driver: .csv) { sink in
            try sendVillages(of: county, to: sink)
        }
        return Report(title: say("Wrote the county's files to \(target).", "已将示例县数据写入 \(target)。"))
    }

    private func send(_ layer: CountyLayer, _ system: CoordinateSystem, to sink: StreamSink, _ context: Context) throws
    {
        let fields = layer.fields.map { field -> SourceField in
            switch field.kind {
            case .text(let width): SourceField(field.name, .text, width: width)
            case .integer: SourceField(field.name, .integer)
            case .real(let decimals): SourceField(field.name, .real, width: 18, precision: decimals)
            }
        }
        let source = SourceLayer(
            name: layer.name, fields: fields, geometryKind: layer.geometry, crsWKT: system.wkt,
            crsAuthority: system.authority)
        try sink.send(.layer(source))
        var builder = FeatureBatchBuilder(fieldCount: fields.count)
        var fid: Int64 = 0
        try layer.forEachFeature { feature in
            fid += 1
            builder.begin(fid: fid)
            feature.shape.wkb().withUnsafeBytes { builder.geometry($0) }
            for value in feature.values {
                switch value {
                case .null: builder.appendNull()
                case .integer(let number): builder.append(number)
                case .real(let number): builder.append(number)
                case .text(let text): builder.append(text)
                }
            }
            if builder.isFull { try sink.send(builder.takeMessage()) }
            try context.progress.tell(Int(fid), of: nil, layer.name)
        }
        if !builder.isEmpty { try sink.send(builder.takeMessage()) }
    }

    /// A plain table, such as comes with every delivery: the villages with their codes and areas.
    private func sendVillages(of county: County, to sink: StreamSink) throws {
        guard let villages = county.layers().first(where: { $0.name == "CJDCQ" }) else { return }
        let wanted = ["ZLDWDM", "ZLDWMC", "DCMJ"].compactMap { name in villages.fields.firstIndex { $0.name == name } }
        let fields = wanted.map {
            SourceField(villages.fields[$0].name, villages.fields[$0].name == "DCMJ" ? .real : .text)
        }
        try sink.send(.layer(SourceLayer(name: "villages", fields: fields, hasGeometry: false)))
        var builder = FeatureBatchBuilder(fieldCount: fields.count)
        var fid: Int64 = 0
        villages.forEachFeature { feature in
            fid += 1
            builder.begin(fid: fid)
            builder.noGeometry()
            for index in wanted {
                switch feature.values[index] {
                case .null: builder.appendNull()
                case .integer(let number): builder.append(number)
                case .real(let number): builder.append(number)
                case .text(let text): builder.append(text)
                }
            }
        }
        if !builder.isEmpty { try sink.send(builder.takeMessage()) }
    }
}
