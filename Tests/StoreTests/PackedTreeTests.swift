import GRDB
import Geometry
import Testing

@testable import Store

@Suite struct PackedTreeTests {
    /// The three tables behind a tree of random boxes.
    private func tables(boxes: Int, most: Int, seed: UInt64) throws -> [[Row]] {
        var dice = SplitMix(state: seed)
        var tree = PackedTree(most: most)
        for id in 1...boxes where id % 7 != 3 {
            // Many boxes share a place on the curve.
            let corner = Point(
                x: Double(Int.random(in: 0..<40, using: &dice)), y: Double(Int.random(in: 0..<40, using: &dice)))
            try tree.add(
                id: Int64(id), box: Box(minX: corner.x, minY: corner.y, maxX: corner.x + 1, maxY: corner.y + 2))
        }
        return try DatabaseQueue().write { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE r USING rtree(id, minx, maxx, miny, maxy)")
            try tree.packed().write(to: "r", in: db)
            #expect(try String.fetchOne(db, sql: "SELECT rtreecheck('r')") == "ok")
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM r") == tree.count)
            return try ["r_node", "r_rowid", "r_parent"].map {
                try Row.fetchAll(db, sql: "SELECT * FROM \($0) ORDER BY 1")
            }
        }
    }

    @Test("A tree packed from a file is that packed in memory", arguments: [1, 45, 46, 300, 5_000, 20_000])
    func spooled(boxes: Int) throws {
        let whole = try tables(boxes: boxes, most: 1 << 18, seed: UInt64(boxes))
        for most in [1, 64, 999, 4_097] where most > 1 || boxes <= 300 {
            #expect(try tables(boxes: boxes, most: most, seed: UInt64(boxes)) == whole, "\(most) in memory")
        }
    }

    @Test("Bytes come back as they were put away, however many they are")
    func bytes() throws {
        var kept = SpooledBytes()
        var expected: [UInt8] = []
        for number in 0..<7_000 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 1_000)
            try kept.append(piece)
            expected.append(piece[0])
        }
        var found: [UInt8] = []
        try kept.forEach(1_000) { piece in
            #expect(piece.count == 1_000 && Set(piece).count == 1)
            found.append(piece[0])
        }
        #expect(found == expected)
    }
}
