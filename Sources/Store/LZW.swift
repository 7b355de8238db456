/// Lempel–Ziv–Welch as TIFF has it (TIFF Revision 6.0, section 13): codes of 9 to 12 bits, the most significant bit first,
/// 256 begins the table anew, 257 ends; the codes grow one entry early.
enum LZW {
    /// Unpacks `count` bytes behind those that are there.
    static func unpack(_ packed: UnsafeRawBufferPointer, count: Int, onto bytes: inout [UInt8]) throws(FloatTIFF.Fault)
    {
        let end = bytes.count + count
        // What a code stands for always stands in the output already, where its entry was made.
        var starts: [Int] = [], lengths: [Int] = []
        var (width, bit) = (9, 0)
        var before: (start: Int, length: Int)?
        while bytes.count < end {
            guard bit + width <= packed.count * 8 else { throw .truncated }
            var code = 0
            for place in bit..<bit + width {
                code = code << 1 | Int(packed[place >> 3] >> UInt8(7 - place & 7) & 1)
            }
            bit += width
            if code == 257 { break }
            if code == 256 {
                starts.removeAll(keepingCapacity: true)
                lengths.removeAll(keepingCapacity: true)
                (width, before) = (9, nil)
                continue
            }
            let start = bytes.count
            if code < 256 {
                bytes.append(UInt8(code))
            } else if code - 258 < starts.count {
                let entry = code - 258
                for index in starts[entry]..<starts[entry] + lengths[entry] { bytes.append(bytes[index]) }
            } else if let before, code - 258 == starts.count {
                // The entry that is being made: the string before and its own first byte.
                for index in before.start..<before.start + before.length { bytes.append(bytes[index]) }
                bytes.append(bytes[before.start])
            } else {
                throw FloatTIFF.Fault("its LZW codes are damaged", "LZW 编码已损坏")
            }
            if let before {
                starts.append(before.start)
                lengths.append(before.length + 1)
            }
            before = (start, bytes.count - start)
            let next = 258 + starts.count
            width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9
            guard next <= 4096 else { throw FloatTIFF.Fault("its LZW codes are damaged", "LZW 编码已损坏") }
        }
        guard bytes.count >= end else { throw .truncated }
        bytes.removeLast(bytes.count - end)
    }
}
