import ArgumentParser
import Canvas
import Documents
import Phrases

/// How a report is printed.
package enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, csv, json, html
}

extension Report {
    /// The report as bytes for standard output, ending with a newline unless it is empty.
    ///
    /// - Parameter width: the columns of the terminal; nil prints tables at their full width.
    package func printed(as format: Format, width: Int? = nil) -> String {
        switch format {
        case .text: document?.text(width: min(width ?? 80, 80)) ?? text(width: width)
        case .csv: csv
        case .json: json
        case .html: (document ?? page).html
        }
    }

    private func text(width: Int?) -> String {
        var lines: [String] = []
        if !title.isEmpty { lines.append(cleanedForShell(title)) }
        lines += picture
        if isCard, let row = rows.first {
            let widest = columns.map { displayWidth(of: $0.title.description) }.max() ?? 0
            for (column, value) in zip(columns, row) {
                let name = column.title.description
                let gap = String(repeating: " ", count: widest - displayWidth(of: name) + 2)
                lines.append(cleanedForShell("  \(name)\(gap)\(value.text)"))
            }
        } else if !columns.isEmpty, !(rows.isEmpty && !picture.isEmpty) {
            lines += table(width: width)
        }
        lines += notes.map(cleanedForShell)
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
    }

    /// A text and how many columns of the terminal it takes.
    private struct Cell {
        let text: String
        let width: Int

        init(_ text: String) { (self.text, width) = (text, displayWidth(of: text)) }
    }

    private func table(width: Int?) -> [String] {
        let cells = rows.map { row in row.map { Cell(cleanedForShell($0.text)) } }
        let titles = columns.map { Cell($0.title.description) }
        var widths = titles.map(\.width)
        for row in cells {
            for (column, cell) in row.enumerated() where cell.width > widths[column] { widths[column] = cell.width }
        }
        var besides = columns.count
        if let width, !fit(&widths, into: width) { besides = leading(widths, in: width) }
        let isNumber = columns.map(\.isNumber)
        // A county's findings are ten thousands of rows: a line is put together from bytes, and what stands between the
        // cells is written once it is needed.
        func line(_ cells: [Cell]) -> String {
            var line: [UInt8] = []
            var blanks = 0
            line.reserveCapacity(200)
            for (column, cell) in cells.enumerated().prefix(besides) {
                let gap = max(0, widths[column] - cell.width)
                if isNumber[column] { blanks += gap }
                if !cell.text.isEmpty {
                    line.append(contentsOf: repeatElement(0x20, count: blanks))
                    line.append(contentsOf: cell.text.utf8)
                    blanks = 0
                }
                blanks += isNumber[column] ? 2 : gap + 2
            }
            while line.last == 0x20 { line.removeLast() }
            return String(decoding: line, as: UTF8.self)
        }
        var lines = [line(titles)]
        lines.append(widths.prefix(besides).map { String(repeating: "-", count: $0) }.joined(separator: "  "))
        lines.reserveCapacity(cells.count + 2)
        for row in cells {
            if zip(row, widths).prefix(besides).allSatisfy({ $0.width <= $1 }) {
                lines.append(line(row))
            } else {
                let parts = zip(row, widths).prefix(besides).map { wrapped($0.text, width: $1).map(Cell.init) }
                for number in 0..<(parts.map(\.count).max() ?? 1) {
                    lines.append(line(parts.map { $0.count > number ? $0[number] : Cell("") }))
                }
            }
            let below = zip(titles, row).dropFirst(besides).filter { !$1.text.isEmpty }
            lines += Self.paragraph(below.map { "\($0.text)\(say(": ", "："))\($1.text)" }, width: (width ?? 80) - 4)
                .map { "    " + $0 }
        }
        return lines
    }

    /// Texts beside one another for as long as they fit, each of the others on lines of its own.
    private static func paragraph(_ texts: [String], width: Int) -> [String] {
        var lines: [String] = []
        var room = 0
        for text in texts {
            let own = displayWidth(of: text)
            if let last = lines.last, own + 2 <= room {
                lines[lines.count - 1] = last + "  " + text
                room -= own + 2
            } else {
                lines += wrapped(text, width: width)
                // Nothing stands behind a text of several lines: where it ends would not be seen.
                room = width - own
            }
        }
        return lines
    }

    /// Takes from the widest columns of text, up to a third of what they have, until a row fits a line.
    ///
    /// - Returns: false, with the widths as they were, where that is not enough.
    private func fit(_ widths: inout [Int], into width: Int) -> Bool {
        var tried = widths
        let least = zip(columns, widths).map { $0.isNumber ? $1 : min($1, max(12, $1 * 2 / 3)) }
        while tried.reduce(0, +) + 2 * (tried.count - 1) > width {
            let shrinking = tried.indices.filter { tried[$0] > least[$0] }
            guard let widest = shrinking.max(by: { tried[$0] < tried[$1] }) else { return false }
            tried[widest] -= 1
        }
        widths = tried
        return true
    }

    /// How many of the first columns stand beside one another; the others have lines of their own below.
    private func leading(_ widths: [Int], in width: Int) -> Int {
        var (used, count) = (-2, 0)
        for column in widths {
            used += column + 2
            guard used <= width else { break }
            count += 1
        }
        return max(1, count)
    }

    private var page: Page {
        var sections: [Page.Section] = picture.isEmpty ? [] : [.picture(picture)]
        if isCard, let row = rows.first {
            let properties = zip(columns, row).map { [$0.title.description, $1.text] }
            sections.append(.table(titles: ["", ""], isNumber: [false, false], rows: properties))
        } else if !rows.isEmpty {
            sections.append(
                .table(
                    titles: columns.map(\.title.description), isNumber: columns.map(\.isNumber),
                    rows: rows.map { $0.map(\.text) }))
        }
        return Page(title: title, sections: sections + notes.map { .paragraph($0) })
    }

    private var csv: String {
        func field(_ value: Value) -> String {
            var clean = cleanedForShell(value.text)
            // A spreadsheet would run a text that starts like a formula; with an apostrophe before it, it shows it.
            if case .text = value, let first = clean.utf8.first, "=+-@".utf8.contains(first), clean.utf8.count > 1,
                Double(clean) == nil
            {
                clean = "'" + clean
            }
            // No line is broken inside of a field: what is clean holds no line breaks.
            guard clean.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 }) else { return clean }
            return "\"" + clean.replacing("\"", with: "\"\"") + "\""
        }
        let (columns, rows) = machineTable
        let lines =
            [columns.map(\.key).joined(separator: ",")] + rows.map { $0.map(field).joined(separator: ",") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What programs read: the table, or where there is none a row for each sentence.
    private var machineTable: (columns: [Column], rows: [[Value]]) {
        guard columns.isEmpty else { return (columns, rows) }
        return ([Column("message", "Message", "信息")], ((title.isEmpty ? [] : [title]) + picture).map { [.text($0)] })
    }

    private var json: String {
        let (columns, rows) = machineTable
        let objects = rows.map { row in
            let members = zip(columns, row).map { "\(JSON.string($0.key)): \($1.json)" }
            return "{" + members.joined(separator: ", ") + "}"
        }
        return objects.isEmpty ? "[]\n" : "[\n  " + objects.joined(separator: ",\n  ") + "\n]\n"
    }
}

extension Report.Value {
    var json: String {
        switch self {
        case .null: "null"
        case .text(let text): JSON.string(text)
        case .integer(let number): String(number)
        case .real(let number, _): number.isFinite ? String(number) : "null"
        case .area(let hundredths): Decimals.hundredths(hundredths)
        case .flag(let isSet): String(isSet)
        }
    }
}

/// What of JSON is needed to write a report.
package enum JSON {
    /// A string literal of ASCII and printable text: controls are escaped (RFC 8259, section 7).
    package static func string(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            default:
                let isPlain =
                    scalar.value >= 0x20 && !scalar.properties.isDefaultIgnorableCodePoint
                    && scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format
                if isPlain {
                    out.unicodeScalars.append(scalar)
                } else {
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16)
                        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                }
            }
        }
        return out + "\""
    }
}
