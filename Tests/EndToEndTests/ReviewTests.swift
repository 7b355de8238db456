import Foundation
import Glibc
import Rig
import Testing

/// Review and approval with keys alone, by several logins of this machine.
@Suite("Reviewing from the keyboard", .serialized)
struct ReviewTests {
    /// Chooses the step whose name begins so, then gives a reason where one is asked for.
    private func decide(_ session: Session, _ step: String, reason: String? = nil) throws {
        try session.press("F")
        try session.type(step)
        if let reason {
            try session.type("data")
            try session.type(reason)
        }
    }

    /// The day before today, in UTC.
    private static let yesterday = String(
        ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -86_400)).prefix(10))

    /// Waits until a plan is at a stage.
    private func expect(_ office: Office, plan: Int = 1, at stage: String, _ session: Session) throws {
        try session.expect("plan \(plan) at \(stage)") { _ in
            (try? office.desk.sql("SELECT stage FROM plan WHERE id = \(plan)")) == stage
        }
    }

    @Test(
        "Sent, stepped through, returned, mended, approved at two levels, published into the one map; with real keys",
        arguments: Words.both)
    func journey(say: Words) throws {
        guard !Office.isMissing() else { return }
        // A bureau whose notices run for no days.
        let office = try Office { $0.replacing("notice:30", with: "notice:0") }
        let title = "城北产业园调整"
        let parcels = try office.submitted(title, kind: "amendment")

        // The reviewer takes it up, steps through it, and sends it back.
        let reviewer = try office.open(as: "bin", language: say.language)
        try reviewer.press("' q")
        #expect(reviewer.line(0).contains(say("1 for you", "待办 1")), "\(reviewer.line(0))")
        #expect(reviewer.screen.text.contains("0/3"))
        try decide(reviewer, "accept")
        #expect(reviewer.screen.text.contains(say("-> technical review", "-> 技术审查")), "\(reviewer.screen.text)")
        try reviewer.press("y")
        try expect(office, at: "review", reviewer)
        try reviewer.press("<Enter>")
        try reviewer.expect(say("0 of 3 seen", "已看 0/3"))
        try reviewer.press("b")
        #expect(reviewer.screen.text.contains(say("BEFORE", "改动前")))
        try reviewer.press("b <Space>")
        #expect(reviewer.line(0).contains(say("1 of 3 seen", "已看 1/3")), "\(reviewer.line(0))")
        try reviewer.press("C")
        try reviewer.type("is the road dedicated?")
        try reviewer.expect("is the road dedicated?")
        try reviewer.press("A O")
        try reviewer.type("图形自相交")
        try reviewer.expect(say("Objection 2 on parcel", "提出异议 2"))
        #expect(reviewer.line(0).contains(say("3 of 3 seen, 1 objection", "已看 3/3，异议 1")), "\(reviewer.line(0))")
        // An open objection stands in the way of passing it on, and the list says so.
        try reviewer.press("F")
        #expect(reviewer.screen.text.contains(say("1 objection still open", "尚有 1 条异议未解决")))
        try reviewer.press("<Esc>")
        try decide(reviewer, "return", reason: "-请修改图形自相交处")
        #expect(try office.desk.sql("SELECT stage FROM plan") == "review", "nothing before the last key")
        try reviewer.press("n")
        #expect(try office.desk.sql("SELECT stage FROM plan") == "review", "another key than y does nothing")
        try decide(reviewer, "return", reason: "-请修改图形自相交处")
        try reviewer.press("y")
        try expect(office, at: "draft", reviewer)
        try reviewer.expect(say("0 for you", "待办 0"))
        #expect(
            try office.desk.sql(
                "SELECT who || ' ' || reason_code || ' ' || reason || ' ' || (signature <> '') FROM case_event WHERE step = 'return'"
            ) == "bin data -请修改图形自相交处 1")

        // The drafter mends one change, and sends it again.
        try office.shell(as: "daemon", "review", "remarks", "1")
        let mended = try #require(parcels.last)
        try office.shell(as: "daemon", "plan", "set-class", mended, "--to", "plan2023:1001", "--plan", "1")
        try office.send("1")

        // What changed comes first; what was accepted stays so, and the objection is resolved by who made it.
        try reviewer.press("R <Enter>")
        try reviewer.expect(say("1 of 3 seen", "已看 1/3"))
        #expect(reviewer.screen.text.contains(say("Changed since you looked at it.", "您上次查看后有变化。")))
        try reviewer.press("A")
        #expect(reviewer.screen.text.contains(say("You objected, and it came back", "您曾提出异议")))
        try reviewer.press("<Space>")
        #expect(reviewer.line(0).contains(say("3 of 3 seen", "已看 3/3")), "\(reviewer.line(0))")
        let objected = try office.desk.sql("SELECT uid FROM remark WHERE kind = 'objection'")
        try reviewer.press("g /")
        try reviewer.type(objected)
        try reviewer.press("W")
        try reviewer.expect(say("(resolved)", "（已解决）"))
        try decide(reviewer, "accept")
        try reviewer.press("y")
        try expect(office, at: "review", reviewer)
        try decide(reviewer, "endorse")
        try reviewer.press("<Enter> y")
        try expect(office, at: "opinions", reviewer)

        // Opinions are taken down and answered, the notice is started and closed.
        try office.shell(
            as: "bin", "review", "opinion", "1", "无意见", "--party", "department", "--name", "县交通局")
        try office.shell(as: "bin", "review", "answer", "1", "adopted", "--text", "已采纳")
        for (step, stage) in [
            ("close-opinions", "notice"), ("start-notice", "notice"), ("close-notice", "approval-county"),
        ] {
            try reviewer.press("R")
            try decide(reviewer, step)
            try reviewer.press("y")
            try reviewer.expect("\(step)") { _ in
                (try? office.desk.sql("SELECT count(*) FROM case_event WHERE step = '\(step)'")) == "1"
            }
            try expect(office, at: stage, reviewer)
        }

        // Two levels approve; who may not decide is told so when they open it.
        for (login, next) in [("man", "approval-city"), ("games", "approved")] {
            let approver = try office.open(as: login, language: say.language)
            try approver.press("' q <Enter> <Space> <Space> <Space>")
            try approver.expect(say("3 of 3 seen", "已看 3/3"))
            try decide(approver, "approve")
            try approver.press("<Enter> y")
            try expect(office, at: next, approver)
            try approver.press("a <Enter>")
            try approver.expect(say("You may look", "仅可查看"))
            try approver.press("Q")
            #expect(approver.exitStatus() == 0)
        }

        // Published into the one map: what was planned is what the county has now, and yesterday still shows what it had.
        let (old, new) = ("survey:0103", "plan2023:1001")
        for (step, stage) in [("publish", "published"), ("commence", "in-force")] {
            try reviewer.press("R")
            try decide(reviewer, step)
            try reviewer.press("<Enter> y")
            try expect(office, at: stage, reviewer)
        }
        let successor = try office.desk.sql("SELECT uid FROM publication WHERE op = 'add' AND source = \(mended)")
        let anyone = try office.open(as: "man", language: say.language)
        try anyone.press(":")
        try anyone.type("parcel show \(successor)")
        try anyone.expect(new)
        try anyone.press("<Esc> :")
        try anyone.type("as-of \(Self.yesterday)")
        try anyone.expect(say("as of \(Self.yesterday)", "\(Self.yesterday) 的状况"))
        try anyone.press(":")
        try anyone.type("parcel show \(mended)")
        try anyone.expect(old)
        #expect(!anyone.screen.text.contains(new))
        try anyone.press("<Esc> Q")
        #expect(anyone.exitStatus() == 0)
        try reviewer.press("Q")
        #expect(reviewer.exitStatus() == 0)
        #expect(
            try office.desk.sql("SELECT group_concat(who || ' ' || step, ', ') FROM case_event WHERE decides = 1")
                == "bin return, bin endorse, man approve, games approve, bin publish, bin commence")
        #expect(try office.shell(as: "root", "journal", "verify").status == 0)
    }

    @Test("The screens are the pictures", arguments: Words.both)
    func pictures(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        let parcels = try office.submitted("城北产业园选址")
        try office.shell(as: "bin", "review", "comment", "1", "道路是否含代征？", "--parcel", parcels[0])
        func look(_ session: Session, _ name: String, _ keys: String) throws {
            try session.press(keys)
            let picture = (session.screen.text + "\n").replacing(/\d{4}-\d\d-\d\d/, with: "2026-01-01")
                // How many working days five are off depends on no holiday being near.
                .replacing(/剩余 \d+ 个/, with: "剩余 5 个").replacing(/\d+ working days left/, with: "5 working days left")
            try GoldenTests.expect(picture, name: "\(name).\(say.language)", "keys \(keys)")
        }
        let wide = try office.open(as: "bin", language: say.language)
        try look(wide, "queue", "' q")
        try look(wide, "review", "<Enter> n n")
        try look(wide, "review-text", "<Tab>")
        try look(wide, "review-steps", "<Tab> <Tab> b F")
        try look(wide, "review-confirm", "<Down> <Enter> <Enter> <Text:道路未贯通> <Enter>")
        try wide.press("<Esc> <Esc> Q")
        let large = try office.open(as: "bin", language: say.language, columns: 160, rows: 40)
        try look(large, "review-large", "' q <Enter> n n")
        let narrow = try office.open(as: "bin", language: say.language, columns: 60, rows: 20)
        try look(narrow, "review-narrow", "' q <Enter>")
        let slow = try office.open(as: "bin", ["--link", "slow"], language: say.language, term: "vt100")
        try look(slow, "review-slow", "' q <Enter>")
    }

    @Test("One decision on a thin line", arguments: ["xterm-256color", "vt100"], [false, true])
    func thinLine(term: String, isSlow: Bool) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.startAgent(for: "bin")
        try office.submitted("城北产业园选址")
        try office.submitted("水厂选址")
        let session = try office.open(as: "bin", isSlow ? ["--link", "slow"] : [], language: "zh", term: term)
        try session.press("' q")
        try session.expect("待办 2")
        let before = session.received.count
        var spent: [(String, Int)] = []
        func press(_ what: String, _ keys: String) throws { spent.append((what, try session.bytes(for: keys))) }
        try press("open the plan", "<Enter>")
        try press("before", "b")
        try press("after", "b")
        try press("seen", "<Space>")
        try press("accepted", "A")
        try press("seen", "<Space>")
        #expect(session.line(0).contains("已看 3/3"), "\(session.screen.text)")
        try press("steps", "F")
        try press("return", "<Down> <Enter>")
        try press("why", "<Down> <Enter>")
        try press("in words", "<Text:图形自相交并占用规划道路请核对红线后再报> <Enter>")
        try press("confirmed", "y")
        try session.expect("待办 1")
        spent.append(("the next plan", try session.bytes(for: "<Enter>")))
        #expect(session.screen.text.contains("水厂选址") && session.line(0).contains("已看 0/3"))
        let all = session.received.count - before
        print("bytes, one decision on \(term)\(isSlow ? ", slow" : ""): \(all)")
        for (what, bytes) in spent { print("  \(what): \(bytes)") }
        #expect(all <= (isSlow || term == "vt100" ? 6_000 : 12_000))
        #expect(try office.desk.sql("SELECT reason FROM case_event WHERE step = 'return'").count == 20)
    }

    @Test(
        "A locked key: the screen steps aside for its passphrase and comes back with one repaint", arguments: Words.both
    )
    func passphrase(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office(passphrase: "geheim")
        try office.submitted("城北产业园选址")
        let session = try office.open(as: "bin", language: say.language, agent: false)
        try session.press("' q <Enter>")
        let whole = try session.bytes(for: "<C-l>")
        try decide(session, "return", reason: "要素缺失")
        let before = session.received.count
        session.terminal.send(Array("y".utf8))
        try session.expect("passphrase")
        session.terminal.send(Array("wrong\r".utf8))
        try session.expect(say("cannot sign", "无法签名"))
        #expect(try office.desk.sql("SELECT stage FROM plan") == "submitted")
        #expect(
            session.received.count - before <= whole + 900,
            "one repaint of \(whole) bytes, the prompt and the answer: \(session.received.count - before)")
        try decide(session, "return", reason: "要素缺失")
        session.terminal.send(Array("y".utf8))
        try session.expect("passphrase")
        session.terminal.send(Array("geheim\r".utf8))
        try expect(office, at: "draft", session)
        try session.expect(say("0 for you", "待办 0"))
        try session.press("Q")
        #expect(session.exitStatus() == 0)
        #expect(session.disorder == [])
    }

    @Test("Keys typed ahead confirm nothing, and mark nothing that was not on the screen")
    func ahead() throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.startAgent(for: "bin")
        try office.submitted("城北产业园选址")
        let session = try office.open(as: "bin")
        try session.press("' q")
        try session.pressTogether("F <Text:accept> <Enter> y y y")
        #expect(try office.desk.sql("SELECT stage FROM plan") == "submitted")
        #expect(session.screen.text.contains("any other key does not"), "\(session.message)")
        try session.press("<Esc> <Enter>")
        try session.pressTogether("<Space> <Space> <Space> <Space>")
        #expect(session.line(0).contains("1 of 3 seen"), "\(session.line(0))")
    }

    @Test("Others' work is told within moments, no row moves, and R reads it", arguments: Words.both)
    func others(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.submitted("城北产业园选址")
        let session = try office.open(as: "bin", language: say.language)
        try session.press("' q")
        let before = session.screen.lines
        try office.submitted("水厂选址")
        try session.expect("told without a key") { $0.lines[0].contains(say("changed, R", "R 重读")) }
        #expect(Array(session.screen.lines[1...]) == Array(before[1...]), "no row has moved")
        try session.press("R")
        try session.expect(say("2 for you", "待办 2"))
        #expect(!session.line(0).contains(say("changed, R", "R 重读")))
    }

    @Test("The plan moves while somebody decides: nothing is signed, and what changed comes first")
    func moved() throws {
        guard !Office.isMissing() else { return }
        let office = try Office(passphrase: "geheim")
        let parcels = try office.submitted("城北产业园选址")
        let session = try office.open(as: "bin", agent: false)
        try session.press("' q <Enter> <Space> <Space> <Space>")
        try decide(session, "return", reason: "faulty")
        session.terminal.send(Array("y".utf8))
        try session.expect("passphrase")
        // The drafter takes it back, drafts on and sends it again.
        try office.shell(as: "daemon", "review", "move", "1", "recall")
        try office.shell(as: "daemon", "plan", "set-class", parcels[1], "--to", "plan2023:1001", "--plan", "1")
        try office.send("1")
        session.terminal.send(Array("geheim\r".utf8))
        try session.expect("signature is discarded")
        #expect(try office.desk.sql("SELECT count(*) FROM case_event WHERE step = 'return'") == "0")
        try session.expect("2 of 3 seen")
        #expect(session.line(3).contains("changed") && session.line(3).contains(parcels[1]), "\(session.screen.text)")
    }

    @Test("A comment that was half written is in its box again after the line has dropped", arguments: Words.both)
    func halfWritten(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.submitted("城北产业园选址")
        let session = try office.open(as: "bin", language: say.language)
        try session.press("' q <Enter> n O <Text:道路红>")
        #expect(session.message.hasSuffix("道路红"))
        let (box, row) = (session.message, session.screen.lines.first { $0.hasPrefix(">") })
        session.terminal.signal(SIGHUP)
        #expect(session.exitStatus() == 0)
        let again = try office.open(as: "bin", language: say.language)
        try again.expect("道路红")
        #expect(again.message == box && again.screen.lines.first { $0.hasPrefix(">") } == row)
        try again.press("<Text:线> <Enter>")
        #expect(try office.desk.sql("SELECT kind || ' ' || text FROM remark") == "objection 道路红线")
    }

    @Test("All without findings: counted and listed first", arguments: Words.both)
    func clean(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.submitted("城北产业园选址")
        let clean = try office.desk.sql(
            """
            SELECT count(*) FROM plan_edit AS e WHERE NOT EXISTS (SELECT 1 FROM rule_finding AS f
                WHERE f.run = (SELECT max(id) FROM rule_run) AND f.uid = e.uid AND NOT EXISTS (
                    SELECT 1 FROM rule_answer AS a WHERE a.rule = f.rule AND a.uid IS f.uid))
            """)
        #expect(clean != "0" && clean != "3")
        let session = try office.open(as: "bin", language: say.language)
        try session.press("' q <Enter> B")
        let count = say("\(clean) change", "\(clean) 处")
        #expect(session.line(1).contains(count), "\(session.screen.text)")
        try session.press("A")
        #expect(session.screen.text.contains(say("Accept these", "同意规划 1 的这")))
        try session.press("n")
        #expect(try office.desk.sql("SELECT count(*) FROM look") == "0")
        try session.press("A y")
        #expect(try office.desk.sql("SELECT count(*) FROM look WHERE verdict = 'accepted'") == clean)
        #expect(session.line(0).contains(say("\(clean) of 3 seen", "已看 \(clean)/3")), "\(session.line(0))")
    }

    @Test("Line by line, on a pipe", arguments: Words.both)
    func lines(say: Words) throws {
        guard !Office.isMissing() else { return }
        let office = try Office()
        try office.submitted("城北产业园选址")
        let told = try office.shell(
            as: "bin", words: ["review", "step", "1", "--plain", "--lang", say.language],
            input: "s\no 图形自相交\nn\na\nc\nxyz\nd\nd return data 请修改\nno\nd return data 请修改\nyes\n"
        ).output
        #expect(told.contains("2/3") && told.contains(say("Objection 1 on parcel", "提出异议 1")), "\(told)")
        #expect(told.contains(say("Words are needed", "请写明内容")), "c without words: \(told)")
        #expect(told.contains(say("not now: that is for a drafter", "暂不可：须由编制人员办理")), "\(told)")
        #expect(told.contains(say("Nothing was decided.", "未作决定。")))
        #expect(told.hasSuffix("") && told.contains(say("3 of 3 seen, 1 objection", "已看 3/3，异议 1")), "\(told)")
        #expect(!told.contains("\u{1B}"))
        #expect(try office.desk.sql("SELECT stage FROM plan") == "draft")
    }
}
