import ArgumentParser
import Phrases
import Planning
import Store

/// How a balance groups classes.
enum BalanceLevel: String, ExpressibleByArgument, CaseIterable {
    case first, full
}

/// Land by class before and after a plan.
struct PlanBalance: Command {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: say("Land by class before and after a plan, and from class to class.", "规划前后的地类结构与转移矩阵。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Flag(help: ArgumentHelp(say("What goes from class to class.", "输出转移矩阵。"))) var matrix = false
    @Option(help: ArgumentHelp(say("first or full: by first-level class, or by full code.", "first 按一级类，full 按完整代码。")))
    var level: BalanceLevel = .first
    @Option(
        help: ArgumentHelp(
            say(
                "Of this class system: plan2023 counts survey classes as the planned uses they become.",
                "统一为此分类：plan2023 按基数转换计入用地用海分类。"))) var system: String?
    @Option(help: ArgumentHelp(say("m2, mu, ha, km2 or wanmu.", "m2、mu（亩）、ha（公顷）、km2 或 wanmu（万亩）。"))) var unit:
        AreaUnit = .hectares
    @Flag(help: ArgumentHelp(say("Net areas, with the field ridges as class 1203.", "按净面积，田坎计入 1203。"))) var net = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard system == nil || system == "plan2023" else {
            throw Refusal(.usage, "--system takes plan2023; \(system ?? "") is not.", "--system 只能为 plan2023。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        let consequences = try project.consequences(of: plan.id)
        let sheet = BalanceSheet(consequences, level: level, isPlanned: system != nil, unit: unit, net: net)
        var report = matrix ? sheet.matrix : sheet.table
        report.title = try project.heading(of: plan)
        return report
    }
}

/// A balance as it is shown: classes grouped, areas in a unit, everything summed from the same rounded cells.
struct BalanceSheet {
    let balance: LandBalance
    let unit: AreaUnit
    private let names: [LandUseCode: String]

    init(_ consequences: Consequences, level: BalanceLevel, isPlanned: Bool, unit: AreaUnit, net: Bool) {
        self.init(
            net ? consequences.netBalance : consequences.balance, classes: consequences.classes, level: level,
            isPlanned: isPlanned, unit: unit)
    }

    init(
        _ balance: LandBalance, classes: [Int64: StoredClass], level: BalanceLevel, isPlanned: Bool, unit: AreaUnit
    ) {
        self.unit = unit
        let stored = Dictionary(classes.values.map { ($0.code, $0) }) { first, _ in first }
        names = stored.mapValues(\.name.description)
        let table = ClassTable.standard
        func group(_ code: LandUseCode) -> LandUseCode {
            var code = code
            if isPlanned, let planned = table[code]?.mapping?.preferred { code = planned }
            guard level == .first else { return code }
            while let parent = stored[code]?.parent { code = LandUseCode(system: code.system, code: parent) }
            return code
        }
        self.balance = balance.grouped(group).rounded(in: unit)
    }

    private func code(_ code: LandUseCode?) -> Report.Value {
        .text(code.map { $0.code.isEmpty ? "-" : $0.description } ?? "-")
    }

    private func name(_ code: LandUseCode?) -> Report.Value {
        guard let code else { return .text(say("no land", "无")) }
        return .text(code.code.isEmpty ? say("no class", "无地类") : names[code] ?? "")
    }

    private func steps(_ steps: Int64) -> Report.Value { .steps(steps, decimals: unit.decimals) }

    private func column(_ key: String, _ english: String, _ chinese: String) -> Report.Column {
        .init(
            "\(key)_\(unit.rawValue)", "\(english) \(unit.symbol.english)", "\(chinese) \(unit.symbol.chinese)",
            number: true)
    }

    /// A row a class: before, after, difference; the totals last.
    var table: Report {
        var rows: [[Report.Value]] = []
        var (before, after) = (Int64(0), Int64(0))
        for code in balance.classes {
            let (was, shall) = (balance.before(code), balance.after(code))
            before += was
            after += shall
            rows.append([self.code(code), name(code), steps(was), steps(shall), steps(shall - was)])
        }
        rows.append([.text(""), .text(say("total", "合计")), steps(before), steps(after), steps(after - before)])
        return Report(
            title: "",
            columns: [
                .init("class", "Class", "地类"), .init("name", "Name", "名称"), column("before", "Before", "规划前"),
                column("after", "After", "规划后"), column("difference", "Difference", "增减"),
            ], rows: rows)
    }

    /// After less before by class, in whole steps of the last decimal.
    var differences: [(code: String, name: String, steps: Int64)] {
        balance.classes.map { (code($0).text, name($0).text, balance.after($0) - balance.before($0)) }
    }

    /// A row for each class that gives land, a column for each that takes; the sums at the edges.
    var matrix: Report {
        let moved = balance.cells.filter { $0.key.from != $0.key.to }
        let (givers, takers) = (Set(moved.keys.map(\.from)), Set(moved.keys.map(\.to)))
        let columns = balance.classes.filter(takers.contains)
        var rows = balance.classes.filter(givers.contains).map { from -> [Report.Value] in
            let row = columns.map { moved[.init(from: from, to: $0)] ?? 0 }
            return [code(from), name(from)] + row.map(steps) + [steps(row.reduce(0, +))]
        }
        let sums = columns.map { to in moved.reduce(0) { $0 + ($1.key.to == to ? $1.value : 0) } }
        rows.append([.text(""), .text(say("total", "合计"))] + sums.map(steps) + [steps(sums.reduce(0, +))])
        let titles = columns.map { to -> Report.Column in
            let title = to.map { $0.code.isEmpty ? "-" : $0.description } ?? say("none", "无")
            let key = to.map { $0.code.isEmpty ? "unclassified" : "\($0.system)_\($0.code)" } ?? "none"
            return .init("to_\(key)_\(unit.rawValue)", title, title, number: true)
        }
        return Report(
            title: "",
            columns: [.init("from_class", "From", "由"), .init("from_name", "Name", "名称")] + titles
                + [column("total", "Total", "合计")],
            rows: rows, notes: moved.isEmpty ? [say("No changes yet.", "尚无改动。")] : [])
    }
}
