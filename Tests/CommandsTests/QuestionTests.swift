import Foundation
import Rig
import Testing

/// What no data decides, and what of it stands in the way of a plan.
@Suite struct QuestionTests {
    @Test("Who passes a plan on is told which forbidding rules nobody has answered; a no stands in the way at once")
    func selfCheck() throws {
        guard let bureau = try Bureau() else { return }
        let parcel = try bureau.parcels(1)[0]
        try bureau.done("drafter", "plan", "new", "north", "--kind", "site-selection")
        try bureau.done("drafter", "plan", "set-class", parcel, "--to", "plan2023:0701")
        let document = ["--document", "国函〔2026〕1号"]
        for finding in try bureau.tuban("drafter", ["plan", "check", "1", "--format", "json"]).json()
        where finding.text("severity") == "block" && finding.text("verdict") == "broken" {
            let number = String(try #require(finding.integer("finding")))
            let answer = ["plan", "answer", number, "--reason", "key project"] + document
            try #require(try bureau.tuban("drafter", answer).status == 0)
        }
        try bureau.done("drafter", "review", "move", "1", "submit")
        // Three that forbid are open; the notice and the congress come later, so they only are told. R77 only warns.
        let open = try bureau.done("checker", "review", "show", "1").out
        let told = "nobody has answered R78 R79 R80 yet: 'rule answer R78 --answer yes --document NUMBER --plan 1'"
        #expect(open.contains(told), "\(open)")
        let steps = try bureau.done("checker", "review", "show", "1", "--format", "json").json()
        #expect(steps.first { $0.text("step") == "pass" }?["open"] as? Bool == true, "\(steps)")
        #expect(!open.contains("R77"))

        // The rules were asked before; what is answered since counts all the same, in either direction.
        try bureau.done("drafter", "rule", "answer", "R80", "--answer", "no", "--plan", "1")
        try bureau.refused("checker", "review", "move", "1", "pass", saying: "R80 is answered by no: Does every change")
        let answer = ["rule", "answer", "R80", "--answer", "yes", "--plan", "1"] + document
        try #require(try bureau.tuban("drafter", answer).status == 0)
        let passed = try bureau.done("checker", "review", "move", "1", "pass").out
        #expect(passed.contains("submitted") && passed.contains("nobody has answered R78 R79 yet"), "\(passed)")
        try bureau.done("drafter", "journal", "verify")
    }
}
