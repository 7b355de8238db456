import Phrases

/// The columns of one point line: `LABEL,RING,X,Y`, or `LABEL,X,Y,SIDE,RING,` of the increase/decrease link.
struct PointLine {
    let label: String
    /// Nil when the ring number is no number; a fault tells.
    var ring: Int?
    var first: FixedDecimal?
    var second: FixedDecimal?
    var side: FixedDecimal?
    let hasSide: Bool
    private var problems: [(kind: BoundaryFault.Kind, severity: BoundaryFault.Severity, what: Phrase, remedy: Phrase)] =
        []

    /// - Returns: nil when the line has no such columns, or none of them is a coordinate.
    init?(_ bytes: ArraySlice<UInt8>) {
        var fields = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map(Self.trimmed)
        guard fields.count >= 3, fields.count <= 12 else { return nil }
        if fields.last?.isEmpty == true { fields.removeLast() }
        guard fields.count >= 3 else { return nil }
        let numbers = fields.map { FixedDecimal.read($0) }
        func isCoordinate(_ index: Int) -> Bool {
            guard index < numbers.count, let read = numbers[index] else { return false }
            return read.number.decimals > 0 || abs(read.number.value) >= 1000
        }
        hasSide =
            fields.count >= 4 && isCoordinate(1) && isCoordinate(2) && !isCoordinate(3)
            || fields.count >= 5 && isCoordinate(1) && isCoordinate(2)
        let columns = hasSide ? (1, 2) : fields.count == 3 ? (1, 2) : (2, 3)
        // One readable coordinate among the two is enough to take it for a point; the other gets its own fault.
        guard isCoordinate(columns.0) || isCoordinate(columns.1) || Self.isLabel(fields[0]) else { return nil }
        label = String(decoding: fields[0], as: UTF8.self)
        read(fields, numbers, columns)
    }

    private mutating func read(
        _ fields: [ArraySlice<UInt8>], _ numbers: [(number: FixedDecimal, isRounded: Bool)?], _ columns: (Int, Int)
    ) {
        first = coordinate(fields, numbers, columns.0)
        second = coordinate(fields, numbers, columns.1)
        let ringColumn = hasSide ? 4 : 1
        if hasSide, fields.count > 3 {
            side = numbers[3]?.number
        }
        let used = hasSide ? 5 : 4
        if fields.count == 3 || fields.count <= ringColumn {
            problems.append(
                (
                    .pointFields, .stops, Phrase("has no ring number", "缺少圈号"),
                    Phrase("Write it as LABEL,RING,X,Y", "请写作“点号,圈号,X,Y”。")
                ))
        } else if let number = numbers[ringColumn]?.number, number.decimals == 0, 0...1_000_000 ~= number.scaled {
            ring = Int(number.scaled)
        } else {
            problems.append(
                (
                    .ringNumber, .stops,
                    Phrase(
                        "has the ring number \u{201C}\(Self.text(fields[ringColumn]))\u{201D}, which is no number",
                        "的圈号“\(Self.text(fields[ringColumn]))”不是数字"),
                    Phrase("Number the outer ring 1 and the others from 2.", "外圈请写 1，其余自 2 起。")
                ))
        }
        if fields.count > used {
            let others = fields[used...].map(Self.text).joined(separator: ",")
            problems.append(
                (
                    .pointFields, .warning,
                    Phrase("has more columns than a point, left out: \(others)", "多出的列未读取：\(others)"),
                    Phrase("Check that the columns are not shifted.", "请检查列是否错位。")
                ))
        }
    }

    private mutating func coordinate(
        _ fields: [ArraySlice<UInt8>], _ numbers: [(number: FixedDecimal, isRounded: Bool)?], _ column: Int
    ) -> FixedDecimal? {
        let text = Self.text(fields[column])
        guard let read = numbers[column] else {
            let hasLetter = text.contains { "OoIl".contains($0) }
            problems.append(
                (
                    .notANumber, .stops,
                    Phrase("has \u{201C}\(text)\u{201D} as a coordinate, which is not a number", "的坐标“\(text)”不是数字"),
                    hasLetter
                        ? Phrase("Write the digit 0 or 1 for the letter.", "请把字母改为数字 0 或 1。")
                        : Phrase("Write plain digits with a decimal point.", "请写成带小数点的数字。")
                ))
            return nil
        }
        if read.isRounded {
            problems.append(
                (
                    .digits, .info, Phrase("has more digits than are kept: \(text)", "的坐标位数过多，已取舍：\(text)"),
                    Phrase("", "")
                ))
        }
        return read.number
    }

    /// Adds what was wrong, with the line.
    func tellFaults(_ line: Int, _ faults: inout FaultList) {
        for problem in problems {
            faults.add(
                problem.kind, problem.severity, line,
                Phrase("Line \(line) \(problem.what.english).", "第 \(line) 行\(problem.what.chinese)。"), problem.remedy)
        }
    }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var field = field.drop(while: isBlank)
        while let last = field.last, isBlank(last) { field.removeLast() }
        return field
    }

    /// `J12`, `12`.
    private static func isLabel(_ field: ArraySlice<UInt8>) -> Bool {
        let digits = field.drop { $0 == UInt8(ascii: "J") || $0 == UInt8(ascii: "j") }
        return !digits.isEmpty && digits.count + 1 >= field.count
            && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(String(decoding: field, as: UTF8.self).prefix(40))
    }
}
