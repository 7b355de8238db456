import Canvas
import Documents
import Foundation
import FoundationXML
import Geometry
import Phrases
import Planning
import Testing

/// The report on a boundary, from a value made by hand.
@Suite struct AnalysisPageTests {
    private func page() throws -> Page {
        let site = try SmallSite.analysis()
        let map = VectorMap(
            box: site.boundary.shape.box.padded(by: 40), unitsPerMetre: Point(x: 1, y: 1),
            areas: site.parcels.map {
                VectorMap.Area(shape: $0.shape, fill: $0.code == .survey("0101") ? "#f5e28a" : "#d98c8c")
            },
            lines: [
                VectorMap.Line(shape: SmallSite.square(-30, -30, 120, 160), colour: "#5b2c91", isTinted: true),
                VectorMap.Line(shape: SmallSite.square(-60, -60, 210, 400), colour: "#666666", isDashed: true),
            ], outline: site.boundary.shape, marks: [(Point(x: 39_500_060, y: 3_800_100), "1+")],
            legend: [
                VectorMap.Sign(.line, colour: VectorMap.red, text: "boundary"),
                VectorMap.Sign(.dashes, colour: "#666666", text: "units"),
                VectorMap.Sign(colour: "#f5e28a", text: "0101 Paddy field"),
                VectorMap.Sign(.mark, colour: VectorMap.red, text: SmallSite.hostile),
            ], caption: site.system)
        return AnalysisPage(site, map: map, sketch: ["a a * b b", "a a * b b"]) { _ in "#a0c080" }.page
    }

    /// For people to look at: TUBAN_PAGES names a folder.
    private func show(_ text: String, as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["TUBAN_PAGES"] else { return }
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    /// Elements by name, and the texts of the cells of each row.
    private final class Outline: NSObject, XMLParserDelegate {
        var elements: [String: Int] = [:]
        var attributes: Set<String> = []
        var rows: [[String]] = []
        private var text: String?

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes own: [String: String]
        ) {
            elements[name, default: 0] += 1
            attributes.formUnion(own.keys)
            if name == "tr" { rows.append([]) }
            if name == "td" || name == "th" { text = "" }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) {
            guard let cell = text, name == "td" || name == "th" else { return }
            rows[rows.count - 1].append(cell)
            text = nil
        }
    }

    private func outline(_ html: String) throws -> Outline {
        let parser = XMLParser(data: Data(html.utf8))
        let outline = Outline()
        parser.delegate = outline
        #expect(parser.parse(), "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")")
        return outline
    }

    @Test("The page is well formed, holds no script, and loads nothing")
    func selfContained() throws {
        let html = try page().html
        try show(html, as: "small-site.html")
        let outline = try outline(html)
        for element in ["script", "link", "img", "iframe", "object", "embed", "image", "use", "form"] {
            #expect(outline.elements[element] == nil, "\(element)")
        }
        #expect(outline.elements["svg"] ?? 0 >= 3)
        #expect(outline.attributes.isDisjoint(with: ["src", "href", "xlink:href", "style", "onload", "onclick"]))
        for word in ["http", "url(", "@import", "javascript:"] { #expect(!html.contains(word), "\(word)") }
    }

    @Test("What a file calls things is shown, never interpreted")
    func hostileNames() throws {
        let page = try page()
        let html = page.html
        #expect(!html.contains("<script") && !html.contains("<b>"))
        #expect(html.contains("&lt;script&gt;alert(&#39;\\e[2J&#39;)&lt;/script&gt;&amp;\\u202e"))
        #expect(html.contains("North &lt;b&gt;plot&lt;/b&gt;"))
        for text in [html, page.text()] {
            #expect(!text.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
        }
    }

    @Test("Printed sums close: classes, and classes by unit and ownership, add up to the boundary's area")
    func totalsClose() throws {
        let rows = try outline(page().html).rows
        // By hand: 29992.54 + 4998.75 + 3.00, net of 2999.25; the road's two parcels are one class.
        let byClass: [[String]] = [
            ["0101 Paddy field", "1", "29992.54", "26993.29", "30000.00", "50.00%"],
            ["0702 Rural homestead", "1", "19995.03", "19995.03", "20000.00", "33.33%"],
            ["1006 Rural road", "2", "5001.75", "5001.75", "5003.00", "8.34%"],
            ["not surveyed", "", "4995.75", "4995.75", "4997.00", "8.33%"],
            ["Total", "4", "59985.07", "56985.82", "60000.00", ""],
        ]
        let first = try #require(rows.firstIndex { $0.first == "Class" })
        #expect(Array(rows[(first + 1)...(first + 5)]) == byClass)
        // 59985.07 is the boundary's own area, in the facts too, with hectares and mu (59985.07 × 3 / 2000 = 89.977605).
        #expect(rows.contains(["Area (ellipsoid)", "59985.07 m² = 5.9985 ha = 89.98 mu"]))
        #expect(rows.contains(["Total", "", "", "4", "59985.07", "56985.82", "60000.00"]))
        #expect(rows.contains(["1006 Rural road", "东村", "30 collective", "2", "5001.75", "5001.75", "5003.00"]))
        // Each hundredth that moved.
        #expect(rows.contains(["330102000000000011", "29992.53", "+0.01", "29992.54"]))
        #expect(rows.contains(["330102000000000012", "19995.02", "+0.01", "19995.03"]))
        #expect(rows.contains(["Difference", "+0.02 m²"]) && rows.contains(["Moved", "+0.02 m²"]))
        #expect(rows.contains(["Area in the source", "60000.00 m²; ours is -14.93 m² off"]))
    }

    @Test("Lines, slivers, touching edges, rules and what changed are told apart")
    func answers() throws {
        let html = try page().html
        let rows = try outline(html).rows
        #expect(rows.contains(["YJJBNTTB", "永久基本农田", "overlaps", "1", "12001.45"]))
        #expect(html.contains("<p>Clear of STBHHX 生态保护红线.</p>"))
        #expect(rows.contains(["CZKFBJ", "城镇开发边界", "touches", "", ""]))
        #expect(rows.contains(["YJJBNTTB", "78", "sliver", "1.20", ""]))
        #expect(rows.contains(["CZKFBJ", "90 东区", "touches", "", "150.50"]))
        #expect(rows.contains(["DLTB", "330102000000000014", "sliver", "3.00", ""]))
        #expect(rows.contains(["DLTB", "330102000000000015", "touches", "", "200.00"]))
        #expect(rows.contains(["0701 Urban housing", "2", "40000.00", "40010.00"]))
        #expect(rows.contains(["no planned use", "", "19985.07", "19990.00"]))
        // The number of a finding is the one on the map.
        #expect(
            rows.contains(["No.", "DLTB", "YJJBNTTB", "Area m²", "Place"])
                && rows.contains(["1", "330102000000000011", "77", "12000.25", "39500060.00 3800100.00"]))
        #expect(html.contains(">1+</text>"))
        #expect(html.contains("R01 · block · broken: Construction on permanent basic farmland"))
        #expect(rows.contains(["Remedy", "Move or shrink the footprint until it leaves the basic farmland."]))
        #expect(
            rows.contains([
                "R27", "block", "Activity in the red line that is not of a permitted kind",
                "the project has no layer STBHHX", "自然资发〔2022〕142号",
            ]))
        #expect(rows.contains(["survey:0101", "东村", "30", "29982.54", "29992.54", "+10.00"]))
        #expect(html.contains("Analysis 3 of 2026-02-01 08:30 by wang"))
    }

    @Test("The answer, the map and the sums stand first; long tables follow in small print")
    func order() throws {
        let html = try page().html
        let parts = [
            "class=\"l\"", "<svg", "<h2>Rules", "<h2>Since the last analysis", "<h2>Control lines", "<h2>Land by class",
            "<h2>Class × unit × ownership", "<h2>Findings", "<h2>Features of the control lines", "<h2>Parcels taken",
            "<h2>Adjustment",
        ]
        let places = try parts.map { part in try #require(html.range(of: part), "\(part)").lowerBound }
        #expect(places == places.sorted())
        // Each rule that is broken in a row, with how often.
        let rows = try outline(html).rows
        #expect(
            rows.contains(["Rule", "Severity", "Broken", "Findings"])
                && rows.contains(["R01", "block", "Construction on permanent basic farmland", "1"]))
        #expect(rows.contains { $0.first == "Class" } && html.contains("<div class=\"d d1\">"))
        #expect(html.contains("4 parcels, 54989.32 m², net of field ridges 51990.07 m²."))
    }

    @Test("A long table stands in as many columns as its rows leave room for on A4")
    func columns() {
        func classes(_ count: Int, _ width: Int) -> String {
            let rows = (0..<count).map { _ in [String(repeating: "1", count: width), "2.50"] }
            let page = Page(
                title: "", sections: [.table(titles: ["a", "b"], isNumber: [false, true], rows: rows, isLong: true)])
            return page.html.firstMatch(of: /<div class="(d d\d)">/).map { String($0.output.1) } ?? ""
        }
        // Of 180 mm with gaps of 5 mm: 22 digits of 1.4 mm and two cells take 35 mm, so four fit.
        #expect(classes(100, 18) == "d d4")
        // 64 digits take 93 mm: one column; 54 take 79 mm: two.
        #expect(classes(100, 60) == "d d1" && classes(100, 50) == "d d2")
        // Of few rows no column gets ten.
        #expect(classes(19, 18) == "d d1" && classes(20, 18) == "d d2")
    }

    @Test("As plain text no line is wider than 80 cells, and a column that is for wide pages is left out")
    func plainText() throws {
        let text = try page().text()
        try show(text, as: "small-site.txt")
        for line in text.split(separator: "\n") { #expect(displayWidth(of: String(line)) <= 80, "\(line)") }
        #expect(text.contains("\na a * b b\n"))
        // The basis of a rule that cannot be checked has no room beside its sentence.
        #expect(text.contains("59985.07") && !text.contains("自然资发〔2022〕142号"))
        #expect(try page().html.contains("自然资发〔2022〕142号"))
    }

    @Test("A map keeps its proportions: a place halfway is drawn halfway")
    func mapPlaces() throws {
        // 400 m × 200 m in 720 units: 1.8 units a metre; the middle is at 360, 180.
        let map = VectorMap(
            box: Box(minX: 0, minY: 0, maxX: 400, maxY: 200), unitsPerMetre: Point(x: 1, y: 1), areas: [],
            outline: Shape(polygon: [
                [
                    Point(x: 100, y: 50), Point(x: 300, y: 50), Point(x: 300, y: 150), Point(x: 100, y: 150),
                    Point(x: 100, y: 50),
                ]
            ]), marks: [(Point(x: 200, y: 100), "7")],
            legend: [VectorMap.Sign(.mark, colour: VectorMap.red, text: "places")], caption: "a < b")
        let svg = map.svg
        #expect(svg.contains("d=\"M180 270L540 270L540 90L180 90"))
        #expect(svg.contains("<circle cx=\"360\" cy=\"180\""))
        #expect(svg.contains("<title>a &lt; b</title>") && map.key.map(\.text) == ["a < b", "places"])
        // A quarter of the width is 100 m, and the bar of 100 m is 180 units long.
        #expect(svg.contains("H180V") && svg.contains(">100 m<"))
    }

    @Test("Bars are as long as their values, in a drawing and in characters")
    func bars() {
        let chart = ShareChart(
            "t",
            bars: [
                .init(name: "水田", value: 30, text: "30.00", colour: "#aabbcc"),
                .init(name: "a", value: 10, text: "10.00", colour: "#aabbcc"),
                .init(name: "none", value: 0, text: "0.00", colour: "#aabbcc"),
            ])
        // Names of 4 cells, texts of 5, gaps of 6: 45 of 60 are left; a third of them is 15.
        #expect(
            chart.lines(width: 60) == [
                "  水田  " + String(repeating: "#", count: 45) + "  30.00",
                "  a     " + String(repeating: "#", count: 15) + String(repeating: " ", count: 30) + "  10.00",
                "  none  " + String(repeating: " ", count: 45) + "   0.00",
            ])
        #expect(chart.svg.contains("width=\"399\"") && chart.svg.contains("width=\"133\""))
    }
}
