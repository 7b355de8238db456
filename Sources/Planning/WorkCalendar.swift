import Phrases

/// Which days are worked: Mondays to Fridays, but for the days that a table of public holidays names.
package struct WorkCalendar: Sendable {
    /// Days since 1970-01-01 whose weekday does not tell, and whether they are worked.
    private var exceptions: [Int: Bool]
    /// The last year that the table knows; later days are counted by their weekdays alone.
    package let lastYear: Int

    /// The holidays that tuban brings.
    package static let standard: WorkCalendar = {
        do {
            return try WorkCalendar(Tables.calendar())
        } catch {
            // The table is part of the program and a test loads it.
            preconditionFailure("\(error)")
        }
    }()

    package static var standardText: String { Tables.calendarText }

    /// - Throws: `TableFault` with file and line.
    package init(csv text: String, file: String) throws { try self.init(CSV(text, file: file)) }

    private init(_ csv: CSV) throws {
        let (first, last, kind) = (try csv.required("first"), try csv.required("last"), try csv.required("is"))
        exceptions = [:]
        var years = 0
        for row in csv.rows {
            guard let from = Self.day(row.values[first]), let to = Self.day(row.values[last]), from <= to,
                to - from < 60
            else {
                throw TableFault(
                    csv.file, row.line, "first and last are days such as 2026-10-01, at most 60 apart.",
                    "first 和 last 应为日期（如 2026-10-01），间隔不超过 60 天。")
            }
            guard ["rest", "work"].contains(row.values[kind]) else {
                throw TableFault(csv.file, row.line, "‘is’ is rest or work.", "is 列应为 rest 或 work。")
            }
            for day in from...to { exceptions[day] = row.values[kind] == "work" }
            years = max(years, Self.parts(to).year)
        }
        lastYear = years
    }

    package func isWorked(_ day: Int) -> Bool {
        // Day 0 was a Thursday.
        exceptions[day] ?? ((day % 7 + 7 + 3) % 7 < 5)
    }

    /// The last day of a term of working days that starts on the day after `day`, as terms run in Chinese law
    /// (民法典 201: the day on which it starts is not counted).
    package func end(of count: Int, after day: Int) -> Int {
        var (day, left) = (day, count)
        while left > 0 {
            day += 1
            if isWorked(day) { left -= 1 }
        }
        return day
    }

    /// Working days from the day after `first` to `last`; negative when `last` comes before.
    package func count(from first: Int, to last: Int) -> Int {
        guard first != last else { return 0 }
        let days = (min(first, last) + 1)...max(first, last)
        let worked = days.count { isWorked($0) }
        return first < last ? worked : -worked
    }

    /// Days since 1970-01-01 of `2026-01-31…`; nil for what is no day.
    package static func day(_ text: some StringProtocol) -> Int? {
        let parts = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2, let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let number = number(year, month, day)
        return Self.parts(number) == (year, month, day) ? number : nil
    }

    /// `2026-01-31` of a day.
    package static func text(_ day: Int) -> String {
        let (year, month, number) = parts(day)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(month))-\(two(number))"
    }

    /// H. Hinnant, chrono-compatible low-level date algorithms.
    private static func number(_ y: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? y - 1 : y
        let era = (year >= 0 ? year : year - 399) / 400, ofEra = year - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func parts(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097, ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
