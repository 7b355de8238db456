import Planning

/// The tables of rules: the rules themselves, limits that units keep to, what runs found, and what people answered.
enum RuleSchema {
    static let migration: String = tables + "\n" + RuleTable.standard.map(insertion).joined(separator: "\n")

    static let tableNames = ["rule", "rule_limit", "rule_run", "rule_finding", "rule_answer"]

    private static let tables = """
        -- The project's own rules; the newest version of each counts, older ones stay for the findings that name them.
        CREATE TABLE rule(
            id TEXT NOT NULL,
            version INTEGER NOT NULL,
            severity TEXT NOT NULL CHECK (severity IN ('block', 'needs-approval', 'warn', 'info')),
            decided_by TEXT NOT NULL CHECK (decided_by IN ('geometry', 'tables', 'document', 'question')),
            inputs TEXT NOT NULL,
            pairs TEXT NOT NULL DEFAULT '',
            condition TEXT NOT NULL CHECK (condition <> ''),
            condition_draft TEXT NOT NULL DEFAULT '',
            threshold TEXT NOT NULL DEFAULT '',
            tolerance TEXT NOT NULL DEFAULT '',
            unit TEXT NOT NULL DEFAULT '',
            valid_from TEXT NOT NULL DEFAULT '',
            valid_to TEXT NOT NULL DEFAULT '',
            message_en TEXT NOT NULL,
            message_zh TEXT NOT NULL,
            basis TEXT NOT NULL,
            basis_version TEXT NOT NULL DEFAULT '',
            remedy_en TEXT NOT NULL,
            remedy_zh TEXT NOT NULL,
            confidence TEXT NOT NULL DEFAULT 'memory',
            source TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (id, version)
        );

        -- What a rule allows a unit: an area in m², or a share. A null value is a limit that nobody has given.
        CREATE TABLE rule_limit(
            rule TEXT NOT NULL,
            unit TEXT NOT NULL,
            layer TEXT NOT NULL DEFAULT '',
            bound TEXT NOT NULL DEFAULT 'upper' CHECK (bound IN ('upper', 'lower', 'equal')),
            value REAL,
            PRIMARY KEY (rule, unit, layer)
        ) WITHOUT ROWID;

        CREATE TABLE rule_run(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            -- 0 is the county as it stands.
            plan INTEGER NOT NULL,
            scope TEXT NOT NULL CHECK (scope IN ('draft', 'county', 'all')),
            -- The last journal row that the run knew of.
            journal INTEGER NOT NULL,
            data_date TEXT NOT NULL,
            rules INTEGER NOT NULL
        );

        CREATE INDEX rule_run_plan ON rule_run(plan, id);

        -- What a run found, one row an answer: broken, or not checkable and why. What holds has no row.
        CREATE TABLE rule_finding(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            run INTEGER NOT NULL REFERENCES rule_run(id),
            rule TEXT NOT NULL,
            version INTEGER NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('broken', 'unknown')),
            uid INTEGER,
            object INTEGER,
            number TEXT NOT NULL DEFAULT '',
            layer TEXT NOT NULL DEFAULT '',
            object_number TEXT NOT NULL DEFAULT '',
            object_layer TEXT NOT NULL DEFAULT '',
            area_m2 REAL,
            measured REAL,
            threshold REAL,
            -- Overlaps of the same rule and subject that were too small to count, together.
            ignored_m2 REAL NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '',
            x REAL, y REAL
        );
        CREATE INDEX rule_finding_run ON rule_finding(run, rule);

        -- Answers of people: an exception to a finding, or yes or no to a question. Never changed, only followed by others.
        CREATE TABLE rule_answer(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            plan INTEGER NOT NULL,
            rule TEXT NOT NULL,
            uid INTEGER,
            object INTEGER,
            -- The class that the plan gave the feature then: an exception is for a use, and does not outlive it.
            class INTEGER,
            answer TEXT NOT NULL CHECK (answer IN ('exception', 'yes', 'no', 'withdrawn')),
            reason TEXT NOT NULL DEFAULT '',
            document TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX rule_answer_rule ON rule_answer(plan, rule);
        CREATE TRIGGER rule_answer_is_final BEFORE UPDATE ON rule_answer
            BEGIN SELECT RAISE(ABORT, 'an answer cannot be changed; give another'); END;
        CREATE TRIGGER rule_answer_is_kept BEFORE DELETE ON rule_answer
            BEGIN SELECT RAISE(ABORT, 'an answer cannot be deleted; give another'); END;
        """

    /// The row of a rule as SQL.
    static func insertion(_ rule: Rule) -> String {
        let values = Rule.columns.map { column in
            column == "version" ? String(rule.version) : (rule.cells[column] ?? "").literal
        }
        return "INSERT INTO rule(\(Rule.columns.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")));"
    }
}
