import GRDB

@testable import Store

extension Project {
    /// Runs `body` while this connection holds the one write transaction of the file, as a colleague's long import does.
    func holding(_ body: () throws -> Void) throws {
        try connection.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            defer { try? db.execute(sql: "ROLLBACK") }
            try body()
        }
    }
}
