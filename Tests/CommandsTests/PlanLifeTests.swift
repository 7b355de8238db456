import Foundation
import Rig
import Testing

/// Drafts beside one another, drafts on a base that moves, drafts that come from elsewhere.
@Suite struct PlanLifeTests {
    private let file = ["-f", "county.gpkg"]

    private func county() throws -> Desk {
        let desk = try Desk()
        try desk.sample()
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
        return desk
    }

    /// Uids of parcels of a survey class, lowest first.
    private func parcels(_ desk: Desk, of code: String, layer: String = "DLTB_2020", count: Int) throws -> [Int] {
        let found = try desk.value(
            "county.gpkg",
            """
            SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                JOIN land_class AS c ON c.id = f.class
            WHERE l.table_name = '\(layer)' AND c.code LIKE '\(code)%' ORDER BY f.uid LIMIT \(count)
            """
        ).split(separator: "\n").compactMap { Int($0) }
        return try #require(found.count == count ? found : nil, "\(code): \(found)")
    }

    private func tuban(_ desk: Desk, _ words: String...) throws -> Ending { try desk.tuban(words + file) }

    private func json(_ desk: Desk, _ words: String...) throws -> [[String: Any]] {
        try desk.tuban(words + ["--format", "json"] + file).json()
    }

    @Test("Fields that a draft sets are told where its changes are shown, also without any other change")
    func fields() throws {
        let desk = try county()
        let uid = String(try parcels(desk, of: "01", count: 1)[0])
        #expect(try tuban(desk, "plan", "show", "1").out.contains("No changes yet"))
        try desk.done("plan", "set-attribute", uid, "--set", "BZ=seen", "--plan", "1", "-f", "county.gpkg")
        let shown = try tuban(desk, "plan", "show", "1").out
        #expect(shown.contains("BZ of 1 feature") && !shown.contains("No changes yet"), "\(shown)")
        let differing = try json(desk, "plan", "diff", "1")
        #expect(differing.count == 1 && differing[0].text("fields") == "BZ:  > seen", "\(differing)")
        let twice = try tuban(desk, "plan", "set-attribute", uid, "--set", "BZ=1", "--set", "BZ=2", "--plan", "1")
        #expect(twice.status == 64 && isOneSentence(twice.err) && twice.err.contains("BZ is set twice"))
    }

    @Test("A plan tells the area that it is about, and what it changes beyond that")
    func area() throws {
        let desk = try county()
        let some = try parcels(desk, of: "01", count: 2).map(String.init)
        try desk.done("boundary", "write", "DLTB_2020", "--to", "its.txt", "--parcels", some[0], "-f", "county.gpkg")
        try desk.done("plan", "new", "block", "--area", "its.txt", "--note", "phase one", "-f", "county.gpkg")
        let hectares = try #require(
            Double(desk.value("county.gpkg", "SELECT area / 1000000.0 FROM feature WHERE uid = \(some[0])")))
        try desk.done("plan", "set-class", some[0], "--to", "survey:0701", "--plan", "2", "-f", "county.gpkg")
        let inside = try tuban(desk, "plan", "show", "2").out
        #expect(inside.contains(String(format: "%.2f ha; nothing changes outside", hectares)), "\(inside)")
        #expect(inside.contains("phase one"))
        try desk.done("plan", "set-class", some[1], "--to", "survey:0701", "--plan", "2", "-f", "county.gpkg")
        let beyond = try tuban(desk, "plan", "show", "2").out
        #expect(beyond.contains("1 of 2 changed features reaches out of it: \(some[1])."), "\(beyond)")
    }

    @Test(
        "A parcel written to a boundary file is inside the file, and its neighbours are not",
        arguments: [[], ["--cut"]])
    func insideItself(cut: [String]) throws {
        let desk = try county()
        let uid = String(try parcels(desk, of: "01", count: 1)[0])
        // In millimetres, as such files are; the outline has more decimals.
        try desk.done("boundary", "write", "DLTB_2020", "--to", "its.txt", "--parcels", uid, "-f", "county.gpkg")
        let words = ["plan", "set-class", "--inside", "its.txt", "--to", "survey:0701", "--plan", "1"]
        let planned = try desk.tuban(words + cut + file).out
        #expect(planned.hasPrefix("Planned 1 parcel ") && !planned.contains("crosses"), "\(planned)")
        #expect(try json(desk, "plan", "diff", "1").map { $0.integer("parcel") } == [Int(uid)])
    }

    @Test("Parcels that a boundary crosses are counted where they are left alone")
    func crossed() throws {
        let desk = try county()
        let uid = String(try parcels(desk, of: "01", count: 1)[0])
        // All of it, and what lies up to 200 m to its north.
        let corners = try json(desk, "plan", "vertex", "list", uid, "--plan", "1")
        let x = corners.compactMap { $0.number("x") }, y = corners.compactMap { $0.number("y") }
        let west = try #require(x.min()) - 0.5, east = try #require(x.max()) + 0.5
        let south = try #require(y.min()) - 0.5, north = try #require(y.max()) + 200
        let points = "\(west),\(south) \(east),\(south) \(east),\(north) \(west),\(north)"
        let planned = try desk.done(
            "plan", "set-class", "--points", points, "--to", "survey:0701", "--plan", "1", "-f", "county.gpkg"
        ).out
        #expect(planned.contains("The boundary crosses ") && planned.contains("--cut splits them"), "\(planned)")
    }

    @Test("A variant is all of the other until one of them changes; compared, both stand side by side")
    func variant() throws {
        let desk = try county()
        let some = try parcels(desk, of: "01", count: 3).map(String.init)
        try desk.done(
            "plan", "set-class", some[0], some[1], "--to", "plan2023:0701", "--plan", "1", "-f", "county.gpkg")
        try desk.done("plan", "copy", "1", "south", "-f", "county.gpkg")
        #expect(try json(desk, "plan", "diff", "1", "2").isEmpty)
        try desk.done("plan", "set-class", some[2], "--to", "plan2023:1001", "--plan", "2", "-f", "county.gpkg")
        #expect(try json(desk, "plan", "diff", "1", "2").map { $0.integer("parcel") } == [Int(some[2])])
        let rows = try json(desk, "plan", "compare", "1", "2", "--unit", "m2")
        func row(_ item: String) -> [Double?] {
            let found = rows.first { $0.text("item") == item }
            return [found?.number("plan_1"), found?.number("plan_2")]
        }
        #expect(row("changed") == [2, 3])
        #expect(row("differing") == [0, 1])
        let areas = try some.map { uid in
            try #require(Double(desk.value("county.gpkg", "SELECT area / 100.0 FROM feature WHERE uid = \(uid)")))
        }
        let new = row("new_construction").compactMap { $0 }
        try #require(new.count == 2)
        #expect(abs(new[0] - areas[0] - areas[1]) < 0.001 && abs(new[1] - areas.reduce(0, +)) < 0.001)
        // Variants are alternatives: no conflict between them.
        #expect(try json(desk, "plan", "conflicts", "1").isEmpty)
        // What was copied is one step, and goes with one.
        try desk.done("undo", "--plan", "2", "-f", "county.gpkg")
        try desk.done("undo", "--plan", "2", "-f", "county.gpkg")
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM plan_edit WHERE plan = 2") == "0")
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM plan_edit WHERE plan = 1") == "2")
        try desk.done("redo", "--plan", "2", "-f", "county.gpkg")
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }

    @Test("Two drafts that touch the same parcel know of each other")
    func neighbours() throws {
        let desk = try county()
        try desk.done("plan", "new", "roads", "-f", "county.gpkg")
        let some = try parcels(desk, of: "01", count: 2).map(String.init)
        let first = try tuban(desk, "plan", "set-class", some[0], some[1], "--to", "plan2023:0701", "--plan", "1")
        #expect(!first.out.contains("conflicts"), "\(first)")
        let second = try tuban(desk, "plan", "set-class", some[1], "--to", "plan2023:1202", "--plan", "2")
        #expect(second.out.contains("Plan 1 north") && second.out.contains("plan conflicts 2"), "\(second)")
        let found = try json(desk, "plan", "conflicts", "1")
        #expect(found.count == 1)
        #expect(found.first?.integer("parcel") == Int(some[1]))
        #expect(found.first?.text("mine_class") == "plan2023:0701")
        #expect(found.first?.text("theirs_class") == "plan2023:1202")
        #expect(found.first?.text("other") == "2 roads")
    }

    @Test("A base that another program changes: what does not conflict is taken over, the rest is settled one by one")
    func moved() throws {
        let desk = try county()
        let some = try parcels(desk, of: "01", count: 4)
        let names = some.map(String.init)
        try desk.done(
            "plan", "set-class", names[0], names[1], names[2], "--to", "plan2023:0701", "--plan", "1", "-f",
            "county.gpkg")
        try desk.done("plan", "set-class", names[3], "--to", "survey:0301", "--plan", "1", "-f", "county.gpkg")
        // The layer's own triggers need functions that a GIS has.
        func outside(_ uid: Int, _ change: String) throws {
            let ending = try desk.ogrinfo(
                desk.path("county.gpkg"), "-sql",
                "UPDATE DLTB_2020 SET \(change) WHERE fid = (SELECT fid FROM feature WHERE uid = \(uid))")
            try #require(ending.status == 0, "\(ending)")
        }
        // Two get other classes, one another name, one becomes what the draft wanted.
        try outside(some[0], "DLBM = '0702'")
        try outside(some[1], "ZLDWMC = 'Elsewhere'")
        try outside(some[2], "DLBM = '0201'")
        try outside(some[3], "DLBM = '0301'")
        let found = try json(desk, "plan", "conflicts", "1")
        #expect(found.map { $0.integer("parcel") } == some)
        #expect(found.first?.text("theirs_class") == "survey:0702")
        #expect(found.first?.text("then_class")?.hasPrefix("survey:01") == true)
        let before = try desk.value("county.gpkg", "SELECT group_concat(uid || ' ' || class) FROM plan_edit")
        let first = try tuban(desk, "plan", "rebase", "1")
        #expect(
            first.out.contains("1 brought up to date") && first.out.contains("1 fulfilled")
                && first.out.contains("2 conflicts left"), "\(first)")
        try desk.done("plan", "rebase", "1", names[0], "--keep", "mine", "-f", "county.gpkg")
        let last = try tuban(desk, "plan", "rebase", "1", names[2], "--keep", "base")
        #expect(last.out.contains("no conflicts left"), "\(last)")
        #expect(
            try desk.value(
                "county.gpkg",
                "SELECT group_concat(uid) FROM (SELECT uid FROM plan_edit WHERE plan = 1 ORDER BY uid)")
                == "\(some[0]),\(some[1])")
        // The change of the first is now from what the base has become.
        let ledger = try json(desk, "plan", "diff", "1", "--ledger")
        #expect(ledger.contains { $0.text("from_class") == "survey:0702" && $0.text("to_class") == "plan2023:0701" })
        #expect(try tuban(desk, "plan", "rebase", "1", names[0], "--keep", "mine").status == 66)
        for _ in 0..<3 { try desk.done("undo", "--plan", "1", "-f", "county.gpkg") }
        #expect(try desk.value("county.gpkg", "SELECT group_concat(uid || ' ' || class) FROM plan_edit") == before)
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }

    @Test("A base feature that is deleted is a conflict that names both sides")
    func gone() throws {
        let desk = try county()
        let some = try parcels(desk, of: "01", count: 1)[0]
        try desk.done("plan", "set-class", "\(some)", "--to", "plan2023:0701", "--plan", "1", "-f", "county.gpkg")
        _ = try desk.ogrinfo(
            desk.path("county.gpkg"), "-sql",
            "DELETE FROM DLTB_2020 WHERE fid = (SELECT fid FROM feature WHERE uid = \(some))")
        let found = try json(desk, "plan", "conflicts", "1")
        #expect(found.map { $0.text("what") } == ["gone from the base"], "\(found)")
        let mine = try tuban(desk, "plan", "rebase", "1", "\(some)", "--keep", "mine")
        #expect(mine.status == 77 && isOneSentence(mine.err.replacing(". ", with: "; ")), "\(mine)")
        try desk.done("plan", "rebase", "1", "\(some)", "--keep", "base", "-f", "county.gpkg")
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM plan_edit") == "0")
    }

    @Test("A draft is put on the survey of a later year: what lies there as it was goes over, the rest is told")
    func later() throws {
        let desk = try Desk()
        try desk.sample(
            "county.gpkg", "--parcels", "600", "--layers", "XZQ,CJDCQ,DLTB_2020,DLTB_2025,YJJBNTTB,CZKFBJ")
        try desk.done("plan", "new", "north", "--base", "DLTB_2020", "-f", "county.gpkg")
        let all = try parcels(desk, of: "", count: 300)
        try desk.done(
            "plan", "set-class", "\(all[0])-\(all[299])", "--to", "plan2023:1401", "--plan", "1", "-f", "county.gpkg")
        let planned = try #require(Int(desk.value("county.gpkg", "SELECT count(*) FROM plan_edit")))
        let said = try tuban(desk, "plan", "rebase", "1", "--to", "DLTB_2025")
        #expect(said.status == 0, "\(said)")
        let there = """
            SELECT count(*) FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer WHERE l.table_name =
            """
        let moved = try #require(Int(desk.value("county.gpkg", "\(there) 'DLTB_2025'")))
        let left = try #require(Int(desk.value("county.gpkg", "\(there) 'DLTB_2020'")))
        #expect(moved > planned / 2 && moved + left <= planned, "\(moved), \(left) of \(planned)")
        // Each went to a parcel of the same class, whose outline is the same point by point or covers the same.
        #expect(
            try desk.value(
                "county.gpkg",
                "SELECT count(*) FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid WHERE e.area <> f.area") == "0")
        #expect(try json(desk, "plan", "conflicts", "1").count == left)
        let row = try json(desk, "plan", "balance", "1", "--unit", "m2").last
        #expect(row?.number("difference_m2") == 0)
        if let one = try json(desk, "plan", "conflicts", "1").first?.integer("parcel") {
            let mine = try tuban(desk, "plan", "rebase", "1", "\(one)", "--keep", "mine")
            #expect(mine.status == 0 && mine.out.contains("1 settled"), "\(mine)")
            try desk.done("undo", "--plan", "1", "-f", "county.gpkg")
        }
        try desk.done("undo", "--plan", "1", "-f", "county.gpkg")
        #expect(try desk.value("county.gpkg", "\(there) 'DLTB_2020'") == "\(planned)")
        #expect(
            try desk.value(
                "county.gpkg", "SELECT table_name FROM plan JOIN layer_registry AS l ON l.id = base WHERE plan.id = 1")
                == "DLTB_2020")
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }

    @Test("A plan that is exported and imported again is the same draft, split parcels too")
    func roundTrip() throws {
        let desk = try county()
        let some = try parcels(desk, of: "01", count: 5).map(String.init)
        try desk.done(
            "plan", "set-class", some[0], some[1], "--to", "plan2023:0701", "--plan", "1", "-f", "county.gpkg")
        try desk.done("plan", "set-class", some[2], "--to", "plan2023:1001", "--plan", "1", "-f", "county.gpkg")
        let half = try desk.value("county.gpkg", "SELECT area / 200 FROM feature WHERE uid = \(some[3])")
        try desk.done("plan", "split", some[3], "--area", half, "--bearing", "30", "--plan", "1", "-f", "county.gpkg")
        let child = try desk.value("county.gpkg", "SELECT min(child) FROM lineage WHERE plan = 1")
        try desk.done("plan", "set-class", child, "--to", "plan2023:0801", "--plan", "1", "-f", "county.gpkg")
        try desk.done("plan", "export", "1", "out.gpkg", "--layer", "GHYDYH", "-f", "county.gpkg")
        let said = try tuban(desk, "plan", "import", "out.gpkg", "--layer", "GHYDYH", "--title", "again")
        #expect(said.status == 0, "\(said)")
        func ledger(_ plan: String) throws -> [String] {
            try json(desk, "plan", "diff", plan, "--ledger").map {
                "\($0.text("from_class") ?? "") \($0.text("to_class") ?? "") \($0.number("area_m2") ?? 0)"
            }.sorted()
        }
        let (mine, again) = (try ledger("1"), try ledger("2"))
        #expect(mine == again, "\(said.out)\n\(mine)\n\(again)")
        #expect(try desk.value("county.gpkg", "SELECT count(*) FROM journal WHERE plan = 2 AND kind = 'do'") == "3")
        let none = try tuban(desk, "plan", "import", "out.gpkg", "--class-field", "NOSUCH")
        #expect(none.status == 65 && isOneSentence(none.err), "\(none)")
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }
}
