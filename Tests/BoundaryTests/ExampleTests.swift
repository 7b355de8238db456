import Boundary
import Geometry
import Testing

/// The files of the domain's notes. Every expected figure is theirs: areas computed with PROJ on EPSG:4527, edges
/// densified to 70 m.
@Suite("Boundary files of the domain's notes") struct ExampleTests {
    private func expect(_ reading: BoundaryReading, parcel: Int, plane: Double, ellipsoid: Double) throws {
        let measure = reading.measures[parcel]
        #expect(abs(try #require(measure.planeArea) - plane) < 0.01)
        #expect(abs(try #require(measure.ellipsoidArea) - ellipsoid) < 0.01)
    }

    @Test("01: two parcels and nothing to say")
    func standard() throws {
        guard let bytes = try example("01_standard_utf8.txt") else { return }
        let reading = try reader().read(bytes)
        #expect(reading.summary == [])
        #expect(reading.file.dialect == .common)
        #expect(reading.file.encoding == .utf8 && reading.file.lineEnd == .lf)
        #expect(reading.file.reference == BoundaryReference(datum: .cgcs2000, zone: .init(prefix: 39)))
        #expect(reading.file.parcels.count == 2)
        try expect(reading, parcel: 0, plane: 15902.59, ellipsoid: 15902.47)
        try expect(reading, parcel: 1, plane: 23260.52, ellipsoid: 23260.35)
        #expect(reading.file.parcels[1][.classCode] == "0301")
        #expect(try BoundaryWriter.bytes(of: reading.file) == bytes)
    }

    @Test("02: GBK, CRLF, a hole, labels that run on")
    func hole() throws {
        guard let bytes = try example("02_gbk_hole_crlf.txt") else { return }
        let reading = try reader().read(bytes)
        #expect(reading.summary == [])
        #expect(reading.file.encoding == .gbk && reading.file.lineEnd == .crlf)
        let shape = try #require(reading.file.parcels.first?.shape)
        #expect(shape.partEnds.count == 1 && shape.ringEnds.count == 2)
        try expect(reading, parcel: 0, plane: 55200, ellipsoid: 55199.61)
        #expect(try BoundaryWriter.bytes(of: reading.file) == bytes)
    }

    @Test("03: thirteen fields, two parts, rings left open")
    func parts() throws {
        guard let bytes = try example("03_gbk_13fields_twoparts_open.txt") else { return }
        let reading = try reader().read(bytes)
        #expect(reading.summary == ["20 open info", "21 parts info", "23 open info"])
        #expect(reading.file.dialect == .farmland)
        #expect(reading.file.sections.map(\.name) == ["项目信息", "属性描述"])
        #expect(reading.file.value(of: "行政区") == "379901")
        let shape = try #require(reading.file.parcels.first?.shape)
        #expect(shape.partEnds.count == 2 && shape.ringEnds.count == 2)
        #expect(abs(try #require(reading.measures[0].ellipsoidArea) - 9485.07) < 0.01)
        #expect(reading.file.parcels[0][.qualityAfter] == "8")
    }

    @Test("04: degrees without a header need their system named, and are parcel A of 01")
    func degrees() throws {
        guard let bytes = try example("04_noheader_lonlat_utf8bom.txt"),
            let other = try example("01_standard_utf8.txt")
        else { return }
        #expect(try reader().read(bytes).summary == ["0 reference stops"])
        let reading = try reader(given: BoundaryReference(datum: .cgcs2000, zone: nil)).read(bytes)
        #expect(reading.summary == [])
        #expect(reading.file.dialect == .enforcement)
        #expect(reading.file.encoding == .utf8BOM)
        let shape = try #require(reading.file.parcels.first?.shape)
        let same = try #require(try reader().read(other).file.parcels.first?.shape)
        #expect(try distance(shape, same) < 0.0001)
        #expect(try BoundaryWriter.bytes(of: reading.file) == bytes)
    }

    @Test("05: zone, unit and axes, told in one go")
    func broken() throws {
        guard let bytes = try example("05_broken_zone_axis_area.txt") else { return }
        let reading = try reader().read(bytes)
        #expect(reading.summary == ["9 zone_conflict confirm", "13 area_unit warning", "19 swapped_axes warning"])
        #expect(reading.file.reference == BoundaryReference(datum: .cgcs2000, zone: .init(prefix: 39)))
        #expect(reading.obstacles().count == 1 && reading.obstacles(confirmed: true).isEmpty)
        try expect(reading, parcel: 0, plane: 15902.59, ellipsoid: 15902.47)
        try expect(reading, parcel: 1, plane: 23260.52, ellipsoid: 23260.35)
    }

    @Test("06: seven faults, told in one go")
    func syntax() throws {
        guard let bytes = try example("06_broken_ring_syntax.txt") else { return }
        let reading = try reader().read(bytes)
        #expect(
            reading.summary == [
                "13 parcel_mark stops", "13 area_differs warning", "14 self_crossing stops", "17 open info",
                "18 parts info", "20 not_a_number stops", "22 repeated_column stops",
            ])
        // Shapely's figure for the bow tie.
        #expect(reading.faults[1].what.english.contains("26.57 m²"))
        #expect(reading.faults[6].remedy.english.contains("4040500.000,39482700.000"))
        #expect(reading.file.parcels[0].shape == nil)
    }
}

/// The names, counts and areas that the source notes state.
///
/// The notes call the ring of plot_003 not closed: its last line has the first one's coordinates under a new label, J53.
@Suite("Boundary files of real projects") struct RealBoundaryTests {
    @Test(
        "Points and areas as the notes have them",
        arguments: [
            ("44120000120.txt", 9, 2.6708, [String]()), ("44120000105.txt", 50, 8.7423, []),
            ("44120000319.txt", 40, 10.3262, []), ("44120000319_gbk_crlf.txt", 40, 10.3262, []),
            ("44120000567.txt", 15, 0.2190, []),
            (
                "44120000957_fields_shifted.txt", 5, 0.7749,
                ["10 area_text warning", "15 closing_label info"]
            ),
            ("plot_003_unclosed_no_area.txt", 53, 1.6958, ["10 no_area info", "63 closing_label info"]),
        ])
    func real(_ name: String, points: Int, hectares: Double, faults: [String]) throws {
        guard let path = folder("cn_boundary_txt/\(name)") else { return }
        let bytes = try bytes(of: path)
        let reading = try reader().read(bytes)
        #expect(reading.summary == faults)
        #expect(reading.measures.map(\.points) == [points])
        #expect(abs(try #require(reading.measures[0].planeArea) / 10_000 - hectares) <= 0.00005 + 1e-9)
        #expect(reading.file.reference == BoundaryReference(datum: .cgcs2000, zone: .init(prefix: 38)))
        #expect(reading.file.encoding == (name.contains("gbk") ? .gbk : .utf8))
    }

    @Test("The same file in GBK and UTF-8 reads the same")
    func encodings() throws {
        guard let folder = folder("cn_boundary_txt") else { return }
        let utf8 = try reader().read(bytes(of: folder.appending(path: "44120000319.txt")))
        let gbk = try reader().read(bytes(of: folder.appending(path: "44120000319_gbk_crlf.txt")))
        #expect(utf8.file.parcels == gbk.file.parcels && utf8.file.sections == gbk.file.sections)
    }
}
