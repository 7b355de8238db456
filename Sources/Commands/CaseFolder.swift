import Documents
import Foundation
import Phrases
import Planning
import Store

/// The file of a case as files: what was decided and signed, on what, and everything that led there.
struct CaseFolder {
    let plan: Plan
    let project: Project

    init(_ plan: Plan, of project: Project) { (self.plan, self.project) = (plan, project) }

    func fill(_ folder: inout DocumentFolder) throws {
        let pages = try CasePages(plan, of: project)
        let identity = try project.identity()
        let common = try pages.common()
        try folder.put(pages.reviewReport(common), "report")
        if pages.events.contains(where: { !$0.firstDay.isEmpty }) { try folder.put(pages.bulletin(common), "bulletin") }
        // What decisions are about; its SHA-256 is the one that they name.
        var content = Data()
        try project.writeContent(of: plan.id) { content.append(contentsOf: Data($0.utf8)) }
        try folder.put(content, "plan-content.txt")
        for event in pages.events where event.isDecision {
            let name = "decisions/\(event.id)-\(event.step)"
            try folder.put(pages.decisionSheet(event.id, common), name)
            try folder.put(event.statement(project: identity).text, "\(name).statement")
            try folder.put(event.signature, "\(name).statement.sig")
        }
        let signers = pages.keys.sorted { $0.key < $1.key }.flatMap { login, keys in
            keys.map { "\(login) namespaces=\"\(SSHSignature.namespace)\" \($0.key)\n" }
        }
        try folder.put(signers.joined(), "allowed_signers")
        for file in try project.documents(of: plan.id) {
            guard let data = try project.content(ofDocument: file.id) else { continue }
            try folder.put(data, "documents/\(file.id)-\(file.kind.rawValue)-\(Self.name(file.title, of: data))")
        }
        for file in try project.attachments(in: plan.id) {
            guard let data = try project.content(ofAttachment: file.id) else { continue }
            try folder.put(data, "attachments/\(file.id)-\(Self.name(file.title, of: data))")
        }
        let journal = try Array(project.journal(limit: Int.max / 2, plan: plan.id).reversed())
        var table = JournalList.report(journal)
        table.columns.append(.init("hash", "Hash", "散列值"))
        for (row, entry) in journal.enumerated() { table.rows[row].append(.text(entry.hash)) }
        try folder.put(table.printed(as: .csv), "journal.csv")
        let head = try project.journalHead()
        try folder.put(head.map { "\($0.id) \($0.hash)\n" } ?? "", "journal-head.txt")
    }

    /// A title as the name of a file that other programs open: with the ending that its bytes tell.
    static func name(_ title: String, of data: Data) -> String {
        let kinds: [(start: [UInt8], ending: String)] = [
            (Array("%PDF".utf8), "pdf"), ([0x89, 0x50, 0x4E, 0x47], "png"), ([0xFF, 0xD8, 0xFF], "jpg"),
            (Array("GIF8".utf8), "gif"), ([0x49, 0x49, 0x2A, 0], "tif"), ([0x4D, 0x4D, 0, 0x2A], "tif"),
            (Array("SQLite format 3".utf8), "gpkg"), (Array("<!doctype html".utf8), "html"),
            (Array("<!DOCTYPE html".utf8), "html"),
            (Array("{\\rtf".utf8), "rtf"), (Array("PK".utf8), "zip"), ([0xD0, 0xCF, 0x11, 0xE0], "doc"),
        ]
        let name = DocumentFolder.safe(title)
        let ending = (name as NSString).pathExtension
        // A number as in `国函〔2026〕9.1` is no ending.
        if (2...5).contains(ending.utf8.count), ending.contains(where: \.isLetter) { return name }
        if let kind = kinds.first(where: { data.starts(with: $0.start) }) { return "\(name).\(kind.ending)" }
        return String(validating: data, as: UTF8.self) == nil ? name : "\(name).txt"
    }
}
