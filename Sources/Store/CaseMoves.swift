import Foundation
import GRDB
import Phrases
import Planning

/// What somebody wants to do with a plan.
package struct MoveRequest: Sendable, Hashable {
    package var plan: Int64
    /// The name of the step, as the table of workflows has it.
    package var step: String
    package var reasonCode = ""
    package var reason = ""
    /// Of a notice: its first and last day; empty for the shortest that is enough, from tomorrow.
    package var firstDay = ""
    package var lastDay = ""

    package init(
        plan: Int64, step: String, reasonCode: String = "", reason: String = "", firstDay: String = "",
        lastDay: String = ""
    ) {
        (self.plan, self.step, self.reasonCode, self.reason) = (plan, step, reasonCode, reason)
        (self.firstDay, self.lastDay) = (firstDay, lastDay)
    }
}

/// A step that may be taken, ready to be signed where it must be.
package struct PreparedMove: Sendable, Hashable {
    package var request: MoveRequest
    package var step: Workflow.Step?
    package var event: CaseEvent
    /// What is signed.
    package var statement: SignedText
    /// The key, as the roster has it.
    package var key: String
    /// How many more signatures the step needs after this one.
    package var awaited: Int
}

/// The plan is not what it was when the decision was signed: the signature is worth nothing.
package struct PlanMoved: Error, Hashable, Sendable, CustomStringConvertible {
    /// The journal row that was the plan's newest when it was signed.
    package var since: JournalAnchor
    package var plan: Int64

    package var description: String {
        say(
            "Plan \(plan) is not what it was when you signed; your signature is discarded. 'journal list --plan \(plan)' shows what was done after entry \(since.id).",
            "签名期间规划 \(plan) 已变化，签名作废。journal list --plan \(plan) 可查看第 \(since.id) 条之后的变化。")
    }
}

/// A step that leads on from where a plan is, and why it cannot be taken, if so.
package struct OpenStep: Sendable, Hashable {
    package var step: Workflow.Step
    package var obstacle: Phrase?
    /// The forbidding rules whose question nobody has answered, where the step asks what the rules say: they are not in
    /// the way, but whoever takes the step should know.
    package var unanswered: [String] = []

    /// Which these are, and how they are answered; nil for none.
    package func note(on plan: Int64) -> Phrase? {
        guard let first = unanswered.first else { return nil }
        let rules = unanswered.joined(separator: " ")
        return Phrase(
            "nobody has answered \(rules) yet: 'rule answer \(first) --answer yes --document NUMBER --plan \(plan)'",
            "\(rules) 尚无人回答：rule answer \(first) --answer yes --document 文号 --plan \(plan)")
    }
}

extension Project {
    // MARK: The state of a case

    package func caseState(of plan: Int64) throws -> CaseState {
        try read { db in try Self.caseState(of: plan, in: db) }
    }

    static func caseState(of id: Int64, in db: Database) throws -> CaseState {
        guard let plan = try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [id]) else {
            throw Refusal(.noInput, "There is no plan \(id).", "没有规划 \(id)。")
        }
        var state = CaseState(kind: plan.kind, owner: plan.owner, stage: plan.stage)
        state.drafters = try drafters(of: id, in: db)
        state.changes =
            try Int.fetchOne(db, sql: "SELECT count(*) FROM plan_edit WHERE plan = ?", arguments: [id]) ?? 0
        state.events = try events(of: id, in: db)
        state.documents = Set(
            try String.fetchAll(db, sql: "SELECT DISTINCT kind FROM case_document WHERE plan = ?", arguments: [id])
                .compactMap(CaseDocument.init))
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT id, party, EXISTS (SELECT 1 FROM opinion_answer AS a WHERE a.opinion = o.id) AS answered
                FROM opinion AS o WHERE plan = ?
                """, arguments: [id])
        {
            state.opinions[row["id"]] = (OpinionParty(rawValue: row["party"]) ?? .public, row["answered"])
        }
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT id, \(remarkEnded) AS ended FROM remark AS r
                WHERE plan = ? AND thread IS NULL AND kind = 'objection'
                """, arguments: [id])
        {
            state.objections[row["id"]] = !(row["ended"] as Bool)
        }
        return state
    }

    static func drafters(of plan: Int64, in db: Database) throws -> Set<String> {
        try Set(
            String.fetchAll(
                db, sql: "SELECT DISTINCT who FROM journal WHERE plan = ? AND kind IN ('do', 'undo', 'redo')",
                arguments: [plan]))
    }

    /// Every step that leads on from where the plan is; those that cannot be taken say why.
    package func openSteps(of plan: Int64) throws -> [OpenStep] {
        try read { db in
            let state = try Self.caseState(of: plan, in: db)
            let roster = try Self.roster(in: db)
            return try Self.workflow(in: db).steps(from: state.stage, of: state.kind).map { step in
                let actor = roster.actor(who, as: step.roles, level: step.level, on: today)
                let obstacle =
                    try state.obstacle(to: step, by: who, actor, roster, day: today)
                    ?? self.obstacle(ofFile: step, plan, in: db)
                let unanswered = step.needs.contains(.checks) ? try Self.openQuestions(of: plan, on: today, in: db) : []
                return OpenStep(step: step, obstacle: obstacle, unanswered: unanswered)
            }
        }
    }

    /// What only the file can tell: whether the rules were asked, and whether every change was looked at.
    private func obstacle(ofFile step: Workflow.Step, _ plan: Int64, in db: Database) throws -> Phrase? {
        for need in step.needs {
            switch need {
            case .checks:
                if let phrase = try Self.checkObstacle(plan, on: today, in: db) { return phrase }
            case .seen:
                let unseen = try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM plan_edit AS e WHERE plan = ? AND NOT EXISTS (
                            SELECT 1 FROM look AS l WHERE l.who = ? AND l.plan = e.plan AND l.uid = e.uid)
                        """, arguments: [plan, who])
                if let unseen, unseen > 0 {
                    return Phrase("\(counted(unseen, "change")) not looked at yet", "尚有 \(unseen) 处修改未查看")
                }
            default: continue
            }
        }
        return nil
    }

    // MARK: Taking a step

    /// Sees whether a step can be taken, and makes what is to be signed. Nothing is locked while somebody signs.
    ///
    /// - Throws: `Refusal` that says who may, or what is missing.
    package func prepare(_ request: MoveRequest) throws -> PreparedMove {
        try read { db in try prepare(request, at: moment, in: db) }
    }

    private func prepare(_ request: MoveRequest, at time: String, in db: Database) throws -> PreparedMove {
        let state = try Self.caseState(of: request.plan, in: db)
        let roster = try Self.roster(in: db)
        if request.step == CaseEvent.takeBack { return try prepareTakeBack(request, state, roster, time, in: db) }
        let workflow = try Self.workflow(in: db)
        let step = try state.step(request.step, of: request.plan, in: workflow)
        let day = String(time.prefix(10))
        let actor = roster.actor(who, as: step.roles, level: step.level, on: day)
        let obstacle =
            try state.obstacle(to: step, by: who, actor, roster, day: day)
            ?? self.obstacle(ofFile: step, request.plan, in: db)
        guard obstacle == nil, let actor else {
            let why = obstacle ?? Phrase("", "")
            throw Refusal(
                .notAllowed, "Plan \(request.plan), \(step.name.english): \(why.english).",
                "规划 \(request.plan)，\(step.name.chinese)：\(why.chinese)。")
        }
        try Self.checkReason(request, of: step)
        var request = request
        if step.effect == .startNotice {
            try setNotice(&request, workflow, state, day)
        } else if !request.firstDay.isEmpty || !request.lastDay.isEmpty {
            throw Refusal(
                .usage, "To \(step.name.english) has no days; only a notice has.",
                "“\(step.name.chinese)”没有起止日期，只有公示才有。")
        }
        let event = CaseEvent(
            time: time, plan: request.plan, who: who, behalf: actor.person.login == who ? "" : actor.person.login,
            role: actor.role, step: step.id, from: state.stage, to: state.next(after: step),
            isDecision: step.isDecision,
            reasonCode: request.reasonCode, reason: request.reason.trimmed, firstDay: request.firstDay,
            lastDay: request.lastDay, content: try PlanContent.hash(of: request.plan, in: db),
            anchor: try Self.head(of: request.plan, in: db))
        return PreparedMove(
            request: request, step: step, event: event, statement: event.statement(project: try Self.identity(in: db)),
            key: roster.people[who]?.key ?? "",
            awaited: event.to == step.to ? 0 : max(0, step.signatures - state.signers(of: step).count - 1))
    }

    static func checkReason(_ request: MoveRequest, of step: Workflow.Step) throws {
        let code = request.reasonCode
        // A step that asks for none may still be told one.
        let reasons = step.reasons ?? StepReason.all
        let (english, chinese) = (
            reasons.map { "\($0.code) (\($0.name.english))" }.joined(separator: ", "),
            reasons.map { "\($0.code)（\($0.name.chinese)）" }.joined(separator: "、")
        )
        guard code.isEmpty || reasons.contains(where: { $0.code == code }) else {
            throw Refusal(
                .usage,
                "Plan \(request.plan): ‘\(code)’ is no reason to \(step.name.english); there are \(english).",
                "规划 \(request.plan)：“\(code)”不是\(step.name.chinese)的理由；可用：\(chinese)。")
        }
        guard step.reasons != nil else { return }
        guard !code.isEmpty, !request.reason.trimmed.isEmpty else {
            throw Refusal(
                .usage,
                "To \(step.name.english) plan \(request.plan) needs a reason: --reason CODE and --text WORDS; codes: \(english).",
                "规划 \(request.plan) \(step.name.chinese)须写明理由：--reason 代码 并用 --text 说明；代码：\(chinese)。")
        }
    }

    /// The days of a notice: the shortest that is enough, unless they are given.
    private func setNotice(
        _ request: inout MoveRequest, _ workflow: Workflow, _ state: CaseState, _ day: String
    ) throws {
        let needed = state.noticeDays(workflow)
        guard let today = WorkCalendar.day(day) else { return }
        let first = request.firstDay.isEmpty ? today : WorkCalendar.day(request.firstDay)
        let last = request.lastDay.isEmpty ? first.map { $0 + max(1, needed) - 1 } : WorkCalendar.day(request.lastDay)
        guard let first, let last, first >= today, last - first + 1 >= needed else {
            throw Refusal(
                .usage,
                "A notice lasts at least \(needed) days and starts today or later: --from and --until are days such as \(WorkCalendar.text(today)).",
                "公示期不得少于 \(needed) 天，且不早于今日开始：--from、--until 应为日期，如 \(WorkCalendar.text(today))。")
        }
        (request.firstDay, request.lastDay) = (WorkCalendar.text(first), WorkCalendar.text(last))
    }

    /// A decision can be taken back until somebody else has done anything to the plan.
    private func prepareTakeBack(
        _ request: MoveRequest, _ state: CaseState, _ roster: Roster, _ time: String, in db: Database
    ) throws -> PreparedMove {
        let last = try Self.takenBack(by: who, request.plan, state, in: db)
        let event = CaseEvent(
            time: time, plan: request.plan, who: who, behalf: last.behalf, role: last.role, step: CaseEvent.takeBack,
            from: state.stage, to: last.from, isDecision: last.isDecision, reasonCode: request.reasonCode,
            reason: request.reason.trimmed, content: try PlanContent.hash(of: request.plan, in: db),
            anchor: try Self.head(of: request.plan, in: db), target: last.id)
        return PreparedMove(
            request: request, step: nil, event: event, statement: event.statement(project: try Self.identity(in: db)),
            key: roster.people[who]?.key ?? "", awaited: 0)
    }

    /// The step that somebody can take back.
    ///
    /// - Throws: `Refusal` where there is none.
    static func takenBack(by who: String, _ plan: Int64, _ state: CaseState, in db: Database) throws -> CaseEvent {
        guard let last = state.standing.last, last.who == who, last.from != Workflow.start || last.to == last.from
        else {
            throw Refusal(
                .notAllowed, "The last step of plan \(plan) is not a decision of yours that could be taken back.",
                "规划 \(plan) 的上一步不是可由您撤回的决定。")
        }
        let published = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM publication WHERE event = ?)", arguments: [last.id])
        let since = try String.fetchOne(
            db,
            sql: """
                SELECT who FROM journal WHERE plan = :plan AND who <> :who AND id > (
                    SELECT max(id) FROM journal WHERE plan = :plan AND kind = 'move') LIMIT 1
                """, arguments: ["plan": plan, "who": who])
        guard published != true, since == nil else {
            throw Refusal(
                .notAllowed,
                "Plan \(plan): the decision cannot be taken back, \(since.map { "\($0) has gone on with it" } ?? "it is published").",
                "规划 \(plan)：决定无法撤回，\(since.map { "\($0) 已继续办理" } ?? "已经发布")。")
        }
        return last
    }

    /// A plan's newest row of the journal.
    static func head(of plan: Int64, in db: Database) throws -> JournalAnchor {
        try Row.fetchOne(
            db, sql: "SELECT id, hash FROM journal WHERE plan = ? ORDER BY id DESC LIMIT 1", arguments: [plan]
        ).map { JournalAnchor(id: $0["id"], hash: $0["hash"]) } ?? .none
    }

    /// Takes the step that was prepared. Everything is looked at again: what was signed must still be so.
    ///
    /// - Throws: `PlanMoved` where the plan says something else by now, or is elsewhere; `Refusal` as `prepare`.
    @discardableResult
    package func commit(_ move: PreparedMove, signature: String = "", line: String) throws -> CaseEvent {
        // What another program changed meanwhile is looked at before a new version is made of it.
        if move.step?.effect == .publish { try noticeOutsideChanges() }
        return try commitMove(move, signature: signature, line: line)
    }

    private func commitMove(_ move: PreparedMove, signature: String, line: String) throws -> CaseEvent {
        try change { db in
            let now = try? prepare(move.request, at: move.event.time, in: db)
            guard let now, now.event.content == move.event.content, now.event.from == move.event.from,
                now.event.to == move.event.to, now.event.role == move.event.role,
                now.event.behalf == move.event.behalf, now.key == move.key
            else {
                let stage = try String.fetchOne(
                    db, sql: "SELECT stage FROM plan WHERE id = ?", arguments: [move.event.plan])
                let content = try PlanContent.hash(of: move.event.plan, in: db)
                guard stage == move.event.from, content == move.event.content else {
                    throw PlanMoved(since: move.event.anchor, plan: move.event.plan)
                }
                _ = try prepare(move.request, at: move.event.time, in: db)
                throw PlanMoved(since: move.event.anchor, plan: move.event.plan)
            }
            var event = move.event
            guard event.isDecision == !signature.isEmpty else {
                throw Refusal(.notAllowed, "A decision must be signed.", "决定必须签名。")
            }
            event.signature = signature
            let detail = "\(event.step): \(event.from) \(event.to)"
            var published: (plan: Plan, ground: Layer?)?
            if let step = move.step, step.effect == .publish, event.to == step.to,
                let plan = try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [event.plan])
            {
                published = (plan, try prepareGround(for: plan, line: line, in: db))
            }
            try recordRow("case_event", line: line, detail: detail, in: db, plan: event.plan, kind: .move) { id in
                event.id = id
                try event.insert(id, db)
                if event.to != event.from {
                    try db.execute(
                        sql: "UPDATE plan SET stage = ?, since = ? WHERE id = ?",
                        arguments: [event.to, event.time, event.plan])
                }
                guard let published else { return }
                let journal = try Self.head(in: db).id + 1
                try Publication(published.plan, by: id, at: journal, moment: moment, in: db).run(
                    ground: published.ground)
            }
            return event
        }
    }
}
