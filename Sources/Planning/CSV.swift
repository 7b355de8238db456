import Phrases

/// Rows of a table that is kept as CSV text (RFC 4180): comma, double quotes, LF or CRLF, an optional byte-order mark.
///
/// It is strict, because it reads the program's own tables and those a project brings: every row has as many fields as
/// the header, and the header names no column twice. Foreign tables of data are read by GDAL.
package struct CSV: Sendable {
    /// One row: its values by column and the line of the file on which it starts, from 1.
    package struct Row: Sendable {
        package let line: Int
        package let values: [String]

        package init(line: Int, values: [String]) { (self.line, self.values) = (line, values) }
    }

    package let file: String
    package let header: [String]
    package let rows: [Row]

    /// Reads `text`, of which the first row is the header. Rows that are wholly empty are passed over.
    ///
    /// - Parameter file: the name that errors give.
    /// - Throws: `TableFault` for a missing header, a doubled column, an unequal row, or quotes out of place.
    package init(_ text: String, file: String, delimiter: UInt8 = UInt8(ascii: ",")) throws {
        var records = try Self.records(of: text, file: file, delimiter)
        guard !records.isEmpty else {
            throw TableFault(file, 1, "the table is empty.", "表是空的。")
        }
        header = records.removeFirst().values
        for (column, name) in header.enumerated() where header[..<column].contains(name) {
            guard !name.isEmpty else {
                throw TableFault(
                    file, 1, "column \(column + 1) has no name: the first row has to name every column.",
                    "第 \(column + 1) 列没有列名：首行须为各列的列名。")
            }
            throw TableFault(file, 1, "column \(name) is named twice.", "列 \(name) 出现了两次。")
        }
        for row in records where row.values.count != header.count {
            throw TableFault(
                file, row.line, "the row has \(row.values.count) fields, the header has \(header.count).",
                "此行有 \(row.values.count) 个字段，表头有 \(header.count) 个。")
        }
        self.file = file
        rows = records
    }

    /// The number of the column called `name`, whatever its case; nil when there is none.
    package func column(_ name: String) -> Int? {
        header.firstIndex { $0.lowercased() == name.lowercased() }
    }

    /// The number of a column that must be there.
    package func required(_ name: String) throws -> Int {
        guard let column = column(name) else {
            throw TableFault(file, 1, "column \(name) is missing.", "缺少列 \(name)。")
        }
        return column
    }

    private static func records(of text: String, file: String, _ comma: UInt8) throws -> [Row] {
        let quote = UInt8(ascii: "\""), lf = UInt8(ascii: "\n"), cr = UInt8(ascii: "\r")
        let bytes = Array(text.utf8)
        var index = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        var rows: [Row] = []
        var values: [String] = []
        var started = 1
        while index < bytes.count {
            var field: [UInt8] = []
            if bytes[index] == quote {
                let opened = line
                index += 1
                while true {
                    guard index < bytes.count else {
                        throw TableFault(file, opened, "a quote is never closed.", "引号没有闭合。")
                    }
                    if bytes[index] == quote {
                        index += 1
                        guard index < bytes.count, bytes[index] == quote else { break }
                    } else if bytes[index] == lf {
                        line += 1
                    }
                    field.append(bytes[index])
                    index += 1
                }
                if index < bytes.count, bytes[index] != comma, bytes[index] != lf, bytes[index] != cr {
                    throw TableFault(file, line, "text follows a closing quote.", "闭合引号之后还有文字。")
                }
            } else {
                let start = index
                while index < bytes.count, bytes[index] != comma, bytes[index] != lf, bytes[index] != cr {
                    guard bytes[index] != quote else {
                        throw TableFault(file, line, "a quote stands inside a plain field.", "未加引号的字段内出现引号。")
                    }
                    index += 1
                }
                field = Array(bytes[start..<index])
            }
            values.append(String(decoding: field, as: UTF8.self))
            if index < bytes.count, bytes[index] == comma {
                index += 1
                if index < bytes.count { continue }
                values.append("")
            }
            if index < bytes.count, bytes[index] == cr { index += 1 }
            if index < bytes.count {
                guard bytes[index] == lf else {
                    throw TableFault(file, line, "a carriage return stands alone.", "出现单独的回车符。")
                }
                index += 1
                line += 1
            }
            if values != [""] { rows.append(Row(line: started, values: values)) }
            values = []
            started = line
        }
        return rows
    }
}

/// What is wrong with a table, and where.
package struct TableFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// From 1, the header being line 1 of most tables.
    package let line: Int
    package let reason: Phrase

    package init(_ file: String, _ line: Int, _ english: String, _ chinese: String) {
        self.file = file
        self.line = line
        reason = Phrase(english, chinese)
    }

    package var description: String { "\(file):\(line): \(reason)" }
}
