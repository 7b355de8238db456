import Canvas
import Commands
import Phrases
import Planning
import Store

/// The state of a county at a glance: its indicators by group, with value, target, distance, trend and warning.
package struct DashboardView: View {
    enum Order: String, CaseIterable {
        case groups, distance, warning

        var name: Phrase {
            switch self {
            case .groups: Phrase("by group", "按类别")
            case .distance: Phrase("by distance to target", "按距目标")
            case .warning: Phrase("by warning", "按预警")
            }
        }
    }

    /// What stands beside the names.
    enum Beside: String, CaseIterable {
        case state, years, units, drafts

        var name: Phrase {
            switch self {
            case .state: Phrase("state", "现状")
            case .years: Phrase("years compared", "年份对比")
            case .units: Phrase("units compared", "单元对比")
            case .drafts: Phrase("drafts compared", "草案对比")
            }
        }
    }

    /// A line of the list.
    enum Row {
        /// The name of a group, and what it holds.
        case group(String, [IndicatorValue])
        /// The place of a value in the sheet.
        case indicator(Int)
    }

    /// The unit by its code, nil for the county; the year, nil for the newest.
    var unit: String?
    var year: Int?
    /// Whether the base is shown although a plan is open.
    var showsBase = false
    var sheet: IndicatorSheet?
    var order = Order.groups
    var beside = Beside.state
    var comparison: IndicatorComparison?
    /// The first column of the comparison that is in sight.
    var firstSide = 0
    var rows: [Row] = []
    var table = Table([])
    var filter = ""
    private var match = ""
    /// Why there is nothing to show.
    var trouble = ""
    /// The indicator that the next load goes to.
    private var wanted: String?
    private var opens = false

    package init(place: [String: String] = [:]) {
        unit = place["unit"].flatMap { $0.isEmpty ? nil : $0 }
        year = place["year"].flatMap(Int.init)
        order = place["order"].flatMap(Order.init) ?? .groups
        beside = place["beside"].flatMap(Beside.init) ?? .state
        wanted = place["indicator"]
        opens = place["view"] == "indicator"
    }

    package var title: String {
        guard let sheet else { return say("indicators", "指标") }
        let parts = [
            "\(sheet.unit.name) \(sheet.year)", showsBase ? say("base", "现状") : "",
            IndicatorText.tally(sheet.values.map(\.level)),
            filter.isEmpty ? "" : say("\\\(filter) hides \(hidden)", "\\\(filter) 隐藏 \(hidden)"),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private var hidden: Int {
        (sheet?.values.count ?? 0) - rows.count { if case .indicator = $0 { true } else { false } }
    }

    package var offers: [Action] {
        [.open, .sort, .filter, .goTo, .moveLeft, .moveRight, .flip, .nextPane, .previousPane, .glyphs, .copy]
            + Table.offers
    }

    // MARK: Reading

    private func place(_ session: Session) -> IndicatorSheet.Place {
        .init(unit: unit, year: year, plan: showsBase ? 0 : session.indicatorWorld)
    }

    package mutating func load(_ session: Session) throws -> [Effect] {
        let place = place(session)
        trouble = ""
        do {
            take(try IndicatorSheet(place, in: session.project, .kept))
        } catch is Reckoning.NotKept {
            if sheet?.place != place { sheet = nil }
            let job = Job(name: "indicators", what: Phrase("reckoning indicators", "正在计算指标")) { project, progress in
                try IndicatorSheet(place, in: project, .whole(progress))
            }
            return try session.reckon(place, job)
        } catch {
            (sheet, trouble) = (nil, Workbench.sentence(error))
            return []
        }
        return try compare(session) + arrive()
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        switch (job, result) {
        case ("indicators", .success(let value)):
            guard let read = value as? IndicatorSheet, read.place == place(session) else { return [] }
            take(read)
            return try compare(session) + arrive()
        case ("comparison", .success(let value)):
            if beside != .state { comparison = value as? IndicatorComparison }
            return []
        case ("indicators", .failure(let error)), ("comparison", .failure(let error)): throw error
        default: return []
        }
    }

    private mutating func take(_ read: IndicatorSheet) {
        let before = wanted ?? current?.indicator.id
        wanted = nil
        sheet = read
        lay()
        go(to: before)
    }

    /// Goes on to the indicator that was open when the program was left.
    private mutating func arrive() -> [Effect] {
        guard opens else { return [] }
        opens = false
        return current == nil ? [] : open()
    }

    /// Puts the rows that pass the filter in order.
    mutating func lay() {
        guard let sheet else { return }
        let words = filter.split(separator: " ").map(String.init)
        var shown = sheet.values.indices.filter { index in words.allSatisfy { sheet.values[index].has($0) } }
        switch order {
        case .groups: break
        case .distance: shown.sort { (sheet.values[$0].urgency, $0) < (sheet.values[$1].urgency, $1) }
        case .warning:
            func rank(_ index: Int) -> Int {
                sheet.values[index].level.flatMap(WarningLevel.allCases.firstIndex) ?? WarningLevel.allCases.count
            }
            shown.sort {
                (rank($0), sheet.values[$0].urgency, $0) < (rank($1), sheet.values[$1].urgency, $1)
            }
        }
        rows = []
        var last: String?
        for index in shown {
            let group = sheet.values[index].indicator.category.description
            if order == .groups, group != last {
                rows.append(.group(group, sheet.values.filter { $0.indicator.category.description == group }))
                last = group
            }
            rows.append(.indicator(index))
        }
        table.rows = rows.map { row in
            guard case .indicator(let index) = row else { return .init([]) }
            let indicator = sheet.values[index].indicator
            return .init([indicator.id, indicator.name.english, indicator.name.chinese])
        }
        skipGroup(down: true)
    }

    private mutating func go(to id: String?) {
        guard let id, let sheet else { return }
        let place = rows.firstIndex {
            if case .indicator(let index) = $0 { sheet.values[index].indicator.id == id } else { false }
        }
        if let place { table.go(to: place) }
    }

    /// The value of the row under the cursor.
    var current: IndicatorValue? {
        guard let sheet, rows.indices.contains(table.cursor), case .indicator(let index) = rows[table.cursor] else {
            return nil
        }
        return sheet.values[index]
    }

    /// The cursor stands on indicators, never on the name of a group.
    private mutating func skipGroup(down: Bool) {
        guard rows.indices.contains(table.cursor), case .group = rows[table.cursor] else { return }
        table.go(to: down || table.cursor == 0 ? table.cursor + 1 : table.cursor - 1)
    }

    // MARK: Keys

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .open: return current == nil ? [.say(nothing)] : open()
        case .sort:
            let all = Order.allCases
            order = all[((all.firstIndex(of: order) ?? 0) + 1) % all.count]
            lay()
            table.go(to: 0)
            skipGroup(down: true)
            return [.say(order.name.description)]
        case .filter: return [.ask(.filter, initial: filter)]
        case .goTo: return [.ask(.choice(name: "unit", title: say("unit: ", "单元："), of: Self.candidates(session)))]
        case .moveLeft, .moveRight: return try step(action == .moveRight ? count ?? 1 : -(count ?? 1), session)
        case .flip:
            guard session.indicatorWorld != 0 else {
                return [.say(say("The base is shown; F5 opens a plan.", "当前为现状；按 F5 打开规划。"))]
            }
            showsBase.toggle()
            return try load(session)
        case .nextPane, .previousPane:
            let all = Beside.allCases
            let step = action == .nextPane ? 1 : all.count - 1
            beside = all[((all.firstIndex(of: beside) ?? 0) + step) % all.count]
            (comparison, firstSide) = (nil, 0)
            return try [.say(beside.name.description)] + compare(session)
        case .glyphs:
            let all = Glyphs.allCases
            session.choose(all[((all.firstIndex(of: session.glyphs) ?? 0) + 1) % all.count])
            return [.say(say("Glyphs: \(session.glyphs.rawValue)", "字符：\(session.glyphs.rawValue)"))]
        case .copy: return current.map { [.copy($0.indicator.id)] } ?? []
        case .findNext where match.isEmpty: return nextWarning(by: 1)
        case .findPrevious where match.isEmpty: return nextWarning(by: -1)
        case .back where !filter.isEmpty: return pass("")
        case .back where !match.isEmpty:
            match = ""
            return [.say("")]
        default:
            let before = table.cursor
            let effects = table.handle(action, count: count)
            skipGroup(down: table.cursor >= before)
            return effects
        }
    }

    private var nothing: String {
        trouble.isEmpty ? say("No indicator is under the cursor.", "光标处没有指标。") : trouble
    }

    private func open() -> [Effect] {
        guard let sheet, let id = current?.indicator.id else { return [] }
        let ids = rows.compactMap {
            if case .indicator(let index) = $0 { sheet.values[index].indicator.id } else { nil }
        }
        return [.push(IndicatorView(ids, at: ids.firstIndex(of: id) ?? 0, sheet.place))]
    }

    /// To the next value that warns, in the order on the screen.
    private mutating func nextWarning(by direction: Int) -> [Effect] {
        guard let sheet, !rows.isEmpty else { return [.say(nothing)] }
        for step in 1...rows.count {
            let place = ((table.cursor + step * direction) % rows.count + rows.count) % rows.count
            if case .indicator(let index) = rows[place], sheet.values[index].level?.warns == true {
                table.go(to: place)
                return []
            }
        }
        return [.say(say("Nothing warns.", "没有预警指标。"))]
    }

    /// Another year, or further columns of a comparison.
    private mutating func step(_ count: Int, _ session: Session) throws -> [Effect] {
        guard beside == .state else {
            firstSide = min(max(0, firstSide + count), max(0, (comparison?.sides.count ?? 1) - 1))
            return []
        }
        guard let sheet, let now = sheet.years.firstIndex(of: sheet.year) else { return [.say(nothing)] }
        guard sheet.years.indices.contains(now + count) else {
            let known = sheet.years.map(String.init).joined(separator: say(", ", "、"))
            return [.say(say("The surveys are of \(known).", "调查年份：\(known)。"))]
        }
        year = sheet.years[now + count]
        return try load(session)
    }

    static func candidates(_ session: Session) -> [Prompt.Candidate] {
        session.units.values.filter { $0.id != 0 }.sorted { $0.code < $1.code }.map {
            .init(text: $0.code, label: $0.name, note: $0.code)
        }
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        switch kind {
        case .find:
            match = text
            return table.find(text)
        case .filter: return pass(text)
        case .choice:
            guard !text.isEmpty else { return [] }
            unit = try session.project.indicatorUnit(text).code
            return try load(session)
        default: return []
        }
    }

    private mutating func pass(_ text: String) -> [Effect] {
        let before = current?.indicator.id
        filter = text
        lay()
        go(to: before)
        return []
    }

    package var place: [String: String] {
        [
            "view": "dashboard", "unit": unit ?? "", "year": year.map(String.init) ?? "", "order": order.rawValue,
            "beside": beside.rawValue, "indicator": current?.indicator.id ?? "",
        ]
    }
}
