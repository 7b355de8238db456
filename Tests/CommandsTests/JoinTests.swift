import Foundation
import Testing

/// Attributes that come in a table of their own.
@Suite struct JoinTests {
    func desk() throws -> Desk {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg")
        var text = "BSM,name,WKT\n"
        for (index, key) in ["0101", "101", "A 7", "nobody", ""].enumerated() {
            let x = 39_528_000 + index * 100, y = 3_386_000
            text +=
                "\(key),n\(index),\"POLYGON((\(x) \(y),\(x) \(y + 100),\(x + 100) \(y + 100),\(x + 100) \(y),\(x) \(y)))\"\n"
        }
        try desk.write(text, to: "plot.csv")
        let ending = try desk.run(
            "/usr/bin/ogr2ogr",
            ["-f", "GPKG", "plot.gpkg", "plot.csv", "-a_srs", "EPSG:4527", "-oo", "AUTODETECT_TYPE=NO"])
        try #require(ending.status == 0, "\(ending)")
        return desk
    }

    @Test("Columns come in by their key; leading zeros count; what is left over on either side is told")
    func joined() throws {
        let desk = try desk()
        try desk.write(
            "key,DLBM,name,owner\n0101,0101,first,集体\n 101 ,0201,second,国有\nA 7,0301,third,\nZ,0101,none,\n,0101,keyless,\n",
            to: "attributes.csv")
        let ending = try desk.tuban(
            "import", "plot.gpkg", "--as", "plot", "--role", "parcels", "--join", "attributes.csv", "--on", "BSM=key",
            "--class-field", "DLBM", "--classes", "survey", "--number-field", "BSM")
        try #require(ending.status == 0, "\(ending)")
        #expect(
            try desk.value(
                "x.gpkg",
                "SELECT group_concat(BSM || '/' || name || '/' || coalesce(DLBM, '-') || '/' || coalesce(attributes_name, '-') || '/' || coalesce(owner, '-'), ' ') FROM plot WHERE BSM <> ''"
            )
                == "0101/n0/0101/first/集体 101/n1/0201/second/国有 A 7/n2/0301/third/ nobody/n3/-/-/-")
        #expect(ending.out.contains("the table's column of that name comes in as attributes_name"), "\(ending.out)")
        #expect(ending.out.contains("3 features found a row"))
        #expect(ending.out.contains("Without a row in attributes.csv: 2 features, nobody, (empty)"))
        #expect(ending.out.contains("Without a feature: 1 row of attributes.csv, Z"))
        #expect(ending.out.contains("want of a key: 1 row of attributes.csv"))
        #expect(
            try desk.value(
                "x.gpkg",
                "SELECT group_concat(c.code, ' ') FROM feature JOIN land_class AS c ON c.id = class WHERE class <> 0")
                == "0101 0201 0301")
        #expect(try desk.value("x.gpkg", "SELECT json_extract(joined, '$.tableKey') FROM layer_registry") == "key")
        #expect(try desk.done("layer", "show", "plot").out.contains("BSM = key"))
        #expect(try desk.done("doctor", "--deep").status == 0)
    }

    @Test("A key on several rows is refused with the rows", arguments: ["en", "zh"])
    func doubles(language: String) throws {
        let desk = try desk()
        let before = try desk.contents("x.gpkg")
        try desk.write("BSM,v\n0101,1\n101,2\n0101,3\nA 7,4\nA 7,5\n", to: "t.csv")
        let ending = try desk.tuban("import", "plot.gpkg", "--join", "t.csv", "--on", "BSM", "--lang", language)
        #expect(ending.status == 65 && isOneSentence(ending.err), "\(ending)")
        let wanted = language == "zh" ? ["0101（第 1, 3 行）", "A 7（第 4, 5 行）"] : ["0101 (rows 1, 3)", "A 7 (rows 4, 5)"]
        for text in wanted { #expect(ending.err.contains(text), "\(ending.err)") }
        #expect(try desk.contents("x.gpkg") == before)
    }

    @Test(
        "What stands in the way of a join",
        arguments: [
            (["--join", "t.csv"], 64, "--on"), (["--on", "BSM"], 64, "--join"),
            (["--join", "t.csv", "--on", "nothing"], 65, "BSM, name"),
            (["--join", "t.csv", "--on", "BSM=no"], 65, "BSM, v"),
            (["--join", "none.csv", "--on", "BSM"], 66, "none.csv"),
        ] as [([String], Int32, String)])
    func refused(words: [String], status: Int32, text: String) throws {
        let desk = try desk()
        try desk.write("BSM,v\n0101,1\n", to: "t.csv")
        let ending = try desk.tuban(["import", "plot.gpkg"] + words)
        #expect(ending.status == status && ending.err.contains(text), "\(ending)")
    }

    @Test("A spreadsheet's sheet is a table too")
    func spreadsheet() throws {
        let desk = try desk()
        try desk.write("BSM,owner\n0101,a\n101,b\n", to: "t.csv")
        let made = try desk.run(
            "/usr/bin/ogr2ogr", ["-f", "XLSX", "t.xlsx", "t.csv", "-oo", "AUTODETECT_TYPE=NO"])
        guard made.status == 0 else { return print("no XLSX driver") }
        let ending = try desk.tuban("import", "plot.gpkg", "--as", "plot", "--join", "t.xlsx", "--on", "BSM")
        try #require(ending.status == 0, "\(ending)")
        #expect(try desk.value("x.gpkg", "SELECT group_concat(owner, '') FROM plot") == "ab")
    }

    /// Expected: SOURCE.md (6,368 records, 53 LOC_ID with more than one, 20 match no parcel); each LOC_ID once is 5,948 − the
    /// parcels without a record.
    @Test("Easthampton's assessment: doubles refused; one row a parcel joins")
    func easthampton() throws {
        guard let source = testData("easthampton_ma_parcels/easthampton_parcels.gpkg.gz"),
            let table = testData("easthampton_ma_parcels/assess_no_owners.csv.gz")
        else { return }
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "x.gpkg"
        try desk.done("init", "x.gpkg")
        let words = ["import", source, "--as", "town", "--on", "LOC_ID", "--join"]
        let doubles = try desk.tuban(words + [table])
        #expect(doubles.status == 65 && doubles.err.contains("LOC_ID repeats 53 keys"), "\(doubles)")
        // The first record of each, by SQLite.
        let lists = try desk.run(
            "/usr/bin/ogr2ogr",
            [
                "-f", "CSV", "once.csv", "/vsigzip/\(table)", "-dialect", "SQLITE", "-oo", "AUTODETECT_TYPE=NO", "-sql",
                "SELECT LOC_ID, min(PROP_ID) AS assessed FROM \"assess_no_owners.csv\" GROUP BY LOC_ID",
            ])
        let other =
            lists.status == 0
            ? lists
            : try desk.run(
                "/usr/bin/ogr2ogr",
                [
                    "-f", "CSV", "once.csv", "/vsigzip/\(table)", "-dialect", "SQLITE", "-oo", "AUTODETECT_TYPE=NO",
                    "-sql",
                    "SELECT LOC_ID, min(PROP_ID) AS assessed FROM assess_no_owners GROUP BY LOC_ID",
                ])
        try #require(other.status == 0, "\(other)")
        let ending = try desk.tuban(words + ["once.csv"])
        try #require(ending.status == 0, "\(ending)")
        let matched = try #require(Int(desk.value("x.gpkg", "SELECT count(assessed) FROM town")))
        #expect(ending.out.contains("\(matched) features found a row"), "\(ending.out)")
        #expect(matched > 5800 && matched <= 5948)
    }
}
