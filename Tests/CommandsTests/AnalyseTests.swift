import Foundation
import Rig
import Testing

/// `tuban analyse` as people type it.
@Suite struct AnalyseTests {
    private func county() throws -> Desk {
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "3000", "--years", "2025", "--no-faults")
        desk.environment["TUBAN_FILE"] = desk.path("c.gpkg")
        return desk
    }

    @Test("One boundary: a table that closes, and the exit status of a check")
    func one() throws {
        let desk = try county()
        let ending = try desk.tuban("analyse", "c-files/boundary/common_gbk.txt", "--format", "json")
        #expect([0, 1].contains(ending.status), "\(ending.err)")
        let rows = try ending.json()
        let boundary = try #require(rows.first { $0.text("section") == "boundary" })
        func hundredths(_ row: [String: Any], _ key: String) -> Int {
            Int(((row.number(key) ?? 0) * 100).rounded())
        }
        let parts = rows.filter { ["sum", "not surveyed"].contains($0.text("section") ?? "") }
        #expect(parts.reduce(0) { $0 + hundredths($1, "area_m2") } == hundredths(boundary, "area_m2"))
        #expect(parts.reduce(0) { $0 + hundredths($1, "net_m2") } == hundredths(boundary, "net_m2"))
        let parcels = rows.filter { $0.text("section") == "parcel" }
        #expect(
            parcels.reduce(0) { $0 + hundredths($1, "area_m2") }
                == parts.filter { $0.text("section") == "sum" }.reduce(0) { $0 + hundredths($1, "area_m2") })
        let text = try desk.tuban("analyse", "c-files/boundary/common_gbk.txt", "--lang", "zh")
        #expect(text.out.contains("控制面积平差"))
    }

    @Test("The same boundary by file, by standard input, by corners and by parcels is the same")
    func ways() throws {
        let desk = try county()
        func area(_ words: String..., input: Data? = nil) throws -> [Double] {
            let ending = try desk.tuban(["analyse"] + words + ["--each", "--format", "csv"], input: input)
            #expect([0, 1].contains(ending.status), "\(ending.err)")
            return ending.out.split(separator: "\n").compactMap { line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                return cells.first == "boundary" ? Double(cells[7]) : nil
            }
        }
        let uid = try desk.value(
            "c.gpkg",
            "SELECT uid FROM feature WHERE area > 200000 AND layer = (SELECT id FROM layer_registry WHERE table_name = 'DLTB_2025') ORDER BY uid LIMIT 1"
        )
        let kept = try desk.value("c.gpkg", "SELECT area / 100.0 FROM feature WHERE uid = \(uid)")
        let own = try area("--parcels", uid)
        #expect(own.count == 1 && abs(own[0] - (Double(kept) ?? 0)) < 0.011)
        try desk.done("boundary", "write", "DLTB_2025", "--to", "one.txt", "--parcels", uid)
        let file = try area("one.txt")
        let piped = try area("-", input: try Data(contentsOf: URL(filePath: desk.path("one.txt"))))
        #expect(file.count == 1 && abs(file[0] - own[0]) < 0.05 && piped == file)
        // In the neighbouring zone, 360 km off its meridian: the same land.
        try desk.done("boundary", "write", "DLTB_2025", "--to", "other.txt", "--parcels", uid, "--crs", "EPSG:4526")
        let other = try area("other.txt")
        #expect(other.count == 1 && abs(other[0] - own[0]) < 0.5)
    }

    @Test("A batch: each parcel for itself, and a bad boundary is a row with its sentence")
    func batch() throws {
        let desk = try county()
        try desk.write("[地块坐标]\n4,1,1,x,面,,,,@\nJ1,1,1,1\n", to: "bad.txt")
        let ending = try desk.tuban(
            "analyse", "c-files/boundary/common_utf8.txt", "bad.txt", "none.txt", "c-files/boundary/common_gbk.txt",
            "--each", "--format", "json")
        #expect(ending.status == 65 && ending.err.isEmpty)
        let rows = try ending.json()
        let parcels = (rows.count - 2) / 2
        #expect(parcels > 1 && rows.count == 2 * parcels + 2)
        #expect(rows[parcels].text("message")?.contains("bad.txt cannot be taken for a boundary") == true)
        #expect(rows[parcels + 1].text("message")?.contains("There is no file none.txt") == true)
        for index in 0..<parcels {
            // The same outline in the other encoding, so that it is compared with the first time.
            let (a, b) = (rows[index], rows[index + parcels + 2])
            #expect(a.number("area_m2") == b.number("area_m2") && a.text("broken") == b.text("broken"))
            #expect(b.text("since")?.hasPrefix("the same as analysis") == true)
        }
        let list = try desk.done("analysis", "list", "--format", "json").json()
        #expect(list.count == 2 * parcels)
        let shown = try desk.done("analysis", "show", "1", "--format", "json").json()
        #expect(shown.contains { $0.text("section") == "sum" })
        #expect(try desk.tuban("analysis", "show", "999").status == 66)
    }

    @Test("A batch that is stopped keeps what was done")
    func stopped() throws {
        let desk = try county()
        let many = (0..<200).map { _ in "c-files/boundary/common_utf8.txt" }
        let process = try desk.start(product(named: "tuban"), ["analyse"] + many + ["--each"])
        // Analyses are written fifty at a time.
        func kept() throws -> Int { try desk.done("analysis", "list", "--format", "json").json().count }
        while process.isRunning, try kept() < 50 { usleep(20_000) }
        try #require(process.isRunning, "the batch was over before it could be stopped")
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(try kept() >= 50)
        #expect(try desk.done("doctor").out.contains("FAULT") == false)
    }

    @Test("Land that two parcels of a file share is counted once, and said")
    func overlapping() throws {
        let desk = try Desk()
        try desk.done("init", "x.gpkg", "--crs", "EPSG:4526")
        // The second lies 50 m farther east, so that half of each is in both.
        let second = BoundaryTests.square.split(separator: "\n").dropFirst(12).joined(separator: "\n")
            .replacing("38400000.000", with: "38400050.000").replacing("38400100.000", with: "38400150.000")
        try desk.write(BoundaryTests.square + second + "\n", to: "two.txt")
        let text = try desk.tuban("analyse", "two.txt", "-f", "x.gpkg").out
        #expect(text.contains("Its 2 polygons overlap one another by 5000.00 m²"), "\(text)")
        // The paragraph itself, once: what was said of the boundary was said again among the notes.
        #expect(text.components(separatedBy: "polygons overlap one another").count == 2, "\(text)")
        #expect(text.contains("15000.00 m²"), "\(text)")
    }

    @Test("In a project in degrees lengths are those of the ellipsoid, and no plane area is told")
    func degrees() throws {
        let desk = try Desk()
        try desk.done("init", "d.gpkg", "--crs", "EPSG:4490")
        let words = ["analyse", "--points", "117.00,30.00 117.01,30.00 117.01,30.01 117.00,30.01", "-f", "d.gpkg"]
        let boundary = try desk.tuban(words + ["--format", "json"]).json().first { $0.text("section") == "boundary" }
        // PROJ's geod: twice 1108.525 m of a meridian, 964.863 m and 964.766 m of the parallels.
        #expect(abs((boundary?.number("length_m") ?? 0) - 4146.679) < 0.002, "\(String(describing: boundary))")
        let text = try desk.tuban(words).out
        #expect(text.contains("4146.68 m") && !text.contains("Area (plane)"), "\(text)")
    }

    @Test("Wrong boundaries are answered with a sentence")
    func wrong() throws {
        let desk = try county()
        func said(_ words: String...) throws -> String {
            let ending = try desk.tuban(["analyse"] + words)
            #expect(ending.status == 65 && isOneSentence(ending.err), "\(ending.err)")
            return ending.err
        }
        let line = """
            {"type":"LineString","coordinates":[[117.0,39.0],[117.1,39.1]]}
            """
        try desk.write(line, to: "line.geojson")
        #expect(try said("line.geojson").contains("only 1 line or point; close its lines"))
        try desk.write(
            BoundaryTests.square.replacing("带号=38", with: "带号=39").replacing(",384", with: ",394"), to: "far.txt")
        #expect(try said("far.txt").contains("km away"))
        // A bow tie on a degree's hundredth: where it crosses, to the millimetre, and one full stop.
        let bowTie = """
            {"type":"Polygon","coordinates":[[[117.1,30.75],[117.12,30.76],[117.12,30.75],[117.1,30.76],[117.1,30.75]]]}
            """
        try desk.write(bowTie, to: "bow.geojson")
        #expect(try said("bow.geojson").contains(#/Self-intersection \(\d+\.\d{1,3}, \d+\.\d{1,3}\); /#))
        try desk.write(bowTie.replacing("30.75]", with: "1e400]"), to: "endless.geojson")
        #expect(try said("endless.geojson").hasSuffix("not a finite number.\n"))
        try desk.write("", to: "empty.txt")
        #expect(try said("empty.txt").contains("the file is empty"))
        let cut = try desk.tuban(["analyse", "-"], input: Data(line.dropLast(3).utf8))
        #expect(cut.status == 65 && cut.err.hasPrefix("tuban: Could not read the text that came in: "), "\(cut.err)")
        let bow = BoundaryTests.square.replacing("J2,1,2600100.000,38400100.000", with: "J2,1,2600000.000,38400100.000")
            .replacing("J3,1,2600000.000,38400100.000", with: "J3,1,2600100.000,38400100.000")
        try desk.write(bow, to: "bow.txt")
        #expect(try said("bow.txt").contains("cross"))
        #expect(try desk.tuban("analyse").status == 64)
        #expect(try desk.tuban("analyse", "far.txt", "--to", "0701").status == 64)
        #expect(try desk.tuban("analyse", "far.txt", "--to", "plan2023:9999").status == 65)
    }
}
