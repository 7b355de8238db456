import Canvas
import Documents
import Geometry
import Phrases
import Planning
import Store

/// The map of what a boundary touches: the land inside in its classes' colours, paler around it, the lines that it
/// meets, the boundary itself, and the places of what is broken by their numbers in the report.
struct AnalysisMap {
    let project: Project
    let analysis: BoundaryAnalysis
    let colours: ClassColours
    private let layers: [Layer]
    private let unitsPerMetre: Point
    /// What is shown: the boundary and some land around, no flatter or slimmer than a page can show.
    let box: Box

    /// More outlines than this would make a document nobody can open.
    private static let mostParcels = 3_000
    private static let mostAround = 1_500
    private static let mostLines = 300
    private static let mostMarks = 40
    private static let mostClasses = 14

    init(_ analysis: BoundaryAnalysis, of project: Project, colours: ClassColours) throws {
        (self.analysis, self.project, self.colours) = (analysis, project, colours)
        layers = try project.layers()
        let bounds = analysis.boundary.shape.box
        unitsPerMetre = MapScene.unitsPerMetre(try project.coordinateSystem(), bounds)
        box = Self.framed(bounds, unitsPerMetre)
    }

    /// With an eighth of the longer side around, at most three times as long as high.
    private static func framed(_ bounds: Box, _ units: Point) -> Box {
        guard !bounds.isEmpty else { return bounds }
        let (width, height) = (bounds.width / units.x, bounds.height / units.y)
        let margin = max(width, height) / 8
        let (wide, high) = (width + 2 * margin, height + 2 * margin)
        let (w, h) = (max(wide, high / 2) * units.x, max(high, wide / 3) * units.y)
        let middle = bounds.center
        return Box(minX: middle.x - w / 2, minY: middle.y - h / 2, maxX: middle.x + w / 2, maxY: middle.y + h / 2)
    }

    private var survey: Layer? { analysis.survey.flatMap { survey in layers.first { $0.id == survey.id } } }

    // MARK: On paper

    func map() throws -> VectorMap? {
        guard !box.isEmpty else { return nil }
        var areas: [VectorMap.Area] = []
        let classes = try project.classes()
        let byCell = Dictionary(classes.values.map { ($0.cell, $0) }) { first, _ in first }
        if let survey, try project.countOutlines(of: survey, in: box, limit: Self.mostAround + 1) <= Self.mostAround {
            try project.outlines(of: survey, plan: 0, in: box) { feature in
                let fill = byCell[feature.cell].map { $0.id == 0 ? "#eeeeee" : colours.hexadecimal(of: $0.code) }
                areas.append(VectorMap.Area(shape: feature.shape, fill: fill ?? "#eeeeee", isPale: true))
            }
        }
        areas += analysis.parcels.prefix(Self.mostParcels).map {
            VectorMap.Area(shape: $0.shape, fill: colours.hexadecimal(of: $0.code))
        }
        let (lines, signs) = try drawnLines()
        var legend = [VectorMap.Sign(.line, colour: VectorMap.red, text: say("boundary", "用地范围"))] + signs
        legend += analysis.classSums.sorted { $0.area > $1.area }.prefix(Self.mostClasses).map {
            VectorMap.Sign(colour: colours.hexadecimal(of: $0.code), text: "\($0.code.code) \($0.name)")
        }
        let marks = marks
        if !marks.isEmpty {
            legend.append(VectorMap.Sign(.mark, colour: VectorMap.red, text: say("finding, by its number", "检查结果编号")))
        }
        return VectorMap(
            box: box, unitsPerMetre: unitsPerMetre, areas: areas, lines: lines, outline: analysis.boundary.shape,
            marks: marks, legend: legend, caption: analysis.system)
    }

    /// Units in grey, and each layer that the boundary meets in a colour of its own.
    private func drawnLines() throws -> (lines: [VectorMap.Line], signs: [VectorMap.Sign]) {
        var lines: [VectorMap.Line] = []
        var signs: [VectorMap.Sign] = []
        for layer in layers where layer.role == .units && !layer.isGrid {
            guard try project.countOutlines(of: layer, in: box, limit: Self.mostLines + 1) <= Self.mostLines else {
                continue
            }
            try project.outlines(of: layer, plan: 0, in: box) {
                lines.append(VectorMap.Line(shape: $0.shape, colour: "#666666", width: 0.8, isDashed: true))
            }
        }
        var inks = Self.inks[...]
        for met in analysis.met(.controlLine, .resource, .project) {
            guard let layer = layers.first(where: { $0.id == met.layer.id }), let ink = inks.popFirst() else {
                continue
            }
            func draw(_ feature: borrowing DrawnFeature) {
                lines.append(
                    VectorMap.Line(
                        shape: feature.shape, colour: ink, width: 1.4, isTinted: met.layer.role == .controlLine))
            }
            if try project.countOutlines(of: layer, in: box, limit: Self.mostLines + 1) <= Self.mostLines {
                try project.outlines(of: layer, plan: 0, in: box) { draw($0) }
            } else {
                // Of a crowd only those that the boundary meets, the largest first.
                let uids = Set(met.meetings.prefix(Self.mostLines).map(\.id))
                try project.outlines(of: layer, plan: 0, uids: uids) { draw($0) }
            }
            let title = met.layer.title.isEmpty ? met.layer.table : met.layer.title
            signs.append(VectorMap.Sign(.line, colour: ink, text: title))
        }
        if lines.contains(where: \.isDashed) {
            signs.append(VectorMap.Sign(.dashes, colour: "#666666", text: say("units", "行政界线")))
        }
        return (lines, signs)
    }

    /// Dark enough for thin lines, and unlike the boundary's red.
    private static let inks = ["#5b2c91", "#00695c", "#004d99", "#8a4b00", "#8e005d", "#3d4d00", "#37474f", "#6d2f2f"]

    /// Of several findings that would cover one another the first, with a plus sign.
    private var marks: [(place: Point, text: String)] {
        var marks: [(place: Point, text: String)] = []
        // As wide as a sign is on the map.
        let room = Point(x: box.width / 30, y: box.width / 30 / unitsPerMetre.x * unitsPerMetre.y)
        for (index, finding) in analysis.findings.enumerated() {
            guard finding.verdict == .broken, let place = finding.place, box.contains(place) else { continue }
            let near = marks.firstIndex { abs($0.place.x - place.x) < room.x && abs($0.place.y - place.y) < room.y }
            if let near {
                if !marks[near].text.hasSuffix("+") { marks[near].text += "+" }
                continue
            }
            guard marks.count < Self.mostMarks else { continue }
            marks.append((place, String(AnalysisPage.number(of: index))))
        }
        return marks
    }

    // MARK: As characters

    /// The map as plain text has it: letters for classes, asterisks for the boundary.
    func lines() throws -> [String] {
        guard !box.isEmpty else { return [] }
        let sketch = try Sketch(
            of: 0, on: survey, in: box, size: Size(columns: 78, rows: 20), classes: project.classes(), project,
            outline: analysis.boundary.shape)
        return sketch.lines + [sketch.scale]
            + wrapped(
                ([say("* boundary", "* 用地范围")] + sketch.legend.prefix(8)).joined(separator: "  "), width: 78)
    }
}
