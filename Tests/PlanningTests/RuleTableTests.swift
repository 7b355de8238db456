import Phrases
import Testing

@testable import Planning

struct RuleTableTests {
    @Test("The table holds the 82 rules of the trade, by severity and by what decides them")
    func standard() {
        let rules = RuleTable.standard
        #expect(rules.map(\.id) == (1...82).map { $0 < 10 ? "R0\($0)" : "R\($0)" })
        // 48 block, 21 need approval, 12 warn, 1 is a note.
        #expect(Rule.Severity.allCases.map { s in rules.count { $0.severity == s } } == [48, 21, 12, 1])
        #expect(rules.filter { !$0.decision.isComputed }.map(\.id) == ["R77", "R78", "R79", "R80"])
        for rule in rules { #expect(rule.message.english != rule.message.chinese && !rule.basis.isEmpty, "\(rule.id)") }
    }

    @Test(
        "A fault names file and line",
        arguments: [
            ("block", "grave", "severity"), ("geometry", "chance", "decided_by"), ("change*SD", "change*", "pair"),
            ("change|SD", "ch ange", "input"), ("2020-01-01", "soon", "day"), ("SELECT", "", "condition"),
        ])
    func faults(from: String, to: String, word: String) throws {
        let head =
            "id,severity,decided_by,inputs,pairs,condition,tolerance,unit,valid_from,message_en,message_zh,"
            + "basis,basis_version,remedy_en,remedy_zh\n"
        let row = "A1,block,geometry,change|SD,change*SD,SELECT,1,m2,2020-01-01,a,b,c,d,e,f\n"
        #expect(try RuleTable.rules(csv: head + row, file: "x.csv").count == 1)
        let wrong = row.replacing(from, with: to)
        let fault = #expect(throws: TableFault.self) { try RuleTable.rules(csv: head + wrong, file: "x.csv") }
        #expect(fault?.file == "x.csv" && fault?.line == 2)
        #expect(fault?.reason.english.contains(word) == true, "\(fault?.reason.english ?? "")")
    }

    @Test("A rule that stands twice is refused")
    func twice() {
        let head =
            "id,severity,decided_by,inputs,condition,tolerance,unit,valid_from,message_en,message_zh,basis,"
            + "basis_version,remedy_en,remedy_zh\n"
        let row = "A1,block,question,,Yes?,,,,a,b,c,d,e,f\n"
        #expect(throws: TableFault.self) { try RuleTable.rules(csv: head + row + row, file: "x.csv") }
    }

    @Test("A rule is in force from its first day to its last")
    func force() throws {
        let rule = try #require(RuleTable.standard.first { $0.id == "R30" })
        #expect(!rule.isInForce(on: "2026-03-14") && rule.isInForce(on: "2026-03-15"))
    }
}
