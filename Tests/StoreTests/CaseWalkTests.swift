import Foundation
import Phrases
import Planning
import Testing

@testable import Store

/// The same table, tried on a real project: at each stage of a plan's way everybody tries every step.
@Suite struct CaseWalkTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let people: [Person] = [
        Person(login: "li", roles: [.drafter], key: "ssh-ed25519 li"),
        Person(login: "wang", roles: [.checker], key: "ssh-ed25519 wang"),
        Person(login: "qian", roles: [.reviewer, .expert], key: "ssh-ed25519 qian"),
        Person(login: "zhao", roles: [.approver], key: "ssh-ed25519 zhao"),
        Person(login: "sun", level: .city, roles: [.approver, .reviewer], key: "ssh-ed25519 sun"),
        Person(login: "zhou", roles: [.publisher, .monitor], key: "ssh-ed25519 zhou"),
    ]

    @Test(
        "At every stage exactly those can take a step whom the table lets",
        arguments: [
            (
                PlanKind.siteSelection,
                ["li submit", "wang pass", "qian accept", "qian endorse", "zhao approve"]
            ),
            (
                .conversionBatch,
                [
                    "li submit", "li recall", "li submit", "wang return", "li submit", "wang pass", "qian accept",
                    "qian endorse", "zhao approve", "sun return", "li submit", "wang pass", "qian accept",
                    "qian endorse", "zhao approve", "sun approve",
                ]
            ),
        ])
    func walk(kind: PlanKind, way: [String]) throws {
        let project = try Project.create(at: scratch.path("a.gpkg"), title: "board", who: "zhang")
        try project.addClasses(ClassTable.standard.classes, line: "class add")
        let layer = try project.addBoard(columns: 6, rows: 4)
        try Bureau.keep(Person(login: "zhang", roles: [.administrator, .drafter], key: Bureau.founderKey), project)
        for person in Self.people { try Bureau.keep(person, project) }
        let everybody = try (Self.people.map(\.login) + ["zhang", "nobody"]).map {
            try Project.open(at: project.path, who: $0)
        }
        defer { for one in everybody + [project] { try? one.close() } }
        let drafter = try #require(everybody.first { $0.who == "li" })
        let plan = try drafter.newPlan("p", kind: kind, base: layer, line: "plan new p").id
        _ = try drafter.setClass(of: [5], to: .plan2023("0701"), in: plan, line: "plan set-class 5")
        try project.change { db in
            try db.execute(
                sql: """
                    INSERT INTO rule_run(time, who, plan, scope, journal, data_date, rules)
                    SELECT '', 'li', ?, 'draft', max(id), '', 0 FROM journal
                    """, arguments: [plan])
        }
        let allowed = CaseTableTests.allowed(kind)
        let names = Set(allowed.map(\.step)).sorted() + ["no-such-step"]
        for step in way + ["nobody stops"] {
            let stage = try project.plan(plan).stage
            for one in everybody {
                for name in names {
                    let person = Self.people.first { $0.login == one.who }
                    let row = allowed.first { row in
                        row.stage == stage && row.step == name && person?.roles.contains(row.role) == true
                            && (row.level == nil || row.level == person?.level)
                    }
                    let request = MoveRequest(plan: plan, step: name, reasonCode: "data", reason: "so it is")
                    let what = "\(kind.rawValue) \(stage) \(name) by \(one.who)"
                    do {
                        let move = try one.prepare(request)
                        #expect(move.event.to == row?.to, "\(what)")
                    } catch let refusal as Refusal {
                        #expect(row == nil && refusal.kind == .notAllowed, "\(what): \(refusal)")
                        #expect(refusal.description.hasPrefix("Plan \(plan)"), "\(what): \(refusal)")
                    }
                }
                // Without a reason none of those that need one can be taken.
                for name in ["return", "withdraw", "refuse"] {
                    #expect(throws: Refusal.self) { try one.prepare(MoveRequest(plan: plan, step: name)) }
                }
            }
            let words = step.split(separator: " ").map(String.init)
            guard let one = everybody.first(where: { $0.who == words[0] }), words[0] != "nobody" else { break }
            let needsReason = words[1] == "return"
            try Bureau.move(
                one, plan, words[1], reason: needsReason ? "data" : "", text: needsReason ? "so it is" : "")
        }
        #expect(try project.plan(plan).stage == "approved")
        #expect(try project.proof().fault == nil)
    }

    @Test("Who signed while the plan moved signs nothing; a comment in between does no harm")
    func moved() throws {
        let bureau = try Bureau(at: scratch.path("a.gpkg"))
        let (wang, qian) = (try bureau.open("wang"), try bureau.open("qian"))
        defer { for one in [wang, qian] { try? one.close() } }
        try Bureau.move(wang, 1, "pass")
        try Bureau.move(wang, 1, "accept")
        let move = try wang.prepare(MoveRequest(plan: 1, step: "endorse"))
        let signature = Bureau.sign(move.statement.text, move.key)
        // Another reviewer sends it back meanwhile.
        try Bureau.move(qian, 1, "return", reason: "data", text: "no")
        #expect(throws: PlanMoved.self) { try wang.commit(move, signature: signature, line: "") }
        try bureau.act(as: "li") { try Bureau.move($0, 1, "submit") }
        try Bureau.move(wang, 1, "pass")
        try Bureau.move(wang, 1, "accept")
        let again = try wang.prepare(MoveRequest(plan: 1, step: "endorse"))
        _ = try qian.addRemark("hm", on: .plan, of: 1, line: "review comment")
        try wang.commit(again, signature: Bureau.sign(again.statement.text, again.key), line: "")
        #expect(try wang.proof().fault == nil)
    }

    @Test("A change of the roster that meets another one while it is signed is refused")
    func rosterMoved() throws {
        let bureau = try Bureau(at: scratch.path("a.gpkg"))
        let (one, other) = (try bureau.open("zhang"), try bureau.open("zhang"))
        defer { for project in [one, other] { try? project.close() } }
        let row = try one.prepare(Person(login: "sun", roles: [.drafter]))
        try Bureau.keep(Person(login: "zhou", roles: [.drafter]), other)
        let text = row.statement(project: try one.identity()).text
        let refusal = #expect(throws: Refusal.self) {
            try one.keep(row, signature: Bureau.sign(text, Bureau.founderKey), line: "roster set sun")
        }
        #expect(refusal?.kind == .busy && refusal?.description.contains("roster was changed") == true)
        #expect(try one.roster().people["sun"] == nil && one.proof().fault == nil)
    }
}
