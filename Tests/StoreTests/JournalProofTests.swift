import Foundation
import GRDB
import Phrases
import Planning
import Testing

@testable import Store

/// The journal proves what it tells, and a file that was tampered with is found out.
@Suite struct JournalProofTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("A whole journal is proved, and says what rests on nobody's key")
    func whole() throws {
        let bureau = try Bureau(at: scratch.path("a.gpkg"))
        try bureau.approve()
        let project = try bureau.open("li")
        let head = try #require(try project.journalHead())
        var proof = try project.proof()
        #expect(proof.fault == nil, "\(proof.fault?.sentence.english ?? "")")
        #expect(proof.rows == head.id && proof.head.hash == head.hash && proof.isTrusted)
        // The founder's key, four people, the workflow; endorsed, taken back, endorsed; the deputy; approved.
        #expect(proof.signatures == 11)
        // The founding, the classes, the survey came before the first key, which is trusted; the last signature stands on
        // the row before it.
        #expect(proof.firstSigned == 4)
        #expect(proof.unvouched == [proof.vouched + 1...head.id])
        proof = try project.proof(Bureau.witnesses(trust: false))
        #expect(proof.fault == nil && !proof.isTrusted && proof.unvouched.first == 1...3)
        proof = try project.proof(Bureau.witnesses(head: JournalAnchor(id: head.id, hash: head.hash)))
        #expect(proof.fault == nil && proof.unvouched == [] && proof.witnessed == head.id)
        try project.close()
    }

    @Test("A key that is not trusted, a head that is not there")
    func anchors() throws {
        let bureau = try Bureau(at: scratch.path("a.gpkg"))
        let project = try bureau.open("li")
        let head = try #require(try project.journalHead())
        var witnesses = JournalWitnesses(keys: ["ssh-ed25519 other"])
        #expect(try project.proof(witnesses).fault?.entry == 4)
        for (id, hash, entry) in [
            (head.id, String(repeating: "0", count: 64), head.id), (head.id + 3, head.hash, head.id + 1),
            (head.id - 1, head.hash, head.id - 1),
        ] {
            witnesses = Bureau.witnesses(head: JournalAnchor(id: id, hash: hash))
            #expect(try project.proof(witnesses).fault?.entry == entry)
        }
        witnesses.heads = [.init(id: nil, hash: head.hash, source: Phrase("", ""))]
        #expect(try project.proof(witnesses).fault == nil)
        try project.close()
    }

    @Test("A changeset that gives a row a text for its number is named by its entry")
    func mismatch() throws {
        let bureau = try Bureau(at: scratch.path("a.gpkg"))
        let project = try bureau.open("li")
        defer { try? project.close() }
        // A row of the roster as no project has it, recorded as a project records.
        let (_, changeset) = try DatabaseQueue().write { db in
            let columns = try project.read { file in
                try String.fetchAll(file, sql: "SELECT name FROM pragma_table_info('roster') ORDER BY cid")
            }
            try db.execute(sql: "CREATE TABLE roster(\(columns.joined(separator: ", ")), PRIMARY KEY (id))")
            return try Changeset.recording(["roster"], in: db) {
                try db.execute(sql: "INSERT INTO roster(id) VALUES ('five')")
            }
        }
        try Forgery.trying(in: project) { db in
            var entries = try Forgery.journal(db)
            let place = try #require(entries.firstIndex { $0.kind == .roster })
            entries[place].changeset = changeset
            try Forgery.rewrite(entries, db)
            let proof = try Project.prove(Bureau.witnesses(), in: db, isValid: Bureau.isValid) { _, _ in }
            #expect(proof.fault?.entry == entries[place].id)
        }
    }

    @Test("A cut tail, an older file put back, a lost write-ahead log: the missing numbers are told")
    func cut() throws {
        let bureau = try Bureau(at: scratch.path("a.gpkg"))
        let old = scratch.path("old.gpkg")
        try FileManager.default.copyItem(atPath: bureau.path, toPath: old)
        let before = try bureau.act(as: "li") { try $0.journalHead() }
        try bureau.approve()
        let after = try bureau.act(as: "li") { try $0.journalHead() }
        let (last, now) = (try #require(before?.id), try #require(after))
        #expect(now.id > last)
        // An older copy under the newer head.
        let current = scratch.path("current.gpkg")
        try FileManager.default.moveItem(atPath: bureau.path, toPath: current)
        try FileManager.default.copyItem(atPath: old, toPath: bureau.path)
        try bureau.act(as: "li") { project in
            #expect(try project.missingEntries() == last + 1...now.id)
            let fault = try project.proof(Bureau.witnesses(head: JournalAnchor(id: now.id, hash: now.hash))).fault
            #expect(fault?.entry == last + 1)
            #expect(fault?.sentence.english.contains("entries \(last + 1) to \(now.id)") == true)
            #expect(try project.examine(deep: false).contains { !$0.isWell })
        }
        // The write-ahead log lies beside while the file is open; the file alone is what it was before.
        try FileManager.default.removeItem(atPath: bureau.path)
        try FileManager.default.moveItem(atPath: current, toPath: bureau.path)
        let open = try bureau.open("li")
        _ = try open.newPlan("late", kind: .town, base: try open.layer(named: "DLTB"), line: "plan new late")
        let copy = scratch.path("copy.gpkg")
        try FileManager.default.copyItem(atPath: bureau.path, toPath: copy)
        try FileManager.default.copyItem(atPath: bureau.path + ".head", toPath: copy + ".head")
        try open.close()
        let lost = try Project.open(at: copy, who: "li")
        #expect(try lost.missingEntries() == now.id + 1...now.id + 1)
        // Whoever works on does not cover it up.
        for title in ["a", "b"] {
            _ = try lost.newPlan(title, kind: .town, base: try lost.layer(named: "DLTB"), line: "plan new \(title)")
        }
        #expect(try lost.isJournalCut() && lost.missingEntries() == now.id + 1...now.id + 1)
        try lost.close()
    }

    @Test("A step that nobody could have taken is found in the rows alone, though it is signed and chained")
    func rules() throws {
        for (change, word) in [
            // Who acts is no reviewer; or drafted; or acts at another stage than the plan is at.
            ("who = 'li', role = 'reviewer'", "li"), ("step = 'approve'", "no step approve"),
            ("to_stage = 'approved'", "endorse"), ("reason_code = 'poem'", "reason"),
            ("first_day = '2026-01-05', last_day = '2026-01-06'", "days"), ("content = '00'", "said something else"),
            ("role = 'approver'", "endorse"), ("behalf = 'zhao'", "endorse"), ("anchor = 2", "entry 2"),
            ("decides = 0, signature = ''", "endorse"), ("target = 1", "endorse"),
        ] {
            let bureau = try Bureau(at: scratch.path("\(UUID().uuidString).gpkg"))
            try bureau.act(as: "wang") { project in
                try Bureau.move(project, 1, "pass")
                try Bureau.move(project, 1, "accept")
                let forged = try project.prepare(MoveRequest(plan: 1, step: "endorse"))
                // A program that lets anything pass writes the row, its changeset and the chain.
                try project.change { db in
                    try Forgery.dropTriggers(db)
                    let (_, changeset) = try Changeset.recording(JournalReplay.tables, in: db) {
                        var event = forged.event
                        event.signature = "x"
                        try event.insert(99, db)
                        try db.execute(sql: "UPDATE case_event SET \(change) WHERE id = 99")
                        event = try #require(
                            try CaseEvent.fetchOne(db, sql: "SELECT * FROM case_event WHERE id = 99"))
                        if event.isDecision {
                            let text = event.statement(project: try Project.identity(in: db)).text
                            try db.execute(
                                sql: "UPDATE case_event SET signature = ? WHERE id = 99",
                                arguments: [Bureau.sign(text, "ssh-ed25519 wang")])
                        }
                        try db.execute(
                            sql: "UPDATE plan SET stage = ?, since = ? WHERE id = 1", arguments: [event.to, event.time])
                    }
                    try project.record(.move, line: "review move", in: db, plan: 1, changeset: changeset)
                }
                let (last, fault) = (try project.journalHead()?.id, try project.proof().fault)
                #expect(fault?.entry == last, "\(change): \(fault?.sentence.english ?? "nothing")")
                #expect(fault?.sentence.english.contains(word) == true, "\(change): \(fault?.sentence.english ?? "")")
            }
        }
    }

    @Test("A draft that was changed after it was submitted, by whoever writes rows of the journal")
    func changedLater() throws {
        for (kind, plan, who, word) in [
            (JournalEntry.Kind.do, Int64(1), "li", "only a draft"), (.do, 2, "li", "another plan"),
            (.note, 1, "wang", "one row of a case"), (.import, 1, "li", "changes no plan"),
            (.set, 1, "li", "does not do that"), (.move, 1, "li", "no step"), (.do, 2, "wang", "no drafter"),
        ] {
            let bureau = try Bureau(at: scratch.path("\(UUID().uuidString).gpkg"))
            try bureau.act(as: who) { project in
                try project.change { db in
                    try Forgery.dropTriggers(db)
                    let (_, changeset) = try Changeset.recording(JournalReplay.tables, in: db) {
                        try db.execute(sql: "UPDATE plan_edit SET area = area + 1 WHERE plan = 1 AND uid = 5")
                    }
                    try project.record(kind, line: "", in: db, plan: plan, changeset: changeset)
                }
                let (last, fault) = (try project.journalHead()?.id, try project.proof().fault)
                #expect(fault?.entry == last, "\(kind): \(fault?.sentence.english ?? "nothing")")
                #expect(
                    fault?.sentence.english.contains(word) == true || kind == .do && plan == 2 && who == "li",
                    "\(kind): \(fault?.sentence.english ?? "")")
            }
        }
    }
}
