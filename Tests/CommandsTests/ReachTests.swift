import Foundation
import Rig
import Testing

/// What is within reach along the roads, held against a script of our own that shares no code with tuban.
@Suite struct ReachTests {
    /// Runs `Tests/Reference/reach.py`; nil, with a line, where there is no Python.
    private func reference(_ desk: Desk, _ survey: String, plan: Int = 0) throws -> [String: [Double]]? {
        let folders = (desk.environment["PATH"] ?? "/usr/bin").split(separator: ":")
        guard
            let python = folders.lazy.map({ "\($0)/python3" }).first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else {
            print("skipped: there is no python3")
            return nil
        }
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Reference/reach.py").path
        let ending = try desk.run(python, [script, desk.path("c.gpkg"), survey, String(plan)])
        try #require(ending.status == 0, "\(ending.err)")
        var rows: [String: [Double]] = [:]
        for line in ending.out.split(separator: "\n") {
            let cells = line.split(separator: ",").map(String.init)
            rows[cells[..<4].joined(separator: " ")] = cells[4...].compactMap { Double($0) }
        }
        return rows
    }

    private func ours(_ desk: Desk, _ words: String...) throws -> [String: [Double]] {
        let ending = try desk.tuban(["network", "reach", "--by", "village", "--format", "json"] + words)
        try #require(ending.status == 0, "\(ending)")
        var rows: [String: [Double]] = [:]
        for row in try ending.json() {
            let key = [
                row.text("kind") ?? "", row.text("way") ?? "", "\(row.integer("minutes") ?? -1)",
                row.text("unit") ?? "",
            ]
            rows[key.joined(separator: " ")] = ["covered_m2", "total_m2", "covered", "total"].map {
                row.number($0) ?? .nan
            }
        }
        return rows
    }

    private func expectEqual(_ ours: [String: [Double]], _ theirs: [String: [Double]]) {
        #expect(Set(ours.keys) == Set(theirs.keys))
        for (key, values) in theirs { #expect(ours[key] == values, "\(key)") }
    }

    private func county(_ words: String...) throws -> Desk {
        let desk = try Desk()
        desk.environment["TUBAN_FILE"] = "c.gpkg"
        try Counties.copy(["--parcels", "1500", "--seed", "7"] + words, to: desk.path("c.gpkg"))
        return desk
    }

    @Test("Every unit's reach is that of the script: two surveys, and a draft with a new school")
    func agreed() throws {
        let desk = try county()
        guard let now = try reference(desk, "DLTB_2025"), let before = try reference(desk, "DLTB_2020") else { return }
        // Something is within reach, and something is not.
        #expect(now.contains { $0.value[0] > 0 } && now.contains { $0.value[0] < $0.value[1] })
        expectEqual(try ours(desk), now)
        expectEqual(try ours(desk, "--layer", "DLTB_2020"), before)
        // Kept since; the same again.
        #expect(try desk.value("c.gpkg", "SELECT count(*) FROM reach_stamp") == "2")
        expectEqual(try ours(desk), now)

        // A school where nobody has one near, on the largest parcel of homes of a village without.
        let bare = now.filter { $0.key.hasPrefix("middle_school walk 15 ") && $0.value[0] == 0 }.keys.sorted()
        let village = try #require(bare.first).split(separator: " ")[3]
        let homes = try desk.value(
            "c.gpkg",
            """
            SELECT group_concat(uid) FROM (SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                JOIN land_class AS c ON c.id = f.class JOIN unit AS u ON u.id = f.unit
                WHERE l.table_name = 'DLTB_2025' AND c.code GLOB '07*' AND u.code = '\(village)' AND f.valid_to IS NULL
                ORDER BY f.area DESC LIMIT 2)
            """
        ).split(separator: ",").map(String.init)
        try #require(homes.count == 2)
        try desk.done("plan", "new", "School")
        try desk.done("plan", "set-class", homes[1], "--to", "plan2023:080402", "--plan", "1")
        // Homes where the largest park is, and where a forest is: both are the nearest to somebody no more.
        for code in ["0810", "0301"] {
            let uid = try desk.value(
                "c.gpkg",
                """
                SELECT f.uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                    JOIN land_class AS c ON c.id = f.class
                WHERE l.table_name = 'DLTB_2025' AND c.code = '\(code)' AND f.valid_to IS NULL
                ORDER BY f.area DESC LIMIT 1
                """)
            try desk.done("plan", "set-class", uid, "--to", "plan2023:0701", "--plan", "1")
        }
        let planned = try #require(try reference(desk, "DLTB_2025", plan: 1))
        #expect(planned != now)
        expectEqual(try ours(desk, "--plan", "1"), planned)
        let key = "middle_school walk 15 \(village)"
        #expect((planned[key]?[0] ?? 0) > 0, "the new school is near nobody")
        // Taken back, the draft's reach is the base's; the base never was another.
        for _ in 0..<3 { try desk.done("undo") }
        expectEqual(try ours(desk, "--plan", "1"), now)
        expectEqual(try ours(desk), now)
        // Another program closes the schools.
        #expect(try desk.sqlite("c.gpkg", "DELETE FROM GGFWSS WHERE YDYHFLDM GLOB '0804*'").status == 0)
        let closed = try #require(try reference(desk, "DLTB_2025"))
        #expect(closed != now)
        expectEqual(try ours(desk), closed)
        #expect(try desk.tuban("journal", "verify").status == 0)
        #expect(try desk.tuban("doctor").status == 0)
    }

    @Test("Without roads ways are as the crow flies, and marked so")
    func withoutRoads() throws {
        let desk = try county("--layers", "XZQ,CJDCQ,DLTB_2025,CQFW,GGFWSS,GDZD", "--years", "2025")
        let told = try desk.done("network", "reach", "--kind", "clinic", "--format", "json").json()
        #expect(!told.isEmpty && told.allSatisfy { $0["approximate"] as? Bool == true })
        #expect(try desk.done("network", "show").out.contains("as the crow flies"))
        #expect(try desk.done("network", "show", "--lang", "zh").out.contains("按直线估算"))
        guard let straight = try reference(desk, "DLTB_2025") else { return }
        expectEqual(try ours(desk), straight)
        // A radius is no approximation.
        let hospital = try desk.done("network", "reach", "--kind", "rail", "--format", "json").json()
        #expect(hospital.allSatisfy { $0["approximate"] as? Bool == false })
    }

    @Test("Roads are summed by class as SQLite and GDAL would, and a kind that is none is refused")
    func summed() throws {
        let desk = try county("--years", "2025")
        let rows = try desk.done("network", "show", "--format", "json").json()
        let ogr = try desk.run(
            "/usr/bin/ogrinfo",
            [
                "-q", "-dialect", "SQLite", "-sql", "SELECT DJ, sum(ST_Length(geom)) AS l FROM DL GROUP BY DJ",
                desk.path("c.gpkg"),
            ])
        for row in rows {
            let name = try #require(row.text("class"))
            let part = try #require(ogr.out.components(separatedBy: "DJ (String) = \(name)\n").dropFirst().first)
            let number = try #require(
                part.split(separator: "\n").first?.split(separator: " ").last.flatMap { Double($0) })
            #expect(abs((row.number("length_m") ?? 0) - number) < 0.01, "\(name)")
        }
        let wrong = try desk.tuban("network", "reach", "--kind", "castle")
        #expect(wrong.status == 66 && isOneSentence(wrong.err))
    }
}
