import CSQLiteSession
import Foundation
import GRDB
import Geometry
import Phrases
import Planning

extension Project {
    /// Writes a new layer with its facts, summaries, index and overview, in one transaction.
    ///
    /// The transaction is not recorded as a changeset: the journal row names the source and its hash instead.
    ///
    /// - Parameters:
    ///   - fill: adds the features; what it throws leaves the project as it was.
    ///   - detail: told to the journal when all are written.
    package func addLayer(
        _ new: NewLayer, line: String, fill: (LayerWriter) throws -> Void, detail: (LayerWriter) -> String
    ) throws -> Layer {
        try addLayers(expecting: new.expected?.count) { try $0.add(new, line: line, fill: fill, detail: detail) }
        return try layer(named: new.table)
    }

    /// Writes several new layers in one transaction; indexes are made once for all of them.
    ///
    /// - Parameters:
    ///   - count: how many features they will have; nil when nobody knows.
    ///   - body: adds them; what it throws leaves the project as it was.
    package func addLayers<T>(expecting count: Int?, _ body: (LayerAdder) throws -> T) throws -> T {
        try bulk { db in
            try require(Role.keepingLayers, to: Phrase("import layers", "导入图层"), in: db)
            let adder = try LayerAdder(to: self, expecting: count, in: db)
            let result = try body(adder)
            try adder.finish()
            return result
        }
    }

    /// From now on nothing waits until it lies on the disk: for a file that can be made again as it is. A machine that
    /// loses its power within the next minute may leave it damaged; a program that ends does not.
    package func writeWithoutWaiting() throws {
        try connection.inDatabase { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
    }

    /// From now on what a large value took goes back to the system with the value. By itself, glibc raises the size from
    /// which it does so with each large value that goes, and keeps what many layers took one after the other.
    package static func giveMemoryBackAtOnce() { _ = mallopt(M_MMAP_THRESHOLD, 1 << 17) }

    /// The cache of a change of many rows. They are written one after the other and hardly read again, so that a larger
    /// one costs memory and saves no time.
    static let bulkCache = "PRAGMA cache_size = -16384"

    /// A change of many rows: without the checks that the importer has made itself, with a larger cache, and, when
    /// nobody else has the file open, without the detour of new pages through the write-ahead log.
    func bulk<T>(_ body: (Database) throws -> T) throws -> T {
        guard !isReadOnly else {
            throw Refusal(.notAllowed, "\(path) is open for reading only.", "\(path) 以只读方式打开，不能修改。")
        }
        do {
            let result = try connection.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA foreign_keys = OFF; \(Self.bulkCache); PRAGMA busy_timeout = 0")
                let journalMode = try? String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
                try db.execute(sql: "PRAGMA busy_timeout = 10000")
                defer {
                    if journalMode == "delete", !NetworkFileSystem.holds(path) {
                        _ = try? db.execute(sql: "PRAGMA journal_mode = WAL")
                    }
                    _ = try? db.execute(
                        sql: "PRAGMA foreign_keys = ON; PRAGMA cache_size = -4096; PRAGMA shrink_memory")
                }
                var result: T?
                try db.inTransaction(.immediate) {
                    result = try body(db)
                    return .commit
                }
                // `inTransaction` either ran the body to its end or threw.
                return result!
            }
            writeHead()
            return result
        } catch let error as DatabaseError { throw Self.refusal(error, path) }
    }
}
