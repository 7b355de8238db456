import ArgumentParser
import Phrases
import Store

/// The root of the grammar. `tuban FILE.gpkg`, which opens the screen, is told apart before.
package struct Tuban: ParsableCommand {
    package static let version = "0.1.0"

    package static let configuration = CommandConfiguration(
        commandName: "tuban",
        abstract: say("The planning workbench in the terminal.", "终端里的国土空间规划工作台。"),
        usage: """
            tuban [FILE.gpkg]
            tuban \(say("COMMAND … -f FILE.gpkg", "命令 … -f 文件.gpkg"))
            """,
        version: version,
        subcommands: [
            Initialise.self, Import.self, Sample.self, LayerCommand.self, ParcelCommand.self, ClassCommand.self,
            AreaCommand.self, BoundaryCommand.self, GridCommand.self, MapCommand.self, PlanCommand.self, Undo.self,
            Redo.self, AsOf.self,
            RuleCommand.self, IndicatorCommand.self, ReviewCommand.self, ExportCommand.self, RosterCommand.self,
            WorkflowCommand.self,
            JournalCommand.self,
            StatisticCommand.self, NetworkCommand.self, Analyse.self, AnalysisCommand.self, RunScript.self, Doctor.self,
            MessageOfTheDay.self,
        ])

    package init() {}
}

/// A parsed line, ready to be performed.
package struct Line {
    /// Without the options that only say where from and how to print.
    package let words: [String]
    package let command: any Command

    /// The line as the journal keeps it; where somebody keeps their private key is nobody's business.
    package var text: String { Words.join(words) }

    /// Parses words.
    ///
    /// - Throws: `Refusal` with one sentence about what is wrong; `Help` when help was asked for.
    package init(_ words: [String]) throws {
        do {
            guard let command = try Tuban.parseAsRoot(Self.joined(words)) as? any Command else {
                throw Help(text: Tuban.helpMessage(for: Self.named(words)))
            }
            self.command = command
        } catch let error as Help {
            throw error
        } catch let error as Refusal {
            throw error
        } catch {
            let message = Tuban.fullMessage(for: error)
            if Tuban.exitCode(for: error) == .success { throw Help(text: message) }
            let sentence = ParserWords.phrase(Tuban.message(for: error))
            throw Refusal(.usage, sentence.english, sentence.chinese)
        }
        self.words = Self.withoutPlumbing(words)
    }

    package init(_ text: String) throws {
        try self.init(Words.split(text))
    }

    /// Help or the version was asked for: the text goes to standard output.
    package struct Help: Error {
        package let text: String
    }

    /// The command that words such as `plan`, `area adjust --help` or `help import` are about.
    private static func named(_ words: [String]) -> any ParsableCommand.Type {
        var found: any ParsableCommand.Type = Tuban.self
        for word in words.first == "help" ? words.dropFirst() : words[...] {
            let next = found.configuration.subcommands.first { $0.configuration.commandName == word }
            guard let next else { return found }
            found = next
        }
        return found
    }

    /// Words in which a negative number that follows an option is its value; the parser would take it for options.
    private static func joined(_ words: [String]) -> [String] {
        var joined: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" { return joined + [word] + rest }
            if word.hasPrefix("--"), !word.contains("="), let next = rest.first, next.prefixMatch(of: /-\.?\d/) != nil {
                joined.append("\(word)=\(next)")
                rest.removeFirst()
            } else {
                joined.append(word)
            }
        }
        return joined
    }

    private static func withoutPlumbing(_ words: [String]) -> [String] {
        var kept: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if ["-f", "--file", "--format", "--lang", "--key"].contains(word) {
                _ = rest.popFirst()
            } else if !["--file=", "--format=", "--lang=", "--key="].contains(where: word.hasPrefix) {
                kept.append(word)
            }
        }
        return kept
    }
}
