import Commands
import Phrases

/// What a line bound to a key leaves open, written `?class`: the screen asks for it.
enum Hole: String, Sendable, CaseIterable {
    case `class`, zone, boundary, points, reason, note
    /// A document that people refer to: number, authority and date.
    case document
    case yesno
    /// A field of a layer with its value: `FIELD=VALUE`.
    case field
    case metres
    /// Another plan.
    case plan
    case title
    /// Another survey layer.
    case survey

    init?(_ name: String) { self.init(rawValue: name) }

    var title: Phrase {
        switch self {
        case .class: Phrase("class", "地类")
        case .zone: Phrase("layer", "图层")
        case .boundary: Phrase("boundary file", "范围文件")
        case .points: Phrase("corners, such as x,y x,y x,y", "各顶点，如 x,y x,y x,y")
        case .document: Phrase("document: number, authority, date", "文号、机关和日期")
        case .yesno: Phrase("yes or no", "是或否")
        case .field: Phrase("field=value", "字段=值")
        case .metres: Phrase("by how many metres", "收缩多少米")
        case .plan: Phrase("with which plan", "与哪个规划比较")
        case .title: Phrase("title of the variant", "新方案名称")
        case .survey: Phrase("newer survey", "新的调查图层")
        case .reason: Phrase("reason", "理由")
        case .note: Phrase("note", "备注")
        }
    }

    /// Whether the name of a file is asked for.
    var isFile: Bool { self == .boundary }

    /// The first hole of a line: a word of its own, not a part of something that stands in quotes.
    static func first(in line: String) -> Hole? {
        words(of: line).lazy.compactMap { $0.hasPrefix("?") ? Hole(String($0.dropFirst())) : nil }.first
    }

    /// The line with an answer in place of the first hole of that name. An answer that looks like a hole is none.
    static func fill(_ name: String, with answer: String, in line: String) -> String {
        let quoted = answer.hasPrefix("?") ? "'" + answer.replacing("'", with: "'\\''") + "'" : Words.join([answer])
        guard let word = words(of: line).first(where: { $0 == "?\(name)" }) else { return line }
        return line[..<word.startIndex] + quoted + line[word.endIndex...]
    }

    /// The line's words as they are written, quotes and all.
    private static func words(of line: String) -> [Substring] {
        var words: [Substring] = []
        var start: String.Index?
        var quote: Character?
        var isEscaped = false
        for index in line.indices {
            let character = line[index]
            if isEscaped {
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == " " {
                if let begun = start { words.append(line[begun..<index]) }
                start = nil
                continue
            }
            start = start ?? index
        }
        if let start { words.append(line[start...]) }
        return words
    }
}
