import Canvas
import Commands
import Phrases
import Planning
import Store

/// One indicator in full: its history, its units in order and on the map, and how it comes about.
package struct IndicatorView: View {
    /// The first shows all where there is room; the others have the window to themselves.
    enum Pane: CaseIterable { case units, chart, map, text }

    /// What is known of an indicator in a place.
    struct Reading: Sendable {
        var own: IndicatorValue
        /// The units right below; of a village itself.
        var parts: [IndicatorValue]
        var years: [Int]

        init(_ id: String, _ place: IndicatorSheet.Place, in project: Project, _ patience: Reckoning) throws {
            let indicator = try project.indicator(id)
            let base = patience.telling(isBase: true)
            let tell = patience.telling(isBase: place.plan == 0)
            if place.plan != 0, patience.isShort {
                _ = try project.indicators([indicator], ofUnits: [], year: place.year, plan: 0, tell: base)
            }
            let found = try project.indicators(
                year: place.year, unit: place.unit, plan: place.plan, only: [indicator], tell: tell)
            guard let value = found.first else {
                throw Refusal(.noInput, "Indicator \(id) has nothing to show.", "指标 \(id) 无可显示内容。")
            }
            own = value
            years = try project.indicatorYears()
            let below = try project.units().values.filter { $0.parent == value.unit.id }
            parts = try project.indicators(
                [indicator], ofUnits: Array(below), year: place.year, plan: place.plan, tell: tell
            )
            .compactMap(\.first).sorted(by: Self.comesFirst)
            if parts.isEmpty { parts = [value] }
        }

        /// Those farthest from what is wanted first, else the largest; what has no value last.
        private static func comesFirst(_ a: IndicatorValue, _ b: IndicatorValue) -> Bool {
            switch (a.value, b.value) {
            case (nil, nil): return a.unit.code < b.unit.code
            case (nil, _): return false
            case (_, nil): return true
            case (let x?, let y?):
                if a.urgency != b.urgency { return a.urgency < b.urgency }
                if x == y { return a.unit.code < b.unit.code }
                return a.indicator.direction == .higher ? x < y : x > y
            }
        }
    }

    /// The indicators that n and N go through, and the one that is shown.
    let ids: [String]
    var index: Int
    /// The unit and the year; the world is the session's.
    var at: IndicatorSheet.Place
    var showsBase = false
    var reading: Reading?
    /// Row 0 is the unit itself, those below it follow.
    var table = Table([])
    var focus = Pane.units
    var map = UnitMap()
    /// On a slow line the map is drawn when it is asked for.
    var isMapAsked = false
    var pager = Pager([])
    var trouble = ""
    private var wanted: Int64?

    init(_ ids: [String], at index: Int, _ place: IndicatorSheet.Place) {
        (self.ids, self.index, at) = (ids, index, place)
    }

    var id: String { ids[index] }

    package var title: String {
        guard let reading else { return id }
        return "\(id)  \(reading.own.unit.name) \(reading.own.year)  \(index + 1)/\(ids.count)"
    }

    package var offers: [Action] {
        [
            .open, .findNext, .findPrevious, .moveLeft, .moveRight, .zoomIn, .zoomOut, .zoomWhole, .goTo, .flip,
            .nextPane,
            .previousPane, .moveDown, .moveUp, .pageDown, .pageUp, .first, .last, .find, .glyphs, .copy,
        ]
    }

    // MARK: Reading

    private func asked(_ session: Session) -> IndicatorSheet.Place {
        var asked = at
        asked.plan = showsBase ? 0 : session.indicatorWorld
        return asked
    }

    package mutating func load(_ session: Session) throws -> [Effect] {
        let (id, asked) = (id, asked(session))
        trouble = ""
        do {
            try take(Reading(id, asked, in: session.project, .kept), session)
            return []
        } catch is Reckoning.NotKept {
            let job = Job(name: "indicator", what: Phrase("reckoning \(id)", "正在计算 \(id)")) { project, progress in
                try Reading(id, asked, in: project, .whole(progress))
            }
            return try session.reckon(asked, job)
        } catch {
            (reading, trouble) = (nil, Workbench.sentence(error))
            return []
        }
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        guard job == "indicator" else { return [] }
        if let read = try result.get() as? Reading, read.own.indicator.id == id { try take(read, session) }
        return []
    }

    private mutating func take(_ read: Reading, _ session: Session) throws {
        let before = wanted ?? current?.unit.id
        wanted = nil
        reading = read
        let all = rows
        table.rows = all.map { .init([$0.unit.code, $0.unit.name]) }
        if let place = all.firstIndex(where: { $0.unit.id == before }) { table.go(to: place) }
        try map.load(read.parts.map(\.unit), in: session.project)
        pager.lines = []
    }

    /// What the list shows: the unit itself, then those below it.
    var rows: [IndicatorValue] {
        guard let reading else { return [] }
        return [reading.own] + reading.parts.filter { $0.unit.id != reading.own.unit.id }
    }

    var current: IndicatorValue? { rows.indices.contains(table.cursor) ? rows[table.cursor] : nil }

    // MARK: Keys

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .open:
            guard let current else { return [.say(trouble)] }
            guard current.indicator.inputs.contains(where: \.sumsFeatures) else {
                return [
                    .say(
                        say(
                            "Nothing of \(id) is a sum over features: no parcels stand behind it.",
                            "\(id) 不由要素求和，没有可下钻的图斑。"))
                ]
            }
            return [
                .push(
                    IndicatorParcelsView(
                        current.indicator, unit: current.unit, year: current.year, plan: asked(session).plan))
            ]
        case .findNext: return try go(to: index + (count ?? 1), session)
        case .findPrevious: return try go(to: index - (count ?? 1), session)
        case .moveLeft, .moveRight: return try step(action == .moveRight ? count ?? 1 : -(count ?? 1), session)
        case .zoomIn:
            guard let unit = current?.unit, session.units.values.contains(where: { $0.parent == unit.id }) else {
                return [.say(say("Nothing lies below this unit.", "该单元没有下级单元。"))]
            }
            return try show(unit.code, session)
        case .zoomOut:
            guard let own = reading?.own.unit, let parent = own.parent.flatMap({ session.units[$0] }) else {
                return [.say(say("This is the whole county.", "已是全县。"))]
            }
            wanted = own.id
            return try show(parent.code, session)
        case .zoomWhole: return try show(nil, session)
        case .goTo:
            return [
                .ask(
                    .choice(name: "unit", title: say("unit: ", "单元："), of: DashboardView.candidates(session)))
            ]
        case .flip:
            guard session.indicatorWorld != 0 else {
                return [.say(say("The base is shown; F5 opens a plan.", "当前为现状；按 F5 打开规划。"))]
            }
            showsBase.toggle()
            return try load(session)
        case .nextPane, .previousPane:
            let panes = Pane.allCases
            let step = action == .nextPane ? 1 : panes.count - 1
            focus = panes[((panes.firstIndex(of: focus) ?? 0) + step) % panes.count]
            if focus == .map { isMapAsked = true }
            return []
        case .glyphs:
            let all = Glyphs.allCases
            session.choose(all[((all.firstIndex(of: session.glyphs) ?? 0) + 1) % all.count])
            return [.say(say("Glyphs: \(session.glyphs.rawValue)", "字符：\(session.glyphs.rawValue)"))]
        case .copy: return [.copy(id)]
        default: return focus == .text ? pager.handle(action, count: count) : table.handle(action, count: count)
        }
    }

    private mutating func go(to wanted: Int, _ session: Session) throws -> [Effect] {
        guard ids.indices.contains(wanted) else {
            return [
                .say(
                    wanted < 0
                        ? say("This is the first indicator.", "已是第一项指标。")
                        : say("This is the last indicator.", "已是最后一项指标。")
                )
            ]
        }
        index = wanted
        return try load(session)
    }

    private mutating func step(_ count: Int, _ session: Session) throws -> [Effect] {
        guard let reading, let now = reading.years.firstIndex(of: reading.own.year),
            reading.years.indices.contains(now + count)
        else {
            let known = (reading?.years ?? []).map(String.init).joined(separator: say(", ", "、"))
            return [.say(say("The surveys are of \(known).", "调查年份：\(known)。"))]
        }
        at.year = reading.years[now + count]
        return try load(session)
    }

    private mutating func show(_ unit: String?, _ session: Session) throws -> [Effect] {
        at.unit = unit
        if wanted == nil { table.go(to: 0) }
        return try load(session)
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        switch kind {
        case .find: return focus == .text ? pager.find(text) : table.find(text)
        case .choice where !text.isEmpty: return try show(session.project.indicatorUnit(text).code, session)
        default: return []
        }
    }

    package var place: [String: String] {
        [
            "view": "indicator", "unit": at.unit ?? "", "year": at.year.map(String.init) ?? "", "indicator": id,
        ]
    }
}
