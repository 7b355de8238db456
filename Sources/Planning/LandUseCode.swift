import Phrases

/// A land-use class by its code, never without the system that the code belongs to: `survey:1001` is a railway,
/// `plan2023:1001` is industry.
///
/// Its text is `SYSTEM:CODE`, as people write it in commands.
package struct LandUseCode: Hashable, Sendable, Comparable, LosslessStringConvertible {
    /// The label of the class system: `survey`, `plan2023`, `zone`, or a project's own.
    package let system: String
    /// The code as its table writes it; leading zeros matter.
    package let code: String

    package init(system: String, code: String) {
        self.system = system
        self.code = code
    }

    /// Reads `SYSTEM:CODE`. The label is of lower-case Latin letters, digits and `_`, a letter first; the code holds no
    /// blanks and no control characters. Whether the class exists is for a `ClassTable` to say.
    package init?(_ description: String) {
        let parts = description.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLabel(parts[0]), !parts[1].isEmpty,
            parts[1].unicodeScalars.allSatisfy({
                !$0.properties.isWhitespace && $0.properties.generalCategory != .control
            })
        else { return nil }
        self.init(system: String(parts[0]), code: String(parts[1]))
    }

    package static func survey(_ code: String) -> LandUseCode { LandUseCode(system: "survey", code: code) }
    package static func plan2023(_ code: String) -> LandUseCode { LandUseCode(system: "plan2023", code: code) }
    package static func zone(_ code: String) -> LandUseCode { LandUseCode(system: "zone", code: code) }

    package var description: String { "\(system):\(code)" }

    package static func < (a: LandUseCode, b: LandUseCode) -> Bool {
        (a.system, a.code) < (b.system, b.code)
    }

    /// Whether `text` can be the label of a class system.
    package static func isLabel(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "_")
        }
    }
}
