import Foundation
import Rig
import Testing

/// The review's screens beside the stepping: whom a plan is given to, and what a wide window shows.
@Suite("The review's screens", .serialized)
struct ReviewScreenTests {
    @Test("A plan is given to one of those who may take it, and taken back", arguments: Words.both)
    func assigned(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        // man reviews too, games only approves for the city.
        try office.shell(as: "root", "roster", "set", "man", "--role", "approver", "--role", "reviewer")
        try office.submitted("城北产业园选址")
        let session = try office.open(as: "bin", language: say.language)
        try session.press("' q @")
        #expect(session.message.hasPrefix(say("plan 1 for:", "规划 1 经办人：")), "\(session.message)")
        let offered = session.screen.text
        #expect(offered.contains("(bin)") && offered.contains("(man)") && !offered.contains("(games)"), "\(offered)")
        try session.type("man")
        try session.expect(say("Plan 1 is for man", "规划 1 由 man 办理"))
        #expect(
            try office.desk.sql("SELECT who || ' ' || stage || ' ' || login FROM assignment") == "bin submitted man")
        // What is another's is hidden, and counted.
        #expect(session.line(0).contains(say("0 for you", "待办 0")), "\(session.line(0))")
        try session.press("a")
        #expect(session.screen.text.contains(say("for man", "经办 man")), "\(session.screen.text)")
        // The same key while one steps through it, to whoever may.
        try session.press("<Enter> @")
        #expect(session.screen.text.contains(say("has it now", "现经办")))
        try session.type(say("whoever", "不指定"))
        try session.expect(say("for whoever takes it", "不再指定经办人"))
        try session.press("<Esc>")
        try session.expect(say("1 for you", "待办 1"))
        // Who may not deal with it gives it to nobody.
        let other = try office.open(as: "games", language: say.language)
        try other.press("' q a @")
        #expect(other.screen.text.contains(say("was not assigned", "未指派")), "\(other.screen.text)")
        #expect(try office.desk.sql("SELECT count(*) FROM assignment") == "2")
    }

    @Test("In a wide window the map stands beside list and text, and stays while one reads", arguments: Words.both)
    func wide(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.submitted("城北产业园选址")
        for columns in [119, 120, 160] {
            let session = try office.open(as: "bin", language: say.language, columns: columns, rows: 50)
            try session.press("' q <Enter> n")
            // The row of the scale is the map's own.
            let scale = say("1 dot", "1 点")
            let row = try #require(session.screen.lines.first { $0.contains(scale) })
            let place = row.range(of: scale).map { row.distance(from: row.startIndex, to: $0.lowerBound) } ?? 0
            #expect((place > 64) == (columns >= 120), "\(columns): \(row)")
            #expect(session.screen.text.contains(say("after", "改动后")))
            try session.press("b <Tab>")
            #expect(session.screen.text.contains(say("BEFORE", "改动前")) == (columns >= 120), "\(columns)")
            let line = session.line(0)
            try session.press("<Tab> <Tab> <Space>")
            #expect(session.line(0) != line, "what is seen is counted")
            try session.press("Q")
            #expect(session.exitStatus() == 0)
            try office.desk.sql("DELETE FROM look")
        }
    }
}
