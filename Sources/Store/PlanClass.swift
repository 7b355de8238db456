import Foundation
import GRDB
import Geometry
import Phrases
import Planning

extension Project {
    /// Plans another class for features: one step, which `undo` takes back.
    ///
    /// Features that have the class already are left alone.
    package func setClass(of uids: [Int64], to code: LandUseCode, in plan: Int64, line: String) throws -> StepOutcome {
        let target = try landClass(code)
        return try step(line: line, plan: plan) { db, step in
            try Self.setClass(of: uids, to: target.id, in: plan, step: step, db)
        }
    }

    /// Plans another class for what lies wholly inside a boundary, out of `uids`, or of all parcels of the plan's base.
    ///
    /// - Parameter cutting: first split the parcels that the boundary crosses.
    package func setClass(
        of uids: [Int64]?, inside boundary: Shape, cutting: Bool, to code: LandUseCode, in plan: Int64, line: String
    ) throws -> StepOutcome {
        let target = try landClass(code)
        var planned: (count: Int, area: Int64) = (0, 0)
        var crossed = 0
        var outcome = try step(line: line, plan: plan) { db, step in
            let work = try OutlineWork(in: plan, step: step, db)
            try work.requireValid(boundary, Phrase("Nothing was planned: the boundary is broken", "未规划：边界有误"))
            let chosen: [Int64]
            (chosen, crossed) = try work.parcels(inside: boundary, of: uids, cutting: cutting)
            guard !chosen.isEmpty else {
                throw Refusal(
                    .noInput,
                    "No parcel lies wholly inside the boundary; nothing was changed.\(cutting ? "" : " --cut splits those that it crosses.")",
                    "没有图斑完全位于边界之内，未作修改。\(cutting ? "" : "用 --cut 可先按边界分割图斑。")")
            }
            try Self.setClass(of: chosen, to: target.id, in: plan, step: step, db)
            planned = (chosen.count, try chosen.reduce(0) { $0 + (try work.feature($1).area) })
        }
        // Of what the step touched, pieces outside and neighbours with new corners are not planned.
        if outcome.count > 0 { (outcome.count, outcome.area) = planned }
        if !cutting { outcome.crossed = crossed }
        return outcome
    }

    static func setClass(of uids: [Int64], to target: Int64, in planID: Int64, step: Int64, _ db: Database) throws {
        let plan = try Plan.fetchOne(db.cachedStatement(sql: "SELECT * FROM plan WHERE id = ?"), arguments: [planID])
        var next = try Self.nextNumber("plan_edit", in: db)
        var missing: [Int64] = []
        let hasRidges = try PlannedNet.hasRidges(target, db)
        for uid in uids {
            let edit = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT id, class, op FROM plan_edit WHERE plan = ? AND uid = ?"),
                arguments: [planID, uid])
            if let edit, edit["op"] as String != "remove" {
                guard edit["class"] as Int64 != target else { continue }
                try db.cachedStatement(
                    sql: "UPDATE plan_edit SET class = ?, step = ?, net = \(PlannedNet.ofEdit(hasRidges)) WHERE id = ?"
                ).execute(arguments: [target, step, edit["id"] as Int64])
                continue
            }
            let base = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT f.layer, f.class, f.unit, f.area, f.net, f.revision, l.role
                        FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE f.uid = ? AND f.valid_to IS NULL
                        """), arguments: [uid])
            guard let base, edit == nil,
                plan?.base == nil || base["layer"] as Int64? == plan?.base
                    || base["role"] == LayerRole.plannedUse.rawValue
            else {
                missing.append(uid)
                continue
            }
            guard base["class"] as Int64 != target else { continue }
            try db.cachedStatement(
                sql: """
                    INSERT INTO plan_edit(id, plan, step, layer, uid, op, class, unit, area, net, base_revision)
                    VALUES (?, ?, ?, ?, ?, 'set', ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                next, planID, step, base["layer"] as Int64, uid, target, base["unit"] as Int64,
                base["area"] as Int64, base[hasRidges ? "net" : "area"] as Int64, base["revision"] as Int64,
            ])
            next += 1
        }
        guard missing.isEmpty else {
            let list = missing.prefix(5).map(String.init).joined(separator: ", ")
            throw Refusal(
                .noInput,
                "Plan \(planID) has no parcel \(list)\(missing.count > 5 ? " …" : ""); nothing was changed.",
                "规划 \(planID) 的底图中没有图斑 \(list)\(missing.count > 5 ? " 等" : "")，未作修改。")
        }
    }
}

extension OutlineWork {
    /// The parcels of the plan's base that lie wholly inside a boundary, and how many others it crosses.
    ///
    /// Files of boundaries have their corners to the millimetre: an outline that was written to one and read again is the
    /// same, though a hair's breadth of it lies outside, or of a neighbour inside.
    ///
    /// - Parameter cutting: split those that it crosses, and take the pieces inside.
    func parcels(inside boundary: Shape, of uids: [Int64]?, cutting: Bool) throws -> (chosen: [Int64], crossed: Int) {
        guard let base = plan.base else {
            throw Refusal(.usage, "Plan \(plan.id) has no survey to choose parcels from.", "规划 \(plan.id) 没有调查底图。")
        }
        let prepared = try geos.prepared(boundary)
        let wanted = uids.map(Set.init)
        var chosen: [Int64] = []
        var crossed: [Int64] = []
        // One outline at a time: a boundary may hold a county.
        try Project.outlines(of: layer(base), plan: plan.id, in: boundary.box, db) { feature in
            let (uid, shape) = (feature.uid, feature.shape)
            guard shape.kind == .polygon, wanted?.contains(uid) ?? true, try prepared.intersects(shape) else { return }
            let whole = shape.planeArea
            let rim = min(max(speck, shape.length * hair), whole / 2)
            if try prepared.contains(shape) || geos.difference(shape, boundary).planeArea <= rim {
                chosen.append(uid)
            } else if try geos.intersection(shape, boundary).planeArea > rim {
                crossed.append(uid)
            }
        }
        for uid in cutting ? crossed.sorted() : [] {
            let parcel = try editable(uid)
            guard let cut = try cut(parcel.shape, by: boundary.outline, reach: hair) else { continue }
            chosen += try split(parcel, by: cut).filter { $0.shape.labelPoint.map(boundary.contains) == true }.map(
                \.uid)
        }
        return (chosen.sorted(), crossed.count)
    }
}

extension Project {
    /// The parcels of a plan's base that meet a filter, in the order of their numbers. The connection stands afterwards
    /// where it stood.
    package func uids(of filter: ParcelQuery.Filter, in plan: Plan) throws -> [Int64] {
        let before = try here()
        try stand(Here(plan: plan.id, layer: plan.base ?? before.layer))
        let found = Result { try parcels(ParcelQuery(filter: filter, sort: .uid), limit: Int(Int32.max)).map(\.uid) }
        try stand(before)
        return try found.get()
    }
}
