import Foundation
import GRDB
import Geometry

/// Outlines by uid, in the world of one plan, read one after another.
final class OutlineReader {
    private let db: Database
    private let plan: Int64
    private var tables: [Int64: String] = [:]

    init(_ db: Database, plan: Int64) throws {
        self.db = db
        self.plan = plan
        for row in try Row.fetchAll(db, sql: "SELECT id, table_name FROM layer_registry WHERE geometry <> 'none'") {
            tables[row["id"]] = row["table_name"]
        }
    }

    /// The outline of a feature; nil when it has none.
    func shape(of uid: Int64) throws -> Shape? {
        if plan != 0 {
            let statement = try db.cachedStatement(sql: "SELECT geom FROM plan_edit WHERE plan = ? AND uid = ?")
            if let shape = try read(statement, [plan, uid]) { return shape }
        }
        return try baseShape(of: uid)
    }

    func baseShape(of uid: Int64) throws -> Shape? {
        let place = try db.cachedStatement(sql: "SELECT layer, fid FROM feature WHERE uid = ?")
        guard let row = try Row.fetchOne(place, arguments: [uid]), let table = tables[row[0]] else { return nil }
        return try read(
            db.cachedStatement(sql: "SELECT geom FROM main.\(table.quoted) WHERE fid = ?"), [row[1] as Int64])
    }

    private func read(_ statement: Statement, _ arguments: StatementArguments) throws -> Shape? {
        let rows = try Row.fetchCursor(statement, arguments: arguments)
        guard let row = try rows.next() else { return nil }
        return try row.withUnsafeData(atIndex: 0) { data in
            guard let data else { return nil }
            var shape = Shape(kind: .polygon)
            return data.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } && !shape.isEmpty ? shape : nil
        }
    }
}
