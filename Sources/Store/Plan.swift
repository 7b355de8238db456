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
        base = row["base"]
        planned = row["planned"]
        created = row["created"]
        note = row["note"]
        variantOf = row["variant_of"]
    }

    package var isDraft: Bool { stage == "draft" }
    /// The stage in people's words; a stage that the file alone knows is shown as it stands there.
    package var stageName: String { isDraft ? say("draft", "草案") : stage }
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
    package func newPlan(_ title: String, kind: PlanKind, base: Layer?, line: String) throws -> Plan {
        try change { db in
            let id = try Self.nextNumber("plan", in: db)
            let (_, changeset) = try Changeset.recording(Schema.recordedTables, in: db) {
                try db.execute(
                    sql: "INSERT INTO plan(id, kind, title, owner, base, created) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [id, kind.rawValue, title, who, base?.id, Self.now()])
            }
            try record(.set, line: line, in: db, plan: id, detail: title, changeset: changeset)
            return try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [id])
                ?? { throw Refusal(.inputOutput, "The plan was not kept.", "规划未能保存。") }()
        }
    }

    /// Plans another class for features: one step, which `undo` takes back.
    ///
    /// Features that have the class already are left alone.
    package func setClass(of uids: [Int64], to code: LandUseCode, in planID: Int64, line: String) throws -> StepOutcome
    {
        let target = try landClass(code)
        return try step(line: line, plan: planID) { db, step in
            let plan = try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [planID])
            var next = try Self.nextNumber("plan_edit", in: db)
            var missing: [Int64] = []
            for uid in uids {
                let edit = try Row.fetchOne(
                    db, sql: "SELECT id, class, op FROM plan_edit WHERE plan = ? AND uid = ?", arguments: [planID, uid])
                if let edit, edit["op"] as String != "remove" {
                    guard edit["class"] as Int64 != target.id else { continue }
                    try db.execute(
                        sql: "UPDATE plan_edit SET class = ?, step = ? WHERE id = ?",
                        arguments: [target.id, step, edit["id"] as Int64])
                    continue
                }
                let base = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT layer, class, unit, area, net FROM feature WHERE uid = ? AND valid_to IS NULL
                        """, arguments: [uid])
                guard let base, edit == nil, plan?.base == nil || base["layer"] as Int64? == plan?.base else {
                    missing.append(uid)
                    continue
                }
                guard base["class"] as Int64 != target.id else { continue }
                try db.execute(
                    sql: """
                        INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net)
                        VALUES (?, ?, ?, ?, ?, 'set', ?, ?, ?, ?)
                        """,
                    arguments: [
                        next, planID, step, base["layer"] as Int64, uid, target.id, base["unit"] as Int64,
                        base["area"] as Int64, base["net"] as Int64,
                    ])
                next += 1
            }
            guard missing.isEmpty else {
                let list = missing.prefix(5).map(String.init).joined(separator: ", ")
                throw Refusal(
                    .noInput,
                    "Plan \(planID) has no parcel \(list)\(missing.count > 5 ? " …" : ""); nothing was changed.",
                    "规划 \(planID) 的底图中没有图斑 \(list)\(missing.count > 5 ? " 等" : "")，未作修改。")
            }
        }
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
