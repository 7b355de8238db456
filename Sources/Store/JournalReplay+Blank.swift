import CSQLiteSession
import Foundation
import GRDB
import Planning

extension JournalReplay {
    /// The tables of a replay before its first row, with the rules that every project begins with.
    ///
    /// Made once a process; a replay copies its pages. To run the statements of the schema and of the rules for each took
    /// ten times as long as all that is proved of a small journal.
    final class Blank: Sendable {
        typealias Column = (name: String, type: String, key: Int)

        /// The columns of each table as this program makes them, whatever the file says.
        let tables: [(String, [Column])]
        private let queue: DatabaseQueue

        static let shared = Result<Blank, any Error> { try Blank() }

        private init() throws {
            queue = try DatabaseQueue()
            tables = try queue.writeWithoutTransaction { db in
                // The schema of a project makes the tables and fills them; a replay has neither constraints nor triggers.
                try db.execute(sql: "ATTACH ':memory:' AS blank")
                try db.execute(sql: GeoPackageSchema.tables)
                try db.execute(sql: Schema.whole)
                let tables = try JournalReplay.tables.map { table in
                    (
                        table,
                        try GRDB.Row.fetchAll(
                            db, sql: "SELECT name, type, pk FROM pragma_table_info(?) ORDER BY cid", arguments: [table]
                        ).map { row -> Column in (row["name"], row["type"], row["pk"]) }
                    )
                }
                for (name, columns) in tables {
                    let key = columns.filter { $0.key > 0 }.sorted { $0.key < $1.key }
                    let definitions = columns.map { "\($0.name.quoted) \($0.type)" }
                    let primary = "PRIMARY KEY (\(key.map(\.name.quoted).joined(separator: ", ")))"
                    let isRow = key.count == 1 && key[0].type == "INTEGER"
                    let parts = (definitions + [primary]).joined(separator: ", ")
                    try db.execute(sql: "CREATE TABLE blank.\(name)(\(parts))\(isRow ? "" : " WITHOUT ROWID")")
                    try db.execute(sql: "INSERT INTO blank.\(name) SELECT * FROM main.\(name)")
                }
                try db.execute(sql: Self.furniture)
                return tables
            }
        }

        private static let furniture = """
            CREATE INDEX blank.plan_edit_plan ON plan_edit(plan);
            CREATE INDEX blank.lineage_plan ON lineage(plan);
            CREATE INDEX blank.attachment_plan ON attachment(plan);
            CREATE INDEX blank.case_event_plan ON case_event(plan, id);
            CREATE INDEX blank.case_document_plan ON case_document(plan);
            CREATE INDEX blank.opinion_plan ON opinion(plan);
            CREATE INDEX blank.opinion_answer_opinion ON opinion_answer(opinion, id);
            CREATE INDEX blank.remark_plan ON remark(plan);
            CREATE INDEX blank.remark_end_remark ON remark_end(remark, id);
            CREATE INDEX blank.publication_event ON publication(event);
            CREATE TABLE blank.journal(id INTEGER PRIMARY KEY, who TEXT, kind TEXT, plan INTEGER, hash TEXT);
            CREATE INDEX blank.journal_plan ON journal(plan, who, kind);
            CREATE TABLE blank.layer_registry(id INTEGER PRIMARY KEY, table_name TEXT);
            CREATE TABLE blank.land_class(id INTEGER PRIMARY KEY, system TEXT, code TEXT);
            CREATE TABLE blank.unit(id INTEGER PRIMARY KEY, code TEXT);
            """

        /// - Parameter replay: an empty database, outside a transaction.
        func copy(into replay: Database) throws {
            try queue.writeWithoutTransaction { db in
                let connection = replay.sqliteConnection
                guard let backup = sqlite3_backup_init(connection, "main", db.sqliteConnection, "blank") else {
                    throw DatabaseError(resultCode: ResultCode(rawValue: sqlite3_errcode(connection)))
                }
                sqlite3_backup_step(backup, -1)
                let status = sqlite3_backup_finish(backup)
                guard status == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: status)) }
            }
        }
    }
}
