import Foundation
import Testing

/// Files that break importers.
@Suite struct NastyTests {
    /// All files but those that only go along with a Shapefile: they are opened with it.
    static var files: [String] {
        guard let folder = testData("nasty") else { return [] }
        let all = Set((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? [])
        return all.filter { name in
            guard let dot = name.lastIndex(of: "."), name.contains("/") || name.hasSuffix(".zip") else { return false }
            let goesAlong = ["cpg", "prj", "qpj", "shx", "gfs"].contains(name[dot...].dropFirst())
            return !goesAlong && !(name.hasSuffix(".dbf") && all.contains(name[..<dot] + ".shp"))
        }.sorted()
    }

    @Test("A file comes in, and the project is well; or it does not, with one sentence, and the project is as before")
    func features() throws {
        let desk = try Desk()
        try desk.done("init", "empty.gpkg")
        let empty = try desk.contents("empty.gpkg")
        var (taken, refused) = (0, 0)
        for (number, name) in Self.files.enumerated() {
            let source = try #require(testData("nasty/" + name))
            let project = "\(number).gpkg"
            try FileManager.default.copyItem(atPath: desk.path("empty.gpkg"), toPath: desk.path(project))
            let ending = try desk.tuban("import", source, "-f", project, "--format", "json")
            #expect(!ending.wasKilled, "\(name)")
            if ending.status == 0 {
                taken += 1
                for row in try ending.json() {
                    let sum = ["imported", "repaired", "refused"].reduce(0) { $0 + (row.integer($1) ?? 0) }
                    #expect(row.integer("read") == sum, "\(name): \(row)")
                }
                let doctor = try desk.tuban("doctor", "--deep", "-f", project)
                #expect(doctor.status == 0, "\(name): \(doctor.out)")
                let gdal = try desk.ogrinfo("-ro", "-so", "-al", project)
                #expect(gdal.status == 0 && !gdal.err.contains("Warning"), "\(name): \(gdal.err)")
            } else {
                refused += 1
                #expect(isOneSentence(ending.err), "\(name): \(ending.err)")
                #expect([65, 66].contains(ending.status), "\(name): \(ending.status)")
                #expect(try desk.contents(project) == empty, "\(name) left something behind")
            }
            #expect(!desk.exists(project + "-wal") && !desk.exists(project + "-journal"), "\(name)")
        }
        print("nasty: \(taken) came in, \(refused) did not")
    }

    @Test("A file that cannot take the refused features is told, and the import stands")
    func refusedFileIsThere() throws {
        guard let source = testData("nasty/qgis/polygon_layer.shp") else { return }
        let desk = try Desk()
        try desk.done("init", "x.gpkg")
        try desk.write("mine", to: "x.gpkg.polygon_layer.refused.geojson")
        let ending = try desk.done("import", source, "-f", "x.gpkg")
        #expect(ending.out.contains("The refused features are in x.gpkg.polygon_layer.refused.2.geojson."))
        #expect(
            try String(contentsOfFile: desk.path("x.gpkg.polygon_layer.refused.geojson"), encoding: .utf8) == "mine")
        let refused = try desk.ogrinfo("-so", "-al", "x.gpkg.polygon_layer.refused.2.geojson")
        #expect(refused.out.contains("refused_because"))
    }

    @Test("What a source says about a layer and about itself is said once")
    func notesOnce() throws {
        guard let source = testData("nasty/qgis_featuredataset.gdb.zip") else { return }
        let desk = try Desk()
        try desk.done("init", "x.gpkg")
        let lines = try desk.done("import", source, "-f", "x.gpkg").out.split(separator: "\n")
        #expect(lines.count == Set(lines).count)
    }
}
