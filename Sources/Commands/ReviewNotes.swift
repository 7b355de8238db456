import ArgumentParser
import Foundation
import Geometry
import Phrases
import Planning
import Store

extension OpinionParty: ExpressibleByArgument {}
extension CaseDocument: ExpressibleByArgument {}

/// Says something about a plan, or objects to it.
struct ReviewComment: Command {
    static let configuration = CommandConfiguration(
        commandName: "comment", abstract: say("Comment or object.", "评论或提出异议。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(help: ArgumentHelp(say("The comment.", "内容。"))) var text: String
    @Option(help: ArgumentHelp(say("On this parcel.", "针对图斑。"))) var parcel: String?
    @Option(help: ArgumentHelp(say("On this step.", "针对某一步。"))) var step: Int64?
    @Option(help: ArgumentHelp(say("On this finding of the last run.", "针对检查结果编号。"))) var finding: Int64?
    @Option(help: ArgumentHelp(say("At this place, such as x,y.", "针对位置，如 x,y。"), valueName: "place")) var at: String?
    @Option(help: ArgumentHelp(say("Answers this thread.", "回复某条评论。"), valueName: "number")) var reply: Int64?
    @Flag(help: ArgumentHelp(say("It is an objection: to be resolved before the plan goes on.", "作为异议：解决后规划方可继续。")))
    var object = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try project.plan(plan)
        guard [parcel != nil, step != nil, finding != nil, at != nil, reply != nil].count(where: { $0 }) <= 1 else {
            throw Refusal(
                .usage, "A comment hangs on one thing: a parcel, a step, a finding, a place or a thread.",
                "评论只能针对一个对象：图斑、步骤、问题、位置或另一条评论。")
        }
        var notes: [String] = []
        var target = RemarkTarget.plan
        if let parcel { target = .parcel(try project.uids([parcel], layer: plan.base)[0]) }
        if let step { target = .step(step) }
        if let finding {
            let found = try project.finding(finding).finding
            target = .finding(rule: found.rule.id, uid: found.uid)
        }
        if let at { target = .place(try Places.one(at, project, plan.id, &notes)) }
        let id = try project.addRemark(
            text, isObjection: object, on: target, of: plan.id, thread: reply, line: context.line)
        if object, case .parcel(let uid) = target { try project.look(at: uid, in: plan.id, .objected) }
        return Report(
            title: object && reply == nil
                ? say("Objection \(id) on \(target.description).", "已对\(target.description)提出异议 \(id)。")
                : say("Comment \(id) on \(target.description).", "已评论\(target.description)（\(id)）。"), notes: notes)
    }
}

struct ReviewRemarks: Command {
    static let configuration = CommandConfiguration(
        commandName: "remarks", abstract: say("List comments and objections.", "列出评论和异议。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let remarks = try project.remarks(on: plan.id)
        return Report(
            title: try project.heading(of: plan),
            columns: [
                .init("remark", "Number", "编号", number: true), .init("thread", "Answers", "回复", number: true),
                .init("time", "Time", "时间"), .init("who", "Who", "提出人"), .init("kind", "Kind", "类型"),
                .init("on", "On", "针对"), .init("resolved", "Resolved", "已解决"), .init("text", "Text", "内容"),
            ],
            rows: remarks.map { remark in
                [
                    .integer(remark.id), remark.thread.map { .integer($0) } ?? .null, .text(remark.time),
                    .text(remark.who),
                    .text(remark.isObjection ? say("objection", "异议") : say("comment", "评论")),
                    .text(remark.target.description), remark.thread == nil ? .flag(remark.isEnded) : .null,
                    .text(remark.text),
                ]
            })
    }
}

struct ReviewResolve: Command {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: say("Say that your comment is dealt with.", "标记本人的评论为已解决。"))
    @Argument(help: ArgumentHelp(say("Its number.", "评论编号。"))) var remark: Int64
    @Flag(help: ArgumentHelp(say("Open it again.", "重新打开。"))) var reopen = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        try context.project().endRemark(remark, ended: !reopen, line: context.line)
        return Report(
            title: reopen
                ? say("Remark \(remark) is open again.", "评论 \(remark) 已重新打开。")
                : say("Remark \(remark) is resolved.", "评论 \(remark) 已解决。"))
    }
}

/// Takes down what an expert, a department or somebody of the public said.
struct ReviewOpinion: Command {
    static let configuration = CommandConfiguration(
        commandName: "opinion", abstract: say("Take down an opinion.", "登记意见。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(help: ArgumentHelp(say("What was said.", "意见内容。"))) var text: String
    @Option(help: ArgumentHelp(say("Who: expert, department, public.", "来源：expert、department、public。")))
    var party: OpinionParty
    @Option(help: ArgumentHelp(say("Their name.", "名称。"))) var name: String
    @Option(help: ArgumentHelp(say("The day on which it came.", "收到日期。"), valueName: "day")) var received = ""
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        guard received.isEmpty || WorkCalendar.day(received) != nil else {
            throw Refusal(
                .usage, "\(received) is not a day such as 2026-01-31.", "\(received) 不是日期，应如 2026-01-31。")
        }
        let id = try context.project().addOpinion(
            text, of: party, name: name, received: received, on: plan, line: context.line)
        return Report(title: say("Opinion \(id) of \(name).", "已登记 \(name) 的意见 \(id)。"))
    }
}

struct ReviewAnswer: Command {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: say("Answer an opinion.", "答复意见。"))
    @Argument(help: ArgumentHelp(say("Its number.", "意见编号。"))) var opinion: Int64
    @Argument(help: ArgumentHelp(say("adopted, partly or declined.", "adopted（采纳）、partly（部分采纳）或 declined（不采纳）。")))
    var answer: String
    @Option(help: ArgumentHelp(say("Why.", "理由。"))) var text: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        try context.project().answerOpinion(opinion, answer, reason: text, line: context.line)
        let name = Opinion.answerName(answer)
        return Report(
            title: say("Opinion \(opinion): \(name.english).", "意见 \(opinion)：\(name.chinese)。"))
    }
}

struct ReviewOpinions: Command {
    static let configuration = CommandConfiguration(
        commandName: "opinions", abstract: say("List opinions and their answers.", "列出意见及答复。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        return Report(
            title: try project.heading(of: plan),
            columns: [
                .init("opinion", "Number", "编号", number: true), .init("party", "Of", "来源"), .init("name", "Name", "名称"),
                .init("received", "Received", "收到日期"), .init("text", "What was said", "意见"),
                .init("answer", "Answer", "答复"), .init("reason", "Why", "理由"), .init("answered_by", "By", "答复人"),
            ],
            rows: try project.opinions(of: plan.id).map { opinion in
                [
                    .integer(opinion.id), .text(opinion.party.name.description), .text(opinion.name),
                    .text(opinion.received), .text(opinion.text),
                    .text(opinion.answer.map { Opinion.answerName($0).description } ?? ""),
                    .text(opinion.answerReason), .text(opinion.answeredBy),
                ]
            })
    }
}

/// Puts a document into the file of the case.
struct ReviewDocument: Command {
    static let configuration = CommandConfiguration(
        commandName: "document", abstract: say("Add a document to the case.", "向案卷添加文件。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(help: ArgumentHelp(say("The file.", "文件。")), completion: .file()) var file: String
    @Option(
        help: ArgumentHelp(
            say(
                "What it is: \(CaseDocument.allCases.map(\.rawValue).joined(separator: ", ")).",
                "类型：\(CaseDocument.allCases.map(\.rawValue).joined(separator: "、"))。"))) var kind: CaseDocument = .other
    @Option(help: ArgumentHelp(say("What it is called.", "标题。"))) var title: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let name = title ?? (file as NSString).lastPathComponent
        let content = try PlanAttach.bytes(of: file)
        let id = try context.project().addDocument(name, kind: kind, content: content, to: plan, line: context.line)
        return Report(
            title: say("Document \(id), \(kind.name.english): \(name).", "已添加\(kind.name.chinese) \(id)：\(name)。"))
    }
}

struct ReviewAssign: Command {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: say("Give a plan to somebody, or take it back.", "指派、移交或收回经办人。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(help: ArgumentHelp(say("To whom; nobody to take it back.", "经办人登录名；省略则收回。"))) var login: String = ""
    @Option(help: ArgumentHelp(say("A note.", "备注。"))) var note = ""
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        try context.project().assign(plan, to: login, note: note, line: context.line)
        return Report(
            title: login.isEmpty
                ? say("Plan \(plan) is for whoever takes it.", "规划 \(plan) 不再指定经办人。")
                : say("Plan \(plan) is for \(login).", "规划 \(plan) 由 \(login) 办理。"))
    }
}
