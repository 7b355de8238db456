import ArgumentParser
import Foundation
import Phrases
import Planning
import Store

struct AreaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "area",
        abstract: say("Areas: adjustment to control areas, statistics, changes between years.", "面积：调平、汇总与年度变化。"),
        subcommands: [AreaAdjust.self, AreaLog.self, AreaStatistics.self, AreaChanges.self])
}

/// Brings the parcels of each unit to its control area.
struct AreaAdjust: Command {
    static let configuration = CommandConfiguration(
        commandName: "adjust",
        abstract: say("Bring a layer's areas to control areas, 0.01 m² by 0.01 m².", "按控制面积调平图斑面积。"),
        discussion: say(
            "Areas are reckoned from those measured, so that no parcel is adjusted twice. Villages are brought to towns and the county first where control areas of several levels are given. A difference beyond the tolerance is refused: 0.005 m² a parcel and a millionth of the control area, unless --tolerance says otherwise.",
            "始终由原始面积计算，不会重复调平。若给出多级控制面积，先将村调至乡镇、乡镇调至县。相差超过限差时拒绝：默认每图斑 0.005 m² 加控制面积的百万分之一，可用 --tolerance 指定。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The layer of parcels, such as DLTB_2020.", "图斑图层，如 DLTB_2020。"))) var layer:
        String
    @Option(
        help: ArgumentHelp(
            say(
                "Where the control areas are: a layer of units such as CJDCQ, or a CSV with unit and area_m2; may be given again for other levels.",
                "控制面积来源：单元图层（如 CJDCQ）或含 unit、area_m2 列的 CSV；可重复给出各级。")),
        completion: .file(extensions: ["csv"]))
    var control: [String]
    @Option(help: ArgumentHelp(say("The column of the control layer with the areas.", "控制图层的面积字段。"))) var field: String?
    @Option(help: ArgumentHelp(say("How many m² a unit may be off.", "单元允许相差的平方米数。"), valueName: "m²"))
    var tolerance: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layer = try project.layer(named: layer)
        guard layer.geometry == .polygon, layer.unitField != nil else {
            throw Refusal(
                .usage, "Layer \(layer.table) has no parcels that lie in units, so that nothing can be adjusted.",
                "图层 \(layer.table) 不是带单元代码的面图层，不能调平。")
        }
        let limit = try tolerance.map { text in
            guard let limit = AreaUnit.squareMetres.hundredths(parsing: text), limit >= 0 else {
                throw Refusal(
                    .usage, "The tolerance is a number of square metres such as 0.50; \(text) is not.",
                    "限差应为平方米数，如 0.50；\(text) 不符。")
            }
            return limit
        }
        var (areas, sources): ([(key: ControlAreas.Key, area: Int64)], [String]) = ([], [])
        for name in control {
            let (found, source) = try controls(name, project)
            areas += found
            sources.append(source)
        }
        let controls = try ControlAreas(areas, tolerance: limit)
        let source = sources.joined(separator: ", ")
        let outcome = try project.adjustAreas(
            of: layer, to: controls, source: source, tolerance: limit, line: context.line)
        return report(outcome, of: layer)
    }

    private func controls(_ name: String, _ project: Project) throws -> ([(key: ControlAreas.Key, area: Int64)], String)
    {
        guard name.lowercased().hasSuffix(".csv") else {
            let layer = try project.layer(named: name)
            let (areas, field) = try project.controlAreas(of: layer, field: field)
            return (areas, "\(layer.table).\(field ?? say("measured", "量算"))")
        }
        guard let text = try? String(contentsOfFile: name, encoding: .utf8) else {
            throw Refusal(
                .noInput, "The control areas in \(name) cannot be read as UTF-8.", "无法按 UTF-8 读取控制面积 \(name)。")
        }
        do {
            return (try ControlAreas.read(csv: text, file: name), (name as NSString).lastPathComponent)
        } catch let fault as TableFault {
            throw Refusal(
                .badData, "\(fault.file):\(fault.line): \(fault.reason.english) Nothing was adjusted.",
                "\(fault.file):\(fault.line): \(fault.reason.chinese)未作调平。")
        }
    }

    private func report(_ outcome: AdjustmentOutcome, of layer: Layer) -> Report {
        let amount = AreaUnit.squareMetres.text(outcome.amount)
        guard outcome.journal != 0 else {
            return Report(
                title: say(
                    "Nothing to adjust: \(layer.table) already has these \(outcome.units) control areas.",
                    "无需调平：图层 \(layer.table) 已符合这 \(outcome.units) 个控制面积。"))
        }
        return Report(
            title: say(
                "Adjusted \(layer.table) to \(outcome.units) control areas: \(outcome.moved) of \(outcome.parcels) parcels moved by \(amount) m² in all.",
                "图层 \(layer.table) 已按 \(outcome.units) 个控制面积调平：\(outcome.parcels) 个图斑中调整 \(outcome.moved) 个，共 \(amount) m²。"
            ),
            notes: [say("What was moved: tuban area log \(layer.table)", "调整明细：tuban area log \(layer.table)")])
    }
}

/// What an adjustment moved.
struct AreaLog: Command {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: say("List what an adjustment moved.", "列出调平明细。"))
    @Argument(help: ArgumentHelp(say("The layer.", "图层。"))) var layer: String
    @Flag(help: ArgumentHelp(say("The units and their control areas instead.", "改为列出各单元的控制面积。"))) var units = false
    @Option(help: ArgumentHelp(say("Go on after this parcel.", "从此图斑之后继续。"))) var after: Int64 = 0
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 1000
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let layer = try project.layer(named: layer)
        let adjusted = try project.adjustedUnits(of: layer)
        guard !adjusted.isEmpty else {
            return Report(title: say("The areas of \(layer.table) were never adjusted.", "图层 \(layer.table) 未曾调平。"))
        }
        return units ? report(adjusted) : try report(project.areaMoves(of: layer, after: after, limit: max(1, limit)))
    }

    private func report(_ moves: [AreaMove]) -> Report {
        var report = Report(
            title: "",
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码"),
                .init("unit", "Unit", "单元"), .init("measured_m2", "Measured m²", "原始面积 m²", number: true),
                .init("moved_m2", "Moved m²", "调整 m²", number: true),
                .init("area_m2", "Area m²", "面积 m²", number: true), .init("journal", "Journal", "日志", number: true),
            ],
            rows: moves.map { move in
                [
                    .integer(move.uid), .text(move.number), .text(move.unit.description), .area(move.raw),
                    .area(move.moved), .area(move.raw + move.moved), .integer(move.journal),
                ]
            })
        if moves.count == max(1, limit), let last = moves.last {
            report.notes = [say("More: --after \(last.uid)", "更多：--after \(last.uid)")]
        }
        return report
    }

    private func report(_ units: [AdjustedUnit]) -> Report {
        Report(
            title: "",
            columns: [
                .init("unit", "Unit", "单元"), .init("name", "Name", "名称"),
                .init("parcels", "Parcels", "图斑数", number: true),
                .init("given_m2", "Given m²", "给定 m²", number: true),
                .init("control_m2", "Control m²", "控制面积 m²", number: true),
                .init("measured_m2", "Measured m²", "原始面积 m²", number: true),
                .init("moved_m2", "Moved m²", "调整 m²", number: true), .init("source", "Source", "来源"),
                .init("journal", "Journal", "日志", number: true),
            ],
            rows: units.map { unit in
                [
                    .text(unit.unit.description), .text(unit.name), .integer(unit.parcels), .area(unit.given),
                    .area(unit.control), .area(unit.raw), .area(unit.control - unit.raw), .text(unit.source),
                    .integer(unit.journal),
                ]
            })
    }
}
