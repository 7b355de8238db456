import GRDB
import Planning

/// A county, town or village.
package struct Unit: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var code: String
    package var name: String
    package var parent: Int64?

    init(id: Int64, code: String, name: String, parent: Int64?) {
        (self.id, self.code, self.name, self.parent) = (id, code, name, parent)
    }

    package init(row: Row) {
        id = row["id"]
        code = row["code"]
        name = row["name"]
        parent = row["parent"]
    }
}

/// The numbers of units while features are written. A village brings its town and county along, by the prefixes of its
/// code.
final class UnitRegistry {
    private var ids: [String: Int64] = [:]
    private var named: Set<String> = []
    private let db: Database

    init(in db: Database) throws {
        self.db = db
        let rows = try Row.fetchCursor(db, sql: "SELECT id, code, name FROM unit")
        while let row = try rows.next() {
            let (code, name): (String, String) = (row["code"], row["name"])
            ids[code] = row["id"]
            if name != code { named.insert(code) }
        }
    }

    /// Whether a later feature can no more name the unit that `text` lies in.
    func isNamed(_ text: String) -> Bool { named.contains(UnitCode(text)?.digits ?? text) }

    /// The number of the unit that `text`, such as a 19-digit ZLDWDM, lies in; 0 for none.
    func id(of text: String, name: String?) throws -> Int64 {
        // A code of no Chinese form, as a foreign town's, stands for itself and has no unit above.
        let code = UnitCode(text)
        let key = code?.digits ?? text
        guard !key.isEmpty else { return 0 }
        if let id = ids[key] {
            if let name, !name.isEmpty, !named.contains(key) {
                named.insert(key)
                try db.execute(sql: "UPDATE unit SET name = ? WHERE id = ?", arguments: [name, id])
            }
            return id
        }
        let parent = try code?.parent.map { try id(of: $0.digits, name: nil) }
        try db.execute(
            sql: "INSERT INTO unit(code, name, parent) VALUES (?, ?, ?)",
            arguments: [key, name.flatMap { $0.isEmpty ? nil : $0 } ?? key, parent])
        if let name, !name.isEmpty { named.insert(key) }
        ids[key] = db.lastInsertedRowID
        return db.lastInsertedRowID
    }
}

extension Project {
    /// All units by number.
    package func units() throws -> [Int64: Unit] {
        try read { db in
            let all = try Unit.fetchAll(db, sql: "SELECT * FROM unit")
            return Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        }
    }
}
