import Rig
import Testing

/// Budgets of terminal.md 2.2, at 80×24. The probe's status row changes with its marker, as a real list's does.
@Suite("The thin line", .serialized)
struct ByteTests {
    @Test("Moving, scrolling, nothing", arguments: Probe.kinds)
    func budgets(term: String) throws {
        try Probe.run(Probe(term: term)) { session in
            #expect(session.received.count <= 2_200, "first screen")
            #expect(try session.bytes(for: "z") == 0, "a key that changes nothing")
            #expect(try session.bytes(for: "<Esc>") == 0, "an Esc that changes nothing")
            #expect(try session.bytes(for: "j") <= 40)
            #expect(try session.bytes(for: "k") <= 40)
            try session.press("<PgDn>")
            #expect(try session.bytes(for: "j") <= 130, "scrolled up")
            #expect(try session.bytes(for: "<Up>") <= 40)
            let before = session.received.count
            session.settle(quiet: .seconds(1))
            #expect(session.received.count == before, "idle")
        }
    }

    @Test("Keys that wait together are one frame")
    func heldKey() throws {
        try Probe.run(Probe()) { session in
            let before = session.received.count
            try session.pressTogether(Array(repeating: "j", count: 25).joined(separator: " "))
            #expect(session.received.count - before <= 600)
            #expect(session.screen.lines[22] == "26/5000")
        }
    }

    @Test("The meter shows what the line carried")
    func meter() throws {
        try Probe.run(Probe()) { session in
            try session.press("j <PgDn> j q")
            #expect(session.exitStatus() == 0)
            let text = String(decoding: session.received, as: UTF8.self)
            let said = try #require(text.firstMatch(of: /sent (\d+)/)).1
            // What the program printed after it had left is not a part of it.
            let printed = "sent \(said)\r\n".utf8.count
            #expect(Int(said) == session.received.count - printed)
        }
    }

    @Test("A broken-off frame is finished when the keys stop")
    func typeahead() throws {
        let probe = try Probe("colour", environment: ["TUBAN_TYPEAHEAD": "on"])
        try Probe.run(probe) { session in
            try session.pressTogether("<PgDn> <PgDn> <PgDn> <PgDn> z z z")
            #expect(session.screen.text == (try probe.frame))
        }
    }

    @Test("Big frames are shown at once where the terminal can")
    func synchronized() throws {
        try Probe.run(Probe("colour") { $0.synchronizedOutput = 2 }) { session in
            try session.press("<PgDn>")
            let before = session.received.count
            try session.press("<PgDn>")
            let text = String(decoding: session.received[before...], as: UTF8.self)
            #expect(text.hasPrefix("\u{1B}[?2026h") && text.hasSuffix("\u{1B}[?2026l"))
            #expect(!session.screen.modes.synchronized)
        }
        // Neither asked for nor sent where it is not known.
        for term in ["linux", "vt100"] {
            try Probe.run(Probe("colour", term: term) { $0.synchronizedOutput = 2 }) { session in
                try session.press("<PgDn> q")
                let text = String(decoding: session.received, as: UTF8.self)
                #expect(!text.contains("2026") && !text.contains("2004"))
            }
        }
    }
}
