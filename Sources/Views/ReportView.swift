import Canvas
import Commands
import Phrases
import Store

/// The report of a command, when it is more than a sentence.
package struct ReportView: View {
    package let title: String
    private let report: Report
    private var pager = Pager([])
    /// The width that the report is laid out for.
    private var width = 0

    package init(line: String, report: Report) {
        title = line
        self.report = report
    }

    package var offers: [Action] { Pager.offers }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) -> [Effect]? {
        pager.handle(action, count: count)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) -> [Effect] {
        kind == .find ? pager.find(text) : []
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        if width != frame.size.columns {
            width = frame.size.columns
            pager.lines = Self.lines(of: report, width: width)
        }
        pager.draw(into: &frame, rows: rows, session)
    }

    /// The report as the shell prints it in a terminal of this width.
    static func lines(of report: Report, width: Int) -> [Pager.Line] {
        report.printed(as: .text, width: width).split(separator: "\n", omittingEmptySubsequences: false).map {
            Pager.Line(String($0))
        }
    }
}
