import ArgumentParser
import Phrases
import Planning
import Store

/// A few lines for the message of the day: what waits for me, what is due, and the journal's head as a witness.
///
/// A login waits for them: nothing is opened when nothing was written since they were last said (`DigestMemo`).
struct MessageOfTheDay: Command {
    static let configuration = CommandConfiguration(
        commandName: "motd", abstract: say("What waits for you, in three lines.", "今日待办。"))
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let memo: DigestMemo? =
            if let path = context.unopened, let caches = context.caches {
                DigestMemo(of: path, in: caches, who: Project.currentUser, day: String(Project.now().prefix(10)))
            } else { nil }
        var words = memo?.recall() ?? []
        if words.isEmpty {
            words = try Self.words(of: try context.projectForReading(isGlance: true))
            memo?.keep(words)
        }
        return Report(title: words[0], notes: Array(words.dropFirst()))
    }

    /// The title, and below it a line for each of the next plans and one for the journal's head.
    private static func words(of project: Project) throws -> [String] {
        let (waiting, overdue, next) = try project.waiting()
        let returned = try project.returnedPlans()
        var lines = [
            waiting == 0
                ? returned.isEmpty
                    ? say("Nothing waits for you.", "没有待办事项。")
                    : say("\(counted(returned.count, "plan")) came back to you.", "退回 \(returned.count) 件。")
                : say(
                    "\(counted(waiting, "plan")) for you\(overdue > 0 ? ", \(overdue) overdue" : "").",
                    "待办 \(waiting) 件\(overdue > 0 ? "，逾期 \(overdue) 件" : "")。")
        ]
        for plan in next {
            let due = plan.due.map { WorkCalendar.text($0) } ?? ""
            let left: String =
                switch plan.left {
                case .some(let days) where days < 0: say("overdue since \(due)", "已逾期（\(due)）")
                case .some(let days):
                    say("due \(due), \(counted(days, "working day")) left", "\(due) 到期，剩 \(days) 个工作日")
                case nil: say("no time limit", "无时限")
                }
            lines.append("  \(plan.plan.id)  \(plan.plan.title)  \(plan.stage.name)  \(left)")
        }
        if waiting > next.count {
            lines.append(say("  and \(waiting - next.count) more", "  另有 \(waiting - next.count) 件"))
        }
        lines += returned.prefix(3).map { "  \($0.told)" }
        if returned.count > 3 {
            lines.append(say("  and \(returned.count - 3) more came back", "  另有 \(returned.count - 3) 件被退回"))
        }
        if let head = try project.journalHead() {
            lines.append(say("Journal: \(head.id) \(head.hash)", "日志末条：\(head.id) \(head.hash)"))
        }
        return lines
    }
}

extension ReturnedPlan {
    /// One line of it.
    var told: String { say("\(plan)  \(title)  returned by \(who)", "\(plan)  \(title)  被 \(who) 退回") }
}
