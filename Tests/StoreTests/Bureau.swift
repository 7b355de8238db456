import Foundation
import GRDB
import Geometry
import Planning
import Testing

@testable import Store

/// An office of five, and two plans on their way: a small project whose journal has a row of every kind. Signatures are
/// hashes over key and text, so that thousands can be made and checked; what OpenSSH makes of it is tried elsewhere.
struct Bureau {
    let path: String
    private static let keys = ["zhang", "li", "wang", "zhao", "qian"].reduce(into: [:]) { $0[$1] = "ssh-ed25519 \($1)" }

    static let founderKey = "ssh-ed25519 zhang"

    static func sign(_ text: String, _ key: String) -> String { Digest.of("\(key) \(text)") }

    static let isValid: @Sendable (String, String, String) -> Bool = { sign($1, $2) == $0 }

    func open(_ who: String) throws -> Project { try Project.open(at: path, who: who) }

    /// Does something as somebody.
    @discardableResult
    func act<T>(as who: String, _ body: (Project) throws -> T) throws -> T {
        let project = try open(who)
        let result = try body(project)
        try project.close()
        return result
    }

    /// - Parameter path: where one lies already.
    init(of path: String) { self.path = path }

    /// - Parameter path: where nothing is yet.
    init(at path: String) throws {
        self.path = path
        let project = try Project.create(at: path, title: "board", who: "zhang")
        try project.addClasses(ClassTable.standard.classes, line: "class add")
        _ = try project.addBoard(columns: 6, rows: 4)
        try Self.keep(Person(login: "zhang", roles: [.administrator, .drafter], key: Self.founderKey), project)
        try Self.keep(Person(login: "li", name: "李", roles: [.drafter]), project)
        for (login, roles) in [
            ("wang", [Role.checker, .reviewer]), ("zhao", [.approver]), ("qian", [.publisher, .reviewer]),
        ] {
            try Self.keep(Person(login: login, roles: Set(roles), key: Self.keys[login] ?? ""), project)
        }
        let rulebook = try project.prepareRulebook(
            .calendar, text: "first,last,is,name_en,name_zh,source\n2031-01-01,2031-01-01,rest,a,b,c\n")
        try project.keep(
            rulebook, signature: Self.sign(rulebook.statement(project: project.identity()).text, Self.founderKey),
            line: "workflow calendar")
        try project.close()
        try act(as: "li") { project in
            let layer = try project.layer(named: "DLTB")
            let plan = try project.newPlan("north", kind: .siteSelection, base: layer, line: "plan new north").id
            _ = try project.setClass(of: [5, 6, 7], to: .plan2023("0701"), in: plan, line: "plan set-class 5-7")
            _ = try project.setClass(of: [8], to: .plan2023("1001"), in: plan, line: "plan set-class 8")
            _ = try project.undo(in: plan, line: "undo")
            _ = try project.attach("see there", content: nil, to: 6, at: nil, in: plan, line: "plan attach")
            _ = try project.addDocument(
                "request", kind: .request, content: Data("please".utf8), to: plan, line: "review document")
            try Self.move(project, plan, "submit")
            try project.change { db in
                try db.execute(
                    sql: """
                        INSERT INTO rule_run(time, who, plan, scope, journal, data_date, rules)
                        SELECT '', 'li', ?, 'draft', max(id), '', 0 FROM journal
                        """, arguments: [plan])
            }
            let copy = try project.copyPlan(plan, title: "south", line: "plan copy 1 south")
            _ = try project.setClass(
                of: [9], to: .plan2023("0702"), in: copy.plan.id, line: "plan set-class 9")
        }
    }

    /// The plan goes on: checked, reviewed, approved.
    func approve(_ plan: Int64 = 1) throws {
        try act(as: "wang") { project in
            try Self.move(project, plan, "pass")
            try Self.move(project, plan, "accept")
            let objection = try project.addRemark(
                "not so", isObjection: true, on: .parcel(6), of: plan, line: "review comment")
            _ = try project.addRemark("why", on: .parcel(6), of: plan, thread: objection, line: "review comment")
            try project.endRemark(objection, line: "review resolve")
            let opinion = try project.addOpinion(
                "good", of: .department, name: "Water", received: "2026-01-05", on: plan, line: "review opinion")
            try project.answerOpinion(opinion, "adopted", reason: "so done", line: "review answer")
            try project.assign(plan, to: "wang", line: "review assign")
            try Self.move(project, plan, "endorse")
            try Self.move(project, plan, "take-back")
            try Self.move(project, plan, "endorse")
        }
        // The approver is away.
        try act(as: "zhao") { project in
            let row = try project.prepareDeputy(of: "zhao", deputy: "qian", from: project.today, to: "2999-12-31")
            try project.keep(
                row, signature: Self.sign(row.statement(project: project.identity()).text, Self.keys["zhao"] ?? ""),
                line: "roster deputy")
        }
        try act(as: "qian") { try Self.move($0, plan, "approve") }
    }

    /// The plan is written into the one map.
    func publish(_ plan: Int64 = 1) throws { try act(as: "qian") { try Self.move($0, plan, "publish") } }

    static func keep(_ person: Person, _ project: Project) throws {
        let row = try project.prepare(person)
        let key = try project.roster().people[project.who]?.key ?? ""
        let text = row.statement(project: try project.identity()).text
        try project.keep(row, signature: sign(text, key.isEmpty ? person.key : key), line: "roster set \(person.login)")
    }

    @discardableResult
    static func move(
        _ project: Project, _ plan: Int64, _ step: String, reason: String = "", text: String = ""
    ) throws -> CaseEvent {
        let move = try project.prepare(MoveRequest(plan: plan, step: step, reasonCode: reason, reason: text))
        return try project.commit(
            move, signature: move.event.isDecision ? sign(move.statement.text, move.key) : "",
            line: "review move \(plan) \(step)")
    }

    static func witnesses(head: JournalAnchor? = nil, trust: Bool = true) -> JournalWitnesses {
        JournalWitnesses(
            keys: trust ? [founderKey] : [],
            heads: head.map { [.init(id: $0.id, hash: $0.hash, source: .init("--head", "--head"))] } ?? [])
    }
}

extension Project {
    func proof(_ witnesses: JournalWitnesses = Bureau.witnesses()) throws -> JournalProof {
        try prove(witnesses, isValid: Bureau.isValid)
    }
}
