import ArgumentParser
import Canvas
import Foundation
import Phrases
import Planning
import Store

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: say("Draft plans.", "规划草案。"),
        subcommands: [
            PlanNew.self, PlanList.self, PlanShow.self, PlanOpen.self, SetClass.self, PlanSplit.self, PlanMerge.self,
            PlanZone.self, PlanVertex.self, PlanClip.self, PlanShrink.self, PlanRemove.self, PlanSetAttribute.self,
            PlanAttach.self,
            PlanBalance.self, PlanQuota.self, PlanTouched.self, PlanLog.self, PlanDiffCommand.self, PlanCopy.self,
            PlanCompare.self, PlanConflicts.self, PlanRebase.self, PlanImport.self, PlanExport.self, PlanCheck.self,
            PlanFindings.self, PlanAnswer.self,
        ])
}

extension PlanKind: ExpressibleByArgument {
    package init?(argument: String) { self.init(rawValue: argument) }
}

struct PlanNew: Command {
    static let configuration = CommandConfiguration(commandName: "new", abstract: say("Start a plan.", "新建规划。"))
    @Argument(help: ArgumentHelp(say("What it is called.", "规划名称。"))) var title: String
    @Option(help: ArgumentHelp(say("Its kind.", "规划类别。"))) var kind: PlanKind = .county
    @Option(help: ArgumentHelp(say("The survey layer it starts from; the newest unless named.", "底图图层；默认取最新调查图层。")))
    var base: String?
    @Option(help: ArgumentHelp(say("The planned-use layer that it amends.", "所修改的规划用途图层。"))) var planned: String?
    @Option(
        help: ArgumentHelp(say("A boundary file: the area that it is about.", "范围文件：规划涉及的范围。"), valueName: "file"),
        completion: .file()) var area: String?
    @Option(help: ArgumentHelp(say("A note.", "备注。"))) var note = ""
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layer = try base.map(project.layer(named:)) ?? project.newestSurvey()
        let use = try planned.map(project.layer(named:))
        if let use, use.role != .plannedUse {
            throw Refusal(
                .usage, "\(use.table) is no planned-use layer but \(use.role.name.english).",
                "\(use.table) 不是规划用途图层，而是\(use.role.name.chinese)。")
        }
        guard let layer else {
            throw Refusal(
                .noInput, "A plan starts from a survey layer, and the project has none: import one first.",
                "新建规划需要调查图层，项目中尚无；请先导入。")
        }
        guard layer.role == .parcels else {
            throw Refusal(
                .usage, "A plan starts from a survey layer; \(layer.table) is \(layer.role.name.english).",
                "新建规划须以调查图层为底图，而 \(layer.table) 是\(layer.role.name.chinese)。")
        }
        let boundary = try area.map { try BoundaryShape($0, for: project, context.progress) }
        let plan = try project.newPlan(
            title, kind: kind, base: layer, planned: use, area: boundary?.shape, note: note, line: context.line)
        return Report(
            title: say(
                "Plan \(plan.id) \(title) starts from \(layer.table).", "已新建规划 \(plan.id) \(title)，底图 \(layer.table)。"),
            notes: boundary?.notes ?? [], opensPlan: plan.id)
    }
}

struct PlanList: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List the plans.", "列出规划。"))
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layers = Dictionary(uniqueKeysWithValues: try project.layers().map { ($0.id, $0.table) })
        let workflow = try project.workflow()
        return Report(
            title: "",
            columns: [
                .init("plan", "Plan", "编号", number: true), .init("title", "Title", "名称"), .init("kind", "Kind", "类别"),
                .init("stage", "Stage", "阶段"), .init("owner", "Owner", "编制人"), .init("base", "Base", "底图"),
                .init("edited_parcels", "Edited", "改动图斑", number: true), .init("created", "Created", "新建时间"),
            ],
            rows: try project.plans().map { plan in
                [
                    .integer(plan.id), .text(plan.title), .text(plan.kind.name.description),
                    .text(workflow.stageName(of: plan)), .text(plan.owner),
                    .text(plan.base.flatMap { layers[$0] } ?? ""),
                    .integer(Int64(try project.editCount(in: plan.id))), .text(plan.created),
                ]
            })
    }
}

extension Project {
    /// What stands over everything that is told of a plan.
    func heading(of plan: Plan) throws -> String {
        "\(plan.id)  \(plan.title)  \(plan.kind.name)  \(try stageName(of: plan))"
    }
}

/// What a plan changes: area from class to class.
struct PlanShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show what a plan changes.", "查看规划改动。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let classes = try project.classes()
        let changes = try project.classChanges(in: plan.id)
        var notes: [String] = []
        if changes.isEmpty {
            let edits = try project.editCount(in: plan.id)
            notes.append(
                edits == 0
                    ? say("No changes yet.", "尚无改动。")
                    : say(
                        "No land changes its class; \(counted(edits, "feature is", "features are")) edited: 'plan touched' lists them.",
                        "没有地类变化；改动了 \(edits) 个要素，可用 plan touched 列出。"))
        }
        let fields = try project.fieldsSet(in: plan.id)
        if !fields.isEmpty {
            let english = fields.map { "\($0.field) of \(counted($0.count, "feature"))" }.joined(separator: ", ")
            let chinese = fields.map { "\($0.field)（\($0.count) 个要素）" }.joined(separator: "，")
            notes.append(say("Fields set: \(english).", "已设置属性：\(chinese)。"))
        }
        if let area = try project.area(of: plan) { notes.append(Self.told(area)) }
        if !plan.note.isEmpty { notes.append(say("Note: \(plan.note)", "备注：\(plan.note)")) }
        func side(_ id: Int64) -> [Report.Value] {
            [.text(id == 0 ? "-" : classes[id]?.code.description ?? ""), .text(classes[id]?.name.description ?? "")]
        }
        return Report(
            title: try project.heading(of: plan),
            columns: [
                .init("from_class", "From", "现状地类"), .init("from_name", "Name", "名称"),
                .init("to_class", "To", "规划地类"), .init("to_name", "Name", "名称"),
                .init("parcels", "Parcels", "图斑数", number: true), .init("area_m2", "Area m²", "面积 m²", number: true),
            ],
            rows: changes.map { side($0.from) + side($0.to) + [.integer($0.count), .area($0.area)] },
            notes: notes, picture: try Self.timeline(plan, project))
    }
}

extension PlanShow {
    private static func told(_ area: PlanArea) -> String {
        let size = String(format: "%.2f", area.squareMetres / 10_000)
        guard !area.outside.isEmpty else {
            return say("It is about an area of \(size) ha; nothing changes outside of it.", "规划范围 \(size) 公顷，范围外没有改动。")
        }
        let list = area.outside.prefix(6).map(String.init).joined(separator: " ") + (area.outside.count > 6 ? " …" : "")
        return say(
            "It is about an area of \(size) ha; \(area.outside.count) of \(counted(area.changed, "changed feature")) \(area.outside.count == 1 ? "reaches" : "reach") out of it: \(list).",
            "规划范围 \(size) 公顷；改动的 \(area.changed) 个要素中有 \(area.outside.count) 个超出范围：\(list)。")
    }

    /// The life of the plan, a line a step, with a rail that runs from one to the next.
    static func timeline(_ plan: Plan, _ project: Project) throws -> [String] {
        let steps = try CasePages(plan, of: project).timeline()
        return steps.enumerated().map { index, step in
            let sign = index == steps.count - 1 ? "o" : "|"
            return cleanedForShell("\(sign) \(CasePages.minute(step.time))  \(step.who)  \(step.what)")
        }
    }
}

/// Opens a plan on the screen.
struct PlanOpen: Command {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: say("Open a plan on the screen.", "在屏幕上打开规划。"))
    @Argument(help: ArgumentHelp(say("The plan's number; 0 is the base.", "规划编号；0 为现状底图。"))) var plan: Int64
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        guard plan != 0 else {
            return Report(title: say("The base is open.", "已返回现状底图。"), opensPlan: 0)
        }
        let plan = try context.project().plan(plan)
        return Report(
            title: say("Plan \(plan.id) \(plan.title) is open.", "已打开规划 \(plan.id) \(plan.title)。"), opensPlan: plan.id)
    }
}

struct Undo: Command {
    static let configuration = CommandConfiguration(
        commandName: "undo", abstract: say("Take back your last step in a plan.", "撤销本人在规划中的上一步。"))
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool {
        try context.project().isNextStepLarge(in: context.plan(plan).id, undoing: true)
    }

    func perform(in context: Context) throws -> Report {
        let outcome = try context.project().undo(in: context.plan(plan).id, line: context.line)
        return Report(
            title: say(
                "Took back: \(outcome.line) (\(counted(outcome.count, "parcel"))).",
                "已撤销：\(outcome.line)（\(outcome.count) 个图斑）。"))
    }
}

struct Redo: Command {
    static let configuration = CommandConfiguration(
        commandName: "redo", abstract: say("Make the step again that was taken back.", "重做刚撤销的一步。"))
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool {
        try context.project().isNextStepLarge(in: context.plan(plan).id, undoing: false)
    }

    func perform(in context: Context) throws -> Report {
        let outcome = try context.project().redo(in: context.plan(plan).id, line: context.line)
        return Report(
            title: say(
                "Made again: \(outcome.line) (\(counted(outcome.count, "parcel"))).",
                "已重做：\(outcome.line)（\(outcome.count) 个图斑）。")
        )
    }
}
