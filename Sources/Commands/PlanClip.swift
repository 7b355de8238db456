import ArgumentParser
import Geometry
import Phrases
import Planning
import Store

enum Kept: String, ExpressibleByArgument, CaseIterable {
    case inside, outside
}

/// Keeps of a zone or control line what lies inside of a boundary, or outside.
struct PlanClip: Command {
    static let configuration = CommandConfiguration(
        commandName: "clip", abstract: say("Clip a zone or control line.", "裁剪分区或控制线。"))
    @OptionGroup var drafted: DraftedFeature
    @OptionGroup var ground: Ground
    @Option(help: ArgumentHelp(say("Which part stays.", "保留的部分。"))) var keep: Kept = .inside
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool { ground.by != nil }

    func perform(in context: Context) throws -> Report {
        let (project, plan, uid) = try drafted.find(context)
        var notes: [String] = []
        let boundary = try ground.shape(project, plan: plan.id, context, notes: &notes)
        let made = try project.clip(uid, to: boundary, keepingInside: keep == .inside, in: plan.id, line: context.line)
        let area = Decimals.hundredths(made.features.first?.area ?? 0)
        return try DraftReport.report(
            say("Clipped \(uid): \(area) m² are left.", "已裁剪 \(uid)，剩余 \(area) m²。"), made, project, notes: notes)
    }
}

/// Draws the outline of a zone or control line inwards.
struct PlanShrink: Command {
    static let configuration = CommandConfiguration(
        commandName: "shrink", abstract: say("Shrink a zone or control line.", "收缩分区或控制线。"))
    @OptionGroup var drafted: DraftedFeature
    @Option(help: ArgumentHelp(say("By how many metres.", "收缩米数。"), valueName: "metres")) var by: Double
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let (project, plan, uid) = try drafted.find(context)
        let made = try project.shrink(uid, byMetres: by, in: plan.id, line: context.line)
        let area = Decimals.hundredths(made.features.first?.area ?? 0)
        return try DraftReport.report(
            say("Shrank \(uid): \(area) m² are left.", "已收缩 \(uid)，剩余 \(area) m²。"), made, project)
    }
}

/// Takes zones and control lines away.
struct PlanRemove: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: say("Remove zones or control lines.", "删除分区或控制线。"))
    @Argument(help: ArgumentHelp(say("Their numbers: 12 13 20-25.", "编号：12 13 20-25。"))) var features: [String]
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let uids = try project.uids(features, layer: nil)
        let made = try project.remove(uids, in: plan.id, line: context.line)
        let area = Decimals.hundredths(made.features.reduce(0) { $0 + $1.area })
        return Report(
            title: say(
                "Removed \(counted(made.features.count, "feature")): \(area) m².",
                "已删除 \(made.features.count) 个要素，共 \(area) m²。"))
    }
}
