import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// A class as the project file knows it.
package struct StoredClass: Sendable, Hashable {
    /// The number under which facts and overviews refer to it; 0 is "no class".
    package var id: Int64
    package var code: LandUseCode
    package var name: Phrase
    package var parent: String?
    package var category: String
    package var note: Phrase
    /// False for a code that no table knows: shown as unclassified, never dropped.
    package var isKnown: Bool

    /// What overview cells hold for this class: never 0, which is "nothing there".
    package var cell: UInt16 { Self.cell(id) }

    package static func cell(_ id: Int64) -> UInt16 { id == 0 ? 1 : UInt16(truncatingIfNeeded: id) }
}

extension StoredClass: FetchableRecord {
    package init(row: Row) {
        id = row["id"]
        code = LandUseCode(system: row["system"], code: row["code"])
        name = Phrase(row["name_en"], row["name_zh"])
        parent = row["parent"]
        category = row["category"]
        note = Phrase(row["note_en"], row["note_zh"])
        isKnown = row["known"]
    }
}

/// The numbers of classes while features are written: known codes are looked up, unknown ones get a row.
final class ClassRegistry {
    /// The distance between the numbers of standard classes; codes unknown today find room between.
    private static let gap: Int64 = 8
    /// Overview cells hold 16 bits, the last of which means "as in the base".
    private static let limit = Int64(UInt16.max) - 1

    private var ids: [String: Int64] = [:]
    private var taken: Set<Int64>
    private let system: String
    private let crosswalk: Crosswalk?
    private let db: Database
    /// Codes that no table knows, with the number of features that bear them.
    private(set) var unknown: [String: Int] = [:]

    /// - Parameter crosswalk: what foreign codes become; those it does not map are kept as unknown ones.
    init(system: String, crosswalk: Crosswalk? = nil, in db: Database) throws {
        self.system = system
        self.crosswalk = crosswalk
        self.db = db
        taken = try Set(Int64.fetchCursor(db, sql: "SELECT id FROM land_class"))
        let rows = try Row.fetchCursor(
            db, sql: "SELECT id, code, known FROM land_class WHERE system = ?", arguments: [system])
        while let row = try rows.next() {
            ids[row["code"]] = row["id"]
            if !(row["known"] as Bool) { unknown[row["code"]] = 0 }
        }
    }

    /// The number of a code. One that is not in the table gets a row of its own, marked unknown.
    func id(of code: String) throws -> Int64 {
        var code = code
        if let crosswalk { code = crosswalk[code] ?? Crosswalk.unmapped + Crosswalk.folded(code) }
        if let id = ids[code] {
            if unknown[code] != nil { unknown[code, default: 0] += 1 }
            return id
        }
        let parent = ids.keys.filter { code.hasPrefix($0) && $0 != code }.max { $0.count < $1.count }
        let id = try freeID(after: parent.flatMap { ids[$0] } ?? ids.filter { $0.key < code }.values.max() ?? 0)
        let plain = code.hasPrefix(Crosswalk.unmapped) ? String(code.dropFirst()) : code
        try db.execute(
            sql: """
                INSERT INTO land_class(id, system, code, name_en, name_zh, parent, known)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                """, arguments: [id, system, code, "unclassified \(plain)", "未分类 \(plain)", parent])
        taken.insert(id)
        ids[code] = id
        unknown[code] = 1
        return id
    }

    private func freeID(after id: Int64) throws -> Int64 {
        for candidate in (id + 1)..<(id + Self.gap) where candidate > 1 && !taken.contains(candidate) {
            return candidate
        }
        let next = (taken.max() ?? 0) + 1
        guard next < Self.limit else {
            throw Refusal(
                .badData, "The project holds too many classes (\(taken.count)); is the class field really a class?",
                "地类过多（\(taken.count) 个），请确认地类字段是否正确。")
        }
        return next
    }

    /// Stores a class table: new classes are added, those of the same code are brought up to date.
    static func store(_ classes: [LandClass], in db: Database) throws {
        var next = (try Int64.fetchOne(db, sql: "SELECT max(id) FROM land_class") ?? 0) / gap * gap + gap
        for item in classes.sorted(by: { ($0.code.system, $0.code.code) < ($1.code.system, $1.code.code) }) {
            try db.execute(
                sql: """
                    INSERT INTO land_class(id, system, code, name_en, name_zh, parent, category, note_en, note_zh)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT(system, code) DO UPDATE SET name_en = excluded.name_en, name_zh = excluded.name_zh,
                        parent = excluded.parent, category = excluded.category,
                        note_en = excluded.note_en, note_zh = excluded.note_zh, known = 1
                    """,
                arguments: [
                    next, item.code.system, item.code.code, item.name.english, item.name.chinese, item.parent?.code,
                    item.category.rawValue, item.note.english, item.note.chinese,
                ])
            next += gap
        }
        guard next < limit else {
            throw Refusal(.badData, "The class table is too long.", "地类表过长。")
        }
    }
}

extension Project {
    /// All classes of the project by number.
    package func classes() throws -> [Int64: StoredClass] {
        try read { db in
            let all = try StoredClass.fetchAll(db, sql: "SELECT * FROM land_class")
            return Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        }
    }

    /// The class written as `SYSTEM:CODE`.
    ///
    /// - Throws: `Refusal` naming what the project knows when there is none.
    package func landClass(_ code: LandUseCode) throws -> StoredClass {
        let found = try read { db in
            try StoredClass.fetchOne(
                db, sql: "SELECT * FROM land_class WHERE system = ? AND code = ?", arguments: [code.system, code.code])
        }
        guard let found else {
            let systems = try read { db in
                try String.fetchAll(db, sql: "SELECT DISTINCT system FROM land_class WHERE system <> '' ORDER BY 1")
            }
            throw Refusal(
                .badData,
                "There is no class \(code); the project knows the systems \(systems.joined(separator: ", ")).",
                "没有地类 \(code)；项目中的分类体系有 \(systems.joined(separator: "、"))。")
        }
        return found
    }

    /// Adds a class table of the project's own, such as a foreign town's.
    package func addClasses(_ classes: [LandClass], line: String) throws {
        try change { db in
            try require([.administrator], to: Phrase("add classes", "增加地类"), in: db)
            try ClassRegistry.store(classes, in: db)
            try record(.set, line: line, in: db, detail: "\(classes.count) classes")
        }
    }
}
