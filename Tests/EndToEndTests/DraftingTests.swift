import Foundation
import Glibc
import Rig
import Testing

/// What a planner does in a morning, with keys alone, at 80×24.
@Suite("Drafting from the keyboard", .serialized)
struct DraftingTests {
    private func count(_ what: String, _ desk: Desk) throws -> Int {
        Int(try desk.sql("SELECT count(*) FROM \(what)")) ?? -1
    }

    @Test("Filter, class, split, boundary, findings, undo, before and after, hang up, come back", arguments: Words.both)
    func morning(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan new " + say("North", "城北"))
        try session.expect(say("plan 1 North", "规划 1 城北"))

        // Filter, and set a class for the first that passes.
        try session.press("\\")
        try session.type("survey:0103")
        try session.expect(say("pass the filter", "符合"))
        let first = try #require(session.parcel)
        try session.press("E")
        try session.type("plan2023:0701")
        #expect(session.message.contains("plan2023:0701"), "\(session.message)")
        #expect(try desk.sql("SELECT uid FROM plan_edit") == first)
        #expect(session.line(21).contains(say("touched 1", "涉及图斑 1")), "\(session.line(21))")

        // Split the largest field from west to east through its middle, by two typed places.
        try session.press("<Esc>")
        let field = try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '0103') AND uid <> \(first) ORDER BY area DESC LIMIT 1"
        )
        try session.press("o")
        try session.type(field)
        #expect(session.parcel == field)
        let sides = try desk.box(of: field)
        let middle = (sides[1] + sides[3]) / 2
        try session.press("c S p")
        try session.type("\(sides[0] - 20),\(middle)")
        try session.press("p")
        try session.type("\(sides[2] + 20),\(middle)")
        #expect(session.line(22).contains(say("2 points", "2 点")))
        try session.press("S")
        try session.expect("the field split") { _ in ((try? count("lineage WHERE parent = \(field)", desk)) ?? 0) >= 2 }
        let pieces = try desk.sql(
            "SELECT sum(area) FROM plan_edit WHERE uid IN (SELECT child FROM lineage WHERE parent = \(field))")
        #expect(pieces == (try desk.sql("SELECT area FROM feature WHERE uid = \(field)")), "to the hundredth of a m2")
        #expect(!session.line(22).hasPrefix(say("split", "分割")), "the sketch has become the split")
        let split = try count("plan_edit", desk)

        // Import a boundary, and plan what is inside it.
        let park = try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '0301') ORDER BY area LIMIT 1")
        let around = try desk.box(of: park)
        let path = try desk.boundary(
            Desk.corners([around[0] - 1, around[1] - 1, around[2] + 1, around[3] + 1]), named: "park.txt")
        try session.press("I <Text:\(desk.folder.path)/pa> <Tab>")
        #expect(session.message.hasSuffix("park.txt"), "the name is completed: \(session.message)")
        try session.press("<Enter>")
        try session.type("plan2023:1401")
        try session.expect("what is inside planned") { _ in
            (try? desk.sql(
                "SELECT count(*) FROM plan_edit AS e JOIN land_class AS c ON c.id = e.class WHERE e.uid = \(park) AND c.code = '1401'"
            )) == "1"
        }
        #expect(FileManager.default.fileExists(atPath: path))
        let planned = try count("plan_edit", desk)
        #expect(planned > split)

        // What the rules find, one after the other on the map.
        try session.press("<F8>")
        try session.expect("findings listed") { $0.lines[1...3].joined().contains("R") }
        try session.press("<Enter>")
        try session.expect(say("finding 1/", "检查意见 1/"))
        try session.press("n")
        #expect(session.line(0).contains(say("finding 2/", "检查意见 2/")), "\(session.line(0))")
        #expect(session.screen.text.contains(say("Basis: ", "依据：")))
        try session.press("N N")
        #expect(session.message == say("This is the first finding.", "已是第一个检查意见。"))

        // Back to the map, undo the last step; the step before still stands.
        try session.press("<F2> u")
        try session.expect("taken back") { _ in (try? count("plan_edit", desk)) == split }

        // Before and after.
        try session.press("o")
        try session.type(first)
        try session.press("c <Tab>")
        let after = Array(session.screen.lines[6...19])
        try session.press("b")
        #expect(session.screen.text.contains(say("BEFORE", "改动前")) && Array(session.screen.lines[6...19]) != after)
        try session.press("b")
        #expect(Array(session.screen.lines[6...19]) == after)

        // A half-drawn ring, and the line drops.
        try session.press("P <Enter> 3 l <Enter> 2 j <Enter>")
        let drawn = session.line(22)
        #expect(drawn.contains(say("3 points", "3 点")))
        session.terminal.signal(SIGHUP)
        #expect(session.exitStatus() == 0)
        #expect(try desk.disorder == [])
        let again = try desk.open(say)
        #expect(again.line(22) == drawn)
        #expect(again.line(0).contains(say("plan 1 North", "规划 1 城北")) && again.parcel == first)
        try again.press("<Esc> u u u")
        try again.expect("everything taken back") { _ in (try? count("plan_edit", desk)) == 0 }
    }

    @Test("A vertex by its number, to a typed place; its neighbours keep the edge", arguments: Words.both)
    func vertex(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan new draft")
        let field = try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '0103') ORDER BY area DESC LIMIT 1"
        )
        try session.press("o")
        try session.type(field)
        try session.press("V 2 G")
        #expect(session.line(22).hasPrefix(say("vertex 2/", "\(field) 顶点 2/")), "\(session.line(22))")
        let place = session.line(22).split { $0 == " " || $0 == "：" }.first { $0.contains(",") && $0.contains(".") }
        try session.press("p")
        try session.type("@\(field):2>90/0.5")
        try session.expect("the vertex moved") { _ in ((try? count("plan_edit", desk)) ?? 0) > 0 }
        let moved = session.line(22).split { $0 == " " || $0 == "：" }.first { $0.contains(",") && $0.contains(".") }
        let (a, b) = (try #require(place), try #require(moved))
        let (x, y) = (
            a.split(separator: ",").compactMap { Double($0) }, b.split(separator: ",").compactMap { Double($0) }
        )
        #expect(abs(y[0] - x[0] - 0.5) < 0.0011 && abs(y[1] - x[1]) < 0.0011, "half a metre east: \(a) \(b)")
        try session.press("D")
        #expect(session.message.contains(say("y deletes", "按 y 删除")))
        try session.press("<Enter>")
        #expect(!session.message.contains("y "), "any other key keeps it")
        try session.press("<Esc> u")
        try session.expect("taken back") { _ in (try? count("plan_edit", desk)) == 0 }
    }

    @Test("Keys typed ahead confirm nothing")
    func ahead() throws {
        let desk = try Desk()
        try desk.shell("plan", "new", "draft")
        let session = try desk.open()
        try session.press(": <Text:plan%20open%201> <Enter> E <Text:0701> <Enter>")
        try session.pressTogether("D y")
        #expect(session.message.contains("y removes"), "it still asks: \(session.message)")
        try session.press("n")
        #expect(try desk.sql("SELECT op FROM plan_edit") == "set")
    }
}
