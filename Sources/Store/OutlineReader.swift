import Foundation
import GRDB
import Geometry

/// Outlines by uid, in the world of one plan, read one after another.
final class OutlineReader {
    private let db: Database
    private let plan: Int64
    private var tables: [Int64: String] = [:]
    /// Statements are kept for as long as the reader is: a check reads tens of thousands of outlines.
    private var byTable: [String: BulkStatement] = [:]
    private let drafted: BulkStatement
    private let base: BulkStatement

    init(_ db: Database, plan: Int64) throws {
        self.db = db
        self.plan = plan
        for row in try Row.fetchAll(db, sql: "SELECT id, table_name FROM layer_registry WHERE geometry <> 'none'") {
            tables[row["id"]] = row["table_name"]
        }
        drafted = try BulkStatement("SELECT geom FROM plan_edit WHERE plan = ? AND uid = ?", in: db)
        base = try BulkStatement("SELECT layer, fid FROM feature WHERE uid = ?", in: db)
    }

    /// The outline of a feature; nil when it has none.
    func shape(of uid: Int64) throws -> Shape? {
        if plan != 0 {
            let shape = try read(drafted) { statement in
                statement.bind(1, plan)
                statement.bind(2, uid)
            }
            if let shape { return shape }
        }
        return try baseShape(of: uid)
    }

    /// The outline of an object that was found in the index of its layer.
    func shape(of object: Located, in layer: Layer) throws -> Shape? {
        guard let fid = object.fid else { return try shape(of: object.id) }
        return try shape(in: layer.table, fid)
    }

    func baseShape(of uid: Int64) throws -> Shape? {
        var place: (layer: Int64, fid: Int64)?
        try base.fetch {
            $0.bind(1, uid)
        } row: { row in
            if case .integer(let layer) = row.column(0), case .integer(let fid) = row.column(1) { place = (layer, fid) }
        }
        guard let place, let table = tables[place.layer] else { return nil }
        return try shape(in: table, place.fid)
    }

    private func shape(in table: String, _ fid: Int64) throws -> Shape? {
        let statement: BulkStatement
        if let known = byTable[table] {
            statement = known
        } else {
            statement = try BulkStatement("SELECT geom FROM main.\(table.quoted) WHERE fid = ?", in: db)
            byTable[table] = statement
        }
        return try read(statement) { $0.bind(1, fid) }
    }

    private func read(_ statement: BulkStatement, _ bind: (borrowing BulkStatement) -> Void) throws -> Shape? {
        var shape: Shape?
        try statement.fetch(bind) { row in
            guard case .blob(let blob) = row.column(0) else { return }
            var read = Shape(kind: .polygon)
            if GeoPackageBlob.read(blob, into: &read), !read.isEmpty { shape = read }
        }
        return shape
    }
}
