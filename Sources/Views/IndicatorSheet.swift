import Commands
import Phrases
import Planning
import Store

/// What the dashboard shows of a unit, a year and a world.
struct IndicatorSheet: Sendable {
    /// Where values are asked for.
    struct Place: Sendable, Hashable {
        /// The code of the unit; nil is the county.
        var unit: String?
        /// Nil is that of the newest survey.
        var year: Int?
        /// As values know it: 0 is the base, a draft its number, the one map as of journal row N -N.
        var plan: Int64
    }

    let place: Place
    let unit: Unit
    let year: Int
    /// Those of the surveys.
    let years: [Int]
    let values: [IndicatorValue]
    /// The units right below, and their warnings by indicator, in the same order.
    let parts: [Unit]
    let levels: [String: [WarningLevel?]]

    /// More than this no row has letters for, whatever the window.
    private static let mostParts = 40

    /// Reads the values.
    ///
    /// - Parameter patience: how long what is not kept may be reckoned.
    /// - Throws: `NotKept` where that is not enough.
    init(_ place: Place, in project: Project, _ patience: Reckoning) throws {
        self.place = place
        let base = patience.telling(isBase: true)
        let tell = patience.telling(isBase: place.plan == 0)
        years = try project.indicatorYears()
        unit = try project.indicatorUnit(place.unit)
        // What the base has must be kept: only what a draft changes is reckoned while somebody waits.
        if place.plan != 0, patience.isShort {
            _ = try project.indicators(nil, ofUnits: [], year: place.year, plan: 0, tell: base)
        }
        values = try project.indicators(year: place.year, unit: place.unit, plan: place.plan, tell: tell)
        year = values.first?.year ?? place.year ?? years.last ?? 0
        let id = unit.id
        parts = try project.units().values.filter { $0.parent == id }.sorted { $0.code < $1.code }
        let warning = values.filter { $0.indicator.isComputed && $0.level != nil }.map(\.indicator)
        guard !parts.isEmpty, parts.count <= Self.mostParts, !warning.isEmpty else {
            levels = [:]
            return
        }
        let columns = try project.indicators(warning, ofUnits: parts, year: place.year, plan: place.plan, tell: tell)
        levels = warning.indices.reduce(into: [:]) { levels, index in
            levels[warning[index].id] = columns.map { $0[index].level }
        }
    }
}

/// How long to wait for values that are not kept.
enum Reckoning: Sendable {
    /// What is kept; what a draft changes is reckoned as long as nobody notices.
    case kept
    /// All of it, telling how it goes.
    case whole(Progress)

    /// What is asked for is not kept, and would take too long.
    struct NotKept: Error {}

    var isShort: Bool { if case .kept = self { true } else { false } }

    /// What to tell the store to tell.
    func telling(isBase: Bool) -> (String) throws -> Void {
        switch self {
        case .kept:
            let end = ContinuousClock.now + .milliseconds(isBase ? 0 : 200)
            return { what in if ContinuousClock.now >= end || what == Project.longWork { throw NotKept() } }
        case .whole(let progress): return { what in try progress.tell(0, of: nil, what) }
        }
    }
}

extension Session {
    /// How values know what is shown: the open plan, the past, or the base.
    var indicatorWorld: Int64 { asOf.map { -$0.journal } ?? planID }

    /// Asks for values that are not kept: by a command, which keeps them; where nothing may be written, or the command
    /// could not keep them, by a job whose result the view receives.
    func reckon(_ place: IndicatorSheet.Place, _ job: Job) throws -> [Effect] {
        let stamp = "\(try project.journalHead()?.id ?? 0) \(place.plan) \(place.year ?? 0)"
        if isReckoning { return [] }
        guard !project.isReadOnly, place.plan >= 0, reckoned != stamp else { return [.job(job)] }
        (reckoned, isReckoning) = (stamp, true)
        let year = place.year.map { " --year \($0)" } ?? ""
        return [.run("indicator reckon\(year)" + (place.plan > 0 ? " --plan \(place.plan)" : ""))]
    }
}
