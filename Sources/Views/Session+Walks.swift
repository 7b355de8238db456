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
        case .changes:
            // Neighbours that only took in corners of a split look as before.
            try project.touched(by: plan.id, limit: Self.mostStops).filter { $0.deeds != [.corners] }.map(stop)
        case .step(let number):
            try project.difference(
                from: .step(number, of: plan.id, before: true), to: .step(number, of: plan.id, before: false)
            ).parcels.prefix(Self.mostStops).map(stop)
        case .findings: try findingStops()
        case .conflicts: try conflictStops(limit: Self.mostStops)
        }
    }

    private func named(_ id: Int64?) -> String {
        guard let id else { return say("nothing", "无") }
        return "\(code(of: id)) \(classes[id]?.name.description ?? "")"
    }

    private func stop(_ one: Touched) -> Stop {
        let area = Decimals.hundredths(one.area)
        let deeds = one.deeds.map(\.description).joined(separator: ", ")
        return Stop(
            cells: [String(one.uid), one.from.map(code) ?? "", one.to.map(code) ?? "", area, deeds], uid: one.uid,
            text: [
                "\(one.uid)  \(one.number)  \(area) m2  \(deeds)",
                say(
                    "\(named(one.from)) -> \(named(one.to))  (step \(one.step), \(one.who))",
                    "\(named(one.from)) -> \(named(one.to))（第 \(one.step) 步，\(one.who)）"),
            ])
    }

    private func stop(_ one: PlanDiff.Parcel) -> Stop {
        let (before, after) = (one.before.map(Decimals.hundredths), one.after.map(Decimals.hundredths))
        let area = [before, before == after ? nil : after].compactMap { $0.map { "\($0) m2" } }.joined(
            separator: " -> ")
        return Stop(
            cells: [
                String(one.uid), one.from.map(code) ?? "", one.to.map(code) ?? "", after ?? before ?? "", one.number,
            ], uid: one.uid,
            text: [
                "\(one.uid)  \(one.number)",
                "\(named(one.from)) -> \(named(one.to))  \(area)",
            ])
    }

    /// The outline of a feature as the open plan has it, or had it at the step that is walked; where that has none, the
    /// base's.
    func outline(of uid: Int64, in walk: Walk) throws -> Shape? {
        guard case .step(let number) = walk else { return try project.shape(of: uid, plan: planID) }
        return try project.seeing(step: number, of: planID) { try project.shape(of: uid, plan: planID) }
    }
}
