import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// A plan written into the one map: what it drafts of planned uses, control lines and other layers takes the place of what
/// is in force there; what it plans for parcels of the survey becomes planned use, and the survey stays as it was found.
///
/// All in the transaction of the step that publishes, at any size. Base data is in no changeset; the rows of
/// `publication` are, with a hash of each row that came into force and each that was superseded.
final class Publication {
    let db: Database
    let plan: Plan
    let event: Int64
    /// The journal row of the event, from which the new version counts.
    let at: Int64
    let moment: String
    let work: OutlineWork
    private var revisions: [Int64: LayerRevision] = [:]
    private var order: [Int64] = []

    init(_ plan: Plan, by event: Int64, at: Int64, moment: String, in db: Database) throws {
        (self.db, self.plan, self.event, self.at, self.moment) = (db, plan, event, at, moment)
        work = try OutlineWork(in: plan.id, step: 0, db)
    }

    /// - Parameter ground: the layer that takes what the plan says of parcels; nil where it says nothing of them.
    func run(ground: Layer?) throws {
        // Thousands of pages change, each many times over.
        try db.execute(sql: "PRAGMA cache_size = -65536")
        defer { _ = try? db.execute(sql: "PRAGMA cache_size = -4096") }
        try db.withoutTriggers {
            try publishZones()
            if let ground { try publishParcels(to: ground) }
            try settle()
        }
    }

    func revision(of layer: Int64) throws -> LayerRevision {
        if let found = revisions[layer] { return found }
        let new = try LayerRevision(
            of: work.layer(layer), at: at, in: db,
            measure: work.system == nil ? nil : { [work] in try work.hundredths($0) })
        revisions[layer] = new
        order.append(layer)
        return new
    }

    // MARK: Zones and lines

    /// Edits of layers other than the survey: each takes the place of its own base row.
    private func publishZones() throws {
        let edits = try Row.fetchAll(
            db,
            sql: """
                SELECT e.layer, e.uid, e.op, e.class, e.unit, e.area, e.net, e.attributes, e.number, e.name, e.geom
                FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer
                WHERE e.plan = ? AND l.role <> 'parcels' ORDER BY e.layer, e.id
                """, arguments: [plan.id])
        guard !edits.isEmpty else { return }
        let parents = try self.parents()
        var next = try Project.reserveUIDs(edits.count, in: db)
        for edit in edits {
            let (uid, op): (Int64, String) = (edit["uid"], edit["op"])
            let revision = try revision(of: edit["layer"])
            var new = NewFact(
                base: nil, source: uid, class: edit["class"], unit: edit["unit"], area: edit["area"], net: edit["net"],
                number: edit["number"], name: edit["name"], geom: edit["geom"],
                values: FeatureAttributes.parse(edit["attributes"]), parents: parents[uid] ?? [])
            if op != "add" {
                guard let base = try revision.standing(uid) else { throw Self.superseded(uid, plan) }
                if op == "set", Self.isSame(new, base) { continue }
                try revision.supersede(base, source: uid)
                new.base = base
                if new.geom == nil, new.area == base.area { new.measuredLike = uid }
                new.parents.append(uid)
            }
            if op != "remove" {
                try revision.put(new, uid: next)
                next += 1
            }
        }
    }

    private static func isSame(_ new: NewFact, _ base: StandingFact) -> Bool {
        new.geom == nil && new.values.isEmpty && new.class == base.class && new.unit == base.unit
            && new.area == base.area && new.net == base.net
    }

    /// Which base features a drafted feature has land of, or descends from.
    private func parents() throws -> [Int64: [Int64]] {
        var parents: [Int64: [Int64]] = [:]
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT o.uid AS child, o.base AS parent FROM plan_origin AS o JOIN feature AS f ON f.uid = o.base
                WHERE o.plan = :plan AND o.base <> o.uid
                UNION SELECT child, parent FROM lineage AS l JOIN feature AS f ON f.uid = l.parent WHERE l.plan = :plan
                """, arguments: ["plan": plan.id])
        {
            parents[row["child"], default: []].append(row["parent"])
        }
        return parents
    }

    static func superseded(_ uid: Int64, _ plan: Plan) -> Refusal {
        Refusal(
            .notAllowed,
            "Plan \(plan.id) was not published: feature \(uid), which it changes, is not in force any more; return the plan, bring it up to date by 'plan rebase \(plan.id)', and submit it again.",
            "规划 \(plan.id) 未发布：其修改的要素 \(uid) 已失效；请退回规划，用 plan rebase \(plan.id) 更新后重新报送。")
    }

    // MARK: The end

    private func settle() throws {
        let insert = try BulkStatement(
            """
            INSERT INTO publication(id, event, plan, layer, uid, source, op, hash, journal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: db)
        var id = try Project.nextNumber("publication", in: db)
        for layer in order {
            try revisions[layer]?.finish(moment) { uid, source, op, hash in
                try insert.run { row in
                    row.bind(1, id)
                    row.bind(2, event)
                    row.bind(3, plan.id)
                    row.bind(4, layer)
                    row.bind(5, uid)
                    if let source { row.bind(6, source) } else { row.bindNull(6) }
                    row.bind(7, string: op)
                    row.bind(8, string: hash)
                    row.bind(9, at)
                }
                id += 1
            }
        }
        try settleOtherDrafts()
    }

    /// Sums of other drafts count what they change against what is in force: a base row that is no more counts no longer.
    private func settleOtherDrafts() throws {
        try db.execute(
            sql: """
                INSERT INTO plan_summary(plan, layer, unit, class, count, area, net)
                SELECT e.plan, f.layer, f.unit, f.class, count(*), sum(f.area), sum(f.net)
                FROM feature AS f CROSS JOIN plan_edit AS e ON e.uid = f.uid
                WHERE f.valid_to = :at AND e.op <> 'add' AND e.plan <> :plan
                    AND NOT EXISTS (SELECT 1 FROM publication AS p WHERE p.plan = e.plan)
                GROUP BY 1, 2, 3, 4
                ON CONFLICT DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                    net = net + excluded.net
                """, arguments: ["at": at, "plan": plan.id])
    }
}

extension Project {
    /// What publication needs before the event is written: nothing in the way, and a layer for planned uses.
    ///
    /// - Returns: the layer that takes what the plan says of parcels; nil where it says nothing of them.
    /// - Throws: `Refusal` where the base has moved under the plan.
    func prepareGround(for plan: Plan, line: String, in db: Database) throws -> Layer? {
        if let stale = try Self.staleEdits(of: plan.id, base: plan.base, db).first(where: \.isConflict) {
            throw stale.kind == .superseded || stale.kind == .gone
                ? Publication.superseded(stale.uid, plan)
                : Refusal(
                    .notAllowed,
                    "Plan \(plan.id) was not published: the base of feature \(stale.uid), which it changes, has moved since; return the plan, bring it up to date by 'plan rebase \(plan.id)', and submit it again.",
                    "规划 \(plan.id) 未发布：其修改的要素 \(stale.uid) 的底图已变；请退回规划，用 plan rebase \(plan.id) 更新后重新报送。"
                )
        }
        let plansParcels = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer
                    WHERE e.plan = ? AND l.role = 'parcels' AND e.op <> 'remove')
                """, arguments: [plan.id])
        guard plansParcels == true else { return nil }
        let layers = try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry")
        if let own = layers.first(where: { $0.id == plan.planned && $0.geometry == .polygon }) { return own }
        let planned = layers.filter { $0.role == .plannedUse && $0.geometry == .polygon }
        func age(_ layer: Layer) -> (Int, Int, Int64) {
            (layer.standard == "GHYDYH" ? 1 : 0, layer.year ?? 0, layer.id)
        }
        if let newest = planned.max(by: { age($0) < age($1) }) { return newest }
        return try makePlannedUse(line: line, in: db)
    }

    /// An empty layer of planned uses with the standard's fields, where the project has none.
    private func makePlannedUse(line: String, in db: Database) throws -> Layer {
        let schema = LayerSchema.named("GHYDYH")
        let uses: [(LayerSchema.Use, NewLayer.Field.Kind)] = [
            (.number, .text), (.unit, .text), (.unitName, .text), (.classCode, .text), (.name, .text), (.area, .real),
        ]
        var fields: [NewLayer.Field] = []
        var index: [LayerSchema.Use: Int] = [:]
        for (use, kind) in uses {
            guard let name = schema?.fields[use]?.first else { continue }
            index[use] = fields.count
            fields.append(.init(name: name, kind: kind))
        }
        var table = "GHYDYH"
        var number = 2
        while try db.tableExists(table) {
            table = "GHYDYH_\(number)"
            number += 1
        }
        var new = NewLayer(
            table: table, standard: "GHYDYH", title: schema?.title.chinese ?? table, role: .plannedUse, fields: fields,
            geometry: .polygon, source: "tuban")
        new.classSystem = schema?.classSystem
        (new.classField, new.unitField, new.unitNameField) = (index[.classCode], index[.unit], index[.unitName])
        (new.numberField, new.nameField) = (index[.number], index[.name])
        let adder = try LayerAdder(to: self, expecting: 0, in: db)
        try adder.add(new, line: line, fill: { _ in }, detail: { _ in "\(table): 0 features" })
        try adder.finish()
        guard
            let made = try Layer.fetchOne(
                db, sql: "SELECT * FROM layer_registry WHERE table_name = ?", arguments: [table])
        else { throw Refusal(.inputOutput, "The layer \(table) was not made.", "未能建立图层 \(table)。") }
        return made
    }
}
