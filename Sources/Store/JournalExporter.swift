import Foundation
import GRDB
import Phrases

/// Writes what a journal is proved from, as files that `sha256sum` and `ssh-keygen` check without us:
///
///     rows/0000012          the bytes of entry 12 that are hashed; they start with the hash of entry 11
///     signed/0000012.txt    what was signed with entry 12, and by whom
///     signed/0000012.sig    the signature
///     plans/HASH.txt        what a plan said, by the hash that decisions name
///     allowed_signers       the keys of the roster, each from the entry at which it was given
///     SHA256SUMS            the hashes of all of these; of a row, its hash in the journal
final class JournalExporter {
    private let folder: URL
    /// Of one plan only, with the rows of the roster; nil for the whole journal.
    private let plan: Int64?
    private var sums = ""
    private var written: Set<String> = []
    private var signers: [String] = []
    private(set) var count = 0

    /// - Parameter path: a folder that is not there yet.
    init(path: String, plan: Int64?) throws {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        self.plan = plan
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Refusal(.cannotCreate, "\(path) is already there; choose another name.", "\(path) 已存在，请另取名称。")
        }
        do {
            for name in ["rows", "signed", "plans"] {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name), withIntermediateDirectories: true)
            }
        } catch {
            throw Refusal(.cannotCreate, "The folder \(path) cannot be made.", "无法建立文件夹 \(path)。")
        }
    }

    private func isWanted(_ row: JournalRow) -> Bool {
        plan == nil || row.plan == plan || row.id == 1 || row.kind == .roster
    }

    /// `0000012`, so that names sort like numbers.
    private static func name(_ id: Int64) -> String {
        let digits = String(id)
        return String(repeating: "0", count: max(0, 7 - digits.count)) + digits
    }

    private func write(_ data: Data, _ name: String) throws {
        do { try data.write(to: folder.appending(path: name)) } catch {
            let path = folder.appending(path: name).path
            throw Refusal(.inputOutput, "\(path) cannot be written.", "无法写入 \(path)。")
        }
        let digest = Digest()
        data.withUnsafeBytes(digest.update)
        sums += "\(digest.finish())  \(name)\n"
        count += 1
    }

    func add(_ row: JournalRow) throws {
        guard isWanted(row) else { return }
        var data = Data()
        row.write { data.append(contentsOf: $0) }
        try write(data, "rows/\(Self.name(row.id))")
    }

    func add(_ text: String, _ signature: String, of row: JournalRow, by key: String) throws {
        let line = "\(row.who) namespaces=\"tuban\" \(key)"
        if !signers.contains(line) { signers.append(line) }
        guard isWanted(row) else { return }
        try write(Data(text.utf8), "signed/\(Self.name(row.id)).txt")
        try write(Data(signature.utf8), "signed/\(Self.name(row.id)).sig")
    }

    /// What a plan says at this moment of the replay.
    func addContent(of plan: Int64, hash: String, in db: Database) throws {
        guard self.plan == nil || self.plan == plan, written.insert(hash).inserted else { return }
        var text = ""
        try PlanContent.write(of: plan, in: db) { text += $0 }
        try write(Data(text.utf8), "plans/\(hash).txt")
    }

    /// Writes what stands over the others, and how to check them all.
    func finish(readme: String) throws {
        try write(Data(signers.map { $0 + "\n" }.joined().utf8), "allowed_signers")
        try write(Data(readme.utf8), "README.txt")
        let all = sums
        try write(Data(all.utf8), "SHA256SUMS")
    }
}

extension Project {
    /// Proves the journal, and writes all that it is proved from into a folder.
    ///
    /// - Parameters:
    ///   - path: a folder that is not there yet.
    ///   - plan: only the rows of this plan and of the roster; nil for all.
    /// - Returns: the proof, and how many files were written. Where the proof fails, what came before the first fault is there.
    package func exportJournal(
        to path: String, plan: Int64? = nil, readme: String, _ witnesses: JournalWitnesses = JournalWitnesses(),
        isValid: @escaping @Sendable (_ signature: String, _ text: String, _ key: String) throws -> Bool,
        tell: (Int64, Int64) throws -> Void = { _, _ in }
    ) throws -> (proof: JournalProof, files: Int) {
        let exporter = try JournalExporter(path: path, plan: plan)
        let proof = try read { db in
            try Self.prove(witnesses, in: db, exporter: exporter, isValid: isValid, tell: tell)
        }
        try exporter.finish(readme: readme)
        return (proof, exporter.count)
    }
}
