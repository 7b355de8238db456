import Foundation
import Rig
import Testing

/// What keys cost on the line, at 80×24 on xterm-256color. The budgets are terminal.md's, or tighter where the program
/// does better; each run prints what it measured.
@Suite("The thin line, whole", .serialized)
struct ByteTests {
    /// The measured figures, for people who read the test's output.
    private final class Table {
        private var rows: [String] = []
        func note(_ what: String, _ bytes: Int, _ most: Int) {
            let name = what.padding(toLength: 44, withPad: " ", startingAt: 0)
            rows.append("  \(name) \(bytes) of \(most)")
        }
        func show(_ title: String) { print("bytes, \(title):\n" + rows.joined(separator: "\n")) }
    }

    /// The look of a first screen, and what it may cost.
    struct Look: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        let firstScreen: Int
        var testDescription: String { arguments.isEmpty ? "colour, Braille" : arguments.joined(separator: " ") }
    }

    static let looks = [
        Look(arguments: [], firstScreen: 5_000),
        Look(arguments: ["--theme", "ascii", "--glyphs", "ascii"], firstScreen: 2_500),
    ]

    @Test("Every key within its budget", arguments: looks)
    func budgets(look: Look) throws {
        let desk = try Desk()
        let session = try desk.begin([desk.file] + look.arguments)
        try session.expect("414")
        let table = Table()
        func check(_ what: String, _ bytes: Int, atMost most: Int, _ location: SourceLocation = #_sourceLocation) {
            table.note(what, bytes, most)
            #expect(bytes <= most, "\(what)", sourceLocation: location)
        }
        /// The dearest of several keys of one kind.
        func dearest(_ keys: String) throws -> Int {
            try keys.split(separator: " ").map { try session.bytes(for: String($0)) }.max() ?? 0
        }

        check("first screen", session.received.count, atMost: look.firstScreen)
        check("first key, which clears the greeting", try session.bytes(for: "k"), atMost: 160)
        check("a key that changes nothing (k at the top)", try session.bytes(for: "k"), atMost: 0)
        check("move one row", try dearest("j j j j k k j"), atMost: 160)
        try session.press("g <PgDn>")
        check("scroll one row down", try dearest("j j j"), atMost: 300)
        try session.press("g G <PgUp>")
        check("scroll one row up", try dearest("k k k"), atMost: 300)
        check("page", try dearest("<PgUp> <PgUp> <PgDn>"), atMost: 2_700)
        try session.press("g")
        let before = session.received.count
        try session.pressTogether(Array(repeating: "j", count: 25).joined(separator: " "))
        check("25 held keys", session.received.count - before, atMost: 1_500)
        check("the map to the parcel", try session.bytes(for: "c"), atMost: 5_700)
        check("zoom", try dearest("+ - - +"), atMost: 5_700)
        try session.press("200 G c <Tab>")
        try session.press(Array(repeating: "<Up>", count: 12).joined(separator: " "))
        check("pan the map one row", try dearest("<Up> <Up> <Up> <Up>"), atMost: 300)
        check("turn the map's page", try dearest("<PgDn> <PgUp>"), atMost: 5_700)
        check("the map alone", try session.bytes(for: "<F3>"), atMost: 5_700)
        // 21 rows of Braille without a blank are 5,040 bytes before the first colour: over terminal.md's 5,700.
        check("the map alone, nearer and farther", try dearest("- + +"), atMost: 6_600)
        try session.press("- <F2>")
        check("another pane", try session.bytes(for: "<Tab>"), atMost: 5_700)
        check("prompt, opened and left", try session.bytes(for: ":") + session.bytes(for: "<Esc>"), atMost: 1_300)
        check("palette, opened and left", try session.bytes(for: "<C-p>") + session.bytes(for: "<Esc>"), atMost: 1_300)
        try session.press(":")
        try session.type("plan new a")
        check("class list, opened and left", try session.bytes(for: "E") + session.bytes(for: "<Esc>"), atMost: 1_300)
        table.show(look.testDescription)
    }

    @Test("Nobody touches the keys: nothing is sent, not even when the place has been kept")
    func idle() throws {
        let desk = try Desk()
        let session = try desk.open()
        try session.press("j j j")
        let (before, uid) = (session.received.count, try #require(session.parcel))
        let end = ContinuousClock.now + patience
        while try !desk.sql("SELECT state FROM place").contains("\"cursor\": \"\(uid)\""), ContinuousClock.now < end {
            session.settle(quiet: .milliseconds(100))
        }
        #expect(try desk.sql("SELECT count(*) FROM place") == "1")
        session.settle(quiet: .milliseconds(500))
        #expect(session.received.count == before)
    }
}
