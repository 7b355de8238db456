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
    /// Looks at the file: as a GeoPackage in the strict sense, as a project whose derived tables agree with their
    /// sources, as a journal.
    ///
    /// - Parameter deep: also reads every page and every row; takes time in proportion to the file.
    package func examine(deep: Bool) throws -> [Finding] {
        var findings: [Finding] = []
        try read { db in
            findings += try GeoPackageCheck.findings(in: db)
            findings.append(try triggersAreThere(db))
            findings.append(try countsAgree(db))
            if deep {
                findings.append(try pagesAreWhole(db))
                findings.append(try summariesAgree(db))
                findings += try indexesAgree(db)
            }
        }
        if deep {
            let (rows, broken) = try verifyJournal()
            findings.append(
                Finding(
                    subject: Phrase("The journal's \(rows) entries are as they were written", "日志 \(rows) 条与原始记录一致"),
                    trouble: broken.map { Phrase("entry \($0) was changed", "第 \($0) 条被改动") }))
        }
        return findings
    }

    private func pagesAreWhole(_ db: Database) throws -> Finding {
        let answer = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
        return Finding(
            subject: Phrase("SQLite finds every page in order", "SQLite 完整性检查"),
            trouble: answer == "ok" ? nil : Phrase(answer, answer))
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
                SELECT l.table_name, g.feature_count,
                    (SELECT total(count) FROM summary WHERE layer = l.id) AS kept
                FROM layer_registry AS l JOIN gpkg_ogr_contents AS g ON g.table_name = l.table_name
                """)
        let wrong = rows.filter { ($0["feature_count"] as Int64?) != ($0["kept"] as Int64?) }.map {
            $0["table_name"] as String
        }
        return Finding(
            subject: Phrase("Each layer holds as many features as its facts say", "图层要素数与汇总一致"),
            trouble: wrong.isEmpty
                ? nil : Phrase("not \(wrong.joined(separator: ", "))", "不一致：\(wrong.joined(separator: "、"))"))
    }

    private func summariesAgree(_ db: Database) throws -> Finding {
        let differences =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM (
                        SELECT layer, unit, class, count(*) AS n, sum(area) AS a, sum(net) AS m FROM feature
                        WHERE valid_to IS NULL GROUP BY 1, 2, 3
                        EXCEPT SELECT layer, unit, class, count, area, net FROM summary)
                    """) ?? 0
        return Finding(
            subject: Phrase("Kept sums equal fresh ones", "汇总与逐图斑求和一致"),
            trouble: differences == 0 ? nil : Phrase("\(differences) sums differ", "\(differences) 项不一致"))
    }

    private func indexesAgree(_ db: Database) throws -> [Finding] {
        try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry WHERE geometry <> 'none'").map { layer in
            let tree = "rtree_\(layer.table)_geom"
            let answer = try String.fetchOne(db, sql: "SELECT rtreecheck(?)", arguments: [tree]) ?? ""
            let count =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT (SELECT count(*) FROM \(layer.table.quoted) WHERE geom IS NOT NULL AND NOT ST_IsEmpty(geom))
                            - (SELECT count(*) FROM \(tree.quoted))
                        """) ?? 0
            let isWell = answer == "ok" && count == 0
            let reason = answer == "ok" ? "\(abs(count)) features are not in it" : answer
            return Finding(
                subject: Phrase("The spatial index of \(layer.table) is whole", "图层 \(layer.table) 空间索引完整"),
                trouble: isWell ? nil : Phrase(reason, reason))
        }
    }
}

/// The requirements of OGC 12-128r18 that can be read off the tables.
enum GeoPackageCheck {
    static func findings(in db: Database) throws -> [Finding] {
        func finding(_ english: String, _ chinese: String, _ bad: [String]) -> Finding {
            let list = bad.prefix(5).joined(separator: ", ")
            return Finding(subject: Phrase(english, chinese), trouble: bad.isEmpty ? nil : Phrase(list, list))
        }
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
