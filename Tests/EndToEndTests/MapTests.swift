import Rig
import Testing

@Suite("The map", .serialized)
struct MapTests {
    /// The rows of the map under the list, the scale left out.
    private func map(_ session: Session) -> [String] {
        let scale = session.screen.lines.lastIndex { $0.contains(" km") || $0.hasPrefix("|-") } ?? 22
        return Array(session.screen.lines[12..<scale])
    }

    private func scale(_ session: Session) -> String { session.screen.lines.last { $0.hasPrefix("|-") } ?? "" }

    @Test("Nearer, farther, whole, to the parcel", arguments: Words.both)
    func zooming(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        let whole = (map(session), scale(session))
        #expect(whole.0.contains { !$0.isEmpty })
        #expect(whole.1.contains(say("1 dot = ", "1 点 = ")))
        try session.press("+")
        #expect(scale(session) != whole.1)
        try session.press("+ + -")
        #expect(map(session) != whole.0)
        try session.press("0")
        #expect(map(session) == whole.0 && scale(session) == whole.1)
        try session.press("c")
        #expect(map(session).joined().contains("@"), "the parcel is in sight, and marked")
    }

    @Test("Pan by the cursor, and pick what lies under it", arguments: Words.both)
    func picking(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        // A road: long and narrow, so that the middle of the cursor's cell need not be on it.
        let uid = try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '1006') ORDER BY area DESC LIMIT 1"
        )
        try session.press("o")
        try session.type(uid)
        try session.press("c <Tab> <Enter>")
        try session.expect(say("Fields of the source", "源数据字段"))
        #expect(session.line(0).contains(" \(uid) "), "under the cursor lies the parcel that the map was sent to")
        try session.press("q <Tab>")

        let field = try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '0103') ORDER BY area DESC LIMIT 1"
        )
        try session.press("o")
        try session.type(field)
        try session.press("c <Tab>")
        let before = map(session)
        // To the map's upper edge and beyond: it follows by rows.
        try session.press(Array(repeating: "<Up>", count: 12).joined(separator: " "))
        #expect(map(session) != before)
        var picked = ""
        try session.press(Array(repeating: "<Down>", count: 12).joined(separator: " "))
        for _ in 0..<60 {
            try session.press("<Right>")
            picked = session.message.split(separator: " ").first.map(String.init) ?? ""
            if !picked.isEmpty, picked != field { break }
        }
        try #require(!picked.isEmpty && picked != field, "another parcel lies near")
        try session.press("<Enter>")
        #expect(session.parcel == picked, "Enter takes it in the list")
        try session.press("<Enter>")
        try session.expect(say("Fields of the source", "源数据字段"))
        try session.press("q <Tab> j")
        #expect(session.parcel != picked, "the list has the keys again")
    }

    @Test("A layer is hidden and shown by its key", arguments: Words.both)
    func layers(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        let whole = map(session)
        try session.press("L / <Text:DLTB_2025> <Enter>")
        let row = try #require(session.screen.lines.first { $0.hasPrefix("> DLTB_2025") })
        #expect(row.contains(" * "))
        try session.press("<Space>")
        #expect(try desk.sql("SELECT shown FROM layer_registry WHERE table_name = 'DLTB_2025'") == "0")
        #expect(try #require(session.screen.lines.first { $0.hasPrefix("> DLTB_2025") }).contains(" - "))
        try session.press("q")
        #expect(map(session) != whole)
        try session.press("L / <Text:DLTB_2025> <Enter> <Space> q")
        #expect(map(session) == whole)
    }

    @Test("Glyphs: Braille, quadrants, ASCII, and Braille again")
    func glyphs() throws {
        let desk = try Desk()
        let session = try desk.open()
        func holds(_ range: ClosedRange<UInt32>) -> Bool {
            map(session).joined().unicodeScalars.contains { range.contains($0.value) }
        }
        var seen: Set<String> = []
        for _ in 0..<4 {
            seen.insert(holds(0x2801...0x28FF) ? "Braille" : holds(0x2580...0x259F) ? "blocks" : "ASCII")
            try session.press("T")
        }
        #expect(seen == ["Braille", "blocks", "ASCII"])
    }
}
