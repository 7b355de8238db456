import GRDB
import Planning

/// In which world something is reckoned: the base, what a draft adds to it, or what makes of it the one map of before.
enum IndicatorWorld: Hashable, Sendable {
    case base
    case draft(Int64)
    /// As of a journal row.
    case past(Int64)

    /// As the kept sums write it.
    init(plan: Int64) { self = plan == 0 ? .base : plan > 0 ? .draft(plan) : .past(-plan) }
}

/// The SQL of the views that sums read, for one year.
struct IndicatorViews {
    let ground: IndicatorGround
    let year: Int
    /// Which layers have rows that publication superseded, by table.
    let past: Set<String>
    /// The words of what is asked: of the groups of classes only those that it names become columns. Nil for all.
    var asked: Set<String>?

    /// A table of the classes there are: as people write them, and to which groups they belong.
    static let classTable: String = {
        let flags = ClassGroup.standard.map { group in
            func any(_ patterns: [String]) -> String {
                patterns.map { "class GLOB \($0.literal)" }.joined(separator: " OR ")
            }
            let exceptions = group.exceptions.isEmpty ? "" : " AND NOT (\(any(group.exceptions)))"
            return "(\(any(group.patterns)))\(exceptions) AS \(group.name.quoted)"
        }
        let columns = ClassGroup.standard.map { "\($0.name.quoted) INTEGER" }.joined(separator: ", ")
        return """
            CREATE TEMP TABLE class_group(id INTEGER PRIMARY KEY, class TEXT, code TEXT, category TEXT, \(columns));
            CREATE TEMP TABLE class_group_made(count INTEGER);
            """
                + "CREATE TEMP VIEW class_group_now AS SELECT id, class, code, category, \(flags.joined(separator: ", ")) FROM "
                + "(SELECT id, system || ':' || code AS class, code, category FROM main.land_class);"
    }()

    private func flags(_ table: String, _ prefix: String = "") -> String {
        let groups = ClassGroup.standard.map(\.name).filter { asked?.contains(prefix + $0) != false }
        return (["class", "code", "category"] + groups).map { "\(table).\($0.quoted) AS \((prefix + $0).quoted)" }
            .joined(separator: ", ")
    }

    /// The words of some sums, in small letters: whatever they may name is among them.
    static func words(of sums: [IndicatorSum]) -> Set<String> {
        sums.reduce(into: []) { words, sum in
            for text in [sum.measure, sum.condition] { words.formUnion(self.words(of: text)) }
        }
    }

    /// The words of SQL, in small letters.
    static func words(of text: String) -> Set<String> {
        let parts = text.utf8.split { !($0 >= 0x80 || $0 == UInt8(ascii: "_") || isLetterOrDigit($0)) }
        return Set(parts.map { String(Substring($0)).lowercased() })
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// The columns that our own views give, whatever a layer calls its fields.
    static let reserved: Set<String> = [
        "sign", "uid", "unit", "count", "area_m2", "net_m2", "whole_m2", "length_m", "year", "class", "code",
        "category",
        "a", "b",
    ]

    private func fields(_ names: [String], _ value: (String) -> String) -> String {
        names.map { ", \(value($0)) AS \($0.quoted)" }.joined()
    }

    private static func drafted(_ field: String) -> String {
        let path = "$.\"\(field)\"".literal
        return """
            CASE WHEN json_type(e.attributes, \(path)) IS NOT NULL THEN json_extract(e.attributes, \(path)) ELSE t.\(field.quoted) END
            """
    }

    /// The rows of a layer's features: `sign` tells whether a row is added or taken away.
    func features(of layer: Layer, fields names: [String], in world: IndicatorWorld) -> String {
        func values(_ sign: String, _ uid: String, _ unit: String, _ area: String, _ net: String) -> String {
            """
            SELECT \(sign) AS sign, \(uid) AS uid, \(unit) AS unit, 1 AS count, \(area) / 100.0 AS area_m2,
                \(net) / 100.0 AS net_m2, \(year) AS year, \(flags("g"))
            """
        }
        func facts(_ sign: String) -> String { values(sign, "f.uid", "f.unit", "f.area", "f.net") }
        func table(_ name: String) -> String {
            names.isEmpty ? "" : "CROSS JOIN main.\(name.quoted) AS t ON t.fid = f.fid"
        }
        let own = fields(names) { "t.\($0.quoted)" }
        let ofClass = "CROSS JOIN temp.class_group AS g ON g.id = f.class"
        switch world {
        case .base:
            return """
                \(facts("1"))\(own) FROM main.feature AS f \(table(layer.table)) \(ofClass)
                WHERE f.layer = \(layer.id) AND f.valid_to IS NULL
                """
        case .draft(let plan):
            let left = names.isEmpty ? "" : "LEFT JOIN main.\(layer.table.quoted) AS t ON t.fid = f.fid"
            return """
                \(facts("-1"))\(own) FROM main.plan_edit AS e CROSS JOIN main.feature AS f ON f.uid = e.uid
                    \(table(layer.table)) \(ofClass)
                WHERE e.plan = \(plan) AND e.layer = \(layer.id) AND e.op <> 'add' AND f.valid_to IS NULL
                UNION ALL
                \(values("1", "e.uid", "e.unit", "e.area", "e.net"))\(fields(names, Self.drafted))
                FROM main.plan_edit AS e LEFT JOIN main.feature AS f ON f.uid = e.uid AND f.valid_to IS NULL \(left)
                    CROSS JOIN temp.class_group AS g ON g.id = e.class
                WHERE e.plan = \(plan) AND e.layer = \(layer.id) AND e.op <> 'remove'
                """
        case .past(let journal):
            let gone = past.contains(layer.table) ? PastTable.name(of: layer.table) : layer.table
            return """
                \(facts("-1"))\(own) FROM main.feature AS f \(table(layer.table)) \(ofClass)
                WHERE f.valid_from > \(journal) AND f.valid_to IS NULL AND f.layer = \(layer.id)
                UNION ALL
                \(facts("1"))\(own) FROM main.feature AS f \(table(gone)) \(ofClass)
                WHERE f.valid_to > \(journal) AND coalesce(f.valid_from, 0) <= \(journal) AND f.layer = \(layer.id)
                """
        }
    }

    /// A layer by unit and class, from the sums that triggers keep.
    func sums(of layer: Layer, in world: IndicatorWorld) -> String {
        return """
            SELECT 1 AS sign, s.unit AS unit, s.count AS count, s.area / 100.0 AS area_m2, s.net / 100.0 AS net_m2,
                \(year) AS year, \(flags("g"))
            FROM (\(rows(of: layer, in: world))) AS s CROSS JOIN temp.class_group AS g ON g.id = s.class
            """
    }

    /// The same as they are kept: unit, class, count, and areas in whole hundredths of a square metre.
    func rows(of layer: Layer, in world: IndicatorWorld) -> String {
        switch world {
        case .base: "SELECT unit, class, count, area, net FROM main.summary WHERE layer = \(layer.id)"
        case .draft(let plan):
            "SELECT unit, class, count, area, net FROM main.plan_summary WHERE plan = \(plan) AND layer = \(layer.id)"
        case .past(let journal):
            """
            SELECT unit, class, count, area, net FROM (\(Here.correction(String(journal)))) WHERE layer = \(layer.id)
            """
        }
    }

    /// Land of another class than in the survey before; of a draft, what it makes of the land besides.
    func changes(from old: Layer, to new: Layer, in world: IndicatorWorld) -> String {
        let both = "\(year) AS year, \(flags("w", "was_")), w.class AS was, \(flags("g"))"
        switch world {
        case .base:
            return """
                SELECT 1 AS sign, n.uid AS uid, n.unit AS unit, 1 AS count, c.area / 100.0 AS area_m2,
                    c.net / 100.0 AS net_m2, \(both)
                FROM main.survey_change AS c CROSS JOIN main.feature AS o ON o.uid = c.old_uid
                    CROSS JOIN main.feature AS n ON n.uid = c.new_uid
                    CROSS JOIN temp.class_group AS w ON w.id = o.class CROSS JOIN temp.class_group AS g ON g.id = n.class
                WHERE c.old_layer = \(old.id) AND c.new_layer = \(new.id)
                """
        case .draft(let plan):
            return """
                SELECT 1 AS sign, d.uid AS uid, d.unit AS unit, 1 AS count, d.area / 100.0 AS area_m2,
                    d.net / 100.0 AS net_m2, \(both)
                FROM (\(Here.landChanges(plan: String(plan), edits: "AND e.layer = \(new.id)"))) AS d
                    CROSS JOIN temp.class_group AS w ON w.id = d.was CROSS JOIN temp.class_group AS g ON g.id = d.is_now
                WHERE d.was <> d.is_now
                """
        case .past:
            return "SELECT 0 AS sign, 0 AS uid, 0 AS unit, 0 AS count, 0 AS area_m2, 0 AS net_m2, \(both) "
                + "FROM temp.class_group AS w CROSS JOIN temp.class_group AS g WHERE false"
        }
    }

    /// The features of a layer as one side of what two layers share.
    ///
    /// - Parameters:
    ///   - world: of a draft, as they are in it.
    ///   - among: a SELECT of the uids that are asked about. Of a world of two parts SQLite makes the whole, and looks into
    ///     it afterwards; nil of the base, where it does not.
    func side(
        _ layer: Layer, fields names: [String], in world: IndicatorWorld, withUnit: Bool, among: String? = nil
    ) -> String {
        func asked(_ uid: String) -> String { among.map { " AND \(uid) IN (\($0))" } ?? "" }
        func values(_ uid: String, _ unit: String, _ area: String) -> String {
            "SELECT \(uid) AS uid\(withUnit ? ", \(unit) AS unit" : ""), \(area) / 100.0 AS whole_m2, \(flags("g"))"
        }
        let own = fields(names) { "t.\($0.quoted)" }
        func table(_ kind: String) -> String {
            names.isEmpty ? "" : "\(kind) JOIN main.\(layer.table.quoted) AS t ON t.fid = f.fid"
        }
        if case .past(let journal) = world {
            let gone = past.contains(layer.table) ? PastTable.name(of: layer.table) : layer.table
            let old = names.isEmpty ? "" : "CROSS JOIN main.\(gone.quoted) AS t ON t.fid = f.fid"
            return """
                \(values("f.uid", "f.unit", "f.area"))\(own) FROM main.feature AS f \(table("CROSS"))
                    CROSS JOIN temp.class_group AS g ON g.id = f.class
                WHERE f.layer = \(layer.id) AND f.valid_to IS NULL AND coalesce(f.valid_from, 0) <= \(journal)
                    \(asked("f.uid"))
                UNION ALL
                \(values("f.uid", "f.unit", "f.area"))\(own) FROM main.feature AS f \(old)
                    CROSS JOIN temp.class_group AS g ON g.id = f.class
                WHERE f.layer = \(layer.id) AND f.valid_to > \(journal) AND coalesce(f.valid_from, 0) <= \(journal)
                    \(asked("f.uid"))
                """
        }
        guard case .draft(let plan) = world else {
            return """
                \(values("f.uid", "f.unit", "f.area"))\(own) FROM main.feature AS f \(table("CROSS"))
                    CROSS JOIN temp.class_group AS g ON g.id = f.class WHERE f.layer = \(layer.id) AND f.valid_to IS NULL
                """
        }
        return """
            \(values("f.uid", "f.unit", "f.area"))\(own) FROM main.feature AS f \(table("CROSS"))
                CROSS JOIN temp.class_group AS g ON g.id = f.class
            WHERE f.layer = \(layer.id) AND f.valid_to IS NULL AND NOT EXISTS (
                SELECT 1 FROM main.plan_edit AS x WHERE x.plan = \(plan) AND x.uid = f.uid)\(asked("f.uid"))
            UNION ALL
            \(values("e.uid", "e.unit", "e.area"))\(fields(names, Self.drafted)) FROM main.plan_edit AS e
                LEFT JOIN main.feature AS f ON f.uid = e.uid AND f.valid_to IS NULL \(table("LEFT"))
                CROSS JOIN temp.class_group AS g ON g.id = e.class
            WHERE e.plan = \(plan) AND e.layer = \(layer.id) AND e.op <> 'remove'\(asked("e.uid"))
            """
    }
}
