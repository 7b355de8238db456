import Phrases
import Planning

/// What the law of a plan's life can be decided from: everything that came before, in order. Made from the file by the
/// program that takes a step, and from the journal alone by the one that proves it; the rules are the same code.
package struct CaseState: Sendable {
    package var kind: PlanKind
    package var owner: String
    package var stage: String
    /// Everybody who made a step of the draft, took one back or made one again.
    package var drafters: Set<String> = []
    package var changes = 0
    package var events: [CaseEvent] = []
    package var documents: Set<CaseDocument> = []
    /// Opinions by number, and whether they are answered.
    package var opinions: [Int64: (party: OpinionParty, isAnswered: Bool)] = [:]
    /// Heads of threads that object, and whether they are open.
    package var objections: [Int64: Bool] = [:]

    package init(kind: PlanKind, owner: String, stage: String = Workflow.start) {
        (self.kind, self.owner, self.stage) = (kind, owner, stage)
    }

    /// Events that still count: not those that were taken back, nor what took them back.
    package var standing: [CaseEvent] {
        let back = Set(events.compactMap(\.target))
        return events.filter { $0.step != CaseEvent.takeBack && !back.contains($0.id) }
    }

    /// The events since the plan came to the stage where it is.
    package var atThisStage: [CaseEvent] {
        let all = standing
        let entry = all.lastIndex { $0.from != $0.to && $0.to == stage }
        return entry.map { Array(all[($0 + 1)...]) } ?? all
    }

    /// The step of a name that leads on from where the plan is.
    ///
    /// - Throws: `Refusal` that names those that do.
    package func step(_ id: String, of plan: Int64, in workflow: Workflow) throws -> Workflow.Step {
        let stage = workflow.stage(stage, of: kind)
        if let step = stage?.steps.first(where: { $0.id == id }) { return step }
        let name = stage?.name ?? Phrase(self.stage, self.stage)
        let steps = (stage?.steps.map(\.id) ?? []).joined(separator: ", ")
        throw Refusal(
            .notAllowed,
            "Plan \(plan) is at stage ‘\(name.english)’, from where \(steps.isEmpty ? "no step leads on" : "these steps lead on: \(steps)"); there is no ‘\(id)’.",
            "规划 \(plan) 处于“\(name.chinese)”阶段，\(steps.isEmpty ? "没有后续步骤" : "可办理：\(steps)")；没有“\(id)”。")
    }

    /// Who signed a step at this stage already.
    package func signers(of step: Workflow.Step) -> [String] {
        atThisStage.filter { $0.step == step.id && $0.from == stage }.map { $0.behalf.isEmpty ? $0.who : $0.behalf }
    }

    /// The stage after one more signature to a step.
    package func next(after step: Workflow.Step) -> String {
        signers(of: step).count + 1 >= max(1, step.signatures) ? step.to : stage
    }

    /// The notice of this stage, if it was started: its first and last day.
    package var notice: (first: String, last: String)? {
        atThisStage.last { !$0.firstDay.isEmpty }.map { ($0.firstDay, $0.lastDay) }
    }

    /// Why a need is not met; nil when it is, or when it is not of what comes before: `checks`, `seen` and `reason` are
    /// looked at by who takes the step.
    package func obstacle(_ need: Workflow.Need, who: String, day: String) -> Phrase? {
        switch need {
        case .checks, .seen, .reason: nil
        case .own:
            owner == who || drafters.contains(who)
                ? nil
                : Phrase("only who drafts the plan may do that: \(owner)", "只有编制人可以：\(owner)")
        case .changes:
            changes > 0 ? nil : Phrase("the plan changes nothing yet", "规划尚无任何修改")
        case .document(let kind):
            documents.contains(kind)
                ? nil
                : Phrase(
                    "a document is missing: \(kind.name.english) ('review document PLAN FILE --kind \(kind.rawValue)')",
                    "缺少\(kind.name.chinese)（review document 规划 文件 --kind \(kind.rawValue)）")
        case .notice(let days):
            noticeObstacle(days, day)
        case .opinions:
            {
                let open = opinions.values.count { !$0.isAnswered }
                return open == 0
                    ? nil : Phrase("\(counted(open, "opinion")) not answered yet", "尚有 \(open) 条意见未答复")
            }()
        case .opinion(let party):
            opinions.values.contains { $0.party == party }
                ? nil
                : Phrase(
                    "no opinion of \(party == .expert ? "an expert" : "a department") was received",
                    "尚未收到\(party.name.chinese)意见")
        case .objections:
            {
                let open = objections.values.count { $0 }
                return open == 0
                    ? nil : Phrase("\(counted(open, "objection")) still open", "尚有 \(open) 条异议未解决")
            }()
        }
    }

    /// How long a notice at this stage must last at the least.
    func noticeDays(_ workflow: Workflow) -> Int {
        workflow.steps(from: stage, of: kind).flatMap(\.needs).compactMap { need -> Int? in
            if case .notice(let days) = need { days } else { nil }
        }.max() ?? 1
    }

    private func noticeObstacle(_ days: Int, _ day: String) -> Phrase? {
        if days == 0 { return nil }
        guard let notice, let first = WorkCalendar.day(notice.first), let last = WorkCalendar.day(notice.last),
            let now = WorkCalendar.day(day)
        else { return Phrase("the notice was not started", "公示尚未开始") }
        guard last - first + 1 >= days else {
            return Phrase(
                "the notice of \(notice.first) to \(notice.last) is shorter than \(days) days",
                "公示期 \(notice.first) 至 \(notice.last) 不足 \(days) 天")
        }
        guard now > last else { return Phrase("the notice runs until \(notice.last)", "公示期至 \(notice.last) 为止") }
        return nil
    }

    /// Why somebody cannot take a step; nil when they can, as far as what came before tells.
    package func obstacle(
        to step: Workflow.Step, by who: String, _ actor: (person: Person, role: Role)?, _ roster: Roster, day: String
    ) -> Phrase? {
        guard step.from == stage else { return Phrase("the plan is at another stage", "规划不在该阶段") }
        if let phrase = personalObstacle(to: step, by: who, actor, roster) { return phrase }
        for need in step.needs {
            if let phrase = obstacle(need, who: who, day: day) { return phrase }
        }
        return nil
    }

    /// Why a step is not for somebody, whatever else it may need; nil when it is.
    package func personalObstacle(
        to step: Workflow.Step, by who: String, _ actor: (person: Person, role: Role)?, _ roster: Roster
    ) -> Phrase? {
        guard let actor else {
            let able = roster.people(as: step.roles, level: step.level).map(\.title)
            let names = step.roles.map(\.name.english).joined(separator: " or ")
            let role = (names.first.map("aeiou".contains) ?? false ? "an " : "a ") + names
            let titles = step.roles.map(\.name.chinese).joined(separator: "或")
            let level = step.level.map { " of the \($0.name.english)" } ?? ""
            let rank = step.level?.name.chinese ?? ""
            return able.isEmpty
                ? Phrase("that is for \(role)\(level), and the roster has none", "须由\(rank)\(titles)人员办理，名册中没有")
                : Phrase(
                    "that is for \(role)\(level): \(able.joined(separator: ", "))",
                    "须由\(rank)\(titles)人员办理：\(able.joined(separator: "、"))")
        }
        if step.isDecision {
            for login in [who, actor.person.login] where drafters.contains(login) {
                return Phrase(
                    "\(login) drafted in this plan, and nobody decides on what they drafted",
                    "\(login) 参与了编制，不得对本规划作出决定")
            }
            let signed = signers(of: step)
            if signed.contains(actor.person.login)
                || atThisStage.contains(where: { $0.step == step.id && $0.who == who })
            {
                return Phrase("\(actor.person.login) has signed already", "\(actor.person.login) 已签署")
            }
            if roster.people[who]?.key.isEmpty != false {
                return Phrase(
                    "\(who) has no key on the roster to sign with: 'roster key FILE.pub'",
                    "\(who) 未登记签名公钥：roster key 公钥文件")
            }
        }
        return nil
    }
}
