import ArgumentParser
import Documents
import Foundation
import Phrases
import Planning
import Store

/// What was decided, on one sheet.
struct ReviewSheet: Command {
    static let configuration = CommandConfiguration(
        commandName: "sheet", abstract: say("The decision sheet.", "决定书。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Option(help: ArgumentHelp(say("Which decision; the last unless given.", "决定编号；默认最后一项。"))) var decision: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        return .document(try CasePages(project.plan(plan), of: project).decisionSheet(decision))
    }
}

/// Everything that was said and found about a plan.
struct ReviewReport: Command {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: say("The review report, with all opinions and answers.", "审查报告（含全部意见及答复）。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        return .document(try CasePages(project.plan(plan), of: project).reviewReport())
    }
}

/// What the public is told.
struct ReviewBulletin: Command {
    static let configuration = CommandConfiguration(
        commandName: "bulletin", abstract: say("The bulletin of the public notice.", "公示公告。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        return .document(try CasePages(project.plan(plan), of: project).bulletin())
    }
}

extension Report {
    /// A document; a screen shows its plain text.
    static func document(_ page: Page) -> Report {
        var report = Report(
            title: page.title,
            picture: page.text().split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        report.document = page
        return report
    }
}

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: say("Write whole files.", "导出案卷。"), subcommands: [ExportCase.self])
}

/// The whole file of a case in one folder, or one archive.
struct ExportCase: Command {
    static let configuration = CommandConfiguration(
        commandName: "case", abstract: say("Write the file of a case, with a manifest of hashes.", "导出案卷及校验清单。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(help: ArgumentHelp(say("A folder that is not there yet, or NAME.tar.gz.", "尚不存在的文件夹，或 名称.tar.gz。")))
    var target: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try project.plan(plan)
        let files = try DocumentFolder.make(target, named: "case-\(plan.id)") { folder in
            try CaseFolder(plan, of: project).fill(&folder)
        }
        return Report(
            title: say(
                "Wrote the file of plan \(plan.id) to \(target): \(counted(files, "file")).",
                "已导出规划 \(plan.id) 的案卷到 \(target)：\(files) 个文件。"),
            notes: [DocumentFolder.howToCheck])
    }
}
