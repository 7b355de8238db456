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
        /// Titles, which columns hold numbers, rows of as many texts, and the columns that plain text has no room for.
        /// What is long is for looking things up: in small print, on paper in as many columns as its rows leave room for.
        case table(titles: [String], isNumber: [Bool], rows: [[String]], wide: Set<Int> = [], isLong: Bool = false)
        /// Side by side where there is room, below one another on a telephone and in plain text.
        indirect case beside([Section])
        case heading(String)
        /// The title of a document among several; begins a sheet of paper.
        case chapter(String)
        /// The sentence that answers the question of the page.
        case lead(String)
        /// One of several things, with its title and what is to be said of it.
        case entry(title: String, facts: [(name: String, value: String)])
        /// Names and their values.
        case facts([(name: String, value: String)])
        /// Drawn on the page, with what its signs stand for; the lines stand for it where nothing can be drawn.
        case drawing(svg: String, key: [VectorMap.Sign] = [], lines: [String])
        /// Bytes that must not be wrapped: a signed text, a signature.
        case verbatim(String)
    }

    package var title: String
    package var sections: [Section]

    package init(title: String, sections: [Section]) {
        self.title = title
        self.sections = sections
    }

    /// The page without what is drawn; a heading that only stood over such goes with it.
    package var withoutPictures: Page {
        var kept: [Section] = []
        for section in sections {
            switch section {
            case .drawing, .picture:
                if case .heading = kept.last { kept.removeLast() }
            case .beside(let sections): kept += Page(title: "", sections: sections).withoutPictures.sections
            default: kept.append(section)
            }
        }
        return Page(title: title, sections: kept)
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
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>\(Self.escaped(title.isEmpty ? "tuban" : title))</title>
            <style>
            @page { size: A4; margin: 15mm }
            body { font: 10.5pt/1.4 sans-serif; margin: 1em auto; max-width: 60em; padding: 0 1em }
            h1 { font-size: 1.3em; overflow-wrap: anywhere }
            h1.c { break-before: page; border-top: 1px solid #333; margin-top: 2em; padding-top: 0.6em }
            div { overflow-x: auto; margin: 0.5em 0 }
            table { border-collapse: collapse }
            th, td { border-bottom: 1px solid #bbb; padding: 0.15em 0.6em; text-align: left; vertical-align: top }
            .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
            pre { font: 9pt/1.1 monospace }
            h2 { font-size: 1.1em; margin-top: 1.4em; break-after: avoid }
            pre.v { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #bbb; padding: 0.4em }
            th.f { font-weight: normal; color: #555; white-space: nowrap }
            td.f { overflow-wrap: anywhere }
            svg { display: block; max-width: 100%; height: auto }
            svg text { font-family: sans-serif }
            h3 { font-size: 1em; margin: 1em 0 0.2em; break-after: avoid }
            p.l { font-weight: bold; border-left: 0.3em solid #c00000; padding-left: 0.6em }
            div.b { display: flex; flex-wrap: wrap; align-items: flex-start; column-gap: 2em }
            div.b > svg { flex: 1 1 18em; max-width: 26em }
            div.b > div { max-width: 100% }
            div.d table { font-size: 0.85em; line-height: 1.25 }
            ul.k { list-style: none; padding: 0; margin: 0.3em 0; display: flex; flex-wrap: wrap; font-size: 9pt }
            ul.k li { margin-right: 1.4em }
            svg.k { display: inline-block; width: 16px; margin-right: 0.4em; vertical-align: -1px }
            tr, svg, ul.k { break-inside: avoid }
            thead { display: table-header-group }
            @media (max-width: 480px) {
            body { margin: 0.5em auto; padding: 0 0.6em }
            th, td { padding: 0.15em 0.35em }
            td:not(.n):not(.f) { min-width: 5.5em }
            svg.map text { font-size: 20px }
            svg.map text.m { font-size: 17px }
            svg.map circle { r: 14px }
            svg.map circle.w { r: 19px }
            }
            @media print {
            body { font-size: 9pt; line-height: 1.3; margin: 0; max-width: none; padding: 0 }
            th, td { padding: 0.05em 0.4em }
            div { overflow: visible }
            p, div, h2 { margin-top: 0.6em; margin-bottom: 0.3em }
            svg.map { width: auto; max-height: 120mm }
            div.b { flex-wrap: nowrap; column-gap: 5mm }
            div.b > svg { flex: 0 0 32% }
            div.b table { font-size: 8pt; line-height: 1.2 }
            div.d table { font-size: 7pt; line-height: 1.15; width: 100% }
            div.d th, div.d td { padding: 0.05em 0.35em }
            \(Self.columnRules)
            }
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
        case .chapter(let text): return "<h1 class=\"c\">\(escaped(text))</h1>"
        case .lead(let text): return "<p class=\"l\">\(escaped(text))</p>"
        case .entry(let title, let facts): return "<h3>\(escaped(title))</h3>\n\(html(facts))"
        case .facts(let facts): return html(facts)
        case .drawing(let svg, let key, _):
            guard !key.isEmpty else { return svg }
            let signs = key.map { "<li>\($0.svg)\(escaped($0.text))</li>" }
            return "\(svg)\n<ul class=\"k\">\n\(signs.joined(separator: "\n"))\n</ul>"
        case .verbatim(let text):
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
            return "<pre class=\"v\">\(lines.joined(separator: "\n"))</pre>"
        case .picture(let lines): return "<pre>\(lines.map(escaped).joined(separator: "\n"))</pre>"
        case .beside(let sections): return "<div class=\"b\">\n\(sections.map(html).joined(separator: "\n"))\n</div>"
        case .table(let titles, let isNumber, let rows, _, let isLong):
            func row(_ texts: [String], _ tag: String) -> String {
                let cells = zip(texts, isNumber).map { text, number in
                    "<\(tag)\(number ? " class=\"n\"" : "")>\(escaped(text))</\(tag)>"
                }
                return "<tr>\(cells.joined())</tr>"
            }
            let lines =
                ["<thead>", row(titles, "th"), "</thead>", "<tbody>"] + rows.map { row($0, "td") } + ["</tbody>"]
            let kind = isLong ? " class=\"d d\(columns(titles, isNumber, rows))\"" : ""
            return "<div\(kind)><table>\n\(lines.joined(separator: "\n"))\n</table></div>"
        }
    }

    private static func html(_ facts: [(name: String, value: String)]) -> String {
        let rows = facts.map { fact in
            "<tr><th class=\"f\" scope=\"row\">\(escaped(fact.name))</th><td class=\"f\">\(escaped(fact.value))</td></tr>"
        }
        return "<table>\n\(rows.joined(separator: "\n"))\n</table>"
    }

    /// Text that means nothing to a browser.
    static func escaped(_ text: String) -> String {
        cleanedForShell(text)
            .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
