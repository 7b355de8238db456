import Rig
import Testing

@Suite("Lines that people type", .serialized)
struct PromptTests {
    @Test("Tab completes verbs, options, classes; Up brings the lines before", arguments: Words.both)
    func completion(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press(": <Text:jou> <Tab>")
        #expect(session.message.hasPrefix(":journal"))
        try session.press("<Text:l> <Tab>")
        #expect(session.message.hasPrefix(":journal list"))
        try session.press("<Enter>")
        try session.expect("journal list")
        try session.press("q :")
        try session.type("layer list")
        try session.expect("DLTB_2020")
        try session.press("q : <Up>")
        #expect(session.message == ":layer list")
        try session.press("<Up>")
        #expect(session.message.trimmingPrefix(":").hasPrefix("journal list"))
        try session.press("<Down>")
        #expect(session.message == ":layer list")
        try session.press("<C-u> <Text:plan%20> <Tab>")
        #expect(session.screen.text.contains("set-class"), "candidates stand above the line")
        try session.press("<Tab>")
        #expect(session.message.hasPrefix(":plan "), "the next candidate is taken into it")
        try session.press("<C-u> <Text:parcel%20list%20--class%20plan2023:07> <Tab>")
        #expect(session.screen.text.contains("plan2023:0701"))
        try session.press("<Esc>")
        #expect(session.message == "")
        // A line that is no command is answered in a sentence, and nothing else happens.
        try session.press(":")
        try session.type("frobnicate")
        #expect(session.message.contains("frobnicate"), "\(session.message)")
        #expect(session.parcel != nil)
    }

    @Test("The palette finds actions and commands by either language's words", arguments: Words.both)
    func palette(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("<C-p>")
        try session.type(say("journal", "日志"))
        try session.expect(say("journal  1/", "日志  1/"))
        try session.press("q <C-p> <Text:zoom> <Tab> <Esc>")
        #expect(session.parcel != nil)
    }

    @Test("Help names every key, and the keys of the screen it was asked on", arguments: Words.both)
    func help(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("?")
        var text = ""
        for _ in 0..<8 {
            text += session.screen.text
            try session.press("<PgDn>")
        }
        for (key, name) in [
            ("j Down", say("Down", "下移")), ("+ =", say("Map nearer", "地图放大")), ("Q", say("Leave tuban", "退出")),
            ("C-z", say("Suspend tuban", "挂起")), ("F4", say("Layers and legend", "图层与图例")),
        ] {
            #expect(
                text.split(separator: "\n").contains { $0.contains(key) && $0.contains(name) }, "\(key) is \(name)")
        }
        try session.press("q <Enter> <F1>")
        let title = session.line(0)
        #expect(title.contains(say("help", "帮助")))
        try session.press("q q")
        #expect(session.parcel != nil)
    }

    @Test("A key that means nothing says so", arguments: Words.both)
    func unknownKey(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("x")
        #expect(session.message == say("x does nothing here; ? shows the keys.", "x 在此无作用；按 ? 查看按键。"))
        #expect(session.screen.bells == 0)
    }
}
