import GRDB
import Phrases
import Planning
import Testing

@testable import Store

/// What waits for whom, and what a reviewer has looked at.
@Suite struct ReviewQueueTests {
    /// A board with a roster: wang drafts and checks, li and zhao review for the county, and nobody has more to say.
    private struct Bureau {
        let scratch: Scratch
        let wang: Project
        let li: Project
        let layer: Layer

        init() throws {
            scratch = try Scratch()
            let first = try scratch.chessboard(columns: 8, rows: 8)
            layer = try first.layer(named: "DLTB")
            let path = first.path, founder = first.who
            func add(_ person: Person) throws {
                try first.keep(first.prepare(person), signature: "none", line: "roster set \(person.login)")
            }
            try add(Person(login: founder, roles: [.administrator, .drafter], key: "ssh-ed25519 A"))
            try add(Person(login: "wang", roles: [.drafter, .checker], key: "ssh-ed25519 B"))
            try add(Person(login: "li", roles: [.reviewer], key: "ssh-ed25519 C"))
            try add(Person(login: "zhao", roles: [.reviewer], key: "ssh-ed25519 D"))
            try first.close()
            wang = try Project.open(at: path, who: "wang")
            li = try Project.open(at: path, who: "li")
        }

        /// A plan of changes to these parcels, put at a stage as if the steps there had been taken.
        func plan(_ title: String, _ uids: [Int64], stage: String = "submitted", since: String) throws -> Int64 {
            let id = try wang.newPlan(title, kind: .siteSelection, base: layer, line: "").id
            _ = try wang.setClass(of: uids, to: .plan2023("0701"), in: id, line: "")
            try put(id, at: stage, since: since)
            return id
        }

        func put(_ plan: Int64, at stage: String, since: String) throws {
            try wang.change { db in
                try db.execute(
                    sql: "UPDATE plan SET stage = ?, since = ? WHERE id = ?", arguments: [stage, since, plan])
            }
        }

        func close() throws {
            try wang.close()
            try li.close()
        }
    }

    @Test("A plan is given to those who may take it, and to nobody to decide on what they drafted")
    func assignees() throws {
        let bureau = try Bureau()
        let admin = try Project.open(at: bureau.li.path)
        let wang = Person(login: "wang", roles: [.drafter, .checker, .reviewer], key: "ssh-ed25519 B")
        try admin.keep(admin.prepare(wang), signature: "none", line: "roster set wang")
        let since = "2026-01-05T08:00:00Z"
        // To accept what was submitted is no decision; to endorse it after the review is one, and wang drafted it.
        let new = try bureau.plan("new", [1], since: since)
        let reviewed = try bureau.plan("reviewed", [2], stage: "review", since: since)
        #expect(try bureau.li.assignees(of: new).people.map(\.login) == ["li", "wang", "zhao"])
        #expect(try bureau.li.assignees(of: reviewed).people.map(\.login) == ["li", "zhao"])
        let refusal = #expect(throws: Refusal.self) { try bureau.li.assign(reviewed, to: "wang", line: "") }
        #expect(
            refusal?.kind == .usage && refusal?.description.contains("li, zhao") == true,
            "\(refusal?.description ?? "")")
        #expect(try bureau.li.assignees(of: reviewed).now == "")
        try bureau.li.assign(reviewed, to: "zhao", line: "")
        #expect(try bureau.wang.assignees(of: reviewed).now == "zhao")
        // At the next stage it is nobody's again, and who cannot deal with it there gives it to nobody.
        try bureau.put(reviewed, at: "approval-county", since: since)
        #expect(try admin.assignees(of: reviewed).now == "")
        let stranger = #expect(throws: Refusal.self) { try bureau.li.assignees(of: reviewed) }
        #expect(stranger?.kind == .notAllowed)
        try admin.close()
        try bureau.close()
    }

    @Test("By due date; what is overdue is counted; what is given to others is hidden and counted, what to me never")
    func order() throws {
        let bureau = try Bureau()
        let day = try #require(WorkCalendar.day(bureau.li.today))
        func past(_ days: Int) -> String { WorkCalendar.text(day - days) + "T08:00:00Z" }
        // A reviewer has 5 working days for what was submitted, 20 for a technical review: 40 days are more than 20
        // working days, and 10 days hold 6 to 8 of them outside of holidays.
        let new = try bureau.plan("new", [1], since: past(0))
        let late = try bureau.plan("late", [2], stage: "review", since: past(60))
        let old = try bureau.plan("old", [3], since: past(30))
        let other = try bureau.plan("other", [4], since: past(1))
        let mine = try bureau.plan("mine", [5], since: past(1))
        let elsewhere = try bureau.plan("elsewhere", [6], stage: "approval-county", since: past(90))
        try bureau.li.assign(other, to: "zhao", line: "")
        try bureau.li.assign(mine, to: "li", line: "")
        let queue = try bureau.li.reviewQueue()
        #expect(queue.plans.map(\.plan.id) == [late, old, mine, new])
        #expect(queue.plans.map(\.isOverdue) == [true, true, false, false])
        #expect(queue.plans.first { $0.plan.id == mine }?.assigned == "li")
        #expect((queue.total, queue.waiting, queue.overdue) == (6, 4, 2))
        let all = try bureau.li.reviewQueue(all: true)
        #expect(all.plans.map(\.plan.id) == [late, old, mine, new, elsewhere, other])
        #expect(all.plans.count { !$0.isMine } == 2)
        // Given at one stage, it is for anybody again at the next.
        try bureau.put(other, at: "review", since: past(0))
        #expect(try bureau.li.reviewQueue().plans.contains { $0.plan.id == other })
        // Nothing of it waits for who drafts.
        #expect(try bureau.wang.reviewQueue().plans.isEmpty)
        try bureau.close()
    }

    @Test("Of what is due on one day, the gravest findings first; one that was answered does not count")
    func severity() throws {
        let bureau = try Bureau()
        let since = bureau.li.moment
        let plans = try ["none", "warn", "block", "answered"].enumerated().map { index, title in
            try bureau.plan(title, [Int64(index + 1)], since: since)
        }
        try bureau.wang.change { db in
            for (plan, severity) in zip(plans[1...], ["warn", "block", "block"]) {
                try db.execute(
                    sql: """
                        INSERT INTO rule_run(time, who, plan, scope, journal, data_date, rules)
                            VALUES ('', '', :plan, 'draft', 0, '', 1);
                        INSERT INTO rule_finding(run, rule, version, verdict, uid)
                            SELECT (SELECT max(id) FROM rule_run), id, version, 'broken', 1 FROM rule
                            WHERE severity = :severity ORDER BY id LIMIT 1
                        """, arguments: ["plan": plan, "severity": severity])
            }
            try db.execute(
                sql: """
                    INSERT INTO rule_answer(time, who, plan, rule, uid, class, answer)
                        SELECT '', '', :plan, rule, uid,
                            (SELECT class FROM plan_edit AS e WHERE e.plan = :plan AND e.uid = f.uid), 'exception'
                        FROM rule_finding AS f
                        WHERE run = (SELECT max(id) FROM rule_run)
                    """, arguments: ["plan": plans[3]])
        }
        let queue = try bureau.li.reviewQueue()
        #expect(queue.plans.map(\.plan.title) == ["block", "warn", "none", "answered"])
        #expect(queue.plans.map(\.severity) == [.block, .warn, nil, nil])
        try bureau.close()
    }

    @Test("What I have seen stays seen; what changed since, is new, or came back as I objected to it comes first")
    func looks() throws {
        let bureau = try Bureau()
        let id = try bureau.wang.newPlan("a", kind: .siteSelection, base: bureau.layer, line: "").id
        let plan = try bureau.wang.plan(id)
        for uid in Int64(1)...4 {
            _ = try bureau.wang.setClass(of: [uid], to: .plan2023("0701"), in: id, line: "\(uid)")
        }
        func items() throws -> [ReviewItem] { try bureau.li.reviewItems(of: plan) }
        #expect(try items().map(\.touched.uid) == [1, 2, 3, 4])
        try bureau.li.look(at: 2, in: id)
        #expect(try items().map(\.touched.uid) == [1, 3, 4, 2], "what is left to look at comes first")
        #expect(try items().allSatisfy { !$0.isChanged }, "what was not reached yet has not changed")
        try bureau.li.look(at: [1, 3, 4], in: id, .accepted)
        try bureau.li.look(at: 3, in: id, .objected)
        #expect(try bureau.li.reviewProgress(of: id, items()).seen == 4)
        // Another looks by themselves.
        let zhao = try Project.open(at: bureau.li.path, who: "zhao")
        #expect(try zhao.reviewItems(of: plan).allSatisfy { $0.look == nil && !$0.isChanged })
        try zhao.close()
        // An hour ago, so that what follows is later than the look.
        try bureau.wang.change { db in
            try db.execute(sql: "UPDATE look SET time = '2000-01-01T00:00:00Z'")
            try db.execute(
                sql: """
                    INSERT INTO case_event(time, plan, who, role, step, from_stage, to_stage, content, anchor, anchor_hash)
                    VALUES ('2001-01-01T00:00:00Z', ?, 'wang', 'drafter', 'submit', 'draft', 'self-check', '', 0, '')
                    """, arguments: [id])
        }
        _ = try bureau.wang.setClass(of: [4], to: .plan2023("1001"), in: id, line: "4 again")
        _ = try bureau.wang.setClass(of: [9], to: .plan2023("1001"), in: id, line: "9")
        let now = try items()
        #expect(now.map(\.touched.uid) == [3, 4, 9, 1, 2])
        #expect(now.map(\.cameBack) == [true, false, false, false, false])
        #expect(now.map(\.isChanged) == [false, true, true, false, false])
        #expect(try bureau.li.reviewProgress(of: id, now).seen == 2)
        // Seen once more, as it is: the objection stands, and it is dealt with.
        try bureau.li.look(at: 3, in: id)
        #expect(try items().first { $0.touched.uid == 3 }?.look == .objected)
        #expect(try items().map(\.touched.uid) == [4, 9, 1, 2, 3])
        try bureau.put(id, at: "submitted", since: bureau.li.moment)
        let queued = try #require(bureau.li.reviewQueue().plans.first)
        #expect((queued.changes, queued.seen) == (5, 3))
        try bureau.close()
    }
}
