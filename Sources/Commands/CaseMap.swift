import Canvas
import Documents
import Geometry
import Phrases
import Store

/// The map of a plan for a document: what it changes, on the land around.
struct CaseMap {
    let project: Project
    let plan: Plan
    let classes: [Int64: StoredClass]
    /// More outlines than this would make a document nobody can open.
    private static let most = 3_000

    /// The map before or after the plan; nil where the plan draws nothing.
    func map(before: Bool) throws -> VectorMap? {
        let layers = try project.layers().filter { $0.geometry == .polygon }
        let touched = layers.filter { $0.id == plan.base || $0.id == plan.planned || $0.role == .controlLine }
        let changed = try touched.reduce(Box.empty) { try $0.union(project.changedBox(of: $1, plan: plan.id)) }
        guard !changed.isEmpty else { return nil }
        let box = changed.padded(by: max(changed.width, changed.height) * 0.15)
        let colours = try ClassColours()
        let byCell = Dictionary(classes.values.map { ($0.cell, $0) }) { first, _ in first }
        var used: [UInt16: Int] = [:]
        func colour(_ cell: UInt16) -> String {
            guard let stored = byCell[cell], stored.id != 0 else { return "#eeeeee" }
            return colours.hexadecimal(of: stored.code)
        }
        var areas: [VectorMap.Area] = []
        if let ground = layers.first(where: { $0.id == plan.base }),
            try project.countOutlines(of: ground, in: box, limit: Self.most + 1) <= Self.most
        {
            try project.outlines(of: ground, plan: 0, in: box) { feature in
                areas.append(VectorMap.Area(shape: feature.shape, fill: colour(feature.cell)))
                used[feature.cell, default: 0] += 1
            }
        }
        for layer in touched {
            _ = try project.changedOutlines(of: layer, plan: plan.id, in: box, before: before, limit: Self.most) {
                feature in
                areas.append(VectorMap.Area(shape: feature.shape, fill: colour(feature.cell), isChanged: true))
                // What the plan changes is in the legend, however little of it there is.
                used[feature.cell, default: 0] += 1_000_000
            }
        }
        var lines: [VectorMap.Line] = []
        for layer in layers where layer.role == .units || layer.role == .controlLine {
            guard try project.countOutlines(of: layer, in: box, limit: 201) <= 200 else { continue }
            let ink = layer.role == .units ? "#555555" : "#b00060"
            try project.outlines(of: layer, plan: 0, in: box) {
                lines.append(VectorMap.Line(shape: $0.shape, colour: ink))
            }
        }
        let legend = used.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(12).map { cell, _ in
            let stored = byCell[cell]
            let text = stored.map { $0.id == 0 ? $0.name.description : "\($0.code) \($0.name)" } ?? ""
            return VectorMap.Sign(colour: colour(cell), text: text)
        }
        let units = MapScene.unitsPerMetre(try project.coordinateSystem(), box)
        return VectorMap(
            box: box, unitsPerMetre: units, areas: areas, lines: lines, legend: legend,
            caption: before ? say("before", "规划前") : say("after", "规划后"))
    }

    /// The same with characters, for plain text.
    func lines(before: Bool) throws -> [String] {
        guard let ground = try project.layers().first(where: { $0.id == plan.base }) else { return [] }
        let changed = try project.changedBox(of: ground, plan: plan.id)
        guard !changed.isEmpty else { return [] }
        let box = changed.padded(by: max(changed.width, changed.height) * 0.15)
        let sketch = try Sketch(
            of: before ? 0 : plan.id, on: ground, in: box, size: Size(columns: 76, rows: 18), classes: classes, project)
        return sketch.lines + [sketch.scale + "  " + sketch.legend.prefix(6).joined(separator: "  ")]
    }
}

/// A map of letters in some plan's world, as it stands in plain text.
struct Sketch {
    let lines: [String]
    let scale: String
    /// Letter and name of each class in it, the most frequent first.
    let legend: [String]

    /// - Parameters:
    ///   - plan: whose world; 0 is the base.
    ///   - outline: drawn above everything, with asterisks.
    init(
        of plan: Int64, on ground: Layer?, in box: Box, size: Size, classes: [Int64: StoredClass], _ project: Project,
        outline: Shape? = nil
    ) throws {
        let byCell = Dictionary(classes.values.map { ($0.cell, $0) }) { first, _ in first }
        let scene = MapScene(
            project: project, layers: try project.layers(), plan: plan, classes: byCell, ground: ground)
        let viewport = Viewport(
            fitting: box, size: size, unitsPerMetre: MapScene.unitsPerMetre(try project.coordinateSystem(), box))
        var picture = MapPicture(viewport: viewport, glyphs: .ascii)
        try scene.paint(&picture)
        if let outline { picture.outline(outline, role: "map.sketch") }
        var frame = Frame(size: size)
        let look = scene.look(.ascii)
        picture.draw(into: &frame, at: Place(row: 0, column: 0), theme: .ascii, look: look)
        lines = (0..<size.rows).map { frame.text(row: $0, colours: .none) }
        scale = viewport.scaleBar(columns: 30)
        legend = picture.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { cell, _ in
            "\(look(cell).letter) \(byCell[cell]?.name.description ?? "")"
        }
    }

    /// The drafts of some plans side by side, two a row, at one scale.
    static func sideBySide(_ plans: [Plan], _ project: Project) throws -> [String] {
        let layers = try project.layers()
        guard let ground = layers.first(where: { $0.id == plans.first?.base }) else { return [] }
        let changed = try plans.reduce(Box.empty) { try $0.union(project.changedBox(of: ground, plan: $1.id)) }
        guard !changed.isEmpty else { return [] }
        let box = changed.padded(by: max(changed.width, changed.height) * 0.1)
        let classes = try project.classes()
        let width = 38
        func padded(_ text: String) -> String {
            let clean = wrapped(cleanedForShell(text), width: width).first ?? ""
            return clean + String(repeating: " ", count: max(0, width - displayWidth(of: clean)))
        }
        var out: [String] = []
        var names: [String] = []
        for start in stride(from: 0, to: plans.count, by: 2) {
            let pair = plans[start..<min(start + 2, plans.count)]
            let sketches = try pair.map {
                try Sketch(
                    of: $0.id, on: ground, in: box, size: Size(columns: width, rows: 14), classes: classes, project)
            }
            out.append(pair.map { padded("\($0.id) \($0.title)") }.joined(separator: "  "))
            for row in 0..<14 { out.append(sketches.map { padded($0.lines[row]) }.joined(separator: "  ")) }
            for name in sketches.flatMap(\.legend) where !names.contains(name) { names.append(name) }
            if start + 2 >= plans.count, let scale = sketches.first?.scale { out.append(scale) }
        }
        return (out + wrapped(names.prefix(10).joined(separator: "  "), width: 80)).map(\.withoutTrailingSpaces)
    }
}
