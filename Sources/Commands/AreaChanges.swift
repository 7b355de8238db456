import ArgumentParser
import Phrases
import Planning
import Store

/// What became of the land between two survey years: the flow from class to class.
struct AreaChanges: Command {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: say("Land that changed its class between two surveys.", "两期调查之间的地类变化。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The earlier survey, such as DLTB_2020.", "前期调查图层，如 DLTB_2020。"))) var earlier:
        String
    @Argument(help: ArgumentHelp(say("The later survey; the newest unless named.", "后期调查图层；默认取最新。"))) var later: String?
    @Flag(help: ArgumentHelp(say("By town or village too.", "按单元分列。"))) var byUnit = false
    @Option(help: ArgumentHelp(say("m2, mu, ha, km2 or wanmu.", "m2、mu（亩）、ha（公顷）、km2 或 wanmu（万亩）。"))) var unit:
        AreaUnit = .squareMetres
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let old = try project.layer(named: earlier)
        guard let new = try later.map(project.layer(named:)) ?? project.newestSurvey(), new.id != old.id else {
            throw Refusal(
                .usage, "A comparison needs two surveys; name the later one after \(earlier).",
                "对比需要两期调查；请在 \(earlier) 之后写明后期图层。")
        }
        let changes = try project.surveyChanges(from: old, to: new) { done, total in
            try context.progress.tell(done, of: total, "\(old.table), \(new.table)")
        }
        let (classes, units) = (try project.classes(), try project.units())
        struct Flow: Hashable {
            var unit: Int64
            var from: Int64
            var to: Int64
        }
        var sums: [Flow: (pairs: Int64, area: Int64, net: Int64)] = [:]
        for change in changes {
            let flow = Flow(unit: byUnit ? change.unit : 0, from: change.from, to: change.to)
            let sum = sums[flow] ?? (0, 0, 0)
            sums[flow] = (sum.pairs + change.pairs, sum.area + change.area, sum.net + change.net)
        }
        func side(_ id: Int64) -> [Report.Value] {
            [.text(id == 0 ? "-" : classes[id]?.code.description ?? ""), .text(classes[id]?.name.description ?? "")]
        }
        let ordered = sums.sorted { a, b in
            (units[a.key.unit]?.code ?? "", b.value.area, a.key.from, a.key.to)
                < (units[b.key.unit]?.code ?? "", a.value.area, b.key.from, b.key.to)
        }
        let key = "_\(unit.rawValue)"
        var columns: [Report.Column] = [
            .init("from_class", "From", "前期地类"), .init("from_name", "Name", "名称"), .init("to_class", "To", "后期地类"),
            .init("to_name", "Name", "名称"), .init("pairs", "Pieces", "地块", number: true),
            .init("area\(key)", "Area \(unit.symbol.english)", "面积 \(unit.symbol.chinese)", number: true),
            .init("net_area\(key)", "Net \(unit.symbol.english)", "净面积 \(unit.symbol.chinese)", number: true),
        ]
        if byUnit {
            columns = [.init("unit_code", "Unit", "单元代码"), .init("unit_name", "Name", "单元")] + columns
        }
        let faults = try project.surveyFaults(from: old, to: new)
        var notes: [String] = []
        if let first = faults.first {
            notes.append(
                say(
                    "\(counted(faults.count, "parcel")) of \(new.table) could not be compared: \(first.english)",
                    "\(new.table) 有 \(faults.count) 个图斑无法对比：\(first.chinese)"))
        }
        if ordered.isEmpty { notes.append(say("No land changed its class.", "地类没有变化。")) }
        return Report(
            title: "", columns: columns,
            rows: ordered.map { flow, sum in
                let place: [Report.Value] =
                    byUnit ? [.text(units[flow.unit]?.code ?? ""), .text(units[flow.unit]?.name ?? "")] : []
                return place + side(flow.from) + side(flow.to) + [
                    .integer(sum.pairs), .area(sum.area, in: unit), .area(sum.net, in: unit),
                ]
            }, notes: notes)
    }
}
