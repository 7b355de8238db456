import Foundation
import Rig
import Testing

/// A county of a million parcels, from its file to its examination. Takes minutes: `make long`, which also says where the
/// release build is.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil)) struct MillionLongTests {
    private let layer = "DLTB_2025"
    private let tuban =
        ProcessInfo.processInfo.environment["TUBAN_RELEASE"].map { $0 + "/tuban" } ?? product(named: "tuban")
    private let parcels = ProcessInfo.processInfo.environment["TUBAN_LONG_PARCELS"] ?? "1000000"

    private func done(_ desk: Desk, _ words: String...) throws -> Ending {
        let ending = try desk.run(tuban, words)
        try #require(ending.status == 0, "tuban \(words.joined(separator: " ")): \(ending)")
        return ending
    }

    @Test("A million parcels: a killed import leaves nothing, a whole one is a strict GeoPackage that GDAL opens")
    func journey() throws {
        let desk = try Desk()
        _ = try done(desk, "sample", "source.gpkg", "--parcels", parcels, "--years", "2025", "--layers", layer)
        let count = try desk.value("source.gpkg", "SELECT count(*) FROM \(layer)")
        _ = try done(desk, "init", "county.gpkg", "--crs", "EPSG:4527")
        try strike(desk)
        let report = try done(
            desk, "import", "source.gpkg", "--layer", layer, "-f", "county.gpkg", "--format", "json")
        let row = try #require(try report.json().first)
        let (read, refused) = (row.integer("read"), row.integer("refused"))
        #expect(read.map(String.init) == count)
        let kept = (read ?? 0) - (refused ?? 0)

        for (sql, number) in requirements {
            #expect(try desk.value("county.gpkg", sql) == "", "requirement \(number)")
        }
        for (sql, number) in requirements(ofLayer: layer) {
            #expect(try desk.value("county.gpkg", sql) == "0", "requirement \(number): \(sql)")
        }
        let gdal = try desk.ogrinfo("-ro", "-so", desk.path("county.gpkg"), layer)
        #expect(gdal.status == 0 && gdal.err.isEmpty && !gdal.out.contains("Warning"), "\(gdal.err)")
        #expect(gdal.out.contains("Feature Count: \(kept)"), "\(gdal.out)")

        #expect(try done(desk, "doctor", "-f", "county.gpkg").out.contains("FAULT") == false)
        #expect(try done(desk, "doctor", "--deep", "-f", "county.gpkg").out.contains("FAULT") == false)
    }

    /// Kills an import when a good part of it is written, and finds the project as it was.
    private func strike(_ desk: Desk) throws {
        let before = try desk.contents("county.gpkg")
        let process = try desk.start(
            tuban, ["import", "source.gpkg", "--layer", layer, "-f", "county.gpkg"])
        let source = try FileManager.default.attributesOfItem(atPath: desk.path("source.gpkg"))[.size] as? Int
        func written() -> Int {
            ["", "-wal"].map { ending in
                let file = desk.path("county.gpkg" + ending)
                return (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
            }.reduce(0, +)
        }
        while process.isRunning, written() < (source ?? 0) / 4 { usleep(2000) }
        #expect(process.isRunning, "the import was over before it could be struck")
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        _ = try done(desk, "doctor", "--deep", "-f", "county.gpkg")
        #expect(try desk.contents("county.gpkg") == before)
    }
}
