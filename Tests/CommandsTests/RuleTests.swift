import Foundation
import GRDB
import Testing

/// Rules as people meet them: checking a draft, answering, adding a rule of one's own.
struct RuleTests {
    /// A county with planted cases, and a draft that builds on the farmland of R01's site.
    private func drafted() throws -> (desk: Desk, file: String, uid: String) {
        let desk = try Desk()
        try desk.done("sample", "c.gpkg", "--parcels", "1000", "--seed", "7", "--years", "2025")
        let file = desk.path("c.gpkg")
        // Of one year only, R01h's left half is paddy under basic farmland.
        let cases = try RuleManifestTests.planted(desk.path("c-files/truth/cases.csv"))
        let basic = try #require(cases.first { $0.id == "R01h" }).otherNumber
        let uid = try desk.value(
            "c.gpkg",
            """
            SELECT d.uid FROM feature AS d JOIN layer_registry AS l ON l.id = d.layer AND l.standard = 'DLTB'
                JOIN DLTB_2025 AS t ON t.fid = d.fid
                JOIN feature AS y JOIN YJJBNTTB AS j ON j.fid = y.fid AND j.BSM = '\(basic)'
                    AND y.layer = (SELECT id FROM layer_registry WHERE table_name = 'YJJBNTTB')
            WHERE t.geom = j.geom
            """)
        try #require(!uid.isEmpty)
        try desk.done("plan", "new", "North", "-f", file)
        try desk.done("plan", "set-class", uid, "--to", "plan2023:0701", "-f", file)
        return (desk, file, uid)
    }

    @Test("Building on basic farmland is found, answered by a document, and mended by taking it back")
    func draft() throws {
        let (desk, file, uid) = try drafted()
        let first = try desk.tuban("plan", "check", "-f", file, "--format", "json")
        #expect(first.status == 1, "\(first.err)")
        let findings = try first.json()
        let area = try desk.value("c.gpkg", "SELECT area / 100.0 FROM feature WHERE uid = \(uid)")
        let block = try #require(
            findings.first { $0.text("rule") == "R01" && $0.text("verdict") == "broken" }, "\(findings)")
        // The parcel's outline is that of the basic farmland: what they share is the parcel.
        #expect(abs((block.number("area_m2") ?? 0) - (Double(area) ?? -1)) <= 0.0051)
        for rule in ["R09", "R10", "R33"] {
            #expect(findings.contains { $0.text("rule") == rule && $0.text("verdict") == "broken" }, "\(rule)")
        }
        // What is asked of people is asked until it is answered.
        for rule in ["R77", "R78", "R79", "R80"] {
            #expect(findings.contains { $0.text("rule") == rule && $0.text("verdict") == "not checkable" })
        }
        let refused = try desk.tuban("rule", "answer", "R79", "--answer", "yes", "-f", file)
        #expect(refused.status == 64 && isOneSentence(refused.err))
        try desk.done("rule", "answer", "R79", "--answer", "yes", "--document", "2026-3", "-f", file)
        for finding in findings where finding.text("severity") == "block" && finding.text("verdict") == "broken" {
            let number = String(try #require(finding.integer("finding")))
            try desk.done(
                "plan", "answer", number, "--reason", "key project", "--document", "Guo 2026-1", "-f", file)
        }
        let second = try desk.tuban("plan", "check", "--since", "1", "-f", file, "--format", "json")
        #expect(second.status == 0, "everything that blocks is answered")
        let answered = try #require(try second.json().first { $0.text("rule") == "R01" })
        #expect(answered.text("answer")?.contains("Guo 2026-1") == true)
        #expect(try !second.json().contains { $0.text("rule") == "R79" })
        try desk.done("undo", "-f", file)
        let third = try desk.done("plan", "check", "--since", "2", "-f", file)
        #expect(third.out.contains("mended: R01 "))
        #expect(
            try !desk.done("plan", "findings", "-f", file, "--format", "json").json().contains {
                $0.text("rule") == "R01"
            })
    }

    @Test("A bureau's rule is added, tried, and replaced; a fault in it is told with its place")
    func own() throws {
        let (desk, file, _) = try drafted()
        let head =
            "id,severity,decided_by,inputs,pairs,condition,condition_draft,tolerance,unit,valid_from,"
            + "message_en,message_zh,basis,basis_version,remedy_en,remedy_zh\n"
        let row =
            "B1,warn,tables,change,change,\"SELECT c.subject, c.area_m2 FROM change AS c WHERE c.to_construction\",=,1,m2,"
            + "2020-01-01,Building,建设,Order 1,2020,Ask,询问\n"
        try desk.write(head + row, to: "own.csv")
        try desk.done("rule", "add", desk.path("own.csv"), "-f", file)
        let trial = try desk.done("rule", "test", "B1", "--plan", "1", "-f", file)
        #expect(trial.out.contains("SELECT c.subject") && trial.out.contains("B1 Building"))
        try desk.write(head + row.replacingOccurrences(of: "c.area_m2", with: "c.areas"), to: "wrong.csv")
        try desk.done("rule", "add", desk.path("wrong.csv"), "-f", file)
        let wrong = try desk.tuban("rule", "test", "B1", "--plan", "1", "-f", file)
        #expect(wrong.status == 1 && wrong.out.contains("c.areas") && wrong.out.contains("at character"))
        try desk.write(head + row.replacingOccurrences(of: "warn", with: "grave"), to: "bad.csv")
        let bad = try desk.tuban("rule", "add", desk.path("bad.csv"), "-f", file)
        #expect(bad.status == 65 && bad.err.contains("bad.csv:2") && isOneSentence(bad.err), "\(bad.err)")
        // A rule reads the documented views and nothing else.
        let spying = row.replacingOccurrences(of: "FROM change AS c WHERE c.to_construction", with: "FROM journal AS c")
        try desk.write(
            head + spying.replacingOccurrences(of: "c.subject, c.area_m2", with: "c.id AS subject"), to: "spy.csv")
        try desk.done("rule", "add", desk.path("spy.csv"), "-f", file)
        let spy = try desk.tuban("rule", "test", "B1", "--plan", "1", "-f", file)
        #expect(spy.status == 1 && spy.out.contains("prohibited"))
        // The plan is still checked, and the broken rule is one answer among the others.
        let check = try desk.tuban("plan", "check", "-f", file, "--format", "json").json()
        #expect(check.contains { $0.text("rule") == "B1" && $0.text("verdict") == "not checkable" })
        #expect(check.contains { $0.text("rule") == "R01" })
    }

    @Test("A layer that is not there is told by each rule that needs it: no data is never no constraint")
    func missingLayers() throws {
        let desk = try Desk()
        try desk.sample()
        let file = desk.path("county.gpkg")
        try desk.done("plan", "new", "North", "-f", file)
        let uid = try desk.value(
            "county.gpkg",
            """
            SELECT uid FROM feature JOIN land_class ON id = class WHERE code = '0103'
                AND layer = (SELECT id FROM layer_registry WHERE standard = 'DLTB') LIMIT 1
            """)
        try desk.done("plan", "set-class", uid, "--to", "plan2023:0701", "-f", file)
        let findings = try desk.tuban("plan", "check", "-f", file, "--format", "json").json()
        for (rule, layer) in [("R18", "HTTD"), ("R46", "SD"), ("R57", "HLFXKZX")] {
            let answer = findings.first { $0.text("rule") == rule }
            #expect(answer?.text("verdict") == "not checkable")
            #expect(answer?.text("finding_text")?.contains(layer) == true, "\(answer ?? [:])")
        }
    }
}
