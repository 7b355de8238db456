import GRDB
import Geometry
import Planning

/// Which features of a layer are near the subjects.
extension RuleRunner {
    /// The features of a layer in the world of the run whose boxes may meet one of the subjects; all when there are none
    /// to meet. From left to right.
    func objects(of layer: Layer, near subjects: [Located]?) throws -> [Located] {
        guard layer.geometry != nil else { return [] }
        if let subjects, subjects.count > 64, try subjects.count * 200 >= count(in: layer),
            let found = try metObjects(of: layer, subjects)
        {
            return found
        }
        // Base features that the draft has drawn anew or taken away.
        var gone: Set<Int64> = []
        var drafted: [Int64: Located] = [:]
        var found: [Int64: Located] = [:]
        // An edit's place covers its base outline too, so that each of `gone` is met where its base is.
        let edits = try db.cachedStatement(
            sql: """
                SELECT e.uid, e.op = 'remove', e.geom IS NOT NULL, r.min_x, r.max_x, r.min_y, r.max_y
                FROM main.plan_edit_place AS r CROSS JOIN plan_edit AS e ON e.id = r.id
                WHERE r.max_x >= ? AND r.min_x <= ? AND r.max_y >= ? AND r.min_y <= ? AND e.plan = ? AND e.layer = ?
                """)
        let base = try db.cachedStatement(
            sql: """
                SELECT f.uid, r.minx, r.maxx, r.miny, r.maxy, f.fid FROM main.\("rtree_\(layer.table)_geom".quoted) AS r
                    CROSS JOIN feature AS f ON f.layer = \(layer.id) AND f.fid = r.id
                WHERE r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ? AND f.valid_to IS NULL
                """)
        func read(_ box: Box) throws {
            if work.planID != 0 {
                let rows = try Row.fetchCursor(
                    edits, arguments: [box.minX, box.maxX, box.minY, box.maxY, work.planID, layer.id])
                while let row = try rows.next() {
                    let (isRemoved, isDrawn): (Bool, Bool) = (row[1], row[2])
                    guard isRemoved || isDrawn else { continue }
                    gone.insert(row[0])
                    let box = Box(minX: row[3], minY: row[5], maxX: row[4], maxY: row[6])
                    if !isRemoved { drafted[row[0]] = Located(id: row[0], box: box) }
                }
            }
            let rows = try Row.fetchCursor(base, arguments: [box.minX, box.maxX, box.minY, box.maxY])
            while let row = try rows.next() {
                found[row[0]] = Located(
                    id: row[0], fid: row[5], box: Box(minX: row[1], minY: row[3], maxX: row[2], maxY: row[4]))
            }
        }
        if let subjects {
            for subject in subjects { try read(subject.box) }
        } else {
            let world = layer.box
            if !world.isEmpty { try read(world.padded(by: 1)) }
        }
        for uid in gone { found[uid] = nil }
        found.merge(drafted) { $1 }
        return found.values.sorted { ($0.box.minX, $0.id) < ($1.box.minX, $1.id) }
    }

    /// The features of a layer whose boxes meet one of many subjects, from left to right; nil where the layer's tree
    /// cannot be read.
    ///
    /// Of most layers few features meet a subject. To read the boxes of all of them is quick, to look each up is not.
    private func metObjects(of layer: Layer, _ subjects: [Located]) throws -> [Located]? {
        let grid = BoxGrid(subjects)
        var near: [Located] = []
        let isRead = try LayerTree(of: layer.table, in: db).forEach {
            grid.meets($0)
        } _: { fid, box in
            near.append(Located(id: 0, fid: fid, box: box))
        }
        guard isRead else { return nil }
        near.sort { $0.box.minX < $1.box.minX }
        var isMet = [Bool](repeating: false, count: near.count)
        for pair in RuleOverlay.pairs(subjects, near) { isMet[pair.object] = true }
        let (gone, drawn) = try draftedObjects(of: layer)
        var found = drawn
        let features = try BulkStatement(
            "SELECT uid FROM main.feature WHERE layer = ? AND fid = ? AND valid_to IS NULL", in: db)
        for (object, isMet) in zip(near, isMet) where isMet {
            guard let fid = object.fid else { continue }
            try features.forEach {
                $0.bind(1, layer.id)
                $0.bind(2, fid)
            } row: { row in
                guard case .integer(let uid) = row.column(0), !gone.contains(uid) else { return }
                found.append(Located(id: uid, fid: fid, box: object.box))
            }
        }
        return found.sorted { ($0.box.minX, $0.id) < ($1.box.minX, $1.id) }
    }

    /// The features that the draft takes out of a layer or draws anew, and those that it draws.
    private func draftedObjects(of layer: Layer) throws -> (gone: Set<Int64>, drawn: [Located]) {
        var gone: Set<Int64> = []
        var drawn: [Located] = []
        guard work.planID != 0 else { return (gone, drawn) }
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT e.uid, e.op = 'remove', r.min_x, r.max_x, r.min_y, r.max_y
                    FROM main.plan_edit AS e CROSS JOIN main.plan_edit_place AS r ON r.id = e.id
                    WHERE e.plan = ? AND e.layer = ? AND (e.op = 'remove' OR e.geom IS NOT NULL)
                    """), arguments: [work.planID, layer.id])
        while let row = try rows.next() {
            let uid: Int64 = row[0], isRemoved: Bool = row[1]
            gone.insert(uid)
            let box = Box(minX: row[2], minY: row[4], maxX: row[3], maxY: row[5])
            if !isRemoved { drawn.append(Located(id: uid, box: box)) }
        }
        return (gone, drawn)
    }

    private func count(in layer: Layer) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT sum(count) FROM summary WHERE layer = ?"), arguments: [layer.id]) ?? 0
    }
}
