import Phrases

/// How a table of statistics is to be read, beside what its header tells.
package struct StatisticOptions: Sendable {
    /// A column that holds a series, of a year of its own where one is given.
    package struct Target: Hashable, Sendable {
        package var series: String
        package var year: Int?

        package init(series: String, year: Int? = nil) { (self.series, self.year) = (series, year) }
    }

    /// Columns, and what they hold.
    package var map: [String: Target] = [:]
    package var unitColumn: String?
    package var yearColumn: String?
    /// The unit of every row.
    package var unit: String?
    /// The year of every row.
    package var year: Int?
    /// The series of every row, where columns are years.
    package var of: String?

    package init() {}
}

/// Which column of a table holds what.
struct StatisticLayout {
    /// A column with values, of one series or one year or both.
    struct ValueColumn {
        var column: Int
        var series: StatisticSeries?
        var year: Int?
        var measure: String?
    }

    var unit: Int?
    var unitName: Int?
    var year: Int?
    var series: Int?
    var measure: Int?
    var values: [ValueColumn] = []
    /// Columns that nothing is read from.
    var ignored: [Int] = []

    /// Columns in which cells that were merged downwards stand for each of their rows.
    func isKey(_ column: Int) -> Bool { [unit, unitName, year, series, measure].contains(column) }

    func isRead(_ column: Int) -> Bool { isKey(column) || values.contains { $0.column == column } }

    private static let unitNames = [
        "unit", "unit code", "code", "xzqdm", "zldwdm", "行政区代码", "行政区划代码", "区划代码", "单元", "单元代码", "行政区", "行政单元",
        "地区代码", "统计用区划代码",
    ]
    private static let unitTitles = [
        "unit name", "name", "xzqmc", "zldwmc", "行政区名称", "单元名称", "地区", "地区名称", "名称", "乡镇", "乡镇名称", "村名",
    ]
    private static let yearNames = ["year", "年", "年份", "年度", "统计年度", "统计年份"]
    private static let seriesNames = ["series", "series id", "指标", "指标代码", "指标名称", "统计指标", "series name"]
    private static let measureNames = ["measure", "unit of measure", "计量单位", "单位"]
    private static let valueNames = ["value", "值", "数值", "指标值", "统计值", "数据"]
    /// Columns that our own exports have beside.
    private static let remarks = ["series name", "指标名称", "source", "来源", "数据来源", "note", "备注", "bz", "fid", "序号"]

    /// - Parameter find: the series that a name is of.
    init(_ sheet: StatisticSheet, _ options: StatisticOptions, find: (String) -> StatisticSeries?)
        throws(StatisticFault)
    {
        let keys = sheet.header.map { StatisticSeries.key($0) }
        func column(_ name: String) throws(StatisticFault) -> Int {
            if let column = sheet.header.firstIndex(of: name) ?? keys.firstIndex(of: StatisticSeries.key(name)) {
                return column
            }
            let known = listed(sheet.header, resembling: name)
            throw StatisticFault("there is no column \(name); there is \(known)", "没有列“\(name)”；现有：\(known)")
        }
        func known(_ names: [String]) -> Int? {
            names.lazy.compactMap { keys.firstIndex(of: StatisticSeries.key($0)) }.first
        }
        (unit, unitName, year) = (known(Self.unitNames), known(Self.unitTitles), known(Self.yearNames))
        (series, measure) = (known(Self.seriesNames), known(Self.measureNames))
        // Where a table has a column a series, its 单位 is whom the row is about.
        if unit == nil, unitName == nil, series == nil, let column = measure, keys[column] == "单位" {
            (unitName, measure) = (column, nil)
        }
        if let name = options.unitColumn { (unit, unitName) = (try column(name), nil) }
        if options.unit != nil { (unit, unitName) = (nil, nil) }
        if let name = options.yearColumn { year = try column(name) }
        if options.year != nil, options.yearColumn == nil { year = nil }
        for (name, target) in options.map.sorted(by: { $0.key < $1.key }) {
            let column = try column(name)
            guard let series = find(target.series) else { throw Self.unknown(target.series, column: name) }
            values.append(
                ValueColumn(
                    column: column, series: series, year: target.year, measure: Self.split(sheet.header[column]).measure
                ))
        }
        try readHeader(sheet, keys, options, find)
        try check(sheet, options)
    }

    static func unknown(_ series: String, column: String) -> StatisticFault {
        StatisticFault(
            "there is no series \(series) for column \(column): 'statistic list' lists them, --series \(series)=MEASURE makes one",
            "列“\(column)”所指的统计指标 \(series) 不存在：可用 statistic list 查看，或用 --series \(series)=计量单位 新建")
    }

    /// Finds the columns that hold values by what the header calls them.
    private mutating func readHeader(
        _ sheet: StatisticSheet, _ keys: [String], _ options: StatisticOptions, _ find: (String) -> StatisticSeries?
    ) throws(StatisticFault) {
        let only: StatisticSeries?
        if let name = options.of {
            guard let series = find(name) else { throw Self.unknown(name, column: "--of") }
            only = series
        } else {
            only = nil
        }
        for (column, name) in sheet.header.enumerated() where !isRead(column) {
            if Self.valueNames.contains(keys[column]), series != nil || only != nil {
                values.append(ValueColumn(column: column, series: only))
                continue
            }
            let (title, measure) = Self.split(name)
            if let year = Self.year(title), series != nil || only != nil {
                values.append(ValueColumn(column: column, series: only, year: year, measure: measure))
            } else if let series = find(name) {
                values.append(ValueColumn(column: column, series: series))
            } else if let series = find(title) {
                values.append(ValueColumn(column: column, series: series, measure: measure))
            } else if let (year, rest) = Self.yearBefore(title), let series = find(rest) {
                values.append(ValueColumn(column: column, series: series, year: year, measure: measure))
            } else if !name.trimmed.isEmpty,
                !Self.remarks.contains(where: { StatisticSeries.key($0) == keys[column] })
            {
                ignored.append(column)
            }
        }
    }

    private func check(_ sheet: StatisticSheet, _ options: StatisticOptions) throws(StatisticFault) {
        let header = sheet.header.joined(separator: ", ")
        guard !values.isEmpty else {
            let years = sheet.header.compactMap { Self.year($0) }
            if let year = years.first {
                throw StatisticFault(
                    "its columns are years such as \(year), and nothing says of which series: give --of SERIES",
                    "各列为年份（如 \(year)），但未说明统计指标：请用 --of 指定")
            }
            throw StatisticFault(
                "none of its columns (\(header)) is a series that is known: map them with --map COLUMN=SERIES, or make a series with --series COLUMN=MEASURE",
                "各列（\(header)）都不是已知统计指标：请用 --map 列=指标 对应，或用 --series 列=计量单位 新建")
        }
        guard unit != nil || unitName != nil || options.unit != nil else {
            throw StatisticFault(
                "none of its columns (\(header)) names the unit: give --unit-column COLUMN, or --unit CODE for all rows",
                "各列（\(header)）均未注明行政单元：请用 --unit-column 指定列，或用 --unit 指定单元代码")
        }
        guard year != nil || options.year != nil || values.allSatisfy({ $0.year != nil }) else {
            throw StatisticFault(
                "none of its columns (\(header)) tells the year: give --year-column COLUMN, or --year YEAR for all rows",
                "各列（\(header)）均未注明年份：请用 --year-column 指定列，或用 --year 指定年份")
        }
    }

    // MARK: Names of columns

    /// `常住人口（万人）` is a name and a measure; so are `GDP/亿元` and `Water use (万m³)`.
    static func split(_ header: String) -> (name: String, measure: String?) {
        let plain = PlainText.halfWidth(header).trimmed
        func measure(_ text: Substring) -> String? {
            let text = text.hasPrefix("单位:") ? text.dropFirst(3) : text
            return Measure.named(text) == nil ? nil : text.trimmed
        }
        if plain.hasSuffix(")"), let open = plain.lastIndex(of: "("),
            let found = measure(plain[plain.index(after: open)...].dropLast())
        {
            return (plain[..<open].trimmed, found)
        }
        // Measures have strokes of their own: μg/m³.
        for stroke in plain.indices where plain[stroke] == "/" {
            if let found = measure(plain[plain.index(after: stroke)...]) {
                return (plain[..<stroke].trimmed, found)
            }
        }
        return (plain, nil)
    }

    /// The year of `2020`, `2020年`, `2020年度`; nil for anything else.
    static func year(_ text: some StringProtocol) -> Int? {
        var plain = PlainText.halfWidth(text).trimmed[...]
        for ending in ["年度", "年末", "年", ".0"] where plain.hasSuffix(ending) {
            plain = plain.dropLast(ending.count)
            break
        }
        guard plain.utf8.count == 4, let year = Int(plain), (1900...2100).contains(year) else { return nil }
        return year
    }

    /// `2020年常住人口` is a year and a name.
    private static func yearBefore(_ title: String) -> (year: Int, rest: String)? {
        guard title.count > 5, let year = year(title.prefix(5)), title.dropFirst(4).first == "年" else { return nil }
        return (year, String(title.dropFirst(5)))
    }
}
