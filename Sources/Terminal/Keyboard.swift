/// Turns what ncurses reads into keys, pastes and answers, one code at a time.
///
/// ncurses knows the keys that the terminal's entry names. What it does not know it hands over byte by byte, beginning
/// with an Esc; taken for keys, a late answer such as `Esc [ 2 ; 3 R` would be five commands. So a sequence is collected
/// to its end and, if it means nothing here, dropped.
struct Keyboard {
    /// What ncurses read.
    enum Code: Equatable {
        case character(Unicode.Scalar)
        case key(Key)
    }

    enum Event: Equatable {
        case key(Key)
        case paste(String)
        case cursor(row: Int, column: Int)
        case mode(Int, state: Int)
    }

    private enum State: Equatable {
        case ground, escape
        case sequence(Sequence)
    }

    /// A paste of a megabyte is a mistake; what is beyond is dropped.
    static let longestPaste = 1 << 20

    private var state = State.ground
    private var pasted: String?

    /// Whether the end of a paste or a sequence is still to come.
    var isWaiting: Bool { state != .ground || pasted != nil }

    mutating func feed(_ code: Code) -> [Event] {
        switch code {
        case .key(let key):
            state = .ground
            return pasted == nil ? [.key(key)] : []
        case .character(let scalar):
            return feed(scalar)
        }
    }

    /// Nothing more was there to read: an Esc that stands alone was the key.
    mutating func pause() -> [Event] {
        guard state == .escape else { return [] }
        state = .ground
        return pasted == nil ? [.key(.escape)] : []
    }

    /// Nothing more came for a long while: a sequence or a paste that lost its end is given up.
    mutating func giveUp() -> [Event] {
        let events = pause()
        state = .ground
        defer { pasted = nil }
        return events + (pasted.map { [.paste($0)] } ?? [])
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
            if scalar == "\u{1B}" { return pasted == nil ? [.key(.escape)] : [] }
            if scalar == "[" || scalar == "O" {
                state = .sequence(Sequence(introducer: scalar))
                return []
            }
            state = .ground
            guard pasted == nil else { return plain(scalar) }
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
        case .key(let key): return pasted == nil ? [.key(key)] : []
        case .pasteBegins:
            pasted = pasted ?? ""
            return []
        case .pasteEnds:
            defer { pasted = nil }
            return pasted.map { [.paste($0)] } ?? []
        case .cursor(let row, let column): return [.cursor(row: row, column: column)]
        case .mode(let number, let state): return [.mode(number, state: state)]
        }
    }

    private mutating func plain(_ scalar: Unicode.Scalar) -> [Event] {
        guard pasted == nil else {
            let isLineEnd = scalar == "\r" || scalar == "\n"
            let isText = isLineEnd || scalar == "\t" || scalar.properties.generalCategory != .control
            if isText, (pasted?.utf8.count ?? 0) < Self.longestPaste {
                pasted?.unicodeScalars.append(isLineEnd ? "\n" : scalar)
            }
            return []
        }
        return [.key(Self.key(for: scalar))]
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
