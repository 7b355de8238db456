import County
import Geometry

/// Some features of the county as the thread that writes them wants them: their texts and outlines as bytes in one
/// buffer, so that nothing is made or freed for each of them there.
struct CountyBatch: Sendable {
    /// A value; of a text, where it lies in `bytes`.
    enum Value: BitwiseCopyable, Sendable {
        case null
        case integer(Int64)
        case real(Double)
        case text(start: Int32, end: Int32)
    }

    struct Feature: Sendable {
        let shape: Shape
        let box: Box
        /// Where its well-known binary lies in `bytes`.
        let wkb: Range<Int>
        /// Hundredths of a square metre.
        let size: Int64
    }

    private static let most = 256

    let fields: Int
    private(set) var bytes: [UInt8] = []
    /// `fields` for each feature.
    private(set) var values: [Value] = []
    private(set) var features: [Feature] = []

    init(fields: Int) { self.fields = fields }

    /// An empty one for features like those of `other`.
    init(after other: CountyBatch) {
        fields = other.fields
        bytes.reserveCapacity(other.bytes.count + other.bytes.count / 4)
        values.reserveCapacity(Self.most * fields)
        features.reserveCapacity(Self.most)
    }

    var isEmpty: Bool { features.isEmpty }
    var isFull: Bool { features.count == Self.most }

    mutating func add(_ feature: CountyFeature, of county: County) {
        for value in feature.values {
            switch value {
            case .null: values.append(.null)
            case .integer(let number): values.append(.integer(number))
            case .real(let number): values.append(.real(number))
            case .text(var text):
                let start = Int32(bytes.count)
                text.withUTF8 { bytes.append(contentsOf: $0) }
                values.append(.text(start: start, end: Int32(bytes.count)))
            }
        }
        let shape = feature.shape, start = bytes.count
        if !shape.isEmpty { shape.appendWKB(to: &bytes, multi: true) }
        let isPolygon = shape.kind == .polygon && !shape.isEmpty
        features.append(
            Feature(
                shape: shape, box: shape.box, wkb: start..<bytes.count,
                size: isPolygon ? feature.size ?? county.size(of: shape) : 0))
    }
}
