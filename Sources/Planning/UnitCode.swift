import Phrases

/// The code of an administrative unit (行政区代码): county 6 digits, town 9, village 12.
///
/// The longer codes of the survey carry it in front: the 19 digits of ZLDWDM are a village and 7 digits of groups that
/// nobody uses, and shorter units are padded with zeros. A code is kept in its shortest form, so equal units are equal.
package struct UnitCode: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package enum Level: Int, Sendable, CaseIterable, Comparable {
        case county = 6
        case town = 9
        case village = 12

        package static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }

        package var name: Phrase {
            switch self {
            case .county: Phrase("county", "县")
            case .town: Phrase("town", "乡镇")
            case .village: Phrase("village", "村")
            }
        }
    }

    package let digits: String
    package let level: Level

    /// Reads a code of 6, 9, 12 or 19 digits; trailing groups of nothing but zeros are padding.
    package init?(_ description: String) {
        let count = description.utf8.count
        guard [6, 9, 12, 19].contains(count),
            description.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        var digits = description.prefix(12)
        if digits.utf8.count == 12, digits.hasSuffix("000") { digits = digits.dropLast(3) }
        if digits.utf8.count == 9, digits.hasSuffix("000") { digits = digits.dropLast(3) }
        guard let level = Level(rawValue: digits.utf8.count) else { return nil }
        self.digits = String(digits)
        self.level = level
    }

    /// The unit one level above; nil for a county.
    package var parent: UnitCode? {
        level == .county ? nil : UnitCode(String(digits.dropLast(3)))
    }

    /// The unit of `level` in which this one lies; nil when that level is below.
    package func unit(at level: Level) -> UnitCode? {
        level > self.level ? nil : UnitCode(String(digits.prefix(level.rawValue)))
    }

    package func isWithin(_ other: UnitCode) -> Bool { digits.hasPrefix(other.digits) }

    /// The 19 digits in which survey layers write the unit.
    package var padded: String { digits + String(repeating: "0", count: 19 - digits.utf8.count) }

    package var description: String { digits }

    package static func < (a: UnitCode, b: UnitCode) -> Bool { a.digits < b.digits }
}
