import Foundation
import Glibc
import Rig
import Testing

/// Pasted text: into its box, looked at, and never taken for keys.
@Suite("Pasting a boundary", .serialized)
struct PasteTests {
    /// A ring of so many corners around the middle of the county, radius 400 m: neighbours lie 0.12 m apart at 20,000.
    private func ring(_ count: Int, _ desk: Desk) throws -> [(Double, Double)] {
        let box = try desk.sql(
            "SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_DLTB_2025_geom"
        ).split(separator: "|").compactMap { Double($0) }
        let (x, y) = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        return (0..<count).map { index in
            let angle = -2 * Double.pi * Double(index) / Double(count)
            return (x + 400 * cos(angle), y + 400 * sin(angle))
        }
    }

    @Test("A TXT of 20,000 points: counted, looked at, analysed; not one of its keys acts", arguments: Words.both)
    func long(say: Words) throws {
        let desk = try Desk()
        // A link a language: who reads and measures 20,000 points twice waits twice.
        let (link, most) = say.language == "en" ? ("fast", 6_000) : ("slow", 3_000)
        let session = try desk.open("--link", link, language: say.language)
        let parcel = session.parcel
        try session.press("e p")
        try session.expect(say("The box is empty.", "粘贴框为空。"))
        let text = BoundaryTXT.parcel(try ring(20_000, desk))
        let before = session.received.count
        session.paste(text)
        try session.expect(say("Nothing stands in its way", "可以分析"))
        // The closing point is counted too.
        #expect(
            session.screen.text.contains(say("1 parcel, 20001 points", "1 个地块，20001 个点")), "\(session.screen.text)")
        #expect(session.screen.text.contains(say("\(text.utf8.count) bytes", "\(text.utf8.count) 字节")))
        // A circle of 400 m: 50.2655 ha, less 8e-7 of it for the corners.
        #expect(session.screen.text.contains("50.2"), "\(session.screen.text)")
        #expect(session.received.count - before <= most, "no echo: \(session.received.count - before) bytes")
        try session.press("<Enter>")
        try session.expect(say("breaks", "违反规则"))
        #expect(session.line(1).hasPrefix("50.2"), "\(session.line(1))")
        // Back in the box the text is still there.
        try session.press("q")
        try session.expect(say("\(text.utf8.count) bytes", "\(text.utf8.count) 字节"))
        try session.press("q")
        try session.expect("the list") { _ in session.parcel == parcel }
        try session.press("Q")
        #expect(session.exitStatus() == 0 && session.disorder.isEmpty)
        #expect(try desk.disorder == [])
    }

    @Test("What is wrong is told by its line, with the remedy; Enter does nothing", arguments: Words.both)
    func faults(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("e p")
        var lines = BoundaryTXT.parcel(try ring(8, desk)).split(separator: "\n").map(String.init)
        // Line 15 of the file is the second point.
        lines[14] = lines[14].replacing(/\d+\.\d+/, with: "3x4", maxReplacements: 1)
        session.paste(lines.joined(separator: "\n"))
        try session.expect(say("stops it", "不能分析"))
        #expect(session.screen.text.contains("15: \(lines[14])"), "\(session.screen.text)")
        try session.press("<Enter>")
        try session.expect(say("mend what stops it", "请更正"))
        // Mended and pasted again, it takes the place of the first.
        session.paste(BoundaryTXT.parcel(try ring(8, desk)))
        try session.expect(say("Nothing stands in its way", "可以分析"))
    }

    @Test(
        "A crossing ring says where; corners alone are read too; a terminal without marks of pastes",
        arguments: Words.both)
    func corners(say: Words) throws {
        let desk = try Desk()
        var session = try desk.open(say, term: "vt100")
        #expect(!session.screen.modes.bracketedPaste)
        try session.press("e p")
        let around = try ring(4, desk)
        func text(_ order: [Int]) -> String {
            order.map { String(format: "%.3f,%.3f\n", around[$0].0, around[$0].1) }.joined()
        }
        session.paste(text([0, 2, 1, 3]))
        #expect(session.screen.text.contains(say("4 lines", "4 行")), "\(session.screen.text)")
        try session.press("<C-d>")
        try session.expect(say("stops it", "不能分析"))
        try session.press("<C-u>")
        session.paste(text([0, 1]))
        // Elsewhere and back, and after the line has dropped, it is still there.
        try session.press("<F2> e p")
        #expect(session.screen.text.contains(say("2 lines", "2 行")), "\(session.screen.text)")
        session.terminal.signal(SIGHUP)
        #expect(session.exitStatus() == 0)
        session = try desk.open(say, term: "vt100")
        #expect(session.screen.text.contains(say("2 lines", "2 行")), "\(session.screen.text)")
        session.paste(text([2, 3]))
        try session.press("<C-d>")
        try session.expect(say("4 corners", "4 个顶点"))
        try session.press("<Enter>")
        try session.expect(say("breaks", "违反规则"))
        // Its diagonals are 800 m: 32 ha.
        #expect(session.line(1).hasPrefix("32.0") || session.line(1).hasPrefix("31.9"), "\(session.line(1))")
    }

    @Test(
        "Outside of the box one line goes into the prompt, and many are refused; nothing is performed",
        arguments: Words.both)
    func elsewhere(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        session.paste("plan new pasted\n")
        #expect(session.message == ":plan new pasted")
        session.paste("a\nb")
        #expect(session.message == ":plan new pasted", "\(session.message)")
        try session.press("<Esc>")
        session.paste("plan new a\nplan new b\nQ\n")
        #expect(session.message.contains(say("3 lines", "3 行")), "\(session.message)")
        #expect(session.parcel != nil)
        // A question is not answered by a paste either.
        try session.press(": <Text:plan%20new%20draft> <Enter> E <Text:0701> <Enter> D")
        session.paste("y")
        #expect(try desk.sql("SELECT op FROM plan_edit") == "set")
        #expect(try desk.sql("SELECT count(*) FROM plan") == "1")
    }

    @Test("A paste that stops half-way is given up by Ctrl-C, and none of it acts")
    func stopped() throws {
        let desk = try Desk()
        let session = try desk.open()
        try session.press("e p")
        session.send(Array("\u{1B}[200~J1,1,3400000.000,3950".utf8))
        try session.expect("Ctrl-C gives it up")
        try session.press("<C-c>")
        #expect(session.message.contains("given up"))
        session.send(Array("0000\rQQ\u{1B}[201~".utf8))
        #expect(session.terminal.exitStatus == nil && session.screen.text.contains("The box is empty."))
    }
}
