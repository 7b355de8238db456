import Phrases

/// Rules as a table holds them; it proves itself when it is read.
package enum RuleTable {
    /// The rules that tuban brings, in order of their ids.
    package static let standard: [Rule] = {
        do {
            return try load(Tables.rules())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// Reads rules from CSV text, such as a bureau's own.
    ///
    /// - Throws: `TableFault` with file and line.
    package static func rules(csv text: String, file: String) throws -> [Rule] {
        try load(CSV(text, file: file))
    }

    /// The same with the line of the file that each stands on.
    package static func lines(csv text: String, file: String) throws -> [(line: Int, rule: Rule)] {
        let csv = try CSV(text, file: file)
        return zip(csv.rows, try load(csv)).map { ($0.line, $1) }
    }

    static func load(_ csv: CSV) throws -> [Rule] {
        let optional: Set = ["version", "pairs", "condition_draft", "threshold", "valid_to", "confidence", "source"]
        for name in Rule.columns where !optional.contains(name) { _ = try csv.required(name) }
        var seen: Set<String> = []
        return try csv.rows.map { row in
            var cells: [String: String] = [:]
            for name in Rule.columns { cells[name] = csv.column(name).map { row.values[$0] } ?? "" }
            do throws(Fault) {
                let rule = try rule(cells)
                guard seen.insert(rule.id).inserted else {
                    throw Fault("rule \(rule.id) stands in the table twice.", "规则 \(rule.id) 在表中出现两次。")
                }
                return rule
            } catch {
                throw TableFault(csv.file, row.line, error.phrase.english, error.phrase.chinese)
            }
        }
    }

    /// What is wrong with a row, without its place.
    package struct Fault: Error {
        package let phrase: Phrase
        init(_ english: String, _ chinese: String) { phrase = Phrase(english, chinese) }
    }

    /// A rule from the cells of its row.
    package static func rule(_ cells: [String: String]) throws(Fault) -> Rule {
        func text(_ name: String) -> String { cells[name] ?? "" }
        func number(_ name: String) throws(Fault) -> Double? {
            if text(name).isEmpty { return nil }
            guard let value = Double(text(name)), value.isFinite, value >= 0 else {
                throw Fault("\(name) \(text(name)) is not a number.", "\(name) \(text(name)) 不是数字。")
            }
            return value
        }
        let id = text("id")
        guard !id.isEmpty, id.utf8.count <= 40, id.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
        else {
            throw Fault("‘\(id)’ cannot be a rule's id.", "“\(id)”不能作为规则编号。")
        }
        guard let severity = Rule.Severity(rawValue: text("severity")) else {
            throw Fault(
                "severity \(text("severity")) is none of block, needs-approval, warn, info.",
                "severity \(text("severity")) 应为 block、needs-approval、warn 或 info。")
        }
        guard let decision = Rule.Decision(rawValue: text("decided_by")) else {
            throw Fault(
                "decided_by \(text("decided_by")) is none of geometry, tables, document, question.",
                "decided_by \(text("decided_by")) 应为 geometry、tables、document 或 question。")
        }
        guard let version = text("version").isEmpty ? 1 : Int(text("version")), version > 0 else {
            throw Fault("version \(text("version")) is not a number.", "version \(text("version")) 不是数字。")
        }
        var inputs: [RuleInput] = []
        for part in split(text("inputs")) {
            guard let input = RuleInput(part) else {
                throw Fault("the input \(part) cannot be read.", "无法识别 inputs 中的 \(part)。")
            }
            inputs.append(input)
        }
        var pairs: [RulePair] = []
        for part in split(text("pairs")) {
            guard let pair = RulePair(part) else {
                throw Fault("the pair \(part) cannot be read.", "无法识别 pairs 中的 \(part)。")
            }
            for name in [pair.subject, pair.object] where !name.isEmpty && !inputs.contains(where: { $0.name == name })
            {
                throw Fault("\(name) is in pairs but not in inputs.", "\(name) 在 pairs 中出现，但不在 inputs 中。")
            }
            pairs.append(pair)
        }
        for name in ["condition", "message_en", "message_zh", "basis", "remedy_en", "remedy_zh"]
        where text(name).isEmpty {
            throw Fault("\(name) is empty.", "\(name) 为空。")
        }
        if decision.isComputed, pairs.isEmpty {
            throw Fault("pairs names no subject.", "pairs 中没有检查对象。")
        }
        for name in ["valid_from", "valid_to"] where !isDay(text(name)) {
            throw Fault(
                "\(name) \(text(name)) is not a day such as 2026-01-31.", "\(name) \(text(name)) 不是日期，应如 2026-01-31。")
        }
        guard let confidence = text("confidence").isEmpty ? .memory : Mark(rawValue: text("confidence")) else {
            throw Fault("confidence \(text("confidence")) is not known.", "confidence \(text("confidence")) 无法识别。")
        }
        return Rule(
            id: id, version: version, severity: severity, decision: decision, inputs: inputs, pairs: pairs,
            condition: text("condition"), draftCondition: text("condition_draft"), threshold: try number("threshold"),
            tolerance: try number("tolerance") ?? 0, unit: text("unit"), validFrom: text("valid_from"),
            validTo: text("valid_to"), message: Phrase(text("message_en"), text("message_zh")), basis: text("basis"),
            basisVersion: text("basis_version"), remedy: Phrase(text("remedy_en"), text("remedy_zh")),
            confidence: confidence, source: text("source"), cells: cells)
    }

    /// Parts between bars that stand outside of parentheses.
    private static func split(_ text: String) -> [Substring] { text.split(separator: "|") }

    private static func isDay(_ text: String) -> Bool {
        text.isEmpty || text.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil
    }
}
