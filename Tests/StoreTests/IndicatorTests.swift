import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// Values worked by hand on a board of squares of a hectare, and what must hold of kept values.
@Suite struct IndicatorTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func values(_ project: Project, unit: String? = nil, plan: Int64 = 0) throws -> [String: IndicatorValue] {
        Dictionary(uniqueKeysWithValues: try project.indicators(unit: unit, plan: plan).map { ($0.indicator.id, $0) })
    }

    private func isNear(_ value: IndicatorValue?, _ expected: Double) -> Bool {
        abs((value?.value ?? .nan) - expected) <= 1e-9 * max(1, abs(expected))
    }

    /// Six columns of four hectares: paddy, dry land of which a tenth is ridges, forest, homesteads, railway, and a class that
    /// nobody knows. The lower half is one village, the upper another.
    @Test("County, town and village on the board, in the base and in a draft")
    func board() throws {
        let project = try scratch.chessboard()
        let base = try values(project)
        // Paddy 4, dry land 4 × 0.9.
        #expect(isNear(base["I003"], 7.6))
        #expect(isNear(base["I028"], 4 / 7.6 * 100))
        #expect(isNear(base["I004"], 4))
        // Homesteads and railway; of them only homesteads are urban and rural construction land.
        #expect(isNear(base["I007"], 8) && isNear(base["I008"], 4) && isNear(base["I009"], 8.0 / 24 * 100))
        // Six classes of an equal share: ln 6.
        #expect(isNear(base["I042"], log(6)))
        #expect(base["I001"]?.value == nil)
        #expect(base["I001"]?.missing?.english == "no data: there is no layer STBHHX")
        #expect(base["I011"]?.missing?.english.contains("water_use") == true)
        #expect(base["I025"]?.missing?.english == "no data: the layer lacks the field DLTB_2020.GDPDJB")
        #expect(base["I022"]?.missing?.english == "no data: there is no survey before 2020")
        for unit in ["990001001", "990001001001"] {
            let own = try values(project, unit: unit)
            #expect(
                isNear(own["I003"], unit.utf8.count == 9 ? 7.6 : 3.8) && isNear(own["I028"], 4 / 7.6 * 100), "\(unit)")
        }

        let plan = try project.newPlan("a", kind: .town, base: project.newestSurvey(), line: "").id
        // The parcel of the lower left corner: a hectare of paddy.
        _ = try project.setClass(of: [1], to: .plan2023("0701"), in: plan, line: "")
        let draft = try values(project, plan: plan)
        #expect(isNear(draft["I003"], 6.6) && isNear(draft["I007"], 9) && isNear(draft["I008"], 5))
        #expect(isNear(draft["I028"], 3 / 6.6 * 100))
        #expect(isNear(try values(project)["I003"], 7.6), "the base stays")
        #expect(isNear(try values(project, unit: "990001001002", plan: plan)["I003"], 3.8), "the other village stays")
        _ = try project.undo(in: plan, line: "undo")
        #expect(isNear(try values(project, plan: plan)["I003"], 7.6))
    }

    @Test("What two layers share is measured, and follows a draft that draws either")
    func overlays() throws {
        let project = try scratch.chessboard()
        // 150 m by 150 m over paddy and dry land; 50 m by 50 m over forest.
        let lines = try project.addLayer(
            "YJJBNTTB", .controlLine, [square(x: 20, y: 20, side: 150), square(x: 220, y: 20, side: 50)])
        #expect(isNear(try values(project)["I018"], 0.25))
        let town = try values(project, unit: "990001001")["I018"]
        #expect(town?.value == nil && town?.missing?.english == "its layers do not name units so small")
        let plan = try project.newPlan("a", kind: .town, base: project.newestSurvey(), line: "").id
        // The first square of paddy lies under 80 m by 80 m of the line.
        _ = try project.setClass(of: [1], to: .plan2023("0701"), in: plan, line: "")
        #expect(isNear(try values(project, plan: plan)["I018"], 0.25 + 0.64))
        // A further line of 40 m by 40 m over homesteads.
        _ = try project.addZone(
            NewZone(shape: square(x: 310, y: 310, side: 40), fields: ["DJ=1"]), to: lines, in: plan, line: "")
        #expect(isNear(try values(project, plan: plan)["I018"], 0.25 + 0.64 + 0.16))
        // The paddy is parted along the line's left side: 20 m by 100 m lie outside, the rest shares as much as before.
        _ = try project.split(
            1, .along(Shape(line: [Point(x: 20, y: -5), Point(x: 20, y: 105)])), in: plan, line: "")
        #expect(isNear(try values(project, plan: plan)["I018"], 0.25 + 0.64 + 0.16))
        #expect(isNear(try values(project)["I018"], 0.25), "the base stays")
        let behind = try project.indicatorParcels(try project.indicator("I018"), plan: plan)
        #expect(behind.layer.table == "YJJBNTTB" && behind.rows.count == 3)
        #expect(abs(behind.rows[0].measure - 6400) < 1e-6 && abs(behind.rows[1].measure - 2500) < 1e-6)
    }

    @Test(
        "After any steps every kept value equals a fresh one, and the sums those of the parcels",
        arguments: UInt64(1)...3)
    func laws(seed: UInt64) throws {
        var fabric = try Fabric(try scratch.chessboard(columns: 8, rows: 6), seed: seed)
        let project = fabric.project, plan = fabric.plan
        _ = try project.addLayer("STBHHX", .controlLine, [square(x: 250, y: 150, side: 260)])
        _ = try project.addLayer("ZRBHD", .controlLine, [square(x: 400, y: 300, side: 180)])
        _ = try project.addLayer("SD", .resource, [square(x: 350, y: 350, side: 160), square(x: 10, y: 500, side: 60)])
        for round in 0..<24 {
            if round % 8 == 7 {
                _ = try? project.undo(in: plan, line: "undo")
            } else {
                try fabric.step(try fabric.outlines(), checking: false)
            }
            guard round % 3 == 2 else { continue }
            let note = "seed \(seed), round \(round)"
            let kept = try values(project, plan: plan)
            let fresh = try project.withIndicators(nil, year: nil, plan: plan, ignoresKept: true, { _ in }) {
                run, library, year, world in
                let county = try #require(run.ground.units.county.flatMap { run.ground.units.byID[$0] })
                return try run.evaluate(
                    library.map { .init(indicator: $0, unit: county, year: year, plan: world) })
            }
            for value in fresh {
                let other = try #require(kept[value.indicator.id])
                #expect(other.missing == value.missing, "\(note): \(value.indicator.id)")
                #expect(
                    abs((other.value ?? 0) - (value.value ?? 0)) <= 1e-6 * max(1, abs(value.value ?? 0)),
                    "\(note): \(value.indicator.id) \(other.value ?? 0) \(value.value ?? 0)")
            }
            // The naive twins: the plan's parcels one by one, and GEOS over all outlines.
            let (fields, building): (Double, Double) = try project.read { db throws in
                try Project.standing(in: plan, db) {
                    try db.execute(sql: "UPDATE temp.here SET layer = ?", arguments: [fabric.layer.id])
                    let row = try Row.fetchOne(
                        db,
                        sql: """
                            SELECT total(net_m2) FILTER (WHERE class_code LIKE '01%'),
                                total(area_m2) FILTER (WHERE category = 'construction') FROM parcel
                            """)
                    return (row?[0] ?? 0, row?[1] ?? 0)
                }
            }
            #expect(abs((kept["I003"]?.value ?? 0) - fields / 10000) < 1e-6, "\(note)")
            #expect(abs((kept["I007"]?.value ?? 0) - building / 10000) < 1e-6, "\(note)")
            #expect(
                abs((kept["I018"]?.value ?? 0) - (try shared(fabric)) / 10000) < 1e-5,
                "\(note): \(kept["I018"]?.value ?? 0)")
        }
        #expect(try project.examine(deep: true).filter { !$0.isWell }.isEmpty)
    }

    /// What the lines of a plan's world share with its parcels that are not cultivated, in square metres.
    private func shared(_ fabric: Fabric) throws -> Double {
        let plan = fabric.plan, geos = GEOS()
        let classes: [Int64: String] = try fabric.project.read { db throws in
            try Project.standing(in: plan, db) {
                try db.execute(sql: "UPDATE temp.here SET layer = ?", arguments: [fabric.layer.id])
                let rows = try Row.fetchAll(db, sql: "SELECT uid, class_code FROM parcel")
                return Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as Int64, $0[1] as String) })
            }
        }
        var sum = 0.0
        let parcels = try fabric.outlines()
        var lines: [Shape] = []
        try fabric.project.outlines(of: fabric.lines, plan: plan, in: fabric.layer.box.padded(by: 900)) {
            lines.append($0.shape)
        }
        for line in lines {
            for (uid, parcel) in parcels where classes[uid]?.hasPrefix("01") == false {
                sum += try geos.area(of: geos.intersection(line, parcel))
            }
        }
        return sum
    }

    @Test("Opening again reckons nothing; a file that may only be read gives the same values")
    func keeping() throws {
        let project = try scratch.chessboard()
        _ = try project.addLayer("YJJBNTTB", .controlLine, [square(x: 220, y: 20, side: 50)])
        let first = try values(project).compactMapValues(\.value)
        try project.close()
        let again = try Project.open(at: project.path)
        var told: [String] = []
        let second = try again.indicators { told.append($0) }
        #expect(told.isEmpty, "\(told)")
        #expect(
            Dictionary(uniqueKeysWithValues: second.map { ($0.indicator.id, $0.value) }).compactMapValues { $0 }
                == first)
        // Nothing kept, and nothing may be written.
        try again.change { db in
            for table in ["indicator_kept", "indicator_sum", "indicator_overlay", "indicator_pair"] {
                try db.execute(sql: "DELETE FROM \(table)")
            }
        }
        try again.close()
        let reader = try Project.open(at: project.path, readOnly: true)
        #expect(try values(reader).compactMapValues(\.value) == first)
        try reader.close()
    }

    @Test("A formula that fails is not asked again, until it or what it reads changes")
    func failing() throws {
        let project = try scratch.chessboard()
        _ = try project.addLayer("YJJBNTTB", .controlLine, [square(x: 220, y: 20, side: 50)])
        func own(_ id: String, _ input: String) throws -> Indicator {
            try IndicatorTable.lines(
                csv: "id,name_zh,name_en,inputs,formula\n\(id),甲,a,\"s = \(input)\",s\n", file: "x")[0].indicator
        }
        let wrong = try [
            own("B1", "area_m2 from land where forrest"), own("B2", "area_m2 from land*YJJBNTTB where a.forrest"),
            own("B3", "select unit, forrest from land_by_unit"), own("B4", "count from patches(forrest)"),
        ]
        _ = try project.addIndicators(wrong, line: "")
        let ids = wrong.map(\.id)
        func reasons(_ values: [IndicatorValue]) -> [String] {
            values.filter { ids.contains($0.indicator.id) }.compactMap(\.missing?.english)
        }
        let first = reasons(try project.indicators())
        #expect(first.count == 4 && first.allSatisfy { $0.contains("forrest") }, "\(first)")
        try project.close()
        let again = try Project.open(at: project.path)
        var told: [String] = []
        #expect(reasons(try again.indicators { told.append($0) }) == first)
        #expect(told.isEmpty, "\(told)")
        let kept = try again.read { db throws in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM indicator_kept WHERE reason LIKE 'sql %forrest%'")
        }
        #expect(kept == 3, "the group of patches is looked up, not asked for in SQL")
        // The layer changes: it is asked again, and fails again.
        let plan = try again.newPlan("a", kind: .town, base: again.newestSurvey(), line: "").id
        _ = try again.setClass(of: [1], to: .plan2023("0301"), in: plan, line: "")
        #expect(reasons(try again.indicators(plan: plan)) == first)
        // The formula changes: 4 ha of forest.
        _ = try again.addIndicators([try own("B1", "area_m2 from land where forest")], line: "")
        #expect(try isNear(values(again)["B1"], 40_000) && isNear(values(again, plan: plan)["B1"], 50_000))
        try again.close()
    }

    @Test("A SELECT over statistics follows them, however it writes their name")
    func statistics() throws {
        let project = try scratch.chessboard()
        let own = try IndicatorTable.lines(
            csv: """
                id,name_zh,name_en,inputs,formula
                B1,甲,a,"s = SELECT unit_code, value FROM STATISTIC WHERE series = 'population' AND year = 2020",s

                """, file: "x")[0].indicator
        func people(_ count: Double) throws -> Double? {
            let entry = StatisticEntry(
                key: .init(series: "population", unit: "990001", year: 2020), value: count, line: 2)
            _ = try project.importStatistics([entry], file: "x.csv", hash: "\(count)", line: "statistic import x.csv")
            let found = try project.indicators(only: [own]).first
            #expect(found?.missing == nil)
            return found?.value
        }
        #expect(try project.indicators(only: [own]).first?.value == nil)
        #expect(try people(12) == 12 && people(13) == 13)
    }

    @Test(
        "A SELECT that answers a unit twice, or for no unit, or in words, or a formula that answers a word, has no value and says so"
    )
    func noNumber() throws {
        let project = try scratch.chessboard()
        let rows = try IndicatorTable.lines(
            csv: """
                id,name_zh,name_en,inputs,formula
                B1,甲,a,"s = select '990001', area_m2 from land_by_unit where unit <> '990001'",s
                B2,乙,b,s = area_m2 from land,'much'
                B3,丙,c,s = area_m2 from land,s / 0
                B4,丁,d,"s = select 'Nowhere', area_m2 from land_by_unit",s
                B5,戊,e,"s = select unit, 'much' from land_by_unit",s

                """, file: "x.csv"
        ).map(\.indicator)
        let told = try project.indicators(only: rows).map { $0.value == nil ? $0.missing?.english ?? "" : "a value" }
        try #require(told.count == 5)
        #expect(told[0].contains("990001 more than once"), "\(told[0])")
        #expect(told[1] == "the formula answers no number: \"much\"" && told[2] == "there is nothing to divide by")
        #expect(told[3].contains("it answers for ‘Nowhere’, which is no code of a unit"), "\(told[3])")
        #expect(told[4].contains("it answers ‘much’ for 99"), "\(told[4])")
    }

    @Test("What another program changes is seen at the next opening")
    func outside() throws {
        let project = try scratch.chessboard()
        #expect(isNear(try values(project)["I003"], 7.6))
        try project.close()
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            // The functions that every GIS brings for the triggers of the R-tree.
            for function in SpatialFunctions.all { db.add(function: function) }
        }
        let other = try DatabaseQueue(path: project.path, configuration: configuration)
        try other.write { db in try db.execute(sql: "UPDATE DLTB_2020 SET DLBM = '0301' WHERE fid = 1") }
        try other.close()
        let again = try Project.open(at: project.path)
        #expect(isNear(try values(again)["I003"], 6.6))
        try again.close()
    }

    @Test("What was published counts in the base, and as of each publication")
    func published() throws {
        let county = try Published(scratch)
        let zones = try county.addZones([(square(x: 0, y: 0, side: 100), "0805")])
        func sports(_ plan: Int64) throws -> Double? {
            try value(of: "area_m2 from GHYDYH where sports and year > 0", county.ann, plan)
        }
        #expect(try sports(0) == 1)
        let plan = try county.ann.newPlan("a", kind: .town, base: county.survey, planned: zones, line: "").id
        _ = try county.ann.setClass(of: [25], to: .plan2023("0701"), in: plan, line: "")
        #expect(try sports(plan) == 0)
        try county.publish(plan)
        #expect(try sports(0) == 0 && sports(plan) == 0)
        let next = try county.ann.newPlan("b", kind: .town, base: county.survey, planned: zones, line: "").id
        let code = try county.ann.read { db throws in
            try Int64.fetchOne(db, sql: "SELECT id FROM land_class WHERE system = 'plan2023' AND code = '0805'")
        }
        _ = try county.ann.addZone(
            NewZone(shape: square(x: 300, y: 300, side: 100), class: code), to: zones, in: next, line: "")
        try county.publish(next)
        #expect(try sports(0) == 1 && sports(next) == 1 && sports(plan) == 0, "the first publication had none")
        // What the survey shares with the plan was a hectare of paddy at first, homesteads in the end.
        let first = try #require(try county.ann.read { db throws in try Project.publication(of: plan, in: db) })
        func overlaid(_ plan: Int64, _ group: String) throws -> Double? {
            try value(of: "area_m2 from land*GHYDYH where \(group) and b.sports", county.ann, plan)
        }
        #expect(try overlaid(0, "a.residential") == 1 && overlaid(0, "a.paddy") == 0)
        #expect(try overlaid(-(first - 1), "a.residential") == 0 && overlaid(-(first - 1), "a.paddy") == 1)
        #expect(try overlaid(plan, "a.residential") == 0 && overlaid(plan, "a.paddy") == 0)
    }

    /// What a sum comes to for the county, in hectares.
    private func value(of sum: String, _ project: Project, _ plan: Int64) throws -> Double? {
        let text = "id,name_zh,name_en,inputs,formula\nX1,甲,a,s = \(sum),s / 10000\n"
        let indicator = try IndicatorTable.lines(csv: text, file: "x.csv")[0].indicator
        return try project.indicators(plan: plan, only: [indicator]).first?.value
    }

    // MARK: The library

    @Test("A bureau's own row is computed; a wrong one is told at its place")
    func own() throws {
        let project = try scratch.chessboard()
        func read(_ inputs: String, _ formula: String) throws -> Indicator {
            try IndicatorTable.lines(
                csv: "id,name_zh,name_en,inputs,formula,direction\nB1,甲,a,\"\(inputs)\",\"\(formula)\",higher\n",
                file: "x")[0]
                .indicator
        }
        let good = try read("f = area_m2 from land(MSSM) where forest and MSSM = '00'", "f / 10000")
        #expect(try project.fault(in: good) == nil)
        _ = try project.addIndicators([good], line: "indicator add")
        #expect(isNear(try values(project)["B1"], 4))
        for (inputs, formula, word) in [
            ("f = area_m2 from land where forrest", "f", "forrest"), ("f = area_m2 from land where forest", "g", "g"),
            ("f = area_m2 from land where forest", "f +", "syntax"),
            ("f = area_m2 from land where (select 1 from journal)", "f", "not authorized"),
            ("f = area_m2 from land*SD where a.forest and b.MC = 'x'", "f", "b.MC"),
            ("f = select unit from land_by_unit", "f", "columns"),
            ("f = covered_m2 from reach where kid = 'green'", "f", "kid"),
        ] {
            let fault = try project.fault(in: read(inputs, formula))
            #expect(fault?.english.contains(word) == true, "\(inputs) \(formula): \(fault?.english ?? "no fault")")
        }
    }

    @Test("Every formula and input of the standard table is understood")
    func standardTable() throws {
        let project = try scratch.chessboard(columns: 2, rows: 1)
        for indicator in IndicatorTable.standard {
            let fault = try project.fault(in: indicator)
            #expect(fault == nil, "\(indicator.id): \(fault?.english ?? "")")
        }
    }

    @Test("A target of a unit and year; the next year's counts, and a missed one is red")
    func targets() throws {
        let project = try scratch.chessboard()
        let indicator = try project.indicator("i003"), county = try project.indicatorUnit(nil)
        try project.setTarget(Target(low: 8), of: indicator, unit: county, year: 2035, line: "")
        try project.setTarget(Target(low: 5), of: indicator, unit: county, year: 0, line: "")
        let value = try #require(try values(project)["I003"])
        #expect(value.target == Target(low: 8) && value.level == .red)
        #expect(abs((value.distance ?? 0) + 0.4) < 1e-9 && abs((value.percent ?? 0) + 5) < 1e-9)
        try project.setTarget(nil, of: indicator, unit: county, year: 2035, line: "")
        #expect(try values(project)["I003"]?.level == .green)
        #expect(try values(project, unit: "990001001")["I003"]?.target == nil)
        #expect(throws: Refusal.self) { try project.indicatorUnit("nowhere") }
    }
}
