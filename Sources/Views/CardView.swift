import Canvas
import Commands
import Phrases
import Store

/// A text that is read by scrolling: cards, reports, help.
package struct Pager: Sendable {
    package struct Line: Sendable, Hashable {
        package var text: String
        package var role: String
        /// Where a second column starts, with its text.
        package var second: String?
        package var column = 0

        package init(_ text: String, role: String = "row", second: String? = nil, column: Int = 0) {
            self.text = text
            self.role = role
            self.second = second
            self.column = column
        }
    }

    package var lines: [Line]
    private var top = 0
    private var height = 10
    private var match = ""

    package init(_ lines: [Line]) {
        self.lines = lines
    }

    package static let offers: [Action] = [
        .moveDown, .moveUp, .pageDown, .pageUp, .first, .last, .find, .findNext, .findPrevious, .back, .help,
    ]

    /// Answers moves; nil for anything else.
    package mutating func handle(_ action: Action, count: Int?) -> [Effect]? {
        let last = max(0, lines.count - height)
        switch action {
        case .moveDown: top = min(last, top + (count ?? 1))
        case .moveUp: top = max(0, top - (count ?? 1))
        case .pageDown: top = min(last, top + height)
        case .pageUp: top = max(0, top - height)
        case .halfDown: top = min(last, top + height / 2)
        case .halfUp: top = max(0, top - height / 2)
        case .first: top = min(last, max(0, (count ?? 1) - 1))
        case .last: top = min(last, count.map { max(0, $0 - 1) } ?? last)
        case .find: return [.ask(.find)]
        case .findNext: return search(from: top + 1, by: 1)
        case .findPrevious: return search(from: top - 1, by: -1)
        default: return nil
        }
        return []
    }

    package mutating func find(_ text: String) -> [Effect] {
        match = text
        return search(from: top, by: 1)
    }

    private mutating func search(from start: Int, by direction: Int) -> [Effect] {
        guard !match.isEmpty else { return [.ask(.find)] }
        let wanted = match.lowercased()
        let places =
            direction > 0
            ? Array(max(0, start)..<max(lines.count, max(0, start)))
            : Array(stride(from: min(start, lines.count - 1), through: 0, by: -1))
        for place in places where (lines[place].text + " " + (lines[place].second ?? "")).lowercased().contains(wanted)
        {
            top = place
            return []
        }
        return [.say(say("No further \(match).", "没有更多“\(match)”。"))]
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        height = rows.count
        top = min(top, max(0, lines.count - 1))
        for (row, line) in zip(rows, lines.dropFirst(top)) {
            let style = session.role(line.role)
            let width = line.second == nil ? frame.size.columns : max(0, line.column - 1)
            frame.put(line.text, row: row, column: 0, width: width, style: style)
            if let second = line.second {
                frame.put(second, row: row, column: line.column, width: frame.size.columns - line.column)
            }
        }
        frame.cursor = Place(row: rows.lowerBound, column: 0)
    }

    package var position: String { "\(min(lines.count, top + 1))-\(min(lines.count, top + height))/\(lines.count)" }
}

/// Everything about one parcel.
package struct CardView: View {
    private let uid: Int64
    private var pager = Pager([])

    package init(uid: Int64) {
        self.uid = uid
    }

    package var title: String { say("parcel \(uid)  \(pager.position)", "图斑 \(uid)  \(pager.position)") }
    package var offers: [Action] { Pager.offers + [.copy] }

    package mutating func load(_ session: Session) throws -> [Effect] {
        guard let parcel = try session.project.parcel(uid) else {
            return [.back, .say(say("Parcel \(uid) is gone.", "图斑 \(uid) 已不存在。"), isTrouble: true)]
        }
        let card = try ParcelCard(parcel, of: session.project)
        var lines = card.facts.map { Pager.Line($0.title.description, role: "key", second: $0.value.text, column: 22) }
        lines.append(.init(""))
        lines.append(.init(say("Fields of the source", "源数据字段"), role: "header"))
        lines += card.source.map { Pager.Line($0.name, role: "key", second: $0.value ?? "", column: 22) }
        pager.lines = lines
        return []
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        if action == .copy { return [.copy(String(uid))] }
        return pager.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        kind == .find ? pager.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        pager.draw(into: &frame, rows: rows, session)
    }

    package func subject(_ session: Session) -> [Int64] { [uid] }
    package var place: [String: String] { ["view": "card", "parcel": String(uid)] }
}

/// What every key does on the screen below, made from the one list of bindings.
package struct HelpView: View {
    package let title: String
    private var pager: Pager

    package init(of view: any View, keymap: Keymap) {
        title = say("help", "帮助")
        let always: [Action] = [
            .prompt, .palette, .showCounty, .showMap, .showLayers, .showPlans, .showJournal, .showConsequences,
            .showFindings, .showLog, .showChanges, .showConflicts, .showQueue, .showDashboard, .draftMenu, .analyse,
            .pasteBox, .showAnalysis, .showAnalyses, .screens, .help, .back,
            .quit,
            .cancel, .redraw, .suspend, .reread,
        ]
        var lines = [Pager.Line(say("Keys that work on this screen", "本屏可用按键"), role: "header")]
        func line(_ keys: [String], _ what: String, _ name: String) -> Pager.Line {
            let gap = String(repeating: " ", count: max(1, 44 - displayWidth(of: what)))
            return Pager.Line(
                "  " + keys.joined(separator: " "), role: "key", second: "\(what)\(gap):\(name)", column: 20)
        }
        for action in Action.allCases where view.offers.contains(action) && !always.contains(action) {
            lines.append(line(keymap.keys(for: action), view.name(of: action).description, action.rawValue))
        }
        for (key, binding) in keymap.entries {
            if case .line(let text) = binding {
                lines.append(Pager.Line("  " + key, role: "key", second: ":" + text, column: 20))
            }
        }
        lines += [.init(""), .init(say("Keys that work everywhere", "处处可用"), role: "header")]
        lines += always.map { line(keymap.keys(for: $0), $0.name.description, $0.rawValue) }
        lines += [
            .init(""),
            .init(say("Digits before a key are a count: 12 G goes to row 12.", "按键前的数字为次数：12 G 到第 12 行。")),
            .init(say("Every command of the shell works after the colon.", "冒号后可输入全部命令。")),
        ]
        pager = Pager(lines)
    }

    package var offers: [Action] { Pager.offers }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        pager.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? pager.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        pager.draw(into: &frame, rows: rows, session)
    }
}
