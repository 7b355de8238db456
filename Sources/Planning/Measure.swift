/// What a statistic is counted in (计量单位): people, 万元, km², %.
///
/// Measures of one kind convert into each other by an exact fraction; 1 mu (亩) is 2000/3 m².
package struct Measure: Hashable, Sendable {
    package let name: String
    /// What is measured: `people`, `money`, `area`…
    package let kind: String
    /// The measure in the smallest one of its kind, as a fraction.
    package let numerator: Int64
    package let denominator: Int64
    package let otherNames: [String]

    package var isShare: Bool { kind == "share" }

    /// All known measures, in table order.
    package static let all: [Measure] = {
        do {
            return try load(Tables.measures())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    private static let byName: [String: Measure] = {
        var found: [String: Measure] = [:]
        for measure in all {
            for name in [measure.name] + measure.otherNames { found[key(name)] = measure }
        }
        return found
    }()

    /// The measure that people write as `text`, in full width or half, in capitals or not.
    package static func named(_ text: some StringProtocol) -> Measure? { byName[key(text)] }

    private static func key(_ text: some StringProtocol) -> String {
        PlainText.halfWidth(text).lowercased().filter { !$0.isWhitespace }
    }

    /// The number of this measure that one of `other` is, as a fraction; nil where they measure different things.
    package func factor(from other: Measure) -> (numerator: Int64, denominator: Int64)? {
        guard kind == other.kind else { return nil }
        let (top, bottom) = (other.numerator * denominator, other.denominator * numerator)
        let divisor = Self.divisor(top, bottom)
        return (top / divisor, bottom / divisor)
    }

    private static func divisor(_ a: Int64, _ b: Int64) -> Int64 { b == 0 ? a : divisor(b, a % b) }

    static func load(_ csv: CSV) throws -> [Measure] {
        let name = try csv.required("name"), kind = try csv.required("kind")
        let top = try csv.required("numerator"), bottom = try csv.required("denominator")
        let other = try csv.required("other_names")
        var taken: Set<String> = []
        return try csv.rows.map { row in
            guard let numerator = Int64(row.values[top]), let denominator = Int64(row.values[bottom]), numerator > 0,
                denominator > 0, numerator < 1_000_000_000_000, denominator < 1_000_000
            else {
                throw TableFault(
                    csv.file, row.line, "\(row.values[top])/\(row.values[bottom]) is no fraction.",
                    "\(row.values[top])/\(row.values[bottom]) 不是分数。")
            }
            let names = row.values[other].split(separator: "|").map(String.init)
            for name in Set(([row.values[name]] + names).map { key($0) }) {
                guard taken.insert(name).inserted else {
                    throw TableFault(csv.file, row.line, "measure \(name) stands twice.", "计量单位 \(name) 出现两次。")
                }
            }
            return Measure(
                name: row.values[name], kind: row.values[kind], numerator: numerator, denominator: denominator,
                otherNames: names)
        }
    }
}

/// Text as a Chinese keyboard may have written it.
package enum PlainText {
    /// Full-width letters, digits and signs (U+FF01 to U+FF5E) as their ASCII ones, the ideographic blank as a blank.
    package static func halfWidth(_ text: some StringProtocol) -> String {
        guard text.unicodeScalars.contains(where: { $0.value > 0x7E }) else { return String(text) }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            // The scalars from U+FF01 to U+FF5E less 0xFEE0 are those from ! to ~.
            case 0xFF01...0xFF5E: plain.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000, 0xA0: plain.append(" ")
            case 0x2212, 0x2013: plain.append("-")
            default: plain.append(scalar)
            }
        }
        return String(plain)
    }
}
