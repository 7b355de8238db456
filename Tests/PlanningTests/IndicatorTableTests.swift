import Phrases
import Testing

@testable import Planning

struct IndicatorTableTests {
    @Test("The table holds the 117 indicators of the trade and ours, each with names, formula and source")
    func standard() {
        let all = IndicatorTable.standard
        let trade = (1...117).map { "I" + String(repeating: "0", count: 3 - String($0).count) + String($0) }
        #expect(all.map(\.id).filter { $0.hasPrefix("I") } == trade)
        // The guide's table binds 13; the list of provincial plans one more, development intensity.
        #expect(all.count { $0.nature == .binding } == 14)
        for indicator in all {
            #expect(indicator.name.english != indicator.name.chinese && !indicator.source.isEmpty, "\(indicator.id)")
            #expect(!indicator.definition.english.isEmpty && !indicator.definition.chinese.isEmpty, "\(indicator.id)")
            #expect(indicator.isComputed != !indicator.undecided.english.isEmpty, "\(indicator.id)")
            for input in indicator.inputs { #expect(indicator.formula.contains(input.name), "\(indicator.id)") }
        }
        #expect(all.filter { !$0.isComputed }.map(\.id) == [])
    }

    @Test(
        "What an input sums has a unit: of fields that of their layer's row",
        arguments: [
            ("area_m2 from land", "m²"), ("length_m from DL", "m"), ("CD from HAX(CD)", "m"),
            ("YXMJ from BNCS(YXMJ)", "m²"), ("GDDB * net_m2 from land(GDDB)", "等 × m²"),
            ("covered_count from reach", "个"), ("XX from HAX(XX)", ""), ("CD from SD(CD)", ""),
        ])
    func units(text: String, unit: String) throws {
        let input = try #require(IndicatorInput("s = \(text)"))
        guard case .sum(let sum) = input.definition else {
            Issue.record("\(text) is no sum")
            return
        }
        #expect(sum.unit.chinese == unit)
    }

    @Test("What is from memory says so")
    func marks() throws {
        let all = IndicatorTable.standard
        #expect(try #require(all.first { $0.id == "I026" }).confidence == .memory)
        #expect(try #require(all.first { $0.id == "I003" }).confidence == .verified)
    }

    private static let head = "id,name_zh,name_en,inputs,formula,direction,target,steps,nature\n"
    private static let row = "A1,甲,a,c = net_m2 from land where cultivated,c / 10000,higher,80..,R>20%,binding\n"

    @Test(
        "A fault names line and column",
        arguments: [
            ("higher", "up", "direction"), ("80..", "80", "target"), ("R>20%", "X>2", "steps"),
            ("binding", "hard", "nature"), ("c = net_m2 from", "c = net_m2 of", "inputs"),
            ("c = net_m2 from land where cultivated", "c = statistic", "inputs"), ("c / 10000", "", "formula"),
            ("A1,", "A 1,", "id"), ("land where", "la nd where", "inputs"), (",a,", ",,", "name_en"),
            ("c = net_m2", "C = count from land; c = net_m2", "inputs"), ("c = net_m2", "Year = net_m2", "inputs"),
        ])
    func faults(from: String, to: String, column: String) throws {
        #expect(try IndicatorTable.lines(csv: Self.head + Self.row, file: "x.csv").count == 1)
        let wrong = Self.row.replacing(from, with: to)
        let fault = #expect(throws: TableFault.self) {
            try IndicatorTable.lines(csv: Self.head + wrong, file: "x.csv")
        }
        #expect(
            fault?.line == 2 && fault?.reason.english.hasPrefix("\(column): ") == true, "\(fault?.reason.english ?? "")"
        )
    }

    @Test("A semicolon parts inputs, but not what stands in quotes")
    func semicolons() throws {
        let inputs =
            "a = area_m2 from SD where MC = 'x; y'; b = select code, \"\"p;q\"\" from land where 'it''s;' <> '';c = count from SD"
        let row = "A1,甲,a,\"\(inputs)\",a + b + c,higher,,,none\n"
        let indicator = try IndicatorTable.lines(csv: Self.head + row, file: "x.csv")[0].indicator
        #expect(
            indicator.inputs.map(\.definition.text) == [
                "area_m2 from SD where MC = 'x; y'", "select code, \"p;q\" from land where 'it''s;' <> ''",
                "count from SD",
            ])
    }

    @Test("A column that is none, and an id that stands twice, are refused")
    func columns() {
        #expect(throws: TableFault.self) {
            try IndicatorTable.lines(csv: Self.head.replacing("target", with: "aim") + Self.row, file: "x.csv")
        }
        #expect(throws: TableFault.self) {
            try IndicatorTable.lines(csv: Self.head + Self.row + Self.row, file: "x.csv")
        }
    }

    @Test("An input is a sum, a series, or a SELECT; a sum is written in one form")
    func inputs() throws {
        let sum = try #require(IndicatorInput("a = area_m2 from land( CZCSXM )*SD+ZRBHD  where a.urban_rural"))
        guard case .sum(let read) = sum.definition else {
            Issue.record("no sum")
            return
        }
        #expect(read.text == "area_m2 from land(CZCSXM)*SD+ZRBHD where a.urban_rural")
        #expect(read.over.map(\.name) == ["SD", "ZRBHD"] && read.source.fields == ["CZCSXM"])
        #expect(IndicatorInput("p = statistic population")?.definition == .statistic("population"))
        #expect(IndicatorInput("q = select unit, 1 from land_by_unit") != nil)
        #expect(IndicatorInput("2 = statistic population") == nil)
    }

    @Test("A target is missed by what lies outside of it; the margin is negative")
    func targets() throws {
        let band = try #require(Target("25..40"))
        #expect(band.miss(of: 20) == 5 && band.miss(of: 50) == 10 && band.miss(of: 30) == -5)
        #expect(band.percentMissed(by: 20) == 20 && band.percentMissed(by: 50) == 25)
        let none = try #require(Target("..0"))
        #expect(none.percentMissed(by: 0) == 0 && none.percentMissed(by: 0.1) == .infinity)
        #expect(Target("..") == nil && Target("5..4") == nil && Target("80..")?.description == "80..")
    }

    @Test("Colours follow the steps: a binding value that misses is red, others by how much")
    func levels() throws {
        let all = IndicatorTable.standard
        let binding = try #require(all.first { $0.id == "I003" }), other = try #require(all.first { $0.id == "I064" })
        let target = Target(low: 100)
        #expect([99.9, 100.5, 103].map { binding.level(of: $0, target) } == [.red, .yellow, .green])
        #expect([79, 89, 94, 99, 100].map { other.level(of: $0, target) } == [.red, .orange, .yellow, .blue, .green])
        #expect(binding.level(of: 5, nil) == nil)
        // By the value itself: over above 0, near from -0.3.
        let pressure = try #require(all.first { $0.id == "I106" })
        #expect([0.1, -0.1, -0.5].map { pressure.level(of: $0, nil) } == [.red, .yellow, .green])
    }

    @Test("A miss that the decimals do not show is none: slivers of an overlay are not red")
    func slivers() throws {
        let all = IndicatorTable.standard
        // Hectares with two decimals, 0 wanted: 49 m² show as 0.00, 51 m² as 0.01.
        let outside = try #require(all.first { $0.id == "I017" })
        #expect(outside.target == Target(high: 0) && outside.decimals == 2)
        #expect([1e-9, 0.0049, 0.0051].map { outside.level(of: $0, outside.target) } == [.green, .green, .red])
        #expect(outside.target?.miss(of: 0.0049, least: outside.leastMiss) == 0)
        // What binds: 0.001 ha short of 100 shows as 100.00, and is as near as can be.
        let binding = try #require(all.first { $0.id == "I003" })
        #expect([99.999, 99.99].map { binding.level(of: $0, Target(low: 100)) } == [.yellow, .red])
        // A step by the value itself, with four decimals.
        let pressure = try #require(all.first { $0.id == "I106" })
        #expect([0.00004, 0.00006].map { pressure.level(of: $0, nil) } == [.yellow, .red])
    }

    @Test("Each group's classes are there, and none is in two of the first level")
    func groups() {
        let classes = ClassTable.standard.classes.map { "\($0.code)" }
        for group in ClassGroup.standard {
            for pattern in group.patterns + group.exceptions {
                let start = pattern.replacing("*", with: "")
                #expect(classes.contains { $0.hasPrefix(start) }, "\(group.name) \(pattern)")
            }
        }
    }

    @Test("The groups of construction land are those of the classes' own categories")
    func construction() throws {
        func members(_ name: String) throws -> Set<String> {
            let group = try #require(ClassGroup.standard.first { $0.name == name })
            func fits(_ code: String, _ patterns: [String]) -> Bool {
                patterns.contains { $0.hasSuffix("*") ? code.hasPrefix($0.dropLast()) : code == $0 }
            }
            return Set(
                ClassTable.standard.classes.map { "\($0.code)" }.filter {
                    fits($0, group.patterns) && !fits($0, group.exceptions)
                })
        }
        let construction = try members("construction")
        for known in ClassTable.standard.classes where known.category != .mixed && known.category != .none {
            let code = "\(known.code)"
            guard code.hasPrefix("survey:") || code.hasPrefix("plan2023:") else { continue }
            #expect(construction.contains(code) == (known.category == .construction), "\(code)")
        }
        let group = try members("urban_rural")
        for known in ClassTable.standard.classes {
            guard let plan = known.planGroup, plan != .mixed else { continue }
            #expect(group.contains("\(known.code)") == (plan == .urbanRural), "\(known.code)")
        }
    }
}
