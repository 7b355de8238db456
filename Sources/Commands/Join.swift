import Phrases
import Store
import Stream

/// A table of attributes that is joined to a layer while it comes in.
struct Join {
    let table: JoinTable
    /// The layer's field that holds the key.
    let key: Int
    /// The table's columns but its key, as the layer is to have them.
    let fields: [SourceField]
    let record: JoinRecord

    /// Reads the table that `--join` names.
    ///
    /// - Returns: nil without `--join`.
    /// - Throws: `Refusal`, for keys that stand on several rows too: which of them would count?
    init?(_ options: Import, layer: SourceLayer, child: FormatsChild, notes: inout [Phrase]) throws {
        guard let file = options.join, let on = options.on else { return nil }
        let keys = on.split(separator: "=", maxSplits: 1).map(\.trimmed)
        guard let left = keys.first, let right = keys.last, !left.isEmpty, !right.isEmpty else {
            throw Refusal(
                .usage, "--on names no field; write --on KEY or --on LAYER=TABLE.", "--on 未写明字段，应为 字段 或 图层字段=表字段。")
        }
        var remarks: [Phrase] = []
        let source = try Self.choose(try child.layers(of: file) { remarks.append($0) }, options.joinLayer, file)
        key = try Self.place(of: left, in: layer.fields, of: "layer \(layer.name)", "图层 \(layer.name)")
        let tableKey = try Self.place(of: right, in: source.fields, of: "table \(file)", "表 \(file)")

        let columns = source.fields.indices.filter { $0 != tableKey }
        guard !columns.isEmpty else {
            throw Refusal(
                .badData, "\(file) has no column but the key \(right); there is nothing to join.",
                "\(file) 除关键字段 \(right) 外没有其他列，无可连接。")
        }
        var taken = Set(layer.fields.map { $0.name.lowercased() })
        fields = columns.map { index in
            var field = source.fields[index]
            let name = field.name
            if taken.contains(name.lowercased()) { field.name = "\(source.name)_\(name)" }
            var number = 2
            while !taken.insert(field.name.lowercased()).inserted {
                field.name = "\(source.name)_\(name)_\(number)"
                number += 1
            }
            if field.name != name {
                remarks.append(
                    Phrase(
                        "The layer has a field \(name); the table's column of that name comes in as \(field.name).",
                        "图层已有字段 \(name)，表中同名列改称 \(field.name)。"))
            }
            return field
        }
        table = try JoinTable(fieldCount: columns.count) { filler in
            try child.read(file, layer: source.name) { message in
                guard case .features(let batch) = message else { return }
                var cursor = batch.features
                while try cursor.advance() {
                    try batch.payload.withUnsafeBytes { bytes in
                        try filler.add(key: SourceValue(cursor.values[tableKey], in: bytes).string) {
                            SourceValue(cursor.values[columns[$0]], in: bytes)
                        }
                    }
                }
            }
        }
        record = JoinRecord(
            file: file.split(separator: "/").last.map(String.init) ?? file, hash: try sourceHash(of: file),
            layerKey: layer.fields[key].name, tableKey: source.fields[tableKey].name, columns: fields.map(\.name))
        try refuseDoubles(file)
        notes += remarks
    }

    private func refuseDoubles(_ file: String) throws {
        let doubles = try table.doubles()
        guard doubles.count > 0 else { return }
        let first = doubles.first.map { double in
            (double.key, double.rows.map(String.init).joined(separator: ", "))
        }
        let english = first.map { "\($0.0) (rows \($0.1))" }.joined(separator: "; ")
        let chinese = first.map { "\($0.0)（第 \($0.1) 行）" }.joined(separator: "；")
        throw Refusal(
            .badData,
            "\(file) was not joined: \(record.tableKey) repeats \(counted(doubles.count, "key")): "
                + "\(english)\(doubles.count > first.count ? "; …" : ""); keep one row for each. Rows count from 1 below the header.",
            "\(file) 未连接：\(record.tableKey) 有 \(doubles.count) 个键值重复：\(chinese)"
                + "\(doubles.count > first.count ? "；…" : "")；请每个键值只保留一行（行号自表头下第 1 行起）。")
    }

    /// What found its counterpart and what did not, on either side.
    func told() throws -> [Phrase] {
        var told = [
            Phrase(
                "Joined \(record.file) by \(record.layerKey) = \(record.tableKey): \(counted(table.matched, "feature")) found a row, "
                    + "\(counted(record.columns.count, "column")) came in (\(record.columns.joined(separator: ", "))).",
                "已按 \(record.layerKey) = \(record.tableKey) 连接 \(record.file)：\(table.matched) 个要素有对应行，"
                    + "加入 \(record.columns.count) 列（\(record.columns.joined(separator: "、"))）。")
        ]
        func list(_ keys: [String], of count: Int) -> String {
            let text = keys.map { $0.isEmpty ? say("(empty)", "（空）") : $0 }.joined(separator: ", ")
            return text + (keys.count < count ? ", …" : "")
        }
        if table.missing > 0 {
            let keys = list(table.missingKeys, of: table.missing)
            told.append(
                Phrase(
                    "Without a row in \(record.file): \(counted(table.missing, "feature")), \(keys).",
                    "\(table.missing) 个要素在 \(record.file) 中没有对应行：\(keys)。"))
        }
        let unused = try table.unused()
        if unused.count > 0 {
            let keys = list(unused.keys, of: unused.count)
            told.append(
                Phrase(
                    "Without a feature: \(counted(unused.count, "row")) of \(record.file), \(keys).",
                    "\(record.file) 有 \(unused.count) 行没有对应要素：\(keys)。"))
        }
        if table.withoutKey > 0 {
            told.append(
                Phrase(
                    "Passed over for want of a key: \(counted(table.withoutKey, "row")) of \(record.file).",
                    "\(record.file) 有 \(table.withoutKey) 行没有键值，已略过。"))
        }
        return told
    }

    private static func choose(_ layers: [SourceLayer], _ wanted: String?, _ file: String) throws -> SourceLayer {
        let names = layers.map(\.name).joined(separator: ", ")
        if let wanted {
            guard let found = layers.first(where: { $0.name == wanted }) else {
                throw Refusal(
                    .noInput, "\(file) has no table \(wanted); it has \(names).", "\(file) 中没有表 \(wanted)；现有：\(names)。")
            }
            return found
        }
        guard layers.count == 1 else {
            throw Refusal(
                .usage, "\(file) holds several tables (\(names)); choose one with --join-layer.",
                "\(file) 含多张表（\(names)），请用 --join-layer 指定。")
        }
        return layers[0]
    }

    private static func place(of name: String, in fields: [SourceField], of english: String, _ chinese: String) throws
        -> Int
    {
        let names = fields.map(\.name)
        guard
            let place = names.firstIndex(of: name) ?? names.firstIndex(where: { $0.lowercased() == name.lowercased() })
        else {
            let known = names.joined(separator: ", ")
            throw Refusal(
                .badData, "The key \(name) is no field of \(english), which has \(known).",
                "\(chinese)没有关键字段 \(name)；现有：\(known)。")
        }
        return place
    }
}

extension SourceValue {
    /// A value of a batch whose bytes are `bytes`.
    init(_ value: FieldValue, in bytes: UnsafeRawBufferPointer) {
        switch value {
        case .null: self = .null
        case .integer(let number): self = .integer(number)
        case .real(let number): self = .real(number)
        case .text(let range): self = .text(UnsafeRawBufferPointer(rebasing: bytes[range]))
        case .blob(let range): self = .blob(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }
}
