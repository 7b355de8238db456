import Foundation
import Glibc
import Rig
import Testing

/// What does this boundary touch? From the line that asks to the verdict, the finding and its place on the map.
@Suite("Boundary analysis on the screen", .serialized)
struct AnalysisTests {
    /// A square over the middle of the largest piece of basic farmland, its sides in metres.
    private func square(_ side: Double, _ desk: Desk) throws -> [(Double, Double)] {
        let box = try desk.sql(
            """
            SELECT minx, miny, maxx, maxy FROM rtree_YJJBNTTB_geom
            ORDER BY (maxx - minx) * (maxy - miny) DESC LIMIT 1
            """
        ).split(separator: "|").compactMap { Double($0) }
        let (x, y) = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        return Desk.corners([x - side / 2, y - side / 2, x + side / 2, y + side / 2])
    }

    /// The typed form of corners.
    private func places(_ corners: [(Double, Double)]) -> String {
        corners.map { String(format: "%.3f,%.3f", $0.0, $0.1) }.joined(separator: " ")
    }

    private func row(_ session: Session) -> String { session.screen.lines.first { $0.hasPrefix(">") } ?? "" }

    @Test("Type the command, read the verdict, go to the finding, see it on the map", arguments: Words.both)
    func journey(say: Words) throws {
        let desk = try Desk()
        let path = try desk.boundary(square(600, desk), named: "site.txt")
        let session = try desk.open(say)
        try session.press(": <Text:analyse%20\(desk.folder.path)/si> <Tab>")
        #expect(session.message.hasSuffix("site.txt"), "the name is completed: \(session.message)")
        try session.press("<Enter>")
        try session.expect(say("breaks", "违反规则"))
        // 600 m by 600 m of the grid; on the ellipsoid within a thousandth of it.
        let hectares = try #require(session.line(1).split(separator: " ").first.flatMap { Double($0) })
        #expect(abs(hectares - 36) < 0.036, "\(session.line(1))")
        #expect(session.screen.text.contains(say("plane 36.0000 ha", "平面 36.0000 公顷")), "\(session.screen.text)")
        #expect(session.line(1).contains(say("(forbidden)", "（禁止）")), "basic farmland: \(session.line(1))")

        // The first finding: its sentence, basis and remedy; Enter shows the place.
        try session.press("n")
        #expect(session.line(0).contains(say("rule 1/", "规则 1/")), "\(session.line(0))")
        let finding = row(session)
        #expect(finding.dropFirst(3).hasPrefix("R"), "\(session.screen.text)")
        try session.press("<Enter>")
        #expect(session.screen.text.contains(say("1 dot = ", "1 点 = ")), "\(session.screen.text)")
        #expect(session.screen.text.contains(say("Basis: ", "依据：")))
        #expect(session.screen.lines[3...15].contains { $0.contains("@") }, "\(session.screen.text)")
        let dot = session.screen.text.firstMatch(of: /1 (?:dot|点) = ([0-9.]+)/).flatMap { Double($0.output.1) }
        #expect((dot ?? .infinity) <= 50, "so near that 600 m are seen")
        try session.press("n")
        #expect(session.line(0).contains(say("rule 2/", "规则 2/")), "\(session.line(0))")
        try session.press("N N")
        #expect(session.message == say("This is the first finding.", "已是第一条检查意见。"))

        // The report of 80 columns, and back.
        try session.press("<Tab>")
        #expect(session.screen.lines.allSatisfy { $0.count <= 80 })
        #expect(session.line(0).contains("1-"), "\(session.line(0))")
        try session.press("<Esc>")
        #expect(row(session) == finding)

        // A parcel by its number; its card.
        try session.press("/")
        let parcel = try desk.sql(
            """
            SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                JOIN rtree_DLTB_2025_geom AS r ON r.id = f.fid
            WHERE l.table_name = 'DLTB_2025' AND minx <= \(square(600, desk)[0].0 + 300) AND maxx >= \(square(600, desk)[0].0 + 300)
                AND miny <= \(square(600, desk)[0].1 + 300) AND maxy >= \(square(600, desk)[0].1 + 300) ORDER BY f.area LIMIT 1
            """)
        try session.type(parcel)
        #expect(row(session).contains(parcel), "\(session.screen.text)")
        try session.press("<Space>")
        #expect(session.message.contains(parcel))

        // Again, after what somebody else did: held against the run before, and the others' work counts as read.
        try desk.shell("plan", "new", "east")
        try session.expect("told in the title") { $0.lines[0].contains(say("changed, R", "R 重读")) }
        try session.press("R")
        try session.expect(say("Since analysis", "次分析相比"))
        #expect(!session.line(0).contains(say("changed, R", "R 重读")), "\(session.line(0))")
        #expect(session.screen.text.contains(say("nothing differs", "无变化")), "\(session.screen.text)")
        try session.press("q")
        try session.press("' b")
        #expect(session.line(1).contains(say("breaks", "违反规则")), "the last one is at hand")
        // From the list of those that are kept: the same verdict, the same finding, its place; back to the list.
        let verdict = session.line(1)
        try session.press("q e k <Enter>")
        try session.expect(say("breaks", "违反规则"))
        #expect(session.line(1) == verdict)
        try session.press("n")
        #expect(row(session) == finding && session.line(0).contains(say("rule 1/", "规则 1/")))
        try session.press("<Enter>")
        #expect(session.screen.text.contains(say("1 dot = ", "1 点 = ")), "\(session.screen.text)")
        #expect(session.screen.lines[3...15].contains { $0.contains("@") }, "\(session.screen.text)")
        try session.press("<Esc> q")
        #expect(session.line(0).contains(say("analyses", "边界分析")), "\(session.line(0))")
        try session.press("q ' b")
        // The line drops; the next start asks again and shows the answer.
        session.terminal.signal(SIGHUP)
        #expect(session.exitStatus() == 0)
        let again = try desk.open(say)
        try again.expect(say("breaks", "违反规则"))
        try again.press("Q")
        #expect(again.exitStatus() == 0)
        #expect(try desk.disorder == [])
        #expect(FileManager.default.fileExists(atPath: path))
    }

    @Test(
        "From the map, from typed corners, from the parcel under the cursor, from a file by a key",
        arguments: Words.both)
    func ways(say: Words) throws {
        let desk = try Desk()
        let corners = try square(400, desk)
        let path = try desk.boundary(corners, named: "by key.txt")
        let session = try desk.open(say)
        // Drawn, without a plan.
        try session.press("d")
        #expect(session.line(22).hasPrefix(say("boundary: 0 points", "边界：0 点")), "\(session.screen.text)")
        for corner in corners {
            try session.press("p")
            try session.type(places([corner]))
        }
        #expect(session.line(22).contains(say("4 points  1600.00 m", "4 点  1600.00 m")), "\(session.line(22))")
        try session.press("d")
        try session.expect(say("breaks", "违反规则"))
        let verdict = session.line(1)
        #expect(session.line(0).contains(say("| typed boundary  1/", "| 键入的范围  1/")), "\(session.line(0))")
        #expect(verdict.hasPrefix("16.0") || verdict.hasPrefix("15.9"), "\(verdict)")
        // The drawn boundary stays, to be drawn better.
        try session.press("q")
        #expect(session.line(22).contains(say("4 points", "4 点")), "\(session.screen.text)")
        try session.press("<Esc>")

        try session.press("e t")
        try session.type(places(corners))
        try session.expect(say("breaks", "违反规则"))
        #expect(session.line(1) == verdict)

        try session.press("q e f <Text:\(desk.folder.path)/by> <Tab>")
        #expect(session.message.hasSuffix("by key.txt"), "\(session.message)")
        try session.press("<Enter>")
        try session.expect(say("breaks", "违反规则"))
        #expect(session.line(1) == verdict)
        #expect(FileManager.default.fileExists(atPath: path))

        // Numbers right behind the verb; in a file that is only looked at nothing is kept.
        let kept = try desk.sql("SELECT count(*) FROM analysis")
        let looking = try desk.open("--readonly", language: say.language)
        try looking.press(":")
        try looking.type("analyse " + places(corners))
        try looking.expect(say("breaks", "违反规则"))
        #expect(looking.line(1) == verdict)
        #expect(try desk.sql("SELECT count(*) FROM analysis") == kept && kept == "3")
        try looking.press("Q")

        // The parcel under the cursor: all of it, and no other.
        try session.press("q g")
        let uid = try #require(session.parcel)
        let area = try desk.sql("SELECT printf('%.4f', area / 1000000.0) FROM feature WHERE uid = \(uid)")
        try session.press("e m")
        try session.expect(say("breaks", "违反规则"))
        #expect(session.line(1).hasPrefix("\(area) "), "\(session.line(1))")
        #expect(session.screen.text.contains(say("1, 1 of them whole", "1 个，其中 1 个全部在内")), "\(session.screen.text)")
    }

    @Test(
        "Several boundaries: a row each, one that is wrong is a sentence; in a wide window the map stands beside",
        arguments: Words.both)
    func several(say: Words) throws {
        let desk = try Desk()
        let corners = try square(400, desk)
        try desk.boundary(corners, named: "a.txt")
        try desk.boundary([corners[0], corners[2], corners[1], corners[3]], named: "crossing.txt")
        try desk.boundary(try square(200, desk), named: "b.txt")
        let session = try desk.open(say, columns: 150, rows: 40)
        let paths = ["a.txt", "crossing.txt", "b.txt"].map { "\(desk.folder.path)/\($0)" }
        try session.press(":")
        try session.type("analyse " + paths.joined(separator: " "))
        try session.expect(say("3 boundaries", "3 个范围"))
        #expect(session.line(0).contains("1/3"), "\(session.screen.text)")
        #expect(session.screen.text.contains("a.txt 1: "), "one name, told apart by the file: \(session.screen.text)")
        try session.press("j <Enter>")
        // The edges by the lines of the file; 14 is that of its first point.
        #expect(
            session.screen.text.contains("14–15") && session.screen.text.contains("16–17"), "\(session.screen.text)")
        try session.press("j <Enter>")
        #expect(session.line(1).hasPrefix("4.0000 ") || session.line(1).hasPrefix("3.9999 "), "\(session.line(1))")
        try session.press("n")
        #expect(session.screen.text.contains(say("1 dot = ", "1 点 = ")), "\(session.screen.text)")
        #expect(session.screen.lines.contains { $0.hasPrefix(">  R") }, "\(session.screen.text)")
        #expect(session.screen.lines.contains { $0.dropFirst(79).contains("@") }, "\(session.screen.text)")
        // Its report is the page that it has when it is analysed alone.
        try session.press("g <Tab> <Tab>")
        #expect(session.screen.text.contains(say("What 1 地块一 touches", "1 地块一 用地范围分析报告")), "\(session.screen.text)")
    }

    @Test("On a slow line: from the typed command to the verdict", arguments: Words.both)
    func bytes(say: Words) throws {
        let desk = try Desk()
        try desk.boundary(square(1732, desk), named: "site.txt")
        let session = try desk.through("cd \"$HOME\"; \"$TUBAN\" \"$COUNTY\" --link slow --lang \(say.language)")
        try session.expect("tuban  DLTB_2025")
        try session.press("j")
        let before = session.received.count
        try session.press(": <Text:analyse%20site.txt> <Enter>")
        try session.expect(say("breaks", "违反规则"))
        let bytes = session.received.count - before
        print("bytes, from the typed command to the verdict, \(say.language): \(bytes) of 1500")
        #expect(bytes <= 1_500, "\(bytes)\n\(session.screen.text)")
        // What is told later costs little either.
        #expect(try session.bytes(for: "j") <= 300)
        try session.press("Q")
        #expect(session.exitStatus() == 0)
    }

    @Test("A boundary that cannot be analysed is a sentence, and the screen stays", arguments: Words.both)
    func refused(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        let corners = try square(400, desk)
        try session.press("e t")
        try session.type(places([corners[0], corners[2], corners[1], corners[3]]))
        try session.expect("a sentence") { !($0.lines.last ?? "").isEmpty && !$0.text.contains("analyse --points") }
        #expect(session.parcel != nil, "\(session.screen.text)")
        try session.press("' b")
        #expect(session.message.contains(say("No boundary was analysed", "尚未在本屏")), "\(session.message)")
        try session.press("e x")
        #expect(session.parcel != nil)
    }

    @Test("A long analysis tells how far it is, and Ctrl-C ends it")
    func cancelled() throws {
        let desk = try Desk()
        let corners = try square(3_000, desk)
        // So many corners that reading and measuring them takes its time.
        var many: [(Double, Double)] = []
        for (a, b) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            for step in 0..<10_000 {
                let part = Double(step) / 10_000
                many.append((a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part))
            }
        }
        let path = try desk.boundary(many, named: "many.txt")
        let session = try desk.open()
        session.terminal.send(Array(":analyse \(path)\r".utf8))
        // Not until it rests: it works meanwhile, reads the file, or is at its one boundary.
        session.settle(within: .seconds(2))
        let message = session.message
        #expect(
            (message.contains("many.txt") || message.contains("0/1")) && !message.hasPrefix(":"),
            "\(session.screen.text)")
        session.terminal.send([0x03])
        try session.expect("Stopped.")
        #expect(session.parcel != nil)
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        #expect(try desk.disorder == [])
    }
}
