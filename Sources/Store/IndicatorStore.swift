import Foundation
import GRDB
import Phrases
import Planning

/// The project's indicators, and what is wanted of its units.
extension Project {
    /// Of each indicator the newest version, in the order of their ids; without those that another program wrote and that none
    /// can be made of.
    static func indicators(in db: Database) throws -> [Indicator] {
        let columns = Indicator.columns.map { "i.\($0.quoted)" }.joined(separator: ", ")
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM main.indicator AS i
                    WHERE version = (SELECT max(version) FROM main.indicator AS n WHERE n.id = i.id) ORDER BY id
                    """))
        var indicators: [Indicator] = []
        while let row = try rows.next() {
            var cells: [String: String] = [:]
            cells.reserveCapacity(Indicator.columns.count)
            for (index, column) in Indicator.columns.enumerated() { cells[column] = text(row[index]) ?? "" }
            if let indicator = try? IndicatorTable.indicator(cells) { indicators.append(indicator) }
        }
        return indicators
    }

    /// - Throws: `Refusal` that names the indicators with ids like it.
    package func indicator(_ id: String) throws -> Indicator {
        let all = try indicatorLibrary()
        guard let found = all.first(where: { $0.id.lowercased() == id.lowercased() }) else {
            throw Refusal(
                .noInput, "There is no indicator \(id); the project has \(listed(all.map(\.id), resembling: id)).",
                "没有指标 \(id)；现有：\(listed(all.map(\.id), resembling: id))。")
        }
        return found
    }

    /// Adds indicators, or newer versions of indicators that are there.
    ///
    /// - Returns: how many are new, and how many replace another.
    package func addIndicators(_ indicators: [Indicator], line: String) throws -> (added: Int, replaced: Int) {
        try change { db in
            try require([.administrator], to: Phrase("change the indicators", "修改指标"), in: db)
            var (added, replaced) = (0, 0)
            for given in indicators {
                var indicator = given
                let newest = try Int.fetchOne(
                    db, sql: "SELECT max(version) FROM indicator WHERE id = ?", arguments: [given.id])
                if let newest {
                    indicator = given.numbered(max(given.version, newest + 1))
                    replaced += 1
                } else {
                    added += 1
                }
                try db.execute(sql: IndicatorSchema.insertion(indicator))
            }
            try record(.set, line: line, in: db, detail: indicators.map(\.id).joined(separator: " "))
            return (added, replaced)
        }
    }

    /// Keeps what is wanted of a unit in a year; nil takes it back.
    ///
    /// - Parameter year: 0 for any year that has no target of its own.
    package func setTarget(_ target: Target?, of indicator: Indicator, unit: Unit, year: Int, line: String) throws {
        try change { db in
            try require([.administrator, .monitor], to: Phrase("set targets", "设定目标"), in: db)
            if let target {
                try db.execute(
                    sql:
                        "INSERT OR REPLACE INTO indicator_target(indicator, unit, year, low, high) VALUES (?, ?, ?, ?, ?)",
                    arguments: [indicator.id, unit.code, year, target.low, target.high])
            } else {
                try db.execute(
                    sql: "DELETE FROM indicator_target WHERE indicator = ? AND unit = ? AND year = ?",
                    arguments: [indicator.id, unit.code, year])
            }
            try record(
                .set, line: line, in: db,
                detail: "\(indicator.id) \(unit.code) \(year) \(target.map(\.description) ?? "-")")
        }
    }

    /// What is wanted of a unit, by indicator and year.
    static func targets(of unit: String, in db: Database) throws -> [String: [(year: Int, target: Target)]] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql:
                    "SELECT indicator, year, low, high FROM main.indicator_target WHERE unit = ? ORDER BY indicator, year"
            ),
            arguments: [unit])
        return Dictionary(grouping: rows) { $0["indicator"] as String }.mapValues { rows in
            rows.map { ($0["year"], Target(low: $0["low"], high: $0["high"])) }
        }
    }

    /// What is wanted in a year: the target of the next year that has one, else that of any year, else the last one.
    static func target(_ year: Int, of targets: [(year: Int, target: Target)], else standard: Target?) -> Target? {
        targets.first { $0.year >= year }?.target ?? targets.first { $0.year == 0 }?.target
            ?? targets.last?.target ?? standard
    }

    /// The unit that a code or name stands for; without one the county.
    ///
    /// - Throws: `Refusal` that names units like it.
    package func indicatorUnit(_ word: String?) throws -> Unit {
        let desk = try openDesk()
        return try reckon { db in
            let units = try desk.units(in: db)
            guard let word else {
                if let county = units.county, let unit = units.byID[county] { return unit }
                throw Refusal(
                    .noInput, "The project has no units yet; import a survey or units first.", "项目尚无行政单元，请先导入调查图层。")
            }
            let code = UnitCode(word)?.digits ?? word
            if let id = units.byCode[code], let unit = units.byID[id] { return unit }
            let named = units.byID.values.filter { $0.name == word }.sorted { $0.code < $1.code }
            if named.count == 1 { return named[0] }
            let known =
                named.isEmpty
                ? listed(units.byID.values.map(\.code).sorted(), resembling: word)
                : named.map(\.code).joined(separator: ", ")
            throw Refusal(
                .noInput,
                named.isEmpty
                    ? "There is no unit \(word); there is \(known)."
                    : "\(word) is the name of several units: \(known). Give the code.",
                named.isEmpty ? "没有单元 \(word)；现有：\(known)。" : "\(word) 对应多个单元：\(known)，请写明代码。")
        }
    }
}
