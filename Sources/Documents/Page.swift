import Canvas
import Phrases

/// A document on one self-contained HTML page: no script, nothing loaded from elsewhere, prints on A4.
///
/// All text passes `Clean` and is escaped: what a file holds is shown, never interpreted.
package struct Page: Sendable {
    package enum Section: Sendable {
        case paragraph(String)
        /// Lines of a picture made of characters, shown as they stand.
        case picture([String])
        /// Titles, which columns hold numbers, and rows of as many texts.
        case table(titles: [String], isNumber: [Bool], rows: [[String]])
        case heading(String)
        /// Names and their values.
        case facts([(name: String, value: String)])
        /// Drawn on the page; the lines stand for it where nothing can be drawn.
        case drawing(svg: String, lines: [String])
        /// Bytes that must not be wrapped: a signed text, a signature.
        case verbatim(String)
    }

    package var title: String
    package var sections: [Section]

    package init(title: String, sections: [Section]) {
        self.title = title
        self.sections = sections
    }

    /// The page in the current language.
    package var html: String {
        let language = say("en", "zh-CN")
        let body = sections.map(Self.html).joined(separator: "\n")
        let heading = title.isEmpty ? "" : "<h1>\(Self.escaped(title))</h1>\n"
        return """
            <!DOCTYPE html>
            <html lang="\(language)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(Self.escaped(title.isEmpty ? "tuban" : title))</title>
            <style>
            @page { size: A4; margin: 15mm }
            body { font: 10.5pt/1.4 sans-serif; margin: 1em auto; max-width: 60em; padding: 0 1em }
            h1 { font-size: 1.3em }
            div { overflow-x: auto }
            table { border-collapse: collapse }
            th, td { border-bottom: 1px solid #bbb; padding: 0.15em 0.6em; text-align: left; vertical-align: top }
            .n { text-align: right; font-variant-numeric: tabular-nums }
            pre { font: 9pt/1.1 monospace }
            h2 { font-size: 1.1em; margin-top: 1.4em; break-after: avoid }
            pre.v { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #bbb; padding: 0.4em }
            th.f { font-weight: normal; color: #555; white-space: nowrap }
            td.f { overflow-wrap: anywhere }
            svg { display: block; max-width: 100%; height: auto }
            tr, svg { break-inside: avoid }
            </style>
            </head>
            <body>
            \(heading)\(body)
            </body>
            </html>

            """
    }

    private static func html(_ section: Section) -> String {
        switch section {
        case .paragraph(let text): return "<p>\(escaped(text))</p>"
        case .heading(let text): return "<h2>\(escaped(text))</h2>"
        case .facts(let facts):
            let rows = facts.map { fact in
                "<tr><th class=\"f\" scope=\"row\">\(escaped(fact.name))</th><td class=\"f\">\(escaped(fact.value))</td></tr>"
            }
            return "<table>\n\(rows.joined(separator: "\n"))\n</table>"
        case .drawing(let svg, _): return svg
        case .verbatim(let text):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
            return "<pre class=\"v\">\(lines.joined(separator: "\n"))</pre>"
        case .picture(let lines): return "<pre>\(lines.map(escaped).joined(separator: "\n"))</pre>"
        case .table(let titles, let isNumber, let rows):
            func row(_ texts: [String], _ tag: String) -> String {
                let cells = zip(texts, isNumber).map { text, number in
                    "<\(tag)\(number ? " class=\"n\"" : "")>\(escaped(text))</\(tag)>"
                }
                return "<tr>\(cells.joined())</tr>"
            }
            let lines =
                ["<thead>", row(titles, "th"), "</thead>", "<tbody>"] + rows.map { row($0, "td") } + ["</tbody>"]
            return "<div><table>\n\(lines.joined(separator: "\n"))\n</table></div>"
        }
    }

    /// Text that means nothing to a browser.
    static func escaped(_ text: String) -> String {
        cleanedForShell(text)
            .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
