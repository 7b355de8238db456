import Foundation
import GRDB
import Geometry
import Phrases
import Planning

extension Project {
    /// Makes one step of a plan: changes, changeset and journal row in one transaction, and what is derived from the
    /// rows mended.
    func step(line: String, plan: Int64, _ change: (Database, _ step: Int64) throws -> Void) throws -> StepOutcome {
        try self.change { db in
            let stage = try String.fetchOne(db, sql: "SELECT stage FROM plan WHERE id = ?", arguments: [plan])
            try Self.requireDraft(stage, plan)
            try requireDrafter(in: db)
            let last = try Int64.fetchOne(db, sql: "SELECT max(step) FROM journal WHERE plan = ?", arguments: [plan])
            let step = (last ?? 0) + 1
            let (_, changeset) = try Changeset.recording(Schema.recordedTables, in: db) { try change(db, step) }
            let touched = try Self.mend(after: changeset, in: db)
            guard !changeset.isEmpty else {
                return StepOutcome(journal: 0, plan: plan, step: nil, count: 0, area: 0, line: line)
            }
            let id = try record(.do, line: line, in: db, plan: plan, step: step, changeset: changeset)
            return StepOutcome(
                journal: id, plan: plan, step: step, count: touched.edits.count, area: touched.area, line: line,
                others: try Self.others(than: plan, touching: touched.edits, db))
        }
    }

    /// Takes back my last step in a plan that still stands.
    package func undo(in plan: Int64, line: String) throws -> StepOutcome {
        try change { db in
            let entry = try lastStep(in: plan, db)
            guard let entry else {
                throw Refusal(
                    .notAllowed, "There is nothing of yours to undo in plan \(plan).", "规划 \(plan) 中没有可撤销的本人操作。")
            }
            return try replay(entry, as: .undo, line: line, by: entry.changeset.inverse(), in: db)
        }
    }

    /// Makes the step again that was last taken back. A new step since closes that way.
    package func redo(in plan: Int64, line: String) throws -> StepOutcome {
        try change { db in
            let entry = try nextStep(in: plan, db)
            guard let entry else {
                throw Refusal(.notAllowed, "There is nothing to redo in plan \(plan).", "规划 \(plan) 中没有可重做的操作。")
            }
            return try replay(entry, as: .redo, line: line, by: entry.changeset, in: db)
        }
    }

    /// My last step in a plan that still stands.
    private func lastStep(in plan: Int64, _ db: Database) throws -> JournalEntry? {
        try JournalEntry.fetchOne(
            db,
            sql: """
                SELECT * FROM journal AS j WHERE plan = ? AND who = ? AND kind = 'do'
                    AND coalesce((SELECT kind FROM journal WHERE target = j.id ORDER BY id DESC LIMIT 1), '') <> 'undo'
                ORDER BY id DESC LIMIT 1
                """, arguments: [plan, who])
    }

    /// My step that was taken back last, unless I made a new one since.
    private func nextStep(in plan: Int64, _ db: Database) throws -> JournalEntry? {
        try JournalEntry.fetchOne(
            db,
            sql: """
                SELECT j.* FROM journal AS j
                    JOIN journal AS u ON u.id = (SELECT max(id) FROM journal WHERE target = j.id)
                WHERE j.plan = :plan AND j.who = :who AND j.kind = 'do' AND u.kind = 'undo'
                    AND NOT EXISTS (SELECT 1 FROM journal AS s
                        WHERE s.plan = :plan AND s.who = :who AND s.kind = 'do' AND s.id > u.id)
                ORDER BY u.id DESC LIMIT 1
                """, arguments: ["plan": plan, "who": who])
    }

    /// Whether the step that undo or redo would be about changed so many rows that it takes a while.
    package func isNextStepLarge(in plan: Int64, undoing: Bool) throws -> Bool {
        try read { db in
            let entry = undoing ? try lastStep(in: plan, db) : try nextStep(in: plan, db)
            return (entry?.changeset.bytes.count ?? 0) > 100_000
        }
    }

    private func replay(
        _ entry: JournalEntry, as kind: JournalEntry.Kind, line: String, by changeset: Changeset, in db: Database
    ) throws -> StepOutcome {
        let plan = entry.plan ?? 0
        try Self.requireDraft(String.fetchOne(db, sql: "SELECT stage FROM plan WHERE id = ?", arguments: [plan]), plan)
        try requireDrafter(in: db)
        do {
            try changeset.apply(in: db)
        } catch is Changeset.Conflict {
            throw Refusal(
                .notAllowed,
                "Step \(entry.step ?? 0) (\(entry.line)) cannot be taken back or made again: somebody has changed the same parcels since.",
                "第 \(entry.step ?? 0) 步（\(entry.line)）无法撤销或重做：相同图斑此后已被他人修改。")
        }
        let touched = try Self.mend(after: changeset, in: db)
        let id = try record(
            kind, line: line, in: db, target: entry.id, plan: plan, step: entry.step, detail: entry.line,
            changeset: changeset)
        return StepOutcome(
            journal: id, plan: plan, step: entry.step, count: touched.edits.count, area: touched.area, line: entry.line)
    }

    /// Once there is a roster, who drafts must stand on it. While there is none, whoever can write the file may.
    func requireDrafter(in db: Database) throws {
        let roster = try Self.roster(in: db)
        guard !roster.isOpen, roster.actor(who, as: [.drafter], level: nil, on: today) == nil else { return }
        let administrators = roster.people(as: [.administrator], level: nil).map(\.title)
        throw Refusal(
            .notAllowed,
            "\(who) may not draft: the roster gives that role to \(roster.people(as: [.drafter], level: nil).map(\.login).joined(separator: ", ")). Ask \(administrators.joined(separator: ", ")).",
            "\(who) 没有编制权限，可编制的人员：\(roster.people(as: [.drafter], level: nil).map(\.login).joined(separator: "、"))。请联系 \(administrators.joined(separator: "、"))。"
        )
    }

    /// Once there is a roster, what is asked takes one of some roles on it.
    ///
    /// - Parameter deed: the rest of ‘may not …’.
    func require(_ roles: [Role], to deed: Phrase, in db: Database) throws {
        let roster = try Self.roster(in: db)
        guard !roster.isOpen, roster.actor(who, as: roles, level: nil, on: today) == nil else { return }
        let english = roles.map(\.name.english).joined(separator: ", ")
        let chinese = roles.map(\.name.chinese).joined(separator: "、")
        let able = roster.people(as: roles, level: nil).map(\.title)
        throw Refusal(
            .notAllowed,
            "\(who) may not \(deed.english): that is for a role of \(english), which \(able.joined(separator: ", ")) has.",
            "\(who) 无权\(deed.chinese)：须由\(chinese)办理，现有 \(able.joined(separator: "、"))。")
    }

    private static func requireDraft(_ stage: String?, _ plan: Int64) throws {
        guard let stage else { throw Refusal(.noInput, "There is no plan \(plan).", "没有规划 \(plan)。") }
        guard stage == "draft" else {
            throw Refusal(
                .notAllowed,
                "Plan \(plan) is \(stage); only a draft can be changed. 'plan copy \(plan) TITLE' starts a variant.",
                "规划 \(plan) 处于“\(stage)”阶段，只有草案可以修改；可用 plan copy \(plan) 名称 另建方案。")
        }
    }

    /// Brings what is derived from `plan_edit` up to date with the rows of a changeset: their place in the R-tree and
    /// the plan's overviews. Summaries follow by trigger.
    ///
    /// - Returns: which rows of `plan_edit` were touched, and the area of their features.
    static func mend(after changeset: Changeset, in db: Database) throws -> (edits: Set<Int64>, area: Int64) {
        // The columns of plan_edit: id, plan, step, layer, uid, op, class, unit, area, net, attributes, geom.
        var edits: Set<Int64> = []
        var stretches: [OverviewStretch: Box] = [:]
        var area: Int64 = 0
        for row in try changeset.rows() where row.table == "plan_edit" {
            guard let id = row.integers[0] else { continue }
            // An update tells only the columns it changes.
            let stored = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT plan, layer, uid, area, geom FROM plan_edit WHERE id = ?"),
                arguments: [id])
            guard let plan = stored?["plan"] ?? row.integers[1], let layer = stored?["layer"] ?? row.integers[3],
                let uid = stored?["uid"] ?? row.integers[4]
            else { continue }
            edits.insert(id)
            area += stored?["area"] ?? row.integers[8] ?? 0
            // Where the feature was and where it is; the overview is painted anew over both.
            let before = try Box.fetch(
                db, "SELECT min_x, max_x, min_y, max_y FROM plan_edit_place WHERE id = ?", [id])
            var box = try baseBox(of: uid, in: db)
            if let geom = stored?["geom"] as Data? {
                box = box.union(geom.withUnsafeBytes { GeoPackageBlob.box(of: $0) } ?? .empty)
            }
            try db.cachedStatement(sql: "DELETE FROM plan_edit_place WHERE id = ?").execute(arguments: [id])
            if stored != nil, !box.isEmpty {
                try db.cachedStatement(sql: "INSERT INTO plan_edit_place VALUES (?, ?, ?, ?, ?)").execute(arguments: [
                    id, box.minX, box.maxX, box.minY, box.maxY,
                ])
            }
            stretches[OverviewStretch(plan: plan, layer: layer), default: .empty] =
                stretches[OverviewStretch(plan: plan, layer: layer), default: .empty].union(box).union(before)
        }
        for (stretch, box) in stretches { try mendOverview(stretch, box, in: db) }
        try BaseFacts.keep(for: edits, in: db)
        return (edits, area)
    }

    /// The box of a base feature's outline, from the layer's R-tree.
    static func baseBox(of uid: Int64, in db: Database) throws -> Box {
        guard
            let place = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT l.table_name, f.fid, f.valid_to IS NOT NULL AS old
                        FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                        WHERE f.uid = ? AND l.geometry <> 'none'
                        """), arguments: [uid])
        else { return .empty }
        let table = PastTable.holding(place["table_name"], superseded: place["old"])
        let tree = "rtree_\(table)_geom".quoted
        return try Box.fetch(
            db, "SELECT minx, maxx, miny, maxy FROM \(tree) WHERE id = ?", [place["fid"] as Int64])
    }
}

/// The overview of one plan's changes to one layer.
struct OverviewStretch: Hashable {
    var plan: Int64
    var layer: Int64
}

extension Box {
    /// The first row's four numbers, in the order of an R-tree: min x, max x, min y, max y.
    static func fetch(_ db: Database, _ sql: String, _ arguments: StatementArguments) throws -> Box {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments) else { return .empty }
        return Box(minX: row[0], minY: row[2], maxX: row[1], maxY: row[3])
    }
}
