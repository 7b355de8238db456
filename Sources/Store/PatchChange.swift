import GRDB
import Geometry
import Planning

/// What a draft makes of the patches of a layer, step after step: as much work as was changed since it was asked last.
///
/// Patches are the connected parts of a graph whose nodes are features of a group of classes and whose edges tell who
/// touches whom. A node that goes leaves as many parts behind as its neighbours fall into without it; one that comes joins
/// as many. Both are found by walking from all neighbours at once until they meet, which in a map they soon do.
struct PatchChange: Sendable {
    /// What the draft has made of a feature, as it was reckoned.
    private struct Node: Sendable {
        /// Tells whether the draft has changed it again since.
        var mark: Mark
        /// nil where it is no member.
        var unit: Int64?
        /// Whether its neighbours are those that were found here, instead of those of the base.
        var isDrawn: Bool
    }

    struct Mark: Hashable, Sendable {
        var edit: Int64
        var step: Int64
        var op: String
        var `class`: Int64
        /// Whole hundredths of a square metre.
        var area: Int64

        /// Of a feature that the draft leaves alone again.
        static let left = Mark(edit: 0, step: 0, op: "", class: 0, area: 0)
    }

    /// An edit of the draft.
    struct Edit {
        var uid: Int64
        var mark: Mark
        /// nil where it makes no member of it.
        var unit: Int64?
        var isDrawn: Bool
    }

    /// Of which state of the base.
    let stamp: String
    private let overlay: Int64
    private var nodes: [Int64: Node] = [:]
    /// Neighbours that were found here, both ways.
    private var found: [Int64: Set<Int64>] = [:]
    /// How many patches each unit has more than in the base.
    private(set) var counts: [Int64: Double] = [:]

    init(stamp: String, overlay: Int64) { (self.stamp, self.overlay) = (stamp, overlay) }

    /// What has changed since it was reckoned last; features that the draft leaves alone again are marked so.
    func pending(_ edits: [Edit], _ base: PatchBase) throws -> [Edit] {
        let now = Dictionary(uniqueKeysWithValues: edits.map { ($0.uid, $0) })
        // Whom it touches is found anew: others may have come near since.
        let left = try nodes.filter { now[$0.key] == nil && $0.value.mark != .left }.keys.sorted().map { uid in
            Edit(uid: uid, mark: .left, unit: try base.unit(of: uid), isDrawn: true)
        }
        return left + edits.filter { nodes[$0.uid]?.mark != $0.mark }
    }

    /// Takes changes in.
    ///
    /// - Parameter neighbours: gives the pairs that members make in the draft's world with those that touch them.
    mutating func take(
        _ edits: [Edit], _ base: PatchBase, _ units: IndicatorUnits, neighbours: (Set<Int64>) throws -> [(Int64, Int64)]
    ) throws {
        var fresh: Set<Int64> = []
        // Who was a member and keeps its outline keeps its neighbours.
        for edit in edits where edit.unit != nil {
            let wasDrawn = nodes[edit.uid]?.isDrawn == true
            if try edit.isDrawn || wasDrawn || unit(of: edit.uid, base) == nil { fresh.insert(edit.uid) }
        }
        var edges: [Int64: Set<Int64>] = [:]
        if !fresh.isEmpty {
            for (a, b) in try neighbours(fresh) {
                edges[a, default: []].insert(b)
                edges[b, default: []].insert(a)
            }
        }
        for edit in edits {
            let (uid, was) = (edit.uid, try unit(of: edit.uid, base))
            if let was { try count(uid, was, sign: 1, base, units) }
            if fresh.contains(uid) {
                for other in found.removeValue(forKey: uid) ?? [] { found[other]?.remove(uid) }
                for other in edges[uid] ?? [] {
                    found[uid, default: []].insert(other)
                    found[other, default: []].insert(uid)
                }
            }
            nodes[uid] = Node(mark: edit.mark, unit: edit.unit, isDrawn: edit.isDrawn)
            if let unit = edit.unit { try count(uid, unit, sign: -1, base, units) }
        }
    }

    private func unit(of uid: Int64, _ base: PatchBase) throws -> Int64? {
        if let node = nodes[uid] { return node.unit }
        return try base.unit(of: uid)
    }

    /// The members that a feature touches.
    private func neighbours(of uid: Int64, _ base: PatchBase) throws -> [(uid: Int64, unit: Int64)] {
        var all = found[uid] ?? []
        if nodes[uid]?.isDrawn != true {
            for other in try base.neighbours(of: uid, overlay) where nodes[other]?.isDrawn != true { all.insert(other) }
        }
        return try all.sorted().compactMap { other in try unit(of: other, base).map { (other, $0) } }
    }

    /// Counts a member out, before it goes, or in, after it has come: at each level with those of its unit alone.
    private mutating func count(
        _ uid: Int64, _ unit: Int64, sign: Double, _ base: PatchBase, _ units: IndicatorUnits
    ) throws {
        let near = try neighbours(of: uid, base).filter { $0.uid != uid }
        for level in units.chain(of: unit) {
            let seeds = near.filter { units.chain(of: $0.unit).contains(level) }.map(\.uid)
            let parts = try self.parts(seeds, without: uid, in: level, base, units)
            counts[level, default: 0] += sign * Double(parts - 1)
        }
    }

    /// Into how many parts members fall, with all that is connected to them in a unit, but for one.
    private func parts(
        _ seeds: [Int64], without gone: Int64, in level: Int64, _ base: PatchBase, _ units: IndicatorUnits
    ) throws -> Int {
        guard seeds.count > 1 else { return seeds.count }
        var owners: [Int64: Int] = [:]
        var roots = Array(seeds.indices)
        var waiting = seeds.map { [$0] }
        var heads = Array(repeating: 0, count: seeds.count)
        for (number, seed) in seeds.enumerated() { owners[seed] = number }
        func root(_ start: Int) -> Int {
            var node = start
            while roots[node] != node {
                roots[node] = roots[roots[node]]
                node = roots[node]
            }
            return node
        }
        var (open, closed) = (Set(seeds.indices), 0)
        // The last part that is still being walked need not be: nobody is left whom it could meet.
        while open.count > 1 {
            for part in open.sorted() where open.contains(part) {
                guard heads[part] < waiting[part].count else {
                    open.remove(part)
                    closed += 1
                    if open.count <= 1 { break }
                    continue
                }
                let next = waiting[part][heads[part]]
                heads[part] += 1
                for other in try neighbours(of: next, base)
                where other.uid != gone && units.chain(of: other.unit).contains(level) {
                    guard let owner = owners[other.uid].map(root) else {
                        owners[other.uid] = part
                        waiting[part].append(other.uid)
                        continue
                    }
                    let own = root(part)
                    guard owner != own else { continue }
                    // They have met: one goes on for both.
                    roots[owner] = own
                    waiting[own] += waiting[owner][heads[owner]...]
                    open.remove(owner)
                }
                if open.count <= 1 { break }
            }
        }
        return closed + open.count
    }
}

/// The patches of the base, as far as they are asked about.
final class PatchBase {
    private let db: Database
    private let group: String
    private let layer: Int64
    private var units: [Int64: Int64?] = [:]
    private var near: [Int64: [Int64]] = [:]

    init(_ db: Database, group: String, layer: Int64) { (self.db, self.group, self.layer) = (db, group, layer) }

    /// The unit of a member; nil for what is none.
    func unit(of uid: Int64) throws -> Int64? {
        if let known = units[uid] { return known }
        let unit = try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT f.unit FROM main.feature AS f CROSS JOIN temp.class_group AS g ON g.id = f.class
                    WHERE f.uid = ? AND f.layer = ? AND f.valid_to IS NULL AND f.area > 0 AND g.\(group.quoted)
                    """), arguments: [uid, layer])
        units[uid] = .some(unit)
        return unit
    }

    func neighbours(of uid: Int64, _ overlay: Int64) throws -> [Int64] {
        if let known = near[uid] { return known }
        let statement = try db.cachedStatement(
            sql: """
                SELECT b FROM main.indicator_pair WHERE overlay = :overlay AND a = :uid
                UNION ALL SELECT a FROM main.indicator_pair WHERE overlay = :overlay AND b = :uid
                """)
        let found = try Int64.fetchAll(statement, arguments: ["overlay": overlay, "uid": uid])
        near[uid] = found
        return found
    }
}
