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

    package init(row: Row) throws {
        (id, time, plan, who, behalf) = try (
            row.read("id"), row.read("time"), row.read("plan"), row.read("who"), row.read("behalf")
        )
        role = try Role(rawValue: row.read("role")) ?? .monitor
        (step, from, to, isDecision) = try (
            row.read("step"), row.read("from_stage"), row.read("to_stage"), row.read("decides")
        )
        (reasonCode, reason) = try (row.read("reason_code"), row.read("reason"))
        (firstDay, lastDay, content) = try (row.read("first_day"), row.read("last_day"), row.read("content"))
        anchor = try JournalAnchor(id: row.read("anchor"), hash: row.read("anchor_hash"))
        (target, signature) = try (row.read("target"), row.read("signature"))
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

/// Rows that are proved may hold anything that somebody has put there: what cannot be read is a `RowDecodingError`, where a
/// subscript would end the program.
extension Row {
    /// The value of a column that is never null.
    func read<Value: DatabaseValueConvertible>(_ column: String) throws -> Value { try decode(forColumn: column) }

    /// The value of a column; nil for null.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value? {
        try decode(Value?.self, forColumn: column)
    }
}
