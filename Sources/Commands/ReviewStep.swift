import ArgumentParser
import Canvas
import Phrases
import Planning
import Store

/// The review of a plan without a screen: one item of text, one answer a line. For screen readers, pipes, and terminals
/// that cannot place their cursor.
struct ReviewStep: Command {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: say("Step through a plan line by line.", "逐行审查规划。"),
        discussion: say(
            "Without a number through the queue. Answers, one a line: \(Self.answers.english).",
            "不写编号则依次审查待办规划。每行一个回答：\(Self.answers.chinese)。"))
    @Argument(help: ArgumentHelp(say("The plan's number.", "规划编号。"))) var plan: Int64?
    @Flag(help: ArgumentHelp(say("Plain lines; there is nothing else here.", "逐行方式（本命令仅有此方式）。"))) var plain = false
    @OptionGroup var common: CommonOptions

    static let answers = Phrase(
        "a accept, o TEXT object, c TEXT comment, s seen, n next, p previous, a number goes there, r NUMBER TEXT reply, w NUMBER resolve, d decide, q quit",
        "a 同意，o 内容 异议，c 内容 评论，s 已看，n 下一处，p 上一处，数字跳转，r 编号 内容 回复，w 编号 解决，d 决定，q 退出")

    func perform(in context: Context) throws -> Report {
        guard let write = context.say else {
            throw Refusal(
                .usage, "'review step' reads its answers from standard input; on the screen ' q opens the queue.",
                "review step 从标准输入读取回答；界面中请按 ' q 打开待办。")
        }
        let project = try context.project()
        var walk: Walk
        if let plan {
            walk = try Walk(plan, project)
        } else {
            guard let first = try project.reviewQueue(told: 0).plans.first else {
                return Report(title: say("No plan waits for you.", "没有待办规划。"))
            }
            walk = try Walk(first.plan.id, project)
        }
        func tell(_ lines: [String]) { write(lines.map { cleanedForShell($0) + "\n" }.joined()) }
        tell(walk.review.overview.map(\.text) + [""])
        tell(try walk.shown() + [Self.answers.description])
        while let answer = readLine() {
            let words = answer.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard let word = words.first, word != "q" else {
                if words.isEmpty { continue }
                break
            }
            let text = words.count > 1 ? String(words[1]) : ""
            do {
                if word == "d" {
                    guard try decide(text, &walk, context, tell) else { continue }
                    guard plan == nil, let next = try project.reviewQueue(told: 0).plans.first else { break }
                    walk = try Walk(next.plan.id, project)
                    tell(walk.review.overview.map(\.text) + [""])
                } else {
                    tell(try walk.take(String(word), text, context))
                }
                tell(try walk.shown())
            } catch let refusal as Refusal {
                // What cannot be done is said, and the next answer is waited for.
                tell([refusal.description])
            }
        }
        return Report(
            title: walk.review.progress.description,
            notes: [
                say(
                    "'review show \(walk.plan)' lists what can be decided, 'review move \(walk.plan) STEP' decides.",
                    "review show \(walk.plan) 列出可办理的步骤，review move \(walk.plan) 步骤 办理。")
            ])
    }

    /// The reasons that steps ask for, a line a list, each with the steps that take it.
    private static func reasons(of steps: [Workflow.Step]) -> [String] {
        var lists: [(reasons: [StepReason], steps: [String])] = []
        for step in steps {
            guard let reasons = step.reasons else { continue }
            if let place = lists.firstIndex(where: { $0.reasons == reasons }) {
                lists[place].steps.append(step.id)
            } else {
                lists.append((reasons, [step.id]))
            }
        }
        return lists.map { list in
            let steps = list.steps.joined(separator: say(", ", "、"))
            let codes = list.reasons.map { "\($0.code) \($0.name)" }.joined(separator: say(", ", "，"))
            return say("reasons to \(steps): \(codes)", "\(steps) 的理由：\(codes)")
        }
    }

    /// Lists the steps, or takes one once it has been confirmed by a word.
    ///
    /// - Returns: whether the plan has gone on.
    private func decide(_ text: String, _ walk: inout Walk, _ context: Context, _ tell: ([String]) -> Void) throws
        -> Bool
    {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        let steps = try walk.project.openSteps(of: walk.plan)
        guard let name = words.first else {
            tell(
                steps.map { open in
                    let obstacle =
                        open.obstacle.map { say("  not now: \($0)", "  暂不可：\($0)") }
                        ?? open.note(on: walk.plan).map { "  \($0)" } ?? ""
                    return "d \(open.step.id)  \(open.step.name)\(obstacle)"
                } + [say("d STEP, or d STEP REASON WORDS", "d 步骤，或 d 步骤 理由 说明")]
                    + Self.reasons(of: steps.map(\.step)))
            return false
        }
        var line = ["review", "move", String(walk.plan), name]
        if words.count > 1 { line += ["--reason", words[1]] }
        if words.count > 2 { line.append("--text=\(words[2])") }
        let step = steps.first { $0.step.id == name }?.step.name.description ?? name
        tell([
            say(
                "Plan \(walk.plan): \(step); \(walk.review.progress). Type yes to do it.",
                "规划 \(walk.plan)：\(step)；\(walk.review.progress)。输入 yes 办理。")
        ])
        guard readLine() == "yes" else {
            tell([say("Nothing was decided.", "未作决定。")])
            return false
        }
        let report = try walk.perform(line, context)
        tell([report.title] + report.notes)
        return true
    }
}

extension ReviewStep {
    /// Where in a plan somebody is.
    private struct Walk {
        let plan: Int64
        let project: Project
        var review: ReviewCase
        /// Which change is shown; the number of changes where there is none.
        var place: Int

        init(_ plan: Int64, _ project: Project) throws {
            (self.plan, self.project) = (plan, project)
            review = try ReviewCase(of: plan, in: project)
            place = review.items.firstIndex(where: \.isOpen) ?? 0
        }

        private var item: ReviewItem? { review.items.indices.contains(place) ? review.items[place] : nil }

        /// The change as lines of text.
        func shown() throws -> [String] {
            guard let item else { return [say("The plan changes nothing.", "规划没有改动。")] }
            let word = ReviewCase.word(item)
            let text = try review.text(of: item, in: project).map { line in
                // The first line of a thread says its number itself.
                line.text
            }
            return ["\(place + 1)/\(review.items.count)\(word.isEmpty ? "" : "  \(word)")"] + text
        }

        mutating func take(_ word: String, _ text: String, _ context: Context) throws -> [String] {
            switch word {
            case "n", "p":
                let next = place + (word == "n" ? 1 : -1)
                guard review.items.indices.contains(next) else {
                    return [
                        word == "n" ? say("This is the last change.", "已是最后一处改动。") : say("This is the first.", "已是第一处。")
                    ]
                }
                place = next
                return []
            case "a", "s":
                guard let item else { return [] }
                try project.look(at: item.touched.uid, in: plan, word == "a" ? .accepted : .seen)
                try reread()
                let open = review.items.indices.filter { review.items[$0].isOpen }
                guard let next = open.first(where: { $0 > place }) ?? open.first else {
                    return [say("Every change is seen; d decides.", "全部改动已看；输入 d 作决定。")]
                }
                place = next
                return []
            case "o", "c":
                guard let item else { return [] }
                let object = word == "o" ? ["--object"] : []
                return try note(["--parcel", String(item.touched.uid)] + object, text, context)
            case "r":
                let words = text.split(separator: " ", maxSplits: 1).map(String.init)
                return try note(["--reply", words.first ?? ""], words.count > 1 ? words[1] : "", context)
            case "w":
                let report = try perform(["review", "resolve", text], context)
                try reread()
                return [report.title]
            default:
                guard let number = Int(word), review.items.indices.contains(number - 1) else {
                    return [ReviewStep.answers.description]
                }
                place = number - 1
                return []
            }
        }

        private mutating func note(_ options: [String], _ text: String, _ context: Context) throws -> [String] {
            guard !text.isEmpty else {
                throw Refusal(
                    .usage, "Words are needed: \(ReviewStep.answers.english).", "请写明内容：\(ReviewStep.answers.chinese)。")
            }
            let report = try perform(["review", "comment", String(plan)] + options + ["--", text], context)
            try reread()
            return [report.title]
        }

        /// Reads again; changes stay in the order in which they are gone through.
        private mutating func reread() throws {
            let order = Dictionary(
                review.items.enumerated().map { ($0.element.touched.uid, $0.offset) }, uniquingKeysWith: { a, _ in a })
            review = try ReviewCase(of: plan, in: project)
            review.items.sort { order[$0.touched.uid] ?? .max < order[$1.touched.uid] ?? .max }
        }

        /// Performs a line as if it had been typed in the shell: the journal keeps it as such.
        func perform(_ words: [String], _ context: Context) throws -> Report {
            let line = try Line(words)
            let inner = Context(line: line.text, project: project)
            inner.mayAsk = context.mayAsk
            return try line.command.perform(in: inner)
        }
    }
}
