import Canvas
import Commands
import Geometry
import Phrases
import Planning
import Store

/// The verdict on top, the sections below; the map beside them where the window is wide, else in their place.
extension AnalysisView {
    package mutating func draw(into frame: inout Frame, rows span: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let hint = span.upperBound - 1
        frame.put(hintText(width, session), row: hint, column: 0, width: width, style: session.role("detail"))
        // The report begins with the verdict itself.
        let first = focus == .report ? span.lowerBound : drawHead(into: &frame, row: span.lowerBound, session)
        let body = first..<hint
        switch focus {
        case .report:
            layOut(width: width)
            pager.draw(into: &frame, rows: body, session)
        case .list, .map:
            if width >= 130, !session.isSlow {
                let middle = 78
                drawList(into: &frame, rows: body, columns: 0..<middle, session)
                try drawMap(into: &frame, rows: body, columns: middle + 1..<width, session)
            } else if focus == .map {
                let text = min(6, body.count / 3)
                try drawMap(into: &frame, rows: body.lowerBound..<body.upperBound - text, columns: 0..<width, session)
                drawText(into: &frame, rows: body.upperBound - text..<body.upperBound, columns: 0..<width, session)
            } else {
                drawList(into: &frame, rows: body, columns: 0..<width, session)
            }
        }
    }

    private func hintText(_ width: Int, _ session: Session) -> String {
        switch focus {
        case .report: say("Tab sections  / finds  Esc back", "Tab 条目  / 查找  Esc 返回")
        case .map: say("n N findings  Tab report  Esc sections  Enter parcel", "n N 逐条意见  Tab 报告  Esc 条目  回车看图斑")
        case .list:
            width < 76 || session.isSlow
                ? say("Enter opens  n finding  Tab map  ? keys", "回车打开 n 意见 Tab 地图 ? 按键")
                : say(
                    "Enter opens, or shows on the map  n N findings  h l sections  Tab map, report",
                    "回车展开或在地图上查看  n N 逐条意见  h l 换节  Tab 地图、报告")
        }
    }

    /// - Returns: the row below it.
    private func drawHead(into frame: inout Frame, row: Int, _ session: Session) -> Int {
        let width = frame.size.columns
        let role = analysis.isBlocked ? "error" : analysis.broken.isEmpty ? "header" : "warning"
        var row = row
        for line in wrapped(analysis.verdict.description, width: width).prefix(2) {
            frame.put(line, row: row, column: 0, width: width, style: session.role(role))
            row += 1
        }
        let plane = AreaUnit.hectares.text(analysis.plane, decimals: 4)
        let net = AreaUnit.hectares.text(analysis.net, decimals: 4)
        let target = "\(analysis.target)"
        frame.put(
            say(
                "net \(net) ha  plane \(plane) ha  \(analysis.survey?.table ?? "no survey")  as \(target)",
                "净 \(net) 公顷  平面 \(plane) 公顷  \(analysis.survey?.table ?? "无现状调查")  按 \(target)"),
            row: row, column: 0, width: width, style: session.role("detail"))
        return row + 1
    }

    // MARK: The list

    private mutating func drawList(
        into frame: inout Frame, rows span: Range<Int>, columns: Range<Int>, _ session: Session
    ) {
        // A tall window has room for the basis and the remedy too.
        let text = span.count >= 30 ? 6 : min(3, span.count / 4)
        let list = span.lowerBound..<span.upperBound - text
        height = max(1, list.count)
        if cursor < top { top = cursor }
        if cursor >= top + height { top = cursor - height + 1 }
        top = max(0, min(top, rows.count - height))
        for (line, index) in zip(list, top..<max(top, rows.count)) {
            switch rows[index] {
            case .section(let section): draw(sections[section], into: &frame, row: line, columns, session)
            case .item(let section, let place):
                draw(
                    sections[section].items[place], in: sections[section].columns, into: &frame, row: line, columns,
                    session)
            }
            if let uid = uid(of: rows[index]), session.marks.contains(uid) {
                frame.put("*", row: line, column: columns.lowerBound + 1, style: session.role("row.marked"))
            }
            guard index == cursor else { continue }
            frame.put(">", row: line, column: columns.lowerBound, style: session.role("row.selected"))
            if focus == .list { frame.cursor = Place(row: line, column: columns.lowerBound) }
        }
        drawText(into: &frame, rows: list.upperBound..<span.upperBound, columns: columns, session)
    }

    private func draw(
        _ section: AnalysisSection, into frame: inout Frame, row: Int, _ columns: Range<Int>, _ session: Session
    ) {
        let title = "\(section.isOpen ? "-" : "+") \(section.title)"
        let start = columns.lowerBound + 1
        // On a slow line a title in bold costs as much as a word.
        let style = session.role(session.isSlow ? "row" : "header")
        let used = frame.put(title, row: row, column: start, width: columns.count - 1, style: style)
        if section.isOpen, !session.isSlow {
            return drawTitles(of: section, into: &frame, row: row, columns, after: start + used + 1, session)
        }
        let tally = session.isSlow ? section.shortTally : section.tally
        guard !tally.isEmpty, columns.upperBound > start + used + 2 else { return }
        frame.put(
            tally, row: row, column: start + used + 2, width: columns.upperBound - start - used - 2,
            style: session.role("row"))
    }

    /// Over the rows of an open section stand the titles of its columns, as far as its own leaves them room.
    private func drawTitles(
        of section: AnalysisSection, into frame: inout Frame, row: Int, _ columns: Range<Int>, after end: Int,
        _ session: Session
    ) {
        var start = columns.lowerBound + 3
        for column in section.columns {
            defer { start += column.width + 1 }
            let title = column.title.description
            let place = start + (column.isNumber ? max(0, column.width - displayWidth(of: title)) : 0)
            guard place > end, place < columns.upperBound else { continue }
            frame.put(
                title, row: row, column: place, width: min(start + column.width, columns.upperBound) - place,
                style: session.role("header"))
        }
    }

    private func draw(
        _ item: AnalysisItem, in layout: [Table.Column], into frame: inout Frame, row: Int, _ columns: Range<Int>,
        _ session: Session
    ) {
        let style = session.role(item.role)
        guard !item.cells.isEmpty else {
            frame.put(
                item.text.first ?? "", row: row, column: columns.lowerBound + 3, width: columns.count - 3, style: style)
            return
        }
        var start = columns.lowerBound + 3
        for (index, (column, text)) in zip(layout, item.cells).enumerated() where start < columns.upperBound {
            let isLast = index == layout.count - 1
            let room = min(isLast && !column.isNumber ? .max : column.width, columns.upperBound - start)
            let shift = column.isNumber ? max(0, room - displayWidth(of: text)) : 0
            frame.put(text, row: row, column: start + shift, width: room - shift, style: style)
            start += column.width + 1
        }
    }

    /// What the row says in full.
    private func drawText(
        into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, _ session: Session
    ) {
        let text = item?.text ?? []
        let lines = text.flatMap { wrapped($0, width: columns.count) }
        for (row, line) in zip(rows, lines) {
            frame.put(
                line, row: row, column: columns.lowerBound, width: columns.count, style: session.role("detail"))
        }
    }

    // MARK: The map

    private mutating func drawMap(
        into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, _ session: Session
    ) throws {
        let cursor = frame.cursor
        if isNew {
            try map.fit(Size(columns: columns.count, rows: rows.count - 1), session)
            frameSubject()
        }
        var overlay = MapPane.Overlay()
        overlay.lines = [(ring, "map.sketch")]
        if let outline, map.viewport?.box.intersects(outline.box) != false {
            overlay.lines.append((outline.asLines, "map.changed"))
        }
        try map.draw(
            into: &frame, rows: rows, columns: columns, isFocused: focus == .map, selected: nil, overlay: overlay,
            session)
        let place = point ?? outline?.labelPoint
        // On top of all, also of the names of units: it is what one came for.
        if let place, let viewport = map.viewport, let cell = viewport.place(of: place), viewport.contains(cell) {
            frame.put(
                "@", row: rows.lowerBound + cell.row, column: columns.lowerBound + cell.column,
                style: session.role("map.selected"))
        }
        if focus != .map { frame.cursor = cursor }
    }

    /// The outline and the place of what a row is about.
    func place(of subject: AnalysisItem.Subject, _ session: Session) throws -> (outline: Shape?, point: Point?) {
        switch subject {
        case .nothing: return (nil, nil)
        case .parcel(let index):
            let shape = analysis.parcels[index].shape
            return (shape, shape.labelPoint)
        case .meeting(let layer, let place):
            return try self.place(of: analysis.layers[layer].meetings[place], session)
        case .touched(let index): return try place(of: analysis.touched[index], session)
        case .doubled(let index): return (nil, analysis.doubled[index].place)
        case .unsurveyed:
            let shape = analysis.unsurveyed?.shape
            return (shape, shape?.labelPoint)
        case .finding(let index):
            let finding = analysis.findings[index]
            // What is forbidden is where both lie; else the part of the parcel that is taken.
            let met = analysis.layers.lazy.flatMap(\.meetings).first { $0.id == finding.object }
            let piece =
                try analysis.isReadBack
                ? finding.uid.flatMap { try session.project.shape(of: $0, plan: session.planID) }
                : analysis.parcels.first { $0.id == finding.uid }?.shape
            let outline = try met.map { try place(of: $0, session).outline } ?? piece
            return (outline ?? piece, finding.place ?? piece?.labelPoint ?? outline?.labelPoint)
        }
    }

    private func place(of meeting: BoundaryAnalysis.Meeting, _ session: Session) throws -> (
        outline: Shape?, point: Point?
    ) {
        let outline =
            try meeting.shape
            ?? (meeting.coversAll
                ? analysis.boundary.shape : try session.project.shape(of: meeting.id, plan: session.planID))
        return (outline, meeting.place ?? outline?.labelPoint)
    }
}
