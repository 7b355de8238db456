import Commands
import Phrases
import Planning

/// How the areas close, what differs from the analysis before, and what one must know.
extension AnalysisRows {
    var adjustment: AnalysisSection {
        let adjusted = analysis.adjustment
        var section = AnalysisSection(
            kind: .adjustment, title: Phrase("Adjustment", "面积平差"),
            tally: say(
                "\(adjusted.difference) x 0.01 m2 over \(counted(adjusted.moves.count, "part"))",
                "\(adjusted.difference) 个 0.01 m2，分摊到 \(adjusted.moves.count) 个部分"),
            columns: [
                .init("parcel", "图斑", 10, number: true), .init("measured m2", "量算 m2", 16, number: true),
                .init("moved", "调整", 8, number: true), .init("adjusted m2", "平差后 m2", 16, number: true),
            ])
        if let obstacle = adjusted.obstacle {
            section.tally = say("not adjusted", "未平差")
            section.items.append(AnalysisItem(cells: [], role: "warning", text: [obstacle.description]))
        }
        let places = Dictionary(
            analysis.parcels.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        section.items += adjusted.moves.map { move in
            AnalysisItem(
                cells: [
                    move.id == 0 ? say("rest", "余地") : String(move.id), Decimals.hundredths(move.raw),
                    Decimals.hundredths(move.moved), Decimals.hundredths(move.adjusted),
                ], text: [BoundaryAdjustment.rule.description],
                subject: move.id == 0 ? .unsurveyed : places[move.id].map { .parcel($0) } ?? .nothing)
        }
        section.items += analysis.doubled.enumerated().map { index, pair in
            AnalysisItem(
                cells: ["\(pair.a)", Decimals.hundredths(pair.area), "", ""], role: "warning",
                text: [
                    say(
                        "Parcels \(pair.a) and \(pair.b) lie over one another by \(Decimals.hundredths(pair.area)) m2 in the survey.",
                        "现状图斑 \(pair.a) 与 \(pair.b) 相互重叠 \(Decimals.hundredths(pair.area)) m2。")
                ], subject: .doubled(index))
        }
        return section
    }

    var comparison: AnalysisSection? {
        guard let earlier = analysis.comparison else { return nil }
        var section = AnalysisSection(
            kind: .comparison, title: Phrase("Since analysis \(earlier.number)", "与第 \(earlier.number) 次分析相比"),
            tally: earlier.isEmpty
                ? say("nothing differs", "无变化")
                : say(
                    "\(earlier.sums.count + earlier.meetings.count) figures differ, \(earlier.new.count) findings new, \(earlier.mended.count) gone",
                    "\(earlier.sums.count + earlier.meetings.count) 项数值变化，新增意见 \(earlier.new.count)，消除 \(earlier.mended.count)"
                ),
            columns: [
                .init("what", "内容", 34), .init("before", "原", 16, number: true), .init("now", "现", 16, number: true),
            ])
        let when = say(
            "Before: analysis \(earlier.number) of \(earlier.time), \(earlier.who).",
            "原：第 \(earlier.number) 次分析，\(earlier.time)，\(earlier.who)。")
        func row(_ what: String, _ before: String, _ now: String, _ role: String = "changed") {
            section.items.append(AnalysisItem(cells: [what, before, now], role: role, text: [what, when]))
        }
        for finding in earlier.new { row("\(finding.rule) " + said(finding), "-", say("new", "新增"), "warning") }
        for finding in earlier.mended { row("\(finding.rule) " + said(finding), say("was there", "原有"), "-") }
        for change in earlier.sums {
            guard let either = change.now ?? change.before else { continue }
            row(
                "\(either.code) \(either.unitName) \(Ownership(either.ownership).name)",
                change.before.map { Decimals.hundredths($0.area) } ?? "-",
                change.now.map { Decimals.hundredths($0.area) } ?? "-")
        }
        for change in earlier.meetings {
            guard let either = change.now ?? change.before else { continue }
            func figure(_ meeting: AnalysisRecord.Meeting?) -> String {
                meeting.map { $0.verdict == .touch ? $0.verdict.name.description : size($0.area, $0.length) } ?? "-"
            }
            row(
                "\(either.layer) \(either.number.isEmpty ? String(either.uid) : either.number) \(either.name)",
                figure(change.before), figure(change.now))
        }
        if section.items.isEmpty { row(say("Nothing differs.", "无变化。"), "", "", "row") }
        return section
    }

    private func said(_ finding: AnalysisRecord.Finding) -> String {
        String(say(finding.english, finding.chinese).trimmingPrefix(finding.rule + " "))
    }

    var notes: AnalysisSection {
        var notes = analysis.remarks
        if analysis.isTargetAssumed {
            notes.append(
                Phrase(
                    "No class was named: the rules take the land to become \(analysis.target) \(analysis.targetName.english).",
                    "未指定地类：规则按改变为 \(analysis.target) \(analysis.targetName.chinese) 检查。"))
        }
        var section = AnalysisSection(
            kind: .notes, title: Phrase("Notes", "说明"), tally: String(notes.count), columns: [.init("", "", 70)])
        section.items = notes.map { AnalysisItem(cells: [$0.description], text: [$0.description]) }
        return section
    }
}
