/// A decimal number as it stands in a file: `4040210.310` is 4040210310 with three decimals, and is written back so.
package struct FixedDecimal: Hashable, Sendable {
    /// The number without its point.
    package var scaled: Int64
    package var decimals: Int8

    package init(scaled: Int64, decimals: Int) {
        self.scaled = scaled
        self.decimals = Int8(clamping: decimals)
    }

    /// The nearest number of so many decimals, half away from zero; nil beyond eighteen digits.
    package init?(_ value: Double, decimals: Int) {
        guard 0...Self.mostDecimals ~= decimals, value.isFinite else { return nil }
        let product = (value * Self.power(decimals)).rounded(.toNearestOrAwayFromZero)
        guard abs(product) < 1e18 else { return nil }
        self.init(scaled: Int64(product), decimals: decimals)
    }

    static let mostDecimals = 15

    static func power(_ decimals: Int) -> Double {
        (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    }

    /// Below 2⁵³ both operands are exact, and the quotient is the double that lies nearest to the decimal number.
    package var value: Double {
        if scaled.magnitude < 1 << 53 { return Double(scaled) / Self.power(Int(decimals)) }
        return Double(description) ?? .nan
    }

    /// The number with a multiple of a million added, as zone prefixes are.
    func adding(millions: Int64) -> FixedDecimal? {
        var shift = millions
        for _ in 0..<(6 + Int(decimals)) {
            let (product, overflows) = shift.multipliedReportingOverflow(by: 10)
            guard !overflows else { return nil }
            shift = product
        }
        let (sum, overflows) = scaled.addingReportingOverflow(shift)
        return overflows ? nil : FixedDecimal(scaled: sum, decimals: Int(decimals))
    }
}

extension FixedDecimal: CustomStringConvertible {
    package var description: String {
        var digits = String(scaled.magnitude)
        let decimals = Int(decimals)
        if decimals > 0 {
            digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
        }
        return scaled < 0 ? "-" + digits : digits
    }
}

extension FixedDecimal {
    /// Reads plain digits with at most one point and a sign: no exponent, no thousands, blanks around are dropped.
    ///
    /// - Returns: the number, and whether digits beyond the eighteenth were rounded away; nil for anything else.
    static func read(_ bytes: some Collection<UInt8>) -> (number: FixedDecimal, isRounded: Bool)? {
        var scaled: Int64 = 0
        var (digits, decimals, significant) = (0, 0, 0)
        var (isNegative, hasPoint, isRounded, hasEnded) = (false, false, false, false)
        for (place, byte) in bytes.drop(while: { $0 == 0x20 || $0 == 0x09 }).enumerated() {
            if hasEnded {
                guard byte == 0x20 || byte == 0x09 else { return nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if significant < 18, decimals < mostDecimals {
                    scaled = scaled * 10 + Int64(byte - UInt8(ascii: "0"))
                    if scaled != 0 { significant += 1 }
                    if hasPoint { decimals += 1 }
                } else {
                    guard hasPoint else { return nil }
                    if !isRounded, byte >= UInt8(ascii: "5") { scaled += 1 }
                    isRounded = true
                }
            case UInt8(ascii: "."):
                guard !hasPoint else { return nil }
                hasPoint = true
            case UInt8(ascii: "-") where place == 0: isNegative = true
            case UInt8(ascii: "+") where place == 0: break
            case 0x20, 0x09: hasEnded = true
            default: return nil
            }
        }
        guard digits > 0 else { return nil }
        return (FixedDecimal(scaled: isNegative ? -scaled : scaled, decimals: decimals), isRounded)
    }

    package init?(_ text: String) {
        guard let read = Self.read(text.utf8), !read.isRounded else { return nil }
        self = read.number
    }
}
