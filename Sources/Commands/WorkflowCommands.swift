import ArgumentParser
import Phrases
import Planning
import Store

struct WorkflowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workflow", abstract: say("Stages and steps of plans, and the calendar.", "审批流程与工作日历。"),
        subcommands: [WorkflowShow.self, WorkflowTableCommand.self, WorkflowReplace.self, WorkflowCalendar.self])
}

struct WorkflowShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show the stages of a kind of plan.", "查看某类规划的流程。"))
    @Argument(help: ArgumentHelp(say("The kind of plan.", "规划类别。"))) var kind: PlanKind = .county
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let workflow = try context.project().workflow()
        let stages = workflow.stages[kind] ?? []
        let names = Dictionary(uniqueKeysWithValues: stages.map { ($0.id, $0.name) })
        var rows: [[Report.Value]] = []
        for stage in stages {
            for step in stage.steps {
                rows.append([
                    .text(stage.id), .text(stage.name.description), .text(step.id), .text(step.name.description),
                    .text(step.to), .text(names[step.to]?.description ?? ""),
                    .text(step.roles.map(\.name.description).joined(separator: say(" or ", "或"))),
                    .text(step.level?.name.description ?? ""),
                    .text(step.needs.map(\.text).joined(separator: " ")), .integer(Int64(step.signatures)),
                    stage.days.map { .integer(Int64($0)) } ?? .null, .text(stage.basis),
                ])
            }
            if stage.steps.isEmpty {
                rows.append(
                    [.text(stage.id), .text(stage.name.description)] + Array(repeating: .null, count: 9)
                        + [.text(stage.basis)])
            }
        }
        return Report(
            title: kind.name.description,
            columns: [
                .init("stage", "Stage", "阶段"), .init("stage_name", "Name", "名称"), .init("step", "Step", "步骤"),
                .init("step_name", "Name", "名称"), .init("to", "To", "转至"), .init("to_name", "Name", "名称"),
                .init("role", "Who", "经办"), .init("level", "Level", "层级"), .init("needs", "Needs", "条件"),
                .init("signatures", "Signatures", "签名数", number: true),
                .init("days", "Working days", "时限（工作日）", number: true), .init("basis", "Basis", "依据"),
            ], rows: rows)
    }
}

/// The table itself, to be changed and put back.
struct WorkflowTableCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: say("Print the table, to be edited.", "输出流程表以便修改。"))
    @Flag(help: ArgumentHelp(say("The calendar instead.", "改为输出日历表。"))) var calendar = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let text = try context.project().rulebookText(calendar ? .calendar : .workflow)
        return Report(title: "", picture: text.split(separator: "\n").map(String.init))
    }
}

struct WorkflowReplace: Command {
    static let configuration = CommandConfiguration(
        commandName: "replace", abstract: say("Put the bureau's own table in its place.", "启用本单位的流程表。"))
    @Argument(
        help: ArgumentHelp(say("A CSV as 'workflow table' prints it.", "CSV 表，格式同 workflow table 输出。")),
        completion: .file(extensions: ["csv"])) var file: String
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let workflow = try tableFrom(file) { try Workflow(csv: $0, file: $1) }
        // A plan must not be left at a stage that there is no longer.
        for plan in try project.plans() where workflow.stage(plan.stage, of: plan.kind) == nil {
            throw Refusal(
                .notAllowed,
                "\(file) has no stage \(plan.stage) for \(plan.kind.rawValue), where plan \(plan.id) \(plan.title) is.",
                "\(file) 中 \(plan.kind.rawValue) 没有阶段 \(plan.stage)，而规划 \(plan.id) \(plan.title) 正处于该阶段。")
        }
        try context.sign(project.prepareRulebook(.workflow, text: tableText(of: file)), signing) {
            try project.keep($0, signature: $1, line: context.line)
        }
        let count = workflow.stages.values.reduce(0) { $0 + $1.count }
        return Report(
            title: say("The project's workflow is replaced: \(counted(count, "stage")).", "流程表已替换：共 \(count) 个阶段。"))
    }
}

struct WorkflowCalendar: Command {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: say("Give the public holidays.", "设定法定节假日。"))
    @Argument(
        help: ArgumentHelp(say("A CSV: first, last, is (rest or work).", "CSV 表：first, last, is（rest 或 work）。")),
        completion: .file(extensions: ["csv"])) var file: String
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let calendar = try tableFrom(file) { try WorkCalendar(csv: $0, file: $1) }
        try context.sign(project.prepareRulebook(.calendar, text: tableText(of: file)), signing) {
            try project.keep($0, signature: $1, line: context.line)
        }
        return Report(
            title: say("Holidays are known to the end of \(calendar.lastYear).", "节假日已知至 \(calendar.lastYear) 年底。"))
    }
}
