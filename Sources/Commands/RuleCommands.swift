import ArgumentParser
import Foundation
import Phrases
import Planning
import Store

struct RuleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: say("The rules of use control.", "用途管制规则。"),
        subcommands: [
            RuleList.self, RuleShow.self, RuleAdd.self, RuleLimit.self, RuleTest.self, RuleAnswerCommand.self,
        ])
}

struct RuleList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the project's rules.", "列出项目规则。"))
    @Option(
        name: .customLong("decided-by"),
        help: ArgumentHelp(
            say(
                "Only those decided by: geometry, tables, document, question.",
                "仅列出判定方式为 geometry、tables、document 或 question 的规则。")))
    var decidedBy: Rule.Decision?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let rules = try context.project().rules().filter { decidedBy == nil || $0.decision == decidedBy }
        return Report(
            title: "",
            columns: [
                .init("rule", "Rule", "规则"), .init("version", "Version", "版本", number: true),
                .init("severity", "Severity", "等级"), .init("decided_by", "Decided by", "判定方式"),
                .init("message", "What it finds", "内容"), .init("basis", "Basis", "依据"),
                .init("valid_from", "In force from", "施行"), .init("confidence", "Basis is", "依据核实"),
            ],
            rows: rules.map { rule in
                [
                    .text(rule.id), .integer(Int64(rule.version)), .text(rule.severity.name.description),
                    .text(rule.decision.name.description), .text(rule.message.description), .text(rule.basis),
                    .text(rule.validFrom), .text(rule.confidence.name.description),
                ]
            })
    }
}

extension Rule.Decision: ExpressibleByArgument {}

struct RuleShow: Command {
    static let configuration = CommandConfiguration(commandName: "show", abstract: say("Show a rule.", "查看规则。"))
    @Argument(help: ArgumentHelp(say("Its id, such as R01.", "规则编号，如 R01。"))) var rule: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let rule = try context.project().rule(rule)
        // A program gets the row as tables have it, so that it can be changed and added again.
        let isForPeople = common.format == .text || common.format == .html
        return .card(
            title: "\(rule.id)  \(rule.message)",
            Rule.columns.map { column in
                let cell = (rule.cells[column] ?? "").split(whereSeparator: \.isNewline).joined(separator: " ")
                let value: Report.Value =
                    switch column {
                    case "version": .integer(Int64(rule.version))
                    case "severity" where isForPeople: .text(rule.severity.name.description)
                    case "decided_by" where isForPeople: .text(rule.decision.name.description)
                    case "confidence" where isForPeople: .text(rule.confidence.name.description)
                    default: .text(cell)
                    }
                return (column, Self.titles[column] ?? Phrase(column, column), value)
            })
    }

    private static let titles: [String: Phrase] = [
        "id": Phrase("Rule", "规则"), "version": Phrase("Version", "版本"), "severity": Phrase("Severity", "等级"),
        "decided_by": Phrase("Decided by", "判定方式"), "inputs": Phrase("Reads", "输入"),
        "pairs": Phrase("Lays over", "叠加"), "condition": Phrase("Condition", "条件"),
        "condition_draft": Phrase("For drafts", "草案条件"), "threshold": Phrase("Limit", "限值"),
        "tolerance": Phrase("Tolerance", "容差"), "unit": Phrase("Unit", "单位"),
        "valid_from": Phrase("In force from", "施行"), "valid_to": Phrase("In force to", "失效"),
        "message_en": Phrase("In English", "英文内容"), "message_zh": Phrase("In Chinese", "内容"),
        "basis": Phrase("Basis", "依据"), "basis_version": Phrase("Its version", "依据版本"),
        "remedy_en": Phrase("Remedy", "英文处理"), "remedy_zh": Phrase("Remedy in Chinese", "处理"),
        "confidence": Phrase("Basis is", "依据核实"), "source": Phrase("Source", "来源"),
    ]
}

/// A bureau's own rules, or newer versions of ours.
struct RuleAdd: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: say("Add or replace rules from a table.", "由表格添加或替换规则。"))
    @Argument(
        help: ArgumentHelp(say("A CSV with the columns that 'rule show' tells.", "CSV 表，列名同 rule show。")),
        completion: .file(extensions: ["csv"])) var file: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let rules = try tableFrom(file) { text, name in
            try RuleTable.lines(csv: text, file: name).map { line, rule in
                guard let fault = try project.fault(in: rule) else { return rule }
                throw TableFault(name, line, fault.english, fault.chinese)
            }
        }
        let (added, replaced) = try project.addRules(rules, line: context.line)
        return Report(
            title: say(
                "Added \(counted(added, "rule")), replaced \(replaced).", "已添加 \(added) 条规则，替换 \(replaced) 条。"))
    }
}

/// Reads a table of text; what is wrong with it is told with file and line.
func tableFrom<T>(_ file: String, _ read: (String, String) throws -> T) throws -> T {
    let text = try tableText(of: file)
    do {
        return try read(text, URL(filePath: file).lastPathComponent)
    } catch let fault as TableFault {
        throw Refusal(
            .badData, "\(fault.file):\(fault.line): \(fault.reason.english)",
            "\(fault.file):\(fault.line): \(fault.reason.chinese)")
    }
}

/// Limits that units keep to: quotas, assigned areas, alarm shares.
struct RuleLimit: Command {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: say("Give units their limits.", "设定各单元限值。"))
    @Argument(
        help: ArgumentHelp(
            say(
                "A CSV with rule, unit, layer, bound, limit_m2; or village, alarm_share.",
                "CSV 表：rule, unit, layer, bound, limit_m2；或 village, alarm_share。")),
        completion: .file(extensions: ["csv"])) var file: String
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let limits = try tableFrom(file) { text, name in try Self.limits(CSV(text, file: name)) }
        try context.project().setLimits(limits, line: context.line)
        return Report(title: say("Kept \(counted(limits.count, "limit")).", "已保存 \(limits.count) 个限值。"))
    }

    static func limits(_ csv: CSV) throws -> [Project.Limit] {
        func cell(_ row: CSV.Row, _ name: String) -> String { csv.column(name).map { row.values[$0] } ?? "" }
        let isAlarm = csv.column("alarm_share") != nil
        let value = try csv.required(isAlarm ? "alarm_share" : "limit_m2")
        let unit = try csv.required(isAlarm ? "village" : "unit")
        if !isAlarm { _ = try csv.required("rule") }
        return try csv.rows.map { row in
            let text = row.values[value]
            guard text.isEmpty || Double(text) != nil else {
                throw TableFault(csv.file, row.line, "\(text) is not a number.", "\(text) 不是数字。")
            }
            let bound = cell(row, "bound")
            guard ["", "upper", "lower", "equal"].contains(bound) else {
                throw TableFault(csv.file, row.line, "bound is upper, lower or equal.", "bound 应为 upper、lower 或 equal。")
            }
            return Project.Limit(
                rule: isAlarm ? "R12" : cell(row, "rule"), unit: row.values[unit], layer: cell(row, "layer"),
                bound: bound.isEmpty ? "upper" : bound, value: Double(text))
        }
    }
}

/// Runs one rule and shows how it comes to its answers.
struct RuleTest: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: say("Run one rule and show its working.", "试运行规则并显示过程。"))
    @Argument(help: ArgumentHelp(say("Its id.", "规则编号。"))) var rule: String
    @Option(help: ArgumentHelp(say("A plan; without it the county.", "规划编号；默认检查全县。"))) var plan: Int64?
    @Option(help: ArgumentHelp(say("The day that terms are reckoned by.", "期限计算日期。"))) var date: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let rule = try project.rule(rule)
        let plan = try plan.map(project.plan)
        let trial = try project.test(rule, plan, date: Day.checked(date)) { _ in
            try context.progress.tell(0, of: nil, rule.id)
        }
        var report = Report(
            title: "\(rule.id)  \(rule.message)",
            columns: [
                .init("kind", "What", "项目"), .init("name", "Name", "名称"), .init("value", "Value", "值"),
            ])
        func row(_ kind: String, _ name: String, _ value: String) {
            report.rows.append([.text(kind), .text(name), .text(value)])
        }
        row("sql", rule.id, rule.sql(isDraft: plan != nil))
        for (name, count) in trial.numbers { row("count", name, String(count)) }
        for finding in trial.findings { row(finding.verdict.rawValue, finding.number, finding.sentence) }
        report.notes = trial.fault.map { [$0] } ?? []
        report.status = trial.fault == nil ? 0 : 1
        return report
    }
}

/// Answers a question, or says which document shows what a rule wants shown.
struct RuleAnswerCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "answer", abstract: say("Answer what a rule asks of a plan.", "回答规则对规划的询问。"))
    @Argument(help: ArgumentHelp(say("The rule's id.", "规则编号。"))) var rule: String
    @Option(help: ArgumentHelp(say("yes or no.", "yes 或 no。"))) var answer: YesOrNo
    @Option(help: ArgumentHelp(say("Number, authority and date of the document.", "文号、机关和日期。"))) var document: String =
        ""
    @Option(help: ArgumentHelp(say("Why.", "理由。"))) var reason: String = ""
    @Option(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    enum YesOrNo: String, ExpressibleByArgument, CaseIterable { case yes, no }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let rule = try project.rule(rule), plan = try context.plan(plan)
        guard !rule.decision.isComputed else {
            throw Refusal(
                .usage,
                "Rule \(rule.id) is decided by \(rule.decision.name.english), not by an answer; 'plan answer FINDING' answers what it found.",
                "规则 \(rule.id) 由\(rule.decision.name.chinese)判定，不需回答；可用 plan answer 答复其检查结果。")
        }
        try project.answer(
            rule: rule, plan: plan.id, uid: nil, object: nil, answer.rawValue, reason: reason, document: document,
            line: context.line)
        return Report(
            title: say(
                "\(rule.id): \(answer.rawValue). \(rule.question.english)",
                "\(rule.id)：\(answer == .yes ? "是" : "否")。\(rule.question.chinese)"))
    }
}
