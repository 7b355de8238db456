import GRDB
import Phrases
import Planning

extension Project {
    /// What is wrong with an indicator's SQL, and at which place; nil when it can be asked.
    ///
    /// Nothing is reckoned. Layers stand for themselves with the fields that the inputs name, whether the project has them or
    /// not.
    package func fault(in indicator: Indicator) throws -> Phrase? {
        let desk = try openDesk()
        return try reckon { db in
            let run = try IndicatorRun(db, desk)
            for input in indicator.inputs {
                guard let reason = try run.fault(in: input) else { continue }
                let place = Self.context(of: reason, input.text)
                return Phrase(
                    "the input \(input.name) of \(indicator.id) is not understood: \(reason)\(place).",
                    "\(indicator.id) 的输入 \(input.name) 无法理解：\(reason)\(place)。")
            }
            guard indicator.isComputed else { return nil }
            let columns = (indicator.inputs.map(\.name) + ["year", "years"]).map { "1 AS \($0.quoted)" }
            do {
                try IndicatorDesk.guarded([], [], in: db) {
                    _ = try db.makeStatement(
                        sql: "SELECT (\(indicator.formula)) FROM (SELECT \(columns.joined(separator: ", ")))")
                }
                return nil
            } catch let error as DatabaseError {
                let reason = error.message ?? error.description
                let place = Self.context(of: reason, indicator.formula)
                return Phrase(
                    "the formula of \(indicator.id) is not understood: \(reason)\(place).",
                    "\(indicator.id) 的公式无法理解：\(reason)\(place)。")
            }
        }
    }
}

extension IndicatorRun {
    /// SQLite's words about what is wrong with an input; nil for nothing.
    fileprivate func fault(in input: IndicatorInput) throws -> String? {
        do {
            switch input.definition {
            case .statistic: return nil
            case .query(let sql):
                try makeZones(IndicatorZones(sql, ground, year: ground.years.last ?? 0), survey: nil, plan: 0)
                try IndicatorDesk.guarded(Self.views, Set(ground.layers.map(\.table)), in: db) {
                    let statement = try db.makeStatement(sql: sql)
                    if statement.columnCount != 2 {
                        throw DatabaseError(
                            message: "it answers \(statement.columnCount) columns instead of (unit, value)")
                    }
                }
            case .sum(let sum) where sum.source.name == "patches":
                let group = sum.source.fields.first ?? ""
                return ClassGroup.standard.contains { $0.name == group } ? nil : "no such column: \(group)"
            case .sum(let sum): try prove(sum)
            }
            return nil
        } catch let error as DatabaseError {
            let reason = error.message ?? error.description
            // Views that only some projects have are told when they are asked.
            let absent = ["reach", "facility", "network", "statistic"].map { "no such table: \($0)" }
            return absent.contains(reason) ? nil : reason
        }
    }

    private func standing(_ view: String, _ columns: [String], flags prefixes: [String]) -> String {
        let flags = prefixes.flatMap { prefix in
            (["class", "code", "category"] + ClassGroup.standard.map(\.name)).map { prefix + $0 }
        }
        let all = (columns + flags).map { "NULL AS \($0.quoted)" }.joined(separator: ", ")
        return "CREATE TEMP VIEW \(view) AS SELECT \(all);"
    }

    private func prove(_ sum: IndicatorSum) throws {
        for name in ["counted", "pairs", "side_a", "side_b"] { try db.execute(sql: "DROP VIEW IF EXISTS temp.\(name)") }
        var from = "counted"
        if sum.source.name == "reach" {
            try db.execute(sql: "CREATE TEMP VIEW counted AS SELECT * FROM temp.reach_row")
        } else if sum.over.isEmpty {
            let isChange = sum.source.name == "change"
            // A layer that is read by row has rows; one that is read from its sums has none that could be named.
            let rows = sum.source.fields.isEmpty && !isChange ? [] : ["uid"]
            try db.execute(
                sql: standing(
                    "counted",
                    ["unit", "count", "area_m2", "net_m2", "year"] + rows + sum.source.fields
                        + (isChange ? ["was"] : []), flags: isChange ? ["", "was_"] : [""]))
        } else {
            try db.execute(
                sql: standing("pairs", ["area_m2", "length_m", "count", "year"], flags: [])
                    + standing("side_a", ["uid", "unit", "whole_m2"] + sum.source.fields, flags: [""])
                    + standing("side_b", ["uid", "whole_m2"] + (sum.over.first?.fields ?? []), flags: [""]))
            from = sum.over.count == 1 ? "pairs AS p, side_a AS a, side_b AS b" : "pairs AS p, side_a AS a"
        }
        try IndicatorDesk.guarded(["counted", "pairs", "side_a", "side_b"], [], in: db) {
            _ = try db.makeStatement(
                sql: "SELECT total(CASE WHEN \(sum.condition) THEN \(sum.measure) END) FROM \(from)")
        }
    }
}
