import GRDB
import Phrases

extension Project {
    /// Makes a variant of a plan: a plan of its own with the same base and all that the other drafts, in one step.
    ///
    /// Features that only the draft has keep their uids: the variant's parcel 812 is the other's parcel 812 until one of
    /// them changes it, so that variants can be held against each other parcel by parcel. A uid is one feature within a
    /// plan; of several variants one is published.
    ///
    /// - Throws: `Refusal` when there is no such plan.
    package func copyPlan(_ id: Int64, title: String, line: String) throws -> (plan: Plan, outcome: StepOutcome) {
        _ = try plan(id)
        try Self.requireTitle(title)
        return try change { db in
            try requireDrafter(in: db)
            let copy = try Self.nextNumber("plan", in: db)
            let (_, made) = try Changeset.recording(Schema.recordedTables, in: db) {
                try db.execute(
                    sql: """
                        INSERT INTO plan(id, kind, title, owner, base, planned, area, created, since, note, variant_of)
                        SELECT :copy, kind, :title, :who, base, planned, area, :now, :now, note, :id FROM plan WHERE id = :id
                        """, arguments: ["copy": copy, "title": title, "who": who, "now": Self.now(), "id": id])
            }
            try record(.set, line: line, in: db, plan: copy, detail: title, changeset: made)
            let (_, drafted) = try Changeset.recording(Schema.recordedTables, in: db) {
                try Self.copyRows(of: id, to: copy, in: db)
            }
            let touched = try Self.mend(after: drafted, in: db)
            var outcome = StepOutcome(
                journal: 0, plan: copy, step: nil, count: touched.edits.count, area: touched.area, line: line)
            if !drafted.isEmpty {
                outcome.journal = try record(.do, line: line, in: db, plan: copy, step: 1, changeset: drafted)
                outcome.step = 1
            }
            let plan = try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [copy])
            guard let plan else { throw Refusal(.inputOutput, "The variant was not kept.", "方案未能保存。") }
            return (plan, outcome)
        }
    }

    private static func copyRows(of id: Int64, to copy: Int64, in db: Database) throws {
        let (edit, attachment) = (try nextNumber("plan_edit", in: db), try nextNumber("attachment", in: db))
        try db.execute(
            sql: """
                INSERT INTO plan_origin(plan, uid, base, area, net)
                    SELECT \(copy), uid, base, area, net FROM plan_origin WHERE plan = \(id);
                INSERT INTO lineage(child, parent, plan, step)
                    SELECT child, parent, \(copy), 1 FROM lineage WHERE plan = \(id);
                INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net, attributes, geom, number,
                        name, base_revision)
                    SELECT \(edit) - 1 + row_number() OVER (ORDER BY id), \(copy), 1, layer, uid, op, class, unit, area,
                        net, attributes, geom, number, name, base_revision
                    FROM plan_edit WHERE plan = \(id) ORDER BY id;
                INSERT INTO attachment(id, plan, step, uid, x, y, kind, title, content, hash, who, time)
                    SELECT \(attachment) - 1 + row_number() OVER (ORDER BY id), \(copy), 1, uid, x, y, kind, title,
                        content, hash, who, time
                    FROM attachment WHERE plan = \(id) ORDER BY id;
                """)
    }
}
