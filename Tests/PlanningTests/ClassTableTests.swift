import Foundation
import Phrases
import Testing

@testable import Planning

struct ClassTableTests {
    let table = ClassTable.standard

    @Test("All classes of the guide of 2023 and of the survey are there")
    func counts() {
        // Rows of the fact sheets: 175 planned uses of which 24 at the first level, 82 survey classes, 13 of those first.
        #expect(table.classes(of: "plan2023").count == 175)
        #expect(table.classes(of: "plan2023").count { $0.level == 1 } == 24)
        #expect(table.classes(of: "survey").count == 82)
        #expect(table.classes(of: "survey").count { $0.level == 1 } == 13)
    }

    @Test("Eight planned uses carry a code that meant something else before")
    func reusedCodes() {
        let reused = table.classes(of: "plan2023").filter { $0.note.chinese.hasPrefix("代码复用") }.map(\.code.code)
        #expect(reused == ["0204", "060102", "0602", "1311", "1312", "2202", "2302", "2303"])
        #expect(table[.plan2023("1312")]?.note.english.contains("hydraulic works") == true)
    }

    @Test("The same digits mean other land in another system")
    func systems() throws {
        #expect(table[.survey("1001")]?.name == Phrase("Railway", "铁路用地"))
        #expect(table[.plan2023("1001")]?.name == Phrase("Industry", "工业用地"))
        #expect(table[.zone("700")]?.name.chinese == "矿产能源发展区")
        #expect(table[LandUseCode(system: "zone_zj", code: "700")]?.name.chinese == "其他保护利用区")
        #expect(table.system("plan2023") == .plan2023)
        #expect(table[.survey("9999")] == nil)
    }

    @Test("Ancestors go by the table, not by digits")
    func hierarchy() {
        #expect(table.ancestors(of: .plan2023("080403")).map(\.code.code) == ["0804", "08"])
        // Mangrove is numbered among the forests but is a wetland (TD/T 1055-2019).
        #expect(table.ancestors(of: .survey("0303")).map(\.code.code) == ["00"])
        #expect(table.isClass(.survey("0201K"), within: .survey("02")))
        #expect(!table.isClass(.survey("0303"), within: .survey("03")))
        #expect(table.children(of: .survey("01")).map(\.code.code) == ["0101", "0102", "0103"])
    }

    @Test("Every survey class becomes known planned uses, and leaves have one to fall back on or only sum")
    func mappings() {
        for one in table.classes(of: "survey") {
            #expect(one.mapping?.targets.allSatisfy { table[$0] != nil } == true, "\(one.code)")
            #expect(one.mapping?.kind == .group || one.mapping?.preferred != nil, "\(one.code)")
        }
        #expect(table[.survey("0204")]?.mapping?.preferred == .plan2023("0205"))
        #expect(table[.survey("0404")]?.category == .unused)
        #expect(table[.plan2023("1003")]?.planGroup == .otherConstruction)
        #expect(table[.plan2023("2302")]?.categoryMark == .low)
    }

    @Test("Classes are found by code, Chinese, English and initials")
    func find() {
        #expect(table.find("survey:0101").map(\.code) == [.survey("0101")])
        #expect(table.find("plan2023:0701").first?.code == .plan2023("0701"))
        #expect(table.find("survey:01").map(\.code.code) == ["01", "0101", "0102", "0103"])
        #expect(table.find("水田").map(\.code) == [.survey("0101"), .plan2023("0101")])
        #expect(table.find("paddy field").map(\.code) == [.survey("0101"), .plan2023("0101")])
        #expect(table.find("survey:gylc").isEmpty)
        #expect(table.find("survey:gyyd").map(\.code) == [.survey("0601")])
        #expect(table.find("   ").isEmpty)
    }

    @Test(
        "A fault in a table is told with file and line",
        arguments: [
            ("code,name\n01,a\n01,b\n", "t.csv:3:"), ("code,parent,name\n01,,a\n0101,02,b\n", "t.csv:3:"),
            ("code,name\n01,\n", "t.csv:2:"), ("code,name,plan2023\n01,a,9999\n", "t.csv:2:"),
            ("code,name,category\n01,a,farm\n", "t.csv:2:"), ("a,b\n1,2\n", "t.csv:1:"), ("code,b\n1,2\n", "t.csv:1:"),
            ("code,name\n0 1,a\n", "t.csv:2:"),
        ])
    func faults(text: String, place: String) {
        let fault = #expect(throws: TableFault.self) { try ClassTable(csv: text, file: "t.csv", label: "own") }
        #expect(fault?.description.hasPrefix(place) == true)
    }

    @Test("A foreign town brings its own classes")
    func easthampton() throws {
        guard let text = foreign("easthampton_ma_parcels/use_code_lut.csv") else { return }
        let town = try ClassTable(csv: text, file: "use_code_lut.csv", label: "usecode")
        // 673 codes by the SOURCE note of the data.
        #expect(town.classes.count == 673)
        #expect(town[LandUseCode(system: "usecode", code: "1010")]?.name.english.contains("Single Family") == true)
        let both = try table.adding(town)
        #expect(both[.survey("0101")] != nil && both.system("usecode") != nil)
        #expect(throws: Refusal.self) { try both.adding(town) }
        #expect(throws: Refusal.self) { try ClassTable(csv: text, file: "use_code_lut.csv", label: "Use Code") }
    }

    @Test("A code is written SYSTEM:CODE")
    func codes() {
        #expect(LandUseCode("survey:0201K") == .survey("0201K"))
        #expect(LandUseCode.plan2023("0701").description == "plan2023:0701")
        for text in ["0101", "survey:", ":0101", "Survey:0101", "survey:01 01", "survey:01\u{1B}", ""] {
            #expect(LandUseCode(text) == nil, "\(text)")
        }
        #expect(LandUseCode.plan2023("0101") < .survey("01"))
        #expect(LandUseCode.survey("01") < .survey("0101"))
    }

    @Test("Settlement attributes know which classes they allow")
    func settlements() throws {
        #expect(Settlement.all.map(\.code) == ["201", "201A", "202", "202A", "203", "203A", "204", "205"])
        let village = try #require(Settlement.named("203"))
        #expect(village.allows("0702") && !village.allows("1006"))
        #expect(Settlement.named("205")?.allows("0702") == false)
        #expect(Settlement.isRequired(for: "1004") && !Settlement.isRequired(for: "1003"))
    }
}

/// The text of a file of real data, or nil, with a line, where it is missing.
func foreign(_ path: String) -> String? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folder =
        ProcessInfo.processInfo.environment["TUBAN_TESTDATA"].map { URL(filePath: $0) }
        ?? root.appending(path: "../shared/data")
    guard let text = try? String(contentsOf: folder.appending(path: path), encoding: .utf8) else {
        print("skipped: \(path) is not among the test data")
        return nil
    }
    return text
}
