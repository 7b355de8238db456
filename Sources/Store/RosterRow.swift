import Foundation
import GRDB
import Phrases
import Planning

/// A row of the roster: what somebody is from then on, and who says so.
package struct RosterRow: Signed, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var who: String
    package var person: Person
    package var anchor: JournalAnchor
    package var signature: String

    package var signer: String { who }

    package init(time: String, who: String, person: Person, anchor: JournalAnchor) {
        (id, self.time, self.who, self.person, self.anchor, signature) = (0, time, who, person, anchor, "")
    }

    package init(row: Row) throws {
        (id, time, who, signature) = try (row.read("id"), row.read("time"), row.read("who"), row.read("signature"))
        person = try Person(
            login: row.read("login"), name: row.read("name"), office: row.read("office"),
            level: OfficeLevel(rawValue: row.read("level")) ?? .county, roles: Person.roles(row.read("roles")),
            key: row.read("key"),
            isActive: row.read("active"))
        anchor = try JournalAnchor(id: row.read("anchor"), hash: row.read("anchor_hash"))
    }

    package func statement(project: String) -> SignedText {
        var text = SignedText("roster")
        text.add("project", project)
        text.add("journal", "\(anchor.id) \(anchor.hash)")
        text.add("login", person.login)
        text.add("name", person.name)
        text.add("office", person.office)
        text.add("level", person.level.rawValue)
        text.add("roles", person.roleList)
        text.add("key", person.key)
        text.add("standing", person.isActive ? "active" : "left")
        text.add("by", who)
        text.add("time", time)
        return text
    }

    func insert(_ id: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO roster(id, time, who, login, name, office, level, roles, key, active, anchor, anchor_hash,
                    signature)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, time, who, person.login, person.name, person.office, person.level.rawValue, person.roleList,
                person.key, person.isActive, anchor.id, anchor.hash, signature,
            ])
    }
}

/// Somebody stands in for somebody else, from one day to another.
package struct Deputy: Signed, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var who: String
    /// Who is stood in for.
    package var login: String
    package var deputy: String
    package var firstDay: String
    package var lastDay: String
    package var isActive: Bool
    package var anchor: JournalAnchor
    package var signature: String

    package var signer: String { who }

    package init(
        time: String, who: String, login: String, deputy: String, firstDay: String, lastDay: String,
        isActive: Bool = true, anchor: JournalAnchor
    ) {
        (id, self.time, self.who, self.login, self.deputy) = (0, time, who, login, deputy)
        (self.firstDay, self.lastDay, self.isActive, self.anchor) = (firstDay, lastDay, isActive, anchor)
        signature = ""
    }

    package init(row: Row) throws {
        (id, time, who, login, deputy) = try (
            row.read("id"), row.read("time"), row.read("who"), row.read("login"), row.read("deputy")
        )
        (firstDay, lastDay, isActive) = try (row.read("first_day"), row.read("last_day"), row.read("active"))
        anchor = try JournalAnchor(id: row.read("anchor"), hash: row.read("anchor_hash"))
        signature = try row.read("signature")
    }

    package func statement(project: String) -> SignedText {
        var text = SignedText("deputy")
        text.add("project", project)
        text.add("journal", "\(anchor.id) \(anchor.hash)")
        text.add("login", login)
        text.add("deputy", deputy)
        text.add("from", firstDay)
        text.add("to", lastDay)
        text.add("standing", isActive ? "active" : "ended")
        text.add("by", who)
        text.add("time", time)
        return text
    }

    func insert(_ id: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO deputy(id, time, who, login, deputy, first_day, last_day, active, anchor, anchor_hash,
                    signature)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, time, who, login, deputy, firstDay, lastDay, isActive, anchor.id, anchor.hash, signature,
            ])
    }
}

/// A table that the bureau put in the place of ours: its workflows, or its calendar.
package struct Rulebook: Signed, Hashable, FetchableRecord {
    package enum Kind: String, Sendable { case workflow, calendar }
    package var id: Int64
    package var time: String
    package var who: String
    package var kind: Kind
    package var text: String
    package var anchor: JournalAnchor
    package var signature: String

    package var signer: String { who }

    package init(time: String, who: String, kind: Kind, text: String, anchor: JournalAnchor) {
        (id, self.time, self.who, self.kind, self.text) = (0, time, who, kind, text)
        (self.anchor, signature) = (anchor, "")
    }

    package init(row: Row) throws {
        (id, time, who, text, signature) = try (
            row.read("id"), row.read("time"), row.read("who"), row.read("text"), row.read("signature")
        )
        kind = try Kind(rawValue: row.read("kind")) ?? .calendar
        anchor = try JournalAnchor(id: row.read("anchor"), hash: row.read("anchor_hash"))
    }

    package func statement(project: String) -> SignedText {
        var statement = SignedText("rulebook")
        statement.add("project", project)
        statement.add("journal", "\(anchor.id) \(anchor.hash)")
        statement.add("kind", kind.rawValue)
        statement.add("sha256", Digest.of(text))
        statement.add("by", who)
        statement.add("time", time)
        return statement
    }

    func insert(_ id: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO rulebook(id, time, who, kind, text, anchor, anchor_hash, signature)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """, arguments: [id, time, who, kind.rawValue, text, anchor.id, anchor.hash, signature])
    }
}
