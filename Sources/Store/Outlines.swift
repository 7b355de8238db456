import Foundation
import GRDB
import Geometry

/// A feature as a map draws it.
package struct DrawnFeature: Sendable {
    package var uid: Int64
    /// The number of its class, as in overview cells.
    package var cell: UInt16
    package var isEdited: Bool
    package var shape: Shape
}

extension Project {
    /// How many features of a layer have a box that meets `box`; counting stops at `limit`.
    package func countOutlines(of layer: Layer, in box: Box, limit: Int) throws -> Int {
        guard layer.geometry != nil else { return 0 }
        return try read { db in
            func count(_ table: String) throws -> Int {
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM (SELECT 1 FROM \("rtree_\(table)_geom".quoted)
                        WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ? LIMIT ?)
                        """, arguments: [box.minX, box.maxX, box.minY, box.maxY, limit]) ?? 0
            }
            let isPast = try Int64.fetchOne(db, sql: "SELECT as_of FROM temp.here") != nil
            guard isPast, try PastTable.exists(for: layer.table, in: db) else { return try count(layer.table) }
            // What has been since may be among them: the limit is on what is read.
            return min(limit, try count(layer.table) + count(PastTable.name(of: layer.table)))
        }
    }

    /// Calls `body` with each feature of a layer whose box meets `box`, as it is in the world of `plan`.
    package func outlines(of layer: Layer, plan: Int64, in box: Box, _ body: (borrowing DrawnFeature) throws -> Void)
        throws
    {
        try read { db in try Self.outlines(of: layer, plan: plan, in: box, db, body) }
    }

    static func outlines(
        of layer: Layer, plan: Int64, in box: Box, _ db: Database, _ body: (borrowing DrawnFeature) throws -> Void
    ) throws {
        guard layer.geometry != nil else { return }
        var feature = DrawnFeature(uid: 0, cell: 0, isEdited: false, shape: Shape(kind: .polygon))
        let bounds: StatementArguments = [box.minX, box.maxX, box.minY, box.maxY]
        // CROSS JOIN keeps SQLite to this order: without statistics it would start from all features of the layer.
        func base(_ table: String, _ counts: String) throws -> Statement {
            try db.cachedStatement(
                sql: """
                    SELECT t.geom, f.uid, coalesce(e.class, f.class), e.uid IS NOT NULL
                    FROM \("rtree_\(table)_geom".quoted) AS r
                        CROSS JOIN \(table.quoted) AS t ON t.fid = r.id
                        CROSS JOIN feature AS f ON f.layer = \(layer.id) AND f.fid = r.id
                        LEFT JOIN plan_edit AS e ON e.plan = \(plan) AND e.uid = f.uid
                    WHERE r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ?
                        AND \(counts) AND (e.uid IS NULL OR (e.op = 'set' AND e.geom IS NULL))
                    """)
        }
        if let time = try asOf(plan, in: db) {
            let since = "coalesce(f.valid_from, 0) <= \(time)"
            try read(base(layer.table, "f.valid_to IS NULL AND \(since)"), bounds, into: &feature, body)
            if try PastTable.exists(for: layer.table, in: db) {
                let past = PastTable.name(of: layer.table)
                try read(base(past, "f.valid_to > \(time) AND \(since)"), bounds, into: &feature, body)
            }
        } else {
            try read(base(layer.table, "f.valid_to IS NULL"), bounds, into: &feature, body)
        }
        guard plan != 0 else { return }
        let drafted = try db.cachedStatement(
            sql: """
                SELECT e.geom, e.uid, e.class, 1 FROM plan_edit_place AS r JOIN plan_edit AS e ON e.id = r.id
                WHERE r.max_x >= ? AND r.min_x <= ? AND r.max_y >= ? AND r.min_y <= ?
                    AND e.plan = \(plan) AND e.layer = \(layer.id) AND e.op <> 'remove' AND e.geom IS NOT NULL
                """)
        try read(drafted, bounds, into: &feature, body)
    }

    private static func read(
        _ statement: Statement, _ arguments: StatementArguments, into feature: inout DrawnFeature,
        _ body: (borrowing DrawnFeature) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try rows.next() {
            let isRead = try row.withUnsafeData(atIndex: 0) { data in
                data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &feature.shape) } ?? false
            }
            guard isRead else { continue }
            feature.uid = row[1]
            feature.cell = StoredClass.cell(row[2])
            feature.isEdited = row[3]
            try body(feature)
        }
    }

    /// The outline of a feature in the world of `plan`; nil when it has none.
    package func shape(of uid: Int64, plan: Int64 = 0) throws -> Shape? {
        try read { db in
            let edit = try Row.fetchOne(
                db, sql: "SELECT geom, op FROM plan_edit WHERE plan = ? AND uid = ?", arguments: [plan, uid])
            guard edit?["op"] != "remove" else { return nil }
            let found = try edit?["geom"] as Data? ?? Self.baseBlob(of: uid, in: db)
            guard let found else { return nil }
            var shape = Shape(kind: .polygon)
            return found.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ? shape : nil
        }
    }

    static func baseBlob(of uid: Int64, in db: Database) throws -> Data? {
        let find = try db.cachedStatement(
            sql: """
                SELECT l.table_name, f.fid, f.valid_to IS NOT NULL AS old
                FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                WHERE f.uid = ? AND l.geometry <> 'none'
                """)
        guard let place = try Row.fetchOne(find, arguments: [uid]) else { return nil }
        let table = PastTable.holding(place["table_name"], superseded: place["old"])
        let read = try db.cachedStatement(sql: "SELECT geom FROM \(table.quoted) WHERE fid = ?")
        return try Data.fetchOne(read, arguments: [place["fid"] as Int64])
    }

    /// The feature of a layer under a point, the smallest where several lie on one another.
    package func feature(of layer: Layer, plan: Int64, at point: Point, reach: Double = 0) throws -> Int64? {
        var best: (uid: Int64, size: Double)?
        let box = Box(minX: point.x, minY: point.y, maxX: point.x, maxY: point.y).padded(by: reach)
        try outlines(of: layer, plan: plan, in: box) { feature in
            let isHit = feature.shape.kind == .polygon ? feature.shape.contains(point) : true
            guard isHit else { return }
            let bounds = feature.shape.box
            let size = bounds.width * bounds.height
            if best.map({ size < $0.size }) ?? true { best = (feature.uid, size) }
        }
        return best?.uid
    }
}
