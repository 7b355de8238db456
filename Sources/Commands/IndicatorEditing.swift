import ArgumentParser
import Phrases
import Planning
import Store

/// A bureau's own indicators, or newer versions of ours.
struct IndicatorAdd: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: say("Add or replace indicators from a table.", "由表格添加或替换指标。"),
        discussion: say(
            "Inputs are parted by semicolons: 'cultivated = net_m2 from land where cultivated; population = statistic population'. The formula is an expression over their names.",
            "输入以分号分隔，如“cultivated = net_m2 from land where cultivated; population = statistic population”；公式为其名称的表达式。"))
    @Argument(
        help: ArgumentHelp(
            say(
                "A CSV with the columns \(Indicator.columns.joined(separator: ", ")).",
                "CSV 表，列：\(Indicator.columns.joined(separator: "、"))。")),
        completion: .file(extensions: ["csv"])) var file: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let indicators = try tableFrom(file) { text, name in
            try IndicatorTable.lines(csv: text, file: name).map { line, indicator in
                guard let fault = try project.fault(in: indicator) else { return indicator }
                throw TableFault(name, line, fault.english, fault.chinese)
            }
        }
        guard !indicators.isEmpty else {
            throw Refusal(
                .badData, "\(file) has no rows below its header; there is nothing to add.", "\(file) 表头之下没有数据行，无可添加。")
        }
        let (added, replaced) = try project.addIndicators(indicators, line: context.line)
        let known = Set(try project.statisticSeries().map(\.id))
        return Report(
            title: say(
                "Added \(counted(added, "indicator")), replaced \(replaced).", "已添加 \(added) 项指标，替换 \(replaced) 项。"),
            notes: indicators.flatMap { indicator in
                // A bureau's own series may come later; a slip of the pen should not wait for it in silence.
                indicator.series.filter { !known.contains($0) }.map { series in
                    say(
                        "\(indicator.id) has no value until there is a series \(series); known are \(listed(known.sorted(), resembling: series)).",
                        "\(indicator.id) 所需统计指标 \(series) 尚不存在；现有：\(listed(known.sorted(), resembling: series))。")
                }
            })
    }
}

/// What is wanted of a unit.
struct IndicatorTargetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "target", abstract: say("Set what is wanted of a unit.", "设定单元的指标目标。"))
    @Argument(help: ArgumentHelp(say("The indicator's id, such as I003.", "指标编号，如 I003。"))) var indicator: String
    @Argument(
        help: ArgumentHelp(
            say(
                "A number, which the indicator's direction turns into a bound; or a range: 80.., ..1.3, 25..40; or none.",
                "数值（按指标方向为下限或上限），或范围 80..、..1.3、25..40，或 none。"), valueName: "value")) var value: String
    @Option(help: ArgumentHelp(say("Of this unit, by code or name; the county unless given.", "单元代码或名称；默认为县。")))
    var unit: String?
    @Option(help: ArgumentHelp(say("For this year; for any year unless given.", "目标年份；默认不限。"))) var year: Int?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let indicator = try project.indicator(indicator)
        let unit = try project.indicatorUnit(unit)
        if let year, !(1900...2200).contains(year) {
            throw Refusal(
                .usage, "\(year) is no year; write it as 1900 to 2200, such as 2035.",
                "\(year) 不是年份；应为 1900 至 2200，如 2035。")
        }
        let target = try self.target(indicator)
        try project.setTarget(target, of: indicator, unit: unit, year: year ?? 0, line: context.line)
        let when = year.map { say(" in \($0)", "（\($0) 年）") } ?? ""
        return Report(
            title: target.map {
                say(
                    "The target of \(indicator.id) of \(unit.name)\(when): \($0)",
                    "\(unit.name) \(indicator.id) 目标\(when)：\($0)。")
            }
                ?? say(
                    "\(indicator.id) of \(unit.name) has no target\(when).",
                    "已取消 \(unit.name) \(indicator.id) 的目标\(when)。"))
    }

    private func target(_ indicator: Indicator) throws -> Target? {
        if value == "none" { return nil }
        if let range = Target(value) { return range }
        guard let number = Double(value), number.isFinite else {
            throw Refusal(
                .usage, "‘\(value)’ is neither a number nor a range such as 80.., ..1.3 or 25..40.",
                "“\(value)”不是数值，也不是 80..、..1.3、25..40 之类的范围。")
        }
        switch indicator.direction {
        case .higher: return Target(low: number)
        case .lower: return Target(high: number)
        case .band, .none: return Target(low: number, high: number)
        }
    }
}

/// The features behind a value.
struct IndicatorParcelsCommand: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "parcels", abstract: say("List the features behind a value.", "列出指标值对应的图斑。"))
    @Argument(help: ArgumentHelp(say("The indicator's id, such as I003.", "指标编号，如 I003。"))) var indicator: String
    @Option(help: ArgumentHelp(say("Which of its inputs; the first sum unless given.", "输入名；默认为第一个求和输入。"))) var input:
        String?
    @Option(help: ArgumentHelp(say("How many at most.", "最多列出个数。"))) var limit = 1_000
    @OptionGroup var which: IndicatorOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let indicator = try project.indicator(indicator)
        guard limit > 0, limit <= 1_000_000 else {
            throw Refusal(.usage, "The limit \(limit) is not 1 to 1000000.", "个数 \(limit) 应为 1 至 1000000。")
        }
        let found = try project.indicatorParcels(
            indicator, input: input, unit: which.unit, year: which.checkedYear(in: project),
            plan: which.world(in: project, context), limit: limit)
        return Report(
            title: say(
                "\(indicator.id) \(found.input): \(counted(found.rows.count, "feature")) of \(found.layer.table)\(found.isCut ? ", the largest" : "").",
                "\(indicator.id) \(found.input)：\(found.layer.table) 的 \(found.rows.count) 个要素\(found.isCut ? "（仅列最大者）" : "")。"
            ),
            columns: [
                .init("uid", "Number", "编号", number: true),
                .init(
                    "measure", "Counts (\(found.measured.english))", "计入量（\(found.measured.chinese)）", number: true),
            ],
            rows: found.rows.map { [.integer($0.uid), .real($0.measure, decimals: 2)] })
    }
}
