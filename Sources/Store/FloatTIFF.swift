import Phrases

/// A tile of 32-bit floats as a TIFF image: what the extension for gridded coverages keeps in its tiles.
///
/// TIFF Revision 6.0 (Adobe 1992) as OGC 17-066r1, 7.8 narrows it: one image of one band. Tiles are written in one strip
/// without compression; those that GDAL and QGIS write, with LZW and the predictor for floats, are read too.
enum FloatTIFF {
    /// Why bytes are no such image.
    struct Fault: Error, Hashable {
        let reason: Phrase

        init(_ english: String, _ chinese: String) { reason = Phrase(english, chinese) }

        static let truncated = Fault("it ends too early", "数据过早结束")
    }

    private enum Tag: UInt16 {
        case width = 256
        case height = 257
        case bits = 258
        case compression = 259
        case photometric = 262
        case stripOffsets = 273
        case samples = 277
        case rowsPerStrip = 278
        case stripCounts = 279
        case planar = 284
        case predictor = 317
        case sampleFormat = 339
    }

    // MARK: Writing

    /// - Parameter values: row by row from the north.
    static func encode(_ values: [Float], width: Int, height: Int) -> [UInt8] {
        precondition(values.count == width * height, "a value for each cell")
        let entries: [(Tag, UInt32)] = [
            (.width, UInt32(width)), (.height, UInt32(height)), (.bits, 32), (.compression, 1), (.photometric, 1),
            (.stripOffsets, 0), (.samples, 1), (.rowsPerStrip, UInt32(height)),
            (.stripCounts, UInt32(4 * values.count)), (.planar, 1), (.sampleFormat, 3),
        ]
        // The head, the directory, and two bytes that bring the floats to a multiple of four.
        let start = 8 + 2 + 12 * entries.count + 4 + 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(start + 4 * values.count)
        func put(_ value: UInt32, _ count: Int) {
            for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte)))) }
        }
        bytes += Array("II".utf8)
        put(42, 2)
        put(8, 4)
        put(UInt32(entries.count), 2)
        for (tag, value) in entries {
            let isLong = tag == .stripOffsets || tag == .stripCounts
            put(UInt32(tag.rawValue), 2)
            put(isLong ? 4 : 3, 2)  // LONG or SHORT
            put(1, 4)
            put(tag == .stripOffsets ? UInt32(start) : value, 4)
        }
        put(0, 4)  // no further directory
        put(0, 2)
        values.withUnsafeBufferPointer { values in
            for value in values {
                let bits = value.bitPattern.littleEndian
                withUnsafeBytes(of: bits) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }

    // MARK: Reading

    /// Reads an image of exactly this size.
    static func decode(_ bytes: UnsafeRawBufferPointer, width: Int, height: Int) throws(Fault) -> [Float] {
        guard bytes.count >= 8 else { throw .truncated }
        let isLittle = bytes[0] == 0x49
        guard bytes[0] == bytes[1], isLittle || bytes[0] == 0x4D else {
            throw Fault("it is no TIFF image", "不是 TIFF 图像")
        }
        let reader = Reader(bytes: bytes, isLittle: isLittle)
        guard try reader.number(at: 2, size: 2) == 42 else { throw Fault("it is no TIFF image", "不是 TIFF 图像") }
        let directory = try self.directory(reader)
        func value(_ tag: Tag, or missing: Int? = nil) throws(Fault) -> Int {
            guard let value = directory[tag]?.first ?? missing else {
                throw Fault("its tag \(tag.rawValue) is missing", "缺少标签 \(tag.rawValue)")
            }
            return value
        }
        guard try value(.width) == width, try value(.height) == height else {
            throw Fault("it is not \(width) by \(height) cells", "大小不是 \(width)×\(height)")
        }
        guard try value(.bits, or: 1) == 32, try value(.sampleFormat, or: 1) == 3, try value(.samples, or: 1) == 1
        else { throw Fault("its cells are not single 32-bit floats", "像元不是单波段 32 位浮点") }
        let (compression, predictor) = (try value(.compression, or: 1), try value(.predictor, or: 1))
        guard [1, 5].contains(compression), [1, 3].contains(predictor) else {
            throw Fault("its compression \(compression) is not read here", "不支持的压缩方式 \(compression)")
        }
        let offsets = directory[.stripOffsets] ?? [], counts = directory[.stripCounts] ?? []
        let rowsPerStrip = min(try value(.rowsPerStrip, or: height), height)
        guard rowsPerStrip > 0, offsets.count == (height + rowsPerStrip - 1) / rowsPerStrip,
            offsets.count == counts.count
        else { throw Fault("its strips do not make up the image", "条带与图像大小不符") }
        var plain: [UInt8] = []
        plain.reserveCapacity(4 * width * height)
        for (strip, (offset, count)) in zip(offsets, counts).enumerated() {
            guard offset <= bytes.count, count <= bytes.count - offset else { throw .truncated }
            let packed = UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
            let wanted = min(rowsPerStrip, height - strip * rowsPerStrip) * width * 4
            if compression == 5 {
                try LZW.unpack(packed, count: wanted, onto: &plain)
            } else {
                guard count >= wanted else { throw .truncated }
                plain.append(contentsOf: packed.prefix(wanted))
            }
        }
        guard predictor == 3 else {
            return plain.withUnsafeBytes { plain in
                (0..<width * height).map { index in
                    let bits = plain.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)
                    return Float(bitPattern: isLittle ? UInt32(littleEndian: bits) : UInt32(bigEndian: bits))
                }
            }
        }
        return unpredicted(&plain, width: width, height: height)
    }

    private static func directory(_ reader: Reader) throws(Fault) -> [Tag: [Int]] {
        let start = try reader.number(at: 4, size: 4)
        var directory: [Tag: [Int]] = [:]
        for entry in 0..<(try reader.number(at: start, size: 2)) {
            let place = start + 2 + 12 * entry
            guard let tag = Tag(rawValue: UInt16(try reader.number(at: place, size: 2))) else { continue }
            let type = try reader.number(at: place + 2, size: 2), count = try reader.number(at: place + 4, size: 4)
            guard type == 3 || type == 4, count > 0, count <= 1 << 16 else {
                throw Fault("its tag \(tag.rawValue) is not a number", "标签 \(tag.rawValue) 不是数值")
            }
            let size = type == 3 ? 2 : 4
            let values = count * size <= 4 ? place + 8 : try reader.number(at: place + 8, size: 4)
            var list: [Int] = []
            for index in 0..<count { list.append(try reader.number(at: values + index * size, size: size)) }
            directory[tag] = list
        }
        return directory
    }

    /// Undoes the predictor for floats (Adobe Photoshop TIFF Technical Note 3, 2005): in each row the most significant bytes
    /// of all cells stand first, then the next ones, and each byte is the difference from the one before.
    private static func unpredicted(_ bytes: inout [UInt8], width: Int, height: Int) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(width * height)
        for row in 0..<height {
            let start = row * width * 4
            for index in start + 1..<start + width * 4 { bytes[index] &+= bytes[index - 1] }
            for column in 0..<width {
                var bits: UInt32 = 0
                for plane in 0..<4 { bits = bits << 8 | UInt32(bytes[start + plane * width + column]) }
                values.append(Float(bitPattern: bits))
            }
        }
        return values
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        let isLittle: Bool

        func number(at offset: Int, size: Int) throws(Fault) -> Int {
            guard offset >= 0, offset <= bytes.count - size else { throw .truncated }
            var value = 0
            for index in 0..<size { value |= Int(bytes[offset + index]) << (8 * (isLittle ? index : size - 1 - index)) }
            return value
        }
    }
}
