import GRDB
import Geometry
import Testing

@testable import Store

/// Boxes read from the nodes of an R*Tree, against what SQLite's own module tells of the same tree.
@Suite struct LayerTreeTests {
    /// No row, one, a root alone, and two and three levels of nodes.
    @Test("Every feature's box is told, and of an area those that meet it", arguments: [0, 1, 40, 1_000, 20_000])
    func boxes(count: Int) throws {
        try DatabaseQueue().write { db in
            try db.execute(sql: "CREATE VIRTUAL TABLE rtree_land_geom USING rtree(id, minx, maxx, miny, maxy)")
            for number in 0..<count {
                // Negative and large numbers, and sides that are no floats of four bytes.
                let x = Double(number * 7_919 % 10_007) * 3.1 + 39_500_000, y = Double(number * 104_729 % 9_973) - 500.1
                try db.execute(
                    sql: "INSERT INTO rtree_land_geom VALUES (?, ?, ?, ?, ?)",
                    arguments: [number + 1, x, x + 90.7, y, y + 55.3])
            }
            let area = Box(minX: 39_503_000, minY: 100, maxX: 39_509_000, maxY: 3_000)
            for wanted in [nil, area] {
                var told: [Int64: Box] = [:]
                let isRead = try LayerTree(of: "land", in: db).forEach {
                    wanted?.intersects($0) ?? true
                } _: {
                    told[$0] = $1
                }
                var expected: [Int64: Box] = [:]
                for row in try Row.fetchAll(db, sql: "SELECT id, minx, miny, maxx, maxy FROM rtree_land_geom") {
                    let box = Box(minX: row[1], minY: row[2], maxX: row[3], maxY: row[4])
                    if wanted?.intersects(box) ?? true { expected[row[0]] = box }
                }
                #expect(isRead && told == expected)
            }
        }
    }
}
