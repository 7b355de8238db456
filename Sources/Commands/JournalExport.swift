import ArgumentParser
import Phrases
import Store

/// What a proof without us needs.
struct JournalExport: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: say("Write what proves the journal without tuban.", "导出无须本软件即可校验的证据。"),
        discussion: say(
            "Writes every entry as the bytes that are hashed, every signed text with its signature, what each plan said when it was decided, the keys, and SHA256SUMS; README.txt there gives the commands of coreutils and OpenSSH that check them.",
            "导出每条日志参与散列的字节、每份签名文本及签名、作出决定时规划的内容、公钥与 SHA256SUMS；其中 README.txt 列出用 coreutils 与 OpenSSH 校验的命令。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("A folder that is not there yet.", "尚不存在的文件夹。")), completion: .directory)
    var folder: String
    @Option(
        help: ArgumentHelp(say("Only the entries of this plan and of the roster.", "仅导出此规划与名册的条目。"))) var plan: Int64?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        if let plan { _ = try project.plan(plan) }
        let (proof, files) = try project.exportJournal(
            to: folder, plan: plan, readme: Self.readme, isValid: SSHSignature.isValid
        ) { done, total in
            try context.progress.tell(Int(done), of: Int(total), say("entries written", "条日志已导出"))
        }
        let title = say(
            "\(folder): \(counted(files, "file")); \(folder)/README.txt tells how to check them.",
            "\(folder)：共 \(files) 个文件；校验方法见 \(folder)/README.txt。")
        guard let fault = proof.fault else {
            return Report(title: title, notes: ["\(proof.head.id):\(proof.head.hash)"])
        }
        return Report(title: title, notes: [fault.sentence.description], status: 1)
    }

    /// Also tried by a test, command by command.
    static let readme = """
        How to prove a decision with sha256sum and ssh-keygen alone
        用 sha256sum 与 ssh-keygen 校验决定

        1. The files are what was exported.  文件完整
           sha256sum -c SHA256SUMS

        2. The entries are a chain: each starts with the hash of the one before it (`64:` and 64 digits), so that one
           hash, the last, stands for all. Compare it with the head on a decision sheet.
           日志逐条相连：每条以前一条的散列值开头；末条散列值代表全部，可与决定书上的日志头比对。
           last=$(printf '0%.0s' $(seq 64))
           for row in rows/*; do
               test "$(head -c 67 "$row" | tail -c 64)" = "$last" || echo "$row does not follow"
               last=$(sha256sum < "$row" | cut -c 1-64)
           done; echo "$last"
           (With --plan only the entries of one plan and of the roster are here, and they do not follow one another.)

        3. A decision was signed by whom it names.  决定由署名人签署
           cat signed/0000012.txt
           ssh-keygen -Y verify -f allowed_signers -I LOGIN -n tuban -s signed/0000012.sig < signed/0000012.txt
           LOGIN stands in the text as `by`. The keys in allowed_signers are the roster's: the signed texts that start
           with `tuban roster` say who gave whom which key and which roles, and are checked in the same way. The first
           of them is signed with the founder's own key: make sure of that one by other means.
           LOGIN 即文本中的 by。allowed_signers 中的公钥来自名册；以 tuban roster 开头的签名文本说明何人登记了哪个公钥与角色，
           校验方法相同；其中第一份由创建者以自己的公钥签署，须另行核实。

        4. It is about this plan.  决定针对此规划
           The text names the plan's content by its hash:  sha256sum plans/*.txt

        5. Nothing before it was changed since.  此前的日志未被改动
           The text names an entry and its hash as `journal`:  sha256sum rows/0000011

        """
}
