import Commands
import Phrases
import Store

/// Where the open plan and others, or its base, say different things of the same feature.
extension Session {
    func conflictStops(limit: Int) throws -> [Stop] {
        guard let plan else { return [] }
        return try project.conflicts(of: plan.id, limit: limit).map(stop)
    }

    private func stop(_ conflict: PlanConflict) -> Stop {
        let (kind, what) = words(of: conflict.kind)
        func side(_ side: PlanConflict.Side?) -> String {
            guard let side, side.class >= 0 else { return say("nothing", "无") }
            return
                "\(code(of: side.class)) \(classes[side.class]?.name.description ?? "") \(Decimals.hundredths(side.area)) m2"
        }
        var text = [
            "\(conflict.uid)  \(conflict.number)  \(what)",
            say("Mine: \(side(conflict.mine))", "本方案：\(side(conflict.mine))"),
            say("Theirs: \(side(conflict.theirs))", "对方：\(side(conflict.theirs))"),
        ]
        if let then = conflict.then { text.append(say("Drafted on: \(side(then))", "编制时：\(side(then))")) }
        return Stop(cells: [String(conflict.uid), kind, what], uid: conflict.uid, text: text)
    }

    private func words(of kind: PlanConflict.Kind) -> (short: String, long: String) {
        switch kind {
        case .draft(let plan, let title, let who):
            (say("draft \(plan)", "草案 \(plan)"), say("\(title) (\(who)) touches it too", "\(title)（\(who)）也涉及"))
        case .published(let plan, let title, let who):
            (
                say("plan \(plan)", "规划 \(plan)"),
                say("\(title) (\(who)), which is published, plans it too", "已发布的 \(title)（\(who)）也规划了它")
            )
        case .baseClass: (say("class", "地类"), say("the base has another class now", "底图地类已变"))
        case .baseOutline: (say("outline", "图形"), say("the base has another outline now", "底图图形已变"))
        case .baseMoved:
            (say("base", "底图"), say("the base has moved; ':plan rebase' takes it over", "底图已更新；可用 :plan rebase 接受"))
        case .gone: (say("gone", "已无"), say("the base feature is no more", "底图中已不存在"))
        case .superseded: (say("replaced", "已替换"), say("another stands in its place", "底图中已被替换"))
        case .leftBehind:
            (say("left behind", "遗留"), say("of a survey that the plan no longer stands on", "属于规划已不再采用的调查"))
        }
    }
}
