import Testing

@testable import Planning

/// Terms counted by hand, with the calendar beside: 2025-01-24, 2025-09-26 and 2030-01-04 are Fridays, 2026-02-10 a
/// Tuesday.
struct WorkCalendarTests {
    private func day(_ text: String) throws -> Int { try #require(WorkCalendar.day(text)) }

    @Test(
        "A term ends where a hand comes to",
        arguments: [
            // 01-26 (a Sunday that is worked) 1, 01-27 2, the feast until 02-04, 02-05 3, 02-06 4, 02-07 5.
            ("2025-01-24", 5, "2025-02-07"),
            // 09-28 (Sunday, worked) 1, 29 2, 30 3, rest until 10-08, 10-09 4, 10 5, 11 (Saturday, worked) 6,
            // 13 7, 14 8, 15 9, 16 10.
            ("2025-09-26", 10, "2025-10-16"),
            // 02-11 1, 12 2, 13 3, 14 (Saturday, worked) 4, rest 02-15 to 23, 24 5, 25 6, 26 7, 27 8, 28 (Saturday,
            // worked) 9, 03-02 10 … 06 14, 09 15 … 13 19, 16 20.
            ("2026-02-10", 20, "2026-03-16"),
            // Beyond the table by weekdays alone: the Monday after.
            ("2030-01-04", 1, "2030-01-07"), ("2030-01-05", 1, "2030-01-07"), ("2030-01-07", 0, "2030-01-07"),
        ])
    func term(first: String, count: Int, last: String) throws {
        let calendar = WorkCalendar.standard
        #expect(WorkCalendar.text(calendar.end(of: count, after: try day(first))) == last)
        guard count > 0 else { return }
        #expect(calendar.count(from: try day(first), to: try day(last)) == count)
        #expect(calendar.count(from: try day(last), to: try day(first)) == -count)
        // A day before the last, one working day less.
        #expect(calendar.count(from: try day(first), to: try day(last) - 1) == count - 1)
    }

    @Test("Days since 1970 are those of date(1)")
    func days() throws {
        for (text, number) in [
            ("1970-01-01", 0), ("2000-02-29", 11_016), ("2000-03-01", 11_017), ("2026-01-31", 20_484),
            ("1969-12-31", -1), ("2100-02-28", 47_540), ("2100-03-01", 47_541),
        ] {
            #expect(WorkCalendar.day(text) == number, "\(text)")
            #expect(WorkCalendar.text(number) == text)
        }
        #expect(WorkCalendar.day("2026-01-31T23:59:59Z") == 20_484)
        for text in ["2025-02-29", "2025-13-01", "2025-00-10", "2025-1-1", "soon", "", "2025-01-32", "2100-02-29"] {
            #expect(WorkCalendar.day(text) == nil, "\(text)")
        }
    }

    @Test("A table of holidays proves itself, with file and line")
    func table() throws {
        let head = "first,last,is,name_en,name_zh,source\n"
        let own = try WorkCalendar(csv: head + "2031-01-01,2031-01-02,rest,a,b,c\n", file: "c.csv")
        // 2031-01-01 is a Wednesday.
        #expect(WorkCalendar.text(own.end(of: 1, after: try day("2030-12-31"))) == "2031-01-03")
        #expect(own.lastYear == 2031)
        for row in [
            "2031-01-02,2031-01-01,rest", "2031-01-01,2031-06-01,rest", "2031-01-01,soon,rest",
            "2031-01-01,2031-01-01,off",
        ] {
            let fault = #expect(throws: TableFault.self) {
                try WorkCalendar(csv: head + "2031-01-01,2031-01-01,rest,a,b,c\n\(row),a,b,c\n", file: "c.csv")
            }
            #expect(fault?.file == "c.csv" && fault?.line == 3, "\(row)")
        }
    }
}
