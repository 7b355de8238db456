import GRDB
import Phrases

/// What a plan did to a feature.
package enum Deed: Sendable, Hashable {
    case `class`, outline, attributes, added, removed
    /// Only corners of a neighbour were taken into its outline, so that the edge stays shared.
    case corners
    /// Its land went to others, by a split or a merge.
    case split(into: [Int64])
    /// It was made of others.
    case made(of: [Int64])
    case notes(Int)

    package var description: String {
        func list(_ uids: [Int64]) -> String {
            uids.prefix(6).map(String.init).joined(separator: " ") + (uids.count > 6 ? " …" : "")
        }
        return switch self {
        case .class: say("class", "地类")
        case .outline: say("outline", "图形")
        case .attributes: say("attributes", "属性")
        case .added: say("added", "新增")
        case .removed: say("removed", "删除")
        case .corners: say("corners of a neighbour", "邻接点")
        case .split(let uids): say("became \(list(uids))", "变为 \(list(uids))")
        case .made(let uids): say("made of \(list(uids))", "来自 \(list(uids))")
        case .notes(let count): say("notes: \(count)", "附注：\(count)")
        }
    }
}

/// A feature that a plan has touched.
package struct Touched: Sendable, Hashable {
    package var uid: Int64
    package var number: String
    package var layer: Int64
    /// Classes before and after; nil where there was nothing, or is nothing.
    package var from: Int64?
    package var to: Int64?
    /// Whole hundredths of a square metre, after; before where it was taken away.
    package var area: Int64
    /// The step that touched it last.
    package var step: Int64
    package var who: String
    package var deeds: [Deed]
}

extension Project {
    /// The features that a plan has touched, in the order of their uids.
    ///
    /// - Parameter after: only larger uids, so that a long list comes page by page.
    package func touched(by plan: Int64, after: Int64? = nil, limit: Int = 100) throws -> [Touched] {
        try read { db in
            let edits = try Row.fetchAll(
                db,
                sql: """
                    SELECT e.uid, e.layer, e.op, e.class, e.area, e.step, e.attributes IS NOT NULL AS attributed,
                        e.geom IS NOT NULL AS drawn, coalesce(f.number, e.number) AS number,
                        f.class AS base_class, f.area AS base_area,
                        EXISTS (SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid) AS moved,
                        (SELECT count(*) FROM attachment AS a WHERE a.plan = e.plan AND a.uid = e.uid) AS notes
                    FROM plan_edit AS e LEFT JOIN feature AS f ON f.uid = e.uid
                    WHERE e.plan = :plan AND (:after IS NULL OR e.uid > :after)
                    UNION ALL
                    SELECT a.uid, f.layer, 'note', f.class, f.area, max(a.step), 0, 0, f.number, f.class, f.area, 0,
                        count(*)
                    FROM attachment AS a JOIN feature AS f ON f.uid = a.uid
                    WHERE a.plan = :plan AND (:after IS NULL OR a.uid > :after) AND NOT EXISTS (
                        SELECT 1 FROM plan_edit AS e WHERE e.plan = a.plan AND e.uid = a.uid)
                    GROUP BY a.uid
                    ORDER BY 1 LIMIT :limit
                    """, arguments: ["plan": plan, "after": after, "limit": limit])
            let authors = try Row.fetchAll(
                db, sql: "SELECT step, who FROM journal WHERE plan = ? AND kind = 'do'", arguments: [plan])
            let who = Dictionary(authors.map { ($0["step"] as Int64, $0["who"] as String) }) { first, _ in first }
            return try edits.map { row in try Self.touched(row, by: who, plan, db) }
        }
    }

    private static func touched(_ row: Row, by who: [Int64: String], _ plan: Int64, _ db: Database) throws -> Touched {
        let (uid, op, step): (Int64, String, Int64) = (row["uid"], row["op"], row["step"])
        func relatives(_ column: String, of other: String) throws -> [Int64] {
            try Int64.fetchAll(
                db, sql: "SELECT \(column) FROM lineage WHERE plan = ? AND \(other) = ? ORDER BY 1",
                arguments: [plan, uid])
        }
        let (from, was): (Int64?, Int64?) = (row["base_class"], row["base_area"])
        let (to, area): (Int64, Int64) = (row["class"], row["area"])
        var deeds: [Deed] = []
        switch op {
        case "remove":
            let children = try relatives("child", of: "parent")
            deeds.append(children.isEmpty ? .removed : .split(into: children))
        case "add":
            let parents = try relatives("parent", of: "child")
            deeds.append(parents.isEmpty ? .added : .made(of: parents))
        case "set":
            if from != to { deeds.append(.class) }
            let parents = try relatives("parent", of: "child").filter { $0 != uid }
            if !parents.isEmpty { deeds.append(.made(of: parents)) }
            if row["drawn"] { deeds.append(row["moved"] || was != area ? .outline : .corners) }
        default: break
        }
        if op == "set", row["attributed"] { deeds.append(.attributes) }
        if let notes = row["notes"] as Int?, notes > 0 { deeds.append(.notes(notes)) }
        return Touched(
            uid: uid, number: row["number"] ?? "", layer: row["layer"], from: op == "add" ? nil : from,
            to: op == "remove" ? nil : to, area: op == "remove" ? was ?? area : area, step: step, who: who[step] ?? "",
            deeds: deeds)
    }
}
