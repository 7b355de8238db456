import Foundation
import GRDB
import Phrases
import Planning

/// What each kind of journal row may do, judged by what came before it: who may draft, note, change the roster and lead
/// a plan on, and that what was signed is what stands there.
struct JournalRules {
    let replay: JournalReplay
    let checks: SignatureChecks
    /// The project's own name of names, which every signed text leads with.
    let project: String
    /// The keys that a founder's must be among; none asks for nothing.
    let keys: Set<String>
    /// Where what is proved is also written to.
    let exporter: JournalExporter?

    private(set) var firstSigned: Int64?
    private(set) var vouched: Int64 = 0
    private(set) var isTrusted = false

    var roster = Roster()
    var workflow = Workflow.standard
    /// The hash of what each plan says, as long as no row has touched it.
    var contents: [Int64: String] = [:]

    var db: Database { replay.db }

    init(
        replay: JournalReplay, checks: SignatureChecks, project: String, keys: Set<String>, exporter: JournalExporter?
    ) {
        (self.replay, self.checks, self.project, self.keys) = (replay, checks, project, keys)
        self.exporter = exporter
    }

    /// Replays a row and judges it.
    mutating func take(_ row: JournalRow) throws {
        guard let kind = row.kind else {
            throw JournalFault(row.id, "its kind is none that there is", "类型不存在")
        }
        do {
            try judge(row, kind)
        } catch is RowDecodingError {
            throw JournalFault(row.id, "it writes what cannot be read", "写入的内容无法读取")
        }
        try replay.remember(row, kind: kind)
        try exporter?.add(row)
    }

    private mutating func judge(_ row: JournalRow, _ kind: JournalEntry.Kind) throws {
        switch kind {
        case .import, .drop, .outside:
            guard row.changeset.isEmpty else {
                throw JournalFault(row.id, "what comes from outside changes no plan", "外部数据不得改动规划")
            }
        case .set: try takeSetting(row)
        case .do, .undo, .redo: try takeStep(row)
        case .roster: try takeRoster(row)
        case .move: try takeMove(row)
        case .note: try takeNote(row)
        }
    }

    /// What can only be said at the end.
    func finish() throws {
        guard keys.isEmpty || isTrusted else {
            throw JournalFault(nil, "nobody gave a key that is among the trusted ones", "没有任何受信公钥登记在册")
        }
    }

    // MARK: Drafts

    /// A plan is started, or the project is founded.
    private mutating func takeSetting(_ row: JournalRow) throws {
        let founding = roster.people.isEmpty
        for changed in try replay.apply(row) {
            switch (changed.table.name, changed.operation) {
            case ("plan", .insert):
                try requireDrafter(row)
                let plan = try kept("stage, owner", of: "plan", changed.id)
                guard try plan?.value("stage") == Workflow.start, try plan?.value("owner") == row.who else {
                    throw JournalFault(
                        row.id, "a plan starts as a draft of who starts it", "规划只能由新建者以草案开始")
                }
            case ("rule_answer", .insert):
                try requireRole(Role.answering, row)
                guard try kept("who", of: "rule_answer", changed.id)?.value("who") == row.who else {
                    throw JournalFault(row.id, "\(row.who) answered in another's name", "\(row.who) 以他人名义答复")
                }
            case ("rule", .insert), ("rule_limit", _): try requireRole([.administrator], row)
            case ("roster", .insert) where founding && row.id == 1:
                let founder = try fetch(RosterRow.self, "roster", changed.id)
                guard founder.person == Person(login: row.who, roles: [.administrator, .drafter]),
                    founder.who == row.who, founder.signature.isEmpty
                else { throw JournalFault(row.id, "that is not how a project is founded", "项目创建记录不合规") }
                roster.take(founder)
            default: throw unusual(changed, row)
            }
        }
    }

    private mutating func takeStep(_ row: JournalRow) throws {
        guard let plan = row.plan,
            let stage = try kept("stage", of: "plan", plan)?.value("stage") as String?
        else { throw JournalFault(row.id, "its plan was never started", "其规划从未新建") }
        guard stage == Workflow.start else {
            throw JournalFault(
                row.id, "plan \(plan) was \(stage) then, and only a draft can be changed",
                "当时规划 \(plan) 处于“\(stage)”阶段，只有草案可以修改")
        }
        try requireDrafter(row)
        contents[plan] = nil
        for changed in try replay.apply(row) {
            switch (changed.table.name, changed.operation) {
            case ("plan_edit", _), ("plan_origin", _), ("lineage", _), ("attachment", _): continue
            case ("plan", .update)
            where changed.changes(only: ["title", "kind", "base", "planned", "area", "note", "variant_of"]):
                continue
            default: throw unusual(changed, row)
            }
        }
    }

    func requireDrafter(_ row: JournalRow) throws { try requireRole([.drafter], row) }

    private func requireRole(_ roles: [Role], _ row: JournalRow) throws {
        guard !roster.isOpen else { return }
        let day = WorkCalendar.day(row.time) ?? 0
        // A deputy's last day may have ended between the look at the roster and the writing of the row.
        let may = [day, day - 1].contains {
            roster.actor(row.who, as: roles, level: nil, on: WorkCalendar.text($0)) != nil
        }
        guard may else {
            throw JournalFault(
                row.id, "\(row.who) was no \(roles.map(\.name.english).joined(separator: " or ")) then",
                "当时 \(row.who) 没有\(roles.map(\.name.chinese).joined(separator: "或"))权限")
        }
    }

    func unusual(_ changed: JournalReplay.Changed, _ row: JournalRow) -> JournalFault {
        JournalFault(
            row.id, "an entry of its kind does not do that to \(changed.table.name)",
            "此类条目不会这样改动 \(changed.table.name)")
    }

    // MARK: The roster

    private mutating func takeRoster(_ row: JournalRow) throws {
        let changed = try replay.apply(row)
        guard changed.count == 1, let one = changed.first, one.operation == .insert else {
            throw JournalFault(row.id, "it keeps one row of the roster, no more and no less", "每条应恰好写入一行名册")
        }
        switch one.table.name {
        case "roster":
            let kept = try fetch(RosterRow.self, "roster", one.id)
            try requireWords(
                row, "roster", one.id, ["level": kept.person.level.rawValue, "roles": kept.person.roleList])
            try requireAllowed(row) { try Project.check(kept.person, by: kept.who, roster) }
            // A first key signs for itself.
            let known = roster.people[kept.who]?.key ?? ""
            let isOwn = kept.person.login == kept.who && known.isEmpty
            let isFirst = roster.founder == nil || (isOwn && kept.who == roster.founder)
            try requireSigned(kept, row, by: isOwn ? kept.person.key : known)
            if isFirst {
                isTrusted = keys.contains(kept.person.key)
                guard keys.isEmpty || isTrusted else {
                    throw JournalFault(
                        row.id, "the founder's key is not among the trusted ones", "创建者的公钥不在受信公钥之列")
                }
            }
            roster.take(kept)
        case "deputy":
            let kept = try fetch(Deputy.self, "deputy", one.id)
            try requireAllowed(row) { try Project.check(kept, by: kept.who, roster) }
            try requireSigned(kept, row, by: roster.people[kept.who]?.key ?? "")
            roster.take(kept)
        case "rulebook":
            let kept = try fetch(Rulebook.self, "rulebook", one.id)
            try requireWords(row, "rulebook", one.id, ["kind": kept.kind.rawValue])
            try requireAllowed(row) { try Project.requireKeeper(of: kept.kind, kept.who, roster) }
            try requireSigned(kept, row, by: roster.people[kept.who]?.key ?? "")
            do {
                switch kept.kind {
                case .workflow: workflow = try Workflow(csv: kept.text, file: "workflow.csv")
                case .calendar: _ = try WorkCalendar(csv: kept.text, file: "calendar.csv")
                }
            } catch let fault as TableFault {
                throw JournalFault(
                    row.id, "its table does not prove itself: \(fault.reason.english.withoutStop)",
                    "所附表格未通过校验：\(fault.reason.chinese.withoutStop)")
            }
        default: throw unusual(one, row)
        }
    }

    private func requireAllowed(_ row: JournalRow, _ check: () throws -> Void) throws {
        do { try check() } catch let refusal as Refusal {
            throw JournalFault(
                row.id, "it was not allowed: \(refusal.phrase.english.withoutStop)",
                "不符合规定：\(refusal.phrase.chinese.withoutStop)")
        }
    }

    /// A row as it stands in the replay.
    func fetch<R: Signed & FetchableRecord>(_ type: R.Type, _ table: String, _ id: Int64) throws -> R {
        guard let row = try kept("*", of: table, id) else {
            throw JournalFault(nil, "\(table) \(id) cannot be read", "无法读取 \(table) \(id)")
        }
        return try R(row: row)
    }

    /// Columns of a row as it stands in the replay. Most rows of a journal ask for one, so the statement is made once.
    func kept(_ columns: String, of table: String, _ id: Int64) throws -> Row? {
        try Row.fetchOne(
            db.cachedStatement(sql: "SELECT \(columns) FROM \(table) WHERE id = ?"), arguments: [id])
    }

    /// Words that a row is read by must be those that its reading gives back.
    func requireWords(_ row: JournalRow, _ table: String, _ id: Int64, _ words: [String: String]) throws {
        let kept = try kept("*", of: table, id) ?? Row()
        for (column, value) in words where kept[column] as String? != value {
            throw JournalFault(row.id, "its \(column) is none that there is", "\(column) 的取值不存在")
        }
    }

    /// Who signed it, where it is signed, is who acted; the row that it names as the newest is one that came before; and
    /// the signature is put to the test.
    mutating func requireSigned(
        _ kept: some Signed, _ row: JournalRow, by key: String, isDecision: Bool = true, plan: Int64? = nil
    ) throws {
        guard kept.signer == row.who else {
            throw JournalFault(
                row.id, "\(row.who) wrote what \(kept.signer) is said to have signed",
                "写入者 \(row.who) 与签名者 \(kept.signer) 不同")
        }
        let anchor = try self.kept("hash, plan", of: "journal", kept.anchor.id)
        guard let anchor, anchor["hash"] == kept.anchor.hash, plan == nil || anchor["plan"] == plan else {
            throw JournalFault(
                row.id, "entry \(kept.anchor.id) was another when it was signed", "签名时第 \(kept.anchor.id) 条的内容与现在不同")
        }
        guard isDecision else {
            guard kept.signature.isEmpty else {
                throw JournalFault(row.id, "it carries a signature that it needs not", "带有不应有的签名")
            }
            return
        }
        guard !kept.signature.isEmpty, !key.isEmpty else {
            throw JournalFault(row.id, "it must be signed, and is not", "应签名而未签名")
        }
        let text = kept.statement(project: project).text
        checks.add(row.id, kept.signature, over: text, by: key)
        try exporter?.add(text, kept.signature, of: row, by: key)
        firstSigned = firstSigned ?? row.id
        vouched = max(vouched, kept.anchor.id)
    }
}

extension String {
    /// A sentence that becomes part of another.
    fileprivate var withoutStop: String { hasSuffix(".") || hasSuffix("。") ? String(dropLast()) : self }
}
