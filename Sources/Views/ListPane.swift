import Canvas
import Commands
import Phrases
import Store

/// The list of parcels: a window of rows over an ordered query, moved by keys. It never holds more than a few screens
/// of rows, whatever the layer's size.
package struct ListPane: Sendable {
    package private(set) var query = ParcelQuery()
    /// The text of the filter, as it was typed.
    package private(set) var filterText = ""
    package private(set) var rows: [Parcel] = []
    /// The row of `rows` under the cursor, and the row at the top of the pane.
    package private(set) var cursor = 0
    private var top = 0
    /// The number, from 0, of `rows[0]` in the whole list; nil while it is not known.
    private var offset: Int? = 0
    package private(set) var total: Int?
    private var height = 10
    private var rangeStart: Int64?
    /// The layer whose rows these are.
    private var layer: Int64?

    package init() {}

    package var current: Parcel? { rows.indices.contains(cursor) ? rows[cursor] : nil }

    /// Position such as `123/5000`.
    package var position: String {
        let number = offset.map { String($0 + cursor + 1) } ?? "?"
        return rows.isEmpty ? "0/\(total.map(String.init) ?? "?")" : "\(number)/\(total.map(String.init) ?? "?")"
    }

    // MARK: Reading

    /// Reads again around the row under the cursor, which stays where it is.
    package mutating func reload(_ session: Session) throws {
        // A row of the layer that was listed before is none of this one.
        let isSame = layer == nil || layer == session.survey?.id
        layer = session.survey?.id
        let kept = try isSame ? current.flatMap { try session.project.parcel($0.uid) } : nil
        total = query.filter == .all ? try session.project.count(query) : total
        if let kept {
            try center(on: kept, number: offset.map { $0 + cursor }, session)
        } else if let gone = current, isSame {
            try settle(near: gone, session)
        } else {
            try goFirst(session)
        }
    }

    /// Where a parcel was that is no longer there: the cursor comes to the one that took its place in the order.
    private mutating func settle(near gone: Parcel, _ session: Session) throws {
        let key = query.key(of: gone)
        let before = try session.project.parcels(query, after: key, backward: true, limit: height)
        let after = try session.project.parcels(query, after: key, limit: height)
        let row = max(0, cursor - top)
        let number = offset.map { $0 + cursor }
        rows = before + after
        cursor = min(before.count, max(0, rows.count - 1))
        top = max(0, cursor - min(row, height - 1))
        offset = before.count < height ? 0 : number.map { $0 - before.count }
    }

    /// Reads the list from another query.
    package mutating func set(
        filter: String? = nil, sort: ParcelQuery.Sort? = nil, descending: Bool? = nil, _ session: Session
    )
        throws
    {
        layer = session.survey?.id
        if let filter {
            filterText = filter
            query.filter = ParcelQuery.Filter(filter)
        }
        query.sort = sort ?? query.sort
        query.descending = descending ?? query.descending
        total = query.filter == .all ? try session.project.count(query) : nil
        try goFirst(session)
    }

    package mutating func set(total: Int) { self.total = total }

    private mutating func goFirst(_ session: Session) throws {
        rows = try session.project.parcels(query, limit: height * 2)
        (cursor, top, offset) = (0, 0, 0)
        if rows.count < height * 2 { total = rows.count }
    }

    private mutating func goLast(_ session: Session) throws {
        rows = try session.project.parcels(query, backward: true, limit: height * 2)
        cursor = max(0, rows.count - 1)
        top = max(0, rows.count - height)
        offset = total.map { $0 - rows.count } ?? (rows.count < height * 2 ? 0 : nil)
    }

    private mutating func center(on parcel: Parcel, number: Int?, _ session: Session) throws {
        let key = query.key(of: parcel)
        let before = try session.project.parcels(query, after: key, backward: true, limit: height)
        let after = try session.project.parcels(query, after: key, limit: height)
        let row = max(0, cursor - top)
        rows = before + [parcel] + after
        cursor = before.count
        top = max(0, cursor - min(row, height - 1))
        offset = before.count < height ? 0 : number.map { $0 - before.count }
    }

    /// Goes to a parcel, in the filtered list if it is there.
    ///
    /// - Returns: whether it is in the list.
    package mutating func go(to uid: Int64, _ session: Session) throws -> Bool {
        if let row = rows.firstIndex(where: { $0.uid == uid }) {
            cursor = row
            keepInSight()
            return true
        }
        guard let parcel = try session.project.parcel(uid) else { return false }
        let number = try session.project.rank(of: parcel, in: query)
        let found = try session.project.parcels(query, offset: number, limit: 1)
        guard found.first?.uid == uid else { return false }
        try center(on: parcel, number: number, session)
        return true
    }

    // MARK: Moving

    package mutating func move(by count: Int, _ session: Session) throws {
        cursor += count
        try fetch(session)
        cursor = min(max(cursor, 0), max(0, rows.count - 1))
        keepInSight()
    }

    /// To row number `number`, from 1; without one to the first or the last.
    package mutating func jump(to number: Int?, last: Bool, _ session: Session) throws {
        guard let number else {
            if last { try goLast(session) } else { try goFirst(session) }
            return
        }
        let wanted = max(0, min(number - 1, (total ?? number) - 1))
        let start = max(0, wanted - height)
        rows = try session.project.parcels(query, offset: start, limit: height * 3)
        offset = start
        cursor = max(0, min(wanted - start, rows.count - 1))
        top = max(0, cursor - height / 2)
        keepInSight()
    }

    /// Reads on where the cursor left the rows that are there.
    private mutating func fetch(_ session: Session) throws {
        let wanted = height * 2
        if cursor >= rows.count - height, let last = rows.last {
            let more = try session.project.parcels(
                query, after: query.key(of: last), limit: max(wanted, cursor - rows.count + wanted))
            rows += more
            if more.isEmpty, let offset { total = offset + rows.count }
        }
        if cursor < height, let first = rows.first, offset != 0 {
            let more = try session.project.parcels(
                query, after: query.key(of: first), backward: true, limit: max(wanted, wanted - cursor))
            rows = more + rows
            cursor += more.count
            top += more.count
            offset = more.isEmpty ? 0 : offset.map { $0 - more.count }
        }
        trim()
    }

    /// Lets go of rows far from the cursor.
    private mutating func trim() {
        let most = height * 12
        guard rows.count > most else { return }
        let start = max(0, min(cursor - most / 2, rows.count - most))
        rows = Array(rows[start..<start + most])
        cursor -= start
        top -= start
        offset = offset.map { $0 + start }
    }

    private mutating func keepInSight() {
        if cursor < top { top = cursor }
        if cursor >= top + height { top = cursor - height + 1 }
        top = max(0, min(top, max(0, rows.count - 1)))
    }

    package mutating func resize(to height: Int) {
        self.height = max(1, height)
        keepInSight()
    }

    /// The rows that are on the screen.
    package var visible: ArraySlice<Parcel> { rows[min(top, rows.count)..<min(top + height, rows.count)] }

    // MARK: Marks

    /// The uids from the last mark to the cursor, where both are among the rows read.
    package mutating func range() -> [Int64] {
        guard let start = rangeStart.flatMap({ uid in rows.firstIndex { $0.uid == uid } }) else { return [] }
        return rows[min(start, cursor)...max(start, cursor)].map(\.uid)
    }

    package mutating func startRange() { rangeStart = current?.uid }

    // MARK: Drawing

    private static let sorts: [ParcelQuery.Sort] = [.uid, .number, .class, .unit, .area]

    package var nextSort: ParcelQuery.Sort {
        let place = Self.sorts.firstIndex(of: query.sort) ?? 0
        return Self.sorts[(place + 1) % Self.sorts.count]
    }

    /// Draws the header row and the rows below it.
    package mutating func draw(
        into frame: inout Frame, rows span: Range<Int>, columns: Range<Int>, isFocused: Bool, labels: [Int64: String],
        _ session: Session
    ) {
        resize(to: span.count - 1)
        let layout = ListColumns(width: columns.count)
        let header = session.role("header")
        for column in layout.columns {
            let arrow = column.sort == query.sort ? (query.descending ? "v" : "^") : ""
            let title = column.title.description + arrow
            // A heading stands over its numbers.
            let shift = column.isNumber ? max(0, column.width - displayWidth(of: title)) : 0
            frame.put(
                title, row: span.lowerBound, column: columns.lowerBound + column.start + shift,
                width: column.width - shift, style: header)
        }
        for (index, parcel) in visible.enumerated() {
            let row = span.lowerBound + 1 + index
            let isCurrent = top + index == cursor
            let isMarked = session.marks.contains(parcel.uid)
            let style = session.role(isMarked ? "row.marked" : parcel.isEdited ? "changed" : "row")
            let sign = labels[parcel.uid] ?? (isCurrent ? ">" : isMarked ? "*" : " ")
            frame.put(
                sign, row: row, column: columns.lowerBound, width: 2,
                style: isCurrent ? session.role("row.selected") : style)
            for column in layout.columns {
                let text = column.text(of: parcel, session)
                let shift = column.isNumber ? max(0, column.width - displayWidth(of: text)) : 0
                frame.put(
                    text, row: row, column: columns.lowerBound + column.start + shift, width: column.width - shift,
                    style: style)
            }
            if isCurrent, isFocused { frame.cursor = Place(row: row, column: columns.lowerBound) }
        }
        if rows.isEmpty {
            let text =
                query.filter == .all
                ? say("No parcels here. Import a layer:  :import FILE", "没有图斑。导入图层：:import 文件")
                : say("No parcel passes the filter. Esc clears it.", "没有符合筛选的图斑。按 Esc 清除筛选。")
            frame.put(text, row: span.lowerBound + 1, column: columns.lowerBound + 2, width: columns.count - 2)
        }
    }
}

/// Which columns a list of some width shows, and where.
struct ListColumns {
    struct Column {
        var sort: ParcelQuery.Sort
        var title: Phrase
        var start: Int
        var width: Int
        var isNumber: Bool

        func text(of parcel: Parcel, _ session: Session) -> String {
            switch sort {
            case .uid: String(parcel.uid)
            case .number: parcel.number
            case .class: session.code(of: parcel.class)
            case .unit: session.units[parcel.unit].map { $0.name.isEmpty ? $0.code : $0.name } ?? ""
            case .area: Decimals.hundredths(parcel.area)
            }
        }
    }

    let columns: [Column]

    init(width: Int) {
        var start = 2
        var made: [Column] = []
        func add(_ sort: ParcelQuery.Sort, _ english: String, _ chinese: String, _ columns: Int, number: Bool = false) {
            guard start + columns <= width else { return }
            made.append(
                Column(sort: sort, title: Phrase(english, chinese), start: start, width: columns, isNumber: number))
            start += columns + 1
        }
        add(.uid, "parcel", "图斑", 8, number: true)
        add(.class, "class", "地类", 14)
        add(.area, "area m2", "面积 m2", 14, number: true)
        add(.number, "number", "标识码", 18)
        // The unit's name takes what is left; Chinese names cost bytes, so it comes last.
        let rest = min(30, width - start)
        if rest >= 8 { add(.unit, "unit", "单位", rest) }
        columns = made
    }
}
