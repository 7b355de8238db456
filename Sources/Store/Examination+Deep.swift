import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases

extension Project {
    /// What takes time in proportion to the file.
    func examineDeep() throws -> [Finding] {
        var findings = try read { db in
            var findings = try [pagesAreWhole(db), allReferencesHold(db), summariesAgree(db)]
            for layer in try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry ORDER BY id") {
                findings.append(try blocksAgree(layer, db))
                if layer.isGrid { findings.append(try tilesAreRead(layer, db)) }
                guard layer.geometry != nil else { continue }
                findings.append(try indexAgrees(layer, db))
                findings += try shapesAgree(layer, db)
                if let place = layer.overview { findings.append(try overviewAgrees(layer, place, db)) }
            }
            return findings
        }
        let (rows, broken) = try verifyJournal()
        findings.append(
            Finding(
                subject: Phrase("The journal's \(rows) entries are as they were written", "日志 \(rows) 条与原始记录一致"),
                trouble: broken.map { Phrase("entry \($0) was changed", "第 \($0) 条被改动") }))
        return findings
    }

    private func pagesAreWhole(_ db: Database) throws -> Finding {
        let answer = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? ""
        return Self.finding("SQLite finds every page in order", "SQLite 完整性检查", answer == "ok" ? [] : [answer])
    }

    private func allReferencesHold(_ db: Database) throws -> Finding {
        Self.finding(
            "Every row refers to what exists", "各行引用均存在",
            try String.fetchAll(
                db, sql: "SELECT \"table\" || ' ' || coalesce(rowid, '') FROM pragma_foreign_key_check LIMIT 100"))
    }

    private func summariesAgree(_ db: Database) throws -> Finding {
        // In both directions: a sum that is kept of nothing is as wrong as one that is missing.
        let fresh = """
            SELECT layer, unit, class, count(*), sum(area), sum(net) FROM feature WHERE valid_to IS NULL GROUP BY 1, 2, 3
            """
        let kept = "SELECT layer, unit, class, count, area, net FROM summary WHERE count <> 0 OR area <> 0 OR net <> 0"
        var differences =
            try Int.fetchOne(
                db,
                sql: """
                    SELECT (SELECT count(*) FROM (\(fresh) EXCEPT \(kept))) + (SELECT count(*) FROM (\(kept) EXCEPT \(fresh)))
                    """) ?? 0
        differences += try PlanChanges.differences(in: db)
        return Finding(
            subject: Phrase("Kept sums equal fresh ones", "汇总与逐图斑求和一致"),
            trouble: differences == 0 ? nil : Phrase("\(differences) sums differ", "\(differences) 项不一致"))
    }

    private func blocksAgree(_ layer: Layer, _ db: Database) throws -> Finding {
        Self.finding(
            "Row numbers of \(layer.table) count its rows", "图层 \(layer.table) 的行号与行数一致",
            try ParcelQuery.Sort.allCases.filter { try ListBlocks.differences(of: layer.id, $0, in: db) > 0 }.map(
                \.rawValue))
    }

    private func indexAgrees(_ layer: Layer, _ db: Database) throws -> Finding {
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

    /// Reads each shape once: whether GEOS finds it valid, and whether its area is the one that is kept, but for what an
    /// adjustment has moved.
    private func shapesAgree(_ layer: Layer, _ db: Database) throws -> [Finding] {
        guard layer.geometry == .polygon else { return [] }
        let (geos, official) = (GEOS(), try Self.coordinateSystem(in: db).map { try OfficialArea(crs: $0) })
        var (unreadable, invalid, otherwise): ([String], [String], [String]) = ([], [], [])
        var shape = Shape(kind: .polygon)
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT t.geom, f.uid, f.area - coalesce(a.moved, 0) FROM feature AS f
                    JOIN \(layer.table.quoted) AS t ON t.fid = f.fid LEFT JOIN area_adjustment AS a ON a.uid = f.uid
                WHERE f.layer = ? AND f.valid_to IS NULL AND t.geom IS NOT NULL
                """, arguments: [layer.id])
        while let row = try rows.next() {
            let uid: Int64 = row[1]
            let isRead = try row.withUnsafeData(atIndex: 0) { data in
                data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ?? false
            }
            guard isRead else {
                unreadable.append("\(uid)")
                continue
            }
            let validity = try geos.validity(of: shape)
            if let reason = validity.reason {
                // To the metre: where to look.
                let place = validity.place.map { " \(Int($0.x)), \(Int($0.y))" } ?? ""
                invalid.append("\(uid) (\(reason)\(place))")
            }
            guard let official else { continue }
            let area = Area(squareMetres: try official.area(of: shape)).map { Int64($0.hundredths) }
            if area != row[2] { otherwise.append("\(uid)") }
        }
        let table = layer.table
        return [
            Self.finding("Every shape of \(table) can be read", "图层 \(table) 图形均可读取", unreadable),
            Self.finding("GEOS finds every shape of \(table) valid", "图层 \(table) 图形均有效", invalid),
            Self.finding("Every area of \(table) is its shape's", "图层 \(table) 面积与图形一致", otherwise),
        ]
    }

    /// Reads each tile of a grid, and looks for its row in the table beside.
    private func tilesAreRead(_ layer: Layer, _ db: Database) throws -> Finding {
        var bad: [String] = []
        let tiles = try Row.fetchCursor(
            db,
            sql: """
                SELECT t.id, t.tile_data, a.id FROM \(layer.table.quoted) AS t LEFT JOIN gpkg_2d_gridded_tile_ancillary AS a
                    ON a.tpudt_name = ? AND a.tpudt_id = t.id
                """, arguments: [layer.table])
        while let tile = try tiles.next() {
            let isRead = try tile.withUnsafeData(atIndex: 1) { data in
                data?.withUnsafeBytes { bytes in
                    (try? FloatTIFF.decode(bytes, width: GridTables.side, height: GridTables.side)) != nil
                } ?? false
            }
            if !isRead || (tile[2] as Int64?) == nil { bad.append("\(tile[0] as Int64)") }
        }
        return Self.finding("Every tile of \(layer.table) can be read", "栅格 \(layer.table) 图块均可读取", bad)
    }

    private func overviewAgrees(_ layer: Layer, _ place: OverviewPlace, _ db: Database) throws -> Finding {
        var fresh: [String: [UInt8]] = [:]
        try Self.rasterise(layer.table, layer.id, place, in: db).forEach { tile in
            fresh["\(tile.level) \(tile.row) \(tile.column)"] = tile.bytes
        }
        var different = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT level, tile_row, tile_column, cells FROM overview WHERE plan = 0 AND layer = ?",
            arguments: [layer.id])
        while let row = try rows.next() {
            let name = "\(row[0] as Int) \(row[1] as Int) \(row[2] as Int)"
            let cells: Data = row[3]
            if fresh.removeValue(forKey: name).map({ $0.elementsEqual(cells) }) != true { different += 1 }
        }
        different += fresh.count
        return Finding(
            subject: Phrase("The overview of \(layer.table) shows its shapes", "图层 \(layer.table) 概览与图形一致"),
            trouble: different == 0 ? nil : Phrase("\(different) tiles differ", "\(different) 块不一致"))
    }
}
