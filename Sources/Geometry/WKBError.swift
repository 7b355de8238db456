import Phrases

/// Why the bytes of a geometry cannot be read.
package struct WKBError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What a caller may want to act on; the rest is for people.
    package enum Kind: Sendable {
        /// The bytes end early, are of no known form, or hold counts that cannot be true.
        case malformed
        /// A well-formed geometry of a kind that tuban does not hold: curves, surfaces, mixed collections.
        case unsupported
        /// A coordinate is not a finite number.
        case notFinite
        /// A ring whose last point is not its first. `Shape.read(wkb:closingRings:)` can close it.
        case openRing
    }

    package var kind: Kind
    package var reason: Phrase

    init(_ kind: Kind, _ english: String, _ chinese: String) {
        self.kind = kind
        reason = Phrase(english, chinese)
    }

    package var description: String { reason.description }

    static func truncated(at offset: Int) -> WKBError {
        WKBError(
            .malformed, "The geometry ends too early, at byte \(offset).", "几何数据不完整, 在第 \(offset) 字节处中断。")
    }
}
