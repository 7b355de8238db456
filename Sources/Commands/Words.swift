import Phrases

/// Command lines as people type them: words between blanks, quoted with `'` or `"` where they hold blanks.
package enum Words {
    /// Splits a line. No shell is involved: there are no variables, no globs, no pipes.
    ///
    /// - Throws: `Refusal` for a quote that is not closed.
    package static func split(_ line: String) throws -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
                word = word ?? ""
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else {
            throw Refusal(.usage, "A quote in this line is not closed: \(line)", "命令行引号未闭合：\(line)")
        }
        if let done = word { words.append(done) }
        return words
    }

    /// The line that `split` would take apart into these words.
    package static func join(_ words: [String]) -> String {
        words.map { word in
            let isPlain = !word.isEmpty && !word.contains { $0.isWhitespace || "'\"\\#".contains($0) }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }.joined(separator: " ")
    }
}
