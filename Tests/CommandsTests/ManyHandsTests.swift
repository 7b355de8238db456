import Foundation
import Rig
import Synchronization
import Testing

/// Eight processes at a time draft, comment, decide and publish in one file.
@Suite struct ManyHandsTests {
    private struct Tally {
        /// Commands that were acknowledged, by what they write.
        var acknowledged: [String: Int] = [:]
        /// Commands that were killed: they may have written, or not.
        var killed: [String: Int] = [:]
        var faults: [String] = []
    }

    /// Works for some seconds with eight hands, and proves the file afterwards.
    ///
    /// - Parameter kills: how many commands are killed on the way.
    func strain(seconds: Double, kills: Int, seed: UInt64) throws {
        guard let bureau = try Bureau() else { return }
        try bureau.dropChecks()
        let parcels = try bureau.parcels(200)
        let file = "county.gpkg"
        func count(_ sql: String) throws -> Int { Int(try bureau.desk.value(file, sql)) ?? -1 }
        let rosterRows = try count("SELECT count(*) FROM journal")
        let tally = Mutex(Tally())
        let left = Mutex(kills)
        let end = Date(timeIntervalSinceNow: seconds)
        // A busy machine gets on slowly; the blows fall all the same.
        let last = Date(timeIntervalSinceNow: seconds * 8)
        /// Performs a line as somebody, or kills it half-way; returns what it said when it was done.
        @Sendable func perform(_ role: String, _ kind: String, _ words: [String], _ dice: inout Seeded) -> String? {
            do {
                let strikes = left.withLock { left in
                    guard left > 0, Int.random(in: 0..<3, using: &dice) == 0 else { return false }
                    left -= 1
                    return true
                }
                if strikes {
                    let entry = getpwnam(Bureau.logins[role] ?? "root")
                    let process = try bureau.desk.start(
                        "/usr/bin/setpriv",
                        [
                            "--reuid", Bureau.logins[role] ?? "root", "--regid",
                            String(entry?.pointee.pw_gid ?? 0), "--clear-groups", product(named: "tuban"),
                        ] + words + ["-f", bureau.desk.path(file)])
                    usleep(UInt32.random(in: 20_000..<250_000, using: &dice))
                    kill(process.processIdentifier, SIGKILL)
                    process.waitUntilExit()
                    tally.withLock { $0.killed[kind, default: 0] += 1 }
                    return nil
                }
                let ending = try bureau.tuban(role, words)
                switch ending.status {
                case 0:
                    tally.withLock { $0.acknowledged[kind, default: 0] += 1 }
                    return ending.out
                // Busy, or somebody else was there before: both are said in one sentence.
                case 75, 77,
                    66 where isOneSentence(ending.err):
                    return nil
                default: tally.withLock { $0.faults.append("\(role) \(words): \(ending)") }
                }
            } catch {
                tally.withLock { $0.faults.append("\(error)") }
            }
            return nil
        }
        /// The plans at a stage, by number.
        @Sendable func plans(_ role: String) -> [(plan: String, stage: String)] {
            guard let said = try? bureau.tuban(role, ["review", "queue", "--format", "json", "--lang", "en"]),
                let rows = try? said.json()
            else { return [] }
            return rows.map { ("\($0.integer("plan") ?? 0)", $0.text("stage") ?? "") }
        }
        /// What one of the eight does again and again.
        @Sendable func work(_ hand: Int, _ dice: inout Seeded) {
            switch hand {
            case 0...2:
                let role = hand == 1 ? "second" : "drafter"
                let made = perform(
                    role, "plan", ["plan", "new", "hand \(hand)", "--kind", "site-selection"], &dice)
                guard let number = made?.split(separator: " ").dropFirst().first.map(String.init) else { return }
                for step in 0..<2 {
                    let parcel = parcels[Int.random(in: 0..<parcels.count, using: &dice)]
                    _ = perform(
                        role, "step",
                        ["plan", "set-class", parcel, "--to", "plan2023:070\(1 + step)", "--plan", number], &dice)
                }
                _ = perform(role, "move", ["review", "move", number, "submit"], &dice)
            case 7:
                _ = perform("expert", "remark", ["review", "comment", "1", "word"], &dice)
                _ = perform("expert", "read", ["parcel", "list", "--limit", "5"], &dice)
            default:
                let role = ["checker", "reviewer", "county", "publisher"][hand - 3]
                let steps = [
                    "self-check": "pass", "submitted": "accept", "technical review": "endorse",
                    "approval by the county": "approve", "approved": "publish",
                ]
                for (plan, stage) in plans(role).prefix(4) {
                    guard let step = steps[stage] else { continue }
                    _ = perform(role, "move", ["review", "move", plan, step, "--key", bureau.desk.path(role)], &dice)
                }
            }
        }
        let all = DispatchGroup()
        for hand in 0..<8 {
            all.enter()
            Thread.detachNewThread {
                var dice = Seeded(state: seed + UInt64(hand))
                while Date() < end || (left.withLock { $0 } > 0 && Date() < last) { work(hand, &dice) }
                all.leave()
            }
        }
        all.wait()
        let result = tally.withLock { $0 }
        #expect(result.faults.isEmpty, "seed \(seed): \(result.faults.prefix(3))")
        #expect(
            result.acknowledged["move", default: 0] > 0 && result.acknowledged["remark", default: 0] > 0, "\(result)")
        let struck = kills - left.withLock { $0 }
        #expect(struck > kills / 2 || kills == 0, "seed \(seed): only \(struck) were killed")
        func expect(_ kind: String, _ sql: String) throws {
            let (said, killed) = (result.acknowledged[kind, default: 0], result.killed[kind, default: 0])
            let kept = try count(sql)
            #expect(
                (said...said + killed).contains(kept),
                "seed \(seed), \(kind): said \(said), killed \(killed), kept \(kept)")
        }
        try expect("plan", "SELECT count(*) FROM plan")
        try expect("move", "SELECT count(*) FROM case_event")
        try expect("remark", "SELECT count(*) FROM remark")
        #expect(
            try count("SELECT count(*) FROM journal WHERE kind = 'move'") == count("SELECT count(*) FROM case_event"))
        #expect(try count("SELECT count(*) FROM journal") > rosterRows)
        #expect(try bureau.desk.value(file, "PRAGMA integrity_check") == "ok")
        let verified = try bureau.tuban("drafter", ["journal", "verify"])
        #expect(verified.status == 0, "seed \(seed): \(verified)")
        let healthy = try bureau.tuban("drafter", ["doctor", "--deep"])
        #expect(healthy.status == 0, "seed \(seed): \(healthy)")
    }

    @Test("Eight processes for twenty seconds: nothing lost, nothing doubled, no error but 'busy'")
    func together() throws { try strain(seconds: 20, kills: 0, seed: 500) }

    @Test("Eight processes of which twenty are killed: every acknowledged row is there, and the journal verifies")
    func killed() throws { try strain(seconds: 20, kills: 20, seed: 510) }
}

@Suite struct ManyHandsLongTests {
    @Test(
        "Eight processes for two minutes, and a hundred killed",
        .enabled(if: ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil))
    func long() throws {
        try ManyHandsTests().strain(seconds: 120, kills: 0, seed: 520)
        try ManyHandsTests().strain(seconds: 120, kills: 100, seed: 530)
    }
}
