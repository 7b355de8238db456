import Foundation
import GRDB
import Phrases
import Planning

/// Who deals with a plan at the stage where it is.
extension Project {
    /// Whom a plan can be given to at the stage where it is, by login: those who may take a step from there, deputies and
    /// principals among them, but nobody to decide on what they drafted.
    ///
    /// - Returns: them, and who has it now; empty for whoever may.
    /// - Throws: `Refusal` where the plan waits for nobody, and for who may not give it to anybody.
    package func assignees(of plan: Int64) throws -> (people: [Person], now: String) {
        try read { db in
            let able = try self.able(plan, in: db)
            let row = try Row.fetchOne(
                db, sql: "SELECT stage, login FROM assignment WHERE plan = ? ORDER BY id DESC LIMIT 1",
                arguments: [plan])
            return (able.people, row.flatMap { $0["stage"] == able.stage.id ? $0["login"] : nil } ?? "")
        }
    }

    private func able(_ plan: Int64, in db: Database) throws -> (people: [Person], stage: Workflow.Stage) {
        let (roster, workflow) = (try Self.roster(in: db), try Self.workflow(in: db))
        let state = try Self.caseState(of: plan, in: db)
        guard let stage = workflow.stage(state.stage, of: state.kind), !stage.isEnd else {
            throw Refusal(.notAllowed, "Plan \(plan) waits for nobody.", "规划 \(plan) 无须办理。")
        }
        let able = roster.people.values.filter { person in
            guard roster.actor(person.login, as: stage.roles, level: stage.level, on: today) != nil else {
                return false
            }
            return stage.steps.contains { step in
                guard let actor = roster.actor(person.login, as: step.roles, level: step.level, on: today) else {
                    return false
                }
                return !step.needs.contains(.own)
                    && (!step.isDecision || state.drafters.isDisjoint(with: [person.login, actor.person.login]))
            }
        }.sorted { $0.login < $1.login }
        let isAdministrator = roster.people[who]?.roles.contains(.administrator) == true
        guard isAdministrator || roster.actor(who, as: stage.roles, level: stage.level, on: today) != nil else {
            let others = able.map(\.title)
            throw Refusal(
                .notAllowed,
                "Plan \(plan) was not assigned: only who can deal with it (\(others.isEmpty ? "nobody yet" : others.joined(separator: ", "))), or an administrator, gives it to somebody.",
                "规划 \(plan) 未指派：只有经办人员（\(others.isEmpty ? "暂无" : others.joined(separator: "、"))）或管理员可以指派。")
        }
        return (able, stage)
    }

    /// Gives a plan to somebody at the stage where it is; an empty login takes it from whoever had it.
    package func assign(_ plan: Int64, to login: String, note text: String = "", line: String) throws {
        let (able, stage) = try read { db in try self.able(plan, in: db) }
        guard login.isEmpty || able.contains(where: { $0.login == login }) else {
            throw Refusal(
                .usage,
                "\(login) cannot deal with plan \(plan) at ‘\(stage.name.english)’; these can: \(able.map(\.title).joined(separator: ", ")).",
                "\(login) 不能办理规划 \(plan)（\(stage.name.chinese)）；可由 \(able.map(\.title).joined(separator: "、")) 办理。")
        }
        _ = try note("assignment", plan: plan, line: line, detail: "\(stage.id) \(login)") { db, id, stage in
            try db.execute(
                sql: "INSERT INTO assignment(id, time, plan, who, stage, login, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [id, moment, plan, who, stage, login, text])
        }
    }
}
