import ArgumentParser
import Phrases
import Planning
import Store

/// Merges parcels that share edges.
struct PlanMerge: Command {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: say("Merge parcels into one.", "合并图斑。"))
    @Argument(help: ArgumentHelp(say("Parcels: 12 13 20-25.", "图斑：12 13 20-25。"))) var parcels: [String]
    @Option(help: ArgumentHelp(say("The class of the whole, where theirs differ.", "合并后的地类；地类不一时必填。"))) var to:
        LandUseCode?
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let uids = try project.uids(parcels, layer: plan.base)
        let made = try project.merge(uids, to: to, in: plan.id, line: context.line)
        let whole = made.features.first
        return try DraftReport.report(
            say(
                "Merged \(uids.count) parcels into \(whole?.uid ?? 0): \(Decimals.hundredths(whole?.area ?? 0)) m².",
                "已将 \(uids.count) 个图斑合并为 \(whole?.uid ?? 0)，面积 \(Decimals.hundredths(whole?.area ?? 0)) m²。"), made,
            project)
    }
}
