import Foundation
import GRDB
import Geometry
import Phrases

/// Land of a drafted feature that comes from one base feature; base 0 is where the base had nothing.
struct Origin: Hashable {
    var base: Int64
    /// Whole hundredths of a square metre.
    var area: Int64
    var net: Int64
}

/// A feature as a plan has it, with all that an operation on its outline must carry along.
struct DraftFeature {
    var uid: Int64
    var layer: Int64
    var `class`: Int64
    var unit: Int64
    var area: Int64
    var number = ""
    var name = ""
    /// JSON: values by field; those that differ from the base row, or all of them where there is none.
    var attributes: String?
    var shape: Shape
    /// Where its land comes from; without entry in the file, all of it from its own base feature, or from nowhere.
    var origins: [Origin]
    /// Area, net area and revision of its base feature; nil for what only the draft has.
    var base: (area: Int64, net: Int64, revision: Int64)?
    /// Whether its outline is its own and not the base's.
    var isReshaped: Bool

    /// Takes the shape and says so.
    mutating func reshape(_ shape: Shape) {
        self.shape = shape
        isReshaped = true
    }

    /// Takes its origins, whose sums are its areas.
    mutating func settle(_ origins: [Origin]) {
        self.origins = origins.filter { $0.area != 0 || $0.net != 0 }
        area = origins.reduce(0) { $0 + $1.area }
    }
}

extension OutlineWork {
    /// A feature as it is at this moment of the step.
    ///
    /// - Throws: `Refusal` when the plan has no such feature, or it has no outline.
    func feature(_ uid: Int64) throws -> DraftFeature {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(e.layer, f.layer) AS layer, coalesce(e.class, f.class) AS class,
                        coalesce(e.unit, f.unit) AS unit, coalesce(e.area, f.area) AS area,
                        coalesce(e.op, 'base') AS op, e.net AS own_net, e.number AS number, e.name AS name, e.attributes AS attributes,
                        e.geom AS geom, f.area AS base_area, f.net AS base_net, f.revision AS revision, f.valid_to AS valid_to
                    FROM (SELECT :uid AS uid) AS u LEFT JOIN feature AS f ON f.uid = u.uid
                        LEFT JOIN plan_edit AS e ON e.plan = :plan AND e.uid = u.uid
                    """), arguments: ["uid": uid, "plan": plan.id])
        guard let row, row["layer"] != nil, row["op"] as String != "remove",
            row["op"] as String != "base" || row["valid_to"] == nil
        else { throw missing(uid) }
        let own = row["geom"] as Data?
        var shape = Shape(kind: .polygon)
        guard let blob = try own ?? Project.baseBlob(of: uid, in: db),
            blob.withUnsafeBytes({ GeoPackageBlob.read($0, into: &shape) })
        else {
            throw Refusal(
                .badData, "Feature \(uid) has no outline that can be read; nothing was changed.",
                "要素 \(uid) 没有可读取的图形，未作修改。")
        }
        let base = (row["base_area"] as Int64?).map {
            (area: $0, net: row["base_net"] as Int64, revision: row["revision"] as Int64)
        }
        var found = DraftFeature(
            uid: uid, layer: row["layer"], class: row["class"], unit: row["unit"], area: row["area"],
            number: row["number"] ?? "", name: row["name"] ?? "", attributes: row["attributes"], shape: shape,
            origins: [], base: base, isReshaped: own != nil)
        let origins = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT base, area, net FROM plan_origin WHERE plan = ? AND uid = ? ORDER BY base"),
            arguments: [plan.id, uid])
        found.origins = origins.map { Origin(base: $0["base"], area: $0["area"], net: $0["net"]) }
        if origins.isEmpty {
            // The edit's own net area is that of the class it has now; the land's is the base's.
            let net: Int64 = base?.net ?? row["own_net"] as Int64? ?? found.area
            found.origins = [Origin(base: base == nil ? 0 : uid, area: found.area, net: net)]
        }
        return found
    }

    private func missing(_ uid: Int64) -> Refusal {
        Refusal(
            .noInput, "Plan \(plan.id) has no feature \(uid); nothing was changed.", "规划 \(plan.id) 中没有要素 \(uid)，未作修改。")
    }

    // MARK: Writing

    /// The net area of a feature as it is drafted, in hundredths: see `PlannedNet`.
    func net(of feature: DraftFeature) throws -> Int64 {
        guard try PlannedNet.hasRidges(feature.class, db) else { return feature.area }
        return feature.origins.reduce(0) { $0 + $1.net }
    }

    /// Writes what became of a feature.
    func put(_ feature: DraftFeature) throws {
        let geom = feature.isReshaped ? Data(feature.shape.geoPackageBlob(srs: srs, multi: true)) : nil
        let id = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM plan_edit WHERE plan = ? AND uid = ?"),
            arguments: [plan.id, feature.uid])
        let net = try net(of: feature)
        let number = feature.base == nil ? feature.number : ""
        let name = feature.base == nil ? feature.name : ""
        if let id {
            try keepPlace(of: id, feature.uid, feature.shape.box)
            try db.cachedStatement(
                sql: """
                    UPDATE plan_edit SET step = ?, class = ?, unit = ?, area = ?, net = ?, attributes = ?, geom = ?,
                        number = ?, name = ? WHERE id = ?
                    """
            ).execute(arguments: [
                step, feature.class, feature.unit, feature.area, net, feature.attributes, geom, number,
                name, id,
            ])
        } else {
            let id = try nextEdit()
            try db.cachedStatement(
                sql: """
                    INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net, attributes, geom,
                        number, name, base_revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                id, plan.id, step, feature.layer, feature.uid, feature.base == nil ? "add" : "set", feature.class,
                feature.unit, feature.area, net, feature.attributes, geom, number, name,
                feature.base?.revision,
            ])
            try keepPlace(of: id, feature.uid, feature.shape.box)
        }
        try putOrigins(of: feature)
    }

    private func putOrigins(of feature: DraftFeature) throws {
        try db.cachedStatement(sql: "DELETE FROM plan_origin WHERE plan = ? AND uid = ?").execute(arguments: [
            plan.id, feature.uid,
        ])
        let whole =
            feature.base.map { Origin(base: feature.uid, area: $0.area, net: $0.net) }
            ?? Origin(base: 0, area: feature.area, net: feature.origins.first?.net ?? feature.area)
        guard feature.origins != [whole] else { return }
        for origin in feature.origins {
            try db.cachedStatement(sql: "INSERT INTO plan_origin(plan, uid, base, area, net) VALUES (?, ?, ?, ?, ?)")
                .execute(arguments: [plan.id, feature.uid, origin.base, origin.area, origin.net])
        }
    }

    /// Takes a feature out of the plan's world: a base feature is removed, an added one is no more.
    func drop(_ feature: DraftFeature) throws {
        try db.cachedStatement(sql: "DELETE FROM plan_origin WHERE plan = ? AND uid = ?").execute(arguments: [
            plan.id, feature.uid,
        ])
        guard let base = feature.base else {
            try db.cachedStatement(sql: "DELETE FROM plan_edit WHERE plan = ? AND uid = ?").execute(arguments: [
                plan.id, feature.uid,
            ])
            return
        }
        let id = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM plan_edit WHERE plan = ? AND uid = ?"),
            arguments: [plan.id, feature.uid])
        if let id {
            try db.cachedStatement(
                sql: "UPDATE plan_edit SET step = ?, op = 'remove', attributes = NULL, geom = NULL WHERE id = ?"
            ).execute(arguments: [step, id])
        } else {
            try db.cachedStatement(
                sql: """
                    INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net, base_revision)
                    VALUES (?, ?, ?, ?, ?, 'remove', ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                try nextEdit(), plan.id, step, feature.layer, feature.uid, feature.class, feature.unit, base.area,
                base.net, base.revision,
            ])
        }
    }

    /// Records that a feature came from others.
    func descend(_ child: Int64, from parents: [Int64]) throws {
        for parent in parents {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO lineage(child, parent, plan, step) VALUES (?, ?, ?, ?)")
                .execute(arguments: [child, parent, plan.id, step])
        }
    }

    /// The place of an edit in the R-tree, so that the rest of the step finds it. It also keeps where the feature was
    /// before: `Project.mend` paints all of that anew and then brings the place to the outline.
    private func keepPlace(of id: Int64, _ uid: Int64, _ box: Box) throws {
        var box = box.union(
            try Box.fetch(db, "SELECT min_x, max_x, min_y, max_y FROM plan_edit_place WHERE id = ?", [id]))
        box = box.union(try Project.baseBox(of: uid, in: db))
        try db.cachedStatement(sql: "DELETE FROM plan_edit_place WHERE id = ?").execute(arguments: [id])
        try db.cachedStatement(sql: "INSERT INTO plan_edit_place VALUES (?, ?, ?, ?, ?)").execute(arguments: [
            id, box.minX, box.maxX, box.minY, box.maxY,
        ])
    }
}
