import Foundation
import Phrases

/// What an unknown layer seems to be, and why; every part of it can be overruled by the person who imports it.
package struct Detection: Hashable, Sendable {
    package var role: LayerRole
    /// The standard layer, when name or fields tell one.
    package var schema: LayerSchema?
    /// The layer's own field for each use that was found, spelled as the layer spells it.
    package var fields: [LayerSchema.Use: String]
    /// The label of the class field's system.
    package var classSystem: String?
    /// The year in the layer's name.
    package var year: Int?
    /// The field that holds each row's year of data (SJNF), when there is one.
    package var yearField: String?
    /// One sentence for each thing that was detected or looked for in vain.
    package var account: [Phrase]

    package var classField: String? { fields[.classCode] }
    package var unitField: String? { fields[.unit] }
    package var numberField: String? { fields[.number] }
}

extension LayerSchema {
    /// Tells what a layer is from its name and its fields' names.
    ///
    /// Names may be in lower case, cut to the 10 characters of a DBF, prefixed by a joined table (`DLTB.DLBM`), and the
    /// layer's may carry a year or a place (`DLTB_2020`, `2020年地类图斑`, `330106_dltb`). The name decides before the
    /// fields do.
    package static func detect(layerName: String, fields: [String]) -> Detection {
        var account: [Phrase] = []
        var schema: LayerSchema?
        if let byName = known(layerName) {
            schema = byName
            account.append(
                Phrase(
                    "Layer \(layerName) is \(byName.name) (\(byName.title.english)) by its name.",
                    "按名称，图层 \(layerName) 是 \(byName.name)（\(byName.title.chinese)）。"))
        } else if let byFields = all.filter({ $0.isSigned(by: fields) }).max(by: {
            $0.signature.count < $1.signature.count
        }) {
            schema = byFields
            let signs = byFields.signature.joined(separator: ", ")
            account.append(
                Phrase(
                    "Layer \(layerName) is \(byFields.name) (\(byFields.title.english)) by its fields \(signs).",
                    "按字段 \(signs)，图层 \(layerName) 是 \(byFields.name)（\(byFields.title.chinese)）。"))
        } else {
            account.append(
                Phrase(
                    "Neither the name of layer \(layerName) nor its fields are known.",
                    "图层 \(layerName) 的名称和字段均不认识。"))
        }
        var found: [Use: String] = [:]
        for use in Use.allCases {
            guard let names = schema?.fields[use] else { continue }
            if let field = field(in: fields, among: names) {
                found[use] = field
                account.append(
                    Phrase("Field \(field) holds the \(use.name.english).", "字段 \(field) 为\(use.name.chinese)。"))
            } else if use == .classCode || use == .unit {
                let wanted = names.joined(separator: ", ")
                account.append(
                    Phrase(
                        "No field holds the \(use.name.english) (\(wanted) expected).",
                        "没有\(use.name.chinese)字段（应为 \(wanted)）。"))
            }
        }
        let classSystem = found[.classCode] == nil ? nil : schema?.classSystem
        let year = year(in: layerName)
        if let year {
            account.append(Phrase("The name says the year \(year).", "名称中的年份为 \(year)。"))
        }
        return Detection(
            role: schema?.role ?? .reference, schema: schema, fields: found, classSystem: classSystem, year: year,
            yearField: field(in: fields, among: ["SJNF"]), account: account)
    }

    /// The year in a layer's name: four digits from 1949 to 2099 that stand alone, and are not the year of a datum.
    package static func year(in name: String) -> Int? {
        ["CGCS2000", "国家2000", "西安1980", "北京1954"]
            .reduce(name) { $0.replacingOccurrences(of: $1, with: "", options: .caseInsensitive) }
            .split { !("0"..."9").contains($0) }.reversed()
            .lazy.filter { $0.utf8.count == 4 }.compactMap { Int($0) }.first { (1949...2099).contains($0) }
    }

    private static func known(_ layerName: String) -> LayerSchema? {
        let name = layerName.uppercased()
        func match(_ text: some StringProtocol) -> LayerSchema? {
            all.first { $0.name == text || $0.aliases.contains { $0 == text } }
        }
        if let whole = match(name) { return whole }
        // Latin names are whole words once digits, joints and Chinese characters are taken away: DLTB_2020, 330106DLTB.
        let words = name.split { !(("A"..."Z").contains($0) || $0 == "_") }
            .map { word in String(word.drop { $0 == "_" }.reversed().drop { $0 == "_" }.reversed()) }
        for word in words {
            if let found = match(word) { return found }
            for part in word.split(separator: "_") {
                if let found = match(part) { return found }
            }
        }
        // Chinese names have no joints: the longest known one that occurs.
        return all.flatMap { schema in schema.aliases.map { ($0, schema) } }
            .filter { $0.0.unicodeScalars.contains { $0.value >= 0x4E00 } && name.contains($0.0) }
            .max { $0.0.count < $1.0.count }?.1
    }

    private func isSigned(by fields: [String]) -> Bool {
        !signature.isEmpty && signature.allSatisfy { LayerSchema.field(in: fields, among: [$0]) != nil }
    }

    private static func field(in fields: [String], among names: [String]) -> String? {
        names.lazy.compactMap { name in fields.first { isField($0, name) } }.first
    }

    /// Whether a field of a layer is the one called `name` by the standard.
    private static func isField(_ field: String, _ name: String) -> Bool {
        let own = (field.split(separator: ".").last ?? "").uppercased()
        return own == name || (own.utf8.count == 10 && name.hasPrefix(own))
    }
}
