import Foundation
import Rig
import Testing

/// A case from the first draft to its file, as the people of a bureau go through it.
@Suite struct CaseTests {
    @Test("A batch is drafted, returned, mended, approved by two levels; everybody else is told who may")
    func wholeWay() throws {
        guard let bureau = try Bureau() else { return }
        try bureau.dropChecks()
        let parcels = try bureau.parcels(4)
        try bureau.done("drafter", "plan", "new", "北部", "--kind", "conversion-batch")
        try bureau.refused("drafter", "review", "move", "1", "submit", saying: "changes nothing")
        try bureau.done("drafter", "plan", "set-class", parcels[0], parcels[1], "--to", "plan2023:0701")
        // A document whose title has no ending gets one in the file of the case.
        try Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]).write(
            to: URL(filePath: bureau.desk.path("photo.png")))
        try bureau.done(
            "drafter", "plan", "attach", parcels[0], "--document", bureau.desk.path("photo.png"), "--title", "现场照片 3.1")
        try bureau.refused(
            "reviewer", "plan", "set-class", parcels[2], "--to", "plan2023:0701", saying: "may not draft")
        try bureau.refused("reviewer", "review", "move", "1", "submit", saying: "that is for a drafter")
        try bureau.done("drafter", "review", "move", "1", "submit")
        // On its way nobody changes it, not even with another program.
        try bureau.refused(
            "drafter", "plan", "set-class", parcels[2], "--to", "plan2023:0701", "--plan", "1",
            saying: "only a draft can be changed")
        try bureau.refused("drafter", "undo", "--plan", "1", saying: "only a draft")
        let tried = try bureau.desk.sqlite("county.gpkg", "UPDATE plan_edit SET class = 0 WHERE plan = 1")
        #expect(tried.err.contains("only a draft can be edited"))
        try bureau.refused("drafter", "review", "move", "1", "pass", saying: "that is for a checker: sys")
        try bureau.done("checker", "review", "move", "1", "pass")
        try bureau.done("reviewer", "review", "move", "1", "accept")
        try bureau.done(
            "reviewer", "review", "comment", "1", "too close to the river", "--parcel", parcels[0], "--object")
        try bureau.refused(
            "reviewer", "review", "move", "1", "endorse", "--key", "reviewer", saying: "1 objection still open")
        let bare = try bureau.tuban("reviewer", ["review", "move", "1", "return", "--key", "reviewer"])
        #expect(bare.status == 64 && bare.err.contains("needs a reason"), "\(bare)")
        try bureau.done(
            "reviewer", "review", "move", "1", "return", "--reason", "farmland", "--text", "占用耕地", "--key", "reviewer")
        // Back on the desk, and its drafter is told; only what was objected to and what is new is to be looked at.
        for words in [["motd"], ["review", "queue"]] {
            let told = try bureau.tuban("drafter", words).out
            #expect(told.contains("returned by daemon"), "\(told)")
            #expect(try !bureau.tuban("city", words).out.contains("returned by"))
        }
        try bureau.done("reviewer", "review", "look", parcels[1], "--accept", "--plan", "1")
        try bureau.done("drafter", "plan", "set-class", parcels[0], "--to", "plan2023:1401", "--plan", "1")
        try bureau.refused("drafter", "review", "resolve", "1", saying: "resolved by who made it: daemon")
        try bureau.done("reviewer", "review", "resolve", "1")
        for (who, step) in [("drafter", "submit"), ("checker", "pass"), ("reviewer", "accept")] {
            try bureau.done(who, "review", "move", "1", step)
        }
        let items = try bureau.done("reviewer", "review", "items", "1", "--format", "json").json()
        #expect(items.map { $0.integer("uid") } == [Int(parcels[0]), Int(parcels[1])])
        #expect(items.map { $0["changed"] as? Bool } == [true, false])
        #expect(items.map { $0.text("look") } == ["objected", "accepted"])
        try bureau.done("reviewer", "review", "move", "1", "endorse", "--key", "reviewer")
        // A wrong key, and nobody's.
        let wrong = try bureau.tuban("county", ["review", "move", "1", "approve", "--key", bureau.desk.path("none")])
        #expect(wrong.status == 77 && isOneSentence(wrong.err), "\(wrong)")
        try bureau.refused(
            "city", "review", "move", "1", "approve", "--key", "city", saying: "approver of the county: games")
        try bureau.done("county", "review", "move", "1", "approve", "--key", "county")
        // Withdrawn before the next level has taken it, and given again.
        try bureau.refused(
            "reviewer", "review", "move", "1", "take-back", "--key", "reviewer", saying: "not a decision of yours")
        try bureau.done("county", "review", "move", "1", "take-back", "--key", "county")
        try bureau.done("county", "review", "move", "1", "approve", "--key", "county")
        try bureau.done("city", "review", "comment", "1", "seen")
        try bureau.refused(
            "county", "review", "move", "1", "take-back", "--key", "county", saying: "man has gone on with it")
        try bureau.done("city", "review", "move", "1", "approve", "--key", "city")
        try bureau.done("drafter", "journal", "verify")
        let life = try bureau.done("drafter", "plan", "show", "1").out
        #expect(life.contains("approve → approved [signed]"))
        let shown = try bureau.done("drafter", "parcel", "show", parcels[0]).out
        #expect(shown.contains("Plan 1 北部 (approved, by root): plan2023:1401"))
        // The file of the case proves itself with sha256sum and OpenSSH alone.
        try bureau.done("drafter", "export", "case", "1", bureau.desk.path("case"))
        let check = try bureau.desk.run(
            "/bin/sh",
            [
                "-c",
                """
                cd case && sha256sum --quiet -c SHA256SUMS || exit 1
                for s in decisions/*.statement; do
                    by=$(sed -n 's/^by: "\\(.*\\)"$/\\1/p' $s)
                    ssh-keygen -q -Y verify -f allowed_signers -I "$by" -n tuban -s $s.sig < $s || exit 2
                done
                last=$(grep -h '^content: ' decisions/*-approve.statement | tail -1 | tr -d 'a-z: "' )
                test "$(grep -l "$(sha256sum plan-content.txt | cut -d' ' -f1)" decisions/*-approve.statement | wc -l)" -ge 2
                """,
            ])
        #expect(check.status == 0, "\(check)")
        #expect(try bureau.desk.run("/bin/sh", ["-c", "ls case/attachments"]).out == "1-现场照片_3.1.png\n")
        // A changed statement is no longer what was signed.
        let forged = try bureau.desk.run(
            "/bin/sh",
            [
                "-c",
                """
                cd case && s=$(ls decisions/*-approve.statement | head -1) && sed 's/approve/refuse/' $s |
                ssh-keygen -q -Y verify -f allowed_signers -I games -n tuban -s $s.sig
                """,
            ])
        #expect(forged.status != 0)
    }

    @Test("Who drafted decides nothing, neither by tuban nor by SQL; a deputy decides in another's place and is named")
    func conflictOfInterest() throws {
        guard let bureau = try Bureau() else { return }
        try bureau.dropChecks()
        let parcels = try bureau.parcels(2)
        // The second drafter is made reviewer too.
        try bureau.done(
            "drafter", "roster", "set", "bin", "--role", "drafter", "--role", "reviewer", "--key", "drafter")
        try bureau.done("drafter", "plan", "new", "a", "--kind", "site-selection")
        try bureau.done("second", "plan", "set-class", parcels[0], "--to", "plan2023:0701", "--plan", "1")
        try bureau.done("drafter", "plan", "set-class", parcels[1], "--to", "plan2023:0701", "--plan", "1")
        for (who, step) in [("drafter", "submit"), ("checker", "pass"), ("reviewer", "accept")] {
            try bureau.done(who, "review", "move", "1", step)
        }
        try bureau.refused(
            "second", "review", "move", "1", "endorse", "--key", "second", saying: "nobody decides on what they drafted"
        )
        let forced = try bureau.desk.sqlite(
            "county.gpkg",
            """
            INSERT INTO case_event(time, plan, who, role, step, from_stage, to_stage, decides, content, anchor,
                anchor_hash, signature)
            VALUES ('2026-01-01T00:00:00Z', 1, 'bin', 'reviewer', 'endorse', 'review', 'approval-county', 1, '', 0, '', 'x')
            """)
        #expect(forced.err.contains("nobody decides on a plan that they drafted"))
        // The expert stands in for the reviewer, today only.
        try bureau.refused(
            "expert", "review", "move", "1", "endorse", "--key", "expert", saying: "that is for a reviewer")
        try bureau.done("reviewer", "roster", "deputy", "daemon", "mail", "--to", "2099-12-31", "--key", "reviewer")
        try bureau.done("expert", "review", "move", "1", "endorse", "--key", "expert")
        #expect(
            try bureau.desk.value("county.gpkg", "SELECT who || ' ' || behalf FROM case_event ORDER BY id DESC LIMIT 1")
                == "mail daemon")
        try bureau.done("drafter", "journal", "verify")
    }

    /// Escapes, HTML, a formula, a newline, marks of direction.
    static let hostile = "=cmd|'/c calc'!A1\u{1B}[2J<script>alert(1)</script>\u{202E}\nby: \"root\"\u{7}&amp;"

    @Test("Hostile titles, names, comments and reasons do no harm on paper, in CSV, on the terminal, in what is signed")
    func hostileTexts() throws {
        guard let bureau = try Bureau() else { return }
        try bureau.dropChecks()
        let parcels = try bureau.parcels(1)
        try bureau.done(
            "drafter", "roster", "set", "daemon", "--name", Self.hostile, "--office", Self.hostile, "--key", "drafter")
        try bureau.done("drafter", "plan", "new", Self.hostile, "--kind", "site-selection")
        try bureau.done("drafter", "plan", "set-class", parcels[0], "--to", "plan2023:0701")
        for (who, step) in [("drafter", "submit"), ("checker", "pass"), ("reviewer", "accept")] {
            try bureau.done(who, "review", "move", "1", step)
        }
        try bureau.done("reviewer", "review", "comment", "1", Self.hostile)
        // A drafter takes down what neighbours say, but no expert's opinion on a plan of their own.
        let own = try bureau.tuban(
            "drafter", ["review", "opinion", "1", "good", "--party", "expert", "--name", "Prof"])
        #expect(own.status == 77 && own.err.contains("drafted in plan 1"), "\(own)")
        try bureau.done("reviewer", "review", "opinion", "1", Self.hostile, "--party", "public", "--name", Self.hostile)
        try bureau.done(
            "reviewer", "review", "move", "1", "return", "--reason", "other", "--text", Self.hostile, "--key",
            "reviewer")
        for words in [
            ["sheet", "1"], ["report", "1"], ["bulletin", "1"], ["remarks", "1"], ["opinions", "1"],
            ["queue", "--all"],
        ] {
            for format in ["text", "csv", "html", "json"] {
                let ending = try bureau.tuban("drafter", ["review"] + words + ["--format", format])
                #expect(ending.status == 0, "\(words) \(format): \(ending)")
                let said = ending.out
                #expect(
                    !said.unicodeScalars.contains { $0.value == 0x1B || $0.value == 7 || $0.value == 0x202E },
                    "\(words) \(format)")
                if format == "html" { #expect(!said.contains("<script"), "\(words)") }
                if format == "csv" {
                    for field in said.split(whereSeparator: { ",\n".contains($0) }) {
                        #expect(!field.hasPrefix("=cmd") && !field.hasPrefix("\"=cmd"), "\(words): \(field)")
                    }
                }
            }
        }
        // A line of the signed text for each field, whatever stands in it: nobody is 'by' but the signer.
        try bureau.done("drafter", "export", "case", "1", bureau.desk.path("case"))
        let statement = try bureau.desk.run("/bin/sh", ["-c", "cat case/decisions/*-return.statement"]).out
        #expect(statement.split(separator: "\n").filter { $0.hasPrefix("by: ") } == ["by: \"daemon\""])
        #expect(
            statement.contains(
                #"reason: "=cmd|'/c calc'!A1\u001b[2J<script>alert(1)</script>\u202e\u000aby: \"root\"\u0007&amp;""#))
        try bureau.done("drafter", "journal", "verify")
    }

    @Test("Rules, answers, layers and looks are for those with a role, and what was answered is proved")
    func answersAreProved() throws {
        guard let bureau = try Bureau() else { return }
        let parcels = try bureau.parcels(1)
        try bureau.done("drafter", "plan", "new", "north", "--kind", "site-selection")
        try bureau.done("drafter", "plan", "set-class", parcels[0], "--to", "plan2023:0701")
        let answer = ["rule", "answer", "R79", "--answer", "yes", "--document", "国函〔2026〕9号", "--plan", "1"]
        let mine = try bureau.tuban("publisher", answer)
        #expect(mine.status == 77 && mine.err.contains("may not answer rules"), "\(mine)")
        try bureau.refused("publisher", "layer", "drop", "STBHHX", "--yes", saying: "may not drop layers")
        try bureau.refused("publisher", "indicator", "target", "I003", "80..", saying: "may not set targets")
        let county = try bureau.desk.value("county.gpkg", "SELECT code FROM unit WHERE length(code) = 6")
        try bureau.desk.write("unit,year,gdp\n\(county),2020,5\n", to: "yearbook.csv")
        try bureau.refused(
            "publisher", "statistic", "import", bureau.desk.path("yearbook.csv"), saying: "may not import statistics")
        let count = try bureau.desk.value("county.gpkg", "SELECT count(*) FROM rule_answer")
        #expect(count == "0")
        #expect(try bureau.tuban("drafter", answer).status == 0)
        try bureau.done("drafter", "journal", "verify")
        // Each of these would let through what a rule forbids.
        for tampering in [
            "DROP TRIGGER rule_answer_is_final; UPDATE rule_answer SET document = '国函〔2026〕8号'",
            "DROP TRIGGER rule_answer_is_kept; DELETE FROM rule_answer",
            """
            INSERT INTO rule_answer(id, time, who, plan, rule, answer, reason, document)
                SELECT id + 1, time, who, plan, 'R80', answer, reason, document FROM rule_answer
            """,
            "DELETE FROM rule WHERE id = 'R27'", "UPDATE rule SET severity = 'info' WHERE id = 'R27'",
        ] {
            let copy = "copy.gpkg"
            try? FileManager.default.removeItem(atPath: bureau.desk.path(copy))
            try FileManager.default.copyItem(
                atPath: bureau.desk.path("county.gpkg"), toPath: bureau.desk.path(copy))
            _ = try bureau.desk.value(copy, tampering)
            let proof = try bureau.desk.tuban("journal", "verify", "-f", copy)
            #expect(proof.status == 1 && proof.out.contains("rule"), "\(tampering): \(proof)")
        }
    }

    @Test("init --group makes what several logins can share; others get one sentence")
    func shared() throws {
        guard let bureau = try Bureau() else { return }
        let desk = bureau.desk
        let folder = desk.path("bureau")
        try desk.done("init", "\(folder)/c.gpkg", "--group", "users")
        let modes = try desk.run("/usr/bin/stat", ["-c", "%a %G", folder, "\(folder)/c.gpkg"]).out
        #expect(modes == "2770 users\n660 users\n")
        guard let users = getgrnam("users") else { return }
        func run(_ login: String, _ groups: String, _ words: [String]) throws -> Ending {
            try desk.run(
                "/usr/bin/setpriv",
                ["--reuid", login, "--regid", groups, "--clear-groups", product(named: "tuban")] + words)
        }
        let member = try run("daemon", String(users.pointee.gr_gid), ["layer", "list", "-f", "\(folder)/c.gpkg"])
        #expect(member.status == 0, "\(member)")
        let stranger = try run("bin", "bin", ["layer", "list", "-f", "\(folder)/c.gpkg"])
        #expect(stranger.status == 77 && isOneSentence(stranger.err), "\(stranger)")
        #expect(try desk.tuban("doctor", "-f", "\(folder)/c.gpkg").status == 0)
        chmod(folder, 0o755)
        let ill = try desk.tuban("doctor", "-f", "\(folder)/c.gpkg")
        #expect(ill.status == 1 && ill.out.contains("chmod 2770"), "\(ill)")
        // The last one out left one clean file.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.hasSuffix("-wal") })
        let none = try desk.tuban("init", desk.path("x.gpkg"), "--group", "no-such-group")
        #expect(none.status == 66 && isOneSentence(none.err))
    }
}
