import Foundation
import Testing

@testable import Store

/// What scripts of other people rely on: formats, exit statuses, one sentence on standard error, completion, help.
@Suite struct ContractTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
        try desk.done("plan", "set-class", "13", "14", "--to", "plan2023:0701", "-f", "county.gpkg")
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    /// The command, and which of its keys hold numbers.
    static let tables: [(line: String, numbers: Set<String>)] = [
        ("layer list", ["features"]), ("layer show DLTB_2020", []),
        ("parcel list --limit 7", ["parcel", "area_m2", "net_area_m2"]),
        ("parcel find 水田", ["parcel", "area_m2", "net_area_m2"]),
        ("parcel show 13", ["parcel", "area_m2", "net_area_m2", "area_ha", "area_mu"]),
        ("class list plan2023:07", []), ("plan list", ["plan", "edited_parcels"]),
        ("plan show 1", ["parcels", "area_m2"]), ("journal list", ["entry", "plan", "step"]), ("doctor", []),
        ("doctor --deep", []), ("journal verify", []), ("map --size 60x10", []), ("undo", []), ("redo", []),
        ("plan open 1", []), ("plan set-class 13 --to plan2023:0701", []),
    ]

    @Test("Every report is text, CSV and JSON")
    func formats() throws {
        for (line, numbers) in Self.tables {
            let words = line.split(separator: " ").map(String.init)
            if words[0] != "undo", words[0] != "redo" {
                let text = try desk.tuban(words)
                #expect(text.status == 0 && text.err.isEmpty && !text.out.isEmpty, "\(line): \(text)")
            }
            let json = try desk.tuban(words + ["--format", "json"])
            #expect(json.status == 0 && json.err.isEmpty, "\(line): \(json)")
            let objects = try json.json()
            for (key, value) in objects.flatMap({ $0 }) {
                let isSnake = key.hasPrefix("source_") || key.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }
                #expect(isSnake, "\(line): \(key)")
                if numbers.contains(key) {
                    #expect(value is NSNumber || value is NSNull, "\(line): \(key) is \(value)")
                }
            }
            if let first = objects.first { #expect(numbers.isSubset(of: first.keys), "\(line): \(first.keys)") }
            if words[0].hasSuffix("do") { continue }
            let csv = try desk.tuban(words + ["--format", "csv"])
            #expect(csv.status == 0, "\(line): \(csv)")
            let head = csv.out.split(separator: "\n").first.map { $0.split(separator: ",").count } ?? 0
            if let first = objects.first { #expect(head == first.count, "\(line): \(csv.out.prefix(200))") }
        }
    }

    /// sysexits.h, as design.md 9 lists them.
    @Test("Each kind of failure has its status and one sentence, in both languages")
    func statuses() throws {
        try desk.write("plan set-class\n", to: "bad.tuban")
        try desk.write("code,name_zh\n1,一\n1,又一\n", to: "double.csv")
        try desk.write("nothing", to: "text.gpkg")
        try desk.write("{", to: "broken.geojson")
        let cases: [(line: String, status: Int32)] = [
            ("parcel find nosuchword", 1), ("nosuch", 64), ("parcel list --limit 0", 64), ("parcel list --limit x", 64),
            ("parcel list --where nosuch=1", 64), ("parcel list --class 0101", 64), ("parcel list --sort colour", 64),
            ("plan set-class 13 --to 0701", 64), ("plan set-class 13", 64), ("layer drop DLTB_2020", 64),
            ("map --box 1,2,3", 64), ("map --size 0x0", 64), ("run bad.tuban", 64),
            ("plan set-class 13 --to plan2023:9999", 65),
            ("doctor -f text.gpkg", 65), ("import broken.geojson", 65), ("class add x double.csv", 65),
            ("parcel show 99999", 66), ("layer show nosuch", 66), ("import nosuch.shp", 66), ("run nosuch.tuban", 66),
            ("doctor -f nosuch.gpkg", 66), ("plan show 9", 66), ("init county.gpkg", 73), ("init nosuch/x.gpkg", 73),
            ("redo --plan 1", 77),
        ]
        for (line, status) in cases {
            for language in ["en", "zh"] {
                let ending = try desk.tuban(line.split(separator: " ").map(String.init) + ["--lang", language])
                #expect(ending.status == status, "\(line): \(ending)")
                if status == 1 { continue }
                #expect(ending.out.isEmpty, "\(line): \(ending.out)")
                #expect(
                    ending.err.hasPrefix("tuban: ") && ending.err.split(separator: "\n").count == 1,
                    "\(line): \(ending.err)")
                // What the argument parser says is English in both.
                if language == "zh", status != 64 {
                    #expect(ending.err.unicodeScalars.contains { $0.value >= 0x4E00 }, "\(line): \(ending.err)")
                }
            }
        }
        #expect(try desk.done("doctor", "--deep").status == 0)
    }

    @Test("A project that is being written to is busy, 75")
    func busy() throws {
        let writer = try Project.open(at: desk.path("county.gpkg"))
        defer { try? writer.close() }
        try writer.holding {
            let ending = try desk.tuban("plan", "set-class", "15", "--to", "plan2023:0701")
            #expect(ending.status == 75, "\(ending)")
            #expect(isOneSentence(ending.err), "\(ending.err)")
            #expect(try desk.done("parcel", "list").status == 0, "reading goes on")
        }
        try desk.done("plan", "set-class", "15", "--to", "plan2023:0701")
    }

    @Test("A list's pages follow one another", arguments: ["number", "area", "class", "unit", "uid"])
    func pages(sort: String) throws {
        func list(_ words: String...) throws -> [Int] {
            let ending = try desk.tuban(["parcel", "list", "--sort", sort, "--format", "json"] + words)
            try #require(ending.status == 0, "\(ending)")
            return try ending.json().compactMap { $0.integer("parcel") }
        }
        let all = try list("--limit", "1000")
        #expect(try list("--limit", "50", "--after", "\(all[49])") == Array(all[50..<100]))
        #expect(try list("--limit", "1000", "--descending").count == all.count)
        let fields = try list("--class", "survey:01")
        let same = try list("--where", "class_system = 'survey' AND class_code LIKE '01%'")
        #expect(fields == same && !fields.isEmpty)
    }

    @Test("A filter on a field that is not there is told those that are, without a library's words for programmers")
    func filterFields() throws {
        let unknown = try desk.tuban("parcel", "list", "--where", "class_cod = '0103'", "-f", "county.gpkg")
        #expect(unknown.status == 64 && unknown.err.contains("class_code"), "\(unknown)")
        let two = try desk.tuban("parcel", "list", "--where", "1); SELECT (1", "-f", "county.gpkg")
        #expect(two.status == 64 && !two.err.contains("Database") && !two.err.contains(".."), "\(two)")
    }

    @Test("Completion scripts are made, and the shells take them", arguments: ["bash", "zsh", "fish"])
    func completion(shell: String) throws {
        let ending = try desk.done("--generate-completion-script", shell)
        #expect(ending.out.contains("set-class") && ending.out.contains("parcel"))
        let path = try desk.write(ending.out, to: "completion." + shell)
        for program in ["/bin/\(shell)", "/usr/bin/\(shell)"]
        where FileManager.default.isExecutableFile(atPath: program) {
            let check = try desk.run(program, ["-n", path])
            #expect(check.status == 0 && check.err.isEmpty, "\(check)")
            break
        }
    }

    @Test("Help is in the language that was asked for")
    func help() throws {
        for words in [
            ["--help"], ["plan", "--help"], ["plan", "set-class", "--help"], ["import", "--help"], ["map", "-h"],
        ] {
            let english = try desk.tuban(words + ["--lang", "en"])
            let chinese = try desk.tuban(words + ["--lang", "zh"])
            #expect(
                english.status == 0 && chinese.status == 0 && english.err.isEmpty && chinese.err.isEmpty, "\(words)")
            #expect(!english.out.unicodeScalars.contains { $0.value >= 0x4E00 }, "\(words): \(english.out)")
            let lines = chinese.out.split(separator: "\n").filter { $0.contains("--") && $0.contains("  ") }
            for line in lines where !["--version", "-h, --help", "values:"].contains(where: line.contains) {
                #expect(line.unicodeScalars.contains { $0.value >= 0x4E00 } || line.count < 45, "\(words): \(line)")
            }
        }
        #expect(try desk.done("--version").out.hasPrefix("0."))
    }
}
