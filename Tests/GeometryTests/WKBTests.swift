import Geometry
import Testing

/// Bytes from hexadecimal digits; blanks are for the reader.
func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}

@Suite("Well-known binary")
struct WKBTests {
    /// 1, 2 and 3 as numbers, little and big endian.
    static let one = "000000000000F03F"
    static let two = "0000000000000040"
    static let three = "0000000000000840"

    @Test(
        "A point is read from every dialect",
        arguments: [
            "01 01000000 \(one) \(two)",  // ISO, little endian
            "00 00000001 3FF0000000000000 4000000000000000",  // big endian
            "01 E9030000 \(one) \(two) \(three)",  // ISO Z: 1001
            "01 D1070000 \(one) \(two) \(three)",  // ISO M: 2001
            "01 B90B0000 \(one) \(two) \(three) \(three)",  // ISO ZM: 3001
            "01 01000080 \(one) \(two) \(three)",  // EWKB Z
            "01 01000040 \(one) \(two) \(three)",  // EWKB M
            "01 010000C0 \(one) \(two) \(three) \(three)",  // EWKB ZM
            "01 01000020 E6100000 \(one) \(two)",  // EWKB with SRID 4326
            "01 010000A0 E6100000 \(one) \(two) \(three)",  // EWKB Z with SRID
            "01 04000000 01000000 01 01000000 \(one) \(two)",  // MultiPoint of one
            "01 04000000 01000000 00 00000001 3FF0000000000000 4000000000000000",  // its member turned round
            "01 07000000 01000000 01 01000000 \(one) \(two)",  // GeometryCollection of one
        ])
    func dialects(text: String) throws {
        #expect(try Shape(wkb: hex(text)) == Shape(point: Point(x: 1, y: 2)))
    }

    @Test("Empty geometries are empty shapes")
    func empty() throws {
        let nan = "000000000000F87F"
        #expect(try Shape(wkb: hex("01 01000000 \(nan) \(nan)")).isEmpty)
        #expect(try Shape(wkb: hex("01 02000000 00000000")).kind == .line)
        #expect(try Shape(wkb: hex("01 03000000 00000000")).partEnds.isEmpty)
        #expect(try Shape(wkb: hex("01 06000000 01000000 01 03000000 00000000")).partEnds.isEmpty)
        #expect(try Shape(wkb: hex("01 07000000 00000000")).isEmpty)
    }

    static let square = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)].map { Point(x: $0.0, y: $0.1) }
    static let hole = [(1, 1), (1, 2), (2, 2), (1, 1)].map { Point(x: $0.0, y: $0.1) }
    static let shapes: [Shape] = [
        Shape(point: Point(x: -1.5, y: 2e7)),
        Shape(kind: .point, points: [square[0], square[1]], ringEnds: [1, 2], partEnds: [1, 2]),
        Shape(line: square),
        Shape(polygon: [square, hole]),
        Shape(polygons: [[square, hole], [square.map { Point(x: $0.x + 10, y: $0.y) }]]),
        Shape(kind: .polygon),
        Shape(kind: .line),
    ]

    @Test("What was written is read back", arguments: shapes, [true, false])
    func roundTrip(shape: Shape, multi: Bool) throws {
        #expect(try Shape(wkb: shape.wkb(multi: multi)) == shape)
    }

    @Test("A polygon is written as the standard has it")
    func bytes() {
        let triangle = Shape(polygon: [[Point(x: 1, y: 2), Point(x: 2, y: 2), Point(x: 2, y: 3), Point(x: 1, y: 2)]])
        let points = "\(Self.one)\(Self.two) \(Self.two)\(Self.two) \(Self.two)\(Self.three) \(Self.one)\(Self.two)"
        #expect(triangle.wkb() == hex("01 03000000 01000000 04000000 \(points)"))
        #expect(triangle.wkb(multi: true) == hex("01 06000000 01000000 01 03000000 01000000 04000000 \(points)"))
    }

    @Test("A collection of one kind is flattened, a mixed one refused")
    func collections() throws {
        let point = hex("01 01000000 \(Self.one) \(Self.two)")
        let line = Shape(line: Self.square).wkb()
        let nested = hex("01 07000000 02000000") + point + hex("01 07000000 01000000") + point
        #expect(try Shape(wkb: nested).partEnds == [1, 2])
        let error = #expect(throws: WKBError.self) { try Shape(wkb: hex("01 07000000 02000000") + point + line) }
        #expect(error?.kind == .unsupported)
    }

    @Test("An open ring is refused, or closed when asked")
    func openRing() throws {
        let open = Shape(polygon: [Array(Self.square.dropLast())]).wkb()
        let error = #expect(throws: WKBError.self) { try Shape(wkb: open) }
        #expect(error?.kind == .openRing)
        #expect(try Shape(wkb: open, closingRings: true) == Shape(polygon: [Self.square]))
    }

    @Test("Infinity and not-a-number are refused")
    func notFinite() {
        for bits in ["000000000000F87F", "000000000000F07F", "000000000000F0FF"] {
            let error = #expect(throws: WKBError.self) { try Shape(wkb: hex("01 01000000 \(Self.one) \(bits)")) }
            #expect(error?.kind == .notFinite)
        }
    }

    @Test(
        "Hostile counts and nesting cost an error only",
        arguments: [
            hex("01 02000000 FFFFFFFF"), hex("01 03000000 FFFFFFFF 00000000"), hex("01 06000000 FFFFFF7F 01"),
            hex("01 03000000 01000000 FFFFFFFF"), hex("02 01000000"), hex("01 63000000"), hex("01 FFFFFFFF"), [],
            (0..<100_000).flatMap { _ in hex("01 07000000 01000000") },
            hex("01 06000000 01000000 01 02000000 00000000"),
        ])
    func hostile(bytes: [UInt8]) {
        #expect(throws: WKBError.self) { try Shape(wkb: bytes) }
    }

    @Test("Curves are told from nonsense")
    func curves() {
        let error = #expect(throws: WKBError.self) { try Shape(wkb: hex("01 0A000000 00000000")) }
        #expect(error?.kind == .unsupported)
    }

    @Test("Every truncation is an error", arguments: shapes.filter { !$0.isEmpty })
    func truncation(shape: Shape) {
        let whole = shape.wkb()
        for length in whole.indices {
            #expect(throws: WKBError.self, "\(length) bytes") { try Shape(wkb: Array(whole.prefix(length))) }
        }
    }

    @Test("Flipped bits never trap, and what is read keeps its invariants", arguments: UInt64(1)...20)
    func fuzz(seed: UInt64) {
        var random = Seeded(seed)
        var shape = Shape(kind: .polygon)
        for _ in 0..<2000 {
            var bytes = Self.shapes.randomElement(using: &random)?.wkb(multi: .random(using: &random)) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            try? bytes.withUnsafeBytes { try shape.read(wkb: $0, closingRings: .random(using: &random)) }
            #expect(shape.ringEnds.last ?? 0 == shape.points.count, "seed \(seed)")
            #expect(shape.partEnds.last ?? 0 == shape.ringEnds.count, "seed \(seed)")
            #expect(shape.ringEnds == shape.ringEnds.sorted(), "seed \(seed)")
            #expect(shape.points.allSatisfy { $0.x.isFinite && $0.y.isFinite }, "seed \(seed)")
        }
    }

    @Test("A shape that could not be read is left empty")
    func emptyAfterError() {
        var shape = Shape(polygon: [Self.square])
        let bytes = Array(shape.wkb().dropLast())
        #expect(throws: WKBError.self) { try bytes.withUnsafeBytes { try shape.read(wkb: $0) } }
        #expect(shape == Shape(kind: .polygon))
    }
}
