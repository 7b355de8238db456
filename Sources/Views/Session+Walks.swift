import Commands
import Geometry
import Phrases
import Store

/// What there is to walk through in the open plan.
extension Session {
    /// More than this nobody walks through one by one; the report of the command has them all.
    private static let mostStops = 5_000

    /// - Throws: `Refusal` where no plan is open.
    func stops(of walk: Walk) throws -> [Stop] {
        guard let plan else {
            throw Refusal(
                .usage, "No plan is open: F5 opens one, ':plan new TITLE' starts one.",
                "尚未打开规划：按 F5 打开，或 :plan new 标题 新建。")
        }
        return switch walk {
        case .changes: try project.changedFeatures(in: plan.id, limit: Self.mostStops).map(stop)
        case .findings, .conflicts, .step: []
        }
    }

    private func stop(_ change: ChangedFeature) -> Stop {
        let (from, to) = (code(of: change.from), code(of: change.to))
        let area = Decimals.hundredths(change.area)
        func named(_ id: Int64) -> String { "\(code(of: id)) \(classes[id]?.name.description ?? "")" }
        return Stop(
            cells: [String(change.uid), from, to, area, change.number], uid: change.uid,
            text: [
                "\(change.uid)  \(change.number)",
                say(
                    "\(named(change.from)) becomes \(named(change.to)): \(area) m2",
                    "\(named(change.from)) 改为 \(named(change.to))：\(area) m2"),
            ])
    }

    /// The outline of a feature as the open plan has it; where that has none, the base's.
    func outline(of uid: Int64) throws -> Shape? { try project.shape(of: uid, plan: planID) }

    /// Asks for the reason with which a finding is answered.
    func answering(_ stop: Stop) -> Effect {
        guard let key = stop.key else {
            return .say(say("This finding has no number to answer.", "该意见没有编号，无法答复。"), isTrouble: true)
        }
        return .run("plan answer \(key) --reason ?reason")
    }
}
