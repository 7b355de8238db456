import ArgumentParser
import Geometry
import Phrases
import Planning
import Store

/// Plans another land-use class for parcels: named ones, those of a filter, or those inside a boundary.
struct SetClass: Command {
    static let configuration = CommandConfiguration(
        commandName: "set-class", abstract: say("Plan another class for parcels.", "为图斑规划新地类。"),
        discussion: say(
            "Parcels are named, or chosen by --where, --filter, --inside or --points; several of these together choose what meets all.",
            "图斑可逐个指明，也可用 --where、--filter、--inside 或 --points 选取；同时使用时取其交集。"))
    @Argument(help: ArgumentHelp(say("Parcels: 12 13 20-25, or a number (BSM).", "图斑：12 13 20-25，或标识码。"))) var parcels:
        [String] = []
    @Option(help: ArgumentHelp(say("The class, such as plan2023:0701.", "地类，如 plan2023:0701。"))) var to: String
    @Option(
        help: ArgumentHelp(
            say("An SQL expression over the view parcel.", "对视图 parcel 的 SQL 条件。"), valueName: "sql")) var `where`:
        String?
    @Option(help: ArgumentHelp(say("Words as in the filter box.", "筛选词，与筛选框相同。"), valueName: "words")) var filter:
        String?
    @Option(
        help: ArgumentHelp(
            say("Those wholly inside this boundary file.", "完全位于此范围文件之内的图斑。"), valueName: "file"), completion: .file())
    var inside: String?
    @Option(
        help: ArgumentHelp(
            say("Those wholly inside the polygon of these corners.", "完全位于此多边形之内的图斑。"), valueName: "places"))
    var points: String?
    @Flag(help: ArgumentHelp(say("First split what the boundary crosses.", "先按边界分割跨界图斑。"))) var cut = false
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool {
        if `where` != nil || filter != nil || inside != nil || points != nil { return true }
        return try context.project().uids(parcels, layer: context.plan(plan).base).count > 1_000
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        guard let to = LandUseCode(to) else {
            throw Refusal(
                .usage, "'\(to)' is no class: write it with its system, such as plan2023:0701 or survey:0101.",
                "“\(to)”不是地类：须带分类体系，如 plan2023:0701 或 survey:0101。")
        }
        var notes: [String] = []
        let boundary = try boundary(project, plan.id, context, &notes)
        guard boundary != nil || !cut else {
            throw Refusal(
                .usage, "--cut needs the boundary to cut by: --inside FILE or --points.",
                "--cut 须与 --inside 或 --points 同用。")
        }
        let uids = try chosen(project, plan, isRequired: boundary == nil)
        let outcome =
            if let boundary {
                try project.setClass(
                    of: uids, inside: boundary, cutting: cut, to: to, in: plan.id, line: context.line)
            } else {
                try project.setClass(of: uids ?? [], to: to, in: plan.id, line: context.line)
            }
        let name = try project.landClass(to).name
        guard outcome.count > 0 else {
            return Report(title: say("All of them are \(to) already.", "所选图斑已是 \(to)，未作修改。"), notes: notes)
        }
        return Report(
            title: say(
                "Planned \(counted(outcome.count, "parcel")) as \(to) \(name): \(Decimals.hundredths(outcome.area)) m².",
                "已将 \(outcome.count) 个图斑规划为 \(to) \(name)，共 \(Decimals.hundredths(outcome.area)) m²。"),
            notes: notes + outcome.notes)
    }

    private func boundary(_ project: Project, _ plan: Int64, _ context: Context, _ notes: inout [String]) throws
        -> Shape?
    {
        guard inside == nil || points == nil else {
            throw Refusal(
                .usage, "--inside and --points are two ways to give a boundary; give one.", "--inside 与 --points 只能用一个。"
            )
        }
        if let points { return try Places.polygon(points, project, plan, &notes) }
        guard let inside else { return nil }
        let boundary = try BoundaryShape(inside, for: project, context.progress)
        notes += boundary.notes
        return boundary.shape
    }

    /// The parcels by name and filter; nil where neither was given.
    private func chosen(_ project: Project, _ plan: Plan, isRequired: Bool) throws -> [Int64]? {
        var uids = parcels.isEmpty ? nil : try project.uids(parcels, layer: plan.base)
        for filter in [filter.map(ParcelQuery.Filter.init), `where`.map(ParcelQuery.Filter.sql)].compactMap({ $0 }) {
            let found = try project.uids(of: filter, in: plan)
            guard !found.isEmpty else {
                throw Refusal(.noInput, "No parcel meets the filter; nothing was changed.", "没有图斑符合筛选条件，未作修改。")
            }
            let wanted = uids.map(Set.init)
            uids = found.filter { wanted?.contains($0) ?? true }
        }
        if let uids, uids.isEmpty {
            throw Refusal(
                .noInput, "None of the parcels meets all conditions; nothing was changed.", "没有图斑同时符合全部条件，未作修改。")
        }
        return isRequired && uids == nil ? try project.uids([], layer: plan.base) : uids
    }
}

extension LandUseCode: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
