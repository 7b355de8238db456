import Foundation
import Rig
import Testing

/// What the draft's menu does, letter by letter, and how conflicts are settled by one key.
@Suite("The draft's menu", .serialized)
struct DraftMenuTests {
    private func begin(_ desk: Desk, _ say: Words) throws -> Session {
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan new north")
        try session.expect(say("plan 1 north", "规划 1 north"))
        return session
    }

    private func remark(_ uid: String, _ desk: Desk) throws -> String {
        try desk.sql("SELECT json_extract(attributes, '$.BZ') FROM plan_edit WHERE uid = \(uid)")
    }

    @Test("A field is chosen by name, its value is there to be changed, and u takes it back", arguments: Words.both)
    func fields(say: Words) throws {
        let desk = try Desk()
        let bare = try desk.open(say)
        try bare.press("m")
        #expect(bare.message.contains(say("No plan is open", "尚未打开规划")), "\(bare.message)")
        try bare.press("Q")
        let session = try begin(desk, say)
        let uid = try #require(session.parcel)
        try session.press("m")
        #expect(session.screen.text.contains(say("a fields", "a 属性")), "\(session.screen.text)")
        try session.press("a <Text:BZ>")
        // Nobody sets what follows from the outline: only fields that can be set are offered.
        #expect(!session.screen.text.contains("TBMJ") && session.screen.text.contains("> BZ"), "\(session.screen.text)")
        try session.press("<Enter>")
        #expect(session.message.hasSuffix("BZ="), "the value is asked for: \(session.message)")
        try session.type("near the road")
        #expect(try remark(uid, desk) == "near the road")
        // What it is now stands in the prompt the next time.
        try session.press("m a <Text:BZ> <Enter>")
        #expect(session.message.hasSuffix("BZ=near the road"), "\(session.message)")
        try session.press("<Esc> u")
        #expect(try desk.sql("SELECT count(*) FROM plan_edit") == "0")
        // All that are marked, in one step.
        try session.press("<Space> <Space> m a <Text:BZ> <Enter> <Text:both> <Enter>")
        #expect(try desk.sql("SELECT count(*) FROM plan_edit WHERE json_extract(attributes, '$.BZ') = 'both'") == "2")
    }

    @Test("A zone shrinks by metres; a parcel cannot, and is told so before any question", arguments: Words.both)
    func shrink(say: Words) throws {
        let desk = try Desk()
        let session = try begin(desk, say)
        try session.press("m s")
        #expect(session.screen.text.contains(say("Parcels cannot shrink", "图斑不能收缩")), "\(session.screen.text)")
        try session.press("L /")
        try session.type("CZKFBJ")
        try session.press("<Enter>")
        let uid = try #require(session.parcel)
        #expect(
            try desk.sql(
                "SELECT table_name FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer WHERE uid = \(uid)")
                == "CZKFBJ", "no row of the layer that was listed before")
        try session.press("m s")
        #expect(session.message.hasPrefix(say("by how many metres", "收缩多少米")), "\(session.message)")
        try session.type("5")
        try session.expect("shrunk") { _ in
            (try? desk.sql(
                "SELECT e.area < f.area FROM plan_edit AS e JOIN feature AS f USING (uid) WHERE uid = \(uid)")) == "1"
        }
    }

    @Test("A variant is made and held beside its plan, table and maps", arguments: Words.both)
    func variants(say: Words) throws {
        let desk = try Desk()
        let session = try begin(desk, say)
        try session.press("m c")
        #expect(session.message.contains(say("no other plan", "没有可比较的其他规划")), "\(session.message)")
        try session.press("E")
        try session.type("plan2023:0701")
        try session.press("m v")
        try session.type("south")
        try session.expect(say("plan 2 south", "规划 2 south"))
        try session.press("j E")
        try session.type("plan2023:1003")
        try session.press("m c")
        #expect(session.screen.text.contains("> 1"), "the other plan is offered: \(session.screen.text)")
        try session.press("<Enter>")
        try session.expect(say("Account", "项目"))
        #expect(session.screen.text.contains("1 north") && session.screen.text.contains("2 south"))
        try session.press("<PgDn>")
        #expect(session.screen.text.contains(say("Parcels unlike those of plan 2", "与规划 2 不同的图斑")))
        try session.press("<Esc>")
        #expect(session.line(0).contains(say("plan 2 south", "规划 2 south")))
    }

    @Test(
        "What speaks against the base is settled side by side, one key for theirs, one for mine", arguments: Words.both)
    func conflicts(say: Words) throws {
        let desk = try Desk()
        let uids = try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '0103') ORDER BY f.uid LIMIT 3"
        ).split(separator: "\n").map(String.init)
        try desk.shell("plan", "new", "north")
        for uid in uids { try desk.shell("plan", "set-class", uid, "--to", "plan2023:0701", "--plan", "1") }
        // Another program gives two of them another class; the third it only renames.
        for (uid, change) in zip(uids, ["DLBM = '0702'", "DLBM = '0201'", "ZLDWMC = 'elsewhere'"]) {
            let outcome = try Desk.run(
                "/usr/bin/ogrinfo",
                [
                    desk.file, "-sql",
                    "UPDATE DLTB_2025 SET \(change) WHERE fid = (SELECT fid FROM feature WHERE uid = \(uid))",
                ], [:])
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
        func planned() throws -> String {
            try desk.sql("SELECT group_concat(uid) FROM (SELECT uid FROM plan_edit WHERE plan = 1 ORDER BY uid)")
        }
        let session = try desk.open(say)
        try session.press(":")
        try session.type("plan open 1")
        try session.press("' x")
        #expect(session.screen.text.contains(say("A takes theirs", "A 采用对方")), "\(session.screen.text)")
        try session.press("? G")
        #expect(!session.screen.text.contains(say("Accept the change", "同意该改动")))
        try session.press("<Esc> <Enter>")
        try session.expect(say("conflict 1/3", "冲突 1/3"))
        #expect(session.screen.text.contains(say("Theirs: survey:0702", "对方：survey:0702")), "\(session.screen.text)")
        #expect(session.screen.text.contains(say("Mine: plan2023:0701", "本方案：plan2023:0701")))
        try session.press("A")
        try session.expect(say("conflict 1/2", "冲突 1/2"))
        #expect(try planned() == uids[1...].joined(separator: ","), "theirs counts: nothing is drafted there any more")
        #expect(session.screen.text.contains(say("Theirs: survey:0201", "对方：survey:0201")), "\(session.screen.text)")
        try session.press("u")
        try session.expect(say("conflict 2/3", "冲突 2/3"))
        #expect(try planned() == uids.joined(separator: ","))
        try session.press("O")
        try session.expect("mine counts") { $0.lines[0].contains("/2") }
        #expect(try planned() == uids.joined(separator: ","))
        // The one that only has another name is taken over with the draft as it is.
        try session.press("G A")
        try session.expect(say("conflict 1/1", "冲突 1/1"))
        try session.press("A")
        try session.expect("none is left") {
            !$0.lines[0].contains(say("conflict ", "冲突 ")) || $0.lines[0].contains("0/0")
        }
        #expect(try planned() == uids[1...].joined(separator: ","))
        #expect(
            try desk.sql(
                "SELECT count(*) FROM plan_edit AS e JOIN feature AS f USING (uid) WHERE f.revision > e.base_revision")
                == "0")
    }
}
