import ArgumentParser
import Geometry
import Phrases
import Planning
import Store

enum Side: String, ExpressibleByArgument, CaseIterable {
    case left, right
}

/// Splits a parcel along a line, by a boundary, or so that one side has an area.
struct PlanSplit: Command {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: say("Split a parcel.", "分割图斑。"),
        discussion: say(
            "Along a line (--line), by a polygon (--points, --by), or so that one side of a line of given bearing has a given area (--area, --bearing, --side).",
            "可沿线分割（--line）、按多边形分割（--points、--by），或按面积分割：给定方位角的线一侧为给定面积（--area、--bearing、--side）。"))

    @Argument(help: ArgumentHelp(say("The parcel.", "图斑。"))) var parcel: String
    @Option(help: ArgumentHelp(say("The line: \"x,y x,y …\".", "分割线：\"x,y x,y …\"。"), valueName: "places")) var line:
        String?
    @OptionGroup var drawn: DrawnInPlan
    @Option(help: ArgumentHelp(say("Square metres to split off.", "分出的面积（平方米）。"), valueName: "m2")) var area: String?
    @Option(
        help: ArgumentHelp(
            say("The line's bearing: degrees clockwise from grid north.", "分割线方位角：自坐标北顺时针的度数。"), valueName: "degrees"))
    var bearing: String?
    @Option(help: ArgumentHelp(say("Which side of it, looking along it.", "沿方位角方向看的左侧或右侧。"))) var side: Side = .left
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool { drawn.ground.by != nil }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(drawn.plan)
        let uid = try project.uids([parcel], layer: plan.base)[0]
        var notes: [String] = []
        let made = try project.split(
            uid, division(project, plan.id, context, &notes), in: plan.id, line: context.line)
        let sum = made.features.reduce(0) { $0 + $1.area }
        return try DraftReport.report(
            say(
                "Split parcel \(uid) into \(made.features.count): \(made.features.map { String($0.uid) }.joined(separator: ", ")), together \(Decimals.hundredths(sum)) m².",
                "图斑 \(uid) 已分割为 \(made.features.count) 个：\(made.features.map { String($0.uid) }.joined(separator: "、"))，合计 \(Decimals.hundredths(sum)) m²。"
            ), made, project, notes: notes)
    }

    private func division(_ project: Project, _ plan: Int64, _ context: Context, _ notes: inout [String]) throws
        -> Division
    {
        guard [line != nil, drawn.ground.isGiven, area != nil].filter({ $0 }).count == 1 else {
            throw Refusal(
                .usage, "How is it split? Give one of --line, --points, --by, or --area with --bearing.",
                "请给出一种分割方式：--line、--points、--by，或 --area 与 --bearing。")
        }
        if let line {
            let points = try Places.list(line, project, plan, &notes)
            guard points.count >= 2 else {
                throw Refusal(.usage, "A line takes two points or more.", "分割线至少需要两个点。")
            }
            return .along(Shape(line: points))
        }
        guard let area else { return .along(try drawn.ground.shape(project, plan: plan, context, notes: &notes)) }
        guard let metres = Double(area), metres > 0, let wanted = Area(squareMetres: metres) else {
            throw Refusal(
                .usage, "--area takes square metres above 0, not '\(area)'.", "--area 应为大于 0 的平方米数，不是“\(area)”。")
        }
        guard let bearing else {
            throw Refusal(
                .usage, "--area needs --bearing, the direction of the line: 0 runs north, 90 east.",
                "--area 须与 --bearing（分割线方位角，0 为北、90 为东）同用。")
        }
        return .area(Int64(wanted.hundredths), bearing: try PlaceText.bearing(bearing), isLeft: side == .left)
    }
}
