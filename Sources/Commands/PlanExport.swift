import ArgumentParser
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// Writes a plan's layers in standard names and fields, for other offices and programs.
struct PlanExport: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: say("Write a plan's layers to files of other programs.", "将规划图层导出为其他软件的文件。"),
        discussion: say(
            "The ending of the target decides: .gpkg holds all layers; .shp and .geojson one; a folder gets a Shapefile a layer; .txt the boundaries of what the plan changes.",
            "由目标扩展名决定格式：.gpkg 含全部图层；.shp、.geojson 为单一图层；文件夹为每图层一个 Shapefile；.txt 为改动图斑的界址点。"))
    static var isSlow: Bool { true }

    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(
        help: ArgumentHelp(
            say("The new file or folder.", "新文件或文件夹。"), valueName: "target"), completion: .file()) var target: String
    @Option(
        help: ArgumentHelp(
            say("Only these layers, such as GHYDYH,CZKFBJ.", "只导出这些图层，如 GHYDYH,CZKFBJ。"), valueName: "names"))
    var layer: String?
    @Flag(help: ArgumentHelp(say("Only what the plan changes.", "只导出规划改动的要素。"))) var changes = false
    @Option(help: ArgumentHelp(say("Of text in Shapefiles: gbk or utf-8.", "Shapefile 的文字编码：gbk 或 utf-8。")))
    var encoding = "gbk"
    @Option(
        help: ArgumentHelp(say("Another system to write in, such as EPSG:4490.", "写出所用坐标系，如 EPSG:4490。"))) var crs:
        String?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard ["gbk", "utf-8", "utf8"].contains(encoding.lowercased()) else {
            throw Refusal(
                .usage, "--encoding takes gbk or utf-8, not \(encoding).", "--encoding 取 gbk 或 utf-8，不能是 \(encoding)。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try project.plan(plan)
        guard !FileManager.default.fileExists(atPath: target) else {
            throw Refusal(
                .cannotCreate, "\(target) is there already and is not overwritten; name another one.",
                "\(target) 已存在，不会覆盖；请另取名称。")
        }
        let ending = URL(filePath: target).pathExtension.lowercased()
        if ending == "txt" { return try writeBoundaries(of: plan, project, context) }
        let parts = try parts(of: plan, project)
        let writer = try PlanWriter(
            project: project, plan: plan, changesOnly: changes, crs: crs, progress: context.progress)
        let written: [(name: String, count: Int)]
        var notes: [String]
        switch ending {
        case "gpkg":
            (written, notes) = try write(parts, to: target, .geoPackage, writer)
        case "shp", "geojson", "json":
            guard parts.count == 1 else {
                throw Refusal(
                    .usage,
                    "\(target) can hold one layer, and the plan has \(parts.map(\.name).joined(separator: ", ")): name one with --layer, or write to a .gpkg.",
                    "\(target) 只能存放一个图层，而规划有 \(parts.map(\.name).joined(separator: "、"))；请用 --layer 指定，或导出为 .gpkg。")
            }
            (written, notes) = try write(parts, to: target, ending == "shp" ? .shapefile : .geoJSON, writer)
        case "":
            (written, notes) = try writeFolder(parts, writer)
        default:
            throw Refusal(
                .usage,
                "\(target) has the ending .\(ending); a plan is written to .gpkg, .shp, .geojson, .txt or a folder.",
                "\(target) 的扩展名为 .\(ending)；规划可导出为 .gpkg、.shp、.geojson、.txt 或文件夹。")
        }
        notes += writer.notes.map(\.description)
        return Report(
            title: say(
                "Wrote plan \(plan.id) \(plan.title) to \(target).", "已将规划 \(plan.id) \(plan.title) 导出到 \(target)。"),
            columns: [.init("layer", "Layer", "图层"), .init("features", "Features", "要素", number: true)],
            rows: written.map { [.text($0.name), .integer(Int64($0.count))] }, notes: notes)
    }

    /// What is to be written: the planned use, which the drafted survey becomes, and every other layer that the plan
    /// drafts in.
    private func parts(of plan: Plan, _ project: Project) throws -> [PlanWriter.Part] {
        let drafted = try project.draftedLayers(of: plan.id)
        let layers = try project.layers()
        var parts: [PlanWriter.Part] = []
        if let base = layers.first(where: { $0.id == plan.base }) { parts.append(.init(base, .plannedUse)) }
        for layer in layers where layer.id != plan.base && drafted.contains(layer.id) {
            parts.append(.init(layer, .own))
        }
        // Zones that are drawn and parcels that are planned are both planned use; the layer that has the standard's name in
        // the project keeps it.
        for (place, part) in parts.enumerated() {
            let others = parts.enumerated().filter { $0.offset != place && $0.element.name == part.name }
            guard !others.isEmpty else { continue }
            parts[place].name = part.kind == .own ? part.layer.table : "\(part.name)_\(part.layer.standard)"
        }
        guard let wanted = layer?.split(separator: ",").map(String.init) else { return parts }
        for name in wanted where !parts.contains(where: { $0.isCalled(name) }) {
            // A layer that the plan leaves alone is written as it stands when it is asked for by name.
            parts.append(.init(try project.layer(named: name), .own))
        }
        return wanted.compactMap { name in
            parts.first { $0.name.uppercased() == name.uppercased() } ?? parts.first { $0.isCalled(name) }
        }
    }

    private func write(
        _ parts: [PlanWriter.Part], to file: String, _ driver: FormatsChild.Driver, _ writer: PlanWriter
    ) throws -> (written: [(name: String, count: Int)], notes: [String]) {
        let isShapefile = driver == .shapefile
        let isGBK = encoding.lowercased() == "gbk"
        var written: [(String, Int)] = []
        let result = try FormatsChild().write(
            to: file, driver: driver, encoding: isShapefile ? (isGBK ? "GBK" : "UTF-8") : nil
        ) { sink in
            for part in parts { written.append((part.name, try writer.send(part, to: sink))) }
        }
        let refused = result.refused.prefix(5).map { "\($0.fid): \($0.reason)" }
        return (written, result.notes.map(\.description) + refused)
    }

    /// A Shapefile a layer.
    private func writeFolder(
        _ parts: [PlanWriter.Part], _ writer: PlanWriter
    ) throws -> (written: [(name: String, count: Int)], notes: [String]) {
        do {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        } catch {
            throw Refusal(
                .cannotCreate, "The folder \(target) cannot be made: its own folder is missing or not writable.",
                "无法建立文件夹 \(target)：上级文件夹不存在或不可写。")
        }
        var written: [(name: String, count: Int)] = []
        var notes: [String] = []
        do {
            for part in parts {
                let one = try write([part], to: "\(target)/\(part.name).shp", .shapefile, writer)
                written += one.written
                notes += one.notes
            }
        } catch {
            // What the failed export began is of no use to anybody.
            try? FileManager.default.removeItem(atPath: target)
            throw error
        }
        return (written, notes)
    }

    /// The boundaries of the parcels that the plan changes, by the command that writes any boundary file.
    private func writeBoundaries(of plan: Plan, _ project: Project, _ context: Context) throws -> Report {
        let layers = try project.layers()
        let named = try layer.map(project.layer(named:)) ?? layers.first { $0.id == plan.base }
        guard let named else {
            throw Refusal(
                .noInput, "Plan \(plan.id) has no base layer to write boundaries of.", "规划 \(plan.id) 没有底图图层。")
        }
        var words = [
            named.table, "--to", target, "--plan", String(plan.id), "--encoding",
            encoding.lowercased() == "gbk" ? "gbk" : "utf8",
        ]
        words += ["--where", "edited = 1 AND class IS NOT base_class"]
        if let crs { words += ["--crs", crs] }
        return try BoundaryWrite.parse(words).perform(in: context)
    }
}
