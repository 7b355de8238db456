import Foundation
import Rig
import Testing

/// Full disks, kills, damage, other people.
@Suite struct DurabilityTests {
    /// A layer of squares as GeoJSON, of about half a megabyte.
    func squares(_ desk: Desk, count: Int = 3000) throws {
        let features = (0..<count).map { number in
            let (x, y) = (39_500_000 + number % 100 * 100, 3_400_000 + number / 100 * 100)
            let ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)].map { "[\(x + $0.0),\(y + $0.1)]" }.joined(
                separator: ",")
            return
                #"{"type":"Feature","properties":{"DLBM":"0101"},"geometry":{"type":"Polygon","coordinates":[[\#(ring)]]}}"#
        }
        try desk.write(
            #"{"type":"FeatureCollection","features":[\#(features.joined(separator: ",\n"))]}"#, to: "squares.geojson")
    }

    let words = ["import", "squares.geojson", "--crs", "EPSG:4527", "--role", "parcels", "-f", "county.gpkg"]

    @Test("Where no more fits, an import is one sentence and the project is as before")
    func full() throws {
        let desk = try Desk()
        try desk.sample()
        try squares(desk)
        let before = try desk.contents("county.gpkg")
        let size = try #require(
            try FileManager.default.attributesOfItem(atPath: desk.path("county.gpkg"))[.size] as? Int)
        // A limit on the size of files, 100 KiB above the project as it is.
        let command = "ulimit -f \(size / 1024 + 100); exec \"$0\" \"$@\""
        let ending = try desk.run("/bin/bash", ["-c", command, product(named: "tuban")] + words)
        #expect(ending.status == 74 && !ending.wasKilled, "\(ending)")
        #expect(isOneSentence(ending.err), "\(ending.err)")
        #expect(try desk.contents("county.gpkg") == before)
        #expect(try desk.done("doctor", "--deep", "-f", "county.gpkg").status == 0)
        #expect(!desk.exists("county.gpkg-journal") && !desk.exists("county.gpkg-wal"))
    }

    @Test("On a full disk every command says that the disk is full, and with room all is as before")
    func fullDisk() throws {
        let desk = try Desk()
        try desk.sample()
        let disk = desk.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        // Only root may mount.
        guard try desk.run("/usr/bin/mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]).status == 0 else {
            return
        }
        defer { _ = try? desk.run("/usr/bin/umount", ["-l", disk]) }
        try FileManager.default.copyItem(atPath: desk.path("county.gpkg"), toPath: disk + "/county.gpkg")
        _ = try desk.run("/usr/bin/dd", ["if=/dev/zero", "of=" + disk + "/fill", "bs=4k"])
        let ending = try desk.tuban("plan", "new", "north", "-f", disk + "/county.gpkg")
        #expect(ending.status == 74 && isOneSentence(ending.err), "\(ending)")
        #expect(ending.err.contains("is full"), "\(ending.err)")
        try FileManager.default.removeItem(atPath: disk + "/fill")
        #expect(try desk.tuban("plan", "list", "-f", disk + "/county.gpkg").out.contains("north") == false)
        try desk.done("plan", "new", "north", "-f", disk + "/county.gpkg")
    }

    @Test("Killed while it imports, and the project is as before")
    func killed() throws {
        let desk = try Desk()
        try desk.sample()
        try squares(desk, count: 20_000)
        let before = try desk.contents("county.gpkg")
        var struck = 0
        for _ in 0..<3 {
            let process = try desk.start(product(named: "tuban"), words)
            // Killed as soon as the file is being written to: its journal is there then.
            while process.isRunning, !desk.exists("county.gpkg-journal"), !desk.exists("county.gpkg-wal") {
                usleep(200)
            }
            while process.isRunning {
                let hot =
                    (try? FileManager.default.attributesOfItem(atPath: desk.path("county.gpkg-journal"))[.size] as? Int)
                    ?? 0
                if hot > 512 { break }
                usleep(200)
            }
            if process.isRunning { struck += 1 }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try desk.done("doctor", "--deep", "-f", "county.gpkg")
            #expect(try desk.contents("county.gpkg") == before)
        }
        #expect(struck > 0, "no import was struck")
    }

    @Test("A damaged file is one sentence")
    func damaged() throws {
        let desk = try Desk()
        try desk.sample()
        let whole = try Data(contentsOf: URL(filePath: desk.path("county.gpkg")))
        var generator = Seeded(state: 7)
        func attempt(_ data: Data, _ what: String) throws {
            try data.write(to: URL(filePath: desk.path("x.gpkg")))
            for words in [["doctor", "--deep"], ["parcel", "list"], ["plan", "new", "p"], ["map"]] {
                let ending = try desk.tuban(words + ["-f", "x.gpkg"])
                #expect(!ending.wasKilled, "\(what), \(words): \(ending)")
                #expect([0, 1, 64, 65, 66, 74, 77].contains(ending.status), "\(what), \(words): \(ending)")
                if ending.status > 1 { #expect(isOneSentence(ending.err), "\(what), \(words): \(ending.err)") }
            }
            for name in ["x.gpkg", "x.gpkg-wal", "x.gpkg-shm", "x.gpkg.head", "x.gpkg-journal"] {
                try? FileManager.default.removeItem(atPath: desk.path(name))
            }
        }
        for length in [0, 50, 100, 4096, 70_000, whole.count / 2, whole.count - 1] {
            try attempt(whole.prefix(length), "cut to \(length) bytes")
        }
        for round in 0..<6 {
            var data = whole
            for _ in 0..<200 {
                let place = Int.random(in: (round < 3 ? 100 : 4096)..<data.count, using: &generator)
                data[place] = UInt8.random(in: 0...255, using: &generator)
            }
            try attempt(data, "seed 7, round \(round)")
        }
    }

    @Test("A folder or file that cannot be written is read, and changes are refused")
    func readOnly() throws {
        let desk = try Desk()
        try desk.sample()
        _ = chmod(desk.path("county.gpkg"), 0o444)
        _ = chmod(desk.folder.path, 0o555)
        defer { _ = chmod(desk.folder.path, 0o700) }
        // Root writes everywhere, so root becomes nobody for this.
        func run(_ words: String...) throws -> Ending {
            let line = [product(named: "tuban")] + words + ["-f", desk.path("county.gpkg")]
            let elsewhere = try Desk()
            if getuid() != 0 { return try elsewhere.run(line[0], Array(line.dropFirst())) }
            return try elsewhere.run("/usr/bin/setpriv", ["--reuid", "65534", "--clear-groups"] + line)
        }
        let list = try run("parcel", "list")
        if list.err.contains("setpriv") {
            print("skipped: \(list.err)")
            return
        }
        #expect(list.status == 0, "\(list)")
        #expect(try run("parcel", "list", "--where", "area_m2 > 100").status == 0)
        let change = try run("plan", "new", "p")
        #expect(change.status == 77 && isOneSentence(change.err), "\(change)")
        let new = try run("init", desk.path("new.gpkg"))
        #expect(new.status == 73 && isOneSentence(new.err), "\(new)")
    }

    @Test("Not a project, newer than the program, not a file")
    func wrongFiles() throws {
        let desk = try Desk()
        try desk.sample()
        let plain = try desk.ogr2ogr("plain.gpkg", "county.gpkg", "DL")
        try #require(plain.status == 0)
        let bytes = try Data(contentsOf: URL(filePath: desk.path("plain.gpkg")))
        let ending = try desk.tuban("layer", "list", "-f", "plain.gpkg")
        #expect(
            ending.status == 65 && ending.err.contains("is not a tuban project") && ending.err.contains("tuban import"),
            "\(ending)")
        #expect(try Data(contentsOf: URL(filePath: desk.path("plain.gpkg"))) == bytes)
        _ = try desk.value("county.gpkg", "UPDATE project SET value = 99 WHERE key = 'schema_version'")
        let newer = try desk.tuban("layer", "list", "-f", "county.gpkg")
        #expect(newer.status == 65 && newer.err.contains("newer tuban"), "\(newer)")
        let folder = try desk.tuban("layer", "list", "-f", desk.folder.path)
        #expect(folder.status > 1 && isOneSentence(folder.err), "\(folder)")
    }

    @Test("Two who draft in one file at the same time lose nothing")
    func together() throws {
        let desk = try Desk()
        try desk.sample()
        for title in ["a", "b"] { try desk.done("plan", "new", title, "-f", "county.gpkg") }
        var processes: [Process] = []
        for plan in 1...2 {
            let lines = (10..<25).map { "plan set-class \($0) --to plan2023:070\(1 + $0 % 2) --plan \(plan)" }
            try desk.write((lines + ["undo --plan \(plan)"]).joined(separator: "\n"), to: "\(plan).tuban")
        }
        for plan in 1...2 {
            processes.append(try desk.start(product(named: "tuban"), ["run", "\(plan).tuban", "-f", "county.gpkg"]))
        }
        for process in processes {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        #expect(
            try desk.value(
                "county.gpkg", "SELECT group_concat(n) FROM (SELECT count(*) AS n FROM plan_edit GROUP BY plan)")
                == "14,14")
        try desk.done("journal", "verify", "-f", "county.gpkg")
        try desk.done("doctor", "--deep", "-f", "county.gpkg")
    }
}

/// splitmix64: the same numbers for the same seed everywhere.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
