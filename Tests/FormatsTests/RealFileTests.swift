import Commands
import Foundation
import Geometry
import Stream
import Testing

@Suite("Real files")
struct RealFileTests {
    /// Counts as in the SOURCE.md of each folder.
    @Test(
        "Every feature of every kind of file arrives",
        arguments: [
            ("easthampton_ma_parcels/easthampton_parcels_shp.zip", "easthampton_parcels", 5948, "EPSG:26986"),
            ("easthampton_ma_parcels/easthampton_parcels.gpkg.gz", "parcels", 5948, "EPSG:26986"),
            ("easthampton_ma_parcels/M087_L3_parcels.gdb.zip", "M087TaxPar", 5948, "EPSG:26986"),
            ("easthampton_ma_parcels/M087_L3_parcels.gdb.zip", "M087OthLeg", 232, "EPSG:26986"),
            ("easthampton_ma_parcels/M087_L3_parcels.gdb.zip", "M087Misc", 0, "EPSG:26986"),
            ("plateau_jp/numazu_landuse.gpkg", "landuse", 225, "EPSG:6668"),
            ("plateau_jp/523836_luse_6668_op.gml.gz", "LandUse", 225, "EPSG:6668"),
            ("dc_planning/land-use-planned-2006.geojson.gz", "land-use-planned-2006", 1613, "EPSG:4326"),
            ("fr_edigeo/parcelles.gpkg", "parcelles", 900, "EPSG:2154"),
            ("osm_landuse/liechtenstein.gpkg.gz", "liechtenstein", 4073, "EPSG:2056"),
            ("nasty/terrame/biomassa.zip", "biomassa", 989, nil),
        ] as [(String, String, Int, String?)])
    func counts(file: String, layer: String, count: Int, crs: String?) throws {
        guard let child = formatsChild(), let source = testData(file) else { return }
        let reading = try Reading(child, source, layer: layer)
        #expect(reading.features.count == count && reading.end == count)
        #expect(reading.refused.isEmpty)
        if let crs { #expect(reading.layer.crsAuthority == crs) }
        #expect(reading.layer.geometryKind == .polygon)
        // Byte 1 of ISO WKB, little-endian: 3 polygon, 6 multipolygon; thousands for Z.
        let types = Set(
            reading.features.compactMap { $0.wkb }.filter { !$0.isEmpty }.map { Int($0[1]) + Int($0[2]) << 8 })
        #expect(types.isSubset(of: [3, 6, 1003, 1006]), "\(types)")
    }

    @Test("Codes keep their leading zeros: the class counts of SOURCE.md")
    func classCounts() throws {
        guard let child = formatsChild(), let source = testData("easthampton_ma_parcels/easthampton_parcels.gpkg.gz")
        else {
            return
        }
        let codes = try Reading(child, source).column("USE_CODE")
        // SOURCE.md: 127 distinct codes, 48 parcels without one, 4,040 single-family parcels.
        #expect(codes.count { $0 == .text("1010") } == 4040)
        #expect(codes.count { $0 == .null || $0 == .text("") } == 48)
        #expect(Set(codes.map(String.init(describing:))).subtracting(["null", #"text("")"#]).count == 127)
    }

    @Test("Null and empty geometries are told apart")
    func absentGeometries() throws {
        guard let child = formatsChild(),
            // SOURCE.md: 3 null geometries. ogrinfo: 3 empty multipolygons and one triangle.
            let null = testData("dc_planning/enterprise-and-empowerment-zones.geojson.gz"),
            let empty = testData("nasty/qgis/polygon_layer_empty_geometries.geojson")
        else { return }
        #expect(try Reading(child, null).features.count { $0.wkb == nil } == 3)
        let geometries = try Reading(child, empty).features.map(\.wkb)
        #expect(geometries.prefix(3) == [[], [], []])
        #expect(geometries.count == 4 && geometries.last??.isEmpty == false)
    }

    @Test("Arcs become chords, and a note says so")
    func curves() throws {
        guard let child = formatsChild(), let source = testData("nasty/qgis/curved_polys.gpkg") else { return }
        let reading = try Reading(child, source)
        #expect(reading.features.count == 4)
        #expect(reading.features.allSatisfy { $0.wkb?[1] == 3 })
        #expect(reading.notes.count == 1 && reading.notes[0].english.hasPrefix("4 geometries have arcs"))
    }

    @Test("Lines with Z and M keep Z and lose M")
    func measures() throws {
        let file = "nasty/mapshaper/issues_518_519_shp_reading_data_corruption_error.shp"
        guard let child = formatsChild(), let source = testData(file) else { return }
        let reading = try Reading(child, source)
        // SOURCE.md: 8 lines Z. ISO WKB: 1002 = 0x03EA is a line string with Z.
        #expect(reading.features.count == 8)
        #expect(reading.features.allSatisfy { $0.wkb?[1...2] == [0xEA, 0x03] })
    }

    @Test("A condition chooses features, also by Chinese text in GBK")
    func condition() throws {
        guard let child = formatsChild(), let source = testData("cn_admin_gbk/gd_counties_gbk_nocpg.zip") else {
            return
        }
        let reading = try Reading(child, source, options: .init(condition: "XZQMC = '荔湾区'"))
        #expect(reading.features.map { $0.values[0] } == [.text("440103")])
        #expect(throws: (any Error).self) { try Reading(child, source, options: .init(condition: "nonsense =")) }
    }

    @Test("A GeoPackage is read without a file appearing beside it, whatever its journal mode")
    func noLeftovers() throws {
        guard let child = formatsChild(), let source = testData("plateau_jp/numazu_landuse.gpkg") else { return }
        try withFolder { folder in
            let copy = folder.appending(path: "wal.gpkg")
            var bytes = try Data(contentsOf: URL(filePath: source))
            // Bytes 18 and 19 of an SQLite file: 2 says that it uses a write-ahead log.
            bytes[18] = 2
            bytes[19] = 2
            try bytes.write(to: copy)
            #expect(try Reading(child, copy.path).end == 225)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["wal.gpkg"])
        }
    }

    @Test("A layer that is not there is answered with those that are")
    func wrongLayer() throws {
        guard let child = formatsChild(), let source = testData("osm_landuse/liechtenstein.gpkg.gz") else { return }
        let wrong = #expect(throws: (any Error).self) { try Reading(child, source, layer: "parcels") }
        #expect("\(try #require(wrong))".contains("liechtenstein_roads"))
        #expect(throws: (any Error).self) { try Reading(child, source) }
    }
}
