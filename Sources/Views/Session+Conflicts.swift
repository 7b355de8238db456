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
        return Stop(
            cells: [String(conflict.uid), kind, what], uid: conflict.uid, text: text,
            key: conflict.kind == .baseMoved ? "moved" : kind, conflict: conflict.kind)
    }

    /// What the keys do to a conflict, for the row below it.
    static var conflictKeys: String {
        say(
            "A takes theirs, O keeps mine, u takes that back; m r takes over all else.",
            "A 采用对方  O 保留本方案  u 撤销  m r 接收其余变化")
    }

    /// Settles a conflict by a key: theirs counts, or mine.
    ///
    /// What cannot be settled here says why, and where it can.
    func settling(_ stop: Stop, theirs: Bool) -> [Effect] {
        guard let uid = stop.uid, let conflict = stop.conflict else { return [] }
        switch conflict {
        case .draft(let plan, let title, let who):
            return [
                .say(
                    say(
                        "Plan \(plan) \(title) (\(who)) is a draft too, and neither counts before it is published: agree with \(who), or change parcel \(uid) here.",
                        "规划 \(plan) \(title)（\(who)）同为草案，发布之前互不为准：请与 \(who) 协商，或在此修改图斑 \(uid)。"), isTrouble: true)
            ]
        case .published(let plan, let title, _):
            return [
                .say(
                    say(
                        "Plan \(plan) \(title) is in the one map already, and this draft would change it: E plans another class for \(uid), u takes a step back.",
                        "规划 \(plan) \(title) 已入“一张图”，本草案将改动其内容：可用 E 改划图斑 \(uid)，或用 u 撤销。"), isTrouble: true)
            ]
        case .baseMoved:
            guard !theirs else { return [.run("plan rebase %plan")] }
            return [
                .say(
                    say(
                        "The base says nothing against the draft here: A takes it over, and what is drafted stays.",
                        "底图与本方案不矛盾：按 A 接收，规划内容不变。"))
            ]
        case .baseClass, .baseOutline, .gone, .superseded, .leftBehind:
            return [.run("plan rebase %plan \(uid) --keep \(theirs ? "base" : "mine")")]
        }
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
            (say("base", "底图"), say("the base has moved, and says nothing against it", "底图已更新，与本方案不矛盾"))
        case .gone: (say("gone", "已无"), say("the base feature is no more", "底图中已不存在"))
        case .superseded: (say("replaced", "已替换"), say("another stands in its place", "底图中已被替换"))
        case .leftBehind:
            (say("left behind", "遗留"), say("of a survey that the plan no longer stands on", "属于规划已不再采用的调查"))
        }
    }
}
