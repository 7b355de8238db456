import Foundation
import GRDB
import Geometry
import Phrases

/// One thing that was looked at, and what was found.
package struct Finding: Sendable, Hashable {
    package var subject: Phrase
    /// nil when all is well.
    package var trouble: Phrase?

    package var isWell: Bool { trouble == nil }
}

extension Project {
    /// Looks at the file: as a GeoPackage in the strict sense, as a project whose derived tables agree with one another, as
    /// a journal. What it reads does not grow with the layers.
    ///
    /// - Parameter deep: also reads every page, every row and every shape, and computes again what was derived from them.
    package func examine(deep: Bool) throws -> [Finding] {
        var findings = try read { db in
            try GeoPackageCheck.findings(in: db) + [
                triggersAreThere(db), nothingWaits(db), countsAgree(db), listsAgree(db), overviewsAreThere(db),
                referencesHold(["unit", "plan", "gpkg_contents", "gpkg_geometry_columns"], db),
            ]
        }
        findings += try [newestEntriesStand(), headStands()] + SharedFile.findings(of: path)
        if deep { findings += try examineDeep() }
        return findings
    }

    /// One finding: all is well, or these are at fault.
    static func finding(_ english: String, _ chinese: String, _ bad: [String]) -> Finding {
        let (list, more) = (bad.prefix(5), bad.count - 5)
        return Finding(
            subject: Phrase(english, chinese),
            trouble: bad.isEmpty
                ? nil
                : Phrase(
                    list.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""),
                    list.joined(separator: "、") + (more > 0 ? " 等 \(bad.count) 项" : "")))
    }

    private func nothingWaits(_ db: Database) throws -> Finding {
        Self.finding(
            "No change by another program waits to be looked at", "没有尚未处理的外部修改",
            try String.fetchAll(
                db,
                sql: "SELECT table_name FROM layer_registry WHERE stale OR id IN (SELECT layer FROM touched)"))
    }

    /// The blocks that row numbers are read from hold as many rows as the sums, in every order.
    private func listsAgree(_ db: Database) throws -> Finding {
        Self.finding(
            "Row numbers of lists agree with the sums", "列表行号与汇总一致",
            try String.fetchAll(
                db,
                sql: """
                    WITH kept AS MATERIALIZED (SELECT layer, sum(count) AS rows FROM summary GROUP BY layer),
                        listed AS MATERIALIZED (
                            SELECT layer, sort, sum(count) AS rows FROM list_block GROUP BY layer, sort)
                    SELECT r.table_name FROM layer_registry AS r LEFT JOIN kept AS k ON k.layer = r.id
                    WHERE EXISTS (SELECT 1 FROM listed WHERE layer = r.id AND rows <> coalesce(k.rows, 0))
                        OR (k.rows > 0 AND \(ParcelQuery.Sort.allCases.count)
                            <> (SELECT count(*) FROM listed WHERE layer = r.id))
                    """))
    }

    private func overviewsAreThere(_ db: Database) throws -> Finding {
        Self.finding(
            "Every layer that is drawn has its overview", "各绘制图层均有概览",
            try String.fetchAll(
                db,
                sql: """
                    SELECT table_name FROM layer_registry WHERE grid_cell IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM overview WHERE plan = 0 AND layer = layer_registry.id AND level = 0)
                    """))
    }

    private func referencesHold(_ tables: [String], _ db: Database) throws -> Finding {
        let broken = try tables.flatMap { table in
            try String.fetchAll(
                db, sql: "SELECT \"table\" || ' ' || coalesce(rowid, '') FROM pragma_foreign_key_check(?)",
                arguments: [table])
        }
        return Self.finding("Units, plans and layers refer to what exists", "单位、规划与图层的引用均存在", broken)
    }

    /// The newest entries, as far as two hundred of them or four megabytes reach.
    private func newestEntriesStand() throws -> Finding {
        let (rows, broken) = try verifyJournalTail(rows: 200, bytes: 4 << 20)
        return Finding(
            subject: Phrase(
                "The journal has no gap, and its newest \(rows) entries are as they were written",
                "日志无缺号，最新 \(rows) 条与原始记录一致"),
            trouble: broken.map { Phrase("entry \($0) was changed or is missing", "第 \($0) 条被改动或缺失") })
    }

    private func headStands() throws -> Finding {
        let missing = try missingEntries()
        return Finding(
            subject: Phrase("The journal's head beside the file is in the journal", "文件旁的日志头与日志相符"),
            trouble: missing.map { range in
                range.count == 1
                    ? Phrase(
                        "entry \(range.lowerBound) was cut off, or the file is an older copy",
                        "第 \(range.lowerBound) 条被截去，或文件是旧副本")
                    : Phrase(
                        "entries \(range.lowerBound) to \(range.upperBound) were cut off, or the file is an older copy",
                        "第 \(range.lowerBound) 至 \(range.upperBound) 条被截去，或文件是旧副本")
            })
    }

    private func triggersAreThere(_ db: Database) throws -> Finding {
        let missing = try String.fetchAll(
            db,
            sql: """
                SELECT table_name FROM layer_registry WHERE NOT EXISTS (
                    SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = 'tuban_touched_update_' || table_name)
                """)
        return Finding(
            subject: Phrase("Changes by other programs would be noticed", "外部修改可被察觉"),
            trouble: missing.isEmpty
                ? nil : Phrase("not in \(missing.joined(separator: ", "))", "缺少触发器：\(missing.joined(separator: "、"))"))
    }

    private func countsAgree(_ db: Database) throws -> Finding {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT l.table_name, g.feature_count, coalesce(k.count, 0) AS kept
                FROM layer_registry AS l JOIN gpkg_ogr_contents AS g ON g.table_name = l.table_name
                    LEFT JOIN (SELECT layer, sum(count) AS count FROM summary GROUP BY layer) AS k ON k.layer = l.id
                """)
        let wrong = rows.filter { ($0["feature_count"] as Int64?) != ($0["kept"] as Int64?) }.map {
            $0["table_name"] as String
        }
        return Finding(
            subject: Phrase("Each layer holds as many features as its facts say", "图层要素数与汇总一致"),
            trouble: wrong.isEmpty
                ? nil : Phrase("not \(wrong.joined(separator: ", "))", "不一致：\(wrong.joined(separator: "、"))"))
    }
}

/// The requirements of OGC 12-128r18 that can be read off the tables.
enum GeoPackageCheck {
    static func findings(in db: Database) throws -> [Finding] {
        let finding = Project.finding
        let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let required = ["gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions"]
        let listed = try String.fetchAll(db, sql: "SELECT table_name FROM gpkg_contents")
        let systems = try Int.fetchAll(db, sql: "SELECT srs_id FROM gpkg_spatial_ref_sys")
        return [
            finding(
                "The file says that it is a GeoPackage", "文件标识为 GeoPackage",
                id == GeoPackageSchema.applicationID ? [] : ["application_id \(id)"]),
            finding("The required tables are there", "必备表齐全", try required.filter { try !db.tableExists($0) }),
            finding(
                "The required reference systems are there", "必备坐标系齐全",
                [-1, 0, 4326].filter { !systems.contains($0) }.map(String.init)),
            finding(
                "Every table in gpkg_contents exists", "gpkg_contents 所列表均存在",
                try listed.filter { try !db.tableExists($0) }),
            finding(
                "Every table of features has its geometry column", "要素表均登记几何列",
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT table_name FROM gpkg_contents WHERE data_type = 'features'
                            AND table_name NOT IN (SELECT table_name FROM gpkg_geometry_columns)
                        """)),
            finding(
                "Every reference system in use is defined", "所用坐标系均有定义",
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT table_name FROM gpkg_geometry_columns
                        WHERE srs_id NOT IN (SELECT srs_id FROM gpkg_spatial_ref_sys)
                        """)),
            finding(
                "Every extension's table exists", "扩展登记的表均存在",
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT table_name FROM gpkg_extensions WHERE table_name IS NOT NULL
                            AND table_name NOT IN (SELECT name FROM sqlite_master)
                        """)),
            finding(
                "Every spatial index is registered", "空间索引均已登记",
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'
                            AND 'rtree_' || table_name || '_' || column_name NOT IN (SELECT name FROM sqlite_master)
                        """)),
        ]
    }
}
