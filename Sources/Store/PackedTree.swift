import GRDB
import GRDBSQLite
import Geometry

/// Fills an empty R-tree at once, leaves packed in order of a space-filling curve.
///
/// SQLite inserts into an R-tree box by box, splitting nodes as it goes; a packed tree is made several times as fast
/// and is read faster. It is still SQLite's own index: this writes the three tables behind the virtual one, in the
/// format of https://www.sqlite.org/rtree.html, "The Shadow Tables". `rtreecheck` proves it in the tests.
struct PackedTree: Sendable {
    private struct Item: Sendable {
        var id: Int64
        var minX, maxX, minY, maxY: Float
        var key: UInt32 = 0
    }

    /// SQLite gives a node 51 cells at the most; some room is left for rows that come later.
    private static let cellsPerNode = 45
    private static let nodeSize = 4 + 51 * 24

    private var items: [Item] = []
    private(set) var box = Box.empty

    var count: Int { items.count }

    mutating func add(id: Int64, box: Box) {
        self.box = self.box.union(box)
        items.append(
            Item(
                id: id, minX: Self.down(box.minX), maxX: Self.up(box.maxX), minY: Self.down(box.minY),
                maxY: Self.up(box.maxY)))
    }

    /// The rows of the three tables behind the virtual one.
    struct Packed: Sendable {
        fileprivate(set) var nodes: [(number: Int64, data: [UInt8])] = []
        /// In which leaf each feature lies, and in which node each node but the root.
        fileprivate(set) var leaves: [(id: Int64, node: Int64)] = []
        fileprivate(set) var parents: [(id: Int64, node: Int64)] = []

        /// Writes the tree behind the empty virtual table `name`.
        func write(to name: String, in db: Database) throws {
            let insertNode = try BulkStatement(
                "INSERT OR REPLACE INTO \"\(name)_node\"(nodeno, data) VALUES (?, ?)", in: db)
            for node in nodes {
                try insertNode.run { statement in
                    statement.bind(1, node.number)
                    statement.bind(2, blob: node.data)
                }
            }
            try Self.write(leaves, "INSERT INTO \"\(name)_rowid\"(rowid, nodeno) VALUES (?, ?)", in: db)
            try Self.write(parents, "INSERT INTO \"\(name)_parent\"(nodeno, parentnode) VALUES (?, ?)", in: db)
        }

        private static func write(_ pairs: [(id: Int64, node: Int64)], _ sql: String, in db: Database) throws {
            let insert = try BulkStatement(sql, in: db)
            for pair in pairs {
                try insert.run { statement in
                    statement.bind(1, pair.id)
                    statement.bind(2, pair.node)
                }
            }
        }
    }

    /// Packs the boxes, which takes most of the time and needs no database.
    func packed() -> Packed {
        var packed = Packed()
        guard !items.isEmpty else { return packed }
        // Level by level from the leaves; the last level is one node, the root, whose number must be 1.
        var level = ordered()
        var next: Int64 = 2
        var depth = 0
        while true {
            let isRoot = level.count <= Self.cellsPerNode
            var upper: [Item] = []
            for start in stride(from: 0, to: level.count, by: Self.cellsPerNode) {
                let cells = level[start..<min(start + Self.cellsPerNode, level.count)]
                let number = isRoot ? 1 : next
                if !isRoot { next += 1 }
                packed.nodes.append((number, Self.node(cells, depth: isRoot ? depth : 0)))
                for cell in cells {
                    if depth == 0 {
                        packed.leaves.append((cell.id, number))
                    } else {
                        packed.parents.append((cell.id, number))
                    }
                }
                if !isRoot { upper.append(Self.cover(cells, number)) }
            }
            if isRoot { break }
            level = upper
            depth += 1
        }
        // In the order of their keys the rows go to the end of their table.
        packed.leaves.sort { $0.id < $1.id }
        return packed
    }

    /// Sorts by the Hilbert curve's position of each box's centre, on a 65,536 by 65,536 grid.
    private func ordered() -> [Item] {
        var items = items
        let (width, height) = (max(box.width, 1e-9), max(box.height, 1e-9))
        for index in items.indices {
            let item = items[index]
            let x = (Double(item.minX) + Double(item.maxX)) / 2 - box.minX
            let y = (Double(item.minY) + Double(item.maxY)) / 2 - box.minY
            items[index].key = Self.hilbert(
                UInt32(min(max(x / width, 0), 1) * 65535), UInt32(min(max(y / height, 0), 1) * 65535))
        }
        items.sort { $0.key < $1.key }
        return items
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
    private static func node(_ cells: ArraySlice<Item>, depth: Int) -> [UInt8] {
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
