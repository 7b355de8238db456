import Canvas
import Commands
import Geometry
import Phrases
import Store

/// List above text above map, which has half the window; in a wide one the map stands beside them, as high as they are.
extension ReviewView {
    /// From how many columns on the map stands beside the list: then each has more than half of 80. On a slow line it
    /// never does, since a list beside a map cannot scroll.
    private static let wide = 120

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws {
        let width = frame.size.columns
        let hint = rows.upperBound - 1
        if width >= Self.wide, !session.isSlow {
            // All columns of the list, where the map keeps nearly as much.
            let left = width >= Self.listWidth + 78 ? Self.listWidth : 64
            let middle = rows.lowerBound + (hint - rows.lowerBound) / 2
            table.draw(into: &frame, rows: rows.lowerBound..<middle, width: left, session)
            drawText(into: &frame, rows: middle..<hint, width: left, isWhole: true, session)
            try drawMap(into: &frame, rows: rows.lowerBound..<hint, columns: left + 1..<width, session)
        } else {
            // Who reads the text has the map's rows for it.
            let hasMap = focus != .text && (!session.isSlow || isMapAsked)
            let middle = hint - (rows.count / 2)
            let height = min(10, max(5, rows.count / 4 + 1))
            let list = rows.lowerBound..<max(rows.lowerBound + 2, middle - height)
            table.draw(into: &frame, rows: list, session)
            drawText(
                into: &frame, rows: list.upperBound..<(hasMap ? middle : hint), width: width, isWhole: focus == .text,
                session)
            if hasMap { try drawMap(into: &frame, rows: middle..<hint, columns: 0..<width, session) }
        }
        frame.put(
            width < 76
                ? say("Space seen  A accept  O object  F decide  ? keys", "空格 已看  A 同意  O 异议  F 决定  ? 按键")
                : say(
                    "Space seen  A accept  O object  C comment  n next  b before  F decide  ? keys",
                    "空格 已看  A 同意  O 异议  C 评论  n 下一处  b 前后  F 决定  ? 按键"), row: hint,
            column: 0, width: width, style: session.role("detail"))
        shown = table.cursor
    }

    private static var listWidth: Int { 2 + columns.reduce(0) { $0 + $1.width + 1 } }

    /// The sentences about the change: a row for each, so that many are in sight, or whole.
    private mutating func drawText(
        into frame: inout Frame, rows: Range<Int>, width: Int, isWhole: Bool, _ session: Session
    ) {
        var all: [(text: String, role: String)] = []
        var picked = false
        for line in lines {
            let isPicked = line.thread != nil && line.thread == thread && !picked
            if isPicked { picked = true }
            let text = (line.thread == nil ? "" : isPicked ? "> " : "  ") + line.text
            for row in isWhole ? wrapped(text, width: width - 1) : [text] { all.append((row, line.role)) }
        }
        top = focus == .text ? max(0, min(top, all.count - rows.count)) : 0
        let rest = all.count - top - rows.count
        for (row, line) in zip(rows, all.dropFirst(top)) {
            let isLast = row == rows.upperBound - 1 && rest > 0
            let text =
                !isLast
                ? line.text
                : focus == .text
                    ? say("\(rest + 1) more rows: j", "还有 \(rest + 1) 行：按 j")
                    : isWhole
                        ? say("\(rest + 1) more rows: Tab", "还有 \(rest + 1) 行：Tab")
                        : say("\(rest + 1) more: Tab", "还有 \(rest + 1) 条：Tab")
            frame.put(text, row: row, column: 0, width: width, style: session.role(isLast ? "header" : line.role))
        }
        if focus == .text { frame.cursor = Place(row: rows.lowerBound, column: 0) }
    }

    private mutating func drawMap(
        into frame: inout Frame, rows: Range<Int>, columns: Range<Int>, _ session: Session
    ) throws {
        var overlay = MapPane.Overlay()
        if let outline, !outline.isEmpty {
            overlay.lines = [
                (
                    Shape(kind: .line, points: outline.points, ringEnds: outline.ringEnds, partEnds: outline.partEnds),
                    "map.changed"
                )
            ]
        }
        overlay.note =
            item == nil ? "" : showsBefore ? say("| BEFORE", "| 改动前") : say("| after", "| 改动后")
        let cursor = frame.cursor
        if isNew {
            try map.fit(Size(columns: columns.count, rows: rows.count - 1), session)
            if !hasArrived { try frameAll(session) }
            frameChange()
            isNew = false
        }
        try map.draw(
            into: &frame, rows: rows, columns: columns, isFocused: focus == .map, selected: outline?.labelPoint,
            world: .plan(showsBefore ? 0 : plan), overlay: overlay, session)
        if focus != .map { frame.cursor = cursor }
    }

    /// Shows all changes of a small plan at first: then the map can stay while one steps through them.
    private mutating func frameAll(_ session: Session) throws {
        hasArrived = true
        guard let items = review?.items, items.count <= 60 else { return }
        let boxes = try items.compactMap { try session.project.shape(of: $0.touched.uid, plan: plan)?.box }
        guard let first = boxes.first else { return }
        let all = boxes.dropFirst().reduce(first) { a, b in
            Box(
                minX: min(a.minX, b.minX), minY: min(a.minY, b.minY), maxX: max(a.maxX, b.maxX),
                maxY: max(a.maxY, b.maxY))
        }
        let corners = [
            Point(x: all.minX, y: all.minY), Point(x: all.maxX, y: all.minY), Point(x: all.maxX, y: all.maxY),
            Point(x: all.minX, y: all.maxY), Point(x: all.minX, y: all.minY),
        ]
        map.frame(Shape(kind: .polygon, points: corners, ringEnds: [5], partEnds: [1]), margin: 0.05)
    }

    /// Sends the map to the change. Where it is in sight already, and not too small, the map stays: another would cost
    /// a slow line a second.
    private mutating func frameChange() {
        guard let outline, !outline.isEmpty, let viewport = map.viewport else { return }
        let box = outline.box
        if let first = viewport.place(of: Point(x: box.minX, y: box.maxY)),
            let last = viewport.place(of: Point(x: box.maxX, y: box.minY)), viewport.contains(first),
            viewport.contains(last), last.row - first.row >= 1 || last.column - first.column >= 4
        {
            map.reveal(outline.labelPoint ?? box.center)
        } else {
            map.frame(outline)
        }
    }
}
