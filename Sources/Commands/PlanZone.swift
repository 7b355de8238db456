import ArgumentParser
import Geometry
import Phrases
import Planning
import Store

/// Draws a zone in a control-line or planned-use layer.
struct PlanZone: Command {
    static let configuration = CommandConfiguration(
        commandName: "zone", abstract: say("Draw a zone or a control line.", "绘制分区或控制线。"),
        discussion: say(
            "In a planned-use layer the zone takes the place of what lies beneath; beside control lines it keeps clear of those that are there.",
            "在规划用途图层中，新分区取代其下的图斑；在控制线图层中，新范围避开已有范围。"))
    @Argument(help: ArgumentHelp(say("The layer.", "图层。"))) var layer: String
    @OptionGroup var drawn: DrawnInPlan
    @Option(help: ArgumentHelp(say("Its class, such as plan2023:0701 or 0701.", "地类或分区代码，如 plan2023:0701 或 0701。")))
    var to: String?
    @Option(help: ArgumentHelp(say("What it is called.", "名称。"))) var name = ""
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(say("FIELD=VALUE of the layer.", "图层字段：字段=值。"), valueName: "field=value")) var fields:
        [String] = []
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool { drawn.ground.by != nil }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(drawn.plan)
        let layer = try project.layer(named: layer)
        var notes: [String] = []
        let shape = try drawn.ground.shape(project, plan: plan.id, context, notes: &notes)
        if to == nil, layer.role == .plannedUse {
            notes.append(
                say("The zone has no class: --to CLASS would give it one.", "此分区没有地类；可用 --to 地类 指定。"))
        }
        let zone = NewZone(shape: shape, class: try code(in: layer, of: project), name: name, fields: fields)
        let made = try project.addZone(zone, to: layer, in: plan.id, line: context.line)
        let drawn = made.features.first
        return try DraftReport.report(
            say(
                "Drew zone \(drawn?.uid ?? 0) in \(layer.table): \(Decimals.hundredths(drawn?.area ?? 0)) m².",
                "已在 \(layer.table) 绘制 \(drawn?.uid ?? 0)，面积 \(Decimals.hundredths(drawn?.area ?? 0)) m²。"), made,
            project,
            notes: notes)
    }

    /// A bare code is one of the layer's own system.
    private func code(in layer: Layer, of project: Project) throws -> Int64? {
        guard let to else { return nil }
        if let code = LandUseCode(to) { return try project.landClass(code).id }
        guard let system = layer.classSystem else {
            throw Refusal(
                .usage, "\(layer.table) has no class system: write the class with its own, such as plan2023:\(to).",
                "图层 \(layer.table) 没有分类体系，请写明体系，如 plan2023:\(to)。")
        }
        return try project.landClass(LandUseCode(system: system, code: to)).id
    }
}
