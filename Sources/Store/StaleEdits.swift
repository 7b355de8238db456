import GRDB
import Phrases

/// An edit whose base feature is not what it was when it was drafted on.
struct StaleEdit {
    var id: Int64
    var uid: Int64
    var number: String
    var layer: Int64
    var op: String
    var `class`: Int64
    var area: Int64
    /// Whether outline and land are the base feature's own.
    var isWhole: Bool
    var hasAttributes: Bool
    /// Nil where it was drafted on by a program that did not keep it.
    var then: (class: Int64, area: Int64)?
    var now: (class: Int64, area: Int64)?
    var kind: PlanConflict.Kind

    var conflict: PlanConflict {
        PlanConflict(
            uid: uid, number: number, layer: layer, kind: kind,
            mine: .init(class: op == "remove" ? -1 : `class`, area: area),
            theirs: now.map { .init(class: $0.class, area: $0.area) },
            then: then.map { .init(class: $0.class, area: $0.area) })
    }

    /// Whether somebody has to say which side counts.
    var isConflict: Bool { kind != .baseMoved }
    /// Whether the draft says nothing of its class, so that the base's counts.
    var keepsClass: Bool { op == "set" && then?.class == `class` }
    /// Whether the base is by now what the draft wanted.
    var isMoot: Bool {
        switch kind {
        case .gone: op == "remove"
        case .baseMoved, .baseClass: op == "set" && isWhole && !hasAttributes && now?.class == `class`
        default: false
        }
    }
}

extension Project {
    /// The edits of a plan whose base features are gone, superseded, or of a newer revision; and those of a survey that
    /// it does not stand on.
    static func staleEdits(of plan: Int64, base: Int64?, _ db: Database) throws -> [StaleEdit] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT e.id, e.uid, e.layer, e.op, e.class, e.area, e.number, e.attributes IS NOT NULL AS attributed,
                    e.geom IS NULL AND e.op = 'set' AND NOT EXISTS (
                        SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid) AS whole,
                    f.uid IS NOT NULL AS lives, f.valid_to IS NOT NULL AS old, f.number AS base_number,
                    f.class AS now_class, f.area AS now_area, f.revision AS revision, e.base_revision AS base_revision,
                    l.role = 'parcels' AND :base IS NOT NULL AND e.layer <> :base AS foreign_layer,
                    b.class AS then_class, b.area AS then_area, b.outline AS then_outline
                FROM plan_edit AS e LEFT JOIN feature AS f ON f.uid = e.uid
                    LEFT JOIN base_fact AS b ON b.uid = e.uid AND b.revision = e.base_revision
                    JOIN layer_registry AS l ON l.id = e.layer
                WHERE e.plan = :plan AND e.op <> 'add' AND (
                    f.uid IS NULL OR f.valid_to IS NOT NULL OR f.revision > e.base_revision
                    OR (l.role = 'parcels' AND e.layer <> :base))
                ORDER BY e.uid
                """, arguments: ["plan": plan, "base": base])
        return try rows.map { row in
            var edit = StaleEdit(
                id: row["id"], uid: row["uid"], number: row["base_number"] ?? row["number"], layer: row["layer"],
                op: row["op"], class: row["class"], area: row["area"], isWhole: row["whole"],
                hasAttributes: row["attributed"], then: nil, now: nil, kind: .gone)
            if let code = row["then_class"] as Int64?, let area = row["then_area"] as Int64? {
                edit.then = (code, area)
            }
            if let code = row["now_class"] as Int64?, let area = row["now_area"] as Int64? { edit.now = (code, area) }
            guard row["lives"] else { return edit }
            if row["old"] {
                edit.kind = .superseded
            } else if row["foreign_layer"] {
                edit.kind = .leftBehind
            } else {
                edit.kind = try kind(of: edit, then: row["then_outline"], db)
            }
            return edit
        }
    }

    private static func kind(of edit: StaleEdit, then outline: String?, _ db: Database) throws -> PlanConflict.Kind {
        let isSameOutline =
            edit.then == nil ? edit.isWhole : try BaseFacts.outline(of: edit.uid, in: db) == outline
        if !isSameOutline, !edit.isWhole { return .baseOutline }
        guard let then = edit.then, let now = edit.now else { return .baseMoved }
        // Where the draft has no say about the class, the base's new one is its own.
        return now.class == then.class || edit.keepsClass || now.class == edit.class && edit.op == "set"
            ? .baseMoved : .baseClass
    }
}
