import Rig
import Testing

@Suite("Planning from the keyboard", .serialized)
struct PlanTests {
    private func planned(_ desk: Desk) throws -> String {
        try desk.sql(
            "SELECT group_concat(e.uid || ' ' || c.code) FROM plan_edit AS e JOIN land_class AS c ON c.id = e.class")
    }

    @Test("A plan, another class, taken back, done again", arguments: Words.both)
    func classOfOne(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("E")
        #expect(session.message.contains(":plan new"), "no plan: \(session.message)")
        try session.press(":")
        try session.type("plan new '东河镇规划'")
        try session.expect(say("plan 1 东河镇规划", "规划 1 东河镇规划"))
        try session.press("j j")
        let uid = try #require(session.parcel)
        let before = session.line(4)
        try session.press("E <Text:0701>")
        #expect(session.screen.text.contains("plan2023:0701"))
        try session.press("<Enter>")
        #expect(try planned(desk) == "\(uid) 0701")
        #expect(session.line(4).contains("plan2023:0701"))
        try session.press("u")
        #expect(try planned(desk) == "")
        #expect(session.line(4) == before)
        try session.press("u")
        #expect(!session.message.isEmpty, "nothing of mine is left to undo, or the plan itself")
        try session.press("<C-r>")
        try session.press("<C-r>")
        #expect(try planned(desk) == "\(uid) 0701")
        #expect(try desk.shell("journal", "verify").status != 70)
    }

    @Test("E on all that are marked, by the class's name", arguments: Words.both)
    func classOfMarked(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan new draft")
        try session.press("\\")
        try session.type("= class_code = '0301'")
        let forest = try #require(
            Int(
                desk.survey(
                    "count(*)", "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '0301')")))
        try session.expect("/\(forest)")
        try session.press("* E")
        try session.type(say("Residential", "城镇住宅"))
        try session.expect("all edited") { _ in (try? desk.sql("SELECT count(*) FROM plan_edit")) == "\(forest)" }
        #expect(try desk.sql("SELECT count(DISTINCT class) FROM plan_edit") == "1")
        try session.press("u")
        #expect(try desk.sql("SELECT count(*) FROM plan_edit") == "0", "one step takes all of it back")
    }

    @Test("Plans: opened from their screen, and the base again", arguments: Words.both)
    func plans(say: Words) throws {
        let desk = try Desk()
        try desk.shell("plan", "new", "east")
        try desk.shell("plan", "set-class", "500", "--to", "plan2023:0701", "--plan", "1")
        let session = try desk.open(say)
        #expect(session.line(0).contains(say("base", "现状")))
        try session.press("<F5> j")
        #expect(session.screen.lines.contains { $0.hasPrefix(">") && $0.contains("east") })
        try session.press("<Enter>")
        #expect(session.line(0).contains(say("plan 1 east", "规划 1 east")))
        try session.press("o 5 0 0 <Enter>")
        #expect(session.screen.lines.contains { $0.hasPrefix(">") && $0.contains("plan2023:0701") })
        try session.press("' p <Home> <Enter>")
        #expect(session.line(0).contains(say("base", "现状")))
        #expect(!session.screen.text.contains("plan2023:0701"))
    }
}
