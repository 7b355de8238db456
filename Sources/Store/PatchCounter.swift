import GRDB
import Geometry
import Planning

/// Patches: features of a layer that share an edge, joined; counted for each unit by what of them lies in it.
struct PatchCounter: Sendable {
    /// Features by number with their units.
    private(set) var members: [Int64: Int64]
    private(set) var edges: [(Int64, Int64)]

    init(members: [Int64: Int64], edges: [(Int64, Int64)]) {
        self.members = members
        self.edges = edges
    }

    /// How many patches each unit has; a patch that lies in two villages is one in each, and one in their town.
    func counts(_ units: IndicatorUnits) -> [Int64: Double] {
        var counts: [Int64: Double] = [:]
        var index: [Int64: Int] = [:]
        var chains: [[Int64]] = []
        for (uid, unit) in members {
            index[uid] = chains.count
            // From the county down.
            chains.append(units.chain(of: unit).reversed())
            for unit in units.chain(of: unit) { counts[unit, default: 0] += 1 }
        }
        let pairs = edges.compactMap { a, b in index[a].flatMap { a in index[b].map { (a, $0) } } }
        for depth in 0..<(chains.map(\.count).max() ?? 0) {
            var roots = Array(chains.indices)
            func root(_ start: Int) -> Int {
                var node = start
                while roots[node] != node {
                    roots[node] = roots[roots[node]]
                    node = roots[node]
                }
                return node
            }
            for (a, b) in pairs where chains[a].count > depth && chains[b].count > depth {
                guard chains[a][depth] == chains[b][depth] else { continue }
                let (x, y) = (root(a), root(b))
                guard x != y else { continue }
                roots[x] = y
                counts[chains[a][depth], default: 0] -= 1
            }
        }
        return counts
    }

    /// Pairs of features that share an edge or land, by a sweep from left to right.
    ///
    /// - Parameters:
    ///   - features: sorted by their left sides.
    ///   - asked: only pairs of which one is of these; nil for all.
    static func edges(
        _ features: [Located], asked: Set<Int64>? = nil, shape: (Located) throws -> Shape?
    ) throws -> [(Int64, Int64)] {
        var found: [(Int64, Int64)] = []
        var active: [(feature: Located, shape: Shape)] = []
        for feature in features {
            active.removeAll { $0.feature.box.maxX < feature.box.minX - tolerance }
            guard let own = try shape(feature) else { continue }
            for other in active
            where asked.map({ $0.contains(feature.id) || $0.contains(other.feature.id) }) ?? true {
                guard other.feature.box.padded(by: tolerance).intersects(feature.box),
                    shareEdge(own, other.shape, in: feature.box, other.feature.box)
                else { continue }
                found.append((min(feature.id, other.feature.id), max(feature.id, other.feature.id)))
            }
            active.append((feature, own))
        }
        return found
    }

    /// How far apart, in metres, edges may lie that are the same.
    private static let tolerance = 0.001

    /// Whether outlines run along each other for more than a point, or share land.
    private static func shareEdge(_ a: Shape, _ b: Shape, in first: Box, _ second: Box) -> Bool {
        let near = Box(
            minX: max(first.minX, second.minX), minY: max(first.minY, second.minY), maxX: min(first.maxX, second.maxX),
            maxY: min(first.maxY, second.maxY)
        ).padded(by: tolerance)
        func segments(_ shape: Shape) -> [(Point, Point)] {
            var found: [(Point, Point)] = []
            for ring in shape.ringEnds.indices {
                for index in shape.ring(ring).dropLast() {
                    let (p, q) = (shape.points[index], shape.points[index + 1])
                    guard max(p.x, q.x) >= near.minX, min(p.x, q.x) <= near.maxX, max(p.y, q.y) >= near.minY,
                        min(p.y, q.y) <= near.maxY
                    else { continue }
                    found.append((p, q))
                }
            }
            return found
        }
        let others = segments(b)
        if segments(a).contains(where: { p in others.contains { runsAlong(p, $0) || crosses(p, $0) } }) { return true }
        // One may lie wholly in the other, which is a fault of the data, and one patch all the same.
        func isInside(_ inner: Shape, _ box: Box, _ outer: Shape, _ around: Box) -> Bool {
            guard box.minX > around.minX, box.maxX < around.maxX, box.minY > around.minY, box.maxY < around.maxY,
                let corner = inner.points.first
            else { return false }
            return outer.contains(corner)
        }
        return isInside(a, first, b, second) || isInside(b, second, a, first)
    }

    /// Whether two edges cross between their ends.
    private static func crosses(_ p: (Point, Point), _ q: (Point, Point)) -> Bool {
        func side(_ a: Point, _ b: Point, _ c: Point) -> Double {
            (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
        }
        func isAcross(_ a: Double, _ b: Double, _ length: Double) -> Bool {
            a * b < 0 && min(abs(a), abs(b)) > tolerance * length
        }
        return isAcross(side(p.0, p.1, q.0), side(p.0, p.1, q.1), p.0.distance(to: p.1))
            && isAcross(side(q.0, q.1, p.0), side(q.0, q.1, p.1), q.0.distance(to: q.1))
    }

    private static func runsAlong(_ p: (Point, Point), _ q: (Point, Point)) -> Bool {
        let (dx, dy) = (p.1.x - p.0.x, p.1.y - p.0.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length > tolerance else { return false }
        func across(_ point: Point) -> Double { abs((point.x - p.0.x) * dy - (point.y - p.0.y) * dx) / length }
        func along(_ point: Point) -> Double { ((point.x - p.0.x) * dx + (point.y - p.0.y) * dy) / length }
        guard across(q.0) <= tolerance, across(q.1) <= tolerance else { return false }
        let (start, end) = (min(along(q.0), along(q.1)), max(along(q.0), along(q.1)))
        return min(end, length) - max(start, 0) > tolerance
    }
}

extension IndicatorRun {
    /// Sees to it that the patches of a group of classes are counted: `count from patches(GROUP)`.
    func preparePatches(_ sum: IndicatorSum, _ key: Key) throws {
        guard let layer = ground.survey(key.year) else {
            return keep(IndicatorSums(reason: "survey", isFleeting: true), key)
        }
        guard let group = sum.source.fields.first, ClassGroup.standard.contains(where: { $0.name == group }) else {
            return keep(
                IndicatorSums(reason: "sql no such column: \(sum.source.fields.first ?? "")", isFleeting: true), key)
        }
        guard key.plan <= 0 || ground.isTouched([layer], by: key.plan) else { return forget(key) }
        let stamp = ground.stamp([layer], plan: max(key.plan, 0))
        if isKept(key, stamp), !ground.dirty.contains(layer.id) { return }
        guard key.plan == 0 else { return keep(try patches(group, of: layer, key, stamp: stamp), key) }
        // They are counted beside the sums that SQLite adds up in the meantime.
        try IndicatorDesk.fillClasses(in: db)
        let base = try basePatches(group, of: layer), units = ground.units
        var sums = IndicatorSums(level: try level(of: layer), stamp: stamp)
        sums.isFleeting = ground.dirty.contains(layer.id)
        counting.append((key, sums, Later("patches") { _ in base.counts(units) }))
    }

    /// Waits for the patches that are being counted.
    func settlePatches() throws {
        for (key, sums, counts) in counting {
            var sums = sums
            sums.values = try counts.value()
            keep(sums, key)
        }
        counting.removeAll()
    }

    private func patches(_ group: String, of layer: Layer, _ key: Key, stamp: String) throws -> IndicatorSums {
        try IndicatorDesk.fillClasses(in: db)
        var sums = IndicatorSums(level: try level(of: layer), stamp: stamp)
        sums.isFleeting = ground.dirty.contains(layer.id)
        if key.plan > 0, !sums.isFleeting, let counts = try changedPatches(group, of: layer, plan: key.plan) {
            sums.values = counts
            return sums
        }
        let base = try basePatches(group, of: layer)
        sums.isWhole = true
        sums.values = try (key.plan > 0 ? drafted(base, group, of: layer, plan: key.plan) : base).counts(ground.units)
        return sums
    }

    /// How many patches a draft makes more of, by unit; nil where those of the base are not kept.
    private func changedPatches(_ group: String, of layer: Layer, plan: Int64) throws -> [Int64: Double]? {
        let text = "\(layer.id)~\(group)", stamp = ground.stamp([layer])
        let known = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, stamp FROM main.indicator_overlay WHERE layers = ?"), arguments: [text])
        guard let known, known["stamp"] == stamp, overlays[text] == nil, !ignoresKept else { return nil }
        let name = "\(plan) \(text)"
        var change =
            desk.patchChanges.withLock { $0[name] } ?? PatchChange(stamp: stamp, overlay: known["id"] as Int64)
        if change.stamp != stamp { change = PatchChange(stamp: stamp, overlay: known["id"] as Int64) }
        let base = PatchBase(db, group: group, layer: layer.id)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT e.id, e.step, e.uid, e.unit, e.op, e.class, e.area, e.geom IS NOT NULL AS is_drawn,
                    g.\(group.quoted) AND e.area > 0 AND e.op <> 'remove' AS is_member
                FROM main.plan_edit AS e CROSS JOIN temp.class_group AS g ON g.id = e.class
                WHERE e.plan = ? AND e.layer = ? ORDER BY e.id
                """, arguments: [plan, layer.id])
        let edits = rows.map { row in
            PatchChange.Edit(
                uid: row["uid"],
                mark: .init(
                    edit: row["id"], step: row["step"] ?? 0, op: row["op"], class: row["class"], area: row["area"] ?? 0),
                unit: row["is_member"] == true ? row["unit"] : nil, isDrawn: row["is_drawn"])
        }
        let pending = try change.pending(edits, base)
        let members = Dictionary(uniqueKeysWithValues: edits.map { ($0.uid, $0.unit != nil) })
        try change.take(pending, base, ground.units) { fresh in
            let meter = try PairMeter(db, plan: plan, system: system, tell: tell)
            let near = try meter.objects(of: layer, near: meter.features(fresh, of: layer)).filter {
                try members[$0.id] ?? (base.unit(of: $0.id) != nil)
            }
            return try PatchCounter.edges(near, asked: fresh) { try meter.outline(of: $0, in: layer) }
        }
        desk.patchChanges.withLock { changes in
            if changes.count > 8 { changes.removeAll() }
            changes[name] = change
        }
        return change.counts.filter { $0.value != 0 }
    }

    private func basePatches(_ group: String, of layer: Layer) throws -> PatchCounter {
        let text = "\(layer.id)~\(group)", stamp = ground.stamp([layer])
        var members: [Int64: Int64] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT f.uid, f.unit FROM main.feature AS f CROSS JOIN temp.class_group AS g ON g.id = f.class
                WHERE f.layer = \(layer.id) AND f.valid_to IS NULL AND f.area > 0 AND g.\(group.quoted)
                """)
        while let row = try rows.next() { members[row[0]] = row[1] }
        let known = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT id, stamp FROM main.indicator_overlay WHERE layers = ?"), arguments: [text])
        if let made = overlays[text] {
            return PatchCounter(members: members, edges: made.pairs.map { ($0.a, $0.b) })
        }
        if let known, known["stamp"] == stamp, !ignoresKept, !ground.dirty.contains(layer.id) {
            var edges: [(Int64, Int64)] = []
            let rows = try Row.fetchCursor(
                db.cachedStatement(sql: "SELECT a, b FROM main.indicator_pair WHERE overlay = ?"),
                arguments: [known["id"] as Int64])
            while let row = try rows.next() { edges.append((row[0], row[1])) }
            return PatchCounter(members: members, edges: edges)
        }
        try tell(layer.table)
        let meter = try PairMeter(db, plan: 0, system: system, tell: tell)
        let edges = try PatchCounter.edges(meter.features(of: layer).filter { members[$0.id] != nil }) {
            try meter.outline(of: $0, in: layer)
        }
        if !ground.dirty.contains(layer.id) {
            overlays[text] = IndicatorOverlay(
                layers: text, stamp: stamp,
                pairs: edges.map { IndicatorPair(a: $0.0, b: $0.1, area: 0, length: 0) }, faults: [])
        }
        return PatchCounter(members: members, edges: edges)
    }

    /// The patches of a plan's world: what it draws or turns into the group is held against what lies near.
    private func drafted(_ base: PatchCounter, _ group: String, of layer: Layer, plan: Int64) throws -> PatchCounter {
        var members = base.members
        var fresh: Set<Int64> = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT e.uid, e.unit, e.op, e.geom IS NOT NULL, g.\(group.quoted) AND e.area > 0 FROM main.plan_edit AS e
                    CROSS JOIN temp.class_group AS g ON g.id = e.class
                WHERE e.plan = \(plan) AND e.layer = \(layer.id)
                """)
        while let row = try rows.next() {
            let (uid, op, isDrawn): (Int64, String, Bool) = (row[0], row[2], row[3])
            let isMember = op != "remove" && row[4] as Bool
            let wasMember = members[uid] != nil
            members[uid] = isMember ? row[1] : nil
            if isMember, isDrawn || !wasMember { fresh.insert(uid) }
        }
        let meter = try PairMeter(db, plan: plan, system: system, tell: tell)
        var near = try meter.objects(of: layer, near: meter.features(fresh, of: layer)).filter { members[$0.id] != nil }
        near.sort { $0.box.minX < $1.box.minX }
        let edges = try PatchCounter.edges(near, asked: fresh) { try meter.outline(of: $0, in: layer) }
        return PatchCounter(
            members: members,
            edges: base.edges.filter { !fresh.contains($0.0) && !fresh.contains($0.1) } + edges)
    }
}
