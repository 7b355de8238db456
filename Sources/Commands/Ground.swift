import ArgumentParser
import GeoBridge
import Geometry
import Phrases
import Store

/// A polygon that a line of words gives: by its corners, or by a boundary file.
struct Ground: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say("Its corners, such as \"x,y x,y x,y\".", "各顶点，如 \"x,y x,y x,y\"。"), valueName: "places"))
    var points: String?
    @Option(
        help: ArgumentHelp(
            say("A boundary file: TXT, Shapefile, GeoJSON …", "范围文件：界址点 TXT、Shapefile、GeoJSON 等。"), valueName: "file"),
        completion: .file()) var by: String?

    var isGiven: Bool { points != nil || by != nil }

    /// - Parameter notes: receives how it was read.
    func shape(_ project: Project, plan: Int64, _ context: Context, notes: inout [String]) throws -> Shape {
        guard (points == nil) != (by == nil) else {
            throw Refusal(
                .usage, "Where? Give corners with --points, or a boundary file with --by.",
                "请用 --points 给出顶点，或用 --by 给出范围文件。")
        }
        if let by {
            let boundary = try BoundaryShape(by, for: project, context.progress)
            notes += boundary.notes
            return boundary.shape
        }
        return try Places.polygon(points ?? "", project, plan, &notes)
    }
}

/// A polygon, and the plan in which it is drawn.
struct DrawnInPlan: ParsableArguments {
    @OptionGroup var ground: Ground
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
}

/// Places of a command line, in the project's coordinates.
enum Places {
    static func list(_ text: String, _ project: Project, _ plan: Int64, _ notes: inout [String]) throws -> [Point] {
        let found = try project.placeReader(plan: plan).places(text)
        for note in found.flatMap(\.notes).map(\.description) where !notes.contains(note) { notes.append(note) }
        return found.map(\.point)
    }

    static func one(_ text: String, _ project: Project, _ plan: Int64, _ notes: inout [String]) throws -> Point {
        let found = try project.placeReader(plan: plan).place(text)
        notes += found.notes.map(\.description)
        return found.point
    }

    /// A ring of at least three corners, closed.
    static func polygon(_ text: String, _ project: Project, _ plan: Int64, _ notes: inout [String]) throws -> Shape {
        var points = try list(text, project, plan, &notes)
        if points.count > 1, points.first == points.last { points.removeLast() }
        guard points.count >= 3, let first = points.first else {
            throw Refusal(
                .usage, "A polygon takes three corners or more; \(points.count) were given.",
                "多边形至少需要三个顶点，现有 \(points.count) 个。")
        }
        return Shape(polygon: [points + [first]])
    }
}

/// The report on a step that made or changed features.
enum DraftReport {
    static func report(_ title: String, _ made: DraftOutcome, _ project: Project, notes: [String] = []) throws -> Report
    {
        let classes = try project.classes()
        var report = Report(
            title: title,
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("class", "Class", "地类"),
                .init("area_m2", "Area m²", "面积 m²", number: true),
            ],
            rows: made.features.map { feature in
                [
                    .integer(feature.uid),
                    .text(feature.class == 0 ? "-" : classes[feature.class]?.code.description ?? ""),
                    .area(feature.area),
                ]
            }, notes: notes + [made.note?.description].compactMap { $0 } + made.outcome.notes)
        report.isStep = true
        return report
    }
}
