import Foundation
import Store

extension Bench {
    /// The queue of a reviewer for whom 5,000 plans wait, as its screen opens it: all of them in order, and what is told
    /// of those in sight. Each has four changes and three findings; every other an answer, a look and an objection.
    func queue() throws -> Row {
        let county = "\(folder)/queue.gpkg"
        remove(county)
        defer { remove(county) }
        try Tool.run(tuban, ["sample", county, "--parcels", "1000"])
        let open = try Project.open(at: county)
        defer { try? open.close() }
        try Tool.run(
            "/usr/bin/sqlite3",
            [
                county,
                """
                BEGIN;
                INSERT INTO roster(time, who, login, level, roles)
                    VALUES ('', '\(open.who)', '\(open.who)', 'county', 'reviewer administrator');
                CREATE TEMP TABLE number AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
                    SELECT i FROM n;
                INSERT INTO plan(id, kind, title, owner, stage, since, base, created)
                    SELECT i, 'site-selection', '项目选址 ' || i, 'somebody', 'draft',
                        strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-' || (i % 30) || ' days'),
                        (SELECT id FROM layer_registry WHERE table_name = '\(layer)'), '' FROM number;
                INSERT INTO plan_edit(plan, step, layer, uid, op, class, unit, area, net)
                    SELECT n.i, 1, f.layer, f.uid, 'set', f.class, f.unit, f.area, f.net FROM number AS n JOIN feature AS f
                        ON f.uid BETWEEN n.i % 900 + 1 AND n.i % 900 + 4;
                UPDATE plan SET stage = CASE id % 2 WHEN 0 THEN 'submitted' ELSE 'review' END;
                INSERT INTO rule_run(id, time, who, plan, scope, journal, data_date, rules)
                    SELECT i, '', 'somebody', i, 'draft', 0, '', 1 FROM number;
                INSERT INTO rule_finding(run, rule, version, verdict, uid)
                    SELECT n.i, r.id, r.version, 'broken', n.i % 900 + 1 FROM number AS n JOIN (
                        SELECT id, version FROM rule ORDER BY id LIMIT 3) AS r;
                INSERT INTO rule_answer(time, who, plan, rule, uid, class, answer)
                    SELECT '', 'somebody', f.run, min(f.rule), f.uid, e.class, 'exception' FROM rule_finding AS f
                        JOIN plan_edit AS e ON e.plan = f.run AND e.uid = f.uid WHERE f.run % 2 = 0 GROUP BY f.run;
                INSERT INTO look(who, plan, uid, seen, time)
                    SELECT '\(open.who)', plan, uid, '1', '' FROM plan_edit WHERE plan % 2 = 0;
                INSERT INTO remark(time, plan, who, stage, kind, target, uid, text)
                    SELECT '', i, '\(open.who)', 'submitted', 'objection', 'parcel', i % 900 + 1, 'no' FROM number WHERE i % 2 = 0;
                COMMIT;
                """,
            ])
        let ours = try Clock.atBest {
            let queue = try open.reviewQueue(told: 20)
            guard queue.waiting == 5000 else { throw Tool.Failed(description: "\(queue.waiting) plans wait") }
        }
        return Row(what: "the queue of 5,000 plans", size: 5000, ours: ours * 1000, unit: "ms", goal: .most(50))
    }
}
