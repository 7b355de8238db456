import Phrases

/// Indicators as a table holds them; it proves itself when it is read.
package enum IndicatorTable {
    /// The indicators that tuban brings, in order of their ids.
    package static let standard: [Indicator] = {
        do {
            return try load(Tables.indicators())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// Reads indicators from CSV text, such as a bureau's own, with the line of the file that each stands on.
    ///
    /// - Throws: `TableFault` with file and line.
    package static func lines(csv text: String, file: String) throws -> [(line: Int, indicator: Indicator)] {
        let csv = try CSV(text, file: file)
        return zip(csv.rows, try load(csv)).map { ($0.line, $1) }
    }

    static func load(_ csv: CSV) throws -> [Indicator] {
        for name in ["id", "name_zh", "name_en", "inputs", "formula"] { _ = try csv.required(name) }
        for name in csv.header where !Indicator.columns.contains(name.lowercased()) {
            throw TableFault(
                csv.file, 1,
                "column \(name) is none of an indicator's: \(listed(Indicator.columns, resembling: name)).",
                "没有列 \(name)；可用：\(listed(Indicator.columns, resembling: name))。")
        }
        var seen: Set<String> = []
        return try csv.rows.map { row in
            var cells: [String: String] = [:]
            for name in Indicator.columns { cells[name] = csv.column(name).map { row.values[$0] } ?? "" }
            do throws(Fault) {
                let indicator = try indicator(cells)
                guard seen.insert(indicator.id).inserted else {
                    throw Fault(
                        "id", "indicator \(indicator.id) stands in the table twice.", "指标 \(indicator.id) 在表中出现两次。")
                }
                return indicator
            } catch {
                throw TableFault(csv.file, row.line, error.phrase.english, error.phrase.chinese)
            }
        }
    }

    /// What is wrong with a row, and in which column.
    package struct Fault: Error {
        package let phrase: Phrase
        init(_ column: String, _ english: String, _ chinese: String) {
            phrase = Phrase("\(column): \(english)", "\(column)：\(chinese)")
        }
    }

    /// An indicator from the cells of its row.
    package static func indicator(_ cells: [String: String]) throws(Fault) -> Indicator {
        func text(_ name: String) -> String { cells[name] ?? "" }
        func one<Value: RawRepresentable & CaseIterable>(_ name: String, _ standard: Value) throws(Fault) -> Value
        where Value.RawValue == String {
            if text(name).isEmpty { return standard }
            guard let value = Value(rawValue: text(name)) else {
                let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
                throw Fault(name, "\(text(name)) is none of \(known).", "\(text(name)) 应为 \(known) 之一。")
            }
            return value
        }
        let id = text("id")
        guard !id.isEmpty, id.utf8.count <= 40, id.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) })
        else { throw Fault("id", "‘\(id)’ cannot be an indicator's id.", "“\(id)”不能作为指标编号。") }
        guard let version = text("version").isEmpty ? 1 : Int(text("version")), version > 0 else {
            throw Fault("version", "\(text("version")) is not a number.", "\(text("version")) 不是数字。")
        }
        for name in ["name_zh", "name_en"] where text(name).isEmpty {
            throw Fault(name, "is empty.", "为空。")
        }
        let inputs = try inputs(text("inputs"))
        guard !text("formula").isEmpty || !text("undecided_en").isEmpty else {
            throw Fault("formula", "is empty.", "为空。")
        }
        let target = Target(text("target"))
        guard target != nil || text("target").isEmpty else {
            throw Fault(
                "target", "\(text("target")) is not a range such as 80.., ..1.3 or 25..40.",
                "\(text("target")) 应写作 80..、..1.3 或 25..40。")
        }
        let nature = try one("nature", Indicator.Nature.none)
        guard let decimals = text("decimals").isEmpty ? 2 : Int(text("decimals")), (0...6).contains(decimals) else {
            throw Fault("decimals", "\(text("decimals")) is not 0 to 6.", "\(text("decimals")) 应为 0 至 6。")
        }
        return Indicator(
            id: id, version: version, name: Phrase(text("name_en"), text("name_zh")),
            category: Phrase(text("category_en"), text("category_zh")),
            unit: Phrase(text("unit_en").isEmpty ? text("unit") : text("unit_en"), text("unit")), nature: nature,
            inputs: inputs, formula: text("formula"), direction: try one("direction", .none), target: target,
            targetNote: Phrase(text("target_en"), text("target_zh")), steps: try steps(text("steps"), nature),
            decimals: decimals, definition: Phrase(text("definition_en"), text("definition_zh")),
            undecided: Phrase(text("undecided_en"), text("undecided_zh")), confidence: try one("confidence", .memory),
            source: text("source"), cells: cells)
    }

    /// Parts a text at its semicolons; one inside quotes is part of what is quoted, as in SQL.
    private static func parts(of text: String) -> [Substring] {
        let (single, double, semicolon) = (UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: ";"))
        var quote: UInt8?
        return text.utf8.split { byte in
            if let open = quote {
                if byte == open { quote = nil }
                return false
            }
            if byte == single || byte == double { quote = byte }
            return byte == semicolon
        }.map { Substring($0) }
    }

    private static func inputs(_ text: String) throws(Fault) -> [IndicatorInput] {
        var inputs: [IndicatorInput] = []
        for part in parts(of: text) where !part.allSatisfy(\.isWhitespace) {
            guard let input = IndicatorInput(part) else {
                let said = part.trimmed
                throw Fault(
                    "inputs",
                    "‘\(said)’ is neither NAME = MEASURE from LAYER where CONDITION, nor NAME = statistic SERIES, nor NAME = select ….",
                    "“\(said)”应写作 名 = 量 from 图层 where 条件、名 = statistic 序列 或 名 = select …。")
            }
            // SQL does not tell capitals from small letters: a formula would read the first of two.
            let name = input.name.lowercased()
            guard !inputs.contains(where: { $0.name.lowercased() == name }) else {
                throw Fault("inputs", "\(input.name) is given twice.", "\(input.name) 出现两次。")
            }
            guard !["year", "years"].contains(name) else {
                throw Fault(
                    "inputs",
                    "\(input.name) is what every formula calls the year, and since the survey before; take another name.",
                    "\(input.name) 在公式中固定表示年份或距上次调查的年数，请另取名称。")
            }
            inputs.append(input)
        }
        return inputs
    }

    private static func steps(_ text: String, _ nature: Indicator.Nature) throws(Fault) -> [WarningStep] {
        if text.isEmpty { return Indicator.standardSteps(nature) }
        var steps: [WarningStep] = []
        for part in text.split(separator: "|") {
            guard let step = WarningStep(part) else {
                throw Fault("steps", "\(part) is not a step such as R>20% or Y>-0.3.", "\(part) 应写作 R>20% 或 Y>-0.3。")
            }
            steps.append(step)
        }
        return steps.sorted { $0.level < $1.level }
    }
}
