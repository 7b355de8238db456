import Foundation
import Glibc
import Rig
import Testing

@Suite("Every way out of the real program", .serialized)
struct LeavingTests {
    private func check(
        _ session: Session, _ desk: Desk, status: Int32, _ note: Comment, _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(session.exitStatus() == status, note, sourceLocation: location)
        #expect(session.disorder == [], note, sourceLocation: location)
        #expect(session.screen.unknown == [], note, sourceLocation: location)
        #expect(try desk.disorder == [], note, sourceLocation: location)
    }

    @Test("Q, :q, SIGTERM, SIGHUP", arguments: Desk.kinds)
    func orderly(term: String) throws {
        for keys in ["Q", ": q <Enter>", "<Enter> Q"] {
            let desk = try Desk()
            let session = try desk.open(term: term)
            try session.press("j \(keys)")
            try check(session, desk, status: 0, "\(keys)")
        }
        for signal in [SIGTERM, SIGHUP] {
            let desk = try Desk()
            let session = try desk.open(term: term)
            try session.press("j j")
            session.terminal.signal(signal)
            try check(session, desk, status: 0, "signal \(signal)")
        }
    }

    @Test("A hangup that is told twice, by kernel and shell, does not cut off the closing", arguments: [2, 10, 20])
    func hungUpTwice(milliseconds: UInt32) throws {
        let desk = try Desk()
        let session = try desk.open()
        try session.press("j j")
        for _ in 0..<3 {
            session.terminal.signal(SIGHUP)
            usleep(milliseconds * 1000)
        }
        #expect(session.exitStatus() == 0)
        #expect(try desk.disorder == [])
    }

    @Test("q goes back, and only says how to leave where there is nothing to go back to", arguments: Words.both)
    func back(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("<Enter> q q")
        #expect(session.message == say("Q leaves tuban.", "按 Q 退出。"))
        #expect(session.parcel != nil)
    }

    @Test("A vanished terminal ends the program, also where SIGHUP is ignored")
    func vanished() throws {
        for script in ["exec \"$TUBAN\" \"$COUNTY\"", "trap '' HUP; exec \"$TUBAN\" \"$COUNTY\""] {
            let desk = try Desk()
            let session = try desk.through(script)
            try session.expect("tuban  DLTB_2025")
            try session.press("j j j")
            let uid = try #require(session.parcel)
            session.terminal.vanish()
            #expect(session.exitStatus() != nil, "\(script)")
            #expect(try desk.disorder == [])
            let again = try desk.open()
            #expect(again.parcel == uid, "the next start is at the same place")
        }
    }

    @Test("Killed, the next start is where the place was last kept, and the file is sound")
    func killed() throws {
        let desk = try Desk()
        let session = try desk.open()
        try session.press(":")
        try session.type("plan new flood")
        try session.press("7 G E")
        try session.type("0701")
        let uid = try #require(session.parcel)
        try session.expect("the place kept") { _ in
            ((try? desk.sql("SELECT state FROM place")) ?? "").contains("\"cursor\": \"\(uid)\"")
        }
        session.terminal.signal(SIGKILL)
        #expect(session.exitStatus() == 128 + SIGKILL)
        let again = try desk.open()
        #expect(again.parcel == uid)
        #expect(again.line(0).contains("flood"))
        #expect(try desk.sql("SELECT count(*) FROM plan_edit") == "1", "what was acknowledged is in the file")
        try again.press("Q")
        #expect(again.exitStatus() == 0)
        #expect(try desk.disorder == [])
    }

    @Test("The next start is on the same screen, in the same plan, at the same row, with the same filter and line")
    func place() throws {
        let desk = try Desk()
        let session = try desk.open()
        try session.press(":")
        try session.type("plan new east")
        try session.press("\\")
        try session.type("survey:03")
        try session.expect("pass the filter")
        try session.press("9 G + + <Enter>")
        let (title, text) = (session.line(0), session.screen.lines[1...20])
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        let again = try desk.open(language: "zh")
        #expect(again.line(0).contains("east") && title.contains("east"))
        #expect(again.screen.text.contains(try #require(text.first { $0.contains("9901") }?.suffix(18))))
        try again.press("q")
        #expect(again.line(0).contains("9/") && again.line(0).contains("survey:03"))
        let scale = again.screen.lines.last { $0.hasPrefix("|-") }
        try again.press(": <Text:plan%20li>")
        again.terminal.signal(SIGTERM)
        #expect(again.exitStatus() == 0)
        let third = try desk.open()
        #expect(third.message == ":plan li", "a half-typed line is in its place")
        #expect(third.screen.lines.last { $0.hasPrefix("|-") }?.prefix(12) == scale?.prefix(12))
    }

    @Test("What cannot be opened: a sentence, a status, and no screen", arguments: Words.both)
    func refused(say: Words) throws {
        let desk = try Desk()
        func refusal(_ path: String, _ status: Int32, _ text: String) throws {
            let session = try desk.begin([path], language: say.language)
            #expect(session.exitStatus() == status, "\(session.screen.text)")
            #expect(session.disorder == [])
            let said = session.screen.lines.joined()
            #expect(said.contains(text) && said.hasPrefix("tuban: "), "\(said)")
            #expect(!session.received.contains(0x1B))
        }
        try refusal(desk.folder.path + "/nowhere.gpkg", 66, "nowhere.gpkg")
        let text = desk.folder.path + "/text.gpkg"
        try "not a database at all, however long it is".write(toFile: text, atomically: true, encoding: .utf8)
        try refusal(text, 65, "text.gpkg")
        try desk.sql("UPDATE project SET value = 99 WHERE key = 'schema_version'")
        let newer = try desk.begin([desk.file], language: say.language)
        #expect(newer.exitStatus() == 65, "\(newer.screen.text)")
        #expect(newer.disorder == [] && newer.screen.lines.joined().contains(say("newer", "更新")))
    }

    @Test("Suspended and continued", arguments: ["xterm-256color", "linux"])
    func suspended(term: String) throws {
        let desk = try Desk()
        let session = try desk.through(
            "set -m; \"$TUBAN\" \"$COUNTY\"; echo \"stopped $(stty -a | grep -o '.icanon')\"; read; fg >/dev/null",
            term: term)
        try session.expect("tuban  DLTB_2025")
        try session.press("j j")
        let uid = session.parcel
        try session.press("<C-z>")
        try session.expect("stopped")
        #expect(!session.screen.text.contains("-icanon") && !session.screen.modes.alternateScreen)
        try session.press("<Enter>")
        try session.expect("tuban  DLTB_2025")
        #expect(session.parcel == uid)
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        #expect(session.disorder == [])
    }
}
