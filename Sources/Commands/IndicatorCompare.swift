import ArgumentParser
import Phrases
import Planning
import Store

/// Indicators of several years, units or drafts side by side.
struct IndicatorCompare: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: say("Compare years, units or drafts side by side.", "并列比较年份、单元或草案。"),
        discussion: say(
            "One of --years, --units and --drafts says what the columns are; without any the years of all surveys.",
            "--years、--units、--drafts 之一决定各列；均不写则为各调查年。"))
    @Argument(help: ArgumentHelp(say("Only these, by their ids; all unless given.", "仅比较这些指标（编号）；默认全部。")))
    var indicators: [String] = []
    @Option(help: ArgumentHelp(say("Years, such as 2020,2025; or all.", "年份，如 2020,2025；或 all。"))) var years: String?
    @Option(
        help: ArgumentHelp(
            say(
                "Units by code or name, with commas; or all, a unit and those right below it.",
                "单元代码或名称，逗号分隔；all 为该单元及其下一级单元。")))
    var units: String?
    @Option(help: ArgumentHelp(say("Plans by number, 0 for the base; or all drafts.", "规划编号，0 为现状；all 为全部草案。")))
    var drafts: String?
    @OptionGroup var which: IndicatorOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let chosen = try indicators.isEmpty ? nil : indicators.map(project.indicator)
        let sides = try sides(in: project, context)
        let compared = try IndicatorComparison(sides, only: chosen, in: project, tell: context.telling)
        let hasChange = sides.count == 2
        let isForPeople = common.format == .text || common.format == .html
        var columns: [Report.Column] = [
            .init("indicator", "Indicator", "指标"), .init("name", "Name", "名称"), .init("unit", "Measure", "单位"),
        ]
        for (index, side) in sides.enumerated() {
            columns.append(.init("value_\(index + 1)", side.name, side.name, number: true))
            columns.append(.init("level_\(index + 1)", "Level", "预警"))
        }
        if hasChange { columns.append(.init("change", "Change", "变化", number: true)) }
        return Report(
            title: say(
                "\(counted(compared.rows.count, "indicator")), \(sides.map(\.name).joined(separator: " | ")).",
                "\(compared.rows.count) 项指标，\(sides.map(\.name).joined(separator: " | "))。"),
            columns: columns,
            rows: compared.rows.map { row in
                let indicator = row[0].indicator
                var cells: [Report.Value] = [
                    .text(indicator.id), .text(indicator.name.description), .text(indicator.unit.description),
                ]
                for value in row { cells += [value.number, value.letter] }
                if hasChange {
                    let change = IndicatorComparison.change(row, decimals: isForPeople ? indicator.decimals : nil)
                    cells.append(number(change, indicator.decimals))
                }
                return cells
            })
    }

    private func sides(in project: Project, _ context: Context) throws -> [IndicatorComparison.Side] {
        let asked = [("--years", years), ("--units", units), ("--drafts", drafts)].filter { $0.1 != nil }
        guard asked.count < 2 else {
            throw Refusal(
                .usage,
                "\(asked.map(\.0).joined(separator: " and ")) cannot stand together: one says what the columns are.",
                "\(asked.map(\.0).joined(separator: " 与 ")) 不能同时使用，各列只能按其中之一。")
        }
        let (unit, year) = (try project.indicatorUnit(which.unit), try which.checkedYear(in: project))
        func words(_ text: String) -> [String] { text.split { ",，".contains($0) }.map(String.init) }
        if let units {
            let plan = try which.world(in: project, context)
            let found =
                try units == "all"
                ? [unit] + project.units().values.filter { $0.parent == unit.id }.sorted { $0.code < $1.code }
                : words(units).map(project.indicatorUnit)
            return found.map { .init($0.name, unit: $0, year: year, plan: plan) }
        }
        if let drafts {
            let plans =
                try drafts == "all"
                ? [0] + project.plans().filter(\.isDraft).map(\.id)
                : words(drafts).map { word in
                    guard let id = Int64(word) else {
                        throw Refusal(.usage, "‘\(word)’ is not the number of a plan.", "“\(word)”不是规划编号。")
                    }
                    return id == 0 ? 0 : try project.plan(id).id
                }
            return plans.map {
                .init($0 == 0 ? say("base", "现状") : say("plan \($0)", "规划 \($0)"), unit: unit, year: year, plan: $0)
            }
        }
        let known = try project.indicatorYears()
        let wanted = try years.map { $0 == "all" ? known : try words($0).map(Self.year) } ?? known
        let plan = try which.world(in: project, context)
        guard !wanted.isEmpty else {
            throw Refusal(.noInput, "There is no survey to compare years of; import one.", "没有可比较的调查年份，请先导入调查图层。")
        }
        // A draft stands on the newest survey; earlier years are as the base has them.
        return wanted.map { .init(String($0), unit: unit, year: $0, plan: plan > 0 && $0 != known.last ? 0 : plan) }
    }

    private static func year(_ word: String) throws -> Int {
        guard let year = Int(word), (1900...2200).contains(year) else {
            throw Refusal(
                .usage, "‘\(word)’ is no year; years are written 2020,2025, or all.",
                "“\(word)”不是年份；应写作 2020,2025，或 all。")
        }
        return year
    }
}

/// Brings kept values up to date, so that whoever opens the dashboard has them at once.
struct IndicatorReckon: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "reckon",
        abstract: say("Bring the kept values up to date.", "更新保存的指标值。"))
    @OptionGroup var which: IndicatorOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let values = try project.indicators(
            year: which.checkedYear(in: project), unit: which.unit, plan: which.world(in: project, context),
            tell: context.telling)
        let known = values.count { $0.value != nil }
        return Report(
            title: say(
                "\(known) of \(counted(values.count, "indicator")) have a value.", "\(values.count) 项指标中 \(known) 项有值。")
        )
    }
}
