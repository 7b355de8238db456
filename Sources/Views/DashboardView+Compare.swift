import Commands
import Phrases
import Planning
import Store

/// Years, units and drafts beside each other, and what a filter lets pass.
extension DashboardView {
    /// Reads what is to stand beside the names.
    mutating func compare(_ session: Session) throws -> [Effect] {
        guard beside != .state, let sheet else { return [] }
        let sides = try sides(sheet, session)
        let library = sheet.values.map(\.indicator)
        do {
            let tell = Reckoning.kept.telling(isBase: false)
            comparison = try IndicatorComparison(sides, only: library, in: session.project, tell: tell)
            return []
        } catch is Reckoning.NotKept {
            let what = Phrase("reckoning indicators", "正在计算指标")
            return [
                .job(
                    Job(name: "comparison", what: what) { project, progress in
                        try IndicatorComparison(sides, only: library, in: project) { try progress.tell(0, of: nil, $0) }
                    })
            ]
        }
    }

    private func sides(_ sheet: IndicatorSheet, _ session: Session) throws -> [IndicatorComparison.Side] {
        switch beside {
        case .state: return []
        case .years:
            // A draft changes the year that is shown; the others are as the base has them.
            return sheet.years.map {
                .init(String($0), unit: sheet.unit, year: $0, plan: $0 == sheet.year ? sheet.place.plan : 0)
            }
        case .units:
            return ([sheet.unit] + sheet.parts).map {
                .init($0.name, unit: $0, year: sheet.place.year, plan: sheet.place.plan)
            }
        case .drafts:
            let plans = try session.project.plans().filter { $0.isDraft || $0.id == session.planID }.map(\.id)
            return ([0] + plans).map {
                .init(
                    $0 == 0 ? say("base", "现状") : say("plan \($0)", "规划 \($0)"), unit: sheet.unit,
                    year: sheet.place.year, plan: $0)
            }
        }
    }
}

extension IndicatorValue {
    /// Whether a word of a filter fits: the id, the names, the group, the nature, or the letter of the warning.
    func has(_ word: String) -> Bool {
        if let letter = WarningLevel(rawValue: word) { return level == letter }
        let names = [indicator.name, indicator.category, indicator.nature.name]
        return indicator.id.lowercased().hasPrefix(word.lowercased())
            || names.contains { $0.english.lowercased().contains(word.lowercased()) || $0.chinese.contains(word) }
    }
}
