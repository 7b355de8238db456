import Foundation
import Testing

/// What is in force and amended: another plan takes its place, and it stays readable as what it was.
@Suite struct AmendmentTests {
    /// The shipped table, without what takes days or other people's papers.
    private func quickWorkflow(_ bureau: Bureau) throws {
        var table = try bureau.done("drafter", "workflow", "table").out
        for (need, instead) in [
            ("checks|objections", "objections"), (",checks,", ",,"), ("notice:30|", ""), ("opinion:department|", ""),
        ] {
            table = table.replacingOccurrences(of: need, with: instead)
        }
        try bureau.desk.write(table, to: "own.csv")
        try bureau.done("drafter", "workflow", "replace", "own.csv", "--key", "drafter")
    }

    private func walk(_ bureau: Bureau, _ plan: String, _ steps: [(role: String, step: String)]) throws {
        for (role, step) in steps { try bureau.done(role, "review", "move", plan, step, "--key", role) }
    }

    /// The classes that publications put into the planned use in force.
    private func planned(_ bureau: Bureau) throws -> String {
        try bureau.desk.value(
            "county.gpkg",
            """
            SELECT group_concat(c.code, ' ') FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                JOIN land_class AS c ON c.id = f.class
            WHERE l.role = 'plannedUse' AND f.valid_to IS NULL AND f.valid_from IS NOT NULL
            """)
    }

    @Test("A plan in force is amended by another through the whole procedure, and marked by its publisher alone")
    func amendment() throws {
        guard let bureau = try Bureau() else { return }
        try quickWorkflow(bureau)
        let parcel = try bureau.parcels(1)[0]
        let first: [(role: String, step: String)] = [
            ("drafter", "submit"), ("checker", "pass"), ("reviewer", "accept"), ("reviewer", "endorse"),
            ("county", "approve"), ("publisher", "publish"), ("publisher", "commence"),
        ]
        try bureau.done("drafter", "plan", "new", "first", "--kind", "site-selection", "--planned", "GHYDYH")
        try bureau.done("drafter", "plan", "set-class", parcel, "--to", "plan2023:0701", "--plan", "1")
        let reason = ["--reason", "higher-plan", "--text", "road of plan 2"]
        // What is not in force yet is mended by its drafter, not amended.
        let early = try bureau.tuban("publisher", ["review", "move", "1", "amend"] + reason + ["--key", "publisher"])
        #expect(early.status == 77 && isOneSentence(early.err), "\(early)")
        try walk(bureau, "1", first)
        #expect(try planned(bureau) == "0701")

        // In force nobody changes it; what is to be otherwise is a plan of its own, and both know of each other.
        try bureau.refused(
            "drafter", "plan", "set-class", parcel, "--to", "plan2023:1207", "--plan", "1", saying: "only a draft")
        try bureau.done("drafter", "plan", "new", "second", "--kind", "amendment", "--planned", "GHYDYH")
        let set = try bureau.done("drafter", "plan", "set-class", parcel, "--to", "plan2023:1207", "--plan", "2")
        #expect(set.out.contains("Plan 1 first (root) changes 1 of these parcels too"), "\(set.out)")
        try walk(
            bureau, "2",
            [
                ("drafter", "submit"), ("checker", "pass"), ("reviewer", "accept"), ("reviewer", "endorse"),
                ("reviewer", "close-opinions"), ("publisher", "start-notice"), ("publisher", "close-notice"),
                ("county", "approve"), ("city", "approve"), ("publisher", "publish"), ("publisher", "commence"),
            ])
        // One class stands at the place, the amendment's.
        #expect(try planned(bureau) == "1207")

        let bare = try bureau.tuban("publisher", ["review", "move", "1", "amend", "--key", "publisher"])
        #expect(bare.status == 64 && bare.err.contains("needs a reason"), "\(bare)")
        // What sends a plan back is no case in which the law lets one be amended.
        for code in ["upper", "other", "nonsense"] {
            let wrong = try bureau.tuban(
                "publisher",
                ["review", "move", "1", "amend", "--reason", code, "--text", "so it is", "--key", "publisher"])
            #expect(wrong.status == 64 && isOneSentence(wrong.err), "\(wrong)")
            // 城乡规划法 47: five cases.
            for word in ["‘\(code)’", "higher-plan", "division", "state-project", "assessment", "approving-body"] {
                #expect(wrong.err.contains(word), "\(code): \(wrong.err)")
            }
        }
        for role in ["drafter", "reviewer", "county", "city"] {
            let other = try bureau.tuban(role, ["review", "move", "1", "amend"] + reason + ["--key", role])
            #expect(
                other.status == 77 && other.err.contains("that is for a publisher of the county: lp"), "\(other)")
        }
        let marked = try bureau.tuban("publisher", ["review", "move", "1", "amend"] + reason + ["--key", "publisher"])
        #expect(marked.status == 0 && marked.out.contains("amended"), "\(marked)")
        // Nothing leads on, and what it was is still told: with the reason, the signature and the changes.
        let again = try bureau.tuban("publisher", ["review", "move", "1", "amend"] + reason + ["--key", "publisher"])
        #expect(again.status == 77 && again.err.contains("no step leads on"), "\(again)")
        let life = try bureau.done("expert", "plan", "show", "1").out
        #expect(life.contains("mark as amended → amended") && life.contains("road of plan 2 [signed]"), "\(life)")
        #expect(life.contains("plan2023:0701"), "\(life)")
        let shown = try bureau.done("expert", "parcel", "show", parcel).out
        #expect(shown.contains("Plan 1 first (amended, by root): plan2023:0701"), "\(shown)")
        #expect(shown.contains("Plan 2 second (in force, by root): plan2023:1207"), "\(shown)")
        #expect(try planned(bureau) == "1207")
        try bureau.done("drafter", "journal", "verify")

        // The mark can be taken back by who made it, and then the approver may repeal the plan instead.
        try bureau.done("publisher", "review", "move", "1", "take-back", "--key", "publisher")
        let repealed = try bureau.tuban(
            "county", ["review", "move", "1", "repeal", "--reason", "other", "--text", "plan 2", "--key", "county"])
        #expect(repealed.status == 0 && repealed.out.contains("repealed"), "\(repealed)")
        try bureau.done("drafter", "journal", "verify")
    }
}
