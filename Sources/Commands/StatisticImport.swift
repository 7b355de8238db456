import ArgumentParser
import Phrases
import Planning
import Store

/// Brings a table of statistics in, whole or not at all.
struct StatisticImport: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: say("Import a table of statistics.", "导入统计表。"),
        discussion: say(
            """
            A row a value (unit, year, series, value), a column a series, or a column a year. Columns are known by the names of series, with the measure in brackets: 常住人口（万人）. Cells of the columns for unit, year and series may be merged downwards; other merged cells are refused.
            """,
            """
            每行一个值（单元、年份、指标、数值），或每列一个指标，或每列一个年份。列名为指标名称，计量单位写在括号内，如 常住人口（万人）。单元、年份、指标列可纵向合并单元格，其他合并单元格不予导入。
            """))
    @Argument(
        help: ArgumentHelp(say("A CSV, an XLSX, or a map file with attributes.", "CSV、XLSX 或带属性的地图文件。")),
        completion: .file()) var file: String
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            say("A column, and its series, of one year where given.", "列与指标的对应，可指定年份。"),
            valueName: "column=series[@year]"))
    var map: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(say("A series of your own, and its measure.", "自建指标及其计量单位。"), valueName: "id=measure"))
    var series: [String] = []
    @Option(name: .customLong("of"), help: ArgumentHelp(say("The series, where columns are years.", "各列为年份时的指标。")))
    var of: String?
    @Option(name: .customLong("unit-column"), help: ArgumentHelp(say("The column of the unit.", "行政单元所在列。")))
    var unitColumn: String?
    @Option(name: .customLong("year-column"), help: ArgumentHelp(say("The column of the year.", "年份所在列。")))
    var yearColumn: String?
    @Option(help: ArgumentHelp(say("The unit of every row.", "所有行的行政单元。"))) var unit: String?
    @Option(help: ArgumentHelp(say("The year of every row.", "所有行的年份。"))) var year: Int?
    @Option(help: ArgumentHelp(say("The sheet, where there are several.", "工作表名称。"))) var sheet: String?
    @Flag(
        name: .customLong("any-unit"),
        help: ArgumentHelp(say("Take units that the project does not know.", "接收项目中没有的单元。"))) var anyUnit = false
    @Flag(name: .customLong("dry-run"), help: ArgumentHelp(say("Only tell what would be done.", "只检查，不导入。")))
    var dryRun = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let source = StatisticSource(path: file, sheet: sheet)
        let table = try source.read()
        let known = try project.statisticSeries()
        let own = try own(beside: known)
        let all = try project.units()
        let units = StatisticUnits(all.values.map { ($0.code, $0.name) }, takesAny: anyUnit)
        let reading: StatisticReading
        do {
            reading = try StatisticReading(table, try options(), series: known + own, units: units)
        } catch let fault as StatisticFault {
            throw Self.refusal(source.name, [fault])
        }
        guard reading.faults.isEmpty else { throw Self.refusal(source.name, reading.faults) }
        guard !reading.entries.isEmpty else {
            throw Refusal(
                .badData, "\(source.name) was not imported: it holds no value.", "未导入 \(source.name)：其中没有数值。")
        }
        let outcome = try project.importStatistics(
            reading.entries, own: own, file: source.name, hash: try sourceHash(of: file), line: context.line,
            isTrial: dryRun)
        let names = Dictionary(all.values.map { ($0.code, $0.name) }) { $1 }
        return report(outcome, reading, source.name, names)
    }

    // MARK: What was asked for

    private func options() throws -> StatisticOptions {
        var options = StatisticOptions()
        (options.unitColumn, options.yearColumn) = (unitColumn, yearColumn)
        (options.unit, options.year, options.of) = (unit, year, of)
        if let year, !(1900...2100).contains(year) { throw Self.noYear("\(year)") }
        for words in map {
            guard let (column, target) = Self.pair(words) else {
                throw Refusal(
                    .usage, "--map \(words) does not say COLUMN=SERIES, or COLUMN=SERIES@YEAR.",
                    "--map \(words) 应为 列=指标，或 列=指标@年份。")
            }
            let parts = target.split(separator: "@", maxSplits: 1).map(String.init)
            let year = parts.count == 2 ? Int(parts[1]) : nil
            guard let series = parts.first, parts.count == 1 || year.map({ (1900...2100).contains($0) }) == true else {
                throw Self.noYear(target)
            }
            options.map[column] = .init(series: series, year: year)
        }
        return options
    }

    private static func noYear(_ text: String) -> Refusal {
        Refusal(.usage, "\(text) names no year from 1900 to 2100.", "\(text) 不是 1900 至 2100 之间的年份。")
    }

    /// The parts beside the last equals sign.
    private static func pair(_ words: String) -> (String, String)? {
        guard let sign = words.lastIndex(of: "=") else { return nil }
        let (left, right) = (words[..<sign].trimmed, words[words.index(after: sign)...].trimmed)
        return left.isEmpty || right.isEmpty ? nil : (left, right)
    }

    /// The series that the bureau makes with this import.
    private func own(beside known: [StatisticSeries]) throws -> [StatisticSeries] {
        try series.compactMap { words in
            guard let (id, measure) = Self.pair(words), StatisticSeries.isID(id) else {
                throw Refusal(
                    .usage,
                    "--series \(words) does not say ID=MEASURE, such as births=人; an id has letters, digits and low lines.",
                    "--series \(words) 应为 代码=计量单位，如 births=人；代码由字母、数字和下划线组成。")
            }
            let name = Measure.named(measure)?.name ?? measure
            if let there = known.first(where: { $0.keys.contains(StatisticSeries.key(id)) }) {
                guard there.measure == name else {
                    throw Refusal(
                        .usage, "The series \(id) is there already, in \(there.measure) and not in \(measure).",
                        "统计指标 \(id) 已存在，计量单位为 \(there.measure)，不是 \(measure)。")
                }
                return nil
            }
            return StatisticSeries(
                id: id, name: Phrase(id, id), measure: name, source: StatisticSource(path: file).name)
        }
    }

    // MARK: What is told

    private static func refusal(_ file: String, _ faults: [StatisticFault]) -> Refusal {
        let first = faults[0].phrase
        let more = faults.count - 1
        let (english, chinese) =
            more == 0 ? ("", "") : ("; the table has \(counted(more, "fault")) more", "；表中另有 \(more) 处问题")
        return Refusal(
            .badData, "\(file) was not imported: \(first.english)\(english).", "未导入 \(file)：\(first.chinese)\(chinese)。"
        )
    }

    private func report(
        _ outcome: StatisticOutcome, _ reading: StatisticReading, _ file: String, _ names: [String: String]
    ) -> Report {
        let count = outcome.added + outcome.revised
        let series = Set(reading.entries.map(\.key.series)).count
        var report = Report(
            title: dryRun
                ? say(
                    "Would import \(counted(count, "value")) of \(counted(series, "series", "series")) from \(file); nothing was changed.",
                    "将从 \(file) 导入 \(series) 个指标的 \(count) 个值；未作修改。")
                : say(
                    "Imported \(counted(count, "value")) of \(counted(series, "series", "series")) from \(file).",
                    "已从 \(file) 导入 \(series) 个指标的 \(count) 个值。"),
            columns: [
                .init("remark", "Remark", "提示"), .init("series", "Series", "指标"), .init("unit", "Unit", "单元"),
                .init("unit_name", "Name", "名称"), .init("year", "Year", "年份", number: true),
                .init("value", "Value", "数值", number: true), .init("text", "What", "说明"),
            ],
            rows: outcome.review.remarks.map { remark in
                [
                    .text(remark.kind.name.description), .text(remark.series), .text(remark.unit),
                    .text(names[remark.unit] ?? ""), remark.year.map { .integer(Int64($0)) } ?? .null,
                    remark.value.map { .number($0) } ?? .null, .text(remark.text.description),
                ]
            }, notes: reading.notes.map(\.description))
        if outcome.revised > 0 {
            report.notes.append(
                say(
                    "\(counted(outcome.revised, "value")) took the place of others, which 'statistic show SERIES --revisions' shows.",
                    "其中 \(outcome.revised) 个值修订了原值，statistic show 指标 --revisions 可查看原值。"))
        }
        if outcome.unchanged > 0 {
            report.notes.append(
                say(
                    "\(counted(outcome.unchanged, "value")) stood there already.", "\(outcome.unchanged) 个值与已有值相同。"))
        }
        for id in outcome.made {
            report.notes.append(say("Made the series \(id).", "已新建统计指标 \(id)。"))
        }
        if outcome.journal != nil {
            report.notes.append(
                say(
                    "An import is not undone; a wrong value is put right by importing the right one.",
                    "导入不可撤销；值有误时，请导入正确的值予以修订。"))
        }
        return report
    }
}
