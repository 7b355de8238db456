import Foundation
import GRDB
import Testing

/// The invented county as people get it.
struct SampleTests {
    @Test("The same command makes the same bytes, on any day")
    func deterministic() throws {
        let desks = [try Desk(), try Desk()]
        for desk in desks {
            try desk.done("sample", "county.gpkg", "--parcels", "1000", "--seed", "3", "--years", "2015,2020,2025")
        }
        let lists = try desks.map { desk in
            try FileManager.default.subpathsOfDirectory(atPath: desk.folder.path).sorted()
                .filter { !$0.hasPrefix(".") && $0.contains(".") }
        }
        #expect(lists[0] == lists[1] && lists[0].count > 25)
        for path in lists[0] {
            let contents = desks.map { FileManager.default.contents(atPath: $0.path(path)) }
            #expect(contents[0] == contents[1], "\(path)")
        }
    }

    @Test("Boundary files in every dialect are read back: three parcels, a hole, two parts")
    func boundaries() throws {
        let desk = try Desk()
        try desk.sample("county.gpkg", "--parcels", "1500", "--seed", "7")
        let folder = desk.path("county-files/boundary")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files.count == 18)
        for file in files {
            let shown = try desk.tuban([
                "boundary", "show", "\(folder)/\(file)", "--format", "json", "--crs",
                file.hasPrefix("enforcement") ? "EPSG:4490" : "EPSG:4527",
            ])
            #expect(shown.status == 0, "\(file): \(shown)")
            let parcels = try shown.json().filter { $0["points"] != nil }
            #expect(parcels.count >= 3, "\(file): \(shown.out)")
        }
    }

    @Test("The tables beside it have their rows, and the truth names features that are there")
    func truth() throws {
        let desk = try Desk()
        try desk.sample("county.gpkg", "--parcels", "1500", "--seed", "7")
        func rows(_ name: String) throws -> [[Substring]] {
            let text = try String(contentsOfFile: desk.path("county-files/\(name)"), encoding: .utf8)
            return text.split(separator: "\n").dropFirst().map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
        }
        for (name, least) in [("statistics.csv", 500), ("limits.csv", 5), ("alarms.csv", 5), ("truth/changes.csv", 20)]
        {
            #expect(try rows(name).count >= least, "\(name)")
        }
        let database = try DatabaseQueue(path: desk.path("county.gpkg"))
        let cases = try rows("truth/cases.csv") + rows("truth/faults.csv")
        #expect(cases.count > 200)
        try database.read { db in
            for row in cases where !row[4].isEmpty && row[2] != "left_out" && row[3] != "statistics.csv" {
                let count = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM \"\(row[3])\" WHERE \(row[3] == "ZD" ? "ZDDM" : "BSM") = ?",
                    arguments: [String(row[4])])
                // A number that is there twice is a fault of its own: the first parcel took the second one's.
                #expect(count == (row[1] == "duplicate_bsm" ? 0 : 1), "\(row[0]): \(row[3]) \(row[4])")
            }
        }
    }

    @Test("Only what was asked for, and nothing beside it")
    func chosen() throws {
        let desk = try Desk()
        try desk.done("sample", "county.gpkg", "--parcels", "1000", "--layers", "XZQ,DLTB_2025", "--years", "2025")
        #expect(!desk.exists("county-files"))
        let layers = try desk.tuban(["layer", "list", "-f", desk.path("county.gpkg"), "--format", "json"]).json()
        #expect(layers.compactMap { $0["layer"] as? String }.sorted() == ["DLTB_2025", "XZQ"])
        let wrong = try desk.tuban(["sample", "other.gpkg", "--layers", "NOTHING"])
        #expect(wrong.status == 64 && wrong.err.contains("NOTHING") && !desk.exists("other.gpkg"))
        let year = try desk.tuban(["sample", "other.gpkg", "--years", "2020,abc"])
        #expect(year.status == 64 && year.err.contains("abc"))
    }
}
