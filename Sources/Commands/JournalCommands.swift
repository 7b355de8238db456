import ArgumentParser
import Phrases
import Store

struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: say("Who did what, when.", "操作日志。"),
        subcommands: [JournalList.self, JournalVerify.self, JournalExport.self])
}

struct JournalList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the newest entries.", "列出最近的日志。"))
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 50
    @Option(help: ArgumentHelp(say("Of this plan only.", "只看此规划。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        Self.report(try context.project().journal(limit: max(1, limit), plan: plan))
    }

    static func report(_ entries: [JournalEntry]) -> Report {
        Report(
            title: "",
            columns: [
                .init("entry", "Entry", "序号", number: true), .init("time", "Time", "时间"), .init("who", "Who", "操作人"),
                .init("kind", "Kind", "类型"), .init("plan", "Plan", "规划", number: true),
                .init("step", "Step", "步", number: true), .init("line", "Line", "命令"), .init("detail", "Detail", "说明"),
            ],
            rows: entries.map { entry in
                [
                    .integer(entry.id), .text(entry.time), .text(entry.who), .text(entry.kind.rawValue),
                    entry.plan.map { .integer($0) } ?? .null, entry.step.map { .integer($0) } ?? .null,
                    .text(entry.line), .text(entry.detail),
                ]
            })
    }
}

/// Proves the journal, and that the file is what its journal says.
struct JournalVerify: Command {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: say("Prove the journal, its signatures and what it tells.", "校验日志、签名与数据。"),
        discussion: say(
            "Checks the chain of hashes; every signature, by the roster of its moment; every rule of the lives of plans, from what came before; that drafts, cases and published rows are what the journal's changesets make. It names the first entry that fails. Whoever can write the file can also write a new journal, so a proof needs an anchor outside: the founder's public key, and a head that was kept elsewhere (it stands on every decision sheet).",
            "校验散列链、按当时名册验证全部签名、按此前状态重演各步骤的规则，并核对草案、案卷与已发布数据是否与变更集一致；指出第一条不符的日志。能写文件者也能重写日志，因此还须以文件之外的依据为准：创建者公钥，以及另行保存的日志头（每份决定书上均有）。"
        ))
    static var isSlow: Bool { true }
    @Option(
        help: ArgumentHelp(
            say(
                "A public key that you trust; the founder's must be among them. May be given several times.",
                "可信公钥，创建者公钥须在其中；可多次给出。"), valueName: "key.pub"), completion: .file(extensions: ["pub"]))
    var trust: [String] = []
    @Option(
        help: ArgumentHelp(
            say(
                "An entry that must be in the journal, as a decision sheet names it: ID:HASH, or its hash alone. May be given several times.",
                "日志中必须存在的条目，见决定书：序号:散列值，或仅散列值；可多次给出。"), valueName: "head")) var head: [String] = []
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        var witnesses = JournalWitnesses(keys: try trust.map(SSHSignature.publicKey))
        witnesses.heads = try head.map(Self.head)
        if let beside = project.headBeside() {
            witnesses.heads.append(
                .init(
                    id: beside.id, hash: beside.hash,
                    source: Phrase("the head beside the file", "文件旁的日志头")))
        }
        let proof = try project.prove(witnesses, isValid: SSHSignature.isValid) { done, total in
            try context.progress.tell(Int(done), of: Int(total), say("entries verified", "条日志已校验"))
        }
        if let fault = proof.fault { return Report(title: fault.sentence.description, status: 1) }
        return Report(
            title: say(
                "The journal is whole: \(counted(Int(proof.rows), "entry", "entries")), \(counted(proof.signatures, "signature")).",
                "日志完整：共 \(proof.rows) 条，签名 \(proof.signatures) 个。"),
            notes: ["\(proof.head.id):\(proof.head.hash)"] + restingOn(proof, project))
    }

    /// What the proof does not rest on, and what to give it.
    private func restingOn(_ proof: JournalProof, _ project: Project) -> [String] {
        var notes = proof.unvouched.map { range in
            let rows =
                range.count == 1
                ? "Entry \(range.lowerBound) rests" : "Entries \(range.lowerBound) to \(range.upperBound) rest"
            let zeilen = range.count == 1 ? "第 \(range.lowerBound) 条" : "第 \(range.lowerBound) 至 \(range.upperBound) 条"
            return say("\(rows) on nobody's key and on no head.", "\(zeilen)没有任何签名或日志头可作依据。")
        }
        if proof.signatures > 0, !proof.isTrusted {
            notes.append(
                say(
                    "Nothing outside the file vouches for the keys on its roster: --trust ADMIN.pub, the founder's key, does.",
                    "名册中的公钥没有文件之外的依据：可用 --trust 指定创建者公钥。"))
        }
        if head.isEmpty {
            notes.append(
                proof.witnessed > 0
                    ? say(
                        "The head is that of \(project.headFile); whoever can write there can write another. --head takes one that was kept elsewhere.",
                        "日志头取自 \(project.headFile)，能写该处者也能另写；可用 --head 指定另行保存的日志头。")
                    : say("No head from outside says where the journal ends: --head.", "没有外部日志头证明日志止于何处：可用 --head 指定。"))
        }
        return notes
    }

    /// - Throws: `Refusal` for what is no head.
    static func head(_ text: String) throws -> JournalWitnesses.Head {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let hash = parts.last?.lowercased() ?? ""
        let id = parts.count == 2 ? Int64(parts[0]) : nil
        guard parts.count == 1 || (parts.count == 2 && id != nil), hash.wholeMatch(of: /[0-9a-f]{64}/) != nil else {
            throw Refusal(
                .usage,
                "‘\(text)’ is no head; it is an entry's number and hash, as 57:9f86d0…, or the 64 digits of the hash alone.",
                "“\(text)”不是日志头；应为 序号:散列值（如 57:9f86d0…），或仅 64 位散列值。")
        }
        return .init(id: id, hash: hash, source: Phrase("--head", "--head "))
    }
}
