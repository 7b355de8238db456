import Foundation

/// Makes text from data harmless: nothing that it holds moves a cursor, rings a bell, or reorders what follows.
///
/// Controls, escapes, marks of direction, invisible and unassigned characters become visible ASCII such as `\e` or
/// `\u202e`. Letters with marks are composed where Unicode has the composed letter; marks that are left over are dropped,
/// so that a cell holds exactly one scalar.
package enum Clean {
    /// What of a text is drawn, scalar by scalar; each takes one cell or two.
    package static func scalars(of text: String) -> [Unicode.Scalar] {
        var out: [Unicode.Scalar] = []
        out.reserveCapacity(text.utf8.count)
        var composed = text.unicodeScalars
        if text.unicodeScalars.contains(where: {
            $0.value >= 0x300 && !isPlain($0) && (isMark($0) || (0x1161...0x11FF).contains($0.value))
        }) {
            composed = text.precomposedStringWithCanonicalMapping.unicodeScalars
        }
        for scalar in composed {
            if isPlain(scalar) {
                out.append(scalar)
            } else if let escape = escape(scalar) {
                out.append(contentsOf: escape.unicodeScalars)
            } else if !isMark(scalar), Width.of(scalar) > 0 {
                out.append(scalar)
            }
        }
        return out
    }

    /// Characters that most text is made of and that are drawn as they are: of all others the tables of Unicode are asked,
    /// which takes longer than drawing them.
    package static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // ASCII, the Han characters of Unicode 1.1, and the full-width forms of ASCII.
        case 0x20..<0x7F, 0x4E00...0x9FA5, 0xFF01...0xFF5E: true
        // Signs of Latin-1 but the soft hyphen, dashes and quotation marks, Han punctuation.
        case 0xA1..<0xAD, 0xAE...0xFF, 0x2013...0x2014, 0x2018...0x201D, 0x2026, 0x3001...0x3011: true
        // Lines, blocks, Braille with dots.
        case 0x2500...0x259F, 0x2801...0x28FF: true
        default: false
        }
    }

    /// Whether a terminal draws a character over the one before it, or colours that one: skin tones do.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        if (0x1F3FB...0x1F3FF).contains(scalar.value) { return true }
        return switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }

    /// The visible form of a scalar that must not be sent; nil for one that may.
    private static func escape(_ scalar: Unicode.Scalar) -> String? {
        let value = scalar.value
        switch value {
        case 0x1B: return "\\e"
        case 0x0A: return "\\n"
        case 0x0D: return "\\r"
        case 0x09: return "\\t"
        case 0..<0x20, 0x7F: return "\\x" + hex(value, 2)
        case 0x80..<0xA0: return "\\u" + hex(value, 4)
        case 0xFFFD: return "?"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            return "\\u" + hex(value, value > 0xFFFF ? 6 : 4)
        default:
            // Braille without dots is no more seen than a space; the halves of a flag are joined by some terminals, in two
            // columns or in four.
            if value == 0x2800 || (0x1F1E6...0x1F1FF).contains(value) {
                return "\\u" + hex(value, value > 0xFFFF ? 6 : 4)
            }
            // Fillers that are letters by category and yet invisible.
            return scalar.properties.isDefaultIgnorableCodePoint && !isMark(scalar) ? "\\u" + hex(value, 4) : nil
        }
    }

    private static func hex(_ value: UInt32, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}

/// Text for standard output and for files that people open in a terminal: cleaned as on the screen.
package func cleanedForShell(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) || text.unicodeScalars.allSatisfy(Clean.isPlain) {
        return text
    }
    var out = String.UnicodeScalarView()
    out.append(contentsOf: Clean.scalars(of: text))
    return String(out)
}
