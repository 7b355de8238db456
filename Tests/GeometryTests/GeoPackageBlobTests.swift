import Geometry
import Testing

@Suite("GeoPackage geometries")
struct GeoPackageBlobTests {
    static let point = "01 01000000 000000000000F03F 0000000000000040"

    /// Laid out by hand after OGC 12-128r18, table 7.
    @Test("The head is written as the standard has it")
    func header() {
        let box = Box(minX: 1, minY: 2, maxX: 1, maxY: 2)
        #expect(
            Shape(point: Point(x: 1, y: 2)).geoPackageBlob(srs: 4490)
                == hex(
                    """
                    4750 00 03 8A110000 000000000000F03F 000000000000F03F 0000000000000040 0000000000000040 \(Self.point)
                    """))
        #expect(GeoPackageBlob.header(srs: -1, box: nil) == hex("4750 00 11 FFFFFFFF"))
        #expect(GeoPackageBlob.header(srs: -1, box: .empty) == hex("4750 00 11 FFFFFFFF"))
        let wkb = hex(Self.point)
        #expect(
            wkb.withUnsafeBytes { GeoPackageBlob.blob(srs: 4490, box: box, wkb: $0) }
                == Shape(point: Point(x: 1, y: 2)).geoPackageBlob(srs: 4490))
    }

    @Test("Heads of every form are read", arguments: [(0, 0), (1, 32), (2, 48), (3, 48), (4, 64)])
    func forms(envelope: Int, size: Int) throws {
        for isBig in [false, true] {
            let srs = isBig ? "0000118A" : "8A110000"
            let one = isBig ? "3FF0000000000000" : "000000000000F03F"
            let flags = UInt8(envelope << 1 | (isBig ? 0 : 1))
            let blob =
                hex("4750 00") + [flags] + hex(srs) + (0..<size / 8).flatMap { _ in hex(one) } + hex(Self.point)
            let head = try blob.withUnsafeBytes { try GeoPackageBlob.read($0) }
            #expect(head.srs == 4490)
            #expect(head.box == (envelope == 0 ? nil : Box(minX: 1, minY: 1, maxX: 1, maxY: 1)))
            #expect(Array(blob[head.wkb]) == hex(Self.point))
        }
    }

    @Test(
        "What is no GeoPackage geometry is an error",
        arguments: [
            "", "4750", "4750 00 03 8A110000", "4751 00 01 8A110000", "4750 01 01 8A110000",
            "4750 00 0B 8A110000", "4750 00 21 8A110000 58585858",
        ])
    func broken(text: String) {
        let bytes = hex(text)
        #expect(throws: WKBError.self) { try bytes.withUnsafeBytes { try GeoPackageBlob.read($0) } }
    }

    @Test("An envelope of not-a-numbers is none")
    func emptyEnvelope() throws {
        let nan = "000000000000F87F"
        let blob = hex("4750 00 13 8A110000 \(nan) \(nan) \(nan) \(nan)")
        let head = try blob.withUnsafeBytes { try GeoPackageBlob.read($0) }
        #expect(head.box == nil)
        #expect(head.isEmpty)
    }
}
