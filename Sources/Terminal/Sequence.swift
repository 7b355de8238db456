/// Keys and answers in the form that all terminals since the VT220 share, for those that terminfo's entry does not name:
/// `CSI` (Esc `[`) or `SS3` (Esc `O`), parameters, a final byte.
///
/// Source: ECMA-48 8.3; XTerm Control Sequences, "PC-Style Function Keys" and "VT220-Style Function Keys".
struct Sequence: Equatable {
    /// `[` or `O`.
    let introducer: Unicode.Scalar
    /// All between introducer and final byte.
    var parameters = ""

    enum Meaning: Equatable {
        case key(Key)
        case pasteBegins, pasteEnds
        /// Where the cursor stands, from 1: the answer to `CSI 6 n`.
        case cursor(row: Int, column: Int)
        /// The state of a private mode: the answer to `CSI ? mode $ p`. 0: the terminal does not know it.
        case mode(Int, state: Int)
    }

    /// Whether `scalar` ends the sequence. The linux console's function keys (`Esc [ [ A`) hold a second bracket.
    func ends(with scalar: Unicode.Scalar) -> Bool {
        (0x40...0x7E).contains(scalar.value) && !(scalar == "[" && parameters.isEmpty && introducer == "[")
    }

    /// What the sequence says; nil for one that nobody here asked for.
    func meaning(final: Unicode.Scalar) -> Meaning? {
        let numbers = parameters.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        switch final {
        case "~": return tilde(numbers.first ?? 0)
        case "R" where introducer == "[" && numbers.count == 2: return .cursor(row: numbers[0], column: numbers[1])
        case "y" where parameters.hasPrefix("?") && numbers.count == 2: return .mode(numbers[0], state: numbers[1])
        default: break
        }
        if parameters.hasPrefix("["), let number = Self.consoleFunctions[final] { return .key(.function(number)) }
        guard !parameters.contains(where: { "<>?=[".contains($0) }) else { return nil }
        if introducer == "O", let key = Self.keypad(final) { return .key(key) }
        return Self.letters[final].map { .key($0) }
    }

    /// The numeric keypad in its application mode: the code less 0x40 is the character.
    private static func keypad(_ final: Unicode.Scalar) -> Key? {
        guard final != "M" else { return .enter }
        guard ("j"..."y").contains(final) || final == "X" else { return nil }
        return Unicode.Scalar(final.value - 0x40).map { .character($0) }
    }

    private func tilde(_ number: Int) -> Meaning? {
        switch number {
        case 200: .pasteBegins
        case 201: .pasteEnds
        default: Self.numbers[number].map { .key($0) }
        }
    }

    private static let letters: [Unicode.Scalar: Key] = [
        "A": .up, "B": .down, "C": .right, "D": .left, "H": .home, "F": .end, "Z": .backTab,
        "P": .function(1), "Q": .function(2), "R": .function(3), "S": .function(4),
    ]

    private static let consoleFunctions: [Unicode.Scalar: Int] = ["A": 1, "B": 2, "C": 3, "D": 4, "E": 5]

    /// The gaps are the VT220's: its keyboard had its function keys in groups.
    private static let numbers: [Int: Key] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5), 17: .function(6),
        18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10), 23: .function(11), 24: .function(12),
    ]
}
