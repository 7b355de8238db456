import GRDB
import Phrases
import Planning

/// The views that rules read layers by, made for one workspace.
struct RuleViews {
    private let planID: Int64
    private let scope: RuleScope
    private let layers: [String: Layer]
    private let staysOpen: Bool
    /// What users' SQL may name.
    private(set) var names: Set<String> = ["change", "site", "overlap", "distance", "examined", "limits"]

    init(plan: Int64, scope: RuleScope, layers: [String: Layer], staysOpen: Bool) {
        (planID, self.scope, self.layers, self.staysOpen) = (plan, scope, layers, staysOpen)
    }

    /// The views of every layer that a rule reads.
    mutating func make(for rules: [Rule], in db: Database) throws {
        var fields: [String: Set<String>] = [:]
        for rule in rules {
            for input in rule.inputs { fields[input.name, default: []].formUnion(input.fields) }
        }
        if scope != .draft { fields["XS_XMKJFW", default: []] = fields["XS_XMKJFW"] ?? [] }
        for (name, wanted) in fields where !RuleInput.built.contains(name) {
            if let layer = layers[name], wanted.isSubset(of: try columns(of: layer, in: db)) {
                try makeView(name, layer, in: db)
            } else {
                try makeEmpty(name, fields: wanted, in: db)
            }
        }
        try makeSites(in: db)
    }

    /// What is missing for rules, by their ids.
    func obstacles(to rules: [Rule], in db: Database) throws -> [String: String] {
        var obstacles: [String: String] = [:]
        for rule in rules { obstacles[rule.id] = try obstacle(to: rule, in: db) }
        return obstacles
    }

    private func obstacle(to rule: Rule, in db: Database) throws -> String? {
        for input in rule.inputs(isDraft: scope == .draft) {
            var name = input.name
            switch name {
            case "change":
                if scope != .draft, layers["DLTB_BEFORE"] == nil { return "years" }
                continue
            case "limits":
                let count = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM rule_limit WHERE rule = ?", arguments: [rule.id])
                if count == 0 { return "limits" }
                continue
            case "site":
                if scope == .draft { continue }
                name = "XS_XMKJFW"
            default: break
            }
            guard let layer = layers[name] else {
                if input.isOptional { continue }
                return "layer \(name)"
            }
            guard !input.isOptional else { continue }
            let known = Set(try columns(of: layer, in: db))
            if let missing = input.fields.first(where: { !known.contains($0) }) { return "field \(name).\(missing)" }
        }
        return nil
    }

    /// The columns of a layer's table that its view shows.
    private func columns(of layer: Layer, in db: Database) throws -> [String] {
        let ours: Set = [
            "fid", "geom", "uid", "number", "name", "area_m2", "net_m2", "has_outline", "class_system", "class_code",
            "category", "unit_code", "unit_name",
        ]
        return try db.columns(in: layer.table, in: "main").map(\.name).filter { !ours.contains($0.lowercased()) }
    }

    /// Makes the view of a layer under its standard name, as it is in the world of the run.
    private mutating func makeView(_ name: String, _ layer: Layer, in db: Database) throws {
        let columns = try columns(of: layer, in: db)
        // A later step may be the first to change the layer.
        let edits =
            try planID != 0
            && (staysOpen
                || Bool.fetchOne(
                    db, sql: "SELECT EXISTS (SELECT 1 FROM plan_edit WHERE plan = ? AND layer = ?)",
                    arguments: [planID, layer.id]) == true)
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
    private mutating func makeEmpty(_ name: String, fields: Set<String>, in db: Database) throws {
        let columns = fields.sorted().map { ", \($0.quoted)" }.joined()
        try db.execute(
            sql: """
                CREATE TEMP TABLE \(name.quoted)(uid INTEGER, number, name, area_m2, net_m2, has_outline, class_system,
                    class_code, category, unit_code, unit_name\(columns))
                """)
        names.insert(name)
    }

    /// Projects: those of the layer of site opinions, and what a draft builds on.
    private func makeSites(in db: Database) throws {
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
