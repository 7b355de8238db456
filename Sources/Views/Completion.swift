import ArgumentParser
import Commands
import Phrases
import Planning
import Store

/// What could complete a line that is being typed.
struct Completion: Sendable {
    let classes: [StoredClass]
    let layers: [String]
    /// The layers that zones are drawn in.
    let zoneLayers: [Layer]
    let plans: [Plan]
    /// Survey layers besides that of the open plan.
    let surveys: [Layer]
    /// The plan that is open.
    let openPlan: Int64
    /// What can be set of the features that a command is about.
    let fields: [(field: String, value: String?)]
    let history: [String]
    let keymap: Keymap

    init(_ session: Session, history: [String], fields: [(field: String, value: String?)] = []) {
        classes = session.classes.values.filter { $0.id != 0 }.sorted { $0.id < $1.id }
        layers = session.layers.map(\.table)
        zoneLayers = session.layers.filter { [.controlLine, .plannedUse].contains($0.role) && $0.geometry == .polygon }
        plans = (try? session.project.plans()) ?? []
        surveys = session.layers.filter { $0.role == .parcels && $0.id != session.plan?.base }
        openPlan = session.planID
        self.fields = fields
        self.history = history
        keymap = session.keymap
    }

    /// For the `:` prompt: verbs, then options, then what an option takes.
    func command(_ text: String) -> [Prompt.Candidate] {
        let last = FileNames.lastWord(of: text)
        let before = text.dropLast(last.count)
        let words = before.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        func candidates(_ found: [(String, String)]) -> [Prompt.Candidate] {
            found.filter { $0.0.hasPrefix(last) }.map { .init(text: before + $0.0 + " ", label: $0.0, note: $0.1) }
        }
        let (type, depth) = CommandTree.resolve(words)
        if !type.configuration.subcommands.isEmpty, depth == words.count {
            return candidates(
                type.configuration.subcommands.map { (CommandTree.name(of: $0), $0.configuration.abstract) })
        }
        if last.hasPrefix("-") { return candidates(CommandTree.options(of: type)) }
        if FileNames.isAsked(after: words, last) {
            return FileNames.matching(last, isEscaped: true).map {
                .init(
                    text: before + $0.text + ($0.isPart ? "" : " "), label: $0.label, note: $0.note, isPart: $0.isPart)
            }
        }
        switch words.last {
        case "--to", "--class": return candidates(classes.map { ($0.code.description, $0.name.description) })
        case "--layer", "--base": return candidates(layers.map { ($0, "") })
        case "--plan": return candidates(plans.map { (String($0.id), $0.title) })
        default: break
        }
        if words.first == "layer" { return candidates(layers.map { ($0, "") }) }
        if words.first == "plan", words.count > 1, ["open", "show"].contains(words[1]) {
            return candidates(plans.map { (String($0.id), $0.title) })
        }
        if words.first == "set" || words.isEmpty { return [] }
        return candidates(CommandTree.options(of: type))
    }

    /// For a filter: columns of the view `parcel` after `=`, names of classes otherwise.
    func filter(_ text: String) -> [Prompt.Candidate] {
        let word =
            text.split(omittingEmptySubsequences: false) { !($0.isLetter || $0.isNumber || $0 == "_") }.last ?? ""
        guard !word.isEmpty else { return [] }
        let before = String(text.dropLast(word.count))
        let columns = [
            "uid", "number", "name", "class", "class_code", "class_system", "class_name_zh", "class_name_en",
            "category",
            "unit_code", "unit_name", "area_m2", "net_m2", "edited",
        ]
        let names = text.hasPrefix("=") ? columns : classes.map { $0.name.description }
        return names.filter { $0.hasPrefix(word) }.prefix(50).map { .init(text: before + $0, label: $0) }
    }

    /// For what a key asks for.
    func hole(_ hole: Hole?, _ text: String) -> [Prompt.Candidate] {
        switch hole {
        case .class: landClass(text)
        case .zone:
            zoneLayers.filter { $0.table.hasPrefix(text) }.map {
                .init(text: $0.table, label: $0.table, note: $0.title)
            }
        case .boundary: FileNames.matching(text, isEscaped: false)
        case .yesno:
            [("yes", say("yes", "是")), ("no", say("no", "否"))].filter { $0.0.hasPrefix(text) }
                .map { .init(text: $0.0, label: $0.0, note: $0.1) }
        case .field: field(text)
        case .plan:
            plans.filter { $0.id != openPlan && ("\($0.id)".hasPrefix(text) || $0.title.contains(text)) }.map {
                .init(text: String($0.id), label: String($0.id), note: "\($0.title)  \($0.owner)")
            }
        case .survey:
            surveys.filter { $0.table.lowercased().hasPrefix(text.lowercased()) }.map {
                .init(text: $0.table, label: $0.table, note: $0.title)
            }
        case .points, .reason, .note, .document, .metres, .title, nil: []
        }
    }

    /// For `?field`: the fields with their values; taking one leaves its value to be changed.
    private func field(_ text: String) -> [Prompt.Candidate] {
        guard !text.contains("=") else { return [] }
        let wanted = text.lowercased()
        return fields.filter { $0.field.lowercased().hasPrefix(wanted) }.map { field, value in
            .init(
                text: "\(field)=\(value ?? "")", label: field, note: value ?? say("(they differ)", "（各不相同）"),
                isPart: true)
        }
    }

    /// For `?class`: codes and names that fit the words.
    func landClass(_ text: String) -> [Prompt.Candidate] {
        let words = text.lowercased().split(separator: " ")
        let found = classes.filter { stored in
            words.allSatisfy { word in
                stored.code.description.hasPrefix(word) || stored.code.code.hasPrefix(word)
                    || stored.name.chinese.contains(word) || stored.name.english.lowercased().contains(word)
            }
        }
        // A plan gives planned uses: these first.
        let sorted =
            found.filter { $0.code.system.hasPrefix("plan") } + found.filter { !$0.code.system.hasPrefix("plan") }
        return sorted.prefix(200).map {
            .init(text: $0.code.description, label: $0.code.description, note: $0.name.description)
        }
    }

    /// For the palette: every action and every command, by Chinese or English name.
    func palette(_ text: String) -> [Prompt.Candidate] {
        let words = text.lowercased().split(separator: " ")
        var all: [(candidate: Prompt.Candidate, names: String)] = Action.allCases.map { action in
            let keys = keymap.keys(for: action).joined(separator: " ")
            return (
                .init(text: "@" + action.rawValue, label: action.name.description, note: keys),
                "\(action.rawValue) \(action.name.english) \(action.name.chinese)".lowercased()
            )
        }
        all += CommandTree.leaves.map { path, type in
            let abstract = type.configuration.abstract
            return (
                .init(text: ":" + path + " ", label: ":" + path, note: abstract), "\(path) \(abstract)".lowercased()
            )
        }
        return all.filter { item in words.allSatisfy { item.names.contains($0) } }.map(\.candidate)
    }
}

/// The tree of commands, as the parser knows it.
enum CommandTree {
    static func name(of type: any ParsableCommand.Type) -> String {
        type.configuration.commandName ?? String(describing: type).lowercased()
    }

    /// The command that words lead to, and how many of them named it.
    static func resolve(_ words: [String]) -> (any ParsableCommand.Type, Int) {
        var type: any ParsableCommand.Type = Tuban.self
        for (depth, word) in words.enumerated() {
            guard let next = type.configuration.subcommands.first(where: { name(of: $0) == word }) else {
                return (type, depth)
            }
            type = next
        }
        return (type, words.count)
    }

    static var leaves: [(String, any ParsableCommand.Type)] {
        func walk(_ type: any ParsableCommand.Type, _ path: [String]) -> [(String, any ParsableCommand.Type)] {
            let children = type.configuration.subcommands
            if children.isEmpty { return [(path.joined(separator: " "), type)] }
            return children.flatMap { walk($0, path + [name(of: $0)]) }
        }
        return walk(Tuban.self, [])
    }

    /// The options of a command, taken from its own help.
    static func options(of type: any ParsableCommand.Type) -> [(String, String)] {
        let help = Tuban.helpMessage(for: type, columns: 400)
        return help.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard line.hasPrefix("  "), let option = words.first(where: { $0.hasPrefix("--") }) else { return nil }
            let name = String(option.prefix { $0 != "," && $0 != "=" })
            guard !["--file", "--help", "--version", "--lang", "--format"].contains(name) else { return nil }
            let note = line.range(of: "  ", in: line.index(line.startIndex, offsetBy: 2)).map { line[$0...] }
            return (name, note.map { String($0.drop { $0 == " " }) } ?? "")
        }
    }
}

extension Substring {
    /// Where `text` begins, looked for from an index on.
    fileprivate func range(of text: String, in start: Index) -> Index? {
        var index = start
        while index < endIndex {
            if self[index...].hasPrefix(text) { return index }
            index = self.index(after: index)
        }
        return nil
    }
}
