import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// A plan: a draft world over a base, and later its way through review.
package struct Plan: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var kind: PlanKind
    package var title: String
    package var owner: String
    package var stage: String
    /// When it came to its stage.
    package var since: String
    /// The survey layer that it starts from.
    package var base: Int64?
    /// The planned-use layer whose version it amends.
    package var planned: Int64?
    package var created: String
    package var note: String
    /// The plan that it is a variant of.
    package var variantOf: Int64?

    package init(row: Row) {
        id = row["id"]
        kind = PlanKind(rawValue: row["kind"]) ?? .special
        title = row["title"]
        owner = row["owner"]
        stage = row["stage"]
        since = row["since"]
        base = row["base"]
        planned = row["planned"]
        created = row["created"]
        note = row["note"]
        variantOf = row["variant_of"]
    }

    package var isDraft: Bool { stage == "draft" }
}

/// What a step did: how many features, over which area, and the journal row that keeps it.
package struct StepOutcome: Sendable, Hashable {
    package var journal: Int64
    package var plan: Int64?
    package var step: Int64?
    package var count: Int
    /// Whole hundredths of a square metre.
    package var area: Int64
    /// The line that was done, undone or redone.
    package var line: String
    /// Other drafts that touch the same features.
    package var others: [OtherDraft] = []
    /// How many parcels its boundary crosses, which were left alone for that.
    package var crossed = 0
}

extension Project {
    package func plans() throws -> [Plan] {
        try read { db in try Plan.fetchAll(db, sql: "SELECT * FROM plan ORDER BY id") }
    }

    /// - Throws: `Refusal` that names the plans there are.
    package func plan(_ id: Int64) throws -> Plan {
        let plans = try plans()
        guard let plan = plans.first(where: { $0.id == id }) else {
            let known = plans.map { "\($0.id) \($0.title)" }.joined(separator: ", ")
            throw Refusal(
                .noInput, "There is no plan \(id); there is \(known.isEmpty ? "none yet: 'plan new TITLE'" : known).",
                "没有规划 \(id)；现有：\(known.isEmpty ? "无，可用 plan new 新建" : known)。")
        }
        return plan
    }

    /// Starts a plan on a survey layer.
    ///
    /// - Parameters:
    ///   - planned: the planned-use layer whose version it amends.
    ///   - area: what it is about, in the project's coordinates; nil is the whole county.
    package func newPlan(
        _ title: String, kind: PlanKind, base: Layer?, planned: Layer? = nil, area: Shape? = nil, note: String = "",
        line: String
    ) throws -> Plan {
        try Self.requireTitle(title)
        return try change { db in
            try requireDrafter(in: db)
            let srs = try Int32.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'srs_id'") ?? -1
            let blob = area.map { Data($0.geoPackageBlob(srs: srs, multi: true)) }
            let id = try Self.nextNumber("plan", in: db)
            let (_, changeset) = try Changeset.recording(Schema.recordedTables, in: db) {
                try db.execute(
                    sql: """
                        INSERT INTO plan(id, kind, title, owner, base, planned, area, created, since, note)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        id, kind.rawValue, title, who, base?.id, planned?.id, blob, moment, moment, note,
                    ])
            }
            try record(.set, line: line, in: db, plan: id, detail: title, changeset: changeset)
            return try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [id])
                ?? { throw Refusal(.inputOutput, "The plan was not kept.", "规划未能保存。") }()
        }
    }

    static func requireTitle(_ title: String) throws {
        guard title.trimmed.isEmpty else { return }
        throw Refusal(.usage, "A plan needs a title, such as 'plan new North'.", "规划需要名称，如 plan new 北部。")
    }

    /// The next number of a table, out of the range of this copy of the project. Where the table keeps count, a number
    /// that a row once had is not given again: what is redone comes back with its own.
    static func nextNumber(_ table: String, in db: Database) throws -> Int64 {
        let replica = try Int64.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'replica'") ?? 0
        let first = replica << 40
        let last = try Int64.fetchOne(
            db,
            sql: """
                SELECT max(id) FROM (
                    SELECT max(id) AS id FROM \(table) WHERE id >= :first AND id < :end
                    UNION ALL SELECT seq FROM sqlite_sequence WHERE name = :table AND seq >= :first AND seq < :end)
                """, arguments: ["first": first, "end": (replica + 1) << 40, "table": table])
        return (last ?? first) + 1
    }
}
