import ArgumentParser
import Foundation
import Geometry
import Phrases
import Planning
import Store

/// Makes a draft of a plan that was prepared elsewhere.
struct PlanImport: Command {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: say("Make a draft of a planned-use layer from a GIS.", "将其他软件编制的规划用途图层导入为草案。"),
        discussion: say(
            "What differs from the survey becomes the draft's steps, one for each class; parcels are split where the boundary of a use crosses them.",
            "与现状不同之处成为草案的各步（每类一步）；规划边界穿过的图斑随之分割。"))
    static var isSlow: Bool { true }
    @Argument(
        help: ArgumentHelp(say("The file, of any format that import reads.", "数据文件，格式同 import。")), completion: .file())
    var source: String
    @Option(help: ArgumentHelp(say("Only this layer of the file.", "文件中的图层。"))) var layer: String?
    @Option(help: ArgumentHelp(say("What the draft is called; the file's name unless given.", "草案名称；默认取文件名。")))
    var title: String?
    @Option(help: ArgumentHelp(say("Its kind.", "规划类别。"))) var kind: PlanKind = .county
    @Option(help: ArgumentHelp(say("The survey layer it starts from; the newest unless named.", "底图图层；默认取最新调查图层。")))
    var base: String?
    @Option(help: ArgumentHelp(say("The field of planned uses.", "规划用途字段。"))) var classField: String?
    @Option(help: ArgumentHelp(say("Their system: plan2023 or survey.", "分类体系：plan2023 或 survey。"))) var classes =
        "plan2023"
    @Option(
        help: ArgumentHelp(say("What the file's classes become: a CSV of from,to.", "地类对照表：含 from,to 的 CSV。")),
        completion: .file()) var crosswalk: String?
    @Option(help: ArgumentHelp(say("The coordinate system of the data, such as EPSG:4527.", "数据坐标系，如 EPSG:4527。")))
    var crs: String?
    @Option(help: ArgumentHelp(say("The encoding of its text, such as GBK.", "文字编码，如 GBK。"))) var encoding: String?
    @Option(
        help: ArgumentHelp(
            say("Pieces smaller than this are digitising, m².", "小于此面积的碎片视为数字化误差，m²。"), valueName: "m2"))
    var sliver = 1.0
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard sliver >= 0, sliver <= 10_000 else {
            throw Refusal(.usage, "--sliver takes 0 to 10000 m².", "--sliver 取值 0 至 10000 m²。")
        }
        guard classes == "plan2023" || classes == "survey" else {
            throw Refusal(
                .usage, "--classes takes plan2023 or survey; other systems become these by --crosswalk.",
                "--classes 可取 plan2023 或 survey；其他分类请用 --crosswalk 转换。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        guard let survey = try base.map(project.layer(named:)) ?? project.newestSurvey() else {
            throw Refusal(
                .noInput, "A plan starts from a survey layer, and the project has none: import one first.",
                "新建规划需要调查图层，项目中尚无；请先导入。")
        }
        let prepared = try read(for: project, context)
        let name = title ?? URL(filePath: source).deletingPathExtension().lastPathComponent
        let plan = try project.newPlan(name, kind: kind, base: survey, line: context.line)
        var report = Report(
            title: "",
            columns: [
                .init("class", "Class", "地类"), .init("name", "Name", "名称"),
                .init("parcels", "Parcels", "图斑数", number: true), .init("split", "Split", "分割", number: true),
                .init("area_m2", "Area m²", "面积 m²", number: true), .init("step", "Step", "步", number: true),
            ], opensPlan: plan.id)
        report.notes = prepared.notes
        var (steps, parcels) = (0, 0)
        for (index, land) in prepared.land.enumerated() {
            try context.progress.tell(index, of: prepared.land.count, land.code.description)
            let taken = try project.take(land, sliver: sliver, in: plan.id, line: context.line)
            for (uid, reason) in taken.left.prefix(5) {
                report.notes.append(say("Parcel \(uid) was left: ", "图斑 \(uid) 未处理：") + reason.description)
            }
            if taken.left.count > 5 {
                report.notes.append(say("\(taken.left.count - 5) more were left.", "另有 \(taken.left.count - 5) 个未处理。"))
            }
            guard let step = taken.outcome.step else { continue }
            (steps, parcels) = (steps + 1, parcels + taken.parcels)
            report.rows.append([
                .text(land.code.description), .text(try project.landClass(land.code).name.description),
                .integer(Int64(taken.parcels)), .integer(Int64(taken.split)),
                .area(taken.area), .integer(step),
            ])
        }
        report.title = say(
            "Plan \(plan.id) \(name): \(counted(parcels, "parcel")) planned otherwise than the survey is, in \(counted(steps, "step")).",
            "规划 \(plan.id) \(name)：与现状不同的图斑 \(parcels) 个，共 \(steps) 步。")
        return report
    }

    /// Reads the file as `import` would, into a project that goes again, and gathers its land by class.
    private func read(for project: Project, _ context: Context) throws -> (land: [PreparedLand], notes: [String]) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tuban-plan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let desk = try Project.create(at: folder.appending(path: "prepared.gpkg").path, title: "prepared")
        defer { try? desk.close() }
        if let system = try project.coordinateSystem() { try desk.adopt(system) }
        var words = ["import", source, "--role", "plannedUse", "--classes", classes]
        let options = [
            "--layer": layer, "--class-field": classField, "--crosswalk": crosswalk, "--crs": crs,
            "--encoding": encoding,
        ]
        for (option, value) in options.sorted(by: { $0.key < $1.key }) { if let value { words += [option, value] } }
        let report = try Line(words).command.perform(
            in: Context(line: Words.join(words), project: desk, progress: context.progress))
        let polygons = try desk.layers().filter { $0.geometry == .polygon }
        guard polygons.count == 1, let only = polygons.first, only.classField != nil else {
            throw Refusal(
                .badData,
                polygons.count > 1
                    ? "\(source) holds several layers of polygons (\(polygons.map(\.table).joined(separator: ", "))); choose one with --layer."
                    : polygons.isEmpty
                        ? "\(source) holds no polygons to plan by."
                        : "Which field of \(source) holds the planned use? Name it with --class-field.",
                polygons.count > 1
                    ? "\(source) 含多个面图层（\(polygons.map(\.table).joined(separator: "、"))），请用 --layer 指定。"
                    : polygons.isEmpty
                        ? "\(source) 中没有面要素。" : "\(source) 的哪个字段是规划用途？请用 --class-field 指明。")
        }
        return try gather(only, of: desk, for: project, notes: report.notes)
    }

    private func gather(_ layer: Layer, of desk: Project, for project: Project, notes: [String]) throws -> (
        land: [PreparedLand], notes: [String]
    ) {
        var shapes: [UInt16: [Shape]] = [:]
        try desk.outlines(of: layer, plan: 0, in: layer.box) { shapes[$0.cell, default: []].append($0.shape) }
        let known = Dictionary(try desk.classes().values.map { ($0.cell, $0) }) { first, _ in first }
        let here = Set(try project.classes().values.map(\.code))
        var (land, notes) = ([PreparedLand](), notes)
        for (cell, shapes) in shapes {
            guard let stored = known[cell], stored.id != 0, stored.isKnown, here.contains(stored.code) else {
                let name = known[cell].map { $0.id == 0 ? say("no class", "无地类") : $0.code.description } ?? "?"
                notes.append(
                    say(
                        "\(counted(shapes.count, "polygon")) of \(name) left out: the project knows no such class.",
                        "\(name) 的 \(shapes.count) 个面未导入：项目中没有该地类。"))
                continue
            }
            land.append(PreparedLand(code: stored.code, shapes: shapes))
        }
        return (land.sorted { $0.code < $1.code }, notes)
    }
}
