import ArgumentParser
import Foundation
import Phrases
import Planning
import Store

struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: say("Review and approval.", "审查与审批。"),
        subcommands: [
            ReviewQueueCommand.self, ReviewStep.self, ReviewShow.self, ReviewMove.self, ReviewItems.self,
            ReviewLook.self,
            ReviewComment.self, ReviewRemarks.self, ReviewResolve.self, ReviewOpinion.self, ReviewAnswer.self,
            ReviewOpinions.self, ReviewDocument.self, ReviewAssign.self, ReviewSheet.self, ReviewReport.self,
            ReviewBulletin.self,
        ])
}

struct ReviewQueueCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: say("What waits for me.", "待我办理的规划。"))
    @Flag(help: ArgumentHelp(say("Also what waits for others.", "包括他人待办。"))) var all = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let queue = try project.reviewQueue(all: all)
        let hidden = queue.total - queue.plans.count
        var notes = try project.returnedPlans().map(\.told)
        if hidden > 0 {
            notes.append(
                say(
                    "\(counted(hidden, "plan")) on the way that wait for others: 'review queue --all'.",
                    "另有 \(hidden) 个规划由他人办理：review queue --all。"))
        }
        return Report(
            title: say(
                "\(counted(queue.waiting, "plan")) for you\(queue.overdue > 0 ? ", \(queue.overdue) overdue" : "").",
                "待办 \(queue.waiting) 件\(queue.overdue > 0 ? "，逾期 \(queue.overdue) 件" : "")。"),
            columns: [
                .init("plan", "Plan", "编号", number: true), .init("title", "Title", "名称"), .init("kind", "Kind", "类别"),
                .init("stage", "Stage", "阶段"), .init("due", "Due", "期限"),
                .init("days_left", "Days left", "剩余工作日", number: true), .init("severity", "Gravest", "问题等级"),
                .init("seen", "Seen", "已看", number: true), .init("changes", "Changes", "改动", number: true),
                .init("objections", "Objections", "异议", number: true), .init("owner", "Owner", "编制人"),
                .init("assigned", "Assigned", "经办人"),
            ],
            rows: queue.plans.map { row in
                [
                    .integer(row.plan.id), .text(row.plan.title), .text(row.plan.kind.name.description),
                    .text(row.stage.name.description), row.due.map { .text(WorkCalendar.text($0)) } ?? .null,
                    row.left.map { .integer(Int64($0)) } ?? .null, .text(row.severity?.name.description ?? ""),
                    .integer(Int64(row.seen)), .integer(Int64(row.changes)), .integer(Int64(row.objections)),
                    .text(row.plan.owner), .text(row.assigned ?? ""),
                ]
            }, notes: notes)
    }
}

/// Where a plan stands: the steps that lead on, and what each still needs.
struct ReviewShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Which steps lead on, and what they need.", "查看可办理的步骤及所缺条件。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let steps = try project.openSteps(of: plan.id)
        return Report(
            title: try project.heading(of: plan),
            columns: [
                .init("step", "Step", "步骤"), .init("name", "Name", "名称"), .init("to", "To", "转至"),
                .init("who", "Who", "经办"), .init("signed", "Signed", "签名"), .init("open", "Open to you", "可办理"),
                .init("obstacle", "What stands in the way", "所缺条件"),
            ],
            rows: steps.map { open in
                let role = open.step.roles.map(\.name.description).joined(separator: say(" or ", "或"))
                return [
                    .text(open.step.id), .text(open.step.name.description), .text(open.step.to),
                    .text(
                        [open.step.level?.name.description ?? "", role].filter { !$0.isEmpty }.joined(separator: " ")),
                    .flag(open.step.isDecision), .flag(open.obstacle == nil),
                    .text(open.obstacle?.description ?? ""),
                ]
            },
            notes: steps.isEmpty
                ? [say("No step leads on from here.", "没有后续步骤。")]
                : steps.compactMap { open in open.note(on: plan.id).map { "\(open.step.name): \($0)" } })
    }
}

/// Takes a step; a decision is signed.
struct ReviewMove: Command {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: say("Take a step: submit, endorse, return, approve …", "办理：提交、审查通过、退回、批准等。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(
        help: ArgumentHelp(
            say("The step, as 'review show' names it; or take-back.", "步骤名，见 review show；或 take-back 撤回。")))
    var step: String
    @Option(help: ArgumentHelp(say("Why: a code.", "理由代码。"), valueName: "code")) var reason = ""
    @Option(help: ArgumentHelp(say("Why, in words.", "理由说明。"))) var text = ""
    @Option(name: .customLong("from"), help: ArgumentHelp(say("A notice's first day.", "公示开始日期。"), valueName: "day"))
    var first = ""
    @Option(name: .customLong("until"), help: ArgumentHelp(say("A notice's last day.", "公示结束日期。"), valueName: "day"))
    var last = ""
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    static var isSlow: Bool { true }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let request = MoveRequest(
            plan: plan, step: step, reasonCode: reason, reason: text, firstDay: first, lastDay: last)
        let open = try project.openSteps(of: plan).first { $0.step.id == step }
        let move = try project.prepare(request)
        var signature = ""
        if move.event.isDecision {
            signature = try SSHSignature.sign(
                move.statement.text, publicKey: move.key, file: signing.key, mayAsk: context.mayAsk)
        }
        let event = try project.commit(move, signature: signature, line: context.line)
        let workflow = try project.workflow()
        let kind = try project.plan(plan).kind
        let stage = workflow.stage(event.to, of: kind)?.name ?? Phrase(event.to, event.to)
        let name = move.step?.name ?? Phrase("take back", "撤回")
        var notes: [String] = []
        if !event.firstDay.isEmpty {
            notes.append(
                say("Notice from \(event.firstDay) to \(event.lastDay).", "公示期：\(event.firstDay) 至 \(event.lastDay)。"))
        }
        if move.awaited > 0 {
            notes.append(say("\(counted(move.awaited, "signature")) more are needed.", "还需 \(move.awaited) 人签署。"))
        }
        if let note = open?.note(on: plan) { notes.append(note.description) }
        var report = Report(
            title: say(
                "Plan \(plan): \(name.english); it is at ‘\(stage.english)’.",
                "规划 \(plan)：\(name.chinese)；现处于“\(stage.chinese)”。"),
            notes: notes)
        report.movesPlan = plan
        return report
    }
}

/// The changes as a reviewer goes through them.
struct ReviewItems: Command {
    static let configuration = CommandConfiguration(
        commandName: "items", abstract: say("The changes, those to look at first.", "逐项列出改动，待看的在前。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let items = try project.reviewItems(of: plan)
        let classes = try project.classes()
        return Report(
            title: try project.reviewProgress(of: plan.id, items).description,
            columns: [
                .init("uid", "Parcel", "图斑", number: true), .init("number", "Number", "编号"),
                .init("from_class", "From", "原地类"), .init("to_class", "To", "规划地类"),
                .init("area_m2", "Area m²", "面积 m²", number: true), .init("look", "You", "您的意见"),
                .init("changed", "Changed since", "查看后有变"), .init("findings", "Findings", "问题", number: true),
                .init("remarks", "Comments", "评论", number: true), .init("what", "What", "内容"),
            ],
            rows: items.map { item in
                let look: Phrase? =
                    switch item.look {
                    case .seen: Phrase("seen", "已看")
                    case .accepted: Phrase("accepted", "同意")
                    case .objected: Phrase("objected", "异议")
                    case nil: nil
                    }
                return [
                    .integer(item.touched.uid), .text(item.touched.number),
                    .text(item.touched.from.flatMap { classes[$0]?.code.description } ?? ""),
                    .text(item.touched.to.flatMap { classes[$0]?.code.description } ?? ""), .area(item.touched.area),
                    .text(look?.description ?? ""), .flag(item.isChanged), .integer(Int64(item.findings)),
                    .integer(Int64(item.remarks)),
                    .text(item.touched.deeds.map(\.description).joined(separator: say(", ", "，"))),
                ]
            })
    }
}

/// Marks changes as looked at.
struct ReviewLook: Command {
    static let configuration = CommandConfiguration(
        commandName: "look", abstract: say("Mark changes as seen or accepted.", "标记为已看或同意。"))
    @Argument(help: ArgumentHelp(say("Parcels: 12 13 20-25.", "图斑：12 13 20-25。"))) var parcels: [String] = []
    @Flag(help: ArgumentHelp(say("Accept them.", "同意。"))) var accept = false
    @Flag(
        name: .customLong("without-findings"),
        help: ArgumentHelp(say("Every change without finding or comment.", "所有无问题且无评论的改动。"))) var clean = false
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let items = try project.reviewItems(of: plan)
        let uids: [Int64]
        if clean {
            if let obstacle = try project.notChecked(plan.id) {
                throw Refusal(
                    .notAllowed, "Nothing was accepted: \(obstacle.english).", "未同意任何改动：\(obstacle.chinese)。")
            }
            uids = items.filter { $0.findings == 0 && $0.remarks == 0 && $0.look != .objected }.map(\.touched.uid)
        } else {
            uids = try project.uids(parcels, layer: plan.base)
            let known = Set(items.map(\.touched.uid))
            if let other = uids.first(where: { !known.contains($0) }) {
                throw Refusal(
                    .noInput, "Plan \(plan.id) does not change parcel \(other).", "规划 \(plan.id) 未修改图斑 \(other)。")
            }
        }
        try project.look(at: uids, in: plan.id, accept ? .accepted : .seen)
        let progress = try project.reviewProgress(of: plan.id, project.reviewItems(of: plan))
        return Report(
            title: accept
                ? say("Accepted \(counted(uids.count, "change")).", "已同意 \(uids.count) 处改动。")
                : say("Seen: \(counted(uids.count, "change")).", "已看 \(uids.count) 处改动。"), notes: [progress.description]
        )
    }
}
