import Foundation
import GRDB
import Phrases

/// A row of the journal: who did what, when, by which line, with which effect.
package struct JournalEntry: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A step that `undo` can take back.
        case `do`
        case undo, redo
        /// Countered by a new row only.
        case `import`, drop
        /// Another program changed rows.
        case outside
        /// A setting of the project.
        case set
        /// The roster, deputies, tables of the bureau.
        case roster
        /// A plan goes from stage to stage.
        case move
        /// Comments, opinions, documents and assignments of a case.
        case note
    }

    package var id: Int64
    package var time: String
    package var who: String
    package var line: String
    package var kind: Kind
    package var target: Int64?
    package var plan: Int64?
    package var step: Int64?
    package var detail: String
    package var sourceHash: String?
    package var changeset: Changeset
    package var previous: String
    package var hash: String
}

extension JournalEntry: FetchableRecord {
    package init(row: Row) {
        id = row["id"]
        time = row["time"]
        who = row["who"]
        line = row["line"]
        kind = Kind(rawValue: row["kind"]) ?? .set
        target = row["target"]
        plan = row["plan"]
        step = row["step"]
        detail = row["detail"]
        sourceHash = row["source_hash"]
        let bytes: Data? = row["changeset"]
        changeset = Changeset(bytes: bytes.map(Array.init) ?? [])
        previous = row["previous"]
        hash = row["hash"]
    }

    /// The hash that chains the row: SHA-256 over the hash before and every field, each led by its length, so that no
    /// two rows share a text.
    func chainedHash() -> String {
        let digest = Digest()
        let fields = [
            previous, String(id), time, who, line, kind.rawValue, target.map(String.init) ?? "-",
            plan.map(String.init) ?? "-", step.map(String.init) ?? "-", detail, sourceHash ?? "-",
        ]
        for field in fields {
            digest.update("\(field.utf8.count):")
            digest.update(field)
        }
        digest.update("\(changeset.bytes.count):")
        changeset.bytes.withUnsafeBytes(digest.update)
        return digest.finish()
    }
}

extension Project {
    /// Appends a row to the journal, inside the transaction of what it tells.
    @discardableResult
    func record(
        _ kind: JournalEntry.Kind, line: String, in db: Database, target: Int64? = nil, plan: Int64? = nil,
        step: Int64? = nil, detail: String = "", sourceHash: String? = nil, changeset: Changeset = Changeset(bytes: [])
    ) throws -> Int64 {
        let last = try Row.fetchOne(db, sql: "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1")
        var entry = JournalEntry(
            id: (last?["id"] ?? 0) + 1, time: clock ?? Self.now(), who: who, line: line, kind: kind, target: target,
            plan: plan,
            step: step, detail: detail, sourceHash: sourceHash, changeset: changeset,
            previous: last?["hash"] ?? String(repeating: "0", count: 64), hash: "")
        entry.hash = entry.chainedHash()
        try db.execute(
            sql: """
                INSERT INTO journal(id, time, who, line, kind, target, plan, step, detail, source_hash, changeset,
                    previous, hash)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.id, entry.time, entry.who, entry.line, entry.kind.rawValue, entry.target, entry.plan, entry.step,
                entry.detail, entry.sourceHash, entry.changeset.isEmpty ? nil : Data(entry.changeset.bytes),
                entry.previous, entry.hash,
            ])
        if let clock { try db.execute(sql: "UPDATE gpkg_contents SET last_change = ?", arguments: [clock]) }
        return entry.id
    }

    /// The newest rows first.
    package func journal(limit: Int = 100, plan: Int64? = nil) throws -> [JournalEntry] {
        try read { db in
            try JournalEntry.fetchAll(
                db,
                sql: """
                    SELECT * FROM journal WHERE :plan IS NULL OR plan = :plan ORDER BY id DESC LIMIT :limit
                    """, arguments: ["plan": plan, "limit": limit])
        }
    }

    /// Walks the chain from its first row.
    ///
    /// - Returns: how many rows it has, and the id of the first one whose hash is not that of its contents, if any.
    package func verifyJournal() throws -> (rows: Int, broken: Int64?) {
        try read { db in
            var previous = String(repeating: "0", count: 64)
            var rows = 0
            let entries = try JournalEntry.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY id")
            while let entry = try entries.next() {
                rows += 1
                guard entry.id == rows, entry.previous == previous, entry.chainedHash() == entry.hash else {
                    return (rows, entry.id)
                }
                previous = entry.hash
            }
            return (rows, nil)
        }
    }

    /// Looks at the newest rows only, and that none is missing before them; quick however long the journal is.
    ///
    /// - Returns: how many rows were read, and the id of one that is not as it was written, or is missing.
    func verifyJournalTail(rows most: Int, bytes: Int) throws -> (rows: Int, broken: Int64?) {
        try read { db in
            let last = try Int64.fetchOne(db, sql: "SELECT coalesce(max(id), 0) FROM journal") ?? 0
            guard try Int64.fetchOne(db, sql: "SELECT count(*) FROM journal") == last else { return (0, last) }
            var (rows, read) = (0, 0)
            var next: JournalEntry?
            let entries = try JournalEntry.fetchCursor(db, sql: "SELECT * FROM journal ORDER BY id DESC")
            while rows < most, read < bytes, let entry = try entries.next() {
                guard entry.chainedHash() == entry.hash else { return (rows, entry.id) }
                if let next, next.previous != entry.hash { return (rows, next.id) }
                rows += 1
                read += entry.changeset.bytes.count
                next = entry
            }
            return (rows, nil)
        }
    }

    /// The number and hash of the newest row, as kept beside the file.
    package func journalHead() throws -> (id: Int64, hash: String)? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1").map {
                ($0["id"], $0["hash"])
            }
        }
    }

    /// The newest row of the journal, and the newest run of the rules, which the journal does not tell.
    package struct Mark: Sendable {
        var journal: Int64 = 0
        var run: Int64 = 0

        package init() {}
    }

    package func mark() throws -> Mark {
        try read { db in
            var mark = Mark()
            mark.journal = try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal") ?? 0
            mark.run = try Int64.fetchOne(db, sql: "SELECT max(id) FROM rule_run") ?? 0
            return mark
        }
    }

    /// How many things were done after a mark.
    package func deeds(after mark: Mark) throws -> Int {
        try read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM journal WHERE id > ?) + (SELECT count(*) FROM rule_run WHERE id > ?)
                    """, arguments: [mark.journal, mark.run]) ?? 0
        }
    }

    /// Where the journal's head is kept outside the file, so that a tail cut off inside shows.
    package var headFile: String { path + ".head" }

    /// Writes the head beside the file. A folder that cannot be written costs only this second witness; a witness
    /// against the journal is left to speak.
    func writeHead() {
        guard let head = try? journalHead(), (try? isJournalCut()) == false else { return }
        guard (try? "\(head.id) \(head.hash)\n".write(toFile: headFile, atomically: true, encoding: .utf8)) != nil
        else {
            return
        }
        // It is a new file each time: whoever may write the project shall be able to write its witness.
        var project = stat()
        guard stat(path, &project) == 0 else { return }
        _ = chown(headFile, uid_t.max, project.st_gid)
        _ = chmod(headFile, project.st_mode & 0o666)
    }

    /// Whether the row that the head beside the file names is missing or another: then the journal's tail was cut, or
    /// the file was put back to an older state.
    package func isJournalCut() throws -> Bool { try missingEntries() != nil }

    /// The entries that are missing, as far as the head beside the file tells: those after the last one up to the one that
    /// it names. Where others were written in their place since, the one that it names.
    package func missingEntries() throws -> ClosedRange<Int64>? {
        guard let beside = headBeside() else { return nil }
        let (hash, last) = try read { db in
            (
                try String.fetchOne(db, sql: "SELECT hash FROM journal WHERE id = ?", arguments: [beside.id]),
                try Int64.fetchOne(db, sql: "SELECT max(id) FROM journal") ?? 0
            )
        }
        if hash == beside.hash { return nil }
        return min(last + 1, beside.id)...beside.id
    }

    /// What is said of missing entries when a project is opened, and what to do; nil where none is missing.
    package func missingNotice() throws -> Phrase? {
        guard let missing = try missingEntries() else { return nil }
        let (first, last) = (missing.lowerBound, missing.upperBound)
        return Phrase(
            "\(first == last ? "Entry \(first)" : "Entries \(first) to \(last)") of the journal \(first == last ? "is" : "are") missing: the file was put back to an older state, or its tail was cut. Look for the newer file before you work on; when that is cleared up, remove \(headFile).",
            "日志缺少第 \(first == last ? "\(first)" : "\(first) 至 \(last)") 条：文件被还原为旧版本，或尾部被截断。请先查找较新的文件；查明后删除 \(headFile)。"
        )
    }

    /// What the head beside the file says, if it is there: the row it names must still be in the journal.
    package func headBeside() -> (id: Int64, hash: String)? {
        guard let text = try? String(contentsOfFile: headFile, encoding: .utf8) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let id = Int64(words[0]) else { return nil }
        return (id, String(words[1]))
    }

    /// The time now, in UTC, as ISO 8601 to the second.
    package static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
