import Foundation
import GRDB
import Geometry
import Planning

/// What a feature shares with another; `b` is 0 for what any of several layers covers.
struct IndicatorPair: Sendable {
    var a: Int64
    var b: Int64
    var area: Double
    var length: Double
}

/// What the features of layers of the base share, freshly measured.
struct IndicatorOverlay: Sendable {
    var layers: String
    var stamp: String
    var pairs: [IndicatorPair]
    var faults: [PairMeter.Fault]
}

/// Sums over what two layers share.
extension IndicatorRun {
    /// Reckons items that lay one layer over the same others.
    func share(_ items: [Item], year: Int, plan: Int64) throws {
        guard let sum = items.first?.sum, let a = ground.layer(sum.source.name, year: year) else { return }
        let over = sum.over.compactMap { ground.layer($0.name, year: year) }
        guard over.count == sum.over.count else { return }
        let sides = IndicatorViews(
            ground: ground, year: year, past: past, asked: IndicatorViews.words(of: items.map(\.sum)))
        try tell(([a] + over).map(\.table).joined(separator: " × "))
        let pairs = try basePairs(a, over)
        let level = try level(of: a)
        let fields = (
            Set(items.flatMap(\.sum.source.fields)).sorted(),
            Set(items.flatMap { $0.sum.over.first?.fields ?? [] }).sorted()
        )
        /// - Parameters:
        ///   - world: that of either side.
        ///   - among: which features of either side `rows` names, as SQL.
        func count(
            _ rows: String, sign: String, in world: (a: IndicatorWorld, b: IndicatorWorld), isMore: Bool,
            among: (a: String?, b: String?) = (nil, nil)
        ) throws {
            var views = ["side_a": sides.side(a, fields: fields.0, in: world.a, withUnit: true, among: among.a)]
            var from = "FROM pairs AS p CROSS JOIN side_a AS a ON a.uid = p.a"
            if over.count == 1 {
                views["side_b"] = sides.side(over[0], fields: fields.1, in: world.b, withUnit: false, among: among.b)
                from += " CROSS JOIN side_b AS b ON b.uid = p.b"
            }
            views["pairs"] = "SELECT a, b, area_m2, length_m, 1 AS count, \(year) AS year FROM \(rows)"
            try add(items, level: level, from: from, unit: "a.unit", sign: sign, views: views, isMore: isMore)
        }
        guard plan != 0 else {
            return try count(pairs.rows, sign: "1", in: (.base, .base), isMore: false)
        }
        if plan > 0, try keepsOutlines(a, over, plan) {
            // Nothing lies otherwise than in the base: what the touched features share counts by other values.
            let rows = """
                (SELECT s.\(pairs.a) AS a, s.\(pairs.b) AS b, s.area_m2, s.length_m FROM main.plan_edit AS e
                    CROSS JOIN \(pairs.table) AS s ON s.overlay = \(pairs.overlay) AND s.\(pairs.a) = e.uid
                    WHERE e.plan = \(plan) AND e.layer = \(a.id))
                """
            try count(rows, sign: "-1", in: (.base, .base), isMore: false)
            let edited = "SELECT uid FROM main.plan_edit WHERE plan = \(plan) AND layer = \(a.id)"
            return try count(
                rows, sign: "1", in: (.draft(plan), .base), isMore: true, among: (edited, nil))
        }
        // What any of several layers covered once cannot be told from what they cover now.
        guard plan > 0 || over.count == 1 else {
            for item in items {
                keep(IndicatorSums(isWhole: true, reason: "past", stamp: item.stamp, isFleeting: true), item.key)
            }
            return
        }
        try fillShared(
            plan > 0
                ? changedPairs(a, over, of: plan, base: pairs) : pastPairs(a, over[0], asOf: -plan, base: pairs))
        try count("temp.shared WHERE sign = -1", sign: "-1", in: (.base, .base), isMore: false)
        let world = IndicatorWorld(plan: plan)
        try count(
            "temp.shared WHERE sign = 1", sign: "1", in: (world, world), isMore: true,
            among: ("SELECT a FROM temp.shared WHERE sign = 1", "SELECT b FROM temp.shared WHERE sign = 1"))
    }

    /// Puts what a draft takes away and adds where SQL reads it.
    func fillShared(_ change: (gone: [IndicatorPair], come: [IndicatorPair])) throws {
        try db.execute(sql: "DELETE FROM temp.shared")
        let insert = try BulkStatement("INSERT INTO temp.shared VALUES (?, ?, ?, ?, ?)", in: db)
        for (sign, pairs) in [(Int64(-1), change.gone), (1, change.come)] {
            for pair in pairs {
                try insert.run { row in
                    row.bind(1, sign)
                    row.bind(2, pair.a)
                    row.bind(3, pair.b)
                    row.bind(4, pair.area)
                    row.bind(5, pair.length)
                }
            }
        }
    }

    // MARK: The base

    static func layersText(_ a: Layer, _ over: [Layer]) -> String {
        "\(a.id)*\(over.map { String($0.id) }.joined(separator: "+"))"
    }

    /// Where pairs of the base stand: kept in the file, or made here. What two layers share is kept once, whichever of them
    /// is asked about.
    struct BasePairs {
        var overlay: Int64
        var isMade: Bool
        var isTurned = false

        var table: String { isMade ? "temp.made_pair" : "main.indicator_pair" }
        /// The columns of either side.
        var a: String { isTurned ? "b" : "a" }
        var b: String { isTurned ? "a" : "b" }
        /// All of them, as rows to select from.
        var rows: String {
            isTurned
                ? "(SELECT b AS a, a AS b, area_m2, length_m FROM \(table) WHERE overlay = \(overlay))"
                : "\(table) WHERE overlay = \(overlay)"
        }

        /// The pairs that some features of either side have, each once; those of a feature follow one another.
        func pairs(of ours: Set<Int64>, or others: Set<Int64>, in db: Database) throws -> [IndicatorPair] {
            var found: [IndicatorPair] = []
            for (side, uids, isOther) in [(a, ours, false), (b, others, true)] where !uids.isEmpty {
                let statement = try db.makeStatement(
                    sql: """
                        SELECT \(a), \(b), area_m2, length_m FROM \(table) WHERE overlay = \(overlay) AND \(side) = ?
                        """)
                for uid in uids.sorted() {
                    let rows = try Row.fetchCursor(statement, arguments: [uid])
                    while let row = try rows.next() {
                        let pair = IndicatorPair(a: row[0], b: row[1], area: row[2], length: row[3])
                        if !isOther || !ours.contains(pair.a) { found.append(pair) }
                    }
                }
            }
            return found
        }
    }

    func basePairs(_ a: Layer, _ over: [Layer]) throws -> BasePairs {
        if let known = try knownPairs(a, over) { return known }
        try layOver([(a, over)])
        guard let made = try knownPairs(a, over) else { throw DatabaseError(message: "no pairs were made") }
        return made
    }

    /// Pairs that are there, of the one order or the other.
    func knownPairs(_ a: Layer, _ over: [Layer]) throws -> BasePairs? {
        func known(_ a: Layer, _ over: [Layer]) throws -> BasePairs? {
            let text = Self.layersText(a, over)
            if let number = madeOverlays[text] { return BasePairs(overlay: -number, isMade: true) }
            guard !ignoresKept, !([a] + over).contains(where: { ground.dirty.contains($0.id) }) else { return nil }
            let row = try Row.fetchOne(
                db.cachedStatement(sql: "SELECT id, stamp FROM main.indicator_overlay WHERE layers = ?"),
                arguments: [text])
            guard let row, row["stamp"] == ground.stamp([a] + over) else { return nil }
            return BasePairs(overlay: row["id"], isMade: false)
        }
        if let pairs = try known(a, over) { return pairs }
        guard over.count == 1, var turned = try known(over[0], [a]) else { return nil }
        turned.isTurned = true
        return turned
    }

    /// Lays layers over one another where nobody has yet: each layer once with all that are laid over it, since reading
    /// and preparing an outline takes longer than comparing it.
    ///
    /// Of two layers the one with more features is taken piece by piece and the other lies under it.
    func layOver(_ wanted: [(a: Layer, over: [Layer])]) throws {
        var groups: [(a: Layer, overs: [[Layer]])] = []
        for item in wanted where try knownPairs(item.a, item.over) == nil {
            var (a, over) = (item.a, item.over)
            if over.count == 1, try count(of: over[0]) > count(of: a) { (a, over) = (over[0], [a]) }
            guard let place = groups.firstIndex(where: { $0.a.id == a.id }) else {
                groups.append((a, [over]))
                continue
            }
            let text = Self.layersText(a, over)
            if !groups[place].overs.contains(where: { Self.layersText(a, $0) == text }) {
                groups[place].overs.append(over)
            }
        }
        for (a, overs) in groups {
            try tell(([a] + overs.joined()).map(\.table).joined(separator: " × "))
            let meter = try PairMeter(db, plan: 0, system: system, tell: tell)
            var found = overs.map { _ in (pairs: [IndicatorPair](), faults: [PairMeter.Fault]()) }
            try meter.measure(a, over: overs) { number, pairs, faults in
                found[number].pairs += pairs
                found[number].faults += faults
            }
            for (over, found) in zip(overs, found) { try take(found.pairs, found.faults, a, over) }
        }
    }

    /// How many features a layer has.
    func count(of layer: Layer) throws -> Int {
        try Int.fetchOne(
            db.cachedStatement(sql: "SELECT sum(count) FROM main.summary WHERE layer = ?"), arguments: [layer.id]) ?? 0
    }

    /// Puts pairs of the base where SQL reads them, and keeps them for the file.
    private func take(_ pairs: [IndicatorPair], _ faults: [PairMeter.Fault], _ a: Layer, _ over: [Layer]) throws {
        let text = Self.layersText(a, over)
        let number = Int64(madeOverlays.count) + 1
        madeOverlays[text] = number
        try db.execute(sql: "DELETE FROM temp.made_pair WHERE overlay = ?", arguments: [-number])
        let insert = try BulkStatement("INSERT INTO temp.made_pair VALUES (?, ?, ?, ?, ?)", in: db)
        for pair in pairs.sorted(by: { ($0.a, $0.b) < ($1.a, $1.b) }) {
            try insert.run { row in
                row.bind(1, -number)
                row.bind(2, pair.a)
                row.bind(3, pair.b)
                row.bind(4, pair.area)
                row.bind(5, pair.length)
            }
        }
        if !([a] + over).contains(where: { ground.dirty.contains($0.id) }) {
            overlays[text] = IndicatorOverlay(
                layers: text, stamp: ground.stamp([a] + over), pairs: pairs, faults: faults)
        }
    }

    // MARK: Drafts

    /// Whether a plan leaves the outlines of a layer as they are, and others alone.
    private func keepsOutlines(_ a: Layer, _ over: [Layer], _ plan: Int64) throws -> Bool {
        let others = over.map { String($0.id) }.joined(separator: ", ")
        let moves = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM main.plan_edit WHERE plan = :plan AND layer IN (\(others)))
                    OR EXISTS (SELECT 1 FROM main.plan_edit
                        WHERE plan = :plan AND layer = :layer AND (op <> 'set' OR geom IS NOT NULL))
                """, arguments: ["plan": plan, "layer": a.id])
        return moves == false
    }

    /// The pairs of the base that a plan takes away or changes, and those that it has in their place.
    func changedPairs(_ a: Layer, _ over: [Layer], of plan: Int64, base: BasePairs) throws -> (
        gone: [IndicatorPair], come: [IndicatorPair]
    ) {
        func edits(_ layers: [Layer]) throws -> (all: Set<Int64>, drawn: Set<Int64>, removed: Set<Int64>) {
            var found = (all: Set<Int64>(), drawn: Set<Int64>(), removed: Set<Int64>())
            for layer in layers {
                let rows = try Row.fetchCursor(
                    db.cachedStatement(
                        sql: "SELECT uid, op, geom IS NOT NULL FROM main.plan_edit WHERE plan = ? AND layer = ?"),
                    arguments: [plan, layer.id])
                while let row = try rows.next() {
                    let (uid, op, isDrawn): (Int64, String, Bool) = (row[0], row[1], row[2])
                    found.all.insert(uid)
                    if op == "remove" { found.removed.insert(uid) } else if isDrawn { found.drawn.insert(uid) }
                }
            }
            return found
        }
        let own = try edits([a]), others = try edits(over)
        let meter = try PairMeter(db, plan: plan, system: system, tell: tell)
        let isUnion = over.count > 1
        // Of a union nobody knows which of its layers covers what: whoever lies near what was touched is looked at again.
        let near = isUnion && !others.all.isEmpty ? try meter.features(of: a, nearEditsOf: over) : []
        let asked = own.all.union(near.map(\.id))
        let gone = try base.pairs(of: asked, or: isUnion ? [] : others.all, in: db)
        if isUnion {
            let moved = own.drawn.union(near.map(\.id)).subtracting(own.removed)
            var come = gone.filter { !moved.contains($0.a) && !own.removed.contains($0.a) }
            come += try meter.measure(
                meter.features(moved, of: a), of: a, over: over, objects: { try meter.objects(of: $0) })
            return (gone, come)
        }
        var come = gone.filter { pair in
            !own.drawn.contains(pair.a) && !own.removed.contains(pair.a) && !others.drawn.contains(pair.b)
                && !others.removed.contains(pair.b)
        }
        come += try meter.measure(
            meter.features(own.drawn, of: a), of: a, over: over, objects: { try meter.objects(of: $0) })
        let drawn = try over.flatMap { try meter.features(others.drawn, of: $0) }
        come += try meter.measure(
            meter.objects(of: a, near: drawn).filter { !own.drawn.contains($0.id) }, of: a, over: over,
            objects: { _ in drawn })
        return (gone, come)
    }

    // MARK: The past

    /// The pairs of the base that were not there as of a journal row, and those that were and are no more.
    func pastPairs(_ a: Layer, _ b: Layer, asOf journal: Int64, base: BasePairs) throws -> (
        gone: [IndicatorPair], come: [IndicatorPair]
    ) {
        func came(_ layer: Layer) throws -> Set<Int64> {
            try Set(
                Int64.fetchAll(
                    db, sql: "SELECT uid FROM main.feature WHERE valid_from > ? AND valid_to IS NULL AND layer = ?",
                    arguments: [journal, layer.id]))
        }
        let (newA, newB) = (try came(a), try came(b))
        let gone = try base.pairs(of: newA, or: newB, in: db)
        let meter = try PairMeter(db, plan: 0, system: system, tell: tell)
        let oldA = try superseded(a, journal, meter), oldB = try superseded(b, journal, meter)
        var come: [IndicatorPair] = []
        if let oldA {
            come += try meter.measure(oldA.features, of: oldA.layer, over: [b]) { layer in
                try meter.objects(of: layer).filter { !newB.contains($0.id) }
            }
            if let oldB {
                come += try meter.measure(oldA.features, of: oldA.layer, over: [oldB.layer]) { _ in oldB.features }
            }
        }
        if let oldB {
            let near = try meter.objects(of: a, near: oldB.features).filter { !newA.contains($0.id) }
            come += try meter.measure(near, of: a, over: [oldB.layer]) { _ in oldB.features }
        }
        return (gone, come)
    }

    /// What was in force as of a journal row and is no more, with the table that holds it; nil where nothing is.
    private func superseded(_ layer: Layer, _ journal: Int64, _ meter: PairMeter) throws -> (
        layer: Layer, features: [Located]
    )? {
        guard past.contains(layer.table), layer.geometry != nil else { return nil }
        var old = layer
        old.table = PastTable.name(of: layer.table)
        let features = try meter.features(
            of: old, inForce: "f.valid_to > \(journal) AND coalesce(f.valid_from, 0) <= \(journal)")
        return features.isEmpty ? nil : (old, features)
    }
}
