import Foundation
import Glibc
import Rig
import Testing

@Suite("Every way out leaves the terminal as it was", .serialized)
struct LeavingTests {
    private func check(_ session: Session, status: Int32, saying text: String = "", _ note: Comment) {
        #expect(session.exitStatus() == status, note)
        #expect(session.disorder == [], note)
        #expect(text.isEmpty || session.screen.text.contains(text), "\(note) \(session.screen.text)")
    }

    @Test("Quit, exit, SIGTERM, SIGHUP", arguments: Probe.kinds)
    func orderly(term: String) throws {
        try Probe.run(Probe("colour", term: term)) { session in
            try session.press("j q")
            check(session, status: 0, saying: "sent", "q")
        }
        try Probe.run(Probe("colour", term: term)) { session in
            session.terminal.send(Array("x".utf8))
            check(session, status: 7, "exit without close")
        }
        try Probe.run(Probe("colour", term: term)) { session in
            session.terminal.signal(SIGTERM)
            check(session, status: 15, saying: "asked to end", "SIGTERM")
        }
        try Probe.run(Probe("colour", term: term)) { session in
            session.terminal.signal(SIGHUP)
            check(session, status: 20, "SIGHUP")
        }
    }

    @Test("Crashes", arguments: Probe.kinds)
    func crashes(term: String) throws {
        try Probe.run(Probe("colour", term: term)) { session in
            session.terminal.send(Array("s".utf8))
            check(session, status: 128 + SIGSEGV, "segmentation fault")
        }
        try Probe.run(Probe("colour", term: term)) { session in
            session.terminal.send(Array("t".utf8))
            #expect([128 + SIGILL, 128 + SIGTRAP].contains(session.exitStatus() ?? 0))
            #expect(session.disorder == [])
            #expect(session.screen.text.contains("a trap, as asked"), "its last words are shown")
        }
        for number in [SIGABRT, SIGBUS, SIGFPE, SIGQUIT] {
            try Probe.run(Probe(term: term)) { session in
                session.terminal.signal(number)
                check(session, status: 128 + number, "signal \(number)")
            }
        }
    }

    @Test("A hidden cursor is shown again, where it can be hidden at all", arguments: Probe.kinds)
    func hiddenCursor(term: String) throws {
        for last in ["q", "s"] {
            try Probe.run(Probe(term: term)) { session in
                try session.press("j n")
                #expect(session.screen.modes.cursorIsVisible == (term == "vt100"))
                try session.press("n")
                #expect(session.screen.modes.cursorIsVisible)
                #expect(session.screen.cursor == (row: 1, column: 0))
                try session.press("n \(last)")
                #expect(session.exitStatus() == (last == "q" ? 0 : 128 + SIGSEGV))
                #expect(session.disorder == [])
            }
        }
    }

    @Test("The shell's screen is there again, or, without an alternate one, nothing above is lost")
    func screenAfterwards() throws {
        for term in Probe.kinds {
            let probe = try Probe(term: term, through: "echo before; \"$PROBE\"; echo after")
            try Probe.run(probe) { session in
                try session.press("j q")
                try session.expect("after")
                let lines = session.screen.lines
                if ["linux", "vt100"].contains(term) {
                    #expect(lines.contains { $0.contains("330005") }, "the last screen stays readable")
                } else {
                    #expect(lines[0] == "before" && lines[1].hasPrefix("sent") && lines[2] == "after")
                }
            }
        }
    }

    @Test("A terminal that vanishes ends the program, SIGHUP or not")
    func vanished() throws {
        for shell in [nil, "trap '' HUP; exec \"$PROBE\""] {
            try Probe.run(Probe(through: shell)) { session in
                try session.press("j")
                session.terminal.vanish()
                #expect(session.exitStatus() == 20)
            }
        }
    }

    @Test("What libraries print does not tear the screen, and is not lost")
    func standardError() throws {
        let probe = try Probe()
        try Probe.run(probe) { session in
            try session.press("e")
            #expect(session.screen.text == (try probe.frame))
            try session.press("x")
            #expect(session.exitStatus() == 7)
            #expect(session.screen.text.contains("a library has something to say"))
        }
    }

    @Test("No terminal, or one that is too plain: a sentence, status 74, no escape codes")
    func refused() throws {
        for term in ["dumb", "", "no-such-terminal"] {
            let session = try Session(product(named: "terminal-probe"), term: term)
            #expect(session.exitStatus() == 74)
            #expect(session.screen.text.contains("Cannot show the screen"))
            #expect(!session.received.contains(0x1B))
            #expect(session.disorder == [])
        }
        let session = try Session(
            "/bin/bash", ["-c", "\"$PROBE\" </dev/null"],
            environment: [
                "PROBE": product(named: "terminal-probe"), "LANG": "zh_CN.UTF-8",
            ])
        #expect(session.exitStatus() == 74)
        #expect(session.screen.text.contains("无法显示界面"))
    }

    @Test("Suspended and continued: the shell has its terminal meanwhile, then everything is back")
    func suspend() throws {
        for term in Probe.kinds {
            let script =
                "set -m; \"$PROBE\" colour; echo \"stopped $(stty -a | grep -o '.icanon')\"; read; fg >/dev/null"
            let probe = try Probe(term: term, through: script)
            try Probe.run(probe) { session in
                try session.press("j j <C-z>")
                try session.expect("stopped")
                #expect(!session.screen.text.contains("-icanon"))
                #expect(!session.screen.modes.bracketedPaste && !session.screen.modes.alternateScreen)
                session.resize(columns: 100, rows: 30)
                try session.press("<Enter>")
                try session.expect("3/5000")
                try session.press("j")
                #expect(session.screen.text == (try probe.frame))
                #expect(session.screen.lines.count == 30)
                try session.press("q")
                #expect(session.exitStatus() == 0)
                #expect(session.disorder == [])
            }
        }
    }

    @Test("Stopped and continued from outside: everything is painted again")
    func stoppedFromOutside() throws {
        let probe = try Probe("colour")
        try Probe.run(probe) { session in
            session.terminal.signal(SIGSTOP)
            session.configure { $0.feed(Array("\u{1B}[H\u{1B}[2Jgarbage".utf8)) }
            session.terminal.signal(SIGCONT)
            try session.expect("the list") { !$0.text.contains("garbage") && $0.text.contains("1/5000") }
            #expect(session.screen.text == (try probe.frame))
            // SIGTSTP where nobody could continue the program is discarded: it just goes on.
            session.terminal.signal(SIGTSTP)
            session.settle()
            try session.press("j")
            #expect(session.screen.text == (try probe.frame))
            try session.press("q")
            #expect(session.exitStatus() == 0)
            #expect(session.disorder == [])
        }
    }
}
