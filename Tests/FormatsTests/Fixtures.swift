import Commands
import Foundation
import Geometry
import Phrases
import Stream
import Testing

/// The real data outside the repository; nil, with a line, where it is missing.
func testData(_ path: String) -> String? {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folder =
        ProcessInfo.processInfo.environment["TUBAN_TESTDATA"].map { URL(filePath: $0) }
        ?? package.appending(path: "../shared/data").standardized
    let file = folder.appending(path: path).path
    if FileManager.default.fileExists(atPath: file) { return file }
    print("skipped: there is no \(file); set TUBAN_TESTDATA")
    return nil
}

/// The formats child; nil, with a line, where tuban was built without GDAL.
func formatsChild(limits: FormatsChild.Limits = .init()) -> FormatsChild? {
    do {
        return try FormatsChild(limits: limits)
    } catch {
        print("skipped: \(error)")
        return nil
    }
}

/// A value of a feature, copied out of its batch.
enum Value: Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// A feature, copied out of its batch.
struct Feature: Equatable {
    var fid: Int64
    /// Nil for none, empty for an empty geometry.
    var wkb: [UInt8]?
    var values: [Value]
}

extension FeatureBatch {
    func all() throws -> [Feature] {
        var result: [Feature] = []
        var cursor = features
        while try cursor.advance() {
            let wkb: [UInt8]? =
                switch cursor.geometry {
                case .none: nil
                case .empty: []
                case .wkb(let range): Array(bytes(range))
                }
            let values = cursor.values.map { value -> Value in
                switch value {
                case .null: .null
                case .integer(let number): .integer(number)
                case .real(let number): .real(number)
                case .text(let range): .text(text(range))
                case .blob(let range): .blob(Array(bytes(range)))
                }
            }
            result.append(Feature(fid: cursor.fid, wkb: wkb, values: values))
        }
        return result
    }
}

/// All that a layer's stream said.
struct Reading {
    var layer = SourceLayer(name: "")
    var features: [Feature] = []
    var notes: [Phrase] = []
    var refused: [Int64] = []
    var end: Int?

    init(
        _ child: FormatsChild, _ source: String, layer name: String? = nil, options: FormatsChild.ReadOptions = .init()
    )
        throws
    {
        var reading = Reading()
        try child.read(source, layer: name, options: options) { message in
            switch message {
            case .layer(let layer): reading.layer = layer
            case .features(let batch): reading.features += try batch.all()
            case .note(let note): reading.notes.append(note)
            case .refused(let fid, _): reading.refused.append(fid)
            case .end(let count): reading.end = count
            case .progress, .failure, .tile, .grid: break
            }
        }
        self = reading
    }

    private init() {}

    func column(_ name: String) throws -> [Value] {
        let index = try #require(layer.fields.firstIndex { $0.name == name })
        return features.map { $0.values[index] }
    }
}

/// A folder that is gone after the test.
func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tuban-formats-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
}

/// The square (0 0, 1 0, 1 1, 0 1, 0 0) as little-endian WKB, moved by `x`.
func square(at x: Double) -> [UInt8] {
    var bytes: [UInt8] = [1, 3, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0]
    for (dx, y) in [(0.0, 0.0), (1, 0), (1, 1), (0, 1), (0, 0)] {
        for number in [x + dx, y] { withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 } }
    }
    return bytes
}

/// splitmix64: the same bytes for the same seed everywhere.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
