import Foundation
import GRDB
import Geometry
import Planning

/// Which outlines share what, for the pairs that the running rules ask for and no others.
extension RuleRunner {
    /// Subjects of one kind against one layer.
    private struct Question: Hashable {
        /// `change`, or a layer's name.
        var kind: String
        var layer: String
        var reach: Double?
    }

    func overlap() throws {
        var isKept: [Question: Bool] = [:]
        // Pieces that only projects are about: fewer than all pieces.
        var sitesOnly: [Question: Bool] = [:]
        for rule in running {
            for pair in pairs(of: rule) where pair.kind != .alone && work.layers[pair.object] != nil {
                var kind = pair.subject
                if kind == "site" { kind = work.isDraft ? "change" : "XS_XMKJFW" }
                let question = Question(
                    kind: kind, layer: pair.object, reach: pair.kind == .distance ? pair.reach : nil)
                isKept[question] = isKept[question] == true || pair.kind == .cover
                sitesOnly[question] = sitesOnly[question] != false && pair.subject == "site"
            }
        }
        var subjects: [String: [Located]] = [:]
        var shapes: [Int64: Shape] = [:]
        for piece in pieces {
            shapes[piece.subject] = try piece.shape ?? outlines.shape(of: piece.uid)
        }
        let insertion = try db.makeStatement(sql: "INSERT INTO temp.overlap VALUES (?, ?, ?, ?, ?, ?, ?)")
        let distances = try db.makeStatement(sql: "INSERT INTO temp.distance VALUES (?, ?, ?, ?, ?, ?)")
        for (question, keepsShapes) in isKept.sorted(by: { ($0.key.kind, $0.key.layer) < ($1.key.kind, $1.key.layer) })
        {
            guard let layer = work.layers[question.layer] else { continue }
            try tell(layer.table)
            if subjects[question.kind] == nil {
                subjects[question.kind] = try located(question.kind, shapes)
                try measureWholes(question.kind, subjects[question.kind] ?? [], shapes)
            }
            var these = subjects[question.kind] ?? []
            if question.kind == "change", sitesOnly[question] == true { these = these.filter { sites.contains($0.id) } }
            guard !these.isEmpty else { continue }
            if let reach = question.reach {
                these = these.map { Located(id: $0.id, box: $0.box.padded(by: reach)) }
            }
            let objects = try objects(of: layer, near: these)
            let found = try measure(these, objects, reach: question.reach, keepsShapes: keepsShapes) { [outlines] id in
                try shapes[id] ?? outlines.shape(of: id)
            }
            for part in found {
                if part.fault != nil {
                    faults.append((question.kind, question.layer, part))
                } else if question.reach != nil {
                    try distances.execute(arguments: [
                        part.subject, part.object, question.layer, part.distance, part.place?.x, part.place?.y,
                    ])
                } else {
                    if keepsShapes {
                        work.covers.add(part.isAll ? nil : part.shape, area: part.area, part.subject, part.object)
                    }
                    try insertion.execute(arguments: [
                        part.subject, part.object, question.layer, part.area, part.length, part.place?.x, part.place?.y,
                    ])
                }
            }
        }
    }

    /// The exact areas that `outside` starts from: of pieces as they were measured, of features as they are kept.
    private func measureWholes(_ kind: String, _ subjects: [Located], _ shapes: [Int64: Shape]) throws {
        let isAsked = running.contains { rule in
            pairs(of: rule).contains { pair in
                pair.kind == .cover
                    && (pair.subject == kind || pair.subject == "site" && (kind == "change" || kind == "XS_XMKJFW"))
            }
        }
        guard isAsked else { return }
        for subject in subjects {
            guard let shape = try shapes[subject.id] ?? outlines.shape(of: subject.id) else { continue }
            let area = try? CoverShapes.area(of: shape, work.system)
            work.covers.set(area: area ?? shape.planeArea, of: subject.id)
        }
    }

    /// Subjects of a kind with their boxes, from left to right.
    private func located(_ kind: String, _ shapes: [Int64: Shape]) throws -> [Located] {
        if kind == "change" {
            return pieces.compactMap { piece in
                shapes[piece.subject].map { Located(id: piece.subject, box: $0.box) }
            }.sorted { $0.box.minX < $1.box.minX }
        }
        guard let layer = work.layers[kind] else { return [] }
        guard work.isDraft else { return try objects(of: layer, near: nil) }
        return try editedFeatures(of: layer).compactMap { uid in
            try outlines.shape(of: uid).map { Located(id: uid, box: $0.box) }
        }.sorted { $0.box.minX < $1.box.minX }
    }

    /// The features of a layer in the world of the run whose boxes may meet one of the subjects; all when there are none
    /// to meet. From left to right.
    private func objects(of layer: Layer, near subjects: [Located]?) throws -> [Located] {
        guard layer.geometry != nil else { return [] }
        var found: [Located] = []
        var gone: Set<Int64> = []
        var drafted: [Located] = []
        if work.planID != 0 {
            for row in try Row.fetchAll(
                db, sql: "SELECT uid, op, geom FROM plan_edit WHERE plan = ? AND layer = ?",
                arguments: [work.planID, layer.id])
            where row["op"] as String == "remove" || row["geom"] as Data? != nil {
                gone.insert(row["uid"])
                let box = (row["geom"] as Data?)?.withUnsafeBytes { GeoPackageBlob.box(of: $0) }
                if let box, row["op"] as String != "remove" { drafted.append(Located(id: row["uid"], box: box)) }
            }
        }
        let statement = try db.cachedStatement(
            sql: """
                SELECT f.uid, r.minx, r.maxx, r.miny, r.maxy FROM main.\("rtree_\(layer.table)_geom".quoted) AS r
                    CROSS JOIN feature AS f ON f.layer = \(layer.id) AND f.fid = r.id
                WHERE r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ? AND f.valid_to IS NULL
                """)
        func read(_ box: Box) throws {
            let rows = try Row.fetchCursor(statement, arguments: [box.minX, box.maxX, box.minY, box.maxY])
            while let row = try rows.next() {
                let uid: Int64 = row[0]
                if gone.contains(uid) { continue }
                found.append(Located(id: uid, box: Box(minX: row[1], minY: row[3], maxX: row[2], maxY: row[4])))
            }
        }
        let world = subjects.map { $0.reduce(Box.empty) { $0.union($1.box) } } ?? layer.box
        if let subjects, subjects.count <= 64 {
            for subject in subjects { try read(subject.box) }
            var seen: Set<Int64> = []
            found.removeAll { !seen.insert($0.id).inserted }
        } else if !world.isEmpty {
            try read(world.padded(by: 1))
        }
        return (found + drafted).sorted { $0.box.minX < $1.box.minX }
    }

    /// Measures the pairs whose boxes meet, some thousand at a time.
    func measure(
        _ subjects: [Located], _ objects: [Located], reach: Double?, keepsShapes: Bool,
        _ shape: (Int64) throws -> Shape?
    ) throws -> [SharedPart] {
        let pairs = RuleOverlay.pairs(subjects, objects).sorted { ($0.object, $0.subject) < ($1.object, $1.subject) }
        pairCount += pairs.count
        var known: [Int64: Shape] = [:]
        var found: [SharedPart] = []
        var next = 0
        while next < pairs.count {
            var jobs: [RuleOverlay.Job] = []
            var size = 0
            while next < pairs.count, size < 20_000 {
                let first = next, object = pairs[first].object
                while next < pairs.count, pairs[next].object == object { next += 1 }
                let id = objects[object].id
                guard let outline = try shape(id) else { continue }
                var members: [(id: Int64, shape: Shape)] = []
                for pair in pairs[first..<next] where subjects[pair.subject].id != id {
                    let subject = subjects[pair.subject].id
                    let own: Shape
                    if let cached = known[subject] {
                        own = cached
                    } else {
                        guard let read = try shape(subject) else { continue }
                        own = read
                        known[subject] = read
                    }
                    members.append((subject, own))
                }
                if members.isEmpty { continue }
                jobs.append(RuleOverlay.Job(object: id, shape: outline, subjects: members))
                size += members.count
            }
            found += try RuleOverlay.measure(jobs, reach: reach, keepsShapes: keepsShapes, work.system)
            if known.count > 100_000 { known.removeAll() }
            try tell("")
        }
        return found
    }
}
