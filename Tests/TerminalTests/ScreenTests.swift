import Rig
import Testing

@Suite("What people see", .serialized)
struct ScreenTests {
    /// Moves, pages, scrolls both ways, jumps, repaints: every way in which ncurses changes a screen.
    static let walk = "j j <PgDn> j j j k k k <PgUp> <PgDn> <PgDn> <Up> <Up> <C-l> <Down> i j k z i j"

    @Test("The screen is the frame, on every kind of terminal", arguments: Probe.kinds)
    func screenIsFrame(term: String) throws {
        for arguments in [[], ["colour"], ["chinese"]] {
            let probe = try Probe(arguments.first ?? "plain", term: term)
            try Probe.run(probe) { session in
                for key in Self.walk.split(separator: " ") {
                    try session.press(String(key))
                    let frame = try probe.frame
                    #expect(session.screen.text == frame, "\(term) \(arguments) after \(key)")
                }
                #expect(session.screen.unknown == [])
                try session.press("q")
                #expect(session.exitStatus() == 0)
            }
        }
    }

    @Test("A wide window and a small one", arguments: [(132, 43), (60, 20), (20, 5)])
    func sizes(columns: Int, rows: Int) throws {
        let probe = try Probe("chinese", columns: columns, rows: rows)
        try Probe.run(probe) { session in
            try session.press("j <PgDn> j")
            #expect(session.screen.text == (try probe.frame))
        }
    }

    @Test("The cursor stands where the frame says")
    func cursor() throws {
        try Probe.run(Probe()) { session in
            try session.press("j j j")
            #expect(session.screen.cursor == (row: 3, column: 0))
            try session.press("<PgDn>")
            #expect(session.screen.cursor == (row: 21, column: 0))
        }
    }

    @Test("Colours: 256, 8, none; and none at all when NO_COLOR is set")
    func colours() throws {
        func shades(_ term: String, _ environment: [String: String] = [:]) throws -> Set<VirtualTerminal.Shade> {
            try Probe.run(Probe("colour", term: term, environment: environment)) { session in
                Set(session.screen.grid[0..<20].joined().flatMap { [$0.look.foreground, $0.look.background] })
            }
        }
        #expect(try shades("xterm-256color").count > 8)
        try Probe.run(Probe("colour")) { session in
            // The probe's first coloured cell is (148, 107, 64) on ANSI 4; of the cube's (135, 95, 95), number 95, and
            // the grey (108, 108, 108), the former is nearer.
            let look = session.screen.grid[0][60].look
            #expect(look.foreground == .indexed(95))
            #expect(look.background == .indexed(4))
            #expect(look.bold)
        }
        let eight = try shades("linux")
        #expect(eight.contains(.indexed(4)))
        #expect(eight.isSubset(of: Set((0..<8).map { .indexed($0) } + [.standard])))
        #expect(try shades("vt100") == [.standard])
        #expect(try shades("xterm-256color", ["NO_COLOR": "1"]) == [.standard])
        try Probe.run(Probe("colour", environment: ["NO_COLOR": "1"])) { session in
            try session.press("j i q")
            _ = session.exitStatus()
            // No "select graphic rendition" with a colour in it: 30 to 49, 90 to 107.
            let text = String(decoding: session.received, as: UTF8.self)
            #expect(text.matches(of: /\u{1B}\[([0-9;]*;)?(3[0-9]|4[0-9]|9[0-7]|10[0-7])(;[0-9;]*)?m/).isEmpty)
            #expect(text.contains("\u{1B}[1m") || text.contains(";1m"), "bold is no colour and remains")
        }
    }

    @Test("A locale without Chinese shows question marks, and no column moves")
    func poorLocale() throws {
        // Not installed, and named: so it is believed that the terminal is not one for UTF-8.
        try Probe.run(Probe("chinese", environment: ["LANG": "xx_XX.ISO-8859-1"])) { session in
            #expect(session.screen.lines[0].hasPrefix("> 330000  0000  0 m2  ? ? ? ? 0? \"? ? \"~"))
            #expect(!session.received.contains { $0 >= 0x80 })
        }
        // No locale at all: UTF-8 is the best guess.
        try Probe.run(Probe("chinese", environment: ["LANG": "C"])) { session in
            #expect(session.screen.lines[0] == "> 330000  0000  0 m2  石桥镇第0村“耕地”…")
        }
    }

    @Test("Resized while it runs: one new layout, nothing of the old one left")
    func resize() throws {
        let probe = try Probe("chinese")
        try Probe.run(probe) { session in
            try session.press("<PgDn> <PgDn>")
            for (columns, rows) in [(60, 20), (200, 60), (80, 24)] {
                session.resize(columns: columns, rows: rows)
                #expect(session.screen.text == (try probe.frame))
                #expect(session.screen.lines.count == rows)
            }
        }
    }

    @Test("A terminal that reads nothing does not hold the program up, and then sees the latest frame")
    func fullLine() throws {
        let probe = try Probe("colour")
        try Probe.run(probe) { session in
            try session.press("i")
            session.isReading = false
            // Each page is about 2 KB in colour: 60 of them are more than any pseudo-terminal holds.
            for _ in 0..<60 { session.terminal.send(Array("\u{1B}[6~".utf8)) }
            session.settle()
            #expect(session.terminal.isWaiting, "all keys were read")
            session.isReading = true
            try session.expect("1321/5000")  // 1 + 60 × 22
            #expect(session.screen.text == (try probe.frame))
        }
    }
}
