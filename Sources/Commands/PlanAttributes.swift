import ArgumentParser
import Foundation
import Geometry
import Phrases
import Store

/// Sets source fields of features.
struct PlanSetAttribute: Command {
    static let configuration = CommandConfiguration(
        commandName: "set-attribute", abstract: say("Set fields of parcels.", "设置图斑属性。"))
    @Argument(help: ArgumentHelp(say("Parcels: 12 13 20-25.", "图斑：12 13 20-25。"))) var parcels: [String]
    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(say("FIELD=VALUE; an empty value clears it.", "字段=值；值为空则清除。"), valueName: "field=value"))
    var fields: [String]
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool {
        try context.project().uids(parcels, layer: context.plan(plan).base).count > 1_000
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let uids = try project.uids(parcels, layer: plan.base)
        let made = try project.setAttributes(of: uids, fields, in: plan.id, line: context.line)
        guard !made.features.isEmpty else {
            return Report(title: say("They have these values already.", "属性值相同，未作修改。"))
        }
        return Report(
            title: say(
                "Set \(fields.joined(separator: ", ")) of \(counted(made.features.count, "parcel")).",
                "已设置 \(made.features.count) 个图斑：\(fields.joined(separator: "，"))。"))
    }
}

/// Hangs a note or a document on a parcel or a place.
struct PlanAttach: Command {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: say("Attach a note or a document.", "附加备注或文件。"))
    @Argument(help: ArgumentHelp(say("The parcel.", "图斑。"))) var parcel: String?
    @Option(help: ArgumentHelp(say("A place, such as x,y.", "位置，如 x,y。"), valueName: "place")) var at: String?
    @Option(help: ArgumentHelp(say("The note.", "备注。"))) var note: String?
    @Option(help: ArgumentHelp(say("The document's file.", "文件。"), valueName: "file"), completion: .file())
    var document: String?
    @Option(help: ArgumentHelp(say("What the document is called.", "文件标题。"))) var title: String?
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        guard (note == nil) != (document == nil) else {
            throw Refusal(
                .usage, "What is attached? Give --note TEXT or --document FILE.", "请给出 --note 文字 或 --document 文件。")
        }
        var notes: [String] = []
        let uid = try parcel.map { try project.uids([$0], layer: plan.base)[0] }
        let place = try at.map { try Places.one($0, project, plan.id, &notes) }
        let name = document.map { ($0 as NSString).lastPathComponent } ?? ""
        let text = note ?? title ?? name
        let content = try document.map(Self.bytes)
        _ = try project.attach(text, content: content, to: uid, at: place, in: plan.id, line: context.line)
        let where_ = uid.map(String.init) ?? place.map { "\($0.x), \($0.y)" } ?? ""
        return Report(title: say("Attached to \(where_): \(text)", "已附加到 \(where_)：\(text)"), notes: notes)
    }

    static func bytes(of path: String) throws -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let data = FileManager.default.contents(atPath: path)
        else { throw Refusal(.noInput, "There is no file \(path) that can be read.", "没有可读取的文件 \(path)。") }
        return data
    }
}
