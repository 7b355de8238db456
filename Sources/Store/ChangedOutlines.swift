import Foundation
import GRDB
import Geometry

extension Project {
    /// Calls `body` with each feature of a layer that a plan changes and whose box meets `box`; those left out of which
    /// only a neighbour's corners were taken in.
    ///
    /// - Parameters:
    ///   - before: as the base has it, instead of as the plan would have it.
    ///   - limit: where there are more, nothing is handed over.
    /// - Returns: whether they were handed over.
    package func changedOutlines(
        of layer: Layer, plan: Int64, in box: Box, before: Bool, limit: Int,
        _ body: (borrowing DrawnFeature) throws -> Void
    ) throws -> Bool {
        guard layer.geometry != nil else { return true }
        let hasPast = try read { db in try PastTable.exists(for: layer.table, in: db) }
        let past =
            hasPast
            ? "LEFT JOIN \(PastTable.name(of: layer.table).quoted) AS p ON p.fid = f.fid AND f.layer = \(layer.id)" : ""
        let base = hasPast ? "coalesce(t.geom, p.geom)" : "t.geom"
        let bounds: StatementArguments = [box.minX, box.maxX, box.minY, box.maxY]
        let drafted = """
            FROM plan_edit_place AS r CROSS JOIN plan_edit AS e ON e.id = r.id LEFT JOIN feature AS f ON f.uid = e.uid
            LEFT JOIN \(layer.table.quoted) AS t ON t.fid = f.fid AND f.layer = \(layer.id) \(past)
            WHERE r.max_x >= ? AND r.min_x <= ? AND r.max_y >= ? AND r.min_y <= ?
                AND e.plan = \(plan) AND e.layer = \(layer.id)
                AND NOT (e.op = 'set' AND e.class = f.class AND e.area = f.area AND e.attributes IS NULL
                    AND NOT EXISTS (SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid))
                AND e.op <> '\(before ? "add" : "remove")'
            """
        return try read { db in
            let count = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM (SELECT 1 \(drafted) LIMIT \(limit + 1))", arguments: bounds)
            guard count ?? 0 <= limit else { return false }
            let (geom, of) = before ? (base, "f.class") : ("coalesce(e.geom, \(base))", "e.class")
            let rows = try Row.fetchCursor(
                db, sql: "SELECT \(geom), e.uid, \(of) \(drafted) ORDER BY e.uid", arguments: bounds)
            var feature = DrawnFeature(uid: 0, cell: 0, isEdited: true, shape: Shape(kind: .polygon))
            while let row = try rows.next() {
                let isRead = try row.withUnsafeData(atIndex: 0) { data in
                    data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &feature.shape) } ?? false
                }
                guard isRead else { continue }
                feature.uid = row[1]
                feature.cell = StoredClass.cell(row[2])
                try body(feature)
            }
            return true
        }
    }

    /// Calls `body` with the features of `uids` that a layer has in the world of `plan`, in the order of uids.
    package func outlines(
        of layer: Layer, plan: Int64, uids: Set<Int64>, _ body: (borrowing DrawnFeature) throws -> Void
    ) throws {
        guard layer.geometry != nil else { return }
        try read { db in
            let hasPast = try PastTable.exists(for: layer.table, in: db)
            let past =
                hasPast
                ? "LEFT JOIN \(PastTable.name(of: layer.table).quoted) AS p ON p.fid = f.fid AND f.layer = :layer" : ""
            let statement = try db.makeStatement(
                sql: """
                    SELECT coalesce(e.geom, t.geom\(hasPast ? ", p.geom" : "")), coalesce(e.class, f.class), e.uid IS NOT NULL
                    FROM (SELECT :uid AS uid) AS u LEFT JOIN plan_edit AS e ON e.plan = :plan AND e.uid = u.uid
                        LEFT JOIN feature AS f ON f.uid = u.uid
                        LEFT JOIN \(layer.table.quoted) AS t ON t.fid = f.fid AND f.layer = :layer \(past)
                    WHERE coalesce(e.layer, f.layer) = :layer AND coalesce(e.op, '') <> 'remove'
                    """)
            var feature = DrawnFeature(uid: 0, cell: 0, isEdited: true, shape: Shape(kind: .polygon))
            for uid in uids.sorted() {
                guard
                    let row = try Row.fetchOne(statement, arguments: ["uid": uid, "plan": plan, "layer": layer.id])
                else { continue }
                let isRead = try row.withUnsafeData(atIndex: 0) { data in
                    data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &feature.shape) } ?? false
                }
                guard isRead else { continue }
                (feature.uid, feature.cell, feature.isEdited) = (uid, StoredClass.cell(row[1]), row[2])
                try body(feature)
            }
        }
    }

    /// What a plan's changes to a layer cover, before and after; empty where there are none.
    package func changedBox(of layer: Layer, plan: Int64) throws -> Box {
        try read { db in
            try Box.fetch(
                db,
                """
                SELECT min(min_x), max(max_x), min(min_y), max(max_y)
                FROM plan_edit AS e JOIN plan_edit_place AS r ON r.id = e.id
                WHERE e.plan = ? AND e.layer = ? HAVING count(*) > 0
                """, [plan, layer.id])
        }
    }
}
