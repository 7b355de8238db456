import Documents
import Foundation
import Geometry
import Phrases
import Planning
import Store

/// The documents of a case: decision sheet, review report, bulletin. Each says the same on paper and as plain text.
struct CasePages {
    let project: Project
    let plan: Plan
    let workflow: Workflow
    let roster: Roster
    let events: [CaseEvent]
    let classes: [Int64: StoredClass]
    let keys: [String: [(since: String, key: String)]]
    private let title: String
    private let identity: String

    init(_ plan: Plan, of project: Project) throws {
        (self.project, self.plan) = (project, plan)
        workflow = try project.workflow()
        roster = try project.roster()
        keys = try project.keys()
        events = try project.events(of: plan.id)
        classes = try project.classes()
        title = try project.setting("title") ?? ""
        identity = try project.identity()
    }

    // MARK: Words

    func stage(_ id: String) -> Phrase { workflow.stage(id, of: plan.kind)?.name ?? Phrase(id, id) }

    func step(_ event: CaseEvent) -> Phrase {
        if event.step == CaseEvent.takeBack { return Phrase("take back", "撤回") }
        return workflow.stage(event.from, of: plan.kind)?.steps.first { $0.id == event.step }?.name
            ?? Phrase(event.step, event.step)
    }

    func person(_ login: String) -> String {
        guard let person = roster.people[login] else { return login }
        let office = person.office.isEmpty ? "" : say(", \(person.office)", "，\(person.office)")
        return person.title + office
    }

    private func actor(_ event: CaseEvent) -> String {
        event.behalf.isEmpty
            ? person(event.who)
            : say("\(person(event.who)) for \(person(event.behalf))", "\(person(event.who))（代 \(person(event.behalf))）")
    }

    private func area(_ hundredths: Int64) -> String {
        Decimals.text(Double(hundredths) / 1_000_000, decimals: 4) + say(" ha", " 公顷")
    }

    private func code(_ id: Int64?) -> String {
        guard let id, let stored = classes[id], stored.id != 0 else { return "-" }
        return "\(stored.code) \(stored.name)"
    }

    private func reason(_ event: CaseEvent) -> String {
        let name = StepReason.named(event.reasonCode)?.name.description ?? event.reasonCode
        return [name, event.reason].filter { !$0.isEmpty }.joined(separator: say(": ", "："))
    }

    // MARK: Parts

    /// The life of the plan, a line a step, oldest first.
    func timeline() throws -> [(time: String, who: String, what: String)] {
        var rows: [(time: String, who: String, what: String)] = [
            (plan.created, person(plan.owner), say("started", "启动编制"))
        ]
        for event in events {
            var what = step(event).description
            if event.from != event.to { what += " → \(stage(event.to))" }
            if !event.firstDay.isEmpty {
                what += say(" (\(event.firstDay) to \(event.lastDay))", "（\(event.firstDay) 至 \(event.lastDay)）")
            }
            let why = reason(event)
            if !why.isEmpty { what += say(": ", "：") + why }
            if event.isDecision { what += say(" [signed]", "［已签名］") }
            rows.append((event.time, actor(event), what))
        }
        return rows
    }

    private func timelineTable() throws -> Page.Section {
        .table(
            titles: [say("When (UTC)", "时间（UTC）"), say("Who", "经办"), say("What", "事项")],
            isNumber: [false, false, false], rows: try timeline().map { [Self.minute($0.time), $0.who, $0.what] })
    }

    /// `2026-01-31 09:05` of an ISO time.
    static func minute(_ time: String) -> String { String(time.prefix(16)).replacing("T", with: " ") }

    /// What every document of a plan tells, made once for all of them.
    struct Common {
        fileprivate var facts: [(name: String, value: String)]
        fileprivate var maps: [Page.Section]
        fileprivate var balance: [Page.Section]
    }

    func common() throws -> Common { Common(facts: try planFacts(), maps: try maps(), balance: try balance()) }

    private func planFacts() throws -> [(name: String, value: String)] {
        let base = try project.layers().first { $0.id == plan.base }
        let items = try project.touched(by: plan.id, limit: 1_000_000)
        let total = items.reduce(Int64(0)) { $0 + $1.area }
        return [
            (say("Project", "项目"), title), (say("Plan", "规划"), "\(plan.id)  \(plan.title)"),
            (say("Kind", "类别"), plan.kind.name.description), (say("Stage", "阶段"), stage(plan.stage).description),
            (say("Drafted by", "编制人"), person(plan.owner)),
            (say("Base", "底图"), base.map { $0.table + ($0.year.map { " (\($0))" } ?? "") } ?? ""),
            (
                say("Changes", "改动"),
                say("\(counted(items.count, "parcel")), \(area(total))", "\(items.count) 个图斑，\(area(total))")
            ),
        ]
    }

    private func maps() throws -> [Page.Section] {
        let map = CaseMap(project: project, plan: plan, classes: classes)
        var sections: [Page.Section] = []
        for before in [true, false] {
            guard let drawing = try map.map(before: before) else { continue }
            let caption = before ? say("Before", "规划前") : say("After", "规划后")
            sections.append(
                .drawing(
                    svg: drawing.svg, key: drawing.key, lines: [caption] + (try map.lines(before: before))))
        }
        return sections.isEmpty ? [] : [.heading(say("Map", "图件"))] + sections
    }

    private func balance() throws -> [Page.Section] {
        let sheet = BalanceSheet(
            try project.consequences(of: plan.id), level: .first, isPlanned: true, unit: .hectares, net: false)
        let table = sheet.table
        let changed = sheet.balance.classes.compactMap { code -> BarChart.Bar? in
            let (before, after) = (sheet.balance.before(code), sheet.balance.after(code))
            guard before != after, let row = table.rows.first(where: { $0[0].text == (code?.description ?? "-") })
            else {
                return nil
            }
            return BarChart.Bar(
                name: row[1].text, before: Double(before), after: Double(after), text: "\(row[2].text) → \(row[3].text)"
            )
        }
        let chart = BarChart(say("Land by class", "地类结构"), bars: changed)
        return [
            .heading(say("Land-use balance", "用地结构变化")),
            changed.isEmpty
                ? .paragraph(say("No class gains or loses land.", "各地类面积不变。"))
                : .drawing(svg: chart.svg, lines: chart.lines()),
            .table(
                titles: table.columns.map(\.title.description), isNumber: table.columns.map(\.isNumber),
                rows: table.rows.map { $0.map(\.text) }),
        ]
    }

    private func quota() throws -> [Page.Section] {
        let report = PlanQuota.report(try project.consequences(of: plan.id).quota, unit: .hectares)
        return [
            .heading(say("Quotas", "指标使用")),
            .table(
                titles: report.columns.map(\.title.description), isNumber: report.columns.map(\.isNumber),
                rows: report.rows.map { $0.map(\.text) }),
        ] + report.notes.map { .paragraph($0) }
    }

    private func changes(limit: Int) throws -> [Page.Section] {
        let items = try project.touched(by: plan.id, limit: 1_000_000)
        let rows = items.prefix(limit).map { item in
            [
                item.number.isEmpty ? String(item.uid) : item.number, code(item.from), code(item.to),
                Decimals.hundredths(item.area),
                item.deeds.map(\.description).joined(separator: say(", ", "，")),
            ]
        }
        return [
            .heading(say("Changes", "改动清单")),
            .table(
                titles: [
                    say("Parcel", "图斑"), say("From", "原地类"), say("To", "规划地类"), say("Area m²", "面积 m²"),
                    say("What", "内容"),
                ], isNumber: [false, false, false, true, false], rows: Array(rows)),
        ] + Self.more(items.count, than: limit)
    }

    private func findings() throws -> [Page.Section] {
        guard let run = try project.lastRun(of: plan.id) else {
            return [.heading(say("Rules", "规则检查")), .paragraph(say("The rules were not asked.", "未进行检查。"))]
        }
        let found = try project.findings(of: run)
        let broken = found.filter { $0.verdict == .broken }
        let rows = broken.prefix(Self.most).map { finding in
            [
                finding.rule.id, finding.severity.name.description, finding.sentence, finding.rule.basis,
                finding.answer.map { "\($0.reason) \($0.document)" } ?? say("open", "未答复"),
            ]
        }
        let unknown = found.count { $0.verdict == .unknown }
        return [
            .heading(say("Rules", "规则检查")),
            .paragraph(
                say(
                    "Run \(run.id) of \(Self.minute(run.time)), data of \(run.dataDate): \(counted(run.rules, "rule")), \(counted(broken.count, "finding")), \(unknown) not checkable.",
                    "第 \(run.id) 次检查（\(Self.minute(run.time))，数据日期 \(run.dataDate)）：\(run.rules) 条规则，\(broken.count) 条问题，\(unknown) 条无法检查。"
                )),
            rows.isEmpty
                ? .paragraph(say("Nothing is broken.", "无违反情形。"))
                : .table(
                    titles: [
                        say("Rule", "规则"), say("Severity", "等级"), say("Finding", "问题"), say("Basis", "依据"),
                        say("Answer", "答复"),
                    ],
                    isNumber: [false, false, false, false, false], rows: Array(rows)),
        ] + Self.more(broken.count, than: Self.most)
    }

    /// More rows than this make a table that nobody reads.
    private static let most = 300

    /// Says that a table shows only the first of its rows.
    private static func more(_ count: Int, than limit: Int) -> [Page.Section] {
        guard count > limit else { return [] }
        return [.paragraph(say("The first \(limit) of \(count) are shown.", "共 \(count) 项，仅列前 \(limit) 项。"))]
    }

    private func opinions() throws -> [Page.Section] {
        let opinions = try project.opinions(of: plan.id)
        guard !opinions.isEmpty else {
            return [.heading(say("Opinions", "意见及处理")), .paragraph(say("None was received.", "未收到意见。"))]
        }
        return [
            .heading(say("Opinions", "意见及处理")),
            .table(
                titles: [
                    say("No.", "编号"), say("Of", "来源"), say("Received", "收到日期"), say("Opinion", "意见"),
                    say("Answer", "处理"),
                ],
                isNumber: [true, false, false, false, false],
                rows: opinions.map { opinion in
                    let answer = opinion.answer.map { "\(Opinion.answerName($0)): \(opinion.answerReason)" }
                    return [
                        String(opinion.id), "\(opinion.party.name) \(opinion.name)", opinion.received, opinion.text,
                        answer ?? say("not answered", "未答复"),
                    ]
                }),
        ]
    }

    private func remarks() throws -> [Page.Section] {
        let remarks = try project.remarks(on: plan.id)
        guard !remarks.isEmpty else { return [] }
        return [
            .heading(say("Comments and objections", "评论与异议")),
            .table(
                titles: [say("No.", "编号"), say("Who", "提出人"), say("On", "针对"), say("Text", "内容"), say("State", "状态")],
                isNumber: [true, false, false, false, false],
                rows: remarks.map { remark in
                    let state =
                        remark.thread.map { say("answers \($0)", "回复 \($0)") }
                        ?? (remark.isEnded
                            ? say("resolved", "已解决")
                            : remark.isObjection ? say("open objection", "异议未解决") : say("open", "未解决"))
                    return [String(remark.id), person(remark.who), remark.target.description, remark.text, state]
                }),
        ]
    }

    private func documents() throws -> [Page.Section] {
        let files = try project.documents(of: plan.id)
        guard !files.isEmpty else { return [] }
        return [
            .heading(say("Documents", "材料")),
            .table(
                titles: [say("No.", "编号"), say("Kind", "类型"), say("Title", "标题"), "SHA-256"],
                isNumber: [true, false, false, false],
                rows: files.map { [String($0.id), $0.kind.name.description, $0.title, $0.hash] }),
        ]
    }

    // MARK: Documents

    /// What was decided, by whom, over what, with the signature and how to prove it.
    ///
    /// - Parameter id: the decision; the last one unless given.
    func decisionSheet(_ id: Int64? = nil, _ common: Common? = nil) throws -> Page {
        let decisions = events.filter(\.isDecision)
        guard let event = id.map({ id in decisions.first { $0.id == id } }) ?? decisions.last else {
            throw Refusal(
                .noInput, "Plan \(plan.id) has no \(id.map { "decision \($0)" } ?? "decision yet").",
                "规划 \(plan.id) \(id.map { "没有决定 \($0)" } ?? "尚无决定")。")
        }
        let statement = event.statement(project: identity).text
        let key = keys[event.who]?.last { $0.since <= event.time }?.key ?? ""
        let isValid = try SSHSignature.isValid(event.signature, of: statement, by: key)
        let head = try project.journalHead()
        let common = try common ?? self.common()
        var facts = common.facts
        facts += [
            (say("Decision", "决定"), "\(event.id)  \(step(event))"),
            (say("From, to", "阶段"), "\(stage(event.from)) → \(stage(event.to))"),
            (say("Decided by", "决定人"), actor(event)),
            (
                say("As", "身份"),
                "\(event.role.name), \(roster.people[event.behalf.isEmpty ? event.who : event.behalf]?.level.name.description ?? "")"
            ),
            (say("Time (UTC)", "时间（UTC）"), Self.minute(event.time)),
        ]
        if !reason(event).isEmpty { facts.append((say("Reasons", "理由"), reason(event))) }
        facts += [
            (say("Content, SHA-256", "规划内容 SHA-256"), event.content),
            (say("Journal", "日志"), "\(event.anchor.id) \(event.anchor.hash)"),
            (say("Key", "公钥"), SSHSignature.fingerprint(key)),
            (
                say("Signature", "签名"),
                isValid
                    ? say("valid by the key that the roster had then", "有效（按名册当时公钥）")
                    : say(
                        "not valid by the key that the roster had then; 'journal verify' tells more",
                        "按名册当时公钥验证不符；详见 journal verify")
            ),
            (say("Head of the journal", "日志末条"), head.map { "\($0.id) \($0.hash)" } ?? ""),
        ]
        var sections: [Page.Section] = [.facts(facts)] + common.maps + common.balance
        sections += [
            .heading(say("What was signed", "签名文本")), .verbatim(statement),
            .heading(say("Signature", "签名")), .verbatim(event.signature),
            .paragraph(
                say(
                    "To prove it without tuban: keep the signed text and the signature as files and run ssh-keygen -Y verify -f ALLOWED -I \(event.who) -n \(SSHSignature.namespace) -s SIGNATURE < TEXT, where ALLOWED holds the line \(event.who) \(key)",
                    "无需本软件即可验证：将签名文本和签名分别存为文件，运行 ssh-keygen -Y verify -f ALLOWED -I \(event.who) -n \(SSHSignature.namespace) -s SIGNATURE < TEXT，其中 ALLOWED 含一行 \(event.who) \(key)"
                )),
        ]
        return Page(title: say("Decision on plan \(plan.id): \(plan.title)", "规划决定书：\(plan.title)"), sections: sections)
    }

    /// Everything that was said and found.
    func reviewReport(_ common: Common? = nil) throws -> Page {
        let common = try common ?? self.common()
        var sections: [Page.Section] = [.facts(common.facts)]
        sections += [.heading(say("Life of the plan", "办理过程")), try timelineTable()]
        sections += common.maps + common.balance
        sections += try quota()
        sections += try findings()
        sections += try changes(limit: Self.most)
        sections += try opinions()
        sections += try remarks()
        sections += try documents()
        return Page(title: say("Review report: \(plan.title)", "规划审查报告：\(plan.title)"), sections: sections)
    }

    /// What the public is told; nothing of who said what inside.
    func bulletin(_ common: Common? = nil) throws -> Page {
        let common = try common ?? self.common()
        let notice = events.last { !$0.firstDay.isEmpty }
        let office = roster.people[notice?.who ?? ""]?.office ?? ""
        var facts = common.facts.filter { $0.name != say("Stage", "阶段") && $0.name != say("Drafted by", "编制人") }
        if let notice {
            facts.append(
                (
                    say("Notice", "公示期"),
                    say("\(notice.firstDay) to \(notice.lastDay)", "\(notice.firstDay) 至 \(notice.lastDay)")
                ))
        }
        if !office.isEmpty { facts.append((say("Opinions go to", "意见受理单位"), office)) }
        var sections: [Page.Section] = [
            .paragraph(
                say(
                    "Under article 26 of the Urban and Rural Planning Law the draft is made public. Whoever is concerned may send an opinion until the last day of the notice; it will be answered with reasons.",
                    "根据《城乡规划法》第二十六条，现将规划草案予以公示。利害关系人和公众可于公示期内提出意见，意见采纳情况及理由将予以答复。")),
            .facts(facts),
        ]
        if notice == nil {
            sections.append(
                .paragraph(say("The notice was not started yet: this is a proof.", "公示尚未开始，本页为校样。")))
        }
        sections += common.maps + common.balance
        sections += try changes(limit: 200)
        return Page(title: say("Public notice: \(plan.title)", "规划公示：\(plan.title)"), sections: sections)
    }
}
