import Foundation
import GRDB
import GeoBridge
import Geometry
import Planning

/// The land that changes: by a draft, or between the two newest surveys.
extension RuleRunner {
    /// What the draft changes, piece by piece; what keeps its use in another classification is none.
    func draftedPieces() throws -> [ChangedPiece] {
        guard let plan = work.plan else { return [] }
        let layers = [plan.base, plan.planned].compactMap { $0 }
        guard !layers.isEmpty else { return [] }
        let list = layers.map(String.init).joined(separator: ", ")
        let asked = only == nil ? "" : "AND e.uid IN (SELECT uid FROM temp.asked)"
        var result: [ChangedPiece] = []
        var isSame: [Int64: [Int64: Bool]] = [:]
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT d.uid, d.base, d.was, d.is_now, d.unit, d.area, d.net, e.area,
                        EXISTS (SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid)
                    FROM (\(Here.landChanges(plan: String(plan.id), edits: asked))) AS d
                        JOIN plan_edit AS e ON e.id = d.edit
                    WHERE d.layer IN (\(list)) AND d.was <> d.is_now AND d.is_now <> 0 ORDER BY d.uid, d.base
                    """))
        while let row = try rows.next() {
            let (from, to): (Int64, Int64) = (row[2], row[3])
            let same = try isSame[from]?[to] ?? isSameUse(from, to)
            isSame[from, default: [:]][to] = same
            guard !same else { continue }
            let uid: Int64 = row[0]
            let part = result.last.map { $0.uid == uid ? $0.subject - 1 : nil } ?? nil
            let (area, whole): (Int64, Int64) = (row[5], row[7])
            var piece = ChangedPiece(
                subject: part ?? ChangedPiece.subjects(of: uid).upperBound, uid: uid, base: row[1], from: from, to: to,
                unit: row[4], area: Double(area) / 100, net: Double(row[6] as Int64) / 100)
            if row[8] as Bool, let base = piece.base, area != whole {
                piece.shape = try self.part(of: uid, in: base)
            }
            result.append(piece)
        }
        return result
    }

    private func isSameUse(_ from: Int64, _ to: Int64) throws -> Bool {
        let codes = try [from, to].map { id in
            try StoredClass.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM land_class WHERE id = ?"), arguments: [id])?.code
        }
        guard let a = codes[0], let b = codes[1] else { return false }
        return Self.isSameUse(a, b)
    }

    /// Whether a planned class is what the survey's class becomes anyway (基数转换).
    static func isSameUse(_ a: LandUseCode, _ b: LandUseCode) -> Bool {
        let table = ClassTable.standard
        return table[a]?.mapping?.targets.contains { table.isClass(b, within: $0) } ?? false
    }

    /// The part of a drafted feature that comes from one base feature; its whole outline where that cannot be told.
    private func part(of uid: Int64, in base: Int64) throws -> Shape? {
        guard let own = try outlines.shape(of: uid), let other = try outlines.baseShape(of: base) else { return nil }
        do {
            let shared = try GEOS().intersection(own, other)
            return shared.isEmpty ? nil : shared
        } catch is GEOSError { return nil }
    }

    /// What differs between the two newest surveys, as the overlay of the two keeps it.
    func surveyedPieces() throws -> [ChangedPiece] {
        guard let now = work.layers["DLTB"], let before = work.layers["DLTB_BEFORE"],
            work.rules.contains(where: { $0.inputs(isDraft: false).contains { $0.name == "change" } })
        else { return [] }
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT c.new_uid, c.old_uid, o.class, n.class, n.unit, c.area, c.net, n.area
                FROM survey_change AS c JOIN feature AS o ON o.uid = c.old_uid JOIN feature AS n ON n.uid = c.new_uid
                WHERE c.old_layer = ? AND c.new_layer = ? ORDER BY 1, 2
                """, arguments: [before.id, now.id])
        surveyFaults = try Int64.fetchAll(
            db,
            sql: """
                SELECT new_uid FROM survey_change_fault WHERE old_layer = ? AND new_layer = ? ORDER BY 1 LIMIT 100
                """, arguments: [before.id, now.id])
        try tell(now.table)
        var result: [ChangedPiece] = []
        for row in rows {
            let (area, whole): (Int64, Int64) = (row[5], row[7])
            let part = result.last.map { $0.uid == row[0] ? $0.subject - 1 : nil } ?? nil
            var piece = ChangedPiece(
                subject: part ?? ChangedPiece.subjects(of: row[0]).upperBound, uid: row[0], base: row[1], from: row[2],
                to: row[3], unit: row[4],
                area: Double(area) / 100, net: Double(row[6] as Int64) / 100)
            if area != whole { piece.shape = try self.part(of: piece.uid, in: row[1]) }
            result.append(piece)
        }
        return result
    }
}
