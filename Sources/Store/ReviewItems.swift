import Foundation
import GRDB
import Phrases
import Planning

/// A change of a plan as a reviewer steps through it.
package struct ReviewItem: Sendable, Hashable {
    package enum Look: String, Sendable { case seen, accepted, objected }

    package var touched: Touched
    /// What I said to it last; nil when I have not looked.
    package var look: Look?
    /// It is not what it was when I looked, or new since then.
    package var isChanged: Bool
    /// I objected, and it came back as it was.
    package var cameBack: Bool
    /// Open findings about it in the last run, and open threads on it.
    package var findings: Int
    package var remarks: Int

    /// Whether I still have to look: never seen, changed since, or objected to and come back.
    package var isOpen: Bool { look == nil || isChanged || cameBack }
}

/// How far a reviewer has come.
package struct ReviewProgress: Sendable, Hashable, CustomStringConvertible {
    package var total: Int
    package var seen: Int
    package var objections: Int

    package init(total: Int, seen: Int, objections: Int) {
        (self.total, self.seen, self.objections) = (total, seen, objections)
    }

    package var description: String {
        say(
            "\(seen) of \(total) seen, \(counted(objections, "objection"))", "已看 \(seen)/\(total)，异议 \(objections)")
    }
}

extension Project {
    /// The changes of a plan in the order in which I go through them: those that changed since I looked first, or came
    /// back as I objected to them, then those that I have not seen, then the rest; within each by parcel.
    package func reviewItems(of plan: Plan) throws -> [ReviewItem] {
        let touched = try touched(by: plan.id, limit: .max).filter { change in
            // Notes alone are read beside the changes; there is nothing to decide about them.
            !change.deeds.allSatisfy { if case .notes = $0 { true } else { false } } || change.deeds.isEmpty
        }
        let marks = try read {
            db -> (looks: [Int64: Row], last: Int64?, findings: [Int64: Int], remarks: [Int64: Int]) in
            let looks = try Row.fetchAll(
                db,
                sql: """
                    SELECT uid, seen, verdict, coalesce(\(Self.cameBack), 0) AS back FROM look AS l
                    WHERE who = :who AND plan = :plan
                    """, arguments: ["who": who, "plan": plan.id])
            // The plan's last step when I looked last.
            let last = try Int64.fetchOne(
                db,
                sql: """
                    SELECT coalesce(max(step), 0) FROM journal WHERE plan = :plan AND kind = 'do'
                        AND time <= (SELECT max(time) FROM look WHERE who = :who AND plan = :plan)
                    """, arguments: ["who": who, "plan": plan.id])
            let findings = try Row.fetchAll(
                db,
                sql: """
                    SELECT uid, count(*) AS n FROM rule_finding AS f
                    WHERE run = (SELECT max(id) FROM rule_run WHERE plan = :plan) AND verdict = 'broken' AND uid IS NOT NULL
                        AND NOT \(Self.isExcepted(plan: ":plan"))
                    GROUP BY uid
                    """, arguments: ["plan": plan.id])
            let remarks = try Row.fetchAll(
                db,
                sql: """
                    SELECT uid, count(*) AS n FROM remark AS r WHERE plan = ? AND thread IS NULL AND uid IS NOT NULL
                        AND NOT \(Self.remarkEnded) GROUP BY uid
                    """, arguments: [plan.id])
            func table(_ rows: [Row]) -> [Int64: Int] {
                Dictionary(uniqueKeysWithValues: rows.map { ($0["uid"] as Int64, $0["n"] as Int) })
            }
            return (
                Dictionary(uniqueKeysWithValues: looks.map { ($0["uid"] as Int64, $0) }),
                looks.isEmpty ? nil : last, table(findings), table(remarks)
            )
        }
        let items = touched.map { change -> ReviewItem in
            let look = marks.looks[change.uid]
            let isSame = look.map { $0["seen"] as String == String(change.step) } ?? true
            return ReviewItem(
                touched: change, look: look.flatMap { ReviewItem.Look(rawValue: $0["verdict"]) },
                isChanged: look == nil ? marks.last.map { change.step > $0 } ?? false : !isSame,
                cameBack: isSame && look?["back"] ?? false, findings: marks.findings[change.uid] ?? 0,
                remarks: marks.remarks[change.uid] ?? 0)
        }
        func rank(_ item: ReviewItem) -> Int { item.isChanged || item.cameBack ? 0 : item.look == nil ? 1 : 2 }
        return items.enumerated().sorted {
            (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
        }.map(\.element)
    }

    /// Keeps that I have looked at a change, and what I said to it. Nobody else sees it, and no journal tells of it.
    package func look(at uid: Int64, in plan: Int64, _ verdict: ReviewItem.Look = .seen) throws {
        try look(at: [uid], in: plan, verdict)
    }

    /// - Parameter uids: all of these at once, as 'accept all without findings' does.
    package func look(at uids: [Int64], in plan: Int64, _ verdict: ReviewItem.Look) throws {
        try change { db in
            let statement = try db.makeStatement(
                sql: """
                    INSERT INTO look(who, plan, uid, seen, verdict, time)
                        SELECT :who, e.plan, e.uid, CAST(e.step AS TEXT), :verdict, :time FROM plan_edit AS e
                        WHERE e.plan = :plan AND e.uid = :uid
                    ON CONFLICT DO UPDATE SET seen = excluded.seen, time = excluded.time, verdict = CASE
                        WHEN excluded.verdict = 'seen' AND seen = excluded.seen THEN verdict ELSE excluded.verdict END
                    """)
            for uid in uids {
                try statement.execute(
                    arguments: [
                        "who": who, "plan": plan, "uid": uid, "verdict": verdict.rawValue, "time": moment,
                    ])
            }
        }
    }

    package func reviewProgress(of plan: Int64, _ items: [ReviewItem]) throws -> ReviewProgress {
        let objections = try read { db in
            try Int.fetchOne(db, sql: Self.openObjections, arguments: ["plan": plan]) ?? 0
        }
        return ReviewProgress(total: items.count, seen: items.count { !$0.isOpen }, objections: objections)
    }
}
