import Foundation
import GRDB
import Testing

/// Rules as people meet them: checking a draft, answering, adding a rule of one's own.
struct RuleTests {
    /// A county with planted cases, and a draft that builds on the farmland of R01's site.
    private func drafted() throws -> (desk: Desk, file: String, uid: String) {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "1000", "--seed", "7", "--years", "2025")
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

    @Test("A rule that sums over a draft points at the largest parcel that it sums, not at the lowest number")
    func largest() throws {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "1000", "--seed", "7", "--years", "2025")
        let file = desk.path("c.gpkg")
        let paddies = try desk.done(
            "parcel", "list", "--where", "class_code = '0101'", "--sort", "uid", "--limit", "40", "-f", file,
            "--format", "json"
        ).json()
        let numbers = paddies.compactMap { $0.integer("parcel") }
        let largest = try #require(
            paddies.max { ($0.number("area_m2") ?? 0) < ($1.number("area_m2") ?? 0) }?.integer("parcel"))
        try #require(numbers.count > 2 && largest != numbers.min())
        try desk.done("plan", "new", "North", "-f", file)
        let drafted = try desk.tuban(
            ["plan", "set-class"] + numbers.map(String.init) + ["--to", "plan2023:0701", "-f", file])
        try #require(drafted.status == 0, "\(drafted.err)")
        let findings = try desk.tuban("plan", "check", "-f", file, "--format", "json").json()
        for rule in ["R09", "R10"] {
            let found = findings.first { $0.text("rule") == rule && $0.text("verdict") == "broken" }
            #expect(found?.integer("parcel") == largest, "\(rule)")
        }
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
        let said = try desk.tuban(
            "rule", "answer", "R79", "--answer", "yes", "--document", "the mayor said so", "-f", file)
        #expect(said.status == 64 && isOneSentence(said.err) && said.err.contains("the mayor said so"))
        try desk.done("rule", "answer", "R79", "--answer", "yes", "--document", "No. 3 of 2026", "-f", file)
        for finding in findings where finding.text("severity") == "block" && finding.text("verdict") == "broken" {
            let number = String(try #require(finding.integer("finding")))
            try desk.done(
                "plan", "answer", number, "--reason", "key project", "--document", "国函〔2026〕1号", "-f", file)
        }
        let second = try desk.tuban("plan", "check", "--since", "1", "-f", file, "--format", "json")
        #expect(second.status == 0, "everything that blocks is answered")
        let answered = try #require(try second.json().first { $0.text("rule") == "R01" })
        #expect(answered.text("answer")?.contains("国函〔2026〕1号") == true)
        // What became of each finding of the run before: R79 is answered, the others are still there.
        let since = try second.json()
        #expect(since.filter { $0.text("rule") == "R79" }.map { $0.text("since") } == ["mended"])
        #expect(answered.text("since") == "still")
        #expect(
            since.filter { $0.text("since") == "mended" }.count == 1 && !since.contains { $0.text("since") == "new" })
        // The exception was for dwellings: works in their place have none, and dwellings planned again have it again.
        try desk.done("plan", "set-class", uid, "--to", "plan2023:1001", "-f", file)
        let works = try desk.tuban("plan", "check", "-f", file, "--format", "json")
        #expect(works.status == 1)
        #expect(try works.json().first { $0.text("rule") == "R01" }?.text("answer") == nil)
        try desk.done("undo", "-f", file)
        #expect(try desk.tuban("plan", "check", "-f", file).status == 0)
        let number = String(try #require(answered.integer("finding")))
        try desk.done("plan", "answer", number, "--reason", "a mistake", "--withdraw", "-f", file)
        let again = try desk.tuban("plan", "answer", number, "--reason", "a mistake", "--withdraw", "-f", file)
        #expect(again.status == 64 && isOneSentence(again.err), "\(again)")
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
        // SQL that cannot be asked is refused with its line, and the rule stays as it was.
        let wrong = try desk.tuban("rule", "add", desk.path("wrong.csv"), "-f", file)
        #expect(wrong.status == 65 && isOneSentence(wrong.err), "\(wrong)")
        #expect(["wrong.csv:2", "c.areas", "at character"].allSatisfy(wrong.err.contains), "\(wrong.err)")
        #expect(try desk.done("rule", "show", "B1", "-f", file, "--format", "json").json()[0].integer("version") == 1)
        try desk.write(head + row.replacingOccurrences(of: "warn", with: "grave"), to: "bad.csv")
        let bad = try desk.tuban("rule", "add", desk.path("bad.csv"), "-f", file)
        #expect(bad.status == 65 && bad.err.contains("bad.csv:2") && isOneSentence(bad.err), "\(bad.err)")
        // A rule reads the documented views and nothing else.
        let spying = row.replacingOccurrences(of: "FROM change AS c WHERE c.to_construction", with: "FROM journal AS c")
        try desk.write(
            head + spying.replacingOccurrences(of: "c.subject, c.area_m2", with: "c.id AS subject"), to: "spy.csv")
        let spy = try desk.tuban("rule", "add", desk.path("spy.csv"), "-f", file)
        #expect(spy.status == 65 && spy.err.contains("prohibited"), "\(spy)")
        // What its SQL answers must be features of the county.
        for subject in ["'north'", "987654321"] {
            try desk.write(
                head + row.replacingOccurrences(of: "c.subject", with: "\(subject) AS subject"), to: "odd.csv")
            try desk.done("rule", "add", desk.path("odd.csv"), "-f", file)
            let odd = try desk.tuban("rule", "test", "B1", "--plan", "1", "-f", file)
            #expect(odd.status == 1 && odd.out.contains(subject.filter { $0 != "'" }), "\(odd)")
        }
        // The plan is still checked, and the broken rule is one answer among the others.
        let check = try desk.tuban("plan", "check", "-f", file, "--format", "json").json()
        #expect(check.contains { $0.text("rule") == "B1" && $0.text("verdict") == "not checkable" })
        #expect(check.contains { $0.text("rule") == "R01" })
    }

    @Test("A rule comes out as a table, is changed there, and comes in again")
    func edited() throws {
        let desk = try Desk()
        try desk.sample()
        let file = desk.path("county.gpkg")
        var rows: [String] = []
        for rule in ["R01", "R10", "R79"] {
            let lines = try desk.done("rule", "show", rule, "-f", file, "--format", "csv").out.split(separator: "\n")
            try #require(lines.count == 2)
            if rows.isEmpty { rows.append(String(lines[0])) }
            rows.append(String(lines[1]))
        }
        let before = try desk.done("rule", "show", "R01", "-f", file, "--format", "json").json()[0]
        let changed = rows.joined(separator: "\n").replacingOccurrences(of: "R01,1,block", with: "R01,1,warn") + "\n"
        try desk.write(changed, to: "rules.csv")
        #expect(try desk.done("rule", "add", desk.path("rules.csv"), "-f", file).out.contains("replaced 3"))
        let after = try desk.done("rule", "show", "R01", "-f", file, "--format", "json").json()[0]
        #expect(after.integer("version") == 2 && after.text("severity") == "warn")
        for (key, value) in before where !["version", "severity"].contains(key) {
            #expect(value as? String == after.text(key), "\(key)")
        }
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
        // Also where the layer is what the rule would look at.
        try desk.write(
            """
            id,severity,decided_by,inputs,pairs,condition,condition_draft,tolerance,unit,valid_from,message_en,message_zh,\
            basis,basis_version,remedy_en,remedy_zh
            B2,warn,tables,HTTD,HTTD,"SELECT uid AS subject, area_m2 FROM HTTD",=,1,m2,2020-01-01,Shores,滩涂,Order 2,\
            2020,Ask,询问

            """, to: "own.csv")
        try desk.done("rule", "add", desk.path("own.csv"), "-f", file)
        let own = try desk.tuban("plan", "check", "-f", file, "--format", "json").json()
        let answer = own.first { $0.text("rule") == "B2" }
        #expect(answer?.text("verdict") == "not checkable")
        #expect(answer?.text("finding_text")?.contains("HTTD") == true, "\(answer ?? [:])")
    }
}
