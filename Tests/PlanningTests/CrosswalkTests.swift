import Phrases
import Planning
import Testing

@Suite("Crosswalks")
struct CrosswalkTests {
    func read(_ text: String, system: String? = nil) throws -> Crosswalk {
        try Crosswalk(text: text, file: "c.csv", hash: "abc", system: system) { ClassTable.standard[$0] != nil }
    }

    @Test(
        "Delimiters, names of columns, full-width forms and blanks",
        arguments: [
            "from,to\n1010,survey:0702\n0101,survey:0101\n",
            "from;to;note\n1010;survey:0702;homes\n0101;survey:0101;\n",
            "原代码\t目标代码\n1010\tsurvey:0702\n0101\tsurvey:0101\n",
            "\u{FEFF}To,x,FROM\r\nsurvey:0702,,１０１０\r\n survey：０１０１　,,\u{3000}0101 \r\n",
        ])
    func forms(text: String) throws {
        let crosswalk = try read(text)
        #expect(crosswalk.system == "survey")
        #expect(crosswalk.classes == ["1010": "0702", "0101": "0101"])
        #expect(crosswalk["\u{3000}１０１０"] == "0702")
        #expect(crosswalk["101"] == nil, "leading zeros matter")
    }

    @Test("Bare codes belong to the system that is named")
    func bare() throws {
        #expect(try read("from,to\na,0702\n", system: "survey").classes == ["a": "0702"])
        #expect(throws: TableFaults.self) { try read("from,to\na,0702\n") }
    }

    @Test("All faults at once, each with its line")
    func faults() throws {
        let text = """
            from,to,share
            1,survey:9999,
            2,0702,
            3,survey:0101,
            3,survey:0102,
            4,,
            ,survey:0101,
            5,survey:0101,2
            6,plan2023:0701,
            7,survey:0101,0.5
            7,survey:0102,0.3
            8,survey:0101,
            8,survey:0101,
            """
        let faults = try #require(#expect(throws: TableFaults.self) { try read(text) }).faults
        // Line 3 is no fault: by then line 2 has named the system. Line 13 says line 12 once more.
        #expect(faults.map(\.line) == [2, 5, 6, 7, 8, 9, 11])
        for fault in faults { #expect(fault.reason.english != fault.reason.chinese && fault.file == "c.csv") }
    }

    @Test("Structure: no column, no rows, unequal rows", arguments: ["a,b\n1,2\n", "from,to\n", "", "from,to\n1\n"])
    func structure(text: String) {
        #expect(throws: TableFaults.self) { try read(text) }
    }

    @Test("A divided code goes to its largest share")
    func shares() throws {
        let crosswalk = try read("from,to,share\n1,survey:0101,30%\n1,survey:0103,0.7\n")
        #expect(crosswalk.classes == ["1": "0103"])
        #expect(crosswalk.remarks.count == 1)
    }

    /// By `landuse` facts: 0101 paddy is 0101 in both, salt pans 0603 go to 1003, mangrove 0303 to 0507; survey 01 only sums.
    @Test("The survey's classes as planned uses")
    func builtIn() {
        let (crosswalk, chosen) = Crosswalk.surveyToPlan()
        #expect(crosswalk.system == "plan2023")
        #expect(crosswalk["0101"] == "0101" && crosswalk["0603"] == "1003" && crosswalk["0303"] == "0507")
        #expect(crosswalk["01"] == nil && crosswalk["00"] == nil)
        #expect(chosen > 0 && chosen < crosswalk.classes.count)
        for target in crosswalk.classes.values { #expect(ClassTable.standard[.plan2023(target)] != nil) }
    }
}
