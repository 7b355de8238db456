import CNcurses
import Glibc

/// The encoding in which the terminal speaks, which is that of the locale.
enum Encoding {
    /// Takes the locale of the environment for characters.
    ///
    /// Only for characters: a French locale's decimal comma has no business in the libraries that read coordinates.
    /// Where the environment asks for none, or for one that is not installed, UTF-8 is the best guess there is; not so
    /// when it names another encoding: UTF-8 on a GB18030 terminal is noise, question marks are at least honest.
    static func take() {
        let name = setlocale(LC_CTYPE, "").map { String(cString: $0) }
        if let name, name != "C", name != "POSIX" { return }
        let asked = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { (name: String) in
            getenv(name).map { String(cString: $0) }
        }.first { !$0.isEmpty }
        if let encoding = asked?.split(separator: ".").dropFirst().first?.prefix(while: { $0 != "@" }),
            !["utf8", "utf-8"].contains(encoding.lowercased())
        {
            return
        }
        _ = setlocale(LC_CTYPE, "C.UTF-8")
    }

    /// Columns that the C library gives a character; nil when the locale cannot show it.
    static func width(of scalar: Unicode.Scalar) -> Int? {
        if (0x20..<0x7F).contains(scalar.value) { return 1 }
        let width = Int(tuban_width(scalar.value))
        return width > 0 ? width : nil
    }
}

/// What is shown for a character that the terminal cannot, or that it draws wider than ncurses believes.
///
/// On a terminal that draws characters of ambiguous width in two columns, ncurses would be one column behind after each;
/// so these become two columns of ASCII.
enum Substitute {
    static func columns(for scalar: Unicode.Scalar, wide: Bool) -> [Unicode.Scalar] {
        guard wide else { return [narrow[scalar] ?? "?"] }
        let pair = Array((Self.wide[scalar] ?? "? ").unicodeScalars)
        return pair
    }

    private static let narrow: [Unicode.Scalar: Unicode.Scalar] = [
        "“": "\"", "”": "\"", "‘": "'", "’": "'", "…": "~", "·": ".", "—": "-", "–": "-", "×": "x", "²": "2", "³": "3",
        "\u{A0}": " ",
    ]

    /// Each of two columns.
    private static let wide: [Unicode.Scalar: String] = [
        "“": " \"", "”": "\" ", "‘": " '", "’": "' ", "…": "..", "·": ". ", "—": "--", "–": "- ", "×": "x ", "²": "2 ",
        "³": "3 ", "±": "+-", "≤": "<=", "≥": ">=", "≠": "!=", "→": "->", "←": "<-", "°": "o ", "※": "* ",
    ]
}
