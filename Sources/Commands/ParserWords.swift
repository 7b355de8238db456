import Phrases

/// What the argument parser says, which it says in English only, in both languages.
enum ParserWords {
    static func phrase(_ message: String) -> Phrase {
        // Where it offers two readings, the first is told.
        let first = message.split(separator: "\n   or: ", maxSplits: 1).first.map(String.init) ?? message
        let english = oneSentence(first)
        return Phrase(english, chinese(english) ?? english)
    }

    /// A message with its list of values in one line.
    private static func oneSentence(_ message: String) -> String {
        let lines = message.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "-" } }
        guard let first = lines.first, lines.count > 1 else { return message }
        let values = lines.dropFirst().map { $0.split(separator: " ").first ?? $0 }
        return "\(first) \(values.joined(separator: ", "))."
    }

    /// nil for what is no message of the parser's, or a rare one.
    private static func chinese(_ text: String) -> String? {
        if let match = text.wholeMatch(of: /Missing expected argument '(.+)'/) { return "缺少参数 \(match.1)。" }
        if let match = text.wholeMatch(of: /Missing one of: '(.+)'/) { return "须给出其中之一：\(list(match.1))。" }
        if let match = text.wholeMatch(of: /Missing value for '(.+)'/) { return "\(match.1) 缺少取值。" }
        if let match = text.wholeMatch(of: /Unknown option '(.+)'\. Did you mean '(.+)'\?/) {
            return "没有选项 \(match.1)；是否指 \(match.2)？"
        }
        if let match = text.wholeMatch(of: /Unknown option '(.+)'/) { return "没有选项 \(match.1)。" }
        if let match = text.wholeMatch(of: /Unexpected argument '(.+)'/) { return "多余的参数 \(match.1)。" }
        if let match = text.wholeMatch(of: /(\d+) unexpected arguments: '(.+)'/) {
            return "有 \(match.1) 个多余的参数：\(list(match.2))。"
        }
        if let match = text.wholeMatch(of: /The option '(.+)' does not take any value, but '(.*)' was specified\./) {
            return "选项 \(match.1) 不带取值，却给出了“\(match.2)”。"
        }
        if let match = text.wholeMatch(
            of: /The value '(.*)' is invalid for '(.+?)'(?:\. Please provide one of (?:the following: )?(.+)\.)?/)
        {
            return "\(match.2) 的取值“\(match.1)”无效" + (match.3.map { "；可取 \(choices($0))。" } ?? "。")
        }
        if let match = text.wholeMatch(of: /Invalid option: (.+)/) { return "选项 \(match.1) 无效。" }
        return nil
    }

    private static func list(_ quoted: Substring) -> String { String(quoted.replacing("', '", with: "、")) }

    /// Such as `'a', 'b' or 'c'`.
    private static func choices(_ text: Substring) -> String {
        String(text).replacing("' and '", with: "、").replacing("' or '", with: "、").replacing("', '", with: "、")
            .replacing(", ", with: "、").replacing("'", with: "")
    }
}
