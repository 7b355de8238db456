import Canvas
import Commands
import Phrases
import Planning
import Store

/// Where the columns of the dashboard stand in windows of a width.
struct DashboardColumns {
    let name: Range<Int>
    let measure: Range<Int>
    let value: Range<Int>
    let target: Range<Int>
    let distance: Range<Int>
    let trend: Range<Int>
    /// A letter for each unit below; empty where they have no room.
    let parts: Range<Int>

    /// - Parameter parts: how many units there are below.
    init(width: Int, parts count: Int) {
        let isNarrow = width < 76
        // The letters of a dozen towns have room at 80 columns.
        let letters = isNarrow || count > max(12, (width - 80) / 2 + 12) ? 0 : count
        let spare = max(0, width - (isNarrow ? 46 : 68 + letters))
        var start = 7
        func take(_ width: Int) -> Range<Int> {
            defer { start += width > 0 ? width + 1 : 0 }
            return start..<start + width
        }
        name = take((isNarrow ? 14 : 18) + min(spare / 2, 34))
        value = take(9 + min(spare / 8, 3))
        measure = take(isNarrow ? 0 : 5 + min(spare / 6, 14))
        // In the narrowest window the distance tells more than the target.
        target = take(width < 48 ? 0 : 7 + min(spare / 8, 5))
        distance = take(7)
        trend = take(isNarrow ? 0 : 6 + min(spare / 6, 14))
        parts = start..<max(start, min(width, start + letters))
    }
}

extension DashboardView {
    package mutating func draw(into frame: inout Frame, rows span: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let hint = span.upperBound - 1
        frame.put(hintText(width), row: hint, column: 0, width: width, style: session.role("detail"))
        guard let sheet else {
            let text =
                trouble.isEmpty ? say("The indicators are being reckoned; R tries again.", "正在计算指标；R 重试。") : trouble
            for (row, line) in zip(span.lowerBound + 1..<hint, wrapped(text, width: width - 4)) {
                frame.put(line, row: row, column: 2, width: width - 2)
            }
            return
        }
        let list = span.lowerBound..<hint - 1
        let visible = table.visible(in: list)
        let columns = DashboardColumns(width: width, parts: sheet.parts.count)
        drawHeader(into: &frame, row: list.lowerBound, columns, sheet, session)
        for index in visible {
            let row = list.lowerBound + 1 + index - visible.lowerBound
            if index == table.cursor {
                frame.put(">", row: row, column: 0, style: session.role("row.selected"))
                frame.cursor = Place(row: row, column: 0)
            }
            switch rows[index] {
            case .group(let name, let values):
                frame.put(group(name, values), row: row, column: 2, width: width - 2, style: session.role("header"))
            case .indicator(let place):
                if beside == .state {
                    draw(sheet.values[place], sheet, into: &frame, row: row, columns, session)
                } else {
                    drawSides(place, sheet, into: &frame, row: row, session)
                }
            }
        }
        if rows.isEmpty {
            let text = say("No indicator passes the filter. Esc clears it.", "没有符合筛选的指标。按 Esc 清除筛选。")
            frame.put(text, row: list.lowerBound + 1, column: 2, width: width - 2)
        }
        if let current {
            frame.put(
                detail(current, sheet), row: hint - 1, column: 0, width: width, style: session.role("detail"))
        }
    }

    private func group(_ name: String, _ values: [IndicatorValue]) -> String {
        let known = values.count { $0.value != nil }
        let tally = IndicatorText.tally(values.map(\.level))
        return name + say(" \(known)/\(values.count)", " \(known)/\(values.count)")
            + (tally.isEmpty ? "" : "  " + tally)
    }

    private func hintText(_ width: Int) -> String {
        width < 76
            ? say("Enter opens  s sorts  n warning  ? keys", "回车打开 s 排序 n 预警 ? 按键")
            : beside == .state
                ? say(
                    "Enter opens  n next warning  s sorts  \\ filters  o unit  h l year  Tab compare",
                    "回车打开  n 下一预警  s 排序  \\ 筛选  o 单元  h l 年份  Tab 对比")
                : say(
                    "\(beside.name): h l further columns  Tab next  Enter opens",
                    "\(beside.name)：h l 移动列  Tab 下一种  回车打开")
    }

    // MARK: State

    private func drawHeader(
        into frame: inout Frame, row: Int, _ columns: DashboardColumns, _ sheet: IndicatorSheet, _ session: Session
    ) {
        let style = session.role("header")
        frame.put(say("indicator", "指标"), row: row, column: 2, style: style)
        guard beside == .state else { return drawSideNames(into: &frame, row: row, style) }
        func put(_ text: String, _ cells: Range<Int>, isNumber: Bool = false) {
            let shift = isNumber ? max(0, cells.count - displayWidth(of: text)) : 0
            guard !cells.isEmpty else { return }
            frame.put(text, row: row, column: cells.lowerBound + shift, width: cells.count - shift, style: style)
        }
        put(say("value", "值"), columns.value, isNumber: true)
        put(say("unit", "单位"), columns.measure)
        let isSorted = order == .distance
        put(say("target", "目标"), columns.target, isNumber: true)
        put(say("dist.", "距目标") + (isSorted ? "^" : ""), columns.distance, isNumber: true)
        put(say("trend", "走势"), columns.trend)
        guard !columns.parts.isEmpty else { return }
        frame.put(
            say("units", "下级"), row: row, column: columns.parts.lowerBound,
            width: frame.size.columns - columns.parts.lowerBound, style: style)
    }

    private func draw(
        _ value: IndicatorValue, _ sheet: IndicatorSheet, into frame: inout Frame, row: Int,
        _ columns: DashboardColumns, _ session: Session
    ) {
        let style = session.role(value.value == nil ? "disabled" : "row")
        func put(_ text: String, _ cells: Range<Int>, isNumber: Bool = false) {
            let shift = isNumber ? max(0, cells.count - displayWidth(of: text)) : 0
            guard !cells.isEmpty, !text.isEmpty else { return }
            frame.put(text, row: row, column: cells.lowerBound + shift, width: cells.count - shift, style: style)
        }
        if let level = value.level {
            frame.put(level.rawValue, row: row, column: 1, style: session.role(level.role))
        }
        frame.put(value.indicator.id, row: row, column: 2, width: 4, style: style)
        put(value.indicator.name.description, columns.name)
        put(IndicatorText.value(value, width: columns.value.count), columns.value, isNumber: true)
        guard value.value != nil else { return }
        put(value.indicator.measure, columns.measure)
        if let target = value.target {
            put(IndicatorText.target(target, width: columns.target.count), columns.target, isNumber: true)
        }
        put(IndicatorText.distance(value, width: columns.distance.count), columns.distance, isNumber: true)
        if value.trend.count > 1, !columns.trend.isEmpty {
            let line = value.sparkline.scalars(width: columns.trend.count, glyphs: session.glyphs)
            for (place, scalar) in line.enumerated() where scalar != " " {
                frame.put(scalar, row: row, column: columns.trend.lowerBound + place, style: style)
            }
        }
        guard !columns.parts.isEmpty, let levels = sheet.levels[value.indicator.id] else { return }
        for (place, level) in zip(columns.parts, levels) {
            guard let level else { continue }
            // Only what is grave has its colour: every change of colour costs a thin line as much as ten letters.
            let isGrave = level <= .orange
            frame.put(
                level.rawValue, row: row, column: place, style: isGrave ? session.role(level.role) : style)
        }
    }

    /// What the row has no room for.
    private func detail(_ value: IndicatorValue, _ sheet: IndicatorSheet) -> String {
        let indicator = value.indicator
        guard value.value != nil else {
            return "\(indicator.name): \(value.missing?.description ?? "")"
        }
        var parts = [indicator.name.description]
        if let target = value.target {
            parts.append(say("target \(IndicatorText.target(target))", "目标 \(IndicatorText.target(target))"))
        }
        let grave = zip(sheet.parts, sheet.levels[indicator.id] ?? []).filter { ($0.1 ?? .green) <= .orange }
        if !grave.isEmpty {
            parts.append(
                grave.prefix(3).map { "\($0.0.name) \($0.1?.rawValue ?? "")" }.joined(separator: " ")
                    + (grave.count > 3 ? " +\(grave.count - 3)" : ""))
        }
        return parts.joined(separator: "  ")
    }

    // MARK: Sides

    /// The cells of a side's column: its value and the letter of its warning.
    private static let sideWidth = 11

    /// Where the columns of a comparison begin.
    private static func sidesStart(_ width: Int) -> Int { width < 76 ? 20 : width < 110 ? 26 : 44 }

    private func sidesInSight(_ width: Int) -> Range<Int> {
        guard let comparison else { return 0..<0 }
        let count = comparison.sides.count
        // Two sides have their difference beside them.
        let room = max(1, (width - Self.sidesStart(width)) / Self.sideWidth - (count == 2 ? 1 : 0))
        let first = min(firstSide, max(0, count - room))
        return first..<min(count, first + room)
    }

    private func drawSideNames(into frame: inout Frame, row: Int, _ style: Style) {
        let width = frame.size.columns
        guard let comparison else { return }
        var names = sidesInSight(width).map { comparison.sides[$0].name }
        if comparison.sides.count == 2 { names.append(say("change", "变化")) }
        for (index, name) in names.enumerated() {
            let end = Self.sidesStart(width) + (index + 1) * Self.sideWidth - 2
            let cells = min(displayWidth(of: name), Self.sideWidth - 2)
            frame.put(name, row: row, column: end - cells, width: cells, style: style)
        }
    }

    private func drawSides(_ place: Int, _ sheet: IndicatorSheet, into frame: inout Frame, row: Int, _ session: Session)
    {
        let width = frame.size.columns
        let value = sheet.values[place]
        let style = session.role(value.value == nil ? "disabled" : "row")
        frame.put(value.indicator.id, row: row, column: 2, width: 4, style: style)
        frame.put(
            value.indicator.name.description, row: row, column: 7, width: Self.sidesStart(width) - 8, style: style)
        guard let comparison, comparison.rows.indices.contains(place) else { return }
        let values = comparison.rows[place]
        var end = Self.sidesStart(width) + Self.sideWidth - 2
        for index in sidesInSight(width) {
            let text = IndicatorText.value(values[index], width: Self.sideWidth - 2)
            frame.put(text, row: row, column: end - displayWidth(of: text), style: style)
            if let level = values[index].level {
                frame.put(level.rawValue, row: row, column: end, style: session.role(level.role))
            }
            end += Self.sideWidth
        }
        let decimals = IndicatorText.decimals(of: values, width: Self.sideWidth - 2)
        if comparison.sides.count == 2, let change = IndicatorComparison.change(values, decimals: decimals) {
            let text =
                (change > 0 ? "+" : "") + IndicatorText.number(change, decimals: decimals, width: Self.sideWidth - 2)
            frame.put(text, row: row, column: end - displayWidth(of: text), style: style)
        }
    }
}
