import ArgumentParser
import Phrases
import Store

/// Looks at the project and says what is wrong with it.
struct Doctor: Command {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: say("Examine the project file.", "检查项目文件。"))
    static var isSlow: Bool { true }
    @Flag(help: ArgumentHelp(say("Read every page and every row.", "逐页逐行深度检查。"))) var deep = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let findings = try context.project().examine(deep: deep)
        let bad = findings.filter { !$0.isWell }.count
        return Report(
            title: bad == 0
                ? say("All is well: \(findings.count) checks.", "检查通过：共 \(findings.count) 项。")
                : say("\(bad) of \(findings.count) checks found something.", "\(findings.count) 项检查中有 \(bad) 项异常。"),
            columns: [
                .init("result", "Result", "结果"), .init("check", "Check", "检查项"), .init("found", "Found", "发现"),
            ],
            rows: findings.map { finding in
                [
                    .text(finding.isWell ? "ok" : "FAULT"), .text(finding.subject.description),
                    .text(finding.trouble?.description ?? ""),
                ]
            }, status: bad == 0 ? 0 : 1)
    }
}
