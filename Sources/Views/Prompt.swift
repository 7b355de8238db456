import Canvas
import Phrases

/// A line that is being typed: text, caret, history, and what could complete it.
package struct Prompt: Sendable {
    package enum Kind: Hashable, Sendable {
        case command, find, filter, goTo, palette
        /// A place for a point that is being drawn.
        case place
        /// A question that `y` answers, and the line that it lets be performed.
        case confirm(question: String, line: String)
        /// Words that the view asked for; the name says what for.
        case words(name: String, title: String)
        /// One of a few things that the view knows.
        case choice(name: String, title: String, of: [Candidate])
        /// A hole of a command line: which one, in which line.
        case hole(name: String, line: String)
    }

    package let kind: Kind
    package private(set) var text: [Character]
    /// From 0 to the number of characters.
    package private(set) var caret: Int
    package private(set) var candidates: [Candidate] = []
    package private(set) var chosen: Int?
    private var history: [String]
    private var place: Int
    private var typed = ""
    private let complete: @Sendable (String) -> [Candidate]
    /// Why what was typed could not be taken; it stands above the text until that is changed.
    package internal(set) var trouble = ""
    /// Whether a frame has shown it: no key that was typed before confirms anything.
    var isShown = false

    /// Something that the text could become.
    package struct Candidate: Sendable, Hashable {
        /// The whole text of the prompt once it is taken.
        package var text: String
        package var label: String
        package var note: String
        /// Only a part of what is asked for, such as a folder: taking it goes on asking.
        package var isPart = false

        package init(text: String, label: String, note: String = "", isPart: Bool = false) {
            self.text = text
            self.label = label
            self.note = note
            self.isPart = isPart
        }
    }

    package enum Outcome: Sendable, Equatable {
        case editing
        case done(String)
        case cancelled
    }

    package init(
        kind: Kind, initial: String = "", history: [String] = [],
        complete: @escaping @Sendable (String) -> [Candidate] = { _ in [] }
    ) {
        self.kind = kind
        text = Array(initial)
        caret = text.count
        self.history = history
        place = history.count
        self.complete = complete
        if isChoosing { refresh() }
    }

    /// Prompts that show what fits while one types.
    private var isChoosing: Bool {
        switch kind {
        case .palette, .hole, .choice: true
        default: false
        }
    }

    /// Names of files are typed, and completed as far as they are the same.
    private var isPath: Bool { if case .hole(let name, _) = kind { Hole(name)?.isFile == true } else { false } }

    package var string: String { String(text) }

    package var label: String {
        switch kind {
        case .command: ":"
        case .find: "/"
        case .filter: "\\"
        case .goTo: say("go to: ", "定位：")
        case .palette: say("do: ", "执行：")
        case .hole(let name, _): (Hole(name)?.title.description ?? name) + say(": ", "：")
        case .place: say("place: ", "坐标：")
        case .words(_, let title), .choice(_, let title, _): title
        case .confirm(let question, _): question + say(", any other key does not. ", "，其他键取消。")
        }
    }

    package mutating func insert(_ string: String) {
        for character in string where !character.isNewline {
            text.insert(character, at: caret)
            caret += 1
        }
        edited()
    }

    /// Takes a key by its name.
    package mutating func take(key: String) -> Outcome {
        if case .confirm = kind {
            guard isShown else { return .editing }
            return key == "y" ? .done("") : .cancelled
        }
        switch key {
        case "Enter":
            if let chosen, candidates.indices.contains(chosen) {
                guard candidates[chosen].isPart else { return .done(candidates[chosen].text) }
                set(candidates[chosen].text)
                edited()
                return .editing
            }
            if isPath { return .done(string) }
            if isChoosing, let only = candidates.first {
                guard only.isPart else { return .done(only.text) }
                set(only.text)
                edited()
                return .editing
            }
            return .done(string)
        case "Esc", "C-c": return .cancelled
        case "Tab": step(1)
        case "BTab": step(-1)
        case "Up" where candidates.isEmpty || !isChoosing, "C-p" where !isChoosing: recall(-1)
        case "Down" where candidates.isEmpty || !isChoosing, "C-n" where !isChoosing: recall(1)
        case "Up", "C-p": step(-1)
        case "Down", "C-n": step(1)
        case "Left", "C-b": caret = max(0, caret - 1)
        case "Right", "C-f": caret = min(text.count, caret + 1)
        case "Home", "C-a": caret = 0
        case "End", "C-e": caret = text.count
        case "BS":
            guard caret > 0 else { return text.isEmpty ? .cancelled : .editing }
            caret -= 1
            text.remove(at: caret)
            edited()
        case "Del":
            if caret < text.count { text.remove(at: caret) }
            edited()
        case "C-u":
            text.removeSubrange(..<caret)
            caret = 0
            edited()
        case "C-k":
            text.removeSubrange(caret...)
            edited()
        case "C-w":
            var start = caret
            while start > 0, text[start - 1].isWhitespace { start -= 1 }
            while start > 0, !text[start - 1].isWhitespace { start -= 1 }
            text.removeSubrange(start..<caret)
            caret = start
            edited()
        case "Space": insert(" ")
        default:
            if key.count == 1 { insert(key) }
        }
        return .editing
    }

    private mutating func edited() {
        place = history.count
        candidates = []
        chosen = nil
        if isChoosing { refresh() }
    }

    private mutating func refresh() {
        candidates = complete(string)
        chosen = nil
    }

    /// The next candidate; the first Tab brings what all have in common.
    private mutating func step(_ direction: Int) {
        if isPath, chosen == nil {
            let common = Self.commonStart(candidates.map(\.text))
            if common.count > text.count {
                set(common)
                edited()
                return
            }
        }
        if candidates.isEmpty || (chosen == nil && !isChoosing) {
            candidates = complete(string)
            guard !candidates.isEmpty else { return }
            let common = Self.commonStart(candidates.map(\.text))
            if candidates.count == 1 || common.count > text.count {
                set(candidates.count == 1 ? candidates[0].text : common)
                if candidates.count == 1 { candidates = [] }
                return
            }
        }
        guard !candidates.isEmpty else { return }
        // The first is what Enter would take; of a few things to choose from the next key goes on from there.
        let start = if case .choice = kind { 0 } else { -1 }
        let next =
            ((chosen ?? (direction > 0 ? start : candidates.count)) + direction + candidates.count) % candidates.count
        chosen = next
        if !isChoosing { set(candidates[next].text) }
    }

    private mutating func set(_ string: String) {
        text = Array(string)
        caret = text.count
    }

    private static func commonStart(_ texts: [String]) -> String {
        guard var common = texts.first else { return "" }
        for text in texts.dropFirst() { common = String(zip(common, text).prefix { $0 == $1 }.map(\.0)) }
        return common
    }

    private mutating func recall(_ direction: Int) {
        guard !history.isEmpty else { return }
        if place == history.count { typed = string }
        place = min(max(place + direction, 0), history.count)
        set(place == history.count ? typed : history[place])
    }
}
