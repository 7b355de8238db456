import Foundation
import GRDB
import Testing

@testable import Store

/// Rows that are inserted many at once, against the same rows inserted one by one by GRDB.
@Suite struct BulkRowsTests {
    /// Three columns make a statement of 170 rows: none, one, one less than a statement takes, as many, and one more.
    @Test("Every row arrives with its values, in its order", arguments: [0, 1, 169, 170, 171, 340, 1_000])
    func everyRowArrives(count: Int) throws {
        try DatabaseQueue().write { db in
            let columns = "(fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, shape BLOB, name)"
            try db.execute(sql: "CREATE TABLE many\(columns); CREATE TABLE single\(columns)")
            let rows = try BulkRows(into: "many", columns: ["fid", "shape", "name"], in: db)
            for number in 0..<count {
                let shape = Array(repeating: UInt8(number % 251), count: number % 40)
                var name: (any DatabaseValueConvertible)?
                try rows.add { row in
                    row.append(Int64(number + 1))
                    row.append { $0 += shape }
                    switch number % 5 {
                    case 0: row.append(.null)
                    case 1:
                        name = number
                        row.append(.integer(Int64(number)))
                    case 2:
                        name = Double(number) / 4
                        row.append(.real(Double(number) / 4))
                    case 3:
                        name = ""
                        row.append(.text(UnsafeRawBufferPointer(start: nil, count: 0)))
                    default:
                        name = "图斑 \(number)"
                        // Bytes that are gone when the row is inserted.
                        Array("图斑 \(number)".utf8).withUnsafeBytes { row.append(.text($0)) }
                    }
                }
                try db.execute(
                    sql: "INSERT INTO single VALUES (?, ?, ?)",
                    arguments: [number + 1, shape.isEmpty ? nil : Data(shape), name])
            }
            try rows.finish()
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM many") == count)
            // SQLite takes bytes of no length for null or for none, which nobody tells apart in a shape.
            let read = try ["many", "single"].map { table in
                try Row.fetchAll(
                    db, sql: "SELECT fid, nullif(shape, x''), typeof(name), name FROM \(table) ORDER BY fid")
            }
            #expect(read[0] == read[1])
        }
    }

    @Test("A row that breaks a rule is told when its statement runs")
    func aFaultIsTold() throws {
        try DatabaseQueue().write { db in
            try db.execute(sql: "CREATE TABLE t(fid INTEGER PRIMARY KEY, name TEXT NOT NULL)")
            let rows = try BulkRows(into: "t", columns: ["fid", "name"], in: db)
            try rows.add { row in
                row.append(1)
                row.append(.null)
            }
            #expect(throws: DatabaseError.self) { try rows.finish() }
        }
    }
}
