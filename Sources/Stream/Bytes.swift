/// Reads little-endian values one after the other out of borrowed bytes; every read is checked against their end.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    var offset = 0

    init(_ bytes: UnsafeRawBufferPointer, from offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    @inline(__always)
    mutating func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type = T.self) throws(StreamFault) -> T {
        guard bytes.count - offset >= MemoryLayout<T>.size else { throw .truncated }
        defer { offset += MemoryLayout<T>.size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    @inline(__always)
    mutating func real() throws(StreamFault) -> Double {
        Double(bitPattern: try integer(UInt64.self))
    }

    /// So many 32-bit floats.
    mutating func floats(_ count: Int) throws(StreamFault) -> [Float] {
        guard bytes.count - offset >= 4 * count else { throw .truncated }
        let start = offset
        offset += 4 * count
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            for index in 0..<count {
                let bits = bytes.loadUnaligned(fromByteOffset: start + 4 * index, as: UInt32.self)
                buffer[index] = Float(bitPattern: UInt32(littleEndian: bits))
            }
            filled = count
        }
    }

    /// Where a run of bytes lies that stands behind its UInt32 length.
    @inline(__always)
    mutating func run() throws(StreamFault) -> Range<Int> {
        let count = Int(try integer(UInt32.self))
        guard bytes.count - offset >= count else { throw .truncated }
        defer { offset += count }
        return offset..<offset + count
    }

    /// A text; bytes that are not UTF-8 become U+FFFD.
    mutating func text() throws(StreamFault) -> String {
        String(decoding: bytes[try run()], as: UTF8.self)
    }

    mutating func flag() throws(StreamFault) -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        default: throw .malformed
        }
    }

    /// A value that stands behind a flag that says whether it is there.
    mutating func optional<T>(_ read: (inout ByteReader) throws(StreamFault) -> T) throws(StreamFault) -> T? {
        try flag() ? try read(&self) : nil
    }

    mutating func int() throws(StreamFault) -> Int {
        guard let value = Int(exactly: try integer(Int64.self)) else { throw .malformed }
        return value
    }

    /// Asks that nothing is left; a message with a tail is not one of ours.
    func finish() throws(StreamFault) {
        guard offset == bytes.count else { throw .malformed }
    }
}

/// The writing counterpart of `ByteReader`.
extension [UInt8] {
    mutating func put(_ value: some FixedWidthInteger & BitwiseCopyable) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    mutating func put(_ value: Int) { put(Int64(value)) }

    mutating func put(_ value: Double) { put(value.bitPattern) }

    mutating func put(_ flag: Bool) { append(flag ? 1 : 0) }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 { putRun(UnsafeRawBufferPointer($0)) }
    }

    mutating func putRun(_ bytes: UnsafeRawBufferPointer) {
        put(UInt32(bytes.count))
        append(contentsOf: bytes)
    }

    mutating func put<T>(optional value: T?, _ write: (inout [UInt8], T) -> Void) {
        put(value != nil)
        if let value { write(&self, value) }
    }

    /// Overwrites four bytes that were left open.
    mutating func patch(_ value: UInt32, at offset: Int) {
        withUnsafeMutableBytes {
            $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
        }
    }
}
