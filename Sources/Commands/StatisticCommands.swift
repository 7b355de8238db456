import ArgumentParser
import Phrases
import Planning
import Store

struct StatisticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistic", abstract: say("Statistics by unit and year.", "分单元、分年度的统计数据。"),
        subcommands: [StatisticImport.self, StatisticList.self, StatisticShow.self, StatisticExport.self])
}

/// The series, and what there is of each.
struct StatisticList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the series and what there is of them.", "列出统计指标及其数据。"))
    @Flag(help: ArgumentHelp(say("Only those that have values.", "只列出有数据的指标。"))) var held = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let holdings = try context.project().statisticHoldings().filter { !held || $0.values > 0 }
        return Report(
            title: holdings.isEmpty
                ? say("There are no statistics yet: 'statistic import FILE'.", "尚无统计数据：statistic import 文件。") : "",
            columns: [
                .init("series", "Series", "代码"), .init("name", "Name", "名称"), .init("measure", "Measure", "计量单位"),
                .init("units", "Units", "单元数", number: true), .init("first_year", "From", "起始年", number: true),
                .init("last_year", "To", "截止年", number: true), .init("values", "Values", "数值数", number: true),
                .init("revised", "Revised", "修订数", number: true), .init("indicators", "Indicators", "用于指标"),
                .init("own", "Own", "自建"),
            ],
            rows: holdings.map { holding in
                [
                    .text(holding.series.id), .text(holding.series.name.description), .text(holding.series.measure),
                    .integer(Int64(holding.units)), holding.years.map { .integer(Int64($0.lowerBound)) } ?? .null,
                    holding.years.map { .integer(Int64($0.upperBound)) } ?? .null, .integer(Int64(holding.values)),
                    .integer(Int64(holding.revised)), .text(holding.series.indicators.joined(separator: " ")),
                    .flag(holding.isOwn),
                ]
            })
    }
}

/// The values of a series.
struct StatisticShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show the values of a series.", "查看统计指标的数值。"))
    @Argument(help: ArgumentHelp(say("The series, by id or name.", "统计指标的代码或名称。"))) var series: String
    @Option(help: ArgumentHelp(say("Within this unit only, by its code.", "只列此单元及其下级（代码）。"))) var unit: String?
    @Flag(help: ArgumentHelp(say("With the values that newer ones replaced.", "包括已被修订的值。"))) var revisions = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let series = try project.statisticSeries(series)
        let place = unit.map { UnitCode($0)?.digits ?? $0 }
        let values = try project.statisticValues(of: series.id, unit: place, withRevisions: revisions)
        var report = Report(
            title: say(
                "\(series.id)  \(series.name)  in \(series.measure)", "\(series.id)  \(series.name)  \(series.measure)"),
            columns: Self.columns,
            rows: values.map { value in
                [
                    .text(value.key.unit), .text(value.unitName), .integer(Int64(value.key.year)),
                    .number(value.value), .integer(Int64(value.revision)), .flag(!value.isReplaced), .text(value.file),
                    .integer(Int64(value.line)), .text(value.time), .text(value.who),
                ]
            })
        if values.isEmpty {
            report.notes = [
                say(
                    "No values\(unit.map { " in \($0)" } ?? ""): 'statistic import FILE'.",
                    "没有数值\(unit.map { "（\($0)）" } ?? "")：statistic import 文件。")
            ]
        } else if !revisions, values.contains(where: { $0.revision > 1 }) {
            report.notes = [say("--revisions shows what was replaced.", "--revisions 显示被修订的值。")]
        }
        return report
    }

    private static let columns: [Report.Column] = [
        .init("unit", "Unit", "单元"), .init("unit_name", "Name", "名称"), .init("year", "Year", "年份", number: true),
        .init("value", "Value", "数值", number: true), .init("revision", "Revision", "修订", number: true),
        .init("counts", "Counts", "有效"), .init("source", "Source", "来源"), .init("line", "Line", "行", number: true),
        .init("time", "When", "时间"), .init("who", "Who", "经办"),
    ]
}

/// A table that `statistic import` reads again.
struct StatisticExport: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: say("Write statistics as CSV.", "将统计数据写为 CSV。"))
    @Argument(help: ArgumentHelp(say("The CSV to write.", "要写入的 CSV 文件。")), completion: .file(extensions: ["csv"]))
    var file: String
    @Option(help: ArgumentHelp(say("Only this series.", "只写此指标。"))) var series: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let only = try series.map { try project.statisticSeries($0).id }
        let names = Dictionary(uniqueKeysWithValues: try project.statisticSeries().map { ($0.id, $0.name.chinese) })
        let values = try project.statisticValues(of: only)
        try TableFile.write(file, "unit,unit_name,year,series,series_name,value,measure,source") { table in
            for value in values {
                try table.add([
                    value.key.unit, value.unitName, String(value.key.year), value.key.series,
                    names[value.key.series] ?? "", Report.Value.number(value.value).text, value.measure, value.file,
                ])
            }
        }
        return Report(
            title: say("Wrote \(counted(values.count, "value")) to \(file).", "已写入 \(values.count) 个值：\(file)。"))
    }
}

extension Report.Value {
    /// A figure with as many decimals as it has.
    static func number(_ value: Double) -> Report.Value {
        if value == value.rounded(), abs(value) < 9e15 { return .integer(Int64(value)) }
        let text = "\(value)"
        guard !text.contains("e"), let point = text.firstIndex(of: ".") else { return .text(text) }
        return .real(value, decimals: text.distance(from: point, to: text.endIndex) - 1)
    }
}
