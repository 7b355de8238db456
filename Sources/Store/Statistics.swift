import Foundation
import GRDB
import Phrases
import Planning

/// A value of a series with where it comes from.
package struct StatisticValue: Sendable, Hashable, FetchableRecord {
    package var key: StatisticEntry.Key
    /// The unit's name; empty for one that the project does not know.
    package var unitName: String
    package var value: Double
    package var measure: String
    /// 1 for the first.
    package var revision: Int
    /// Whether a newer revision took its place.
    package var isReplaced: Bool
    package var file: String
    package var hash: String
    package var line: Int
    package var time: String
    package var who: String

    package init(row: Row) {
        key = .init(series: row["series"], unit: row["unit"], year: row["year"])
        unitName = row["unit_name"] ?? ""
        (value, measure, revision) = (row["value"], row["measure"], row["revision"])
        isReplaced = row["replaced"]
        (file, hash, line) = (row["file"], row["hash"], row["line"])
        (time, who) = (row["time"], row["who"])
    }
}

/// A series and what there is of it.
package struct StatisticHolding: Sendable, Hashable {
    package var series: StatisticSeries
    /// Whether the bureau made it.
    package var isOwn: Bool
    package var units: Int
    /// The years that have values; nil where there are none.
    package var years: ClosedRange<Int>?
    package var values: Int
    /// Values that took the place of others.
    package var revised: Int
}

/// What an import of statistics did, or would do.
package struct StatisticOutcome: Sendable {
    package var added = 0
    package var revised = 0
    /// Values that stood there already.
    package var unchanged = 0
    /// Series that it made.
    package var made: [String] = []
    package var review: StatisticReview
    /// The row of the journal; nil where nothing was kept.
    package var journal: Int64?
}

extension Project {
    // MARK: Reading

    /// The series of the project, those of the table first.
    package func statisticSeries() throws -> [StatisticSeries] { try read { db in try Self.statisticSeries(in: db) } }

    static func statisticSeries(in db: Database) throws -> [StatisticSeries] {
        let order = Dictionary(
            uniqueKeysWithValues: StatisticSeries.standard.enumerated().map { ($0.element.id, $0.offset) })
        return try Row.fetchAll(db, sql: "SELECT * FROM statistic_series ORDER BY own, id").map { row in
            func list(_ column: String) -> [String] {
                (row[column] as String).split(separator: "|").map(String.init)
            }
            return StatisticSeries(
                id: row["id"], name: Phrase(row["name_en"], row["name_zh"]), measure: row["measure"],
                otherNames: list("other_names"), low: row["low"], high: row["high"], indicators: list("indicators"),
                source: row["source"])
        }.sorted { (order[$0.id] ?? .max) < (order[$1.id] ?? .max) }
    }

    /// The series that a word names: by id, name or another name.
    ///
    /// - Throws: `Refusal` that names series like it.
    package func statisticSeries(_ word: String) throws -> StatisticSeries {
        let all = try statisticSeries()
        let key = StatisticSeries.key(word)
        guard let found = all.first(where: { $0.keys.contains(key) }) else {
            let known = listed(all.map(\.id), resembling: word)
            throw Refusal(
                .noInput, "There is no series \(word); the project has \(known).", "没有统计指标 \(word)；现有：\(known)。")
        }
        return found
    }

    /// Every series and what there is of it.
    package func statisticHoldings() throws -> [StatisticHolding] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT series, count(DISTINCT unit) AS units, min(year) AS first, max(year) AS last,
                        count(*) FILTER (WHERE revision = 1) AS "values", count(*) FILTER (WHERE revision > 1) AS revised
                    FROM statistic_value GROUP BY series
                    """)
            let held = Dictionary(uniqueKeysWithValues: rows.map { ($0["series"] as String, $0) })
            let own = try Set(String.fetchAll(db, sql: "SELECT id FROM statistic_series WHERE own"))
            return try Self.statisticSeries(in: db).map { series in
                let row = held[series.id]
                return StatisticHolding(
                    series: series, isOwn: own.contains(series.id), units: row?["units"] ?? 0,
                    years: row.map { ($0["first"] as Int)...($0["last"] as Int) }, values: row?["values"] ?? 0,
                    revised: row?["revised"] ?? 0)
            }
        }
    }

    /// Values in the order of series, units and years.
    ///
    /// - Parameters:
    ///   - series: nil for all.
    ///   - unit: a code, with everything in it; nil for all.
    ///   - withRevisions: those that were replaced too, the newest first.
    package func statisticValues(of series: String? = nil, unit: String? = nil, withRevisions: Bool = false) throws
        -> [StatisticValue]
    {
        try read { db in
            try StatisticValue.fetchAll(
                db,
                sql: """
                    SELECT v.*, u.name AS unit_name, s.measure, o.file, o.hash, o.time, o.who, EXISTS (
                        SELECT 1 FROM statistic_value AS n WHERE n.series = v.series AND n.unit = v.unit
                            AND n.year = v.year AND n.revision > v.revision) AS replaced
                    FROM statistic_value AS v JOIN statistic_source AS o ON o.id = v.source
                        JOIN statistic_series AS s ON s.id = v.series LEFT JOIN unit AS u ON u.code = v.unit
                    WHERE (:series IS NULL OR v.series = :series)
                        AND (:unit IS NULL OR v.unit = :unit OR substr(v.unit, 1, length(:unit)) = :unit)
                        AND (:all OR NOT replaced)
                    ORDER BY v.series, v.unit, v.year, v.revision DESC
                    """, arguments: ["series": series, "unit": unit, "all": withRevisions])
        }
    }

    /// A number that changes with every value that is kept.
    package func statisticRevision() throws -> Int64 {
        try read { db in try Int64.fetchOne(db, sql: "SELECT max(id) FROM statistic_value") ?? 0 }
    }

    // MARK: Importing

    /// Keeps the values of a table, or looks what keeping them would do.
    ///
    /// A value that stands there already is left; another is a newer revision.
    ///
    /// - Parameters:
    ///   - own: series that the bureau makes; those that the project has are left.
    ///   - file: the table's name, for people.
    ///   - hash: its SHA-256.
    ///   - isTrial: keeps nothing.
    package func importStatistics(
        _ entries: [StatisticEntry], own: [StatisticSeries] = [], file: String, hash: String, line: String,
        isTrial: Bool = false
    ) throws -> StatisticOutcome {
        if isTrial { return try read { db in try Self.outcome(of: entries, own, in: db).outcome } }
        return try change { db in
            try require([.administrator, .drafter, .monitor], to: Phrase("import statistics", "导入统计数据"), in: db)
            var (outcome, kept) = try Self.outcome(of: entries, own, in: db)
            guard !kept.isEmpty || !outcome.made.isEmpty else { return outcome }
            let journal = try record(
                .import, line: line, in: db,
                detail: "\(file): \(outcome.added) values, \(outcome.revised) revised", sourceHash: hash)
            outcome.journal = journal
            for series in own where outcome.made.contains(series.id) {
                try db.execute(sql: StatisticSchema.insertion(series, own: true))
            }
            let source = try Self.nextNumber("statistic_source", in: db)
            try db.execute(
                sql: "INSERT INTO statistic_source(id, time, who, file, hash, journal) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [source, clock ?? Self.now(), who, file, hash, journal])
            var id = try Self.nextNumber("statistic_value", in: db)
            let statement = try db.makeStatement(
                sql: """
                    INSERT INTO statistic_value(id, series, unit, year, revision, value, source, line)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            for (entry, revision) in kept {
                try statement.execute(arguments: [
                    id, entry.key.series, entry.key.unit, entry.key.year, revision, entry.value, source, entry.line,
                ])
                id += 1
            }
            return outcome
        }
    }

    /// What keeping values comes to: how many are new, and which are kept as which revision.
    private static func outcome(of entries: [StatisticEntry], _ own: [StatisticSeries], in db: Database) throws -> (
        outcome: StatisticOutcome, kept: [(StatisticEntry, revision: Int)]
    ) {
        let concerned = Set(entries.map(\.key.series))
        var values: [StatisticEntry.Key: Double] = [:]
        var revisions: [StatisticEntry.Key: Int] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "SELECT series, unit, year, revision, value FROM statistic_value ORDER BY id")
        while let row = try rows.next() {
            let key = StatisticEntry.Key(series: row["series"], unit: row["unit"], year: row["year"])
            guard concerned.contains(key.series), row["revision"] > revisions[key] ?? 0 else { continue }
            (values[key], revisions[key]) = (row["value"], row["revision"])
        }
        let known = try statisticSeries(in: db)
        let made = own.filter { one in !known.contains { $0.id == one.id } }
        var outcome = StatisticOutcome(review: StatisticReview(series: [], values: [:], new: [], units: []))
        var kept: [(StatisticEntry, revision: Int)] = []
        for entry in entries {
            if values[entry.key] == entry.value {
                outcome.unchanged += 1
                continue
            }
            if revisions[entry.key] == nil { outcome.added += 1 } else { outcome.revised += 1 }
            kept.append((entry, revision: (revisions[entry.key] ?? 0) + 1))
            values[entry.key] = entry.value
        }
        outcome.made = made.map(\.id)
        let units = try String.fetchAll(db, sql: "SELECT code FROM unit WHERE code <> '' ORDER BY code")
        outcome.review = StatisticReview(
            series: (known + made).filter { concerned.contains($0.id) }, values: values,
            new: Set(kept.map(\.0.key)), units: units)
        return (outcome, kept)
    }
}
