/// A number as tables of statistics write it: `1,234`, `１２３４`, `12.5%`.
package struct StatisticNumber: Hashable, Sendable {
    /// What was unusual about how it was written.
    package struct Style: OptionSet, Hashable, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }
        /// Commas between groups of three digits.
        package static let thousands = Style(rawValue: 1)
        /// Full-width digits or signs.
        package static let fullWidth = Style(rawValue: 2)
        package static let percent = Style(rawValue: 4)
    }

    /// The number is `digits` times ten to the power of `exponent`.
    private let digits: Int128
    private let exponent: Int
    package let style: Style

    package var value: Double { value(numerator: 1, denominator: 1) }

    /// The number times a fraction, rounded once; twice where the denominator is not 1.
    package func value(numerator: Int64, denominator: Int64) -> Double {
        // At most 24 digits by 13 fit; and digits, an e and a whole number are always a number.
        let product = Double("\(digits * Int128(numerator))e\(exponent)") ?? .nan
        return denominator == 1 ? product : product / Double(denominator)
    }

    /// - Returns: nil for what is no number.
    package init?(_ text: some StringProtocol) {
        let plain = PlainText.halfWidth(text).trimmed
        var style: Style = plain == text.trimmed ? [] : .fullWidth
        var rest = Array(plain.utf8)[...]
        if rest.last == UInt8(ascii: "%") {
            style.insert(.percent)
            rest.removeLast()
            while rest.last == UInt8(ascii: " ") { rest.removeLast() }
        }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard let number = Self.read(rest, &style) else { return nil }
        (digits, exponent) = (isNegative ? -number.digits : number.digits, number.exponent)
        self.style = style
        guard value.isFinite else { return nil }
    }

    private static func read(_ text: ArraySlice<UInt8>, _ style: inout Style) -> (digits: Int128, exponent: Int)? {
        var (digits, exponent, count) = (Int128(0), 0, 0)
        var (isFraction, hasDigit) = (false, false)
        // Digits since the last comma; nil before the first.
        var group: Int?
        var sinceStart = 0
        var rest = text
        while let byte = rest.first {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
                if digits > 0 { count += 1 }
                if isFraction { exponent -= 1 } else { sinceStart += 1 }
                if !isFraction { group = group.map { $0 + 1 } }
                hasDigit = true
            case UInt8(ascii: ",") where !isFraction:
                guard group == 3 || group == nil && (1...3).contains(sinceStart) else { return nil }
                group = 0
                style.insert(.thousands)
            case UInt8(ascii: ".") where !isFraction:
                guard group == nil || group == 3 else { return nil }
                (isFraction, group) = (true, nil)
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                guard hasDigit, group == nil, let power = Int(String(decoding: rest.dropFirst(), as: UTF8.self)),
                    abs(power) < 300
                else { return nil }
                return (digits, exponent + power)
            default: return nil
            }
            guard count <= 24 else { return nil }
            rest.removeFirst()
        }
        guard hasDigit, group == nil || group == 3 else { return nil }
        return (digits, exponent)
    }

    /// A value as people write it: the shortest digits that tell it from its neighbours, and no `.0` behind a whole number.
    package static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    /// Words that stand where nobody has a figure.
    package static func isAbsent(_ text: some StringProtocol) -> Bool {
        let plain = PlainText.halfWidth(text).trimmed.lowercased()
        return [
            "", "-", "--", "—", "——", "…", "...", "..", "/", "n/a", "na", "nan", "null", "none", "无", "缺", "暂无", "*",
        ]
        .contains(plain)
    }
}
