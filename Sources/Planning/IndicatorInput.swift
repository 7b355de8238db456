import Phrases

/// One of the numbers that a formula is made of.
package struct IndicatorInput: Sendable, Hashable {
    package enum Definition: Sendable, Hashable {
        case sum(IndicatorSum)
        /// A series by its id: the unit's own value of the year.
        case statistic(String)
        /// A SELECT that answers `(unit, value)` for units of every level by their codes.
        case query(String)
    }

    /// What the formula calls it.
    package let name: String
    package let definition: Definition
    /// Everything that the definition says, in one form.
    package let text: String

    /// Reads `NAME = MEASURE from WHAT where CONDITION`, `NAME = statistic SERIES`, or `NAME = select …`.
    package init?(_ text: some StringProtocol) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        name = text[..<equals].trimmed
        let rest = text[text.utf8.index(after: equals)...].trimmed
        guard Self.isName(name), !rest.isEmpty else { return nil }
        let words = rest.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        if words.count == 2, words[0] == "statistic", Self.isName(words[1]) {
            definition = .statistic(String(words[1]))
        } else if words[0].lowercased() == "select" {
            definition = .query(rest)
        } else if let sum = IndicatorSum(rest) {
            definition = .sum(sum)
        } else {
            return nil
        }
        self.text = definition.text
    }

    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, first.isLetter else { return false }
        return text.utf8.allSatisfy(\.isOfName)
    }
}

/// A sum over a layer, or over what two layers share: what is summed, over what, and on which condition.
///
/// It adds up: over parts of a unit, and over what a draft adds and takes away. So a step of a draft costs what it
/// touched, and a county is the sum of its towns.
package struct IndicatorSum: Sendable, Hashable {
    /// A layer by its standard name, with the fields of its source that are read: `DLTB(GDPDJB)`. Without fields it is read from
    /// sums by unit and class that are kept.
    package struct Source: Sendable, Hashable {
        package var name: String
        package var fields: [String]

        init?(_ text: Substring) {
            var head = text
            fields = []
            if let open = text.firstIndex(of: "(") {
                guard text.last == ")" else { return nil }
                fields = text[text.index(after: open)...].dropLast().split(separator: ",").map(\.trimmed)
                head = text[..<open]
            }
            name = head.trimmed
            guard !name.isEmpty, Self.isWord(name), fields.allSatisfy(Self.isWord) else { return nil }
        }

        /// Whether a text has only letters of any script, digits and `_`.
        private static func isWord(_ text: String) -> Bool {
            // To ask of a letter of ours whether it is one takes long.
            text.utf8.allSatisfy(\.isOfName) || text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
    }

    package let measure: String
    package let source: Source
    /// What its outlines are laid over: nothing, one layer, or several of which any may cover.
    package let over: [Source]
    package let condition: String

    /// Names that are not layers: the survey of the year, that before it, the first one, and what changed since the one before.
    package static let surveys: Set<String> = ["land", "land_before", "land_base"]

    init?(_ text: String) {
        guard let from = text.bytes(of: " from ") else { return nil }
        let rest = text[from.upperBound...]
        let end = rest.bytes(of: " where ")
        let parts = rest[..<(end?.lowerBound ?? rest.endIndex)].split(
            separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
        measure = text[..<from.lowerBound].trimmed
        condition = end.map { rest[$0.upperBound...].trimmed } ?? "true"
        guard let first = parts.first, let source = Source(first), !measure.isEmpty, !condition.isEmpty else {
            return nil
        }
        self.source = source
        guard parts.count == 2 else {
            over = []
            return
        }
        let objects = parts[1].split(separator: "+", omittingEmptySubsequences: false).map { Source($0) }
        guard objects.allSatisfy({ $0 != nil }), source.name != "change", source.name != "reach" else { return nil }
        over = objects.compactMap { $0 }
    }

    /// What it sums, in words and with its unit; a field or an expression as the table writes it.
    package var measured: Phrase {
        switch measure {
        case "area_m2": Phrase("area m2", "面积 m²")
        case "net_m2": Phrase("net area m2", "净面积 m²")
        case "whole_m2": Phrase("whole area m2", "总面积 m²")
        case "length_m": Phrase("length m", "长度 m")
        case "count": Phrase("count", "个数")
        default:
            unit.english.isEmpty
                ? Phrase(measure, measure) : Phrase("\(measure) \(unit.english)", "\(measure) \(unit.chinese)")
        }
    }

    /// The unit of what it sums; of a product those of its factors. Empty where one is not known: a field whose layer's row
    /// in the table of layers says none, or an expression.
    package var unit: Phrase {
        let layer = LayerSchema.named(Self.surveys.contains(source.name) ? "DLTB" : source.name)
        var units: [Phrase] = []
        for factor in measure.split(separator: "*").map(\.trimmed) {
            switch factor {
            case "area_m2", "net_m2", "whole_m2", "covered_m2", "total_m2": units.append(Phrase("m²", "m²"))
            case "length_m": units.append(Phrase("m", "m"))
            case "count", "covered_count", "total_count": units.append(Phrase("count", "个"))
            default:
                guard let unit = layer?.units[factor] else { return Phrase("", "") }
                units.append(unit)
            }
        }
        return Phrase(
            units.map(\.english).joined(separator: " × "), units.map(\.chinese).joined(separator: " × "))
    }

    /// Everything that it says, in one form.
    package var text: String {
        func name(_ source: Source) -> String {
            source.fields.isEmpty ? source.name : "\(source.name)(\(source.fields.joined(separator: ",")))"
        }
        let over = over.isEmpty ? "" : "*" + over.map(name).joined(separator: "+")
        return "\(measure) from \(name(source))\(over)\(condition == "true" ? "" : " where \(condition)")"
    }
}

extension IndicatorInput.Definition {
    /// Everything that it says, in one form: equal inputs of several indicators are computed once.
    package var text: String {
        switch self {
        case .sum(let sum): sum.text
        case .statistic(let series): "statistic \(series)"
        case .query(let sql): sql
        }
    }

    /// Whether it hangs on what facilities reach, or on roads.
    package var asksReach: Bool {
        switch self {
        case .sum(let sum): sum.source.name == "reach"
        case .statistic: false
        case .query(let sql): ["reach", "facility", "network"].contains(where: sql.lowercased().holds)
        }
    }
}

extension UInt8 {
    /// Whether it is a letter of ASCII.
    fileprivate var isLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    /// Whether it is a letter or digit of ASCII, or `_`.
    fileprivate var isOfName: Bool { isLetter || (0x30...0x39).contains(self) || self == UInt8(ascii: "_") }
}
