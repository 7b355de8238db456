import GRDB

/// Row numbers of sorted lists in a time that does not grow with the list.
///
/// An index of SQLite's does not know how many rows lie before one, and counting them takes a quarter of a second in a
/// million. So each order of each layer is divided into blocks of some four thousand rows: `list_block` keeps the key
/// that a block starts with and how many rows it holds. The counts are kept by triggers, whatever program writes, and
/// are exact; the division stays as it was made, so blocks that grow cost time and never truth.
enum ListBlocks {
    /// Rows in a new block. Both parts of the work, summing the blocks before and counting within one, stay below a
    /// millisecond at a million rows.
    static let size = 4096

    static let table: String = """

        CREATE TABLE list_block(
            layer INTEGER NOT NULL,
            sort TEXT NOT NULL,
            -- The key of the block's first row; of the first block one that no row's is below.
            value NOT NULL,
            uid INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (layer, sort, value, uid)
        ) WITHOUT ROWID;
        INSERT INTO gpkg_extensions VALUES ('list_block', NULL, '\(GeoPackageSchema.extensionName)',
            'Tables of the tuban planning workbench; documented in its source, Store/ListBlocks.swift', 'write-only');
        """

    /// Below every key of an order. Numbers are texts, the others integers.
    fileprivate static func least(_ sort: ParcelQuery.Sort) -> ParcelQuery.Key {
        ParcelQuery.Key(value: sort == .number ? "".databaseValue : Int64.min.databaseValue, uid: .min)
    }

    /// Adds to the block that a row of `feature` lies in.
    private static func count(_ row: String, _ change: String, _ sort: ParcelQuery.Sort) -> String {
        // The plus takes the column's type away, which would keep SQLite from its index on `value`.
        """
        UPDATE list_block SET count = count \(change) WHERE layer = \(row).layer AND sort = '\(sort.rawValue)'
            AND (value, uid) = (
                SELECT value, uid FROM list_block WHERE layer = \(row).layer AND sort = '\(sort.rawValue)'
                    AND (value, uid) <= (+\(row).\(sort.rawValue), \(row).uid) ORDER BY value DESC, uid DESC LIMIT 1);
        """
    }

    static let triggers: String = {
        func all(_ row: String, _ change: String) -> String {
            ParcelQuery.Sort.allCases.map { count(row, change, $0) }.joined(separator: "\n")
        }
        let columns = ParcelQuery.Sort.allCases.map(\.rawValue).joined(separator: ", ")
        return """

            CREATE TRIGGER list_block_insert AFTER INSERT ON feature WHEN NEW.valid_to IS NULL
                BEGIN \(all("NEW", "+ 1")) END;
            CREATE TRIGGER list_block_delete AFTER DELETE ON feature WHEN OLD.valid_to IS NULL
                BEGIN \(all("OLD", "- 1")) END;
            CREATE TRIGGER list_block_update_old AFTER UPDATE OF layer, valid_to, \(columns) ON feature
                WHEN OLD.valid_to IS NULL BEGIN \(all("OLD", "- 1")) END;
            CREATE TRIGGER list_block_update_new AFTER UPDATE OF layer, valid_to, \(columns) ON feature
                WHEN NEW.valid_to IS NULL BEGIN \(all("NEW", "+ 1")) END;
            """
    }()

    static let triggerNames = [
        "list_block_insert", "list_block_delete", "list_block_update_old", "list_block_update_new",
    ]

    /// Divides a layer anew, going through each index once.
    static func build(_ layer: Int64, size: Int = size, in db: Database) throws {
        try db.execute(sql: "DELETE FROM list_block WHERE layer = ?", arguments: [layer])
        let total =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM feature WHERE layer = ? AND valid_to IS NULL", arguments: [layer]) ?? 0
        for sort in ParcelQuery.Sort.allCases {
            var keys = [least(sort)]
            if total > size { keys += try starts(of: layer, sort, size: size, in: db) }
            for (number, key) in keys.enumerated() {
                try db.execute(
                    sql: "INSERT INTO list_block VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        layer, sort.rawValue, key.value, key.uid,
                        number + 1 < keys.count ? size : total - number * size,
                    ])
            }
        }
    }

    /// The keys of every row of a layer whose number, from 0, is a multiple of `size`, but for the first.
    private static func starts(
        of layer: Int64, _ sort: ParcelQuery.Sort, size: Int, in db: Database
    ) throws -> [ParcelQuery.Key] {
        var keys: [ParcelQuery.Key] = []
        while let next = try row(size, from: keys.last ?? least(sort), of: layer, sort, in: db) { keys.append(next) }
        return keys
    }

    /// Divides the layers that are not divided yet: those of an older program's project.
    static func buildMissing(in db: Database) throws {
        let layers = try Int64.fetchAll(
            db, sql: "SELECT id FROM layer_registry WHERE id NOT IN (SELECT layer FROM list_block)")
        for layer in layers { try build(layer, in: db) }
    }

    // MARK: Asking

    /// How many rows of a layer's base come before a key, in rising order; nil where the layer is not divided.
    static func count(
        before key: ParcelQuery.Key, of layer: Int64, _ sort: ParcelQuery.Sort, in db: Database
    ) throws -> Int? {
        guard
            let block = try Row.fetchOne(
                db,
                sql: """
                    SELECT value, uid FROM list_block WHERE layer = ? AND sort = ? AND (value, uid) <= (?, ?)
                    ORDER BY value DESC, uid DESC LIMIT 1
                    """, arguments: [layer, sort.rawValue, key.value, key.uid])
        else { return nil }
        let (value, uid): (DatabaseValue, Int64) = (block["value"], block["uid"])
        let whole =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT coalesce(sum(count), 0) FROM list_block
                    WHERE layer = ? AND sort = ? AND (value, uid) < (?, ?)
                    """, arguments: [layer, sort.rawValue, value, uid]) ?? 0
        // SQLite would look for a pair by its first part alone, and a class may hold a quarter of all rows.
        let base = "SELECT count(*) FROM feature WHERE layer = :layer AND valid_to IS NULL AND \(sort.rawValue)"
        let within =
            value == key.value
            ? "(\(base) = :value AND uid >= :from AND uid < :uid)"
            : """
            (\(base) = :least AND uid >= :from) + (\(base) > :least AND \(sort.rawValue) < :value)
                + (\(base) = :value AND uid < :uid)
            """
        var arguments: StatementArguments = ["layer": layer, "value": key.value, "from": uid, "uid": key.uid]
        if value != key.value { arguments += ["least": value] }
        return whole + (try Int.fetchOne(db, sql: "SELECT \(within)", arguments: arguments) ?? 0)
    }

    /// How many rows a layer's base holds; nil where it is not divided.
    static func total(of layer: Int64, _ sort: ParcelQuery.Sort, in db: Database) throws -> Int? {
        try Int.fetchOne(
            db, sql: "SELECT sum(count) FROM list_block WHERE layer = ? AND sort = ?",
            arguments: [layer, sort.rawValue])
    }

    /// The key of a row of a layer's base by its number, from 0, in rising order; nil where there is none, or the layer
    /// is not divided.
    static func key(at number: Int, of layer: Int64, _ sort: ParcelQuery.Sort, in db: Database) throws
        -> ParcelQuery.Key?
    {
        guard number >= 0 else { return nil }
        // Summed by SQLite: to fetch each of hundreds of blocks would take longer than all else.
        let statement = try db.cachedStatement(
            sql: """
                SELECT value, uid, behind - count AS before FROM (
                    SELECT value, uid, count, sum(count) OVER (ORDER BY value, uid) AS behind FROM list_block
                    WHERE layer = ? AND sort = ?)
                WHERE behind > ? LIMIT 1
                """)
        guard let block = try Row.fetchOne(statement, arguments: [layer, sort.rawValue, number]) else { return nil }
        let start = ParcelQuery.Key(value: block["value"], uid: block["uid"])
        return try row(number - block["before"], from: start, of: layer, sort, in: db)
    }

    /// How many blocks count other than what lies in them.
    static func differences(of layer: Int64, _ sort: ParcelQuery.Sort, in db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM (
                    SELECT value, uid, count, lead(value, 1, x'FF') OVER w AS next_value, lead(uid, 1, 0) OVER w AS next_uid
                    FROM list_block WHERE layer = :layer AND sort = :sort WINDOW w AS (ORDER BY value, uid)) AS b
                WHERE b.count <> (SELECT count(*) FROM feature AS f WHERE f.layer = :layer AND f.valid_to IS NULL
                    AND (f.\(sort.rawValue), f.uid) >= (b.value, b.uid)
                    AND (f.\(sort.rawValue), f.uid) < (b.next_value, b.next_uid))
                """, arguments: ["layer": layer, "sort": sort.rawValue]) ?? 0
    }

    /// The key of the row that stands `distance` rows behind the first one not before `key`.
    private static func row(
        _ distance: Int, from key: ParcelQuery.Key, of layer: Int64, _ sort: ParcelQuery.Sort, in db: Database
    ) throws -> ParcelQuery.Key? {
        // One range after the other: SQLite steps over the rows of a range more than twice as fast as it merges two.
        let base = "FROM feature WHERE layer = :layer AND valid_to IS NULL AND \(sort.rawValue)"
        let same = "\(base) = :value AND uid >= :uid"
        func row(_ distance: Int, in rows: String, _ more: StatementArguments) throws -> ParcelQuery.Key? {
            let statement = try db.cachedStatement(
                sql: """
                    SELECT \(sort.rawValue) AS value, uid \(rows) ORDER BY \(sort.rawValue), uid LIMIT 1 OFFSET :distance
                    """)
            let arguments: StatementArguments = ["layer": layer, "value": key.value, "distance": distance]
            return try Row.fetchOne(statement, arguments: arguments + more).map {
                ParcelQuery.Key(value: $0["value"], uid: $0["uid"])
            }
        }
        if let found = try row(distance, in: same, ["uid": key.uid]) { return found }
        let counting = try db.cachedStatement(sql: "SELECT count(*) \(same)")
        let passed = try Int.fetchOne(counting, arguments: ["layer": layer, "value": key.value, "uid": key.uid]) ?? 0
        return try row(distance - passed, in: "\(base) > :value", [:])
    }
}

extension ListBlocks {
    /// What many rows that come and go change in the counts of blocks: what the triggers would do row by row.
    struct Changes {
        private let layer: Int64
        private var divisions: [Division] = []

        /// The blocks of one order, by their first keys.
        private struct Division {
            var sort: ParcelQuery.Sort
            var starts: [Start] = []
            var changes: [Int] = []
        }

        private struct Start {
            var value: DatabaseValue
            /// SQLite compares texts by their bytes.
            var text: [UInt8]
            var number: Int64
            var uid: Int64
        }

        init(of layer: Int64, in db: Database) throws {
            self.layer = layer
            for sort in ParcelQuery.Sort.allCases {
                var division = Division(sort: sort)
                for row in try Row.fetchAll(
                    db, sql: "SELECT value, uid FROM list_block WHERE layer = ? AND sort = ? ORDER BY value, uid",
                    arguments: [layer, sort.rawValue])
                {
                    let value: DatabaseValue = row["value"]
                    division.starts.append(
                        Start(
                            value: value, text: (String.fromDatabaseValue(value) ?? "").utf8.map { $0 },
                            number: Int64.fromDatabaseValue(value) ?? 0, uid: row["uid"]))
                }
                division.changes = Array(repeating: 0, count: division.starts.count)
                divisions.append(division)
            }
        }

        mutating func add(_ fact: StandingFact, _ change: Int) {
            add(
                uid: fact.uid, number: fact.number, class: fact.class, unit: fact.unit, area: fact.area, change)
        }

        mutating func add(uid: Int64, number: String, class: Int64, unit: Int64, area: Int64, _ change: Int) {
            let text = Array(number.utf8)
            for index in divisions.indices {
                let value: Int64 =
                    switch divisions[index].sort {
                    case .number: 0
                    case .area: area
                    case .class: `class`
                    case .unit: unit
                    case .uid: uid
                    }
                let isText = divisions[index].sort == .number
                // The last block that does not start behind the row.
                var (low, high) = (0, divisions[index].starts.count)
                while low < high {
                    let middle = (low + high) / 2
                    let start = divisions[index].starts[middle]
                    let isBehind =
                        isText
                        ? text.lexicographicallyPrecedes(start.text) || (text == start.text && uid < start.uid)
                        : (value, uid) < (start.number, start.uid)
                    if isBehind { high = middle } else { low = middle + 1 }
                }
                if low > 0 { divisions[index].changes[low - 1] += change }
            }
        }

        func write(in db: Database) throws {
            for division in divisions {
                for (start, change) in zip(division.starts, division.changes) where change != 0 {
                    try db.execute(
                        sql: """
                            UPDATE list_block SET count = count + ?
                            WHERE layer = ? AND sort = ? AND value = ? AND uid = ?
                            """, arguments: [change, layer, division.sort.rawValue, start.value, start.uid])
                }
            }
        }
    }
}
