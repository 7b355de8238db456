import Commands
import Phrases
import Store

/// What boundaries touch, on the screen.
extension Workbench {
    /// Shows an analysis in the place of one that is on the screen already: the same boundary again, or another.
    mutating func take(analysis report: Report, of line: String, _ wishes: inout [Wish]) {
        session.analysed = (line, report)
        if let place = stack.firstIndex(where: { $0 is AnalysisView || $0 is AnalysisBatchView }), place > 0 {
            stack.removeLast(stack.count - place)
        }
        push(view(of: report, line), &wishes)
        say("")
    }

    /// The last analysis again.
    mutating func showAnalysis(_ wishes: inout [Wish]) {
        guard let (line, report) = session.analysed else {
            let key = session.keymap.keys(for: .analyse).first ?? ""
            say(
                Phrases.say(
                    "No boundary was analysed here yet: \(key) begins, \(key) k lists those kept.",
                    "尚未在本屏做过边界分析：按 \(key) 开始，\(key) k 列出已存的分析。"), isTrouble: true)
            return
        }
        show(view(of: report, line), &wishes)
    }

    private func view(of report: Report, _ line: String) -> any View {
        // Of several boundaries one may have been refused.
        guard report.analyses.count == 1,
            report.columns.first?.key == "section", let only = report.analyses.first
        else {
            return AnalysisBatchView(report, line: line)
        }
        return AnalysisView(only, line: line, report: report, isSlow: session.isSlow)
    }
}
