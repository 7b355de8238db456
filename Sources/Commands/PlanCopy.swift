import ArgumentParser
import Phrases
import Planning
import Store

/// Makes a variant of a plan.
struct PlanCopy: Command {
    static let configuration = CommandConfiguration(
        commandName: "copy", abstract: say("Make a variant of a plan.", "复制规划为新方案。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64
    @Argument(help: ArgumentHelp(say("What the variant is called.", "方案名称。"))) var title: String
    @OptionGroup var common: CommonOptions

    func takesLong(in context: Context) throws -> Bool { try context.project().editCount(in: plan) > 1_000 }

    func perform(in context: Context) throws -> Report {
        let (copy, outcome) = try context.project().copyPlan(plan, title: title, line: context.line)
        return Report(
            title: say(
                "Plan \(copy.id) \(title) is a variant of plan \(plan), with \(counted(outcome.count, "drafted parcel")).",
                "已由规划 \(plan) 复制方案 \(copy.id) \(title)，含 \(outcome.count) 个改动图斑。"), opensPlan: copy.id)
    }
}

/// Variants side by side: what they touch, balance, quotas.
struct PlanCompare: Command {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: say("Hold plans side by side: balance, quotas, findings, what differs.", "并列比较各方案：用地结构、指标、规则发现、差异。"))
    @Argument(help: ArgumentHelp(say("The plans' numbers, two or more.", "规划编号，两个以上。"))) var plans: [Int64]
    @Option(help: ArgumentHelp(say("m2, mu, ha, km2 or wanmu.", "m2、mu（亩）、ha（公顷）、km2 或 wanmu（万亩）。"))) var unit:
        AreaUnit = .hectares
    @Flag(help: ArgumentHelp(say("Their maps side by side.", "并列显示地图。"))) var map = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (2...8).contains(plans.count), Set(plans).count == plans.count else {
            throw Refusal(
                .usage, "plan compare takes two to eight different plans: plan compare 1 2.",
                "plan compare 需给出二至八个不同规划，如 plan compare 1 2。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let named = try plans.map(project.plan)
        let all = try named.map { try project.consequences(of: $0.id) }
        let differing = try named.dropFirst().map {
            try project.difference(from: .plan(named[0].id), to: .plan($0.id)).parcels.count
        }
        var rows: [[Report.Value]] = []
        func add(_ key: String, _ name: String, _ values: [Report.Value]) {
            rows.append([.text(key), .text(name)] + values)
        }
        add("changed", say("Parcels changed", "改动图斑"), all.map { .integer(Int64($0.touched.set)) })
        add("added", say("Parcels added", "新增图斑"), all.map { .integer(Int64($0.touched.added)) })
        add("removed", say("Parcels taken away", "删除图斑"), all.map { .integer(Int64($0.touched.removed)) })
        add("zones", say("Features of other layers", "其他图层要素"), all.map { .integer(Int64($0.zones)) })
        add(
            "differing", say("Parcels unlike those of plan \(named[0].id)", "与规划 \(named[0].id) 不同的图斑"),
            [.integer(0)] + differing.map { .integer(Int64($0)) })
        for item in QuotaUse.Item.allCases where all.contains(where: { $0.quota[item] != .init() }) {
            // Cultivated land counts net; construction land gross.
            let isGross = item.rawValue.hasPrefix("new") || item == .reclaimed || item == .linkBalance
            add(
                item.rawValue, item.name.description,
                all.map { .area(isGross ? $0.quota[item].area : $0.quota[item].net, in: unit) })
        }
        for (key, name, values) in try findings(of: named, project) { add(key, name, values) }
        rows += balance(all)
        return Report(
            title: named.map { "\($0.id) \($0.title)" }.joined(separator: "  ·  "),
            columns: [.init("item", "Item", "代码"), .init("name", "Account", "项目")]
                + named.map { .init("plan_\($0.id)", "\($0.id) \($0.title)", "\($0.id) \($0.title)", number: true) },
            rows: rows,
            notes: [
                say(
                    "Areas in \(unit.symbol.english); cultivated land net; classes: after less before.",
                    "面积单位：\(unit.symbol.chinese)；耕地为净面积；地类为规划后减规划前。")
            ], picture: map ? try Sketch.sideBySide(named, project) : [])
    }

    /// What the rules find in each plan as it stands, by severity, without what was answered by an exception.
    private func findings(of plans: [Plan], _ project: Project) throws -> [(String, String, [Report.Value])] {
        let all = try plans.map { try project.liveFindings(in: $0).findings }
        func row(_ key: String, _ name: String, _ counts: (RuleFinding) -> Bool) -> (String, String, [Report.Value]) {
            (key, name, all.map { .integer(Int64($0.count(where: counts))) })
        }
        return Rule.Severity.allCases.map { severity in
            row(
                "findings_" + severity.rawValue.replacing("-", with: "_"),
                say("Findings: \(severity.name.english)", "规则发现：\(severity.name.chinese)")
            ) { $0.isOpen && $0.severity == severity }
        } + [row("not_checkable", say("Rules that could not be checked", "无法检查")) { $0.verdict == .unknown }]
    }

    /// After less before, a row for each first-level class that any of the plans changes.
    private func balance(_ all: [Consequences]) -> [[Report.Value]] {
        let sheets = all.map { BalanceSheet($0, level: .first, isPlanned: false, unit: unit, net: false) }
        let tables = sheets.map { Dictionary($0.differences.map { ($0.code, $0) }) { first, _ in first } }
        var seen: [String] = []
        for sheet in sheets { for row in sheet.differences where !seen.contains(row.code) { seen.append(row.code) } }
        return seen.compactMap { code in
            let steps = tables.map { $0[code]?.steps ?? 0 }
            guard steps.contains(where: { $0 != 0 }) else { return nil }
            let name = tables.lazy.compactMap { $0[code]?.name }.first ?? ""
            return [.text(code), .text(name)] + steps.map { .steps($0, decimals: unit.decimals) }
        }
    }
}
