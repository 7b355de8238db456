import Commands
import Foundation
import Planning
import Rig
import Store

/// `journal verify` on 100,000 entries, held against hashing the same bytes and checking the same signatures alone.
struct ProofBench {
    let rows = 100_000
    private let folder = ".bench/proof"
    private var county: String { "\(folder)/county.gpkg" }

    /// Who acts; each has a key, and what they sign is signed by OpenSSH.
    private static let people: [(login: String, roles: Set<Role>)] = [
        ("head", [.administrator]), ("drafter", [.drafter]), ("reviewer", [.checker, .reviewer]),
        ("approver", [.approver]),
    ]

    func run() throws -> [Row] {
        guard Tool.path("ssh-keygen") != nil else { return [] }
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Tool.run(
            product(named: "tuban"),
            ["sample", county, "--parcels", "1000", "--years", "2025", "--layers", "DLTB_2025"])
        try employ()
        try work()
        let project = try Project.open(at: county, readOnly: true)
        defer { try? project.close() }
        let signed = try signatures(project)
        var (hashing, checking, proving) = (0.0, 0.0, 0.0)
        hashing = try Clock.seconds { _ = try project.verifyJournal() }
        checking = try Clock.seconds {
            for one in signed { _ = try SSHSignature.isValid(one.signature, of: one.text, by: one.key) }
        }
        var proof: JournalProof?
        proving = try Clock.seconds { proof = try project.prove(isValid: SSHSignature.isValid) }
        var unsigned: JournalProof?
        let replaying = try Clock.seconds { unsigned = try project.prove(isValid: { _, _, _ in true }) }
        guard let proof, proof.fault == nil, unsigned?.fault == nil else {
            throw BenchFault(what: proof?.fault?.sentence.english ?? "no proof")
        }
        return [
            Row(
                what: "journal verify, \(proof.signatures) signatures", size: Int(proof.rows), ours: proving,
                peer: hashing + checking, peerName: "hashing, then ssh-keygen alone", unit: "s", goal: .ratio(2)),
            Row(
                what: "journal verify but for signatures", size: Int(proof.rows), ours: replaying, peer: hashing,
                peerName: "hashing alone", unit: "s", goal: .none),
        ]
    }

    private struct BenchFault: Error, CustomStringConvertible {
        var what: String
        var description: String { "The journal of the bench is not proved: \(what)" }
    }

    private func key(_ login: String) -> String { "\(folder)/\(login)_key" }

    private func sign(_ text: SignedText, _ login: String) throws -> String {
        try SSHSignature.sign(
            text.text, publicKey: try SSHSignature.publicKey(in: key(login) + ".pub"), file: key(login), mayAsk: false)
    }

    /// The roster, and a workflow that does not ask for the rules: they are measured elsewhere.
    private func employ() throws {
        let project = try Project.open(at: county, who: "head")
        defer { try? project.close() }
        for (login, roles) in Self.people {
            try Tool.run(
                Tool.path("ssh-keygen") ?? "", ["-q", "-t", "ed25519", "-N", "", "-C", login, "-f", key(login)])
            let person = Person(
                login: login, roles: roles, key: try SSHSignature.publicKey(in: key(login) + ".pub"))
            let row = try project.prepare(person)
            try project.keep(
                row, signature: try sign(row.statement(project: project.identity()), "head"),
                line: "roster set \(login)")
        }
        let text = Workflow.standardText.replacing("checks|", with: "").replacing(",checks,", with: ",,")
        let table = try project.prepareRulebook(.workflow, text: text)
        try project.keep(
            table, signature: try sign(table.statement(project: project.identity()), "head"), line: "workflow set")
    }

    /// Plans of fifty entries each: drafted, commented on, endorsed, approved.
    private func work() throws {
        let (drafter, reviewer, approver) = (
            try Project.open(at: county, who: "drafter"), try Project.open(at: county, who: "reviewer"),
            try Project.open(at: county, who: "approver")
        )
        defer { for project in [drafter, reviewer, approver] { try? project.close() } }
        guard let survey = try drafter.newestSurvey() else { return }
        let code = LandUseCode.plan2023("0701")
        func move(_ project: Project, _ plan: Int64, _ step: String) throws {
            let move = try project.prepare(MoveRequest(plan: plan, step: step))
            let signature = move.event.isDecision ? try sign(move.statement, project.who) : ""
            try project.commit(move, signature: signature, line: "review move \(plan) \(step)")
        }
        while try drafter.journalHead()?.id ?? 0 < rows {
            let plan = try drafter.newPlan("bench", kind: .siteSelection, base: survey, line: "plan new bench").id
            for step in 0..<6 {
                _ = try drafter.setClass(
                    of: [1 + (plan * 7 + Int64(step)) % 900], to: code, in: plan, line: "plan set-class")
            }
            try move(drafter, plan, "submit")
            try move(reviewer, plan, "pass")
            try move(reviewer, plan, "accept")
            for number in 0..<18 {
                let remark = try reviewer.addRemark(
                    "图斑 \(number) 的用途与邻地不协调，请说明。", isObjection: number % 2 == 0, on: .plan, of: plan,
                    line: "review comment")
                try reviewer.endRemark(remark, line: "review resolve")
            }
            let opinion = try reviewer.addOpinion(
                "no objection", of: .department, name: "Water", received: "2026-01-05", on: plan, line: "review opinion"
            )
            try reviewer.answerOpinion(opinion, "adopted", reason: "thanks", line: "review answer")
            try move(reviewer, plan, "endorse")
            try move(approver, plan, "approve")
        }
    }

    private func signatures(_ project: Project) throws -> [(signature: String, text: String, key: String)] {
        let (identity, roster) = (try project.identity(), try project.roster())
        return try project.plans().flatMap { plan in
            try project.events(of: plan.id).filter { !$0.signature.isEmpty }.map { event in
                (event.signature, event.statement(project: identity).text, roster.people[event.who]?.key ?? "")
            }
        }
    }
}
