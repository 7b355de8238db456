/// Looking for text in text by its bytes: for words of SQL and of tables, where two writings of a character count as two.
extension String {
    /// Where a text stands first; nil where it does not.
    package func bytes(of word: String) -> Range<String.Index>? { self[...].bytes(of: word) }

    /// Whether a text stands in it.
    package func holds(_ word: String) -> Bool { bytes(of: word) != nil }
}

extension Substring {
    /// Where a text stands first; nil where it does not.
    package func bytes(of word: String) -> Range<String.Index>? {
        guard let first = word.utf8.first else { return startIndex..<startIndex }
        let text = utf8
        var rest = text[...]
        while let start = rest.firstIndex(of: first) {
            if rest[start...].starts(with: word.utf8) {
                return start..<text.index(start, offsetBy: word.utf8.count)
            }
            rest = rest[text.index(after: start)...]
        }
        return nil
    }
}
