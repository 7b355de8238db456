import Phrases

/// A statistical series (统计指标): one figure of a unit, year after year, such as the resident population.
package struct StatisticSeries: Hashable, Sendable {
    package let id: String
    package let name: Phrase
    /// What its values are kept in, such as 人 or 万元.
    package let measure: String
    /// How else tables call it.
    package let otherNames: [String]
    /// Bounds of what can be: a value outside is told. Our own choice.
    package let low: Double?
    package let high: Double?
    /// The ids of indicators that ask for it.
    package let indicators: [String]
    package let source: String

    package init(
        id: String, name: Phrase, measure: String, otherNames: [String] = [], low: Double? = nil, high: Double? = nil,
        indicators: [String] = [], source: String = ""
    ) {
        (self.id, self.name, self.measure, self.otherNames) = (id, name, measure, otherNames)
        (self.low, self.high, self.indicators, self.source) = (low, high, indicators, source)
    }

    /// The series that indicators ask for, in table order.
    package static let standard: [StatisticSeries] = {
        do {
            return try load(Tables.statistics())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// The names of `standard` by id.
    package static let standardNames = Dictionary(uniqueKeysWithValues: standard.map { ($0.id, $0.name) })

    /// Everything that it is called, as `key` has it.
    package var keys: [String] { ([id, name.chinese, name.english] + otherNames).map { Self.key($0) } }

    /// A name without what differs between hands: width, capitals, blanks and low lines.
    package static func key(_ text: some StringProtocol) -> String {
        PlainText.halfWidth(text).lowercased().filter { !$0.isWhitespace && $0 != "_" }
    }

    /// Whether `id` can be the id of a series: letters, digits and low lines, so that a formula can name it.
    package static func isID(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= 60 && id.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }

    static func load(_ csv: CSV) throws -> [StatisticSeries] {
        let id = try csv.required("id"), chinese = try csv.required("name_zh"), english = try csv.required("name_en")
        let measure = try csv.required("measure"), other = try csv.required("other_names")
        let low = try csv.required("low"), high = try csv.required("high")
        let indicators = try csv.required("indicators"), source = try csv.required("source")
        var taken: [String: String] = [:]
        return try csv.rows.map { row in
            func list(_ column: Int) -> [String] { row.values[column].split(separator: "|").map(String.init) }
            func bound(_ column: Int) throws -> Double? {
                if row.values[column].isEmpty { return nil }
                guard let bound = Double(row.values[column]) else {
                    throw TableFault(
                        csv.file, row.line, "\(row.values[column]) is not a number.", "\(row.values[column]) 不是数字。")
                }
                return bound
            }
            let series = StatisticSeries(
                id: row.values[id], name: Phrase(row.values[english], row.values[chinese]),
                measure: row.values[measure], otherNames: list(other), low: try bound(low), high: try bound(high),
                indicators: list(indicators), source: row.values[source])
            guard isID(series.id), Measure.named(series.measure) != nil else {
                throw TableFault(
                    csv.file, row.line, "series \(series.id) or its measure \(series.measure) is not known.",
                    "统计指标 \(series.id) 或其计量单位 \(series.measure) 无法识别。")
            }
            for key in Set(series.keys) {
                if let known = taken.updateValue(series.id, forKey: key) {
                    throw TableFault(
                        csv.file, row.line, "\(known) and \(series.id) are both called \(key).",
                        "\(known) 与 \(series.id) 都称为 \(key)。")
                }
            }
            return series
        }
    }
}
