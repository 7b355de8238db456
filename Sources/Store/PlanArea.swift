import Foundation
import GRDB
import GeoBridge
import Geometry

/// The area that a plan is about, and what it changes beyond that.
package struct PlanArea: Sendable, Hashable {
    /// In m², on the ellipsoid.
    package var squareMetres: Double
    /// How many features it changes.
    package var changed: Int
    /// Those of them that reach out of the area, in ascending order.
    package var outside: [Int64]
}

extension Project {
    /// What of a feature may lie outside of its plan's area unmentioned, in m² in the plane: what digitising makes.
    private static let digitised = 1.0

    /// What a plan is about; nil when it was given no area and is about the whole county.
    package func area(of plan: Plan) throws -> PlanArea? {
        guard let area = try outline(of: plan) else { return nil }
        let system = try coordinateSystem()
        let measured = try system.map { try OfficialArea(crs: $0).area(of: area) } ?? area.planeArea
        let changed = try read { db in
            try Self.standing(in: plan.id, db) {
                try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT DISTINCT e.uid FROM (\(Here.landChanges(plan: "(SELECT plan FROM here)"))) AS e
                        WHERE e.is_now <> e.was OR e.base IS NULL ORDER BY e.uid
                        """)
            }
        }
        let geos = GEOS()
        let prepared = try geos.prepared(area)
        let outside = try changed.filter { uid in
            // What the plan removes is gone from where it was.
            guard let shape = try shape(of: uid, plan: plan.id) ?? shape(of: uid), try !prepared.contains(shape) else {
                return false
            }
            guard shape.kind == .polygon else { return true }
            return try geos.difference(shape, area).planeArea > Self.digitised
        }
        return PlanArea(squareMetres: measured, changed: changed.count, outside: outside)
    }

    private func outline(of plan: Plan) throws -> Shape? {
        let blob = try read { db in
            try Data.fetchOne(db, sql: "SELECT area FROM plan WHERE id = ?", arguments: [plan.id])
        }
        guard let blob else { return nil }
        var shape = Shape(kind: .polygon)
        return blob.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } && !shape.isEmpty ? shape : nil
    }
}
