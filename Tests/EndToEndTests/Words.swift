import Rig
import Testing

/// The language that the program is asked to speak, and what a test expects it to say.
struct Words: Sendable, CustomTestStringConvertible {
    let language: String
    var testDescription: String { language }

    static let both = [Words(language: "en"), Words(language: "zh")]

    func callAsFunction(_ english: String, _ chinese: String) -> String { language == "zh" ? chinese : english }
}

extension Desk {
    func open(_ words: Words, columns: Int = 80, rows: Int = 24, term: String = "xterm-256color") throws -> Session {
        try open(language: words.language, term: term, columns: columns, rows: rows)
    }
}
