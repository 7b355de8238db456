import ArgumentParser
import Foundation
import Phrases
import Planning
import Store

struct ClassCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "class", abstract: say("Land-use classes.", "用地分类。"), subcommands: [ClassList.self, ClassAdd.self])
}

/// Classes of a system.
struct ClassList: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List classes.", "列出地类。"))
    @Argument(help: ArgumentHelp(say("The system, such as plan2023, or words of a name.", "分类体系（如 plan2023）或名称中的词。")))
    var words: [String] = []
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let all = try context.project().classes().values.filter { $0.id != 0 }.sorted { $0.id < $1.id }
        let found = all.filter { stored in
            words.allSatisfy { word in
                stored.code.system == word || stored.code.description.hasPrefix(word)
                    || stored.code.code.hasPrefix(word)
                    || stored.name.english.localizedCaseInsensitiveContains(word) || stored.name.chinese.contains(word)
            }
        }
        return Report(
            title: "",
            columns: [
                .init("class", "Class", "地类"), .init("name_zh", "Chinese", "中文名称"), .init("name_en", "English", "英文名称"),
                .init("category", "Category", "三大类"), .init("known", "Known", "已知"), .init("note", "Note", "说明"),
            ],
            rows: found.map { stored in
                [
                    .text(stored.code.description), .text(stored.name.chinese), .text(stored.name.english),
                    .text(stored.category), .flag(stored.isKnown), .text(stored.note.description),
                ]
            })
    }
}

/// Gives the project a class table of its own, such as a foreign town's.
struct ClassAdd: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: say("Add a class table: a CSV of codes and names.", "增加分类表（含代码与名称的 CSV）。"))
    @Argument(help: ArgumentHelp(say("What the system is called, such as usecode.", "分类体系名，如 usecode。"))) var system:
        String
    @Argument(
        help: ArgumentHelp(
            say("The table: columns code, name (or name_zh, name_en).", "分类表：列 code、name（或 name_zh、name_en）。")),
        completion: .file(extensions: ["csv"])) var table: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        guard let text = try? String(contentsOfFile: table, encoding: .utf8) else {
            throw Refusal(.noInput, "The table \(table) cannot be read as UTF-8.", "无法按 UTF-8 读取分类表 \(table)。")
        }
        let classes: [LandClass]
        do {
            classes = try ClassTable(csv: text, file: table, label: system).classes
        } catch let fault as TableFault {
            throw Refusal(
                .badData, "\(fault.file):\(fault.line): \(fault.reason.english) The class table was not added.",
                "\(fault.file):\(fault.line): \(fault.reason.chinese)分类表未增加。")
        }
        try context.project().addClasses(classes, line: context.line)
        return Report(
            title: say(
                "Added \(counted(classes.count, "class", "classes")) as \(system).",
                "已增加 \(classes.count) 个地类，体系 \(system)。"))
    }
}
