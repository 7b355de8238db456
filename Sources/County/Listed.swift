import Geometry
import Phrases
import Planning

/// A layer that a table describes: its name, its geometry and its fields. Most of its values follow from the place of a
/// feature; the rest are given by name.
struct Listed: Sendable {
    let name: String
    let geometry: Shape.Kind
    /// Only counties at the sea have it.
    let isCoastal: Bool
    let title: Phrase
    let fields: [CountyField]

    /// In the order of the table.
    static let all: [Listed] = {
        do {
            return try load(Tables.listed())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    static func load(_ csv: CSV) throws -> [Listed] {
        let name = try csv.required("name"), geometry = try csv.required("geometry")
        let coastal = try csv.required("coastal"), english = try csv.required("title_en")
        let chinese = try csv.required("title_zh"), fields = try csv.required("fields")
        return try csv.rows.map { row in
            let kinds: [String: Shape.Kind] = ["point": .point, "line": .line, "polygon": .polygon]
            guard let kind = kinds[row.values[geometry]] else {
                throw TableFault(
                    csv.file, row.line, "unknown geometry \(row.values[geometry]).",
                    "未知的几何类型 \(row.values[geometry])。")
            }
            return Listed(
                name: row.values[name], geometry: kind, isCoastal: row.values[coastal] == "1",
                title: Phrase(row.values[english], row.values[chinese]),
                fields: try self.fields(row.values[fields], csv.file, row.line))
        }
    }

    /// Reads `NAME:t18 NAME:r2 NAME:i`; a star stands for the four fields that nearly every layer begins with.
    private static func fields(_ text: String, _ file: String, _ line: Int) throws -> [CountyField] {
        let start = "BSM:t18 YSDM:t10 XZQDM:t12 XZQMC:t100"
        let words = text.split(separator: " ").flatMap { $0 == "*" ? start.split(separator: " ") : [$0] }
        return try words.map { word in
            let parts = word.split(separator: ":")
            if parts.count == 2, let kind = kind(parts[1]) { return CountyField(String(parts[0]), kind) }
            throw TableFault(file, line, "the field \(word) cannot be read.", "无法识别字段 \(word)。")
        }
    }

    private static func kind(_ text: Substring) -> CountyField.Kind? {
        switch text.first {
        case "i": .integer
        case "t": Int(text.dropFirst()).map { .text(width: $0) }
        case "r": Int(text.dropFirst()).map { .real(decimals: $0) }
        default: nil
        }
    }
}

/// Where a feature of a listed layer lies, for the values that follow from it.
struct ListedPlace {
    let code: String
    let name: String
}

extension County {
    /// Builds a feature of a listed layer: what `values` says, the rest from its place and shape.
    func feature(
        of listed: Listed, _ layer: CountyLayer, number: Int, _ shape: Shape, _ place: ListedPlace,
        _ values: [String: CountyValue]
    ) -> CountyFeature {
        let size = shape.kind == .polygon && !shape.isEmpty ? area(measure(shape)) : .null
        return CountyFeature(
            values: listed.fields.map { field in
                if let value = values[field.name] { return value }
                switch field.name {
                case "BSM": return layer.bsm(number)
                case "XZQDM": return .text(place.code)
                case "XZQMC", "XMC": return .text(place.name)
                case "MJ", "DKMJ", "JSMJ", "CZCMJ", "ZDMJ", "YJJBNTMJ", "DJDYZMJ": return size
                case "CD": return .real((shape.length * 100).rounded() / 100)
                case "ZRZYDJDYH":
                    return .text("\(names.county.digits)\(listed.name.suffix(2))\(100_000 + number % 900_000)F00000000")
                default: return .null
                }
            }, shape: shape)
    }

    func place(ofTown town: Int) -> ListedPlace {
        let town = layout.towns[town]
        return ListedPlace(code: names.code(of: town), name: names.name(of: town, isSeat: town.index == ground.seat))
    }
}
