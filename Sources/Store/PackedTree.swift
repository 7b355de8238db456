import GRDB
import GRDBSQLite
import Geometry

/// Fills an empty R-tree at once, leaves packed in order of a space-filling curve.
///
/// SQLite inserts into an R-tree box by box, splitting nodes as it goes; a packed tree is made several times as fast
/// and is read faster. It is still SQLite's own index: this writes the three tables behind the virtual one, in the
/// format of https://www.sqlite.org/rtree.html, "The Shadow Tables". `rtreecheck` proves it in the tests.
///
/// Only some of the boxes are in memory at once; the others wait in a file.
struct PackedTree: Sendable {
    struct Item: BitwiseCopyable, Sendable {
        var id: Int64
        var minX, maxX, minY, maxY: Float
        var key: UInt32 = 0

        /// Along the curve; where boxes have one place on it, by number.
        static func precedes(_ a: Item, _ b: Item) -> Bool { (a.key, a.id) < (b.key, b.id) }
    }

    /// SQLite gives a node 51 cells at the most; some room is left for rows that come later.
    private static let cellsPerNode = 45
    fileprivate static let nodeSize = 4 + 51 * 24

    /// How many boxes are in memory at once.
    private let most: Int
    /// The boxes that came last; those before them are in the file, `spooled` of them.
    private var items: [Item] = []
    private var spool: Spool<Item>?
    private var spooled = 0
    private(set) var box = Box.empty

    var count: Int { spooled + items.count }

    /// - Parameter most: how many boxes are in memory at once; 2 MiB of them by default.
    init(most: Int = 1 << 16) { self.most = most }

    /// Adds a box. Numbers ascend from 1.
    mutating func add(id: Int64, box: Box) throws {
        if items.count == most {
            let spool = try self.spool ?? Spool()
            self.spool = spool
            try spool.write(items, at: spooled)
            spooled += items.count
            items.removeAll(keepingCapacity: true)
        }
        self.box = self.box.union(box)
        items.append(
            Item(
                id: id, minX: Self.down(box.minX), maxX: Self.up(box.maxX), minY: Self.down(box.minY),
                maxY: Self.up(box.maxY)))
    }

    /// The rows of the three tables behind the virtual one.
    struct Packed: Sendable {
        /// The nodes one after the other, numbered from 2 on; the last one is the root, whose number is 1.
        fileprivate(set) var nodes = SpooledBytes()
        fileprivate(set) var nodeCount = 0
        /// The leaf in which each feature lies.
        private var leaves: Leaves
        /// In which node each node but the root lies.
        fileprivate(set) var parents: [(id: Int64, node: Int64)] = []

        fileprivate init(most: Int) { leaves = Leaves(most: 4 * most) }

        /// Writes the tree behind the empty virtual table `name`.
        func write(to name: String, in db: Database) throws {
            let insertNode = try BulkStatement(
                "INSERT OR REPLACE INTO \"\(name)_node\"(nodeno, data) VALUES (?, ?)", in: db)
            var number: Int64 = 2
            try nodes.forEach(PackedTree.nodeSize) { node in
                try insertNode.run { statement in
                    statement.bind(1, number > nodeCount ? 1 : number)
                    statement.bind(2, blob: node)
                }
                number += 1
            }
            try writeLeaves(to: "INSERT INTO \"\(name)_rowid\"(rowid, nodeno) VALUES ", in: db)
            let insertParent = try BulkStatement(
                "INSERT INTO \"\(name)_parent\"(nodeno, parentnode) VALUES (?, ?)", in: db)
            for parent in parents {
                try insertParent.run { statement in
                    statement.bind(1, parent.id)
                    statement.bind(2, parent.node)
                }
            }
        }

        /// Many at once: starting a statement costs more than a row of two numbers.
        private func writeLeaves(to sql: String, in db: Database) throws {
            let many = 64
            let insert = try BulkStatement(
                sql + repeatElement("(?, ?)", count: many).joined(separator: ", "), in: db)
            let insertOne = try BulkStatement(sql + "(?, ?)", in: db)
            var waiting: [Leaves.Leaf] = []
            func bind(_ leaf: Leaves.Leaf, _ place: Int, _ statement: borrowing BulkStatement) {
                statement.bind(Int32(2 * place + 1), Int64(leaf.id))
                statement.bind(Int32(2 * place + 2), Int64(leaf.node))
            }
            try leaves.forEach { leaf in
                waiting.append(leaf)
                guard waiting.count == many else { return }
                try insert.run { statement in
                    for (place, leaf) in waiting.enumerated() { bind(leaf, place, statement) }
                }
                waiting.removeAll(keepingCapacity: true)
            }
            for leaf in waiting { try insertOne.run { bind(leaf, 0, $0) } }
        }

        /// Adds a node.
        ///
        /// - Returns: its number.
        fileprivate mutating func add(_ cells: [Item], depth: Int, isRoot: Bool) throws -> Int64 {
            try nodes.append(PackedTree.node(cells[...], depth: isRoot ? depth : 0))
            nodeCount += 1
            let number = isRoot ? 1 : Int64(nodeCount + 1)
            for cell in cells {
                if depth == 0 {
                    try leaves.add(id: UInt32(cell.id), node: UInt32(number))
                } else {
                    parents.append((cell.id, number))
                }
            }
            return number
        }
    }

    /// In which node each feature lies, kept in the order of the tree and given in that of the features.
    private struct Leaves: Sendable {
        struct Leaf: BitwiseCopyable, Sendable {
            var id: UInt32
            var node: UInt32
        }

        /// How many are in memory at once.
        let most: Int
        private var leaves: [Leaf] = []
        private var spool: Spool<Leaf>?
        private var parts: [Range<Int>] = []

        init(most: Int) { self.most = most }

        mutating func add(id: UInt32, node: UInt32) throws {
            if leaves.count == most {
                let spool = try self.spool ?? Spool()
                self.spool = spool
                let start = parts.last?.upperBound ?? 0
                try spool.write(leaves.sorted { $0.id < $1.id }, at: start)
                parts.append(start..<start + leaves.count)
                leaves.removeAll(keepingCapacity: true)
            }
            leaves.append(Leaf(id: id, node: node))
        }

        func forEach(_ body: (Leaf) throws -> Void) throws {
            var merged = try Merged(spool, parts, leaves.sorted { $0.id < $1.id }) { $0.id < $1.id }
            while let leaf = try merged.next() { try body(leaf) }
        }
    }

    /// Packs the boxes, which takes most of the time and needs no database.
    func packed() throws -> Packed {
        var packed = Packed(most: most)
        guard !items.isEmpty else { return packed }
        // Level by level from the leaves; the last level is one node, the root.
        var merged = try sorted()
        var (level, depth) = (try Self.pack(count, depth: 0, into: &packed) { try merged.next() }, 1)
        while !level.isEmpty {
            var rest = level[...]
            level = try Self.pack(level.count, depth: depth, into: &packed) { rest.popFirst() }
            depth += 1
        }
        return packed
    }

    /// Packs the `count` items of a level.
    ///
    /// - Returns: the items of the level above; none above the root.
    private static func pack(
        _ count: Int, depth: Int, into packed: inout Packed, _ next: () throws -> Item?
    ) throws -> [Item] {
        let isRoot = count <= cellsPerNode
        var upper: [Item] = []
        var cells: [Item] = []
        func close() throws {
            let number = try packed.add(cells, depth: depth, isRoot: isRoot)
            if !isRoot { upper.append(cover(cells[...], number)) }
            cells.removeAll(keepingCapacity: true)
        }
        while let item = try next() {
            cells.append(item)
            if cells.count == cellsPerNode { try close() }
        }
        if !cells.isEmpty { try close() }
        return upper
    }

    /// The boxes in order of the curve: each part that was in memory at once is sorted by itself, then all are merged.
    private func sorted() throws -> Merged<Item> {
        func order(_ part: inout [Item]) {
            for index in part.indices { part[index].key = key(part[index]) }
            part.sort(by: Item.precedes)
        }
        var parts: [Range<Int>] = []
        if let spool {
            for start in stride(from: 0, to: spooled, by: most) {
                let places = start..<start + most
                var part = try spool.read(places)
                order(&part)
                try spool.write(part, at: start)
                parts.append(places)
            }
        }
        var rest = items
        order(&rest)
        return try Merged(spool, parts, rest, by: Item.precedes)
    }

    /// The Hilbert curve's position of a box's centre, on a 65,536 by 65,536 grid.
    private func key(_ item: Item) -> UInt32 {
        let (width, height) = (max(box.width, 1e-9), max(box.height, 1e-9))
        let x = (Double(item.minX) + Double(item.maxX)) / 2 - box.minX
        let y = (Double(item.minY) + Double(item.maxY)) / 2 - box.minY
        return Self.hilbert(
            UInt32(min(max(x / width, 0), 1) * 65535), UInt32(min(max(y / height, 0), 1) * 65535))
    }

    /// The distance along the Hilbert curve of order 16 (Wikipedia, "Hilbert curve", xy2d).
    private static func hilbert(_ px: UInt32, _ py: UInt32) -> UInt32 {
        var (x, y, d) = (px, py, UInt32(0))
        var s: UInt32 = 1 << 15
        while s > 0 {
            let rx: UInt32 = x & s > 0 ? 1 : 0
            let ry: UInt32 = y & s > 0 ? 1 : 0
            d &+= s &* s &* ((3 &* rx) ^ ry)
            if ry == 0 {
                if rx == 1 {
                    x = 65535 &- x
                    y = 65535 &- y
                }
                swap(&x, &y)
            }
            s >>= 1
        }
        return d
    }

    private static func cover(_ cells: ArraySlice<Item>, _ number: Int64) -> Item {
        var item = cells[cells.startIndex]
        for cell in cells.dropFirst() {
            item.minX = min(item.minX, cell.minX)
            item.maxX = max(item.maxX, cell.maxX)
            item.minY = min(item.minY, cell.minY)
            item.maxY = max(item.maxY, cell.maxY)
        }
        item.id = number
        return item
    }

    /// A node as SQLite stores it: depth and number of cells in 16 bits each, then cells of an id in 64 bits and four
    /// coordinates in 32, all big-endian.
    fileprivate static func node(_ cells: ArraySlice<Item>, depth: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(nodeSize)
        func append<T: FixedWidthInteger>(_ value: T) {
            withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt16(depth))
        append(UInt16(cells.count))
        for cell in cells {
            append(cell.id)
            for value in [cell.minX, cell.maxX, cell.minY, cell.maxY] { append(value.bitPattern) }
        }
        bytes.append(contentsOf: repeatElement(0, count: nodeSize - bytes.count))
        return bytes
    }

    /// The nearest 32-bit number not above `value`, so that a box never shrinks.
    private static func down(_ value: Double) -> Float {
        let near = Float(value)
        return Double(near) > value ? near.nextDown : near
    }

    private static func up(_ value: Double) -> Float {
        let near = Float(value)
        return Double(near) < value ? near.nextUp : near
    }
}
