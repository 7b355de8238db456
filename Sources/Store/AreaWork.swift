import GRDB
import Phrases
import Planning

/// One layer on its way to its control areas, inside a transaction.
struct AreaWork {
    struct Result {
        var key: ControlAreas.Key
        var parcels: Int
        var adjustment: Adjustment
    }

    private let layer: Layer
    private let controls: ControlAreas
    private let db: Database
    /// Which of the layer's units make up each control area.
    private let units: [ControlAreas.Key: [Int64]]
    /// The column that tells the mainland from islands, where that matters.
    private let side: String?

    /// - Throws: `Refusal` when parcels lie in none of the units, or do not say on which side they lie.
    init(layer: Layer, controls: ControlAreas, in db: Database) throws {
        self.layer = layer
        self.controls = controls
        self.db = db
        side = controls.isSided ? try db.columns(in: layer.table).map(\.name).first { $0.uppercased() == "MSSM" } : nil
        if controls.isSided, side == nil {
            throw Refusal(
                .badData,
                "The control areas part islands from the mainland, but \(layer.table) has no column MSSM that tells where a parcel lies.",
                "控制面积区分海岛与大陆，但图层 \(layer.table) 没有 MSSM 字段。")
        }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT f.unit AS id, u.code AS code, \(Self.sideText(side)) AS side, count(*) AS count
                FROM feature AS f JOIN unit AS u ON u.id = f.unit \(Self.join(layer, side))
                WHERE f.layer = ? AND f.valid_to IS NULL GROUP BY 1, 2, 3 ORDER BY 2, 3
                """, arguments: [layer.id])
        var units: [ControlAreas.Key: [Int64]] = [:]
        var (lost, names): (Int, [String]) = (0, [])
        for row in rows {
            let key = ControlAreas.Key(unit: row["code"], side: row["side"])
            if let control = controls.control(of: key.unit, side: key.side) {
                let id: Int64 = row["id"]
                if units[control]?.contains(id) != true { units[control, default: []].append(id) }
            } else {
                lost += row["count"]
                names.append(key.unit.isEmpty ? say("no unit", "无单元") : key.description)
            }
        }
        guard lost == 0 else {
            let list = names.prefix(5).joined(separator: ", ")
            throw Refusal(
                .badData,
                "The areas of \(layer.table) were not adjusted: \(counted(lost, "parcel")) in units without a control area (\(list)); correct their unit, or give the unit a control area.",
                "图层 \(layer.table) 未平差：有 \(lost) 个图斑所在单元没有控制面积（\(list)），请更正图斑的单元代码，或补充控制面积。")
        }
        self.units = units
    }

    private static func sideText(_ side: String?) -> String {
        side.map { "trim(coalesce(t.\($0.quoted), ''))" } ?? "''"
    }

    private static func join(_ layer: Layer, _ side: String?) -> String {
        side == nil ? "" : "JOIN \(layer.table.quoted) AS t ON t.fid = f.fid"
    }

    /// - Throws: `Refusal` that names the first unit beyond its tolerance and how many there are.
    func results(tolerance: Int64?) throws -> [Result] {
        var results: [Result] = []
        var faults: [(key: ControlAreas.Key, sum: Int64, beyond: Adjustment.Beyond)] = []
        let statement = try db.makeStatement(
            sql: """
                SELECT f.uid, f.area - coalesce(a.moved, 0) FROM feature AS f
                    LEFT JOIN area_adjustment AS a ON a.uid = f.uid \(Self.join(layer, side))
                WHERE f.layer = ?1 AND f.valid_to IS NULL AND f.unit = ?2 AND ?3 IN ('', \(Self.sideText(side)))
                """)
        for (key, control) in controls.lowest.sorted(by: { $0.key < $1.key }) {
            var polygons: [Adjustment.Polygon] = []
            for unit in units[key] ?? [] {
                let rows = try Row.fetchCursor(statement, arguments: [layer.id, unit, key.side])
                while let row = try rows.next() { polygons.append(.init(id: row[0], raw: row[1])) }
            }
            do throws(Adjustment.Beyond) {
                let adjustment = try Adjustment(polygons, to: control, tolerance: tolerance)
                results.append(Result(key: key, parcels: polygons.count, adjustment: adjustment))
            } catch {
                faults.append((key, control - error.difference, error))
            }
        }
        if let worst = faults.max(by: { $0.beyond.difference.magnitude < $1.beyond.difference.magnitude }) {
            throw beyond(worst.key, worst.sum, worst.beyond, count: faults.count)
        }
        return results
    }

    private func beyond(_ key: ControlAreas.Key, _ sum: Int64, _ beyond: Adjustment.Beyond, count: Int) -> Refusal {
        let text = { AreaUnit.squareMetres.text($0) }
        let (area, control) = (text(sum), text(sum + beyond.difference))
        let (off, limit) = (text(beyond.difference), text(beyond.tolerance))
        return Refusal(
            .badData,
            "The areas of \(layer.table) were not adjusted: the parcels of \(key) add up to \(area) m², its control area is "
                + "\(control) m², and the difference of \(off) m² is more than the tolerance of \(limit) m²"
                + (count > 1 ? "; \(count) units are so" : "")
                + ". Look for gaps and overlaps, or allow more with --tolerance.",
            "图层 \(layer.table) 未调平：\(key) 图斑面积之和 \(area) m²，控制面积 \(control) m²，相差 \(off) m²，超过限差 \(limit) m²"
                + (count > 1 ? "（共 \(count) 个单元超限）" : "") + "。请检查缝隙与重叠，或用 --tolerance 放宽。")
    }

    /// Whether the project already is as `results` would have it.
    func stands(_ results: [Result]) throws -> Bool {
        let kept = try Row.fetchAll(
            db, sql: "SELECT unit, side, control FROM area_control WHERE layer = ?", arguments: [layer.id])
        let then = Dictionary(
            kept.map { (ControlAreas.Key(unit: $0["unit"], side: $0["side"]), $0["control"] as Int64) }
        ) { $1 }
        guard then == controls.lowest else { return false }
        let moved = try Row.fetchAll(
            db, sql: "SELECT uid, moved FROM area_adjustment WHERE layer = ?", arguments: [layer.id])
        let before = Dictionary(moved.map { ($0["uid"] as Int64, $0["moved"] as Int64) }) { $1 }
        let now = results.flatMap(\.adjustment.moves)
        return before.count == now.count && now.allSatisfy { before[$0.id] == $0.moved }
    }

    /// Writes the areas, what was moved, and the control areas.
    func apply(_ results: [Result], source: String, journal: Int64) throws {
        let area = try AreaColumn(layer, in: db)
        let wanted = Set(results.flatMap { $0.adjustment.moves.map(\.id) })
        // What was moved before and is not any more goes back to the raw area.
        for row in try Row.fetchAll(
            db, sql: "SELECT uid, raw FROM area_adjustment WHERE layer = ?", arguments: [layer.id])
        where !wanted.contains(row["uid"]) {
            try area.set(row["uid"], to: row["raw"])
            try db.execute(sql: "DELETE FROM area_adjustment WHERE uid = ?", arguments: [row["uid"] as Int64])
        }
        try db.execute(sql: "DELETE FROM area_control WHERE layer = ?", arguments: [layer.id])
        let log = try db.makeStatement(
            sql: """
                INSERT INTO area_adjustment(uid, layer, unit, side, raw, moved, journal) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET unit = excluded.unit, side = excluded.side, raw = excluded.raw,
                    moved = excluded.moved, journal = excluded.journal
                """)
        for result in results {
            let (key, adjustment) = (result.key, result.adjustment)
            try db.execute(
                sql: """
                    INSERT INTO area_control(layer, unit, side, given, control, raw, parcels, source, journal)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    layer.id, key.unit, key.side, controls.given[key] ?? 0, adjustment.control, adjustment.sum,
                    result.parcels, source, journal,
                ])
            for move in adjustment.moves {
                try area.set(move.id, to: move.adjusted)
                try log.execute(arguments: [move.id, layer.id, key.unit, key.side, move.raw, move.moved, journal])
            }
        }
        try Project.summarisePlans(on: layer, in: db)
        try db.execute(sql: "UPDATE layer_registry SET revision = revision + 1 WHERE id = ?", arguments: [layer.id])
    }
}

/// Sets areas of a layer's parcels, each with the net area that follows from it.
private struct AreaColumn {
    private let factor: Statement?
    private let update: Statement

    init(_ layer: Layer, in db: Database) throws {
        factor = try layer.factorField.map { field in
            try db.makeStatement(
                sql: """
                    SELECT c.code, t.\(field.quoted) FROM feature AS f JOIN \(layer.table.quoted) AS t ON t.fid = f.fid
                        JOIN land_class AS c ON c.id = f.class WHERE f.uid = ?
                    """)
        }
        update = try db.makeStatement(
            sql: "UPDATE feature SET area = ?, net = ?, revision = revision + 1 WHERE uid = ?")
    }

    func set(_ uid: Int64, to area: Int64) throws {
        var ridges: Int64 = 0
        if let factor, let row = try Row.fetchOne(factor, arguments: [uid]) {
            let value: DatabaseValue = row[1]
            let number =
                Double.fromDatabaseValue(value) ?? String.fromDatabaseValue(value).flatMap { Double($0.trimmed) }
            ridges = FieldRidges.deduction(from: area, factor: number ?? 0, code: row[0] as String)
        }
        try update.execute(arguments: [area, area - ridges, uid])
    }
}
