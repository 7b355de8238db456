import ArgumentParser
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

extension LayerRole: ExpressibleByArgument {}

/// How a file orders its axes, where it is not x east, y north.
enum Axes: String, ExpressibleByArgument, CaseIterable {
    case swapped
}

/// Reads files of other programs into the project, one transaction a layer.
struct Import: Command {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: say("Read map files into the project.", "导入地图数据。"),
        discussion: say(
            "What a layer is follows from its name and fields, and is told; every guess can be overruled by an option.",
            "图层的含义由名称与字段判断并逐条说明，均可用选项改定。"))
    static var isSlow: Bool { true }

    @Argument(
        help: ArgumentHelp(
            say(
                "Files: Shapefile, GeoPackage, FileGDB, GeoJSON, CSV, GML, GeoTIFF, ASCII grid, boundary-point TXT; also in .zip or .gz.",
                "数据文件：Shapefile、GeoPackage、FileGDB、GeoJSON、CSV、GML、GeoTIFF、ASCII 栅格、界址点 TXT，可为 .zip、.gz。")),
        completion: .file())
    var sources: [String]
    @Option(help: ArgumentHelp(say("Only this layer of the source.", "只导入此图层。"))) var layer: String?
    @Option(name: .customLong("as"), help: ArgumentHelp(say("The layer's name in the project.", "导入后的图层名。"))) var table:
        String?
    @Option(help: ArgumentHelp(say("What people call it.", "图层中文名称。"))) var title: String?
    @Option(help: ArgumentHelp(say("What the layer is.", "图层角色。"))) var role: LayerRole?
    @Option(help: ArgumentHelp(say("The survey's year.", "调查年份。"))) var year: Int?
    @Option(help: ArgumentHelp(say("The field of land-use classes.", "地类字段。"))) var classField: String?
    @Option(
        help: ArgumentHelp(
            say("Their system: survey, plan2023, zone, or the project's own.", "分类体系：survey、plan2023、zone 或自定义。")))
    var classes: String?
    @Option(help: ArgumentHelp(say("The field of unit codes.", "单位代码字段。"))) var unitField: String?
    @Option(help: ArgumentHelp(say("The field of parcel numbers (BSM).", "标识码字段。"))) var numberField: String?
    @Option(help: ArgumentHelp(say("The field of names.", "名称字段。"))) var nameField: String?
    @Option(help: ArgumentHelp(say("The coordinate system of the data, such as EPSG:4527.", "数据坐标系，如 EPSG:4527。")))
    var crs: String?
    @Option(
        help: ArgumentHelp(
            say("The order of its axes, where the file has north first: swapped.", "坐标轴顺序；北坐标在前时用 swapped。")))
    var axes: Axes?
    @Option(
        help: ArgumentHelp(
            say(
                "Local datum parameters: a file of seven or four, with source and residuals.",
                "基准转换参数文件（七参数或四参数，含来源与残差）。")),
        completion: .file())
    var datum: String?
    @Option(
        help: ArgumentHelp(
            say("A datum operation that EPSG publishes, such as EPSG:15918.", "EPSG 公开的基准转换，如 EPSG:15918。")))
    var operation: String?
    @Option(
        help: ArgumentHelp(
            say(
                "What the source's classes become: a CSV of from,to, or survey:plan2023.",
                "地类对照表：含 from,to 的 CSV，或 survey:plan2023。")), completion: .file())
    var crosswalk: String?
    @Option(
        help: ArgumentHelp(say("A table whose columns are added by a key: CSV, XLSX.", "按关键字段连接的属性表：CSV、XLSX。")),
        completion: .file())
    var join: String?
    @Option(help: ArgumentHelp(say("The key: a field of both, or LAYER=TABLE.", "关键字段：同名字段，或 图层字段=表字段。")))
    var on: String?
    @Option(help: ArgumentHelp(say("The sheet of the joined table.", "连接表的工作表名。"))) var joinLayer: String?
    @Option(help: ArgumentHelp(say("The encoding of its text, such as GBK.", "文字编码，如 GBK。"))) var encoding: String?
    @Flag(
        help: ArgumentHelp(
            say(
                "Accept what a boundary TXT leaves to be confirmed, such as the zone of its numbers.",
                "确认接受界址点 TXT 中待确认的读法，如以坐标带号为准。"))) var confirm = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        guard (join == nil) == (on == nil), join != nil || joinLayer == nil else {
            throw Refusal(
                .usage, "A table is joined by a key: give --join TABLE and --on KEY together.",
                "连接属性表须同时给出 --join 表 与 --on 关键字段。")
        }
        guard datum == nil || operation == nil else {
            throw Refusal(
                .usage, "--datum and --operation are two ways to the same end; give one of them.",
                "--datum 与 --operation 只能用一个。")
        }
        guard sources.count == 1 || table == nil else {
            throw Refusal(.usage, "--as names one layer; import one source with it.", "--as 只能用于单个数据源。")
        }
        let project = try context.project()
        let child = try FormatsChild()
        var report = Report(
            title: "",
            columns: [
                .init("layer", "Layer", "图层"), .init("role", "Role", "角色"), .init("read", "Read", "读取", number: true),
                .init("imported", "Imported", "导入", number: true), .init("repaired", "Repaired", "修复", number: true),
                .init("refused", "Refused", "拒绝", number: true), .init("area_m2", "Area m²", "面积 m²", number: true),
            ])
        for source in sources {
            guard FileManager.default.fileExists(atPath: source) else {
                throw Refusal(.noInput, "There is no file \(source).", "没有文件 \(source)。")
            }
            var notes: [String] = []
            let boundary = try BoundarySource(importing: source, self)
            let found =
                try boundary.map { .init(layers: [$0.layer]) }
                ?? child.contents(of: source, encoding: encoding) { notes.append($0.description) }
            let wanted = try choose(found, source)
            report.notes += notes
            // Read once more for its hash, while its features are read.
            let hash = Later("hash") { try sourceHash(of: source, while: $0) }
            defer { hash.cancel() }
            func tell(_ outcome: LayerImport.Outcome) {
                report.rows.append(outcome.row)
                // What holds for several layers, or for source and layer alike, is said once.
                for note in outcome.notes.map(\.description) where !report.notes.contains(note) {
                    report.notes.append(note)
                }
            }
            for layer in wanted.layers {
                try context.progress.checkCancelled()
                let run = try LayerImport(
                    self, source: source, hash: hash, layer: layer, company: wanted.layers.count, project: project,
                    child: child, boundary: boundary)
                tell(try run.perform(line: context.line, progress: context.progress))
            }
            for grid in wanted.grids {
                try context.progress.checkCancelled()
                let run = try GridImport(self, source: source, hash: hash, grid: grid, project: project, child: child)
                tell(try run.perform(line: context.line, progress: context.progress))
            }
        }
        return report
    }

    private func choose(_ found: FormatsChild.Contents, _ source: String) throws -> FormatsChild.Contents {
        let all = found.layers.map(\.name) + found.grids.map(\.name)
        let names = listed(all, resembling: "")
        if let layer {
            guard
                let name = all.first(where: { $0 == layer })
                    ?? all.first(where: { $0.lowercased() == layer.lowercased() })
            else {
                throw Refusal(
                    .noInput, "\(source) has no layer \(layer); it has \(listed(all, resembling: layer)).",
                    "\(source) 中没有图层 \(layer)；现有：\(listed(all, resembling: layer))。")
            }
            return .init(layers: found.layers.filter { $0.name == name }, grids: found.grids.filter { $0.name == name })
        }
        guard !all.isEmpty else {
            throw Refusal(.badData, "\(source) holds no layers.", "\(source) 中没有图层。")
        }
        guard all.count == 1 || table == nil else {
            throw Refusal(
                .usage, "\(source) holds several layers (\(names)); choose one with --layer.",
                "\(source) 含多个图层（\(names)），请用 --layer 指定。")
        }
        return found
    }
}
