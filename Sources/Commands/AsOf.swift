import ArgumentParser
import Phrases
import Store

/// As of which day something is asked.
struct TimeOption: ParsableArguments {
    @Option(
        name: .customLong("as-of"),
        help: ArgumentHelp(say("As it was on this day: 2026-01-31.", "按此日的状况：2026-01-31。"), valueName: "day")) var day:
        String?

    /// The newest journal row that counts; nil is the present.
    func journal(in project: Project, _ context: Context) throws -> Int64? {
        try (day ?? context.asOf).flatMap(project.journal(asOf:))
    }

    /// Moves the project's connection to that time.
    func take(_ project: Project, _ context: Context) throws {
        var here = try project.here()
        here.asOf = try journal(in: project, context)
        try project.stand(here)
    }
}

/// On the screen: shows the county as it was on a day, or as it is again.
struct AsOf: Command {
    static let configuration = CommandConfiguration(
        commandName: "as-of", abstract: say("On the screen: show the map and lists as of a day.", "在屏幕上按某日的状况显示。"),
        discussion: say(
            "The day is in UTC, as the journal tells its times; `now` comes back. In the shell, map, parcel and layer take --as-of.",
            "日期按日志所用的 UTC 计；now 返回现状。命令行中 map、parcel、layer 可用 --as-of。"))
    @Argument(help: ArgumentHelp(say("A day such as 2026-01-31, or now.", "日期，如 2026-01-31；或 now。"))) var day: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let journal = try context.project().journal(asOf: day)
        var report = Report(
            title: journal.map {
                say("The county as of \(day): journal row \($0).", "按 \(day) 的状况：日志第 \($0) 条。")
            } ?? say("The county as it is now.", "现状。"))
        report.asOf = journal == nil ? "now" : day
        return report
    }
}
