import GRDB
import Planning
import Synchronization

/// What has to be reckoned, in works that do not ask for one another: those of the base are shared between two threads.
extension IndicatorRun {
    typealias Item = (sum: IndicatorSum, key: Key, stamp: String)

    /// What is reckoned in one go.
    enum Work: Sendable {
        /// Sums that read the same rows.
        case sums([Item])
        /// The patches of a group of classes.
        case patches(IndicatorSum, Key)
    }

    /// One pass over each layer, and over what each two layers share, for all the sums that read it.
    func works(_ missing: [Item], year: Int) throws -> [Work] {
        guard !missing.isEmpty else { return [] }
        var alone: [String: [Item]] = [:]
        var shared: [[String]: [Item]] = [:]
        for item in missing {
            if item.sum.over.isEmpty {
                let kind = item.sum.source.fields.isEmpty ? "" : " by row"
                alone[item.sum.source.name + kind, default: []].append(item)
            } else {
                shared[([item.sum.source] + item.sum.over).map(\.name), default: []].append(item)
            }
        }
        let layers = shared.values.compactMap { items -> (a: Layer, over: [Layer])? in
            let over = items[0].sum.over.compactMap { ground.layer($0.name, year: year) }
            guard over.count == items[0].sum.over.count else { return nil }
            return ground.layer(items[0].sum.source.name, year: year).map { ($0, over) }
        }
        try layOver(layers.sorted { ($0.a.id, $0.over[0].id, $0.over.count) < ($1.a.id, $1.over[0].id, $1.over.count) })
        // What takes longest first: what is left in the end is short.
        let groups = try (Array(shared.values) + alone.values).map { items in
            (rows: try rows(of: items[0].sum, year: year), name: items[0].key.sum, items: items)
        }
        return groups.sorted { a, b in (b.rows, a.name) < (a.rows, b.name) }.map { .sums($0.items) }
    }

    /// About how many rows a sum is made of; none where they are added up already.
    private func rows(of sum: IndicatorSum, year: Int) throws -> Int {
        if sum.over.isEmpty, sum.source.fields.isEmpty { return 0 }
        return try ([sum.source] + sum.over).reduce(0) { try $0 + (ground.layer($1.name, year: year).map(count) ?? 0) }
    }

    /// Does works, of those of the base some on a thread and a connection of their own.
    func reckon(_ works: [Work], year: Int, plan: Int64) throws {
        guard !works.isEmpty else { return }
        try IndicatorDesk.fillClasses(in: db)
        let isMuch = try plan == 0 && !ignoresKept && works.count > 3 && (ground.survey(year).map(count) ?? 0) > 2_000
        let free = try works.filter { try isMuch && isFree($0, year: year) }
        guard free.count > 1 else {
            for work in works { try reckon(work, year: year, plan: plan) }
            return
        }
        let board = Board(free)
        let other = Later("sums") { [path = desk.queue.path] _ in try Self.reckon(board, year: year, path) }
        do {
            for work in works where try !isFree(work, year: year) { try reckon(work, year: year, plan: plan) }
            while let work = board.next() { try reckon(work, year: year, plan: plan) }
            while !other.isDone(within: .milliseconds(50)) { try tell("") }
        } catch {
            board.close()
            other.cancel()
            throw error
        }
        let (found, left) = try other.value()
        for (key, sums) in found { keep(sums, key) }
        for work in left { try reckon(work, year: year, plan: plan) }
    }

    /// Whether another connection to the file can do a work: what this one has laid over one another it alone has.
    private func isFree(_ work: Work, year: Int) throws -> Bool {
        guard case .sums(let items) = work, let sum = items.first?.sum, !sum.over.isEmpty else { return true }
        let over = sum.over.compactMap { ground.layer($0.name, year: year) }
        guard let layer = ground.layer(sum.source.name, year: year), over.count == sum.over.count else { return false }
        return try knownPairs(layer, over).map { !$0.isMade } ?? false
    }

    /// Whether the patches of a group may be counted as a work: their edges are kept, and nothing is known of their number.
    func mayCountBeside(_ sum: IndicatorSum, _ key: Key) throws -> Bool {
        guard key.plan == 0, !ignoresKept, let layer = ground.survey(key.year), !ground.dirty.contains(layer.id),
            let group = sum.source.fields.first
        else { return false }
        let stamp = ground.stamp([layer])
        let edges = try String.fetchOne(
            db.cachedStatement(sql: "SELECT stamp FROM main.indicator_overlay WHERE layers = ?"),
            arguments: ["\(layer.id)~\(group)"])
        return edges == stamp && !isKept(key, stamp)
    }

    /// Does works until none is left.
    ///
    /// - Returns: what they came to, and those that must be done where they came from: somebody wrote after that
    ///   connection began to read, and before this one did.
    private static func reckon(
        _ board: Board, year: Int, _ path: String
    ) throws -> (found: [Key: IndicatorSums], left: [Work]) {
        let desk = try IndicatorDesk(path: path)
        defer { try? desk.queue.close() }
        return try desk.read { db in
            let run = try IndicatorRun(db, desk) { _ in if board.isClosed { throw CancellationError() } }
            try IndicatorDesk.fillClasses(in: db)
            var left: [Work] = []
            while let work = board.next() {
                if run.isSame(work, year: year) {
                    try run.reckon(work, year: year, plan: 0)
                } else {
                    left.append(work)
                }
            }
            try run.settlePatches()
            return (run.fresh, left)
        }
    }

    /// Whether this connection sees what a work is to be reckoned from as the one did that it comes from.
    private func isSame(_ work: Work, year: Int) -> Bool {
        switch work {
        case .sums(let items):
            items.allSatisfy { item in
                let layers = layers(of: item.sum, year: year)
                return ground.stamp(layers) == item.stamp && !layers.contains { ground.dirty.contains($0.id) }
            }
        case .patches(let sum, let key): (try? mayCountBeside(sum, key)) == true
        }
    }

    private func reckon(_ work: Work, year: Int, plan: Int64) throws {
        switch work {
        case .patches(let sum, let key): try preparePatches(sum, key)
        case .sums(let items):
            if items[0].sum.over.isEmpty {
                try reckon(alone: items, year: year, plan: plan)
            } else {
                try share(items, year: year, plan: plan)
            }
        }
    }

    /// Reckons sums of one layer, or of what changed between two.
    private func reckon(alone items: [Item], year: Int, plan: Int64) throws {
        let source = items[0].sum.source
        try tell(source.name)
        let fields = Set(items.flatMap(\.sum.source.fields)).sorted()
        let world = IndicatorWorld(plan: plan)
        let views = IndicatorViews(
            ground: ground, year: year, past: past, asked: IndicatorViews.words(of: items.map(\.sum)))
        let rows: String
        if source.name == "change" {
            guard let old = ground.surveyBefore(year), let new = ground.survey(year) else { return }
            guard try Project.isOverlaid(old.id, new.id, db) else {
                for item in items { keep(IndicatorSums(reason: "overlay", isFleeting: true), item.key) }
                return
            }
            rows = views.changes(from: old, to: new, in: world)
        } else {
            guard let layer = ground.layer(source.name, year: year) else { return }
            rows =
                fields.isEmpty ? views.sums(of: layer, in: world) : views.features(of: layer, fields: fields, in: world)
        }
        let level = try level(of: layers(of: items[0].sum, year: year).last)
        try add(items, level: level, from: "FROM counted", unit: "unit", sign: "sign", views: ["counted": rows])
    }

    /// Works that two threads take from.
    private final class Board: Sendable {
        private let works: Mutex<[Work]>
        private let closed = Atomic(false)

        /// - Parameter works: in the order in which they are taken.
        init(_ works: [Work]) { self.works = Mutex(works.reversed()) }

        func next() -> Work? { works.withLock { $0.popLast() } }

        /// Nothing more is wanted.
        func close() {
            closed.store(true, ordering: .relaxed)
            works.withLock { $0.removeAll() }
        }

        var isClosed: Bool { closed.load(ordering: .relaxed) }
    }
}
