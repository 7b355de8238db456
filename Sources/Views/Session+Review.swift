import Commands
import Phrases
import Planning
import Store

extension Session {
    /// Asks whom a plan shall be given to, out of those who may take it.
    func assigning(_ plan: Int64) throws -> Effect {
        guard !project.isReadOnly else {
            throw Refusal(
                .notAllowed, "Plan \(plan) cannot be given to anybody: the project is open for reading only.",
                "不能指派规划 \(plan)：项目以只读方式打开。")
        }
        let (people, now) = try project.assignees(of: plan)
        var candidates = people.map { person in
            let roles = Role.allCases.filter(person.roles.contains).map(\.name.description)
            var note = [roles.joined(separator: say(", ", "、")), person.office].filter { !$0.isEmpty }
            if person.login == now { note.append(say("has it now", "现经办")) }
            if person.login == project.who { note.append(say("you", "本人")) }
            return Prompt.Candidate(text: person.login, label: person.title, note: note.joined(separator: "  "))
        }
        if !now.isEmpty {
            candidates.append(
                .init(
                    text: Self.nobody, label: say("whoever may", "不指定"),
                    note: say("takes it back from \(now)", "从 \(now) 收回")))
        }
        guard !candidates.isEmpty else {
            throw Refusal(
                .notAllowed, "Plan \(plan) can be given to nobody: the roster has no one who may take it.",
                "规划 \(plan) 无人可办：名册中没有可经办的人员。")
        }
        return .ask(
            .choice(name: "assign \(plan)", title: say("plan \(plan) for: ", "规划 \(plan) 经办人："), of: candidates))
    }

    /// No login looks like this.
    private static let nobody = "*"

    /// Takes the answer; nil where it answers something else.
    func assigned(_ kind: Prompt.Kind, _ text: String) -> [Effect]? {
        guard case .choice(let name, _, _) = kind, name.hasPrefix("assign ") else { return nil }
        guard !text.isEmpty else { return [] }
        let plan = String(name.dropFirst("assign ".count))
        return [.perform(Words.join(["review", "assign", plan] + (text == Self.nobody ? [] : ["--", text])))]
    }

    /// Keeps what I said to a change of a plan. As marks it is mine alone, and no row of the journal.
    func look(at uid: Int64, in plan: Int64, _ verdict: ReviewItem.Look) throws {
        guard !project.isReadOnly else {
            throw Refusal(
                .notAllowed, "What was seen is not kept: the project is open for reading only.", "不能记录已看：项目以只读方式打开。")
        }
        try project.look(at: uid, in: plan, verdict)
    }
}
