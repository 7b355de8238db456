import Canvas
import Commands
import Phrases
import Planning
import Store

/// Chart above map at the left, units above words at the right; in a narrow window one after the other.
extension IndicatorView {
    package mutating func draw(into frame: inout Frame, rows span: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let hint = span.upperBound - 1
        frame.put(hintText(width), row: hint, column: 0, width: width, style: session.role("detail"))
        guard let reading else {
            let text =
                trouble.isEmpty ? say("The indicator is being reckoned; R tries again.", "正在计算该指标；R 重试。") : trouble
            for (row, line) in zip(span.lowerBound + 1..<hint, wrapped(text, width: width - 4)) {
                frame.put(line, row: row, column: 2, width: width - 2)
            }
            return
        }
        drawHead(reading.own, into: &frame, row: span.lowerBound, session)
        let body = span.lowerBound + 2..<hint
        let isWide = width >= 76
        switch focus {
        case .chart: drawChart(reading.own, into: &frame, rows: body, columns: 0..<width, session)
        case .map: drawMap(reading, into: &frame, rows: body, columns: 0..<width, session)
        case .text: drawText(reading.own, into: &frame, rows: body, columns: 0..<width, session)
        case .units where !isWide: drawUnits(into: &frame, rows: body, columns: 0..<width, session)
        case .units:
            let middle = width / 2
            let chart = body.lowerBound..<body.lowerBound + body.count * 9 / 20
            drawChart(reading.own, into: &frame, rows: chart, columns: 0..<middle - 1, session)
            if !session.isSlow || isMapAsked {
                drawMap(reading, into: &frame, rows: chart.upperBound..<hint, columns: 0..<middle - 1, session)
            } else {
                let text = say("Tab Tab draws the map.", "按两次 Tab 绘制地图。")
                frame.put(text, row: chart.upperBound + 1, column: 1, width: middle - 2, style: session.role("detail"))
            }
            let units = min(rows.count + 1, body.count - 5)
            let list = body.lowerBound..<body.lowerBound + units
            drawUnits(into: &frame, rows: list, columns: middle..<width, session)
            let text = list.upperBound + 1..<hint
            var row = text.lowerBound
            for line in lines(reading.own).flatMap({ wrapped($0.text, width: width - middle) }) where row < hint {
                frame.put(line, row: row, column: middle, width: width - middle, style: session.role("detail"))
                row += 1
            }
        }
    }

    private func hintText(_ width: Int) -> String {
        width < 76
            ? say("Enter parcels  n next  Tab pane  ? keys", "回车图斑 n 下一项 Tab 窗格 ? 按键")
            : say(
                "Enter parcels  n N next  + - units below/above  o unit  h l year  Tab larger",
                "回车看图斑  n N 换指标  + - 下级/上级单元  o 单元  h l 年份  Tab 放大")
    }

    private func drawHead(_ own: IndicatorValue, into frame: inout Frame, row: Int, _ session: Session) {
        let (width, indicator) = (frame.size.columns, own.indicator)
        let measure = indicator.measure.isEmpty ? "" : say(" (\(indicator.measure))", "（\(indicator.measure)）")
        frame.put(
            "\(indicator.id) \(indicator.name)\(measure)", row: row, column: 0, width: width,
            style: session.role("header"))
        var column = 0
        func put(_ text: String, _ role: String = "row") {
            guard !text.isEmpty, column < width else { return }
            column +=
                frame.put(text, row: row + 1, column: column, width: width - column, style: session.role(role)) + 2
        }
        guard own.value != nil else { return put("\(own.year)  \(own.missing?.description ?? "")") }
        put("\(own.year)  \(IndicatorText.value(own))")
        if let level = own.level { put("\(level.rawValue) \(level.name)", level.role) }
        if let target = own.target { put(say("target", "目标") + " " + IndicatorText.target(target)) }
        put(IndicatorText.distance(own))
        if own.isApproximate { put(say("straight lines", "直线近似")) }
        if indicator.nature != .none { put(indicator.nature.name.description) }
        if indicator.confidence == .memory { put(say("unverified", "未核实")) }
    }

    private func drawChart(
        _ own: IndicatorValue, into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, _ session: Session
    ) {
        let (indicator, target) = (own.indicator, own.target)
        guard !own.trend.isEmpty else {
            let text = say("No year has a value.", "各年均无值。")
            frame.put(
                text, row: rows.lowerBound + 1, column: columns.lowerBound + 1, width: columns.count - 1,
                style: session.role("detail"))
            return
        }
        let chart = LineChart(
            points: own.trend.map { ($0.year, $0.value) }, bounds: [target?.low, target?.high].compactMap { $0 },
            band: { value in
                indicator.level(of: value, target).map {
                    .init($0.rawValue.unicodeScalars.first ?? "?", role: $0.role)
                }
            }, label: { IndicatorText.number($0, decimals: indicator.decimals, width: 9) })
        chart.draw(
            into: &frame, at: Canvas.Place(row: rows.lowerBound, column: columns.lowerBound),
            size: Size(columns: columns.count, rows: rows.count), glyphs: session.glyphs, theme: session.theme)
    }

    private mutating func drawMap(
        _ reading: Reading, into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, _ session: Session
    ) {
        let shades = UnitMap.shades(reading.parts)
        guard !map.isEmpty else {
            let text = say("No layer draws these units.", "没有绘制这些单元的图层。")
            frame.put(
                text, row: rows.lowerBound + 1, column: columns.lowerBound + 1, width: columns.count - 1,
                style: session.role("detail"))
            return
        }
        map.draw(
            into: &frame, rows: rows.lowerBound..<rows.upperBound - 1, columns: columns, shades: shades,
            selected: current?.unit.id, session)
        frame.put(
            legend(reading.parts), row: rows.upperBound - 1, column: columns.lowerBound, width: columns.count,
            style: session.role("detail"))
    }

    private func legend(_ values: [IndicatorValue]) -> String {
        let tally = IndicatorText.tally(values.map(\.level))
        if !tally.isEmpty { return tally }
        let numbers = values.compactMap(\.value)
        guard let low = numbers.min(), let high = numbers.max(), let first = values.first else { return "" }
        func text(_ value: Double) -> String {
            IndicatorText.number(value, decimals: first.indicator.decimals, width: 12)
        }
        return say("1 from \(text(low))  5 to \(text(high))", "1 自 \(text(low))  5 至 \(text(high))")
    }

    /// The units with their values as bars; a tick is what is wanted.
    private mutating func drawUnits(
        into frame: inout Frame, rows span: Range<Int>, columns: Range<Int>, _ session: Session
    ) {
        let all = rows
        let visible = table.visible(in: span)
        let nameWidth = min(24, max(10, columns.count / 3))
        let valueWidth = 10
        let start = columns.lowerBound + 2 + nameWidth + 1
        let bars = start + valueWidth + 1..<columns.upperBound
        // The county would dwarf its towns where values add up: bars compare the units below.
        let scale = Bars(all.dropFirst(all.count > 1 ? 1 : 0).flatMap { [$0.value, Self.tick($0)].compactMap { $0 } })
        frame.put(
            say("unit", "单元"), row: span.lowerBound, column: columns.lowerBound + 2, width: nameWidth,
            style: session.role("header"))
        let heading = say("value", "值")
        frame.put(
            heading, row: span.lowerBound, column: start + valueWidth - displayWidth(of: heading),
            style: session.role("header"))
        for index in visible {
            let (value, row) = (all[index], span.lowerBound + 1 + index - visible.lowerBound)
            if index == table.cursor {
                frame.put(">", row: row, column: columns.lowerBound, style: session.role("row.selected"))
                frame.cursor = Canvas.Place(row: row, column: columns.lowerBound)
            }
            if let level = value.level {
                frame.put(
                    level.rawValue, row: row, column: columns.lowerBound + 1, style: session.role(level.role))
            }
            let style = session.role(value.value == nil ? "disabled" : "row")
            let name = value.unit.name
            frame.put(name, row: row, column: columns.lowerBound + 2, width: nameWidth, style: style)
            let text = IndicatorText.value(value, width: valueWidth)
            frame.put(text, row: row, column: start + valueWidth - displayWidth(of: text), style: style)
            guard index > 0 || all.count == 1 else { continue }
            let bar = scale.scalars(value.value, tick: Self.tick(value), width: bars.count, glyphs: session.glyphs)
            for (place, scalar) in bar.enumerated() where scalar != " " {
                frame.put(scalar, row: row, column: bars.lowerBound + place, style: session.role("chart.line"))
            }
        }
    }

    /// The bound that a unit misses or is nearest to.
    private static func tick(_ value: IndicatorValue) -> Double? {
        guard let target = value.target else { return nil }
        guard let low = target.low, let high = target.high else { return target.low ?? target.high }
        guard let number = value.value else { return low }
        return abs(number - low) <= abs(number - high) ? low : high
    }

    // MARK: Words

    /// How it comes about: definition, formula, inputs, source and standing.
    private func lines(_ own: IndicatorValue) -> [Pager.Line] {
        let indicator = own.indicator
        var lines: [Pager.Line] = []
        func add(_ name: String, _ text: String) {
            if !text.isEmpty { lines.append(.init("\(name)\(say(": ", "："))\(text)")) }
        }
        add(say("formula", "公式"), indicator.formula)
        for part in own.parts {
            let value =
                part.value.map { IndicatorText.number($0, decimals: 4) } ?? part.missing?.description ?? ""
            lines.append(.init("  \(part.name) = \(value)"))
        }
        add(say("is", "定义"), indicator.definition.description)
        add(say("target", "目标"), indicator.targetNote.description)
        add(
            say("source", "来源"),
            "\(indicator.source)\(say("; ", "；"))\(indicator.confidence.name)")
        for part in own.parts { lines.append(.init("\(part.name) = \(part.text)")) }
        return lines
    }

    private mutating func drawText(
        _ own: IndicatorValue, into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, _ session: Session
    ) {
        pager.lines = lines(own).flatMap { line in wrapped(line.text, width: columns.count - 1).map { .init($0) } }
        pager.draw(into: &frame, rows: rows, session)
    }
}
