/// Turns what ncurses reads into keys, pastes and answers, one code at a time.
///
/// ncurses knows the keys that the terminal's entry names. What it does not know it hands over byte by byte, beginning
/// with an Esc; taken for keys, a late answer such as `Esc [ 2 ; 3 R` would be five commands. So a sequence is collected
/// to its end and, if it means nothing here, dropped.
///
/// What stands between the marks of a paste is text and never a key. A slow line may rest in the middle of it, so no rest
/// ends a paste: its end mark does, or a Ctrl-C after a rest, which can only be a person's.
struct Keyboard {
    /// What ncurses read.
    enum Code: Equatable {
        case character(Unicode.Scalar)
        case key(Key)
    }

    enum Event: Equatable {
        case key(Key)
        case paste(String)
        /// Text of which something is missing, and why.
        case brokenPaste(Input.PasteFault)
        case cursor(row: Int, column: Int)
        case mode(Int, state: Int)
    }

    private enum State: Equatable {
        case ground, escape
        case sequence(Sequence)
    }

    /// A paste that is under way.
    private struct Paste {
        var text = ""
        /// Whether nothing has come for a while.
        var isResting = false
        var isTooLong = false
        /// Whether it was given up: what still comes of it is dropped.
        var isGivenUp = false
        /// Lines that end in two characters end once.
        var endsInReturn = false
    }

    /// In bytes: some hundred thousand boundary points. A longer paste is refused as a whole.
    var longestPaste = 16 << 20

    private var state = State.ground
    private var paste: Paste?

    /// Whether the end of a paste or a sequence is still to come.
    var isWaiting: Bool { state != .ground || paste != nil }

    /// How many bytes of a paste have come; nil where none is under way.
    var pasteLength: Int? { paste.flatMap { $0.isGivenUp ? nil : $0.text.utf8.count } }

    mutating func feed(_ code: Code) -> [Event] {
        switch code {
        case .key(let key):
            state = .ground
            return paste == nil ? [.key(key)] : []
        case .character(let scalar):
            return feed(scalar)
        }
    }

    /// Nothing more was there to read: an Esc that stands alone was the key. In a paste it begins the end mark, whose
    /// rest may still be on the line.
    mutating func pause() -> [Event] {
        guard state == .escape, paste == nil else { return [] }
        state = .ground
        return [.key(.escape)]
    }

    /// Nothing more came for a second: a sequence that lost its end is given up. A paste goes on.
    mutating func giveUp() -> [Event] {
        guard let now = paste else {
            let events = pause()
            state = .ground
            return events
        }
        if now.isGivenUp {
            (paste, state) = (nil, .ground)
        } else {
            paste?.isResting = true
        }
        return []
    }

    private mutating func feed(_ scalar: Unicode.Scalar) -> [Event] {
        switch state {
        case .ground:
            guard scalar != "\u{1B}" else {
                state = .escape
                return []
            }
            return plain(scalar)
        case .escape:
            if scalar == "\u{1B}" { return paste == nil ? [.key(.escape)] : [] }
            if scalar == "[" || scalar == "O" {
                state = .sequence(Sequence(introducer: scalar))
                return []
            }
            state = .ground
            guard paste == nil else { return plain(scalar) }
            return scalar.value > 0x20 && scalar.value != 0x7F ? [.key(.alt(scalar))] : [.key(.escape)] + plain(scalar)
        case .sequence(var sequence):
            if sequence.ends(with: scalar) {
                state = .ground
                return sequence.meaning(final: scalar).map { act(on: $0) } ?? []
            }
            // A control or a character of a script is no part of a sequence: whatever began there has no end.
            guard (0x20...0x7E).contains(scalar.value), sequence.parameters.utf8.count < 64 else {
                state = .ground
                return feed(scalar)
            }
            sequence.parameters.unicodeScalars.append(scalar)
            state = .sequence(sequence)
            return []
        }
    }

    private mutating func act(on meaning: Sequence.Meaning) -> [Event] {
        switch meaning {
        case .key(let key): return paste == nil ? [.key(key)] : []
        case .pasteBegins:
            paste = paste ?? Paste()
            return []
        case .pasteEnds:
            guard let done = paste else { return [] }
            paste = nil
            if done.isGivenUp { return [] }
            return [done.isTooLong ? .brokenPaste(.tooLong) : .paste(done.text)]
        case .cursor(let row, let column): return [.cursor(row: row, column: column)]
        case .mode(let number, let state): return [.mode(number, state: state)]
        }
    }

    private mutating func plain(_ scalar: Unicode.Scalar) -> [Event] {
        guard paste != nil else { return [.key(Self.key(for: scalar))] }
        return add(scalar)
    }

    /// Takes a character of a paste.
    private mutating func add(_ scalar: Unicode.Scalar) -> [Event] {
        guard paste?.isGivenUp == false else { return [] }
        if scalar == "\u{03}", paste?.isResting == true {
            paste?.isGivenUp = true
            return [.brokenPaste(.givenUp)]
        }
        paste?.isResting = false
        let isReturn = scalar == "\r"
        defer { paste?.endsInReturn = isReturn }
        if scalar == "\n", paste?.endsInReturn == true { return [] }
        // ASCII first: the properties of a character cost more than all else here.
        let isText =
            scalar.isASCII
            ? scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" || scalar == "\n"
            : scalar.properties.generalCategory != .control
        guard isText || isReturn else { return [] }
        if (paste?.text.utf8.count ?? 0) < longestPaste {
            paste?.text.unicodeScalars.append(isReturn ? "\n" : scalar)
        } else {
            paste?.isTooLong = true
        }
        return []
    }

    private static func key(for scalar: Unicode.Scalar) -> Key {
        switch scalar.value {
        case 0x08, 0x7F: return .backspace
        case 0x09: return .tab
        case 0x0A, 0x0D: return .enter
        case 0x1B: return .escape
        case 0x01...0x1A: return .control(Unicode.Scalar(UInt8(scalar.value) + 0x60))
        case 0x00...0x1F: return .control(Unicode.Scalar(UInt8(scalar.value) + 0x40))
        default: return .character(scalar)
        }
    }
}
