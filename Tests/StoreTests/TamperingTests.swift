import Foundation
import GRDB
import Phrases
import Planning
import Testing

@testable import Store

/// Two attackers. One edits by SQL with the triggers dropped. The other also computes every hash anew that nobody signed,
/// and makes table and changeset agree. What neither has: the keys of those who signed, and the head that somebody kept.
@Suite struct TamperingTests {
    let scratch: Scratch
    let bureau: Bureau

    init() throws {
        scratch = try Scratch()
        bureau = try Bureau(at: scratch.path("a.gpkg"))
        try bureau.approve()
    }

    static let tables = ["journal"] + recorded
    /// The rules that every project begins with are thousands of values of one kind: CaseTests tampers with some.
    private static let recorded = JournalReplay.tables.filter { $0 != "rule" && $0 != "rule_limit" }

    private func prove(_ db: Database, _ witnesses: JournalWitnesses) throws -> JournalProof {
        try Project.prove(witnesses, in: db, isValid: Bureau.isValid) { _, _ in }
    }

    /// Tries what it is given on the file, each by itself, and sees that the proof finds it.
    ///
    /// - Parameters:
    ///   - stride: one of so many; 1 tries all.
    ///   - share: which share of them, 0 and up, and how many shares there are.
    private func attack(
        every stride: Int, share: (number: Int, of: Int) = (0, 1), on bureau: Bureau,
        _ isFull: @escaping (String, Row) -> Bool
    ) throws -> Int {
        let project = try bureau.open("li")
        defer { try? project.close() }
        let head = try #require(try project.journalHead())
        let kept = Bureau.witnesses(head: JournalAnchor(id: head.id, hash: head.hash))
        let vouched = try project.proof().vouched
        return try Forgery.trying(in: project) { db in
            #expect(try prove(db, kept).fault == nil)
            let journal = try Forgery.rawJournal(db)
            var count = 0
            for table in Self.tables {
                let changes = try Forgery.changes(table, db) { isFull(table, $0) }
                for (index, change) in changes.enumerated()
                where index % share.of == share.number
                    && (change.isFull || index % stride == index / stride % stride)
                {
                    count += 1
                    do {
                        try Forgery.step(db) {
                            do { try change.make(db) } catch is DatabaseError {
                                // Two rows of one number cannot be.
                                return
                            }
                            let proof = try prove(db, kept)
                            #expect(proof.fault != nil, "\(change)")
                            guard table == "journal", !["id", "previous", "hash"].contains(change.column) else {
                                return
                            }
                            // The other attacker goes on to chain the rest anew.
                            let number = try #require(Int64(change.row.split(separator: " ").last ?? ""))
                            try Forgery.chain(journal, from: number, db)
                            #expect(try prove(db, kept).fault != nil, "\(change), chained anew")
                            let alone = try prove(db, Bureau.witnesses())
                            #expect(
                                alone.fault != nil
                                    || (number > vouched && alone.unvouched.contains { $0.contains(number) }),
                                "\(change), chained anew, without a head")
                        }
                    } catch {
                        // A proof that fails itself names no row; the other changes are tried all the same.
                        Issue.record(error, "\(change)")
                    }
                }
            }
            return count
        }
    }

    @Test("A changed value of any row is found: journal, changesets, roster, cases, drafts")
    func values() throws {
        let project = try bureau.open("li")
        let event = try #require(try project.events(of: 1).last { $0.isDecision })
        try project.close()
        // Every byte of one decision and its signature; elsewhere one of forty.
        let count = try attack(every: 40, on: bureau) { table, row in
            table == "case_event" && row["id"] as Int64? == event.id
        }
        #expect(count > 200)
    }

    @Test("Every byte of a published outline, and every value of a published row, is found")
    func published() throws {
        try bureau.publish()
        let project = try bureau.open("li")
        defer { try? project.close() }
        #expect(try project.proof().fault == nil)
        let head = try #require(try project.journalHead())
        try Forgery.trying(in: project) { db in
            let uid = try Int64.fetchOne(db, sql: "SELECT min(uid) FROM publication WHERE op = 'add'") ?? 0
            let fid = try Int64.fetchOne(db, sql: "SELECT fid FROM feature WHERE uid = ?", arguments: [uid]) ?? 0
            let layer = try String.fetchOne(
                db, sql: "SELECT table_name FROM layer_registry WHERE id = (SELECT layer FROM feature WHERE uid = ?)",
                arguments: [uid])
            var count = 0
            for table in ["feature", layer ?? ""] {
                let own = table == "feature" ? "\"uid\" = \(uid)" : "\"fid\" = \(fid)"
                // A revision only counts how often a row was written.
                for change in try Forgery.changes(table, db, full: { _ in true })
                where change.row == own && change.column != "revision" {
                    count += 1
                    try Forgery.step(db) {
                        do { try change.make(db) } catch is DatabaseError { return }
                        let fault = try prove(db, Bureau.witnesses()).fault
                        #expect(fault != nil && fault?.entry ?? head.id == head.id, "\(change)")
                    }
                }
            }
            // A square: eight bytes of header, a box or none, five corners of two numbers.
            #expect(count > 90)
        }
    }

    /// Each processor tries its share of the changes, on a copy of one file.
    @Test("Every byte of every row, by both attackers", .enabled(if: isLong), arguments: 0..<shares)
    func valuesLong(share: Int) throws {
        let copy = scratch.path("copy.gpkg")
        try FileManager.default.copyItem(atPath: Self.common.get().bureau.path, toPath: copy)
        let count = try attack(every: 1, share: (share, Self.shares), on: Bureau(of: copy)) { _, _ in true }
        print("share \(share): \(count) changes")
        #expect(count * Self.shares > 15_000)
    }

    private static let shares = 2
    private static let common = Result { try TamperingTests() }

    @Test(
        "Anything changed anywhere in a journal of thousands is found", .enabled(if: isLong), arguments: [UInt64(1), 2])
    func largeLong(seed: UInt64) throws {
        try bureau.act(as: "li") { project in
            for step in 0..<2000 {
                let uid = Int64(1 + step % 24)
                _ = try project.setClass(
                    of: [uid], to: .plan2023(step / 24 % 2 == 0 ? "0701" : "1001"), in: 2, line: "plan set-class \(uid)"
                )
            }
        }
        let project = try bureau.open("li")
        defer { try? project.close() }
        let head = try #require(try project.journalHead())
        let kept = Bureau.witnesses(head: JournalAnchor(id: head.id, hash: head.hash))
        var dice = SplitMix(state: seed)
        try Forgery.trying(in: project) { db in
            #expect(try prove(db, kept).fault == nil)
            for table in Self.tables {
                let changes = try Forgery.changes(table, db, full: { _ in false })
                for change in changes.shuffled(using: &dice).prefix(20) {
                    try Forgery.step(db) {
                        do { try change.make(db) } catch is DatabaseError { return }
                        #expect(try prove(db, kept).fault != nil, "seed \(seed): \(change)")
                    }
                }
            }
        }
    }

    @Test("A row that is deleted, put in twice, or changes places with the next is found")
    func rows() throws {
        let project = try bureau.open("li")
        defer { try? project.close() }
        let head = try #require(try project.journalHead())
        let kept = Bureau.witnesses(head: JournalAnchor(id: head.id, hash: head.hash))
        let vouched = try project.proof().vouched
        try Forgery.trying(in: project) { db in
            for table in Self.recorded {
                let keys = try String.fetchAll(
                    db, sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", arguments: [table])
                let rows = try Row.fetchAll(db, sql: "SELECT * FROM \(table)")
                for (index, row) in rows.enumerated() where isLong || index % 3 == 0 {
                    let place = keys.map { "\($0) = \(row[$0] as Int64)" }.joined(separator: " AND ")
                    try Forgery.step(db) {
                        try db.execute(sql: "DELETE FROM \(table) WHERE \(place)")
                        #expect(try prove(db, kept).fault != nil, "\(table) \(place) deleted")
                    }
                    try Forgery.step(db) {
                        let columns = row.columnNames.map { $0 == keys[0] ? "\($0) + 1000" : $0 }
                        // A plan's parcels are drafted once.
                        let own = table == "plan_edit" ? columns.map { $0 == "uid" ? "uid + 1000" : $0 } : columns
                        try db.execute(
                            sql:
                                "INSERT INTO \(table) SELECT \(own.joined(separator: ", ")) FROM \(table) WHERE \(place)"
                        )
                        #expect(try prove(db, kept).fault != nil, "\(table) \(place) twice")
                    }
                }
            }
            let entries = try Forgery.journal(db)
            for index in entries.indices where isLong || index % 3 == 1 {
                var (without, twice, last) = (entries, entries, entries)
                without.remove(at: index)
                twice.insert(entries[index], at: index)
                last.append(entries[index])
                var attacks = [("deleted", without, true), ("twice", twice, true), ("again at the end", last, false)]
                if index > 0 {
                    var swapped = entries
                    swapped.swapAt(index - 1, index)
                    attacks.append(("before the one before it", swapped, true))
                }
                for (what, forged, isInside) in attacks {
                    try Forgery.step(db) {
                        try Forgery.rewrite(forged, db)
                        let number = isInside ? Int64(index) : Int64(forged.count)
                        let proof = try prove(db, kept)
                        // What comes after the head is nobody's word, and the proof says so.
                        #expect(
                            proof.fault != nil || (!isInside && proof.unvouched.contains { $0.contains(number) }),
                            "\(entries[index].id) \(what)")
                        let alone = try prove(db, Bureau.witnesses())
                        #expect(
                            alone.fault != nil || (number >= vouched && !alone.unvouched.isEmpty),
                            "\(entries[index].id) \(what), without a head")
                    }
                }
                // The simple attacker leaves the hashes as they are.
                try Forgery.step(db) {
                    try db.execute(sql: "DELETE FROM journal WHERE id = ?", arguments: [entries[index].id])
                    #expect(try prove(db, kept).fault?.entry == entries[index].id, "\(entries[index].id)")
                }
            }
        }
    }

    @Test("A decision that is changed in table, changeset and chain alike is found by its signature alone")
    func decision() throws {
        let project = try bureau.open("li")
        defer { try? project.close() }
        try Forgery.trying(in: project) { db in
            var tried = 0
            for table in ["roster", "deputy", "rulebook", "case_event"] {
                for (index, change) in try Forgery.changes(table, db, full: { _ in false }).enumerated()
                where isLong || index % 4 == 0 {
                    guard let before = change.before, before.count > 3, change.column != "text" else { continue }
                    try Forgery.step(db) {
                        let entries = try Forgery.journal(db)
                        let kept =
                            try Row.fetchOne(
                                db, sql: "SELECT signature FROM \(table) WHERE \(change.row)")?["signature"] as String?
                            ?? ""
                        guard !kept.isEmpty,
                            let place = entries.firstIndex(where: {
                                Data($0.changeset.bytes).range(of: Data(kept.utf8)) != nil
                            })
                        else { return }
                        try change.make(db)
                        let after = try #require(
                            try Data.fetchOne(
                                db, sql: "SELECT CAST(\(change.column) AS BLOB) FROM \(table) WHERE \(change.row)"))
                        var forged = entries
                        var bytes = Data(forged[place].changeset.bytes)
                        while let range = bytes.range(of: before), before != after {
                            bytes.replaceSubrange(range, with: after)
                        }
                        forged[place].changeset = Changeset(bytes: Array(bytes))
                        try Forgery.rewrite(forged, db)
                        tried += 1
                        #expect(try prove(db, Bureau.witnesses()).fault?.entry == entries[place].id, "\(change)")
                    }
                }
            }
            #expect(tried > 25)
        }
    }
}

/// Whether what takes minutes is asked for (`make long`).
let isLong = ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil
