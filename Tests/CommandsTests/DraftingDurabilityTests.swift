import Foundation
import Rig
import Testing

/// Killed while drafting; two who draft in one file.
@Suite struct DraftingDurabilityTests {
    /// A county of some 3,000 parcels with one draft.
    private func county(_ desk: Desk, parcels: Int = 3_000) throws {
        try desk.sample(
            "county.gpkg", "--parcels", String(parcels), "--years", "2025", "--layers",
            "XZQ,CJDCQ,DLTB_2025,YJJBNTTB,STBHHX,CZKFBJ", "--no-faults")
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
    }

    private func number(_ desk: Desk, _ sql: String) throws -> Int {
        try #require(Int(try desk.value("county.gpkg", sql)))
    }

    private func firstParcel(_ desk: Desk) throws -> Int {
        try number(
            desk,
            """
            SELECT min(uid) FROM feature JOIN layer_registry AS l ON l.id = layer WHERE l.role = 'parcels'
            """)
    }

    /// Steps that each change something whatever stood before: each parcel gets a class that no step
    /// before planned for it.
    private func script(_ desk: Desk, from start: Int, count: Int) throws -> String {
        let first = try firstParcel(desk)
        let codes = ["0701", "1001", "1401", "0801"]
        return (start..<start + count).map { step in
            "plan set-class \(first + step * 7 % 2_497) --to plan2023:\(codes[step % codes.count]) --plan 1"
        }.joined(separator: "\n")
    }

    /// The lines that were printed to their end.
    private func acknowledged(_ path: String) -> Int {
        let text = (try? Data(contentsOf: URL(filePath: path))) ?? Data()
        return text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).filter {
            $0.starts(with: Data("Planned".utf8))
        }.count
            - (text.last == UInt8(ascii: "\n") || text.isEmpty ? 0 : 1)
    }

    func strike(times: Int, seed: UInt64) throws {
        let desk = try Desk()
        try county(desk)
        var dice = Seeded(state: seed)
        let steps = "SELECT count(*) FROM journal WHERE kind = 'do' AND plan = 1"
        var struck = 0
        for round in 0..<times {
            let before = try number(desk, steps)
            try desk.write(try script(desk, from: before, count: 60), to: "steps.tuban")
            let out = try desk.write("", to: "said")
            let handle = try FileHandle(forWritingTo: URL(filePath: out))
            let process = try desk.start(
                product(named: "tuban"), ["run", "steps.tuban", "-f", "county.gpkg"], out: handle)
            let target = Int.random(in: 0..<12, using: &dice)
            while process.isRunning, acknowledged(out) < target { usleep(100) }
            // Somewhere within the step that is under way.
            usleep(UInt32.random(in: 0..<20_000, using: &dice))
            if process.isRunning { struck += 1 }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let said = acknowledged(out)
            #expect(try desk.value("county.gpkg", "PRAGMA integrity_check") == "ok", "seed \(seed), round \(round)")
            let kept = try number(desk, steps) - before
            #expect(kept == said || kept == said + 1, "seed \(seed), round \(round): said \(said), kept \(kept)")
            // Each step that is kept has its rows: the last word on a parcel is its last step.
            let last = try desk.value(
                "county.gpkg", "SELECT line FROM journal WHERE kind = 'do' ORDER BY id DESC LIMIT 1")
            if kept > 0 {
                let words = last.split(separator: " ").map(String.init)
                let code = try desk.value(
                    "county.gpkg",
                    "SELECT c.code FROM plan_edit AS e JOIN land_class AS c ON c.id = e.class WHERE e.uid = \(words[2])"
                )
                #expect(last.contains("plan2023:\(code)"), "seed \(seed), round \(round): \(last), \(code)")
            }
        }
        #expect(struck > times / 2, "seed \(seed): only \(struck) of \(times) were struck")
        try desk.done("journal", "verify", "-f", "county.gpkg")
        let all = try number(desk, steps)
        try desk.write(Array(repeating: "undo --plan 1", count: all).joined(separator: "\n"), to: "back.tuban")
        try desk.done("run", "back.tuban", "-f", "county.gpkg")
        #expect(try number(desk, "SELECT count(*) FROM plan_edit") == 0)
        #expect(try desk.tuban("undo", "--plan", "1", "-f", "county.gpkg").status == 77)
        #expect(try number(desk, "SELECT count(*) FROM plan_summary WHERE count <> 0 OR area <> 0 OR net <> 0") == 0)
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }

    @Test(
        "Killed twenty times while drafting, and every step that was acknowledged is there, undo to the beginning too")
    func killed() throws { try strike(times: 20, seed: 41) }

    @Test(
        "Two processes draft in one plan and a third in another: no step is lost or doubled, and undo is one's own",
        arguments: [false, true])
    func together(inOnePlan: Bool) throws {
        let desk = try Desk()
        try county(desk, parcels: 1_000)
        try desk.done("plan", "new", "south", "-f", "county.gpkg")
        let first = try firstParcel(desk)
        let each = 25
        let processes = try (0..<3).map { writer in
            let plan = writer == 2 || (writer == 1 && !inOnePlan) ? 2 : 1
            // Own parcels, so that each line is a step whatever the others do; the third one touches the first one's parcels.
            let start = first + (writer == 2 ? 0 : writer * 100)
            let lines = (0..<each).map { "plan set-class \(start + $0) --to plan2023:070\(1 + $0 % 2) --plan \(plan)" }
            try desk.write(lines.joined(separator: "\n"), to: "\(writer).tuban")
            let err = try desk.write("", to: "err\(writer)")
            return try desk.start(
                product(named: "tuban"), ["run", "\(writer).tuban", "-f", "county.gpkg"],
                err: try FileHandle(forWritingTo: URL(filePath: err)))
        }
        for (writer, process) in processes.enumerated() {
            process.waitUntilExit()
            let said = try String(contentsOfFile: desk.path("err\(writer)"), encoding: .utf8)
            #expect(process.terminationStatus == 0, "\(writer): \(said)")
        }
        // 75 lines, 75 steps, numbered without gap or double in each plan.
        #expect(try number(desk, "SELECT count(*) FROM journal WHERE kind = 'do'") == 3 * each)
        #expect(
            try number(
                desk,
                "SELECT count(*) FROM (SELECT plan, step FROM journal WHERE kind = 'do' GROUP BY 1, 2 HAVING count(*) > 1)"
            )
                == 0)
        #expect(try number(desk, "SELECT count(*) FROM plan_edit") == 3 * each)
        try desk.done("journal", "verify", "-f", "county.gpkg")
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }

    @Test("Where no more fits, a step is one sentence, and all steps before it stand")
    func full() throws {
        let desk = try Desk()
        try county(desk, parcels: 1_000)
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: desk.path("county.gpkg"))[.size] as? Int)
        let first = try firstParcel(desk)
        try desk.done("plan", "set-class", "\(first)", "--to", "plan2023:0701", "--plan", "1", "-f", "county.gpkg")
        let before = try desk.contents("county.gpkg")
        // No file may become larger than the project is: the step's pages find no room.
        let ending = try desk.run(
            "/bin/bash",
            [
                "-c", "ulimit -f \(size / 1024 / 16); exec \"$0\" \"$@\"", product(named: "tuban"), "plan", "set-class",
                "\(first)-\(first + 900)", "--to", "plan2023:1001", "--plan", "1", "-f", "county.gpkg",
            ])
        #expect(ending.status == 74 && !ending.wasKilled, "\(ending)")
        #expect(isOneSentence(ending.err), "\(ending.err)")
        #expect(try desk.contents("county.gpkg") == before)
        try desk.done("undo", "--plan", "1", "-f", "county.gpkg")
    }
}

/// Two hundred kills: `make long`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil)) struct DraftingLongTests {
    @Test("Killed two hundred times while drafting")
    func killed() throws { try DraftingDurabilityTests().strike(times: 200, seed: 42) }
}
