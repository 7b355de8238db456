/// The tables of review and approval. But for `look` nothing in them ever changes: rows follow one another, the newest of
/// a kind counts, and the triggers refuse anything else.
enum ReviewSchema {
    static let migration: String =
        tables
        + appended.map { table in
            """

            CREATE TRIGGER \(table)_is_final BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'what was kept in \(table) cannot be changed'); END;
            CREATE TRIGGER \(table)_is_kept BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, 'what was kept in \(table) cannot be deleted'); END;
            -- INSERT OR REPLACE takes rows away without asking the trigger above.
            CREATE TRIGGER \(table)_is_appended BEFORE INSERT ON \(table)
                WHEN EXISTS (SELECT 1 FROM \(table) WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'a row of \(table) is followed by another, never replaced'); END;
            """
        }.joined()

    /// What changesets record, beside the tables of drafts.
    static let appended = [
        "roster", "deputy", "rulebook", "case_event", "case_document", "assignment", "opinion", "opinion_answer",
        "remark", "remark_end", "publication",
    ]

    static let tableNames = appended + ["look", "overview_past", "overview_moved"]

    private static let tables = """
        -- Who is who, and may do what; the newest row of a login counts. Every row but the founder's first is signed.
        CREATE TABLE roster(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            login TEXT NOT NULL CHECK (login <> ''),
            name TEXT NOT NULL DEFAULT '',
            office TEXT NOT NULL DEFAULT '',
            level TEXT NOT NULL CHECK (level IN ('town', 'county', 'city', 'province')),
            -- Names of roles, parted by spaces.
            roles TEXT NOT NULL DEFAULT '',
            key TEXT NOT NULL DEFAULT '',
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
            -- The journal row that was the newest when the statement was signed, and its hash.
            anchor INTEGER NOT NULL DEFAULT 0,
            anchor_hash TEXT NOT NULL DEFAULT '',
            signature TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX roster_login ON roster(login, id);

        -- Who stands in for whom, from one day to another; signed by the one who is stood in for, or an administrator.
        CREATE TABLE deputy(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            login TEXT NOT NULL,
            deputy TEXT NOT NULL,
            first_day TEXT NOT NULL,
            last_day TEXT NOT NULL,
            active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
            anchor INTEGER NOT NULL,
            anchor_hash TEXT NOT NULL,
            signature TEXT NOT NULL
        );
        CREATE INDEX deputy_deputy ON deputy(deputy);

        -- The tables that a bureau replaces: the whole text of each, the newest counts.
        CREATE TABLE rulebook(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('workflow', 'calendar')),
            text TEXT NOT NULL,
            anchor INTEGER NOT NULL,
            anchor_hash TEXT NOT NULL,
            signature TEXT NOT NULL
        );

        -- The steps of plans from stage to stage.
        CREATE TABLE case_event(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            plan INTEGER NOT NULL REFERENCES plan(id),
            who TEXT NOT NULL,
            -- Whose deputy acted; empty for one who acts in their own name.
            behalf TEXT NOT NULL DEFAULT '',
            role TEXT NOT NULL,
            -- The name of the step in the table of workflows, or `take-back`.
            step TEXT NOT NULL,
            from_stage TEXT NOT NULL,
            -- The same while more signatures are awaited.
            to_stage TEXT NOT NULL,
            decides INTEGER NOT NULL DEFAULT 0 CHECK (decides IN (0, 1)),
            reason_code TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT '',
            first_day TEXT NOT NULL DEFAULT '',
            last_day TEXT NOT NULL DEFAULT '',
            -- SHA-256 of what the plan says (PlanContent.swift).
            content TEXT NOT NULL,
            -- The plan's newest journal row when the step was taken, and its hash.
            anchor INTEGER NOT NULL,
            anchor_hash TEXT NOT NULL,
            -- The event that this one takes back.
            target INTEGER REFERENCES case_event(id),
            signature TEXT NOT NULL DEFAULT '',
            CHECK ((decides = 1) = (signature <> ''))
        );
        CREATE INDEX case_event_plan ON case_event(plan, id);
        CREATE INDEX case_event_who ON case_event(who);
        -- Nobody decides on a plan in which they drafted any step.
        CREATE TRIGGER case_event_by_others BEFORE INSERT ON case_event
            WHEN NEW.decides = 1 AND EXISTS (
                SELECT 1 FROM journal WHERE plan = NEW.plan AND kind IN ('do', 'undo', 'redo')
                    AND who IN (NEW.who, NEW.behalf))
            BEGIN SELECT RAISE(ABORT, 'nobody decides on a plan that they drafted'); END;
        CREATE TRIGGER case_event_by_nobody_else BEFORE INSERT ON case_event
            WHEN (SELECT stage FROM plan WHERE id = NEW.plan) IS NOT NEW.from_stage
            BEGIN SELECT RAISE(ABORT, 'the plan is at another stage'); END;

        -- Documents in the file of a case, beside those that hang on parcels.
        CREATE TABLE case_document(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            plan INTEGER NOT NULL REFERENCES plan(id),
            who TEXT NOT NULL,
            kind TEXT NOT NULL,
            title TEXT NOT NULL CHECK (title <> ''),
            content BLOB NOT NULL,
            hash TEXT NOT NULL
        );
        CREATE INDEX case_document_plan ON case_document(plan);

        -- Who is to deal with a plan at a stage; the newest row of a plan and stage counts, an empty login is nobody.
        CREATE TABLE assignment(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            plan INTEGER NOT NULL REFERENCES plan(id),
            who TEXT NOT NULL,
            stage TEXT NOT NULL,
            login TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT ''
        );
        CREATE INDEX assignment_plan ON assignment(plan, id);

        -- What experts, departments and the public said, and how it was answered.
        CREATE TABLE opinion(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            plan INTEGER NOT NULL REFERENCES plan(id),
            who TEXT NOT NULL,
            party TEXT NOT NULL CHECK (party IN ('expert', 'department', 'public')),
            name TEXT NOT NULL,
            received TEXT NOT NULL,
            text TEXT NOT NULL CHECK (text <> ''),
            -- The stage at which it came.
            stage TEXT NOT NULL
        );
        CREATE INDEX opinion_plan ON opinion(plan);
        CREATE TABLE opinion_answer(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            opinion INTEGER NOT NULL REFERENCES opinion(id),
            who TEXT NOT NULL,
            answer TEXT NOT NULL CHECK (answer IN ('adopted', 'partly', 'declined')),
            reason TEXT NOT NULL CHECK (reason <> '')
        );
        CREATE INDEX opinion_answer_opinion ON opinion_answer(opinion, id);

        -- Comments and objections, in threads, on a plan or on a step, a parcel, a finding or a place of it.
        CREATE TABLE remark(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            plan INTEGER NOT NULL REFERENCES plan(id),
            who TEXT NOT NULL,
            stage TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('comment', 'objection')),
            -- The first of the thread that it belongs to; null for the first.
            thread INTEGER REFERENCES remark(id),
            target TEXT NOT NULL CHECK (target IN ('plan', 'step', 'parcel', 'finding', 'place')),
            step INTEGER,
            uid INTEGER,
            -- Of a finding: its rule.
            rule TEXT,
            x REAL, y REAL,
            text TEXT NOT NULL CHECK (text <> '')
        );
        CREATE INDEX remark_plan ON remark(plan, thread);
        CREATE INDEX remark_uid ON remark(uid) WHERE uid IS NOT NULL;
        CREATE TABLE remark_end(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time TEXT NOT NULL,
            remark INTEGER NOT NULL REFERENCES remark(id),
            who TEXT NOT NULL,
            -- 0 opens it again.
            ended INTEGER NOT NULL DEFAULT 1 CHECK (ended IN (0, 1))
        );
        CREATE INDEX remark_end_remark ON remark_end(remark, id);
        CREATE TRIGGER remark_end_by_its_author BEFORE INSERT ON remark_end
            WHEN NEW.who IS NOT (SELECT who FROM remark WHERE id = NEW.remark)
            BEGIN SELECT RAISE(ABORT, 'a remark is resolved by who made it'); END;

        -- What publication wrote: for each row of a layer what it is made of, so that it can be proved.
        CREATE TABLE publication(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event INTEGER NOT NULL REFERENCES case_event(id),
            plan INTEGER NOT NULL REFERENCES plan(id),
            layer INTEGER NOT NULL,
            -- The new row, or the one that was superseded.
            uid INTEGER NOT NULL,
            -- The drafted feature that it comes from; null for the rest of one that was cut.
            source INTEGER,
            op TEXT NOT NULL CHECK (op IN ('add', 'supersede', 'rest')),
            -- SHA-256 over class, unit, area, net, number, name, attributes and outline (PublishedRow.swift).
            hash TEXT NOT NULL,
            -- The journal row of the event: from when the row is in force, or until when the superseded one was.
            journal INTEGER NOT NULL
        );
        CREATE INDEX publication_plan ON publication(plan, journal);
        CREATE INDEX publication_uid ON publication(uid);
        -- What came and went after a date is asked for by these, so that the past costs what changed since and not what
        -- the layers hold.
        CREATE INDEX feature_valid_from ON feature(valid_from) WHERE valid_from IS NOT NULL;
        CREATE INDEX feature_valid_to ON feature(valid_to) WHERE valid_to IS NOT NULL;

        -- Tiles of overviews as they were until a journal row changed them, and where the grid of a layer lay until one
        -- moved it (OverviewRevision.swift).
        CREATE TABLE overview_past(
            layer INTEGER NOT NULL,
            level INTEGER NOT NULL,
            tile_row INTEGER NOT NULL,
            tile_column INTEGER NOT NULL,
            until INTEGER NOT NULL,
            cells BLOB NOT NULL,
            PRIMARY KEY (layer, level, tile_row, tile_column, until)
        ) WITHOUT ROWID;
        CREATE TABLE overview_moved(
            layer INTEGER NOT NULL,
            until INTEGER NOT NULL,
            grid_x REAL, grid_y REAL, grid_cell REAL, grid_columns INTEGER, grid_rows INTEGER,
            PRIMARY KEY (layer, until)
        ) WITHOUT ROWID;

        -- Which changes of a plan somebody has looked at, as they were then. Nobody else's business, so nothing of the
        -- journal.
        CREATE TABLE look(
            who TEXT NOT NULL,
            plan INTEGER NOT NULL,
            uid INTEGER NOT NULL,
            -- The hash of the change when it was seen; another now means that it changed since.
            seen TEXT NOT NULL,
            verdict TEXT NOT NULL DEFAULT 'seen' CHECK (verdict IN ('seen', 'accepted', 'objected')),
            time TEXT NOT NULL,
            PRIMARY KEY (who, plan, uid)
        ) WITHOUT ROWID;

        -- What a plan is cannot be changed once it is on its way.
        CREATE TRIGGER plan_is_submitted BEFORE UPDATE OF kind, title, owner, base, planned, area, note, variant_of
            ON plan WHEN OLD.stage <> 'draft'
            BEGIN SELECT RAISE(ABORT, 'only a draft can be edited'); END;
        CREATE INDEX plan_stage ON plan(stage);
        """
}
