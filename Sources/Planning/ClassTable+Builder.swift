import Phrases

extension ClassTable {
    /// Reads tables of classes and proves them: no code twice, every parent and every mapped code there, no class its
    /// own ancestor.
    struct Builder {
        private var systems: [ClassSystem] = []
        private var classes: [LandClass] = []
        private var levels: [LandUseCode: Int] = [:]
        /// Codes that some row names and that must exist in the end, and the row.
        private var promised: [(code: LandUseCode, file: String, line: Int)] = []

        init() {}

        /// Adds a system and its rows.
        ///
        /// - Parameter keeps: whether a row belongs to the system; a file may hold several.
        mutating func add(_ system: ClassSystem, from csv: CSV, keeps: (CSV.Row) -> Bool = { _ in true }) throws {
            let columns = try Columns(csv)
            systems.append(system)
            for row in csv.rows where keeps(row) { try add(row, of: system.label, columns, file: csv.file) }
        }

        func build() throws -> ClassTable {
            for (code, file, line) in promised where levels[code] == nil {
                throw TableFault(file, line, "class \(code) is not in any table.", "任何表中都没有地类 \(code)。")
            }
            return ClassTable(systems: systems, classes: classes)
        }

        private mutating func add(_ row: CSV.Row, of label: String, _ columns: Columns, file: String) throws {
            func text(_ column: Int?) -> String { column.map { row.values[$0] } ?? "" }
            func fault(_ english: String, _ chinese: String) -> TableFault {
                TableFault(file, row.line, english, chinese)
            }
            func value<T: RawRepresentable>(_ column: Int?, _ name: String) throws -> T? where T.RawValue == String {
                guard !text(column).isEmpty else { return nil }
                guard let value = T(rawValue: text(column)) else {
                    throw fault("\(text(column)) is not a \(name).", "\(text(column)) 不是合法的 \(name)。")
                }
                return value
            }
            guard let code = LandUseCode("\(label):\(text(columns.code))") else {
                throw fault("‘\(text(columns.code))’ cannot be a class code.", "“\(text(columns.code))”不能作为地类代码。")
            }
            guard levels[code] == nil else {
                throw fault("class \(code) stands in the table twice.", "地类 \(code) 在表中出现两次。")
            }
            var level = 1
            var parent: LandUseCode?
            if !text(columns.parent).isEmpty {
                let above = LandUseCode(system: label, code: text(columns.parent))
                guard let levelAbove = levels[above] else {
                    throw fault(
                        "class \(code) has the parent \(above), which no row above defines.",
                        "地类 \(code) 的上级 \(above) 在其之前没有定义。")
                }
                parent = above
                level = levelAbove + 1
            }
            let chinese = text(columns.chinese), english = text(columns.english)
            guard !chinese.isEmpty || !english.isEmpty else {
                throw fault("class \(code) has no name.", "地类 \(code) 没有名称。")
            }
            let targets = text(columns.targets).split(separator: "|").map { LandUseCode.plan2023(String($0)) }
            let preferred = text(columns.preferred).isEmpty ? nil : LandUseCode.plan2023(text(columns.preferred))
            promised += (targets + [preferred].compactMap(\.self)).map { ($0, file, row.line) }
            let kind: ClassMapping.Kind? = try value(columns.kind, "map_kind")
            levels[code] = level
            classes.append(
                LandClass(
                    code: code, name: Phrase(english.isEmpty ? chinese : english, chinese.isEmpty ? english : chinese),
                    parent: parent, level: level, category: try value(columns.category, "category") ?? .none,
                    planGroup: try value(columns.group, "plan_group"),
                    note: Phrase(text(columns.noteEnglish), text(columns.noteChinese)),
                    mapping: kind.map { ClassMapping(targets: targets, preferred: preferred, kind: $0) },
                    mark: try value(columns.mark, "mark") ?? .verified,
                    categoryMark: try value(columns.categoryMark, "category_mark") ?? value(columns.mark, "mark")
                        ?? .verified,
                    initials: text(columns.initials), source: text(columns.source)))
        }
    }

    /// Where a table keeps what. Columns that nobody knows are passed over.
    private struct Columns {
        let code: Int
        let chinese, english, parent, category, group, mark, categoryMark: Int?
        let targets, preferred, kind, noteChinese, noteEnglish, initials, source: Int?

        init(_ csv: CSV) throws {
            func column(_ names: String...) -> Int? {
                names.lazy.compactMap { csv.column($0) }.first
            }
            func column(ending suffixes: String...) -> Int? {
                suffixes.lazy.compactMap { suffix in csv.header.firstIndex { $0.lowercased().hasSuffix(suffix) } }.first
            }
            guard
                let code = column("code", "dlbm", "代码", "编码", "地类编码") ?? column(ending: "_code", "code", "dm", "bm")
            else {
                throw TableFault(
                    csv.file, 1, "no column holds the codes; call it code.", "没有代码列，请将其命名为 code。")
            }
            self.code = code
            chinese = column("name_zh", "dlmc", "名称", "地类名称")
            english =
                column("name_en", "name", "description", "desc")
                ?? (chinese == nil ? column(ending: "_desc", "_name", "_description", "mc") : nil)
            guard chinese ?? english != nil else {
                throw TableFault(
                    csv.file, 1, "no column holds the names; call it name, name_zh or name_en.",
                    "没有名称列，请将其命名为 name、name_zh 或 name_en。")
            }
            parent = column("parent")
            category = column("category")
            group = column("plan_group")
            mark = column("mark")
            categoryMark = column("category_mark")
            targets = column("plan2023")
            preferred = column("plan2023_default")
            kind = column("map_kind")
            noteChinese = column("note_zh", "note")
            noteEnglish = column("note_en", "note")
            initials = column("initials")
            source = column("source")
        }
    }
}

extension ClassTable {
    /// A project's own classes, such as a foreign town's use codes, as a system called `label`.
    ///
    /// The columns are found by their names: codes in `code` or a name that ends in it, names in `name_zh` and
    /// `name_en`, or `name`, or a name that ends in `desc`; optionally `parent`, `category`, `note`. Others are passed
    /// over. Parents stand above their children.
    ///
    /// - Throws: `TableFault` with `file` and line; `Refusal` when `label` cannot be a label.
    package init(csv: String, file: String, label: String) throws {
        guard LandUseCode.isLabel(label) else {
            throw Refusal(
                .usage, "‘\(label)’ cannot name a class table; use lower-case letters, digits and _.",
                "“\(label)”不能作为分类表名称，请使用小写字母、数字和下划线。")
        }
        var builder = Builder()
        let system = ClassSystem(label: label, system: label, version: "1", name: Phrase(label, label))
        try builder.add(system, from: CSV(csv, file: file))
        self = try builder.build()
    }

    /// The classes that tuban brings: the third survey's, the planned uses of 2023, planning zones, and settlements.
    package static let standard: ClassTable = {
        do {
            return try loadStandard()
        } catch {
            // The tables are part of the program and a test loads them; a fault in them is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    static func loadStandard() throws -> ClassTable {
        var builder = Builder()
        try builder.add(.survey, from: Tables.survey())
        try builder.add(.plan2023, from: Tables.plan2023())
        let zones = try Tables.zones()
        let scheme = try zones.required("scheme")
        try builder.add(.zone, from: zones) { $0.values[scheme] != "zhejiang" }
        try builder.add(.zoneZhejiang, from: zones) { $0.values[scheme] != "national" }
        try builder.add(.settlement, from: Tables.settlements())
        return try builder.build()
    }
}
