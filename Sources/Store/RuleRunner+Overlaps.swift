import Foundation
import GRDB
import GeoBridge
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

    /// What the running rules ask of outlines: whether shared shapes are kept, and whether only sites are asked about.
    private var questions: [(question: Question, keepsShapes: Bool, sitesOnly: Bool)] {
        var found: [Question: (keepsShapes: Bool, sitesOnly: Bool)] = [:]
        for rule in running {
            for pair in pairs(of: rule) where pair.kind != .alone && work.layers[pair.object] != nil {
                var kind = pair.subject
                if kind == "site" { kind = work.isDraft ? "change" : "XS_XMKJFW" }
                let question = Question(
                    kind: kind, layer: pair.object, reach: pair.kind == .distance ? pair.reach : nil)
                let before = found[question] ?? (false, true)
                found[question] = (
                    before.keepsShapes || pair.kind == .cover, before.sitesOnly && pair.subject == "site"
                )
            }
        }
        return found.map { ($0.key, $0.value.keepsShapes, $0.value.sitesOnly) }.sorted {
            ($0.question.kind, $0.question.layer, $0.question.reach ?? -1)
                < ($1.question.kind, $1.question.layer, $1.question.reach ?? -1)
        }
    }

    func overlap() throws {
        let questions = questions
        if questions.contains(where: { $0.question.kind == "change" }) {
            for piece in pieces {
                guard let shape = try piece.shape ?? outlines.shape(of: piece.uid) else { continue }
                subjects[piece.subject] = subject(piece.subject, shape)
            }
        }
        var located: [String: [Located]] = [:]
        let insertion = try BulkStatement("INSERT INTO temp.overlap VALUES (?, ?, ?, ?, ?, ?, ?)", in: db)
        let distances = try BulkStatement("INSERT INTO temp.distance VALUES (?, ?, ?, ?, ?, ?)", in: db)
        for (question, keepsShapes, sitesOnly) in questions {
            guard let layer = work.layers[question.layer] else { continue }
            try tell(layer.table)
            if located[question.kind] == nil {
                located[question.kind] = try self.located(question.kind)
                try measureWholes(question.kind, located[question.kind] ?? [])
            }
            var these = located[question.kind] ?? []
            if question.kind == "change", sitesOnly { these = these.filter { sites.contains($0.id) } }
            guard !these.isEmpty else { continue }
            if let reach = question.reach {
                these = these.map { Located(id: $0.id, box: $0.box.padded(by: reach)) }
            }
            if let heard { for subject in these { try heard(question.layer, subject.id) } }
            let objects = try objects(of: layer, near: these)
            features.formUnion(objects.map(\.id))
            for part in try measure(these, objects, of: layer, reach: question.reach, keepsShapes: keepsShapes) {
                if part.fault != nil {
                    faults.append(
                        RuleFault(
                            kind: question.kind, layer: question.layer, part: part,
                            isSite: sites.contains(part.subject)))
                } else if question.reach != nil {
                    places[Pair(subject: part.subject, object: part.object)] = part.place
                    try distances.run { row in
                        row.bind(1, part.subject)
                        row.bind(2, part.object)
                        row.bind(3, question.layer)
                        row.bind(4, part.distance)
                        row.bind(5, part.place?.x)
                        row.bind(6, part.place?.y)
                    }
                } else {
                    if keepsShapes {
                        work.covers.add(part.isAll ? nil : part.shape, area: part.area, part.subject, part.object)
                    }
                    places[Pair(subject: part.subject, object: part.object)] = part.place
                    try insertion.run { row in
                        row.bind(1, part.subject)
                        row.bind(2, part.object)
                        row.bind(3, question.layer)
                        row.bind(4, part.area)
                        row.bind(5, part.length)
                        row.bind(6, part.place?.x)
                        row.bind(7, part.place?.y)
                    }
                }
            }
        }
        faults.sort { ($0.uid, $0.part.object, $0.layer) < ($1.uid, $1.part.object, $1.layer) }
    }

    /// The exact areas that `outside` starts from: of pieces as they were measured, of features as they are kept.
    private func measureWholes(_ kind: String, _ subjects: [Located]) throws {
        let isAsked = running.contains { rule in
            pairs(of: rule).contains { pair in
                pair.kind == .cover
                    && (pair.subject == kind || pair.subject == "site" && (kind == "change" || kind == "XS_XMKJFW"))
            }
        }
        guard isAsked else { return }
        for subject in subjects {
            if let area = try self.subject(subject.id)?.area { work.covers.set(area: area, of: subject.id) }
        }
    }

    /// A piece or a feature as what is laid over others; nil for one without outline.
    private func subject(_ id: Int64) throws -> RuleSubject? {
        if let known = subjects[id] { return known }
        guard id >= 0, let shape = try outlines.shape(of: id) else { return nil }
        let made = subject(id, shape)
        subjects[id] = made
        return made
    }

    private func subject(_ id: Int64, _ shape: Shape) -> RuleSubject {
        let area = (try? official?.area(of: shape)) ?? shape.planeArea
        return RuleSubject(id: id, bands: EdgeBands(shape), area: area)
    }

    /// Subjects of a kind with their boxes, from left to right.
    private func located(_ kind: String) throws -> [Located] {
        if kind == "change" {
            return pieces.compactMap { piece in
                subjects[piece.subject].map { Located(id: piece.subject, box: $0.bands.box) }
            }.sorted { $0.box.minX < $1.box.minX }
        }
        guard let layer = work.layers[kind] else { return [] }
        guard work.isDraft else { return try objects(of: layer, near: nil) }
        return try editedFeatures(of: layer).compactMap { uid in
            try subject(uid).map { Located(id: uid, box: $0.bands.box) }
        }.sorted { $0.box.minX < $1.box.minX }
    }

    /// The features of a layer in the world of the run whose boxes may meet one of the subjects; all when there are none
    /// to meet. From left to right.
    private func objects(of layer: Layer, near subjects: [Located]?) throws -> [Located] {
        guard layer.geometry != nil else { return [] }
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
        if let subjects, try subjects.count <= 64 || subjects.count * 20 < count(in: layer) {
            for subject in subjects { try read(subject.box) }
        } else {
            let world = subjects.map { $0.reduce(Box.empty) { $0.union($1.box) } } ?? layer.box
            if !world.isEmpty { try read(world.padded(by: 1)) }
        }
        for uid in gone { found[uid] = nil }
        found.merge(drafted) { $1 }
        return found.values.sorted { ($0.box.minX, $0.id) < ($1.box.minX, $1.id) }
    }

    private func count(in layer: Layer) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT sum(count) FROM summary WHERE layer = ?"), arguments: [layer.id]) ?? 0
    }

    /// What subjects share with the objects of a layer.
    func measure(
        _ subjects: [Located], _ objects: [Located], of layer: Layer, reach: Double?, keepsShapes: Bool
    ) throws -> [SharedPart] {
        var found: [SharedPart] = []
        pairCount += try RuleOverlay.measurePairs(
            subjects, objects,
            subject: { one, object in one.id == object.id ? nil : try subject(one.id) },
            outline: { try outlines.shape(of: $0, in: layer) }
        ) { jobs in
            found += try RuleOverlay.measure(
                jobs, reach: reach, keepsShapes: keepsShapes, validity, work.system)
            // A county's subjects are more than memory should hold.
            if self.subjects.count > 200_000 { self.subjects = self.subjects.filter { $0.key < 0 } }
            try tell("")
        }
        return found
    }
}
