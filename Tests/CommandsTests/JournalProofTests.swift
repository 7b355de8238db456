import Foundation
import GRDB
import Planning
import Store
import Testing

/// A decision can be proved by whoever has OpenSSH and coreutils; tuban's own proof says the same.
@Suite struct JournalProofTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    private func makeKey(_ login: String) throws -> String {
        let ending = try desk.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", login, "-f", desk.path("\(login)_key")])
        try #require(ending.status == 0, "\(ending)")
        let words = try String(contentsOfFile: desk.path("\(login)_key.pub"), encoding: .utf8).split(separator: " ")
        return "\(words[0]) \(words[1])"
    }

    private func sign(_ text: SignedText, as login: String) throws -> String {
        let file = desk.path("statement-\(UUID().uuidString)")
        try text.text.write(toFile: file, atomically: true, encoding: .utf8)
        let ending = try desk.run(
            "/usr/bin/ssh-keygen", ["-q", "-Y", "sign", "-f", desk.path("\(login)_key"), "-n", "tuban", file])
        try #require(ending.status == 0, "\(ending)")
        return try String(contentsOfFile: file + ".sig", encoding: .utf8)
    }

    private func act(as login: String, _ body: (Project) throws -> Void) throws {
        let project = try Project.open(at: desk.path("county.gpkg"), who: login)
        try body(project)
        try project.close()
    }

    private func keep(_ person: Person, by login: String) throws {
        try act(as: login) { project in
            let row = try project.prepare(person)
            try project.keep(
                row, signature: try sign(row.statement(project: try project.identity()), as: login),
                line: "roster set \(person.login)")
        }
    }

    private func move(_ step: String, by login: String, reason: String = "", text: String = "") throws {
        try act(as: login) { project in
            let move = try project.prepare(
                MoveRequest(plan: 1, step: step, reasonCode: reason, reason: text))
            try project.commit(
                move, signature: move.event.isDecision ? try sign(move.statement, as: login) : "",
                line: "review move 1 \(step)")
        }
    }

    /// A plan that was returned to the desk and came again to be endorsed, by three people with keys of their own.
    private func decide() throws {
        try keep(Person(login: "zhang", roles: [.administrator], key: try makeKey("zhang")), by: "zhang")
        try keep(Person(login: "li", roles: [.drafter]), by: "zhang")
        try keep(
            Person(login: "wang", name: "王\u{202E}芳", roles: [.checker, .reviewer], key: try makeKey("wang")),
            by: "zhang")
        try act(as: "li") { project in
            let layer = try project.layer(named: "DLTB")
            _ = try project.newPlan("north\nend", kind: .siteSelection, base: layer, line: "plan new north")
            _ = try project.setClass(of: [13], to: .plan2023("0701"), in: 1, line: "plan set-class 13")
        }
        try move("submit", by: "li")
        _ = try desk.tuban("plan", "check", "1")
        _ = try desk.value("county.gpkg", "DELETE FROM rule_finding")
        try move("pass", by: "wang")
        try move("accept", by: "wang")
        try move("return", by: "wang", reason: "data", text: "“the road”\ncontent: \"forged\"")
        try move("submit", by: "li")
        try move("pass", by: "wang")
        try move("accept", by: "wang")
        try move("endorse", by: "wang")
    }

    @Test("The journal is proved by tuban, and by sha256sum and ssh-keygen alone")
    func proved() throws {
        try decide()
        let verify = try desk.done("journal", "verify", "--trust", "zhang_key.pub")
        #expect(verify.out.contains("5 signatures"), "\(verify.out)")
        // The head that it prints is what --head takes.
        let head = try #require(verify.out.split(separator: "\n").first { $0.contains(/^[0-9]+:[0-9a-f]{64}$/) })
        try desk.done("journal", "verify", "--trust", "zhang_key.pub", "--head", String(head))
        let other = try desk.tuban("journal", "verify", "--trust", "wang_key.pub")
        #expect(other.status == 1 && other.out.contains("not among the trusted"), "\(other)")

        try desk.done("journal", "export", "proof")
        #expect(try String(contentsOfFile: desk.path("proof/README.txt"), encoding: .utf8).contains("sha256sum -c"))
        // The commands of README.txt, as they stand there; the last entry is the endorsement.
        let last = try desk.value("county.gpkg", "SELECT printf('%07d', max(id)) FROM journal")
        let script = """
            set -eu
            cd proof
            sha256sum --quiet -c SHA256SUMS
            last=$(printf '0%.0s' $(seq 64))
            for row in rows/*; do
                test "$(head -c 67 "$row" | tail -c 64)" = "$last"
                last=$(sha256sum < "$row" | cut -c 1-64)
            done
            test "$last" = "\(head.split(separator: ":")[1])"
            for text in signed/*.txt; do
                who=$(sed -n 's/^by: "\\(.*\\)"$/\\1/p' "$text")
                ssh-keygen -q -Y verify -f allowed_signers -I "$who" -n tuban -s "${text%.txt}.sig" < "$text"
                journal=$(sed -n 's/^journal: "\\(.*\\)"$/\\1/p' "$text")
                row=rows/$(printf '%07d' "${journal% *}")
                test "$(sha256sum < "$row" | cut -c 1-64)" = "${journal#* }"
            done
            content=$(sed -n 's/^content: "\\(.*\\)"$/\\1/p' signed/\(last).txt)
            test "$(sha256sum < plans/$content.txt | cut -c 1-64)" = "$content"
            grep -q '^decision: "endorse"$' signed/\(last).txt
            grep -c -F "$content" rows/\(last) > counted
            echo proved
            """
        let ending = try desk.run("/bin/bash", ["-c", script])
        #expect(ending.status == 0 && ending.out == "proved\n", "\(ending)")
        // One plan's part.
        let part = try desk.done("journal", "export", "part", "--plan", "1")
        #expect(part.status == 0 && desk.exists("part/signed/\(last).sig") && desk.exists("part/rows/\(last)"))
        #expect(try desk.tuban("journal", "export", "part").status == 73)
    }

    @Test("A forged signature, a signature moved to another decision, a changed roster: named by their entry")
    func forged() throws {
        try decide()
        let entry = try desk.value("county.gpkg", "SELECT max(id) FROM journal")
        let triggers = try desk.value(
            "county.gpkg",
            """
            SELECT group_concat('DROP TRIGGER "' || name || '"', ';') FROM sqlite_master WHERE type = 'trigger'
                AND tbl_name IN ('journal', 'roster', 'case_event', 'plan_edit')
            """)
        for (change, word) in [
            ("UPDATE case_event SET signature = replace(signature, 'A', 'B') WHERE step = 'endorse'", "Entry \(entry)"),
            ("UPDATE case_event SET reason = 'other' WHERE step = 'return'", "case_event"),
            ("UPDATE roster SET roles = 'approver' WHERE login = 'wang'", "roster"),
            ("DELETE FROM case_event WHERE step = 'endorse'", "Entry \(entry)"),
            ("UPDATE plan_edit SET area = area + 1", "plan_edit"),
            ("UPDATE journal SET detail = detail || ' ' WHERE id = 3", "Entry 3"),
        ] {
            try FileManager.default.copyItem(atPath: desk.path("county.gpkg"), toPath: desk.path("forged.gpkg"))
            _ = try desk.value("forged.gpkg", "BEGIN; \(triggers); \(change); COMMIT")
            let ending = try desk.tuban("journal", "verify", "-f", "forged.gpkg")
            #expect(ending.status == 1 && ending.out.contains(word), "\(change): \(ending)")
            for name in ["forged.gpkg", "forged.gpkg.head"] where desk.exists(name) {
                try FileManager.default.removeItem(atPath: desk.path(name))
            }
        }
    }
}
