import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// What an expert, a department or somebody of the public said, and the newest answer to it.
package struct Opinion: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var plan: Int64
    package var who: String
    package var party: OpinionParty
    package var name: String
    /// The day on which it came.
    package var received: String
    package var text: String
    package var stage: String
    /// `adopted`, `partly` or `declined`; nil while nobody has answered.
    package var answer: String?
    package var answerReason: String
    package var answeredBy: String

    package init(row: Row) {
        (id, time, plan, who) = (row["id"], row["time"], row["plan"], row["who"])
        party = OpinionParty(rawValue: row["party"]) ?? .public
        (name, received, text, stage) = (row["name"], row["received"], row["text"], row["stage"])
        (answer, answerReason, answeredBy) = (row["answer"], row["answer_reason"] ?? "", row["answered_by"] ?? "")
    }

    package static func answerName(_ answer: String) -> Phrase {
        switch answer {
        case "adopted": Phrase("adopted", "采纳")
        case "partly": Phrase("adopted in part", "部分采纳")
        default: Phrase("declined", "不采纳")
        }
    }
}

/// What a comment hangs on.
package enum RemarkTarget: Sendable, Hashable {
    case plan
    case step(Int64)
    case parcel(Int64)
    /// A finding, by its rule and the feature that it is about.
    case finding(rule: String, uid: Int64?)
    case place(Point)

    var word: String {
        switch self {
        case .plan: "plan"
        case .step: "step"
        case .parcel: "parcel"
        case .finding: "finding"
        case .place: "place"
        }
    }

    package var description: String {
        switch self {
        case .plan: say("plan", "规划")
        case .step(let step): say("step \(step)", "第 \(step) 步")
        case .parcel(let uid): say("parcel \(uid)", "图斑 \(uid)")
        case .finding(let rule, let uid): rule + (uid.map { " \($0)" } ?? "")
        case .place(let place): "\(place.x),\(place.y)"
        }
    }
}

/// A comment or an objection.
package struct Remark: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var plan: Int64
    package var who: String
    package var stage: String
    package var isObjection: Bool
    /// The first of its thread; nil for the first itself.
    package var thread: Int64?
    package var target: RemarkTarget
    package var text: String
    /// Whether who made it has said that it is dealt with; of the first of a thread.
    package var isEnded: Bool

    package init(row: Row) {
        (id, time, plan, who, stage) = (row["id"], row["time"], row["plan"], row["who"], row["stage"])
        (isObjection, thread, text) = (row["kind"] == "objection", row["thread"], row["text"])
        isEnded = row["ended"] ?? false
        let uid: Int64? = row["uid"]
        switch row["target"] as String {
        case "step": target = .step(row["step"] ?? 0)
        case "parcel": target = .parcel(uid ?? 0)
        case "finding": target = .finding(rule: row["rule"] ?? "", uid: uid)
        case "place": target = .place(Point(x: row["x"] ?? 0, y: row["y"] ?? 0))
        default: target = .plan
        }
    }
}

/// A document in the file of a case.
package struct CaseFile: Sendable, Hashable, FetchableRecord {
    package var id: Int64
    package var time: String
    package var plan: Int64
    package var who: String
    package var kind: CaseDocument
    package var title: String
    package var size: Int64
    package var hash: String

    package init(row: Row) {
        (id, time, plan, who) = (row["id"], row["time"], row["plan"], row["who"])
        kind = CaseDocument(rawValue: row["kind"]) ?? .other
        (title, size, hash) = (row["title"], row["size"], row["hash"])
    }
}

extension Project {
    /// Somebody on the roster with a role beside drafting, or anyone while there is no roster: who may note anything.
    func requirePerson(in db: Database) throws {
        let roster = try Self.roster(in: db)
        guard !roster.isOpen, roster.people[who]?.isActive != true else { return }
        throw Refusal(
            .notAllowed, "\(who) is not on the roster; an administrator adds you with 'roster set \(who)'.",
            "\(who) 不在人员名册中；请管理员用 roster set \(who) 添加。")
    }

    private static func stage(of plan: Int64, in db: Database) throws -> String {
        guard let stage = try String.fetchOne(db, sql: "SELECT stage FROM plan WHERE id = ?", arguments: [plan]) else {
            throw Refusal(.noInput, "There is no plan \(plan).", "没有规划 \(plan)。")
        }
        return stage
    }

    func note(
        _ table: String, plan: Int64, line: String, detail: String, _ insert: (Database, Int64, String) throws -> Void
    ) throws -> Int64 {
        try change { db in
            try requirePerson(in: db)
            let stage = try Self.stage(of: plan, in: db)
            var number: Int64 = 0
            try recordRow(table, line: line, detail: detail, in: db, plan: plan, kind: .note) { id in
                number = id
                try insert(db, id, stage)
            }
            return number
        }
    }

    // MARK: Documents

    package func addDocument(
        _ title: String, kind: CaseDocument, content: Data, to plan: Int64, line: String
    ) throws -> Int64 {
        guard content.count <= 64 << 20 else {
            throw Refusal(
                .usage, "\(title) is larger than 64 MiB; add an extract of it.", "\(title) 超过 64 MiB，请改用摘要。")
        }
        let digest = Digest()
        content.withUnsafeBytes { digest.update($0) }
        let hash = digest.finish()
        return try note("case_document", plan: plan, line: line, detail: "\(kind.rawValue) \(hash)") { db, id, _ in
            try db.execute(
                sql: """
                    INSERT INTO case_document(id, time, plan, who, kind, title, content, hash)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """, arguments: [id, moment, plan, who, kind.rawValue, title, content, hash])
        }
    }

    package func documents(of plan: Int64) throws -> [CaseFile] {
        try read { db in
            try CaseFile.fetchAll(
                db,
                sql: """
                    SELECT id, time, plan, who, kind, title, length(content) AS size, hash FROM case_document
                    WHERE plan = ? ORDER BY id
                    """, arguments: [plan])
        }
    }

    package func content(ofDocument id: Int64) throws -> Data? {
        try read { db in
            try Data.fetchOne(db, sql: "SELECT content FROM case_document WHERE id = ?", arguments: [id])
        }
    }

    // MARK: Opinions

    package func addOpinion(
        _ text: String, of party: OpinionParty, name: String, received: String, on plan: Int64, line: String
    ) throws -> Int64 {
        guard !text.trimmed.isEmpty else { throw Refusal(.usage, "The opinion is empty.", "意见内容为空。") }
        guard received <= today else {
            throw Refusal(
                .usage, "An opinion cannot come on \(received): today is \(today).", "收到日期 \(received) 晚于今天 \(today)。")
        }
        return try note("opinion", plan: plan, line: line, detail: "\(party.rawValue) \(name)") { db, id, stage in
            guard stage != Workflow.start else {
                throw Refusal(
                    .notAllowed, "Plan \(plan) is a draft on its author's desk; opinions are heard once it was sent.",
                    "规划 \(plan) 仍在编制，报送后方可登记意见。")
            }
            // A stage waits for what experts and departments say: nobody says it for them about a plan of their own.
            if party != .public, try Self.drafters(of: plan, in: db).contains(who) {
                throw Refusal(
                    .notAllowed,
                    "\(who) drafted in plan \(plan), and what experts and departments say of it is taken down by others: ask a reviewer.",
                    "\(who) 参与了规划 \(plan) 的编制，专家和部门意见须由他人登记，请联系审查人员。")
            }
            try db.execute(
                sql: """
                    INSERT INTO opinion(id, time, plan, who, party, name, received, text, stage)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, moment, plan, who, party.rawValue, name, received.isEmpty ? today : received, text, stage,
                ])
        }
    }

    /// - Parameter answer: `adopted`, `partly` or `declined`; each with a reason (城乡规划法 26).
    package func answerOpinion(_ opinion: Int64, _ answer: String, reason: String, line: String) throws {
        guard ["adopted", "partly", "declined"].contains(answer), !reason.trimmed.isEmpty else {
            throw Refusal(
                .usage, "An opinion is answered by adopted, partly or declined, with a reason.",
                "答复意见须选 adopted、partly 或 declined，并写明理由。")
        }
        let plan = try read { db in
            try Int64.fetchOne(db, sql: "SELECT plan FROM opinion WHERE id = ?", arguments: [opinion])
        }
        guard let plan else { throw Refusal(.noInput, "There is no opinion \(opinion).", "没有意见 \(opinion)。") }
        _ = try note("opinion_answer", plan: plan, line: line, detail: "\(opinion) \(answer)") { db, id, _ in
            try db.execute(
                sql: "INSERT INTO opinion_answer(id, time, opinion, who, answer, reason) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [id, moment, opinion, who, answer, reason])
        }
    }

    package func opinions(of plan: Int64) throws -> [Opinion] {
        try read { db in
            try Opinion.fetchAll(
                db,
                sql: """
                    SELECT o.*, a.answer, a.reason AS answer_reason, a.who AS answered_by FROM opinion AS o
                        LEFT JOIN opinion_answer AS a ON a.id = (
                            SELECT max(id) FROM opinion_answer WHERE opinion = o.id)
                    WHERE o.plan = ? ORDER BY o.id
                    """, arguments: [plan])
        }
    }

    // MARK: Remarks

    /// Says something about a plan or a part of it.
    ///
    /// - Parameter thread: the first remark of the thread that it answers; its target is taken over.
    package func addRemark(
        _ text: String, isObjection: Bool = false, on target: RemarkTarget, of plan: Int64, thread: Int64? = nil,
        line: String
    ) throws -> Int64 {
        guard !text.trimmed.isEmpty else { throw Refusal(.usage, "The comment is empty.", "评论内容为空。") }
        return try note("remark", plan: plan, line: line, detail: target.description) { db, id, stage in
            var (step, uid, rule, place) = (nil as Int64?, nil as Int64?, nil as String?, nil as Point?)
            var target = target
            if let thread {
                guard
                    let head = try Remark.fetchOne(
                        db, sql: "SELECT r.*, 0 AS ended FROM remark AS r WHERE id = ? AND plan = ? AND thread IS NULL",
                        arguments: [thread, plan])
                else {
                    throw Refusal(
                        .noInput, "There is no thread \(thread) on plan \(plan).", "规划 \(plan) 没有评论 \(thread)。")
                }
                target = head.target
            }
            switch target {
            case .plan: break
            case .step(let number):
                step = number
                _ = try Self.entry(of: number, in: plan, db)
            case .parcel(let number): uid = number
            case .finding(let id, let number): (rule, uid) = (id, number)
            case .place(let point): place = point
            }
            if let uid, try FeatureNames(db, plan: plan).name(of: uid) == ("", "") {
                throw Refusal(.noInput, "There is no parcel \(uid).", "没有图斑 \(uid)。")
            }
            try db.execute(
                sql: """
                    INSERT INTO remark(id, time, plan, who, stage, kind, thread, target, step, uid, rule, x, y, text)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, moment, plan, who, stage, isObjection && thread == nil ? "objection" : "comment", thread,
                    target.word, step, uid, rule, place?.x, place?.y, text,
                ])
        }
    }

    /// Says that a thread is dealt with, or opens it again: for who began it.
    package func endRemark(_ remark: Int64, ended: Bool = true, line: String) throws {
        let row = try read { db in
            try Row.fetchOne(db, sql: "SELECT plan, who, thread FROM remark WHERE id = ?", arguments: [remark])
        }
        guard let row, row["thread"] as Int64? == nil else {
            throw Refusal(.noInput, "There is no thread \(remark).", "没有评论 \(remark)。")
        }
        guard row["who"] as String == who else {
            throw Refusal(
                .notAllowed, "Remark \(remark) is resolved by who made it: \(row["who"] as String).",
                "评论 \(remark) 只能由提出人 \(row["who"] as String) 标记为已解决。")
        }
        _ = try note("remark_end", plan: row["plan"], line: line, detail: "\(remark)") { db, id, _ in
            try db.execute(
                sql: "INSERT INTO remark_end(id, time, remark, who, ended) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, moment, remark, who, ended])
        }
    }

    /// Whether the thread `r` is dealt with, as SQL: what its author said last.
    static let remarkEnded = """
        coalesce((SELECT ended FROM remark_end AS e WHERE e.remark = r.id ORDER BY e.id DESC LIMIT 1), 0)
        """

    /// Objections to the plan `:plan` that are open, as SQL.
    static let openObjections = """
        SELECT count(*) FROM remark AS r WHERE plan = :plan AND thread IS NULL AND kind = 'objection' AND NOT \(remarkEnded)
        """

    /// The remarks on a plan, thread after thread.
    package func remarks(on plan: Int64) throws -> [Remark] {
        try read { db in
            try Remark.fetchAll(
                db,
                sql: """
                    SELECT r.*, \(Self.remarkEnded) AS ended FROM remark AS r WHERE plan = ? ORDER BY coalesce(thread, id), id
                    """, arguments: [plan])
        }
    }
}
