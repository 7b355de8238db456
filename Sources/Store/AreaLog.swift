import GRDB
import Planning

/// A parcel whose area was moved for its unit's control area.
package struct AreaMove: Sendable, Hashable, FetchableRecord {
    package var uid: Int64
    package var number: String
    package var unit: ControlAreas.Key
    /// In hundredths of a square metre: as measured, and what was added.
    package var raw: Int64
    package var moved: Int64
    package var journal: Int64

    package init(row: Row) {
        uid = row["uid"]
        number = row["number"]
        unit = ControlAreas.Key(unit: row["unit"], side: row["side"])
        raw = row["raw"]
        moved = row["moved"]
        journal = row["journal"]
    }
}

/// A unit whose parcels were brought to its control area.
package struct AdjustedUnit: Sendable, Hashable, FetchableRecord {
    package var unit: ControlAreas.Key
    package var name: String
    /// As given; after adjustment to the unit above; what the parcels measured, in hundredths of a square metre.
    package var given: Int64
    package var control: Int64
    package var raw: Int64
    package var parcels: Int64
    package var source: String
    package var journal: Int64

    package init(row: Row) {
        unit = ControlAreas.Key(unit: row["unit"], side: row["side"])
        name = row["name"] ?? ""
        given = row["given"]
        control = row["control"]
        raw = row["raw"]
        parcels = row["parcels"]
        source = row["source"]
        journal = row["journal"]
    }
}

extension Project {
    /// What was moved in a layer, by parcel, after the parcel `after`.
    package func areaMoves(of layer: Layer, after: Int64 = 0, limit: Int) throws -> [AreaMove] {
        try read { db in
            try AreaMove.fetchAll(
                db,
                sql: """
                    SELECT a.*, coalesce(f.number, '') AS number FROM area_adjustment AS a
                        LEFT JOIN feature AS f ON f.uid = a.uid
                    WHERE a.layer = ? AND a.uid > ? ORDER BY a.uid LIMIT ?
                    """, arguments: [layer.id, after, limit])
        }
    }

    /// The control areas that a layer was brought to.
    package func adjustedUnits(of layer: Layer) throws -> [AdjustedUnit] {
        try read { db in
            try AdjustedUnit.fetchAll(
                db,
                sql: """
                    SELECT c.*, u.name AS name FROM area_control AS c LEFT JOIN unit AS u ON u.code = c.unit
                    WHERE c.layer = ? ORDER BY c.unit, c.side
                    """, arguments: [layer.id])
        }
    }

    /// What a layer of the base holds by class, in a unit and the units below it, or anywhere.
    package func classSums(of layer: Layer, in unit: String?) throws -> [ClassSum] {
        try read { db in
            try ClassSum.fetchAll(
                db,
                sql: """
                    SELECT s.class, sum(s.count) AS count, sum(s.area) AS area, sum(s.net) AS net
                    FROM summary AS s JOIN unit AS u ON u.id = s.unit
                    WHERE s.layer = :layer AND (:unit IS NULL OR substr(u.code, 1, length(:unit)) = :unit)
                    GROUP BY s.class HAVING sum(s.count) <> 0 ORDER BY s.class
                    """, arguments: ["layer": layer.id, "unit": unit])
        }
    }
}
