import GRDB

/// Changes of the sums of a layer.
struct SumChanges {
    private struct Key: Hashable {
        var unit: Int64
        var `class`: Int64
    }
    private var changes: [Key: (count: Int64, area: Int64, net: Int64)] = [:]

    mutating func add(_ unit: Int64, _ code: Int64, _ count: Int64, _ area: Int64, _ net: Int64) {
        let old = changes[Key(unit: unit, class: code), default: (0, 0, 0)]
        changes[Key(unit: unit, class: code)] = (old.count + count, old.area + area, old.net + net)
    }

    func write(to layer: Int64, in db: Database) throws {
        for (key, sum) in changes {
            try db.execute(
                sql: """
                    INSERT INTO summary(layer, unit, class, count, area, net) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                        net = net + excluded.net
                    """, arguments: [layer, key.unit, key.class, sum.count, sum.area, sum.net])
        }
    }
}
