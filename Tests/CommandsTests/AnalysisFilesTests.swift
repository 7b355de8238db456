import Foundation
import FoundationXML
import Planning
import Testing

/// What `analyse` writes: a page, a folder, a document of a case.
@Suite struct AnalysisFilesTests {
    /// The middle of the sample county, as corners.
    private func middle(_ desk: Desk, part: Double = 0.4) throws -> String {
        let texts = try desk.value(
            "county.gpkg",
            "SELECT printf('%.3f %.3f %.3f %.3f', min_x, min_y, max_x, max_y) FROM gpkg_contents WHERE table_name = 'DLTB_2020'"
        ).split(separator: " ")
        let ends = texts.compactMap { Double($0) }
        try #require(ends.count == 4)
        let (width, height) = (ends[2] - ends[0], ends[3] - ends[1])
        let margin = (1 - part) / 2
        let (left, right) = (ends[0] + width * margin, ends[2] - width * margin)
        let (low, high) = (ends[1] + height * margin, ends[3] - height * margin)
        return [(left, low), (right, low), (right, high), (left, high)].map { x, y in
            "\((x * 1000).rounded() / 1000),\((y * 1000).rounded() / 1000)"
        }.joined(separator: " ")
    }

    /// The rows of a CSV by their columns.
    private func rows(_ path: String) throws -> [[String: String]] {
        let table = try CSV(String(contentsOfFile: path, encoding: .utf8), file: path)
        return table.rows.map { Dictionary(zip(table.header, $0.values)) { first, _ in first } }
    }

    private func hundredths(_ text: String?) -> Int { Int((text ?? "").replacing(".", with: "")) ?? 0 }

    private func isWellFormed(_ html: String) -> Bool { XMLParser(data: Data(html.utf8)).parse() }

    /// For people to look at: TUBAN_PAGES names a folder.
    private func show(_ text: String, as name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["TUBAN_PAGES"] else { return }
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    @Test("The page and the text are whole in both languages; the page loads nothing and runs nothing")
    func page() throws {
        let desk = try Desk()
        try desk.sample()
        let points = try middle(desk)
        for (language, title, total) in [("en", "What typed boundary touches", "Total"), ("zh", "用地范围分析报告", "合计")] {
            let html = try desk.tuban(
                "analyse", "--points", points, "-f", "county.gpkg", "--format", "html", "--lang", language)
            #expect(html.err.isEmpty && [0, 1].contains(html.status), "\(html.err)")
            try show(html.out, as: "middle-\(language).html")
            #expect(isWellFormed(html.out))
            #expect(html.out.contains(language == "en" ? "<html lang=\"en\">" : "<html lang=\"zh-CN\">"))
            #expect(html.out.contains(title) && html.out.contains("<td>\(total)</td>"))
            for word in ["<script", "http", "url(", "@import", " src=", " href="] {
                #expect(!html.out.contains(word), "\(language): \(word)")
            }
            let text = try desk.tuban("analyse", "--points", points, "-f", "county.gpkg", "--lang", language)
            #expect(text.err.isEmpty)
            try show(text.out, as: "middle-\(language).txt")
            #expect(text.out.contains(total))
            for line in text.out.split(separator: "\n") {
                #expect(line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) } <= 80, "\(line)")
            }
        }
    }

    @Test("A folder holds boundary, tables and report; its hashes prove it, its sums close, its boundary reads back")
    func folder() throws {
        let desk = try Desk()
        try desk.sample()
        let made = try desk.tuban("analyse", "--points", try middle(desk), "-f", "county.gpkg", "--out", "site")
        #expect(made.err.isEmpty && made.out.contains("site. To check it: sha256sum -c SHA256SUMS"), "\(made)")
        let files = try FileManager.default.contentsOfDirectory(atPath: desk.path("site")).sorted()
        for name in [
            "SHA256SUMS", "analysis.json", "boundary.txt", "findings.csv", "lines.csv", "moves.csv", "parcels.csv",
            "planned.csv", "report.html", "report.txt", "summary.csv", "sums.csv",
        ] { #expect(files.contains(name), "\(name)") }
        let check = "cd site && sha256sum --quiet -c SHA256SUMS && test $(wc -l < SHA256SUMS) = $(ls | grep -vc SHA)"
        #expect(try desk.run("/bin/sh", ["-c", check]).status == 0)

        // Parcels, sums and the moved hundredths of the log close to the last 0.01 m².
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: desk.path("site/analysis.json"))))
        let object = try #require(json as? [String: [[String: Any]]])
        let summary = try #require(object["summary"]?.first)
        let area = Int(((summary.number("area_m2") ?? 0) * 100).rounded())
        let parcels = try rows(desk.path("site/parcels.csv"))
        #expect(area > 0 && parcels.reduce(0) { $0 + hundredths($1["area_m2"]) } == area)
        #expect(try rows(desk.path("site/sums.csv")).reduce(0) { $0 + hundredths($1["area_m2"]) } == area)
        #expect(
            parcels.allSatisfy {
                hundredths($0["measured_m2"]) + hundredths($0["moved_m2"]) == hundredths($0["area_m2"])
            })
        #expect(
            parcels.reduce(0) { $0 + hundredths($1["moved_m2"]) }
                == (try rows(desk.path("site/moves.csv")).reduce(0) { $0 + hundredths($1["moved_m2"]) }))
        #expect(object["parcels"]?.count == parcels.count)

        // The boundary that was written is the same land, to the millimetre of its corners.
        let again = try desk.tuban("analyse", desk.path("site/boundary.txt"), "-f", "county.gpkg", "--out", "again")
        #expect(again.err.isEmpty, "\(again)")
        let other = try rows(desk.path("again/summary.csv")).first ?? [:]
        let perimeter = summary.number("perimeter_m") ?? 0
        #expect(abs(Double(hundredths(other["area_m2"]) - area)) / 100 <= perimeter * 0.001)

        // What somebody changes is seen.
        let spoilt = "cd site && sed -i 's/0/1/' parcels.csv && sha256sum --quiet -c SHA256SUMS"
        #expect(try desk.run("/bin/sh", ["-c", spoilt]).status != 0)
    }

    @Test("Where no zone of a boundary TXT fits, the archive goes without it, and its report says so")
    func noZone() throws {
        let desk = try Desk()
        // UTM is no Gauss–Krüger zone.
        try desk.done("init", "u.gpkg", "--crs", "EPSG:32650")
        let made = try desk.tuban(
            "analyse", "--points", "500000,3400000 500200,3400000 500200,3400200 500000,3400200", "-f", "u.gpkg",
            "--out", "site.tar.gz")
        #expect(
            made.status == 0 && made.err.isEmpty && made.out.contains("The folder holds no boundary TXT."), "\(made)")
        #expect(try desk.run("/bin/tar", ["-xzf", desk.path("site.tar.gz"), "-C", desk.folder.path]).status == 0)
        #expect(!desk.exists("site/boundary.txt"))
        let report = try String(contentsOfFile: desk.path("site/report.txt"), encoding: .utf8)
        #expect(report.contains("The folder holds no boundary TXT."))
        #expect(try rows(desk.path("site/summary.csv")).first?["notes"]?.contains("no boundary TXT") == true)
    }

    @Test("Of several boundaries each has its folder; one that cannot be read is a row with its sentence")
    func batch() throws {
        let desk = try Desk()
        try desk.sample()
        let points = try middle(desk)
        try desk.write("no boundary\n", to: "bad.txt")
        for (index, part) in [0.1, 0.2].enumerated() {
            let corners = try middle(desk, part: part).split(separator: " ").map { "[\($0)]" }
            let ring = (corners + [corners[0]]).joined(separator: ",")
            try desk.write(
                """
                {"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"\(try system(desk))"}},"features":[
                {"type":"Feature","properties":{"name":"<b>../plot \(index)</b>"},"geometry":{"type":"Polygon","coordinates":[[\(ring)]]}}]}
                """, to: "plot\(index).geojson")
        }
        let made = try desk.tuban(
            "analyse", "plot0.geojson", "bad.txt", "plot1.geojson", "--points", points, "-f", "county.gpkg", "--out",
            "batch.tar.gz", "--html", "all.html", "--format", "csv")
        #expect(made.status == 65 && made.out.split(separator: "\n").count == 5, "\(made)")
        let listing = try desk.run("/bin/tar", ["-tzf", desk.path("batch.tar.gz")]).out
        #expect(listing.contains("boundaries.csv") && listing.contains("/1-typed_boundary/report.html"))
        #expect(!listing.contains("../") && listing.contains("/2-_b_.._plot_0_"), "\(listing)")
        let html = try String(contentsOfFile: desk.path("all.html"), encoding: .utf8)
        try show(html, as: "batch.html")
        #expect(isWellFormed(html) && !html.contains("<b>"))
        #expect(html.components(separatedBy: "<h1 class=\"c\">").count == 4)
    }

    /// The system of the project as GeoJSON names it.
    private func system(_ desk: Desk) throws -> String {
        let code = try desk.value(
            "county.gpkg", "SELECT srs_id FROM gpkg_contents WHERE table_name = 'DLTB_2020'")
        return "urn:ogc:def:crs:EPSG::\(code)"
    }

    @Test("The report goes to a plan's documents; a target that is there already stops it before the work begins")
    func caseDocument() throws {
        let desk = try Desk()
        try desk.sample()
        let points = try middle(desk, part: 0.1)
        try desk.done("plan", "new", "north", "--kind", "site-selection", "-f", "county.gpkg")
        let made = try desk.tuban("analyse", "--points", points, "-f", "county.gpkg", "--case", "1")
        #expect(made.err.isEmpty && made.out.contains("document 1"), "\(made)")
        let title = try desk.value("county.gpkg", "SELECT title FROM case_document")
        #expect(title == "What typed boundary touches.html")
        let content = try desk.value("county.gpkg", "SELECT CAST(content AS TEXT) FROM case_document")
        #expect(isWellFormed(content) && content.contains("<svg"))
        try desk.done("journal", "verify", "-f", "county.gpkg")
        try desk.write("mine", to: "there.html")
        for option in ["--out", "--html"] {
            let refused = try desk.tuban("analyse", "--points", points, "-f", "county.gpkg", option, "there.html")
            #expect(refused.status == 73 && isOneSentence(refused.err), "\(refused)")
        }
        #expect(try String(contentsOfFile: desk.path("there.html"), encoding: .utf8) == "mine")
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM case_document") == "1")
    }
}
