import Canvas
import Phrases

extension Page {
    /// The page as plain text, no line wider than `width` cells but for what is verbatim: for a mail, a terminal, a
    /// printer of the eighties.
    package func text(width: Int = 80) -> String {
        var lines: [String] = []
        if !title.isEmpty {
            for line in wrapped(cleanedForShell(title), width: width) {
                lines.append(line)
            }
            lines.append(String(repeating: "=", count: min(width, displayWidth(of: lines.last ?? ""))))
        }
        for section in sections {
            if !lines.isEmpty, lines.last?.isEmpty == false { lines.append("") }
            lines += Self.text(of: section, width)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(of section: Section, _ width: Int) -> [String] {
        switch section {
        case .paragraph(let text), .lead(let text): return paragraph(text, width)
        case .picture(let lines): return lines.map(cleanedForShell)
        case .drawing(_, _, let lines): return lines.map(cleanedForShell)
        case .verbatim(let text):
            return text.split(separator: "\n", omittingEmptySubsequences: false).map { cleanedForShell(String($0)) }
        case .heading(let text), .chapter(let text):
            let clean = cleanedForShell(text)
            return [clean, String(repeating: "-", count: min(width, displayWidth(of: clean)))]
        case .entry(let title, let facts): return paragraph(title, width) + text(of: facts, width)
        case .facts(let facts): return text(of: facts, width)
        case .beside(let sections):
            return sections.map { text(of: $0, width) }.joined(separator: [""]).map { $0 }
        case .table(let titles, let isNumber, let rows, let wide, _):
            let kept = titles.indices.filter { !wide.contains($0) }
            func shown<Cell>(_ row: [Cell]) -> [Cell] { wide.isEmpty ? row : kept.map { row[$0] } }
            return table(shown(titles), shown(isNumber), rows.map(shown), width)
        }
    }

    private static func text(of facts: [(name: String, value: String)], _ width: Int) -> [String] {
        let widest = min(width / 3, facts.map { displayWidth(of: cleanedForShell($0.name)) }.max() ?? 0)
        return facts.flatMap { fact -> [String] in
            let name = cleanedForShell(fact.name)
            let gap = String(repeating: " ", count: max(0, widest - displayWidth(of: name)) + 2)
            let room = max(20, width - widest - 4)
            let parts = paragraph(fact.value, room)
            let first = "  " + name + gap + (parts.first ?? "")
            let rest = parts.dropFirst().map { String(repeating: " ", count: widest + 4) + $0 }
            return [first] + rest
        }
    }

    /// Wrapped at the width, each line of the text for itself.
    private static func paragraph(_ text: String, _ width: Int) -> [String] {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.flatMap { wrapped(cleanedForShell(String($0)), width: width) }.map(\.withoutTrailingSpaces)
    }

    /// Columns as wide as they must be; what does not fit a line is wrapped within its column.
    private static func table(_ titles: [String], _ isNumber: [Bool], _ rows: [[String]], _ width: Int) -> [String] {
        let cells = rows.map { $0.map(cleanedForShell) }
        var widths = titles.indices.map { column in
            max(displayWidth(of: titles[column]), cells.map { displayWidth(of: $0[column]) }.max() ?? 0)
        }
        while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
            let shrinking = widths.indices.filter { !isNumber[$0] && widths[$0] > 6 }
            let candidates = shrinking.isEmpty ? widths.indices.filter { widths[$0] > 4 } : shrinking
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        func lines(_ row: [String]) -> [String] {
            let parts = zip(row, widths).map { wrapped($0, width: $1) }
            let height = parts.map(\.count).max() ?? 1
            return (0..<height).map { line in
                let texts = parts.indices.map { column -> String in
                    let text = parts[column].count > line ? parts[column][line] : ""
                    let gap = String(repeating: " ", count: max(0, widths[column] - displayWidth(of: text)))
                    return isNumber[column] ? gap + text : text + gap
                }
                return texts.joined(separator: "  ").withoutTrailingSpaces
            }
        }
        let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
        return lines(titles) + [rule] + cells.flatMap(lines)
    }
}
