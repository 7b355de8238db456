import Phrases

/// A settlement attribute (城镇村属性码, CZCSXM): which town or village a built-up parcel belongs to. It, not the class,
/// tells urban from rural construction land.
package struct Settlement: Hashable, Sendable {
    package let code: String
    package let name: Phrase
    /// Survey codes, the only ones allowed under it (and those below them); empty when all are.
    package let only: [String]
    /// Survey codes that must not occur under it.
    package let never: [String]
    package let mark: Mark

    /// Whether a parcel of survey class `code` may carry this attribute.
    package func allows(_ code: String) -> Bool {
        (only.isEmpty || only.contains { code.hasPrefix($0) }) && !never.contains { code.hasPrefix($0) }
    }

    package static let all: [Settlement] = {
        do {
            return try load(Tables.settlements())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    package static func named(_ code: String) -> Settlement? { all.first { $0.code == code } }

    /// Whether a parcel of survey class `code` must carry a settlement attribute: the built-up classes 05 to 09, streets,
    /// stations and vacant land. Salt pans (0603) are a wetland by number only and carry 204.
    package static func isRequired(for code: String) -> Bool {
        ["05", "06", "07", "08", "09", "1004", "1005", "1201"].contains { code.hasPrefix($0) }
    }

    private static func load(_ csv: CSV) throws -> [Settlement] {
        let code = try csv.required("code"), chinese = try csv.required("name_zh")
        let english = try csv.required("name_en"), only = try csv.required("only"), never = try csv.required("never")
        let mark = try csv.required("mark")
        return try csv.rows.map { row in
            guard let mark = Mark(rawValue: row.values[mark]) else {
                throw TableFault(csv.file, row.line, "unknown mark \(row.values[mark]).", "未知的标记 \(row.values[mark])。")
            }
            return Settlement(
                code: row.values[code], name: Phrase(row.values[english], row.values[chinese]),
                only: row.values[only].split(separator: "|").map(String.init),
                never: row.values[never].split(separator: "|").map(String.init), mark: mark)
        }
    }
}
