import ArgumentParser
import Canvas
import Foundation
import Phrases
import Store

/// Everything tuban can do: a line of words that goes in, a report that comes out.
package protocol Command: ParsableCommand {
    /// Whether it may take longer than a key press should: then the screen runs it beside itself.
    static var isSlow: Bool { get }
    /// Whether it works on a project; `init` and `sample` do not.
    static var needsProject: Bool { get }
    /// The options that every command has.
    var common: CommonOptions { get }

    func perform(in context: Context) throws -> Report

    /// Whether this very line may take longer than a key press should; `isSlow` unless it depends on what it is about.
    func takesLong(in context: Context) throws -> Bool
}

extension Command {
    package static var isSlow: Bool { false }
    package static var needsProject: Bool { true }
    package func takesLong(in context: Context) throws -> Bool { Self.isSlow }
}

/// The options that every command has.
package struct CommonOptions: ParsableArguments, Sendable {
    @Option(
        name: [.short, .customLong("file")],
        help: ArgumentHelp(say("The project; or TUBAN_FILE.", "项目文件；或用环境变量 TUBAN_FILE。"), valueName: "file.gpkg"),
        completion: .file(extensions: ["gpkg"]))
    package var file: String?

    @Option(help: ArgumentHelp(say("How to print the report.", "报告输出格式。")))
    package var format: Format = .text

    @Option(help: ArgumentHelp(say("Language: zh or en.", "界面语言：zh 或 en。")))
    package var lang: String?

    package init() {}
}

/// What a command works with.
package final class Context {
    /// The line as the journal keeps it: without the file, the format and the language.
    package let line: String
    package let progress: Progress
    /// The plan that is open on the screen: where a command needs one and names none, this one.
    package let openPlan: Int64?
    /// The day that the screen shows; nil for the present.
    package let asOf: String?
    /// How many colours a picture in the report may have.
    package let colours: Colours
    /// Takes what a script's lines say as soon as they have said it; nil where a report is all that can be shown.
    package var say: ((String) -> Void)?
    /// What the command finds on standard input, where somebody pasted it into the screen; nil for the real one.
    package var input: String?
    /// Where the user's caches lie; nil where nothing is to be kept from one run to the next.
    package var caches: URL?
    /// Whether a passphrase may be asked for on the terminal; while the screen is up it may not.
    package var mayAsk = true
    /// What is wrong with the project that the command opened, whatever it does with it.
    package private(set) var warning: Phrase?
    private let opened: Project?
    let path: String?
    /// The file that a command which looks at no open project will open.
    var unopened: String? { opened == nil && own == nil ? path : nil }
    private var own: Project?

    /// - Parameters:
    ///   - project: the one that is open; without it, the command opens the one that `path` names.
    package init(
        line: String, project: Project? = nil, path: String? = nil, openPlan: Int64? = nil,
        asOf: String? = nil, colours: Colours = .none, progress: Progress = Progress()
    ) {
        self.line = line
        self.progress = progress
        self.openPlan = openPlan
        self.asOf = asOf
        self.colours = colours
        self.path = path
        opened = project
    }

    /// The project that the command is about.
    package func project() throws -> Project {
        if let project = opened ?? own { return project }
        guard let path else {
            throw Refusal(
                .usage, "Which project? Name it with -f FILE.gpkg or TUBAN_FILE.",
                "未指定项目：请用 -f 文件.gpkg 或环境变量 TUBAN_FILE。")
        }
        let project = try Project.open(at: path)
        own = project
        warning = try project.missingNotice()
        return project
    }

    /// The project for a command that only looks: nothing is brought up to date on the way.
    ///
    /// - Parameter isGlance: it asks the project's own tables alone, not the views over the layers.
    func projectForReading(isGlance: Bool = false) throws -> Project {
        guard opened == nil, own == nil, let path else { return try project() }
        let project = try Project.open(at: path, readOnly: true, isGlance: isGlance)
        own = project
        return project
    }

    /// The plan that the command is about: the one it names, or the one that is open, or the only draft there is.
    package func plan(_ named: Int64?) throws -> Plan {
        let project = try project()
        if let id = named ?? openPlan { return try project.plan(id) }
        let drafts = try project.plans().filter(\.isDraft)
        guard drafts.count == 1, let only = drafts.first else {
            throw Refusal(
                .usage,
                drafts.isEmpty
                    ? "There is no draft yet; 'plan new TITLE' starts one."
                    : "Which plan? There are \(drafts.count) drafts; name one by its number.",
                drafts.isEmpty ? "尚无规划草案；可用 plan new 标题 新建。" : "现有 \(drafts.count) 个草案，请写明规划编号。")
        }
        return only
    }

    /// What the command opened for itself, for a line after it to go on with; nil where it looked only.
    func handedOver() -> Project? {
        guard let project = own, !project.isReadOnly else { return nil }
        own = nil
        return project
    }

    /// Closes what the command opened for itself.
    package func close() throws {
        try own?.close()
        own = nil
    }
}
