import Foundation
import GRDB
import Phrases
import Planning

/// One line of a list of features: their normalised facts.
package struct Parcel: Sendable, Hashable {
    package var uid: Int64
    /// Its number in the source (BSM); not necessarily unique.
    package var number: String
    package var name: String
    /// The class that counts where the connection stands, and that of the base.
    package var `class`: Int64
    package var baseClass: Int64
    package var unit: Int64
    /// Ellipsoidal area and what remains of it without field ridges, in whole hundredths of a square metre.
    package var area: Int64
    package var net: Int64
    package var isEdited: Bool
}

extension Parcel: FetchableRecord {
    package init(row: Row) {
        uid = row["uid"]
        number = row["number"] ?? ""
        name = row["name"] ?? ""
        `class` = row["class"]
        baseClass = row["base_class"] ?? row["class"]
        unit = row["unit"]
        area = row["area"]
        net = row["net"]
        isEdited = row["edited"]
    }
}

/// Which parcels, in which order.
package struct ParcelQuery: Sendable, Hashable {
    package enum Sort: String, Sendable, CaseIterable {
        case number, area, `class`, unit, uid
    }

    package enum Filter: Sendable, Hashable {
        case all
        /// Every word must occur in the number, the name, the class or the unit.
        case words(String)
        /// An SQL expression over the view `parcel`.
        case sql(String)
        /// Those that the open plan has changed.
        case edited
        case marked

        /// What was typed into the filter box: text that starts with `=` is SQL.
        package init(_ text: String) {
            let text = text.trimmed
            self = text.isEmpty ? .all : text.hasPrefix("=") ? .sql(String(text.dropFirst()).trimmed) : .words(text)
        }
    }

    package var filter = Filter.all
    package var sort = Sort.number
    package var descending = false

    package init(filter: Filter = .all, sort: Sort = .number, descending: Bool = false) {
        self.filter = filter
        self.sort = sort
        self.descending = descending
    }

    /// Where a page starts or ends: the sorted value and the uid of a row.
    package struct Key: Sendable, Hashable {
        var value: DatabaseValue
        var uid: Int64
    }

    package func key(of parcel: Parcel) -> Key {
        let value: any DatabaseValueConvertible =
            switch sort {
            case .number: parcel.number
            case .area: parcel.area
            case .class: parcel.class
            case .unit: parcel.unit
            case .uid: parcel.uid
            }
        return Key(value: value.databaseValue, uid: parcel.uid)
    }

    private static let columns = "uid, number, name, class, base_class, unit, area, net, edited"

    /// The rows after or before a key; without one from the start or, backward, from the end.
    ///
    /// They are read in two steps, those of the key's own value and those beyond: asked for both at once, SQLite would
    /// look the pair up by its first part alone, and walk over all the rows of a class on the way to its last.
    func page(_ key: Key?, backward: Bool, limit: Int, in db: Database) throws -> [Parcel] {
        let falling = descending != backward
        let order = falling ? "DESC" : "ASC"
        let comparison = falling ? "<" : ">"
        func rows(_ place: SQL, _ limit: Int) throws -> [Parcel] {
            let request: SQL = """
                SELECT \(sql: Self.columns) FROM parcel WHERE \(try condition(in: db)) \(place)
                ORDER BY \(sql: sort.rawValue) \(sql: order), uid \(sql: order) LIMIT \(limit)
                """
            return try SQLRequest<Parcel>(literal: request).fetchAll(db)
        }
        guard let key else { return try rows("", limit) }
        if sort == .uid { return try rows("AND uid \(sql: comparison) \(key.uid)", limit) }
        let beyond: SQL = "AND \(sql: sort.rawValue) \(sql: comparison) \(key.value)"
        let same = try rows(
            "AND \(sql: sort.rawValue) = \(key.value) AND uid \(sql: comparison) \(key.uid)", limit)
        return same.count == limit ? same : same + (try rows(beyond, limit - same.count))
    }

    /// How many rows there are, and how many come before a key.
    func count(before key: Key? = nil, in db: Database) throws -> SQLRequest<Int> {
        var request: SQL = "SELECT count(*) FROM parcel WHERE \(try condition(in: db))"
        if let key {
            request += " AND (\(sql: sort.rawValue), uid) \(sql: descending ? ">" : "<") (\(key.value), \(key.uid))"
        }
        return SQLRequest(literal: request)
    }

    func condition(in db: Database) throws -> SQL {
        switch filter {
        case .all: "1"
        case .edited: "edited"
        case .marked: "uid IN (SELECT uid FROM temp.marked)"
        // Users' SQL runs on the connection of `UserQueries` only, behind its authorizer.
        case .sql(let expression): "(\(sql: expression)\n)"
        case .words(let text):
            try text.split(whereSeparator: \.isWhitespace).map { try Self.condition(word: String($0), in: db) }
                .joined(separator: " AND ")
        }
    }

    /// Classes and units are few: which of them a word means is found first, so that parcels are compared by number.
    private static func condition(word: String, in db: Database) throws -> SQL {
        let pattern =
            "%" + word.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
        let code = word.split(separator: ":").last.map(String.init) ?? word
        let classes = try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM land_class WHERE name_zh LIKE :p ESCAPE '\\' OR name_en LIKE :p ESCAPE '\\'
                    OR code = :code OR system || ':' || code LIKE :prefix
                """, arguments: ["p": pattern, "code": code, "prefix": "\(word)%"])
        let units = try Int64.fetchAll(
            db, sql: "SELECT id FROM unit WHERE name LIKE :p ESCAPE '\\' OR code = :w",
            arguments: ["p": pattern, "w": word])
        var condition: SQL = "(number LIKE \(pattern) ESCAPE '\\' OR name LIKE \(pattern) ESCAPE '\\'"
        if !classes.isEmpty { condition += " OR class IN \(classes)" }
        if !units.isEmpty { condition += " OR unit IN \(units)" }
        return condition + ")"
    }
}

extension Project {
    /// A page of parcels after (or, backward, before) a key, in the order of the query.
    package func parcels(_ query: ParcelQuery, after key: ParcelQuery.Key? = nil, backward: Bool = false, limit: Int)
        throws -> [Parcel]
    {
        let rows = try users(query) { db in
            try query.page(key, backward: backward, limit: limit, in: db)
        }
        return backward ? rows.reversed() : rows
    }

    /// A page of parcels from row number `offset`, from 0.
    package func parcels(_ query: ParcelQuery, offset: Int, limit: Int) throws -> [Parcel] {
        if query.filter == .all, let page = try pageByIndex(query, offset: offset, limit: limit) { return page }
        return try users(query) { db in
            let order = query.descending ? "DESC" : "ASC"
            let request: SQL = """
                SELECT * FROM parcel WHERE \(try query.condition(in: db))
                ORDER BY \(sql: query.sort.rawValue) \(sql: order), uid \(sql: order) LIMIT \(limit) OFFSET \(offset)
                """
            return try SQLRequest<Parcel>(literal: request).fetchAll(db)
        }
    }

    package func count(_ query: ParcelQuery) throws -> Int {
        if query.filter == .all { return try standingCount() }
        return try users(query) { db in try query.count(in: db).fetchOne(db) ?? 0 }
    }

    /// How many rows of the query come before the parcel.
    package func rank(of parcel: Parcel, in query: ParcelQuery) throws -> Int {
        if query.filter == .all, let rank = try rankByIndex(query.key(of: parcel), query) { return rank }
        return try users(query) { db in try query.count(before: query.key(of: parcel), in: db).fetchOne(db) ?? 0 }
    }

    /// How many parcels the connection's layer holds where it stands. A large county has more sums of units and classes
    /// than blocks.
    private func standingCount() throws -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT coalesce(
                            (SELECT sum(count) FROM list_block
                            WHERE layer = (SELECT layer FROM temp.here) AND sort = '\(ParcelQuery.Sort.uid.rawValue)'),
                            (SELECT total(count) FROM summary WHERE layer = (SELECT layer FROM temp.here)))
                        + (SELECT total(count) FROM plan_summary WHERE plan = (SELECT plan FROM temp.here)
                            AND layer = (SELECT layer FROM temp.here))
                        + (SELECT total(count) FROM (\(Here.correction("(SELECT as_of FROM temp.here)")))
                            WHERE layer = (SELECT layer FROM temp.here))
                    """) ?? 0
        }
    }

    /// Users' SQL runs behind an authorizer; everything else on the project's own connection.
    private func users<T>(_ query: ParcelQuery, _ body: (Database) throws -> T) throws -> T {
        if case .sql = query.filter { return try userQuery(body) }
        return try read(body)
    }

    /// One parcel, as it is where the connection stands.
    package func parcel(_ uid: Int64) throws -> Parcel? {
        try read { db in
            try Parcel.fetchOne(
                db,
                sql: """
                    SELECT f.uid, f.number, f.name, coalesce(e.class, f.class) AS class, f.class AS base_class,
                        coalesce(e.unit, f.unit) AS unit, coalesce(e.area, f.area) AS area,
                        coalesce(e.net, f.net) AS net, e.uid IS NOT NULL AS edited
                    FROM feature AS f LEFT JOIN plan_edit AS e
                        ON e.plan = (SELECT plan FROM temp.here) AND e.uid = f.uid
                    WHERE f.uid = :uid AND e.op IS NOT 'remove'
                    UNION ALL
                    SELECT e.uid, e.number, e.name, e.class, e.class, e.unit, e.area, e.net, 1 FROM plan_edit AS e
                    WHERE e.plan = (SELECT plan FROM temp.here) AND e.uid = :uid AND e.op = 'add'
                    """, arguments: ["uid": uid])
        }
    }

    /// The layer that a feature belongs to, be it of the base or of a draft alone.
    package func layerID(of uid: Int64) throws -> Int64? {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT layer FROM feature WHERE uid = :uid
                    UNION ALL SELECT layer FROM plan_edit WHERE uid = :uid AND op = 'add' LIMIT 1
                    """, arguments: ["uid": uid])
        }
    }

    /// All parcels with this number, of which there should be one.
    package func parcels(numbered number: String, layer: Int64? = nil) throws -> [Int64] {
        try read { db in
            try Int64.fetchAll(
                db,
                sql: """
                    SELECT uid FROM feature WHERE number = :number
                        AND (valid_to IS NULL OR valid_to > (SELECT as_of FROM temp.here))
                        AND (valid_from IS NULL OR NOT valid_from > (SELECT coalesce(as_of, valid_from) FROM temp.here))
                        AND layer IN (SELECT id FROM layer_registry WHERE :layer IS NULL OR id = :layer) ORDER BY uid
                    """, arguments: ["number": number, "layer": layer])
        }
    }

    /// The source's own columns of a feature, in their order, with their values as text; nil is null.
    package func sourceColumns(of uid: Int64) throws -> [(name: String, value: String?)] {
        try read { db in
            guard
                let place = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT l.table_name, f.fid, f.valid_to IS NOT NULL AS old
                        FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE f.uid = ?
                        """, arguments: [uid]),
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT * FROM \(PastTable.holding(place["table_name"], superseded: place["old"]).quoted)
                        WHERE fid = ?
                        """, arguments: [place["fid"] as Int64])
            else {
                return try Self.draftedColumns(of: uid, in: db).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            }
            let drafted = try Self.draftedColumns(of: uid, in: db)
            return row.filter { $0.0 != "fid" && $0.0 != "geom" }.map { ($0.0, drafted[$0.0] ?? Self.text($0.1)) }
        }
    }

    /// What the plan that the connection stands in sets of a feature's columns; a value that it clears is nil.
    private static func draftedColumns(of uid: Int64, in db: Database) throws -> [String: String?] {
        let json = try String.fetchOne(
            db,
            sql: """
                SELECT attributes FROM plan_edit WHERE plan = (SELECT plan FROM temp.here) AND uid = ? AND op <> 'remove'
                """, arguments: [uid])
        return FeatureAttributes.parse(json).mapValues { value in
            switch value {
            case let text as String: text
            case let number as NSNumber: number.stringValue
            default: nil
            }
        }
    }

    static func text(_ value: DatabaseValue) -> String? {
        switch value.storage {
        case .null: nil
        case .int64(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let data): "\(data.count) bytes"
        }
    }
}
