import Phrases

/// A group of land-use classes that indicators sum, such as urban and rural construction land (城乡建设用地).
package struct ClassGroup: Sendable, Hashable {
    /// The column of `land` and its kin that tells whether a class belongs to it.
    package let name: String
    package let title: Phrase
    /// Patterns of `SYSTEM:CODE`, as GLOB takes them.
    package let patterns: [String]
    /// Patterns of what does not belong although one of `patterns` fits.
    package let exceptions: [String]
    package let mark: Mark
    package let source: String

    /// The groups that tuban brings.
    package static let standard: [ClassGroup] = {
        do {
            return try load(Tables.groups())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// All that the groups say, to tell whether it has changed since something was reckoned by them.
    package static let text: String = standard.map {
        "\($0.name) \($0.patterns.joined(separator: " ")) - \($0.exceptions.joined(separator: " "))"
    }.joined(separator: "\n")

    static func load(_ csv: CSV) throws -> [ClassGroup] {
        let columns = try ["name", "name_en", "name_zh", "classes", "mark", "source"].map(csv.required)
        var seen: Set<String> = []
        return try csv.rows.map { row in
            let cells = columns.map { row.values[$0] }
            func fault(_ english: String, _ chinese: String) -> TableFault {
                TableFault(csv.file, row.line, english, chinese)
            }
            guard !cells[0].isEmpty, cells[0].allSatisfy({ $0.isASCII && ($0.isLetter || $0 == "_") }),
                seen.insert(cells[0]).inserted
            else { throw fault("‘\(cells[0])’ cannot be a group's name.", "“\(cells[0])”不能作为类组名。") }
            guard let mark = Mark(rawValue: cells[4]) else {
                throw fault("mark \(cells[4]) is not known.", "mark \(cells[4]) 无法识别。")
            }
            let parts = cells[3].split(separator: " ").map(String.init)
            let (patterns, exceptions) = (parts.filter { $0.first != "-" }, parts.filter { $0.first == "-" })
            guard !patterns.isEmpty, parts.allSatisfy({ $0.split(separator: ":").count == 2 }) else {
                throw fault("the classes of \(cells[0]) cannot be read.", "无法识别 \(cells[0]) 的地类。")
            }
            return ClassGroup(
                name: cells[0], title: Phrase(cells[1], cells[2]), patterns: patterns,
                exceptions: exceptions.map { String($0.dropFirst()) }, mark: mark, source: cells[5])
        }
    }
}
