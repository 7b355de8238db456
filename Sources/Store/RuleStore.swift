import Foundation
import GRDB
import Phrases
import Planning

/// The project's rules and limits, and what people answered.
extension Project {
    /// The rules as they count now: of each the newest version, in the order of their ids.
    package func rules() throws -> [Rule] {
        try read { db in try Self.rules(in: db) }
    }

    static func rules(in db: Database) throws -> [Rule] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.* FROM rule AS r
                WHERE version = (SELECT max(version) FROM rule AS n WHERE n.id = r.id) ORDER BY id
                """
        ).compactMap(Self.rule)
    }

    /// Every version of every rule, by id and version.
    static func allRules(in db: Database) throws -> [String: Rule] {
        let rules = try Row.fetchAll(db, sql: "SELECT * FROM rule").compactMap(Self.rule)
        return Dictionary(rules.map { ("\($0.id) \($0.version)", $0) }) { $1 }
    }

    /// The rule of a row; nil for one that another program wrote and that no rule can be made of.
    private static func rule(_ row: Row) -> Rule? {
        var cells: [String: String] = [:]
        for column in Rule.columns { cells[column] = (row[column] as DatabaseValue?).flatMap { text($0) } ?? "" }
        return try? RuleTable.rule(cells)
    }

    /// - Throws: `Refusal` that names the rules with ids like it.
    package func rule(_ id: String) throws -> Rule {
        let rules = try rules()
        guard let rule = rules.first(where: { $0.id.lowercased() == id.lowercased() }) else {
            throw Refusal(
                .noInput, "There is no rule \(id); the project has \(listed(rules.map(\.id), resembling: id)).",
                "没有规则 \(id)；现有：\(listed(rules.map(\.id), resembling: id))。")
        }
        return rule
    }

    /// Adds rules, or newer versions of rules that are there.
    ///
    /// - Returns: how many are new, and how many replace another.
    package func addRules(_ rules: [Rule], line: String) throws -> (added: Int, replaced: Int) {
        try change { db in
            try require([.administrator], to: Phrase("change the rules", "修改规则"), in: db)
            var (added, replaced) = (0, 0)
            let (_, changeset) = try Changeset.recording(["rule"], in: db) {
                for given in rules {
                    var rule = given
                    let newest = try Int.fetchOne(
                        db, sql: "SELECT max(version) FROM rule WHERE id = ?", arguments: [rule.id])
                    if let newest {
                        rule = rule.numbered(max(rule.version, newest + 1))
                        replaced += 1
                    } else {
                        added += 1
                    }
                    try db.execute(sql: RuleSchema.insertion(rule))
                }
            }
            try record(
                .set, line: line, in: db, detail: rules.map(\.id).joined(separator: " "), changeset: changeset)
            return (added, replaced)
        }
    }

    /// A limit that a unit keeps to.
    package struct Limit: Sendable, Hashable {
        package var rule: String
        package var unit: String
        package var layer: String
        package var bound: String
        package var value: Double?

        package init(rule: String, unit: String, layer: String, bound: String, value: Double?) {
            (self.rule, self.unit, self.layer, self.bound, self.value) = (rule, unit, layer, bound, value)
        }
    }

    /// Keeps limits; one for the same rule, unit and layer gives way.
    package func setLimits(_ limits: [Limit], line: String) throws {
        try change { db in
            try require([.administrator], to: Phrase("set limits of rules", "设置规则限值"), in: db)
            let (_, changeset) = try Changeset.recording(["rule_limit"], in: db) {
                for limit in limits {
                    guard
                        try Bool.fetchOne(
                            db, sql: "SELECT EXISTS (SELECT 1 FROM rule WHERE id = ?)", arguments: [limit.rule])
                            == true,
                        limit.value.map(\.isFinite) ?? true
                    else {
                        throw Refusal(
                            .badData, "No limit was kept: there is no rule \(limit.rule), or its value is no number.",
                            "未保存限值：没有规则 \(limit.rule)，或其值不是数。")
                    }
                    try db.execute(
                        sql:
                            "INSERT OR REPLACE INTO rule_limit(rule, unit, layer, bound, value) VALUES (?, ?, ?, ?, ?)",
                        arguments: [limit.rule, limit.unit, limit.layer, limit.bound, limit.value])
                }
            }
            try record(.set, line: line, in: db, detail: "\(limits.count) limits", changeset: changeset)
        }
    }

    /// Keeps an answer: an exception to what a rule found, or yes or no to what it asks.
    ///
    /// - Throws: `Refusal` when an exception or a yes comes without a document: rules are released by documents alone.
    package func answer(
        rule: Rule, plan: Int64, uid: Int64?, object: Int64?, _ answer: String, reason: String, document: String,
        line: String
    ) throws {
        guard answer == "no" || answer == "withdrawn" || !document.isEmpty else {
            throw Refusal(
                .usage,
                "Rule \(rule.id) is not released without a document; name its number, authority and date with --document.",
                "规则 \(rule.id) 须凭文件解除：请用 --document 注明文号、机关和日期。")
        }
        try change { db in
            let key = RuleFinding.Key(rule: rule.id, uid: uid, object: object)
            if answer == "withdrawn", try Self.answers(of: plan, in: db)[key] == nil {
                throw Refusal(
                    .usage,
                    "Nothing was taken back: nobody has answered what \(rule.id) found there, or it was taken back.",
                    "未收回：\(rule.id) 的此项结果尚无答复，或答复已收回。")
            }
            try Self.requireDocument(document, in: plan, db)
            try require(Role.answering, to: Phrase("answer rules", "答复规则"), in: db)
            let (_, changeset) = try Changeset.recording(["rule_answer"], in: db) {
                try db.execute(
                    sql: """
                        INSERT INTO rule_answer(id, time, who, plan, rule, uid, object, answer, reason, document)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        try Self.nextNumber("rule_answer", in: db), Self.now(), who, plan, rule.id, uid, object, answer,
                        reason, document,
                    ])
            }
            try record(
                .set, line: line, in: db, plan: plan, detail: "\(rule.id) \(answer) \(document)", changeset: changeset)
        }
    }
}

extension Project {
    /// - Throws: `Refusal` for a text that is neither a document's number nor the title of one that is attached.
    private static func requireDocument(_ text: String, in plan: Int64, _ db: Database) throws {
        guard !text.isEmpty, !DocumentNumber.isLike(text) else { return }
        let isAttached = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM attachment WHERE plan = ? AND kind = 'document' AND title = ?)",
            arguments: [plan, text])
        guard isAttached == true else {
            throw Refusal(
                .usage,
                "'\(text)' is no document: give its number, such as 国函〔2026〕1号 or No. 12 of 2026, or the title of one that 'plan attach' has attached.",
                "“\(text)”不是文件：请给出文号，如 国函〔2026〕1号，或已用 plan attach 附加的文件标题。")
        }
    }
}

extension GivenAnswer: FetchableRecord {
    package init(row: Row) {
        self.init(
            answer: row["answer"], reason: row["reason"], document: row["document"], who: row["who"], time: row["time"])
    }
}
