import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// Whom a run of the rules looks at.
package enum RuleScope: String, Sendable, CaseIterable {
    /// What a draft changes.
    case draft
    /// What changed between the two newest surveys, and every layer as it stands.
    case county
    case all
}

/// A connection of its own on which rules run: the documented views over temporary tables that hold who is examined,
/// what changed, and which outlines share what. It goes with the run.
final class RuleWorkspace {
    let queue: DatabaseQueue
    let covers = CoverShapes()
    let scope: RuleScope
    let plan: Plan?
    /// Layers by the name that rules know them by.
    private(set) var layers: [String: Layer] = [:]
    /// What areas are measured in; nil measures in the plane.
    var system: CoordinateSystem?
    /// What users' SQL may name beside the tables of every run.
    var names: Set<String> = ["change", "site", "overlap", "distance", "examined", "limits"]

    var planID: Int64 { scope == .county ? 0 : plan?.id ?? 0 }
    var isDraft: Bool { scope == .draft }

    init(path: String, plan: Plan?, scope: RuleScope) throws {
        self.scope = scope
        self.plan = plan
        queue = try DatabaseQueue(path: path, configuration: Project.configuration(readOnly: true))
        try queue.inDatabase { db in
            // Reading only is for the file; the connection's own temporary tables must be written.
            try db.execute(sql: "PRAGMA query_only = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536")
            try Here.install(in: db)
            db.add(function: covers.function)
            db.add(function: CoverShapes.workdays)
            system = try Project.coordinateSystem(in: db)
            covers.use(system)
            let all = try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry ORDER BY id")
            for layer in all.sorted(by: { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }) {
                if layer.role == .parcels, let newest = layers[layer.standard] {
                    layers[layer.standard + "_BEFORE"] = newest
                }
                layers[layer.standard] = layer
            }
            if scope != .county, let plan {
                let named = [plan.base, plan.planned].compactMap { id in all.first { $0.id == id } }
                for layer in named { layers[layer.standard] = layer }
            }
            try Project.stand(Here(plan: planID), in: db)
            try db.execute(sql: Self.tables)
        }
    }

    private static let tables = """
        CREATE TEMP TABLE piece(
            subject INTEGER PRIMARY KEY, source TEXT, uid INTEGER, base_uid INTEGER, class_from INTEGER,
            class_to INTEGER, unit INTEGER, area_m2 REAL, net_m2 REAL, changed_m2 REAL);
        CREATE TEMP TABLE examined(subject INTEGER PRIMARY KEY, uid INTEGER, layer TEXT);
        CREATE INDEX temp.examined_layer ON examined(layer);
        CREATE TEMP TABLE overlap(
            subject INTEGER, object INTEGER, layer TEXT, area_m2 REAL, length_m REAL, x REAL, y REAL);
        CREATE INDEX temp.overlap_subject ON overlap(subject, layer);
        CREATE INDEX temp.overlap_layer ON overlap(layer);
        CREATE TEMP TABLE distance(subject INTEGER, object INTEGER, layer TEXT, distance_m REAL, x REAL, y REAL);
        CREATE TEMP VIEW limits AS SELECT rule, unit, layer, bound, value FROM rule_limit;
        """

    /// The view that rules read changes by; put in the place of the plan's own once that has been read.
    static let changeView = """
        DROP VIEW temp.change;
        CREATE TEMP VIEW change AS
            SELECT p.subject, p.source, p.uid, p.base_uid, p.area_m2, p.net_m2, p.changed_m2,
                b.system || ':' || b.code AS was, a.system || ':' || a.code AS becomes,
                b.system AS from_system, b.code AS from_code, b.category AS from_category,
                a.system AS to_system, a.code AS to_code, a.category AS to_category,
                b.code GLOB '01*' AS from_cultivated, a.code GLOB '01*' AS to_cultivated,
                b.category = 'construction' AS from_construction, a.category = 'construction' AS to_construction,
                a.id = 0 OR a.known = 0 AS to_missing, u.code AS unit_code
            FROM piece AS p JOIN land_class AS b ON b.id = p.class_from JOIN land_class AS a ON a.id = p.class_to
                LEFT JOIN unit AS u ON u.id = p.unit;
        """

    // MARK: Views of layers

    /// The columns of a layer's table that its view shows.
    func columns(of layer: Layer, in db: Database) throws -> [String] {
        let ours: Set = [
            "fid", "geom", "uid", "number", "name", "area_m2", "net_m2", "has_outline", "class_system", "class_code",
            "category", "unit_code", "unit_name",
        ]
        return try db.columns(in: layer.table, in: "main").map(\.name).filter { !ours.contains($0.lowercased()) }
    }

    /// Makes the view of a layer under its standard name, as it is in the world of the run.
    func makeView(_ name: String, _ layer: Layer, in db: Database) throws {
        let columns = try columns(of: layer, in: db)
        let edits =
            try planID != 0
            && Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM plan_edit WHERE plan = ? AND layer = ?)",
                arguments: [planID, layer.id]) == true
        let outline = layer.geometry == .polygon ? "f.area > 0" : layer.geometry == nil ? "0" : "t.geom IS NOT NULL"
        func facts(_ uid: String, _ number: String, _ name: String, _ area: String, _ net: String, _ has: String)
            -> String
        {
            """
            \(uid) AS uid, \(number) AS number, \(name) AS name, \(area) / 100.0 AS area_m2, \(net) / 100.0 AS net_m2,
            \(has) AS has_outline, c.system AS class_system, coalesce(c.code, '') AS class_code,
            coalesce(c.category, '') AS category, u.code AS unit_code, u.name AS unit_name
            """
        }
        func values(_ value: (String) -> String) -> String {
            columns.map { ", \(value($0)) AS \($0.quoted)" }.joined()
        }
        func path(_ column: String) -> String { "json_extract(e.attributes, \("$.\"\(column)\"".literal))" }
        let table = "main.\(layer.table.quoted)"
        var sql: String
        if edits {
            sql = """
                SELECT \(facts("f.uid", "f.number", "f.name", "coalesce(e.area, f.area)", "coalesce(e.net, f.net)", outline))
                    \(values { "CASE WHEN json_type(e.attributes, \("$.\"\($0)\"".literal)) IS NOT NULL THEN \(path($0)) ELSE t.\($0.quoted) END" })
                FROM feature AS f JOIN \(table) AS t ON t.fid = f.fid
                    LEFT JOIN plan_edit AS e ON e.plan = \(planID) AND e.uid = f.uid
                    LEFT JOIN land_class AS c ON c.id = coalesce(e.class, f.class) LEFT JOIN unit AS u ON u.id = f.unit
                WHERE f.layer = \(layer.id) AND f.valid_to IS NULL AND coalesce(e.op, '') <> 'remove'
                UNION ALL
                SELECT \(facts("e.uid", "e.number", "e.name", "e.area", "e.net", "e.geom IS NOT NULL"))
                    \(values(path))
                FROM plan_edit AS e LEFT JOIN land_class AS c ON c.id = e.class LEFT JOIN unit AS u ON u.id = e.unit
                WHERE e.plan = \(planID) AND e.layer = \(layer.id) AND e.op = 'add'
                """
        } else {
            sql = """
                SELECT \(facts("f.uid", "f.number", "f.name", "f.area", "f.net", outline)) \(values { "t.\($0.quoted)" })
                FROM feature AS f JOIN \(table) AS t ON t.fid = f.fid
                    LEFT JOIN land_class AS c ON c.id = f.class LEFT JOIN unit AS u ON u.id = f.unit
                WHERE f.layer = \(layer.id) AND f.valid_to IS NULL
                """
        }
        try db.execute(sql: "CREATE TEMP VIEW \(name.quoted) AS \(sql)")
        names.insert(name)
        names.insert(layer.table)
    }

    /// A table without rows in the place of a layer that a rule can do without.
    func makeEmpty(_ name: String, fields: Set<String>, in db: Database) throws {
        let columns = fields.sorted().map { ", \($0.quoted)" }.joined()
        try db.execute(
            sql: """
                CREATE TEMP TABLE \(name.quoted)(uid INTEGER, number, name, area_m2, net_m2, has_outline, class_system,
                    class_code, category, unit_code, unit_name\(columns))
                """)
        names.insert(name)
    }

    /// Projects: those of the layer of site opinions, and what a draft builds on.
    func makeSites(in db: Database) throws {
        let fields = ["XMDM", "XMMC", "XMLX", "SFZDXM", "YDYHFLDM", "PFJG", "PFWH", "PFRQ", "HGCYJWH"]
        var parts: [String] = []
        if scope != .draft, let layer = layers["XS_XMKJFW"] {
            let known = Set(try columns(of: layer, in: db))
            let values = fields.map { (known.contains($0) ? "p.\($0)" : "NULL") + " AS \($0)" }.joined(separator: ", ")
            parts.append(
                """
                SELECT p.uid AS subject, p.uid AS uid, p.area_m2 AS area_m2, p.has_outline AS has_outline,
                    'layer' AS source, 0 AS was_farmland, \(values) FROM XS_XMKJFW AS p
                """)
        }
        if scope != .county {
            parts.append(
                """
                SELECT c.subject AS subject, c.uid AS uid, c.area_m2 AS area_m2, 1 AS has_outline, 'plan' AS source,
                    c.from_category = 'agricultural' AS was_farmland, NULL AS XMDM, NULL AS XMMC, \(Self.kind) AS XMLX,
                    NULL AS SFZDXM, CASE c.to_system WHEN 'plan2023' THEN c.to_code END AS YDYHFLDM, NULL AS PFJG,
                    NULL AS PFWH, NULL AS PFRQ, NULL AS HGCYJWH
                FROM change AS c WHERE c.source = 'plan' AND c.to_construction
                """)
        }
        guard !parts.isEmpty else { return }
        try db.execute(sql: "CREATE TEMP VIEW site AS \(parts.joined(separator: " UNION ALL "))")
    }

    /// What kind of project a planned class is, where the class alone tells.
    private static let kind = """
        CASE WHEN c.becomes GLOB 'plan2023:07*' OR c.becomes GLOB 'survey:07*' THEN '住宅'
            WHEN c.becomes GLOB 'plan2023:08*' OR c.becomes GLOB 'survey:08*' THEN '公共服务'
            WHEN c.becomes GLOB 'plan2023:09*' OR c.becomes GLOB 'survey:05H*' THEN '商业'
            WHEN c.becomes = 'plan2023:100103' OR c.becomes = 'plan2023:1001' THEN NULL
            WHEN c.becomes GLOB 'plan2023:1001*' OR c.becomes GLOB 'survey:0601*' THEN '工业'
            WHEN c.becomes GLOB 'plan2023:1002*' OR c.becomes GLOB 'survey:0602*' THEN '采矿'
            WHEN c.becomes GLOB 'plan2023:11*' OR c.becomes GLOB 'survey:0508*' THEN '仓储'
            WHEN c.becomes GLOB 'plan2023:14*' THEN '公园' END
        """
}
