import Foundation
import Rig
import Testing

/// Screens as text files: project, keys, picture. Written anew with TUBAN_GOLDEN=write; the difference is then read line
/// by line, like code.
@Suite("Golden screens", .serialized)
struct GoldenTests {
    private static let draft = ": <Text:plan%20new%20draft> <Enter>"
    static let screens: [(name: String, keys: String)] = [
        ("county", "2 G <Esc>"), ("parcel", "2 0 G c"), ("card", "<Enter>"), ("layers", "L j"),
        ("plans", ": <Text:plan%20new%20draft> <Enter> E <Text:0701> <Enter> <F5> <End>"), ("help", "?"),
        ("command", ": <Text:layer%20> <Tab>"), ("class", ": <Text:plan%20new%20draft> <Enter> E <Text:06>"),
        ("palette", "<C-p>"), ("filtered", "\\ <Text:survey:0301> <Enter>"), ("nothing", "\\ <Text:zzz> <Enter>"),
        ("map", "<F3> +"), ("report", ": <Text:class%20list> <Enter>"),
        ("ring", "\(draft) 5 G c P p <Text:39511000,3400000> <Enter> p <Text:>90/800> <Enter> p <Text:>0/500> <Enter>"),
        ("vertices", "\(draft) 9 G V n n n"), ("drafted", "\(draft) 5 G c E <Text:0701> <Enter> b"),
        ("results", "\(draft) E <Text:0701> <Enter> <F7>"), ("steps", "\(draft) E <Text:0701> <Enter> <F9>"),
        ("changes", "\(draft) E <Text:0701> <Enter> j E <Text:1003> <Enter> ' d"),
        ("walk", "\(draft) E <Text:0701> <Enter> j E <Text:1003> <Enter> ' d <Enter> n"),
        ("analysis", analysis), ("analysis-finding", "\(analysis) n n"), ("analysis-place", "\(analysis) n <Enter>"),

        ("analysis-parcels", "\(analysis) G k <Enter> j"),
        ("paste", "e p <Text:\(corners)>"), ("pasted", "e p <Text:\(corners)> <C-d>"),
        ("paste-fault", "e p <Text:\(corners)%0Aover%20there> <C-d>"), ("analyse", "e"),
    ]
    /// A square of 400 m on basic farmland.
    private static let square = ["39513300,3403050", "39513300,3403450", "39513700,3403450", "39513700,3403050"]
    private static let corners = square.joined(separator: "%0A")
    private static let analysis = ": <Text:analyse%20--points%20'\(square.joined(separator: "%20"))'> <Enter>"

    @Test("The screen is the picture", arguments: Words.both)
    func pictures(say: Words) throws {
        for (name, keys) in Self.screens {
            let desk = try Desk()
            let session = try desk.open(say)
            try session.press(keys)
            // Who made it is no part of the picture.
            let who = NSUserName()
            let column =
                who.count > 10 ? who.prefix(9) + "~" : who.padding(toLength: 10, withPad: " ", startingAt: 0)[...]
            let person = "person".padding(toLength: 10, withPad: " ", startingAt: 0)
            let picture = (session.screen.text + "\n").replacing(column + " draft", with: person + " draft")
                .replacing(" \(column) ", with: " \(person) ").replacing(", \(who))", with: ", person)")
                .replacing("，\(who)）", with: "，person）")
                // What the rules find comes from beside the screen, when it comes.
                .replacing(#/F [-\d]+ A [-\d]+ W [-\d]+ \? [-\d]+/#, with: "F - A - W - ? -")
                .replacing(#/禁 [-\d]+ 批 [-\d]+ 警 [-\d]+ 未检 [-\d]+/#, with: "禁 - 批 - 警 - 未检 -")
                .replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "2026-01-01T00:00:00Z")
            try Self.expect(picture, name: "\(name).\(say.language)", "keys \(keys)")
        }
    }

    /// Compares a picture with the file that keeps it, or writes that anew.
    static func expect(_ picture: String, name: String, _ comment: String) throws {
        let file = Desk.package.appending(path: "Tests/EndToEndTests/Screens/\(name)").path
        if ProcessInfo.processInfo.environment["TUBAN_GOLDEN"] == "write" {
            try picture.write(toFile: file, atomically: true, encoding: .utf8)
        }
        let wanted = (try? String(contentsOfFile: file, encoding: .utf8)) ?? "no file \(name)"
        #expect(picture == wanted, "\(name): \(comment)\n\(picture)")
    }
}
