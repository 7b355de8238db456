import Foundation
import Glibc
import Rig
import Testing

@testable import Terminal

@Suite("What comes in", .serialized)
struct InputTests {
    @Test("Keys by name, on every kind of terminal", arguments: Probe.kinds)
    func keys(term: String) throws {
        try Probe.run(Probe(term: term)) { session in
            try session.press("i")
            func last(_ keys: String, _ name: String) throws {
                try session.press(keys)
                #expect(session.screen.lines[23] == name, "\(keys) on \(term)")
            }
            try last("<Home>", "key(Terminal.Key.home)")
            try last("<End>", "key(Terminal.Key.end)")
            try last("<PgUp>", "key(Terminal.Key.pageUp)")
            try last("<Left>", "key(Terminal.Key.left)")
            try last("<Right>", "key(Terminal.Key.right)")
            try last("<Del>", "key(Terminal.Key.delete)")
            try last("<BTab>", "key(Terminal.Key.backTab)")
            try last("<Tab>", "key(Terminal.Key.tab)")
            try last("<Enter>", "key(Terminal.Key.enter)")
            try last("<C-j>", "key(Terminal.Key.enter)")
            try last("<BS>", "key(Terminal.Key.backspace)")
            try last("<C-h>", "key(Terminal.Key.backspace)")
            try last("<Esc>", "key(Terminal.Key.escape)")
            try last("<F1>", "key(Terminal.Key.function(1))")
            try last("<F12>", "key(Terminal.Key.function(12))")
            try last("<C-c>", "key(Terminal.Key.control(\"c\"))")
            try last("<C-s>", "key(Terminal.Key.control(\"s\"))")
            try last("<M-a>", "key(Terminal.Key.alt(\"a\"))")
            try last("林", "key(Terminal.Key.character(\"\\u{6797}\"))")
        }
    }

    @Test("A Chinese character whose bytes come one by one is one key")
    func splitCharacter() throws {
        try Probe.run(Probe()) { session in
            try session.press("i")
            for byte in Array("图".utf8) { session.send([byte]) }
            #expect(session.screen.lines[23] == "key(Terminal.Key.character(\"\\u{56FE}\"))")
        }
    }

    @Test("A GB18030 terminal is spoken to, and understood, in GB18030")
    func chineseEncoding() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tuban-locale-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let localedef = Process()
        localedef.executableURL = URL(fileURLWithPath: "/usr/bin/localedef")
        localedef.arguments = ["-c", "-i", "zh_CN", "-f", "GB18030", folder.path + "/zh_CN.GB18030"]
        localedef.standardError = FileHandle.nullDevice
        guard (try? localedef.run()) != nil else { return print("skipped: no localedef on this machine") }
        localedef.waitUntilExit()
        guard localedef.terminationStatus <= 1 else { return print("skipped: localedef cannot make zh_CN.GB18030") }
        let environment = ["LOCPATH": folder.path, "LC_ALL": "zh_CN.GB18030"]
        try Probe.run(Probe("chinese", "slow", environment: environment)) { session in
            // printf '石桥镇第' | iconv -t GB18030 | xxd -p; the same in UTF-8 would begin with e7.
            let name: [UInt8] = [0xCA, 0xAF, 0xC7, 0xC5, 0xD5, 0xF2, 0xB5, 0xDA]
            #expect(session.received.firstRange(of: name) != nil)
            #expect(session.received.firstRange(of: [0xE7, 0x9F, 0xB3]) == nil)
            try session.press("i")
            session.send([0xCD, 0xBC])  // 图
            #expect(session.screen.lines[23] == "key(Terminal.Key.character(\"\\u{56FE}\"))")
        }
    }

    @Test("Pasted text is text: no key in it acts")
    func paste() throws {
        try Probe.run(Probe()) { session in
            #expect(session.screen.modes.bracketedPaste)
            try session.press("i")
            session.send(Array("\u{1B}[200~jjq\r图斑\t\u{1B}[A\u{07}\u{1B}[201~".utf8))
            #expect(session.screen.lines[23] == "paste(\"jjq\\n图斑\\t\")")
            #expect(session.screen.cursor.row == 0)
        }
    }

    @Test("A paste of 20,000 points comes as one, with a word of it while it comes", arguments: ["fast", "slow"])
    func longPaste(link: String) throws {
        try Probe.run(Probe(link)) { session in
            try session.press("i")
            let lines = (1...20_000).map { "J\($0),1,\(3_400_000 + $0).123,\(39_500_000 + $0).456" }
            let text = lines.joined(separator: "\r\n") + "\r\n"
            session.paste(text)
            // A character of each line end is left out.
            try session.expect("the paste") { $0.lines[23] == "paste \(text.utf8.count - 20_000) 20001" }
            #expect(session.screen.cursor.row == 0, "no key of it acted")
            try session.press("j")
            #expect(session.screen.lines[23] == "key(Terminal.Key.character(\"j\"))")
            #expect(session.screen.cursor.row == 1)
        }
    }

    @Test("A paste that stops half-way is told of, and given up by Ctrl-C")
    func stoppedPaste() throws {
        try Probe.run(Probe()) { session in
            try session.press("i")
            session.send(Array("\u{1B}[200~jjjD".utf8))
            try session.expect("the rest") { $0.lines[23] == "pasting(4, isResting: true)" }
            try session.press("<C-c>")
            #expect(session.screen.lines[23] == "brokenPaste(Terminal.Input.PasteFault.givenUp)")
            session.send(Array("qqq\u{1B}[201~".utf8))
            try session.press("j")
            #expect(session.screen.lines[23] == "key(Terminal.Key.character(\"j\"))" && session.screen.cursor.row == 1)
            try session.press("q")
            #expect(session.exitStatus() == 0)
            #expect(session.disorder == [])
        }
    }

    @Test("Answers and unknown keys, late or never asked for, are no keystrokes")
    func answers() throws {
        try Probe.run(Probe()) { session in
            try session.press("i")
            let before = session.screen.lines.dropLast()
            // Cursor position, private mode, device attributes, focus, a key of one terminal only, a mouse report.
            for text in ["[1;1R", "[24;80R", "[?2026;2$y", "[?62;4c", "[I", "[27;5;106~", "[106;5u", "[<0;1;1M"] {
                session.send(Array("\u{1B}\(text)".utf8))
                #expect(session.screen.text.contains("1/5000") && session.terminal.exitStatus == nil, "\(text)")
            }
            #expect(session.screen.lines.dropLast() == before)
        }
    }

    @Test("Asked only where Chinese is shown: how wide is a character of ambiguous width?")
    func widthProbe() throws {
        for width in [1, 2] {
            let probe = try Probe(environment: ["LANG": "zh_CN.UTF-8"]) { $0.ambiguousWidth = width }
            try Probe.run(probe) { session in
                try session.press("i m")
                #expect(session.screen.lines[23] == "width \(width) asked true")
                try session.press("i")
                #expect(session.screen.text == (try probe.frame), "the probe left no mark")
            }
        }
        try Probe.run(Probe("slow")) { session in
            try session.press("i m")
            #expect(session.screen.lines[23] == "width 0 asked false")
            #expect(!String(decoding: session.received, as: UTF8.self).contains("\u{1B}[6n"))
        }
    }

    @Test("Another thread wakes the loop; an interrupt from outside is Ctrl-C")
    func wake() throws {
        try Probe.run(Probe()) { session in
            try session.press("i w")
            try session.expect("wake") { $0.lines[23] == "wake" }
            session.terminal.signal(SIGINT)
            try session.expect("Ctrl-C") { $0.lines[23] == "key(Terminal.Key.control(\"c\"))" }
        }
    }

    @Test("Clipboard and bell")
    func clipboard() throws {
        try Probe.run(Probe()) { session in
            try session.press("y b")
            #expect(session.screen.clipboard == "5Zu+5paRIDEy")  // printf '图斑 12' | base64
            #expect(session.screen.bells == 1)
        }
    }

    @Test("A click, where the mouse was asked for")
    func mouse() throws {
        try Probe.run(Probe("mouse")) { session in
            #expect(session.screen.modes.mouse)
            try session.press("i")
            session.send(Array("\u{1B}[<0;5;3M\u{1B}[<0;5;3m".utf8))
            #expect(session.screen.lines[23] == "click(Canvas.Place(row: 2, column: 4))")
            try session.press("q")
            #expect(session.exitStatus() == 0)
            #expect(session.disorder == [])
        }
    }
}
