import Foundation
import GRDB
import Phrases
import Planning

/// The source's own columns of a feature as a draft has them: those of its base row, with what the draft set.
struct FeatureAttributes {
    private var values: [String: Any]
    private let layer: Layer
    /// What the feature is called.
    let name: String

    init(of feature: DraftFeature, _ layer: Layer, in db: Database) throws {
        self.layer = layer
        name = feature.name
        values = try Self.base(of: feature.uid, layer, in: db)
        for (field, value) in Self.parse(feature.attributes) { values[field] = value }
    }

    /// Those of a new feature: the fields that were set.
    init(setting fields: [String: Any], name: String, _ layer: Layer) {
        self.layer = layer
        self.name = name
        values = fields
    }

    /// As JSON for a feature that only the draft has. Its number in the source it does not inherit, since a number belongs to
    /// one feature; fields for areas hold its own.
    ///
    /// - Parameter net: its net area in hundredths, as `OutlineWork.net(of:)` finds it.
    func json(for feature: DraftFeature, net: Int64) throws -> String {
        var values = values
        if let number = layer.numberField, feature.number.isEmpty { values[number] = nil }
        let areas: [(LayerSchema.Use, Int64)] = [
            (.area, feature.area), (.netArea, net), (.deduction, feature.area - net),
        ]
        for (use, area) in areas {
            for field in LayerSchema.named(layer.standard)?.fields[use] ?? [] where values[field] != nil {
                values[field] = Double(area) / 100
            }
        }
        return try Self.text(values)
    }

    static func parse(_ json: String?) -> [String: Any] {
        guard let json, let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) else { return [:] }
        return object as? [String: Any] ?? [:]
    }

    static func text(_ values: [String: Any]) throws -> String {
        String(
            decoding: try JSONSerialization.data(
                withJSONObject: values, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
    }

    static func base(of uid: Int64, _ layer: Layer, in db: Database) throws -> [String: Any] {
        let place = try Row.fetchOne(
            db, sql: "SELECT fid, valid_to IS NOT NULL AS old FROM feature WHERE uid = ?", arguments: [uid])
        guard let place, let fid: Int64 = place["fid"],
            let row = try Row.fetchOne(
                db,
                sql: "SELECT * FROM \(PastTable.holding(layer.table, superseded: place["old"]).quoted) WHERE fid = ?",
                arguments: [fid])
        else { return [:] }
        var values: [String: Any] = [:]
        for (column, value) in row where column != "fid" && column != "geom" {
            switch value.storage {
            case .null: values[column] = NSNull()
            case .int64(let number): values[column] = number
            // JSON has no infinities.
            case .double(let number): values[column] = number.isFinite ? number : NSNull()
            case .string(let text): values[column] = text
            // Bytes stay with the base row.
            case .blob: break
            }
        }
        return values
    }

    /// `FIELD=VALUE` words as values of the layer's own columns, in their kinds; an empty value is null.
    ///
    /// - Throws: `Refusal` for a field that the layer does not have or that follows from something else, and for a value
    ///   of another kind.
    static func read(_ words: [String], for layer: Layer, in db: Database) throws -> [String: Any] {
        let columns = try db.columns(in: layer.table)
        let known = columns.map(\.name).filter { $0 != "fid" && $0 != "geom" }
        var values: [String: Any] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].trimmed.isEmpty else {
                throw Refusal(.usage, "'\(word)' is not FIELD=VALUE.", "“\(word)”应写作 字段=值。")
            }
            let asked = parts[0].trimmed
            guard
                let column = columns.first(where: { $0.name == asked && known.contains(asked) })
                    ?? columns.first(where: { $0.name.lowercased() == asked.lowercased() && known.contains($0.name) })
            else {
                throw Refusal(
                    .badData, "Layer \(layer.table) has no field \(asked); it has \(listed(known, resembling: asked)).",
                    "图层 \(layer.table) 没有字段 \(asked)；现有：\(listed(known, resembling: asked))。")
            }
            try refuseDerived(column.name, layer)
            guard values[column.name] == nil else {
                throw Refusal(
                    .usage, "\(column.name) is set twice; give it one value.", "\(column.name) 设置了两次，请只给一个值。")
            }
            values[column.name] = try value(parts[1], column.type, column.name)
        }
        return values
    }

    /// Whether a field follows from the outline, the survey or the class, so that nobody sets it.
    static func isDerived(_ field: String, _ layer: Layer) -> Bool {
        let schema = LayerSchema.named(layer.standard)
        return [layer.classField, layer.numberField, layer.factorField, layer.unitField].contains(field)
            || [LayerSchema.Use.area, .netArea, .deduction].contains { schema?.fields[$0]?.contains(field) == true }
    }

    private static func refuseDerived(_ field: String, _ layer: Layer) throws {
        if field == layer.classField {
            throw Refusal(
                .usage, "\(field) is the class: 'plan set-class' plans another.", "\(field) 为地类字段，请用 plan set-class。")
        }
        if field == layer.numberField {
            throw Refusal(
                .usage, "\(field) is the number that a feature is known by; it keeps the one it was given.",
                "\(field) 为要素标识码，保持原值，不能修改。")
        }
        if isDerived(field, layer) {
            throw Refusal(
                .usage, "\(field) cannot be set: it follows from the outline and the survey.",
                "\(field) 由图形和调查结果确定，不能设置。")
        }
    }

    private static func value(_ text: String, _ type: String, _ field: String) throws -> Any {
        if text.isEmpty { return NSNull() }
        switch type.uppercased() {
        case "INTEGER", "MEDIUMINT", "INT", "BOOLEAN":
            if let number = Int64(text.trimmed) { return number }
        case "REAL", "DOUBLE", "FLOAT":
            if let number = Double(text.trimmed), number.isFinite { return number }
        case "BLOB": break
        default: return text
        }
        throw Refusal(
            .badData, "\(field) takes values of kind \(type); '\(text)' is none.",
            "字段 \(field) 的类型为 \(type)，不能取值“\(text)”。")
    }
}
