import Phrases

/// One message of a stream between `tuban` and `tuban-formats`; both directions speak the same.
///
/// A stream is the head (`Message.streamHead`), then messages: a type byte, the length of the payload (UInt32, little
/// endian like every number), the payload. Reading a file gives one `layer`, then `features`, `refused`, `note` and
/// `progress` in any order, and `end`; a stream without `end` or `failure` was cut off. Reading a raster gives one `grid`,
/// then its tiles row by row from the north-west.
package enum Message: Sendable {
    case layer(SourceLayer)
    case features(FeatureBatch)
    /// A remark about the file that people should see.
    case note(Phrase)
    /// A feature that could not be read; it is in no batch.
    case refused(fid: Int64, reason: Phrase)
    /// The sentence on which the other side stopped.
    case failure(Refusal)
    /// So many features are done, of so many where the number is known.
    case progress(done: Int, total: Int?)
    /// All is said: the number of features in batches, or of layers and grids when they were asked
    /// for, or of tiles.
    case end(count: Int)
    case tile(GridTile)
    case grid(SourceGrid)

    /// The type byte. Never renumber.
    enum Code: UInt8 {
        case layer = 1
        case features = 2
        case note = 3
        case refused = 4
        case failure = 5
        case progress = 6
        case end = 7
        case tile = 8
        case grid = 9
    }

    package static let version: UInt16 = 1
    /// What a stream starts with: "tuban", a byte that no text file has, the version.
    package static let streamHead: [UInt8] = Array("tuban".utf8) + [0x1A, UInt8(version & 0xFF), UInt8(version >> 8)]
    /// Bytes before a payload.
    static let headLength = 5
    /// A multipolygon of 30 million points still fits.
    static let longestPayload: UInt32 = 512 << 20

    /// The whole message, ready to be written.
    package func encoded() -> [UInt8] {
        if case .features(let batch) = self {
            return Self.head(.features, length: batch.payload.count) + batch.payload
        }
        var bytes = Self.head(code, length: 0)
        switch self {
        case .layer(let layer): layer.encode(into: &bytes)
        case .features: break
        case .note(let phrase): bytes.put(phrase)
        case .refused(let fid, let reason):
            bytes.put(fid)
            bytes.put(reason)
        case .failure(let refusal):
            bytes.put(refusal.kind.rawValue)
            bytes.put(refusal.phrase)
        case .progress(let done, let total):
            bytes.put(done)
            bytes.put(optional: total) { $0.put($1) }
        case .end(let count): bytes.put(count)
        case .tile(let tile): tile.encode(into: &bytes)
        case .grid(let grid): grid.encode(into: &bytes)
        }
        bytes.patch(UInt32(bytes.count - Self.headLength), at: 1)
        return bytes
    }

    static func head(_ code: Code, length: Int) -> [UInt8] {
        var bytes = [code.rawValue]
        bytes.put(UInt32(length))
        return bytes
    }

    private var code: Code {
        switch self {
        case .layer: .layer
        case .features: .features
        case .note: .note
        case .refused: .refused
        case .failure: .failure
        case .progress: .progress
        case .end: .end
        case .tile: .tile
        case .grid: .grid
        }
    }

    init(_ code: Code, payload: [UInt8]) throws {
        if code == .features {
            self = .features(try FeatureBatch(payload: payload))
            return
        }
        self = try payload.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            let message = try Message(code, from: &reader)
            try reader.finish()
            return message
        }
    }

    private init(_ code: Code, from reader: inout ByteReader) throws(StreamFault) {
        switch code {
        case .layer: self = .layer(try SourceLayer(from: &reader))
        case .note: self = .note(try reader.phrase())
        case .refused: self = .refused(fid: try reader.integer(), reason: try reader.phrase())
        case .failure:
            guard let kind = Refusal.Kind(rawValue: try reader.integer()) else { throw .malformed }
            let phrase = try reader.phrase()
            self = .failure(Refusal(kind, phrase.english, phrase.chinese))
        case .progress:
            let done = try reader.int()
            self = .progress(done: done, total: try reader.optional { reader throws(StreamFault) in try reader.int() })
        case .end: self = .end(count: try reader.int())
        case .tile: self = .tile(try GridTile(from: &reader))
        case .grid: self = .grid(try SourceGrid(from: &reader))
        case .features: throw .malformed
        }
    }
}

extension ByteReader {
    fileprivate mutating func phrase() throws(StreamFault) -> Phrase {
        let english = try text()
        return Phrase(english, try text())
    }
}

extension [UInt8] {
    fileprivate mutating func put(_ phrase: Phrase) {
        put(phrase.english)
        put(phrase.chinese)
    }
}
