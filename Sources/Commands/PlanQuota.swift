import ArgumentParser
import Phrases
import Planning
import Store

/// What a plan uses of the quotas, and makes up.
struct PlanQuota: Command {
    static let configuration = CommandConfiguration(
        commandName: "quota",
        abstract: say(
            "New construction land, cultivated land taken and made up, land given back.", "指标使用：新增建设用地、占补平衡、进出平衡、增减挂钩。")
    )
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("m2, mu, ha, km2 or wanmu.", "m2、mu（亩）、ha（公顷）、km2 或 wanmu（万亩）。"))) var unit:
        AreaUnit = .hectares
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = try context.plan(plan)
        var report = Self.report(try project.consequences(of: plan.id).quota, unit: unit)
        report.title = try project.heading(of: plan)
        return report
    }

    static func report(_ quota: QuotaUse, unit: AreaUnit) -> Report {
        let (key, symbol) = (unit.rawValue, unit.symbol)
        let items = QuotaUse.Item.allCases.filter { $0 != .undecided || quota[$0].count > 0 }
        return Report(
            title: "",
            columns: [
                .init("item", "Item", "代码"), .init("name", "Account", "项目"),
                .init("parcels", "Parcels", "图斑数", number: true),
                .init("area_\(key)", "Area \(symbol.english)", "面积 \(symbol.chinese)", number: true),
                .init("net_\(key)", "Net \(symbol.english)", "净面积 \(symbol.chinese)", number: true),
            ],
            rows: items.map { item in
                let amount = quota[item]
                return [
                    .text(item.rawValue), .text(item.name.description),
                    item.isBalance ? .null : .integer(amount.count), .area(amount.area, in: unit),
                    .area(amount.net, in: unit),
                ]
            }, notes: sentences(quota, unit: unit))
    }

    /// What is missing, a sentence for each account that is short.
    static func sentences(_ quota: QuotaUse, unit: AreaUnit) -> [String] {
        let accounts: [(QuotaUse.Item, net: Bool, Phrase)] = [
            (.occupationBalance, true, Phrase("Cultivated land made up is short of what is taken by", "占补平衡：补充耕地不足")),
            (.paddyBalance, true, Phrase("Paddy made up is short of what is taken by", "占补平衡：补充水田不足")),
            (.flowBalance, true, Phrase("Cultivated land flowing in is short of what flows out by", "进出平衡：转入耕地不足")),
            (.linkBalance, false, Phrase("Construction land given back is short of what is new by", "增减挂钩：复垦不足")),
        ]
        let short = accounts.compactMap { item, net, words -> String? in
            let amount = net ? quota[item].net : quota[item].area
            return amount < 0 ? "\(words) \(unit.text(-amount)) \(unit.symbol)" : nil
        }
        let undecided = quota[.undecided]
        guard undecided.count > 0 else { return short }
        return short + [
            say(
                "\(counted(Int(undecided.count), "change")) not booked: the class does not say what category it is.",
                "\(undecided.count) 处改动未计入：地类未注明三大类。")
        ]
    }
}
