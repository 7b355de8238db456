import GRDB
import Geometry

/// Reads the boxes of a layer's features from the nodes of its R*Tree.
///
/// SQLite's module tells a row at a time, which for a layer of a hundred thousand features takes longer than all else
/// that is asked of it. The nodes are rows of a table whose form SQLite documents (rtree.html, section 5): two bytes of
/// depth (of the root, which is node 1), two bytes that count the entries, and of each entry eight bytes of its number
/// (a child's, or in a leaf the feature's) and four floats of four bytes, least and greatest x and y; all big-endian.
struct LayerTree {
    private let nodes: BulkStatement
    private static let entry = 24

    /// - Parameter table: the layer's.
    init(of table: String, in db: Database) throws {
        nodes = try BulkStatement(
            "SELECT data FROM main.\("rtree_\(table)_geom_node".quoted) WHERE nodeno = ?", in: db)
    }

    /// Hands over every feature's row number and box.
    ///
    /// - Parameter isWanted: whether boxes inside of this one are.
    /// - Returns: false where a node is not as it should be; what was told by then is a part.
    func forEach(where isWanted: (Box) -> Bool, _ body: (_ fid: Int64, Box) -> Void) throws -> Bool {
        var waiting: [(node: Int64, depth: Int?)] = [(1, nil)]
        var isWhole = true
        while isWhole, let (node, known) = waiting.popLast() {
            var isRead = false
            try nodes.fetch {
                $0.bind(1, node)
            } row: { row in
                guard case .blob(let bytes) = row.column(0), bytes.count >= 4 else { return }
                func short(_ place: Int) -> Int {
                    Int(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
                }
                let depth = known ?? short(0), count = short(2)
                guard depth < 64, bytes.count >= 4 + count * Self.entry else { return }
                isRead = true
                for place in stride(from: 4, to: 4 + count * Self.entry, by: Self.entry) {
                    func side(_ number: Int) -> Double {
                        let bits = bytes.loadUnaligned(fromByteOffset: place + 8 + number * 4, as: UInt32.self)
                        return Double(Float(bitPattern: UInt32(bigEndian: bits)))
                    }
                    let box = Box(minX: side(0), minY: side(2), maxX: side(1), maxY: side(3))
                    guard isWanted(box) else { continue }
                    let number = Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
                    if depth == 0 { body(number, box) } else { waiting.append((number, depth - 1)) }
                }
            }
            isWhole = isRead
        }
        return isWhole
    }
}

/// Rectangles of a map in which boxes lie, so that most of what is near none of them is told at a glance.
struct BoxGrid {
    private let frame: Box
    private let columns: Int
    private let rows: Int
    private var isTaken: [Bool]

    init(_ located: [Located]) {
        let frame = located.reduce(Box.empty) { $0.union($1.box) }
        let count = Double(max(1, located.count))
        self.frame = frame
        columns = Self.count(frame.width, located.reduce(0) { $0 + $1.box.width } / count)
        rows = Self.count(frame.height, located.reduce(0) { $0 + $1.box.height } / count)
        isTaken = [Bool](repeating: false, count: columns * rows)
        for item in located {
            let across = across(item.box)
            for row in along(item.box) { for column in across { isTaken[row * columns + column] = true } }
        }
    }

    /// Into how many strips a side is cut. Narrower ones than most boxes would only be more to mark.
    private static func count(_ whole: Double, _ part: Double) -> Int {
        guard whole > 0, whole.isFinite else { return 1 }
        return max(1, Int(min(512, part > 0 ? whole / part : 512)))
    }

    /// Whether one of the boxes may meet this one.
    func meets(_ box: Box) -> Bool {
        guard box.intersects(frame) else { return false }
        let across = across(box)
        for row in along(box) {
            for column in across where isTaken[row * columns + column] { return true }
        }
        return false
    }

    private func across(_ box: Box) -> ClosedRange<Int> {
        Self.strips(box.minX - frame.minX, box.maxX - frame.minX, of: frame.width, columns)
    }

    private func along(_ box: Box) -> ClosedRange<Int> {
        Self.strips(box.minY - frame.minY, box.maxY - frame.minY, of: frame.height, rows)
    }

    private static func strips(_ from: Double, _ to: Double, of whole: Double, _ count: Int) -> ClosedRange<Int> {
        func strip(_ distance: Double) -> Int {
            let place = distance / whole * Double(count)
            return place > 0 ? place < Double(count) ? Int(place) : count - 1 : 0
        }
        let first = strip(from)
        return first...max(first, strip(to))
    }
}
