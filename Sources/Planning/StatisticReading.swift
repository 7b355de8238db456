import Phrases

/// What a table of statistics says: values in the measures of their series, and what was done to read them.
package struct StatisticReading: Sendable {
    /// Without those that stand twice.
    package private(set) var entries: [StatisticEntry] = []
    /// Sentences on what was unusual and read all the same.
    package private(set) var notes: [Phrase] = []
    /// What makes the table one that cannot be imported, in the order of its lines.
    package private(set) var faults: [StatisticFault] = []

    private var sheet: StatisticSheet
    private let layout: StatisticLayout
    private let options: StatisticOptions
    private let units: StatisticUnits
    private let known: [String: StatisticSeries]

    private var absent = 0
    private var repeated = 0
    private var styles: [StatisticNumber.Style: Int] = [:]
    private var converted: [String: Int] = [:]
    private var lines: [StatisticEntry.Key: Int] = [:]

    /// Reads a table.
    ///
    /// - Parameter series: all that a column may be of; the first that bears a name has it.
    /// - Throws: `StatisticFault` where the table as a whole tells too little. Faults of cells are in `faults`.
    package init(
        _ sheet: StatisticSheet, _ options: StatisticOptions, series: [StatisticSeries], units: StatisticUnits
    ) throws(StatisticFault) {
        guard !sheet.rows.isEmpty else { throw StatisticFault("it has no rows below its header", "表头以下没有数据行") }
        var byKey: [String: StatisticSeries] = [:]
        for one in series { for key in one.keys where byKey[key] == nil { byKey[key] = one } }
        known = byKey
        self.sheet = sheet
        self.options = options
        self.units = units
        do throws(StatisticFault) {
            layout = try StatisticLayout(sheet, options) { byKey[StatisticSeries.key($0)] }
        } catch {
            // A title across the first row is why no column is known.
            let first = sheet.rows[0].line
            guard let title = sheet.merges.first(where: { $0.lines.lowerBound < first }) else { throw error }
            throw StatisticFault(
                "the cells \(title.name) above its rows are merged: the first row has to name the columns, one in each cell",
                "数据行之上的单元格 \(title.name) 已合并：第一行须逐格写明列名")
        }
        fillMerges()
        for row in self.sheet.rows { read(row) }
        tell()
    }

    private func find(_ name: String) -> StatisticSeries? { known[StatisticSeries.key(name)] }

    // MARK: Merged cells

    /// Cells of a key column that were merged downwards stand for each of their rows; any others leave it open what each
    /// row's value is.
    private mutating func fillMerges() {
        var filled: [String] = []
        for merge in sheet.merges.sorted(by: { $0.lines.lowerBound < $1.lines.lowerBound }) {
            let rows = sheet.rows.indices.filter { merge.lines.contains(sheet.rows[$0].line) }
            let isHeader = sheet.rows.first.map { merge.lines.lowerBound < $0.line } ?? true
            guard merge.columns.contains(where: layout.isRead), isHeader || !rows.isEmpty else { continue }
            let column = merge.columns.lowerBound
            guard !isHeader, merge.columns.count == 1, layout.isKey(column), let first = rows.first else {
                faults.append(
                    StatisticFault(
                        "the cells \(merge.name) are merged, so that it is open what each of them holds: unmerge them and fill each",
                        "单元格 \(merge.name) 已合并，无法确定每个单元格的值：请取消合并并逐格填写"))
                continue
            }
            let value = sheet.rows[first].values[column]
            for row in rows {
                var values = sheet.rows[row].values
                values[column] = value
                sheet.rows[row] = CSV.Row(line: sheet.rows[row].line, values: values)
            }
            filled.append(merge.name)
        }
        guard !filled.isEmpty else { return }
        let names = filled.prefix(5).joined(separator: ", ") + (filled.count > 5 ? ", …" : "")
        notes.append(
            Phrase("Merged cells stand for each of their rows: \(names).", "合并单元格的值已用于其中每一行：\(names)。"))
    }

    // MARK: Rows

    private mutating func read(_ row: CSV.Row) {
        guard row.values.contains(where: { !$0.trimmed.isEmpty }) else { return }
        do throws(StatisticFault) {
            let unit = try unit(of: row)
            var named: StatisticSeries?
            var namedMeasure: String?
            if layout.values.contains(where: { $0.series == nil }), let column = layout.series {
                let text = row.values[column]
                let (title, measure) = StatisticLayout.split(text)
                guard let series = find(text) ?? find(title) else {
                    throw StatisticFault(
                        sheet.place(row.line, column),
                        "holds ‘\(text)’, which is no series: 'statistic list' lists them, --series \(text)=MEASURE makes one",
                        "中的“\(text)”不是已知统计指标：可用 statistic list 查看，或用 --series 新建")
                }
                (named, namedMeasure) = (series, measure)
            }
            if let column = layout.measure {
                let text = row.values[column].trimmed
                if !text.isEmpty { namedMeasure = text }
            }
            for column in layout.values {
                do throws(StatisticFault) {
                    try read(row, column, unit, named, namedMeasure)
                } catch { faults.append(error) }
            }
        } catch { faults.append(error) }
    }

    private func unit(of row: CSV.Row) throws(StatisticFault) -> String {
        let columns = [layout.unit, layout.unitName].compactMap { $0 }
        let column = columns.first { !row.values[$0].trimmed.isEmpty }
        let text = options.unit ?? column.map { row.values[$0] } ?? ""
        let place = (column ?? columns.first).map { sheet.place(row.line, $0) } ?? Phrase("--unit", "--unit ")
        guard !text.isEmpty else { throw StatisticFault(place, "names no unit: every row needs one", "未注明行政单元，每行都须注明") }
        switch units.find(text) {
        case .unit(let code): return code
        case .none:
            throw StatisticFault(
                place, "names the unit ‘\(text)’, which the project has not; --any-unit takes it as it stands",
                "中的行政单元“\(text)”不在项目中；加 --any-unit 可照原样接收")
        case .several(let codes):
            let list = codes.joined(separator: ", ")
            throw StatisticFault(
                place, "names the unit ‘\(text)’, as several are called (\(list)): give its code",
                "中的行政单元“\(text)”有同名单元（\(list)）：请改用代码")
        }
    }

    private mutating func read(
        _ row: CSV.Row, _ column: StatisticLayout.ValueColumn, _ unit: String, _ named: StatisticSeries?,
        _ namedMeasure: String?
    ) throws(StatisticFault) {
        // A mapped column tells its series, others take that of the row.
        guard let series = column.series ?? named else {
            throw StatisticFault(sheet.place(row.line), "names no series", "未注明统计指标")
        }
        let text = row.values[column.column]
        guard !StatisticNumber.isAbsent(text) else {
            absent += 1
            return
        }
        let place = sheet.place(row.line, column.column)
        guard let number = StatisticNumber(text) else {
            throw StatisticFault(
                place, "holds ‘\(text)’, which is no number: write the figure alone, its measure in the header",
                "中的“\(text)”不是数：请只写数值，计量单位写在表头")
        }
        let year = try year(of: row, column)
        let value = try value(number, of: series, in: column.measure ?? namedMeasure, place)
        let key = StatisticEntry.Key(series: series.id, unit: unit, year: year)
        if let before = lines[key] {
            guard entries[before].value == value else {
                let other = entries[before]
                let (now, was) = (StatisticNumber.text(value), StatisticNumber.text(other.value))
                throw StatisticFault(
                    place,
                    "gives \(series.id) of \(unit) in \(year) as \(now), and line \(other.line) as \(was): keep one of them",
                    "给出 \(unit) \(year) 年\(series.name.chinese)为 \(now)，而第 \(other.line) 行为 \(was)：请只保留一个")
            }
            repeated += 1
            return
        }
        lines[key] = entries.count
        entries.append(StatisticEntry(key: key, value: value, line: row.line))
        for style in [StatisticNumber.Style.thousands, .fullWidth, .percent] where number.style.contains(style) {
            styles[style, default: 0] += 1
        }
    }

    private func year(of row: CSV.Row, _ column: StatisticLayout.ValueColumn) throws(StatisticFault) -> Int {
        if let year = column.year ?? (layout.year == nil ? options.year : nil) { return year }
        guard let place = layout.year else { throw StatisticFault(sheet.place(row.line), "tells no year", "未注明年份") }
        let text = row.values[place]
        // A day such as 2020-12-31 is of its year.
        let day = text.trimmed.split(separator: "-")
        guard let year = StatisticLayout.year(text) ?? (day.count == 3 ? StatisticLayout.year(day[0]) : nil) else {
            let isEmpty = text.trimmed.isEmpty
            throw StatisticFault(
                sheet.place(row.line, place),
                isEmpty
                    ? "tells no year: every row needs one, such as 2025"
                    : "holds ‘\(text)’, which is no year such as 2025",
                isEmpty ? "未注明年份，每行都须注明，如 2025" : "中的“\(text)”不是年份，应如 2025")
        }
        return year
    }

    private mutating func value(
        _ number: StatisticNumber, of series: StatisticSeries, in measure: String?, _ place: Phrase
    ) throws(StatisticFault) -> Double {
        let own = Measure.named(series.measure)
        if number.style.contains(.percent) {
            if own?.kind == "ratio" { return number.value(numerator: 1, denominator: 100) }
            guard own?.isShare == true, measure.map({ Measure.named($0)?.isShare == true }) ?? true else {
                throw StatisticFault(
                    place, "holds a percentage, and \(series.id) is counted in \(measure ?? series.measure)",
                    "为百分数，而 \(series.id) 的计量单位为 \(measure ?? series.measure)")
            }
            // The sign says what it is in, whatever the header says.
            let factor = Measure.named("%").flatMap { percent in own?.factor(from: percent) } ?? (1, 1)
            return number.value(numerator: factor.numerator, denominator: factor.denominator)
        }
        guard let measure, StatisticSeries.key(measure) != StatisticSeries.key(series.measure) else {
            return number.value
        }
        let given = Measure.named(measure)
        if given != nil, given == own { return number.value }
        guard let own, let given, let factor = own.factor(from: given) else {
            throw StatisticFault(
                place,
                "is in \(measure), and \(series.id) is kept in \(series.measure), which it does not convert into",
                "的计量单位为 \(measure)，不能换算为 \(series.id) 的计量单位 \(series.measure)")
        }
        converted["\(series.id) \(given.name) \(own.name)", default: 0] += 1
        return number.value(numerator: factor.numerator, denominator: factor.denominator)
    }

    // MARK: What is told

    private mutating func tell() {
        func note(_ english: String, _ chinese: String) { notes.append(Phrase(english, chinese)) }
        for (names, count) in converted.sorted(by: { $0.key < $1.key }) {
            let parts = names.split(separator: " ")
            note(
                "\(parts[0]): \(counted(count, "value")) converted from \(parts[1]) into \(parts[2]).",
                "\(parts[0])：\(count) 个值由 \(parts[1]) 换算为 \(parts[2])。")
        }
        if let count = styles[.thousands] {
            note("Read without their thousands separators: \(counted(count, "number")).", "\(count) 个数含千位分隔符，已去除。")
        }
        if let count = styles[.fullWidth] {
            note("Read from full-width characters: \(counted(count, "number")).", "\(count) 个数含全角字符，已转换。")
        }
        if let count = styles[.percent] {
            note("Written with a percent sign: \(counted(count, "number")).", "\(count) 个数带百分号。")
        }
        if repeated > 0 {
            note(
                "Given again with the same value, and kept once: \(counted(repeated, "value")).",
                "\(repeated) 个值重复出现且相同，只保留一次。")
        }
        if absent > 0 { note("Left open by the table: \(counted(absent, "value")).", "表中有 \(absent) 个值空缺。") }
        if !layout.ignored.isEmpty {
            let names = layout.ignored.map { sheet.header[$0] }
            let list = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
            note(
                "No series, and not read: \(list); --map COLUMN=SERIES maps a column.",
                "不是统计指标，未读取：\(list)；可用 --map 列=指标 对应。")
        }
    }
}
