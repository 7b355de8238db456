import Canvas
import Commands
import Phrases
import Store

/// What the open plan comes to: quotas, what the rules find, how much it touches, and the balance of land.
package struct ConsequencesView: View {
    private var pager = Pager([])
    private var reports: [(line: String, report: Report)] = []
    private var strip = ""
    /// The width that the reports are laid out for; 0 for anew.
    private var width = 0

    package init() {}

    package var title: String { say("results  \(pager.position)", "结果  \(pager.position)") }
    package var offers: [Action] { Pager.offers }

    package mutating func load(_ session: Session) throws -> [Effect] {
        guard let plan = session.plan else { return [.back] }
        strip = session.strip ?? ""
        // The very reports of the shell: one text for one fact.
        reports = try [["plan", "quota", String(plan.id)], ["plan", "balance", String(plan.id)]].map { words in
            let line = try Line(words)
            let context = Context(line: line.text, project: session.project, openPlan: plan.id)
            return (line.text, try line.command.perform(in: context))
        }
        width = 0
        return []
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        job == "findings" ? try load(session) : []
    }

    private mutating func layOut(width: Int) {
        guard width != self.width else { return }
        self.width = width
        pager.lines = [Pager.Line(strip, role: "header")]
        for (line, report) in reports {
            pager.lines += [Pager.Line(""), Pager.Line(":" + line, role: "key")]
            pager.lines += ReportView.lines(of: report, width: width)
        }
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        pager.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? pager.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        layOut(width: frame.size.columns)
        pager.draw(into: &frame, rows: rows.lowerBound..<rows.upperBound - 1, session)
        let hint = say("F8 lists the findings, F9 the steps, ' d the changed parcels.", "F8 检查意见，F9 步骤，' d 改动图斑。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: frame.size.columns, style: session.role("detail"))
    }

    package var place: [String: String] { ["view": "results"] }
}
