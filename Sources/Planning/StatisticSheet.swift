import Phrases

/// A table of statistics as it came: a header, and rows of cells as text.
package struct StatisticSheet: Sendable {
    /// Cells that a spreadsheet shows as one; only the first of them holds a value.
    package struct Merge: Hashable, Sendable {
        /// As lines of the sheet, the header being on `headerLine`.
        package let lines: ClosedRange<Int>
        /// From 0.
        package let columns: ClosedRange<Int>

        /// - Parameter text: such as `A2:A5`.
        package init?(_ text: some StringProtocol) {
            let ends = text.split(separator: ":").map { Cell($0) }
            guard ends.count == 2, let first = ends[0], let last = ends[1], first.line <= last.line,
                first.column <= last.column
            else { return nil }
            lines = first.line...last.line
            columns = first.column...last.column
        }

        package var name: String {
            "\(Cell(line: lines.lowerBound, column: columns.lowerBound).name):\(Cell(line: lines.upperBound, column: columns.upperBound).name)"
        }
    }

    /// A cell by the names that spreadsheets give them: `B5` is the second column of the fifth line.
    package struct Cell: Hashable, Sendable {
        package let line: Int
        /// From 0.
        package let column: Int

        package init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

        package init?(_ name: some StringProtocol) {
            var (line, column) = (0, 0)
            for byte in name.utf8 {
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z") where line == 0 && column < 100_000:
                    column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
                case UInt8(ascii: "0")...UInt8(ascii: "9") where line < 100_000_000:
                    line = line * 10 + Int(byte - UInt8(ascii: "0"))
                case UInt8(ascii: "$"): continue
                default: return nil
                }
            }
            guard line > 0, column > 0 else { return nil }
            (self.line, self.column) = (line, column - 1)
        }

        package var name: String {
            var (letters, rest) = ("", column + 1)
            while rest > 0 {
                letters = String(UnicodeScalar(UInt8(ascii: "A") + UInt8((rest - 1) % 26))) + letters
                rest = (rest - 1) / 26
            }
            return "\(letters)\(line)"
        }
    }

    package let file: String
    package let header: [String]
    package var rows: [CSV.Row]
    /// Whether places in it are told as cells, `B5`.
    package let isSpreadsheet: Bool
    package let merges: [Merge]

    package init(
        file: String, header: [String], rows: [CSV.Row], isSpreadsheet: Bool = false, merges: [Merge] = []
    ) {
        (self.file, self.header, self.rows) = (file, header, rows)
        (self.isSpreadsheet, self.merges) = (isSpreadsheet, merges)
    }

    package init(_ csv: CSV) {
        self.init(file: csv.file, header: csv.header, rows: csv.rows)
    }

    /// Where a cell stands, as people find it.
    func place(_ line: Int, _ column: Int) -> Phrase {
        if isSpreadsheet {
            let cell = Cell(line: line, column: column).name
            return Phrase("cell \(cell)", "单元格 \(cell)")
        }
        return Phrase("line \(line), column \(header[column])", "第 \(line) 行“\(header[column])”列")
    }

    func place(_ line: Int) -> Phrase { Phrase("line \(line)", "第 \(line) 行") }
}

/// What is wrong with a table of statistics, with its place: a clause without a full stop.
package struct StatisticFault: Error, Hashable, Sendable {
    package let phrase: Phrase

    package init(_ english: String, _ chinese: String) { phrase = Phrase(english, chinese) }
    init(_ place: Phrase, _ english: String, _ chinese: String) {
        phrase = Phrase("\(place.english) \(english)", place.chinese + chinese)
    }
}

/// A value that a table gives a unit in a year.
package struct StatisticEntry: Hashable, Sendable {
    package struct Key: Hashable, Sendable, Comparable {
        package var series: String
        package var unit: String
        package var year: Int

        package init(series: String, unit: String, year: Int) {
            (self.series, self.unit, self.year) = (series, unit, year)
        }

        package static func < (a: Key, b: Key) -> Bool { (a.series, a.unit, a.year) < (b.series, b.unit, b.year) }
    }

    package var key: Key
    package var value: Double
    /// The line of the table, from 1.
    package var line: Int

    package init(key: Key, value: Double, line: Int) { (self.key, self.value, self.line) = (key, value, line) }
}

/// The units of a project, by what tables call them.
package struct StatisticUnits: Sendable {
    package enum Found: Hashable, Sendable {
        case unit(String)
        case none
        /// A name that several bear.
        case several([String])
    }

    private var codes: Set<String> = []
    private var byName: [String: [String]] = [:]
    /// Whether anything that is not known stands for itself.
    private let takesAny: Bool

    package init(_ units: [(code: String, name: String)], takesAny: Bool = false) {
        self.takesAny = takesAny
        for unit in units where !unit.code.isEmpty {
            codes.insert(unit.code)
            byName[StatisticSeries.key(unit.name), default: []].append(unit.code)
        }
    }

    /// - Parameter text: a code of 6, 9, 12 or 19 digits, or a name.
    package func find(_ text: String) -> Found {
        var plain = PlainText.halfWidth(text).trimmed
        // A spreadsheet that took the code for a number.
        if plain.hasSuffix(".0") { plain.removeLast(2) }
        if let code = UnitCode(plain)?.digits, codes.contains(code) { return .unit(code) }
        if codes.contains(plain) { return .unit(plain) }
        if let found = byName[StatisticSeries.key(plain)] {
            return found.count == 1 ? .unit(found[0]) : .several(found.sorted())
        }
        return takesAny && !plain.isEmpty ? .unit(plain) : .none
    }
}
