import Phrases
import Testing

@testable import Planning

struct CSVTests {
    @Test("Quotes, doubled quotes, line breaks inside quotes, CRLF and a byte-order mark are read")
    func reads() throws {
        let csv = try CSV("\u{FEFF}code,name\r\n01,\"a, \"\"b\"\"\r\nc\"\r\n\r\n02,\r\n", file: "x.csv")
        #expect(csv.header == ["code", "name"])
        #expect(csv.rows.map(\.values) == [["01", "a, \"b\"\r\nc"], ["02", ""]])
        // The header is line 1, the first row fills lines 2 and 3, line 4 is empty.
        #expect(csv.rows.map(\.line) == [2, 5])
    }

    @Test(
        "A fault names file and line",
        arguments: [
            ("a,b\n1,2\n3\n", "x.csv:3:"), ("a,b\n\"1,2\n", "x.csv:2:"), ("a,b\n1,2\"\n", "x.csv:2:"),
            ("a,b\n\"1\"x,2\n", "x.csv:2:"), ("a,a\n", "x.csv:1:"), ("", "x.csv:1:"), ("a,b\n1,2\r3,4\n", "x.csv:2:"),
        ])
    func faults(text: String, place: String) {
        let fault = #expect(throws: TableFault.self) { try CSV(text, file: "x.csv") }
        #expect(fault?.description.hasPrefix(place) == true)
    }

    @Test("A title above the header is told as columns without a name")
    func title() {
        let fault = #expect(throws: TableFault.self) {
            try CSV("Yearbook,,\nunit,year,gdp\n1,2020,5\n", file: "x.csv")
        }
        #expect(fault?.description.contains("column 3 has no name") == true, "\(fault?.description ?? "")")
    }
}
