import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

extension Project {
    /// Puts a plan on another survey: features of the same outline there take the place of those it was drafted on.
    ///
    /// A family of edits, such as the pieces of a split, goes over as a whole, when each of its base features is there and
    /// its class says nothing against the draft. What does not stays behind, on the old survey, as a conflict. One step.
    package func rebase(_ id: Int64, to layer: Layer, line: String) throws -> RebaseOutcome {
        let base = try plan(id).base
        guard layer.role == .parcels, layer.geometry == .polygon else {
            throw Refusal(
                .usage, "A plan stands on a survey layer; \(layer.table) is none.", "规划须以调查图层为底图；\(layer.table) 不是。")
        }
        guard layer.id != base else {
            throw Refusal(
                .usage, "Plan \(id) stands on \(layer.table) already; without --to its changes are taken over.",
                "规划 \(id) 的底图已是 \(layer.table)；不加 --to 即可接收其变化。")
        }
        if let old = try layers().first(where: { $0.id == base }), let was = old.year, let now = layer.year, now < was {
            throw Refusal(
                .usage,
                "Plan \(id) stays on \(old.table): \(layer.table) is an older survey, and a plan goes over to a newer one only.",
                "规划 \(id) 仍以 \(old.table) 为底图：\(layer.table) 是较早的调查，只能换到更新的调查底图。")
        }
        var result = RebaseOutcome(
            outcome: StepOutcome(journal: 0, plan: id, step: nil, count: 0, area: 0, line: line))
        result.outcome = try step(line: line, plan: id) { db, step in
            let moving = Moving(rebasing: Rebasing(plan: id, step: step, db: db), layer: layer)
            for family in try moving.families() {
                guard let places = try moving.places(of: family) else { continue }
                if try moving.isFulfilled(family, places) {
                    try moving.rebasing.drop(family)
                    result.moot += family.count
                } else if try moving.says(nothingAgainst: family, places) {
                    try moving.move(family, places)
                    result.taken += family.count
                }
            }
            try db.execute(sql: "UPDATE plan SET base = ? WHERE id = ?", arguments: [layer.id, id])
        }
        result.conflicts = try read { db in
            try Self.staleEdits(of: id, base: layer.id, db).filter(\.isConflict).map(\.conflict)
        }
        return result
    }
}

/// Moves a plan's families of edits from one survey to another.
private struct Moving {
    let rebasing: Rebasing
    let layer: Layer
    private let geos = GEOS()
    private var db: Database { rebasing.db }
    private var plan: Int64 { rebasing.plan }

    init(rebasing: Rebasing, layer: Layer) {
        self.rebasing = rebasing
        self.layer = layer
    }

    /// The edits of surveys other than the new one, those that share land together.
    func families() throws -> [Set<Int64>] {
        let uids = try Int64.fetchAll(
            db,
            sql: """
                SELECT e.uid FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer
                WHERE e.plan = ? AND e.layer <> ? AND l.role = 'parcels' ORDER BY e.uid
                """, arguments: [plan, layer.id])
        var seen: Set<Int64> = []
        return try uids.compactMap { uid in
            guard !seen.contains(uid) else { return nil }
            let family = try rebasing.family(of: uid)
            seen.formUnion(family)
            return family
        }
    }

    /// For each base feature of a family the one of the new survey with the same outline; nil when one has none.
    func places(of family: Set<Int64>) throws -> [Int64: Int64]? {
        var places: [Int64: Int64] = [:]
        for uid in family.sorted() {
            guard let fact = try Row.fetchOne(db, sql: "SELECT number FROM feature WHERE uid = ?", arguments: [uid])
            else { continue }
            guard let place = try place(of: uid, number: fact["number"]) else { return nil }
            places[uid] = place
        }
        return places.isEmpty ? nil : places
    }

    private func place(of uid: Int64, number: String) throws -> Int64? {
        guard let old = try Project.baseBlob(of: uid, in: db), let shape = shape(old) else { return nil }
        // First the one of the same number, then whatever lies in its middle.
        var candidates =
            number.isEmpty
            ? []
            : try Int64.fetchAll(
                db,
                sql: "SELECT uid FROM feature WHERE layer = ? AND valid_to IS NULL AND number = ? LIMIT 2",
                arguments: [layer.id, number])
        if let point = shape.labelPoint {
            let box = Box(minX: point.x, minY: point.y, maxX: point.x, maxY: point.y)
            try Project.outlines(of: layer, plan: 0, in: box, db) { candidates.append($0.uid) }
        }
        return try candidates.first { try isSame(old, shape, Project.baseBlob(of: $0, in: db)) }
    }

    /// Whether an outline covers the same land: to a hundredth of a square metre of the plane, however its rings begin.
    private func isSame(_ old: Data, _ shape: Shape, _ new: Data?) throws -> Bool {
        guard let new else { return false }
        if new == old { return true }
        guard let other = self.shape(new), other.box.intersects(shape.box),
            abs(other.planeArea - shape.planeArea) < 0.01
        else { return false }
        return try geos.difference(shape, other).planeArea + geos.difference(other, shape).planeArea < 0.01
    }

    private func shape(_ blob: Data) -> Shape? {
        var shape = Shape(kind: .polygon)
        return blob.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ? shape : nil
    }

    private func code(of uid: Int64) throws -> (id: Int64, code: LandUseCode)? {
        try Row.fetchOne(
            db,
            sql:
                "SELECT c.id, c.system, c.code FROM feature AS f JOIN land_class AS c ON c.id = f.class WHERE f.uid = ?",
            arguments: [uid]
        ).map { ($0["id"], LandUseCode(system: $0["system"], code: $0["code"])) }
    }

    private func edits(of family: Set<Int64>) throws -> [Row] {
        try family.sorted().compactMap { uid in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT e.*, c.system, c.code, EXISTS (
                        SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid) AS moved
                    FROM plan_edit AS e JOIN land_class AS c ON c.id = e.class WHERE e.plan = ? AND e.uid = ?
                    """, arguments: [plan, uid])
        }
    }

    /// Whether the new survey found what was planned: the class itself, or one that becomes it.
    func isFulfilled(_ family: Set<Int64>, _ places: [Int64: Int64]) throws -> Bool {
        try edits(of: family).allSatisfy { edit in
            guard edit["op"] as String == "set", edit["geom"] as Data? == nil, edit["attributes"] as String? == nil,
                !(edit["moved"] as Bool), let place = places[edit["uid"]], let found = try code(of: place)
            else { return false }
            let wanted = LandUseCode(system: edit["system"], code: edit["code"])
            return found.code == wanted
                || ClassTable.standard[found.code]?.mapping?.targets.contains(wanted) == true
        }
    }

    /// Whether the new survey found the classes of the old one, so that the draft means what it meant.
    func says(nothingAgainst family: Set<Int64>, _ places: [Int64: Int64]) throws -> Bool {
        try places.allSatisfy { old, new in try code(of: old)?.id == code(of: new)?.id }
    }

    /// Moves a family: every row that names a base feature names its place in the new survey.
    func move(_ family: Set<Int64>, _ places: [Int64: Int64]) throws {
        let (edits, step) = (try edits(of: family), rebasing.step)
        var origins: [Row] = []
        var relations: [Row] = []
        for uid in family.sorted() {
            origins += try Row.fetchAll(
                db, sql: "SELECT * FROM plan_origin WHERE plan = ? AND uid = ?", arguments: [plan, uid])
            relations += try Row.fetchAll(
                db, sql: "SELECT * FROM lineage WHERE plan = ? AND child = ?", arguments: [plan, uid])
        }
        try rebasing.drop(family)
        func moved(_ uid: Int64) -> Int64 { places[uid] ?? uid }
        for row in relations {
            try db.execute(
                sql: "INSERT INTO lineage(child, parent, plan, step) VALUES (?, ?, ?, ?)",
                arguments: [moved(row["child"]), moved(row["parent"]), plan, row["step"] as Int64?])
        }
        for row in origins {
            try db.execute(
                sql: "INSERT INTO plan_origin(plan, uid, base, area, net) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    plan, moved(row["uid"]), moved(row["base"]), row["area"] as Int64, row["net"] as Int64,
                ])
        }
        var next = try Project.nextNumber("plan_edit", in: db)
        for edit in edits {
            let (uid, id): (Int64, Int64) = (edit["uid"], next)
            try db.execute(
                sql: """
                    INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net, attributes, geom,
                        number, name, base_revision)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT revision FROM feature WHERE uid = ?))
                    """,
                arguments: [
                    id, plan, step, layer.id, moved(uid), edit["op"] as String, edit["class"] as Int64,
                    edit["unit"] as Int64, edit["area"] as Int64, edit["net"] as Int64,
                    edit["attributes"] as String?, edit["geom"] as Data?, edit["number"] as String,
                    edit["name"] as String, places[uid],
                ])
            next += 1
            try db.execute(
                sql: "UPDATE attachment SET uid = ? WHERE plan = ? AND uid = ?", arguments: [moved(uid), plan, uid])
        }
        for place in places.values.sorted() {
            try rebasing.settleAreas(of: place)
        }
    }
}
