import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// What a rebase did.
package struct RebaseOutcome: Sendable {
    package var outcome: StepOutcome
    /// Edits that were brought up to date, those that the base fulfils by now, and those that were settled by `--keep`.
    package var taken = 0
    package var moot = 0
    package var settled = 0
    /// What is left for somebody to decide.
    package var conflicts: [PlanConflict] = []
}

extension Project {
    /// Which side counts where draft and base say different things.
    package enum Keep: String, Sendable, CaseIterable {
        case mine, base
    }

    /// Brings a plan up to date with its base where that has moved: takes over what says nothing against the draft, and
    /// settles the conflicts of `uids` in favour of one side. One step, which `undo` takes back.
    ///
    /// - Parameter keep: nil leaves all conflicts, and lists them.
    package func rebase(_ id: Int64, keep: Keep? = nil, uids: Set<Int64> = [], line: String) throws -> RebaseOutcome {
        let base = try plan(id).base
        var result = RebaseOutcome(
            outcome: StepOutcome(journal: 0, plan: id, step: nil, count: 0, area: 0, line: line))
        result.outcome = try step(line: line, plan: id) { db, step in
            let rebasing = Rebasing(plan: id, step: step, db: db)
            var unknown = uids
            for edit in try Self.staleEdits(of: id, base: base, db) {
                unknown.remove(edit.uid)
                if edit.isMoot {
                    try rebasing.drop([edit.uid])
                    result.moot += 1
                } else if !edit.isConflict {
                    guard keep == nil else { continue }
                    try rebasing.takeOver(edit)
                    result.taken += 1
                } else if let keep, uids.contains(edit.uid) {
                    try rebasing.settle(edit, keep)
                    result.settled += 1
                }
            }
            if let one = unknown.min() {
                throw Refusal(
                    .noInput,
                    "Parcel \(one) has no conflict with the base of plan \(id); 'plan conflicts \(id)' lists those that have. Nothing was changed.",
                    "图斑 \(one) 与规划 \(id) 的底图没有冲突；可用 plan conflicts \(id) 列出冲突。未作修改。")
            }
        }
        result.conflicts = try read { db in
            try Self.staleEdits(of: id, base: base, db).filter(\.isConflict).map(\.conflict)
        }
        return result
    }
}

/// The work of one rebasing step on the rows of a plan.
struct Rebasing {
    let plan: Int64
    let step: Int64
    let db: Database

    /// Takes over what the base is now, and keeps what the draft says.
    func takeOver(_ edit: StaleEdit) throws {
        guard let now = edit.now else { return }
        let code = edit.keepsClass ? now.class : edit.class
        try db.execute(
            sql: """
                UPDATE plan_edit SET step = :step, class = :class,
                    unit = CASE WHEN unit = (
                            SELECT b.unit FROM base_fact AS b
                            WHERE b.uid = plan_edit.uid AND b.revision = plan_edit.base_revision)
                        THEN (SELECT f.unit FROM feature AS f WHERE f.uid = plan_edit.uid) ELSE unit END,
                    base_revision = (SELECT f.revision FROM feature AS f WHERE f.uid = plan_edit.uid)
                WHERE id = :id
                """, arguments: ["step": step, "class": code, "id": edit.id])
        try settleAreas(of: edit.uid)
    }

    /// Gives a base feature's edit the areas that the base has now, and those that share its land theirs.
    func settleAreas(of uid: Int64) throws {
        try db.execute(
            sql: """
                UPDATE plan_edit SET (area, net) = (
                    SELECT area, \(PlannedNet.sql("plan_edit.class", area: "area", land: "net"))
                    FROM feature WHERE uid = plan_edit.uid)
                WHERE plan = :plan AND uid = :uid AND NOT EXISTS (
                    SELECT 1 FROM plan_origin WHERE plan = :plan AND uid = :uid)
                    AND EXISTS (SELECT 1 FROM layer_registry AS l WHERE l.id = plan_edit.layer
                        AND (l.role = 'parcels' OR plan_edit.geom IS NULL))
                """, arguments: ["plan": plan, "uid": uid])
        try apportion(uid)
    }

    /// Divides the base feature's land, of which there is now more or less, among those that have it, in proportion.
    private func apportion(_ base: Int64) throws {
        let rows = try Row.fetchAll(
            db, sql: "SELECT uid, area, net FROM plan_origin WHERE plan = ? AND base = ? ORDER BY uid",
            arguments: [plan, base])
        let fact = try Row.fetchOne(db, sql: "SELECT area, net FROM feature WHERE uid = ?", arguments: [base])
        guard !rows.isEmpty, let fact, let area = fact["area"] as Int64?, let net = fact["net"] as Int64?,
            rows.reduce(0, { $0 + ($1["area"] as Int64) }) != area
                || rows.reduce(0, { $0 + ($1["net"] as Int64) }) != net
        else { return }
        let areas = Shares.proportional(area, by: rows.map { $0["area"] })
        let ridges = Shares.proportional(area - net, by: areas)
        for (index, row) in rows.enumerated() {
            let uid: Int64 = row["uid"]
            try db.execute(
                sql: "UPDATE plan_origin SET area = ?, net = ? WHERE plan = ? AND uid = ? AND base = ?",
                arguments: [areas[index], areas[index] - ridges[index], plan, uid, base])
            try db.execute(
                sql: """
                    UPDATE plan_edit SET step = :step, (area, net) = (
                        SELECT sum(area), \(PlannedNet.sql("plan_edit.class", area: "sum(area)", land: "sum(net)"))
                        FROM plan_origin WHERE plan = :plan AND uid = :uid)
                    WHERE plan = :plan AND uid = :uid
                    """, arguments: ["step": step, "plan": plan, "uid": uid])
        }
    }

    /// Settles a conflict.
    func settle(_ edit: StaleEdit, _ keep: Project.Keep) throws {
        if keep == .base { return try drop(family(of: edit.uid)) }
        switch edit.kind {
        case .superseded: try redraw(edit)
        case .gone: try keepAsOwn(edit)
        case .leftBehind: try plant(edit)
        default:
            var edit = edit
            // What was drafted counts, even the class that was the base's.
            edit.then = edit.then.map { (class: -1, area: $0.area) }
            try takeOver(edit)
        }
    }

    /// Draws a zone again whose base was superseded: over what is in force in its place by now.
    private func redraw(_ edit: StaleEdit) throws {
        let work = try OutlineWork(in: plan, step: step, db)
        let layer = try work.layer(edit.layer)
        guard edit.op == "set", layer.geometry == .polygon, layer.role != .parcels else { return try keepAsOwn(edit) }
        let old = try work.feature(edit.uid)
        let values = try FeatureAttributes(of: old, layer, in: db)
        try drop(family(of: edit.uid))
        var (zone, _) = try work.add(NewZone(shape: old.shape, class: old.class, name: old.name), to: layer)
        zone.attributes = try values.json(for: zone, net: work.net(of: zone))
        try work.put(zone)
    }

    /// Makes a feature of the draft's own of one whose base is no more.
    private func keepAsOwn(_ edit: StaleEdit) throws {
        let own = try Data.fetchOne(db, sql: "SELECT geom FROM plan_edit WHERE id = ?", arguments: [edit.id])
        guard edit.op == "set", let geom = try own ?? Project.baseBlob(of: edit.uid, in: db) else {
            throw Refusal(
                .notAllowed,
                "Parcel \(edit.uid) cannot be kept as it is drafted: the base feature is gone, and its outline with it. Keep the base's side: --keep base \(edit.uid). Nothing was changed.",
                "图斑 \(edit.uid) 无法保留草案：底图要素及其图形已不存在。请采用底图一侧：--keep base \(edit.uid)。未作修改。")
        }
        try db.execute(
            sql: "DELETE FROM plan_origin WHERE plan = ? AND uid = ?", arguments: [plan, edit.uid])
        try db.execute(
            sql: """
                UPDATE plan_edit SET step = ?, op = 'add', geom = ?, base_revision = NULL, number = ? WHERE id = ?
                """, arguments: [step, geom, edit.number, edit.id])
    }

    /// Plans a feature of an older survey in the one that the plan stands on: the land inside its outline, whose parcels
    /// are split where they cross it.
    private func plant(_ edit: StaleEdit) throws {
        let uids = try family(of: edit.uid)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT uid, class, geom FROM plan_edit
                WHERE plan = \(plan) AND op <> 'remove' AND uid IN (\(list(uids))) ORDER BY uid
                """)
        let planned = try rows.compactMap { row -> (shape: Shape, class: Int64)? in
            var shape = Shape(kind: .polygon)
            let blob = try row["geom"] as Data? ?? Project.baseBlob(of: row["uid"], in: db)
            guard let blob, blob.withUnsafeBytes({ GeoPackageBlob.read($0, into: &shape) }) else { return nil }
            return (shape, row["class"])
        }
        try drop(uids)
        let work = try OutlineWork(in: plan, step: step, db)
        for (shape, code) in planned {
            let chosen = try work.parcels(inside: shape, of: nil, cutting: true).chosen
            try Project.setClass(of: chosen, to: code, in: plan, step: step, db)
        }
    }

    /// A drafted feature with all that shares land with it: pieces of the same split, what a merge was made of.
    func family(of uid: Int64) throws -> Set<Int64> {
        var family: Set<Int64> = [uid]
        var size = 0
        while size != family.count {
            size = family.count
            let known = list(family)
            family.formUnion(
                try Int64.fetchSet(
                    db,
                    sql: """
                        SELECT uid FROM plan_origin WHERE plan = \(plan) AND base IN (\(known))
                        UNION SELECT base FROM plan_origin WHERE plan = \(plan) AND uid IN (\(known)) AND base <> 0
                        UNION SELECT child FROM lineage WHERE plan = \(plan) AND parent IN (\(known))
                        UNION SELECT parent FROM lineage WHERE plan = \(plan) AND child IN (\(known))
                        """))
        }
        return family
    }

    private func list(_ uids: Set<Int64>) -> String { uids.sorted().map(String.init).joined(separator: ", ") }

    /// Takes features out of the draft: the base's count again.
    func drop(_ uids: Set<Int64>) throws {
        let known = list(uids)
        try db.execute(
            sql: """
                DELETE FROM plan_origin WHERE plan = \(plan) AND uid IN (\(known));
                DELETE FROM lineage WHERE plan = \(plan) AND (child IN (\(known)) OR parent IN (\(known)));
                DELETE FROM plan_edit WHERE plan = \(plan) AND uid IN (\(known));
                """)
    }
}
