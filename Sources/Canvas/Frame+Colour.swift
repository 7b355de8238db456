extension Frame {
    /// The text of a row with the colours of its cells, for standard output of a terminal (ECMA-48, SGR), ending in the
    /// terminal's own colours. With no colours it is the row's plain text.
    package func text(row: Int, colours: Colours) -> String {
        guard colours > .none else { return text(row: row) }
        let palette = Palette(colours: colours)
        var out = String.UnicodeScalarView()
        var style = Style.plain
        let last = (0..<size.columns).last { self[row, $0] != .blank } ?? -1
        for column in 0..<last + 1 {
            let cell = self[row, column]
            if cell.isTail { continue }
            // A blank has no colour of its own: the style goes on, and bytes are saved.
            if cell.style != style, cell.scalar != " " || cell.style.background != style.background {
                out.append(contentsOf: Self.sequence(cell.style, palette).unicodeScalars)
                style = cell.style
            }
            out.append(cell.scalar)
        }
        return String(out) + (style == .plain ? "" : "\u{1b}[m")
    }

    private static func sequence(_ style: Style, _ palette: Palette) -> String {
        let (foreground, background) = palette.indices(of: style)
        var codes = ["0"]
        if style.attributes.contains(.bold) { codes.append("1") }
        if style.attributes.contains(.underline) { codes.append("4") }
        if style.attributes.contains(.reverse) { codes.append("7") }
        for (index, base) in [(Int(foreground), 30), (Int(background), 40)] where index >= 0 {
            if palette.colours == .direct, index >= 8 {
                codes.append("\(base + 8);2;\(index >> 16);\(index >> 8 & 255);\(index & 255)")
            } else if index < 8 {
                codes.append(String(base + index))
            } else if index < 16 {
                codes.append(String(base + 60 + index - 8))
            } else {
                codes.append("\(base + 8);5;\(index)")
            }
        }
        return "\u{1b}[\(codes.joined(separator: ";"))m"
    }
}

extension Colours {
    /// How many colours an environment says that standard output may have: `NO_COLOR`, `COLORTERM`, `TERM`.
    package init(environment: [String: String]) {
        let kind = environment["TERM"] ?? ""
        if environment["NO_COLOR"]?.isEmpty == false || ["", "dumb", "vt100", "vt220"].contains(kind) {
            self = .none
        } else if ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "") {
            self = .direct
        } else {
            self = kind.contains("256") ? .indexed : .eight
        }
    }

    /// What `--color` takes.
    package init?(word: String) {
        switch word {
        case "never": self = .none
        case "8": self = .eight
        case "16": self = .sixteen
        case "256": self = .indexed
        case "direct": self = .direct
        default: return nil
        }
    }
}
