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
        var parts = [session.survey?.table ?? "", plan, stack[stack.count - 1].title]
        if session.project.isReadOnly { parts.append("RO") }
        if let meter, showsMeter { parts.append("\(meter) B") }
        frame.put(
            "tuban  " + parts.filter { !$0.isEmpty }.joined(separator: " | "), row: 0, column: 0,
            width: frame.size.columns, style: style)
    }

    private mutating func drawBottom(_ frame: inout Frame) {
        let row = frame.size.rows - 1
        guard let prompt else {
            let text = !message.isEmpty ? message : jobState ?? count.map(String.init) ?? ""
            let style = session.role(isTrouble ? "error" : "message")
            // A sentence that does not fit into one row takes some of those above.
            let lines = wrapped(text, width: frame.size.columns).suffix(max(1, row - 4))
            for (index, line) in lines.enumerated() {
                let place = row - lines.count + 1 + index
                frame.put(String(repeating: " ", count: frame.size.columns), row: place, column: 0)
                frame.put(line, row: place, column: 0, style: style)
            }
            return
        }
        self.prompt?.isShown = true
        let width = if case .confirm = prompt.kind { frame.size.columns } else { 40 }
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
    }

    private func drawCandidates(_ prompt: Prompt, _ frame: inout Frame, above row: Int) {
        let height = min(prompt.candidates.count, 8, row - 2)
        guard height > 0 else { return }
        let first = max(0, min((prompt.chosen ?? 0) - height / 2, prompt.candidates.count - height))
        let shown = prompt.candidates[first..<first + height]
        // No wider than its texts: what is covered must be painted again afterwards, and a map is dear.
        let label = min(38, 4 + (shown.map { displayWidth(of: $0.label) }.max() ?? 0))
        let width = min(frame.size.columns, label + 1 + (shown.map { displayWidth(of: $0.note) }.max() ?? 0))
        for (index, candidate) in shown.enumerated() {
            let line = row - height + index
            let isFirst = first + index == 0 && prompt.kind != .command && prompt.kind != .filter
            let isChosen = prompt.chosen.map { $0 == first + index } ?? isFirst
            let style = session.role(isChosen ? "row.selected" : "detail")
            frame.put(String(repeating: " ", count: width), row: line, column: 0, width: width)
            frame.put((isChosen ? "> " : "  ") + candidate.label, row: line, column: 0, width: label, style: style)
            frame.put(
                candidate.note, row: line, column: label, width: width - label, style: session.role("detail"))
            if width < frame.size.columns { frame.put("|", row: line, column: width, style: session.role("rule")) }
        }
    }
}
