/// Where the planted cases are: which blocks are kept for them, and what grows on their sites.
struct Planting: Sendable {
    struct Site: Sendable {
        let index: Int
        let fact: Case
        let column: Int
        let row: Int
        /// The lattice lines at its lower left corner. A site in two halves is two cells wide and high.
        let i: Int
        let j: Int
        /// Blocks on a side, for a wide site in the sea.
        var blocks = 1
    }

    /// A piece of land that was planted: half 0 is the left one, or both.
    struct Plant: Sendable {
        let site: Int
        let half: Int
        /// Whether it is the state of the last year.
        let isAfter: Bool
    }

    let sites: [Site]
    /// For which a small county has no room.
    let leftOut: [Case]
    /// Blocks that one of the three lines would cover, which a small county needs for its cases.
    let spared: Set<Int>
    private let byBlock: [Int: [Int]]
    private let byPiece: [UInt64: Plant]
    private let dice: Dice

    /// - Parameters:
    ///   - cell: the side of a cell in metres.
    ///   - isPlanted: false leaves every case out, for a county that would be nothing else.
    init(layout: Layout, ground: Ground, cell: Double, isPlanted: Bool) {
        dice = layout.dice
        var rows = Rows(layout: layout, ground: ground, dice: layout.dice)
        var sites: [Site] = [], leftOut: [Case] = []
        for fact in Case.all {
            if isPlanted, let site = rows.site(for: fact, index: sites.count, cell: cell) {
                sites.append(site)
            } else {
                leftOut.append(fact)
            }
        }
        self.sites = sites
        self.leftOut = leftOut
        spared = rows.spared
        var byBlock: [Int: [Int]] = [:]
        for key in rows.kept { byBlock[key] = [] }
        var byPiece: [UInt64: Plant] = [:]
        for site in sites {
            byBlock[Self.key(site.column, site.row), default: []].append(site.index)
            for half in 0...1 {
                for isAfter in [false, true] {
                    byPiece[Self.piece(site.index, half, isAfter, layout.dice)] = Plant(
                        site: site.index, half: half, isAfter: isAfter)
                }
            }
        }
        self.byBlock = byBlock
        self.byPiece = byPiece
    }

    fileprivate static func key(_ column: Int, _ row: Int) -> Int { row << 24 | column }

    private static func piece(_ site: Int, _ half: Int, _ isAfter: Bool, _ dice: Dice) -> UInt64 {
        dice.roll(.site, site, half * 2 + (isAfter ? 1 : 0)) | 1
    }

    /// Whether a block is kept for cases: nothing else of the layers that rules read is put there.
    func isKept(_ column: Int, _ row: Int) -> Bool { byBlock[Self.key(column, row)] != nil }

    func plant(of piece: UInt64) -> Plant? { byPiece[piece] }

    /// Paints the sites of a block.
    func paint(_ column: Int, _ row: Int, isLast: Bool, _ fabric: inout Fabric) {
        guard let numbers = byBlock[Self.key(column, row)] else { return }
        for number in numbers {
            let site = sites[number]
            guard let before = site.fact.before else { continue }
            for half in 0...1 {
                var cover = half == 0 ? before.left : before.right
                var name = Self.piece(number, half, false, dice)
                if isLast, let after = site.fact.after {
                    let next = half == 0 ? after.left : after.right
                    if after.isOne {
                        name = Self.piece(number, 0, true, dice)
                    } else if next != cover {
                        name = Self.piece(number, half, true, dice)
                    }
                    cover = next
                }
                fabric.planted.insert(name)
                let a = site.i - column * Lattice.pitch + half, b = site.j - row * Lattice.pitch
                fabric.paint(fabric.cell(column, row, a, b), cover, name)
                fabric.paint(fabric.cell(column, row, a, b + 1), cover, name)
            }
        }
    }
}

/// Hands out places, row after row of sites in the blocks that are kept.
private struct Rows {
    let layout: Layout
    let ground: Ground
    let dice: Dice
    var kept: Set<Int> = []
    private(set) var spared: Set<Int> = []
    private var land: [(column: Int, row: Int, i: Int, j: Int)] = []
    private var shore: [(column: Int, row: Int, i: Int, j: Int)] = []
    private var sea: [(column: Int, row: Int, i: Int, j: Int)] = []
    private var order: [Int]?
    private var next = 0

    init(layout: Layout, ground: Ground, dice: Dice) {
        self.layout = layout
        self.ground = ground
        self.dice = dice
    }

    mutating func site(for fact: Case, index: Int, cell: Double) -> Planting.Site? {
        let spot: (column: Int, row: Int, i: Int, j: Int)?
        switch fact.place {
        case .land:
            if land.isEmpty { land = landBlock().map { keep($0, at: [1, 3, 5]) } ?? [] }
            spot = land.popLast()
        case .shore:
            if shore.isEmpty { shore = coastRow().map { keep(($0.column - 1, $0.row), at: [1, 3]) } ?? [] }
            spot = shore.popLast()
        case .coast:
            spot = coastRow().map { row in
                _ = keep((row.column - 1, row.row), at: [])
                _ = keep((row.column, row.row), at: [])
                return (row.column, row.row, row.column * Lattice.pitch, row.row * Lattice.pitch)
            }
        case .sea:
            if fact.marks.contains(where: { $0.extent == .wide }) { return wide(fact, index, cell) }
            if sea.isEmpty {
                sea = coastRow().map { keep(($0.column + 3, $0.row), at: [1, 3, 5]) } ?? []
            }
            spot = sea.popLast()
        }
        return spot.map { Planting.Site(index: index, fact: fact, column: $0.column, row: $0.row, i: $0.i, j: $0.j) }
    }

    private mutating func keep(
        _ block: (column: Int, row: Int), at steps: [Int]
    ) -> [(column: Int, row: Int, i: Int, j: Int)] {
        kept.insert(block.row << 24 | block.column)
        return steps.flatMap { b in
            steps.map { a in (block.column, block.row, block.column * Lattice.pitch + a, block.row * Lattice.pitch + b)
            }
        }.reversed()
    }

    /// A block of open country that none of the three lines covers, as chance has it; in a small county any block that
    /// none of them covers, and in the end any that they then leave out.
    private mutating func landBlock() -> (column: Int, row: Int)? {
        let total = layout.columns * layout.rows
        if order == nil {
            order =
                total <= 60_000
                ? (0..<total).map { (dice.roll(.site, ~$0, 7), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
                : (0..<60_000).map { dice.pick(total, .site, ~$0, 7) }
        }
        guard let order else { return nil }
        while next < 3 * order.count {
            let isStrict = next < order.count, isLast = next >= 2 * order.count
            let number = order[next % order.count]
            next += 1
            let column = number % layout.columns, row = number / layout.columns
            guard let village = layout.village(column: column, row: row), !kept.contains(row << 24 | column),
                layout.contains(column: column + 1, row: row),
                isLast || ground.zone(column, row, town: village.town) == .none
            else { continue }
            if isLast { spared.insert(row << 24 | column) }
            if isStrict {
                let kind = ground.kind(column, row, town: village.town)
                guard kind == .plain || kind == .foothill, !ground.hasHamlet(column, row) else { continue }
            }
            return (column, row)
        }
        return nil
    }

    /// A row whose last block is open country, or else becomes it, with the column at which its sea begins.
    private mutating func coastRow() -> (column: Int, row: Int)? {
        guard layout.isCoastal else { return nil }
        let start = dice.pick(layout.rows, .coast, 1)
        for step in 0..<2 * layout.rows {
            let row = (start + step) % layout.rows, isLast = step >= layout.rows
            guard let column = layout.sea(inRow: row).first, column > 1,
                !kept.contains(row << 24 | column - 1), !kept.contains(row << 24 | column),
                !kept.contains(row << 24 | column + 3),
                let village = layout.village(column: column - 1, row: row),
                isLast || ground.zone(column - 1, row, town: village.town) == .none
            else { continue }
            if isLast { spared.insert(row << 24 | column - 1) }
            return (column, row)
        }
        return nil
    }

    /// A square of blocks of sea with more than 60 ha, wherever the sea is smooth enough to hold it.
    private mutating func wide(_ fact: Case, _ index: Int, _ cell: Double) -> Planting.Site? {
        // Bent lines take a quarter of a block's area at most.
        let side = Double(Lattice.cells) * cell * 0.75
        let count = max(1, Int((600_000.0.squareRoot() / side).rounded(.up)))
        for row in 0..<max(0, layout.rows - count) {
            let rows = row..<row + count
            let seas = rows.map { layout.sea(inRow: $0) }
            guard !seas.contains(where: \.isEmpty), let left = seas.map(\.lowerBound).max(),
                let right = seas.map(\.upperBound).min(), left + 5 + count <= right
            else { continue }
            let column = left + 5
            for r in rows { for c in column..<column + count { kept.insert(r << 24 | c) } }
            var site = Planting.Site(
                index: index, fact: fact, column: column, row: row, i: column * Lattice.pitch, j: row * Lattice.pitch)
            site.blocks = count
            return site
        }
        return nil
    }
}
