import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// A layer of the project: which table holds it, what it means, where it came from.
package struct Layer: Sendable, Hashable, Identifiable {
    package var id: Int64
    /// The table in the file, such as `DLTB_2020`.
    package var table: String
    /// The standard name, such as `DLTB`.
    package var standard: String
    package var title: String
    package var role: LayerRole
    package var year: Int?
    /// What its shapes are; nil for a table without geometry, and for a grid.
    package var geometry: Shape.Kind?
    /// Whether it is a raster grid, such as heights.
    package var isGrid: Bool
    package var classSystem: String?
    package var classField: String?
    package var unitField: String?
    package var unitNameField: String?
    package var numberField: String?
    package var nameField: String?
    package var factorField: String?
    package var source: String
    package var sourceHash: String?
    package var sourceCRS: String?
    package var encoding: String?
    package var notes: String
    package var crosswalk: Crosswalk?
    package var datumRecord: DatumRecord?
    package var joined: JoinRecord?
    package var box: Box
    package var overview: OverviewPlace?
    package var isShown: Bool
}

extension Layer: FetchableRecord {
    package init(row: Row) {
        id = row["id"]
        table = row["table_name"]
        standard = row["standard"]
        title = row["title"]
        role = LayerRole(rawValue: row["role"]) ?? .reference
        year = row["year"]
        geometry = Shape.Kind(named: row["geometry"])
        isGrid = row["geometry"] == "grid"
        classSystem = row["class_system"]
        classField = row["class_field"]
        unitField = row["unit_field"]
        unitNameField = row["unit_name_field"]
        numberField = row["number_field"]
        nameField = row["name_field"]
        factorField = row["factor_field"]
        source = row["source"]
        sourceHash = row["source_hash"]
        sourceCRS = row["source_crs"]
        encoding = row["encoding"]
        notes = row["notes"]
        crosswalk = Self.decode(row["crosswalk"])
        datumRecord = Self.decode(row["datum"])
        joined = Self.decode(row["joined"])
        box = Box(
            minX: row["min_x"] ?? .infinity, minY: row["min_y"] ?? .infinity, maxX: row["max_x"] ?? -.infinity,
            maxY: row["max_y"] ?? -.infinity)
        overview = OverviewPlace(row: row)
        isShown = row["shown"]
    }

    /// A record kept as JSON; nil where there is none, or where another program wrote something else.
    private static func decode<Value: Decodable>(_ text: String?) -> Value? {
        text.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }
}

extension Shape.Kind {
    /// The kind as the registry writes it.
    var name: String {
        switch self {
        case .point: "point"
        case .line: "line"
        case .polygon: "polygon"
        }
    }

    init?(named name: String) {
        switch name {
        case "point": self = .point
        case "line": self = .line
        case "polygon": self = .polygon
        default: return nil
        }
    }

    /// The type in `gpkg_geometry_columns`; layers hold parts of any number.
    var geoPackageType: String {
        switch self {
        case .point: "MULTIPOINT"
        case .line: "MULTILINESTRING"
        case .polygon: "MULTIPOLYGON"
        }
    }
}

extension Project {
    /// All layers, in the order in which they are listed and drawn.
    package func layers() throws -> [Layer] {
        try read { db in try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry ORDER BY id") }
    }

    /// The layer called `name`: its table, or its standard name, of which the newest year is taken.
    package func layer(named name: String) throws -> Layer {
        let layers = try layers()
        if let exact = layers.first(where: { $0.table.lowercased() == name.lowercased() }) { return exact }
        let same = layers.filter { $0.standard.lowercased() == name.lowercased() || $0.title == name }
        guard let newest = same.max(by: { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }) else {
            let known = listed(layers.map(\.table), resembling: name)
            throw Refusal(
                .noInput, "The project has no layer \(name); it has \(known.isEmpty ? "none yet" : known).",
                "项目中没有图层 \(name)；现有：\(known.isEmpty ? "无" : known)。")
        }
        return newest
    }

    /// How many features each layer holds at present, by layer id. Read from the summary, whatever the layers' size.
    package func counts() throws -> [Int64: Int] {
        try read { db in
            let time = try Int64.fetchOne(db, sql: "SELECT as_of FROM temp.here")
            let correction = time.map {
                " UNION ALL SELECT layer, count FROM (\(Here.correction(String($0))))"
            }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT layer, sum(count) AS n FROM (SELECT layer, count FROM summary\(correction ?? "")) GROUP BY layer
                    """)
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["layer"] as Int64, $0["n"] as Int) })
        }
    }

    /// Shows or hides a layer on maps, for everybody.
    package func show(_ layer: Layer, _ shown: Bool) throws {
        try change { db in
            try db.execute(sql: "UPDATE layer_registry SET shown = ? WHERE id = ?", arguments: [shown, layer.id])
        }
    }

    /// Takes a layer out of the project, with all that was made from it.
    ///
    /// - Throws: `Refusal` when a plan stands on it.
    package func drop(_ layer: Layer, line: String) throws {
        try change { db in
            try require(Role.keepingLayers, to: Phrase("drop layers", "删除图层"), in: db)
            let plans = try String.fetchAll(
                db,
                sql: """
                    SELECT title FROM plan WHERE base = :layer
                        OR EXISTS (SELECT 1 FROM publication WHERE plan = plan.id AND layer = :layer)
                        OR EXISTS (SELECT 1 FROM plan_edit WHERE plan = plan.id AND layer = :layer)
                    """, arguments: ["layer": layer.id])
            guard plans.isEmpty else {
                throw Refusal(
                    .notAllowed,
                    "Layer \(layer.table) cannot be dropped: \(plans.joined(separator: ", ")) stands on it.",
                    "图层 \(layer.table) 不能删除：规划 \(plans.joined(separator: "、")) 以其为基础。")
            }
            try Self.dropTables(of: layer, in: db)
            try record(.drop, line: line, in: db, detail: layer.table, sourceHash: layer.sourceHash)
        }
    }

    static func dropTables(of layer: Layer, in db: Database) throws {
        let table = layer.table
        if layer.geometry != nil {
            try db.execute(sql: "DROP TABLE IF EXISTS \("rtree_\(table)_geom".quoted)")
        }
        try db.execute(sql: "DROP TABLE IF EXISTS \(table.quoted)")
        if layer.isGrid { try GridTables.forget(table, in: db) }
        for registry in ["gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents", "gpkg_contents"] {
            try db.execute(sql: "DELETE FROM \(registry) WHERE table_name = ?", arguments: [table])
        }
        try PastTable.drop(of: table, in: db)
        for derived in ["list_block", "overview", "overview_past", "overview_moved", "touched", "feature", "summary"] {
            try db.execute(sql: "DELETE FROM \(derived) WHERE layer = ?", arguments: [layer.id])
        }
        try db.execute(sql: "DELETE FROM layer_registry WHERE id = ?", arguments: [layer.id])
    }
}

extension String {
    /// The name as an SQL identifier, whatever characters it holds.
    var quoted: String {
        utf8.contains(UInt8(ascii: "\"")) ? "\"" + replacing("\"", with: "\"\"") + "\"" : "\"\(self)\""
    }
}
