/// A square of 64 by 64 cells of an overview, as it is stored: runs of equal values, each a length from 1 to 255 in one
/// byte and the value in two, little-endian, row by row from the south.
struct OverviewTile: Sendable {
    var level: Int
    var row: Int
    var column: Int
    var bytes: [UInt8]

    static let side = 64
    static let cells = side * side

    static func encode(_ values: ArraySlice<UInt16>) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = values.startIndex
        while index < values.endIndex {
            let value = values[index]
            var end = index + 1
            while end < values.endIndex, end - index < 255, values[end] == value { end += 1 }
            bytes.append(UInt8(end - index))
            bytes.append(UInt8(truncatingIfNeeded: value))
            bytes.append(UInt8(truncatingIfNeeded: value >> 8))
            index = end
        }
        // A copy, which has no more room than it needs: thousands of tiles wait until they are written.
        return bytes.withUnsafeBufferPointer { Array($0) }
    }

    /// The values of a stored tile. A damaged one, which is only a picture, reads as far as it makes sense.
    static func decode(_ bytes: UnsafeRawBufferPointer, into values: inout [UInt16]) {
        values.removeAll(keepingCapacity: true)
        var offset = 0
        while offset + 2 < bytes.count, values.count < cells {
            let value = UInt16(bytes[offset + 1]) | UInt16(bytes[offset + 2]) << 8
            values.append(contentsOf: repeatElement(value, count: min(Int(bytes[offset]), cells - values.count)))
            offset += 3
        }
        values.append(contentsOf: repeatElement(0, count: cells - values.count))
    }
}
