import Phrases
import Planning

/// What somebody may do with a plan where it is, told when it is opened.
package struct ReviewStanding: Sendable, Hashable {
    package var plan: Plan
    /// The stage in the words of the project's own table.
    package var stage: Phrase
    /// Whether some step that leads on is for me, whatever it may still need.
    package var mayAct: Bool
    /// Why none is; nil when one is, and where the plan waits for nobody.
    package var obstacle: Phrase?
    /// Whether the last step is mine, so that I may want to take it back.
    package var lastIsMine: Bool
}

extension Project {
    package func reviewStanding(of id: Int64) throws -> ReviewStanding {
        let plan = try plan(id)
        return try read { db in
            let state = try Self.caseState(of: id, in: db)
            let roster = try Self.roster(in: db)
            let workflow = try Self.workflow(in: db)
            // What drafters do with their own plan is no review of it.
            let steps = workflow.steps(from: state.stage, of: state.kind).filter { !$0.needs.contains(.own) }
            let obstacles = steps.map { step in
                state.personalObstacle(
                    to: step, by: who, roster.actor(who, as: step.roles, level: step.level, on: today), roster)
            }
            let mayAct = obstacles.contains { $0 == nil }
            let last = state.standing.last
            return ReviewStanding(
                plan: plan,
                stage: workflow.stage(state.stage, of: state.kind)?.name ?? Phrase(state.stage, state.stage),
                mayAct: mayAct, obstacle: mayAct ? nil : obstacles.compactMap(\.self).first,
                lastIsMine: last?.who == who && (last?.from != Workflow.start || last?.to == last?.from))
        }
    }
}
