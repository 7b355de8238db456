import ArgumentParser
import Canvas
import Geometry
import Phrases
import Store

extension Glyphs: ExpressibleByArgument {}

/// A map of characters on standard output.
struct MapCommand: Command {
    static let configuration = CommandConfiguration(commandName: "map", abstract: say("Print a map.", "输出字符地图。"))
    @Option(help: ArgumentHelp(say("West,south,east,north.", "西,南,东,北。"), valueName: "box")) var box: String?
    @Option(help: ArgumentHelp(say("Easting,northing of the middle.", "中心点：东坐标,北坐标。"), valueName: "x,y")) var center:
        String?
    @Option(help: ArgumentHelp(say("Metres of ground in a column.", "每列对应的米数。"))) var scale: Double?
    @Option(help: ArgumentHelp(say("Around this parcel.", "以此图斑为中心。"))) var parcel: String?
    @Option(help: ArgumentHelp(say("COLUMNSxROWS.", "列数x行数。"))) var size = "78x20"
    @Option(help: ArgumentHelp(say("Characters: ascii, braille or quadrant.", "字符集：ascii、braille 或 quadrant。")))
    var glyphs: Glyphs = .braille
    @Option(help: ArgumentHelp(say("Colours: auto, never, 8, 16, 256 or direct.", "颜色：auto、never、8、16、256 或 direct。")))
    var color = "auto"
    @Option(help: ArgumentHelp(say("The theme.", "主题。"))) var theme = "default"
    @Option(help: ArgumentHelp(say("As the plan was after this step.", "规划在此步之后的样子。"))) var step: Int64?
    @Flag(help: ArgumentHelp(say("Before that step; without a step, before the plan.", "此步之前；未给步则为规划之前。")))
    var before = false
    @Flag(help: ArgumentHelp(say("Only what the plan, or the step, changes.", "只绘规划（或该步）的改动。"))) var changes = false
    @OptionGroup var standing: Standing
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard step == nil || (step ?? 0) > 0 else {
            throw Refusal(.usage, "--step takes the number of a step, from 1.", "--step 应为步号，自 1 起。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layer = try standing.take(project, context)
        let here = try project.here()
        guard step != nil || before || changes else { return try report(project, layer, here.plan, nil, context) }
        guard here.plan != 0 else {
            throw Refusal(
                .usage, "--step, --before and --changes are about a plan: name it with --plan NUMBER.",
                "--step、--before、--changes 针对规划：请用 --plan 编号 指明。")
        }
        guard let step else {
            let shown = changes ? MapScene.Changes(before: before) : nil
            return try report(project, layer, before && !changes ? 0 : here.plan, shown, context)
        }
        let uids = changes ? try project.uids(of: step, in: here.plan) : nil
        return try project.seeing(step: step, of: here.plan, before: before) {
            try report(project, layer, here.plan, uids.map { MapScene.Changes(uids: $0) }, context)
        }
    }

    private func report(
        _ project: Project, _ layer: Layer, _ plan: Int64, _ changes: MapScene.Changes?, _ context: Context
    ) throws -> Report {
        let classes = Dictionary(
            try project.classes().values.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
        let scene = MapScene(
            project: project, layers: try project.layers(), plan: plan, classes: classes, ground: layer,
            changes: changes)
        let units = MapScene.unitsPerMetre(try project.coordinateSystem(), scene.box)
        let size = try mapSize()
        var viewport = Viewport(fitting: scene.box, size: size, unitsPerMetre: units)
        if let box {
            let n = try Numbers.list(box, count: 4, of: "--box")
            viewport = Viewport(
                fitting: Box(minX: n[0], minY: n[1], maxX: n[2], maxY: n[3]), size: size, unitsPerMetre: units)
        }
        if changes != nil, box == nil, center == nil {
            let changed = try project.changedBox(of: layer, plan: plan)
            let around = changed.padded(by: max(changed.width, changed.height) * 0.05)
            if !changed.isEmpty { viewport = Viewport(fitting: around, size: size, unitsPerMetre: units) }
        }
        var selected: Point?
        if let parcel {
            let uid = try project.uids([parcel], layer: layer.id)[0]
            guard let shape = try project.shape(of: uid, plan: plan) else {
                throw Refusal(.noInput, "Parcel \(parcel) has no outline.", "图斑 \(parcel) 没有图形。")
            }
            let around = shape.box.padded(by: max(shape.box.width, shape.box.height, 1))
            viewport = Viewport(fitting: around, size: size, unitsPerMetre: units)
            selected = shape.labelPoint
        }
        if let center {
            let n = try Numbers.list(center, count: 2, of: "--center")
            viewport.center(on: Point(x: n[0], y: n[1]))
        }
        if let scale {
            // Nearer than a tenth of a millimetre a column there is nothing to see, and no end of dots to draw.
            guard scale >= 0.0001, scale < 1e6 else {
                throw Refusal(
                    .usage, "--scale takes metres a column, from 0.0001 to a million.",
                    "--scale 为每列米数，取值 0.0001 至 1000000。")
            }
            viewport.zoom(to: scale)
        }
        var picture = MapPicture(viewport: viewport, glyphs: glyphs)
        try scene.paint(&picture)
        if let selected { picture.mark(selected, "@", role: "map.selected") }
        return try report(picture, viewport, scene, colours(context))
    }

    private func report(_ picture: MapPicture, _ viewport: Viewport, _ scene: MapScene, _ colours: Colours) throws
        -> Report
    {
        var frame = Frame(size: viewport.size)
        let theme = colours == .none ? Theme.ascii : try Themes.load(theme)
        let look = scene.look(theme)
        picture.draw(into: &frame, at: Place(row: 0, column: 0), theme: theme, look: look)
        let dot = Viewport.short(viewport.metresPerDot(glyphs))
        let counts = picture.counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
        let total = max(1, counts.reduce(0) { $0 + $1.value })
        let legend = counts.prefix(12).map { cell, count in
            let stored = scene.classes[cell]
            let name = stored.map { $0.id == 0 ? $0.name.description : "\($0.code) \($0.name)" } ?? ""
            return "  \(look(cell).letter)  \(name)  \(count * 100 / total)%"
        }
        let lines = (0..<frame.size.rows).map { frame.text(row: $0, colours: colours) }
        let box = viewport.box
        return Report(
            title: "",
            columns: [
                .init("class", "Class", "地类"), .init("name", "Name", "名称"), .init("dots", "Dots", "点数", number: true),
            ],
            rows: common.format == .text
                ? []
                : counts.map { cell, count in
                    [
                        .text(scene.classes[cell]?.code.description ?? ""),
                        .text(scene.classes[cell]?.name.description ?? ""), .integer(Int64(count)),
                    ]
                },
            notes: [
                viewport.scaleBar(columns: 30) + "  " + say("1 dot = \(dot) m", "1 点 = \(dot) 米")
                    + "  x \(Int(box.minX))..\(Int(box.maxX))  y \(Int(box.minY))..\(Int(box.maxY))"
            ] + legend, picture: lines)
    }

    private func colours(_ context: Context) throws -> Colours {
        if color == "auto" { return context.colours }
        guard let colours = Colours(word: color) else {
            throw Refusal(
                .usage, "--color takes auto, never, 8, 16, 256 or direct.", "--color 可取 auto、never、8、16、256、direct。")
        }
        return colours
    }

    private func mapSize() throws -> Size {
        let parts = size.lowercased().split(separator: "x").compactMap { Int($0) }
        guard parts.count == 2, (4...1000).contains(parts[0]), (2...1000).contains(parts[1]) else {
            throw Refusal(.usage, "--size takes COLUMNSxROWS, such as 78x20.", "--size 应为 列数x行数，如 78x20。")
        }
        return Size(columns: parts[0], rows: parts[1])
    }
}
