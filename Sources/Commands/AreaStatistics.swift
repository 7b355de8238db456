import ArgumentParser
import Phrases
import Planning
import Store

/// Land by class, net, with the ridges as a class of their own; rows that add up to the total.
struct AreaStatistics: Command {
    static let configuration = CommandConfiguration(
        commandName: "statistics",
        abstract: say("Sum a survey's land by class; ridges are counted as 1203.", "按地类汇总，田坎计入 1203。"))
    @Argument(help: ArgumentHelp(say("The layer, such as DLTB_2020.", "图层，如 DLTB_2020。"))) var layer: String
    @Option(help: ArgumentHelp(say("Within this unit only, by its code.", "只汇总此单元（代码）。"))) var within: String?
    @Option(help: ArgumentHelp(say("m2, mu, ha, km2 or wanmu.", "m2、mu（亩）、ha（公顷）、km2 或 wanmu（万亩）。"))) var unit:
        AreaUnit = .hectares
    @Option(help: ArgumentHelp(say("Decimals, 0 to 6.", "小数位数，0 至 6。"))) var decimals: Int?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let decimals = decimals ?? unit.decimals
        guard (0...6).contains(decimals) else {
            throw Refusal(.usage, "Decimals are 0 to 6; \(decimals) is not.", "小数位数应为 0 至 6；\(decimals) 不符。")
        }
        let project = try context.project()
        let layer = try project.layer(named: layer)
        guard layer.classSystem == "survey" else {
            throw Refusal(
                .usage, "Land statistics are of a survey; layer \(layer.table) has no survey classes.",
                "用地汇总须基于国土调查；图层 \(layer.table) 没有调查地类。")
        }
        let classes = try project.classes()
        let names = Dictionary(
            classes.values.filter { $0.code.system == "survey" }.map { ($0.code.code, $0.name.description) }
        ) { $1 }
        let place = within.map { UnitCode($0)?.digits ?? $0 }
        let sums = try project.classSums(of: layer, in: place)
        guard !sums.isEmpty else {
            throw Refusal(
                .noInput, "Layer \(layer.table) has nothing in \(within ?? layer.table).",
                "图层 \(layer.table) 在 \(within ?? layer.table) 中没有要素。")
        }
        let statistics = LandStatistics(
            sums.map { (code: classes[$0.class]?.code.code ?? "", count: $0.count, area: $0.area, net: $0.net) })
        let table = statistics.balanced(in: unit, decimals: decimals)
        var rows = zip(statistics.rows, table.rows).map { row, steps -> [Report.Value] in
            [
                .text(row.code.isEmpty ? "-" : row.code), .text(names[row.code] ?? say("no class", "无地类")),
                .integer(row.count), .steps(steps, decimals: decimals),
            ]
        }
        rows.append([
            .text(""), .text(say("total", "合计")), .integer(statistics.rows.reduce(0) { $0 + $1.count }),
            .steps(table.total, decimals: decimals),
        ])
        let ridges = AreaUnit.squareMetres.text(statistics.ridges)
        return Report(
            title: "",
            columns: [
                .init("class", "Class", "地类"), .init("name", "Name", "名称"),
                .init("features", "Features", "要素数", number: true),
                .init(
                    "area_\(unit.rawValue)", "Area \(unit.symbol.english)", "面积 \(unit.symbol.chinese)", number: true),
            ], rows: rows,
            notes: [say("Ridges deducted from cultivated land: \(ridges) m²", "耕地中扣除的田坎：\(ridges) m²")])
    }
}

extension AreaUnit: ExpressibleByArgument {}

extension Report.Value {
    /// Whole steps of the last decimal: 123 with two decimals are 1.23.
    static func steps(_ steps: Int64, decimals: Int) -> Report.Value {
        let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        return .real(Double(steps) / scale, decimals: decimals)
    }

    /// An area in another unit, rounded half up.
    static func area(_ hundredths: Int64, in unit: AreaUnit, decimals: Int? = nil) -> Report.Value {
        .steps(unit.steps(of: hundredths, decimals: decimals), decimals: decimals ?? unit.decimals)
    }
}
