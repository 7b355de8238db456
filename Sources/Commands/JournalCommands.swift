import ArgumentParser
import Phrases
import Store

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: say("Who did what, when.", "操作日志。"),
        subcommands: [JournalList.self, JournalVerify.self])
}

struct JournalList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the newest entries.", "列出最近的日志。"))
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 50
    @Option(help: ArgumentHelp(say("Of this plan only.", "只看此规划。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let entries = try context.project().journal(limit: max(1, limit), plan: plan)
        return Report(
            title: "",
            columns: [
                .init("entry", "Entry", "序号", number: true), .init("time", "Time", "时间"), .init("who", "Who", "操作人"),
                .init("kind", "Kind", "类型"), .init("plan", "Plan", "规划", number: true),
                .init("step", "Step", "步", number: true), .init("line", "Line", "命令"), .init("detail", "Detail", "说明"),
            ],
            rows: entries.map { entry in
                [
                    .integer(entry.id), .text(entry.time), .text(entry.who), .text(entry.kind.rawValue),
                    entry.plan.map { .integer($0) } ?? .null, entry.step.map { .integer($0) } ?? .null,
                    .text(entry.line), .text(entry.detail),
                ]
            })
    }
}

/// Proves the chain of hashes.
struct JournalVerify: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: say("Prove that no entry was changed.", "校验日志未被改动。"))
    static var isSlow: Bool { true }
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let (rows, broken) = try project.verifyJournal()
        if let broken {
            return Report(
                title: say("Entry \(broken) of the journal is not what was written.", "日志第 \(broken) 条与原始记录不符。"),
                status: 1)
        }
        let head = try project.journalHead()
        if let beside = project.headBeside(), let head, try project.isJournalCut() {
            return Report(
                title: say(
                    "The head beside the file names entry \(beside.id), which is not in the journal (it ends at \(head.id)): its tail was cut, or the file was put back to an older state. Remove \(project.headFile) once that is cleared up.",
                    "文件旁的记录为第 \(beside.id) 条，与日志（止于第 \(head.id) 条）不符：尾部被截断，或文件被还原为旧版本。查明后请删除 \(project.headFile)。"),
                status: 1)
        }
        return Report(
            title: say("The journal is whole: \(rows) entries.", "日志完整：共 \(rows) 条。"),
            notes: head.map { ["\($0.id) \($0.hash)"] } ?? [])
    }
}
