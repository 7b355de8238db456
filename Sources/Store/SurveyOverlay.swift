import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// Land whose class differs between two survey years, summed by unit and class.
package struct SurveyChange: Sendable, Hashable, FetchableRecord {
    /// The unit where the later survey puts the land.
    package var unit: Int64
    package var from: Int64
    package var to: Int64
    /// Pairs of an earlier and a later parcel.
    package var pairs: Int64
    /// Whole hundredths of a square metre; `net` is without the ridges that the earlier survey deducted.
    package var area: Int64
    package var net: Int64

    package init(row: Row) {
        unit = row["unit"]
        from = row["source"]
        to = row["target"]
        pairs = row["pairs"]
        area = row["area"]
        net = row["net"]
    }
}

/// The overlay of two survey years (年度变更): which land is of another class now, from which parcel to which.
///
/// Kept in the project until either layer changes, so that rules and indicators read a narrow table. Parcels that kept
/// their outline, nearly all of them, are told by their corners; only the others go through GEOS.
enum SurveyOverlay {
    static let tables = """

        CREATE TABLE survey_overlay(
            old_layer INTEGER NOT NULL,
            new_layer INTEGER NOT NULL,
            -- The layers' revisions that the rows below were made from.
            old_revision INTEGER NOT NULL,
            new_revision INTEGER NOT NULL,
            PRIMARY KEY (old_layer, new_layer)
        ) WITHOUT ROWID;
        CREATE TABLE survey_change(
            old_layer INTEGER NOT NULL,
            new_layer INTEGER NOT NULL,
            new_uid INTEGER NOT NULL,
            old_uid INTEGER NOT NULL,
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            PRIMARY KEY (old_layer, new_layer, new_uid, old_uid)
        ) WITHOUT ROWID;
        -- Later parcels that could not be overlaid, and why: an answer of its own, never a silent gap.
        CREATE TABLE survey_change_fault(
            old_layer INTEGER NOT NULL,
            new_layer INTEGER NOT NULL,
            new_uid INTEGER NOT NULL,
            reason_en TEXT NOT NULL,
            reason_zh TEXT NOT NULL,
            PRIMARY KEY (old_layer, new_layer, new_uid)
        ) WITHOUT ROWID;
        CREATE TRIGGER layer_survey_overlay AFTER DELETE ON layer_registry BEGIN
            DELETE FROM survey_overlay WHERE OLD.id IN (old_layer, new_layer);
            DELETE FROM survey_change WHERE OLD.id IN (old_layer, new_layer);
            DELETE FROM survey_change_fault WHERE OLD.id IN (old_layer, new_layer);
        END;
        """

    static let tableNames = ["survey_overlay", "survey_change", "survey_change_fault"]
}

extension Project {
    /// What became of the land between two surveys, by unit and class, largest area first. The overlay is made when it is
    /// missing or a layer has changed since; then it takes some seconds for a large county.
    ///
    /// - Throws: `Refusal` when a layer is no survey with outlines.
    package func surveyChanges(
        from old: Layer, to new: Layer, tell: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws -> [SurveyChange] {
        try overlaySurveys(from: old, to: new, tell: tell)
        return try read { db in
            try SurveyChange.fetchAll(
                db,
                sql: """
                    SELECT n.unit AS unit, o.class AS source, n.class AS target, count(*) AS pairs, sum(c.area) AS area,
                        sum(c.net) AS net
                    FROM survey_change AS c JOIN feature AS o ON o.uid = c.old_uid JOIN feature AS n ON n.uid = c.new_uid
                    WHERE c.old_layer = ? AND c.new_layer = ? GROUP BY 1, 2, 3 ORDER BY 5 DESC, 1, 2, 3
                    """, arguments: [old.id, new.id])
        }
    }

    /// How many parcels of the later survey could not be overlaid, and the first of the reasons.
    package func surveyFaults(from old: Layer, to new: Layer) throws -> (count: Int, first: Phrase?) {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT reason_en, reason_zh FROM survey_change_fault WHERE old_layer = ? AND new_layer = ? ORDER BY new_uid
                    """, arguments: [old.id, new.id])
            return (rows.count, rows.first.map { Phrase($0[0], $0[1]) })
        }
    }

    /// Makes the overlay of two surveys where it is missing or out of date.
    ///
    /// - Parameter tell: hears how many parcels of the later survey are done; may throw to stop, and nothing is changed.
    package func overlaySurveys(
        from old: Layer, to new: Layer, tell: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws {
        for layer in [old, new] where layer.role != .parcels || layer.geometry != .polygon {
            throw Refusal(
                .usage, "Layer \(layer.table) is no survey with outlines, and cannot be compared with another year.",
                "图层 \(layer.table) 不是带图形的调查图层，无法进行年度对比。")
        }
        if try read({ db in try Self.isOverlaid(old.id, new.id, db) }) { return }
        guard let system = try coordinateSystem() else {
            throw Refusal(.badData, "The project has no coordinate system yet.", "项目尚无坐标系。")
        }
        let official = try OfficialArea(crs: system)
        try change { db in
            try db.execute(
                sql: """
                    DELETE FROM survey_change WHERE old_layer = :old AND new_layer = :new;
                    DELETE FROM survey_change_fault WHERE old_layer = :old AND new_layer = :new;
                    """, arguments: ["old": old.id, "new": new.id])
            var overlay = SurveyTiles(old: old, new: new, official: official, db: db)
            try overlay.run(tell)
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO survey_overlay SELECT :old, :new,
                        (SELECT revision FROM layer_registry WHERE id = :old),
                        (SELECT revision FROM layer_registry WHERE id = :new)
                    """, arguments: ["old": old.id, "new": new.id])
        }
    }

    static func isOverlaid(_ old: Int64, _ new: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM survey_overlay AS s JOIN layer_registry AS o ON o.id = s.old_layer
                    JOIN layer_registry AS n ON n.id = s.new_layer
                    WHERE o.id = ? AND n.id = ? AND s.old_revision = o.revision AND s.new_revision = n.revision)
                """, arguments: [old, new]) ?? false
    }
}
