import Foundation

/// Keys as people write them: words with blanks between. A single character is itself, a name stands in angle brackets:
/// `<Enter> <Esc> <Tab> <BTab> <Space> <BS> <Del> <Ins> <Up> <Down> <Left> <Right> <Home> <End> <PgUp> <PgDn> <F1>`…
/// `<F12> <C-x> <M-x> <Lt> <Gt>`, and `<Text:…>` for a whole text at once (`%20` is a blank).
enum Keys {
    static func bytes(of word: String) throws -> [UInt8] {
        guard word.count > 1, word.hasPrefix("<"), word.hasSuffix(">") else { return Array(word.utf8) }
        let name = String(word.dropFirst().dropLast())
        if let text = named[name] { return Array(text.utf8) }
        if name.hasPrefix("C-"), let code = name.dropFirst(2).uppercased().utf8.first { return [code & 0x1F] }
        if name.hasPrefix("M-") { return [0x1B] + Array(name.dropFirst(2).utf8) }
        if name.hasPrefix("Text:") { return Array((name.dropFirst(5).removingPercentEncoding ?? "").utf8) }
        throw Pseudoterminal.Failure(description: "no key is called \(word)")
    }

    static func words(_ keys: String) -> [String] { keys.split(separator: " ").map(String.init) }

    private static let named = [
        "Enter": "\r", "Esc": "\u{1B}", "Tab": "\t", "BTab": "\u{1B}[Z", "Space": " ", "BS": "\u{7F}", "Lt": "<",
        "Gt": ">", "Del": "\u{1B}[3~", "Ins": "\u{1B}[2~", "Up": "\u{1B}OA", "Down": "\u{1B}OB", "Right": "\u{1B}OC",
        "Left": "\u{1B}OD", "Home": "\u{1B}OH", "End": "\u{1B}OF", "PgUp": "\u{1B}[5~", "PgDn": "\u{1B}[6~",
        "F1": "\u{1B}OP", "F2": "\u{1B}OQ", "F3": "\u{1B}OR", "F4": "\u{1B}OS", "F5": "\u{1B}[15~", "F6": "\u{1B}[17~",
        "F7": "\u{1B}[18~", "F8": "\u{1B}[19~", "F9": "\u{1B}[20~", "F10": "\u{1B}[21~", "F11": "\u{1B}[23~",
        "F12": "\u{1B}[24~",
    ]
}
