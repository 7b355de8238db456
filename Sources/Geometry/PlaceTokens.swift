/// The words of a place: numbers, marks and letters, whatever signs stand for them.
enum PlaceToken: Hashable {
    case number(Double)
    case degree, minute, second
    case north, south, east, west
    case comma, semicolon, at, colon, slash, onward, beside
    /// Anything else.
    case other(String)

    /// - Returns: tokens with their ranges in the text.
    static func read(_ text: String) -> [(token: PlaceToken, range: Range<String.Index>)] {
        var tokens: [(token: PlaceToken, range: Range<String.Index>)] = []
        var at = text.startIndex
        while at < text.endIndex {
            let start = at
            let character = text[at]
            if character.isWhitespace {
                at = text.index(after: at)
            } else if let (number, end) = number(in: text, at: at, after: tokens.last?.token) {
                at = end
                tokens.append((.number(number), start..<at))
            } else if let (word, token) = words.first(where: { text[at...].hasPrefix($0.0) }) {
                at = text.index(at, offsetBy: word.count)
                tokens.append((token, start..<at))
            } else {
                at = text.index(after: at)
                tokens.append((.other(String(character)), start..<at))
            }
        }
        return tokens
    }

    /// Longer words first, so that two single quotes are seconds and not minutes twice.
    private static let words: [(String, PlaceToken)] = [
        ("北纬", .north), ("南纬", .south), ("东经", .east), ("西经", .west), ("deg", .degree), ("''", .second),
        ("′′", .second), ("’’", .second), ("°", .degree), ("º", .degree), ("˚", .degree), ("度", .degree),
        ("d", .degree), ("'", .minute), ("′", .minute), ("’", .minute), ("‘", .minute), ("分", .minute), ("m", .minute),
        ("\"", .second), ("″", .second), ("”", .second), ("“", .second), ("秒", .second), ("s", .second),
        ("N", .north), ("n", .north), ("北", .north), ("S", .south), ("南", .south), ("E", .east), ("e", .east),
        ("东", .east), ("W", .west), ("w", .west), ("西", .west), (",", .comma), ("，", .comma), ("、", .comma),
        (";", .semicolon), ("；", .semicolon), ("@", .at), (":", .colon), ("：", .colon), ("/", .slash),
        (">", .onward), ("~", .beside), ("米", .minute),
    ]

    /// A decimal number without exponent, whose letter would be the east.
    private static func number(in text: String, at start: String.Index, after last: PlaceToken?) -> (
        Double, String.Index
    )? {
        var at = start
        var digits = ""
        if text[at] == "-" || text[at] == "+" || text[at] == "−" {
            digits = text[at] == "+" ? "" : "-"
            at = text.index(after: at)
        }
        var hasDigit = false
        var hasPoint = false
        while at < text.endIndex {
            let character = text[at]
            if character.isASCII, character.isNumber {
                hasDigit = true
            } else if character == ".", !hasPoint {
                hasPoint = true
            } else {
                break
            }
            digits.append(character)
            at = text.index(after: at)
        }
        guard hasDigit, let number = Double(digits.hasSuffix(".") ? String(digits.dropLast()) : digits) else {
            return nil
        }
        return (number, at)
    }
}
