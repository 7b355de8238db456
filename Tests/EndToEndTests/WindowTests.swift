import Foundation
import Rig
import Testing

@Suite("Windows and terminals of every kind", .serialized)
struct WindowTests {
    @Test("Resized at any moment, to any size, and back", arguments: Words.both)
    func resizing(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("2 0 G z")
        let (first, uid) = (session.screen.text, try #require(session.parcel))
        session.resize(columns: 60, rows: 20)
        try session.expect("the list in a small window") { $0.lines.count == 20 && session.parcel == uid }
        session.resize(columns: 200, rows: 60)
        // Side by side: the same row holds a parcel and a piece of the map.
        try session.expect("list beside map") { screen in
            screen.lines[2...50].contains { $0.hasPrefix("  ") && $0.count > 80 && $0.prefix(40).contains("survey:") }
        }
        #expect(session.parcel == uid)
        session.resize(columns: 30, rows: 8)
        try session.expect(say("too small", "窗口太小"))
        try session.press("j k")
        session.resize(columns: 80, rows: 24)
        try session.expect("the list again") { _ in session.parcel == uid }
        #expect(
            session.screen.lines[1...10]
                == first.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[1...10])
        try session.press("<Enter>")
        session.resize(columns: 100, rows: 30)
        try session.press("q Q")
        #expect(session.exitStatus() == 0)
        #expect(session.disorder == [])
    }

    /// Reads the same from every kind of terminal: list, card, layers, plans, filter, prompt, a planned class, undo.
    static let journey = [
        "j j j", "<PgDn>", "<Enter>", "q", "G", "k", "g", "L", "q", "' p", "\\ <Text:survey:0301> <Enter>", "<Esc>",
        ": <Text:plan%20new%20a> <Enter>", "E <Text:0701>", "<Enter>", "u", "?", "<PgDn>", "q",
    ]

    @Test("The same text on every kind of terminal", arguments: Words.both)
    func kinds(say: Words) throws {
        // No map glyphs but ASCII: two of these terminals have no Braille.
        var expected: [String] = []
        for term in Desk.kinds {
            let desk = try Desk()
            let session = try desk.begin(
                [desk.file, "--glyphs", "ascii", "--theme", "default"], language: say.language, term: term)
            try session.expect("tuban  DLTB_2025")
            var seen: [String] = [session.screen.text]
            for keys in Self.journey {
                try session.press(keys)
                seen.append(session.screen.text)
            }
            if expected.isEmpty { expected = seen }
            for (step, pair) in zip(expected, seen).enumerated() {
                let keys = step == 0 ? "the start" : Self.journey[step - 1]
                #expect(pair.0 == pair.1, "\(term) after \(keys)")
            }
            #expect(session.screen.unknown == [] && session.screen.bells == 0)
            try session.press("Q")
            #expect(session.exitStatus() == 0)
            #expect(session.disorder == [])
        }
    }
}

@Suite("Several at one file", .serialized)
struct SharingTests {
    @Test("A change by somebody else is announced, and R reads it", arguments: Words.both)
    func changedElsewhere(say: Words) throws {
        let desk = try Desk()
        try desk.shell("plan", "new", "east")
        let session = try desk.open(say)
        try session.press(": <Text:plan%20open%201> <Enter>")
        let uid = try #require(session.parcel)
        let row = session.line(2)
        #expect(try desk.shell("plan", "set-class", uid, "--to", "plan2023:0701", "--plan", "1").status == 0)
        try session.expect("told in the title") { $0.lines[0].contains(say("1 changed, R", "他人改动 1，R 重读")) }
        #expect(session.line(2) == row, "rows do not move under the reader")
        try session.press("R")
        #expect(session.line(2).contains("plan2023:0701"))
    }

    @Test("Read only: said in the title, and E refused with a sentence", arguments: Words.both)
    func readOnly(say: Words) throws {
        let desk = try Desk()
        try desk.shell("plan", "new", "east")
        let session = try desk.open("--readonly", language: say.language)
        #expect(session.line(0).contains("RO"))
        try session.press(": <Text:plan%20open%201> <Enter> E")
        try session.expect(say("Nothing can be changed:", "不能修改："))
        #expect(try desk.sql("SELECT count(*) FROM plan_edit") == "0")
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        #expect(try desk.sql("SELECT count(*) FROM place") == "0", "nothing at all is written")
    }
}
