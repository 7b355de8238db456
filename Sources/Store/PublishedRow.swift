import Foundation
import GRDB
import Phrases

/// What a row of a layer is made of, as one hash: what `publication` keeps and `journal verify` compares.
///
/// SHA-256 over the name of the layer, the uid, number, name, the class's system and code, the unit's code, area and net
/// (hundredths of m²), then for each column of the row that is not null, in the order of their names, the name and the
/// value, the outline among them. Each of these is led by its length in bytes and a colon; numbers are written in
/// decimal, the shortest that reads back as the same; bytes stand as they are.
final class PublishedRows {
    private let db: Database
    private var readers: [String: Reader] = [:]
    private let place: BulkStatement

    /// A row as it stands: its hash, and what a picture is painted from.
    struct Found {
        var hash: String
        var `class`: Int64
        var geom: [UInt8]
    }

    init(in db: Database) throws {
        self.db = db
        place = try BulkStatement(
            """
            SELECT l.table_name, f.valid_to IS NOT NULL FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
            WHERE f.uid = ?
            """, in: db)
    }

    /// The hash of a row as it is now, in force or superseded; nil where there is none.
    func hash(of uid: Int64) throws -> String? { try find(uid)?.hash }

    func find(_ uid: Int64, withOutline: Bool = false) throws -> Found? {
        var table: (name: String, isPast: Bool)?
        try place.fetch({ $0.bind(1, uid) }) { row in
            table = (row.column(0).string ?? "", row.column(1).number == 1)
        }
        guard let table else { return nil }
        let key = PastTable.holding(table.name, superseded: table.isPast)
        let reader = try readers[key] ?? Reader(key, layer: table.name, in: db)
        readers[key] = reader
        return try reader.find(uid, withOutline: withOutline)
    }

    private final class Reader {
        private let statement: BulkStatement
        private let columns: [(index: Int32, name: String)]
        private let layer: String
        private let geom: Int32?
        private var bytes: [UInt8] = []
        private static let facts: Int32 = 9

        init(_ table: String, layer: String, in db: Database) throws {
            let names = try db.columns(in: table).map(\.name).filter { $0 != "fid" }
            let own = names.map { ", t.\($0.quoted)" }.joined()
            statement = try BulkStatement(
                """
                SELECT f.class, f.uid, f.number, f.name, c.system, c.code, u.code, f.area, f.net\(own)
                FROM feature AS f JOIN land_class AS c ON c.id = f.class JOIN unit AS u ON u.id = f.unit
                    JOIN \(table.quoted) AS t ON t.fid = f.fid WHERE f.uid = ?
                """, in: db)
            self.layer = layer
            columns = names.enumerated().map { (Int32($0.offset) + Self.facts, $0.element) }.sorted { $0.1 < $1.1 }
            geom = columns.first { $0.name == "geom" }?.index
        }

        func find(_ uid: Int64, withOutline: Bool) throws -> Found? {
            var found: Found?
            try statement.fetch({ $0.bind(1, uid) }) { row in
                bytes.removeAll(keepingCapacity: true)
                add(layer)
                for index in 1..<Self.facts { add(row.column(index)) }
                for (index, name) in columns {
                    let value = row.column(index)
                    if case .null = value { continue }
                    add(name)
                    add(value)
                }
                let digest = Digest()
                bytes.withUnsafeBytes(digest.update)
                var outline: [UInt8] = []
                if withOutline, let geom, case .blob(let data) = row.column(geom) { outline = Array(data) }
                var code: Int64 = 0
                if case .integer(let number) = row.column(0) { code = number }
                found = Found(hash: digest.finish(), class: code, geom: outline)
            }
            return found
        }

        private func add(_ text: String) {
            bytes.append(contentsOf: "\(text.utf8.count):".utf8)
            bytes.append(contentsOf: text.utf8)
        }

        private func add(_ value: SourceValue) {
            switch value {
            case .null: add("")
            case .integer(let number): add(String(number))
            case .real(let number): add("\(number)")
            case .text(let data), .blob(let data):
                bytes.append(contentsOf: "\(data.count):".utf8)
                bytes.append(contentsOf: data)
            }
        }
    }
}

extension Project {
    /// The first row that publication wrote and that is not as it was written; nil where all are.
    ///
    /// Looks also for rows that claim to have been published and were not, and for superseded ones that were put back.
    package func publicationFault() throws -> JournalFault? { try read { db in try Self.publicationFault(in: db) } }

    static func publicationFault(in db: Database) throws -> JournalFault? {
        let rows = try PublishedRows(in: db)
        // The rows of a plan, in the order in which they were written.
        let publications = try Row.fetchCursor(
            db,
            sql: """
                SELECT p.plan, p.uid, p.op, p.hash, p.journal, f.uid IS NOT NULL AS lives, f.valid_from, f.valid_to,
                    f.layer IS p.layer AS same_layer
                FROM publication AS p LEFT JOIN feature AS f ON f.uid = p.uid ORDER BY p.id
                """)
        while let row = try publications.next() {
            let (uid, plan, journal): (Int64, Int64, Int64) = (row["uid"], row["plan"], row["journal"])
            let (did, word) = row["op"] == "supersede" ? ("superseded", "取代") : ("published", "发布")
            func fault(_ english: String, _ chinese: String) -> JournalFault {
                JournalFault(
                    journal, "feature \(uid), which plan \(plan) \(did), \(english)",
                    "规划 \(plan) \(word)的要素 \(uid) \(chinese)")
            }
            guard row["lives"] else { return fault("is gone", "已不存在") }
            guard row["same_layer"] else { return fault("lies in another layer", "位于其他图层") }
            let stands =
                row["op"] == "supersede"
                ? row["valid_to"] as Int64? == journal : row["valid_from"] as Int64? == journal
            guard stands else { return fault("counts from or until another time", "生效或失效时间不符") }
            guard try rows.hash(of: uid) == row["hash"] as String else {
                return fault("is not what was published", "与发布内容不符")
            }
        }
        let stray = try Int64.fetchOne(
            db,
            sql: """
                SELECT uid FROM feature AS f WHERE valid_from IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM publication AS p WHERE p.uid = f.uid AND p.op <> 'supersede' AND p.journal = f.valid_from)
                UNION ALL
                SELECT uid FROM feature AS f WHERE valid_to IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM publication AS p WHERE p.uid = f.uid AND p.op = 'supersede' AND p.journal = f.valid_to)
                LIMIT 1
                """)
        return stray.map {
            JournalFault(
                nil, "feature \($0) says that it was published or superseded, and no publication did that",
                "要素 \($0) 标为已发布或已失效，但无相应发布记录")
        }
    }
}
