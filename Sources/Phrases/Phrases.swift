import Synchronization

/// A language of the interface.
package enum Language: String, Sendable, CaseIterable {
    case chinese = "zh"
    case english = "en"

    /// The language everything is said in. Set once at the start from `--lang` or the environment.
    package static var current: Language {
        get { chosen.withLock { $0 } }
        set { chosen.withLock { $0 = newValue } }
    }

    private static let chosen = Mutex(Language.english)

    /// The language that an environment asks for: the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set decides.
    package init(environment: [String: String]) {
        let name = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        self = name?.hasPrefix("zh") == true ? .chinese : .english
    }
}

/// A sentence, a label or a name in both languages of the interface.
package struct Phrase: Hashable, Sendable, CustomStringConvertible {
    package var english: String
    package var chinese: String

    package init(_ english: String, _ chinese: String) {
        self.english = english
        self.chinese = chinese
    }

    package subscript(language: Language) -> String {
        language == .chinese ? chinese : english
    }

    /// The text in the current language.
    package var description: String { self[.current] }
}

/// Says `english` or `chinese`, whichever is the current language. For texts that are used where they are made.
package func say(_ english: @autoclosure () -> String, _ chinese: @autoclosure () -> String) -> String {
    Language.current == .chinese ? chinese() : english()
}
