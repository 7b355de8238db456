import Commands
import Phrases
import Store

/// Lines: the one that is being typed, and those that are performed.
extension Workbench {
    mutating func open(
        _ kind: Prompt.Kind, initial: String = "", fields: [(field: String, value: String?)] = []
    ) {
        let completion = Completion(session, history: history, fields: fields)
        let complete: @Sendable (String) -> [Prompt.Candidate] =
            switch kind {
            case .command: { completion.command($0) }
            case .filter: { completion.filter($0) }
            case .palette: { completion.palette($0) }
            case .hole(let name, _): { completion.hole(Hole(name), $0) }
            case .choice(_, _, let all):
                { text in
                    let words = text.lowercased().split(separator: " ")
                    return all.filter { one in
                        let known = "\(one.text) \(one.label)".lowercased()
                        return words.allSatisfy { known.contains($0) }
                    }
                }
            default: { _ in [] }
            }
        prompt = Prompt(kind: kind, initial: initial, history: kind == .command ? history : [], complete: complete)
    }

    mutating func takeInPrompt(_ key: String, _ wishes: inout [Wish]) {
        guard var editing = prompt else { return }
        let outcome = editing.take(key: key)
        if editing.string != prompt?.string { editing.trouble = "" }
        prompt = editing
        switch outcome {
        case .editing: return
        case .cancelled: prompt = nil
        case .done(let text):
            prompt = nil
            finish(editing.kind, text, &wishes)
        }
    }

    private mutating func finish(_ kind: Prompt.Kind, _ text: String, _ wishes: inout [Wish]) {
        switch kind {
        case .command:
            guard !text.allSatisfy(\.isWhitespace) else { return }
            history.removeAll { $0 == text }
            history.append(text)
            runTyped(text, &wishes)
        case .palette:
            if text.hasPrefix("@"), let action = Action(rawValue: String(text.dropFirst())) {
                act(action, count: nil, &wishes)
            } else if text.hasPrefix(":") {
                open(.command, initial: String(text.dropFirst()))
            }
        case .hole(let name, let line):
            guard !text.isEmpty else { return }
            run(template: Hole.fill(name, with: text, in: line), isFilled: true, &wishes)
        case .confirm(_, let line): run(template: line, isFilled: true, &wishes)
        case .goTo, .place: takePlace(kind, text, &wishes)
        case .find, .filter, .words, .choice:
            _ = attempt({ try $0.answer(kind, text, $1) }, &wishes)
        }
    }

    /// Gives the view a place that was typed. One that cannot be read is mostly wrong in a single sign: it stays in the
    /// prompt, with what is wrong above it.
    private mutating func takePlace(_ kind: Prompt.Kind, _ text: String, _ wishes: inout [Wish]) {
        do {
            apply(try stack[stack.count - 1].answer(kind, text, session), &wishes)
        } catch {
            guard !text.allSatisfy(\.isWhitespace) else { return say(Self.sentence(error), isTrouble: true) }
            open(kind, initial: text)
            prompt?.trouble = Self.sentence(error)
        }
    }

    /// A line typed at the prompt: a row number, one of the screen's own words, or a command.
    private mutating func runTyped(_ text: String, _ wishes: inout [Wish]) {
        let word = text.trimmingPrefix { $0.isWhitespace }.split(separator: " ").first.map(String.init) ?? ""
        if let number = Int(text.filter { !$0.isWhitespace }) {
            act(.first, count: number, &wishes)
        } else if ["q", "q!", "quit"].contains(word) {
            wishes.append(.quit)
        } else if word == "keys" || word == "help" {
            act(.help, count: nil, &wishes)
        } else if word == "meter" {
            showsMeter.toggle()
        } else if let action = Action(rawValue: word), text.split(separator: " ").count == 1 {
            act(action, count: nil, &wishes)
        } else {
            run(template: text, &wishes)
        }
    }

    /// Fills the holes of a line and performs it.
    ///
    /// - Parameter isFilled: whether the view's holes are filled already: an answer may hold anything.
    mutating func run(template: String, isFilled: Bool = false, _ wishes: inout [Wish]) {
        do {
            let known = try isFilled ? template : fill(template)
            if let hole = Hole.first(in: known) {
                let fields =
                    hole == .field ? try session.project.settableFields(of: subjects, in: session.planID) : []
                open(.hole(name: hole.rawValue, line: known), fields: fields)
                return
            }
            let text = known
            let line = try Line(text)
            let plan = session.planID
            let context = Context(
                line: line.text, project: session.project, openPlan: plan == 0 ? nil : plan,
                asOf: session.asOf?.day)
            context.mayAsk = false
            if try !type(of: line.command).needsProject || line.command.takesLong(in: context) {
                wishes.append(.perform(line, input: nil))
            } else {
                finish(line, .success(try line.command.perform(in: context)), &wishes)
            }
        } catch let help as Line.Help {
            push(
                ReportView(
                    line: template,
                    report: Report(
                        title: "",
                        picture: help.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))),
                &wishes)
        } catch {
            say(Self.sentence(error), isTrouble: true)
        }
    }

    /// Asks before a line is performed, once it is known that it can be.
    mutating func confirm(_ question: String, _ line: String) {
        do { open(.confirm(question: question, line: try fill(line))) } catch {
            say(Self.sentence(error), isTrouble: true)
        }
    }

    /// The line with `%marked`, `%cursor` and `%plan` filled in.
    private func fill(_ template: String) throws -> String {
        var text = template
        if text.contains("%plan") { text = text.replacing("%plan", with: String(try session.draft().id)) }
        if text.contains("%marked") || text.contains("%cursor") {
            let cursor = stack[stack.count - 1].subject(session)
            let uids = text.contains("%marked") ? subjects : cursor
            guard !uids.isEmpty else {
                throw Refusal(.usage, "No parcel is under the cursor or marked.", "光标处没有图斑，也没有标记的图斑。")
            }
            text = text.replacing("%marked", with: UIDRanges.text(uids)).replacing(
                "%cursor", with: UIDRanges.text(cursor))
        }
        return text
    }

    /// The features that a command is about: the marked ones, or the one under the cursor.
    private var subjects: [Int64] {
        session.marks.isEmpty ? stack[stack.count - 1].subject(session) : session.marks.sorted()
    }

    /// Takes what a command answered.
    package mutating func finish(_ line: Line, _ result: Result<Report, any Error>, _ wishes: inout [Wish]) {
        if line.text.hasPrefix("indicator reckon") { session.isReckoning = false }
        switch result {
        case .failure(is SSHSignature.NeedsPassphrase): wishes.append(.aside(line))
        case .failure(let error):
            if let moved = error as? PlanMoved { showAnew(moved.plan, &wishes) }
            say(Self.sentence(error), isTrouble: true)
        case .success(let report) where !report.analyses.isEmpty: take(analysis: report, of: line.text, &wishes)
        case .success(let report):
            if let plan = report.movesPlan { leave(plan) }
            do {
                if let plan = report.opensPlan { try session.open(plan: plan) }
                if let day = report.asOf { try session.see(asOf: day) }
            } catch {
                say(Self.sentence(error), isTrouble: true)
            }
            let isLong =
                !report.isStep && (!report.rows.isEmpty || !report.picture.isEmpty || report.notes.count > 1)
            reread(&wishes)
            if isLong {
                push(ReportView(line: line.text, report: report), &wishes)
            } else {
                say(
                    ([report.title] + report.notes).filter { !$0.isEmpty }.joined(separator: "  "),
                    isTrouble: report.status != 0)
            }
        }
    }

    /// The review of a plan that was decided is over.
    private mutating func leave(_ plan: Int64) {
        guard let place = stack.firstIndex(where: { ($0 as? ReviewView)?.plan == plan }), place > 0 else { return }
        stack.removeLast(stack.count - place)
    }

    /// Steps anew through a plan that is no longer what was decided on: what has changed comes first.
    private mutating func showAnew(_ plan: Int64, _ wishes: inout [Wish]) {
        guard let place = stack.firstIndex(where: { ($0 as? ReviewView)?.plan == plan }) else {
            return reread(&wishes)
        }
        stack.removeLast(stack.count - place - 1)
        stack[place] = ReviewView(plan)
        reread(&wishes)
    }

    /// Takes the result of a view's job.
    package mutating func finish(job: String, _ result: Result<any Sendable, any Error>) -> [Wish] {
        var wishes: [Wish] = []
        if job == "findings" {
            switch result {
            case .success(let value): session.live = value as? LiveFindings
            case .failure(let error): say(Self.sentence(error), isTrouble: true)
            }
        }
        for index in stack.indices {
            do { apply(try stack[index].receive(job, result, session), &wishes) } catch {
                say(Self.sentence(error), isTrouble: true)
            }
        }
        return wishes
    }
}

/// Uids as a command line takes them, neighbours folded: `12-14 20`.
enum UIDRanges {
    static func text(_ uids: [Int64]) -> String {
        var parts: [String] = []
        var index = 0
        while index < uids.count {
            var end = index
            while end + 1 < uids.count, uids[end + 1] == uids[end] + 1 { end += 1 }
            parts.append(end == index ? String(uids[index]) : "\(uids[index])-\(uids[end])")
            index = end + 1
        }
        return parts.joined(separator: " ")
    }
}
