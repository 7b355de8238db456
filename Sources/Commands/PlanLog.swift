import ArgumentParser
import Phrases
import Store

/// Each step of a plan as its command line.
struct PlanLog: Command {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: say("List a plan's steps, newest first.", "列出规划的各步操作，最新在前。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 100
    @Option(help: ArgumentHelp(say("Only steps before this one.", "只列此步之前的。"), valueName: "step")) var before: Int64?
    @OptionGroup var common: CommonOptions

    func validate() throws { try Limits.check(limit) }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let steps = try project.steps(of: plan.id, limit: limit, before: before)
        return try .page(
            of: plan, in: project,
            columns: [
                .init("step", "Step", "步", number: true), .init("time", "Time", "时间"), .init("who", "Who", "操作人"),
                .init("state", "State", "状态"), .init("parcels", "Parcels", "图斑数", number: true),
                .init("line", "Line", "命令行"),
            ],
            rows: steps.map { step in
                [
                    .integer(step.step), .text(step.time), .text(step.who),
                    .text(step.isUndone ? say("undone", "已撤销") : say("done", "有效")), .integer(Int64(step.parcels)),
                    .text(step.line),
                ]
            }, none: before == nil ? say("No steps yet.", "尚无操作。") : nil,
            next: steps.count < limit ? nil : steps.last.flatMap { $0.step > 1 ? "--before \($0.step)" : nil })
    }
}

extension Report {
    /// A page of a long list about a plan.
    ///
    /// - Parameters:
    ///   - none: what is said when the list is empty.
    ///   - next: the words that ask for the next page; nil on the last one.
    fileprivate static func page(
        of plan: Plan, in project: Project, columns: [Column], rows: [[Value]], none: String?, next: String?
    ) throws -> Report {
        var notes: [String] = []
        if rows.isEmpty, let none { notes.append(none) }
        if let next { notes.append(say("More: \(next)", "更多：\(next)")) }
        return Report(
            title: try project.heading(of: plan), columns: columns, rows: rows,
            notes: notes)
    }
}

/// How many rows a list may have.
enum Limits {
    static func check(_ limit: Int) throws {
        guard limit > 0, limit <= 1_000_000 else {
            throw Refusal(.usage, "--limit takes 1 to 1000000.", "--limit 取值 1 到 1000000。")
        }
    }
}

/// The parcels that a plan touched, with what happened to each.
struct PlanTouched: Command {
    static let configuration = CommandConfiguration(
        commandName: "touched", abstract: say("List what a plan has touched.", "列出规划涉及的图斑。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 100
    @Option(help: ArgumentHelp(say("Go on after this parcel.", "从此图斑之后继续。"), valueName: "parcel")) var after: Int64?
    @OptionGroup var common: CommonOptions

    func validate() throws { try Limits.check(limit) }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let touched = try project.touched(by: plan.id, after: after, limit: limit)
        let classes = try project.classes()
        let layers = Dictionary(uniqueKeysWithValues: try project.layers().map { ($0.id, $0.table) })
        func code(_ id: Int64?) -> Report.Value {
            .text(id.flatMap { $0 == 0 ? nil : classes[$0]?.code.description } ?? "-")
        }
        return try .page(
            of: plan, in: project,
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码"),
                .init("layer", "Layer", "图层"), .init("what", "What", "改动"), .init("from_class", "From", "原地类"),
                .init("to_class", "To", "规划地类"), .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("step", "Step", "步", number: true), .init("who", "Who", "操作人"),
            ],
            rows: touched.map { one in
                [
                    .integer(one.uid), .text(one.number), .text(layers[one.layer] ?? ""),
                    .text(one.deeds.map(\.description).joined(separator: ", ")), code(one.from), code(one.to),
                    .area(one.area), .integer(one.step), .text(one.who),
                ]
            }, none: after == nil ? say("No changes yet.", "尚无改动。") : nil,
            next: touched.count < limit ? nil : touched.last.map { "--after \($0.uid)" })
    }
}
