import Commands
import Phrases
import Planning
import Store

/// Taking a step with a plan by keys: which step, why, in which words, and a key that is none of these to confirm it.
struct Decision: Sendable {
    private let standing: ReviewStanding
    private let steps: [OpenStep]
    private let progress: ReviewProgress
    private let workflow: Workflow
    /// The step that was chosen; nil for taking the last one back.
    private var step: Workflow.Step?
    private var code = ""

    /// Reads what can be decided on a plan now.
    init(on plan: Int64, _ session: Session) throws {
        guard !session.project.isReadOnly else {
            throw Refusal(
                .notAllowed, "Nothing can be decided: the project is open for reading only.", "不能办理：项目以只读方式打开。")
        }
        standing = try session.project.reviewStanding(of: plan)
        workflow = try session.project.workflow()
        let open = try session.project.openSteps(of: plan)
        steps = open.filter { $0.obstacle == nil } + open.filter { $0.obstacle != nil }
        progress = try session.project.reviewProgress(
            of: plan, session.project.reviewItems(of: standing.plan))
    }

    /// Lists the steps; those that cannot be taken say why.
    mutating func begin() -> [Effect] {
        var candidates = steps.map { open in
            Prompt.Candidate(
                text: open.step.id, label: open.step.name.description,
                note: open.obstacle.map { say("not now: \($0)", "暂不可：\($0)") }
                    ?? "-> \(workflow.name(of: open.step.to, standing.plan.kind))\(Self.unanswered(open))"
            )
        }
        if standing.lastIsMine {
            candidates.append(
                Prompt.Candidate(
                    text: CaseEvent.takeBack, label: say("take back", "撤回"),
                    note: say("the last step, which was yours", "您上一步的决定")))
        }
        guard !candidates.isEmpty else {
            return [
                .say(
                    say(
                        "Plan \(standing.plan.id) is at ‘\(standing.stage)’; no step leads on from there.",
                        "规划 \(standing.plan.id) 处于“\(standing.stage)”，没有后续步骤。"), isTrouble: true)
            ]
        }
        return [
            .ask(
                .choice(
                    name: "step", title: say("plan \(standing.plan.id): ", "规划 \(standing.plan.id)："), of: candidates))
        ]
    }

    /// The rules whose question is still open, in as few words as a slow line likes.
    private static func unanswered(_ open: OpenStep) -> String {
        let rules = open.unanswered.joined(separator: " ")
        return rules.isEmpty ? "" : say("; \(rules) unanswered", "；\(rules) 未回答")
    }

    /// Takes what was typed; nil where it answers nothing of this.
    mutating func answer(_ kind: Prompt.Kind, _ text: String) -> [Effect]? {
        switch kind {
        case .choice("step", _, _):
            guard text != CaseEvent.takeBack else {
                step = nil
                return [.ask(.words(name: "reason", title: say("why (may be empty): ", "理由（可空）：")))]
            }
            guard let open = steps.first(where: { $0.step.id == text }) else { return [] }
            if let obstacle = open.obstacle {
                return [
                    .say(
                        say("Cannot \(open.step.name): \(obstacle).", "不能\(open.step.name)：\(obstacle)。"),
                        isTrouble: true)
                ]
            }
            step = open.step
            code = ""
            guard open.step.reasons != nil else {
                return open.step.isDecision
                    ? [.ask(.words(name: "reason", title: say("remark (may be empty): ", "意见（可空）：")))] : confirm("")
            }
            return [askWhy]
        case .choice("code", _, _):
            guard step?.reasons?.contains(where: { $0.code == text }) == true else {
                return [askWhy, .say(say("‘\(text)’ is none of the reasons.", "“\(text)”不在理由清单中。"), isTrouble: true)]
            }
            code = text
            return [.ask(.words(name: "reason", title: say("in words: ", "说明：")))]
        case .words("reason", _):
            guard !text.isEmpty || step?.reasons == nil else {
                return [
                    .say(say("A reason in words is needed; nothing was decided.", "须写明理由；尚未作出决定。"), isTrouble: true)
                ]
            }
            return confirm(text)
        default: return nil
        }
    }

    private var askWhy: Effect {
        let reasons = (step?.reasons ?? []).map {
            Prompt.Candidate(text: $0.code, label: $0.name.description, note: $0.code)
        }
        return .ask(.choice(name: "code", title: say("why: ", "理由："), of: reasons))
    }

    /// Says what would change, and waits for a key that was not typed ahead.
    private func confirm(_ words: String) -> [Effect] {
        let plan = standing.plan
        let name = step?.name ?? Phrase("take back the last step", "撤回上一步")
        let to = step.map { " -> \(workflow.name(of: $0.to, plan.kind))" } ?? ""
        var question = say("Plan \(plan.id) \(plan.title): \(name)\(to)", "规划 \(plan.id) \(plan.title)：\(name)\(to)")
        question += say(
            "; \(counted(progress.total, "change")), \(progress.description)",
            "；改动 \(progress.total)，\(progress.description)")
        if let reason = StepReason.named(code) { question += say("; \(reason.name)", "；\(reason.name)") }
        if !words.isEmpty { question += say(": “\(words)”", "：“\(words)”") }
        let signs = step?.isDecision ?? true
        question += signs ? say(". y signs it and does it", "。按 y 签名办理") : say(". y does it", "。按 y 办理")
        var line = ["review", "move", String(plan.id), step?.id ?? CaseEvent.takeBack]
        if !code.isEmpty { line += ["--reason", code] }
        // In one word: what people write may begin with a dash.
        if !words.isEmpty { line.append("--text=\(words)") }
        return [.ask(.confirm(question: question, line: Words.join(line)))]
    }
}
