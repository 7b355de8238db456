/// The number by which an office cites a document (文号), such as 国函〔2026〕1号 or No. 12 of 2026.
package enum DocumentNumber {
    /// Whether a text looks like one: it has a digit, and a mark that free text has not.
    package static func isLike(_ text: String) -> Bool {
        let marks = ["号", "〔", "〕", "[", "]", "No.", "№"]
        return text.contains(where: \.isNumber) && marks.contains { text.contains($0) }
    }
}
