import Phrases

/// The head of a geometry in a GeoPackage (OGC 12-128r18, 2.1.3): magic, version, flags, srs_id, envelope; the WKB
/// follows.
package struct GeoPackageBlob: Hashable, Sendable {
    /// The `srs_id` of the geometry.
    package var srs: Int32
    /// The envelope, when the head holds one and it is not empty.
    package var box: Box?
    /// The flag that the geometry is empty.
    package var isEmpty: Bool
    /// Where in the blob the WKB stands.
    package var wkb: Range<Int>

    /// Reads the head of a blob.
    ///
    /// - Throws: `WKBError` when the bytes are no GeoPackage geometry, or one of an extension type whose bytes only
    ///   its maker knows.
    package static func read(_ blob: UnsafeRawBufferPointer) throws(WKBError) -> GeoPackageBlob {
        guard blob.count >= 8 else { throw .truncated(at: blob.count) }
        guard blob[0] == 0x47, blob[1] == 0x50, blob[2] == 0 else {  // "GP", version 1 is written as 0
            throw WKBError(
                .malformed, "The bytes are not a GeoPackage geometry of version 1.", "数据不是第 1 版 GeoPackage 几何。")
        }
        let flags = blob[3]
        guard flags & 0b0010_0000 == 0 else {
            throw WKBError(
                .unsupported, "The geometry is of a GeoPackage extension type.", "几何为 GeoPackage 扩展类型。")
        }
        let envelope = Int(flags >> 1 & 0b111)
        guard envelope <= 4 else {
            throw WKBError(
                .malformed, "The GeoPackage geometry has an envelope of unknown form \(envelope).",
                "GeoPackage 几何的外包框形式 \(envelope) 未知。")
        }
        let isSwapped = (flags & 1 == 0) == (UInt16(1).littleEndian == 1)
        let srs = blob.loadUnaligned(fromByteOffset: 4, as: Int32.self)
        let size = [0, 32, 48, 48, 64][envelope]
        guard blob.count >= 8 + size else { throw .truncated(at: blob.count) }
        func number(_ index: Int) -> Double {
            let bits = blob.loadUnaligned(fromByteOffset: 8 + index * 8, as: UInt64.self)
            return Double(bitPattern: isSwapped ? bits.byteSwapped : bits)
        }
        var box: Box?
        if envelope > 0 {
            let found = Box(minX: number(0), minY: number(2), maxX: number(1), maxY: number(3))
            if !found.isEmpty { box = found }
        }
        return GeoPackageBlob(
            srs: isSwapped ? srs.byteSwapped : srs, box: box, isEmpty: flags & 0b0001_0000 != 0,
            wkb: 8 + size..<blob.count)
    }

    /// The head of a geometry, to be followed by its WKB.
    ///
    /// - Parameter box: what the geometry covers; nil or an empty box marks the geometry as empty.
    package static func header(srs: Int32, box: Box?) -> [UInt8] {
        var bytes: [UInt8] = []
        appendHeader(srs: srs, box: box, to: &bytes)
        return bytes
    }

    /// A whole blob from WKB as it came, without decoding it.
    package static func blob(srs: Int32, box: Box?, wkb: UnsafeRawBufferPointer) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(40 + wkb.count)
        appendHeader(srs: srs, box: box, to: &bytes)
        bytes.append(contentsOf: wkb)
        return bytes
    }

    private static func appendHeader(srs: Int32, box: Box?, to bytes: inout [UInt8]) {
        let filled = box.flatMap { $0.isEmpty ? nil : $0 }
        // Little endian; with an envelope of x and y, or empty without one.
        bytes.append(contentsOf: [0x47, 0x50, 0, filled == nil ? 0b0001_0001 : 0b0000_0011])
        bytes.append(integer: UInt32(bitPattern: srs))
        if let filled {
            for number in [filled.minX, filled.maxX, filled.minY, filled.maxY] { bytes.append(number: number) }
        }
    }
}

extension Shape {
    /// The shape as a GeoPackage geometry.
    package func geoPackageBlob(srs: Int32, multi: Bool = false) -> [UInt8] {
        var bytes = GeoPackageBlob.header(srs: srs, box: isEmpty ? nil : box)
        appendWKB(to: &bytes, multi: multi)
        return bytes
    }
}
