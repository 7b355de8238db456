import Boundary
import Foundation
import Geometry
import Testing

/// Damaged bytes: no crash, and no line that is lost without a word.
@Suite("Damaged boundary files") struct FuzzTests {
    /// Bytes that mean something to the format.
    private static let telling: [[UInt8]] =
        [
            ",", "@", ",@", "\n", "\r", "\r\n", "[", "]", "=", ".", "O", "-", "面", "，", "３", "＠", "　", "J1,1,",
            "38400000.000",
            "\u{0}", "\u{FFFD}", "99999999999999999999", "1e308", "[地块坐标]", "[属性描述]", "带号=", "nan",
        ].map { Array($0.utf8) } + [[0x81], [0xFE, 0xFF], [0xFF, 0xFE], [0xEF, 0xBB, 0xBF], [0x81, 0x40], [0xC3]]

    static func seeds() throws -> [[UInt8]] {
        var seeds = Fixture.all.map { Array($0.utf8) }
        for text in Fixture.all {
            guard let gbk = try? ReaderTests.gbk(text) else { continue }
            seeds.append(gbk)
        }
        for dialect in BoundaryDialect.allCases {
            let reference = dialect.isInDegrees ? Fixture.lonLat : Fixture.zone38
            let writer = BoundaryWriter(
                dialect: dialect, encoding: dialect == .common ? .utf16 : .gbk, lineEnd: .cr, reference: reference)
            seeds.append(try writer.bytes(of: RoundTripTests.parcels(dialect, seed: 3)))
        }
        return seeds
    }

    private static func damage(_ bytes: [UInt8], _ others: [[UInt8]], _ random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...12, using: &random))
            switch Int.random(in: 0..<7, using: &random) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: telling.randomElement(using: &random) ?? [], at: place)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            case 4:
                let other = others.randomElement(using: &random) ?? []
                let from = Int.random(in: 0...other.count, using: &random)
                bytes.insert(contentsOf: other[from..<min(other.count, from + 80)], at: place)
            case 5 where Int.random(in: 0..<4, using: &random) == 0: bytes.removeSubrange(place...)
            default:
                for index in place..<end { bytes[index] = UInt8.random(in: 0...255, using: &random) }
            }
        }
        return bytes
    }

    /// Every line has one role; a line that was not read is named by a fault, and what was read is in the file.
    static func check(_ reading: BoundaryReading, _ place: String) {
        var named = Set<Int>()
        for fault in reading.faults where fault.line > 0 { named.formUnion(fault.lines) }
        for (index, role) in reading.lines.enumerated() where role == .fault {
            #expect(named.contains(index + 1), "\(place): line \(index + 1) is lost")
        }
        func count(_ role: BoundaryLine) -> Int { reading.lines.count { $0 == role } }
        #expect(count(.key) == reading.file.sections.reduce(0) { $0 + $1.entries.count }, "\(place): keys")
        #expect(count(.parcel) == reading.file.parcels.count, "\(place): parcels")
        // A point that is not in a ring is named by a fault; so there are at least as many named lines as points missing.
        let kept = reading.file.parcels.lazy.flatMap(\.rings).reduce(0) { $0 + $1.points.count }
        let namedPoints = reading.lines.indices.count { reading.lines[$0] == .point && named.contains($0 + 1) }
        #expect(count(.point) - kept <= namedPoints, "\(place): points")
        #expect(reading.faults.allSatisfy { $0.lines.upperBound <= reading.lines.count }, "\(place): line numbers")
        // Nothing with a fault that stops has a way in, and what may come in has a shape.
        if reading.obstacles(confirmed: true).isEmpty {
            #expect(reading.file.parcels.allSatisfy { $0.shape != nil }, "\(place): no shape, and nobody says why")
        }
    }

    /// A clean file, written and read again, is the same.
    private static func checkRewritten(_ reading: BoundaryReading, _ place: String) throws {
        guard reading.obstacles(confirmed: true).isEmpty, let reference = reading.file.reference,
            reading.file.dialect != nil
        else { return }
        let writer = BoundaryWriter(
            dialect: reference.isInDegrees ? .enforcement : .common, encoding: .gbk, reference: reference)
        let parcels = reading.file.parcels.compactMap { parcel in
            parcel.shape.flatMap {
                BoundaryParcel(shape: $0, fields: [.name: "甲"], decimals: reference.isInDegrees ? 9 : 3)
            }
        }
        guard !parcels.isEmpty else { return }
        let again = try reader(given: reference).read(writer.bytes(of: parcels))
        #expect(again.file.parcels.map(\.rings) == parcels.map(\.rings), "\(place): written and read again")
    }

    static func campaign(_ seeds: Range<UInt64>) throws {
        let files = try Self.seeds()
        for seed in seeds {
            var random = Seeded(seed)
            let bytes = damage(files.randomElement(using: &random) ?? [], files, &random)
            for given in [nil, Fixture.zone38, Fixture.lonLat] {
                let reading = try reader(given: given).read(bytes)
                check(reading, "seed \(seed)")
                try checkRewritten(reading, "seed \(seed)")
            }
            _ = BoundaryReader.recognises(bytes)
        }
    }

    @Test("Some hundred damaged files")
    func some() throws { try Self.campaign(1..<400) }

    @Test(
        "LongBoundaryFuzz: a long campaign over damaged files",
        .enabled(if: ProcessInfo.processInfo.environment["TUBAN_LONG"] != nil), arguments: 0..<10)
    func longCampaign(_ slice: Int) throws {
        let start = 1_000_000 + UInt64(slice) * 2_000
        try Self.campaign(start..<start + 2_000)
    }
}
