import Boundary
import Geometry
import Testing

/// What is written reads the same, in every dialect, encoding and line end.
@Suite("Writing boundary files") struct RoundTripTests {
    /// A few parcels around a place near Zhaoqing, with holes and parts, and names of all kinds of characters.
    static func parcels(_ dialect: BoundaryDialect, seed: UInt64) -> [BoundaryParcel] {
        var random = Seeded(seed)
        let names = ["地块一", "乗丂", "A,B", "𠮷田", "a=b@c", "", "（甲）", "½ \\ \"x\""]
        return (0..<Int.random(in: 1...4, using: &random)).compactMap { number in
            let scale = dialect.isInDegrees ? 1e-5 : 1.0
            let (x, y) = dialect.isInDegrees ? (113.1, 23.5) : (38_400_000.0, 2_600_000.0)
            let origin = Point(x: x + Double(number) * 2000 * scale, y: y)
            var parts: [[[Point]]] = []
            for part in 0..<Int.random(in: 1...2, using: &random) {
                let middle = Point(x: origin.x + Double(part) * 800 * scale, y: origin.y)
                var rings = [ring(around: middle, 200...300, scale, &random)]
                if Bool.random(using: &random) {
                    rings.append(ring(around: middle, 20...80, scale, &random).reversed())
                }
                parts.append(rings)
            }
            var fields: [BoundaryField: String] = [
                .number: "\(number)", .name: names.randomElement(using: &random) ?? "", .sheet: "F49G001001",
            ]
            for field in [BoundaryField.use, .classCode, .className, .category, .spotKind, .landKind, .note] {
                fields[field] =
                    dialect == .approval && field == .use ? "建筑用地" : ["", "0103", "旱地"].randomElement(using: &random)
            }
            // An empty category is what tells the one-map check from others with four fields.
            fields[.category] = "新增"
            if dialect == .extended { fields[.position(9)] = "国有" }
            return BoundaryParcel(shape: Shape(polygons: parts), fields: fields, decimals: dialect.isInDegrees ? 9 : 3)
        }
    }

    /// A star-shaped ring of 3 to 12 corners.
    static func ring(around middle: Point, _ radii: ClosedRange<Double>, _ scale: Double, _ random: inout Seeded)
        -> [Point]
    {
        let corners = Int.random(in: 4...12, using: &random)
        // Steps of the unit circle by rational points, so that no sine is needed: (1 − t², 2t) / (1 + t²).
        let points = (0..<corners).map { index -> Point in
            let quarter = Double(index) / Double(corners) * 4
            let t = quarter - quarter.rounded(.down)
            var (x, y) = ((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t))
            for _ in 0..<Int(quarter) { (x, y) = (-y, x) }
            let radius = Double.random(in: radii, using: &random) * scale
            return Point(x: middle.x + x * radius, y: middle.y + y * radius)
        }
        return points + [points[0]]
    }

    @Test("Every dialect in every encoding and line end", arguments: BoundaryDialect.allCases)
    func everyDialect(_ dialect: BoundaryDialect) throws {
        let reference = dialect.isInDegrees ? Fixture.lonLat : Fixture.zone38
        for encoding in BoundaryEncoding.allCases {
            for lineEnd in BoundaryLineEnd.allCases {
                for seed in UInt64(1)...6 {
                    let parcels = Self.parcels(dialect, seed: seed)
                    let writer = BoundaryWriter(
                        dialect: dialect, encoding: encoding, lineEnd: lineEnd, reference: reference)
                    let bytes = try writer.bytes(of: parcels)
                    let reading = try reader(given: dialect.hasHeader ? nil : reference).read(bytes)
                    let place = "\(dialect) \(encoding) \(lineEnd), seed \(seed)"
                    try check(reading, parcels, dialect, place)
                    #expect(reading.file.encoding == encoding && reading.file.lineEnd == lineEnd, "\(place)")
                    #expect(reading.file.reference == reference, "\(place)")
                    #expect(try BoundaryWriter.bytes(of: reading.file) == bytes, "\(place)")
                }
            }
        }
    }

    private func check(
        _ reading: BoundaryReading, _ parcels: [BoundaryParcel], _ dialect: BoundaryDialect, _ place: String
    ) throws {
        // Parts are told, and nothing else.
        #expect(reading.faults.allSatisfy { $0.kind == .parts }, "\(place): \(reading.summary)")
        #expect(reading.file.dialect == dialect, "\(place)")
        try #require(reading.file.parcels.count == parcels.count, "\(place)")
        for (read, written) in zip(reading.file.parcels, parcels) {
            // To the last decimal, label and ring number.
            #expect(read.rings == written.rings, "\(place)")
            // The reader puts holes behind their shells, whatever the order of rings; the same area tells the same shape.
            #expect(read.shape?.planeArea == written.shape?.planeArea, "\(place)")
            #expect(read.shape?.partEnds.count == written.shape?.partEnds.count, "\(place)")
            let name = written[.name].replacing(",", with: "，")
            #expect(!dialect.fields(count: 13).contains(.name) || read[.name] == name, "\(place)")
        }
    }

    @Test("The common dialect, character for character")
    func golden() throws {
        // 100 m × 100 m at (38400000, 2600000), a hole of 20 m × 20 m, from the wrong corner and turned the wrong way.
        let shape = Shape(polygon: [
            [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)].map { Point(x: 38_400_000 + $0, y: 2_600_000 + $1) },
            [(40, 40), (40, 60), (60, 60), (60, 40), (40, 40)].map { Point(x: 38_400_000 + $0, y: 2_600_000 + $1) },
        ])
        let parcel = try #require(
            BoundaryParcel(shape: shape, fields: [.number: "07", .name: "甲", .classCode: "0601"], decimals: 2))
        var writer = BoundaryWriter(encoding: .utf8, lineEnd: .lf, reference: Fixture.zone38)
        writer.office = "某县"
        writer.date = "2026-03-05"
        let text = String(decoding: try writer.bytes(of: [parcel]), as: UTF8.self)
        let area = text.split(separator: "\n")[12].split(separator: ",")[1]
        // 9,600 m² in the plane; 100 km from the meridian its scale of 1.000123 makes it 2.4 m² less on the ellipsoid.
        #expect(area == "0.9598")
        #expect(
            text == """
                [属性描述]
                格式版本号=1.01版本
                数据产生单位=某县
                数据产生日期=2026-03-05
                坐标系=2000国家大地坐标系
                几度分带=3
                投影类型=高斯克吕格
                计量单位=米
                带号=38
                精度=0.01
                转换参数=,,,,,,
                [地块坐标]
                10,\(area),07,甲,面,,,0601,@
                J1,1,2600100.00,38400000.00
                J2,1,2600100.00,38400100.00
                J3,1,2600000.00,38400100.00
                J4,1,2600000.00,38400000.00
                J1,1,2600100.00,38400000.00
                J5,2,2600060.00,38400040.00
                J6,2,2600040.00,38400040.00
                J7,2,2600040.00,38400060.00
                J8,2,2600060.00,38400060.00
                J5,2,2600060.00,38400040.00

                """)
    }

    @Test("Degrees for a dialect in metres, and the reverse, are refused")
    func wrongUnits() throws {
        let parcels = Self.parcels(.common, seed: 1)
        #expect(throws: (any Error).self) {
            try BoundaryWriter(dialect: .enforcement, reference: Fixture.zone38).bytes(of: parcels)
        }
    }

    @Test(
        "Decimal numbers are kept as they stand",
        arguments: ["4040210.310", "0.000", "-12.5", "39482110.125000001", "7"])
    func decimals(_ text: String) throws {
        let number = try #require(FixedDecimal(text))
        #expect(number.description == text)
        #expect(number.value == Double(text))
    }

    @Test(
        "What is no plain number is none",
        arguments: ["", "-", ".", "1e5", "1,5", "4040440.0O0", "1.2.3", "١", "0x10", " 1 2"])
    func noNumber(_ text: String) {
        #expect(FixedDecimal(text) == nil)
    }
}
