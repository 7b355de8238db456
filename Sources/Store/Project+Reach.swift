import GRDB
import Geometry
import Phrases
import Planning

extension Project {
    // MARK: Stamps

    /// What the values of a world follow from: the last journal row that changed base data, and the plan's last.
    static func reachStamp(plan: Int64, layer: Int64, in db: Database) throws -> String {
        try "\(baseStamp(layer: layer, in: db)) \(planStamp(plan, in: db))"
    }

    /// Imports, drops, publications, other programs' changes and adjusted areas change the base; statistics do not.
    private static func baseStamp(layer: Int64, in db: Database) throws -> String {
        let last =
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT id FROM journal WHERE kind IN ('drop', 'outside', 'move')
                        OR kind = 'import' AND line NOT LIKE 'statistic %'
                        OR kind = 'set' AND (line LIKE 'area %' OR line LIKE 'class %' OR line = 'migrate')
                    ORDER BY id DESC LIMIT 1
                    """) ?? 0
        let time = try Int64.fetchOne(db, sql: "SELECT as_of FROM temp.here")
        // What another program changed and nobody has journalled yet, as a file that is open for reading only shows it.
        let touched = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM touched)") == true
        let mark = touched ? " \(UInt64.random(in: 0 ... .max))" : ""
        return "1 \(layer) \(last) \(time ?? -1)\(mark)"
    }

    private static func planStamp(_ plan: Int64, in db: Database) throws -> String {
        guard plan != 0 else { return "0 0" }
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal WHERE plan = ?", arguments: [plan]) ?? 0
        return "\(plan) \(last)"
    }

    // MARK: Values

    /// What is within reach in the world of a plan: kept values where nothing changed since, else computed, and kept where
    /// the file can be written.
    ///
    /// - Parameter layer: the survey whose land counts.
    package func reach(plan: Int64 = 0, layer: Layer) throws -> [ReachValue] {
        let found = try read { db in
            try Self.standing(Here(plan: plan, layer: layer.id), db) {
                let stamp = try Self.reachStamp(plan: plan, layer: layer.id, in: db)
                if let kept = try Self.keptReach(plan: plan, layer: layer.id, stamp, in: db) {
                    return (stamp, kept, isKept: true)
                }
                return (stamp, try computeReach(plan: plan, layer: layer, in: db), isKept: false)
            }
        }
        if !found.isKept, !isReadOnly {
            // Somebody else may be writing; who looks shall not wait, nor fail for it.
            do {
                try change { db in try Self.keepReach(found.1, plan: plan, layer: layer.id, found.0, in: db) }
            } catch let refusal as Refusal where refusal.kind == .busy {}
        }
        return found.1
    }

    static func standing<T>(_ here: Here, _ db: Database, _ body: () throws -> T) throws -> T {
        let row = try Row.fetchOne(db, sql: "SELECT plan, layer, as_of, year FROM temp.here")
        let before =
            row.map { Here(plan: $0["plan"], layer: $0["layer"], asOf: $0["as_of"], year: $0["year"]) } ?? Here()
        try stand(here, in: db)
        defer {
            // The row is there, and the table is the connection's own; a failure here would be the file's end anyway.
            try? stand(before, in: db)
        }
        return try body()
    }

    private static func keptReach(plan: Int64, layer: Int64, _ stamp: String, in db: Database) throws -> [ReachValue]? {
        let kept = try String.fetchOne(
            db, sql: "SELECT stamp FROM reach_stamp WHERE plan = ? AND layer = ?", arguments: [plan, layer])
        guard kept == stamp else { return nil }
        return try Row.fetchAll(
            db, sql: "SELECT * FROM reach_value WHERE plan = ? AND layer = ?", arguments: [plan, layer]
        ).compactMap { row in
            guard let way = ReachRule.Way(rawValue: row["way"]) else { return nil }
            return ReachValue(
                kind: row["kind"], way: way, minutes: row["minutes"], unit: row["unit"], covered: row["covered"],
                total: row["total"], coveredCount: row["covered_count"], totalCount: row["total_count"],
                isApproximate: row["is_approximate"])
        }
    }

    private static func keepReach(_ values: [ReachValue], plan: Int64, layer: Int64, _ stamp: String, in db: Database)
        throws
    {
        for table in ["reach_value", "reach_stamp"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE plan = ? AND layer = ?", arguments: [plan, layer])
        }
        let insert = try db.makeStatement(sql: "INSERT INTO reach_value VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for value in values {
            try insert.execute(arguments: [
                plan, layer, value.kind, value.way.rawValue, value.minutes, value.unit, value.covered, value.total,
                value.coveredCount, value.totalCount, value.isApproximate,
            ])
        }
        try db.execute(sql: "INSERT INTO reach_stamp VALUES (?, ?, ?)", arguments: [plan, layer, stamp])
    }

    /// - Parameter db: stands in the plan and at the layer.
    private func computeReach(plan: Int64, layer: Layer, in db: Database) throws -> [ReachValue] {
        let base = try Self.baseStamp(layer: layer.id, in: db)
        guard plan != 0 else { return try reachWorld(base, layer, in: db).values() }
        let (world, changes) = try draftedReach(plan, layer, base, in: db)
        return try world.values(with: changes)
    }

    /// What a draft makes of what is within reach: the rows of the base that go, and those that come.
    ///
    /// - Parameter tell: told `longWork` before the base is read that is not in memory yet.
    func reachChange(plan: Int64, layer: Layer, tell: (String) throws -> Void) throws -> [ReachRow] {
        try read { db in
            try Self.standing(Here(plan: plan, layer: layer.id), db) {
                let base = try Self.baseStamp(layer: layer.id, in: db)
                if ReachWorld.known(path, base, layer) == nil { try tell(Self.longWork) }
                let (world, changes) = try draftedReach(plan, layer, base, in: db)
                return try world.rows(of: changes)
            }
        }
    }

    /// Said before work that nobody should have to watch.
    package static let longWork = "roads"

    /// What a draft makes of the base, beside the base.
    ///
    /// - Parameter db: stands in the plan and at the layer.
    private func draftedReach(
        _ plan: Int64, _ layer: Layer, _ stamp: String, in db: Database
    ) throws -> (base: ReachWorld, changes: [[Int64: ReachValue?]]) {
        let world = try Self.standing(Here(plan: 0, layer: layer.id), db) { try reachWorld(stamp, layer, in: db) }
        // A draft that moves roads, facilities or the urban area makes a world of its own.
        let others = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer
                    WHERE e.plan = ? AND l.standard IN ('DL', 'CQFW', 'GGFWSS', 'GDZD'))
                """, arguments: [plan])
        if others == true { return (world, try world.changes(to: ReachWorld(db, plan: plan, layer: layer, stamp: ""))) }
        let reader = ReachReader(db, plan: plan, layer: layer, plane: world.plane)
        let changed = try reader.land(edited: true, world.urbanArea, world.network)
        let gone = try Set(
            Int64.fetchAll(
                db, sql: "SELECT uid FROM plan_edit WHERE plan = ? AND layer = ?", arguments: [plan, layer.id]))
        return (world, try world.changes(without: gone, places: changed.places, sources: changed.sources))
    }

    /// The base, read once and kept in memory until it changes.
    ///
    /// - Parameter db: stands in the base.
    private func reachWorld(_ stamp: String, _ layer: Layer, in db: Database) throws -> ReachWorld {
        if let known = ReachWorld.known(path, stamp, layer) { return known }
        let world = try ReachWorld(db, plan: 0, layer: layer, stamp: stamp)
        ReachWorld.latest.withLock { $0 = (path, world) }
        return world
    }

    // MARK: Tables for formulas

    /// Fills a connection's table `reach` with values that `reach(plan:layer:)` gave.
    static func fillReach(_ values: [ReachValue], in db: Database) throws {
        try fillReach(values.map { ReachRow(sign: 1, value: $0) }, in: db)
        try db.execute(
            sql: """
                DELETE FROM temp.reach; INSERT INTO temp.reach SELECT kind, way, minutes, unit, covered_m2, total_m2,
                    covered_count, total_count, is_approximate FROM temp.reach_row
                """)
    }

    /// Fills a connection's table `reach_row`, which has a sign besides.
    static func fillReach(_ rows: [ReachRow], in db: Database) throws {
        try db.execute(sql: "DELETE FROM temp.reach_row")
        let insert = try db.cachedStatement(sql: "INSERT INTO temp.reach_row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for row in rows {
            let value = row.value
            try insert.execute(arguments: [
                row.sign, value.kind, value.way.rawValue, value.minutes, value.unit, Double(value.covered) / 100,
                Double(value.total) / 100, value.coveredCount, value.totalCount, value.isApproximate,
            ])
        }
    }
}
