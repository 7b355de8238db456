import Phrases
import Testing

@testable import Planning

/// The table of workflows proves itself, and says with file and line what it cannot be.
struct WorkflowTests {
    private func load(_ text: String) throws -> Workflow { try Workflow(csv: text, file: "w.csv") }

    /// Our own table with one text put in the place of another, which must stand in it; and the line of the first change.
    private func changed(_ from: String, _ to: String) throws -> (text: String, line: Int) {
        let text = Workflow.standardText
        let range = try #require(text.range(of: from), "\(from) is not in the table")
        return (text.replacing(from, with: to), text[..<range.lowerBound].count { $0.isNewline } + 1)
    }

    @Test("Every kind of plan has a life, from draft to in force, and every name is in two languages")
    func standard() throws {
        for kind in PlanKind.allCases {
            let stages = try #require(Workflow.standard.stages[kind])
            #expect(stages.first?.id == Workflow.start)
            #expect(
                Set(stages.filter(\.isEnd).map(\.id)) == ["in-force", "amended", "repealed", "withdrawn", "refused"])
            for stage in stages {
                #expect(stage.name.english != stage.name.chinese, "\(kind) \(stage.id)")
                for step in stage.steps { #expect(step.name.english != step.name.chinese, "\(kind) \(step.id)") }
            }
            // One step publishes, and it is signed.
            let publishing = stages.flatMap(\.steps).filter { $0.effect == .publish }
            #expect(publishing.map(\.id) == ["publish"] && publishing.allSatisfy(\.isDecision), "\(kind)")
        }
        // 城乡规划法 26: the notice of a draft lasts at least 30 days.
        let county = Workflow.standard.steps(from: "notice", of: .county)
        #expect(county.first { $0.id == "close-notice" }?.needs.contains(.notice(30)) == true)
    }

    /// 城乡规划法 47 has five cases in which a plan may be amended; what sends a plan back is another list.
    @Test("A plan is amended for one of the law's five cases, and sent back for none of these")
    func reasons() throws {
        for kind in PlanKind.allCases {
            for stage in try #require(Workflow.standard.stages[kind]) {
                for step in stage.steps {
                    guard let reasons = step.reasons else { continue }
                    #expect(
                        Set(reasons.map(\.list)) == [step.id == "amend" ? "amendment" : "return"], "\(kind) \(step.id)")
                }
            }
            let amend = Workflow.standard.steps(from: "in-force", of: kind).first { $0.id == "amend" }
            #expect(
                amend?.reasons?.map(\.code) == [
                    "higher-plan", "division", "state-project", "assessment", "approving-body",
                ])
            #expect(amend?.reasons?.allSatisfy { $0.basis.hasPrefix("城乡规划法 47") } == true)
        }
        for text in ["list,code,name_en,name_zh,basis\nreturn,a,x,甲,\nother,a,y,乙,\n"] {
            let fault = #expect(throws: TableFault.self) { try StepReason.load(CSV(text, file: "r.csv")) }
            #expect(fault?.line == 3)
        }
    }

    @Test(
        "A fault names the line and what is wrong there",
        arguments: [
            // Who: roles and levels.
            ("*,draft,submit,self-check,drafter", "*,draft,submit,self-check,scribe", "role scribe"),
            ("*,submitted,accept,review,reviewer,county", "*,submitted,accept,review,reviewer,state", "level state"),
            ("*,draft,submit,self-check,drafter", "*,draft,submit,self-check,", "nobody may take"),
            ("*,self-check,,,checker", "*,self-check,,,", "nobody acts"),
            // What it needs.
            ("checker,,checks,", "checker,,checked,", "need checked"),
            ("notice:30", "notice:long", "need notice:long"),
            ("document:minutes", "document:poem", "need document:poem"),
            ("reason:amendment", "reason:taste", "need reason:taste"),
            ("*,in-force,,,,,end", "*,in-force,,,,,over", "nothing but"),
            ("county,,1,publish", "county,,-1,publish", "signatures"),
            ("county,,1,publish", "county,,1,print", "effect"),
            ("*,review,,,reviewer,county,,,,20", "*,review,,,reviewer,county,,,,0", "no number of days"),
            // Kinds and names.
            ("county|town|village,deliberation,,,", "county|city|village,deliberation,,,", "kind of plan city"),
            ("*,draft,submit,", "*,draft,Submit it,", "step's name"),
            ("submit for self-check,提交自检", ",提交自检", "name_en or name_zh"),
            // Twice.
            ("*,draft,withdraw,withdrawn", "*,draft,submit,withdrawn", "twice"),
            ("*,amended,,,,,end,,,,amended,已修改", "*,in-force,,,,,end,,,,amended,已修改", "twice"),
        ])
    func lines(from: String, to: String, word: String) throws {
        let (text, line) = try changed(from, to)
        let fault = #expect(throws: TableFault.self) { try load(text) }
        #expect(fault?.file == "w.csv" && fault?.line == line, "\(from): line \(fault?.line ?? 0), not \(line)")
        #expect(fault?.reason.english.contains(word) == true, "\(fault?.reason.english ?? "")")
        #expect(fault?.reason.chinese.isEmpty == false && fault?.reason.chinese != fault?.reason.english)
    }

    /// Faults of the whole are told at the line of the stage that they are about.
    @Test(
        "A stage that nothing leads to, a dead end, a step into nowhere: told with kind and stage",
        arguments: [
            ("*,submitted,accept,review,", "*,submitted,accept,submitted,", "review", "no step leads to stage review"),
            ("*,published,commence,in-force,", "*,approved,commence,in-force,", "published", "is a dead end"),
            ("*,approved,publish,published,", "*,approved,publish,printed,", "approved", "leads to stage printed"),
            ("county,,1,publish", "county,,1,", "draft", "no way leads from draft to publication"),
            (
                "*,review,return,draft,reviewer,county,reason", "*,review,return,draft,reviewer,county,", "review",
                "needs a reason"
            ),
            ("county,,1,publish", "county,,,publish", "approved", "must be signed"),
        ])
    func whole(from: String, to: String, stage: String, word: String) throws {
        let (text, _) = try changed(from, to)
        let fault = #expect(throws: TableFault.self) { try load(text) }
        let row = try #require(text.range(of: "*,\(stage),,"))
        #expect(fault?.line == text[..<row.lowerBound].count { $0.isNewline } + 1, "\(from)")
        #expect(fault?.reason.english.contains(word) == true, "\(fault?.reason.english ?? "")")
        #expect(fault?.reason.english.hasPrefix("county: ") == true)
    }

    @Test("A table without the stage where every plan starts is refused")
    func start() throws {
        let header = Workflow.columns.joined(separator: ",")
        let fault = #expect(throws: TableFault.self) {
            try load(header + "\n*,idea,,,drafter,,,,,,idea,想法,\n*,idea,go,idea,drafter,,,,,,go,走,\n")
        }
        #expect(fault?.reason.english.contains("no stage draft") == true)
    }
}
