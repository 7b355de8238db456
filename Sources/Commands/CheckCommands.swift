import ArgumentParser
import Phrases
import Planning
import Store

extension RuleScope: ExpressibleByArgument {}

/// Runs the rules over a draft, over the county as it stands, or over both.
struct PlanCheck: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: say("Check a plan or the county by the rules.", "按规则检查规划或全县数据。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("draft, county or all.", "draft（草案）、county（全县）或 all。"))) var scope: RuleScope =
        .draft
    @Option(help: ArgumentHelp(say("A former run to compare with.", "与之比较的检查编号。"))) var since: Int64?
    @Option(help: ArgumentHelp(say("The day that terms are reckoned by; today unless given.", "期限计算日期；默认今天。")))
    var date: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let plan = scope == .county ? nil : try context.plan(plan)
        let former = try since.map(project.ruleRun)
        if let former, former.plan != plan?.id ?? 0 || former.scope != scope {
            throw Refusal(
                .usage,
                "Run \(former.id) looked at \(former.plan == 0 ? "the county" : "plan \(former.plan)") (\(former.scope.rawValue)); only runs about the same can be compared.",
                "第 \(former.id) 次检查的对象是\(former.plan == 0 ? "全县" : "规划 \(former.plan)")（\(former.scope.rawValue)），只能与同一对象的检查比较。"
            )
        }
        var done = 0
        let check = try project.check(plan, scope: scope, date: Day.checked(date)) { what in
            done += 1
            try context.progress.tell(done, of: nil, what)
        }
        let comparison = try former.map { former in
            RunComparison(before: try project.findings(of: former), now: check.findings)
        }
        var report = Findings.report(check.findings, run: check.run, since: comparison)
        let broken = check.findings.filter { $0.verdict == .broken }
        let unknown = check.findings.count - broken.count
        report.title = say(
            "Run \(check.run.id): \(broken.count) broken, \(unknown) not checkable, \(counted(check.held.count, "rule")) held.",
            "第 \(check.run.id) 次检查：违反 \(broken.count)，无法检查 \(unknown)，符合的规则 \(check.held.count) 条。")
        if !check.unconcerned.isEmpty {
            report.notes.append(
                say(
                    "Nothing in the draft concerns \(check.unconcerned.joined(separator: " ")).",
                    "草案不涉及 \(check.unconcerned.joined(separator: " "))。"))
        }
        if let former, let comparison {
            report.notes.append(
                say(
                    "Since run \(former.id): mended \(comparison.mended.count), new \(comparison.new.count), still \(comparison.still.count).",
                    "与第 \(former.id) 次相比：已改正 \(comparison.mended.count)，新增 \(comparison.new.count)，仍存在 \(comparison.still.count)。"
                ))
            report.notes += comparison.mended.prefix(20).map { say("mended: ", "已改正：") + $0.sentence }
            report.notes += comparison.new.prefix(20).map { say("new: ", "新增：") + $0.sentence }
        }
        report.status = broken.contains { $0.severity == .block && $0.isOpen } ? 1 : 0
        return report
    }
}

/// What the last run found.
struct PlanFindings: Command {
    static let configuration = CommandConfiguration(
        commandName: "findings", abstract: say("List what the rules found.", "列出检查结果。"))
    @Argument(help: ArgumentHelp(say("The plan's number; 0 is the county.", "规划编号；0 为全县。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("A run; the last unless given.", "检查编号；默认最近一次。"))) var run: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let id = plan == 0 || run != nil ? 0 : try context.plan(plan).id
        guard let run = try run.map(project.ruleRun) ?? project.lastRun(of: id) else {
            throw Refusal(
                .noInput, "Nothing has been checked yet; 'plan check' does it.", "尚未检查；可用 plan check 检查。")
        }
        return Findings.report(try project.findings(of: run), run: run)
    }
}

/// A planner's answer to a finding: an exception with its reason and its document. The finding stays visible.
struct PlanAnswer: Command {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: say("Answer a finding.", "答复检查结果。"))
    @Argument(help: ArgumentHelp(say("The finding's number.", "检查结果编号。"))) var finding: Int64
    @Option(help: ArgumentHelp(say("Why it stands as an exception.", "例外理由。"))) var reason: String
    @Option(help: ArgumentHelp(say("Number, authority and date of the document.", "文号、机关和日期。"))) var document: String =
        ""
    @Flag(help: ArgumentHelp(say("Take an answer back.", "收回答复。"))) var withdraw = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let (finding, run) = try project.finding(finding)
        try project.answer(
            rule: finding.rule, plan: run.plan, uid: finding.uid, object: finding.object,
            withdraw ? "withdrawn" : "exception", reason: reason, document: document, line: context.line)
        return Report(
            title: withdraw
                ? say("Took back the answer to \(finding.sentence)", "已收回对下列结果的答复：\(finding.sentence)")
                : say("Answered by \(document): \(finding.sentence)", "已凭 \(document) 答复：\(finding.sentence)"))
    }
}

enum Findings {
    /// - Parameter since: what became of the findings of a former run; those that are mended stand last, as they were.
    static func report(_ findings: [RuleFinding], run: RuleRun, since: RunComparison? = nil) -> Report {
        var report = report(findings, run)
        guard let since else { return report }
        let new = Set(since.new.map(\.key))
        report.columns.append(.init("since", "Since", "与前次相比"))
        for (place, finding) in findings.enumerated() {
            report.rows[place].append(
                .text(new.contains(finding.key) ? say("new", "新增") : say("still", "仍存在")))
        }
        report.rows += since.mended.map { row($0, run) + [.text(say("mended", "已改正"))] }
        return report
    }

    private static func report(_ findings: [RuleFinding], _ run: RuleRun) -> Report {
        Report(
            title: say("Run \(run.id), \(run.time)", "第 \(run.id) 次检查，\(run.time)"),
            columns: [
                .init("finding", "Finding", "编号", number: true), .init("rule", "Rule", "规则"),
                .init("version", "Version", "版本", number: true), .init("severity", "Severity", "等级"),
                .init("verdict", "Verdict", "结论"),
                .init("parcel", "Parcel", "图斑", number: true), .init("object", "Its parcel", "对照图斑", number: true),
                .init("layer", "Layer", "图层"), .init("number", "Number", "标识码"),
                .init("object_layer", "Against", "对照图层"), .init("object_number", "Its number", "对照标识码"),
                .init("area_m2", "Area m²", "面积 m²", number: true), .init("measured", "Measured", "实测", number: true),
                .init("threshold", "Limit", "限值", number: true), .init("tolerance", "Tolerance", "容差", number: true),
                .init("ignored_m2", "Slivers ignored m²", "忽略碎屑 m²", number: true),
                .init("finding_text", "Finding", "检查结果"), .init("basis", "Basis", "依据"),
                .init("data_date", "As of", "数据日期"), .init("remedy", "Remedy", "处理"),
                .init("x", "X", "X", number: true),
                .init("y", "Y", "Y", number: true), .init("answer", "Answer", "答复"),
            ],
            rows: findings.map { row($0, run) })
    }

    private static func row(_ finding: RuleFinding, _ run: RuleRun) -> [Report.Value] {
        func real(_ value: Double?, _ decimals: Int = 2) -> Report.Value {
            value.map { .real($0, decimals: decimals) } ?? .null
        }
        let answer = finding.answer.map { "\($0.answer): \($0.reason) \($0.document)" }
        let basis = finding.rule.basis + (finding.rule.basisVersion.isEmpty ? "" : "（\(finding.rule.basisVersion)）")
        return [
            .integer(finding.id), .text(finding.rule.id), .integer(Int64(finding.rule.version)),
            .text(finding.severity.name.description),
            .text(finding.verdict == .broken ? say("broken", "违反") : say("not checkable", "无法检查")),
            finding.uid.map { .integer($0) } ?? .null, finding.object.map { .integer($0) } ?? .null,
            .text(finding.layer), .text(finding.number), .text(finding.objectLayer), .text(finding.objectNumber),
            real(finding.area), real(finding.measured), real(finding.threshold), real(finding.rule.tolerance),
            real(finding.ignored), .text(finding.sentence), .text(basis), .text(run.dataDate),
            .text(finding.rule.remedy.description), real(finding.place?.x), real(finding.place?.y),
            answer.map { .text($0) } ?? .null,
        ]
    }
}
