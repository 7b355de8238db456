import GRDB
import Phrases
import Planning

/// Features of one class: how many, over which area, in whole hundredths of a square metre.
package struct ClassSum: Sendable, Hashable, FetchableRecord {
    package var `class`: Int64
    package var count: Int64
    package var area: Int64
    package var net: Int64

    package init(row: Row) {
        `class` = row["class"]
        count = row["count"]
        area = row["area"]
        net = row["net"]
    }
}

/// What a plan turns from one class into another.
package struct ClassChange: Sendable, Hashable, FetchableRecord {
    package var from: Int64
    package var to: Int64
    package var count: Int64
    package var area: Int64

    package init(row: Row) {
        from = row["source"]
        to = row["target"]
        count = row["count"]
        area = row["area"]
    }
}

extension Project {
    /// What a layer holds by class, largest area first; the base plus what `plan` changes. Costs the same at any size.
    package func classSums(of layer: Layer, plan: Int64) throws -> [ClassSum] {
        try read { db in
            try ClassSum.fetchAll(
                db,
                sql: """
                    SELECT class, sum(count) AS count, sum(area) AS area, sum(net) AS net FROM (
                        SELECT class, count, area, net FROM summary WHERE layer = :layer
                        UNION ALL
                        SELECT class, count, area, net FROM plan_summary WHERE plan = :plan AND layer = :layer
                        \(try Self.pastSums(plan, in: db)))
                    GROUP BY class HAVING sum(count) <> 0 ORDER BY 3 DESC, 1
                    """, arguments: ["layer": layer.id, "plan": plan])
        }
    }

    /// What makes the sums of a layer those of the time at which a plan's world is seen.
    private static func pastSums(_ plan: Int64, in db: Database) throws -> String {
        guard let time = try asOf(plan, in: db) else { return "" }
        return """
            UNION ALL SELECT class, count, area, net FROM (\(Here.correction(String(time)))) WHERE layer = :layer
            """
    }

    /// What a plan changes, from class to class; class 0 stands for no land before, or none after.
    package func classChanges(in plan: Int64) throws -> [ClassChange] {
        try read { db in
            try Self.standing(in: plan, db) {
                try ClassChange.fetchAll(
                    db,
                    sql: """
                        SELECT from_class AS source, to_class AS target, count(*) AS count, sum(area) AS area
                        FROM change WHERE from_class <> to_class GROUP BY 1, 2 ORDER BY 4 DESC
                        """)
            }
        }
    }

    package func editCount(in plan: Int64) throws -> Int {
        try read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM plan_edit WHERE plan = ?", arguments: [plan]) ?? 0
        }
    }

    /// The survey layer of the latest year.
    package func newestSurvey() throws -> Layer? {
        try layers().filter { $0.role == .parcels }.max { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }
    }

    /// The features that words name: uids (`12`), ranges of uids (`20-25`), or numbers of the source (BSM).
    ///
    /// - Parameter layer: where to look for numbers; nil looks everywhere.
    /// - Throws: `Refusal` for a word that names none, or a number that names several.
    package func uids(_ words: [String], layer: Int64?) throws -> [Int64] {
        var found: [Int64] = []
        var seen: Set<Int64> = []
        for word in words.flatMap({ $0.split(separator: ",").map(String.init) }) {
            for uid in try uids(of: word, layer: layer) where seen.insert(uid).inserted { found.append(uid) }
        }
        guard !found.isEmpty else {
            throw Refusal(.usage, "Which parcels? Name them by number: 12 13 20-25.", "请指明图斑编号，如 12 13 20-25。")
        }
        return found
    }

    private func uids(of word: String, layer: Int64?) throws -> [Int64] {
        if let uid = Int64(word), try layerID(of: uid) != nil { return [uid] }
        let ends = word.split(separator: "-").compactMap { Int64($0) }.sorted()
        if ends.count == 2, ends[0] <= ends[1], ends[1] - ends[0] < 1_000_000, try layerID(of: ends[0]) != nil {
            return Array(ends[0]...ends[1])
        }
        let found = try parcels(numbered: word, layer: layer)
        guard found.count <= 1 else {
            let list = found.prefix(9).map(String.init).joined(separator: ", ")
            throw Refusal(
                .usage, "The number \(word) belongs to several parcels: \(list). Name one of these.",
                "标识码 \(word) 对应多个图斑：\(list)，请用图斑编号指明。")
        }
        guard let only = found.first else {
            throw Refusal(.noInput, "There is no parcel \(word).", "没有图斑 \(word)。")
        }
        return [only]
    }
}
