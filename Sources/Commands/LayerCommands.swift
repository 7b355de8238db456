import ArgumentParser
import Geometry
import Phrases
import Store

struct LayerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "layer", abstract: say("List, show and drop layers.", "图层：列出、查看、删除。"),
        subcommands: [LayerList.self, LayerShow.self, LayerDisplay.self, LayerDrop.self])
}

/// All layers with their roles and sizes.
struct LayerList: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List the layers.", "列出图层。"))
    @OptionGroup var time: TimeOption
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        try time.take(project, context)
        let counts = try project.counts()
        let layers = try project.layers()
        return Report(
            title: "",
            columns: [
                .init("layer", "Layer", "图层"), .init("role", "Role", "角色"), .init("year", "Year", "年份", number: true),
                .init("geometry", "Geometry", "几何"), .init("features", "Features", "要素数", number: true),
                .init("classes", "Classes", "分类体系"), .init("shown", "Shown", "显示"), .init("title", "Title", "名称"),
            ],
            rows: layers.map { layer in
                [
                    .text(layer.table), .text(layer.role.name.description),
                    layer.year.map { .integer(Int64($0)) } ?? .null,
                    .text(layer.isGrid ? say("grid", "栅格") : layer.geometry.map(Self.name) ?? "-"),
                    layer.isGrid ? .null : .integer(Int64(counts[layer.id] ?? 0)),
                    layer.classSystem.map { .text($0) } ?? .null,
                    .flag(layer.isShown), .text(layer.title),
                ]
            },
            notes: layers.isEmpty ? [say("No layers yet: tuban import SOURCE", "尚无图层：tuban import 数据源")] : [])
    }

    static func name(_ kind: Shape.Kind) -> String {
        switch kind {
        case .point: say("points", "点")
        case .line: say("lines", "线")
        case .polygon: say("areas", "面")
        }
    }
}

/// One layer: where it came from, what was found in it, its classes with their areas.
struct LayerShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show a layer and its classes.", "查看图层及其地类面积。"))
    @Argument(help: ArgumentHelp(say("The layer, such as DLTB_2020.", "图层，如 DLTB_2020。"))) var layer: String
    @OptionGroup var time: TimeOption
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        try time.take(project, context)
        let layer = try project.layer(named: layer)
        if layer.isGrid { return try show(grid: layer, project) }
        let classes = try project.classes()
        let sums = try project.classSums(of: layer, plan: context.openPlan ?? 0)
        let total = sums.map(\.area).reduce(0, +)
        var notes = [
            say("Source: \(layer.source)", "来源：\(layer.source)"),
            say("Coordinate system of the source: \(layer.sourceCRS ?? "-")", "源坐标系：\(layer.sourceCRS ?? "-")"),
        ]
        notes += [layer.datumRecord?.summary, layer.crosswalk?.summary, layer.joined?.summary].compactMap {
            $0?.description
        }
        notes += layer.notes.split(separator: "\n").map(String.init)
        return Report(
            title: "\(layer.table)  \(layer.title)",
            columns: [
                .init("class", "Class", "地类"), .init("name", "Name", "名称"),
                .init("features", "Features", "要素数", number: true),
                .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("net_area_m2", "Net area m²", "净面积 m²", number: true),
                .init("share_percent", "%", "%", number: true),
            ],
            rows: sums.map { sum in
                let stored = classes[sum.class]
                return [
                    .text(sum.class == 0 ? "-" : stored?.code.description ?? ""), .text(stored?.name.description ?? ""),
                    .integer(sum.count), .area(sum.area), .area(sum.net),
                    total == 0 ? .null : .real(Double(sum.area) / Double(total) * 100, decimals: 2),
                ]
            }, notes: notes)
    }
}

extension LayerShow {
    private func show(grid layer: Layer, _ project: Project) throws -> Report {
        let grid = try project.grid(of: layer)
        let box = grid.place.box
        func real(_ value: Double) -> Report.Value { .real(value, decimals: 3) }
        return .card(
            title: "\(layer.table)  \(layer.title)",
            [
                ("columns", Phrase("Columns", "列数"), .integer(Int64(grid.place.columns))),
                ("rows", Phrase("Rows", "行数"), .integer(Int64(grid.place.rows))),
                ("cell_width", Phrase("Cell, east", "像元宽"), real(grid.place.cellWidth)),
                ("cell_height", Phrase("Cell, north", "像元高"), real(grid.place.cellHeight)),
                ("unit", Phrase("Unit", "单位"), .text(grid.unit)),
                ("min_x", Phrase("West", "西"), real(box.minX)), ("min_y", Phrase("South", "南"), real(box.minY)),
                ("max_x", Phrase("East", "东"), real(box.maxX)), ("max_y", Phrase("North", "北"), real(box.maxY)),
                ("source", Phrase("Source", "来源"), .text(layer.source)),
                ("source_crs", Phrase("Coordinate system of the source", "源坐标系"), .text(layer.sourceCRS ?? "-")),
            ],
            notes: [
                say(
                    "'grid summary \(layer.table)' tells its range and slopes.",
                    "用 grid summary \(layer.table) 查看数值范围与坡度。")
            ] + layer.notes.split(separator: "\n").map(String.init))
    }
}

/// Shows or hides a layer on maps.
struct LayerDisplay: Command {
    static let configuration = CommandConfiguration(
        commandName: "display", abstract: say("Show a layer on maps, or hide it.", "在地图上显示或隐藏图层。"))
    @Argument(help: ArgumentHelp(say("The layer.", "图层。"))) var layer: String
    @Flag(help: ArgumentHelp(say("Hide it.", "隐藏。"))) var off = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layer = try project.layer(named: layer)
        try project.show(layer, !off)
        return Report(
            title: off
                ? say("\(layer.table) is hidden.", "已隐藏 \(layer.table)。")
                : say("\(layer.table) is shown.", "已显示 \(layer.table)。"))
    }
}

struct LayerDrop: Command {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: say("Take a layer out of the project; not undone.", "从项目中删除图层（不可撤销）。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The layer.", "图层。"))) var layer: String
    @Flag(help: ArgumentHelp(say("Yes, drop it.", "确认删除。"))) var yes = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layer = try project.layer(named: layer)
        let count = try project.counts()[layer.id] ?? 0
        let contents =
            layer.isGrid ? Phrase("its cells", "全部像元") : Phrase("its \(counted(count, "feature"))", "\(count) 个要素")
        guard yes else {
            throw Refusal(
                .usage,
                "Dropping \(layer.table) with \(contents.english) cannot be undone; say --yes to do it.",
                "删除 \(layer.table)（\(contents.chinese)）不可撤销；确认请加 --yes。")
        }
        try project.drop(layer, line: context.line)
        if layer.isGrid { return Report(title: say("Dropped the grid \(layer.table).", "已删除栅格 \(layer.table)。")) }
        return Report(
            title: say("Dropped \(layer.table): \(counted(count, "feature")).", "已删除 \(layer.table)：\(count) 个要素。"))
    }
}
