import Phrases

/// Days as options take them: 2026-01-31.
enum Day {
    /// The day as it was given.
    ///
    /// - Throws: `Refusal` for a text that is no day of the calendar.
    static func checked(_ text: String?) throws -> String? {
        guard let text else { return nil }
        guard let match = text.wholeMatch(of: /(\d{4})-(\d{2})-(\d{2})/), let year = Int(match.1),
            let month = Int(match.2), let day = Int(match.3), (1...12).contains(month),
            (1...length(ofMonth: month, year)).contains(day)
        else {
            throw Refusal(
                .usage, "'\(text)' is not a day of the calendar; write it as 2026-01-31.",
                "“\(text)”不是有效日期，应写作 2026-01-31。")
        }
        return text
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
