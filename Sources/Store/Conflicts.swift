import GRDB
import Phrases

/// A drafted feature of which something else is said elsewhere: by another draft, or by a base that has moved.
package struct PlanConflict: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// Another draft touches the same feature.
        case draft(plan: Int64, title: String, who: String)
        /// A plan that touches the same parcel was published.
        case published(plan: Int64, title: String, who: String)
        /// The base has another class, or another outline, than when it was drafted on.
        case baseClass, baseOutline
        /// The base has moved without saying anything else than the draft; `plan rebase` takes it over.
        case baseMoved
        /// The base feature is no more, or another stands in its place.
        case gone, superseded
        /// It is of a survey that the plan no longer stands on.
        case leftBehind
    }

    /// A class and an area; class -1 is no land.
    package struct Side: Sendable, Hashable {
        package var `class`: Int64
        /// Whole hundredths of a square metre.
        package var area: Int64
    }

    package var uid: Int64
    package var number: String
    package var layer: Int64
    package var kind: Kind
    package var mine: Side
    /// Nil where there is nothing.
    package var theirs: Side?
    /// The base as it was when it was drafted on, where that is known.
    package var then: Side?
}

/// Another draft that touches what a step has touched.
package struct OtherDraft: Sendable, Hashable {
    package var plan: Int64
    package var title: String
    package var who: String
    /// How many of the features, and the first of them.
    package var count: Int
    package var uid: Int64
}

extension Project {
    /// Edits that only take in a neighbour's corners say nothing about the feature itself.
    static func isOnlyCorners(_ edit: String, _ feature: String) -> String {
        """
        (\(edit).op = 'set' AND \(edit).class = \(feature).class AND \(edit).area = \(feature).area
            AND \(edit).attributes IS NULL AND NOT EXISTS (
                SELECT 1 FROM plan_origin AS o WHERE o.plan = \(edit).plan AND o.uid = \(edit).uid))
        """
    }

    /// What other drafts say of the features that a plan touches, and where its base has moved.
    ///
    /// Variants of one another are alternatives, not conflicts.
    package func conflicts(of plan: Int64, limit: Int = Int(Int32.max)) throws -> [PlanConflict] {
        let base = try self.plan(plan).base
        return try read { db in
            var found = try Self.staleEdits(of: plan, base: base, db).map(\.conflict)
            found += try Self.sharedEdits(of: plan, db)
            return Array(found.sorted { $0.uid < $1.uid }.prefix(limit))
        }
    }

    /// The plan and its variants.
    static func variants(of plan: Int64, _ db: Database) throws -> String {
        let rows = try Row.fetchAll(db, sql: "SELECT id, variant_of FROM plan WHERE variant_of IS NOT NULL")
        var family: Set<Int64> = [plan]
        var size = 0
        while size != family.count {
            size = family.count
            for row in rows {
                let (a, b): (Int64, Int64) = (row["id"], row["variant_of"])
                if family.contains(a) || family.contains(b) { family.formUnion([a, b]) }
            }
        }
        return family.sorted().map(String.init).joined(separator: ", ")
    }

    private static func sharedEdits(of plan: Int64, _ db: Database) throws -> [PlanConflict] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT e.uid, f.number, e.layer, e.op, e.class, e.area, o.plan, o.op AS other_op,
                    o.class AS other_class, o.area AS other_area, p.title,
                    coalesce((SELECT who FROM journal AS j WHERE j.plan = o.plan AND j.kind = 'do' AND j.step = o.step),
                        p.owner) AS who,
                    EXISTS (SELECT 1 FROM publication AS u WHERE u.plan = o.plan) AS published
                FROM plan_edit AS e JOIN plan_edit AS o ON o.uid = e.uid JOIN plan AS p ON p.id = o.plan
                    JOIN feature AS f ON f.uid = e.uid
                -- What a publication superseded is told as such, and what was refused or taken back says nothing any more.
                WHERE e.plan = \(plan) AND f.valid_to IS NULL AND p.stage NOT IN ('refused', 'withdrawn') AND o.plan NOT IN (\(try variants(of: plan, db)))
                    AND NOT \(isOnlyCorners("e", "f")) AND NOT \(isOnlyCorners("o", "f"))
                ORDER BY e.uid, o.plan
                """
        ).map { row in
            func side(_ op: String, _ code: Int64, _ area: Int64) -> PlanConflict.Side {
                .init(class: op == "remove" ? -1 : code, area: area)
            }
            return PlanConflict(
                uid: row["uid"], number: row["number"], layer: row["layer"],
                kind: row["published"]
                    ? .published(plan: row["plan"], title: row["title"], who: row["who"])
                    : .draft(plan: row["plan"], title: row["title"], who: row["who"]),
                mine: side(row["op"], row["class"], row["area"]),
                theirs: side(row["other_op"], row["other_class"], row["other_area"]), then: nil)
        }
    }

    /// The other drafts that touch what these rows of `plan_edit` touch.
    static func others(than plan: Int64, touching edits: Set<Int64>, _ db: Database) throws -> [OtherDraft] {
        let family = try variants(of: plan, db)
        // Most projects have one draft at a time, and then this costs nothing.
        let hasOthers = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM plan WHERE id NOT IN (\(family))
                    AND EXISTS (SELECT 1 FROM plan_edit AS e WHERE e.plan = plan.id))
                """)
        guard hasOthers == true else { return [] }
        let statement = try db.makeStatement(
            sql: """
                SELECT e.uid, o.plan, p.title, p.owner
                FROM plan_edit AS e JOIN plan_edit AS o ON o.uid = e.uid JOIN plan AS p ON p.id = o.plan
                    JOIN feature AS f ON f.uid = e.uid
                WHERE e.id = ? AND o.plan NOT IN (\(family))
                    AND NOT \(isOnlyCorners("e", "f")) AND NOT \(isOnlyCorners("o", "f"))
                """)
        var found: [Int64: OtherDraft] = [:]
        for edit in edits.sorted() {
            for row in try Row.fetchAll(statement, arguments: [edit]) {
                let plan: Int64 = row["plan"]
                found[
                    plan,
                    default: OtherDraft(plan: plan, title: row["title"], who: row["owner"], count: 0, uid: row["uid"])
                ].count += 1
            }
        }
        return found.values.sorted { $0.plan < $1.plan }
    }
}
