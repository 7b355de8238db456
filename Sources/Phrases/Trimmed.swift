/// Texts without the blanks at their ends.
extension StringProtocol {
    /// Without blanks of any kind at either end.
    package var trimmed: String {
        // Most texts begin and end with a letter or digit of ASCII, which is told without asking Unicode.
        func isPlain(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { $0.value > 0x20 && $0.value < 0x7F } ?? true }
        if isPlain(unicodeScalars.first), isPlain(unicodeScalars.last) { return String(self) }
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Without spaces at the end, as a line of a table is printed.
    package var withoutTrailingSpaces: String {
        let scalars = unicodeScalars
        guard scalars.last == " " else { return String(self) }
        guard let last = scalars.lastIndex(where: { $0 != " " }) else { return "" }
        return String(self[..<scalars.index(after: last)])
    }
}
