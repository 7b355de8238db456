import Phrases

/// A rule of use control (用途管制规则): what it asks of the data, and on which law it stands.
///
/// Its condition is SQL over the documented views that finds what breaks it; each row is an answer about one subject.
/// Every finding holds its rule, hence one object for all of them.
package final class Rule: Sendable, Hashable {
    package enum Severity: String, Sendable, CaseIterable {
        case block, needsApproval = "needs-approval", warn, info

        package var name: Phrase {
            switch self {
            case .block: Phrase("block", "禁止")
            case .needsApproval: Phrase("needs approval", "须审批")
            case .warn: Phrase("warning", "警示")
            case .info: Phrase("note", "提示")
            }
        }
        /// The gravest first.
        package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What decides a rule: outlines, the values in tables, a document, or a person who is asked.
    package enum Decision: String, Sendable, CaseIterable {
        case geometry, tables, document, question

        /// Whether it runs as SQL.
        package var isComputed: Bool { self == .geometry || self == .tables }

        package var name: Phrase {
            switch self {
            case .geometry: Phrase("geometry", "图形")
            case .tables: Phrase("tables", "表")
            case .document: Phrase("document", "文件")
            case .question: Phrase("question", "询问")
            }
        }
    }

    package let id: String
    package let version: Int
    package let severity: Severity
    package let decision: Decision
    package let inputs: [RuleInput]
    package let pairs: [RulePair]
    /// SQL for the county as it stands; for a question its text, English and Chinese parted by `//`.
    package let condition: String
    /// SQL for drafts; empty where the rule is not about drafts.
    package let draftCondition: String
    /// A limit that the condition reads as `:threshold`; nil where it has none.
    package let threshold: Double?
    /// Overlaps up to this are slivers of digitising and do not count; conditions read it as `:tolerance`.
    package let tolerance: Double
    /// What is measured: `m2`, `m`, `days`, `share`, or nothing.
    package let unit: String
    package let validFrom: String
    package let validTo: String
    package let message: Phrase
    package let basis: String
    package let basisVersion: String
    package let remedy: Phrase
    package let confidence: Mark
    package let source: String
    /// The cells of the row as the table has them, by column.
    package let cells: [String: String]

    init(
        id: String, version: Int, severity: Severity, decision: Decision, inputs: [RuleInput], pairs: [RulePair],
        condition: String, draftCondition: String, threshold: Double?, tolerance: Double, unit: String,
        validFrom: String, validTo: String, message: Phrase, basis: String, basisVersion: String, remedy: Phrase,
        confidence: Mark, source: String, cells: [String: String]
    ) {
        self.id = id
        self.version = version
        self.severity = severity
        self.decision = decision
        self.inputs = inputs
        self.pairs = pairs
        self.condition = condition
        self.draftCondition = draftCondition
        self.threshold = threshold
        self.tolerance = tolerance
        self.unit = unit
        self.validFrom = validFrom
        self.validTo = validTo
        self.message = message
        self.basis = basis
        self.basisVersion = basisVersion
        self.remedy = remedy
        self.confidence = confidence
        self.source = source
        self.cells = cells
    }

    /// The same rule as another version.
    package func numbered(_ version: Int) -> Rule {
        Rule(
            id: id, version: version, severity: severity, decision: decision, inputs: inputs, pairs: pairs,
            condition: condition, draftCondition: draftCondition, threshold: threshold, tolerance: tolerance,
            unit: unit, validFrom: validFrom, validTo: validTo, message: message, basis: basis,
            basisVersion: basisVersion, remedy: remedy, confidence: confidence, source: source, cells: cells)
    }

    package static func == (a: Rule, b: Rule) -> Bool { a === b || a.version == b.version && a.cells == b.cells }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(version)
    }

    /// The text of a question or of what a document must show.
    package var question: Phrase {
        let parts = condition.split(separator: " // ", maxSplits: 1).map(String.init)
        return Phrase(parts.first ?? condition, parts.last ?? condition)
    }

    /// Whether it is in force on a day (`2026-01-31`).
    package func isInForce(on day: String) -> Bool {
        (validFrom.isEmpty || validFrom <= day) && (validTo.isEmpty || day <= validTo)
    }

    package func sql(isDraft: Bool) -> String {
        isDraft ? (draftCondition == "=" ? condition : draftCondition) : condition
    }

    /// The inputs of the rule about drafts, or about the county.
    package func inputs(isDraft: Bool) -> [RuleInput] {
        inputs.filter { $0.scope.isEmpty || $0.scope == (isDraft ? "draft" : "county") }
    }

    package func pairs(isDraft: Bool) -> [RulePair] {
        pairs.filter { $0.scope.isEmpty || $0.scope == (isDraft ? "draft" : "county") }
    }

    /// The columns of a rule table, in order.
    package static let columns = [
        "id", "version", "severity", "decided_by", "inputs", "pairs", "condition", "condition_draft", "threshold",
        "tolerance", "unit", "valid_from", "valid_to", "message_en", "message_zh", "basis", "basis_version",
        "remedy_en", "remedy_zh", "confidence", "source",
    ]
}

/// A layer that a rule reads: `NAME`, optional as `NAME?`, only for one scope as `NAME@county` or `NAME@draft`, with the
/// fields that must be there as `NAME(FIELD,FIELD)`.
package struct RuleInput: Sendable, Hashable {
    package var name: String
    package var isOptional: Bool
    package var scope: String
    package var fields: [String]

    /// Views that are not layers.
    package static let built: Set<String> = ["change", "site", "limits"]

    init?(_ text: Substring) {
        var head = text
        fields = []
        if let open = text.firstIndex(of: "(") {
            guard text.last == ")" else { return nil }
            fields = text[text.index(after: open)...].dropLast().split(separator: ",").map(String.init)
            head = text[..<open]
        }
        isOptional = head.last == "?"
        if isOptional { head = head.dropLast() }
        let parts = head.split(separator: "@").map(String.init)
        guard let first = parts.first, parts.count <= 2, parts.count == 1 || ["county", "draft"].contains(parts[1]),
            (first + fields.joined()).allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
        else { return nil }
        (name, scope) = (first, parts.count == 2 ? parts[1] : "")
    }
}

/// Whose outlines are laid over whose: `SUBJECT*LAYER` where what they share is a constraint, `SUBJECT-LAYER` where the
/// layer covers or permits, `SUBJECT~LAYER:METRES` where a distance counts, or `SUBJECT` alone where values suffice.
package struct RulePair: Sendable, Hashable {
    package enum Kind: Sendable { case constraint, cover, distance, alone }
    package var subject: String
    package var kind: Kind
    package var object: String
    /// How far a distance matters, in metres.
    package var reach: Double
    package var scope: String

    init?(_ text: Substring) {
        let parts = text.split(separator: "@")
        guard let body = parts.first, parts.count <= 2 else { return nil }
        scope = parts.count == 2 ? String(parts[1]) : ""
        (object, reach) = ("", 0)
        guard let sign = body.firstIndex(where: { "*-~".contains($0) }) else {
            (subject, kind) = (String(body), .alone)
            return
        }
        subject = String(body[..<sign])
        let rest = body[body.index(after: sign)...].split(separator: ":")
        guard let name = rest.first, !subject.isEmpty else { return nil }
        object = String(name)
        switch body[sign] {
        case "*": kind = .constraint
        case "-": kind = .cover
        default:
            guard rest.count == 2, let metres = Double(rest[1]) else { return nil }
            (kind, reach) = (.distance, metres)
        }
    }
}
