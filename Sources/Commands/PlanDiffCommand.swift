import ArgumentParser
import Phrases
import Store

/// What differs between a plan and its base, two plans, or two steps of one.
struct PlanDiffCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: say("Show what differs: a plan and its base, two plans, two steps.", "比较规划与底图、两个规划或两步之间的差异。"))
    @Argument(help: ArgumentHelp(say("The plan; two of them to hold against each other.", "规划编号；给两个则相互比较。"))) var plans:
        [Int64] = []
    @Option(help: ArgumentHelp(say("From how the plan was after this step.", "自此步之后。"))) var from: Int64?
    @Option(help: ArgumentHelp(say("To how it was after this step.", "至此步之后。"))) var to: Int64?
    @Option(help: ArgumentHelp(say("What this step alone did.", "仅此一步的改动。"))) var step: Int64?
    @Flag(help: ArgumentHelp(say("What goes from class to class instead of the parcels.", "列出地类间流量，而非图斑。")))
    var ledger = false
    @Option(help: ArgumentHelp(say("How many parcels at the most.", "最多图斑数。"))) var limit = 100
    @OptionGroup var common: CommonOptions

    func validate() throws {
        try Limits.check(limit)
        guard plans.count <= 2, plans.count < 2 || (from == nil && to == nil && step == nil),
            step == nil || (from == nil && to == nil)
        else {
            throw Refusal(
                .usage, "plan diff takes two plans, or one with --from and --to, or with --step.",
                "plan diff 可给两个规划，或一个规划加 --from、--to，或加 --step。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let (a, b, title) = try sides(context)
        let diff = try project.difference(from: a, to: b)
        let sheet = DiffSheet(diff, classes: try project.classes(), layers: try project.layers())
        var report = ledger ? sheet.ledger : sheet.parcels(limit: limit)
        report.title = title
        return report
    }

    private func sides(_ context: Context) throws -> (PlanDiff.Side, PlanDiff.Side, String) {
        if plans.count == 2 {
            let (a, b) = (try context.project().plan(plans[0]), try context.project().plan(plans[1]))
            return (
                .plan(a.id), .plan(b.id),
                say(
                    "From plan \(a.id) \(a.title) to plan \(b.id) \(b.title)",
                    "由规划 \(a.id) \(a.title) 到规划 \(b.id) \(b.title)")
            )
        }
        let plan = try context.plan(plans.first)
        let name = "\(plan.id) \(plan.title)"
        if let step {
            return (
                .step(step, of: plan.id, before: true), .step(step, of: plan.id, before: false),
                say("What step \(step) of plan \(name) did", "规划 \(name) 第 \(step) 步的改动")
            )
        }
        let start = from.map { say("step \($0)", "第 \($0) 步") } ?? say("the base", "底图")
        let end = to.map { say("step \($0)", "第 \($0) 步") } ?? say("now", "现在")
        return (
            from.map { .step($0, of: plan.id, before: false) } ?? .base,
            to.map { .step($0, of: plan.id, before: false) } ?? .plan(plan.id),
            say("Plan \(name), from \(start) to \(end)", "规划 \(name)，自\(start)至\(end)")
        )
    }
}

/// A difference as it is shown.
struct DiffSheet {
    let diff: PlanDiff
    let classes: [Int64: StoredClass]
    let layers: [Int64: String]

    init(_ diff: PlanDiff, classes: [Int64: StoredClass], layers: [Layer]) {
        self.diff = diff
        self.classes = classes
        self.layers = Dictionary(layers.map { ($0.id, $0.table) }) { first, _ in first }
    }

    private func code(_ id: Int64?) -> String {
        guard let id, id > 0 else { return "-" }
        return classes[id]?.code.description ?? "-"
    }

    private func name(_ id: Int64) -> String {
        id < 0 ? say("no land", "无") : id == 0 ? say("no class", "无地类") : classes[id]?.name.description ?? ""
    }

    func parcels(limit: Int) -> Report {
        var notes = differences
        if diff.parcels.count > limit {
            let more = diff.parcels.count - limit
            notes.append(say("\(counted(more, "more parcel")): --limit", "另有 \(more) 个图斑：--limit"))
        }
        return Report(
            title: "",
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码"),
                .init("layer", "Layer", "图层"), .init("from_class", "From", "原地类"), .init("to_class", "To", "新地类"),
                .init("before_m2", "Before m²", "原面积 m²", number: true),
                .init("after_m2", "After m²", "新面积 m²", number: true), .init("fields", "Fields", "属性"),
            ],
            rows: diff.parcels.prefix(limit).map { parcel in
                [
                    .integer(parcel.uid), .text(parcel.number), .text(layers[parcel.layer] ?? ""),
                    .text(code(parcel.from)), .text(code(parcel.to)), parcel.before.map { .area($0) } ?? .null,
                    parcel.after.map { .area($0) } ?? .null,
                    .text(parcel.fields.map { "\($0.field): \($0.before) > \($0.after)" }.joined(separator: "; ")),
                ]
            }, notes: diff.parcels.isEmpty ? [say("Nothing differs.", "没有差异。")] : notes)
    }

    var ledger: Report {
        Report(
            title: "",
            columns: [
                .init("from_class", "From", "由"), .init("from_name", "Name", "名称"), .init("to_class", "To", "到"),
                .init("to_name", "Name", "名称"), .init("places", "Places", "处数", number: true),
                .init("area_m2", "Area m²", "面积 m²", number: true),
            ],
            rows: diff.ledger.map { change in
                [
                    .text(code(change.from)), .text(name(change.from)), .text(code(change.to)),
                    .text(name(change.to)), .integer(change.count), .area(change.area),
                ]
            }, notes: diff.ledger.isEmpty ? [say("No land changes its class.", "没有地类变化。")] : differences)
    }

    /// What each class gains or loses; the gains and losses of all are nothing together.
    private var differences: [String] {
        var gains: [Int64: Int64] = [:]
        for change in diff.ledger {
            gains[change.from, default: 0] -= change.area
            gains[change.to, default: 0] += change.area
        }
        guard !gains.isEmpty else { return [] }
        let lines = gains.sorted { $0.key < $1.key }.map { id, area in
            "  \(code(id)) \(name(id))  \(area > 0 ? "+" : "")\(Decimals.hundredths(area)) m²"
        }
        let sum = Decimals.hundredths(gains.values.reduce(0, +))
        return [say("Gained and lost:", "增减：")] + lines + [say("  together  \(sum) m²", "  合计  \(sum) m²")]
    }
}
