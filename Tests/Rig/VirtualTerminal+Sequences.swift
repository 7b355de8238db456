extension VirtualTerminal {
    /// Where the bytes have got to.
    struct Parser {
        enum State: Equatable { case ground, escape, control, text, hash, designate(Int), palette(Int) }
        var state = State.ground
        /// What has come of a sequence: parameters and intermediates of a control, or an operating system command.
        var held = ""
        /// The first bytes of a character in UTF-8.
        var bytes: [UInt8] = []
    }

    package mutating func feed(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { feed(byte) }
    }

    private mutating func feed(_ byte: UInt8) {
        guard byte >= 0x80 || !parser.bytes.isEmpty else { return take(Unicode.Scalar(byte)) }
        parser.bytes.append(byte)
        let first = parser.bytes[0]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        guard parser.bytes.count >= length else { return }
        let text = String(decoding: parser.bytes, as: UTF8.self)
        parser.bytes = []
        for scalar in text.unicodeScalars { take(scalar) }
    }

    private mutating func take(_ scalar: Unicode.Scalar) {
        switch parser.state {
        case .ground: ground(scalar)
        case .escape: escape(scalar)
        case .control:
            if scalar.value < 0x20 { return ground(scalar) }
            if (0x40...0x7E).contains(scalar.value) {
                parser.state = .ground
                control(scalar)
            } else {
                parser.held.unicodeScalars.append(scalar)
            }
        case .text: string(scalar)
        case .hash: parser.state = .ground
        case .designate(let set):
            graphics[set] = scalar == "0"
            parser.state = .ground
        case .palette(let left): parser.state = left > 1 ? .palette(left - 1) : .ground
        }
    }

    private mutating func ground(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\u{1B}": parser.state = .escape
        case "\u{07}": bells += 1
        case "\u{08}": if hangs { hangs = false } else { cursor.column = max(0, cursor.column - 1) }
        case "\t": cursor.column = min(columns - 1, (cursor.column / 8 + 1) * 8)
        case "\n", "\u{0B}", "\u{0C}":
            lineFeed()
            hangs = false
        case "\r": (cursor.column, hangs) = (0, false)
        case "\u{0E}": charset = 1
        case "\u{0F}": charset = 0
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: break
        default: write(graphics[charset] ? Self.lineDrawing[scalar] ?? scalar : scalar)
        }
    }

    private static let lineDrawing: [Unicode.Scalar: Unicode.Scalar] = [
        "j": "┘", "k": "┐", "l": "┌", "m": "└", "n": "┼", "q": "─", "t": "├", "u": "┤", "v": "┴", "w": "┬", "x": "│",
    ]

    private mutating func escape(_ scalar: Unicode.Scalar) {
        parser.state = .ground
        parser.held = ""
        switch scalar {
        case "[": parser.state = .control
        case "]", "P", "_", "^", "X": parser.state = .text
        case "(": parser.state = .designate(0)
        case ")": parser.state = .designate(1)
        case "#": parser.state = .hash
        case "7": saved = (cursor.row, cursor.column, look)
        case "8":
            cursor = (saved.row, saved.column)
            (look, hangs) = (saved.look, false)
        case "D": lineFeed()
        case "E":
            cursor.column = 0
            lineFeed()
        case "M": reverseLineFeed()
        case "=": applicationKeys = true
        case ">": applicationKeys = false
        case "c": self = VirtualTerminal(columns: columns, rows: rows, kind: kind)
        case "\\", "H": break
        default: unknown.append("ESC \(scalar)")
        }
    }

    /// Operating system commands and the like. The linux console's `ESC ] R` and `ESC ] P` have no end.
    private mutating func string(_ scalar: Unicode.Scalar) {
        if kind == "linux", parser.held.isEmpty, scalar == "R" || scalar == "P" {
            parser.state = scalar == "R" ? .ground : .palette(7)
            return
        }
        guard scalar == "\u{07}" || scalar == "\u{1B}" else {
            parser.held.unicodeScalars.append(scalar)
            return
        }
        if parser.held.hasPrefix("52;c;") { clipboard = String(parser.held.dropFirst(5)) }
        parser.state = scalar == "\u{1B}" ? .escape : .ground
    }

    private mutating func control(_ final: Unicode.Scalar) {
        let numbers = parser.held.split(separator: ";", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        if let prefix = parser.held.first, "?><=!".contains(prefix) { return privateControl(final) }
        let first = numbers.first ?? 0
        let count = max(1, first)
        let hung = hangs
        hangs = false
        switch final {
        case "A": cursor.row = max(cursor.row >= top ? top : 0, cursor.row - count)
        case "B", "e": cursor.row = min(cursor.row <= bottom ? bottom : rows - 1, cursor.row + count)
        case "C", "a": cursor.column = min(columns - 1, cursor.column + count)
        case "D": cursor.column = max(0, cursor.column - count)
        case "E": cursor = (min(bottom, cursor.row + count), 0)
        case "G", "`": cursor.column = min(columns, count) - 1
        case "d": cursor.row = min(rows, count) - 1
        case "H", "f":
            cursor = (min(rows, count) - 1, min(columns, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1)
        case "J": eraseScreen(first)
        case "K":
            erase(
                row: cursor.row,
                columns: first == 0 ? cursor.column..<columns : first == 1 ? 0..<cursor.column + 1 : 0..<columns)
        case "X": erase(row: cursor.row, columns: cursor.column..<cursor.column + count)
        case "L" where (top...bottom).contains(cursor.row): scrollDown(count, from: cursor.row)
        case "M" where (top...bottom).contains(cursor.row): scrollUp(count, from: cursor.row)
        case "@": shiftRight(count)
        case "P": shiftLeft(count)
        case "S": scrollUp(count)
        case "T": scrollDown(count)
        case "b":
            hangs = hung
            if let last { for _ in 0..<count { write(last) } }
        case "r":
            top = max(1, first) - 1
            bottom = min(rows, numbers.count > 1 && numbers[1] > 0 ? numbers[1] : rows) - 1
            cursor = (0, 0)
        case "m":
            hangs = hung
            rendition(numbers)
        case "n" where first == 6:
            hangs = hung
            replies += Array("\u{1B}[\(cursor.row + 1);\(cursor.column + 1)R".utf8)
        case "h", "l": if first == 4 { inserts = final == "h" }
        case "L", "M", "t", "c", "g": break
        default: unknown.append("CSI \(parser.held)\(final)")
        }
    }

    private mutating func eraseScreen(_ part: Int) {
        for row in 0..<rows where part >= 2 || (part == 0 ? row > cursor.row : row < cursor.row) {
            erase(row: row, columns: 0..<columns)
        }
        if part == 0 { erase(row: cursor.row, columns: cursor.column..<columns) }
        if part == 1 { erase(row: cursor.row, columns: 0..<cursor.column + 1) }
    }

    private mutating func privateControl(_ final: Unicode.Scalar) {
        let numbers = parser.held.dropFirst().split(separator: ";").compactMap { Int($0.filter(\.isNumber)) }
        if parser.held.hasSuffix("$"), final == "p", let mode = numbers.first {
            replies += Array("\u{1B}[?\(mode);\(mode == 2026 ? synchronizedOutput : 0)$y".utf8)
            return
        }
        guard parser.held.hasPrefix("?"), final == "h" || final == "l" else {
            if final != "c", final != "p" { unknown.append("CSI \(parser.held)\(final)") }
            return
        }
        let isOn = final == "h"
        for mode in numbers {
            switch mode {
            case 1: applicationKeys = isOn
            case 25: cursorIsVisible = isOn
            case 47, 1047, 1049: alternateScreen(isOn)
            case 1000, 1002, 1003, 1006: mouse = isOn
            case 2004: bracketedPaste = isOn
            case 2026: synchronized = isOn
            case 3, 4, 5, 7, 12, 1034: break
            default: unknown.append("CSI ?\(mode)\(final)")
            }
        }
    }

    private mutating func alternateScreen(_ isOn: Bool) {
        if isOn, primary == nil {
            primary = (grid, cursor.row, cursor.column)
            grid = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
        } else if !isOn, let old = primary {
            (grid, cursor, primary) = (old.grid, (old.row, old.column), nil)
        }
        hangs = false
    }

    private mutating func rendition(_ numbers: [Int]) {
        var rest = numbers[...]
        while let number = rest.popFirst() {
            switch number {
            case 0: look = Look()
            case 1: look.bold = true
            case 2: look.dim = true
            case 4: look.underline = true
            case 7: look.reverse = true
            case 21, 22: (look.bold, look.dim) = (false, false)
            case 24: look.underline = false
            case 27: look.reverse = false
            case 30...37: look.foreground = .indexed(number - 30)
            case 38: look.foreground = shade(&rest)
            case 39: look.foreground = .standard
            case 40...47: look.background = .indexed(number - 40)
            case 48: look.background = shade(&rest)
            case 49: look.background = .standard
            case 90...97: look.foreground = .indexed(number - 82)
            case 100...107: look.background = .indexed(number - 92)
            case 3, 5, 10, 11, 23, 25: break
            default: unknown.append("SGR \(number)")
            }
        }
    }

    private func shade(_ rest: inout ArraySlice<Int>) -> Shade {
        switch rest.popFirst() {
        case 5: return .indexed(rest.popFirst() ?? 0)
        case 2: return .rgb(rest.popFirst() ?? 0, rest.popFirst() ?? 0, rest.popFirst() ?? 0)
        default: return .standard
        }
    }
}
