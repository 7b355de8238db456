import Foundation
import GRDB
import Geometry
import Planning

/// The facts of a feature in force.
struct StandingFact {
    var uid: Int64
    var fid: Int64
    var number: String
    var name: String
    var `class`: Int64
    var unit: Int64
    var area: Int64
    var net: Int64

    init(row: Row) {
        (uid, fid, number, name) = (row["uid"], row["fid"], row["number"], row["name"])
        (`class`, unit, area, net) = (row["class"], row["unit"], row["area"], row["net"])
    }
}

/// A row that comes into force.
struct NewFact {
    /// What it takes the columns of the source from; nil for one that is new.
    var base: StandingFact?
    /// The drafted feature that it comes from; nil for the rest of one that was cut.
    var source: Int64?
    var op = "add"
    var `class`: Int64
    var unit: Int64
    var area: Int64
    var net: Int64
    var number = ""
    var name = ""
    /// Its outline as a GeoPackage blob; nil for that of its base row.
    var geom: Data?
    /// Values by column that take the place of the base row's.
    var values: [String: Any] = [:]
    var parents: [Int64] = []
    /// A feature whose outline and area it has; nil where its area is to be held against its outline.
    var measuredLike: Int64?
}

/// A new version of a layer in the making: rows are superseded and come into force, and all that is derived from them
/// follows at the end in one go.
///
/// Triggers are off while it works: they would reckon each row by itself, and note each as changed from outside.
final class LayerRevision {
    let layer: Layer
    private let at: Int64
    private let db: Database
    private let measure: ((Shape) throws -> Int64)?
    private let classes: [Int64: StoredClass]
    private let units: [Int64: (code: String, name: String)]
    private let columns: [LayerColumn]
    private let past: PastTable
    private var nextFID: Int64
    private let read: BulkStatement
    private let insert: BulkStatement
    private let facts: BulkStatement
    private let supersession: BulkStatement
    private let keep: BulkStatement
    private let delete: BulkStatement
    private let lineage: BulkStatement
    private let place: (remove: BulkStatement, add: BulkStatement, addPast: BulkStatement)?
    private var sums = SumChanges()
    private var blocks: ListBlocks.Changes

    /// In the order in which they were written.
    private(set) var superseded: [(uid: Int64, source: Int64?)] = []
    private(set) var added: [(uid: Int64, source: Int64?, op: String)] = []
    private var box = Box.empty

    /// - Parameter measure: hundredths of a square metre of a shape; nil where nothing tells.
    init(
        of layer: Layer, at: Int64, in db: Database, measure: ((Shape) throws -> Int64)? = nil
    ) throws {
        (self.layer, self.at, self.db, self.measure) = (layer, at, db, measure)
        past = PastTable(layer: layer)
        try past.prepare(in: db)
        classes = Dictionary(
            uniqueKeysWithValues: try StoredClass.fetchAll(db, sql: "SELECT * FROM land_class").map { ($0.id, $0) })
        units = Dictionary(
            uniqueKeysWithValues: try Row.fetchAll(db, sql: "SELECT id, code, name FROM unit").map {
                ($0["id"] as Int64, ($0["code"] as String, $0["name"] as String))
            })
        columns = try Project.columns(of: layer, in: db)
        nextFID =
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT 1 + max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = ?), 0),
                        coalesce((SELECT max(fid) FROM \(layer.table.quoted)), 0),
                        coalesce((SELECT max(fid) FROM \(past.name.quoted)), 0))
                    """, arguments: [layer.table]) ?? 1
        let hasOutlines = layer.geometry != nil
        let names = (hasOutlines ? ["geom"] : []) + columns.map(\.name)
        let list = names.map(\.quoted).joined(separator: ", ")
        let holes = Array(repeating: ", ?", count: names.count).joined()
        let comma = names.isEmpty ? "" : ", "
        read = try BulkStatement("SELECT fid\(comma)\(list) FROM \(layer.table.quoted) WHERE fid = ?", in: db)
        insert = try BulkStatement(
            "INSERT INTO \(layer.table.quoted)(fid\(comma)\(list)) VALUES (?\(holes))", in: db)
        keep = try BulkStatement(
            """
            INSERT INTO \(past.name.quoted)(fid\(comma)\(list))
                SELECT fid\(comma)\(list) FROM \(layer.table.quoted) WHERE fid = ?
            """, in: db)
        delete = try BulkStatement("DELETE FROM \(layer.table.quoted) WHERE fid = ?", in: db)
        supersession = try BulkStatement("UPDATE feature SET valid_to = ? WHERE uid = ?", in: db)
        facts = try BulkStatement(
            """
            INSERT INTO feature(uid, layer, fid, number, name, class, unit, area, net, valid_from)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, in: db)
        lineage = try BulkStatement("INSERT OR IGNORE INTO lineage(child, parent, plan) VALUES (?, ?, 0)", in: db)
        let tree = "rtree_\(layer.table)_geom".quoted
        place =
            hasOutlines
            ? (
                try BulkStatement("DELETE FROM \(tree) WHERE id = ?", in: db),
                try BulkStatement("INSERT INTO \(tree) VALUES (?, ?, ?, ?, ?)", in: db),
                try BulkStatement("INSERT INTO \(past.tree) VALUES (?, ?, ?, ?, ?)", in: db)
            ) : nil
        blocks = try ListBlocks.Changes(of: layer.id, in: db)
    }

    // MARK: Rows

    /// A feature of the layer that is in force.
    func standing(_ uid: Int64) throws -> StandingFact? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT uid, fid, number, name, class, unit, area, net FROM feature
                WHERE uid = ? AND layer = ? AND valid_to IS NULL
                """)
        return try Row.fetchOne(statement, arguments: [uid, layer.id]).map(StandingFact.init)
    }

    /// Takes a row out of force; it stays readable.
    func supersede(_ fact: StandingFact, source: Int64?) throws {
        try keep.run { $0.bind(1, fact.fid) }
        if let place {
            var box: Box?
            try read.fetch({ $0.bind(1, fact.fid) }) { row in
                if case .blob(let bytes) = row.column(1) { box = GeoPackageBlob.box(of: bytes) }
            }
            if let box {
                try place.remove.run { $0.bind(1, fact.fid) }
                try place.addPast.run { Self.bind(fact.fid, box, to: $0) }
            }
        }
        try delete.run { $0.bind(1, fact.fid) }
        try supersession.run { statement in
            statement.bind(1, at)
            statement.bind(2, fact.uid)
        }
        sums.add(fact.unit, fact.class, -1, -fact.area, -fact.net)
        blocks.add(fact, -1)
        superseded.append((fact.uid, source))
    }

    /// Brings a row into force.
    func put(_ new: NewFact, uid: Int64) throws {
        let fid = nextFID
        nextFID += 1
        let (values, number, name) = self.values(of: new)
        var outline: Box?
        func write(_ source: (Int32) -> SourceValue?) throws {
            try insert.run { row in
                row.bind(1, fid)
                var column: Int32 = 2
                if layer.geometry != nil {
                    if let geom = new.geom {
                        row.bind(column, blob: Array(geom))
                        outline = geom.withUnsafeBytes { GeoPackageBlob.box(of: $0) }
                    } else if case .blob(let bytes)? = source(0) {
                        row.bind(column, blob: bytes)
                        outline = GeoPackageBlob.box(of: bytes)
                    } else {
                        row.bindNull(column)
                    }
                    column += 1
                }
                for (index, own) in columns.enumerated() {
                    if let value = values[own.name] {
                        row.bind(column, value)
                    } else if let value = source(Int32(index) + (layer.geometry == nil ? 0 : 1)) {
                        row.bind(column, value)
                    } else {
                        row.bindNull(column)
                    }
                    column += 1
                }
            }
        }
        if let base = new.base {
            try pastOrPresent(base.fid) { row in try write { row.column($0 + 1) } }
        } else {
            try write { _ in nil }
        }
        if let outline, let place {
            try place.add.run { Self.bind(fid, outline, to: $0) }
            box = box.union(outline)
        }
        try facts.run { row in
            row.bind(1, uid)
            row.bind(2, layer.id)
            row.bind(3, fid)
            row.bind(4, string: number)
            row.bind(5, string: name)
            row.bind(6, new.class)
            row.bind(7, new.unit)
            row.bind(8, new.area)
            row.bind(9, new.net)
            row.bind(10, at)
        }
        for parent in new.parents {
            try lineage.run { row in
                row.bind(1, uid)
                row.bind(2, parent)
            }
        }
        try keepMeasure(of: new, uid)
        sums.add(new.unit, new.class, 1, new.area, new.net)
        blocks.add(uid: uid, number: number, class: new.class, unit: new.unit, area: new.area, 1)
        added.append((uid, new.source, new.op))
    }

    /// Areas are those that were approved. Where the outline alone would give another, by a share's rounding or by control
    /// areas, the difference is kept, as that of an adjustment.
    private func keepMeasure(of new: NewFact, _ uid: Int64) throws {
        guard layer.geometry == .polygon, let measure else { return }
        if let like = new.measuredLike {
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO area_adjustment(uid, layer, unit, side, raw, moved, journal)
                    SELECT ?, ?, unit, side, raw, moved, journal FROM area_adjustment WHERE uid = ?
                    """)
            return try statement.execute(arguments: [uid, layer.id, like])
        }
        var shape = Shape(kind: .polygon)
        guard let geom = new.geom, geom.withUnsafeBytes({ GeoPackageBlob.read($0, into: &shape) }) else { return }
        let raw = try measure(shape)
        guard raw != new.area else { return }
        try db.execute(
            sql: """
                INSERT INTO area_adjustment(uid, layer, unit, side, raw, moved, journal) VALUES (?, ?, '', '', ?, ?, ?)
                """, arguments: [uid, layer.id, raw, new.area - raw, at])
    }

    private static func bind(_ id: Int64, _ box: Box, to row: borrowing BulkStatement) {
        row.bind(1, id)
        row.bind(2, box.minX)
        row.bind(3, box.maxX)
        row.bind(4, box.minY)
        row.bind(5, box.maxY)
    }

    /// The row that a new one takes its values from has just been superseded, or is about to be.
    private lazy var readPast = Result<BulkStatement, any Error>(catching: {
        let names = (layer.geometry != nil ? ["geom"] : []) + columns.map(\.name)
        let list = names.map { ", \($0.quoted)" }.joined()
        return try BulkStatement("SELECT fid\(list) FROM \(past.name.quoted) WHERE fid = ?", in: db)
    })

    private func pastOrPresent(_ fid: Int64, _ body: (borrowing BulkStatement) throws -> Void) throws {
        var isThere = false
        try read.fetch({ $0.bind(1, fid) }) { row in
            isThere = true
            try body(row)
        }
        if !isThere { try readPast.get().fetch({ $0.bind(1, fid) }, row: body) }
    }

    /// The columns that differ from the base row's, its number and its name.
    private func values(of new: NewFact) -> (values: [String: PlannedFeature.Value], number: String, name: String) {
        var values = new.values.mapValues(PlannedFeature.Value.init(json:))
        let schema = LayerSchema.named(layer.standard)
        let known = Set(columns.map(\.name))
        let code = classes[new.class]
        if new.base?.class != new.class, let field = layer.classField {
            values[field] = new.class == 0 ? .null : .text(written(code?.code.code ?? ""))
        }
        if new.base?.unit != new.unit {
            if let field = layer.unitField { values[field] = .text(units[new.unit]?.code ?? "") }
            if let field = layer.unitNameField { values[field] = .text(units[new.unit]?.name ?? "") }
        }
        if new.base == nil || new.base?.area != new.area || new.base?.net != new.net {
            let areas: [(LayerSchema.Use, Int64)] = [
                (.area, new.area), (.netArea, new.net), (.deduction, new.area - new.net),
            ]
            for (use, area) in areas {
                for field in schema?.fields[use] ?? [] where known.contains(field) {
                    values[field] = .real(Double(area) / 100)
                }
            }
        }
        var (number, name) = (new.base?.number ?? new.number, new.base?.name ?? new.name)
        if let field = layer.nameField {
            // Some layers have the name of the class for a name.
            let tellsClass =
                new.base.map { $0.name == classes[$0.class]?.name.chinese && $0.class != new.class }
                ?? (name.isEmpty && field == schema?.fields[.name]?.first && field.hasSuffix("FLMC"))
            if tellsClass { name = code?.name.chinese ?? "" }
            if tellsClass || new.base == nil, values[field] == nil, !name.isEmpty { values[field] = .text(name) }
            if case .text(let text)? = values[field] { name = text }
        }
        if let field = layer.numberField {
            if case .text(let text)? = values[field] { number = text }
            if new.base == nil, values[field] == nil, !number.isEmpty { values[field] = .text(number) }
        }
        return (values, number, name)
    }

    /// A class as the layer's own column has it, which may be in the codes of another classification.
    private func written(_ code: String) -> String {
        layer.crosswalk?.classes.filter { $0.value == code }.keys.min() ?? code
    }

    // MARK: What follows

    /// Brings sums, lists, counts, box and overview of the layer up to date, and records what was published.
    ///
    /// - Parameter record: is given each row with its hash.
    func finish(
        _ moment: String, _ record: (_ uid: Int64, _ source: Int64?, _ op: String, _ hash: String) throws -> Void
    ) throws {
        try sums.write(to: layer.id, in: db)
        try blocks.write(in: db)
        for (table, change) in [(layer.table, added.count - superseded.count), (past.name, superseded.count)] {
            try db.execute(
                sql: "UPDATE gpkg_ogr_contents SET feature_count = feature_count + ? WHERE table_name = ?",
                arguments: [change, table])
        }
        let whole = layer.box.union(box)
        if layer.geometry != nil, !whole.isEmpty {
            for table in [layer.table, past.name] {
                try db.execute(
                    sql: """
                        UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', ?),
                            min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?
                        """, arguments: [moment, whole.minX, whole.minY, whole.maxX, whole.maxY, table])
            }
            try db.execute(
                sql: "UPDATE layer_registry SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE id = ?",
                arguments: [whole.minX, whole.minY, whole.maxX, whole.maxY, layer.id])
        }
        try db.execute(
            sql: "UPDATE layer_registry SET version = version + 1, revision = revision + 1 WHERE id = ?",
            arguments: [layer.id])

        let rows = try PublishedRows(in: db)
        let picture = try OverviewRevision(of: layer, until: at, covering: whole, in: db)
        var shape = Shape(kind: .polygon)
        func row(_ uid: Int64, _ paint: (Shape, Int64) throws -> Void) throws -> String {
            let found = try rows.find(uid, withOutline: picture != nil)
            if let found, found.geom.withUnsafeBytes({ GeoPackageBlob.read($0, into: &shape) }) {
                try paint(shape, found.class)
            }
            return found?.hash ?? ""
        }
        for (uid, source) in superseded {
            try record(uid, source, "supersede", try row(uid) { shape, _ in try picture?.clear(shape) })
        }
        for (uid, source, op) in added {
            let hash = try row(uid) { shape, code in try picture?.paint(shape, StoredClass.cell(code)) }
            try record(uid, source, op, hash)
        }
        try picture?.finish()
    }
}
