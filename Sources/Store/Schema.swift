/// The tables that tuban adds to a GeoPackage.
///
/// Areas are whole hundredths of a square metre, so that sums are exact whatever their order. Class 0 and unit 0 stand
/// for "not given", so that no key is ever null. Triggers use built-in functions only: QGIS must be able to save.
enum Schema {
    /// Every migration in order; the schema's version is their number. Each runs inside the opening transaction, and is
    /// written when it runs: every command opens a project, and the rules alone are a long text.
    static let migrations: [@Sendable () -> String] = [
        { version1 }, { ListBlocks.table + ListBlocks.triggers }, { SurveyOverlay.tables },
        { PlanChanges.table + PlanChanges.triggers + BaseFacts.table }, { RuleSchema.migration },
        { ReviewSchema.migration }, { StatisticSchema.migration }, { ReachSchema.migration },
        { IndicatorSchema.migration }, { AnalysisSchema.migration },
    ]

    /// All of them, as one text.
    static var whole: String { migrations.map { $0() }.joined(separator: "\n") }

    private static let version1: String = """
        CREATE TABLE project(
            key TEXT PRIMARY KEY NOT NULL,
            value NOT NULL
        ) WITHOUT ROWID;

        -- One row a layer: which table holds it, what it means, where it came from.
        CREATE TABLE layer_registry(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            table_name TEXT NOT NULL UNIQUE,
            standard TEXT NOT NULL,
            title TEXT NOT NULL,
            role TEXT NOT NULL CHECK (role IN (
                'parcels', 'units', 'plannedUse', 'controlLine', 'resource', 'project', 'reference')),
            year INTEGER,
            version INTEGER NOT NULL DEFAULT 1,
            geometry TEXT NOT NULL CHECK (geometry IN ('point', 'line', 'polygon', 'grid', 'none')),
            class_system TEXT,
            class_field TEXT,
            unit_field TEXT,
            unit_name_field TEXT,
            number_field TEXT,
            name_field TEXT,
            factor_field TEXT,
            source TEXT NOT NULL,
            source_hash TEXT,
            source_crs TEXT,
            encoding TEXT,
            notes TEXT NOT NULL DEFAULT '',
            -- What the import did beyond copying: the crosswalk of its classes, the datum shift, the joined table.
            crosswalk TEXT CHECK (crosswalk IS NULL OR json_valid(crosswalk)),
            datum TEXT CHECK (datum IS NULL OR json_valid(datum)),
            joined TEXT CHECK (joined IS NULL OR json_valid(joined)),
            min_x REAL, min_y REAL, max_x REAL, max_y REAL,
            -- The finest overview grid: its lower left corner, the side of a cell in map units, its size in cells.
            grid_x REAL, grid_y REAL, grid_cell REAL, grid_columns INTEGER, grid_rows INTEGER,
            revision INTEGER NOT NULL DEFAULT 1,
            shown INTEGER NOT NULL DEFAULT 1 CHECK (shown IN (0, 1)),
            stale INTEGER NOT NULL DEFAULT 0 CHECK (stale IN (0, 1))
        );

        -- Land-use classes and zones: never a bare code. Ids follow the order of codes, with gaps for codes unknown so far.
        CREATE TABLE land_class(
            id INTEGER PRIMARY KEY,
            system TEXT NOT NULL,
            code TEXT NOT NULL,
            name_en TEXT NOT NULL,
            name_zh TEXT NOT NULL,
            parent TEXT,
            category TEXT NOT NULL DEFAULT '',
            note_en TEXT NOT NULL DEFAULT '',
            note_zh TEXT NOT NULL DEFAULT '',
            known INTEGER NOT NULL DEFAULT 1 CHECK (known IN (0, 1)),
            UNIQUE (system, code)
        );
        INSERT INTO land_class(id, system, code, name_en, name_zh) VALUES (0, '', '', 'no class', '无地类');

        -- County, towns, villages.
        CREATE TABLE unit(
            id INTEGER PRIMARY KEY,
            code TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            parent INTEGER REFERENCES unit(id)
        );
        INSERT INTO unit(id, code, name) VALUES (0, '', '');

        -- The normalised facts of each feature of each layer. Lists and sums read this table, never a geometry.
        CREATE TABLE feature(
            uid INTEGER PRIMARY KEY,
            layer INTEGER NOT NULL REFERENCES layer_registry(id),
            fid INTEGER NOT NULL,
            number TEXT NOT NULL DEFAULT '',
            name TEXT NOT NULL DEFAULT '',
            class INTEGER NOT NULL DEFAULT 0 REFERENCES land_class(id),
            unit INTEGER NOT NULL DEFAULT 0 REFERENCES unit(id),
            area INTEGER NOT NULL DEFAULT 0,
            net INTEGER NOT NULL DEFAULT 0,
            revision INTEGER NOT NULL DEFAULT 1,
            valid_from INTEGER,
            valid_to INTEGER
        );
        CREATE UNIQUE INDEX feature_fid ON feature(layer, fid);
        -- Every order of a list, for rows that count at present; uid follows in each as the row's own key.
        CREATE INDEX feature_uid ON feature(layer, valid_to);
        CREATE INDEX feature_number ON feature(layer, valid_to, number);
        CREATE INDEX feature_class ON feature(layer, valid_to, class);
        CREATE INDEX feature_unit ON feature(layer, valid_to, unit);
        CREATE INDEX feature_area ON feature(layer, valid_to, area);

        -- What layers hold at present, by unit and class; kept by triggers.
        CREATE TABLE summary(
            layer INTEGER NOT NULL,
            unit INTEGER NOT NULL,
            class INTEGER NOT NULL,
            count INTEGER NOT NULL,
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            PRIMARY KEY (layer, unit, class)
        ) WITHOUT ROWID;

        CREATE TABLE plan(
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            title TEXT NOT NULL CHECK (title <> ''),
            owner TEXT NOT NULL,
            stage TEXT NOT NULL DEFAULT 'draft',
            -- When it came to this stage.
            since TEXT NOT NULL DEFAULT '',
            base INTEGER REFERENCES layer_registry(id),
            -- The planned-use layer whose version the plan amends; null where it starts from the survey alone.
            planned INTEGER REFERENCES layer_registry(id),
            -- The area that the plan is about, as a GeoPackage blob; null is the whole county.
            area BLOB,
            created TEXT NOT NULL,
            note TEXT NOT NULL DEFAULT '',
            -- The plan that this one is a variant of.
            variant_of INTEGER REFERENCES plan(id)
        );

        -- A draft's world: what is not here is base. `geom` is null where only the class or attributes differ. Ids are not
        -- used twice: a step that was taken back comes again with the ids it had.
        CREATE TABLE plan_edit(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            plan INTEGER NOT NULL REFERENCES plan(id),
            step INTEGER NOT NULL,
            layer INTEGER NOT NULL REFERENCES layer_registry(id),
            uid INTEGER NOT NULL,
            op TEXT NOT NULL CHECK (op IN ('set', 'add', 'remove')),
            class INTEGER NOT NULL REFERENCES land_class(id),
            unit INTEGER NOT NULL REFERENCES unit(id),
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            -- Values by field that differ from the base row; all of them where there is no base row.
            attributes TEXT CHECK (attributes IS NULL OR json_valid(attributes)),
            geom BLOB,
            -- The number and name of a feature that only the draft has.
            number TEXT NOT NULL DEFAULT '',
            name TEXT NOT NULL DEFAULT '',
            -- The revision of the base feature that the edit was made on; a newer one means that the base has moved.
            base_revision INTEGER,
            UNIQUE (plan, uid)
        );
        CREATE INDEX plan_edit_layer ON plan_edit(plan, layer);
        CREATE INDEX plan_edit_uid ON plan_edit(uid);

        -- From which base features the land of a drafted feature comes, and how much of each: what a balance from class to
        -- class, and every rule about change, is reckoned by. A feature that kept its outline has no rows: all its land is
        -- its own base feature's.
        CREATE TABLE plan_origin(
            plan INTEGER NOT NULL REFERENCES plan(id),
            uid INTEGER NOT NULL,
            base INTEGER NOT NULL,
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            PRIMARY KEY (plan, uid, base)
        ) WITHOUT ROWID;

        -- Notes and documents that a step hangs on a feature, or on a place.
        CREATE TABLE attachment(
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            plan INTEGER NOT NULL REFERENCES plan(id),
            step INTEGER NOT NULL,
            uid INTEGER,
            x REAL, y REAL,
            kind TEXT NOT NULL CHECK (kind IN ('note', 'document')),
            title TEXT NOT NULL CHECK (title <> ''),
            -- A document's bytes and their SHA-256.
            content BLOB,
            hash TEXT,
            who TEXT NOT NULL,
            time TEXT NOT NULL,
            CHECK (uid IS NOT NULL OR (x IS NOT NULL AND y IS NOT NULL)),
            CHECK ((kind = 'document') = (content IS NOT NULL AND hash IS NOT NULL))
        );
        CREATE INDEX attachment_uid ON attachment(plan, uid);
        CREATE VIRTUAL TABLE plan_edit_place USING rtree(id, min_x, max_x, min_y, max_y);

        -- What a draft adds to the summary of its base, positive and negative; kept by triggers.
        CREATE TABLE plan_summary(
            plan INTEGER NOT NULL,
            layer INTEGER NOT NULL,
            unit INTEGER NOT NULL,
            class INTEGER NOT NULL,
            count INTEGER NOT NULL,
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            PRIMARY KEY (plan, layer, unit, class)
        ) WITHOUT ROWID;

        -- Which parcel came from which, by split, merge or publication.
        CREATE TABLE lineage(
            child INTEGER NOT NULL,
            parent INTEGER NOT NULL,
            -- 0 for lineage of the base.
            plan INTEGER NOT NULL DEFAULT 0,
            step INTEGER,
            PRIMARY KEY (child, parent, plan)
        ) WITHOUT ROWID;
        CREATE INDEX lineage_parent ON lineage(parent);

        -- Pyramids of dominant classes: 64 by 64 cells a tile, run-length coded (OverviewTile.swift). Plan 0 is the base.
        CREATE TABLE overview(
            plan INTEGER NOT NULL,
            layer INTEGER NOT NULL,
            level INTEGER NOT NULL,
            tile_row INTEGER NOT NULL,
            tile_column INTEGER NOT NULL,
            cells BLOB NOT NULL,
            PRIMARY KEY (plan, layer, level, tile_row, tile_column)
        ) WITHOUT ROWID;

        -- Who did what, when, by which line, with which effect. Rows are chained by their hashes and never change.
        CREATE TABLE journal(
            id INTEGER PRIMARY KEY,
            time TEXT NOT NULL,
            who TEXT NOT NULL,
            line TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN (
                'do', 'undo', 'redo', 'import', 'drop', 'outside', 'set', 'roster', 'move', 'note')),
            target INTEGER REFERENCES journal(id),
            plan INTEGER,
            step INTEGER,
            detail TEXT NOT NULL DEFAULT '',
            source_hash TEXT,
            changeset BLOB,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL
        );
        CREATE INDEX journal_plan ON journal(plan, who, kind);
        CREATE INDEX journal_target ON journal(target);
        CREATE TRIGGER journal_is_final BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'a journal row cannot be changed'); END;
        CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'a journal row cannot be deleted'); END;
        -- INSERT OR REPLACE takes rows away without asking the trigger above.
        CREATE TRIGGER journal_is_appended BEFORE INSERT ON journal
            WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM journal)
            BEGIN SELECT RAISE(ABORT, 'a journal row goes to the end'); END;

        -- Control areas that a layer's parcels were brought to, and the parcels that were moved for it. A parcel's raw area
        -- is what stands here, or where nothing stands, its area.
        CREATE TABLE area_control(
            layer INTEGER NOT NULL,
            unit TEXT NOT NULL,
            side TEXT NOT NULL,
            given INTEGER NOT NULL,
            control INTEGER NOT NULL,
            raw INTEGER NOT NULL,
            parcels INTEGER NOT NULL,
            source TEXT NOT NULL,
            journal INTEGER NOT NULL,
            PRIMARY KEY (layer, unit, side)
        ) WITHOUT ROWID;
        CREATE TABLE area_adjustment(
            uid INTEGER PRIMARY KEY,
            layer INTEGER NOT NULL,
            unit TEXT NOT NULL,
            side TEXT NOT NULL,
            raw INTEGER NOT NULL,
            moved INTEGER NOT NULL CHECK (moved <> 0),
            journal INTEGER NOT NULL
        );
        CREATE INDEX area_adjustment_layer ON area_adjustment(layer);
        CREATE TRIGGER feature_area_adjustment AFTER DELETE ON feature
            BEGIN DELETE FROM area_adjustment WHERE uid = OLD.uid; END;
        CREATE TRIGGER layer_area_control AFTER DELETE ON layer_registry
            BEGIN DELETE FROM area_control WHERE layer = OLD.id; END;

        -- Rows of layer tables that another program changed and tuban has not looked at yet.
        CREATE TABLE touched(
            layer INTEGER NOT NULL,
            fid INTEGER NOT NULL,
            PRIMARY KEY (layer, fid)
        ) WITHOUT ROWID;

        -- Where each user was, so that the next start returns there.
        CREATE TABLE place(
            who TEXT PRIMARY KEY NOT NULL,
            state TEXT NOT NULL CHECK (json_valid(state))
        ) WITHOUT ROWID;
        """ + planGuard + planSummaryTriggers + summaryTriggers

    /// Only a draft can be edited, whatever program tries.
    private static let planGuard: String = ["plan_edit", "plan_origin", "attachment"].flatMap { table in
        ["INSERT", "UPDATE", "DELETE"].map { event in
            let row = event == "DELETE" ? "OLD" : "NEW"
            return """

                CREATE TRIGGER \(table)_\(event.lowercased())_draft BEFORE \(event) ON \(table)
                    WHEN (SELECT stage FROM plan WHERE id = \(row).plan) <> 'draft'
                    BEGIN SELECT RAISE(ABORT, 'only a draft can be edited'); END;
                """
        }
    }.joined()

    /// The triggers that keep `summary`; dropped and made again around a bulk import.
    static let summaryTriggers: String = """

        CREATE TRIGGER feature_summary_insert AFTER INSERT ON feature WHEN NEW.valid_to IS NULL
            BEGIN \(add(to: "summary", key: "layer, unit, class", row: "NEW", sign: "")) END;
        CREATE TRIGGER feature_summary_delete AFTER DELETE ON feature WHEN OLD.valid_to IS NULL
            BEGIN \(add(to: "summary", key: "layer, unit, class", row: "OLD", sign: "-")) END;
        CREATE TRIGGER feature_summary_update_old AFTER UPDATE ON feature WHEN OLD.valid_to IS NULL
            BEGIN \(add(to: "summary", key: "layer, unit, class", row: "OLD", sign: "-")) END;
        CREATE TRIGGER feature_summary_update_new AFTER UPDATE ON feature WHEN NEW.valid_to IS NULL
            BEGIN \(add(to: "summary", key: "layer, unit, class", row: "NEW", sign: "")) END;
        """

    static let summaryTriggerNames = [
        "feature_summary_insert", "feature_summary_delete", "feature_summary_update_old", "feature_summary_update_new",
    ]

    /// An edit takes its base feature away and puts its own values there, unless it removes.
    private static let planSummaryTriggers: String = {
        func effect(_ row: String, _ sign: String, _ opposite: String) -> String {
            """
            INSERT INTO plan_summary(plan, layer, unit, class, count, area, net)
                SELECT \(row).plan, f.layer, f.unit, f.class, \(opposite)1, \(opposite)f.area, \(opposite)f.net
                FROM feature AS f WHERE f.uid = \(row).uid AND \(row).op <> 'add' AND f.valid_to IS NULL
                ON CONFLICT DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                    net = net + excluded.net;
            INSERT INTO plan_summary(plan, layer, unit, class, count, area, net)
                SELECT \(row).plan, \(row).layer, \(row).unit, \(row).class, \(sign)1, \(sign)\(row).area, \(sign)\(row).net
                WHERE \(row).op <> 'remove'
                ON CONFLICT DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                    net = net + excluded.net;
            """
        }
        return """

            CREATE TRIGGER plan_edit_summary_insert AFTER INSERT ON plan_edit BEGIN \(effect("NEW", "", "-")) END;
            CREATE TRIGGER plan_edit_summary_delete AFTER DELETE ON plan_edit BEGIN \(effect("OLD", "-", "")) END;
            CREATE TRIGGER plan_edit_summary_update AFTER UPDATE ON plan_edit
                BEGIN \(effect("OLD", "-", "")) \(effect("NEW", "", "-")) END;
            """
    }()

    private static func add(to table: String, key: String, row: String, sign: String) -> String {
        """
        INSERT INTO \(table)(\(key), count, area, net)
            VALUES (\(row).layer, \(row).unit, \(row).class, \(sign)1, \(sign)\(row).area, \(sign)\(row).net)
            ON CONFLICT DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                net = net + excluded.net;
        """
    }

    /// The tables whose rows a command may change by steps: these are recorded in changesets. Summaries, overviews and
    /// R-trees follow by trigger or are mended, and would otherwise be applied twice.
    static let recordedTables = [
        "plan", "plan_edit", "plan_origin", "lineage", "attachment", "land_class", "unit",
    ]

    /// What an adjustment of areas changes: its changeset is evidence of what was moved. Other changes of base data take rows
    /// away again without one, so these tables do not follow from the journal alone.
    static let adjustedTables = ["area_control", "area_adjustment"]

    /// The tables a GIS shows as tables without geometry, with a word on each for `gpkg_contents`.
    static let attributeTables = [
        ("layer_registry", "tuban: the layers and their roles"),
        ("land_class", "tuban: land-use classes"),
        ("feature", "tuban: normalised facts of each feature"),
        ("plan", "tuban: plans"),
        ("plan_edit", "tuban: what each plan changes"),
        ("attachment", "tuban: notes and documents of plans"),
        ("journal", "tuban: who did what, when"),
        ("unit", "tuban: county, towns, villages"),
        ("roster", "tuban: who may do what"),
        ("case_event", "tuban: the steps of plans from stage to stage"),
        ("opinion", "tuban: what experts, departments and the public said"),
        ("remark", "tuban: comments and objections of reviewers"),
    ]

    /// Every table of ours, as registered in `gpkg_extensions`.
    static let tables =
        [
            "project", "layer_registry", "land_class", "unit", "feature", "summary", "plan", "plan_edit",
            "plan_edit_place",
            "plan_summary", "plan_origin", "attachment", "lineage", "overview", "journal", "touched", "place",
            "area_control", "area_adjustment", "survey_overlay", "survey_change", "survey_change_fault",
        ] + RuleSchema.tableNames + ReviewSchema.tableNames
}
