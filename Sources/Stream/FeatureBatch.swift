/// One value of a feature; texts and blobs are ranges of the batch's bytes, so that nothing is copied that is only bound
/// to a database.
package enum FieldValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// UTF-8.
    case text(Range<Int>)
    case blob(Range<Int>)

    static let nullTag: UInt8 = 0
    static let integerTag: UInt8 = 1
    static let realTag: UInt8 = 2
    static let textTag: UInt8 = 3
    static let blobTag: UInt8 = 4
}

/// The geometry of a feature: ISO WKB of 2D or Z coordinates, without curves and M.
package enum FeatureGeometry: Hashable, Sendable {
    /// The source has none.
    case none
    /// The source has one without points.
    case empty
    /// Where its WKB lies in the batch's bytes.
    case wkb(Range<Int>)

    static let noneTag: UInt8 = 0
    static let emptyTag: UInt8 = 1
    static let wkbTag: UInt8 = 2
}

/// Some features of one layer in the bytes in which they came.
///
/// Payload: count (UInt32), fields (UInt16), then the features: fid (Int64), geometry (tag, run of bytes), one tagged value
/// a field.
package struct FeatureBatch: Sendable {
    package let payload: [UInt8]
    package let count: Int
    package let fieldCount: Int

    static let headLength = 6

    package init(payload: [UInt8]) throws(StreamFault) {
        guard payload.count >= Self.headLength else { throw .truncated }
        self.payload = payload
        count = Int(payload[0]) | Int(payload[1]) << 8 | Int(payload[2]) << 16 | Int(payload[3]) << 24
        fieldCount = Int(payload[4]) | Int(payload[5]) << 8
    }

    /// The features in order; each call starts anew.
    package var features: FeatureCursor { FeatureCursor(self) }

    package func text(_ range: Range<Int>) -> String { String(decoding: payload[range], as: UTF8.self) }
    package func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> { payload[range] }
}

/// Walks over a batch: `while try cursor.advance() { … cursor.fid … cursor.values[3] … }`.
///
/// The ranges in `geometry` and `values` are of `batch.payload`; they are checked to lie in it.
package struct FeatureCursor {
    package let batch: FeatureBatch
    package private(set) var fid: Int64 = 0
    package private(set) var geometry = FeatureGeometry.none
    /// One value a field, in the order of the layer's fields.
    package private(set) var values: [FieldValue]
    private var offset = FeatureBatch.headLength
    private var remaining: Int

    init(_ batch: FeatureBatch) {
        self.batch = batch
        remaining = batch.count
        values = Array(repeating: .null, count: batch.fieldCount)
    }

    /// Goes to the next feature, to the first one at the first call; false behind the last one.
    ///
    /// - Throws: `StreamFault`.
    package mutating func advance() throws -> Bool {
        guard remaining > 0 else {
            guard offset == batch.payload.count else { throw StreamFault.malformed }
            return false
        }
        let payload = batch.payload
        try payload.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes, from: offset)
            try readFeature(&reader)
            offset = reader.offset
        }
        remaining -= 1
        return true
    }

    private mutating func readFeature(_ reader: inout ByteReader) throws(StreamFault) {
        fid = try reader.integer()
        switch try reader.integer(UInt8.self) {
        case FeatureGeometry.noneTag: geometry = .none
        case FeatureGeometry.emptyTag: geometry = .empty
        case FeatureGeometry.wkbTag: geometry = .wkb(try reader.run())
        default: throw .malformed
        }
        for index in values.indices {
            values[index] =
                switch try reader.integer(UInt8.self) {
                case FieldValue.nullTag: .null
                case FieldValue.integerTag: .integer(try reader.integer())
                case FieldValue.realTag: .real(try reader.real())
                case FieldValue.textTag: .text(try reader.run())
                case FieldValue.blobTag: .blob(try reader.run())
                default: throw .malformed
                }
        }
    }
}
