import ArgumentParser
import Phrases
import Planning
import Store

struct IndicatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indicator", abstract: say("Indicators of plans and of the county's state.", "规划与现状指标。"),
        subcommands: [
            IndicatorList.self, IndicatorShow.self, IndicatorTest.self, IndicatorAdd.self, IndicatorTargetCommand.self,
            IndicatorParcelsCommand.self, IndicatorCompare.self, IndicatorReckon.self,
        ])
}

/// Which unit, year and world values are asked for.
struct IndicatorOptions: ParsableArguments {
    @Option(help: ArgumentHelp(say("Of this year; the newest survey's unless given.", "年份；默认为最新调查年。"))) var year: Int?
    @Option(help: ArgumentHelp(say("Of this unit, by code or name; the county unless given.", "单元代码或名称；默认为县。")))
    var unit: String?
    @Option(
        help: ArgumentHelp(say("As this plan would have it, or published it.", "按此规划草案，或其发布时的状况。"), valueName: "number")
    )
    var plan: Int64?
    @OptionGroup var time: TimeOption

    /// The world: that of the plan that is named, else of the day, else of the plan that is open, else the base.
    func world(in project: Project, _ context: Context) throws -> Int64 {
        if plan == nil, let journal = try time.journal(in: project, context) { return -journal }
        guard let id = plan ?? context.openPlan else { return 0 }
        return try project.plan(id).id
    }

    /// The year, where there is a survey at all.
    func checkedYear(in project: Project) throws -> Int? {
        guard let year else { return nil }
        guard (1900...2200).contains(year) else {
            throw Refusal(
                .usage, "\(year) is no year; write it as 1900 to 2200, such as 2035.",
                "\(year) 不是年份；应为 1900 至 2200，如 2035。")
        }
        return year
    }
}

extension Context {
    /// Tells whoever watches what is at work, and stops where that is wished.
    var telling: (String) throws -> Void { { [progress] what in try progress.tell(0, of: nil, what) } }
}

extension IndicatorValue {
    var number: Report.Value { value.map { .real($0, decimals: indicator.decimals) } ?? .null }

    /// The letter of the warning, or a dash where nothing is wanted.
    var letter: Report.Value { .text(level?.rawValue ?? "-") }
}

func number(_ value: Double?, _ decimals: Int) -> Report.Value { value.map { .real($0, decimals: decimals) } ?? .null }

struct IndicatorList: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the values of the indicators.", "列出指标值。"))
    @OptionGroup var which: IndicatorOptions
    @Option(help: ArgumentHelp(say("Only those of this group.", "仅列此类指标。"))) var group: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let library = try project.indicatorLibrary()
        let chosen = try group.map { word in
            let groups = library.map(\.category.description).reduce(into: [String]()) { groups, name in
                if !groups.contains(name) { groups.append(name) }
            }
            let found = library.filter {
                [$0.category.english.lowercased(), $0.category.chinese].contains(word.lowercased())
            }
            guard !found.isEmpty else {
                throw Refusal(
                    .noInput, "There is no group \(word); there is \(groups.joined(separator: ", ")).",
                    "没有类别 \(word)；现有：\(groups.joined(separator: "、"))。")
            }
            return found
        }
        let year = try which.checkedYear(in: project)
        let values = try project.indicators(
            year: year, unit: which.unit, plan: which.world(in: project, context), only: chosen,
            tell: context.telling)
        let red = values.count { $0.level == .red }
        return Report(
            title: values.first.map { first in
                say(
                    "\(first.unit.name) \(first.year): \(counted(values.count { $0.value != nil }, "value")) of \(values.count), \(red) red.",
                    "\(first.unit.name) \(first.year) 年：\(values.count) 项指标中 \(values.count { $0.value != nil }) 项有值，\(red) 项红色预警。"
                )
            } ?? "",
            columns: [
                .init("indicator", "Indicator", "指标"), .init("name", "Name", "名称"), .init("group", "Group", "类别"),
                .init("value", "Value", "值", number: true), .init("unit", "Measure", "单位"),
                .init("target", "Target", "目标"), .init("distance", "Distance", "距目标", number: true),
                .init("level", "Level", "预警"), .init("approximate", "Approximate", "近似"),
                .init("nature", "Nature", "性质"),
                .init("missing", "Why there is no value", "无值原因"),
            ],
            rows: values.map { value in
                [
                    .text(value.indicator.id), .text(value.indicator.name.description),
                    .text(value.indicator.category.description), value.number,
                    .text(value.indicator.unit.description), .text(value.target?.description ?? ""),
                    number(value.distance, value.indicator.decimals), value.letter,
                    .flag(value.isApproximate), .text(value.indicator.nature.name.description),
                    .text(value.missing?.description ?? ""),
                ]
            }, notes: values.ofToday)
    }
}

extension [IndicatorValue] {
    /// Of values as of a day: which are those of today all the same, as a note of a report.
    var ofToday: [String] {
        let ids = filter { $0.isOfToday && $0.value != nil }.map(\.indicator.id)
        guard !ids.isEmpty else { return [] }
        let list = Set(ids).sorted().joined(separator: " ")
        return [
            say(
                "Of today, because what facilities reached that day is not known: \(list).",
                "设施可达范围没有历史记录，以下为现状值：\(list)。")
        ]
    }
}

struct IndicatorShow: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show an indicator: its history and its units.", "查看指标：历年值与各单元值。"))
    @Argument(help: ArgumentHelp(say("Its id, such as I003.", "指标编号，如 I003。"))) var indicator: String
    @OptionGroup var which: IndicatorOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let indicator = try project.indicator(indicator)
        let (year, plan) = (try which.checkedYear(in: project), try which.world(in: project, context))
        let tell = context.telling
        let own = try project.indicators(year: year, unit: which.unit, plan: plan, only: [indicator], tell: tell)
        guard let own = own.first else { return Report(title: indicator.name.description) }
        let units = try project.indicatorUnits(indicator, year: year, plan: plan, tell: tell)
            .filter { $0.unit.code.hasPrefix(own.unit.code) }
        let ranked = units.sorted { a, b in
            // Units of a kind together; among them those farthest from what is wanted first, else the largest.
            let (m, n) = (a.unit.code.utf8.count, b.unit.code.utf8.count)
            if m != n { return m < n }
            switch (a.value, b.value) {
            case (nil, nil): return a.unit.code < b.unit.code
            case (nil, _): return false
            case (_, nil): return true
            case (let x?, let y?):
                if x == y { return a.unit.code < b.unit.code }
                return indicator.direction == .higher ? x < y : x > y
            }
        }
        let trend = own.trend.map {
            "\($0.year): \(Report.Value.real($0.value, decimals: indicator.decimals).text)"
        }.joined(separator: "  ")
        let unit = indicator.unit.description
        return Report(
            title: say(
                "\(indicator.id) \(indicator.name.english)\(unit.isEmpty ? "" : " (\(unit))"), \(own.year), by unit.",
                "\(indicator.id) \(indicator.name.chinese)\(unit.isEmpty ? "" : "（\(unit)）")，\(own.year) 年各单元值。"),
            columns: [
                .init("unit", "Unit", "单元"), .init("unit_name", "Name", "名称"),
                .init("value", "Value", "值", number: true), .init("target", "Target", "目标"),
                .init("distance", "Distance", "距目标", number: true), .init("level", "Level", "预警"),
                .init("missing", "Why there is no value", "无值原因"),
            ],
            rows: ranked.map { value in
                [
                    .text(value.unit.code), .text(value.unit.name), value.number,
                    .text(value.target?.description ?? ""), number(value.distance, indicator.decimals), value.letter,
                    .text(value.missing?.description ?? ""),
                ]
            },
            notes: ranked.ofToday
                + [
                    trend.isEmpty ? "" : say("Years: \(trend)", "历年：\(trend)"),
                    indicator.definition.description,
                    say("Formula: \(indicator.formula)", "公式：\(indicator.formula)"),
                    say(
                        "Source: \(indicator.source); the definition is \(indicator.confidence.name.english).",
                        "来源：\(indicator.source)；定义\(indicator.confidence.name.chinese)。"),
                ].filter { !$0.isEmpty })
    }
}

/// Shows how a value comes about: the formula, its inputs, and each number on the way.
struct IndicatorTest: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: say("Show how a value comes about.", "查看指标值的计算过程。"),
        discussion: say(
            """
            An input that is a SELECT answers (unit, value) and reads the views land_by_unit, land, parcel, change, control,
            overlap, statistic, network, facility, reach, layer and inside. control: features of control lines and other
            zones (layer, uid, number, name, class, unit, area_m2, net_m2). overlap: what parcels share with the layers named
            in quotes, or else with all control lines (layer, uid, class, unit, control_uid, area_m2). inside: each unit with
            the codes of all units that it lies in (unit, code).
            """,
            """
            SELECT 输入应返回（单元, 值），可读视图 land_by_unit、land、parcel、change、control、overlap、statistic、network、facility、\
            reach、layer、inside。control：控制线及其他分区的要素（layer、uid、number、name、class、unit、area_m2、net_m2）。\
            overlap：图斑与引号中所写图层的重叠，未写图层时为全部控制线（layer、uid、class、unit、control_uid、area_m2）。\
            inside：各单元及其所在各级单元的代码（unit、code）。
            """))
    @Argument(help: ArgumentHelp(say("Its id, such as I003.", "指标编号，如 I003。"))) var indicator: String
    @OptionGroup var which: IndicatorOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let indicator = try project.indicator(indicator)
        let value = try project.indicators(
            year: which.checkedYear(in: project), unit: which.unit, plan: which.world(in: project, context),
            only: [indicator], tell: context.telling
        ).first
        guard let value else { return Report(title: indicator.name.description) }
        let series = try project.statisticSeries()
        let inputs = Dictionary(indicator.inputs.map { ($0.name, $0.definition) }) { first, _ in first }
        var rows: [[Report.Value]] = value.parts.map { part in
            let unit: String? =
                switch inputs[part.name] {
                case .sum(let sum): sum.unit.description
                case .statistic(let id): series.first { $0.id == id }?.measure
                case .query, nil: nil
                }
            return [
                .text(part.name), .text(part.text), number(part.value, 4), .text(unit ?? ""),
                .text(part.missing?.description ?? ""),
            ]
        }
        rows.append([
            .text(indicator.id), .text(indicator.formula), number(value.value, max(4, indicator.decimals)),
            .text(indicator.unit.description), .text(value.missing?.description ?? ""),
        ])
        return Report(
            title: say(
                "\(indicator.id) \(indicator.name.english): \(value.unit.name), \(value.year).",
                "\(indicator.id) \(indicator.name.chinese)：\(value.unit.name)，\(value.year) 年。"),
            columns: [
                .init("input", "Input", "输入"), .init("definition", "What it is", "内容"),
                .init("value", "Value", "值", number: true), .init("measure", "Measure", "单位"),
                .init("missing", "Why there is no value", "无值原因"),
            ], rows: rows,
            notes: [value].ofToday + [
                indicator.definition.description,
                say(
                    "Source: \(indicator.source); the definition is \(indicator.confidence.name.english).",
                    "来源：\(indicator.source)；定义\(indicator.confidence.name.chinese)。"),
            ])
    }
}
