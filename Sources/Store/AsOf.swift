import GRDB
import Phrases
import Planning

/// The past of the one map: as of which row of the journal something is asked.
extension Project {
    /// The newest row of the journal on a day, or before it.
    ///
    /// - Parameter day: such as 2026-01-31, in UTC as the journal tells its times; `now` is the present.
    /// - Returns: nil for the present.
    /// - Throws: `Refusal` for what is no day, and for one before the project began.
    package func journal(asOf day: String) throws -> Int64? {
        if day == "now" { return nil }
        guard let number = WorkCalendar.day(day), WorkCalendar.text(number) == day else {
            throw Refusal(
                .usage, "‘\(day)’ is no day; write it as \(today), or ‘now’.", "“\(day)”不是日期；应写作 \(today)，或 now。")
        }
        guard day <= today else {
            throw Refusal(.usage, "\(day) is yet to come; today is \(today).", "\(day) 尚未到来；今天是 \(today)。")
        }
        return try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT (SELECT max(id) FROM journal WHERE time < :next) AS last, (SELECT max(id) FROM journal) AS newest,
                        (SELECT time FROM journal ORDER BY id LIMIT 1) AS first
                    """, arguments: ["next": WorkCalendar.text(number + 1)])
            guard let last = row?["last"] as Int64? else {
                let first = ((row?["first"] as String?) ?? "").prefix(10)
                throw Refusal(
                    .noInput, "There is nothing as of \(day): the project begins on \(first).",
                    "\(day) 尚无数据：项目始于 \(first)。")
            }
            return last == row?["newest"] as Int64? ? nil : last
        }
    }

    /// The journal row that published a plan; nil where none has.
    static func publication(of plan: Int64, in db: Database) throws -> Int64? {
        guard plan != 0 else { return nil }
        let statement = try db.cachedStatement(sql: "SELECT min(journal) FROM publication WHERE plan = ?")
        return try Int64.fetchOne(statement, arguments: [plan])
    }

    /// As of which journal row a plan's world is seen: that before its publication, else that where the connection
    /// stands; nil is the present.
    static func asOf(_ plan: Int64, in db: Database) throws -> Int64? {
        try publication(of: plan, in: db).map { $0 - 1 } ?? Int64.fetchOne(db, sql: "SELECT as_of FROM temp.here")
    }

    /// From when a feature was in force, until when, and by which plans: journal rows, days and plans.
    package func validity(of uid: Int64) throws -> FeatureValidity? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT f.valid_from, f.valid_to, a.time AS since, b.time AS until,
                        (SELECT plan FROM publication AS p WHERE p.uid = f.uid AND p.op <> 'supersede' LIMIT 1) AS made_by,
                        (SELECT plan FROM publication AS p WHERE p.uid = f.uid AND p.op = 'supersede' LIMIT 1) AS ended_by
                    FROM feature AS f LEFT JOIN journal AS a ON a.id = f.valid_from
                        LEFT JOIN journal AS b ON b.id = f.valid_to
                    WHERE f.uid = ? AND (f.valid_from IS NOT NULL OR f.valid_to IS NOT NULL)
                    """, arguments: [uid]
            ).map { row in
                FeatureValidity(
                    since: (row["since"] as String?).map { String($0.prefix(10)) }, madeBy: row["made_by"],
                    until: (row["until"] as String?).map { String($0.prefix(10)) }, endedBy: row["ended_by"],
                    before: try Int64.fetchAll(
                        db, sql: "SELECT parent FROM lineage WHERE child = ? AND plan = 0 ORDER BY parent",
                        arguments: [uid]
                    ),
                    after: try Int64.fetchAll(
                        db, sql: "SELECT child FROM lineage WHERE parent = ? AND plan = 0 ORDER BY child",
                        arguments: [uid]))
            }
        }
    }
}

/// Since when a feature of the one map is in force, and until when it was.
package struct FeatureValidity: Sendable, Hashable {
    /// A day; nil for what came with an import.
    package var since: String?
    package var madeBy: Int64?
    package var until: String?
    package var endedBy: Int64?
    /// What it came from by publication, and what came from it.
    package var before: [Int64]
    package var after: [Int64]
}
