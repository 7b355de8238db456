import Commands
import Foundation
import Geometry
import Phrases
import Stream
import Testing

@Suite("Writing files")
struct WritingTests {
    static let layer = SourceLayer(
        name: "地块",
        fields: [
            SourceField("DLBM", .text, width: 5), SourceField("ZLDWMC", .text, width: 60),
            SourceField("TBMJ", .real, width: 15, precision: 2), SourceField("BSM", .integer, width: 10),
            SourceField("GXSJ", .date),
        ],
        geometryKind: .polygon, crsAuthority: "EPSG:4526")

    static let features: [Feature] = (1...5).map { (number: Int) -> Feature in
        let place = number == 3 ? "怀集县冷坑镇" : "Easthampton"
        let id: Value = number == 4 ? .null : .integer(Int64(number))
        let values: [Value] = [.text("0101"), .text(place), .real(1.25 * Double(number)), id, .text("2020-12-31")]
        return Feature(fid: Int64(number), wkb: square(at: 38_500_000 + Double(number)), values: values)
    }

    private func produce(_ sink: StreamSink) throws {
        try sink.send(.layer(Self.layer))
        var builder = FeatureBatchBuilder(fieldCount: Self.layer.fields.count)
        for feature in Self.features { builder.append(feature) }
        try sink.send(builder.takeMessage())
    }

    @Test("A GBK Shapefile without .cpg, as offices send it, comes back as it went")
    func shapefile() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            let file = folder.appending(path: "DLTB.shp")
            let written = try child.write(
                to: file.path, driver: .shapefile, encoding: "GBK", withCPG: false, produce: produce)
            #expect(written.count == 5 && written.refused.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "DLTB.cpg").path))
            // "怀集县" in GBK by Python: BB B3 BC AF CF D8.
            let table = try Data(contentsOf: folder.appending(path: "DLTB.dbf"))
            #expect(table.range(of: Data([0xBB, 0xB3, 0xBC, 0xAF, 0xCF, 0xD8])) != nil)
            let reading = try Reading(child, file.path)
            #expect(reading.layer.encoding == SourceEncoding(name: "GB18030", told: .bytes))
            #expect(reading.layer.crsAuthority == "EPSG:4526")
            #expect(reading.features.map(\.values) == Self.features.map(\.values))
        }
    }

    @Test("GeoPackage, GeoJSON and CSV come back as they went", arguments: ["a.gpkg", "a.geojson", "a.csv"])
    func others(name: String) throws {
        guard let child = formatsChild() else { return }
        let driver: FormatsChild.Driver = name.hasSuffix("gpkg") ? .geoPackage : name.hasSuffix("csv") ? .csv : .geoJSON
        try withFolder { folder in
            let file = folder.appending(path: name)
            #expect(try child.write(to: file.path, driver: driver, produce: produce).count == 5)
            let reading = try Reading(child, file.path)
            #expect(try reading.column("ZLDWMC")[2] == .text("怀集县冷坑镇"))
            #expect(try reading.column("DLBM").allSatisfy { $0 == .text("0101") })
            #expect(reading.features.count == 5)
            if driver != .csv { #expect(reading.features.map(\.fid) == [1, 2, 3, 4, 5]) }
            if driver == .geoJSON { #expect(reading.features.map(\.wkb) == Self.features.map(\.wkb)) }
        }
    }

    @Test("CSV in GBK holds GBK, in names of fields too")
    func csv() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            let file = folder.appending(path: "a.csv")
            let fields = [SourceField("地类", .text), SourceField("n", .integer)]
            try child.write(to: file.path, driver: .csv, encoding: "GBK") { sink in
                try sink.send(.layer(SourceLayer(name: "a", fields: fields, hasGeometry: false)))
                var builder = FeatureBatchBuilder(fieldCount: 2)
                builder.append(Feature(fid: 1, wkb: nil, values: [.text("水田"), .integer(7)]))
                try sink.send(builder.takeMessage())
            }
            // 地类 = B5 D8 C0 E0, 水田 = CB AE CC EF in GBK, by Python.
            let bytes = [UInt8](try Data(contentsOf: file)).filter { $0 != 0x22 && $0 != 0x0D }
            let name: [UInt8] = [0xB5, 0xD8, 0xC0, 0xE0]
            let value: [UInt8] = [0xCB, 0xAE, 0xCC, 0xEF]
            #expect(bytes == name + Array(",n\n".utf8) + value + Array(",7\n".utf8))
        }
    }

    @Test(
        "A file that exists is not overwritten, and one that fails is not left",
        arguments: ["a.gpkg", "a.shp", "a.geojson"])
    func failures(name: String) throws {
        struct Cancelled: Error {}
        guard let child = formatsChild() else { return }
        let driver: FormatsChild.Driver =
            name.hasSuffix("gpkg") ? .geoPackage : name.hasSuffix("shp") ? .shapefile : .geoJSON
        try withFolder { folder in
            let file = folder.appending(path: name)
            #expect(throws: Cancelled.self) {
                try child.write(to: file.path, driver: driver) { sink in
                    try self.produce(sink)
                    throw Cancelled()
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
            try Data("precious".utf8).write(to: file)
            let error = #expect(throws: Refusal.self) {
                try child.write(to: file.path, driver: driver) { sink in
                    // More than any buffer between us: the child must not leave us hanging in a write.
                    for _ in 0..<200_000 { try self.produce(sink) }
                }
            }
            #expect(error?.kind == .cannotCreate)
            #expect(try String(contentsOf: file, encoding: .utf8) == "precious")
            let nowhere = folder.appending(path: "no/where/" + name).path
            #expect(throws: Refusal.self) { try child.write(to: nowhere, driver: driver, produce: produce) }
        }
    }

    @Test("Bytes that are no geometry are refused, the rest is written")
    func refused() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            let written = try child.write(to: folder.appending(path: "a.geojson").path, driver: .geoJSON) { sink in
                try sink.send(.layer(SourceLayer(name: "a", geometryKind: .polygon)))
                var builder = FeatureBatchBuilder(fieldCount: 0)
                builder.append(Feature(fid: 1, wkb: square(at: 0), values: []))
                builder.append(Feature(fid: 2, wkb: Array(square(at: 0).prefix(40)), values: []))
                builder.append(Feature(fid: 3, wkb: nil, values: []))
                try sink.send(builder.takeMessage())
            }
            #expect(written.count == 2)
            #expect(written.refused.map(\.fid) == [2])
        }
    }
}
