import ArgumentParser
import Phrases
import Planning
import Store

struct NetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: say("Roads, and what is within reach along them.", "路网与可达性。"),
        subcommands: [NetworkShow.self, NetworkReachCommand.self])
}

/// Which world a network is of.
struct NetworkWorld: ParsableArguments {
    @Option(help: ArgumentHelp(say("A plan; without it the base.", "规划编号；默认为现状。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("The survey; without it the newest.", "调查图层；默认为最新。"))) var layer: String?

    func find(in project: Project) throws -> (plan: Plan?, layer: Layer) {
        let plan = try plan.map(project.plan)
        if let layer { return (plan, try project.layer(named: layer)) }
        let base = try plan?.base.flatMap { id in try project.layers().first { $0.id == id } }
        guard let found = try base ?? project.newestSurvey() else {
            throw Refusal(
                .noInput, "There is no survey layer whose land could be within reach of anything; import one.",
                "没有现状调查图层，无法计算可达性；请先导入。")
        }
        return (plan, found)
    }
}

/// The roads by class, as a network.
struct NetworkShow: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Sum the roads by class.", "按等级汇总道路。"))
    @OptionGroup var world: NetworkWorld
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let (plan, layer) = try world.find(in: project)
        let network = try project.network(plan: plan?.id ?? 0, layer: layer)
        var sums: [String: (edges: Int64, length: Double, urban: Double)] = [:]
        for edge in network.edges {
            let sum = sums[edge.class] ?? (0, 0, 0)
            sums[edge.class] = (sum.edges + 1, sum.length + edge.length, sum.urban + edge.urban)
        }
        let kinds = Dictionary(grouping: network.facilities, by: \.kind).mapValues(\.count)
        var names: [String: Phrase] = [:]
        for rule in ReachRule.all where names[rule.kind] == nil { names[rule.kind] = rule.name }
        return Report(
            title: network.edges.isEmpty
                ? say("No roads are loaded (layer DL): ways are reckoned as the crow flies.", "未加载道路（DL 图层）：距离按直线估算。")
                : say(
                    "\(counted(network.edges.count, "edge")) between \(counted(network.nodes, "node")).",
                    "路网有 \(network.edges.count) 条边、\(network.nodes) 个节点。"),
            columns: [
                .init("class", "Class", "等级"), .init("edges", "Edges", "边数", number: true),
                .init("length_m", "Length m", "长度 m", number: true),
                .init("urban_m", "In the urban area m", "城区内 m", number: true),
            ],
            rows: sums.sorted { $0.key < $1.key }.map { name, sum in
                [
                    .text(name.isEmpty ? "-" : name), .integer(sum.edges), .real(sum.length, decimals: 2),
                    .real(sum.urban, decimals: 2),
                ]
            },
            notes: kinds.sorted { $0.key < $1.key }.map { kind, count in
                say(
                    "\(names[kind]?.english ?? kind): \(counted(count, "facility", "facilities")).",
                    "\(names[kind]?.chinese ?? kind)：\(count) 处。")
            })
    }
}

/// What is within reach of what.
struct NetworkReachCommand: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "reach", abstract: say("Tell how much land is within reach of facilities.", "计算设施覆盖的用地。"))
    @Option(help: ArgumentHelp(say("Only this kind, such as clinic.", "只列此类设施，如 clinic。"))) var kind: String?
    @Option(help: ArgumentHelp(say("Units: county, town or village.", "汇总单元：county、town 或 village。"))) var by:
        UnitCode.Level =
            .county
    @OptionGroup var world: NetworkWorld
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let (plan, layer) = try world.find(in: project)
        let kinds = Set(ReachRule.all.map(\.kind))
        if let kind, !kinds.contains(kind) {
            let known = kinds.sorted().joined(separator: ", ")
            throw Refusal(.noInput, "There is no kind \(kind); there is \(known).", "没有设施类别 \(kind)；现有：\(known)。")
        }
        let values = try project.reach(plan: plan?.id ?? 0, layer: layer)
        let units = try project.units()
        let names = Dictionary(units.values.map { ($0.code, $0.name) }) { $1 }
        var rows: [[Report.Value]] = []
        for rule in ReachRule.all where kind.map({ $0 == rule.kind }) ?? true {
            let own = values.filter { $0.kind == rule.kind && $0.way == rule.way && $0.minutes == rule.minutes }
            let groups = Dictionary(grouping: own) { value -> String in
                let code = units[value.unit]?.code ?? ""
                return UnitCode(code)?.unit(at: by)?.digits ?? code
            }
            for (code, group) in groups.sorted(by: { $0.key < $1.key }) {
                let covered = group.reduce(0) { $0 + $1.covered }, total = group.reduce(0) { $0 + $1.total }
                let count = group.reduce(0) { $0 + $1.coveredCount }, all = group.reduce(0) { $0 + $1.totalCount }
                let share = rule.demand == .villages ? Double(count) / Double(all) : Double(covered) / Double(total)
                rows.append([
                    .text(rule.kind), .text(rule.name.description), .text(rule.way.rawValue),
                    .integer(Int64(rule.minutes)), .text(code), .text(names[code] ?? ""), .area(covered), .area(total),
                    .integer(count), .integer(all), share.isFinite ? .real(share * 100, decimals: 2) : .null,
                    .flag(group.contains(where: \.isApproximate)),
                ])
            }
        }
        return Report(title: "", columns: Self.columns, rows: rows, notes: notes(values))
    }

    private func notes(_ values: [ReachValue]) -> [String] {
        guard values.contains(where: \.isApproximate) else { return [] }
        return [
            say(
                "No roads are loaded (layer DL): what is approximate was reckoned as the crow flies.",
                "未加载道路（DL 图层）：标为近似的值按直线距离估算。")
        ]
    }

    private static let columns: [Report.Column] = [
        .init("kind", "Kind", "类别"), .init("name", "Facilities", "设施"), .init("way", "Way", "方式"),
        .init("minutes", "Minutes", "分钟", number: true), .init("unit", "Unit", "单元"),
        .init("unit_name", "Name", "名称"), .init("covered_m2", "Covered m²", "覆盖 m²", number: true),
        .init("total_m2", "Of m²", "总计 m²", number: true), .init("covered", "Covered", "覆盖数", number: true),
        .init("total", "Of", "总数", number: true), .init("share_percent", "%", "%", number: true),
        .init("approximate", "Approximate", "近似"),
    ]
}

extension UnitCode.Level: ExpressibleByArgument {
    package init?(argument: String) {
        guard let level = Self.allCases.first(where: { "\($0)" == argument }) else { return nil }
        self = level
    }

    package static var allValueStrings: [String] { allCases.map { "\($0)" } }
    package var defaultValueDescription: String { "\(self)" }
}
