import Foundation
import Testing

/// Foreign classifications become classes of ours, and nothing is lost on the way.
@Suite struct CrosswalkImportTests {
    /// The square of `CoordinateSystemTests` with a class of its own for each of `codes`, side by side.
    func layer(_ desk: Desk, _ codes: [String]) throws {
        var text = "USE,WKT\n"
        for (index, code) in codes.enumerated() {
            let x = 39_528_000 + index * 1000, y = 3_386_000
            text +=
                "\(code),\"POLYGON((\(x) \(y),\(x) \(y + 1000),\(x + 1000) \(y + 1000),\(x + 1000) \(y),\(x) \(y)))\"\n"
        }
        try desk.write(text, to: "plot.csv")
        let ending = try desk.run(
            "/usr/bin/ogr2ogr",
            ["-f", "GPKG", "plot.gpkg", "plot.csv", "-a_srs", "EPSG:4527", "-oo", "AUTODETECT_TYPE=NO"])
        try #require(ending.status == 0, "\(ending)")
    }

    func desk(_ codes: [String]) throws -> Desk {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg")
        try layer(desk, codes)
        return desk
    }

    func classes(_ desk: Desk) throws -> String {
        try desk.value(
            "x.gpkg",
            "SELECT group_concat(c.system || ':' || c.code || '=' || f.n, ' ') FROM (SELECT class, count(*) AS n FROM feature GROUP BY 1) AS f JOIN land_class AS c ON c.id = f.class ORDER BY 1"
        )
    }

    @Test("Codes are classed, what is not mapped is told with its area, the source's column stays")
    func told() throws {
        let desk = try desk(["R1", "R1", "X9", "0101", "R2"])
        let table = "from,to,note\nR1,survey:0702,homes\nR2,survey:0701,\nR3,survey:0701,\n"
        try desk.write(table, to: "cross.csv")
        let words = ["import", "plot.gpkg", "--as", "plot", "--role", "parcels", "--class-field", "USE", "--crosswalk"]
        let ending = try desk.tuban(words + ["cross.csv"])
        try #require(ending.status == 0, "\(ending)")
        #expect(ending.out.contains("3 of 5 features with a code are classed as survey"), "\(ending.out)")
        // A square kilometre near the meridian, within 0.1 %.
        #expect(
            ending.out.contains("Code X9 is not in cross.csv: left unclassified 1 feature, 1000")
                || ending.out.contains("Code X9 is not in cross.csv: left unclassified 1 feature, 999"))
        #expect(ending.out.contains("Code 0101 is not in cross.csv"), "a foreign 0101 is no paddy of the survey")
        #expect(ending.out.contains("1 codes of cross.csv do not occur in the layer: R3"))
        #expect(
            try classes(desk).split(separator: " ").sorted().joined(separator: " ")
                == "survey:0701=1 survey:0702=2 survey:?0101=1 survey:?X9=1")
        #expect(try desk.value("x.gpkg", "SELECT group_concat(USE, ' ') FROM plot") == "R1 R1 X9 0101 R2")
        let hash = try #require(
            try desk.run("/usr/bin/sha256sum", [desk.path("cross.csv")]).out.split(separator: " ").first)
        #expect(try desk.value("x.gpkg", "SELECT json_extract(crosswalk, '$.hash') FROM layer_registry") == hash)
        #expect(
            try desk.value("x.gpkg", "SELECT instr(detail, '\(hash)') > 0 FROM journal ORDER BY id DESC LIMIT 1") == "1"
        )
        #expect(try desk.done("layer", "show", "plot").out.contains("cross.csv"))
        #expect(try desk.done("doctor", "--deep").status == 0)

        // Another program classes a parcel anew, in the source's own words.
        _ = try desk.ogrinfo("-q", desk.path("x.gpkg"), "-sql", "UPDATE plot SET USE = 'R2' WHERE USE = 'X9'")
        try desk.done("layer", "list")
        #expect(try classes(desk).split(separator: " ").contains("survey:0701=2"))
    }

    @Test("A faulty crosswalk is refused with every line, and nothing is imported", arguments: ["en", "zh"])
    func refused(language: String) throws {
        let desk = try desk(["R1"])
        let before = try desk.contents("x.gpkg")
        try desk.write("from,to\nR1,survey:9999\nR2,nowhere:1\nR3,survey:0101\nR3,survey:0102\n", to: "cross.csv")
        let ending = try desk.tuban(
            "import", "plot.gpkg", "--class-field", "USE", "--crosswalk", "cross.csv", "--lang", language)
        #expect(ending.status == 65)
        for line in ["cross.csv:2:", "cross.csv:3:", "cross.csv:5:"] {
            #expect(ending.err.contains(line), "\(ending.err)")
        }
        #expect(ending.err.contains(language == "zh" ? "对照表" : "The crosswalk"))
        #expect(try desk.contents("x.gpkg") == before)
    }

    @Test("GBK from a spreadsheet, and the survey's own way to planned uses")
    func forms() throws {
        let desk = try desk(["居住", "0603"])
        try desk.write("原代码;目标代码\n居住;0701\n0603;1003\n", to: "utf8.csv")
        let gbk = try desk.run("/usr/bin/iconv", ["-f", "UTF-8", "-t", "GBK", "-o", "gbk.csv", "utf8.csv"])
        try #require(gbk.status == 0)
        let ending = try desk.tuban(
            "import", "plot.gpkg", "--class-field", "USE", "--crosswalk", "gbk.csv", "--classes", "plan2023")
        try #require(ending.status == 0, "\(ending)")
        #expect(try classes(desk).split(separator: " ").sorted() == ["plan2023:0701=1", "plan2023:1003=1"])

        let other = try self.desk(["0101", "0603", "01"])
        let built = try other.tuban("import", "plot.gpkg", "--class-field", "USE", "--crosswalk", "survey:plan2023")
        try #require(built.status == 0, "\(built)")
        #expect(
            try classes(other).split(separator: " ").sorted() == [
                "plan2023:0101=1", "plan2023:1003=1", "plan2023:?01=1",
            ])
    }

    /// Expected counts: SOURCE.md of the data (127 codes, 48 without one) and its table by code.
    @Test("Easthampton's 127 use codes as planned uses")
    func easthampton() throws {
        guard let source = testData("easthampton_ma_parcels/easthampton_parcels.gpkg.gz"),
            let table = testData("easthampton_ma_parcels/expected_by_use_code.csv")
        else { return }
        // By the state's first digits: 1 and 01 dwellings, 3 commerce, 4 industry, 7 farms; 9 and the rest are left out.
        let targets = ["1": "0701", "3": "0901", "4": "1001", "6": "03", "7": "01"]
        var crosswalk = "from,to\n", mapped = 0, rest: [String: Int] = [:]
        for line in try String(contentsOfFile: table, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst() {
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard !cells[0].isEmpty, let count = Int(cells[1]) else { continue }
            if let target = targets[String(cells[0].prefix(1))] {
                crosswalk += "\(cells[0]),plan2023:\(target)\n"
                mapped += count
            } else {
                rest[cells[0]] = count
            }
        }
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg")
        try desk.write(crosswalk, to: "cross.csv")
        let ending = try desk.tuban(
            "import", source, "--as", "town", "--role", "parcels", "--class-field", "USE_CODE", "--crosswalk",
            "cross.csv")
        try #require(ending.status == 0, "\(ending)")
        #expect(ending.out.contains("\(mapped) of 5900 features with a code are classed as plan2023"), "\(ending.out)")
        for (code, count) in rest {
            let told = "Code \(code) is not in cross.csv: left unclassified \(count) feature"
            #expect(ending.out.contains(told), "\(code)")
        }
        #expect(
            try desk.value(
                "x.gpkg", "SELECT count(*) FROM feature JOIN land_class AS c ON c.id = class WHERE c.known = 0")
                == "\(rest.values.reduce(0, +))")
    }

    /// Expected: SOURCE.md (counts by class; 142 polygons of Liechtenstein have `landuse`).
    @Test("PLATEAU's classes and OpenStreetMap's words")
    func others() throws {
        guard let plateau = testData("plateau_jp/numazu_landuse.gpkg"),
            let osm = testData("osm_landuse/liechtenstein.gpkg.gz")
        else { return }
        let desk = try Desk()
        try desk.done("init", "jp.gpkg")
        try desk.write("from,to\n201,0101\n202,0103\n203,03\n204,1101\n215,1003\n219,1202\n", to: "jp.csv")
        let japan = try desk.tuban(
            "import", plateau, "--as", "jp", "--class-field", "class", "--crosswalk", "jp.csv", "--classes", "survey",
            "-f", "jp.gpkg")
        try #require(japan.status == 0, "\(japan)")
        let rows = try desk.value(
            "jp.gpkg",
            "SELECT group_concat(code || ':' || n, ' ') FROM (SELECT c.code, count(*) AS n FROM feature JOIN land_class AS c ON c.id = class GROUP BY 1 ORDER BY 2 DESC, 1)"
        )
        #expect(rows == "1202:57 0103:52 03:44 1003:28 ?205:21 1101:17 ?214:4 ?217:2")

        try desk.done("init", "osm.gpkg")
        try desk.write("from,to\nresidential,survey:0701\nforest,survey:0301\nmeadow,survey:0403\n", to: "osm.csv")
        let words = try desk.tuban(
            "import", osm, "--layer", "liechtenstein", "--as", "osm", "--class-field", "landuse", "--crosswalk",
            "osm.csv",
            "-f", "osm.gpkg")
        try #require(words.status == 0, "\(words)")
        #expect(words.out.contains("of 142 features with a code"), "\(words.out)")
    }
}
