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
        var result: [ChangedPiece] = []
        var isSame: [Int64: [Int64: Bool]] = [:]
        let classes = try StoredClass.fetchAll(db, sql: "SELECT * FROM land_class")
        let codes = Dictionary(uniqueKeysWithValues: classes.map { ($0.id, $0.code) })
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT c.uid, c.base_uid, c.from_class, c.to_class, c.unit, c.area, c.net, e.area,
                    EXISTS (SELECT 1 FROM plan_origin AS o WHERE o.plan = e.plan AND o.uid = e.uid)
                FROM change AS c JOIN plan_edit AS e ON e.id = c.edit
                WHERE c.layer IN (\(list)) AND c.from_class <> c.to_class AND c.to_class <> 0
                """)
        while let row = try rows.next() {
            let uid: Int64 = row[0]
            if let only, !only.contains(uid) { continue }
            let (from, to): (Int64, Int64) = (row[2], row[3])
            let same =
                isSame[from]?[to] ?? codes[from].flatMap { a in codes[to].map { Self.isSameUse(a, $0) } } ?? false
            isSame[from, default: [:]][to] = same
            guard !same else { continue }
            let (area, whole): (Int64, Int64) = (row[5], row[7])
            var piece = ChangedPiece(
                subject: -Int64(result.count + 1), uid: uid, base: row[1], from: from, to: to, unit: row[4],
                area: Double(area) / 100, net: Double(row[6] as Int64) / 100)
            if row[8] as Bool, let base = piece.base, area != whole {
                piece.shape = try part(of: uid, in: base)
            }
            result.append(piece)
        }
        return result
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

    private struct Surveyed {
        var uid: Int64
        var `class`: Int64
        var unit: Int64
        var box: Box
    }

    /// What differs between the two newest surveys. Parcels with the same bytes for an outline are told by their class;
    /// the rest of one survey is laid over the rest of the other.
    func surveyedPieces() throws -> [ChangedPiece] {
        guard let now = work.layers["DLTB"], let before = work.layers["DLTB_BEFORE"],
            rules.contains(where: { inputs(of: $0).contains { $0.name == "change" } })
        else { return [] }
        try tell(before.table)
        var old: [Int: [Surveyed]] = [:]
        try forEachSurveyed(before) { parcel, hash in old[hash, default: []].append(parcel) }
        try tell(now.table)
        var result: [ChangedPiece] = []
        var differing: [Surveyed] = []
        try forEachSurveyed(now) { parcel, hash in
            guard var same = old[hash], let match = same.popLast() else {
                differing.append(parcel)
                return
            }
            old[hash] = same
            if match.class != parcel.class { result.append(piece(parcel, match.uid, match.class)) }
        }
        let kept = old.values.joined().sorted { $0.box.minX < $1.box.minX }
        let byUID = Dictionary(uniqueKeysWithValues: (kept + differing).map { ($0.uid, $0) })
        let subjects = differing.map { Located(id: $0.uid, box: $0.box) }.sorted { $0.box.minX < $1.box.minX }
        let objects = kept.map { Located(id: $0.uid, box: $0.box) }
        let shared = try measure(subjects, objects, reach: nil, keepsShapes: true) { [outlines] id in
            try outlines.shape(of: id).map(Self.sound)
        }
        for part in shared where part.area >= 0.005 {
            guard let parcel = byUID[part.subject], let match = byUID[part.object], parcel.class != match.class
            else { continue }
            var piece = piece(parcel, match.uid, match.class)
            (piece.area, piece.shape) = (part.area, part.isAll ? nil : part.shape)
            result.append(piece)
        }
        // Numbered in an order that does not depend on hashes.
        result.sort { ($0.uid, $0.base ?? 0) < ($1.uid, $1.base ?? 0) }
        for index in result.indices { result[index].subject = -Int64(index + 1) }
        try measureNet(&result)
        return result
    }

    /// A ring that crosses itself would stand in the way of all its neighbours; its valid part is compared.
    private static func sound(_ shape: Shape) throws -> Shape {
        let geos = GEOS()
        guard try !geos.validity(of: shape).isValid else { return shape }
        return try geos.repaired(shape).shape
    }

    private func piece(_ parcel: Surveyed, _ base: Int64, _ from: Int64) -> ChangedPiece {
        ChangedPiece(
            subject: 0, uid: parcel.uid, base: base, from: from, to: parcel.class, unit: parcel.unit, area: -1, net: 0)
    }

    /// Areas of whole parcels, and what field ridges leave of each piece: by the share that the former parcel lost to them.
    private func measureNet(_ pieces: inout [ChangedPiece]) throws {
        let statement = try db.cachedStatement(sql: "SELECT area, net FROM feature WHERE uid = ?")
        for index in pieces.indices {
            guard let base = pieces[index].base, let row = try Row.fetchOne(statement, arguments: [base]) else { continue }
            let (area, net) = (Double(row[0] as Int64) / 100, Double(row[1] as Int64) / 100)
            if pieces[index].area < 0 { pieces[index].area = area }
            pieces[index].net = area > 0 ? pieces[index].area * net / area : pieces[index].area
        }
    }

    private func forEachSurveyed(_ layer: Layer, _ body: (Surveyed, Int) throws -> Void) throws {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT t.geom, f.uid, f.class, f.unit FROM feature AS f JOIN main.\(layer.table.quoted) AS t ON t.fid = f.fid
                WHERE f.layer = ? AND f.valid_to IS NULL
                """, arguments: [layer.id])
        while let row = try rows.next() {
            try row.withUnsafeData(atIndex: 0) { data in
                guard let data else { return }
                try data.withUnsafeBytes { bytes in
                    guard let box = GeoPackageBlob.box(of: bytes) else { return }
                    var hasher = Hasher()
                    hasher.combine(bytes: bytes)
                    try body(Surveyed(uid: row[1], class: row[2], unit: row[3], box: box), hasher.finalize())
                }
            }
        }
    }
}
