import Foundation
import Rig
import Testing

/// The dashboard of indicators, from the red letter to the parcels on the map.
@Suite("Indicators at a glance", .serialized)
struct DashboardTests {
    /// The sample county with its statistics and with values that are kept; made once a run.
    private static let kept: Result<String, any Error> = Result {
        let desk = try Desk()
        let files = desk.files
        for words in [["statistic", "import", files + "/statistics.csv"], ["indicator", "reckon"]] {
            let outcome = try Desk.run(Desk.program, words + ["-f", desk.file], [:])
            guard outcome.status == 0 else { throw Desk.Failure(description: outcome.errors) }
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "tuban-kept-\(getpid()).gpkg").path
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: desk.file, toPath: path)
        return path
    }

    private func keptDesk() throws -> Desk {
        let desk = try Desk(sample: false)
        try FileManager.default.copyItem(atPath: Self.kept.get(), toPath: desk.file)
        return desk
    }

    /// The row under the cursor.
    private func row(_ session: Session) -> String { session.screen.lines.first { $0.hasPrefix(">") } ?? "" }

    /// The row of an indicator.
    private func row(_ id: String, _ session: Session) -> String {
        session.screen.lines.first { $0.dropFirst(2).hasPrefix(id + " ") } ?? ""
    }

    /// The value that the shell has for an indicator.
    private func value(_ id: String, _ words: [String], _ desk: Desk) throws -> String {
        let out = try Desk.run(
            Desk.program, ["indicator", "list", "--format", "csv", "-f", desk.file] + words, [:]
        ).output
        let line = out.split(whereSeparator: \.isNewline).first { $0.hasPrefix(id + ",") } ?? ""
        // No name of these has a comma.
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        return cells.count > 3 ? String(cells[3]) : ""
    }

    @Test("From the red letter to the parcels that cause it, on the map, in at most four keys", arguments: Words.both)
    func journey(say: Words) throws {
        let desk = try keptDesk()
        let session = try desk.open(say)
        try session.press("i")
        try session.expect(say("Safety lines", "安全底线"))
        #expect(session.line(0).contains("R 13  O 3  G 10"), "\(session.line(0))")
        #expect(session.message.isEmpty, "what is kept is shown at once, and nothing was reckoned")
        // The first that warns is the boundary, 1.9 times what is built.
        let keys = ["n", "<Enter>", "<Enter>"]
        #expect(keys.count <= 4)
        try session.press(keys[0])
        #expect(row(session).hasPrefix(">RI013 "), "\(session.screen.text)")
        try session.press(keys[1])
        #expect(session.screen.text.contains(say("R red", "R 红")), "\(session.screen.text)")
        #expect(session.screen.text.contains("boundary / urban_inside"))
        try session.press(keys[2])
        let boundaries = try desk.sql(
            "SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE l.table_name = 'CZKFBJ' ORDER BY f.area DESC"
        ).split(separator: "\n").map(String.init)
        try session.expect("1/\(boundaries.count)")
        #expect(session.parcel == boundaries[0], "the largest first")
        #expect(session.screen.text.contains("| @ \(boundaries[0])"), "\(session.screen.text)")
        #expect(session.screen.lines[8...].contains { $0.contains("@") && !$0.contains("|") }, "\(session.screen.text)")

        // Spots of suspected illegal use, sought by name: those of kinds that count, by the table itself.
        try session.press("q q /")
        try session.type(say("suspected", "疑似违法"))
        #expect(row(session).hasPrefix(">RI099 "), "\(session.screen.text)")
        try session.press("<Enter> <Enter>")
        let spots = try desk.sql(
            """
            SELECT f.uid FROM JCTB AS t JOIN layer_registry AS l ON l.table_name = 'JCTB'
                JOIN feature AS f ON f.layer = l.id AND f.fid = t.fid
            WHERE t.TBLX IN ('20', 'YH', 'DL1', 'DL2', 'DL3', 'TL', 'SJ', 'CK', 'YT', 'LD', 'GEF', 'ZQC', 'JC')
            ORDER BY f.area DESC, f.uid
            """
        ).split(separator: "\n").map(String.init)
        try session.expect("1/\(spots.count)")
        #expect(session.parcel == spots[0])
        // The map is so near that the spot, some 200 m wide, is seen.
        let dot = session.screen.text.firstMatch(of: /1 (?:dot|点) = ([0-9.]+)/).flatMap { Double($0.output.1) }
        #expect((dot ?? .infinity) <= 50, "\(session.screen.text)")
        try session.press("G")
        #expect(session.parcel == spots.last, "\(session.screen.text)")
        #expect(session.screen.text.contains("| @ \(spots[spots.count - 1])"))
        // All of them are marked, for a command.
        try session.press("* <Esc>")
        try session.expect("I099")
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        #expect(try desk.disorder == [])
    }

    @Test("Sorted, filtered, found; another unit, another year; side by side", arguments: Words.both)
    func walking(say: Words) throws {
        let desk = try keptDesk()
        let session = try desk.open(say)
        try session.press("' i s")
        #expect(session.message.contains(say("by distance", "按距目标")))
        // Of what misses a target of nothing the miss is endless; then by percent.
        let percents = session.screen.lines.compactMap { line in
            line.split(separator: " ").first { $0.hasSuffix("%") && $0.count > 1 }.flatMap { Double($0.dropLast()) }
        }
        #expect(percents.count > 8 && percents == percents.sorted(), "\(session.screen.text)")
        try session.press("s")
        let letters = session.screen.lines[2...].compactMap { line in
            "ROYBG".firstIndex(of: line.dropFirst().first ?? " ")
        }
        #expect(letters.count > 15 && letters == letters.sorted(), "\(session.screen.text)")
        try session.press("\\")
        try session.type("O")
        #expect(session.screen.lines[2...4].allSatisfy { $0.dropFirst().first == "O" } && session.line(5).isEmpty)
        #expect(session.line(0).contains(say("\\O hides 139", "\\O 隐藏 139")), "\(session.line(0))")
        try session.press("<Esc> s /")
        try session.type("I003")
        let county = try value("I003", [], desk)
        #expect(row(session).contains(" \(county) "), "\(row(session))")
        try session.press("h")
        #expect(session.line(0).contains(" 2020 "), "\(session.line(0))")
        let before = try value("I003", ["--year", "2020"], desk)
        #expect(before != county && row("I003", session).contains(" \(before) "), "\(row("I003", session))")
        try session.press("l")
        let town = try desk.sql("SELECT code FROM unit WHERE length(code) = 9 ORDER BY code LIMIT 1")
        try session.press("o")
        try session.type(town)
        let own = try value("I003", ["--unit", town], desk)
        #expect(row("I003", session).contains(" \(own) "), "\(row("I003", session))")
        // The same numbers beside each other.
        try session.press("o")
        try session.type(String(town.prefix(6)))
        try session.press("<Tab>")
        let years = row("I003", session)
        #expect(years.contains(" \(before)") && years.contains(" \(county)"), "\(years)")
        let change = (Double(county) ?? 0) - (Double(before) ?? 0)
        #expect(years.hasSuffix(String(format: "%.2f", change)), "\(years)")
        try session.press("<Tab>")
        #expect(row("I003", session).contains(" \(county)") && row("I003", session).contains(" \(own)"))
    }

    @Test(
        "An open plan: what the draft would make of them, the base, and both beside each other", arguments: Words.both)
    func draft(say: Words) throws {
        let desk = try keptDesk()
        try desk.shell("plan", "new", "North")
        let field = try desk.survey(
            "f.uid",
            "AND class IN (SELECT id FROM land_class WHERE system = 'survey' AND code IN ('0101', '0103')) ORDER BY f.area DESC LIMIT 1"
        )
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan open 1")
        try session.press("o")
        try session.type(field)
        try session.press("E")
        try session.type("plan2023:0701")
        try session.press(":")
        try session.type("dashboard")
        try session.expect("I003")
        let (base, draft) = (try value("I003", [], desk), try value("I003", ["--plan", "1"], desk))
        #expect(base != draft)
        #expect(row("I003", session).contains(" \(draft) "), "\(row("I003", session))")
        try session.press("b")
        #expect(row("I003", session).contains(" \(base) "), "\(row("I003", session))")
        #expect(session.line(0).contains(say("base", "现状")))
        try session.press("b <BTab>")
        #expect(row("I003", session).contains(" \(base)") && row("I003", session).contains(" \(draft)"))
        // Taken back, the draft is the base again.
        try session.press("u")
        try session.expect("the base's value twice") { _ in
            row("I003", session).split(separator: " ").count { $0 == base } == 2
        }
    }

    @Test("The place is kept: the next start returns to the indicator")
    func place() throws {
        let desk = try keptDesk()
        let session = try desk.open()
        try session.press("i /")
        try session.type("I036")
        try session.press("<Enter> Q")
        #expect(session.exitStatus() == 0)
        let again = try desk.open()
        try again.expect("I036 Water resource exploitation rate")
        try again.press("q")
        #expect(row(again).hasPrefix(">RI036"))
    }

    // MARK: Wrong states

    @Test("Nothing kept yet: reckoned beside the screen; what lacks statistics says which", arguments: Words.both)
    func fresh(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("i")
        try session.expect("I003")
        #expect(try desk.sql("SELECT count(*) > 100 FROM indicator_kept") == "1", "the next opening finds them")
        try session.press("/")
        try session.type("I011")
        #expect(row(session).hasPrefix("> I011") && row(session).hasSuffix("-"), "\(row(session))")
        #expect(
            session.screen.text.contains(say("no data of water_use (Total water use)", "无数据：用水总量（water_use）")),
            "\(session.screen.text)")
        try session.press("<Enter>")
        #expect(session.screen.text.contains(say("No year has a value.", "各年均无值。")), "\(session.screen.text)")
        try session.press("<Enter>")
        try session.expect(say("no parcels stand behind it", "没有可下钻的图斑"))
        try session.press("q q Q")
        #expect(session.exitStatus() == 0)
    }

    @Test("Read only: reckoned all the same, and nothing is kept", arguments: Words.both)
    func readOnly(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open("--readonly", language: say.language)
        try session.press("i")
        try session.expect("I003")
        try session.press("n <Enter> <Enter>")
        try session.expect("| @ ")
        #expect(try desk.sql("SELECT count(*) FROM indicator_kept") == "0")
        try session.press("Q")
        #expect(session.exitStatus() == 0)
    }

    @Test("No units at all, and units that no layer draws, are told", arguments: Words.both)
    func withoutUnits(say: Words) throws {
        let desk = try Desk(sample: false)
        try Counties.copy(["--parcels", "300", "--layers", "DLTB_2025"], to: desk.file)
        let session = try desk.open(say)
        try session.press("i")
        try session.expect("I003")
        try session.press("/")
        try session.type("I003")
        try session.press("<Enter>")
        #expect(session.screen.text.contains(say("No layer draws these units.", "没有绘制这些单元的图层。")))
        try session.press("Q")

        let empty = try Desk(sample: false)
        let begun = try Desk.run(Desk.program, ["init", empty.file], [:])
        try #require(begun.status == 0, "\(begun.errors)")
        let blank = try empty.begin([empty.file], language: say.language)
        try blank.expect("tuban")
        try blank.press("i")
        try blank.expect(say("The project has no units yet", "项目尚无行政单元"))
        try blank.press("n <Enter> s <Tab> Q")
        #expect(blank.exitStatus() == 0)
    }

    @Test("A window of 40 by 12 still shows letter, name and value, and goes to the parcels", arguments: Words.both)
    func narrow(say: Words) throws {
        let desk = try keptDesk()
        let session = try desk.open(say, columns: 40, rows: 12)
        try session.press("i n")
        let row = row(session)
        #expect(row.hasPrefix(">RI013 ") && row.contains(" 1.92 "), "\(session.screen.text)")
        #expect(session.screen.lines.allSatisfy { $0.count <= 40 })
        try session.press("<Enter>")
        #expect(session.line(1).hasPrefix("I013 "), "\(session.screen.text)")
        try session.press("<Tab>")
        #expect(session.screen.text.contains("- - -"), "the chart: \(session.screen.text)")
        try session.press("<Tab> <Tab>")
        #expect(session.screen.text.contains("boundary / urban_inside"), "the words: \(session.screen.text)")
        try session.press("<Tab> <Enter>")
        try session.expect("| @ ")
        try session.press("Q")
        #expect(session.exitStatus() == 0)
    }

    @Test("On a slow line the maps come when they are asked for", arguments: Words.both)
    func slow(say: Words) throws {
        let desk = try keptDesk()
        let session = try desk.open("--link", "slow", language: say.language, term: "vt100")
        try session.press("i n <Enter>")
        #expect(session.screen.text.contains(say("Tab Tab draws the map", "按两次 Tab 绘制地图")), "\(session.screen.text)")
        try session.press("<Enter>")
        try session.expect("1/")
        #expect(!session.screen.text.contains("| @ "))
        try session.press("<Tab>")
        #expect(session.screen.text.contains("| @ "), "\(session.screen.text)")
    }

    // MARK: Pictures and bytes

    /// Name, window, further words for the start, keys, and what tells that all of it is there.
    private static let screens:
        [(name: String, columns: Int, rows: Int, start: [String], keys: String, ready: String)] = [
            ("dashboard", 80, 24, [], "i", "I003"), ("dashboard-worst", 80, 24, [], "i s s", "I013"),
            ("dashboard-years", 80, 24, [], "i <Tab>", "2020"),
            ("dashboard-ascii", 80, 24, ascii, "i", "I003"), ("dashboard-large", 160, 50, [], "i", "I003"),
            ("dashboard-quadrant", 80, 24, ["--glyphs", "quadrant"], "i", "I003"),
            ("indicator", 80, 24, [], "i / <Text:I050> <Enter> <Enter>", "I050"),
            ("indicator-ascii", 80, 24, ascii, "i / <Text:I050> <Enter> <Enter>", "I050"),
            ("indicator-large", 160, 50, [], "i / <Text:I050> <Enter> <Enter>", "I050"),
            ("indicator-quadrant", 80, 24, ["--glyphs", "quadrant"], "i / <Text:I050> <Enter> <Enter>", "I050"),
            ("indicator-steps", 80, 24, [], "i / <Text:I003> <Enter> <Enter> +", "I003"),
            ("indicator-parcels", 80, 24, [], "i / <Text:I099> <Enter> <Enter> <Enter>", "| @ "),
            ("indicator-parcels-ascii", 80, 24, ascii, "i / <Text:I099> <Enter> <Enter> <Enter>", "| @ "),
        ]
    private static let ascii = ["--theme", "ascii", "--glyphs", "ascii"]

    @Test("The screens are the pictures", arguments: Words.both)
    func pictures(say: Words) throws {
        for (name, columns, rows, start, keys, ready) in Self.screens {
            let desk = try keptDesk()
            let session = try desk.begin(
                [desk.file] + start, language: say.language, columns: columns, rows: rows)
            try session.expect("tuban  DLTB_2025")
            try session.press(keys)
            try session.expect(ready)
            try GoldenTests.expect(session.screen.text + "\n", name: "\(name).\(say.language)", "keys \(keys)")
        }
    }

    @Test("A dozen towns have their letters at 80 columns", arguments: Words.both)
    func dozen(say: Words) throws {
        let desk = try keptDesk()
        let county = try desk.sql("SELECT id || ' ' || code FROM unit WHERE length(code) = 6").split(separator: " ")
        let towns = try #require(Int(try desk.sql("SELECT count(*) FROM unit WHERE length(code) = 9")))
        for number in towns..<12 {
            try desk.sql(
                "INSERT INTO unit(code, name, parent) VALUES ('\(county[1])\(200 + number)', '新\(number)乡', \(county[0]))"
            )
        }
        let session = try desk.open(say)
        try session.press("i")
        try session.expect("I018")
        // Overlaps of lines: nothing of them lies in the new towns, as wanted.
        #expect(row("I014", session).hasSuffix(" " + String(repeating: "G", count: 12)), "\(session.screen.text)")
        #expect(row("I013", session).hasPrefix(" RI013"))
    }

    @Test("On the line: the first screen, and each move", arguments: Words.both, [false, true])
    func bytes(say: Words, isASCII: Bool) throws {
        let desk = try keptDesk()
        let words = [desk.file] + (isASCII ? Self.ascii : [])
        let session = try desk.begin(words, language: say.language)
        try session.expect("tuban  DLTB_2025")
        var spent: [(String, Int, Int)] = []
        spent.append(("the dashboard", try session.bytes(for: "i"), isASCII ? 2_000 : 3_500))
        try session.expect("I003")
        func dearest(_ keys: String) throws -> Int {
            try keys.split(separator: " ").map { try session.bytes(for: String($0)) }.max() ?? 0
        }
        spent.append(("to another indicator", try dearest("j j j j j j k k j j j j j k"), 160))
        try session.press("g")
        spent.append(("to the next warning in sight", try dearest("n k n"), 160))
        try session.press("g <PgDn>")
        spent.append(("scroll by one", try dearest("j j j"), 300))
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        let again = try desk.begin(words, language: say.language)
        try again.expect("I018")
        spent.append(("the start on the dashboard", again.received.count, isASCII ? 2_500 : 4_000))
        print("bytes, dashboard in \(say.language)\(isASCII ? ", ascii" : ""):")
        for (what, bytes, most) in spent {
            print("  \(what.padding(toLength: 30, withPad: " ", startingAt: 0)) \(bytes) of \(most)")
            #expect(bytes <= most, "\(what)")
        }
    }
}
