import GRDB
import Phrases
import Planning

/// What bringing a layer to its control areas did.
package struct AdjustmentOutcome: Sendable, Hashable {
    /// 0 when all areas stood as they should.
    package var journal: Int64
    package var units: Int
    package var parcels: Int
    /// How many parcels were moved, and by how much in all, in hundredths of a square metre, whatever the sign.
    package var moved: Int
    package var amount: Int64
}

extension Project {
    /// Brings the parcels of each unit to its control area and keeps what was moved.
    ///
    /// Always reckoned from the areas as measured: a second run moves nothing twice, and one with other control areas
    /// replaces the first. Net areas are deducted anew from the adjusted ones; summaries follow. All of it is one
    /// transaction, whose changeset in the journal holds each amount.
    ///
    /// - Parameter source: where the control areas are from, for the log.
    /// - Throws: `Refusal` when parcels lie in none of the units, a unit is beyond its tolerance, or a plan stands on
    ///   areas that would change.
    package func adjustAreas(
        of layer: Layer, to controls: ControlAreas, source: String, tolerance: Int64?, line: String
    ) throws -> AdjustmentOutcome {
        try change { db in
            try require(Role.keepingLayers, to: Phrase("adjust areas", "调平面积"), in: db)
            let work = try AreaWork(layer: layer, controls: controls, in: db)
            let results = try work.results(tolerance: tolerance)
            let moves = results.flatMap { result in result.adjustment.moves.map { (result.key, $0) } }
            var outcome = AdjustmentOutcome(
                journal: 0, units: results.count, parcels: results.reduce(0) { $0 + $1.parcels }, moved: moves.count,
                amount: moves.reduce(0) { $0 + abs($1.1.moved) })
            guard try !work.stands(results) else { return outcome }
            try Self.requireNoPlan(on: layer, in: db)
            let journal = (try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal") ?? 0) + 1
            let (_, changeset) = try Changeset.recording(Schema.adjustedTables, in: db) {
                try work.apply(results, source: source, journal: journal)
            }
            let amount = AreaUnit.squareMetres.text(outcome.amount)
            outcome.journal = try record(
                .set, line: line, in: db,
                detail:
                    "\(layer.table): \(results.count) control areas of \(source), \(moves.count) parcels moved by \(amount) m²",
                changeset: changeset)
            return outcome
        }
    }

    /// Drafts hold areas of the base: those must not change under them.
    private static func requireNoPlan(on layer: Layer, in db: Database) throws {
        let plans = try String.fetchAll(
            db,
            sql: "SELECT title FROM plan WHERE id IN (SELECT plan FROM plan_edit WHERE layer = ?) ORDER BY id",
            arguments: [layer.id])
        guard plans.isEmpty else {
            throw Refusal(
                .notAllowed,
                "The areas of \(layer.table) cannot be adjusted: \(plans.joined(separator: ", ")) already changes parcels of it. Adjust before planning.",
                "图层 \(layer.table) 不能调平：规划 \(plans.joined(separator: "、")) 已修改其图斑。请在编制规划前调平。")
        }
    }

    /// The area of a parcel as it was measured; nil where nothing was moved.
    package func rawArea(of uid: Int64) throws -> Int64? {
        try read { db in
            try Int64.fetchOne(db, sql: "SELECT raw FROM area_adjustment WHERE uid = ?", arguments: [uid])
        }
    }

    /// What to add to a parcel's area that was measured again: what was moved before, while it has the raw area that
    /// it had then. One that has another shape now is out of its adjustment.
    static func keptAdjustment(of uid: Int64, raw: Int64, in db: Database) throws -> Int64 {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT raw, moved FROM area_adjustment WHERE uid = ?", arguments: [uid])
        else { return 0 }
        if row["raw"] == raw { return row["moved"] }
        try db.execute(sql: "DELETE FROM area_adjustment WHERE uid = ?", arguments: [uid])
        return 0
    }

    /// Control areas as a layer of units has them.
    ///
    /// - Parameter field: the column with the areas, in m². Without one it is the surveyed area (DCMJ), else the computed
    ///   one (JSMJ), whichever is there and full; else what tuban measured.
    /// - Returns: the areas, and the name of the column; nil when they were measured.
    package func controlAreas(of layer: Layer, field: String?) throws -> (
        areas: [(key: ControlAreas.Key, area: Int64)], field: String?
    ) {
        try read { db in
            guard layer.unitField != nil else {
                throw Refusal(
                    .badData, "Layer \(layer.table) has no codes of units, so that it gives no control areas.",
                    "图层 \(layer.table) 没有单元代码字段，不能作为控制面积。")
            }
            let columns = try db.columns(in: layer.table).map(\.name)
            func column(_ name: String) -> String? { columns.first { $0.uppercased() == name.uppercased() } }
            let side = column("MSSM").map { "coalesce(t.\($0.quoted), '')" } ?? "''"
            func areas(_ column: String?) throws -> [(key: ControlAreas.Key, area: Int64)]? {
                let measured = column.map { "CAST(round(t.\($0.quoted) * 100) AS INTEGER)" } ?? "f.area"
                let rows = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT u.code AS unit, \(side) AS side, \(measured) AS area FROM feature AS f
                            JOIN \(layer.table.quoted) AS t ON t.fid = f.fid JOIN unit AS u ON u.id = f.unit
                        WHERE f.layer = ? AND f.valid_to IS NULL
                        """, arguments: [layer.id])
                if column != nil, field == nil, rows.contains(where: { ($0["area"] as Int64? ?? 0) <= 0 }) {
                    return nil
                }
                return rows.map {
                    (ControlAreas.Key(unit: $0["unit"], side: ($0["side"] as String).trimmed), $0["area"] ?? 0)
                }
            }
            if let field {
                guard let name = column(field), let found = try areas(name) else {
                    throw Refusal(
                        .noInput, "Layer \(layer.table) has no column \(field).", "图层 \(layer.table) 没有字段 \(field)。")
                }
                return (found, name)
            }
            for name in ["DCMJ", "JSMJ"].compactMap(column) {
                if let found = try areas(name) { return (found, name) }
            }
            return (try areas(nil) ?? [], nil)
        }
    }
}
