import Foundation
import GRDB
import Geometry

/// A feature of a layer as a plan has it, with the values of its columns.
package struct PlannedFeature: Sendable {
    package enum Value: Sendable, Hashable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
        case binary(Data)
    }

    package var uid: Int64
    package var number: String
    package var name: String
    package var `class`: Int64
    package var unit: Int64
    /// Whole hundredths of a square metre.
    package var area: Int64
    package var net: Int64
    /// Whether the plan has a row for it, be it for a corner that a neighbour gained.
    package var isDrafted: Bool
    /// Whether the plan gives it another class, outline or value than the base has, or it is new.
    package var isChanged: Bool
    package var shape: Shape?
    /// In the order of the layer's columns.
    package var values: [Value]
}

/// A column of a layer's own table.
package struct LayerColumn: Sendable, Hashable {
    package var name: String
    package var kind: NewLayer.Field.Kind
}

extension Project {
    /// The columns that a layer's source had, in their order.
    package func columns(of layer: Layer) throws -> [LayerColumn] {
        try read { db in try Self.columns(of: layer, in: db) }
    }

    static func columns(of layer: Layer, in db: Database) throws -> [LayerColumn] {
        try db.columns(in: layer.table).filter { !["fid", "geom"].contains($0.name) }.map {
            LayerColumn(name: $0.name, kind: NewLayer.Field.Kind(rawValue: $0.type.uppercased()) ?? .text)
        }
    }

    /// The layers that a plan has rows for.
    package func draftedLayers(of plan: Int64) throws -> [Int64] {
        try read { db in
            try Int64.fetchAll(
                db, sql: "SELECT DISTINCT layer FROM plan_edit WHERE plan = ? ORDER BY layer", arguments: [plan])
        }
    }

    /// Hands over each feature of a layer as it is in a plan's world: those of the base first, by uid, then the drafted
    /// ones. Memory does not grow with the layer.
    ///
    /// - Parameter draftedOnly: leaves out what the plan has no row for.
    package func forEachFeature(
        of layer: Layer, plan: Int64, draftedOnly: Bool = false, _ body: (PlannedFeature) throws -> Void
    ) throws {
        try read { db in
            let columns = try Self.columns(of: layer, in: db)
            let own = columns.map { ", t.\($0.name.quoted)" }.joined()
            let outline = layer.geometry == nil ? "NULL" : "t.geom"
            // What a published plan changed lies where superseded rows lie.
            let past = try PastTable.exists(for: layer.table, in: db) ? PastTable.name(of: layer.table) : nil
            func either(_ column: String) -> String {
                past == nil ? "t.\(column)" : "CASE WHEN f.valid_to IS NULL THEN t.\(column) ELSE o.\(column) END"
            }
            let known = try Set(past.map { try db.columns(in: $0).map(\.name) } ?? [])
            let base =
                columns.map {
                    ", " + (known.contains($0.name) ? either($0.name.quoted) : "t.\($0.name.quoted)")
                }.joined()
            let asOf = try Self.asOf(plan, in: db)
            // The rows in force, and for a time that is past those that were.
            let parts: [(table: String, counts: String)] =
                asOf.map { time in
                    [(layer.table, "f.valid_to IS NULL AND coalesce(f.valid_from, 0) <= \(time)")]
                        + (past.map {
                            [($0, "f.valid_to > \(time) AND coalesce(f.valid_from, 0) <= \(time)")]
                        } ?? [])
                } ?? [(layer.table, "f.valid_to IS NULL")]
            for (table, counts) in draftedOnly ? [] : parts {
                let rows = try Row.fetchCursor(
                    db,
                    sql: """
                        SELECT \(outline) AS outline, NULL AS attributes, f.uid, f.number, f.name, f.class, f.unit, f.area,
                            f.net, 0 AS drafted, 0 AS changed\(own)
                        FROM feature AS f JOIN \(table.quoted) AS t ON t.fid = f.fid
                        WHERE f.layer = :layer AND \(counts) AND NOT EXISTS (
                            SELECT 1 FROM plan_edit AS e WHERE e.plan = :plan AND e.uid = f.uid)
                        ORDER BY f.uid
                        """, arguments: ["layer": layer.id, "plan": plan])
                while let row = try rows.next() { try body(PlannedFeature(row, columns)) }
            }
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT coalesce(e.geom, \(layer.geometry == nil ? "NULL" : either("geom"))) AS outline, e.attributes, e.uid,
                        coalesce(f.number, e.number), coalesce(f.name, e.name), e.class, e.unit, e.area, e.net,
                        1, f.uid IS NULL OR e.class <> f.class OR e.area <> f.area OR e.attributes IS NOT NULL\(base)
                    FROM plan_edit AS e LEFT JOIN feature AS f ON f.uid = e.uid
                        LEFT JOIN \(layer.table.quoted) AS t ON t.fid = f.fid
                        \(past.map { "LEFT JOIN \($0.quoted) AS o ON o.fid = f.fid" } ?? "")
                    WHERE e.plan = :plan AND e.layer = :layer AND e.op <> 'remove' ORDER BY e.uid
                    """, arguments: ["layer": layer.id, "plan": plan])
            while let row = try rows.next() { try body(PlannedFeature(row, columns)) }
        }
    }
}

extension PlannedFeature {
    /// What stands before the layer's own columns in the rows above.
    private static let facts = 11

    fileprivate init(_ row: Row, _ columns: [LayerColumn]) throws {
        var outline = Shape(kind: .polygon)
        let isRead = try row.withUnsafeData(atIndex: 0) { data in
            data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &outline) } ?? false
        }
        shape = isRead && !outline.isEmpty ? outline : nil
        (uid, number, name) = (row[2], row[3], row[4])
        (`class`, unit, area, net) = (row[5], row[6], row[7], row[8])
        (isDrafted, isChanged) = (row[9], row[10])
        values = columns.indices.map { Value(row[Self.facts + $0] as DatabaseValue) }
        guard let text: String = row[1] else { return }
        let drafted = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
        for (index, column) in columns.enumerated() {
            if let value = drafted[column.name] { values[index] = Value(json: value) }
        }
    }
}

extension PlannedFeature.Value {
    fileprivate init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .double(let number): self = .real(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .binary(data)
        }
    }

    init(json value: Any) {
        switch value {
        case let text as String: self = .text(text)
        case let number as NSNumber:
            let real = number.doubleValue
            self = real == real.rounded() && abs(real) < 1e15 ? .integer(number.int64Value) : .real(real)
        default: self = .null
        }
    }
}
