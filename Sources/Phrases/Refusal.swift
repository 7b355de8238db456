/// Why something was not done, as one sentence to a planner: what was tried, on which thing, what stands in the way,
/// what to do.
///
/// Errors that a caller acts on have types of their own; this one is for errors that people read.
package struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure; the raw value is the program's exit status (sysexits.h).
    package enum Kind: Int32, Sendable {
        case found = 1
        case usage = 64
        case badData = 65
        case noInput = 66
        case cannotCreate = 73
        case inputOutput = 74
        case busy = 75
        case notAllowed = 77
    }

    package var kind: Kind
    package var phrase: Phrase

    package init(_ kind: Kind, _ english: String, _ chinese: String) {
        self.kind = kind
        phrase = Phrase(english, chinese)
    }

    package var description: String { phrase.description }
}
