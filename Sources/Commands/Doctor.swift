import ArgumentParser
import Phrases
import Store

/// Looks at the project and says what is wrong with it.
struct Doctor: Command {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: say("Examine the project file.", "检查项目文件。"),
        discussion: say(
            "The quick look reads the tables of contents, the kept sums and the end of the journal, and takes the same time at any size. --deep reads all and computes again what was derived: pages, references, sums, row numbers, indexes, shapes, areas, overviews, the whole journal.",
            "快速检查只读目录、汇总与日志末尾，用时与数据量无关；--deep 逐页逐行读取，并重新计算引用、汇总、行号、索引、图形、面积、概览与全部日志。"))
    static var isSlow: Bool { true }
    @Flag(help: ArgumentHelp(say("Read every page and every row.", "逐页逐行深度检查。"))) var deep = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let findings = try context.project().examine(deep: deep)
        let bad = findings.filter { !$0.isWell }.count
        return Report(
            title: bad == 0
                ? say("All is well: \(counted(findings.count, "check")).", "检查通过：共 \(findings.count) 项。")
                : say(
                    "\(bad) of \(counted(findings.count, "check")) found something.",
                    "\(findings.count) 项检查中有 \(bad) 项异常。"),
            columns: [
                .init("result", "Result", "结果"), .init("check", "Check", "检查项"), .init("found", "Found", "发现"),
            ],
            rows: (findings.filter { !$0.isWell } + findings.filter(\.isWell)).map { finding in
                [
                    .text(finding.isWell ? "ok" : "FAULT"), .text(finding.subject.description),
                    .text(finding.trouble?.description ?? ""),
                ]
            },
            notes: deep
                ? []
                : [
                    say(
                        "A quick look: shapes, areas, overviews and the older journal were not read; doctor --deep reads all.",
                        "此为快速检查：未读取图形、面积、概览与较早的日志；doctor --deep 全部读取。")
                ], status: bad == 0 ? 0 : 1)
    }
}
