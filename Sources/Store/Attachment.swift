import Foundation
import GRDB
import Geometry
import Phrases

/// A note or a document that hangs on a feature or a place of a plan.
package struct Attachment: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var plan: Int64
    package var uid: Int64?
    package var place: Point?
    package var isDocument: Bool
    package var title: String
    /// How long a document is, in bytes.
    package var size: Int64
    /// SHA-256 of a document, lower-case hexadecimal.
    package var hash: String?
    package var who: String
    package var time: String

    package init(row: Row) {
        id = row["id"]
        plan = row["plan"]
        uid = row["uid"]
        if let x = row["x"] as Double?, let y = row["y"] as Double? { place = Point(x: x, y: y) }
        isDocument = row["kind"] == "document"
        title = row["title"]
        size = row["size"] ?? 0
        hash = row["hash"]
        who = row["who"]
        time = row["time"]
    }
}

extension Project {
    /// The largest document that a project takes, in bytes: a changeset holds it a second time.
    private static let largest = 64 << 20

    /// Hangs a note, or a document with its bytes, on a feature or a place.
    ///
    /// - Parameters:
    ///   - title: the note itself, or what the document is called.
    ///   - content: a document's bytes; nil for a note.
    package func attach(
        _ title: String, content: Data?, to uid: Int64?, at place: Point?, in plan: Int64, line: String
    ) throws -> StepOutcome {
        guard !title.trimmed.isEmpty else {
            throw Refusal(.usage, "Nothing was attached: the note is empty.", "未附加：备注为空。")
        }
        guard uid != nil || place != nil else {
            throw Refusal(
                .usage, "What does it hang on? Name a parcel, or a place with --at.", "请指明图斑，或用 --at 给出位置。")
        }
        guard content?.count ?? 0 <= Self.largest else {
            throw Refusal(
                .usage, "\(title) was not attached: it is larger than 64 MiB; attach an extract of it.",
                "\(title) 未附加：超过 64 MiB，请附加摘要。")
        }
        return try step(line: line, plan: plan) { db, step in
            if let uid {
                let op = try String.fetchOne(
                    db, sql: "SELECT op FROM plan_edit WHERE plan = ? AND uid = ?", arguments: [plan, uid])
                let isBase =
                    try Bool.fetchOne(
                        db, sql: "SELECT EXISTS (SELECT 1 FROM feature WHERE uid = ? AND valid_to IS NULL)",
                        arguments: [uid]) ?? false
                guard op != "remove", op != nil || isBase else {
                    throw Refusal(
                        .noInput, "Nothing was attached: plan \(plan) has no feature \(uid).",
                        "未附加：规划 \(plan) 中没有要素 \(uid)。")
                }
            }
            let digest = content.map { bytes in
                let digest = Digest()
                bytes.withUnsafeBytes { digest.update($0) }
                return digest.finish()
            }
            try db.execute(
                sql: """
                    INSERT INTO attachment(id, plan, step, uid, x, y, kind, title, content, hash, who, time)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    try Self.nextNumber("attachment", in: db), plan, step, uid, place?.x, place?.y,
                    content == nil ? "note" : "document", title, content, digest, who, Self.now(),
                ])
        }
    }

    package func content(ofAttachment id: Int64) throws -> Data? {
        try read { db in try Data.fetchOne(db, sql: "SELECT content FROM attachment WHERE id = ?", arguments: [id]) }
    }

    /// What hangs on a feature of a plan, or on the whole plan, oldest first.
    package func attachments(in plan: Int64, of uid: Int64? = nil) throws -> [Attachment] {
        try read { db in
            try Attachment.fetchAll(
                db,
                sql: """
                    SELECT id, plan, uid, x, y, kind, title, length(content) AS size, hash, who, time FROM attachment
                    WHERE plan = :plan AND (:uid IS NULL OR uid = :uid) ORDER BY id
                    """, arguments: ["plan": plan, "uid": uid])
        }
    }
}
