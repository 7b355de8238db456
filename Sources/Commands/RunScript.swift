import ArgumentParser
import Foundation
import Phrases
import Store

/// Performs the lines of a file, one after another; stops at the first that fails.
struct RunScript: Command {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: say("Perform the lines of a file.", "执行命令文件。"))
    static var isSlow: Bool { true }
    static var needsProject: Bool { false }

    @Argument(
        help: ArgumentHelp(
            say("The file: a command a line, # starts a comment.", "命令文件：每行一条，# 起为注释。"), valueName: "script"))
    var script: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        guard let text = try? String(contentsOfFile: script, encoding: .utf8) else {
            throw Refusal(.noInput, "The script \(script) cannot be read.", "无法读取命令文件 \(script)。")
        }
        var said: [String] = []
        var done = 0
        var status: Int32 = 0
        var opensPlan = context.openPlan
        // To open a project takes longer than most lines do.
        var kept: (path: String, project: Project)?
        defer { try? kept?.project.close() }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, raw) in lines.enumerated() {
            try context.progress.tell(index, of: lines.count, String(raw))
            let words = try Words.split(Self.withoutComment(String(raw)))
            guard !words.isEmpty else { continue }
            do {
                let line = try Line(words)
                let path = line.command.common.file ?? common.file ?? context.path
                if let before = kept, before.path != path || !type(of: line.command).needsProject {
                    try before.project.close()
                    kept = nil
                }
                let inner = Context(
                    line: line.text, project: kept?.project, path: path, openPlan: opensPlan,
                    progress: context.progress)
                defer { try? inner.close() }
                let report = try line.command.perform(in: inner)
                if kept == nil, let path, let project = inner.handedOver() { kept = (path, project) }
                opensPlan = report.opensPlan ?? opensPlan
                status = max(status, report.status)
                let printed = report.printed(as: line.command.common.format)
                done += 1
                if let say = context.say, common.format == .text {
                    say(printed)
                } else if !printed.isEmpty {
                    said.append(String(printed.dropLast()))
                }
            } catch let refusal as Refusal {
                throw Refusal(
                    refusal.kind,
                    "\(script), line \(index + 1): \(refusal.phrase.english)\(done == 0 ? "" : " What the lines before it did stands.")",
                    "\(script) 第 \(index + 1) 行：\(refusal.phrase.chinese)\(done == 0 ? "" : "此前各行已执行。")")
            }
        }
        return Report(
            title: "",
            picture: said.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) },
            status: status)
    }

    /// The line up to a `#` that stands outside quotes at its start or after a blank.
    static func withoutComment(_ line: String) -> String {
        var quote: Character?
        var before: Character = " "
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == "#", before.isWhitespace {
                return String(line[..<index])
            }
            before = character
        }
        return line
    }
}
