import Canvas
import Commands
import Phrases
import Store

/// A box for a whole boundary: a TXT of thousands of points, GeoJSON, or corners, pasted or typed.
///
/// Whatever comes is text: no key of a paste acts, and what comes is counted, not echoed. Before anything is done with
/// it, it is looked at beside the screen, and what is wrong is told by its line.
package struct PasteBox: View {
    private enum State {
        case taking
        case looking
        case looked(PastedBoundary)
    }

    private var state = State.taking
    private var text = ""
    private var lineEnds = 0
    private var lines: Int { lineEnds + (text.isEmpty || text.utf8.last == 0x0A ? 0 : 1) }
    /// Counts the texts, so that the look at one that was replaced is not taken for another's.
    private var number = 0
    private var faults = Table([
        .init("line", "行", 7, number: true), .init("severity", "程度", 15), .init("what", "问题", 50),
    ])
    /// Whether what was found has been on the screen: a key that was typed before answers nothing.
    private var isShown = false
    /// Whether Esc was pressed once with a text in the box.
    private var isLeaving = false

    /// As much of a typed text is shown as one may wish to mend.
    private static let mostEchoed = 2_000
    private static let mostFaults = 2_000

    /// - Parameter text: what was typed into it before.
    package init(_ text: String = "") { set(text) }

    /// After a while elsewhere: a look that was under way came to nothing.
    mutating func comeBack() {
        if case .looking = state { state = .taking }
        isShown = false
    }

    package var title: String { say("paste a boundary", "粘贴边界") }
    package var offers: [Action] { [.open, .back] + Table.offers }

    // MARK: What comes in

    package mutating func take(paste new: String, _ session: Session) throws -> [Effect]? {
        if case .taking = state, !text.isEmpty { set(text + new) } else { set(new) }
        return look(session)
    }

    /// Before it was looked at, keys are text: also those that a terminal without marks of pastes sends.
    package mutating func take(key: String, _ session: Session) throws -> [Effect]? {
        let wasLeaving = isLeaving
        isLeaving = false
        switch key {
        case "C-u":
            set("")
            return []
        case "Esc":
            if wasLeaving { set("") }
            guard !text.isEmpty else { return [.back] }
            isLeaving = true
            return [
                .say(
                    say(
                        "Esc again leaves the box, and its \(counted(lines, "line")) go.",
                        "再按一次 Esc 离开粘贴框，其中 \(lines) 行不保留。"))
            ]
        default: break
        }
        switch state {
        case .taking: return type(key, session)
        case .looking: return key.count == 1 || key == "Enter" || key == "Space" ? [] : nil
        case .looked(let found):
            guard key == "Enter" else { return nil }
            return isShown ? analyse(found) : []
        }
    }

    private mutating func type(_ key: String, _ session: Session) -> [Effect]? {
        switch key {
        case "C-d": return text.isEmpty ? [.say(say("The box is empty.", "粘贴框为空。"))] : look(session)
        case "Enter": append("\n")
        case "Tab": append("\t")
        case "Space": append(" ")
        case "BS":
            guard let last = text.popLast() else { return [] }
            if last == "\n" { lineEnds -= 1 }
        default:
            guard key.count == 1 else { return nil }
            append(key)
        }
        return []
    }

    private mutating func append(_ new: String) {
        text += new
        if new == "\n" { lineEnds += 1 }
    }

    private mutating func set(_ new: String) {
        (text, state, isShown) = (new, .taking, false)
        lineEnds = new.utf8.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        number += 1
        faults.rows = []
    }

    private mutating func look(_ session: Session) -> [Effect] {
        state = .looking
        isShown = false
        number += 1
        let (text, number, plan) = (text, number, session.planID)
        return [
            .job(
                Job(name: "paste", what: Phrase("looking at the pasted text", "正在检查粘贴内容")) { project, progress in
                    Looked(number: number, found: try PastedBoundary(text, for: project, plan: plan, progress))
                })
        ]
    }

    private struct Looked: Sendable {
        var number: Int
        var found: PastedBoundary
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        guard job == "paste", case .looking = state else { return [] }
        switch result {
        case .failure(let error):
            state = .taking
            throw error
        case .success(let value):
            guard let looked = value as? Looked, looked.number == number else { return [] }
            state = .looked(looked.found)
            faults.rows = looked.found.faults.prefix(Self.mostFaults).map { fault in
                .init(
                    [
                        fault.line == 0 ? "" : String(fault.line), fault.severity.name.description,
                        fault.what.description,
                    ],
                    role: fault.severity == .stops ? "error" : fault.severity == .info ? "row" : "warning")
            }
            faults.go(to: 0)
            return [.say("")]
        }
    }

    private func analyse(_ found: PastedBoundary) -> [Effect] {
        guard !found.isStopped else {
            return [
                .say(
                    say(
                        "It cannot be analysed: mend what stops it, and paste it again.", "尚不能分析：请更正后重新粘贴。"),
                    isTrouble: true)
            ]
        }
        return [.feed(text, to: "analyse -" + (found.needsConfirming ? " --confirm" : ""))]
    }

    // MARK: Keys of what was found

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        guard case .looked = state else { return nil }
        return faults.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? faults.find(text) : []
    }

    /// A short text comes back at the next start; a long one was pasted and can be pasted again.
    package var place: [String: String] {
        ["view": "paste", "box": text.utf8.count <= Self.mostEchoed ? text : ""]
    }

    // MARK: Drawing

    package mutating func draw(into frame: inout Frame, rows span: Range<Int>, _ session: Session) {
        let (width, hint) = (frame.size.columns, span.upperBound - 1)
        let detail = session.role("detail")
        func put(_ text: String, _ row: Int, _ role: String = "row", column: Int = 0) {
            frame.put(text, row: row, column: column, width: width - column, style: session.role(role))
        }
        let first = span.lowerBound
        put(
            say(
                "Paste a boundary TXT, GeoJSON, or corners x,y one a line; nothing acts on it.",
                "粘贴界址点 TXT、GeoJSON 或每行一个 x,y；粘贴内容不会触发按键。"), first, "header")
        let size = "\(told(lines, "line", "行"))  \(told(text.utf8.count, "byte", "字节"))"
        put(text.isEmpty ? say("The box is empty.", "粘贴框为空。") : size, first + 1)
        switch state {
        case .taking:
            drawTyped(into: &frame, rows: first + 3..<hint, session)
            frame.put(
                say("C-d checks the text  C-u empties the box  Esc leaves", "C-d 检查  C-u 清空  Esc 离开"), row: hint,
                column: 0, width: width, style: detail)
        case .looking:
            put(say("It is being looked at; Ctrl-C stops that.", "正在检查；Ctrl-C 停止。"), first + 2)
            frame.cursor = Place(row: first + 1, column: 0)
        case .looked(let found):
            isShown = true
            var row = first + 2
            for fact in found.facts {
                put(fact.description, row)
                row += 1
            }
            put(verdict(found), row, found.isStopped ? "error" : found.needsConfirming ? "warning" : "header")
            frame.cursor = Place(row: row, column: 0)
            draw(found, into: &frame, rows: row + 1..<hint, session)
            let keys =
                found.isStopped
                ? say("Paste again to replace it  C-u empties the box  Esc leaves", "重新粘贴即替换  C-u 清空  Esc 离开")
                : say(
                    "Enter analyses it  paste again to replace it  C-u empties  Esc leaves",
                    "回车分析  重新粘贴即替换  C-u 清空  Esc 离开")
            frame.put(keys, row: hint, column: 0, width: width, style: detail)
        }
    }

    private func verdict(_ found: PastedBoundary) -> String {
        let stops = found.faults.count { $0.severity == .stops }
        let confirms = found.faults.count { $0.severity == .confirm }
        if stops > 0 {
            return say(
                "\(counted(stops, "fault")) \(stops == 1 ? "stops" : "stop") it.", "有 \(stops) 处错误，不能分析。")
        }
        if confirms > 0 {
            return say(
                "\(counted(confirms, "thing")) to be confirmed: Enter takes it as it was read.",
                "有 \(confirms) 处待确认：按回车即按此读法分析。")
        }
        return say("Nothing stands in its way: Enter analyses it.", "可以分析：按回车。")
    }

    private func told(_ count: Int, _ english: String, _ chinese: String) -> String {
        say(counted(count, english), "\(count) \(chinese)")
    }

    /// The last lines of what was typed; of a long text nothing, since it was pasted.
    private func drawTyped(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        guard text.utf8.count <= Self.mostEchoed else {
            frame.cursor = Place(row: rows.lowerBound - 2, column: 0)
            return
        }
        let all = text.split(separator: "\n", omittingEmptySubsequences: false)
        var row = rows.lowerBound
        for line in all.suffix(rows.count - 1) {
            let used = frame.put(String(line), row: row, column: 0, width: frame.size.columns - 1)
            frame.cursor = Place(row: row, column: used)
            row += 1
        }
    }

    private mutating func draw(
        _ found: PastedBoundary, into frame: inout Frame, rows: Range<Int>, _ session: Session
    ) {
        guard !faults.rows.isEmpty, rows.count > 4 else { return }
        let cursor = frame.cursor
        faults.draw(into: &frame, rows: rows.lowerBound..<rows.upperBound - 3, session)
        if !found.isStopped { frame.cursor = cursor }
        guard found.faults.indices.contains(faults.cursor) else { return }
        let fault = found.faults[faults.cursor]
        let width = frame.size.columns
        var detail = wrapped("\(fault.what) \(fault.remedy)", width: width)
        if fault.line > 0, let line = line(fault.line) { detail.insert("\(fault.line): \(line)", at: 0) }
        for (row, text) in zip(rows.upperBound - 3..<rows.upperBound, detail) {
            frame.put(text, row: row, column: 0, width: width, style: session.role("detail"))
        }
    }

    /// A line of the text, from 1.
    private func line(_ number: Int) -> Substring? {
        var rest = text[...]
        for _ in 1..<max(1, number) {
            guard let end = rest.utf8.firstIndex(of: 0x0A) else { return nil }
            rest = rest[rest.utf8.index(after: end)...]
        }
        return rest.utf8.firstIndex(of: 0x0A).map { rest[..<$0] } ?? rest
    }
}
