import Phrases

/// What a layer is in a project.
package enum LayerRole: String, Sendable, CaseIterable, Codable {
    case parcels, units, plannedUse, controlLine, resource, project, reference

    package var name: Phrase {
        switch self {
        case .parcels: Phrase("parcels", "图斑")
        case .units: Phrase("units", "行政单元")
        case .plannedUse: Phrase("planned use", "规划用途")
        case .controlLine: Phrase("control line", "控制线")
        case .resource: Phrase("natural resource", "自然资源")
        case .project: Phrase("project", "项目")
        case .reference: Phrase("reference", "参考")
        }
    }
}

/// A layer that the survey's and the plans' databases know by name, and what its fields are for.
package struct LayerSchema: Hashable, Sendable {
    /// What a field is for. The raw value names the table's column.
    package enum Use: String, Sendable, CaseIterable {
        case classCode = "class_field"
        case unit = "unit_field"
        case unitName = "unit_name_field"
        case number = "number_field"
        case name = "name_field"
        case area = "area_field"
        case netArea = "net_area_field"
        case deductionFactor = "factor_field"
        case deduction = "deduction_field"
        case zone = "zone_field"

        package var name: Phrase {
            switch self {
            case .classCode: Phrase("class", "地类")
            case .unit: Phrase("unit", "单元代码")
            case .unitName: Phrase("unit name", "单元名称")
            case .number: Phrase("number", "标识码")
            case .name: Phrase("name", "名称")
            case .area: Phrase("area", "面积")
            case .netArea: Phrase("net area", "净面积")
            case .deductionFactor: Phrase("deduction factor", "扣除系数")
            case .deduction: Phrase("deducted area", "扣除面积")
            case .zone: Phrase("zone", "分区")
            }
        }
    }

    /// The standard name, such as `DLTB`.
    package let name: String
    package let role: LayerRole
    /// Whether it is drawn without being asked for where a source brings many layers.
    package let isBaseMap: Bool
    package let title: Phrase
    /// point, line or polygon.
    package let geometry: String
    /// The fields for a use, the usual one first.
    package let fields: [Use: [String]]
    /// The label of the system of the class field's codes; nil when it has none.
    package let classSystem: String?
    /// The label of the system of the zone field's codes; nil when zones are words.
    package let zoneSystem: String?
    /// Fields that together tell the layer when its name does not.
    package let signature: [String]
    /// Other names of the layer, upper case.
    package let aliases: [String]
    /// What the source counts fields in that indicators sum.
    package let units: [String: Phrase]
    package let mark: Mark
    package let source: String

    /// All known layers, in table order.
    package static let all: [LayerSchema] = {
        do {
            return try load(Tables.layers())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    package static func named(_ name: String) -> LayerSchema? { all.first { $0.name == name } }

    /// Reads `FIELD=UNIT`, or `FIELD=CHINESE:ENGLISH` where the unit is a word.
    private static func units(_ texts: [String]) -> [String: Phrase] {
        texts.reduce(into: [:]) { units, text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { return }
            let words = parts[1].split(separator: ":").map(String.init)
            units[parts[0]] = words.count == 2 ? Phrase(words[1], words[0]) : Phrase(parts[1], parts[1])
        }
    }

    static func load(_ csv: CSV) throws -> [LayerSchema] {
        let text = try ["name", "name_zh", "name_en", "geometry", "source"].map(csv.required)
        let role = try csv.required("role"), mark = try csv.required("mark")
        let base = try csv.required("base_map")
        let system = try csv.required("class_system"), zoneSystem = try csv.required("zone_system")
        let signature = try csv.required("signature"), aliases = try csv.required("aliases")
        let units = csv.column("units")
        let uses = try Use.allCases.map { ($0, try csv.required($0.rawValue)) }
        func list(_ text: String) -> [String] { text.split(separator: "|").map(String.init) }
        var names: Set<String> = []
        return try csv.rows.map { row in
            func fault(_ english: String, _ chinese: String) -> TableFault {
                TableFault(csv.file, row.line, english, chinese)
            }
            guard let role = LayerRole(rawValue: row.values[role]) else {
                throw fault("unknown role \(row.values[role]).", "未知的图层角色 \(row.values[role])。")
            }
            guard let mark = Mark(rawValue: row.values[mark]) else {
                throw fault("unknown mark \(row.values[mark]).", "未知的标记 \(row.values[mark])。")
            }
            for name in [row.values[text[0]]] + list(row.values[aliases]) where !names.insert(name).inserted {
                throw fault("the layer name \(name) is taken.", "图层名 \(name) 重复。")
            }
            return LayerSchema(
                name: row.values[text[0]], role: role, isBaseMap: row.values[base] == "yes",
                title: Phrase(row.values[text[2]], row.values[text[1]]), geometry: row.values[text[3]],
                fields: uses.reduce(into: [:]) { fields, use in
                    let names = list(row.values[use.1])
                    if !names.isEmpty { fields[use.0] = names }
                },
                classSystem: row.values[system].isEmpty ? nil : row.values[system],
                zoneSystem: row.values[zoneSystem].isEmpty ? nil : row.values[zoneSystem],
                signature: list(row.values[signature]), aliases: list(row.values[aliases]),
                units: units.map { Self.units(list(row.values[$0])) } ?? [:], mark: mark,
                source: row.values[text[4]])
        }
    }
}
