import Foundation
import Geometry
import Phrases
import Stream
import Testing

@Suite("The stream between processes")
struct CodecTests {
    static let layer = SourceLayer(
        name: "地类图斑",
        fields: [
            SourceField("DLBM", .text, width: 5, alias: "地类编码"), SourceField("TBMJ", .real, width: 15, precision: 2),
            SourceField("BSM", .integer), SourceField("photo", .binary),
        ],
        geometryKind: .polygon, hasZ: true, crsWKT: "PROJCS[…]", crsAuthority: "EPSG:4526", featureCount: 3,
        extent: Box(minX: -1.5, minY: 2, maxX: 3, maxY: 4e6),
        encoding: SourceEncoding(name: "GB18030", told: .bytes), driver: "ESRI Shapefile")

    static let features = [
        Feature(
            fid: -7, wkb: square(at: 38_500_000),
            values: [.text("0101"), .real(-0.0), .integer(.min), .blob([0, 255])]),
        Feature(fid: 0, wkb: nil, values: [.null, .null, .null, .null]),
        Feature(fid: .max, wkb: [], values: [.text(""), .real(.infinity), .integer(.max), .blob([])]),
    ]

    static let grid = SourceGrid(
        name: "高程",
        place: GridPlace(corner: Point(x: 1, y: 4e6), cellWidth: 25, cellHeight: 12.5, columns: 300, rows: 2),
        sample: .int16, noData: -9999, unit: "m", bands: 2, crsWKT: "PROJCS[…]", crsAuthority: "EPSG:4527",
        driver: "GTiff")

    static let tile = GridTile(column: 1, row: 0, columns: 3, rows: 2, values: [1, -0.5, 8848.86, 0, .infinity, -1e30])

    /// A stream with one message of every type.
    static func wholeStream() -> [UInt8] {
        var builder = FeatureBatchBuilder(fieldCount: 4)
        for feature in features { builder.append(feature) }
        let messages: [Message] = [
            .layer(layer), .note(Phrase("a note", "提示")), .refused(fid: 9, reason: Phrase("open ring", "环未闭合")),
            .progress(done: 3, total: nil), .progress(done: 3, total: 4), .end(count: 3),
            .failure(Refusal(.badData, "broken", "损坏")), .grid(grid), .tile(tile),
        ]
        return Message.streamHead + builder.takeMessage() + messages.flatMap { $0.encoded() }
    }

    /// Decodes everything there is, features included.
    static func decode(_ bytes: [UInt8]) throws -> [Message] {
        var rest = bytes[...]
        var decoder = StreamDecoder { buffer in
            let piece = rest.prefix(buffer.count)
            buffer.copyBytes(from: piece)
            rest = rest.dropFirst(piece.count)
            return piece.count
        }
        var messages: [Message] = []
        while let message = try decoder.next() {
            if case .features(let batch) = message { _ = try batch.all() }
            messages.append(message)
        }
        return messages
    }

    @Test("What goes in comes out")
    func roundTrip() throws {
        let messages = try Self.decode(Self.wholeStream())
        #expect(messages.count == 10)
        guard case .features(let batch) = messages[0], case .layer(let layer) = messages[1],
            case .note(let note) = messages[2], case .refused(let fid, let reason) = messages[3],
            case .progress(3, nil) = messages[4], case .progress(3, 4) = messages[5], case .end(3) = messages[6],
            case .failure(let refusal) = messages[7], case .grid(let grid) = messages[8],
            case .tile(let tile) = messages[9]
        else {
            Issue.record("\(messages)")
            return
        }
        #expect(try batch.all() == Self.features)
        #expect(layer == Self.layer)
        #expect(grid == Self.grid)
        #expect(
            tile.values == Self.tile.values && tile.column == 1 && tile.row == 0 && tile.columns == 3 && tile.rows == 2)
        #expect(note == Phrase("a note", "提示"))
        #expect(fid == 9 && reason == Phrase("open ring", "环未闭合"))
        #expect(refusal == Refusal(.badData, "broken", "损坏"))
    }

    @Test("A dropped feature leaves no trace, and a message of a batch is encoded alike")
    func dropping() throws {
        var builder = FeatureBatchBuilder(fieldCount: 4)
        builder.append(Self.features[0])
        builder.begin(fid: 5)
        builder.geometry(count: 3) { $0.copyBytes(from: [1, 2, 3]) }
        builder.drop()
        builder.append(Self.features[2])
        let bytes = builder.takeMessage()
        guard case .features(let batch) = try Self.decode(Message.streamHead + bytes)[0] else {
            Issue.record("no features")
            return
        }
        #expect(try batch.all() == [Self.features[0], Self.features[2]])
        #expect(Message.features(batch).encoded() == bytes)
        #expect(builder.isEmpty)
    }

    @Test("Cut anywhere but behind a message, a stream is a fault and never a trap")
    func truncation() throws {
        let stream = Self.wholeStream()
        var ends: Set<Int> = []
        var offset = Message.streamHead.count
        ends.insert(offset)
        while offset < stream.count {
            // A message's length stands behind its type byte, little-endian; here all fit two bytes.
            offset += 5 + Int(stream[offset + 1]) + Int(stream[offset + 2]) << 8
            ends.insert(offset)
        }
        for length in 0..<stream.count {
            if ends.contains(length) {
                _ = try Self.decode(Array(stream.prefix(length)))
            } else {
                #expect(throws: StreamFault.truncated) { try Self.decode(Array(stream.prefix(length))) }
            }
        }
    }

    @Test("Damaged bytes are a fault or other values, never a trap", arguments: UInt64(1)...300)
    func damage(seed: UInt64) {
        var random = SeededGenerator(state: seed)
        var stream = Self.wholeStream()
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 0..<stream.count, using: &random)
            switch UInt8.random(in: 0..<4, using: &random) {
            case 0: stream[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: stream[index] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 2: stream.remove(at: index)
            default: stream.insert(.random(in: 0...255, using: &random), at: index)
            }
        }
        // Either it decodes or it throws; a trap would end the test process.
        _ = try? Self.decode(stream)
    }

    @Test("A huge announced length takes no memory, and a foreign stream is told as such")
    func hostileHeads() {
        let huge: [UInt8] = [1, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(throws: StreamFault.tooLong(.max)) { try Self.decode(Message.streamHead + huge) }
        // 256 MiB announced, nothing there.
        #expect(throws: StreamFault.truncated) { try Self.decode(Message.streamHead + [1, 0, 0, 0, 0x10]) }
        #expect(throws: StreamFault.notAStream) { try Self.decode(Array("GIF89a; hello".utf8)) }
        #expect(throws: StreamFault.version(0xFFFF)) {
            try Self.decode(Message.streamHead.dropLast(2) + [0xFF, 0xFF])
        }
        #expect(throws: StreamFault.truncated) { try Self.decode(Message.streamHead + [8, 0, 0, 0, 0]) }
        #expect(throws: StreamFault.malformed) { try Self.decode(Message.streamHead + [10, 0, 0, 0, 0]) }
    }
}

extension CodecTests {
    @Test("A grid of no size, and a tile that is not as long as it says, are faults")
    func unsoundGrids() throws {
        var grids: [SourceGrid] = []
        for change: (inout GridPlace) -> Void in [
            { $0.cellWidth = 0 }, { $0.cellHeight = -1 }, { $0.cellWidth = .nan }, { $0.corner.x = .infinity },
            { $0.columns = 0 }, { $0.rows = 1 << 31 },
            {
                $0.cellHeight = 1e308; $0.rows = 9
            },
        ] {
            grids.append(Self.grid)
            change(&grids[grids.count - 1].place)
        }
        for grid in grids {
            #expect(throws: StreamFault.malformed, "\(grid.place)") {
                try Self.decode(Message.streamHead + Message.grid(grid).encoded())
            }
        }
        let tile = Message.tile(Self.tile).encoded()
        // Behind the head stand tile column and row (4 bytes each), then columns and rows (2 each).
        for (place, value, fault) in [
            (13, UInt8(0), StreamFault.malformed), (13, 4, .truncated), (13, 2, .malformed), (16, 9, .malformed),
        ] {
            var bytes = tile
            bytes[place] = value
            #expect(throws: fault) { try Self.decode(Message.streamHead + bytes) }
        }
    }
}

extension FeatureBatchBuilder {
    mutating func append(_ feature: Feature) {
        begin(fid: feature.fid)
        switch feature.wkb {
        case nil: noGeometry()
        case []?: emptyGeometry()
        case let wkb?: wkb.withUnsafeBytes { geometry($0) }
        }
        for value in feature.values {
            switch value {
            case .null: appendNull()
            case .integer(let number): append(number)
            case .real(let number): append(number)
            case .text(let text): append(text)
            case .blob(let bytes): bytes.withUnsafeBytes { append(blob: $0) }
            }
        }
    }
}
