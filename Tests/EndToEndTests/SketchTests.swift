import Foundation
import Glibc
import Rig
import Testing

@Suite("Drawing on the map", .serialized)
struct SketchTests {
    /// Opens a desk with a plan and the list's cursor on a parcel, the map sent to it.
    private func begin(_ desk: Desk, _ say: Words) throws -> (session: Session, uid: String) {
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan new draft")
        try session.press("5 G c")
        return (session, try #require(session.parcel))
    }

    @Test("A ring by typed places: its length and area grow, Backspace takes back", arguments: Words.both)
    func ring(say: Words) throws {
        let desk = try Desk()
        let (session, _) = try begin(desk, say)
        try session.press("P")
        #expect(session.line(22).hasPrefix(say("class inside: 0 points", "范围内地类：0 点")))
        // A square of 100 m beside the central meridian of zone 39 (117 E), where the grid is true to 2 mm a kilometre:
        // 400 m around, 10,000 m2, 15 mu.
        for place in ["39500000,3400000", "39500100,3400000", "39500100,3400100", "39500000,3400100"] {
            try session.press("p")
            #expect(session.message.hasPrefix(say("place:", "坐标：")))
            try session.type(place)
        }
        #expect(session.line(22).contains(say("4 points  400.00 m  ", "4 点  400.00 m  ")), "\(session.line(22))")
        let words = session.line(22).split(separator: " ")
        let place = try #require(words.firstIndex(of: "m2"))
        let area = try #require(Double(words[place - 1]))
        #expect(abs(area - 10_000) < 10, "\(area) m2")
        #expect(session.line(22).contains(String(format: "%.2f ", area * 3 / 2000) + say("mu", "亩")))
        try session.press("<BS> <BS>")
        #expect(session.line(22).contains(say("2 points  100.00 m", "2 点  100.00 m")))
        try session.press("P")
        #expect(session.message.contains(say("three points", "三个点")), "too few to be performed: \(session.message)")
        #expect(try desk.sql("SELECT count(*) FROM plan_edit") == "0")
    }

    @Test(
        "A place that cannot be read stays in the prompt, with what is wrong, and is mended there",
        arguments: Words.both)
    func mistyped(say: Words) throws {
        let desk = try Desk()
        let (session, _) = try begin(desk, say)
        try session.press("P p")
        try session.type("39500000,34000x")
        #expect(session.message.hasPrefix(say("place: ", "坐标：") + "39500000,34000x"), "\(session.message)")
        let told = session.screen.lines[18...22].joined(separator: "\n")
        #expect(told.contains(say("is no place", "不是坐标")), "\(told)")
        // The first key that changes the text takes the complaint away; the last sign mended, the point is there.
        try session.press("<BS>")
        #expect(session.line(22).contains(say("0 points", "0 点")), "\(session.line(22))")
        try session.type("00")
        #expect(session.line(22).contains(say("1 point", "1 点")), "\(session.line(22))")
        // Esc leaves it, and nothing was drawn.
        try session.press("p")
        try session.type("nowhere")
        try session.press("<Esc>")
        #expect(session.line(22).contains(say("1 point", "1 点")), "\(session.line(22))")
        #expect(!session.message.contains("nowhere"), "\(session.message)")
    }

    @Test("Points by the cursor; a sketch that is left, or whose line drops, is gone on with", arguments: Words.both)
    func kept(say: Words) throws {
        let desk = try Desk()
        let (session, uid) = try begin(desk, say)
        try session.press("S")
        #expect(session.line(22).hasPrefix(say("split \(uid): 0 points", "分割 \(uid)：0 点")))
        try session.press("k k k <Enter> 8 j l l <Enter>")
        #expect(session.line(22).contains(say("2 points", "2 点")))
        let drawn = session.line(22)
        #expect(session.screen.lines[6...19].joined().filter { $0 == "o" }.count == 2, "both points are on the map")
        try session.press("<Esc>")
        #expect(!session.screen.lines[6...19].joined().contains("o") && session.message.contains("S"))
        try session.press("S")
        #expect(session.line(22) == drawn)
        let row = session.screen.cursor.row
        session.terminal.signal(SIGHUP)
        #expect(session.exitStatus() == 0)
        let again = try desk.open(say)
        #expect(again.line(22) == drawn, "the sketch is there, and the keys go to it")
        #expect(again.line(0).contains("draft") && again.screen.cursor.row == row)
        try again.press("<BS>")
        #expect(again.line(22).contains(say("1 point", "1 点")))
    }

    @Test("The cursor snaps to a vertex, and the point is that vertex to the last digit")
    func snapping() throws {
        let desk = try Desk()
        let (session, _) = try begin(desk, Words.both[0])
        try session.press("S . <Enter>")
        #expect(session.line(22).contains("1 point"))
        try session.press("<Esc>")
        session.terminal.signal(SIGHUP)
        #expect(session.exitStatus() == 0)
        let state = try desk.sql("SELECT state FROM place")
        let text = try #require(state.firstMatch(of: /"sketch": "split \d+ ([^"]+)"/)?.1)
        let numbers = text.split(separator: ",").compactMap { Double($0) }
        // Little-endian doubles, as they stand in the outline of some feature.
        let pair = numbers.map {
            withUnsafeBytes(of: $0.bitPattern.littleEndian) { $0.map { String(format: "%02X", $0) }.joined() }
        }
        #expect(try desk.sql("SELECT count(*) > 0 FROM DLTB_2025 WHERE instr(hex(geom), '\(pair.joined())')") == "1")
    }

    @Test("Without a plan, and where a key belongs to a sketch, it is said", arguments: Words.both)
    func refused(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        for key in ["S", "Z", "P", "X", "V", "M", "D"] {
            try session.press(key)
            #expect(session.message.contains(":plan new"), "\(key): \(session.message)")
        }
        try session.press("b")
        #expect(session.message.contains("F5"))
        try session.press(".")
        #expect(session.message.contains(say("sketch", "绘制")))
        try session.press(":")
        try session.type("plan new draft")
        try session.press("V K")
        #expect(session.message.contains(say("Pick a vertex", "请先选顶点")))
    }

    @Test("Before and after: one key, half a screen's bytes, and back to the same picture", arguments: Words.both)
    func flip(say: Words) throws {
        let desk = try Desk()
        let (session, _) = try begin(desk, say)
        try session.press("E")
        try session.type("plan2023:1701")
        let after = Array(session.screen.lines[10...21])
        let bytes = try session.bytes(for: "b")
        #expect(bytes <= 5_700)
        let before = Array(session.screen.lines[10...21])
        #expect(before != after && before.contains { $0.contains(say("BEFORE: the base", "改动前：现状")) })
        try session.press("b")
        #expect(Array(session.screen.lines[10...21]) == after)
    }
}
