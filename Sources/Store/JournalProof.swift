import Foundation
import GRDB
import Phrases

/// What is wrong with the journal, or with the tables that it tells of.
package struct JournalFault: Error, Hashable, Sendable {
    /// The first entry that fails; nil where no entry is at fault, but something stands there that none has made.
    package var entry: Int64?
    /// The rest of a sentence that starts with the entry.
    package var what: Phrase

    init(_ entry: Int64?, _ english: String, _ chinese: String) {
        (self.entry, what) = (entry, Phrase(english, chinese))
    }

    package var sentence: Phrase {
        guard let entry else {
            return Phrase("The file does not follow from its journal: \(what.english).", "数据与日志不符：\(what.chinese)。")
        }
        return Phrase("Entry \(entry) of the journal: \(what.english).", "日志第 \(entry) 条：\(what.chinese)。")
    }
}

/// What a proof stands on that does not lie in the file.
package struct JournalWitnesses: Sendable {
    /// Public keys of administrators, as the roster has them; the founder's must be one of them.
    package var keys: [String]
    /// Rows that must be in the journal: from a decision sheet, a message of the day, the file beside the project.
    package var heads: [Head]

    package struct Head: Sendable, Hashable {
        /// nil where only the hash is known.
        package var id: Int64?
        package var hash: String
        /// Where it comes from, as sentences name it.
        package var source: Phrase

        package init(id: Int64?, hash: String, source: Phrase) {
            (self.id, self.hash, self.source) = (id, hash, source)
        }
    }

    package init(keys: [String] = [], heads: [Head] = []) { (self.keys, self.heads) = (keys, heads) }
}

/// What was proved, and what that rests on.
package struct JournalProof: Sendable {
    package var rows: Int64 = 0
    package var signatures = 0
    package var fault: JournalFault?
    package var head = JournalAnchor.none
    /// The first entry that anybody signed; nil where nobody did.
    package var firstSigned: Int64?
    /// The newest entry that a signature vouches for: it and all before it cannot be another.
    package var vouched: Int64 = 0
    /// Whether the founder's key was among those that are trusted.
    package var isTrusted = false
    /// The newest entry that a head from outside names.
    package var witnessed: Int64 = 0

    /// Entries, first to last, that rest on nobody's key and on no head from outside.
    package var unvouched: [ClosedRange<Int64>] {
        guard rows > 0 else { return [] }
        let last = max(vouched, witnessed)
        // What came before the first key rests on it only as far as the key itself is known.
        var ranges: [ClosedRange<Int64>] = []
        if !isTrusted, witnessed == 0, let first = firstSigned, first > 1 { ranges.append(1...(first - 1)) }
        if last < rows { ranges.append((last + 1)...rows) }
        return ranges
    }
}

extension Project {
    /// Proves the journal and all that it tells of: the chain of hashes; every signature, by the roster of its moment,
    /// over a text made anew; every rule of the lives of plans, from what came before; that the tables hold what the
    /// changesets make, row by row and value by value; and that the rows of layers that were published or superseded are
    /// those whose hashes the journal keeps.
    ///
    /// The journal is read once, in order, and replayed into a database of its own; signatures are checked beside it.
    ///
    /// - Parameters:
    ///   - isValid: whether a signature over a text was made by a key.
    ///   - tell: how many rows are done, of how many; may throw to stop.
    package func prove(
        _ witnesses: JournalWitnesses = JournalWitnesses(),
        isValid: @escaping @Sendable (_ signature: String, _ text: String, _ key: String) throws -> Bool,
        tell: (Int64, Int64) throws -> Void = { _, _ in }
    ) throws -> JournalProof {
        try read { db in try Self.prove(witnesses, in: db, isValid: isValid, tell: tell) }
    }

    static func prove(
        _ witnesses: JournalWitnesses, in db: Database, exporter: JournalExporter? = nil,
        isValid: @escaping @Sendable (String, String, String) throws -> Bool, tell: (Int64, Int64) throws -> Void
    ) throws -> JournalProof {
        let checks = SignatureChecks(isValid)
        defer { checks.stop() }
        let scratch = try JournalReplay.Scratch()
        return try scratch.open(beside: db) { replay in
            var proof = JournalProof()
            do {
                let rules = JournalRules(
                    replay: replay, checks: checks, project: try identity(in: db), keys: Set(witnesses.keys),
                    exporter: exporter)
                try walk(db, rules, witnesses, &proof, tell)
            } catch let fault as JournalFault {
                proof.fault = fault
            }
            let forged = try checks.finish()
            proof.signatures = checks.count
            // An entry whose signature is none may come before the one at which the walk ended.
            if let forged, forged < proof.fault?.entry ?? .max {
                proof.fault = JournalFault(
                    forged, "the signature is not over what the row says, by the key that the roster had",
                    "签名与内容或当时名册中的公钥不符")
            }
            return proof
        }
    }

    private static func walk(
        _ db: Database, _ rules: JournalRules, _ witnesses: JournalWitnesses, _ proof: inout JournalProof,
        _ tell: (Int64, Int64) throws -> Void
    ) throws {
        let total = try Int64.fetchOne(db, sql: "SELECT count(*) FROM journal") ?? 0
        var rules = rules
        defer {
            (proof.firstSigned, proof.vouched) = (rules.firstSigned, rules.vouched)
            proof.isTrusted = rules.isTrusted
        }
        var found: Set<JournalWitnesses.Head> = []
        let rows = try JournalRows(db)
        while let row = try rows.next() {
            if row.id % 64 == 0 { try tell(row.id, total) }
            guard row.id == proof.head.id + 1 else {
                throw JournalFault(
                    proof.head.id + 1, "it is missing; the next one is \(row.id)", "缺失；下一条为第 \(row.id) 条")
            }
            guard row.isWellFormed else {
                throw JournalFault(row.id, "its columns are not of the kinds that were written", "字段类型与写入时不符")
            }
            guard row.previous == proof.head.hash else {
                throw JournalFault(
                    row.id, "it does not follow the entry before it, whose hash it names otherwise",
                    "与前一条的散列值不衔接")
            }
            guard row.chainedHash() == row.hash else {
                throw JournalFault(row.id, "it is not what was written: its hash is another", "与原始记录不符，散列值不同")
            }
            proof.head = JournalAnchor(id: row.id, hash: row.hash)
            proof.rows = row.id
            for head in witnesses.heads where head.hash == row.hash && head.id ?? row.id == row.id {
                found.insert(head)
                proof.witnessed = max(proof.witnessed, row.id)
            }
            try rules.take(row)
        }
        for head in witnesses.heads where !found.contains(head) {
            throw missing(head, proof.head)
        }
        try rules.finish()
        try rules.replay.compare(with: db)
        if let fault = try publicationFault(in: db) { throw fault }
    }

    private static func missing(_ head: JournalWitnesses.Head, _ last: JournalAnchor) -> JournalFault {
        if let id = head.id, id > last.id {
            let gone = last.id + 1 == id ? "entry \(id)" : "entries \(last.id + 1) to \(id)"
            let numbers = last.id + 1 == id ? "第 \(id) 条" : "第 \(last.id + 1) 至 \(id) 条"
            return JournalFault(
                last.id + 1,
                "it is missing: \(head.source.english) names \(gone), and the journal ends at \(last.id); its tail was cut, or the file was put back to an older state",
                "缺失：\(head.source.chinese)记有\(numbers)，日志止于第 \(last.id) 条；尾部被截断，或文件被还原为旧版本")
        }
        return JournalFault(
            head.id,
            "\(head.source.english) names \(head.id.map { "entry \($0)" } ?? "a row") with the hash \(head.hash.prefix(12))…, which is not in the journal: it was written anew, or the file was put back to an older state",
            "\(head.source.chinese)所记\(head.id.map { "第 \($0) 条" } ?? "条目")（散列值 \(head.hash.prefix(12))…）不在日志中：日志被重写，或文件被还原为旧版本"
        )
    }
}
