import Foundation
import Testing

/// The journal cannot be changed, and where somebody manages to, it shows.
@Suite struct JournalTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
        try desk.done("plan", "new", "north")
        try desk.done("plan", "set-class", "13", "--to", "plan2023:0701")
        try desk.done("undo")
    }

    @Test(
        "Any program that updates or deletes a row is refused",
        arguments: [
            "UPDATE journal SET who = 'other' WHERE id = 2", "DELETE FROM journal WHERE id = 2", "DELETE FROM journal",
            "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE id = 2",
            "UPDATE OR REPLACE journal SET id = 1 WHERE id = 2",
        ])
    func final(sql: String) throws {
        let before = try desk.contents("county.gpkg")
        let ending = try desk.sqlite("county.gpkg", sql)
        #expect(ending.status != 0 && !ending.err.isEmpty, "\(sql): \(ending)")
        #expect(try desk.contents("county.gpkg") == before)
        try desk.done("journal", "verify")
    }

    @Test(
        "A row changed by force is named",
        arguments: [
            "line = 'another'", "who = 'other'", "time = '1999-01-01T00:00:00Z'", "changeset = x'00'", "plan = 2",
            "detail = 'x'",
        ])
    func forced(change: String) throws {
        let id = try desk.value("county.gpkg", "SELECT id FROM journal WHERE kind = 'do' ORDER BY id DESC LIMIT 1")
        _ = try desk.value(
            "county.gpkg", "DROP TRIGGER journal_is_final; UPDATE journal SET \(change) WHERE id = \(id)")
        let verify = try desk.tuban("journal", "verify")
        #expect(verify.status == 1 && verify.out.contains("Entry \(id) of the journal"), "\(verify)")
        let doctor = try desk.tuban("doctor", "--deep")
        #expect(doctor.status == 1, "\(doctor.out)")
    }

    @Test("A cut tail shows by the head beside the file, also after the next change")
    func cutTail() throws {
        let last = try desk.value("county.gpkg", "SELECT max(id) FROM journal")
        _ = try desk.value(
            "county.gpkg",
            "DROP TRIGGER journal_is_kept; DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)")
        let verify = try desk.tuban("journal", "verify")
        #expect(verify.status == 1 && verify.out.contains("entry \(last)"), "\(verify)")
        // Whoever opens it is told which are missing; whoever works on does not cover it up.
        for _ in 0..<3 {
            for words in [["plan", "set-class", "20", "--to", "plan2023:0702"], ["undo"]] {
                let ending = try desk.tuban(words)
                #expect(
                    ending.status == 0 && ending.err.contains("Entry \(last) of the journal is missing"), "\(ending)")
            }
        }
        let later = try desk.tuban("journal", "verify")
        #expect(later.status == 1 && later.out.contains("entry \(last)"), "\(later)")
        // Without that witness the data still tell: what was cut is an undo, and its draft is not there.
        try FileManager.default.removeItem(atPath: desk.path("county.gpkg.head"))
        let alone = try desk.tuban("journal", "verify")
        #expect(alone.status == 1 && alone.out.contains("is missing (plan_edit"), "\(alone)")
    }

    @Test("It lists who did what by which line")
    func listed() throws {
        let rows = try desk.done("journal", "list", "--limit", "3", "--format", "json").json()
        #expect(rows.map { $0.text("kind") } == ["undo", "do", "set"])
        #expect(rows[1].text("line") == "plan set-class 13 --to plan2023:0701")
        #expect(rows[1].integer("step") == 1)
        #expect(rows.allSatisfy { $0.text("who") == NSUserName() })
    }
}
