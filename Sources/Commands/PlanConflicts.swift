import ArgumentParser
import Phrases
import Store

/// What other drafts say of a plan's parcels, and where its base has moved.
struct PlanConflicts: Command {
    static let configuration = CommandConfiguration(
        commandName: "conflicts",
        abstract: say("List parcels that other drafts touch, or whose base has changed.", "列出其他草案也涉及或底图已变的图斑。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 100
    @OptionGroup var common: CommonOptions

    func validate() throws { try Limits.check(limit) }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let conflicts = try project.conflicts(of: plan.id, limit: limit)
        var report = try ConflictSheet(conflicts, of: project).report
        report.title = try project.heading(of: plan)
        return report
    }
}

/// Conflicts with both sides, as they are shown.
struct ConflictSheet {
    let conflicts: [PlanConflict]
    let classes: [Int64: StoredClass]

    init(_ conflicts: [PlanConflict], of project: Project) throws {
        self.conflicts = conflicts
        classes = try project.classes()
    }

    var report: Report {
        Report(
            title: "",
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码"),
                .init("what", "What", "情况"), .init("other", "Other side", "对方"), .init("who", "Who", "何人"),
                .init("mine_class", "Mine", "本草案"), .init("mine_m2", "Area m²", "面积 m²", number: true),
                .init("theirs_class", "Theirs", "对方地类"), .init("theirs_m2", "Area m²", "面积 m²", number: true),
                .init("then_class", "Base then", "原底图"),
            ],
            rows: conflicts.map { conflict in
                let (what, other, who) = words(conflict.kind)
                return [
                    .integer(conflict.uid), .text(conflict.number), .text(what), .text(other), .text(who),
                    .text(code(conflict.mine)), .area(conflict.mine.area), .text(conflict.theirs.map(code) ?? "-"),
                    conflict.theirs.map { .area($0.area) } ?? .null, .text(conflict.then.map(code) ?? ""),
                ]
            }, notes: conflicts.isEmpty ? [say("No conflicts.", "没有冲突。")] : [])
    }

    private func code(_ side: PlanConflict.Side) -> String {
        side.class < 0
            ? say("removed", "删除") : classes[side.class].map { $0.id == 0 ? "-" : $0.code.description } ?? "-"
    }

    private func words(_ kind: PlanConflict.Kind) -> (what: String, other: String, who: String) {
        switch kind {
        case .draft(let plan, let title, let who): (say("drafted too", "他案也改"), "\(plan) \(title)", who)
        case .published(let plan, let title, let who):
            (say("planned by what is published", "已发布规划涉及"), "\(plan) \(title)", who)
        case .baseClass: (say("base class changed", "底图地类已变"), say("base", "底图"), "")
        case .baseOutline: (say("base outline changed", "底图图形已变"), say("base", "底图"), "")
        case .baseMoved: (say("base moved, to be taken over", "底图已变，可接收"), say("base", "底图"), "")
        case .gone: (say("gone from the base", "底图中已删除"), say("base", "底图"), "")
        case .superseded: (say("superseded in the base", "底图中已更替"), say("base", "底图"), "")
        case .leftBehind: (say("not in the new base", "新底图中无对应"), say("old base", "旧底图"), "")
        }
    }
}

/// Brings a plan up to date with its base.
struct PlanRebase: Command {
    static let configuration = CommandConfiguration(
        commandName: "rebase",
        abstract: say("Bring a plan up to date with its base, or put it on a newer survey.", "接收底图变化，或换到新的调查底图。"),
        discussion: say(
            "Takes over what says nothing against the draft and lists the rest; --keep settles the parcels that are named.",
            "无冲突的变化直接接收，其余逐条列出；用 --keep 就所列图斑作出取舍。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Argument(help: ArgumentHelp(say("Parcels to settle by --keep.", "用 --keep 取舍的图斑。"))) var parcels: [String] = []
    @Option(help: ArgumentHelp(say("The newer survey layer.", "新的调查图层。"), valueName: "layer")) var to: String?
    @Option(help: ArgumentHelp(say("Which side counts: mine or base.", "以哪一方为准：mine 或 base。"))) var keep: Project.Keep?
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (keep == nil) == parcels.isEmpty, to == nil || keep == nil else {
            throw Refusal(
                .usage, "--keep mine|base goes with the parcels that it is about: plan rebase 1 812 --keep mine.",
                "--keep mine|base 须与所取舍的图斑同用，如 plan rebase 1 812 --keep mine。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let result =
            if let to {
                try project.rebase(plan.id, to: project.layer(named: to), line: context.line)
            } else {
                try project.rebase(plan.id, keep: keep, uids: named(in: project, plan.id), line: context.line)
            }
        var report = try ConflictSheet(result.conflicts, of: project).report
        var parts: [String] = []
        if result.taken > 0 { parts.append(say("\(result.taken) brought up to date", "更新 \(result.taken) 个")) }
        if result.moot > 0 { parts.append(say("\(result.moot) fulfilled by the base", "底图已实现 \(result.moot) 个")) }
        if result.settled > 0 { parts.append(say("\(result.settled) settled", "取舍 \(result.settled) 个")) }
        parts.append(
            result.conflicts.isEmpty
                ? say("no conflicts left", "无剩余冲突")
                : say("\(counted(result.conflicts.count, "conflict")) left", "剩余冲突 \(result.conflicts.count) 个"))
        // On the screen the conflicts are walked through, and this is a step like any other.
        report.isStep = true
        report.title =
            say("Plan \(plan.id): ", "规划 \(plan.id)：") + parts.joined(separator: say(", ", "，")) + say(".", "。")
        return report
    }
}

extension PlanRebase {
    /// The parcels that are named. One that is gone from the base has no number left but its own.
    private func named(in project: Project, _ plan: Int64) throws -> Set<Int64> {
        guard !parcels.isEmpty else { return [] }
        let known = Set(try project.conflicts(of: plan).map(\.uid))
        let own = parcels.compactMap { Int64($0) }.filter(known.contains)
        let others = parcels.filter { word in Int64(word).map(known.contains) != true }
        return try Set(own).union(others.isEmpty ? [] : project.uids(others, layer: nil))
    }
}

extension Project.Keep: ExpressibleByArgument {}

extension StepOutcome {
    /// What a report says besides: what the boundary crosses, and which other drafts touch the same parcels.
    package var notes: [String] {
        let left =
            crossed == 0
            ? []
            : [
                say(
                    "The boundary crosses \(counted(crossed, "more parcel")), left alone; --cut splits them.",
                    "边界还穿过 \(crossed) 个图斑，未作改动；用 --cut 可先按边界分割。")
            ]
        return left
            + others.map { other in
                say(
                    "Plan \(other.plan) \(other.title) (\(other.who)) changes \(counted(other.count, "of these parcels", "of these parcels")) too, such as \(other.uid): 'plan conflicts \(plan ?? 0)' lists them.",
                    "规划 \(other.plan) \(other.title)（\(other.who)）也改动其中 \(other.count) 个图斑，如 \(other.uid)；可用 plan conflicts \(plan ?? 0) 列出。"
                )
            }
    }
}
