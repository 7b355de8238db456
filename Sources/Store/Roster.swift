import Foundation
import GRDB
import Phrases
import Planning

/// The roster as of one moment.
package struct Roster: Sendable {
    package var people: [String: Person] = [:]
    /// Of each login the newest row; those that were ended are among them.
    package var deputies: [Deputy] = []
    /// Who made the project.
    package var founder: String?
    /// Only the founder is on it: then everybody who can write the file may draft.
    package var isOpen: Bool { people.count <= 1 }

    package init() {}

    package mutating func take(_ row: RosterRow) {
        if founder == nil { founder = row.person.login }
        people[row.person.login] = row.person
    }

    package mutating func take(_ row: Deputy) {
        deputies.removeAll { $0.login == row.login && $0.deputy == row.deputy }
        deputies.append(row)
    }

    /// Those in whose place `login` may act on a day, beside themselves.
    package func principals(of login: String, on day: String) -> [Person] {
        deputies.filter {
            $0.isActive && $0.deputy == login && $0.firstDay <= day && day <= $0.lastDay
        }.compactMap { people[$0.login] }.filter(\.isActive)
    }

    /// In whose name somebody may act in one of some roles at a level: their own if they can, else one whose deputy they
    /// are.
    package func actor(
        _ login: String, as roles: [Role], level: OfficeLevel?, on day: String
    ) -> (person: Person, role: Role)? {
        guard let own = people[login], own.isActive else { return nil }
        for person in [own] + principals(of: login, on: day) {
            guard level == nil || person.level == level else { continue }
            if let role = roles.first(where: person.roles.contains) { return (person, role) }
        }
        return nil
    }

    /// Who may act in one of the roles at a level.
    package func people(as roles: [Role], level: OfficeLevel?) -> [Person] {
        people.values.filter { person in
            person.isActive && (level == nil || person.level == level) && roles.contains(where: person.roles.contains)
        }.sorted { $0.login < $1.login }
    }
}

extension Project {
    /// What tells this project from every other, however it is called and wherever it lies.
    package func identity() throws -> String { try read { db in try Self.identity(in: db) } }

    static func identity(in db: Database) throws -> String {
        try String.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'id'") ?? ""
    }

    package func roster() throws -> Roster { try read { db in try Self.roster(in: db) } }

    static func roster(in db: Database) throws -> Roster {
        var roster = Roster()
        for row in try RosterRow.fetchAll(db, sql: "SELECT * FROM roster ORDER BY id") { roster.take(row) }
        for row in try Deputy.fetchAll(db, sql: "SELECT * FROM deputy ORDER BY id") { roster.take(row) }
        return roster
    }

    /// The keys that each login ever had, oldest first, each with the time from which it counts: what was signed then is
    /// proved by the key of then.
    package func keys() throws -> [String: [(since: String, key: String)]] {
        try read { db in
            var keys: [String: [(since: String, key: String)]] = [:]
            for row in try RosterRow.fetchAll(db, sql: "SELECT * FROM roster ORDER BY id") where !row.person.key.isEmpty
            {
                guard keys[row.person.login]?.last?.key != row.person.key else { continue }
                keys[row.person.login, default: []].append((row.time, row.person.key))
            }
            return keys
        }
    }

    /// The newest row of the journal: what a signature on the roster stands on.
    static func head(in db: Database) throws -> JournalAnchor {
        try Row.fetchOne(db, sql: "SELECT id, hash FROM journal ORDER BY id DESC LIMIT 1").map {
            JournalAnchor(id: $0["id"], hash: $0["hash"])
        } ?? .none
    }

    /// The first user is the administrator.
    func found(in db: Database) throws {
        let person = Person(login: who, roles: [.administrator, .drafter])
        try RosterRow(time: moment, who: who, person: person, anchor: .none).insert(
            try Self.nextNumber("roster", in: db), db)
    }

    /// The time that rows tell.
    package var moment: String { clock ?? Self.now() }
    /// The day of it.
    package var today: String { String(moment.prefix(10)) }

    // MARK: Changing it

    /// A change of the roster, ready to be signed.
    ///
    /// - Throws: `Refusal` for who may not change it, and for what would leave the project without an administrator.
    package func prepare(_ person: Person) throws -> RosterRow {
        try read { db in
            let roster = try Self.roster(in: db)
            try Self.check(person, by: who, roster)
            return RosterRow(time: moment, who: who, person: person, anchor: try Self.head(in: db))
        }
    }

    static func check(_ person: Person, by who: String, _ roster: Roster) throws {
        guard !person.login.isEmpty, person.login.utf8.count <= 64,
            person.login.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-@".contains($0)) })
        else {
            throw Refusal(
                .usage, "‘\(person.login)’ cannot be a login: letters, digits, dots, dashes.",
                "“\(person.login)”不能作为登录名：仅限字母、数字、点和横线。")
        }
        // An own key is given by oneself, and signed with it: that proves that one has it.
        if let own = roster.people[who], person.login == who, own.key.isEmpty, !person.key.isEmpty,
            person.roles == own.roles, person.level == own.level, person.isActive == own.isActive
        {
            return
        }
        if roster.people.isEmpty, person.login == who { return }
        guard let own = roster.people[who], own.isActive, own.roles.contains(.administrator) else {
            let names = roster.people(as: [.administrator], level: nil).map(\.title).joined(separator: ", ")
            throw Refusal(
                .notAllowed, "Only an administrator changes the roster; ask \(names.isEmpty ? "one" : names).",
                "只有管理员可以修改人员名册；请联系\(names.isEmpty ? "管理员" : names)。")
        }
        guard !own.key.isEmpty else {
            throw Refusal(
                .notAllowed,
                "Changes of the roster are signed; give your own key first: 'roster key ~/.ssh/id_ed25519.pub'.",
                "名册变更须签名；请先登记本人公钥：roster key ~/.ssh/id_ed25519.pub。")
        }
        var after = roster.people
        after[person.login] = person
        guard after.values.contains(where: { $0.isActive && $0.roles.contains(.administrator) && !$0.key.isEmpty })
        else {
            throw Refusal(
                .notAllowed, "That would leave the project without an administrator who has a key.",
                "这样项目将没有登记了公钥的管理员。")
        }
    }

    /// Keeps a change of the roster.
    package func keep(_ row: RosterRow, signature: String, line: String) throws {
        try change { db in
            try Self.check(row.person, by: who, try Self.roster(in: db))
            try Self.requireSameRoster(since: row.anchor, in: db)
            var row = row
            row.signature = signature
            try recordRow("roster", line: line, detail: "\(row.person.login): \(row.person.roleList)", in: db) { id in
                try row.insert(id, db)
            }
        }
    }

    package func prepareDeputy(
        of login: String, deputy: String, from first: String, to last: String, isActive: Bool = true
    ) throws -> Deputy {
        try read { db in
            let row = Deputy(
                time: moment, who: who, login: login, deputy: deputy, firstDay: first, lastDay: last,
                isActive: isActive, anchor: try Self.head(in: db))
            try Self.check(row, by: who, try Self.roster(in: db))
            return row
        }
    }

    static func check(_ row: Deputy, by who: String, _ roster: Roster) throws {
        for login in [row.login, row.deputy] where roster.people[login]?.isActive != true {
            throw Refusal(.noInput, "\(login) is not on the roster.", "\(login) 不在人员名册中。")
        }
        guard row.login != row.deputy else {
            throw Refusal(.usage, "Nobody is their own deputy.", "不能以本人为代理人。")
        }
        guard let first = WorkCalendar.day(row.firstDay), let last = WorkCalendar.day(row.lastDay), first <= last else {
            throw Refusal(
                .usage, "A deputy stands in from a day to a day, such as --from 2026-01-05 --to 2026-01-16.",
                "代理须有起止日期，如 --from 2026-01-05 --to 2026-01-16。")
        }
        let isAdministrator = roster.people[who].map { $0.isActive && $0.roles.contains(.administrator) } ?? false
        guard who == row.login || isAdministrator else {
            throw Refusal(
                .notAllowed, "\(row.login) names their deputy, or an administrator does.",
                "代理人由 \(row.login) 本人或管理员指定。")
        }
        guard roster.people[who]?.key.isEmpty == false else {
            throw Refusal(
                .notAllowed, "That is signed; give your own key first: 'roster key ~/.ssh/id_ed25519.pub'.",
                "须签名；请先登记本人公钥：roster key ~/.ssh/id_ed25519.pub。")
        }
    }

    package func keep(_ row: Deputy, signature: String, line: String) throws {
        try change { db in
            try Self.check(row, by: who, try Self.roster(in: db))
            try Self.requireSameRoster(since: row.anchor, in: db)
            var row = row
            row.signature = signature
            try recordRow("deputy", line: line, detail: "\(row.login): \(row.deputy)", in: db) {
                try row.insert($0, db)
            }
        }
    }

    /// A table of the bureau's own, ready to be signed; it has been proved by its reader.
    package func prepareRulebook(_ kind: Rulebook.Kind, text: String) throws -> Rulebook {
        try read { db in
            try Self.requireKeeper(of: kind, who, try Self.roster(in: db))
            return Rulebook(time: moment, who: who, kind: kind, text: text, anchor: try Self.head(in: db))
        }
    }

    /// Who may replace a table of the bureau.
    static func requireKeeper(of kind: Rulebook.Kind, _ who: String, _ roster: Roster) throws {
        guard let own = roster.people[who], own.isActive, own.roles.contains(.administrator), !own.key.isEmpty else {
            throw Refusal(
                .notAllowed, "Only an administrator with a key on the roster replaces the table of \(kind.rawValue).",
                "只有登记了公钥的管理员可以替换\(kind == .workflow ? "流程" : "日历")表。")
        }
    }

    /// A row was signed by the roster as it was then, so that must not have changed since.
    private static func requireSameRoster(since anchor: JournalAnchor, in db: Database) throws {
        let changed = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM journal WHERE kind = 'roster' AND id > ?)", arguments: [anchor.id])
        guard changed == true else { return }
        throw Refusal(
            .busy,
            "The roster was changed while you signed, and your signature is discarded; look at it and try again.",
            "签名期间名册已被修改，签名作废；请查看后重试。")
    }

    package func keep(_ row: Rulebook, signature: String, line: String) throws {
        try change { db in
            try Self.requireKeeper(of: row.kind, who, try Self.roster(in: db))
            try Self.requireSameRoster(since: row.anchor, in: db)
            var row = row
            row.signature = signature
            try recordRow("roster", line: line, detail: row.kind.rawValue, in: db, table: "rulebook") {
                try row.insert($0, db)
            }
        }
    }

    /// Inserts a row of review and its journal row.
    ///
    /// - Parameter kind: for `roster` and `deputy` the journal's `roster`; else what `Kind` says.
    func recordRow(
        _ name: String, line: String, detail: String, in db: Database, table: String? = nil, plan: Int64? = nil,
        kind: JournalEntry.Kind = .roster, _ insert: (Int64) throws -> Void
    ) throws {
        let id = try Self.nextNumber(table ?? name, in: db)
        let (_, changeset) = try Changeset.recording(ReviewSchema.appended + ["plan"], in: db) { try insert(id) }
        try record(kind, line: line, in: db, plan: plan, detail: detail, changeset: changeset)
    }

    // MARK: Tables of the bureau

    /// The stage of a plan in people's words, by the project's own table.
    package func stageName(of plan: Plan) throws -> String { try workflow().stageName(of: plan) }

    package func workflow() throws -> Workflow { try read { db in try Self.workflow(in: db) } }

    static func workflow(in db: Database) throws -> Workflow {
        let text = try String.fetchOne(
            db, sql: "SELECT text FROM rulebook WHERE kind = 'workflow' ORDER BY id DESC LIMIT 1")
        guard let text else { return .standard }
        do { return try Workflow(csv: text, file: "workflow.csv") } catch let fault as TableFault {
            throw Refusal(
                .badData, "The project's workflow cannot be used: \(fault.reason.english)",
                "项目的流程表不可用：\(fault.reason.chinese)")
        }
    }

    /// The table as it stands: the project's own, or ours.
    package func rulebookText(_ kind: Rulebook.Kind) throws -> String {
        let own = try read { db in
            try String.fetchOne(
                db, sql: "SELECT text FROM rulebook WHERE kind = ? ORDER BY id DESC LIMIT 1", arguments: [kind.rawValue]
            )
        }
        return own ?? (kind == .workflow ? Workflow.standardText : WorkCalendar.standardText)
    }

    package func calendar() throws -> WorkCalendar {
        try read { db in
            let text = try String.fetchOne(
                db, sql: "SELECT text FROM rulebook WHERE kind = 'calendar' ORDER BY id DESC LIMIT 1")
            return try text.map { try WorkCalendar(csv: $0, file: "calendar.csv") } ?? .standard
        }
    }
}

extension Workflow {
    package func stageName(of plan: Plan) -> String {
        plan.isDraft ? say("draft", "草案") : name(of: plan.stage, plan.kind)
    }

    /// A stage that the table does not know is called as it stands.
    package func name(of stage: String, _ kind: PlanKind) -> String {
        self.stage(stage, of: kind)?.name.description ?? stage
    }
}
