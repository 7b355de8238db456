import Phrases

/// Everything that is wrong with a table, so that it can be mended in one go.
package struct TableFaults: Error, Hashable, Sendable, CustomStringConvertible {
    package let faults: [TableFault]

    package init(_ faults: [TableFault]) { self.faults = faults }

    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

extension Crosswalk {
    private static let columnNames: [String: [String]] = [
        "from": ["from", "source", "原代码", "原编码", "原地类", "原地类编码", "源代码", "源编码"],
        "to": ["to", "target", "目标代码", "目标编码", "目标地类", "新代码", "新编码", "现地类", "转换后代码"],
        "share": ["share", "比例", "占比", "份额"], "note": ["note", "备注", "说明"],
    ]

    /// Reads a crosswalk and proves it: each target is a class, no code has two targets unless their shares make up one.
    ///
    /// Columns `from` and `to`, optionally `share` and `note`, under English or Chinese names; others are passed over.
    /// Columns are divided by commas, semicolons or tabs. A code on several rows goes to its largest share.
    ///
    /// - Parameters:
    ///   - file: the name that faults give.
    ///   - system: the label that bare codes in `to` belong to; without it, they must be `SYSTEM:CODE`.
    ///   - exists: whether a class is in one of the project's tables.
    /// - Throws: `TableFaults`.
    package init(
        text: String, file: String, hash: String, system: String?, exists: @escaping (LandUseCode) -> Bool
    ) throws {
        let csv: CSV
        do { csv = try CSV(text, file: file, delimiter: Self.delimiter(of: text)) } catch let fault as TableFault {
            throw TableFaults([fault])
        }
        func column(_ use: String) -> Int? {
            let names = Self.columnNames[use] ?? []
            return csv.header.firstIndex { names.contains(Self.folded($0).lowercased()) }
        }
        guard let from = column("from"), let to = column("to") else {
            let missing = column("from") == nil ? "from (原代码)" : "to (目标代码)"
            throw TableFaults([
                TableFault(
                    file, 1, "the column \(missing) is missing; a crosswalk has from, to and perhaps share and note.",
                    "缺少列 \(missing)；对照表须有 from、to，可有 share、note。")
            ])
        }
        var reader = RowReader(file: file, system: system, exists: exists)
        let share = column("share"), note = column("note")
        for row in csv.rows {
            reader.add(
                from: Self.folded(row.values[from]), to: Self.folded(row.values[to]),
                share: share.map { Self.folded(row.values[$0]) } ?? "", note: note.map { row.values[$0] } ?? "",
                line: row.line)
        }
        let classes = reader.resolved()
        if csv.rows.isEmpty { reader.fault(1, "the table has no rows.", "表中没有数据行。") }
        guard reader.faults.isEmpty, let found = reader.system else {
            throw TableFaults(reader.faults.sorted { $0.line < $1.line })
        }
        self.init(name: file, hash: hash, system: found, classes: classes, remarks: reader.remarks)
    }

    /// The one of comma, semicolon and tab that the header has most of.
    private static func delimiter(of text: String) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        for byte in text.utf8.prefix(while: { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }) {
            counts[byte, default: 0] += 1
        }
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        return candidates.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? candidates[0]
    }
}

/// The rows of a crosswalk while they are read, and what is wrong with them.
private struct RowReader {
    private struct Target {
        var code: String
        var share: Double?
        var line: Int
    }

    let file: String
    private(set) var system: String?
    let exists: (LandUseCode) -> Bool
    private var targets: [String: [Target]] = [:]
    private(set) var faults: [TableFault] = []
    private(set) var remarks: [String] = []

    init(file: String, system: String?, exists: @escaping (LandUseCode) -> Bool) {
        self.file = file
        self.system = system
        self.exists = exists
    }

    mutating func fault(_ line: Int, _ english: String, _ chinese: String) {
        faults.append(TableFault(file, line, english, chinese))
    }

    mutating func add(from: String, to: String, share: String, note: String, line: Int) {
        if from.isEmpty { fault(line, "the row names no code to start from.", "此行没有原代码。") }
        if to.isEmpty { fault(line, "code \(from) has no target.", "原代码 \(from) 没有目标代码。") }
        guard !from.isEmpty, !to.isEmpty else { return }
        guard let code = target(to, line) else { return }
        var part: Double?
        if !share.isEmpty {
            let isPercent = share.hasSuffix("%")
            part = Double(isPercent ? share.dropLast() : share[...]).map { isPercent ? $0 / 100 : $0 }
            guard let part, part > 0, part <= 1 else {
                fault(
                    line, "the share \(share) of code \(from) is not between 0 and 1.",
                    "原代码 \(from) 的比例 \(share) 不在 0 与 1 之间。")
                return
            }
        }
        if !note.isEmpty { remarks.append("\(from) → \(code): \(note)") }
        if targets[from]?.contains(where: { $0.code == code }) == true {
            // The same said twice does no harm; twice with shares it would count double.
            guard part != nil else { return }
            fault(line, "code \(from) has the target \(code) twice.", "原代码 \(from) 的目标 \(code) 出现两次。")
            return
        }
        targets[from, default: []].append(Target(code: code, share: part, line: line))
    }

    /// The code of a target that exists and is of the table's one system.
    private mutating func target(_ text: String, _ line: Int) -> String? {
        let code: LandUseCode
        if let whole = LandUseCode(text) {
            code = whole
        } else if let system, let bare = LandUseCode("\(system):\(text)") {
            code = bare
        } else {
            fault(
                line, "'\(text)' does not say its system: write SYSTEM:CODE, or name the system with --classes.",
                "“\(text)”未注明分类体系：请写成 体系:代码，或用 --classes 指明。")
            return nil
        }
        if let system, system != code.system {
            fault(
                line, "\(code) is not of the system \(system); a layer has classes of one system.",
                "\(code) 不属于体系 \(system)；一个图层只能用一种分类体系。")
            return nil
        }
        system = code.system
        guard exists(code) else {
            fault(line, "class \(code) is in no table of the project.", "项目的分类表中没有地类 \(code)。")
            return nil
        }
        return code.code
    }

    /// One target a code: the only one, or the largest of shares that make up the whole.
    mutating func resolved() -> [String: String] {
        var classes: [String: String] = [:]
        for (from, found) in targets {
            guard found.count > 1 else {
                classes[from] = found[0].code
                continue
            }
            let shares = found.compactMap(\.share), last = found[found.count - 1].line
            let codes = found.map(\.code).joined(separator: ", ")
            guard shares.count == found.count else {
                fault(
                    last, "code \(from) has different targets (\(codes)); give each its share, or leave one.",
                    "原代码 \(from) 有不同的目标（\(codes)）；请逐行注明比例，或只保留一行。")
                continue
            }
            let sum = shares.reduce(0, +), most = shares.max() ?? 0
            guard abs(sum - 1) < 0.001, shares.count(where: { $0 == most }) == 1 else {
                fault(
                    last, "the shares of code \(from) must add up to 1 and have one largest; they are \(shares).",
                    "原代码 \(from) 的比例之和须为 1 且只有一个最大值；现为 \(shares)。")
                continue
            }
            classes[from] = found.first { $0.share == most }?.code
            remarks.append("\(from) → \(classes[from] ?? "") (\(most): \(codes))")
        }
        remarks.sort()
        return classes
    }
}
