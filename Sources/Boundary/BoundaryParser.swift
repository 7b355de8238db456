import Phrases

/// What a line of the file was read as. Every line is one of these; a line that is none is named by a fault.
package enum BoundaryLine: UInt8, Hashable, Sendable {
    case blank, section, key, parcel, point
    /// Not read; a fault names it.
    case fault
}

/// A point line as it stands: columns are not yet north and east.
struct RawPoint {
    var label: String
    var ring: Int
    /// Nil where it is no number, of which a fault tells.
    var first: FixedDecimal?
    var second: FixedDecimal?
    var line: Int
}

/// A parcel line and its point lines, before anybody knows the dialect.
struct RawParcel {
    var line: Int
    var fields: [String]
    var points: [RawPoint] = []
    /// Side lengths by point, where lines have them.
    var sides: [FixedDecimal?] = []
    /// Whether point lines have the layout with side lengths.
    var hasSides = false
    /// Point lines, readable or not.
    var lineCount = 0
    var lastLine: Int
}

/// Splits the text into sections, parcel lines and point lines. It never stops: what it cannot read becomes a fault.
struct BoundaryParser {
    private let text: BoundaryText
    private(set) var sections: [BoundaryFile.Section] = []
    /// The line of each key, by section and key.
    private(set) var keyLines: [[Int]] = []
    private(set) var sectionLines: [Int] = []
    private(set) var parcels: [RawParcel] = []
    private(set) var lines: [BoundaryLine] = []
    private(set) var faults = FaultList()
    private var isInCoordinates = false
    /// Point lines for which no parcel line stands before.
    private var orphans: ClosedRange<Int>?

    init(_ text: BoundaryText) {
        self.text = text
        lines.reserveCapacity(text.lines.count)
        for (index, range) in text.lines.enumerated() { lines.append(read(range, line: index + 1)) }
        tellOrphans()
    }

    private mutating func read(_ range: Range<Int>, line: Int) -> BoundaryLine {
        let bytes = text.bytes[range]
        // The short way for nearly all lines of a large file.
        if !parcels.isEmpty, let end = bytes.last, end == 0x2C || 0x30...0x39 ~= end, bytes.allSatisfy({ $0 < 0x80 }),
            let kind = readPoint(bytes, line)
        {
            return kind
        }
        let content = text.string(range).trimmingBlanks
        if content.isEmpty { return .blank }
        if content.unicodeScalars.contains(where: { $0.value == 0xFFFD }) {
            faults.add(
                .undecodable, .warning, line,
                Phrase(
                    "Line \(line) holds bytes that are no text in this encoding; they are shown as \u{FFFD}.",
                    "第 \(line) 行含无法按此编码解读的字节，以 \u{FFFD} 表示。"),
                Phrase("Ask for the file in UTF-8, or name its encoding.", "请索取 UTF-8 文件，或指明编码。"))
        }
        let half = content.halfWidth
        if half.hasPrefix("["), half.hasSuffix("]") { return readSection(String(half.dropFirst().dropLast()), line) }
        if half.hasSuffix("@") {
            if let kind = readMarked(content, half, line) { return kind }
        } else if !isInCoordinates, parcels.isEmpty, let kind = readKey(content, line) {
            return kind
        } else if Self.looksLikeParcel(content) {
            tellMissingMark(line)
            return readParcel(content, line)
        }
        if half != content, let kind = readPoint(Array(half.utf8)[...], line, isWide: true) { return kind }
        if let kind = readPoint(bytes, line) { return kind }
        if let kind = readKey(content, line) { return kind }
        return notUnderstood(content, line)
    }

    private mutating func notUnderstood(_ content: String, _ line: Int) -> BoundaryLine {
        let start = String(content.prefix(40))
        faults.add(
            .notUnderstood, .stops, line,
            Phrase(
                "Line \(line) is no header key, parcel line or point line: \(start)",
                "第 \(line) 行既不是文件头、地块行，也不是界址点行：\(start)"),
            Phrase(
                "Delete it, or write it as LABEL,RING,X,Y or as a parcel line that ends with ,@",
                "请删除，或改为“点号,圈号,X,Y”或以 ,@ 结尾的地块行。"))
        return .fault
    }

    // MARK: The header

    private mutating func readSection(_ name: String, _ line: Int) -> BoundaryLine {
        let name = name.trimmingBlanks
        isInCoordinates = name == BoundaryWriter.coordinates
        if isInCoordinates, !parcels.isEmpty || sections.last?.name == name { return .section }
        if isInCoordinates { return .section }
        sections.append(.init(name))
        keyLines.append([])
        sectionLines.append(line)
        return .section
    }

    private mutating func readKey(_ content: String, _ line: Int) -> BoundaryLine? {
        let scalars = content.unicodeScalars
        guard let sign = scalars.firstIndex(where: { $0 == "=" || $0.value == 0xFF1D }) else { return nil }
        let key = String(scalars[..<sign]).trimmingBlanks
        guard !key.isEmpty, !key.contains(where: { $0 == "," || $0 == "，" }) else { return nil }
        let value = String(scalars[scalars.index(after: sign)...]).trimmingBlanks
        if sections.isEmpty {
            sections.append(.init(""))
            keyLines.append([])
            sectionLines.append(line)
        }
        let last = sections.count - 1
        if let before = sections[last].entries.firstIndex(where: { $0.key == key }) {
            let other = sections[last].entries[before].value
            faults.add(
                .keyTwice, other == value ? .info : .warning, line,
                Phrase(
                    "The header key \(key) stands twice, in lines \(keyLines[last][before]) and \(line); the first counts.",
                    "文件头的 \(key) 在第 \(keyLines[last][before]) 行与第 \(line) 行重复，以前者为准。"),
                Phrase("Delete the wrong one.", "请删除错误的一行。"))
        }
        sections[last].entries.append(.init(key, value))
        keyLines[last].append(line)
        return .key
    }

    // MARK: Parcel lines

    /// A line that ends with `@`.
    private mutating func readMarked(_ content: String, _ half: String, _ line: Int) -> BoundaryLine? {
        if parcels.isEmpty, !isInCoordinates, !half.contains(","), let kind = readKey(content, line) { return kind }
        let body = String(content.unicodeScalars.dropLast()).trimmingBlanks
        if body.isEmpty { return nil }
        return readParcel(body, line)
    }

    private mutating func readParcel(_ body: String, _ line: Int) -> BoundaryLine {
        tellOrphans()
        var fields = Self.split(body, at: [","])
        // A full-width comma may belong to a name: it separates only where the plain ones do not make a known line.
        if !Self.isKnown(fields.count - 1), !Self.isKnown(fields.count) {
            let wide = Self.split(body, at: [",", "，"])
            if wide.count > fields.count {
                fields = wide
                tellWide(line)
            }
        }
        if fields.count > 1, fields.last?.isEmpty == true { fields.removeLast() }
        parcels.append(RawParcel(line: line, fields: fields, lastLine: line))
        return .parcel
    }

    private static func isKnown(_ count: Int) -> Bool { count == 4 || 8...13 ~= count }

    private static func split(_ text: String, at separators: Set<Unicode.Scalar>) -> [String] {
        text.unicodeScalars.split(omittingEmptySubsequences: false) { separators.contains($0) }
            .map { String($0).trimmingBlanks }
    }

    /// Whether a line without `@` can only be a parcel line: one of its fields is the kind of shape.
    private static func looksLikeParcel(_ content: String) -> Bool {
        let fields = split(content, at: [",", "，"])
        return fields.count >= 4 && fields.dropFirst().contains { $0 == "面" || $0 == "线" || $0 == "点" }
    }

    private mutating func tellMissingMark(_ line: Int) {
        faults.add(
            .parcelMark, .stops, line,
            Phrase(
                "Line \(line) is written like a parcel line but does not end with ,@ so that the points below it have no parcel.",
                "第 \(line) 行形似地块行但缺少结尾的 ,@，其后的界址点没有所属地块。"),
            Phrase("Add ,@ at its end.", "请在行尾补上 ,@。"))
    }

    private mutating func tellWide(_ line: Int) {
        faults.add(
            .fullWidth, .info, line,
            Phrase(
                "Line \(line) has full-width commas or digits; they are read as plain ones.",
                "第 \(line) 行含全角逗号或数字，按半角读取。"),
            Phrase("Type them half-width.", "建议改为半角。"))
    }

    // MARK: Point lines

    /// Nil when the line is not laid out like a point.
    private mutating func readPoint(_ bytes: ArraySlice<UInt8>, _ line: Int, isWide: Bool = false) -> BoundaryLine? {
        guard let layout = PointLine(bytes) else { return nil }
        guard !parcels.isEmpty else {
            orphans = (orphans?.lowerBound ?? line)...line
            return .fault
        }
        if isWide { tellWide(line) }
        let last = parcels.count - 1
        parcels[last].lineCount += 1
        parcels[last].lastLine = line
        layout.tellFaults(line, &faults)
        guard let ring = layout.ring else { return .fault }
        parcels[last].points.append(
            RawPoint(label: layout.label, ring: ring, first: layout.first, second: layout.second, line: line))
        if layout.hasSide { parcels[last].hasSides = true }
        if parcels[last].hasSides {
            let missing = parcels[last].points.count - 1 - parcels[last].sides.count
            parcels[last].sides.append(contentsOf: repeatElement(nil, count: max(0, missing)))
            parcels[last].sides.append(layout.side)
        }
        return .point
    }

    private mutating func tellOrphans() {
        guard let lines = orphans else { return }
        orphans = nil
        faults.add(
            .noParcel, .stops, lines,
            Phrase(
                "Lines \(lines.lowerBound) to \(lines.upperBound) hold points, but no parcel line stands before them.",
                "第 \(lines.lowerBound) 至 \(lines.upperBound) 行是界址点，但其前没有地块行。"),
            Phrase("Write the parcel line above them, ending with ,@", "请在其上补写以 ,@ 结尾的地块行。"))
    }
}
