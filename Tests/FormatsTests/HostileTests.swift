import Commands
import Foundation
import Glibc
import Phrases
import Stream
import Testing

@Suite("Broken files and broken readers", .serialized)
struct HostileTests {
    /// A reader that is this script.
    private func reader(
        _ script: String, in folder: URL, limits: FormatsChild.Limits = .init()
    ) throws -> FormatsChild {
        let path = folder.appending(path: "reader.sh").path
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(filePath: path))
        chmod(path, 0o755)
        return FormatsChild(executable: path, limits: limits)
    }

    private func refusal(_ body: () throws -> Void) -> Refusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? Refusal
        }
    }

    /// How many sockets this process holds: what its readers are spoken to through. Files and pipes come and go with the
    /// tests that run beside these.
    private var openSockets: Int {
        let own = "/proc/self/fd"
        return ((try? FileManager.default.contentsOfDirectory(atPath: own)) ?? []).count { descriptor in
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(own)/\(descriptor)")
            return target?.hasPrefix("socket:") == true
        }
    }

    @Test("Every nasty file gives features or one sentence, and nothing is left beside it")
    func nastyFiles() throws {
        guard let child = formatsChild(), let folder = testData("nasty") else { return }
        func listing() throws -> [String] {
            try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }.sorted()
        }
        let files = try listing()
        var readable = 0
        for file in files where !file.contains(".properties") {
            let path = folder + "/" + file
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { continue }
            do {
                for layer in try child.layers(of: path) {
                    let reading = try Reading(child, path, layer: layer.name)
                    #expect(reading.end == reading.features.count, "\(file)")
                    if let count = layer.featureCount {
                        #expect(reading.features.count + reading.refused.count == count, "\(file)")
                    }
                }
                readable += 1
            } catch let refusal as Refusal {
                #expect(refusal.phrase.english.hasSuffix(".") && refusal.phrase.chinese.hasSuffix("。"), "\(file)")
            }
        }
        #expect(readable >= 20)
        // What other tests read there at this moment may have something beside it.
        for _ in 0..<600 where try listing() != files { usleep(100_000) }
        #expect(try listing() == files)
    }

    @Test("Files that GDAL refuses are one sentence with the reason")
    func refusals() throws {
        guard let child = formatsChild(), let folder = testData("nasty") else { return }
        let expected = [
            // nasty/SOURCE.md: mandatory tables missing; no .shx; not a map.
            "pdok/test_broken_geopackage.gpkg": "gpkg_contents",
            "mapshaper/issues_193_gauss_kruger.shp": ".shx",
            "geos/TestIsValid.xml": "no format",
        ]
        for (file, reason) in expected {
            let refusal = try #require(refusal { _ = try child.layers(of: folder + "/" + file) })
            #expect(refusal.kind == .badData)
            #expect(refusal.phrase.english.contains(reason))
        }
        #expect(refusal { _ = try child.layers(of: folder + "/nowhere.shp") }?.kind == .noInput)
    }

    @Test("A GeoPackage damaged anywhere costs at most its reader", arguments: UInt64(1)...12)
    func damagedGeoPackage(seed: UInt64) throws {
        guard let child = formatsChild(), let source = testData("nasty/qgis/curved_polys.gpkg") else { return }
        try withFolder { folder in
            var random = SeededGenerator(state: seed)
            var bytes = try Data(contentsOf: URL(filePath: source))
            for _ in 0..<20 {
                bytes[.random(in: 100..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if seed.isMultiple(of: 3) { bytes = bytes.prefix(.random(in: 0..<bytes.count, using: &random)) }
            let file = folder.appending(path: "damaged.gpkg")
            try bytes.write(to: file)
            do {
                for layer in try child.layers(of: file.path) { _ = try Reading(child, file.path, layer: layer.name) }
            } catch {
                #expect(error is Refusal, "seed \(seed): \(error)")
            }
        }
    }

    @Test("A reader that is killed, fails, stops short or talks nonsense is one sentence about the file")
    func brokenReaders() throws {
        try withFolder { folder in
            let head = "printf 'tuban\\032\\001\\000'"
            let cases = [
                ("kill -9 $$", "was killed"),
                ("\(head); kill -SEGV $$", "crashed (signal 11)"),
                ("\(head); kill -XCPU $$", "computing time (limit 3600 s)"),
                ("echo 'terminate: std::bad_alloc' >&2; kill -ABRT $$", "ran out of memory (limit 2048 MiB)"),
                ("echo 'error while loading shared libraries' >&2; exit 127", "status 127: error while loading"),
                (head, "middle of a message"),
                ("\(head); printf '\\001\\012\\000\\000\\000abc'", "middle of a message"),
                ("echo 'Hello, world'", "does not speak"),
                ("\(head); printf '\\143\\000\\000\\000\\000'; exec sleep 600", "malformed"),
                // 100 KiB on standard error must not block it.
                ("head -c 100000 /dev/zero >&2; exit 3", "status 3"),
            ]
            for (script, reason) in cases {
                let child = try reader(script, in: folder)
                let refusal = try #require(refusal { _ = try child.layers(of: "/data/broken.gpkg") }, "\(script)")
                #expect(refusal.kind == .badData)
                #expect(refusal.phrase.english.hasPrefix("Reading broken.gpkg stopped: "), "\(refusal)")
                #expect(refusal.phrase.english.contains(reason), "\(script): \(refusal.phrase.english)")
                #expect(refusal.phrase.english.hasSuffix("Nothing was imported."))
            }
        }
    }

    @Test("A reader killed in the middle of a file is a sentence, after the features that came")
    func killedHalfway() throws {
        guard formatsChild() != nil, let source = testData("easthampton_ma_parcels/easthampton_parcels_shp.zip") else {
            return
        }
        let executable = try #require(Self.executable)
        try withFolder { folder in
            // 300,000 bytes: one whole batch and a piece of the next.
            let child = try reader("'\(executable)' \"$@\" | head -c 300000; kill -9 $$", in: folder)
            var features = 0
            let refusal = refusal {
                try child.read(source) { if case .features(let batch) = $0 { features += batch.count } }
            }
            #expect(features > 0)
            #expect(refusal?.phrase.english.contains("was killed") == true)
        }
    }

    private static var executable: String? {
        ProcessInfo.processInfo.environment["TUBAN_FORMATS"]
            ?? URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "tuban-formats").path
    }

    @Test("A reader that hangs is ended; a pipe is not waited for")
    func hanging() throws {
        guard let patient = formatsChild(), let child = formatsChild(limits: .init(silenceSeconds: 1)) else { return }
        try withFolder { folder in
            let pipe = folder.appending(path: "parcels.geojson").path
            mkfifo(pipe, 0o600)
            let refused = try #require(refusal { _ = try patient.layers(of: pipe) })
            #expect(refused.phrase.english.contains("not a file"))

            // The table beside a Shapefile is a pipe that nobody writes to: GDAL waits for ever.
            guard let source = testData("nasty/geotools/holeTouchEdge.shp") else { return }
            for ending in ["shp", "shx"] {
                try FileManager.default.copyItem(
                    atPath: source.replacingOccurrences(of: ".shp", with: "." + ending),
                    toPath: folder.appending(path: "hang." + ending).path)
            }
            mkfifo(folder.appending(path: "hang.dbf").path, 0o600)
            let hung = try #require(refusal { _ = try child.layers(of: folder.appending(path: "hang.shp").path) })
            #expect(
                hung.phrase.english
                    == "Reading hang.shp stopped: the reader said nothing for 1 seconds. Nothing was imported.")
        }
    }

    @Test("A file that needs more memory than the limit is a sentence with the limit")
    func memoryLimit() throws {
        guard let child = formatsChild(limits: .init(memoryMiB: 250)) else { return }
        try withFolder { folder in
            // One polygon of 800,000 corners; GDAL keeps some 300 bytes a corner while it parses.
            let file = folder.appending(path: "large.geojson")
            let corners = (0..<800_000).map { "[\($0),0]" }.joined(separator: ",")
            let text = #"{"type":"Polygon","coordinates":[["# + corners + ",[0,1],[0,0]]]}"
            try Data(text.utf8).write(to: file)
            let refusal = try #require(refusal { _ = try child.layers(of: file.path) })
            #expect(refusal.kind == .badData)
            #expect(refusal.phrase.english.contains("memory"), "\(refusal.phrase.english)")
            // The same file passes with the usual limit.
            let usual = try #require(formatsChild())
            #expect(try Reading(usual, file.path).end == 1)
        }
    }

    @Test("Cancelling from within a message ends the reader")
    func cancel() throws {
        struct Cancelled: Error {}
        guard let child = formatsChild(), let source = testData("easthampton_ma_parcels/easthampton_parcels_shp.zip")
        else { return }
        #expect(throws: Cancelled.self) {
            try child.read(source) { if case .features = $0 { throw Cancelled() } }
        }
    }

    @Test("A cancel does not wait for a reader that says nothing")
    func cancelWhileSilent() throws {
        struct Cancelled: Error {}
        try withFolder { folder in
            let child = try reader("exec sleep 600", in: folder)
            #expect(throws: Cancelled.self) { try child.read("x") { _ in throw Cancelled() } }
        }
    }

    @Test("Readers leave neither a descriptor nor a zombie behind, however they end")
    func leavings() throws {
        struct Cancelled: Error {}
        try withFolder { folder in
            let script =
                "case $2 in fail) exit 3;; hang) exec sleep 600;; esac; printf 'tuban\\032\\001\\000'; exec sleep 600"
            let child = try reader(script, in: folder, limits: .init(silenceSeconds: 0))
            let before = openSockets
            for _ in 0..<20 {
                for source in ["fail", "hang", "start"] { #expect(refusal { _ = try child.layers(of: source) } != nil) }
                #expect(throws: Cancelled.self) {
                    try child.write(to: "x", driver: .csv) { _ in throw Cancelled() }
                }
            }
            // Tests run side by side and have readers of their own, but not one for each of these eighty.
            #expect(openSockets < before + 80)
            #expect(Self.zombies(named: "reader.sh") + Self.zombies(named: "sleep") < 20)
        }
    }

    /// How many children of this process have ended and were not waited for.
    private static func zombies(named name: String) -> Int {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.count { process in
            // proc(5): pid (comm) state ppid …
            let words = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            return words.contains("(\(name)) Z \(getpid()) ")
        }
    }

    @Test("Without the child there is a sentence that says what to install")
    func missing() {
        let child = FormatsChild(executable: "/nowhere/tuban-formats")
        let refusal = refusal { _ = try child.layers(of: "x.shp") }
        #expect(refusal?.kind == .inputOutput)
    }
}
