import ArgumentParser
import Geometry
import Phrases
import Store

/// Vertices of a drafted feature, numbered from 1 over all rings; a corner that neighbours share moves in them too.
struct PlanVertex: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vertex", abstract: say("List, move, add and delete vertices.", "顶点：列出、移动、增加、删除。"),
        subcommands: [VertexList.self, VertexMove.self, VertexAdd.self, VertexDelete.self])
}

/// Which feature, in which plan.
struct DraftedFeature: ParsableArguments {
    @Argument(help: ArgumentHelp(say("The parcel or zone.", "图斑或分区。"))) var feature: String
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?

    func find(_ context: Context) throws -> (project: Project, plan: Plan, uid: Int64) {
        let project = try context.project()
        let plan = try context.plan(plan)
        return (project, plan, try project.uids([feature], layer: plan.base)[0])
    }
}

struct VertexList: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List vertices.", "列出顶点。"))
    @OptionGroup var drafted: DraftedFeature
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let (project, plan, uid) = try drafted.find(context)
        guard let shape = try project.shape(of: uid, plan: plan.id) else {
            throw Refusal(.noInput, "Plan \(plan.id) has no outline of \(uid).", "规划 \(plan.id) 中没有 \(uid) 的图形。")
        }
        let decimals = try project.coordinateSystem()?.isGeographic == true ? 8 : 3
        let unit = try project.coordinateSystem()?.metresPerUnit ?? 1
        let rows = (0..<shape.vertexCount).map { index -> [Report.Value] in
            let number = index + 1
            // The number is one of those counted.
            let point = shape.vertex(number)!
            let edge = shape.edge(number)
            return [
                .integer(Int64(number)), .integer(Int64((shape.ring(ofVertex: number) ?? 0) + 1)),
                .real(point.x, decimals: decimals), .real(point.y, decimals: decimals),
                edge.map { .real($0.from.distance(to: $0.to) * unit, decimals: 3) } ?? .null,
                edge.map { .real($0.from.bearing(to: $0.to), decimals: 4) } ?? .null,
            ]
        }
        return Report(
            title: say("\(uid): \(shape.vertexCount) vertices", "\(uid)：\(shape.vertexCount) 个顶点"),
            columns: [
                .init("vertex", "Vertex", "顶点", number: true), .init("ring", "Ring", "环", number: true),
                .init("x", "x", "x", number: true), .init("y", "y", "y", number: true),
                .init("edge_m", "Edge m", "边长 m", number: true),
                .init("bearing_degrees", "Bearing °", "方位角 °", number: true),
            ], rows: rows)
    }
}

extension VertexChange {
    /// Makes the change and tells of it.
    fileprivate func perform(
        on drafted: DraftedFeature, _ context: Context, notes: [String], _ title: (Int64) -> Phrase
    ) throws -> Report {
        let (project, plan, uid) = try drafted.find(context)
        let made = try project.changeVertex(of: uid, self, in: plan.id, line: context.line)
        guard !made.features.isEmpty else {
            return Report(title: say("It is there already.", "顶点已在该处，未作修改。"), notes: notes)
        }
        let others = made.features.filter { $0.uid != uid }.map { String($0.uid) }
        let shared =
            others.isEmpty
            ? Phrase("", "")
            : Phrase(", in \(others.joined(separator: ", ")) too", "，相邻 \(others.joined(separator: "、")) 同步")
        let title = title(uid)
        return try DraftReport.report(
            say("\(title.english)\(shared.english).", "\(title.chinese)\(shared.chinese)。"), made, project, notes: notes
        )
    }
}

struct VertexMove: Command {
    static let configuration = CommandConfiguration(commandName: "move", abstract: say("Move a vertex.", "移动顶点。"))
    @OptionGroup var drafted: DraftedFeature
    @Argument(help: ArgumentHelp(say("Its number.", "顶点编号。"))) var vertex: Int
    @Option(help: ArgumentHelp(say("Where to.", "移动到何处。"), valueName: "place")) var to: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let (project, plan, uid) = try drafted.find(context)
        var notes: [String] = []
        // `>BEARING/METRES` alone goes on from where the vertex is.
        let before = try project.shape(of: uid, plan: plan.id)?.vertex(vertex)
        let found = try project.placeReader(plan: plan.id).place(to, after: before.map { [$0] } ?? [])
        notes += found.notes.map(\.description)
        return try VertexChange.move(vertex, to: found.point).perform(on: drafted, context, notes: notes) {
            Phrase("Moved vertex \(vertex) of \($0)", "已移动 \($0) 的顶点 \(vertex)")
        }
    }
}

struct VertexAdd: Command {
    static let configuration = CommandConfiguration(commandName: "add", abstract: say("Add a vertex.", "增加顶点。"))
    @OptionGroup var drafted: DraftedFeature
    @Option(help: ArgumentHelp(say("On the edge behind this vertex.", "在此顶点之后的边上。"), valueName: "number")) var after:
        Int
    @Option(help: ArgumentHelp(say("Where.", "位置。"), valueName: "place")) var at: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let (project, plan, uid) = try drafted.find(context)
        var notes: [String] = []
        let before = try project.shape(of: uid, plan: plan.id)?.vertex(after)
        let found = try project.placeReader(plan: plan.id).place(at, after: before.map { [$0] } ?? [])
        notes += found.notes.map(\.description)
        return try VertexChange.add(after: after, at: found.point).perform(on: drafted, context, notes: notes) {
            Phrase("Added a vertex behind \(after) of \($0)", "已在 \($0) 的顶点 \(after) 后增加顶点")
        }
    }
}

struct VertexDelete: Command {
    static let configuration = CommandConfiguration(commandName: "delete", abstract: say("Delete a vertex.", "删除顶点。"))
    @OptionGroup var drafted: DraftedFeature
    @Argument(help: ArgumentHelp(say("Its number.", "顶点编号。"))) var vertex: Int
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        try VertexChange.delete(vertex).perform(on: drafted, context, notes: []) {
            Phrase("Deleted vertex \(vertex) of \($0)", "已删除 \($0) 的顶点 \(vertex)")
        }
    }
}
