import Canvas
import Phrases

extension Workbench {
    /// Draws everything.
    package mutating func draw(size: Size) -> Frame {
        var frame = Frame(size: size)
        guard size.columns >= 40, size.rows >= 10 else {
            frame.put(
                Phrases.say("The window is too small for tuban (40x10).", "窗口太小（至少 40x10）。"), row: 0, column: 0,
                width: size.columns)
            return frame
        }
        do {
            try stack[stack.count - 1].draw(into: &frame, rows: 1..<size.rows - 1, session)
        } catch {
            say(Self.sentence(error), isTrouble: true)
        }
        drawTitle(&frame)
        drawBottom(&frame)
        return frame
    }

    private func drawTitle(_ frame: inout Frame) {
        let style = session.role("title")
        let plan =
            session.plan.map { Phrases.say("plan \($0.id) \($0.title)", "规划 \($0.id) \($0.title)") }
            ?? session.asOf.map { Phrases.say("as of \($0.day)", "\($0.day) 的状况") } ?? Phrases.say("base", "现状")
        var rest = [stack[stack.count - 1].title]
        if session.changedByOthers > 0 {
            rest.append(Phrases.say("\(session.changedByOthers) changed, R", "他人改动 \(session.changedByOthers)，R 重读"))
        }
        if session.project.isReadOnly { rest.append("RO") }
        if let meter, showsMeter { rest.append("\(meter) B") }
        let survey = session.survey?.table ?? ""
        func row(_ parts: [String]) -> String {
            "tuban  " + parts.filter { !$0.isEmpty }.joined(separator: " | ")
        }
        // A long title of a plan gives way to what the screen says of itself.
        let over = displayWidth(of: row([survey, plan] + rest)) - frame.size.columns
        let room = max(12, displayWidth(of: plan) - over)
        let short =
            over > 0 && displayWidth(of: plan) > room ? (wrapped(plan, width: room - 1).first ?? "") + "~" : plan
        frame.put(row([survey, short] + rest), row: 0, column: 0, width: frame.size.columns, style: style)
    }

    private mutating func drawBottom(_ frame: inout Frame) {
        let row = frame.size.rows - 1
        guard let prompt else {
            let text = !message.isEmpty ? message : jobState ?? count.map(String.init) ?? ""
            let style = session.role(isTrouble ? "error" : "message")
            put(sentence: text, style, &frame, endingAt: row)
            return
        }
        self.prompt?.isShown = true
        if case .confirm = prompt.kind { return draw(question: prompt.label, &frame) }
        let width = 40
        let used = frame.put(prompt.label, row: row, column: 0, width: width, style: session.role("prompt"))
        // The caret stays in sight: what does not fit is cut at the left.
        let before = String(prompt.text[..<prompt.caret])
        let room = frame.size.columns - used - 1
        var shown = prompt.string
        var caret = displayWidth(of: before)
        while caret > room, let first = shown.first {
            caret -= displayWidth(of: String(first))
            shown.removeFirst()
        }
        frame.put(shown, row: row, column: used, width: room + 1)
        frame.cursor = Place(row: row, column: used + caret)
        drawCandidates(prompt, &frame, above: row)
        if !prompt.trouble.isEmpty { put(sentence: prompt.trouble, session.role("error"), &frame, endingAt: row - 1) }
    }

    /// A sentence that does not fit into one row takes some of those above.
    private func put(sentence: String, _ style: Style, _ frame: inout Frame, endingAt row: Int) {
        let lines = wrapped(sentence, width: frame.size.columns).suffix(max(1, row - 4))
        for (index, line) in lines.enumerated() {
            let place = row - lines.count + 1 + index
            frame.put(String(repeating: " ", count: frame.size.columns), row: place, column: 0)
            frame.put(line, row: place, column: 0, style: style)
        }
    }

    /// A question that a key answers: whole, in as many rows as it takes.
    private func draw(question: String, _ frame: inout Frame) {
        let row = frame.size.rows - 1
        let lines = wrapped(question, width: frame.size.columns - 1).suffix(max(1, row - 4))
        for (index, line) in lines.enumerated() {
            let place = row - lines.count + 1 + index
            frame.put(String(repeating: " ", count: frame.size.columns), row: place, column: 0)
            let used = frame.put(line, row: place, column: 0, style: session.role("prompt"))
            frame.cursor = Place(row: place, column: used)
        }
    }

    private func drawCandidates(_ prompt: Prompt, _ frame: inout Frame, above row: Int) {
        let height = min(prompt.candidates.count, 8, row - 2)
        guard height > 0 else { return }
        let first = max(0, min((prompt.chosen ?? 0) - height / 2, prompt.candidates.count - height))
        let shown = prompt.candidates[first..<first + height]
        // No wider than its texts: what is covered must be painted again afterwards, and a map is dear.
        let label = min(max(38, frame.size.columns * 2 / 3), 4 + (shown.map { displayWidth(of: $0.label) }.max() ?? 0))
        let width = min(frame.size.columns, label + 1 + (shown.map { displayWidth(of: $0.note) }.max() ?? 0))
        for (index, candidate) in shown.enumerated() {
            let line = row - height + index
            let isFirst = first + index == 0 && prompt.kind != .command && prompt.kind != .filter
            let isChosen = prompt.chosen.map { $0 == first + index } ?? isFirst
            let style = session.role(isChosen ? "row.selected" : "detail")
            frame.put(String(repeating: " ", count: width), row: line, column: 0, width: width)
            frame.put(
                (isChosen ? "> " : "  ") + candidate.label, row: line, column: 0, width: label - 1, style: style)
            frame.put(
                candidate.note, row: line, column: label, width: width - label, style: session.role("detail"))
            if width < frame.size.columns { frame.put("|", row: line, column: width, style: session.role("rule")) }
        }
    }
}
