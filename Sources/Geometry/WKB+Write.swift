extension Shape {
    /// The shape in two-dimensional little-endian well-known binary.
    ///
    /// - Parameter multi: write a Multi… also for a single part, as a layer of a Multi… type requires.
    package func wkb(multi: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        appendWKB(to: &bytes, multi: multi)
        return bytes
    }

    /// Appends what `wkb(multi:)` gives, for callers who keep one buffer for many shapes.
    package func appendWKB(to bytes: inout [UInt8], multi: Bool = false) {
        bytes.reserveCapacity(bytes.count + 32 + points.count * 16 + ringEnds.count * 9 + partEnds.count * 9)
        let type: UInt32 = kind == .point ? 1 : kind == .line ? 2 : 3
        if multi || partEnds.count > 1 {
            bytes.append(head: type + 3)
            bytes.append(integer: UInt32(partEnds.count))
            for part in partEnds.indices { append(part: self.part(part), type: type, to: &bytes) }
        } else if partEnds.isEmpty {
            bytes.append(head: type)
            if kind == .point {
                bytes.append(number: .nan)
                bytes.append(number: .nan)
            } else {
                bytes.append(integer: 0)
            }
        } else {
            append(part: part(0), type: type, to: &bytes)
        }
    }

    private func append(part: Range<Int>, type: UInt32, to bytes: inout [UInt8]) {
        bytes.append(head: type)
        if kind == .polygon { bytes.append(integer: UInt32(part.count)) }
        for ring in part {
            let range = self.ring(ring)
            if kind != .point { bytes.append(integer: UInt32(range.count)) }
            #if _endian(little)
                // In memory points are as the format wants them.
                points[range].withUnsafeBytes { bytes.append(contentsOf: $0) }
            #else
                for point in points[range] {
                    bytes.append(number: point.x)
                    bytes.append(number: point.y)
                }
            #endif
        }
    }
}

extension [UInt8] {
    /// Byte order (little) and geometry type.
    fileprivate mutating func append(head type: UInt32) {
        append(1)
        append(integer: type)
    }

    mutating func append(integer: UInt32) {
        Swift.withUnsafeBytes(of: integer.littleEndian) { append(contentsOf: $0) }
    }

    mutating func append(number: Double) {
        Swift.withUnsafeBytes(of: number.bitPattern.littleEndian) { append(contentsOf: $0) }
    }
}
