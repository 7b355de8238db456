import Foundation
import GRDB
import Phrases
import Planning

/// A step in the life of a plan, as it was taken.
package struct CaseEvent: Signed, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var plan: Int64
    package var who: String
    /// In whose place; empty in their own.
    package var behalf: String
    package var role: Role
    package var step: String
    package var from: String
    package var to: String
    package var isDecision: Bool
    package var reasonCode: String
    package var reason: String
    package var firstDay: String
    package var lastDay: String
    /// SHA-256 of what the plan says.
    package var content: String
    package var anchor: JournalAnchor
    package var target: Int64?
    package var signature: String

    package var signer: String { who }

    /// The step that takes another back.
    package static let takeBack = "take-back"

    package init(
        time: String, plan: Int64, who: String, behalf: String = "", role: Role, step: String, from: String, to: String,
        isDecision: Bool, reasonCode: String = "", reason: String = "", firstDay: String = "", lastDay: String = "",
        content: String, anchor: JournalAnchor, target: Int64? = nil
    ) {
        (id, self.time, self.plan, self.who, self.behalf, self.role) = (0, time, plan, who, behalf, role)
        (self.step, self.from, self.to, self.isDecision) = (step, from, to, isDecision)
        (self.reasonCode, self.reason, self.firstDay, self.lastDay) = (reasonCode, reason, firstDay, lastDay)
        (self.content, self.anchor, self.target, signature) = (content, anchor, target, "")
    }

    package init(row: Row) {
        (id, time, plan, who, behalf) = (row["id"], row["time"], row["plan"], row["who"], row["behalf"])
        role = Role(rawValue: row["role"]) ?? .monitor
        (step, from, to, isDecision) = (row["step"], row["from_stage"], row["to_stage"], row["decides"])
        (reasonCode, reason) = (row["reason_code"], row["reason"])
        (firstDay, lastDay, content) = (row["first_day"], row["last_day"], row["content"])
        anchor = JournalAnchor(id: row["anchor"], hash: row["anchor_hash"])
        (target, signature) = (row["target"], row["signature"])
    }

    package func statement(project: String) -> SignedText {
        var text = SignedText("decision")
        text.add("project", project)
        text.add("plan", String(plan))
        text.add("content", content)
        text.add("journal", "\(anchor.id) \(anchor.hash)")
        text.add("stage", from)
        text.add("decision", step)
        text.add("to", to)
        text.add("takes-back", target.map(String.init) ?? "")
        text.add("reason-code", reasonCode)
        text.add("reason", reason)
        text.add("from", firstDay)
        text.add("until", lastDay)
        text.add("role", role.rawValue)
        text.add("by", who)
        text.add("for", behalf)
        text.add("time", time)
        return text
    }

    func insert(_ id: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO case_event(id, time, plan, who, behalf, role, step, from_stage, to_stage, decides,
                    reason_code, reason, first_day, last_day, content, anchor, anchor_hash, target, signature)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, time, plan, who, behalf, role.rawValue, step, from, to, isDecision, reasonCode, reason, firstDay,
                lastDay, content, anchor.id, anchor.hash, target, signature,
            ])
    }
}

extension Project {
    /// The life of a plan, oldest first.
    package func events(of plan: Int64) throws -> [CaseEvent] {
        try read { db in try Self.events(of: plan, in: db) }
    }

    static func events(of plan: Int64, in db: Database) throws -> [CaseEvent] {
        try CaseEvent.fetchAll(db, sql: "SELECT * FROM case_event WHERE plan = ? ORDER BY id", arguments: [plan])
    }
}
