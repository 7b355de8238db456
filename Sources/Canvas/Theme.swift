import Phrases

/// How things look: styles by role, and for each land-use class a colour, a letter and a pattern.
///
/// A theme is a text of lines `role = FOREGROUND BACKGROUND ATTRIBUTE…` and `class SYSTEM:CODE = #rrggbb LETTER PATTERN`,
/// where a pattern is 4 hexadecimal digits: the rows of 4 by 4 dots. `-` is the terminal's own colour.
package struct Theme: Sendable {
    package struct ClassLook: Hashable, Sendable {
        package var style: Style
        package var letter: Unicode.Scalar
        /// Bit `4 * row + column` of a tile of 4 by 4 dots that is fixed to the ground.
        package var pattern: UInt16

        package init(style: Style, letter: Unicode.Scalar, pattern: UInt16) {
            self.style = style
            self.letter = letter
            self.pattern = pattern
        }
    }

    package let name: String
    private var roles: [String: Style] = [:]
    private var looks: [String: ClassLook] = [:]

    /// Every role that a theme may set.
    package static let roleNames: Set<String> = [
        "title", "header", "rule", "row", "row.selected", "row.marked", "detail", "key", "prompt", "message", "warning",
        "error", "changed", "disabled", "relief", "map.boundary", "map.cursor", "map.selected", "map.marked",
        "map.label", "map.sketch", "map.vertex", "map.changed",
        "line.units", "line.controlLine", "line.resource", "line.project", "line.reference", "line.plannedUse",
        "line.parcels", "level.red", "level.orange", "level.yellow", "level.blue", "level.green", "chart.line",
        "chart.target",
    ]

    /// The sign that stands for a line in ASCII.
    package static func sign(of role: String) -> Unicode.Scalar {
        switch role {
        case "line.controlLine": "#"
        case "line.units": "+"
        case "line.resource": "%"
        case "line.project": "&"
        case "map.sketch": "*"
        case "map.changed": "o"
        default: "="
        }
    }

    package func role(_ name: String) -> Style { roles[name] ?? .plain }

    /// The look of a class written `SYSTEM:CODE`; one that the theme does not name looks as the class above it, by the
    /// digits of its code; one whose system it does not know gets a letter and a pattern from its code.
    package func look(of code: String) -> ClassLook {
        if let exact = looks[code] { return exact }
        guard let colon = code.firstIndex(of: ":") else { return Self.unknown(code) }
        var digits = code[code.index(after: colon)...]
        let system = code[...colon]
        while !digits.isEmpty {
            if let look = looks["\(system)\(digits)"] { return look }
            digits.removeLast()
        }
        return Self.unknown(code)
    }

    /// A look that tells codes apart without knowing them: the same code always looks the same.
    private static func unknown(_ code: String) -> ClassLook {
        let sum = code.utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) }
        let letter = Unicode.Scalar(UInt8(97 + sum % 26))
        let patterns: [UInt16] = [0x8000, 0x8020, 0x8421, 0x1248, 0xA050, 0x0F00, 0x4444]
        let colour = UInt8(1 + sum / 26 % 6)
        return ClassLook(style: Style(.ansi(colour)), letter: letter, pattern: patterns[Int(sum / 7) % patterns.count])
    }

    /// The pattern for land without a class.
    package static let noClass = ClassLook(style: .plain, letter: "?", pattern: 0)

    // MARK: Reading

    /// Reads a theme.
    ///
    /// - Throws: `Refusal` naming file and line.
    package init(_ text: String, name: String) throws {
        self.name = name
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.split(whereSeparator: \.isWhitespace)
            if line.isEmpty || line[0].hasPrefix("//") { continue }
            func fault(_ english: String, _ chinese: String) -> Refusal {
                Refusal(
                    .badData, "\(name).theme, line \(index + 1): \(english)",
                    "\(name).theme 第 \(index + 1) 行：\(chinese)")
            }
            if line[0] == "class" {
                guard line.count == 6, line[2] == "=", let colour = Self.colour(line[3]),
                    line[4].unicodeScalars.count == 1,
                    let letter = line[4].unicodeScalars.first, letter.isASCII, letter.value > 0x20,
                    line[5].allSatisfy(\.isHexDigit), let pattern = UInt16(line[5], radix: 16)
                else {
                    throw fault(
                        "expected class SYSTEM:CODE = #rrggbb LETTER PATTERN.", "应为 class 体系:代码 = #rrggbb 字母 图案。")
                }
                looks[String(line[1])] = ClassLook(style: Style(colour), letter: letter, pattern: pattern)
            } else {
                let role = String(line[0])
                guard line.count >= 4, line[1] == "=", let foreground = Self.colour(line[2]),
                    let background = Self.colour(line[3])
                else { throw fault("expected ROLE = FOREGROUND BACKGROUND ATTRIBUTES.", "应为 角色 = 前景 背景 属性。") }
                guard Self.roleNames.contains(role) else { throw fault("there is no role \(role).", "没有角色 \(role)。") }
                var attributes: Style.Attributes = []
                for word in line.dropFirst(4) {
                    guard let attribute = Self.attributes[String(word)] else {
                        throw fault("there is no attribute \(word).", "没有属性 \(word)。")
                    }
                    attributes.insert(attribute)
                }
                roles[role] = Style(foreground, on: background, attributes)
            }
        }
    }

    private static let attributes: [String: Style.Attributes] = [
        "bold": .bold, "reverse": .reverse, "underline": .underline, "dim": .dim,
    ]

    private static let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    private static func colour(_ word: Substring) -> Colour? {
        if word == "-" { return .standard }
        if let place = names.firstIndex(of: String(word)) { return .ansi(UInt8(place)) }
        guard word.hasPrefix("#"), word.count == 7, word.dropFirst().allSatisfy(\.isHexDigit),
            let value = UInt32(word.dropFirst(), radix: 16)
        else { return nil }
        return .rgb(UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    }
}
