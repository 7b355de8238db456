import Foundation
import GRDB
import Phrases
import Planning

extension JournalRules {
    // MARK: Steps of plans from stage to stage

    /// Replays a step and judges it by the state before it, with the code that judged it when it was taken. What only
    /// the file could tell then is not asked again: whether the rules had been run, and which changes somebody had seen.
    mutating func takeMove(_ row: JournalRow) throws {
        guard let plan = row.plan else { throw JournalFault(row.id, "it names no plan", "未指明规划") }
        let state = try state(of: plan, row)
        let since = try kept("since", of: "plan", plan)?.value("since") as String?
        let changed = try replay.apply(row)
        guard let one = changed.first(where: { $0.table.name == "case_event" }) else {
            throw JournalFault(row.id, "it tells of no step", "没有记录任何步骤")
        }
        let event = try fetch(CaseEvent.self, "case_event", one.id)
        try requireWords(row, "case_event", one.id, ["role": event.role.rawValue])
        let step = event.step == CaseEvent.takeBack ? nil : try step(event, state, row)
        if event.step == CaseEvent.takeBack { try judgeTakeBack(event, state, row) }
        for change in changed where change.table !== one.table || change.id != one.id {
            switch (change.table.name, change.operation) {
            case ("plan", .update) where change.changes(only: ["stage", "since"]): continue
            case ("publication", .insert) where step?.effect == .publish:
                let kept = try kept("event, plan, journal", of: "publication", change.id)
                guard try kept?.value("event") == event.id, try kept?.value("plan") == plan,
                    try kept?.value("journal") == row.id
                else {
                    throw unusual(change, row)
                }
            default: throw unusual(change, row)
            }
        }
        let content = try contents[plan] ?? PlanContent.hash(of: plan, in: db)
        contents[plan] = content
        try exporter?.addContent(of: plan, hash: content, in: db)
        guard event.content == content else {
            throw JournalFault(
                row.id, "plan \(plan) said something else then than what \(event.step) is about",
                "当时规划 \(plan) 的内容与所办“\(event.step)”的对象不同")
        }
        let now = try kept("stage, since", of: "plan", plan)
        guard try now?.value("stage") == event.to,
            try now?.value("since") == (event.to == event.from ? since : event.time)
        else {
            throw JournalFault(
                row.id, "it leads to ‘\(event.to)’, and the plan did not go there", "应转至“\(event.to)”，规划却未到该阶段")
        }
        try requireSigned(
            event, row, by: roster.people[event.who]?.key ?? "", isDecision: event.isDecision, plan: plan)
    }

    private func state(of plan: Int64, _ row: JournalRow) throws -> CaseState {
        do { return try Project.caseState(of: plan, in: db) } catch is Refusal {
            throw JournalFault(row.id, "its plan was never started", "其规划从未新建")
        }
    }

    /// The step that an event is, which whoever took it could take.
    private func step(_ event: CaseEvent, _ state: CaseState, _ row: JournalRow) throws -> Workflow.Step {
        let stage = workflow.stage(state.stage, of: state.kind)
        guard let step = stage?.steps.first(where: { $0.id == event.step }) else {
            throw JournalFault(
                row.id, "no step \(event.step) leads on from ‘\(state.stage)’", "“\(state.stage)”阶段没有步骤“\(event.step)”")
        }
        let day = String(event.time.prefix(10))
        let actor = roster.actor(event.who, as: step.roles, level: step.level, on: day)
        if let obstacle = state.obstacle(to: step, by: event.who, actor, roster, day: day) {
            throw JournalFault(
                row.id, "\(event.who) could not \(step.name.english): \(obstacle.english)",
                "\(event.who) 不能办理“\(step.name.chinese)”：\(obstacle.chinese)")
        }
        let behalf = actor.map { $0.person.login == event.who ? "" : $0.person.login }
        guard event.from == state.stage, event.to == state.next(after: step), event.role == actor?.role,
            event.behalf == behalf, event.isDecision == step.isDecision, event.target == nil
        else {
            throw JournalFault(
                row.id, "it is not told as \(step.id) by \(event.who) is", "其记录与 \(event.who) 办理“\(step.id)”应有的不同")
        }
        try judgeReason(event, step, row)
        try judgeDays(event, step, state, row)
        return step
    }

    private func judgeReason(_ event: CaseEvent, _ step: Workflow.Step, _ row: JournalRow) throws {
        let request = MoveRequest(
            plan: event.plan, step: event.step, reasonCode: event.reasonCode, reason: event.reason)
        do { try Project.checkReason(request, of: step) } catch is Refusal {
            throw JournalFault(
                row.id, "\(step.name.english) needs a reason out of the list", "“\(step.name.chinese)”须写明清单中的理由")
        }
    }

    private func judgeDays(
        _ event: CaseEvent, _ step: Workflow.Step, _ state: CaseState, _ row: JournalRow
    ) throws {
        if step.effect != .startNotice, event.firstDay.isEmpty, event.lastDay.isEmpty { return }
        guard step.effect == .startNotice, let first = WorkCalendar.day(event.firstDay),
            let last = WorkCalendar.day(event.lastDay), let day = WorkCalendar.day(event.time), first >= day,
            last - first + 1 >= state.noticeDays(workflow)
        else { throw JournalFault(row.id, "its days are none of a notice", "其起止日期不是合规的公示期") }
    }

    private func judgeTakeBack(_ event: CaseEvent, _ state: CaseState, _ row: JournalRow) throws {
        let last: CaseEvent
        do { last = try Project.takenBack(by: event.who, event.plan, state, in: db) } catch is Refusal {
            throw JournalFault(
                row.id, "there was nothing that \(event.who) could take back", "当时没有 \(event.who) 可撤回的决定")
        }
        guard event.target == last.id, event.from == state.stage, event.to == last.from, event.behalf == last.behalf,
            event.role == last.role, event.isDecision == last.isDecision, event.firstDay.isEmpty, event.lastDay.isEmpty
        else { throw JournalFault(row.id, "it takes back another step than the last one", "撤回的不是上一步") }
    }

    // MARK: What is noted in the file of a case

    mutating func takeNote(_ row: JournalRow) throws {
        guard let plan = row.plan else { throw JournalFault(row.id, "it names no plan", "未指明规划") }
        guard roster.isOpen || roster.people[row.who]?.isActive == true else {
            throw JournalFault(row.id, "\(row.who) was not on the roster then", "当时 \(row.who) 不在名册中")
        }
        let changed = try replay.apply(row)
        guard changed.count == 1, let one = changed.first, one.operation == .insert else {
            throw JournalFault(row.id, "it keeps one row of a case, no more and no less", "每条应恰好写入一行案卷记录")
        }
        let note = try kept("*", of: one.table.name, one.id)
        guard let note, try note.value("who") == row.who else {
            throw JournalFault(row.id, "\(row.who) wrote in another's name", "\(row.who) 以他人名义写入")
        }
        let owner: Int64?
        switch one.table.name {
        case "assignment", "opinion", "remark":
            let stage = try kept("stage", of: "plan", plan)?.value("stage") as String?
            guard try note.value("stage") == stage else {
                throw JournalFault(row.id, "the plan was at another stage then", "当时规划处于另一阶段")
            }
            owner = plan
        case "case_document":
            let digest = Digest()
            try (note.read("content") as Data).withUnsafeBytes { digest.update($0) }
            guard try note.value("hash") == digest.finish() else {
                throw JournalFault(row.id, "the document's hash is not that of its bytes", "文件散列值与内容不符")
            }
            owner = plan
        case "opinion_answer":
            owner = try kept("plan", of: "opinion", note.read("opinion"))?.value("plan")
        case "remark_end":
            let remark = try kept("plan, who", of: "remark", note.read("remark"))
            guard try remark?.value("who") == row.who else {
                throw JournalFault(row.id, "a remark is resolved by who made it", "意见只能由提出人解决")
            }
            owner = try remark?.value("plan")
        default: throw unusual(one, row)
        }
        guard owner == plan else {
            throw JournalFault(row.id, "what it notes belongs to another plan", "所记内容属于其他规划")
        }
    }
}
