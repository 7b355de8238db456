import Foundation
import GRDB
import Geometry
import Phrases
import Planning

extension Project {
    /// Analyses boundaries one after another, and keeps what they came to.
    ///
    /// Each is held against the last kept analysis of the same outline and class. A project that is read only is analysed
    /// all the same, and nothing is kept. Keeping an analysis is no change of the county: it needs no role and has no row
    /// in the journal, as a run of the rules has none; its own row names who, when, the journal's last row and the
    /// boundary's hashes.
    ///
    /// - Parameter tell: told what is at work; what it throws ends the analysis.
    /// - Throws: `Refusal` where the boundary cannot be analysed, or what `tell` throws.
    package func analyse(
        _ boundary: AnalysedBoundary, _ request: AnalysisRequest = AnalysisRequest(),
        tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> BoundaryAnalysis {
        let desk = try AnalysisDesk(self, request)
        defer { try? desk.close() }
        let analysis = try desk.analyse(checked(boundary), tell: tell)
        return try keep([analysis])[0]
    }

    /// Keeps analyses in one transaction, and holds each against the one before it.
    ///
    /// - Returns: the same with their numbers and comparisons, in the same order.
    package func keep(_ analyses: [BoundaryAnalysis]) throws -> [BoundaryAnalysis] {
        var kept = analyses
        let records = analyses.map(AnalysisRecord.init(of:))
        let texts = try Self.texts(of: records)
        func compare(_ index: Int, _ db: Database) throws {
            let row = try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT * FROM analysis WHERE shape_hash = ? AND target = ? ORDER BY id DESC LIMIT 1"),
                arguments: [analyses[index].boundary.shapeHash, records[index].target])
            guard let row else { return }
            // Most often nothing has changed: then what was kept need not be read, which takes as long as to write it.
            if row["record"] as String == texts[index] {
                kept[index].comparison = AnalysisComparison(
                    same: row["id"], time: row["time"], who: row["who"], now: records[index])
            } else if let before = Self.analysis(row) {
                kept[index].comparison = AnalysisComparison(before, now: records[index])
            }
        }
        guard !isReadOnly else {
            try read { db in for index in kept.indices { try compare(index, db) } }
            return kept
        }
        try change { db in
            let srs = Int32(try Self.setting("srs_id", in: db) ?? "") ?? -1
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO analysis(id, time, who, day, journal, name, number, source, source_hash, shape_hash, target,
                        area, declared, outline, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            var id = try Self.nextNumber("analysis", in: db)
            for index in kept.indices {
                try compare(index, db)
                let (analysis, boundary) = (kept[index], kept[index].boundary)
                try statement.execute(arguments: [
                    id, clock ?? Self.now(), who, analysis.day, analysis.journal, boundary.name, boundary.number,
                    boundary.source, boundary.hash, boundary.shapeHash, records[index].target, analysis.area,
                    boundary.declared, Data(boundary.shape.geoPackageBlob(srs: srs, multi: true)),
                    texts[index],
                ])
                kept[index].number = id
                id += 1
            }
        }
        return kept
    }

    /// Records as they are kept: the same record is the same text.
    private static func texts(of records: [AnalysisRecord]) throws -> [String] {
        try TwoHands.each("record", of: records.count, goOn: {}) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return encoder
        } work: { number, encoder, _ in
            String(decoding: try encoder.encode(records[number]), as: UTF8.self)
        }
    }

    /// The kept analyses, the newest first.
    ///
    /// What they found is counted in the database: of a large boundary it is megabytes, and none of it is shown in a list. The
    /// places in a row are those of `AnalysisRecord+Rows.swift`: 4 of a meeting its verdict, 0 and 2 of a finding its rule and
    /// whether that is broken.
    package func analyses(limit: Int = 1000) throws -> [KeptAnalysisSummary] {
        try read { db in
            try KeptAnalysisSummary.fetchAll(
                db,
                sql: """
                    SELECT a.id, a.time, a.who, a.name, a.number, a.source, a.source_hash, a.target, a.area, a.day, a.journal,
                        (SELECT count(*) FROM json_each(a.record, '$.meetings') AS m WHERE m.value ->> '$[4]' = 'overlap')
                            AS met,
                        json_array_length(a.record, '$.findings') AS findings,
                        (SELECT count(*) FROM json_each(a.record, '$.findings') AS f WHERE f.value ->> '$[2]') AS broken,
                        (SELECT count(DISTINCT f.value ->> '$[0]') FROM json_each(a.record, '$.findings') AS f
                            WHERE f.value ->> '$[2]') AS rules
                    FROM analysis AS a
                    WHERE json_type(a.record, '$.findings') = 'array'
                        AND coalesce(json_type(a.record, '$.findings[0]'), 'array') = 'array'
                    ORDER BY a.id DESC LIMIT ?
                    """, arguments: [limit])
        }
    }

    /// A kept analysis, and what differs from the one of the same boundary before it.
    ///
    /// - Throws: `Refusal` when there is none of that number.
    package func analysis(_ id: Int64) throws -> (kept: KeptAnalysis, comparison: AnalysisComparison?) {
        let found = try read { db -> (KeptAnalysis, KeptAnalysis?)? in
            guard
                let kept = try Row.fetchOne(db, sql: "SELECT * FROM analysis WHERE id = ?", arguments: [id])
                    .flatMap(Self.analysis)
            else { return nil }
            let before = try Row.fetchOne(
                db,
                sql: "SELECT * FROM analysis WHERE shape_hash = ? AND target = ? AND id < ? ORDER BY id DESC LIMIT 1",
                arguments: [kept.boundary.shapeHash, kept.record.target, id]
            ).flatMap(Self.analysis)
            return (kept, before)
        }
        guard let (kept, before) = found else {
            throw Refusal(
                .noInput, "There is no analysis \(id); 'analysis list' lists them.",
                "没有第 \(id) 次分析；可用 analysis list 列出。")
        }
        return (kept, before.map { AnalysisComparison($0, now: kept.record) })
    }

    /// A kept analysis as a screen shows it, whatever became of the data since.
    ///
    /// - Throws: `Refusal` when there is none of that number.
    package func analysis(readBack id: Int64) throws -> BoundaryAnalysis {
        let (kept, comparison) = try analysis(id)
        let names = try read { db in
            AnalysisNames(
                layers: try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry ORDER BY id").map(AnalysedLayer.init),
                classes: Dictionary(
                    try StoredClass.fetchAll(db, sql: "SELECT * FROM land_class").map { ($0.code, $0.name) },
                    uniquingKeysWith: { first, _ in first }),
                rules: try Self.allRules(in: db))
        }
        var analysis = BoundaryAnalysis(kept, comparison: comparison, names: names)
        analysis.system = try coordinateSystem()?.title ?? ""
        return analysis
    }

    /// Nil for a row that another program wrote something else into.
    private static func analysis(_ row: Row) -> KeptAnalysis? {
        let text: String = row["record"]
        guard let record = try? JSONDecoder().decode(AnalysisRecord.self, from: Data(text.utf8)) else { return nil }
        var shape = Shape(kind: .polygon)
        let blob: Data = row["outline"]
        _ = blob.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) }
        return KeptAnalysis(
            id: row["id"], time: row["time"], who: row["who"], day: row["day"], journal: row["journal"],
            boundary: AnalysedBoundary(
                name: row["name"], number: row["number"], source: row["source"], hash: row["source_hash"],
                shapeHash: row["shape_hash"], shape: shape, declared: row["declared"]),
            record: record)
    }
}

/// A kept analysis as a list shows it.
package struct KeptAnalysisSummary: Sendable, Hashable, Identifiable, FetchableRecord {
    package let id: Int64
    package let time: String
    package let who: String
    /// The boundary's name and number, the file that it came in, and the SHA-256 of its bytes.
    package let name: String
    package let number: String
    package let source: String
    package let hash: String
    /// The class that the land inside was taken to become.
    package let target: String
    /// Whole hundredths of a square metre.
    package let area: Int64
    package let day: String
    package let journal: Int64
    /// How many features it overlaps.
    package let met: Int64
    /// How many findings are broken rules, how many could not be checked, and how many rules are broken.
    package let broken: Int64
    package let unchecked: Int64
    package let brokenRules: Int64

    package init(row: Row) {
        (id, time, who) = (row["id"], row["time"], row["who"])
        (name, number, source, hash) = (row["name"], row["number"], row["source"], row["source_hash"])
        (target, area, day, journal) = (row["target"], row["area"], row["day"], row["journal"])
        let findings: Int64 = row["findings"]
        (met, broken, brokenRules) = (row["met"], row["broken"], row["rules"])
        unchecked = findings - broken
    }
}
