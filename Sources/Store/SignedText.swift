import Foundation

/// A text that is signed or hashed: one field a line, in a fixed order, each value quoted, so that no value can pass for
/// another field whatever stands in it. The same bytes can be made with a text editor, and checked with OpenSSH and
/// `sha256sum` alone.
package struct SignedText: Hashable, Sendable {
    package private(set) var text: String

    /// - Parameter kind: what it states: `decision`, `roster`, …; the first line names it and the version of the format.
    package init(_ kind: String) { text = "tuban \(kind) 1\n" }

    package mutating func add(_ name: String, _ value: String) { text += "\(name): \(Self.quoted(value))\n" }

    /// As JSON writes strings, and beyond it everything escaped that a terminal or a reader could be misled by: control
    /// characters, line and paragraph separators, marks of direction and other invisible format characters.
    static func quoted(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16)
                        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}

/// Something that a person signs with their SSH key, as a row of the project keeps it.
package protocol Signed: Sendable {
    /// Who signed: a login.
    var signer: String { get }
    /// The newest journal row that counted when it was signed, and its hash: it vouches for all rows before.
    var anchor: JournalAnchor { get }
    /// The armoured SSH signature; empty where nothing was signed.
    var signature: String { get }
    /// What the signature is over, made from the row's own columns.
    func statement(project: String) -> SignedText
}

/// A row of the journal by its number and hash.
package struct JournalAnchor: Hashable, Sendable {
    package var id: Int64
    package var hash: String

    package init(id: Int64, hash: String) { (self.id, self.hash) = (id, hash) }

    /// Before the first row.
    package static let none = JournalAnchor(id: 0, hash: String(repeating: "0", count: 64))
}
